# SPDX-License-Identifier: Apache-2.0
"""What intake, sequencer and anchorer need from storage, keys and a chain that takes writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.anchors import AnchorHint, BlockRef, Finality, HeadRecord
from ledger.documents import Findings
from ledger.log import Tile, TreeHead
from ledger.primitives import Address, Bytes32, Digest, PartyId, Signature
from ledger.sealing import SealedDocument
from ledger.statements import Statement

__all__ = [
    "Accepted",
    "AnchorSender",
    "AnchoredHead",
    "DocumentSummary",
    "DocumentStore",
    "EntryPlace",
    "LogStore",
    "NewStatement",
    "Outbox",
    "PendingStatement",
    "SentAnchor",
    "SequencedBatch",
    "Signers",
    "StoredDocument",
]


class Signers(Protocol):
    """The `sign` keys that this service holds for parties. No key leaves it."""

    def signer_of(self, party: PartyId) -> Address | None:
        """The key held for a party, or None: the party signs for itself."""

    def sign(self, signer: Address, digest: bytes) -> Signature:
        """Sign 32 bytes with a held key (low s, v 27 or 28)."""


# -- intake ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a submitter is told.

    `created` is False when the same document, statement or Idempotency-Key was accepted before:
    then everything here is the first result. `acceptance` is a signed note, the same bytes each
    time. Times are Unix seconds.
    """

    commitment: Digest
    statement: Digest
    acceptance: str
    accepted_at: int
    anchor_by: int
    findings: Findings
    created: bool


@dataclass(frozen=True, slots=True)
class NewStatement:
    """One statement to be made durable: with its sealed documents, if they were sealed here.

    `commitments` in statement order. `documents` holds those whose contents the service keeps.
    """

    statement: Statement
    commitments: tuple[Digest, ...]
    documents: tuple[SealedDocument, ...]
    acceptance: str
    accepted_at: int
    anchor_by: int
    findings: Findings


@dataclass(frozen=True, slots=True)
class DocumentSummary:
    """One line of a list. `reference` is decrypted for its own party only."""

    commitment: Digest
    document_type: str
    reference: str
    accepted_at: int
    finality: Finality


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """A kept document, opened, and every statement about it that this service accepted."""

    sealed: SealedDocument
    statements: tuple[Digest, ...]
    findings: Findings


class DocumentStore(Protocol):
    """Where documents and statements are kept. Every method is one transaction."""

    def known(
        self, party: PartyId, idempotency_key: str | None, body: Digest | None
    ) -> Accepted | None:
        """The first result under an Idempotency-Key, or None.

        Raises:
            IdempotencyConflictError: the key came with another body.
        """

    def same_document(self, sealed: SealedDocument, party: PartyId) -> Accepted | None:
        """The first result for the same (party, type, reference) and equal JCS(envelope).

        Raises:
            ReferenceAlreadyUsedError: other content, and no `replaces` that names it.
        """

    def accept(
        self, new: NewStatement, idempotency_key: str | None, body: Digest | None
    ) -> Accepted:
        """Make it durable (one fsync'd transaction) and return what was accepted.

        Two at once: the database's unique keys decide, and the loser gets the first result.
        """

    def document(self, commitment: Digest) -> StoredDocument:
        """Open a kept document; NotFoundError if this service does not hold it."""

    def summaries(
        self, party: PartyId, reference: str | None, limit: int
    ) -> tuple[DocumentSummary, ...]:
        """A party's own documents, newest first, at most `limit`."""

    def commitment_of_file(self, sha256: Digest) -> Digest | None:
        """The newest document that lists a file with this digest, or None."""


# -- sequencer ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PendingStatement:
    """Accepted, without an index yet."""

    statement: Digest
    accepted_at: int


@dataclass(frozen=True, slots=True)
class SequencedBatch:
    """One step of the log, written in one transaction or not at all.

    `statements` get the indexes `old_size`, `old_size` + 1, …; `head` is after them.
    """

    old_size: int
    statements: tuple[Digest, ...]
    tiles: tuple[Tile, ...]
    head: TreeHead
    checkpoint: str


class LogStore(Protocol):
    """Where the log is kept; also a `ledger.log.TileReader`."""

    def head(self) -> TreeHead:
        """The newest head; size 0 and the empty root at first."""

    def checkpoint(self) -> str | None:
        """The newest signed checkpoint; None while the log is empty."""

    def pending(self, limit: int) -> tuple[PendingStatement, ...]:
        """Statements without an index, in the order of acceptance."""

    def sequence(self, batch: SequencedBatch) -> None:
        """Write indexes, entries, tiles, head, checkpoint and outbox row in one transaction.

        Raises:
            StateError: the stored size is no longer `old_size`; nothing was written.
        """

    def tile(self, level: int, index: int) -> bytes:
        """All hashes known of one tile; b"" if it has none."""

    def entries(self, start: int, end: int) -> tuple[Digest, ...]:
        """The statement digests of entries start…end−1, for entry bundles and recomputation."""


# -- anchorer ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SentAnchor:
    """A transaction stored before it was broadcast. `raw` is the signed transaction."""

    head: TreeHead
    old_size: int
    sender: Address
    nonce: int
    transaction: Bytes32
    raw: bytes
    sent_at: int


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """A head that stands on chain: the contract's own record, and where."""

    root: Digest
    record: HeadRecord
    hint: AnchorHint
    finality: Finality  # MINED or FINAL


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where a statement stands: its index, and the anchor that covers it once there is one."""

    index: int | None
    anchor: AnchoredHead | None


class Outbox(Protocol):
    """Heads on their way to the chain. Every method is one transaction."""

    def unanchored(self) -> TreeHead | None:
        """The newest head that no mined anchor covers, or None."""

    def head_of_size(self, size: int) -> TreeHead | None:
        """The head that the log had at a size, if a checkpoint was made there (0 always was)."""

    def sent(self) -> tuple[SentAnchor, ...]:
        """Transactions that were stored and are not mined, oldest first."""

    def store_sent(self, anchor: SentAnchor) -> None:
        """Keep a signed transaction before it is broadcast."""

    def store_anchored(self, anchor: AnchoredHead) -> None:
        """Note that a head stands on chain (MINED), or that it is FINAL now."""

    def mined(self) -> tuple[AnchoredHead, ...]:
        """Anchors that are mined and not final yet."""

    def return_to_outbox(self, root: Digest) -> None:
        """The chain no longer has it: the head waits again."""

    def place_of(self, statement: Digest) -> EntryPlace:
        """Index and anchor of a statement; NotFoundError if it was never accepted."""


class AnchorSender(Protocol):
    """The DocumentLog, with the sequencer's key."""

    def on_chain_size(self) -> int:
        """The log's size at the latest block."""

    def record(self, root: Digest) -> HeadRecord:
        """The head record of a root at the latest block."""

    def prepare(self, head: TreeHead, old_size: int, proof: Sequence[Digest]) -> SentAnchor:
        """Choose nonce and fee and sign; nothing is sent.

        Raises:
            ChainRejectedError: the contract would revert.
        """

    def broadcast(self, anchor: SentAnchor) -> None:
        """Send once; a node that knows the transaction already is fine."""

    def locate(self, root: Digest) -> AnchoredHead | None:
        """Find a head by contract state and event, never only by transaction hash."""

    def final_block(self) -> BlockRef:
        """The final block under the trust file's rule."""


