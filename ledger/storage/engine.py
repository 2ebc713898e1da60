# SPDX-License-Identifier: Apache-2.0
"""Opening the database, and the two kinds of transaction that there are."""

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from ledger.errors import ConfigurationError, OverloadedError

__all__ = ["open_database", "reading", "writing"]

BUSY_TIMEOUT_SECONDS: Final = 10
RETRY_AFTER_SECONDS: Final = 2
_WRITES: Final = "ledger_writes"
_OWNER_ONLY: Final = 0o600
# Low byte of SQLite's result codes: another writer holds the lock.
_SQLITE_BUSY: Final = (5, 6)
_SQLITE_NO_ROOM: Final = (10, 13)  # I/O error, disk full: no restart mends that
_WAL_PAUSE_SECONDS: Final = 0.02
_PRAGMAS: Final = (
    "PRAGMA synchronous = FULL",  # in WAL mode: fsync at every commit, not only at checkpoints
    "PRAGMA foreign_keys = ON",
    "PRAGMA secure_delete = ON",  # an erased data key leaves no copy in freed pages
    f"PRAGMA busy_timeout = {BUSY_TIMEOUT_SECONDS * 1000}",
)


def open_database(url: str) -> Engine:
    """Open `sqlite:///<path>`; the file is created with mode 0600 if it is not there.

    Raises:
        ConfigurationError: another database, no file, or a folder that does not exist.
    """
    engine = create_engine(_sqlite_file(url), connect_args={"timeout": BUSY_TIMEOUT_SECONDS})
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    return engine


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes. SQLite takes the write lock at once (BEGIN IMMEDIATE).

    What was read in it still holds when it writes, so check-then-write needs no second look.
    IntegrityError passes: the caller knows which rule it broke.

    Raises:
        OverloadedError: another writer kept the lock for `BUSY_TIMEOUT_SECONDS`.
        ConfigurationError: the database does not work.
    """
    with _translated(), engine.connect() as connection:
        connection.execution_options(**{_WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads: in SQLite one snapshot. Raises as `writing` does."""
    with _translated(), engine.connect() as connection, connection.begin():
        yield connection


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except IntegrityError:
        raise
    except PoolTimeoutError as error:
        raise OverloadedError("all connections are in use", RETRY_AFTER_SECONDS) from error
    except DBAPIError as error:
        # The statement and its parameters stay out of the message: they may be secret.
        code = getattr(error.orig, "sqlite_errorcode", None)
        if code is not None and code & 0xFF in _SQLITE_BUSY:
            raise OverloadedError("the database is busy", RETRY_AFTER_SECONDS) from error
        if code is not None and code & 0xFF in _SQLITE_NO_ROOM:
            raise OverloadedError("the disk is full or failing", RETRY_AFTER_SECONDS) from error
        raise ConfigurationError(f"the database does not work: {error.orig}") from error


def _sqlite_file(url: str) -> URL:
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError("want a database URL like sqlite:///ledger.db") from error
    if parsed.get_backend_name() != "sqlite":
        raise ConfigurationError(f"this version stores in SQLite, not {parsed.drivername}")
    name = parsed.database
    if not name or name == ":memory:" or name.startswith("file:"):
        raise ConfigurationError("a ledger in memory keeps no promise: name a database file")
    try:
        os.close(os.open(Path(name), os.O_RDWR | os.O_CREAT, _OWNER_ONLY))
    except OSError as error:
        raise ConfigurationError(f"cannot open the database file {name}: {error}") from error
    return parsed


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
    deadline = time.monotonic() + BUSY_TIMEOUT_SECONDS
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in _SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(_WAL_PAUSE_SECONDS)
        else:
            return


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
