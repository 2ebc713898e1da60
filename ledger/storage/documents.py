# SPDX-License-Identifier: Apache-2.0
"""`DocumentStore` over SQLAlchemy Core: documents and statements, durable before the reply."""

from collections.abc import Collection
from typing import Final

from sqlalchemy import Engine, Select, delete, select, update

from ledger.canonical import PACKAGE_LIMITS, parse_exact
from ledger.errors import ConfigurationError, NotFoundError
from ledger.ports.service import (
    Accepted,
    DocumentSummary,
    NewStatement,
    StoredDocument,
    StoredStatement,
)
from ledger.primitives import Address, Digest, PartyId
from ledger.sealing import SealedDocument
from ledger.statements import Statement
from ledger.storage.acceptance import QUEUE_LIMIT, Acceptor
from ledger.storage.contents import file_tag, open_content, open_findings, tags_of
from ledger.storage.engine import reading, writing
from ledger.storage.first_results import FirstResults, call_of
from ledger.storage.secrets import rewrap_secrets
from ledger.storage.summaries import Listing, list_documents
from ledger.storage.tables import (
    data_keys,
    documents,
    file_tags,
    holdings,
    members,
    statements,
)
from ledger.storage.vault import Vault, WrappedKey

__all__ = ["SqlDocuments"]

_REWRAPPED_AT_ONCE: Final = 256


