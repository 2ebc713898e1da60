# SPDX-License-Identifier: Apache-2.0
"""Opening the database, and the two kinds of transaction that there are."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from sqlalchemy import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from ledger.errors import ConfigurationError, LedgerError, OverloadedError
from ledger.storage import postgresql, sqlite
from ledger.storage.dialect import RETRY_AFTER_SECONDS, WRITES, Dialect

__all__ = ["open_database", "reading", "writing"]

_DIALECTS: Final[dict[str, Dialect]] = {"sqlite": sqlite, "postgresql": postgresql}


def open_database(url: str) -> Engine:
    """Open `sqlite:///<path>` or `postgresql://<user>@<host>/<database>`.

    Raises:
        ConfigurationError: another kind of database, or one that keeps no promise.
        OverloadedError: the server does not answer.
    """
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise ConfigurationError(
            "want a database URL like sqlite:///ledger.db or postgresql://user@host/database"
        ) from error
    dialect = _DIALECTS.get(parsed.get_backend_name())
    if dialect is None:
        raise ConfigurationError(
            f"this version stores in SQLite or PostgreSQL, not {parsed.get_backend_name()}"
        )
    with _translated():
        return dialect.open_engine(parsed)


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that writes; no other one writes meanwhile.

    SQLite takes the write lock at once (BEGIN IMMEDIATE), PostgreSQL an advisory lock of the
    database. What was read in it still holds when it writes, so check-then-write needs no second
    look. IntegrityError passes: the caller knows which rule it broke.

    Raises:
        OverloadedError: another writer kept the lock too long, or the database does not answer.
            Whether a transaction was kept whose connection broke is not known.
        ConfigurationError: the database does not work.
    """
    with _translated(), engine.connect() as connection:
        connection.execution_options(**{WRITES: True})
        with connection.begin():
            yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction that only reads, in one snapshot. Raises as `writing` does."""
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
        raise _failure(error) from error


def _failure(error: DBAPIError) -> LedgerError:
    """What a driver's error means. Its statement and parameters stay out: they may be secret."""
    for dialect in _DIALECTS.values():
        failure = dialect.failure(error)
        if failure is not None:
            return failure
    return ConfigurationError(f"the database does not work: {type(error.orig).__name__}")
