# SPDX-License-Identifier: Apache-2.0
"""One case of the demo: what is prepared, what must come out, and what came out."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ledger.cli.demo.stage import Stage
from ledger.receipts import Package
from ledger.verification import GivenFile, Report, Verdict

__all__ = ["Act", "Against", "Result", "judged"]


@dataclass(frozen=True, slots=True)
class Result:
    """One line of the table."""

    expected: str
    found: str
    reason: str
    milliseconds: float = 0.0

    @property
    def holds(self) -> bool:
        """True if it came out as expected."""
        return self.found == self.expected


@dataclass(frozen=True, slots=True)
class Act:
    """One case. `prepare` hands things in (all acts first, so that they anchor together)."""

    name: str
    prepare: Callable[[], Any]
    finish: Callable[[Any], Result]


@dataclass(frozen=True, slots=True)
class Against:
    """What a package is held against: files, another package, another node than the stage's."""

    files: tuple[GivenFile, ...] = ()
    other: Package | None = None
    node: str | None = None


def judged(stage: Stage, expected: str, package: Package, against: Against | None = None) -> Result:
    """Verify as customs would, and time it."""
    held = against or Against()
    with stage.verifier(held.node) as verifier:
        begin = time.perf_counter()
        report = verifier.verify(package, held.files, other=held.other)
        spent = (time.perf_counter() - begin) * 1000
    return Result(expected, report.verdict.value, _why(report), spent)


def _why(report: Report) -> str:
    if report.verdict is Verdict.AUTHENTIC:
        holder = None if report.title is None else report.title.holder
        if report.fields_hidden:
            return f"shows {report.fields_shown} fields, hides {report.fields_hidden}"
        return report.sentence if holder is None else f"the goods are controlled by {holder.called}"
    outcome = report.reasons()[0]
    named = [*outcome.pointers[:1], *outcome.other_pointers[:1]]
    pointers = f" ({', '.join(named)})" if named else ""
    detail = f": {outcome.detail}" if outcome.detail and not outcome.pointers else ""
    return f"{outcome.code}{detail}{pointers}"
