# SPDX-License-Identifier: Apache-2.0
"""The small immutable values every stage speaks in, and their text forms (formats.md §1)."""

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar, Self, TypeAlias

from ledger.errors import InvalidValueError

__all__ = [
    "MAX_TIME",
    "Address",
    "Bytes32",
    "Digest",
    "Json",
    "JsonObject",
    "JsonScalar",
    "PartyId",
    "Seed",
    "Signature",
    "format_time",
    "parse_decimal",
    "parse_time",
    "shown",
]

JsonScalar: TypeAlias = "bool | int | float | str | None"
Json: TypeAlias = "JsonScalar | list[Json] | dict[str, Json]"
JsonObject: TypeAlias = Mapping[str, "Json"]

SHOWN_CHARACTERS = 80
MAX_TIME = 253_402_300_799  # 9999-12-31T23:59:59Z, the last second that can be written
_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,19}", re.ASCII)
_LOWER_HEX = re.compile(r"[0-9a-f]*", re.ASCII)


def shown(text: object) -> str:
    """Quote foreign text for an error message: one line, at most 80 characters."""
    quoted = repr(text)
    return quoted if len(quoted) <= SHOWN_CHARACTERS else quoted[:SHOWN_CHARACTERS] + "…"


def _unhex(text: object, prefix: str, length: int, noun: str) -> bytes:
    want = f"{noun} is {prefix + ' and ' if prefix else ''}{2 * length} lower-case hex digits"
    if not isinstance(text, str) or len(text) != len(prefix) + 2 * length:
        raise InvalidValueError(f"{want}; got {shown(text)}")
    digits = text[len(prefix) :]
    if not text.startswith(prefix) or not _LOWER_HEX.fullmatch(digits):
        raise InvalidValueError(f"{want}; got {shown(text)}")
    return bytes.fromhex(digits)


@dataclass(frozen=True, slots=True, order=True)
class _Fixed:
    """Bytes of one fixed length with one text form."""

    raw: bytes

    LENGTH: ClassVar[int]
    PREFIX: ClassVar[str] = ""
    NOUN: ClassVar[str]

    def __post_init__(self) -> None:
        if len(self.raw) != self.LENGTH:
            raise InvalidValueError(f"{self.NOUN} has {self.LENGTH} bytes; got {len(self.raw)}")

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read the one text form; anything else is an `InvalidValueError`."""
        return cls(_unhex(text, cls.PREFIX, cls.LENGTH, cls.NOUN))

    def __str__(self) -> str:
        return self.PREFIX + self.raw.hex()


@dataclass(frozen=True, slots=True, order=True)
class Digest(_Fixed):
    """A SHA-256 or HMAC-SHA-256 output: 32 bytes, 64 lower-case hex digits without 0x."""

    LENGTH = 32
    NOUN = "a digest"


@dataclass(frozen=True, slots=True, order=True)
class Bytes32(_Fixed):
    """An EVM word (block or transaction hash, code hash): 0x and 64 lower-case hex digits."""

    LENGTH = 32
    PREFIX = "0x"
    NOUN = "an EVM word"


@dataclass(frozen=True, slots=True, order=True)
class PartyId(Bytes32):
    """keccak256(abi.encode(chainid, PartyRegistry, serial)): who, on one registry."""

    NOUN = "a party id"


@dataclass(frozen=True, slots=True, order=True)
class Address(_Fixed):
    """An EVM account: 20 bytes, 0x and 40 lower-case hex digits (no EIP-55 inside hashed JSON)."""

    LENGTH = 20
    PREFIX = "0x"
    NOUN = "an address"


@dataclass(frozen=True, slots=True, order=True)
class Signature(_Fixed):
    """A secp256k1 signature r‖s‖v: 65 bytes, 0x and 130 lower-case hex digits."""

    LENGTH = 65
    PREFIX = "0x"
    NOUN = "a signature"


@dataclass(frozen=True, slots=True)
class Seed:
    """32 random bytes that open one sealed document. Never logged: `repr` hides it."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != 32:  # noqa: PLR2004 — docs/formats.md §2–4
            raise InvalidValueError(f"a seed has 32 bytes; got {len(self.raw)}")

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read 43 base64url characters without padding and with zero spare bits."""
        return cls(parse_base64url(text, 32))

    def text(self) -> str:
        """Write 43 base64url characters; whoever reads them can open every hidden value."""
        return base64url(self.raw)

    def __repr__(self) -> str:
        return "Seed(hidden)"

    __str__ = __repr__


def base64url(raw: bytes) -> str:
    """Write base64url without padding (RFC 4648 §5)."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode("ascii")


def parse_base64url(text: object, length: int) -> bytes:
    """Read base64url of exactly `length` bytes: no padding, zero spare bits."""
    problem = f"want base64url of {length} bytes without padding"
    if not isinstance(text, str):
        raise InvalidValueError(problem)
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidValueError(problem) from error
    if len(raw) != length or base64url(raw) != text:
        raise InvalidValueError(problem)
    return raw


def parse_time(text: object) -> int:
    """Read `YYYY-MM-DDThh:mm:ssZ`, a real calendar second from 1970 on, as Unix seconds."""
    want = "want a time like 2026-02-04T09:12:31Z"
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise InvalidValueError(f"{want}; got {shown(text)}")
    try:
        moment = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError as error:
        raise InvalidValueError(f"{want} that exists; got {shown(text)}") from error
    seconds = int(moment.timestamp())
    if seconds < 0 or format_time(seconds) != text:
        raise InvalidValueError(f"{want}, from 1970 on; got {shown(text)}")
    return seconds


def format_time(seconds: int) -> str:
    """Write Unix seconds as `YYYY-MM-DDThh:mm:ssZ`."""
    try:
        moment = datetime.fromtimestamp(seconds, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise InvalidValueError(f"not a time that can be written: {seconds}") from error
    return f"{moment.year:04d}-{moment:%m-%dT%H:%M:%S}Z"


def parse_decimal(text: str, largest: int) -> int:
    """Read ASCII decimal digits: no sign, no leading zero, at most `largest`."""
    if not _DECIMAL.fullmatch(text) or int(text) > largest:
        raise InvalidValueError(f"want a decimal number up to {largest}; got {shown(text)}")
    return int(text)
