# SPDX-License-Identifier: Apache-2.0
"""Stops 1 to 5: what a party hands in becomes a durable, signed, promised statement.

Nothing is promised that is not durable, and nothing is accepted whose key or accreditation ends
before the promise does: late anchoring must not hurt a good issuer.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import partial
from typing import Final

from ledger import journey
from ledger.canonical import PACKAGE_LIMITS, canonical_bytes, parse_exact
from ledger.documents import ListedFile, TradeDocument
from ledger.errors import (
    ForbiddenError,
    InvalidDocumentError,
    InvalidPackageError,
    InvalidStatementError,
    InvalidValueError,
)
from ledger.log import Acceptance, NoteSigner
from ledger.ports import Clock
from ledger.ports.service import Accepted, Authority, DocumentStore, NewStatement, Signers
from ledger.primitives import Address, Digest, PartyId
from ledger.receipts import OpenedContent, Package
from ledger.sealing import HiddenLeaf, Redaction, SealedDocument, commitment_of, reopen
from ledger.statements import LedgerId, Statement, commitments_root

__all__ = ["Intake", "IntakePorts", "IntakeTerms"]

_MAX_KEY_CHARACTERS: Final = 255


@dataclass(frozen=True, slots=True)
class IntakePorts:
    """What intake works with. `acceptances`: the Ed25519 key that promises are signed with."""

    store: DocumentStore
    signers: Signers
    acceptances: NoteSigner
    authority: Authority
    clock: Clock


@dataclass(frozen=True, slots=True)
class IntakeTerms:
    """What is promised: anchoring on this ledger within this many seconds."""

    ledger: LedgerId
    log_name: str
    promise_seconds: int


@dataclass(frozen=True, slots=True)
class _Subject:
    """What a party is about to state, and what is known of it."""

    commitment: Digest
    document_type: str
    issuers: tuple[PartyId, ...]
    sealed: SealedDocument | None


class Intake:
    """Accepts documents, countersignatures, and statements signed elsewhere."""

    def __init__(self, ports: IntakePorts, terms: IntakeTerms) -> None:
        self._ports = ports
        self._terms = terms

    def submit(
        self,
        party: PartyId,
        raw: bytes,
        files: tuple[ListedFile, ...],
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Notarise one document with the key that the service holds for the party.

        Args:
            party: whose token it is.
            raw: the submission; see `ledger.documents.parse_submission`.
            files: what travels beside it, hashed already.
            idempotency_key: chosen by the caller; the same key and body give the first result.

        Raises:
            InvalidInputError: it does not parse, or breaks a rule that no document may break.
            ForbiddenError: no key is held for this party.
            StateError: another body under this key; other content under this reference; a key or
                accreditation that ends too soon.
            OverloadedError: the queue is full; nothing was taken.
        """
        body = _body("submit", raw, *(canonical_bytes(file.json()) for file in files))
        known = self._known(party, idempotency_key, body)
        if known is not None:
            return known
        signer = self._held_key(party)
        document, findings = journey.read_document(raw, party, files)
        _check_issuer(document, party)
        sealed = journey.seal_document(document)
        first = self._ports.store.same_document(sealed, party)
        if first is not None:
            return self._remembered(party, idempotency_key, body, first)
        new = self._stated(party, signer, _subject_of(sealed))
        new = replace(new, documents=(sealed,), findings=findings)
        return self._ports.store.accept(new, idempotency_key, body)

    def countersign(
        self, party: PartyId, package: Package, idempotency_key: str | None = None
    ) -> Accepted:
        """State the document of another party's package as a further issuer.

        Raises:
            InvalidPackageError: the content does not recompute to the package's commitment.
            ForbiddenError: the party is no issuer of it, or no key is held for the party.
            StateError, OverloadedError: see `submit`.
        """
        body = _body("countersign", package.commitment.raw)
        known = self._known(party, idempotency_key, body)
        if known is not None:
            return known
        subject = _recomputed(package)
        if party not in subject.issuers:
            raise ForbiddenError(f"{party} is not among the issuers of {package.commitment}")
        signer = self._held_key(party)
        root = commitments_root((package.commitment,))
        first = self._ports.store.same_statement(party, root, signer)
        if first is not None:
            return self._remembered(party, idempotency_key, body, first)
        new = self._stated(party, signer, subject)
        documents = () if subject.sealed is None else (subject.sealed,)
        new = replace(new, documents=documents, claims_references=False)
        return self._ports.store.accept(new, idempotency_key, body)

    def submit_statement(
        self, party: PartyId, raw: bytes, idempotency_key: str | None = None
    ) -> Accepted:
        """Accept a statement that the party signed itself; no document is disclosed.

        Args:
            party: whose token it is.
            raw: JSON with exactly `statement` (corridor/statement/1) and `commitments`, the
                leaves of its root in order.
            idempotency_key: see `submit`.

        Raises:
            InvalidInputError: malformed, of another ledger, wrongly signed, or the commitments do
                not give its root.
            ForbiddenError: it is another party's.
            StateError, OverloadedError: see `submit`.
        """
        body = _body("statement", raw)
        known = self._known(party, idempotency_key, body)
        if known is not None:
            return known
        statement, commitments = _parse_statement(raw)
        self._check_statement(statement, commitments, party)
        root, signer = statement.body.root, statement.signer
        first = self._ports.store.same_statement(party, root, signer)
        if first is not None:
            return self._remembered(party, idempotency_key, body, first)
        now = self._ports.clock.now()
        until = now + self._terms.promise_seconds
        self._ports.authority.authorised(party, signer, None, until)
        new = self._promised(statement, commitments, now)
        return self._ports.store.accept(new, idempotency_key, body)

    def _known(self, party: PartyId, key: str | None, body: Digest) -> Accepted | None:
        if key is not None and not 1 <= len(key) <= _MAX_KEY_CHARACTERS:
            raise InvalidValueError(
                f"want an Idempotency-Key of 1 to {_MAX_KEY_CHARACTERS} characters"
            )
        return self._ports.store.known(party, key, body)

    def _remembered(
        self, party: PartyId, key: str | None, body: Digest, first: Accepted
    ) -> Accepted:
        if key is not None:
            self._ports.store.remember(party, key, body, first.statement)
        return first

    def _held_key(self, party: PartyId) -> Address:
        signer = self._ports.signers.signer_of(party)
        if signer is None:
            raise ForbiddenError(
                f"this service holds no key for {party}: submit a finished statement instead"
            )
        return signer

    def _stated(self, party: PartyId, signer: Address, subject: _Subject) -> NewStatement:
        """Sign one commitment, once it is sure that the authority to do so outlasts the promise."""
        now = self._ports.clock.now()
        until = now + self._terms.promise_seconds
        self._ports.authority.authorised(party, signer, subject.document_type, until)
        commitments = (subject.commitment,)
        key = (signer, partial(self._ports.signers.sign, signer))
        statement = journey.state_documents(self._terms.ledger, party, commitments, now, key)
        return self._promised(statement, commitments, now)

    def _promised(
        self, statement: Statement, commitments: tuple[Digest, ...], now: int
    ) -> NewStatement:
        anchor_by = now + self._terms.promise_seconds
        acceptance = Acceptance(
            name=self._terms.log_name,
            ledger=self._terms.ledger,
            statement=statement.digest(),
            accepted_at=now,
            anchor_by=anchor_by,
        )
        return NewStatement(
            statement=statement,
            commitments=commitments,
            documents=(),
            acceptance=acceptance.signed(self._ports.acceptances),
            accepted_at=now,
            anchor_by=anchor_by,
            findings=(),
        )

    def _check_statement(
        self, statement: Statement, commitments: tuple[Digest, ...], party: PartyId
    ) -> None:
        body = statement.body
        if body.ledger != self._terms.ledger:
            raise InvalidStatementError(f"ledger: this is {self._terms.ledger}; got {body.ledger}")
        if body.party != party:
            raise ForbiddenError(f"this token is of {party}, the statement of {body.party}")
        if body.count != len(commitments):
            raise InvalidStatementError(f"count: {body.count}, but {len(commitments)} commitments")
        if body.root != commitments_root(commitments):
            raise InvalidStatementError("root: the commitments do not give it")
        statement.check_signature()


