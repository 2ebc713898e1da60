# SPDX-License-Identifier: Apache-2.0
"""Putting disclosed values into words for the officer who holds the paper."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from ledger.canonical import scalar_text
from ledger.documents.disclosed import HIDDEN, Disclosed, Leaf
from ledger.documents.kind import Fact
from ledger.errors import InvalidJsonError

__all__ = ["HIDDEN_TEXT", "each", "first", "joined", "place", "spoken"]

HIDDEN_TEXT: Final = "(hidden)"
_LONGEST: Final = 300  # characters of one fact
# Control, zero-width and direction-changing characters, by ranges: no Unicode tables here.
_UNSAFE: Final = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]"
)


def spoken(value: Leaf) -> str:
    """Write one value for people: on one line, nothing unseen in it, not endless."""
    if value is HIDDEN:
        return HIDDEN_TEXT
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = value if isinstance(value, str) else _number(value)
    text = _UNSAFE.sub("\ufffd", text)
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _number(value: Leaf) -> str:
    if isinstance(value, int | float):
        try:
            return scalar_text(value)
        except InvalidJsonError:
            return "(not a number)"
    return "(none)"


def first(disclosed: Disclosed, label: str, *pointers: str) -> Iterator[Fact]:
    """Yield the first of several values that is stated, or nothing."""
    for pointer in pointers:
        value = disclosed.get(pointer)
        if _stated(value):
            yield Fact(label, spoken(value), pointer)
            return


def place(disclosed: Disclosed, label: str, base: str, *members: str) -> Iterator[Fact]:
    """Yield one fact of a place: its first stated member, then the others in brackets."""
    stated = [
        (f"{base}/{member}", value)
        for member in members
        if _stated(value := disclosed.get(f"{base}/{member}"))
    ]
    if stated:
        words = [spoken(value) for _, value in stated]
        rest = f" ({', '.join(words[1:])})" if len(words) > 1 else ""
        yield Fact(label, words[0] + rest, stated[0][0])


def each(disclosed: Disclosed, label: str, pattern: str) -> Iterator[Fact]:
    """Yield one fact for every value that fits a pattern."""
    for pointer, value in disclosed.under(pattern):
        if _stated(value):
            yield Fact(label, spoken(value), pointer)


def joined(label: str, leaves: Iterable[tuple[str, Leaf]]) -> Iterator[Fact]:
    """Yield one fact of several values, in their order; hidden ones are said to be there."""
    found = [(pointer, value) for pointer, value in leaves if _stated(value)]
    if found:
        words = [spoken(value) for _, value in found]
        yield Fact(label, _clipped(", ".join(words)), found[0][0])


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _stated(value: Leaf) -> bool:
    """Tell whether there is something to show: not null, nor blank, nor an empty container."""
    if isinstance(value, str):
        return bool(value.strip())
    return value is HIDDEN or isinstance(value, bool | int | float)
