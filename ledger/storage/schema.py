# SPDX-License-Identifier: Apache-2.0
"""Bringing a database to this version's schema, and refusing one that is not ours."""

from pathlib import Path
from typing import Final

from alembic.command import upgrade as run_upgrade
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, insert, select

from ledger.errors import ConfigurationError
from ledger.log import check_log_name
from ledger.statements import LedgerId
from ledger.storage.engine import writing
from ledger.storage.tables import meta
from ledger.storage.vault import Vault

__all__ = ["MIGRATIONS", "claim", "upgrade"]

MIGRATIONS: Final = Path(__file__).parent / "migrations"


def upgrade(engine: Engine) -> None:
    """Run the migrations that are missing, in one transaction: two services may start at once.

    Raises:
        ConfigurationError: the database was written by a newer version.
    """
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        try:
            run_upgrade(config, "head")
        except CommandError as error:
            raise ConfigurationError(f"the database is of another version: {error}") from error


def claim(engine: Engine, ledger: LedgerId, log_name: str, vault: Vault) -> None:
    """Write down whose database this is, the first time; compare ever after.

    Raises:
        ConfigurationError: it was opened for another ledger or log, or with another index secret
            or another key under a known KEK id. Nothing was written.
    """
    facts = {"ledger": str(ledger), "log": check_log_name(log_name), **vault.checks()}
    with writing(engine) as connection:
        known = _known(connection)
        for name, value in facts.items():
            if known.get(name, value) != value:
                raise ConfigurationError(_complaint(name, known[name], value))
        missing = [{"name": name, "value": facts[name]} for name in facts.keys() - known.keys()]
        if missing:
            connection.execute(insert(meta), missing)


def _known(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(meta.c.name, meta.c.value))
    return {row.name: row.value for row in rows}


def _complaint(name: str, known: str, value: str) -> str:
    if name in ("ledger", "log"):
        return f"this database belongs to the {name} {known}, not to {value}"
    if name == "index":
        return "this database was written with another index secret"
    return f"the key-encryption key {name.removeprefix('kek:')!r} is not the one used before"
