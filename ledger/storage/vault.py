# SPDX-License-Identifier: Apache-2.0
"""Envelope encryption at rest: a data key per document, wrapped by a key that is kept elsewhere.

AES-256-GCM with 96-bit nonces from the operating system. A data key encrypts a handful of columns
of one document once, so its nonces cannot collide in practice. A key-encryption key (KEK) wraps
one data key per document: NIST SP 800-38D §8.3 allows 2³² random nonces, and `rewrap` moves to a
new KEK long before. Deleting the wrapped data key erases the document, ciphertext notwithstanding.
"""

import hashlib
import hmac
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from ledger.errors import ConfigurationError
from ledger.primitives import Digest

__all__ = ["KEY_BYTES", "DataKey", "Vault", "VaultKeys", "WrappedKey"]

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_KEK_ID = re.compile(r"[a-z0-9][a-z0-9.-]{0,55}", re.ASCII)
_COLUMN: Final = b"corridor/vault/column/1"
_WRAP: Final = b"corridor/vault/data-key/1"
_SECRET: Final = b"corridor/vault/secret/1\0"
_INDEX: Final = b"corridor/vault/index/1"
_KEK_CHECK: Final = b"corridor/vault/kek-check/1"


@dataclass(frozen=True, slots=True)
class VaultKeys:
    """The secrets that the database must never hold. `repr` hides them.

    `keks`: KEK id → 32 bytes; new documents use `current`, older ids open what they wrapped.
    `index_secret`: 32 bytes of its own, because tags must outlive every KEK: with another index
    secret nothing that was stored is found again, and duplicates go unnoticed.
    """

    current: str
    keks: Mapping[str, bytes] = field(repr=False)
    index_secret: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if self.current not in self.keks:
            raise ConfigurationError(f"no key-encryption key is called {self.current!r}")
        for name, key in self.keks.items():
            if not _KEK_ID.fullmatch(name) or len(key) != KEY_BYTES:
                raise ConfigurationError(
                    f"key-encryption key {name!r}: want an id [a-z0-9.-] and {KEY_BYTES} bytes"
                )
        if len(self.index_secret) != KEY_BYTES:
            raise ConfigurationError(f"the index secret has {KEY_BYTES} bytes")


@dataclass(frozen=True, slots=True)
class WrappedKey:
    """A data key as the database keeps it: the KEK's id, nonce and ciphertext."""

    kek_id: str
    wrapped: bytes


@dataclass(frozen=True, slots=True)
class DataKey:
    """One document's key, in memory. `repr` hides it."""

    commitment: Digest
    _raw: bytes = field(repr=False)

    def encrypt(self, column: str, plain: bytes) -> bytes:
        """Encrypt one column; the ciphertext opens only in this column of this document."""
        return _encrypt(self._raw, plain, _bound(_COLUMN, self.commitment, column))

    def decrypt(self, column: str, sealed: bytes) -> bytes:
        """Decrypt one column.

        Raises:
            ConfigurationError: it was changed, or belongs elsewhere.
        """
        try:
            return _decrypt(self._raw, sealed, _bound(_COLUMN, self.commitment, column))
        except InvalidTag as error:
            raise ConfigurationError(
                f"{column} of {self.commitment} does not open: the row was changed"
            ) from error


class Vault:
    """Data keys and lookup tags, under keys handed in."""

    def __init__(self, keys: VaultKeys) -> None:
        self._keys = keys
        self._index_key = _derived(keys.index_secret, _INDEX)

    def __repr__(self) -> str:
        return f"Vault({self._keys.current!r}, hidden)"

    @property
    def current(self) -> str:
        """The id of the KEK that wraps new data keys."""
        return self._keys.current

    def new_key(self, commitment: Digest) -> tuple[DataKey, WrappedKey]:
        """Draw a data key for one document, and wrap it."""
        raw = os.urandom(KEY_BYTES)
        return DataKey(commitment, raw), self._wrap(commitment, raw)

    def unwrap(self, commitment: Digest, wrapped: WrappedKey) -> DataKey:
        """Open a data key.

        Raises:
            ConfigurationError: its KEK is not loaded, or is not the one that wrapped it.
        """
        return DataKey(commitment, self._unwrap(commitment, wrapped))

    def rewrap(self, commitment: Digest, wrapped: WrappedKey) -> WrappedKey:
        """Wrap a data key anew under the current KEK; raises as `unwrap`."""
        return self._wrap(commitment, self._unwrap(commitment, wrapped))

    def wrap_secret(self, bound: bytes, secret: bytes) -> WrappedKey:
        """Wrap a secret of 32 bytes; it opens only for the same `bound`."""
        kek_id = self._keys.current
        return WrappedKey(kek_id, _encrypt(self._keys.keks[kek_id], secret, _SECRET + bound))

    def unwrap_secret(self, bound: bytes, wrapped: WrappedKey) -> bytes:
        """Open a secret.

        Raises:
            ConfigurationError: its KEK is not loaded, or is not the one that wrapped it.
        """
        return self._opened(wrapped, _SECRET + bound, "a secret")

    def rewrap_secret(self, bound: bytes, wrapped: WrappedKey) -> WrappedKey:
        """Wrap a secret anew under the current KEK; raises as `unwrap_secret`."""
        return self.wrap_secret(bound, self.unwrap_secret(bound, wrapped))

    def tag(self, label: str, *parts: bytes) -> bytes:
        """HMAC-SHA-256 under the index key: equal parts, equal tags, and nothing else is told."""
        message = label.encode("ascii") + b"\0"
        for part in parts:
            message += len(part).to_bytes(8, "big") + part
        return hmac.digest(self._index_key, message, "sha256")

    def checks(self) -> dict[str, str]:
        """Values by which a database recognises its keys; they open nothing."""
        checks = {
            f"kek:{name}": hashlib.sha256(_derived(key, _KEK_CHECK)).hexdigest()
            for name, key in self._keys.keks.items()
        }
        return {"index": self.tag("check").hex(), **checks}

    def _wrap(self, commitment: Digest, raw: bytes) -> WrappedKey:
        kek_id = self._keys.current
        bound = _bound(_WRAP, commitment, kek_id)
        return WrappedKey(kek_id, _encrypt(self._keys.keks[kek_id], raw, bound))

    def _unwrap(self, commitment: Digest, wrapped: WrappedKey) -> bytes:
        return self._opened(wrapped, _bound(_WRAP, commitment, wrapped.kek_id), str(commitment))

    def _opened(self, wrapped: WrappedKey, bound: bytes, what: str) -> bytes:
        kek = self._keys.keks.get(wrapped.kek_id)
        if kek is None:
            raise ConfigurationError(
                f"{what} needs the key-encryption key {wrapped.kek_id!r}, which is not loaded"
            )
        try:
            return _decrypt(kek, wrapped.wrapped, bound)
        except InvalidTag as error:
            raise ConfigurationError(
                f"the key-encryption key {wrapped.kek_id!r} does not open {what}: "
                "it is another key, or the row was changed"
            ) from error


def _bound(purpose: bytes, commitment: Digest, name: str) -> bytes:
    return purpose + b"\0" + commitment.raw + name.encode("ascii")


def _encrypt(key: bytes, plain: bytes, bound: bytes) -> bytes:
    nonce = os.urandom(_NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound)


def _decrypt(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    if len(sealed) < _NONCE_BYTES:
        raise InvalidTag
    return AESGCM(key).decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], bound)


def _derived(secret: bytes, label: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=label).derive(secret)