def _body(kind: str, *parts: bytes) -> Digest:
    """One digest of everything that makes two calls the same call."""
    digest = hashlib.sha256(kind.encode("ascii"))
    for part in parts:
        digest.update(len(part).to_bytes(8, "big") + part)
    return Digest(digest.digest())


def _check_issuer(document: TradeDocument, party: PartyId) -> None:
    if party not in document.issuers:
        raise InvalidDocumentError(
            "/issuers", f"the submitting party {party} is not among them: its word proves nothing"
        )


def _subject_of(sealed: SealedDocument) -> _Subject:
    document = sealed.document
    return _Subject(sealed.commitment, document.document_type, document.issuers, sealed)


def _recomputed(package: Package) -> _Subject:
    """Prove that a package's content is what its commitment says."""
    if isinstance(package.content, OpenedContent):
        sealed = reopen(package.content.document, package.content.seed)
        _check_commitment(package, sealed.commitment)
        return _subject_of(sealed)
    redaction = package.content.redaction
    redaction.check()
    _check_commitment(package, commitment_of(redaction.digests()))
    shown = _shown(redaction)
    issuers = tuple(
        PartyId.parse(value) for pointer, value in shown.items() if pointer.startswith("/issuers/")
    )
    return _Subject(package.commitment, str(shown["/documentType"]), issuers, None)


def _check_commitment(package: Package, recomputed: Digest) -> None:
    if recomputed != package.commitment:
        raise InvalidPackageError("/commitment", f"the content recomputes to {recomputed}")


def _shown(redaction: Redaction) -> dict[str, object]:
    return {
        leaf.pointer: leaf.value for leaf in redaction.leaves if not isinstance(leaf, HiddenLeaf)
    }


def _parse_statement(raw: bytes) -> tuple[Statement, tuple[Digest, ...]]:
    value = parse_exact(raw, PACKAGE_LIMITS)
    if not isinstance(value, dict) or set(value) != {"statement", "commitments"}:
        raise InvalidStatementError("want an object with the members statement and commitments")
    listed = value["commitments"]
    if not isinstance(listed, list) or not listed:
        raise InvalidStatementError("commitments: want a non-empty array")
    try:
        commitments = tuple(Digest.parse(item) for item in listed)
    except InvalidValueError as error:
        raise InvalidStatementError(f"commitments: {error}") from error
    return Statement.parse(value["statement"]), commitments
