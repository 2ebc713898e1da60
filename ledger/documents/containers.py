# SPDX-License-Identifier: Apache-2.0
"""What every kind that names containers and a transport document makes comparable."""

from string import ascii_lowercase, ascii_uppercase
from typing import Final

from ledger.documents.disclosed import HIDDEN, Disclosed, Hidden
from ledger.documents.kind import Comparable

__all__ = ["container_set", "stated_text"]

_WHITE_SPACE: Final = " \t\r\n"
_UPPER: Final = str.maketrans(ascii_lowercase, ascii_uppercase)


def container_set(disclosed: Disclosed, *patterns: str) -> Comparable:
    """Collect container numbers, each once, sorted; None: none is stated."""
    found = [leaf for pattern in patterns for leaf in disclosed.under(pattern)]
    pointers = tuple(pointer for pointer, _ in found)
    value: tuple[str, ...] | Hidden | None
    if any(number is HIDDEN for _, number in found):
        value = HIDDEN
    else:
        numbers = {_plain(number) for _, number in found if isinstance(number, str)}
        value = tuple(sorted(numbers - {""})) or None
    return Comparable("containers", value, pointers)


def stated_text(disclosed: Disclosed, pointer: str) -> str | Hidden | None:
    """Read text without the spaces at its ends; None if there is none, HIDDEN if withheld."""
    value = disclosed.get(pointer)
    if value is HIDDEN:
        return HIDDEN
    # ASCII only: what verification compares must read the same for ever (docs/formats.md §1).
    return value.strip(_WHITE_SPACE) or None if isinstance(value, str) else None


def _plain(number: str) -> str:
    """Write a container number as on the box, without the spaces and hyphens people put in."""
    return number.replace(" ", "").replace("-", "").translate(_UPPER)
