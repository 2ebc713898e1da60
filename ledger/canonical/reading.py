# SPDX-License-Identifier: Apache-2.0
"""The strict JSON that leads to sealing: two readers, one grammar.

`parse_exact` reads what was sealed before (packages, receipts): every number must already be as
RFC 8785 writes it. `parse_submitted` reads what a person or an ERP sends: a number may be written
differently if its decimal value is unchanged, and is reported.
"""

import json
import math
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final, NoReturn

from ledger.canonical.writing import MAX_SAFE_INTEGER, escape_token, scalar_text
from ledger.errors import InvalidJsonError, LimitExceededError
from ledger.primitives import Json, shown

__all__ = [
    "ENVELOPE_LIMITS",
    "PACKAGE_LIMITS",
    "Limits",
    "RewrittenNumber",
    "check_sealable",
    "parse_exact",
    "parse_submitted",
]

_MAX_TOKEN: Final = 64  # characters of one number; RFC 8785 itself never writes more than 25
_MAX_KEY_BYTES: Final = 256
_ZERO: Final = "0"  # "-0" is none
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)", re.ASCII)
_INDEX_KEY = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f]")
_STRING_OR_COMMA = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|,', re.DOTALL)
_SURROGATE_OR_NUL = re.compile("[\u0000\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Limits:
    """How much JSON is read: bytes, levels (the root is 1), scalars and empty containers."""

    size: int
    depth: int
    leaves: int


ENVELOPE_LIMITS: Final = Limits(size=8 * 2**20, depth=64, leaves=20_000)
PACKAGE_LIMITS: Final = Limits(size=64 * 2**20, depth=65, leaves=80_000)


@dataclass(frozen=True, slots=True)
class RewrittenNumber:
    """A number that was written another way than it is sealed, with the same decimal value."""

    pointer: str
    submitted: str
    sealed: str


class _Written(float):
    """A number that still remembers how it was written."""

    __slots__ = ("token",)

    token: str


def parse_exact(raw: bytes, limits: Limits) -> Json:
    """Read JSON whose numbers are written as RFC 8785 writes them.

    Raises:
        InvalidJsonError: see `parse_submitted`; or a number written another way.
        LimitExceededError: larger, deeper or wider than `limits`.
    """
    value = _load(raw, limits)
    return _Walk(limits, exact=True).settle(value)


def parse_submitted(raw: bytes, limits: Limits) -> tuple[Json, tuple[RewrittenNumber, ...]]:
    """Read JSON as people and ERPs write it, and say which numbers are written anew.

    Raises:
        InvalidJsonError: not UTF-8, a byte-order mark, not JSON, a repeated key, NaN, −0, a number
            out of range or that a double cannot hold, U+0000 or a lone surrogate; with a pointer
            to the place where that is known.
        LimitExceededError: larger, deeper or wider than `limits`.
    """
    walk = _Walk(limits, exact=False)
    return walk.settle(_load(raw, limits)), tuple(walk.rewritten)


def check_sealable(value: Json) -> None:
    """Refuse what no sealed envelope may hold: bad keys, and more than `ENVELOPE_LIMITS`.

    Raises:
        InvalidJsonError: a key that is empty, too long, holds control characters or looks like an
            array index; U+0000 or a lone surrogate; a number out of range.
        LimitExceededError: too deep, too many leaves.
    """
    _Walk(ENVELOPE_LIMITS, exact=True, sealed_keys=True).settle(value)


def _load(raw: bytes, limits: Limits) -> Json:
    if len(raw) > limits.size:
        raise LimitExceededError(f"want at most {limits.size} bytes of JSON; got {len(raw)}")
    if raw.startswith(b"\xef\xbb\xbf"):
        raise InvalidJsonError("", "starts with a byte-order mark; send plain UTF-8")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InvalidJsonError("", f"not UTF-8 at byte {error.start}") from error
    _check_count(text, limits)
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_unique_members,
            parse_float=_number,
            parse_int=_number,
            parse_constant=_no_constant,
        )
    except RecursionError as error:
        raise LimitExceededError(f"nested deeper than {limits.depth} levels") from error
    except json.JSONDecodeError as error:
        place = f"line {error.lineno}, column {error.colno}"
        raise InvalidJsonError("", f"not JSON: {error.msg} at {place}") from error
    return value


def _check_count(text: str, limits: Limits) -> None:
    """Refuse too many values before they are built: a tree has at most one more than commas."""
    commas = 0
    for found in _STRING_OR_COMMA.finditer(text):
        commas += found[0] == ","
        if commas >= limits.leaves:
            raise LimitExceededError(f"more than {limits.leaves} values")


