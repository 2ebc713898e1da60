# SPDX-License-Identifier: Apache-2.0
"""Stop 8, over the store: receipts and packages of what is final, and how far the rest is."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from ledger.anchors import Finality
from ledger.errors import NotFinalError, NotFoundError
from ledger.log import TileReader, inclusion_of
from ledger.merkle import inclusion_path, leaf_digest
from ledger.ports.anchoring import AnchoredHead, EntryPlace, Outbox
from ledger.ports.facade import DocumentState
from ledger.ports.service import DocumentStore, StoredDocument, StoredStatement
from ledger.primitives import Digest, PartyId
from ledger.receipts import Package, Receipt

__all__ = ["Issued", "Packager"]

RETRY_AFTER_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Issued:
    """Receipts of one commitment, one per party in their order, and the promises for them."""

    receipts: tuple[Receipt, ...]
    acceptances: tuple[str, ...]


class Packager:
    """Builds what a holder keeps from what is stored."""

    def __init__(self, store: DocumentStore, log: TileReader, outbox: Outbox) -> None:
        self._store = store
        self._log = log
        self._outbox = outbox

    def package(self, party: PartyId, commitment: Digest) -> Package:
        """The package of a document that the party may read.

        Raises:
            NotFoundError: not kept here, or not this party's.
            NotFinalError: no statement about it has a final anchor yet.
        """
        document = self._readable(party, commitment)
        return self._packed(commitment, document)

    def package_of_anyone(self, commitment: Digest) -> Package:
        """The same without asking who reads: for a verification that discloses no field."""
        document = self._store.document(commitment)
        try:
            return self._packed(commitment, document)
        except NotFinalError:
            return Package.of(document.sealed, ())

    def issued(self, commitment: Digest, parties: Collection[PartyId]) -> Issued:
        """The final receipts of these parties. Whoever knows a commitment may ask.

        Raises:
            NotFoundError: no statement of theirs about it was accepted here.
            NotFinalError: none is final yet.
        """
        digests = self._store.statements_of(commitment, parties)
        if not digests:
            raise NotFoundError(f"no statement about {commitment} was accepted here")
        by_party: dict[PartyId, tuple[Receipt, str]] = {}
        for held, place, anchor in self._final(digests):
            party = held.statement.body.party
            if party not in by_party:
                receipt = self._receipt(commitment, held, place, anchor)
                by_party[party] = (receipt, held.acceptance)
        if not by_party:
            raise NotFinalError(
                f"no final anchor covers {commitment} yet; ask again", RETRY_AFTER_SECONDS
            )
        ordered = [by_party[party] for party in sorted(by_party, key=lambda held: held.raw)]
        return Issued(tuple(item[0] for item in ordered), tuple(item[1] for item in ordered))

    def state(self, party: PartyId, commitment: Digest) -> DocumentState:
        """How far a document is, for a party that may read it.

        Raises:
            NotFoundError: not kept here, or not this party's.
        """
        document = self._readable(party, commitment)
        stated = [self._store.statement(digest) for digest in document.statements]
        own = next((held for held in stated if held.statement.body.party == party), stated[0])
        digest = own.statement.digest()
        place = self._outbox.place_of(digest)
        envelope = document.sealed.document
        return DocumentState(
            commitment=commitment,
            document_type=envelope.document_type,
            reference=envelope.reference,
            finality=finality_of(place),
            accepted_at=own.accepted_at,
            anchor_by=own.anchor_by,
            issuers=envelope.issuers,
            stated_by=tuple(dict.fromkeys(held.statement.body.party for held in stated)),
            findings=document.findings,
            statement=digest,
            entry_index=place.index,
            anchored_at=None if place.anchor is None else place.anchor.record.time,
            acceptance=own.acceptance,
        )

    def _readable(self, party: PartyId, commitment: Digest) -> StoredDocument:
        document = self._store.document(commitment)
        if party not in document.sealed.document.issuers and party not in document.holders:
            raise NotFoundError(f"no document {commitment} is kept here")
        return document

    def _packed(self, commitment: Digest, document: StoredDocument) -> Package:
        issued = self.issued(commitment, document.sealed.document.issuers)
        return Package.of(document.sealed, issued.receipts, issued.acceptances)

    def _final(
        self, digests: tuple[Digest, ...]
    ) -> Iterator[tuple[StoredStatement, int, AnchoredHead]]:
        """Statements with a final anchor; the newest word of a party first, for it was restated."""
        for digest in reversed(digests):
            place = self._outbox.place_of(digest)
            if place.index is not None and finality_of(place) is Finality.FINAL and place.anchor:
                yield self._store.statement(digest), place.index, place.anchor

    def _receipt(
        self, commitment: Digest, held: StoredStatement, index: int, anchor: AnchoredHead
    ) -> Receipt:
        position = held.commitments.index(commitment)
        leaves = [leaf_digest(item.raw) for item in held.commitments]
        return Receipt(
            statement=held.statement,
            statement_index=position,
            statement_path=inclusion_path(leaves, position),
            entry_index=index,
            log_path=inclusion_of(self._log, index, anchor.record.size),
            size=anchor.record.size,
            root=anchor.root,
            anchor=anchor.hint,
        )


def finality_of(place: EntryPlace) -> Finality:
    """How far a statement is. That a transaction was sent is not told apart from LOGGED here."""
    if place.index is None:
        return Finality.ACCEPTED
    return Finality.LOGGED if place.anchor is None else place.anchor.finality
