# SPDX-License-Identifier: Apache-2.0
"""Remarks on titles: encrypted, and committed to on chain by 32 bytes that reveal nothing.

AES-256-GCM with a random nonce under a key that is derived, per title, from a secret of the title.
What stands on chain is SHA-256 over a format tag, nonce and ciphertext. Whoever is shown the text
can be shown nonce and key, too, and check it against the chain.
"""

import hashlib
import os
from dataclasses import dataclass
from typing import Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Digest

__all__ = ["LONGEST_REMARK", "SealedRemark", "open_remark", "seal_remark"]

LONGEST_REMARK: Final = 1000
_FORMAT: Final = b"corridor/remark/1"
_KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


@dataclass(frozen=True, slots=True)
class SealedRemark:
    """Nonce and ciphertext."""

    raw: bytes

    def __post_init__(self) -> None:
        if len(self.raw) <= _NONCE_BYTES + _TAG_BYTES:
            raise InvalidValueError("a sealed remark has a nonce, a ciphertext and a tag")

    @property
    def digest(self) -> Digest:
        """What stands on chain."""
        return Digest(hashlib.sha256(_FORMAT + b"\0" + self.raw).digest())

    @classmethod
    def of(cls, raw: bytes, digest: Digest) -> Self:
        """What is kept for a remark on chain.

        Raises:
            InvalidValueError: it is not what the chain commits to.
        """
        remark = cls(raw)
        if remark.digest != digest:
            raise InvalidValueError(f"the remark that is kept is not {digest}")
        return remark


def seal_remark(secret: bytes, title: Bytes32, text: str) -> SealedRemark:
    """Encrypt a text of 1 to 1000 characters.

    Raises:
        InvalidValueError: shorter, longer, or not writable as UTF-8.
    """
    if not 1 <= len(text) <= LONGEST_REMARK:
        raise InvalidValueError(f"remark: want 1 to {LONGEST_REMARK} characters; got {len(text)}")
    try:
        plain = text.encode()
    except UnicodeEncodeError as error:
        raise InvalidValueError("remark: holds half of a character") from error
    nonce = os.urandom(_NONCE_BYTES)
    return SealedRemark(nonce + AESGCM(_key(secret, title)).encrypt(nonce, plain, _FORMAT))


def open_remark(secret: bytes, title: Bytes32, remark: SealedRemark) -> str:
    """Decrypt a text.

    Raises:
        InvalidValueError: another title's, another secret's, or changed.
    """
    nonce, sealed = remark.raw[:_NONCE_BYTES], remark.raw[_NONCE_BYTES:]
    try:
        return AESGCM(_key(secret, title)).decrypt(nonce, sealed, _FORMAT).decode()
    except (InvalidTag, UnicodeDecodeError) as error:
        raise InvalidValueError(f"the remark {remark.digest} does not open") from error


def _key(secret: bytes, title: Bytes32) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=title.raw, info=_FORMAT).derive(secret)
