# SPDX-License-Identifier: Apache-2.0
"""Nonces, each for one act; transactions that carry nothing; refusals forgotten in time."""

from pathlib import Path

import pytest
from alembic.command import downgrade, upgrade
from alembic.config import Config
from sqlalchemy import select

import ledger.storage
from ledger.acts import Act, ActContract, ActDomain, ActType, SignedAct
from ledger.errors import NotFoundError, StateError
from ledger.ports.relaying import ActPlace, ActState, NewAct, SentAct
from ledger.primitives import Address, Bytes32
from ledger.remarks import seal_remark
from ledger.storage import open_database
from ledger.storage.engine import reading, writing
from ledger.storage.tables import act_sends, acts, remarks

TITLE = Bytes32(b"\x71" * 32)
RELAYER, OTHER_RELAYER = Address(b"\x01" * 20), Address(b"\x02" * 20)
PLACE = ActPlace(None, 7, Bytes32(b"\xbb" * 32))
FOLDER = Path(ledger.storage.__file__).parent / "migrations"
NOW = 1_770_000_000


def nominate(make, number, nonce=None, remark=None, contract=b"\x55"):
    """An act on a title, told apart by its number; its nonce is the number unless given."""
    key = make.Key()
    members = {
        "party": make.PARTY.raw,
        "action": 1,
        "title": TITLE.raw,
        "expectedSequence": number,
        "holder": bytes(32),
        "beneficiary": bytes(32),
        "intent": bytes(32),
        "acceptBy": 0,
        "remark": bytes(32) if remark is None else remark.digest.raw,
        "nonce": number if nonce is None else nonce,
        "deadline": 2**64 - 1,
    }
    act, domain = (
        Act(ActType.ACT, members),
        ActDomain(ActContract.TITLES, 1337, Address(contract * 20)),
    )
    return SignedAct(act, domain, key.address, key.sign(act.digest(domain).raw))


@pytest.fixture
def add(storage, make):
    def one(number=1, *, party=None, at=NOW, remark=None, **more):
        signed = nominate(make, number, remark=remark, **more)
        titles = () if remark is None else (TITLE,)
        party = party or make.PARTY
        new = NewAct(signed, party, signed.id.raw, at, remark, titles)
        return storage.acts.add(new).signed.id

    return one


def transaction(act, nonce, number=1, sender=RELAYER):
    name = bytes([number, nonce]).ljust(32, b"\0")
    return SentAct(act, sender, nonce, Bytes32(name), b"raw", NOW)


def refuse(storage, act, place=None):
    storage.acts.store_refused(act, "Some_Error()", place)


class TestNonceOfAnAct:
    def test_second_act_with_it_is_not_taken(self, add):
        first = add(1, nonce=2**256 - 1)
        with pytest.raises(StateError, match=f"act {first} was taken with the same key and nonce"):
            add(2, nonce=2**256 - 1)
        add(2, nonce=2**256 - 2)

    def test_second_act_with_it_is_taken_once_the_first_is_refused(self, storage, add):
        refuse(storage, add(1, nonce=5))
        add(2, nonce=5)

    def test_second_act_with_it_is_not_taken_once_the_first_is_done(self, storage, add):
        storage.acts.store_done(add(1, nonce=5), PLACE)
        with pytest.raises(StateError, match="sign this one with another nonce"):
            add(2, nonce=5)

    def test_another_contract_has_its_own(self, add):
        add(1, nonce=5)
        add(1, nonce=5, contract=b"\x56")


class TestTransactions:
    def test_those_from_a_nonce_on_are_told_whatever_became_of_their_acts(self, storage, add):
        first, second, third = add(1), add(2), add(3)
        store = storage.acts
        sent = [
            transaction(first, 4),
            transaction(None, 6),
            transaction(second, 5),
            transaction(first, 4, 2),
            transaction(third, 4, 3, OTHER_RELAYER),
            transaction(third, 3),
        ]
        for item in sent:
            store.store_sent(item)
        store.store_done(first, PLACE)
        refuse(storage, second)
        told = (sent[0], sent[3], sent[2], sent[1])
        assert store.pending(RELAYER, 4) == told
        assert store.pending(RELAYER, 6) == (sent[1],)
        assert store.sent([first, third]) == {
            first: (sent[0], sent[3]),
            third: (sent[4], sent[5]),
        }

    def test_one_of_a_done_act_leaves_it_done(self, storage, add):
        act = add()
        storage.acts.store_done(act, PLACE)
        storage.acts.store_sent(transaction(act, 4))
        assert (storage.acts.act(act).state, storage.acts.act(act).place) == (
            ActState.MINED,
            PLACE,
        )

    def test_act_in_a_block_is_not_refused(self, storage, add):
        act = add()
        storage.acts.store_done(act, PLACE)
        with pytest.raises(StateError, match="is in a block"):
            refuse(storage, act)
        assert storage.acts.act(act).state is ActState.MINED

    def test_nonce_of_another_act_is_not_stored_again(self, storage, add):
        first, second = add(1), add(2)
        store = storage.acts
        store.store_sent(transaction(first, 4))
        for item in (transaction(second, 4, 2), transaction(None, 4, 2)):
            with pytest.raises(StateError, match="nonce 4 of 0x01"):
                store.store_sent(item)
        store.store_sent(transaction(None, 5))
        with pytest.raises(StateError, match="nonce 5 of 0x01"):
            store.store_sent(transaction(second, 5, 2))
        store.store_sent(transaction(second, 4, 2, OTHER_RELAYER))


