# SPDX-License-Identifier: Apache-2.0
"""Arguments of refusals as people can read them."""

import re
from collections.abc import Callable
from typing import Final, TypeAlias

from ledger.errors import InvalidValueError
from ledger.primitives import format_time
from ledger.titles import TitleAction, TitleState

__all__ = [
    "ZERO",
    "Sentence",
    "action_of",
    "plain_of",
    "short_of",
    "state_of",
    "status_of",
    "time_of",
]

_WORD = re.compile(r"0x[0-9a-f]{64}", re.ASCII)
_SHORT: Final = 10
ZERO: Final = "0x" + "0" * 64
_STATUSES: Final = {"0": "current", "1": "revoked", "2": "suspended", "3": "superseded"}
Sentence: TypeAlias = Callable[..., str]


def short_of(word: str) -> str:
    """A title, party or hash as people can compare it; the whole one stands in the request."""
    if word == ZERO:
        return "none"
    return f"{word[:_SHORT]}…{word[-4:]}" if _WORD.fullmatch(word) else word


def time_of(seconds: str) -> str:
    """A time; a number that is none stays as it is."""
    try:
        return format_time(int(seconds))
    except (InvalidValueError, ValueError):
        return seconds


def state_of(number: str) -> str:
    """The state of a title by name."""
    try:
        return TitleState(int(number)).label
    except ValueError:
        return number


def action_of(number: str) -> str:
    """What is done to a title by name."""
    try:
        return TitleAction(int(number)).label
    except ValueError:
        return number


def status_of(number: str) -> str:
    """The status of a document by name."""
    return _STATUSES.get(number, number)


def plain_of(quoted: str) -> str:
    """A text without its quotation marks."""
    return quoted.strip("'\"")
