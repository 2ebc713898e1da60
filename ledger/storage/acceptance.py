# SPDX-License-Identifier: Apache-2.0
"""Making a statement durable: one transaction, or, under load, one for many (group commit)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import Connection, Engine, and_, func, insert, select
from sqlalchemy.exc import IntegrityError

from ledger.canonical import canonical_bytes
from ledger.errors import (
    InvalidValueError,
    LedgerError,
    OverloadedError,
    ReferenceAlreadyUsedError,
    StateError,
)
from ledger.ports.service import Accepted, NewStatement
from ledger.primitives import Digest, PartyId
from ledger.storage.bulk import insert_rows
from ledger.storage.contents import WrittenDocument, write
from ledger.storage.engine import writing
from ledger.storage.first_results import Call, FirstResults
from ledger.storage.group_commit import GroupCommit
from ledger.storage.tables import (
    claims,
    data_keys,
    documents,
    file_tags,
    holdings,
    members,
    pending,
    statements,
)
from ledger.storage.vault import Vault

__all__ = ["QUEUE_LIMIT", "Acceptor"]

QUEUE_LIMIT: Final = 16_384
RETRY_AFTER_SECONDS: Final = 5
# A lost race shows itself as a broken unique key; the next attempt finds the winner's row.
_ATTEMPTS: Final = 3


@dataclass(frozen=True, slots=True)
class _Work:
    new: NewStatement
    call: Call | None
    canonical: bytes
    digest: Digest
    written: tuple[WrittenDocument, ...]

    @property
    def party(self) -> PartyId:
        return self.new.statement.body.party

    def accepted(self) -> Accepted:
        """What is told of it the first time."""
        return Accepted(
            commitment=self.new.commitments[0],
            statement=self.digest,
            acceptance=self.new.acceptance,
            accepted_at=self.new.accepted_at,
            anchor_by=self.new.anchor_by,
            findings=self.new.findings,
            created=True,
        )


class Acceptor:
    """Writes what was accepted. Threads that come at the same time share one fsync."""

    def __init__(self, engine: Engine, vault: Vault, queue_limit: int) -> None:
        self._engine = engine
        self._vault = vault
        self._queue_limit = queue_limit
        self._group = GroupCommit(self._accept_all)

    def accept(self, new: NewStatement, call: Call | None) -> Accepted:
        """See `DocumentStore.accept`."""
        if len(new.documents) > 1 and new.findings:
            raise InvalidValueError("findings belong to one document; give each its own")
        outcome = self._group.run(self._prepared(new, call))
        if isinstance(outcome, LedgerError):
            raise outcome
        return outcome

    def remember(self, call: Call | None, statement: Digest) -> None:
        """See `DocumentStore.remember`."""
        try:
            with writing(self._engine) as connection:
                results = FirstResults(connection, self._vault)
                if call is not None and results.of_call(call) is None:
                    results.remember(call, statement)
        except IntegrityError as error:
            raise StateError("this Idempotency-Key was used twice at the same time") from error

    def _prepared(self, new: NewStatement, call: Call | None) -> _Work:
        """Encrypt before the transaction: the write lock is held for writing only."""
        party = new.statement.body.party
        return _Work(
            new=new,
            call=call,
            canonical=canonical_bytes(new.statement.json()),
            digest=new.statement.digest(),
            written=tuple(
                write(self._vault, sealed, party, new.findings) for sealed in new.documents
            ),
        )

    def _accept_all(self, group: Sequence[_Work]) -> list[Accepted | LedgerError]:
        """All in one transaction; if another process wins a race, each in its own."""
        try:
            with writing(self._engine) as connection:
                room = _Room(connection, self._queue_limit)
                return [self._accept(connection, work, room) for work in group]
        except IntegrityError:
            return [self._accept_alone(work) for work in group]

    def _accept_alone(self, work: _Work) -> Accepted | LedgerError:
        lost: IntegrityError | None = None
        for _ in range(_ATTEMPTS):
            try:
                with writing(self._engine) as connection:
                    room = _Room(connection, self._queue_limit)
                    return self._accept(connection, work, room)
            except IntegrityError as error:
                lost = error
        failure = StateError(f"statement {work.digest} contradicts what is stored")
        failure.__cause__ = lost
        return failure

    def _accept(self, connection: Connection, work: _Work, room: "_Room") -> Accepted | LedgerError:
        """Refuse before anything is written, so that a refusal leaves the others of the group."""
        results = FirstResults(connection, self._vault)
        try:
            first, known = self._first(results, work)
            if first is None:
                room.take()
        except LedgerError as refusal:
            return refusal
        if first is None:
            _insert_statement(connection, work)
            # A list, not a generator: every document is written.
            fresh = [_insert_document(connection, item, work) for item in work.written]
            if work.new.claims_references:
                _insert_claims(connection, work, results)
        if not known:
            results.remember(work.call, work.digest if first is None else first.statement)
        if first is not None:
            return first
        if fresh and all(fresh):
            return work.accepted()
        return replace(results.of_statement(work.digest), created=True)

    def _first(self, results: FirstResults, work: _Work) -> tuple[Accepted | None, bool]:
        """Look once more, now that nobody else writes.

        Returns:
            The first result, if there is one; and whether the Idempotency-Key already leads to it.
        """
        first = None if work.call is None else results.of_call(work.call)
        if first is not None:
            return first, True
        if work.new.claims_references:
            first = _same_document(results, work)
        if first is None:
            body = work.new.statement.body
            first = results.of_same_statement(body.party, body.root, work.new.statement.signer)
        return first, False


class _Room:
    """How many statements the queue still takes in this transaction."""

    def __init__(self, connection: Connection, limit: int) -> None:
        self._waiting = connection.scalar(select(func.count()).select_from(pending)) or 0
        self._limit = limit

    def take(self) -> None:
        if self._waiting >= self._limit:
            raise OverloadedError(
                f"{self._waiting} statements wait for the log", RETRY_AFTER_SECONDS
            )
        self._waiting += 1


def _same_document(results: FirstResults, work: _Work) -> Accepted | None:
    for written in work.written:
        first = results.of_same_document(written.sealed, written.tags)
        if first is not None and len(work.written) > 1:
            raise ReferenceAlreadyUsedError(
                f"{written.sealed.document.reference!r} of this batch was notarised before",
                str(first.commitment),
            )
        if first is not None:
            return first
    return None


def _insert_statement(connection: Connection, work: _Work) -> None:
    new = work.new
    row = {
        "digest": work.digest.raw,
        "party": work.party.raw,
        "root": new.statement.body.root.raw,
        "signer": new.statement.signer.raw,
        "canonical": work.canonical,
        "acceptance": new.acceptance,
        "accepted_at": new.accepted_at,
        "anchor_by": new.anchor_by,
    }
    numbered = insert(statements).returning(statements.c.number)
    number = connection.execute(numbered, row).scalar_one()
    waiting = {"number": number, "statement": work.digest.raw, "accepted_at": new.accepted_at}
    connection.execute(insert(pending), waiting)
    insert_rows(
        connection,
        members,
        [
            {"statement": work.digest.raw, "position": position, "commitment": commitment.raw}
            for position, commitment in enumerate(new.commitments)
        ],
    )


def _insert_document(connection: Connection, written: WrittenDocument, work: _Work) -> bool:
    """Note that a party has a document, and keep it; False if another handed it in before."""
    commitment, party = written.sealed.commitment.raw, work.party.raw
    mine = and_(holdings.c.commitment == documents.c.commitment, holdings.c.party == party)
    query = (
        select(documents.c.number, holdings.c.party)
        .join(holdings, mine, isouter=True)
        .where(documents.c.commitment == commitment)
    )
    known = connection.execute(query).one_or_none()
    if known is None:
        _insert_content(connection, written)
    if known is None or known.party is None:
        row = {
            "party": party,
            "commitment": commitment,
            "statement": work.digest.raw,
            "reference_tag": written.tags.reference,
        }
        connection.execute(insert(holdings), row)
    return known is None


def _insert_content(connection: Connection, written: WrittenDocument) -> None:
    commitment = written.sealed.commitment.raw
    row = {
        "commitment": commitment,
        "content": written.content,
        "label": written.label,
        "findings": written.findings,
    }
    connection.execute(insert(documents), row)
    wrapped = {"kek_id": written.wrapped.kek_id, "wrapped": written.wrapped.wrapped}
    connection.execute(insert(data_keys), {"commitment": commitment, **wrapped})
    if written.tags.files:
        tags = [{"file_tag": tag, "commitment": commitment} for tag in sorted(written.tags.files)]
        connection.execute(insert(file_tags), tags)


def _insert_claims(connection: Connection, work: _Work, results: FirstResults) -> None:
    for written in work.written:
        # Without `replaces`, only the first document under its number comes this far.
        replaces = written.sealed.document.replaces
        row = {
            "claim_tag": written.tags.claim,
            "revision": results.next_revision(written.tags) if replaces else 0,
            "envelope_tag": written.tags.envelope,
            "commitment": written.sealed.commitment.raw,
            "statement": work.digest.raw,
        }
        connection.execute(insert(claims), row)
