# SPDX-License-Identifier: Apache-2.0
"""Everything that is stored, opened at once: what the wiring asks for."""

from dataclasses import dataclass

from sqlalchemy import Engine

from ledger.ports import Clock
from ledger.statements import LedgerId
from ledger.storage.acceptance import QUEUE_LIMIT
from ledger.storage.documents import SqlDocuments
from ledger.storage.engine import open_database
from ledger.storage.leases import SqlLease
from ledger.storage.logs import SqlLog
from ledger.storage.outbox import SqlOutbox
from ledger.storage.relaying import ACT_LIMIT, SqlActs
from ledger.storage.remarks import SqlRemarks
from ledger.storage.schema import claim, upgrade
from ledger.storage.secrets import SqlSecrets
from ledger.storage.tokens import SqlTokens
from ledger.storage.vault import Vault, VaultKeys

__all__ = ["LedgerName", "Storage", "open_storage"]


@dataclass(frozen=True, slots=True)
class LedgerName:
    """Which ledger a database serves: its id on chain, and the name in its checkpoints."""

    ledger: LedgerId
    log_name: str


@dataclass(frozen=True, slots=True)
class Storage:
    """The repositories over one database."""

    engine: Engine
    lease: SqlLease
    documents: SqlDocuments
    log: SqlLog
    outbox: SqlOutbox
    tokens: SqlTokens
    acts: SqlActs
    remarks: SqlRemarks
    secrets: SqlSecrets

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_storage(  # noqa: PLR0913 — two limits beside what is opened
    url: str,
    name: LedgerName,
    keys: VaultKeys,
    clock: Clock,
    *,
    queue_limit: int = QUEUE_LIMIT,
    act_limit: int = ACT_LIMIT,
) -> Storage:
    """Open, migrate and check a database.

    Args:
        url: SQLAlchemy's.
        name: the ledger that it must belong to.
        keys: what documents are encrypted with.
        clock: dates heads and tokens.
        queue_limit: statements that may wait for an index before intake says `overloaded`.
        act_limit: acts that may wait for a block before none is taken any more.

    Raises:
        ConfigurationError: it cannot be opened, is of a newer version, belongs to another ledger,
            or was written with other keys.
    """
    engine = open_database(url)
    vault = Vault(keys)
    try:
        upgrade(engine)
        claim(engine, name.ledger, name.log_name, vault)
    except BaseException:
        engine.dispose()
        raise
    lease = SqlLease(engine)
    return Storage(
        engine=engine,
        lease=lease,
        documents=SqlDocuments(engine, vault, queue_limit),
        log=SqlLog(engine, clock, lease),
        outbox=SqlOutbox(engine, lease),
        tokens=SqlTokens(engine, clock, vault),
        acts=SqlActs((engine, lease, vault), name.ledger.chain_id, act_limit),
        remarks=SqlRemarks(engine, vault),
        secrets=SqlSecrets(engine, vault),
    )
