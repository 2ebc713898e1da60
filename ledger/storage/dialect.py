# SPDX-License-Identifier: Apache-2.0
"""What SQLite and PostgreSQL have in common here."""

from typing import Final, Protocol

from sqlalchemy import URL, Engine
from sqlalchemy.exc import DBAPIError

from ledger.errors import LedgerError

__all__ = ["LOCK_SECONDS", "RETRY_AFTER_SECONDS", "WRITES", "Dialect"]

LOCK_SECONDS: Final = 10  # how long a writer waits for another one
RETRY_AFTER_SECONDS: Final = 2
WRITES: Final = "ledger_writes"  # the execution option of a transaction that writes


class Dialect(Protocol):
    """A module per database."""

    def open_engine(self, url: URL) -> Engine:
        """Open it, and see that it keeps what it confirms."""

    def failure(self, error: DBAPIError) -> LedgerError | None:
        """What an error of the driver means; None if it is another driver's."""
