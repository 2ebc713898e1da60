# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry: binding a carrier to its tags, and issuing titles."""

from __future__ import annotations

import hashlib

import pytest
from ape.contracts import ContractInstance
from bills import CLOSED, NONE, TAG_KEY_HASH, UNKNOWN, WHOLE, Action, Bills, State, digest
from conftest import HOUR, People, Reverts, artifact, container, now, travel
from consents import SIGN, grant
from eth_abi import encode
from eth_utils import keccak

TAG, BILL, REMARK = digest("tag 1"), digest("bill 1"), digest("remark")


# ---------------------------------------------------------------- constructor


def test_constructor_when_the_registry_is_zero_then_reverts(
    titles: ContractInstance, registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(titles, "TitleRegistry_ZeroAddress"):
        people.admin.deploy(container(artifact("TitleRegistry")), "0x" + "00" * 20)
    assert titles.registry() == registry.address
    assert titles.WHOLE() == WHOLE


# ---------------------------------------------------------------- registerTagKey


def test_register_tag_key_when_first_then_is_kept(
    titles: ContractInstance, people: People, party_b: bytes
) -> None:
    assert bytes(titles.tagKeyHash(party_b)) == NONE
    secret = hashlib.sha256(b"a secret of 32 bytes").digest()
    receipt = titles.registerTagKey(secret, sender=people.bob)
    assert bytes(titles.tagKeyHash(party_b)) == secret
    (event,) = receipt.events
    assert event.event_name == "TagKeyRegistered"
    assert (event.party, event.keyHash, event.key) == (party_b, secret, people.bob.address)


@pytest.mark.parametrize("again", [TAG_KEY_HASH, UNKNOWN])
def test_register_tag_key_when_there_is_one_then_reverts(
    bills: Bills, people: People, reverts: Reverts, again: bytes
) -> None:
    known = (bills.carrier, TAG_KEY_HASH)
    with reverts(bills.contract, "TitleRegistry_TagKeyRegistered", *known):
        bills.contract.registerTagKey(again, sender=people.alice)


def test_register_tag_key_when_zero_then_reverts(
    titles: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(titles, "TitleRegistry_ZeroHash", "keyHash"):
        titles.registerTagKey(NONE, sender=people.bob)


@pytest.mark.parametrize("by", ["anna", "stranger", "registrar", "admin", "new"])
def test_register_tag_key_when_by_no_sign_key_then_reverts(
    titles: ContractInstance, people: People, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    with reverts(titles, "TitleRegistry_NotSigner", caller.address):
        titles.registerTagKey(TAG, sender=caller)


# ---------------------------------------------------------------- issue


def test_issue_when_holder_and_beneficiary_differ_then_is_held(
    bills: Bills, people: People
) -> None:
    wish = (TAG, 0, BILL, bills.bank, bills.consignee, REMARK)
    receipt = bills.contract.issue(wish, sender=people.alice)
    title = keccak(encode(["bytes32", "bytes32"], [bills.carrier, TAG]))
    assert bytes(receipt.return_value) == title
    assert bytes(bills.contract.titleId(bills.carrier, TAG)) == title
    assert bytes(bills.contract.titleOf(bills.carrier, BILL)) == title

    record = bills.record(title)
    assert record.carrier == bills.carrier
    assert bills.roles(title) == (bills.bank, bills.consignee, NONE)
    assert bills.former(title) == (bills.carrier, bills.carrier)
    assert (record.commitment, record.intent) == (BILL, NONE)
    assert (record.state, record.paused, record.sequence) == (State.HELD, False, 1)
    assert (record.time, record.acceptBy, record.share) == (receipt.timestamp, 0, WHOLE)
    assert (record.key, list(record.origins)) == (people.alice.address, [])


def test_issue_when_done_then_says_all_of_it(bills: Bills, people: People) -> None:
    wish = (TAG, 0, BILL, bills.bank, bills.consignee, REMARK)
    issued, transferred = bills.contract.issue(wish, sender=people.alice).events
    title = bills.id("1")
    assert (issued.event_name, transferred.event_name) == ("TitleIssued", "Transfer")
    assert (issued.title, issued.party, issued.tag) == (title, bills.carrier, TAG)
    assert (issued.commitment, issued.holder) == (BILL, bills.bank)
    assert (issued.beneficiary, issued.share) == (bills.consignee, WHOLE)
    assert (issued.remark, issued.key) == (REMARK, people.alice.address)
    assert int(transferred["from"], 16) == 0
    assert transferred.to == bills.contract.ownerOf(int.from_bytes(title, "big"))
    assert transferred.tokenId == int.from_bytes(title, "big")


@pytest.mark.parametrize("own", ["holder", "beneficiary", "both"])
def test_issue_when_the_carrier_keeps_a_role_then_has_nothing_to_reject(
    bills: Bills, reverts: Reverts, own: str
) -> None:
    holder = bills.bank if own == "beneficiary" else bills.carrier
    beneficiary = bills.bank if own == "holder" else bills.carrier
    title = bills.issue("own", holder, beneficiary)
    former = (
        NONE if holder == bills.carrier else bills.carrier,
        NONE if beneficiary == bills.carrier else bills.carrier,
    )
    assert bills.former(title) == former
    kept = Action.REJECT_BENEFICIARY if own == "beneficiary" else Action.REJECT_HOLDER
    with reverts(bills.contract, "TitleRegistry_NothingGiven", title, kept):
        bills.act(bills.carrier, title, kept)


def test_issue_when_by_another_sign_key_of_the_carrier_then_is_the_same_carriers(
    bills: Bills, registry: ContractInstance, people: People
) -> None:
    wish = grant(registry, bills.carrier, people.new, SIGN)
    registry.addKey(bills.carrier, wish, sender=people.anna)
    travel(2)
    bills.contract.issue((TAG, 0, BILL, bills.bank, bills.bank, NONE), sender=people.new)
    record = bills.record(bills.id("1"))
    assert (record.carrier, record.key) == (bills.carrier, people.new.address)


@pytest.mark.parametrize("by", ["anna", "stranger", "registrar", "admin", "new"])
def test_issue_when_by_no_sign_key_then_reverts(
    bills: Bills, people: People, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    with reverts(bills.contract, "TitleRegistry_NotSigner", caller.address):
        bills.contract.issue((TAG, 0, BILL, bills.bank, bills.bank, NONE), sender=caller)


def test_issue_when_the_key_has_ended_then_reverts(
    bills: Bills, registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    registry.setKeyEnd(people.alice, now() + HOUR, sender=people.anna)
    travel(HOUR)
    with reverts(bills.contract, "TitleRegistry_NotSigner", people.alice.address):
        bills.issue()


def test_issue_when_the_key_is_compromised_then_reverts(
    bills: Bills, registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    registry.declareCompromise(people.alice, now(), sender=people.alice)
    with reverts(bills.contract, "TitleRegistry_NotSigner", people.alice.address):
        bills.issue()


def test_issue_when_the_carrier_has_no_tag_key_then_reverts(
    bills: Bills, people: People, reverts: Reverts
) -> None:
    with reverts(bills.contract, "TitleRegistry_NoTagKey", bills.bank):
        bills.contract.issue((TAG, 0, BILL, bills.bank, bills.bank, NONE), sender=people.bob)


@pytest.mark.parametrize("expected", [1, 2**32 - 1])
def test_issue_when_a_sequence_is_expected_then_reverts(
    bills: Bills, people: People, reverts: Reverts, expected: int
) -> None:
    wish = (TAG, expected, BILL, bills.bank, bills.bank, NONE)
    with reverts(bills.contract, "TitleRegistry_Stale", bills.id("1"), 0, expected):
        bills.contract.issue(wish, sender=people.alice)
    bills.issue()
    with reverts(bills.contract, "TitleRegistry_Stale", bills.id("1"), 1, expected):
        bills.contract.issue(wish, sender=people.alice)


@pytest.mark.parametrize("member", ["holder", "beneficiary"])
@pytest.mark.parametrize("party", [NONE, UNKNOWN])
def test_issue_when_a_party_is_unknown_then_reverts(
    bills: Bills, people: People, reverts: Reverts, member: str, party: bytes
) -> None:
    parties = (party, bills.bank) if member == "holder" else (bills.bank, party)
    with reverts(bills.contract, "TitleRegistry_UnknownParty", party):
        bills.contract.issue((TAG, 0, BILL, *parties, NONE), sender=people.alice)


@pytest.mark.parametrize(
    ("tag", "bill", "member"), [(NONE, BILL, "tag"), (TAG, NONE, "commitment")]
)
def test_issue_when_a_hash_is_zero_then_reverts(
    bills: Bills, people: People, reverts: Reverts, tag: bytes, bill: bytes, member: str
) -> None:
    with reverts(bills.contract, "TitleRegistry_ZeroHash", member):
        bills.contract.issue((tag, 0, bill, bills.bank, bills.bank, NONE), sender=people.alice)


def test_issue_when_the_tag_is_used_then_reverts(
    bills: Bills, people: People, reverts: Reverts
) -> None:
    title = bills.issue()
    wish = (TAG, 0, digest("another bill"), bills.bank, bills.bank, NONE)
    with reverts(bills.contract, "TitleRegistry_TagUsed", title, State.HELD):
        bills.contract.issue(wish, sender=people.alice)


@pytest.mark.parametrize("state", CLOSED)
def test_issue_when_the_tags_title_is_closed_then_reverts_for_ever(
    bills: Bills, people: People, reverts: Reverts, state: State
) -> None:
    title = bills.closed(state)
    tag = digest(f"tag closed {state}")
    assert bytes(bills.contract.titleId(bills.carrier, tag)) == title
    with reverts(bills.contract, "TitleRegistry_TagUsed", title, state):
        bills.contract.issue((tag, 0, BILL, bills.bank, bills.bank, NONE), sender=people.alice)


def test_issue_when_the_commitment_is_used_then_reverts(
    bills: Bills, people: People, reverts: Reverts
) -> None:
    title = bills.issue()
    wish = (digest("another tag"), 0, BILL, bills.bank, bills.bank, NONE)
    with reverts(bills.contract, "TitleRegistry_CommitmentUsed", BILL, title):
        bills.contract.issue(wish, sender=people.alice)


def test_issue_when_of_another_carrier_then_tags_and_commitments_do_not_meet(
    bills: Bills, people: People
) -> None:
    title = bills.issue()
    bills.contract.registerTagKey(TAG_KEY_HASH, sender=people.bob)
    bills.contract.issue((TAG, 0, BILL, bills.carrier, bills.carrier, NONE), sender=people.bob)
    other = bytes(bills.contract.titleOf(bills.bank, BILL))
    assert other == bytes(bills.contract.titleId(bills.bank, TAG)) != title
    assert bytes(bills.contract.titleOf(bills.carrier, BILL)) == title


def test_record_when_never_issued_then_is_all_zero(bills: Bills) -> None:
    record = bills.record(bills.id("1"))
    hashes = (record.carrier, record.commitment, record.intent)
    assert [*map(bytes, hashes), *bills.roles(bills.id("1"))] == [NONE] * 6
    assert bills.former(bills.id("1")) == (NONE, NONE)
    numbers = (record.state, record.sequence, record.time, record.acceptBy, record.share)
    assert (*numbers, int(record.key, 16)) == (0,) * 6
    assert (record.paused, list(record.origins)) == (False, [])
    assert bytes(bills.contract.titleOf(bills.carrier, BILL)) == NONE