def _unique_members(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                raise InvalidJsonError("", f"an object has the key {shown(key)} twice")
            seen.add(key)
    return members


def _no_constant(token: str) -> NoReturn:
    raise InvalidJsonError("", f"{token} is not a JSON number")


def _number(token: str) -> "int | _Written":
    if len(token) > _MAX_TOKEN:
        raise InvalidJsonError(
            "", f"a number of {len(token)} characters; want at most {_MAX_TOKEN}"
        )
    if _INTEGER.fullmatch(token):
        whole = int(token)
        if 0 < abs(whole) <= MAX_SAFE_INTEGER or token == _ZERO:
            return whole
    written = _Written(token)
    written.token = token
    return written


def _settled(written: _Written) -> "int | float":
    """The value to seal for a token; InvalidJsonError (without pointer) if there is none."""
    number = float(written)
    token = written.token
    if not math.isfinite(number):
        raise InvalidJsonError("", f"{token} is too large for a number; write it as text")
    if abs(number) > MAX_SAFE_INTEGER:
        raise InvalidJsonError("", f"{token} is beyond ±(2^53 - 1); write it as text")
    if number == 0 and token.startswith("-"):
        raise InvalidJsonError("", f"{token} is a negative zero; write 0")
    value = int(number) if number.is_integer() else number
    try:
        same = Decimal(token) == Decimal(scalar_text(value))
    except InvalidOperation as error:  # pragma: no cover — JSON's grammar is narrower
        raise InvalidJsonError("", f"{token} is not a decimal number") from error
    if not same:
        raise InvalidJsonError("", f"{token} has more digits than a number keeps; write it as text")
    return value


class _Walk:
    """One pass over parsed JSON: limits, strings, keys, numbers; pointers for every complaint."""

    def __init__(self, limits: Limits, *, exact: bool, sealed_keys: bool = False) -> None:
        self._limits = limits
        self._exact = exact
        self._sealed_keys = sealed_keys
        self._leaves = 0
        self._path: list[str] = []
        self.rewritten: list[RewrittenNumber] = []

    def settle(self, value: Json) -> Json:
        """Check a value and all below it; return it with its numbers settled."""
        if len(self._path) >= self._limits.depth:
            raise LimitExceededError(f"deeper than {self._limits.depth} levels")
        if isinstance(value, dict) and value:
            return {key: self._below(self._checked(key), child) for key, child in value.items()}
        if isinstance(value, list) and value:
            return [self._below(str(index), child) for index, child in enumerate(value)]
        self._leaves += 1
        if self._leaves > self._limits.leaves:
            raise LimitExceededError(f"more than {self._limits.leaves} values")
        return self._leaf(value)

    def _below(self, token: str, child: Json) -> Json:
        self._path.append(token)
        settled = self.settle(child)
        self._path.pop()
        return settled

    def _pointer(self) -> str:
        """Where the walk is. Written only for a complaint: paths are long and complaints rare."""
        return "".join(f"/{escape_token(token)}" for token in self._path)

    def _refuse(self, reason: str) -> NoReturn:
        raise InvalidJsonError(self._pointer(), reason)

    def _leaf(self, value: Json) -> Json:
        if isinstance(value, str):
            return self._string(value)
        if isinstance(value, _Written):
            return self._written(value)
        if isinstance(value, bool):
            return value
        if isinstance(value, float) and (not math.isfinite(value) or value.is_integer()):
            self._refuse("want a finite number; whole numbers as integers")
        if isinstance(value, int) and abs(value) > MAX_SAFE_INTEGER:
            self._refuse("beyond ±(2^53 - 1); write it as text")
        return value

    def _written(self, value: _Written) -> "int | float":
        try:
            number = _settled(value)
        except InvalidJsonError as error:
            raise InvalidJsonError(self._pointer(), error.reason) from error
        sealed = scalar_text(number)
        if sealed != value.token:
            if self._exact:
                self._refuse(f"write {sealed}, not {value.token} (RFC 8785)")
            self.rewritten.append(RewrittenNumber(self._pointer(), value.token, sealed))
        return number

    def _string(self, text: str) -> str:
        if _SURROGATE_OR_NUL.search(text):
            self._refuse("a string holds U+0000 or a lone surrogate")
        return text

    def _checked(self, key: str) -> str:
        """Refuse a key that no format of ours has; a sealed one has further rules."""
        self._string(key)
        if len(key.encode("utf-8")) > _MAX_KEY_BYTES:
            self._refuse(f"a key has at most {_MAX_KEY_BYTES} bytes: {shown(key)}")
        if self._sealed_keys:
            self._sealed_key(key)
        return key

    def _sealed_key(self, key: str) -> None:
        if not key:
            self._refuse("a key is empty")
        if _CONTROL.search(key):
            self._refuse(f"a key holds a control character: {shown(key)}")
        if _INDEX_KEY.fullmatch(key):
            self._refuse(
                f"the key {key!r} looks like an array index; use a prefix, such as hs-{key}"
            )
