# SPDX-License-Identifier: Apache-2.0
"""Reading data of unknown shape without ever raising: what is odd is simply not found."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from ledger.canonical import escape_token
from ledger.primitives import Json, JsonObject

__all__ = [
    "DATA",
    "as_date",
    "as_moment",
    "at",
    "end_of_validity",
    "select",
    "text_at",
    "texts",
    "walk_strings",
]

DATA = "/data"
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_MOMENT = re.compile(
    r"[0-9-]{10}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,9})?(?:Z|[+-][0-9]{2}:[0-9]{2})", re.ASCII
)


def at(data: JsonObject, path: str) -> Json:
    """Look up `/a/b/c` below objects; None if it is absent or null."""
    value: Json = dict(data)
    for token in path.split("/")[1:]:
        if not isinstance(value, dict):
            return None
        value = value.get(token)
    return value


def text_at(data: JsonObject, path: str) -> str | None:
    """Look up text that is not blank."""
    value = at(data, path)
    return value if isinstance(value, str) and value.strip() else None


def select(data: JsonObject, pattern: str) -> Iterator[tuple[str, Json]]:
    """Yield (envelope pointer, value) for `/a/*/b`, where `*` is any element or member."""
    yield from _select(dict(data), tuple(pattern.split("/")[1:]), DATA)


def _select(value: Json, tokens: tuple[str, ...], pointer: str) -> Iterator[tuple[str, Json]]:
    if not tokens:
        yield pointer, value
        return
    token, rest = tokens[0], tokens[1:]
    if isinstance(value, list) and token == "*":  # noqa: S105 — a pointer's token, no secret
        for index, child in enumerate(value):
            yield from _select(child, rest, f"{pointer}/{index}")
    elif isinstance(value, dict):
        names = list(value) if token == "*" else [token] if token in value else []  # noqa: S105 — a pointer's token, no secret
        for name in names:
            yield from _select(value[name], rest, f"{pointer}/{escape_token(name)}")


def texts(data: JsonObject, pattern: str) -> Iterator[tuple[str, str]]:
    """Yield (envelope pointer, text) for a pattern; what is not text is the schema's business."""
    for pointer, value in select(data, pattern):
        if isinstance(value, str):
            yield pointer, value


def walk_strings(value: Json, pointer: str) -> Iterator[tuple[str, str, bool]]:
    """Yield (pointer, text, whether it is a key) for every string and key of a value."""
    if isinstance(value, str):
        yield pointer, value, False
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from walk_strings(child, f"{pointer}/{index}")
    elif isinstance(value, dict):
        for key, child in value.items():
            below = f"{pointer}/{escape_token(key)}"
            yield below, key, True
            yield from walk_strings(child, below)


def as_date(value: Json) -> date | None:
    """Read `YYYY-MM-DD`; None for anything else."""
    if not isinstance(value, str) or not _DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def as_moment(value: Json) -> datetime | None:
    """Read an RFC 3339 date-time with an offset, as UTC; None for anything else."""
    if not isinstance(value, str) or not _MOMENT.fullmatch(value):
        return None
    try:
        return datetime.fromisoformat(value).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def end_of_validity(value: Json) -> int | None:
    """Read `validUntil` as Unix seconds: a date is valid until it ends, (D+1)T00:00:00Z."""
    moment = as_moment(value)
    day = as_date(value)
    if day is not None:
        try:
            following = day + timedelta(days=1)
        except OverflowError:
            return None
        moment = datetime(following.year, following.month, following.day, tzinfo=UTC)
    if moment is None:
        return None
    seconds = int(moment.timestamp())
    return seconds if seconds >= 0 else None
