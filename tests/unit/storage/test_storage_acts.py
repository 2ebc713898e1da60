# SPDX-License-Identifier: Apache-2.0
"""Relayed acts, remarks and secrets: sealed rows, and what a thief or a forger can do with them."""

import json

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from ledger.acts import Act, ActContract, ActDomain, ActType, SignedAct
from ledger.errors import ConfigurationError, StateError
from ledger.ports.relaying import ActPlace, ActState, NewAct, SentAct
from ledger.primitives import Address, Bytes32, Digest, PartyId
from ledger.remarks import seal_remark
from ledger.storage import VaultKeys, open_storage
from ledger.storage.engine import reading, writing
from ledger.storage.tables import act_sends, acts, remarks, secrets

TITLE, OTHER_TITLE = Bytes32(b"\x71" * 32), Bytes32(b"\x72" * 32)
DOMAIN = ActDomain(ActContract.STATUS, 1337, Address(b"\x55" * 20))
PLACE = ActPlace(Bytes32(b"\xaa" * 32), 7, Bytes32(b"\xbb" * 32))
BODY = b"\xc3" * 32


def signed(make, subject=1, nonce=1):
    key = make.Key()
    members = {
        "party": make.PARTY.raw,
        "subject": subject.to_bytes(32, "big"),
        "status": 1,
        "reason": 3,
        "supersededBy": bytes(32),
        "expectedSequence": 0,
        "nonce": 2**256 - nonce,
        "deadline": 2**64 - 1,
    }
    act = Act(ActType.STATUS_CHANGE, members)
    return SignedAct(act, DOMAIN, key.address, key.sign(act.digest(DOMAIN).raw))


@pytest.fixture
def add(storage, make):
    def one(act=None, request=b"r", remark=None, titles=()):
        act = act or signed(make)
        return storage.acts.add(NewAct(act, make.PARTY, request, 1_770_000_000, remark, titles))

    return one


def test_act_is_read_back_as_it_was_signed(storage, reopened, add, make):
    stored = add()
    assert stored.signed == signed(make)
    again = reopened().acts.act(stored.signed.id)
    assert (again, again.state) == (stored, ActState.ACCEPTED)
    assert storage.acts.waiting_since() == 1_770_000_000


def test_act_goes_through_its_states(storage, add):
    act = add().signed.id
    store = storage.acts
    sent = SentAct(act, Address(b"\x01" * 20), 5, PLACE.transaction, b"raw", 1_770_000_001)
    store.store_sent(sent)
    store.store_sent(sent)
    assert store.sent([act]) == {act: (sent,)}
    assert (store.act(act).state, store.act(act).transaction) == (
        ActState.SUBMITTED,
        PLACE.transaction,
    )
    store.store_done(act, PLACE)
    assert [item.place for item in store.unsettled(10)] == [PLACE]
    store.return_to_relay(act)
    assert (store.act(act).state, store.act(act).place) == (ActState.SUBMITTED, None)
    store.store_done(act, PLACE)
    store.store_settled(act)
    assert (store.act(act).state, store.unsettled(10)) == (ActState.FINAL, ())
    with pytest.raises(StateError, match="was final"):
        store.return_to_relay(act)


@pytest.mark.parametrize(
    "change",
    [
        {"contract": b"\x66" * 20},
        {"kind": "Act"},
        {"message": "{}"},
        {"submitter": b"\x02" * 32},
        {"key": b"\x03" * 20},
        {"signature": b"\x04" * 65},
        {"request_tag": b"\x05" * 32},
        {"seal": b"\x06" * 32},
    ],
    ids=lambda change: next(iter(change)),
)
def test_row_that_was_changed_is_not_carried(storage, add, change):
    add()
    with writing(storage.engine) as connection:
        connection.execute(update(acts).values(change))
    with pytest.raises(ConfigurationError, match="changed in the database"):
        storage.acts.in_state(ActState.ACCEPTED, 1)


def test_row_that_another_database_sealed_is_not_carried(storage, tmp_path, make, clock):
    """The seal needs the index secret: a row that somebody only wrote has none."""
    (tmp_path / "other").mkdir()
    keys = VaultKeys("k1", {"k1": b"K" * 32}, b"J" * 32)
    other = open_storage(f"sqlite:///{tmp_path}/other/ledger.db", make.NAME, keys, clock)
    other.acts.add(NewAct(signed(make), make.PARTY, b"r", 1))
    with reading(other.engine) as connection:
        row = dict(connection.execute(select(acts)).one()._mapping)
    other.close()
    with writing(storage.engine) as connection:
        connection.execute(acts.insert().values(row))
    with pytest.raises(ConfigurationError, match="changed in the database"):
        storage.acts.act(signed(make).id)


