# SPDX-License-Identifier: Apache-2.0
"""Stop 5: one signature over 1…n commitments (docs/formats.md §5–6).

The typed-data digest has one fixed type, so it is written out here: verifying must not cost the
start-up of a general EIP-712 library (a test compares with eth-account).
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Self

import coincurve
import sha3

from ledger.canonical import canonical_bytes
from ledger.errors import InvalidStatementError, InvalidValueError
from ledger.merkle import leaf_digest, merkle_root, root_from_path
from ledger.primitives import (
    Address,
    Digest,
    Json,
    PartyId,
    Signature,
    format_time,
    parse_decimal,
    parse_time,
    shown,
)

__all__ = [
    "FORMAT",
    "MAX_COUNT",
    "LedgerId",
    "Statement",
    "UnsignedStatement",
    "commitments_root",
    "keccak256",
    "statement_root_from_path",
]

FORMAT: Final = "corridor/statement/1"
MAX_COUNT: Final = 2**32
MEMBERS: Final = (
    "format",
    "ledger",
    "party",
    "signer",
    "count",
    "root",
    "statedAt",
    "signature",
)
_LEDGER = re.compile(r"eip155:(0|[1-9][0-9]{0,17}):(0x[0-9a-f]{40})", re.ASCII)
_MAX_CHAIN_ID: Final = 10**18 - 1
# secp256k1's order; a signature with s above half of it has a twin, and is refused (EIP-2).
_ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
_V_VALUES: Final = (27, 28)


def keccak256(data: bytes) -> bytes:
    """Ethereum's keccak-256 (not NIST SHA3-256): 32 bytes."""
    digest: bytes = sha3.keccak_256(data).digest()
    return digest


_DOMAIN_TYPE: Final = keccak256(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)
_STATEMENT_TYPE: Final = keccak256(
    b"Statement(bytes32 party,bytes32 root,uint64 count,uint64 statedAt)"
)
_NAME: Final = keccak256(b"Corridor Ledger")
_VERSION: Final = keccak256(b"1")


@dataclass(frozen=True, slots=True, order=True)
class LedgerId:
    """A ledger: its chain and the address of its DocumentLog (CAIP-10)."""

    chain_id: int
    log: Address

    @classmethod
    def parse(cls, text: object) -> Self:
        """Read `eip155:<chain id>:0x<40 hex>`."""
        found = _LEDGER.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise InvalidValueError(f"want eip155:<chain id>:0x<address>; got {shown(text)}")
        return cls(parse_decimal(found[1], _MAX_CHAIN_ID), Address.parse(found[2]))

    def __str__(self) -> str:
        return f"eip155:{self.chain_id}:{self.log}"


@dataclass(frozen=True, slots=True)
class UnsignedStatement:
    """What a party is about to sign: `count` commitments under `root`, at `stated_at` (Unix)."""

    ledger: LedgerId
    party: PartyId
    count: int
    root: Digest
    stated_at: int

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MAX_COUNT:
            raise InvalidStatementError(f"count: want 1 to 2^32; got {self.count}")

    def signing_digest(self) -> bytes:
        """The 32 bytes that the key signs: keccak256(0x19 01 ‖ domain ‖ struct), EIP-712."""
        domain = keccak256(
            _DOMAIN_TYPE
            + _NAME
            + _VERSION
            + self.ledger.chain_id.to_bytes(32, "big")
            + self.ledger.log.raw.rjust(32, b"\0")
        )
        struct = keccak256(
            _STATEMENT_TYPE
            + self.party.raw
            + self.root.raw
            + self.count.to_bytes(32, "big")
            + self.stated_at.to_bytes(32, "big")
        )
        return keccak256(b"\x19\x01" + domain + struct)

    def signed(self, signer: Address, signature: Signature) -> "Statement":
        """Attach a signature, checked.

        Raises:
            InvalidStatementError: it is not `signer`'s signature over this.
        """
        statement = Statement(self, signer, signature)
        statement.check_signature()
        return statement


@dataclass(frozen=True, slots=True)
class Statement:
    """A signed statement. Reading one checks its form; `check_signature` its signature."""

    body: UnsignedStatement
    signer: Address
    signature: Signature

    @classmethod
    def parse(cls, value: Json) -> Self:
        """Read the JSON form: all members, no others.

        Raises:
            InvalidStatementError: names the member at fault.
        """
        if not isinstance(value, dict) or set(value) != set(MEMBERS):
            raise InvalidStatementError(f"want an object with the members {', '.join(MEMBERS)}")
        if value["format"] != FORMAT:
            raise InvalidStatementError(f"format: want {FORMAT}; got {shown(value['format'])}")
        count = value["count"]
        if isinstance(count, bool) or not isinstance(count, int):
            raise InvalidStatementError(f"count: want a whole number; got {shown(count)}")
        try:
            body = UnsignedStatement(
                ledger=LedgerId.parse(value["ledger"]),
                party=PartyId.parse(value["party"]),
                count=count,
                root=Digest.parse(value["root"]),
                stated_at=parse_time(value["statedAt"]),
            )
            signer = Address.parse(value["signer"])
            return cls(body, signer, Signature.parse(value["signature"]))
        except InvalidValueError as error:
            raise InvalidStatementError(str(error)) from error

    def json(self) -> dict[str, Json]:
        """Write the JSON form, whose JCS is hashed."""
        return {
            "format": FORMAT,
            "ledger": str(self.body.ledger),
            "party": str(self.body.party),
            "signer": str(self.signer),
            "count": self.body.count,
            "root": str(self.body.root),
            "statedAt": format_time(self.body.stated_at),
            "signature": str(self.signature),
        }

    def digest(self) -> Digest:
        """H(JCS(statement)), signature included: what the log's entry holds."""
        return Digest(hashlib.sha256(canonical_bytes(self.json())).digest())

    def check_signature(self) -> None:
        """Prove that `signer` signed.

        Raises:
            InvalidStatementError: high s, bad v, or another key's signature.
        """
        raw = self.signature.raw
        s, v = int.from_bytes(raw[32:64], "big"), raw[64]
        if s > _ORDER // 2:
            raise InvalidStatementError("signature: s is in the upper half of the order")
        if v not in _V_VALUES:
            raise InvalidStatementError(f"signature: v is 27 or 28; got {v}")
        try:
            key = coincurve.PublicKey.from_signature_and_message(
                raw[:64] + bytes([v - 27]), self.body.signing_digest(), hasher=None
            )
        except MemoryError:
            raise  # says nothing of the signature
        except Exception as error:
            raise InvalidStatementError("signature: no key made it") from error
        recovered = Address(keccak256(key.format(compressed=False)[1:])[12:])
        if recovered != self.signer:
            raise InvalidStatementError(
                f"signature: made by {recovered}, not by the signer {self.signer}"
            )


def commitments_root(commitments: Sequence[Digest]) -> Digest:
    """Root of the statement tree, whose leaves are leaf(commitment)."""
    return merkle_root([leaf_digest(commitment.raw) for commitment in commitments])


def statement_root_from_path(
    commitment: Digest, index: int, count: int, path: Sequence[Digest]
) -> Digest | None:
    """Recompute the statement's root from one commitment; None if the path has the wrong shape."""
    return root_from_path(leaf_digest(commitment.raw), index, count, path)
