# SPDX-License-Identifier: Apache-2.0
"""A party's list of its documents."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select

from ledger.anchors import Finality
from ledger.ports.service import DocumentSummary
from ledger.primitives import Digest, PartyId
from ledger.storage.contents import open_label, reference_tag
from ledger.storage.tables import (
    anchors,
    data_keys,
    documents,
    entries,
    holdings,
    sent_anchors,
    statements,
)
from ledger.storage.vault import Vault, WrappedKey

__all__ = ["Listing", "list_documents"]


@dataclass(frozen=True, slots=True)
class Listing:
    """Whose documents, under which number (None: any), and how many at most."""

    party: PartyId
    reference: str | None
    limit: int


def list_documents(
    connection: Connection, vault: Vault, wanted: Listing
) -> tuple[DocumentSummary, ...]:
    """List newest first; what was erased cannot be listed."""
    covering = (
        select(anchors.c.finality)
        .where(
            anchors.c.previous_size <= entries.c.entry_index,
            anchors.c.size > entries.c.entry_index,
        )
        .order_by(anchors.c.size)
        .limit(1)
        .scalar_subquery()
    )
    query = (
        select(
            holdings.c.commitment,
            documents.c.label,
            data_keys.c.kek_id,
            data_keys.c.wrapped,
            statements.c.accepted_at,
            entries.c.entry_index,
            covering.label("finality"),
        )
        .join(documents, documents.c.commitment == holdings.c.commitment)
        .join(data_keys, data_keys.c.commitment == holdings.c.commitment)
        .join(statements, statements.c.digest == holdings.c.statement)
        .join(entries, entries.c.statement == holdings.c.statement, isouter=True)
        .where(holdings.c.party == wanted.party.raw)
        .order_by(holdings.c.number.desc())
        .limit(wanted.limit)
    )
    if wanted.reference is not None:
        tag = reference_tag(vault, wanted.party, wanted.reference)
        query = query.where(holdings.c.reference_tag == tag)
    submitted = connection.scalar(select(func.max(sent_anchors.c.size))) or 0
    return tuple(_summary(vault, row, submitted) for row in connection.execute(query))


def _summary(vault: Vault, row: Row[*tuple[Any, ...]], submitted: int) -> DocumentSummary:
    commitment = Digest(row.commitment)
    key = vault.unwrap(commitment, WrappedKey(row.kek_id, row.wrapped))
    label = open_label(key, row.label)
    return DocumentSummary(
        commitment=commitment,
        document_type=label.document_type,
        reference=label.reference,
        accepted_at=row.accepted_at,
        finality=_finality(row, submitted),
    )


def _finality(row: Row[*tuple[Any, ...]], submitted: int) -> Finality:
    if row.finality is not None:
        return Finality(row.finality)
    if row.entry_index is None:
        return Finality.ACCEPTED
    return Finality.SUBMITTED if row.entry_index < submitted else Finality.LOGGED
