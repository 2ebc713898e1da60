# SPDX-License-Identifier: Apache-2.0
"""What a verification asks of a chain, and what it is told. `chain.reading` is the adapter."""

from dataclasses import dataclass
from typing import Protocol

from ledger.anchors import BlockRef, HeadRecord
from ledger.primitives import Address, Bytes32, Digest, PartyId
from ledger.trust import Trust, TrustedLedger

__all__ = [
    "Answer",
    "ChainReader",
    "Clock",
    "Evidence",
    "Interval",
    "IssuerAnswer",
    "KeyRecord",
    "Question",
    "ReceiptAnswer",
    "ReceiptQuestion",
    "StatusRecord",
    "View",
]


class Clock(Protocol):
    """The time, as this machine believes it to be."""

    def now(self) -> int:
        """Unix seconds."""


@dataclass(frozen=True, slots=True)
class ReceiptQuestion:
    """What one receipt claims: this party's key signed this statement root, under this log root."""

    party: PartyId
    signer: Address
    statement_root: Digest
    root: Digest


@dataclass(frozen=True, slots=True)
class Question:
    """All that one verification asks of one ledger, answered in one call."""

    document_type: str
    commitment: Digest
    receipts: tuple[ReceiptQuestion, ...]
    issuers: tuple[PartyId, ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open, Unix seconds: start ≤ t < end."""

    start: int
    end: int

    def holds(self, time: int) -> bool:
        """True if `time` lies in it."""
        return self.start <= time < self.end


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as PartyRegistry keeps it; `role` 1 signs, 2 manages, 0 is no key at all."""

    party: Bytes32
    interval: Interval
    role: int
    compromised_since: int
    declared_block: int


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """A status as DocumentStatus keeps it; `status` 0 none, 1 revoked, 2 suspended, 3 superseded.

    The last two members are of the key that wrote it.
    """

    status: int
    reason: int
    time: int
    block: int
    superseded_by: Digest
    key_compromised_since: int
    key_declared_block: int


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """What the chain knows about one receipt: head, key, accreditations for the document type."""

    head: HeadRecord
    key: KeyRecord
    accreditations: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class IssuerAnswer:
    """Who an issuer is, and every status record that concerns the document."""

    name: str
    country: str
    kind: str
    statuses: tuple[StatusRecord, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """LedgerLens's answer at one block; `number` and `time` are that block's own."""

    number: int
    time: int
    log_size: int
    frozen: bool
    receipts: tuple[ReceiptAnswer, ...]
    issuers: tuple[IssuerAnswer, ...]


@dataclass(frozen=True, slots=True)
class View:
    """An answer and the block it was read at."""

    block: BlockRef
    answer: Answer


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two views: at the final block, which decides, and at the latest, which may say "no more"."""

    source: str
    final: View
    latest: View


class ChainReader(Protocol):
    """Read access to a chain: all that a verifier needs."""

    def look(self, trust: Trust, ledger: TrustedLedger, question: Question) -> Evidence:
        """Answer at the final and the latest block.

        Raises:
            ChainUnavailableError: no usable answer, for whatever reason: nothing is decided.
        """
