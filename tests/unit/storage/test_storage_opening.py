# SPDX-License-Identifier: Apache-2.0
"""Opening, migrating and recognising a database."""

import re
import sqlite3
import stat
import threading
from contextlib import ExitStack
from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import insert, select, text

from ledger.errors import ConfigurationError, OverloadedError
from ledger.primitives import Address
from ledger.statements import LedgerId
from ledger.storage import LedgerName, VaultKeys, open_database, upgrade
from ledger.storage.engine import reading, writing
from ledger.storage.tables import meta, metadata

SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def test_migrated_schema_is_the_metadata(storage):
    with reading(storage.engine) as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


@SQLITE
@pytest.mark.usefixtures("storage")
def test_constraints_and_indexes_are_those_of_the_metadata(tmp_path):
    """Alembic does not compare checks and primary keys; SQLite's own words for them do."""

    def described(path):
        with sqlite3.connect(path) as connection:
            rows = connection.execute(
                "SELECT name, sql FROM sqlite_master WHERE name <> 'alembic_version'"
                " AND name NOT LIKE 'sqlite_%'"
            ).fetchall()
        connection.close()
        return {name: sorted(re.findall(r"\w+|[<>]", sql)) for name, sql in rows}

    direct = open_database(f"sqlite:///{tmp_path}/direct.db")
    with writing(direct) as connection:
        metadata.create_all(connection)
    direct.dispose()
    assert described(tmp_path / "ledger.db") == described(tmp_path / "direct.db")


@SQLITE
def test_database_file_is_the_owners_alone(storage, tmp_path, make):
    storage.documents.accept(make.new_document(), None, None)
    for path in tmp_path.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


@SQLITE
def test_connection_is_durable_and_checks_references(storage):
    with storage.engine.connect() as connection:
        ask = connection.exec_driver_sql
        assert ask("PRAGMA journal_mode").scalar() == "wal"
        assert ask("PRAGMA synchronous").scalar() == 2
        assert ask("PRAGMA foreign_keys").scalar() == 1
        assert ask("PRAGMA secure_delete").scalar() == 1


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://db/ledger", "SQLite or PostgreSQL, not mysql"),
        ("postgresql+psycopg2://db/ledger", "without a driver"),
        ("sqlite://", "memory"),
        ("sqlite:///:memory:", "memory"),
        ("sqlite:////no/such/folder/ledger.db", "cannot open"),
        ("not a url", "sqlite:///"),
    ],
)
def test_url_that_keeps_nothing_is_refused(url, why):
    with pytest.raises(ConfigurationError, match=why):
        open_database(url)


@SQLITE
def test_file_that_is_no_database_is_refused(tmp_path, reopened):
    (tmp_path / "ledger.db").write_bytes(b"minutes of the last meeting" * 100)
    with pytest.raises(ConfigurationError, match="not a database"):
        reopened()


def test_opening_again_changes_nothing(storage, reopened, make):
    accepted = storage.documents.accept(make.new_document(), None, None)
    assert reopened().documents.document(accepted.commitment).sealed.document.reference


@pytest.mark.usefixtures("storage")
def test_database_of_another_ledger_is_refused(reopened, make):
    other = LedgerId(1337, Address(b"\x22" * 20))
    with pytest.raises(ConfigurationError, match=f"belongs to the ledger {make.LEDGER}"):
        reopened(name=LedgerName(other, "test"))
    with pytest.raises(ConfigurationError, match="belongs to the log test"):
        reopened(name=LedgerName(make.LEDGER, "elsewhere"))


@pytest.mark.usefixtures("storage")
def test_other_keys_are_refused_before_anything_is_written(reopened, make):
    with pytest.raises(ConfigurationError, match="another index secret"):
        reopened(keys=replace(make.KEYS, index_secret=b"J" * 32))
    with pytest.raises(ConfigurationError, match="'k1' is not the one used before"):
        reopened(keys=VaultKeys("k1", {"k1": b"X" * 32}, b"I" * 32))


def test_database_of_a_newer_version_is_refused(storage, reopened):
    with writing(storage.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(ConfigurationError, match="another version"):
        reopened()


def test_two_services_start_at_once(url):
    failures = []

    def start():
        try:
            engine = open_database(url)
            upgrade(engine)
            engine.dispose()
        except Exception as error:  # noqa: BLE001 — reported below
            failures.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def test_transaction_that_raises_in_the_middle_leaves_nothing(storage):
    def fail():
        with writing(storage.engine) as connection:
            connection.execute(insert(meta).values(name="half", value="done"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with reading(storage.engine) as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.name == "half")) is None


def test_second_writer_is_told_to_come_again(kind, storage):
    soon = "PRAGMA busy_timeout = 1" if kind == "sqlite" else "SET lock_timeout = '1ms'"
    with storage.engine.connect() as other:
        other.exec_driver_sql(soon)
        other.commit()
        with writing(storage.engine):
            other.close()  # it is the next one that the pool gives away
            with pytest.raises(OverloadedError, match="busy") as caught, writing(storage.engine):
                pass  # pragma: no cover — never entered
    assert caught.value.retry_after_seconds > 0


def test_caller_without_a_free_connection_is_told_to_come_again(storage, monkeypatch):
    monkeypatch.setattr(storage.engine.pool, "_timeout", 0.01)
    with ExitStack() as stack:
        for _ in range(15):
            stack.enter_context(storage.engine.connect())
        with pytest.raises(OverloadedError), reading(storage.engine):
            pass  # pragma: no cover — never entered


def test_reader_sees_one_moment(storage):
    count = select(meta.c.value).where(meta.c.name == "later")
    with reading(storage.engine) as connection:
        assert connection.scalar(count) is None
        with writing(storage.engine) as other:
            other.execute(insert(meta).values(name="later", value="yes"))
        assert connection.scalar(count) is None
