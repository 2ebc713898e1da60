# SPDX-License-Identifier: Apache-2.0
"""What was measured, and on what: as one plain table, or as JSON."""

import json
import os
import platform
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.primitives import Json
from scripts.bench.measuring import Row

__all__ = ["Machine", "json_text", "table"]

_HEADER: Final = ("what", "median", "unit", "ceiling or peer", "its median", "ratio")
_RIGHT: Final = frozenset((1, 4, 5))
_LEGEND: Final = (
    "ratio: how many times the time of the ceiling or peer, in turns with it; 1 is as fast."
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Where it ran. `load`: processes that wanted a processor, mean of the last minute."""

    processor: str
    cores: int
    python: str
    load: float

    @classmethod
    def here(cls) -> "Machine":
        """This one, now."""
        load = os.getloadavg()[0]
        return cls(_processor(), os.cpu_count() or 1, platform.python_version(), load)

    def line(self) -> str:
        """One line for the reader of the table."""
        return (
            f"{self.processor}, {self.cores} cores, Python {self.python}; "
            f"load before the run: {self.load:.1f}"
        )


def table(rows: Sequence[Row], machine: Machine) -> str:
    """Write the table for people: columns by spaces, no colour."""
    lines = [_HEADER, *(line for each in rows for line in _lines(each))]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADER))]
    written = [_written(line, widths) for line in lines]
    return "\n".join([*written, "", _LEGEND, machine.line()])


def json_text(rows: Sequence[Row], machine: Machine) -> str:
    """Write the same for programs, with the 10th and 90th percentile and the number of samples."""
    value: dict[str, Json] = {
        "machine": {
            "processor": machine.processor,
            "cores": machine.cores,
            "python": machine.python,
            "load": round(machine.load, 2),
        },
        "rows": [_row_json(each) for each in rows],
    }
    return json.dumps(value, indent=2, ensure_ascii=False)


def _row_json(each: Row) -> Json:
    return {
        "what": each.name,
        "unit": each.unit.name,
        "median": each.median,
        "p10": each.low,
        "p90": each.high,
        "samples": each.count,
        "against": [
            {"what": other.name, "median": other.median, "ratio": other.ratio}
            for other in each.against
        ],
    }


def _lines(each: Row) -> Iterable[tuple[str, ...]]:
    start = (each.name, _number(each.median), each.unit.name)
    if not each.against:
        yield (*start, "", "", "")
    for other in each.against:
        yield (*start, other.name, _number(other.median), f"{other.ratio:.2f}")
        start = ("", "", "")


def _number(value: float) -> str:
    """Three digits that matter, written out."""
    if value == int(value) or abs(value) >= 100:  # noqa: PLR2004 — three digits before the point
        return f"{value:,.0f}".replace(",", " ")
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"  # noqa: PLR2004 — two digits


def _written(line: Sequence[str], widths: Sequence[int]) -> str:
    cells = (
        text.rjust(width) if column in _RIGHT else text.ljust(width)
        for column, (text, width) in enumerate(zip(line, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text("utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    return found[1] if found else platform.processor() or platform.machine()
