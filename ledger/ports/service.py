# SPDX-License-Identifier: Apache-2.0
"""What intake, sequencer and anchorer need from storage, keys and a chain that takes writes."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

from ledger.anchors import Finality
from ledger.documents import Findings
from ledger.log import Tile, TreeHead
from ledger.primitives import Address, Digest, PartyId, Signature
from ledger.sealing import SealedDocument
from ledger.statements import Statement

__all__ = [
    "Accepted",
    "Authority",
    "DocumentStore",
    "DocumentSummary",
    "LogStore",
    "NewStatement",
    "PendingStatement",
    "SequencedBatch",
    "SignedHead",
    "Signers",
    "StoredDocument",
    "StoredStatement",
]


class Signers(Protocol):
    """The `sign` keys that this service holds for parties. No key leaves it."""

    def signer_of(self, party: PartyId) -> Address | None:
        """The key held for a party, or None: the party signs for itself."""

    def sign(self, signer: Address, digest: bytes) -> Signature:
        """Sign 32 bytes with a held key (low s, v 27 or 28)."""


class Authority(Protocol):
    """What the chain says today about who may sign what."""

    def authorised(
        self, party: PartyId, signer: Address, document_type: str | None, until: int
    ) -> None:
        """Prove that a key is the party's `sign` key, and accredited, now and up to `until` (Unix).

        Args:
            party: whose key it should be.
            signer: the key that signed or will sign.
            document_type: the type to be accredited for; None: not known here, only the key is
                asked for.
            until: the promised time of anchoring.

        Raises:
            NotAuthorisedYetError: it is not, or ends before.
            ChainUnavailableError: it cannot be told.
        """


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

    `commitments` in statement order. `documents` holds those whose contents the service keeps;
    findings belong to one document, so with several there are none. `claims_references`: the
    party numbered these documents itself, so the same (party, type, reference) is a duplicate; a
    countersignature claims no number.
    """

    statement: Statement
    commitments: tuple[Digest, ...]
    documents: tuple[SealedDocument, ...]
    acceptance: str
    accepted_at: int
    anchor_by: int
    findings: Findings
    claims_references: bool = True


@dataclass(frozen=True, slots=True)
class StoredStatement:
    """A statement that was accepted, its commitments in statement order, and its acceptance."""

    statement: Statement
    commitments: tuple[Digest, ...]
    acceptance: str
    accepted_at: int
    anchor_by: int


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
    """A kept document, opened, and the statements of its issuers that were accepted here.

    `holders`: the parties that handed in the whole content here, and so know it anyway.
    """

    sealed: SealedDocument
    statements: tuple[Digest, ...]
    findings: Findings
    holders: tuple[PartyId, ...] = ()


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

    def same_statement(self, party: PartyId, root: Digest, signer: Address) -> Accepted | None:
        """The first result for a statement: unique by (ledger, party, root, signer)."""

    def remember(
        self, party: PartyId, idempotency_key: str, body: Digest, statement: Digest
    ) -> None:
        """Note that an Idempotency-Key led to a first result that was there already.

        Raises:
            IdempotencyConflictError: meanwhile it was used with another body.
        """

    def accept(
        self, new: NewStatement, idempotency_key: str | None, body: Digest | None
    ) -> Accepted:
        """Make it durable (one fsync'd transaction) and return what was accepted.

        Two at once: the database's unique keys decide, and the loser gets the first result.
        """

    def document(self, commitment: Digest) -> StoredDocument:
        """Open a kept document; NotFoundError if this service does not hold it."""

    def statement(self, digest: Digest) -> StoredStatement:
        """An accepted statement; NotFoundError if this service never accepted it."""

    def statements_of(self, commitment: Digest, parties: Collection[PartyId]) -> tuple[Digest, ...]:
        """The accepted statements of these parties that state a commitment, oldest first.

        Of these parties only: anybody may state any commitment, and strangers must not get into
        a document's package.
        """

    def summaries(
        self, party: PartyId, reference: str | None, limit: int
    ) -> tuple[DocumentSummary, ...]:
        """A party's own documents, newest first, at most `limit`."""

    def commitments_of_file(self, sha256: Digest, limit: int) -> tuple[Digest, ...]:
        """The documents that list a file with this digest, oldest first, at most `limit`."""


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


@dataclass(frozen=True, slots=True)
class SignedHead:
    """A head that the log had, the checkpoint that was signed for it, and when (Unix)."""

    head: TreeHead
    checkpoint: str
    created_at: int


class LogStore(Protocol):
    """Where the log is kept; also a `ledger.log.TileReader`."""

    def head(self) -> TreeHead:
        """The newest head; size 0 and the empty root at first."""

    def checkpoint(self) -> str | None:
        """The newest signed checkpoint; None while the log is empty."""

    def signed_heads(self, above: int, limit: int) -> tuple[SignedHead, ...]:
        """Heads of more than `above` entries, smallest first, at most `limit`."""

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
