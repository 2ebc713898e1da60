# SPDX-License-Identifier: Apache-2.0
"""A transaction: its bytes, its hash, its signature; EIP-1559, or legacy with EIP-155.

Written out here, because a signing key signs 32 bytes and never leaves its keeper (`Account`), and
because a replacement must take a stored transaction apart again. A test compares with eth-account.
"""

from dataclasses import dataclass, replace
from typing import Final, Protocol, Self

import rlp

from ledger.acts import recovered_key
from ledger.errors import InvalidValueError
from ledger.primitives import Address, Bytes32, Digest, Signature
from ledger.statements import keccak256

__all__ = ["Account", "Fee", "SignedTransaction", "Transaction", "signer_of"]

_TYPE_2: Final = b"\x02"
_TYPE_2_FIELDS: Final = 12
_LEGACY_FIELDS: Final = 9
_EIP155: Final = 35
_V_ZERO: Final = 27
_NOT_OURS: Final = "not a signed transaction of ours"


class Account(Protocol):
    """A key that pays for and signs transactions. `ledger.keys` has one; a KMS could be another."""

    @property
    def address(self) -> Address:
        """Its address."""

    def sign(self, digest: bytes) -> Signature:
        """Sign 32 bytes (low s, v 27 or 28)."""


@dataclass(frozen=True, slots=True)
class Fee:
    """Wei per gas. `priority` is None on a chain without a base fee: then `most` is the price."""

    most: int
    priority: int | None

    def raised(self, current: "Fee") -> "Fee":
        """An eighth more, so that nodes take it as a replacement; at least what is usual now."""
        most = max(self.most * 9 // 8 + 1, current.most)
        if self.priority is None:
            return Fee(most, None)
        return Fee(most, max(self.priority * 9 // 8 + 1, current.priority or 0))

    def capped(self, most: int | None) -> "Fee":
        """At most `most` wei per gas; None: any price."""
        if most is None or self.most <= most:
            return self
        return Fee(most, None if self.priority is None else min(self.priority, most))


@dataclass(frozen=True, slots=True)
class SignedTransaction:
    """Ready to send. `raw` may be sent any number of times, and counts once."""

    hash: Bytes32
    raw: bytes


@dataclass(frozen=True, slots=True)
class Transaction:
    """A call without value; `to` is None where it creates a contract."""

    chain_id: int
    nonce: int
    fee: Fee
    gas: int
    to: Address | None
    data: bytes

    def signed(self, account: Account) -> SignedTransaction:
        """Sign it."""
        raw = account.sign(self.signing_digest()).raw
        numbers = [int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big")]
        parity = raw[64] - _V_ZERO
        if self.fee.priority is None:
            v = parity + _EIP155 + 2 * self.chain_id
            encoded = self._encoded([v, *numbers])
        else:
            encoded = self._encoded([parity, *numbers])
        return SignedTransaction(Bytes32(keccak256(encoded)), encoded)

    def signing_digest(self) -> bytes:
        """The 32 bytes that its signature is over."""
        return keccak256(self._encoded(self._unsigned_tail()))

    def with_fee(self, fee: Fee) -> Self:
        """The same transaction at another price: at most one of the two can be mined."""
        return replace(self, fee=fee)

    @classmethod
    def parse(cls, raw: bytes) -> Self:
        """Take a signed transaction of ours apart; its signature is not looked at."""
        return cls._of(raw, _fields(raw))

    @classmethod
    def _of(cls, raw: bytes, fields: list[bytes]) -> Self:
        try:
            return cls._typed(fields) if raw[:1] == _TYPE_2 else cls._legacy(fields)
        except (TypeError, ValueError) as error:
            raise InvalidValueError(_NOT_OURS) from error

    @classmethod
    def _typed(cls, fields: list[bytes]) -> Self:
        if len(fields) != _TYPE_2_FIELDS:
            raise ValueError(len(fields))
        chain_id, nonce, priority, most, gas = map(_number, fields[:5])
        return cls(chain_id, nonce, Fee(most, priority), gas, _address(fields[5]), fields[7])

    @classmethod
    def _legacy(cls, fields: list[bytes]) -> Self:
        if len(fields) != _LEGACY_FIELDS:
            raise ValueError(len(fields))
        nonce, price, gas = map(_number, fields[:3])
        chain_id = (_number(fields[6]) - _EIP155) // 2
        return cls(chain_id, nonce, Fee(price, None), gas, _address(fields[3]), fields[5])

    def _unsigned_tail(self) -> list[int]:
        return [self.chain_id, 0, 0] if self.fee.priority is None else []

    def _encoded(self, tail: list[int]) -> bytes:
        to = b"" if self.to is None else self.to.raw
        if self.fee.priority is None:
            legacy: bytes = rlp.encode(
                [self.nonce, self.fee.most, self.gas, to, 0, self.data, *tail]
            )
            return legacy
        fees = [self.fee.priority, self.fee.most, self.gas]
        typed: bytes = rlp.encode([self.chain_id, self.nonce, *fees, to, 0, self.data, [], *tail])
        return _TYPE_2 + typed


def signer_of(raw: bytes) -> tuple[int, Address]:
    """The nonce of a signed transaction of ours, and who signed it: rows can be written by others.

    Raises:
        InvalidValueError: it is none, or nobody signed it.
    """
    fields = _fields(raw)
    transaction = Transaction._of(raw, fields)  # noqa: SLF001 — its own module
    v, r, s = fields[-3:]
    parity = _number(v)
    if transaction.fee.priority is None:
        parity -= _EIP155 + 2 * transaction.chain_id
    try:
        signature = Signature(r.rjust(32, b"\0") + s.rjust(32, b"\0") + bytes([parity + _V_ZERO]))
        return transaction.nonce, recovered_key(Digest(transaction.signing_digest()), signature)
    except ValueError as error:
        raise InvalidValueError(_NOT_OURS) from error


def _fields(raw: bytes) -> list[bytes]:
    try:
        fields = rlp.decode(raw[1:] if raw[:1] == _TYPE_2 else raw)
    except rlp.DecodingError as error:
        raise InvalidValueError(_NOT_OURS) from error
    if not isinstance(fields, list):
        raise InvalidValueError(_NOT_OURS)
    return fields


def _number(raw: bytes) -> int:
    return int.from_bytes(raw, "big")


def _address(raw: bytes) -> Address | None:
    return Address(raw) if raw else None
