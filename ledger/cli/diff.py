# SPDX-License-Identifier: Apache-2.0
"""`corridor diff`: the fields in which two packages differ."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from ledger.cli.fields import Field, fields_of
from ledger.cli.parameters import InputFile
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import emit
from ledger.documents import HIDDEN, Hidden
from ledger.documents.facts import spoken
from ledger.primitives import Json
from ledger.verification import ExitCode
from ledger.wiring_verifier import read_package

__all__ = ["Differences", "diff", "differences"]


@dataclass(frozen=True, slots=True)
class Differences:
    """Pointers, each list in the order of their bytes.

    `not_comparable`: hidden on a side, under another salt, so nobody can tell.
    """

    changed: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    not_comparable: tuple[str, ...]

    @property
    def equal(self) -> bool | None:
        """True: all fields are equal; None: those that can be compared are."""
        if self.changed or self.added or self.removed:
            return False
        return None if self.not_comparable else True


def differences(left: Mapping[str, Field], right: Mapping[str, Field]) -> Differences:
    """Compare two documents field by field."""
    both = [pointer for pointer in left if pointer in right]
    unequal = [pointer for pointer in both if not _same(left[pointer], right[pointer])]
    unknown = tuple(
        pointer for pointer in unequal if HIDDEN in (left[pointer].value, right[pointer].value)
    )
    return Differences(
        changed=tuple(pointer for pointer in unequal if pointer not in set(unknown)),
        added=tuple(pointer for pointer in right if pointer not in left),
        removed=tuple(pointer for pointer in left if pointer not in right),
        not_comparable=unknown,
    )


def _same(one: Field, other: Field) -> bool:
    """Equal digests prove equal values, hidden or not; else the values decide."""
    if one.digest == other.digest:
        return True
    if HIDDEN in (one.value, other.value):
        return False
    return type(one.value) is type(other.value) and one.value == other.value


@click.command(short_help="Name the fields in which two documents differ.")
@click.argument("left", metavar="A", type=InputFile())
@click.argument("right", metavar="B", type=InputFile())
@click.option("--values", is_flag=True, help="Show the values too, where both packages show them.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def diff(*, left: Path, right: Path, values: bool, as_json: bool) -> int:
    """Name the fields that differ from package A to package B.

    Nothing is verified: `corridor verify` says whether either is genuine.

    \b
    Exit codes:
      0  all fields are equal
      1  some differ
      2  wrong usage, or a package that cannot be read
      4  undecided: all that can be compared are equal, but some are hidden; or anything else
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    sides = fields_of(read_package(left)), fields_of(read_package(right))
    found = differences(*sides)
    emit(_as_json(found, sides, values=values) if as_json else _lines(found, sides, values=values))
    if found.equal is None:
        return ExitCode.UNDECIDED
    return ExitCode.AUTHENTIC if found.equal else ExitCode.NOT_AUTHENTIC


_Sides = tuple[Mapping[str, Field], Mapping[str, Field]]


def _lines(found: Differences, sides: _Sides, *, values: bool) -> str:
    lines = []
    for word, pointers in (
        ("changed", found.changed),
        ("added", found.added),
        ("removed", found.removed),
        ("cannot tell", found.not_comparable),
    ):
        for pointer in pointers:
            said = _spoken(pointer, sides) if values and word == "changed" else ""
            lines.append(f"{word:<11}  {plain(pointer)}{said}")
    lines.append(_summary(found))
    return "\n".join(lines)


def _spoken(pointer: str, sides: _Sides) -> str:
    before, after = (plain(spoken(side[pointer].value)) for side in sides)
    return f"  {before} -> {after}"


def _summary(found: Differences) -> str:
    counts = f"{len(found.changed)} changed, {len(found.added)} added, {len(found.removed)} removed"
    unknown = len(found.not_comparable)
    hidden = f"; {unknown} cannot be compared, because they are hidden" if unknown else ""
    if found.equal is True:
        return "equal: no field differs"
    start = "undecided" if found.equal is None else "different"
    return f"{start}: {counts}{hidden}"


def _as_json(found: Differences, sides: _Sides, *, values: bool) -> str:
    shown: Json = None
    if values:
        shown = {
            pointer: [_json_value(side[pointer]) for side in sides] for pointer in found.changed
        }
    return json_line(
        {
            "equal": found.equal,
            "changed": list(found.changed),
            "added": list(found.added),
            "removed": list(found.removed),
            "notComparable": list(found.not_comparable),
            "values": shown,
        }
    )


def _json_value(field: Field) -> Json:
    return None if isinstance(field.value, Hidden) else field.value