class SqlDocuments:
    """See `DocumentStore`.

    Args:
        engine: an opened and upgraded database.
        vault: the keys that documents are encrypted under.
        queue_limit: statements that may wait for an index before intake says `overloaded`.
    """

    def __init__(self, engine: Engine, vault: Vault, queue_limit: int = QUEUE_LIMIT) -> None:
        self._engine = engine
        self._vault = vault
        self._acceptor = Acceptor(engine, vault, queue_limit)

    def known(
        self, party: PartyId, idempotency_key: str | None, body: Digest | None
    ) -> Accepted | None:
        """See `DocumentStore`."""
        call = call_of(self._vault, party, idempotency_key, body)
        if call is None:
            return None
        with reading(self._engine) as connection:
            return FirstResults(connection, self._vault).of_call(call)

    def same_document(self, sealed: SealedDocument, party: PartyId) -> Accepted | None:
        """See `DocumentStore`."""
        tags = tags_of(self._vault, sealed.document, party)
        with reading(self._engine) as connection:
            return FirstResults(connection, self._vault).of_same_document(sealed, tags)

    def same_statement(self, party: PartyId, root: Digest, signer: Address) -> Accepted | None:
        """See `DocumentStore`."""
        with reading(self._engine) as connection:
            return FirstResults(connection, self._vault).of_same_statement(party, root, signer)

    def remember(
        self, party: PartyId, idempotency_key: str, body: Digest, statement: Digest
    ) -> None:
        """See `DocumentStore`."""
        self._acceptor.remember(call_of(self._vault, party, idempotency_key, body), statement)

    def accept(
        self, new: NewStatement, idempotency_key: str | None, body: Digest | None
    ) -> Accepted:
        """See `DocumentStore`. Also: OverloadedError when too many wait for an index."""
        party = new.statement.body.party
        return self._acceptor.accept(new, call_of(self._vault, party, idempotency_key, body))

    def document(self, commitment: Digest) -> StoredDocument:
        """See `DocumentStore`."""
        query = (
            select(documents, data_keys.c.kek_id, data_keys.c.wrapped)
            .join(data_keys, data_keys.c.commitment == documents.c.commitment)
            .where(documents.c.commitment == commitment.raw)
        )
        owners = (
            select(holdings.c.party)
            .where(holdings.c.commitment == commitment.raw)
            .order_by(holdings.c.party)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            holders = tuple(PartyId(raw) for raw in connection.scalars(owners))
        if row is None:
            raise NotFoundError(f"no document {commitment} is kept here")
        key = self._vault.unwrap(commitment, WrappedKey(row.kek_id, row.wrapped))
        sealed = open_content(key, row.content)
        stated = self.statements_of(commitment, sealed.document.issuers)
        return StoredDocument(sealed, stated, open_findings(key, row.findings), holders)

    def statement(self, digest: Digest) -> StoredStatement:
        """See `DocumentStore`. The statement is hashed again before it is believed."""
        query = select(statements).where(statements.c.digest == digest.raw)
        order = (
            select(members.c.commitment)
            .where(members.c.statement == digest.raw)
            .order_by(members.c.position)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            commitments = tuple(Digest(raw) for raw in connection.scalars(order))
        if row is None:
            raise NotFoundError(f"no statement {digest} was accepted here")
        statement = Statement.parse(parse_exact(row.canonical, PACKAGE_LIMITS))
        if statement.digest() != digest:
            raise ConfigurationError(f"statement {digest} was changed in the database")
        return StoredStatement(
            statement, commitments, row.acceptance, row.accepted_at, row.anchor_by
        )

    def statements_of(self, commitment: Digest, parties: Collection[PartyId]) -> tuple[Digest, ...]:
        """See `DocumentStore`."""
        query = _stating(commitment, parties)
        with reading(self._engine) as connection:
            return tuple(Digest(raw) for raw in connection.scalars(query))

    def summaries(
        self, party: PartyId, reference: str | None, limit: int
    ) -> tuple[DocumentSummary, ...]:
        """See `DocumentStore`. Erased documents are left out."""
        with reading(self._engine) as connection:
            return list_documents(connection, self._vault, Listing(party, reference, limit))

    def commitments_of_file(self, sha256: Digest, limit: int) -> tuple[Digest, ...]:
        """See `DocumentStore`."""
        query = (
            select(documents.c.commitment)
            .join(file_tags, file_tags.c.commitment == documents.c.commitment)
            .where(file_tags.c.file_tag == file_tag(self._vault, sha256))
            .order_by(documents.c.number)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            return tuple(Digest(raw) for raw in connection.scalars(query))

    def erase(self, commitment: Digest) -> None:
        """Delete a document's data key and file tags: its contents are gone for good.

        Statement, log and claim on the reference stay: the same document is not taken twice.

        Raises:
            NotFoundError: no document of this commitment is kept, or it was erased before.
        """
        with writing(self._engine) as connection:
            here = data_keys.c.commitment == commitment.raw
            if not connection.execute(delete(data_keys).where(here)).rowcount:
                raise NotFoundError(f"no document {commitment} is kept here")
            connection.execute(delete(file_tags).where(file_tags.c.commitment == commitment.raw))

    def rewrap(self) -> int:
        """Wrap anew what an older KEK wraps, secrets included; one batch per transaction.

        Returns:
            How many were rewrapped: 0 once everything is under the current KEK.
        """
        old = (
            select(data_keys)
            .where(data_keys.c.kek_id != self._vault.current)
            .limit(_REWRAPPED_AT_ONCE)
        )
        with writing(self._engine) as connection:
            rows = connection.execute(old).all()
            for row in rows:
                commitment = Digest(row.commitment)
                fresh = self._vault.rewrap(commitment, WrappedKey(row.kek_id, row.wrapped))
                connection.execute(
                    update(data_keys)
                    .where(data_keys.c.commitment == commitment.raw)
                    .values(kek_id=fresh.kek_id, wrapped=fresh.wrapped)
                )
            secrets = rewrap_secrets(connection, self._vault, _REWRAPPED_AT_ONCE)
        return len(rows) + secrets


def _stating(commitment: Digest, parties: Collection[PartyId]) -> Select[bytes]:
    return (
        select(statements.c.digest)
        .where(
            statements.c.party.in_([party.raw for party in parties]),
            statements.c.digest.in_(
                select(members.c.statement).where(members.c.commitment == commitment.raw)
            ),
        )
        .order_by(statements.c.number)
    )
