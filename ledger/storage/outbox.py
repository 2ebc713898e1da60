# SPDX-License-Identifier: Apache-2.0
"""`Outbox` over SQLAlchemy Core: heads on their way to the chain.

A head is in the outbox from the transaction that wrote it until an anchor of its size or a
greater one is mined; a reorganisation that drops the anchor puts it back. Sent transactions are
kept for good: after a reorganisation they are what must be sent again.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.anchors import AnchorHint, Finality, HeadRecord
from ledger.errors import NotFoundError, StateError
from ledger.log import TreeHead
from ledger.merkle import EMPTY_ROOT
from ledger.ports.anchoring import AnchoredHead, EntryPlace, SentAnchor
from ledger.primitives import Address, Bytes32, Digest
from ledger.storage.engine import reading, writing
from ledger.storage.leases import SqlLease
from ledger.storage.tables import anchors, entries, heads, sent_anchors, statements

__all__ = ["SqlOutbox", "anchored_head"]


class SqlOutbox:
    """See `Outbox`. Only the holder of the lease can write."""

    def __init__(self, engine: Engine, lease: SqlLease) -> None:
        self._engine = engine
        self._lease = lease

    def unanchored(self) -> TreeHead | None:
        """See `Outbox`."""
        query = select(heads.c.size, heads.c.root).order_by(heads.c.size.desc()).limit(1)
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            if row is None or row.size <= _anchored_size(connection):
                return None
            return TreeHead(row.size, Digest(row.root))

    def anchored_size(self) -> int:
        """How many entries a mined or final anchor covers; 0 without any."""
        with reading(self._engine) as connection:
            return _anchored_size(connection)

    def head_of_size(self, size: int) -> TreeHead | None:
        """See `Outbox`."""
        if size == 0:
            return TreeHead(0, EMPTY_ROOT)
        with reading(self._engine) as connection:
            root = connection.scalar(select(heads.c.root).where(heads.c.size == size))
        return None if root is None else TreeHead(size, Digest(root))

    def sent(self) -> tuple[SentAnchor, ...]:
        """See `Outbox`."""
        query = (
            select(sent_anchors, heads.c.root)
            .join(heads, heads.c.size == sent_anchors.c.size)
            .order_by(sent_anchors.c.number)
        )
        with reading(self._engine) as connection:
            waiting = query.where(sent_anchors.c.size > _anchored_size(connection))
            return tuple(_sent(row) for row in connection.execute(waiting))

    def store_sent(self, anchor: SentAnchor) -> None:
        """See `Outbox`. Storing the same transaction again changes nothing.

        Raises:
            StateError: the log never had this head.
        """
        with _alone(), writing(self._engine) as connection:
            self._lease.check(connection)
            _check_head(connection, anchor.head)
            known = select(sent_anchors.c.number).where(
                sent_anchors.c.transaction == anchor.transaction.raw
            )
            if connection.scalar(known) is None:
                connection.execute(insert(sent_anchors).values(_sent_row(anchor)))

    def store_anchored(self, anchor: AnchoredHead) -> None:
        """See `Outbox`. FINAL never becomes MINED again.

        Raises:
            StateError: the log never had this head: the database is behind the chain.
        """
        with _alone(), writing(self._engine) as connection:
            self._lease.check(connection)
            _check_head(connection, TreeHead(anchor.record.size, anchor.root))
            here = anchors.c.size == anchor.record.size
            finality = connection.scalar(select(anchors.c.finality).where(here))
            if finality is None:
                connection.execute(insert(anchors).values(_anchor_row(anchor)))
            elif finality != Finality.FINAL:
                connection.execute(update(anchors).where(here).values(_anchor_row(anchor)))

    def mined(self) -> tuple[AnchoredHead, ...]:
        """See `Outbox`."""
        query = select(anchors).where(anchors.c.finality == Finality.MINED).order_by(anchors.c.size)
        with reading(self._engine) as connection:
            return tuple(anchored_head(row) for row in connection.execute(query))

    def return_to_outbox(self, root: Digest) -> None:
        """See `Outbox`.

        Raises:
            StateError: the anchor was final: that the chain dropped it is for people to look into.
        """
        with writing(self._engine) as connection:
            self._lease.check(connection)
            here = anchors.c.root == root.raw
            if connection.scalar(select(anchors.c.finality).where(here)) == Finality.FINAL:
                raise StateError(f"the anchor of {root} was final, and the chain dropped it")
            connection.execute(delete(anchors).where(here))

    def place_of(self, statement: Digest) -> EntryPlace:
        """See `Outbox`."""
        query = (
            select(statements.c.number, entries.c.entry_index)
            .join(entries, entries.c.statement == statements.c.digest, isouter=True)
            .where(statements.c.digest == statement.raw)
        )
        with reading(self._engine) as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                raise NotFoundError(f"no statement {statement} was accepted here")
            if row.entry_index is None:
                return EntryPlace(None, None)
            covering = (
                select(anchors)
                .where(anchors.c.previous_size <= row.entry_index, anchors.c.size > row.entry_index)
                .order_by(anchors.c.size)
                .limit(1)
            )
            anchor = connection.execute(covering).one_or_none()
            return EntryPlace(row.entry_index, None if anchor is None else anchored_head(anchor))


@contextmanager
def _alone() -> Iterator[None]:
    try:
        yield
    except IntegrityError as error:
        raise StateError("another anchorer wrote the same at the same time") from error


def _anchored_size(connection: Connection) -> int:
    return connection.scalar(select(func.max(anchors.c.size))) or 0


def _check_head(connection: Connection, head: TreeHead) -> None:
    root = connection.scalar(select(heads.c.root).where(heads.c.size == head.size))
    if root != head.root.raw:
        raise StateError(f"the log had no head of {head.size} entries with the root {head.root}")


def _sent_row(anchor: SentAnchor) -> dict[str, object]:
    return {
        "size": anchor.head.size,
        "old_size": anchor.old_size,
        "sender": anchor.sender.raw,
        "nonce": anchor.nonce,
        "transaction": anchor.transaction.raw,
        "raw": anchor.raw,
        "sent_at": anchor.sent_at,
    }


def _sent(row: Row[Any]) -> SentAnchor:
    return SentAnchor(
        head=TreeHead(row.size, Digest(row.root)),
        old_size=row.old_size,
        sender=Address(row.sender),
        nonce=row.nonce,
        transaction=Bytes32(row.transaction),
        raw=row.raw,
        sent_at=row.sent_at,
    )


def _anchor_row(anchor: AnchoredHead) -> dict[str, object]:
    record, hint = anchor.record, anchor.hint
    return {
        "size": record.size,
        "root": anchor.root.raw,
        "previous_size": record.previous_size,
        "record_time": record.time,
        "record_block": record.block,
        "chain_id": hint.chain_id,
        "contract": hint.contract.raw,
        "transaction": hint.transaction.raw,
        "block_number": hint.block_number,
        "block_hash": hint.block_hash.raw,
        "block_time": hint.block_time,
        "finality": anchor.finality.value,
    }


def anchored_head(row: Row[Any]) -> AnchoredHead:
    """Read a row of `anchors`."""
    return AnchoredHead(
        root=Digest(row.root),
        record=HeadRecord(row.previous_size, row.size, row.record_time, row.record_block),
        hint=AnchorHint(
            chain_id=row.chain_id,
            contract=Address(row.contract),
            transaction=Bytes32(row.transaction),
            block_number=row.block_number,
            block_hash=Bytes32(row.block_hash),
            block_time=row.block_time,
        ),
        finality=Finality(row.finality),
    )
