# SPDX-License-Identifier: Apache-2.0
"""`WriterLease` over SQLAlchemy Core: one row, an epoch in it, and a beat that shows life.

No wall clock decides anything. A candidate watches the row; a beat that stands still for
`patience` seconds of its own monotonic clock has no writer any more. The epoch, compared inside
each writing transaction, is what keeps an old writer out (a fencing token).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, Row, Update, insert, select, update

from ledger.errors import StateError
from ledger.storage.engine import reading, writing
from ledger.storage.processes import ProcessName, is_gone, this_process
from ledger.storage.tables import leases

__all__ = ["BEAT_SECONDS", "PATIENCE_SECONDS", "SqlLease"]

BEAT_SECONDS: Final = 2.0
PATIENCE_SECONDS: Final = 10.0
_WRITER: Final = "writer"


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a candidate saw last, and since when it has not changed."""

    epoch: int
    beat: int
    since: float


class SqlLease:
    """See `WriterLease`; also the fence of every transaction that only the writer may make.

    Args:
        engine: the database whose one writer this may become.
        holder: who we are; another thread of this process counts as the same.
        patience: seconds without a beat after which a writer counts as gone.
        monotonic: a clock that only runs forwards.
    """

    def __init__(
        self,
        engine: Engine,
        holder: ProcessName | None = None,
        patience: float = PATIENCE_SECONDS,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._engine = engine
        self._holder = holder or this_process()
        self._patience = patience
        self._monotonic = monotonic
        self._epoch: int | None = None
        self._seen: _Seen | None = None

    @property
    def beat_seconds(self) -> float:
        """See `WriterLease`."""
        return min(BEAT_SECONDS, self._patience / 4)

    def held(self) -> bool:
        """See `WriterLease`."""
        return self._epoch is not None

    def renew(self) -> bool:
        """See `WriterLease`."""
        if self._epoch is None and not self._is_free():
            return False
        with writing(self._engine) as connection:
            row = _row(connection)
            if self._epoch is None:
                self._epoch = self._taken(connection, row)
            elif row is None or row.epoch != self._epoch:
                self._epoch = None
            else:
                connection.execute(_here(row).values(beat=row.beat + 1))
        return self._epoch is not None

    def release(self) -> None:
        """See `WriterLease`."""
        epoch, self._epoch, self._seen = self._epoch, None, None
        if epoch is None:
            return
        with writing(self._engine) as connection:
            mine = (leases.c.name == _WRITER, leases.c.epoch == epoch)
            connection.execute(update(leases).where(*mine).values(holder=None))

    def check(self, connection: Connection) -> None:
        """Let a transaction of the writer go on, if we still are the writer.

        Raises:
            StateError: another process took over, or this one never was the writer. The
                transaction must not be kept.
        """
        row = _row(connection)
        if self._epoch is None:
            raise StateError("this process is not the writer of this database")
        if row is None or row.epoch != self._epoch:
            self._epoch = None
            raise StateError(
                "another process has become the writer of this database; this one stands by"
            )

    # -- inside ----------------------------------------------------------------------------------

    def _is_free(self) -> bool:
        """Look without a lock: may the right be taken?"""
        with reading(self._engine) as connection:
            row = _row(connection)
        if row is None or row.holder is None:
            return True
        now = self._monotonic()
        if self._seen is None or (self._seen.epoch, self._seen.beat) != (row.epoch, row.beat):
            self._seen = _Seen(row.epoch, row.beat, now)
        stale = now - self._seen.since >= self._patience
        return stale or is_gone(row.holder, self._holder)

    def _taken(self, connection: Connection, row: Row[Any] | None) -> int | None:
        """Take it, unless somebody was faster since we looked."""
        if row is None:
            first = {"name": _WRITER, "epoch": 1, "beat": 0, "holder": str(self._holder)}
            connection.execute(insert(leases), first)
            return 1
        seen = None if self._seen is None else (self._seen.epoch, self._seen.beat)
        if row.holder is not None and (row.epoch, row.beat) != seen:
            return None
        epoch: int = row.epoch + 1
        connection.execute(_here(row).values(epoch=epoch, beat=0, holder=str(self._holder)))
        return epoch


def _row(connection: Connection) -> Row[Any] | None:
    return connection.execute(select(leases).where(leases.c.name == _WRITER)).one_or_none()


def _here(row: Row[Any]) -> Update:
    return update(leases).where(leases.c.name == _WRITER, leases.c.epoch == row.epoch)
