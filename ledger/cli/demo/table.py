# SPDX-License-Identifier: Apache-2.0
"""The demo's one table: case, expected, found, reason, milliseconds."""

from typing import Final

from ledger.cli.demo.acting import Result
from ledger.cli.plain import plain
from ledger.cli.screen import Line, Part

__all__ = ["table_lines"]

_HEAD: Final = ("", "case", "expected", "found", "ms", "reason")
_REASON: Final = 110


def table_lines(results: list[tuple[str, Result]]) -> list[Line]:
    """Lay out the table; a mark in the first column says whether it came out as expected."""
    rows = [_HEAD, *(_row(name, result) for name, result in results)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD) - 1)]
    return [_line(row, widths, index == 0) for index, row in enumerate(rows)]


def _row(name: str, result: Result) -> tuple[str, ...]:
    spent = f"{result.milliseconds:.0f}" if result.milliseconds else ""
    mark = "ok" if result.holds else "WRONG"
    return (mark, name, result.expected, result.found, spent, plain(result.reason)[:_REASON])


def _line(row: tuple[str, ...], widths: list[int], head: bool) -> Line:  # noqa: FBT001 — private
    style = "bold" if head else ("green" if row[0] == "ok" else "bold red")
    cells = [Part(row[0].ljust(widths[0]) + "  ", style)]
    for column, width in enumerate(widths[1:], start=1):
        text = row[column].rjust(width) if column == len(widths) - 1 else row[column].ljust(width)
        cells.append(Part(text + "  ", "bold" if head else ""))
    cells.append(Part(row[-1], "bold" if head else "dim"))
    return tuple(cells)
