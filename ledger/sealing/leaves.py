# SPDX-License-Identifier: Apache-2.0
"""Fields as leaves: pointers in byte order, salts, value digests (formats.md §2–4)."""

import hashlib
import hmac
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.canonical import escape_token, quoted, scalar_text
from ledger.errors import InvalidValueError
from ledger.merkle import leaf_digest
from ledger.primitives import Digest, Json, Seed, base64url, parse_base64url

__all__ = [
    "FieldLeaf",
    "Salt",
    "Salter",
    "field_leaf",
    "flatten",
    "salt_of",
    "split_pointer",
    "value_digest",
]

SALT_BYTES: Final = 16
_SALT_LABEL: Final = b"corridor/salt/1"
_VALUE_PREFIX: Final = b"\x02"
_BAD_ESCAPE: Final = re.compile("~(?![01])")


@dataclass(frozen=True, slots=True)
class Salt:
    """16 bytes that keep one value from being guessed. Never logged: `repr` hides it."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) != SALT_BYTES:
            raise InvalidValueError(f"a salt has {SALT_BYTES} bytes; got {len(self.raw)}")

    @classmethod
    def parse(cls, text: object) -> "Salt":
        """Read 22 base64url characters without padding and with zero spare bits."""
        return cls(parse_base64url(text, SALT_BYTES))

    def text(self) -> str:
        """Write 22 base64url characters."""
        return base64url(self.raw)

    def __repr__(self) -> str:
        return "Salt(hidden)"


@dataclass(frozen=True, slots=True)
class FieldLeaf:
    """One scalar or empty container of an envelope, and where it stands."""

    pointer: str
    value: Json


def flatten(envelope: Json) -> tuple[FieldLeaf, ...]:
    """List every scalar and every empty object or array, in the order of the pointers' bytes."""
    leaves = [FieldLeaf(pointer, value) for pointer, value in _walk(envelope, "")]
    leaves.sort(key=lambda leaf: leaf.pointer.encode("utf-8"))
    return tuple(leaves)


def _walk(value: Json, pointer: str) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from _walk(child, f"{pointer}/{escape_token(key)}")
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from _walk(child, f"{pointer}/{index}")
    else:
        yield pointer, value


def salt_of(seed: Seed, pointer: str) -> Salt:
    """First 16 bytes of HMAC-SHA-256(seed, "corridor/salt/1" ‖ pointer)."""
    return Salter(seed).salt(pointer)


class Salter:
    """All salts of one seed: HMAC's keyed state is made once and copied. `repr` hides it."""

    __slots__ = ("_keyed",)

    def __init__(self, seed: Seed) -> None:
        self._keyed = hmac.new(seed.raw, _SALT_LABEL, "sha256")

    def salt(self, pointer: str) -> Salt:
        """See `salt_of`."""
        code = self._keyed.copy()
        code.update(pointer.encode("utf-8"))
        return Salt(code.digest()[:SALT_BYTES])


def value_digest(salt: Salt, value: Json) -> Digest:
    """H(0x02 ‖ JCS([salt, value])) for a scalar or an empty container."""
    if isinstance(value, dict):
        text = "{}"
    elif isinstance(value, list):
        text = "[]"
    else:
        text = scalar_text(value)
    written = f'["{salt.text()}",{text}]'.encode()
    return Digest(hashlib.sha256(_VALUE_PREFIX + written).digest())


def field_leaf(pointer: str, digest: Digest) -> Digest:
    """Leaf(JCS([pointer, v]))."""
    return leaf_digest(f'[{quoted(pointer)},"{digest}"]'.encode())


def split_pointer(pointer: str) -> Sequence[str] | None:
    """Split an RFC 6901 pointer into its tokens; None if it is not one. "" has no tokens."""
    if pointer == "":
        return ()
    if not pointer.startswith("/"):
        return None
    tokens = []
    for token in pointer[1:].split("/"):
        if _BAD_ESCAPE.search(token):
            return None
        tokens.append(token.replace("~1", "/").replace("~0", "~"))
    return tuple(tokens)
