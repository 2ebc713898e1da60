# SPDX-License-Identifier: Apache-2.0
"""An act with its key's signature: anyone may carry it, nobody can change it."""

from dataclasses import dataclass
from typing import Final

import coincurve

from ledger.acts.act import Act, ActDomain
from ledger.errors import InvalidValueError
from ledger.primitives import Address, Digest, Signature
from ledger.statements import keccak256

__all__ = ["SignedAct", "recovered_key"]

# secp256k1's order; a signature with s above half of it has a twin, and is refused (EIP-2).
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_V_ZERO: Final = 27


@dataclass(frozen=True, slots=True)
class SignedAct:
    """An act and its key's signature. Building one checks the signature.

    Raises:
        InvalidValueError: high s, bad v, or another key's signature.
    """

    act: Act
    domain: ActDomain
    key: Address
    signature: Signature

    def __post_init__(self) -> None:
        recovered = recovered_key(self.id, self.signature)
        if recovered != self.key:
            raise InvalidValueError(
                f"signature: made by {recovered}, not by the key {self.key}; or another act, chain "
                "or contract was signed"
            )

    @property
    def id(self) -> Digest:
        """The act's id: what was signed."""
        return self.act.digest(self.domain)


def recovered_key(digest: Digest, signature: Signature) -> Address:
    """Find whose signature over 32 bytes this is.

    Raises:
        InvalidValueError: high s, bad v, or no key made it.
    """
    raw = signature.raw
    if int.from_bytes(raw[32:64], "big") > _ORDER // 2:
        raise InvalidValueError("signature: s is in the upper half of the order")
    if raw[64] not in (_V_ZERO, _V_ZERO + 1):
        raise InvalidValueError(f"signature: v is 27 or 28; got {raw[64]}")
    try:
        key = coincurve.PublicKey.from_signature_and_message(
            raw[:64] + bytes([raw[64] - _V_ZERO]), digest.raw, hasher=None
        )
    except MemoryError:
        raise  # says nothing of the signature
    except Exception as error:
        raise InvalidValueError("signature: no key made it") from error
    return Address(keccak256(key.format(compressed=False)[1:])[12:])
