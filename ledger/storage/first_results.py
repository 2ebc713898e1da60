# SPDX-License-Identifier: Apache-2.0
"""Was it accepted before? The look-ups inside a transaction that is already open."""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, insert, select

from ledger.documents import Findings
from ledger.errors import IdempotencyConflictError, ReferenceAlreadyUsedError
from ledger.ports.service import Accepted
from ledger.primitives import Address, Digest, PartyId
from ledger.sealing import FieldLeaf, SealedDocument
from ledger.storage.contents import Tags, open_content, open_findings
from ledger.storage.tables import (
    claims,
    data_keys,
    documents,
    holdings,
    idempotency,
    members,
    statements,
)
from ledger.storage.vault import Vault, WrappedKey

__all__ = ["Call", "FirstResults", "call_of"]

_POINTERS_NAMED: Final = 8


@dataclass(frozen=True, slots=True)
class Call:
    """An Idempotency-Key and the body it came with, as keyed tags: both can quote a document."""

    party: PartyId
    key_tag: bytes
    body_tag: bytes


def call_of(
    vault: Vault, party: PartyId, idempotency_key: str | None, body: Digest | None
) -> Call | None:
    """Tag a caller's key and body; None if there is no key."""
    if idempotency_key is None or body is None:
        return None
    key_tag = vault.tag("idempotency-key", idempotency_key.encode("utf-8", "surrogatepass"))
    return Call(party, key_tag, vault.tag("idempotency-body", body.raw))


class FirstResults:
    """What one open transaction knows of earlier results."""

    def __init__(self, connection: Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def of_call(self, call: Call) -> Accepted | None:
        """The first result under an Idempotency-Key.

        Raises:
            IdempotencyConflictError: it came with another body then.
        """
        query = select(idempotency.c.body_tag, idempotency.c.statement).where(
            idempotency.c.party == call.party.raw, idempotency.c.key_tag == call.key_tag
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return None
        if row.body_tag != call.body_tag:
            raise IdempotencyConflictError("this Idempotency-Key was used with another body")
        return self.of_statement(Digest(row.statement))

    def remember(self, call: Call | None, statement: Digest) -> None:
        """Note where an Idempotency-Key leads that led nowhere yet."""
        if call is None:
            return
        row = {
            "party": call.party.raw,
            "key_tag": call.key_tag,
            "body_tag": call.body_tag,
            "statement": statement.raw,
        }
        self._connection.execute(insert(idempotency), row)

    def of_same_statement(self, party: PartyId, root: Digest, signer: Address) -> Accepted | None:
        """The first result of a statement that says the same."""
        query = select(statements.c.digest).where(
            statements.c.party == party.raw,
            statements.c.root == root.raw,
            statements.c.signer == signer.raw,
        )
        raw = self._connection.scalar(query)
        return None if raw is None else self.of_statement(Digest(raw))

    def of_same_document(self, sealed: SealedDocument, tags: Tags) -> Accepted | None:
        """The first result of an equal document under the same (party, type, reference).

        Raises:
            ReferenceAlreadyUsedError: the newest document there is another, which `replaces` does
                not name.
        """
        query = (
            select(claims.c.commitment, claims.c.envelope_tag, claims.c.statement)
            .where(claims.c.claim_tag == tags.claim)
            .order_by(claims.c.revision)
        )
        rows = self._connection.execute(query).all()
        for row in rows:
            if row.envelope_tag == tags.envelope:
                return self.of_statement(Digest(row.statement), Digest(row.commitment))
        if rows and Digest(rows[-1].commitment) not in sealed.document.replaces:
            raise self._collision(sealed, Digest(rows[-1].commitment))
        return None

    def next_revision(self, tags: Tags) -> int:
        """How many documents stand under this (party, type, reference)."""
        query = select(claims.c.revision).where(claims.c.claim_tag == tags.claim)
        return len(self._connection.scalars(query).all())

    def of_statement(self, statement: Digest, commitment: Digest | None = None) -> Accepted:
        """The result of an accepted statement, as it was told first, for one of its commitments."""
        query = select(statements).where(statements.c.digest == statement.raw)
        row = self._connection.execute(query).one()
        if commitment is None:
            first = select(members.c.commitment).where(
                members.c.statement == statement.raw, members.c.position == 0
            )
            commitment = Digest(self._connection.execute(first).scalar_one())
        return Accepted(
            commitment=commitment,
            statement=statement,
            acceptance=row.acceptance,
            accepted_at=row.accepted_at,
            anchor_by=row.anchor_by,
            findings=self._findings(commitment, PartyId(row.party)),
            created=False,
        )

    def _findings(self, commitment: Digest, party: PartyId) -> Findings:
        """Only for who knows the whole content: findings quote values."""
        query = (
            select(documents.c.findings, data_keys.c.kek_id, data_keys.c.wrapped)
            .join(data_keys, data_keys.c.commitment == documents.c.commitment)
            .join(holdings, holdings.c.commitment == documents.c.commitment)
            .where(documents.c.commitment == commitment.raw, holdings.c.party == party.raw)
        )
        row = self._connection.execute(query).one_or_none()
        if row is None:
            return ()
        key = self._vault.unwrap(commitment, WrappedKey(row.kek_id, row.wrapped))
        return open_findings(key, row.findings)

    def _collision(self, sealed: SealedDocument, existing: Digest) -> ReferenceAlreadyUsedError:
        document = sealed.document
        query = (
            select(documents.c.content, data_keys.c.kek_id, data_keys.c.wrapped)
            .join(data_keys, data_keys.c.commitment == documents.c.commitment)
            .where(documents.c.commitment == existing.raw)
        )
        row = self._connection.execute(query).one_or_none()
        differs = ""
        if row is not None:
            key = self._vault.unwrap(existing, WrappedKey(row.kek_id, row.wrapped))
            names = _differing(open_content(key, row.content).leaves, sealed.leaves)
            more = (
                "" if len(names) <= _POINTERS_NAMED else f" and {len(names) - _POINTERS_NAMED} more"
            )
            differs = f"; it differs in {', '.join(names[:_POINTERS_NAMED])}{more}"
        return ReferenceAlreadyUsedError(
            f"the {document.document_type} {document.reference!r} was notarised before as "
            f"{existing}{differs}; to amend it, name that commitment in replaces",
            str(existing),
        )


def _differing(old: tuple[FieldLeaf, ...], new: tuple[FieldLeaf, ...]) -> list[str]:
    """Pointers whose value is not the same on both sides; names only, no values."""
    before = {leaf.pointer: leaf.value for leaf in old}
    after = {leaf.pointer: leaf.value for leaf in new}
    return sorted(
        pointer
        for pointer in before.keys() | after.keys()
        if pointer not in before or pointer not in after or before[pointer] != after[pointer]
    )