class TestForgetting:
    def test_refusals_that_are_old_go_with_their_transactions(self, storage, add):
        old, new = add(1, at=NOW), add(2, at=NOW + 1)
        storage.acts.store_sent(transaction(old, 4))
        for act in (old, new):
            refuse(storage, act)
        assert storage.acts.prune(NOW + 1, 100, 10) == 1
        with pytest.raises(NotFoundError):
            storage.acts.act(old)
        assert storage.acts.act(new).state is ActState.REJECTED
        assert storage.acts.pending(RELAYER, 0) == ()
        assert storage.acts.prune(NOW + 1, 100, 10) == 0

    def test_of_each_submitter_the_newest_refusals_stay(self, storage, add, make):
        own = [add(number) for number in range(4)]
        other = add(9, party=make.OTHER)
        for act in (*own, other):
            refuse(storage, act)
        assert storage.acts.prune(0, 2, 10) == 2
        kept = storage.acts.in_state(ActState.REJECTED, 10)
        assert [item.signed.id for item in kept] == [*own[2:], other]

    def test_only_a_few_go_at_once(self, storage, add):
        for number in range(5):
            refuse(storage, add(number))
        assert [storage.acts.prune(NOW + 1, 0, 2) for _ in range(4)] == [2, 2, 1, 0]

    def test_nothing_else_ever_goes(self, storage, add):
        names = ("accepted", "submitted", "mined", "final", "refused in a block")
        held = dict(zip(names, (add(number) for number in range(5)), strict=True))
        store = storage.acts
        store.store_sent(transaction(held["submitted"], 4))
        for name in ("mined", "final"):
            store.store_done(held[name], PLACE)
        store.store_settled(held["final"])
        refuse(storage, held["refused in a block"], PLACE)
        assert store.prune(NOW + 1, 0, 10) == 0
        store.store_settled(held["refused in a block"])
        assert store.prune(NOW + 1, 0, 10) == 1

    def test_text_goes_unless_another_act_names_it(self, storage, add):
        secret = storage.secrets.title_secret(TITLE)
        lone, shared = (seal_remark(secret, TITLE, text) for text in ("one", "two"))
        gone = [add(1, remark=lone), add(2, remark=shared)]
        kept = nominate_again(storage, add, shared)
        for act in gone:
            refuse(storage, act)
        assert storage.acts.prune(NOW + 1, 0, 10) == 2
        with reading(storage.engine) as connection:
            left = connection.scalars(select(remarks.c.remark)).all()
        assert left == [shared.digest.raw]
        assert storage.acts.act(kept).state is ActState.ACCEPTED

    def test_remark_that_is_kept_already_is_said_to_contradict(self, storage, add):
        remark = seal_remark(storage.secrets.title_secret(TITLE), TITLE, "one")
        add(1, remark=remark)
        with pytest.raises(StateError, match="remark contradicts"):
            add(2, remark=remark)


def nominate_again(storage, add, remark):
    """Another act with the same remark, whose text is kept already."""
    act = add(3)
    with writing(storage.engine) as connection:
        connection.execute(
            acts.update().where(acts.c.act == act.raw).values(remark=remark.digest.raw)
        )
    return act


def migrate(url, run, version):
    engine = open_database(url)
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        run(config, version)
    return engine


def test_acts_of_the_version_before_are_found_by_nonce_and_go_back(url, reopened, add, storage):
    remark = seal_remark(storage.secrets.title_secret(TITLE), TITLE, "one")
    first, second = add(1, nonce=2**255), add(2, nonce=7, remark=remark)
    storage.acts.store_sent(transaction(first, 4))
    storage.acts.store_sent(transaction(None, 5))
    storage.close()
    back = migrate(url, downgrade, "0002")
    with reading(back) as connection:
        assert connection.scalars(select(act_sends.c.nonce)).all() == [4]
    back.dispose()
    migrate(url, upgrade, "head").dispose()
    again = reopened()
    with reading(again.engine) as connection:
        rows = connection.execute(select(acts.c.nonce, acts.c.remark).order_by(acts.c.number)).all()
    assert [tuple(row) for row in rows] == [
        ((2**255).to_bytes(32, "big"), None),
        ((7).to_bytes(32, "big"), remark.digest.raw),
    ]
    assert [item.act for item in again.acts.pending(RELAYER, 0)] == [first]
    assert again.acts.act(second).state is ActState.ACCEPTED
