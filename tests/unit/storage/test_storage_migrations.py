# SPDX-License-Identifier: Apache-2.0
"""From one version of the schema to the next, with data in it, and back."""

from pathlib import Path

import pytest
from alembic.command import downgrade
from alembic.command import upgrade as run_upgrade
from alembic.config import Config
from sqlalchemy import inspect, text

import ledger.storage
from ledger.storage import open_database
from ledger.storage.engine import reading, writing

FOLDER = Path(ledger.storage.__file__).parent / "migrations"
NEW = {"acts", "act_sends", "remarks", "secrets"}


@pytest.fixture
def to(url):
    """Bring the database to a version, forwards or backwards."""

    engines = []

    def version(name, run=run_upgrade):
        engine = open_database(url)
        engines.append(engine)
        config = Config()
        config.set_main_option("script_location", str(FOLDER))
        with writing(engine) as connection:
            config.attributes["connection"] = connection
            run(config, name)
        return engine

    yield version
    for engine in engines:
        engine.dispose()


def tables(engine):
    with engine.connect() as connection:
        return set(inspect(connection).get_table_names())


def test_first_version_with_data_is_brought_up_and_back(to, reopened, make):
    first = to("0001")
    assert not NEW & tables(first)
    with writing(first) as connection:
        connection.execute(text("INSERT INTO meta VALUES ('kept', 'yes')"))
    storage = reopened()
    accepted = storage.documents.accept(make.new_document(), None, None)
    assert tables(storage.engine) >= NEW
    storage.close()
    back = to("0001", downgrade)
    assert not NEW & tables(back)
    with reading(back) as connection:
        assert connection.scalar(text("SELECT value FROM meta WHERE name = 'kept'")) == "yes"
        assert connection.scalar(text("SELECT count(*) FROM documents")) == 1
    back.dispose()
    again = reopened()
    assert again.documents.document(accepted.commitment).sealed.document.reference == "REF-4711"
    first.dispose()


def test_tag_key_is_not_thrown_away_by_going_back(to, reopened, make):
    storage = reopened()
    key = storage.secrets.tag_key(make.PARTY)
    storage.close()
    with pytest.raises(RuntimeError, match="1 tag keys of carriers would be lost"):
        to("0001", downgrade)
    assert reopened().secrets.tag_key(make.PARTY) == key
