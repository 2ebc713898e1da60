# SPDX-License-Identifier: Apache-2.0
"""A secp256k1 key in memory. It signs; nothing it prints or raises shows it."""

from typing import Final, NoReturn

import coincurve

from ledger.errors import ConfigurationError, InvalidValueError
from ledger.primitives import Address, Signature
from ledger.statements import keccak256

__all__ = ["HeldKey"]

_SECRET_BYTES: Final = 32
_V_ZERO: Final = 27


class HeldKey:
    """An account whose key this process holds."""

    __slots__ = ("_key", "address")

    def __init__(self, secret: bytes) -> None:
        problem = len(secret) != _SECRET_BYTES
        if not problem:
            try:
                self._key = coincurve.PrivateKey(secret)
            except ValueError:
                problem = True
        if problem:
            raise ConfigurationError("not a secp256k1 private key of 32 bytes")
        public = self._key.public_key.format(compressed=False)
        self.address = Address(keccak256(public[1:])[12:])

    @classmethod
    def random(cls) -> "HeldKey":
        """A new key, from the system's random numbers."""
        return cls(coincurve.PrivateKey().secret)

    def sign(self, digest: bytes) -> Signature:
        """Sign 32 bytes: RFC 6979, low s, v 27 or 28."""
        if len(digest) != _SECRET_BYTES:
            raise InvalidValueError(f"a key signs 32 bytes; got {len(digest)}")
        raw = self._key.sign_recoverable(digest, hasher=None)
        return Signature(raw[:64] + bytes([raw[64] + _V_ZERO]))

    def secret(self) -> bytes:
        """The key itself: for the keystore, which encrypts it."""
        return self._key.secret

    def __repr__(self) -> str:
        return f"HeldKey({self.address}, hidden)"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a key is not pickled")
