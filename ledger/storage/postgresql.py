# SPDX-License-Identifier: Apache-2.0
"""PostgreSQL: a server for any number of processes and hosts.

Every writing transaction takes one advisory lock first. So it behaves as SQLite does: one writer
at a time, and what it read still holds when it writes. What a lock costs is small beside the fsync
that each commit waits for anyway, and one commit serves many callers (`group_commit`).
"""

from typing import Final

import psycopg
from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from ledger.errors import ConfigurationError, LedgerError, OverloadedError
from ledger.storage.dialect import LOCK_SECONDS, RETRY_AFTER_SECONDS, WRITES

__all__ = ["failure", "open_engine"]

_DRIVER: Final = "postgresql+psycopg"
_WRITER_LOCK: Final = 0x636F727269646F72  # "corridor": one number per database, for all its writers
_READ: Final = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
_LOCK: Final = f"SELECT pg_advisory_xact_lock({_WRITER_LOCK})"
_CONNECT: Final = {
    "connect_timeout": LOCK_SECONDS,
    "application_name": "corridor-ledger",
    # A host that vanished holds the lock until TCP notices: within half a minute.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
}
_SESSION: Final = (
    f"SET lock_timeout = '{LOCK_SECONDS}s'",
    # A writer that stands still in its transaction is ended by the server, and its lock with it.
    f"SET idle_in_transaction_session_timeout = '{LOCK_SECONDS}s'",
    "SET client_min_messages = 'warning'",
)
_MUST_BE_ON: Final = ("fsync", "full_page_writes")
# The first two characters of an SQLSTATE are its class.
_PASSING: Final = {
    "08": "the connection to the database broke",
    "25": "the database ended the transaction",
    "40": "the database broke a deadlock",
    "53": "the database has no room, memory or connection left",
    "55": "the database is busy",
    "57": "the database was shut down, or is starting",
    "58": "the database's disk is full or failing",
}


def open_engine(url: URL) -> Engine:
    """Open a database of a server, and see that it keeps what it confirms.

    Raises:
        ConfigurationError: the server does not wait for its disk, or the URL names a driver.
    """
    if url.drivername not in ("postgresql", _DRIVER):
        raise ConfigurationError(f"want postgresql:// without a driver; got {url.drivername}://")
    engine = create_engine(
        url.set(drivername=_DRIVER),
        connect_args=dict(_CONNECT),
        pool_pre_ping=True,  # a server that was restarted breaks no request
        pool_timeout=LOCK_SECONDS,
        hide_parameters=True,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "begin", _begin)
    try:
        _check_durable(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def failure(error: DBAPIError) -> LedgerError | None:
    """What an error of the driver means; None if it is another driver's.

    The text of the server is not repeated: it may quote values.
    """
    if not isinstance(error.orig, psycopg.Error):
        return None
    state = error.orig.sqlstate
    if state is None and (error.connection_invalidated or _is_lost(error.orig)):
        return OverloadedError("the database does not answer", RETRY_AFTER_SECONDS)
    passing = _PASSING.get((state or "")[:2])
    if passing is not None:
        return OverloadedError(f"{passing} ({state})", RETRY_AFTER_SECONDS)
    name = type(error.orig).__name__
    return ConfigurationError(f"the database does not work: {name} ({state or 'no SQLSTATE'})")


def _is_lost(error: psycopg.Error) -> bool:
    return isinstance(error, psycopg.OperationalError)


def _prepare(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    for statement in _SESSION:
        cursor.execute(statement)
    cursor.execute("SHOW synchronous_commit")
    row = cursor.fetchone()
    if row is not None and row[0] == "off":  # any other value is durable here, or on more hosts
        cursor.execute("SET synchronous_commit = on")
    cursor.close()
    connection.commit()


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql(_LOCK if writes else _READ)


def _check_durable(engine: Engine) -> None:
    with engine.connect() as connection, connection.begin():
        for setting in _MUST_BE_ON:
            if connection.exec_driver_sql(f"SHOW {setting}").scalar() != "on":
                raise ConfigurationError(
                    f"this PostgreSQL server runs with {setting} = off: what it confirms may be "
                    f"lost. Set {setting} = on in its configuration"
                )
        encoding = connection.exec_driver_sql("SHOW server_encoding").scalar()
        if encoding != "UTF8":
            raise ConfigurationError(f"want a database with encoding UTF8; got {encoding}")