def test_secret_is_drawn_once_and_told_apart(storage, reopened, make):
    first = storage.secrets.tag_key(make.PARTY)
    assert len(first) == 32
    assert reopened().secrets.tag_key(make.PARTY) == first
    others = [
        storage.secrets.tag_key(make.OTHER),
        storage.secrets.title_secret(TITLE),
        storage.secrets.title_secret(Bytes32(make.PARTY.raw)),
    ]
    assert len({first, *others}) == 4


def test_secret_that_was_moved_does_not_open(storage, make):
    storage.secrets.tag_key(make.PARTY)
    with writing(storage.engine) as connection:
        connection.execute(update(secrets).values(owner=make.OTHER.raw))
    with pytest.raises(ConfigurationError, match="row was changed"):
        storage.secrets.tag_key(make.OTHER)


def test_secrets_survive_a_new_key_encryption_key(storage, reopened, make):
    tag_key, title = storage.secrets.tag_key(make.PARTY), storage.secrets.title_secret(TITLE)
    storage.documents.accept(make.new_document(), None, None)
    both = VaultKeys("k2", {"k1": b"K" * 32, "k2": b"L" * 32}, b"I" * 32)
    rotated = reopened(keys=both)
    assert rotated.documents.rewrap() == 3
    assert rotated.documents.rewrap() == 0
    alone = reopened(keys=VaultKeys("k2", {"k2": b"L" * 32}, b"I" * 32))
    assert alone.secrets.tag_key(make.PARTY) == tag_key
    assert alone.secrets.title_secret(TITLE) == title


class TestRemarks:
    @pytest.fixture
    def remark(self, storage, add):
        remark = seal_remark(storage.secrets.title_secret(TITLE), TITLE, "SECRET-REMARK")
        add(remark=remark, titles=(TITLE, OTHER_TITLE))
        return remark

    def test_is_read_for_its_titles_and_no_other(self, storage, remark):
        wanted = [remark.digest, Digest(bytes(32))]
        for title in (TITLE, OTHER_TITLE):
            assert storage.remarks.texts(title, wanted) == {remark.digest: "SECRET-REMARK"}
        assert storage.remarks.texts(Bytes32(b"\x73" * 32), wanted) == {}

    @pytest.mark.usefixtures("remark")
    def test_stands_in_no_file(self, storage, stored_bytes, make):
        tag_key = storage.secrets.tag_key(make.PARTY)
        title = storage.secrets.title_secret(TITLE)
        written = stored_bytes()
        assert TITLE.raw in written  # the search does find what is there
        for secret in (b"SECRET-REMARK", tag_key, title, tag_key.hex().encode()):
            assert secret not in written

    def test_that_was_changed_is_noticed(self, storage, remark):
        with writing(storage.engine) as connection:
            connection.execute(
                update(remarks).values(sealed=remark.raw[:-1] + bytes([remark.raw[-1] ^ 1]))
            )
        with pytest.raises(ConfigurationError, match="is not"):
            storage.remarks.texts(TITLE, [remark.digest])

    def test_whose_secret_is_gone_is_noticed(self, storage, remark):
        with writing(storage.engine) as connection:
            connection.execute(secrets.delete())
        with pytest.raises(ConfigurationError, match="secret of title"):
            storage.remarks.texts(TITLE, [remark.digest])


def test_request_is_kept_as_a_tag_of_its_submitter(storage, add, make):
    add(request=BODY)
    assert storage.acts.repeated(make.PARTY, BODY) is not None
    assert storage.acts.repeated(PartyId(b"\x02" * 32), BODY) is None
    with reading(storage.engine) as connection:
        row = connection.execute(select(acts)).one()
    assert BODY not in (row.request_tag, row.seal)
    assert json.loads(row.message)["nonce"] == str(2**256 - 1)


def test_sends_belong_to_acts(storage):
    row = {"act": b"\0" * 32, "sender": b"\0" * 20, "nonce": 1, "transaction": b"\0" * 32}
    statement = act_sends.insert().values(row | {"raw": b"raw", "sent_at": 1})
    broken = pytest.raises(IntegrityError, match=r"(?i)foreign key")
    with broken, writing(storage.engine) as connection:
        connection.execute(statement)
    with reading(storage.engine) as connection:
        assert connection.execute(select(act_sends)).all() == []
