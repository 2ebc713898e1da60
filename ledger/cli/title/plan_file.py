# SPDX-License-Identifier: Apache-2.0
"""The file in which carrier and holder agree on a split or a combination.

The carrier makes it (only the carrier knows its tags), the holder surrenders the titles for it, and
the carrier then does exactly that, or the contract refuses.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from ledger.errors import InvalidInputError, InvalidValueError
from ledger.primitives import Bytes32, Digest, Json, shown
from ledger.titles import WHOLE, Part, plan_of

__all__ = ["MOST_PARTS", "Plan", "PlannedPart", "read_plan"]

FORMAT: Final = "corridor/title-plan/1"
MOST_PARTS: Final = 32
_LARGEST: Final = 64 * 1024
_PART_MEMBERS: Final = ("reference", "tag", "commitment", "share")
_MEMBERS: Final = ("format", "titles", "parts", "plan")
_Kind = TypeVar("_Kind", int, str)


@dataclass(frozen=True, slots=True)
class PlannedPart:
    """A title to open, with the reference of its bill."""

    reference: str
    part: Part

    def json(self) -> dict[str, Json]:
        """Write it."""
        return {
            "reference": self.reference,
            "tag": str(self.part.tag),
            "commitment": str(self.part.commitment),
            "share": self.part.share,
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """One title into several, or several into one.

    Raises:
        InvalidValueError: anything else, a title or a tag twice, or a share that is none.
    """

    titles: tuple[Bytes32, ...]
    parts: tuple[PlannedPart, ...]

    def __post_init__(self) -> None:
        counts = (len(self.titles), len(self.parts))
        if min(counts) != 1 or not 1 < max(counts) <= MOST_PARTS:
            raise InvalidValueError(
                f"a plan makes one title into 2 to {MOST_PARTS}, or 2 to {MOST_PARTS} into one;"
                f" got {counts[0]} into {counts[1]}"
            )
        tags = {planned.part.tag for planned in self.parts}
        commitments = {planned.part.commitment for planned in self.parts}
        if len(set(self.titles)) != counts[0] or min(len(tags), len(commitments)) != counts[1]:
            raise InvalidValueError("a plan names each title, reference and commitment once")
        if any(not 0 < planned.part.share <= WHOLE * MOST_PARTS for planned in self.parts):
            raise InvalidValueError("a share is a whole number from 1 on, in parts of a billion")

    @property
    def digest(self) -> Digest:
        """What the holder agrees to on chain."""
        return plan_of(self.titles, [planned.part for planned in self.parts])

    @property
    def splits(self) -> bool:
        """True if it makes several of one."""
        return len(self.titles) == 1

    def file_bytes(self) -> bytes:
        """The file as it is written."""
        parts: list[Json] = [planned.json() for planned in self.parts]
        members: dict[str, Json] = {
            "format": FORMAT,
            "titles": [str(title) for title in self.titles],
            "parts": parts,
            "plan": str(self.digest),
        }
        return (json.dumps(members, indent=2) + "\n").encode()


def read_plan(path: Path) -> Plan:
    """Read a plan, and check that its digest is its own.

    Raises:
        InvalidValueError: names the file, and what is wrong with it.
    """
    with path.open("rb") as file:
        raw = file.read(_LARGEST + 1)
    try:
        return _parsed(raw)
    except (InvalidInputError, ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, InvalidInputError) else "it is not JSON"
        raise InvalidValueError(
            f"{path}: {reason}; want a file that `corridor title plan` made"
        ) from error


def _parsed(raw: bytes) -> Plan:
    if len(raw) > _LARGEST:
        raise InvalidValueError(f"want at most {_LARGEST} bytes")
    members = _object(json.loads(raw), _MEMBERS)
    if members["format"] != FORMAT:
        raise InvalidValueError(f"want {FORMAT}; got {shown(members['format'])}")
    titles, parts = _list(members["titles"]), _list(members["parts"])
    plan = Plan(
        tuple(Bytes32.parse(title) for title in titles),
        tuple(_part(_object(part, _PART_MEMBERS)) for part in parts),
    )
    if members["plan"] != str(plan.digest):
        raise InvalidValueError(f"it was changed: its plan is {plan.digest}")
    return plan


def _part(members: dict[str, Any]) -> PlannedPart:
    part = Part(
        Digest.parse(members["tag"]),
        Digest.parse(members["commitment"]),
        _of(members["share"], int),
    )
    return PlannedPart(_of(members["reference"], str), part)


def _object(value: object, names: tuple[str, ...]) -> dict[str, Any]:
    if not isinstance(value, dict) or sorted(value) != sorted(names):
        raise InvalidValueError(f"want an object of {', '.join(names)}")
    return cast("dict[str, Any]", value)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise InvalidValueError(f"want a list; got {shown(value)}")
    return value


def _of(value: object, kind: type[_Kind]) -> _Kind:
    if not isinstance(value, kind) or isinstance(value, bool):
        raise InvalidValueError(f"want {kind.__name__}; got {shown(value)}")
    return value
