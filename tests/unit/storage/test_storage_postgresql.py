# SPDX-License-Identifier: Apache-2.0
"""What only PostgreSQL can do to us: break connections, restart, stand still, promise too much."""

import threading

import psycopg
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from ledger.errors import ConfigurationError, OverloadedError
from ledger.storage import open_database
from ledger.storage.bulk import insert_rows
from ledger.storage.engine import reading, writing
from ledger.storage.tables import meta

pytestmark = pytest.mark.parametrize("kind", ["postgresql"], indirect=True)


def end_others(url):
    """End every other connection to the database, as a restart of the server does."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def test_connection_that_broke_while_idle_is_replaced(storage, url, make):
    storage.documents.accept(make.new_document(), None, None)
    end_others(url)
    assert storage.documents.accept(make.new_document(), None, None).created is False


def test_connection_that_breaks_in_a_transaction_leaves_nothing(storage, url):
    def interrupted():
        with writing(storage.engine) as connection:
            connection.execute(meta.insert().values(name="half", value="done"))
            end_others(url)
            connection.execute(meta.insert().values(name="other half", value="done"))

    with pytest.raises(OverloadedError) as caught:
        interrupted()
    assert caught.value.retry_after_seconds > 0
    with reading(storage.engine) as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.name == "half")) is None


def test_commit_that_breaks_is_told_and_repeated_with_the_same_result(storage, url, make):
    new, body = make.new_document(), make.number(1)
    first = storage.documents.accept(new, "call", body)
    end_others(url)  # the caller did not hear the answer
    again = storage.documents.accept(new, "call", body)
    assert (again.statement, again.created) == (first.statement, False)


def test_writer_that_stands_still_is_ended_and_the_next_one_writes(storage):
    with storage.engine.connect() as frozen:
        frozen.exec_driver_sql("SET idle_in_transaction_session_timeout = '100ms'")
        frozen.commit()
        frozen.execution_options(ledger_writes=True)
        frozen.execute(meta.insert().values(name="frozen", value="1"))
        with writing(storage.engine) as connection:  # waits until the server has ended it
            connection.execute(meta.insert().values(name="next", value="1"))
        with pytest.raises(Exception, match=r"idle-in-transaction|closed"):
            frozen.execute(meta.insert().values(name="late", value="1"))
        frozen.invalidate()
    with reading(storage.engine) as connection:
        names = set(connection.scalars(select(meta.c.name)))
    assert "next" in names
    assert not {"frozen", "late"} & names


def test_reader_cannot_write(storage):
    with pytest.raises(OverloadedError), reading(storage.engine) as connection:
        connection.execute(meta.insert().values(name="read", value="only"))


def test_reader_sees_one_snapshot(storage):
    with reading(storage.engine) as connection:
        before = set(connection.scalars(select(meta.c.name)))
        with writing(storage.engine) as other:
            other.execute(meta.insert().values(name="new", value="1"))
        assert set(connection.scalars(select(meta.c.name))) == before


def test_session_that_would_not_wait_for_the_disk_is_made_to(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER ROLE CURRENT_USER SET synchronous_commit = off")
    try:
        engine = open_database(url)
        with engine.connect() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        engine.dispose()
    finally:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("ALTER ROLE CURRENT_USER RESET synchronous_commit")


def test_server_that_does_not_answer_is_named(url):
    with pytest.raises(OverloadedError, match="does not answer"):
        open_database(url.replace("host=", "host=/nowhere"))


def test_database_that_is_not_there_is_named(url):
    missing = url.replace("/ledger", "/no_ledger")
    with pytest.raises((ConfigurationError, OverloadedError), match="database"):
        open_database(missing)


def test_values_stand_in_no_error(storage):
    with pytest.raises(ConfigurationError) as caught, writing(storage.engine) as connection:
        connection.execute(text("SELECT CAST(:value AS integer)"), {"value": "SECRET"})
    assert "SECRET" not in str(caught.value)


def test_writers_of_many_connections_never_lose_an_update(storage):
    with writing(storage.engine) as connection:
        connection.execute(meta.insert().values(name="count", value="0"))

    def count():
        for _ in range(20):
            with writing(storage.engine) as connection:
                here = meta.c.name == "count"
                value = int(connection.scalar(select(meta.c.value).where(here)))
                connection.execute(meta.update().where(here).values(value=str(value + 1)))

    threads = [threading.Thread(target=count) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with reading(storage.engine) as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.name == "count")) == "100"


def test_copied_rows_break_the_same_rules_as_inserted_ones(storage):
    rows = [{"name": f"row {index}", "value": "\\N\t\n"} for index in range(100)]
    with writing(storage.engine) as connection:
        insert_rows(connection, meta, rows)
    with reading(storage.engine) as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.name == "row 99")) == "\\N\t\n"
    with pytest.raises(IntegrityError) as caught, writing(storage.engine) as connection:
        insert_rows(connection, meta, rows)
    assert "row 99" not in str(caught.value.statement)


def test_copy_over_a_connection_that_broke_leaves_nothing(storage, url):
    rows = [{"name": f"row {index}", "value": ""} for index in range(100)]

    def interrupted():
        with writing(storage.engine) as connection:
            end_others(url)
            insert_rows(connection, meta, rows)

    with pytest.raises(OverloadedError):
        interrupted()
    with reading(storage.engine) as connection:
        assert connection.scalar(select(meta.c.value).where(meta.c.name == "row 0")) is None
