# SPDX-License-Identifier: Apache-2.0
"""What a thief of the database file reads."""

import pytest
from sqlalchemy import select, text

from ledger.storage.tables import data_keys, holdings

BODY = b"\xb0\xd1" * 16
SQLITE = pytest.mark.parametrize("kind", ["sqlite"], indirect=True)


def test_no_secret_stands_in_the_database(storage, stored_bytes, make):
    doc = make.document(consignment="CONS-SECRET")
    new = make.new_document(doc)
    body = type(make.number(1))(BODY)
    accepted = storage.documents.accept(new, "KEY-OF-REF-4711", body)
    token = storage.tokens.create(make.PARTY, {"read"}, "label", None)
    seed = new.documents[0].seed
    secrets = {
        "reference": b"REF-4711",
        "value": b"SECRET-NOTE",
        "consignment": b"CONS-SECRET",
        "document type": b"file-only",
        "member name": b"issuers",
        "file name": b"bl.pdf",
        "finding": b"look again",
        "file digest": b"\xf1" * 32,
        "file digest as text": b"f1" * 32,
        "seed": seed.raw,
        "seed as text": seed.text().encode(),
        "body digest": BODY,
        "token": token.encode(),
        "token without prefix": token[3:].encode(),
        "key-encryption key": b"K" * 32,
        "index secret": b"I" * 32,
    }
    written = stored_bytes()
    assert accepted.commitment.raw in written  # the search does find what is there
    assert {name for name, secret in secrets.items() if secret in written} == set()


@SQLITE
def test_erased_key_leaves_no_copy_in_the_database_file(storage, tmp_path, make):
    accepted = storage.documents.accept(make.new_document(), None, None)
    with storage.engine.connect() as connection:
        wrapped = connection.scalar(data_keys.select().with_only_columns(data_keys.c.wrapped))
    storage.documents.erase(accepted.commitment)
    with storage.engine.connect() as connection:
        connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    storage.close()
    assert wrapped not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_equal_numbers_of_two_parties_look_different(storage, make):
    for party in (make.PARTY, make.OTHER):
        doc = make.document(issuers=(party,))
        storage.documents.accept(make.new_document(doc, party), None, None)
    with storage.engine.connect() as connection:
        tags = connection.scalars(select(holdings.c.reference_tag)).all()
    assert len(set(tags)) == 2
