# SPDX-License-Identifier: Apache-2.0
"""SQLite: one file, one machine, durable at every commit."""

import os
import sqlite3
import time
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from ledger.errors import ConfigurationError, LedgerError, OverloadedError
from ledger.storage.dialect import LOCK_SECONDS, RETRY_AFTER_SECONDS, WRITES

__all__ = ["failure", "open_engine"]

_OWNER_ONLY: Final = 0o600
# Low byte of SQLite's result codes: another writer holds the lock.
_BUSY: Final = (5, 6)
_NO_ROOM: Final = (10, 13)  # I/O error, disk full: no restart mends that
_WAL_PAUSE_SECONDS: Final = 0.02
_PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",  # in WAL mode: fsync at every commit, not only at checkpoints
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # an erased data key leaves no copy in freed pages
    f"PRAGMA busy_timeout = {LOCK_SECONDS * 1000}",
)


def open_engine(url: URL) -> Engine:
    """Open `sqlite:///<path>`; the file is created with mode 0600 if it is not there.

    Raises:
        ConfigurationError: no file, or a folder that does not exist.
    """
    _make_file(url.database)
    engine = create_engine(url, connect_args={"timeout": LOCK_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


def failure(error: DBAPIError) -> LedgerError | None:
    """What an error of the driver means; None if it is another driver's."""
    if not isinstance(error.orig, sqlite3.Error):
        return None
    code = getattr(error.orig, "sqlite_errorcode", None)
    if code is not None and code & 0xFF in _BUSY:
        return OverloadedError("the database is busy", RETRY_AFTER_SECONDS)
    if code is not None and code & 0xFF in _NO_ROOM:
        return OverloadedError("the disk is full or failing", RETRY_AFTER_SECONDS)
    return ConfigurationError(f"the database does not work: {error.orig}")


def _make_file(name: str | None) -> None:
    if not name or name == ":memory:" or name.startswith("file:"):
        raise ConfigurationError("a ledger in memory keeps no promise: name a database file")
    try:
        os.close(os.open(Path(name), os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
    except OSError as error:
        raise ConfigurationError(f"cannot open the database file {name}: {error}") from error


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    # Transactions are begun by `_begin`, not by the driver's guess at what a statement does.
    connection.isolation_level = None
    cursor = connection.cursor()
    _use_wal(cursor)
    for pragma in _PRAGMAS:
        cursor.execute(pragma)
    cursor.close()


def _use_wal(cursor: DBAPICursor) -> None:
    """Switch a new file to WAL, once.

    SQLite does not wait for this lock: of two that start at once one would fail. So it is tried
    again for as long as any other lock is waited for.
    """
    deadline = time.monotonic() + LOCK_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
        else:
            return


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
