# SPDX-License-Identifier: Apache-2.0
"""`LogStore` over SQLAlchemy Core: the log and its heads, append-only."""

from sqlalchemy import Connection, Engine, insert, select, update
from sqlalchemy.exc import IntegrityError

from ledger.errors import StateError
from ledger.log import HASH_BYTES, TILE_WIDTH, Tile, TreeHead
from ledger.merkle import EMPTY_ROOT
from ledger.ports import Clock
from ledger.ports.service import PendingStatement, SequencedBatch, SignedHead
from ledger.primitives import Digest
from ledger.storage.bulk import delete_rows, insert_rows
from ledger.storage.engine import reading, writing
from ledger.storage.leases import SqlLease
from ledger.storage.tables import entries, heads, pending, tiles

__all__ = ["SqlLog", "grow_tile", "newest_head"]


class SqlLog:
    """See `LogStore`; also a `ledger.log.TileReader`. The clock only dates heads.

    Only the holder of the lease can write.
    """

    def __init__(self, engine: Engine, clock: Clock, lease: SqlLease) -> None:
        self._engine = engine
        self._clock = clock
        self._lease = lease

    def head(self) -> TreeHead:
        """See `LogStore`."""
        with reading(self._engine) as connection:
            return newest_head(connection)

    def checkpoint(self) -> str | None:
        """See `LogStore`."""
        query = select(heads.c.checkpoint).order_by(heads.c.size.desc()).limit(1)
        with reading(self._engine) as connection:
            return connection.scalar(query)

    def signed_heads(self, above: int, limit: int) -> tuple[SignedHead, ...]:
        """See `LogStore`."""
        query = select(heads).where(heads.c.size > above).order_by(heads.c.size).limit(limit)
        with reading(self._engine) as connection:
            return tuple(
                SignedHead(TreeHead(row.size, Digest(row.root)), row.checkpoint, row.created_at)
                for row in connection.execute(query)
            )

    def pending(self, limit: int) -> tuple[PendingStatement, ...]:
        """See `LogStore`."""
        query = select(pending).order_by(pending.c.number).limit(limit)
        with reading(self._engine) as connection:
            return tuple(
                PendingStatement(Digest(row.statement), row.accepted_at)
                for row in connection.execute(query)
            )

    def sequence(self, batch: SequencedBatch) -> None:
        """See `LogStore`. The primary key of `entries` decides between two sequencers."""
        new_size = batch.old_size + len(batch.statements)
        if not batch.statements or batch.head.size != new_size:
            raise StateError(f"a batch from {batch.old_size} to {batch.head.size} does not add up")
        try:
            with writing(self._engine) as connection:
                self._lease.check(connection)
                size = newest_head(connection).size
                if size != batch.old_size:
                    raise StateError(f"the log has {size} entries, not {batch.old_size}")
                _log(connection, batch)
                for tile in batch.tiles:
                    grow_tile(connection, tile)
                connection.execute(insert(heads).values(self._head_row(batch)))
        except IntegrityError as error:
            raise StateError("another sequencer wrote these entries") from error

    def tile(self, level: int, index: int) -> bytes:
        """See `LogStore`."""
        query = select(tiles.c.hashes).where(tiles.c.level == level, tiles.c.tile_index == index)
        with reading(self._engine) as connection:
            return connection.scalar(query) or b""

    def entries(self, start: int, end: int) -> tuple[Digest, ...]:
        """See `LogStore`."""
        query = (
            select(entries.c.statement)
            .where(entries.c.entry_index >= start, entries.c.entry_index < end)
            .order_by(entries.c.entry_index)
        )
        with reading(self._engine) as connection:
            return tuple(Digest(raw) for raw in connection.scalars(query))

    def _head_row(self, batch: SequencedBatch) -> dict[str, object]:
        return {
            "size": batch.head.size,
            "root": batch.head.root.raw,
            "checkpoint": batch.checkpoint,
            "created_at": self._clock.now(),
        }


def newest_head(connection: Connection) -> TreeHead:
    """The newest head in an open transaction."""
    query = select(heads.c.size, heads.c.root).order_by(heads.c.size.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return TreeHead(0, EMPTY_ROOT) if row is None else TreeHead(row.size, Digest(row.root))


def _log(connection: Connection, batch: SequencedBatch) -> None:
    """Move statements from the queue into the log."""
    logged = [statement.raw for statement in batch.statements]
    if delete_rows(connection, pending.c.statement, logged) != len(logged):
        raise StateError("a statement of the batch was not waiting to be logged")
    insert_rows(
        connection,
        entries,
        [
            {"entry_index": batch.old_size + offset, "statement": statement.raw}
            for offset, statement in enumerate(batch.statements)
        ],
    )


def grow_tile(connection: Connection, tile: Tile) -> None:
    """Write a tile that is new, or an old one with hashes added; never change a hash."""
    here = (tiles.c.level == tile.level, tiles.c.tile_index == tile.index)
    old = connection.scalar(select(tiles.c.hashes).where(*here))
    if len(tile.data) % HASH_BYTES or not 1 <= tile.width <= TILE_WIDTH:
        raise StateError(f"tile {tile.level}/{tile.index} has an odd width")
    if old is None:
        row = {"level": tile.level, "tile_index": tile.index, "hashes": tile.data}
        connection.execute(insert(tiles).values(row))
        return
    if not tile.data.startswith(old):
        raise StateError(f"tile {tile.level}/{tile.index} would change hashes already written")
    connection.execute(update(tiles).where(*here).values(hashes=tile.data))
