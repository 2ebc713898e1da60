# SPDX-License-Identifier: Apache-2.0
"""Signed notes (C2SP signed-note) with Ed25519 keys, strictly read."""

import base64
import binascii
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from ledger.errors import InvalidNoteError
from ledger.primitives import shown

__all__ = ["SIGNATURE_MARK", "NoteSigner", "NoteVerifier", "open_note", "split_note"]

_ED25519: Final = b"\x01"
_KEY_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64
_MAX_NOTE_BYTES: Final = 64 * 1024
_MAX_SIGNATURES: Final = 64
SIGNATURE_MARK: Final = "\n\u2014 "  # begins every signature line
_DASH: Final = "\u2014 "
# No Unicode space (a fixed list: verification uses no tables that change) and no plus.
_NAME = re.compile(
    "[^\u0000-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000+]+"
)
_CONTROL = re.compile("[\u0000-\u0009\u000b-\u001f\ud800-\udfff]")


def _key_id(name: str, key: bytes) -> bytes:
    return hashlib.sha256(name.encode() + b"\n" + _ED25519 + key).digest()[:4]


def _base64(text: str, what: str) -> bytes:
    try:
        raw = base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error) as error:
        raise InvalidNoteError(f"{what} is not standard base64") from error
    if base64.b64encode(raw).decode() != text:
        raise InvalidNoteError(f"{what} is not canonical base64")
    return raw


def _check_name(name: str) -> str:
    if not _NAME.fullmatch(name) or _CONTROL.search(name):
        raise InvalidNoteError(f"a key name has no spaces and no plus; got {shown(name)}")
    return name


@dataclass(frozen=True, slots=True)
class NoteVerifier:
    """A public note key, written `name+<key id>+<base64(0x01 ‖ key)>`."""

    name: str
    key: bytes

    @classmethod
    def parse(cls, vkey: str) -> Self:
        """Read a vkey; the key id in it must be the one its name and key give."""
        parts = vkey.split("+", 2)
        if len(parts) != 3:  # noqa: PLR2004 — name, id, key
            raise InvalidNoteError(f"want name+id+key; got {shown(vkey)}")
        raw = _base64(parts[2], "the key")
        if raw[:1] != _ED25519 or len(raw) != 1 + _KEY_BYTES:
            raise InvalidNoteError("want an Ed25519 key (type 1, 32 bytes)")
        verifier = cls(_check_name(parts[0]), raw[1:])
        if parts[1] != verifier.key_id.hex():
            raise InvalidNoteError("the key id does not belong to this name and key")
        return verifier

    @property
    def key_id(self) -> bytes:
        """First 4 bytes of SHA-256(name ‖ LF ‖ 0x01 ‖ key)."""
        return _key_id(self.name, self.key)

    def __str__(self) -> str:
        key = base64.b64encode(_ED25519 + self.key).decode()
        return f"{self.name}+{self.key_id.hex()}+{key}"

    def verifies(self, text: str, signature: bytes) -> bool:
        """True if `signature` is this key's over `text`."""
        try:
            Ed25519PublicKey.from_public_bytes(self.key).verify(signature, text.encode())
        except (InvalidSignature, ValueError):
            return False
        return True


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A private note key. `repr` hides it."""

    name: str
    _key: Ed25519PrivateKey

    def __post_init__(self) -> None:
        _check_name(self.name)

    def __repr__(self) -> str:
        return f"NoteSigner({self.name!r}, hidden)"

    @property
    def verifier(self) -> NoteVerifier:
        """Its public half."""
        raw = self._key.public_key().public_bytes_raw()
        return NoteVerifier(self.name, raw)

    def sign(self, text: str) -> str:
        """Write a note: the text, an empty line, one signature line.

        Ed25519 is deterministic, so the same text gives the same bytes.
        """
        _check_text(text)
        signature = self.verifier.key_id + self._key.sign(text.encode())
        return f"{text}\n{_DASH}{self.name} {base64.b64encode(signature).decode()}\n"


@dataclass(frozen=True, slots=True)
class _Line:
    name: str
    key_id: bytes
    signature: bytes


def split_note(note: str) -> str:
    """Take the text of a note without trusting it: nothing was verified."""
    return _split(note)[0]


def open_note(note: str, verifiers: Sequence[NoteVerifier]) -> tuple[str, tuple[NoteVerifier, ...]]:
    """Check a note against known keys.

    Returns:
        The text, and the keys of `verifiers` that signed it (maybe none). Signatures by keys that
        are not known are ignored: that is how keys rotate and witnesses join.

    Raises:
        InvalidNoteError: not a note, or a known key's signature that does not verify.
    Source: C2SP signed-note.
    """
    text, lines = _split(note)
    signed = []
    for verifier in verifiers:
        for line in lines:
            if line.name != verifier.name or line.key_id != verifier.key_id:
                continue
            if not verifier.verifies(text, line.signature):
                raise InvalidNoteError(f"the signature by {verifier.name} does not verify")
            if verifier not in signed:
                signed.append(verifier)
    return text, tuple(signed)


def _check_text(text: str) -> None:
    if not text.endswith("\n") or _CONTROL.search(text):
        raise InvalidNoteError("a note's text ends in a newline and has no control characters")


def _split(note: str) -> tuple[str, list[_Line]]:
    if len(note) > _MAX_NOTE_BYTES:
        raise InvalidNoteError(f"want at most {_MAX_NOTE_BYTES} characters; got {len(note)}")
    _check_text(note)
    text, separator, tail = note.rpartition("\n\n")
    if not separator or not tail:
        raise InvalidNoteError("want a text, an empty line and signatures")
    text += "\n"
    lines = tail[:-1].split("\n")
    if len(lines) > _MAX_SIGNATURES:
        raise InvalidNoteError(f"want at most {_MAX_SIGNATURES} signatures; got {len(lines)}")
    return text, [_signature_line(line) for line in lines]


def _signature_line(line: str) -> _Line:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space:
        raise InvalidNoteError("want signature lines '— name base64'")
    raw = _base64(encoded, "a signature")
    if len(raw) < 5:  # noqa: PLR2004 — a key id and at least one byte
        raise InvalidNoteError("a signature is shorter than its key id")
    return _Line(_check_name(name), raw[:4], raw[4:])
