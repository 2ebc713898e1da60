# SPDX-License-Identifier: Apache-2.0
"""Whose signature a stored transaction carries: rows can be written by others than we."""

from typing import Final

import rlp

from ledger.acts import recovered_key
from ledger.errors import InvalidValueError
from ledger.primitives import Address, Digest, Signature
from ledger.statements import keccak256

__all__ = ["signer_of"]

_TYPE_2: Final = b"\x02"
_TYPE_2_SIGNED: Final = 9  # of twelve fields; parity, r and s follow
_LEGACY_SIGNED: Final = 6  # of nine fields; v, r and s follow
_EIP155: Final = 35
_V_ZERO: Final = 27


def signer_of(raw: bytes) -> tuple[int, Address]:
    """The nonce of a signed transaction, EIP-1559 or legacy with EIP-155, and who signed it.

    Raises:
        InvalidValueError: it is neither, or nobody signed it.
    """
    try:
        if raw[:1] == _TYPE_2:
            fields = rlp.decode(raw[1:])
            digest = keccak256(_TYPE_2 + rlp.encode(fields[:_TYPE_2_SIGNED]))
            nonce, parity = _number(fields[1]), _number(fields[_TYPE_2_SIGNED])
        else:
            fields = rlp.decode(raw)
            chain_id, parity = divmod(_number(fields[_LEGACY_SIGNED]) - _EIP155, 2)
            digest = keccak256(rlp.encode([*fields[:_LEGACY_SIGNED], chain_id, 0, 0]))
            nonce = _number(fields[0])
        signature = b"".join(field.rjust(32, b"\0") for field in fields[-2:])
        return nonce, recovered_key(
            Digest(digest), Signature(signature + bytes([parity + _V_ZERO]))
        )
    except (rlp.RLPException, ValueError, TypeError, LookupError, AttributeError) as error:
        raise InvalidValueError("not a signed transaction of ours") from error


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")
