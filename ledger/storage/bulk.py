# SPDX-License-Identifier: Apache-2.0
"""Many rows at once: COPY where the database has it, one prepared statement elsewhere."""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, delete, insert
from sqlalchemy.exc import DBAPIError

__all__ = ["delete_rows", "insert_rows"]

_COPY_FROM: Final = 32  # fewer rows are one round trip anyway
_AT_ONCE: Final = 500  # parameters of one statement


def insert_rows(connection: Connection, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that all have the same members.

    Raises:
        IntegrityError: one of them breaks a rule of the table; the transaction is over.
    """
    if not rows:
        return
    if connection.dialect.name == "postgresql" and len(rows) >= _COPY_FROM:
        _copy(connection, table, tuple(rows[0]), rows)
    else:
        connection.execute(insert(table), rows)


def delete_rows(connection: Connection, column: Column[Any], values: Sequence[object]) -> int:
    """Delete the rows whose column has one of the values; return how many there were."""
    gone = 0
    for start in range(0, len(values), _AT_ONCE):
        chosen = column.in_(values[start : start + _AT_ONCE])
        gone += connection.execute(delete(column.table).where(chosen)).rowcount
    return gone


def _copy(
    connection: Connection, table: Table, names: tuple[str, ...], rows: Iterable[dict[str, Any]]
) -> None:
    """COPY in psycopg's text format; the names are the tables' own, and quoted.

    Errors come as the driver's; SQLAlchemy wraps those of statements only.
    """
    quote = connection.dialect.identifier_preparer.quote
    columns = ", ".join(quote(name) for name in names)
    driver: Any = connection.connection.driver_connection
    dialect: Any = connection.dialect
    try:
        with (
            driver.cursor() as cursor,
            cursor.copy(f"COPY {quote(table.name)} ({columns}) FROM STDIN") as copy,
        ):
            for row in rows:
                copy.write_row([row[name] for name in names])
    except dialect.dbapi.Error as error:
        raise _wrapped(error, dialect) from error


def _wrapped(error: Exception, dialect: Any) -> Exception:  # noqa: ANN401 — a driver's own
    """The same error as SQLAlchemy would raise for a statement; without the values."""
    return DBAPIError.instance(
        "COPY", None, error, dialect.dbapi.Error, hide_parameters=True, dialect=dialect
    )
