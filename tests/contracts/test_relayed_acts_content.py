# SPDX-License-Identifier: Apache-2.0
"""RelayedActs: who carries an act can alter no member of it, and no party."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ape.contracts import ContractInstance
from bills import NONE, Action, Bills, digest
from conftest import HOUR, People, Reverts, now, travel
from consents import SIGN, grant
from test_document_status import REVOKED, SUPERSEDED, SUSPENDED
from test_relayed_acts import KINDS, Make, bad_signature, item, make
from tickets import Relayed

__all__ = ["bad_signature", "make"]  # fixtures

OTHER = digest("other")
ALTERED: dict[str, dict[str, Any]] = {
    "TagKey": {"keyHash": OTHER},
    "Issue": {
        "tag": OTHER,
        "expectedSequence": 1,
        "commitment": OTHER,
        "holder": OTHER,
        "beneficiary": OTHER,
        "remark": NONE,
    },
    "Act": {
        "action": Action.TRANSFER_HOLDER,
        "title": OTHER,
        "expectedSequence": 2,
        "holder": OTHER,
        "beneficiary": OTHER,
        "intent": OTHER,
        "acceptBy": 0,
        "remark": NONE,
    },
    "Reissue": {
        "titles": [OTHER],
        "expectedSequences": [3],
        "parts": [],
        "remark": NONE,
    },
    "StatusChange": {
        "subject": OTHER,
        "status": SUSPENDED,
        "reason": 5,
        "expectedSequence": 1,
    },
}
CASES = [(kind, member) for kind, members in ALTERED.items() for member in members]


@pytest.mark.parametrize(("kind", "member"), CASES)
def test_relay_when_a_member_is_altered_then_reverts(
    make: Make, people: People, reverts: Reverts, kind: str, member: str
) -> None:
    signed = make(kind)
    assert set(ALTERED[kind]) | {"supersededBy"} >= set(signed.members)
    altered = signed.saying(**{member: ALTERED[kind][member]})
    signature = signed.signature()
    expected = (signed.key.address, altered.recovered(signature))
    with reverts(signed.contract, "RelayedActs_BadSignature", *expected):
        altered.send(people.stranger, altered.ticket(signature=signature))
    assert not signed.contract.nonceUsed(signed.key, 0)


def test_relay_when_the_successor_is_altered_then_reverts(
    make: Make, people: People, reverts: Reverts
) -> None:
    signed = make("StatusChange").saying(status=SUPERSEDED, supersededBy=digest("next"))
    altered = signed.saying(supersededBy=OTHER)
    signature = signed.signature()
    expected = (signed.key.address, altered.recovered(signature))
    with reverts(signed.contract, "RelayedActs_BadSignature", *expected):
        altered.send(people.stranger, altered.ticket(signature=signature))


@pytest.mark.parametrize("how", ["dropped", "added", "swapped", "altered"])
@pytest.mark.parametrize(("kind", "member"), [("Reissue", "parts"), ("StatusChanges", "items")])
def test_relay_when_a_list_is_altered_then_reverts(
    make: Make, people: People, reverts: Reverts, kind: str, member: str, how: str
) -> None:
    signed = make(kind)
    first, second = signed.members[member]
    name = "commitment" if kind == "Reissue" else "subject"
    lists = {
        "dropped": [first],
        "added": [first, second, {**second, name: OTHER}],
        "swapped": [second, first],
        "altered": [first, {**second, name: OTHER}],
    }
    altered = signed.saying(**{member: lists[how]})
    signature = signed.signature()
    expected = (signed.key.address, altered.recovered(signature))
    with reverts(signed.contract, "RelayedActs_BadSignature", *expected):
        altered.send(people.stranger, altered.ticket(signature=signature))


@pytest.mark.parametrize("kind", [each for each in KINDS if not each.startswith("Status")])
def test_relay_when_another_party_was_signed_for_then_reverts(
    make: Make, bills: Bills, bad_signature: Callable[..., None], kind: str
) -> None:
    relayed = make(kind)
    for party in set(bills.signers) - {relayed.party} | {NONE}:
        signature = relayed.but(party=party).signature()
        bad_signature(relayed, relayed.recovered(signature), signature=signature)


@pytest.mark.parametrize("kind", ["StatusChange", "StatusChanges"])
def test_relay_when_a_status_is_about_another_party_then_reverts(
    make: Make, bills: Bills, people: People, reverts: Reverts, kind: str
) -> None:
    other = make(kind).but(party=bills.bank)
    expected = (bills.bank, people.alice.address)
    with reverts(other.contract, "DocumentStatus_NotSigner", *expected):
        other.send(people.stranger)
    mine = make(kind)
    signature = other.signature()
    expected = (people.alice.address, mine.recovered(signature))
    with reverts(mine.contract, "RelayedActs_BadSignature", *expected):
        mine.send(people.stranger, mine.ticket(signature=signature))


def test_relay_act_when_carried_to_another_title_then_reverts(
    make: Make, bills: Bills, people: People, reverts: Reverts
) -> None:
    signed = make("Act")
    altered = signed.saying(title=bills.issue("2"))
    signature = signed.signature()
    expected = (people.bob.address, altered.recovered(signature))
    with reverts(bills.contract, "RelayedActs_BadSignature", *expected):
        altered.send(people.stranger, altered.ticket(signature=signature))
    signed.send(people.stranger)
    with reverts(bills.contract, "RelayedActs_NonceUsed", people.bob.address, 0):
        altered.send(people.stranger, altered.ticket(signature=signature))


def test_relay_act_when_the_title_moved_on_then_the_signed_sequence_stops_it(
    make: Make, bills: Bills, people: People, reverts: Reverts
) -> None:
    signed = make("Act")
    title = signed.members["title"]
    bills.act(bills.carrier, title, Action.PAUSE)
    bills.act(bills.carrier, title, Action.UNPAUSE)
    with reverts(bills.contract, "TitleRegistry_Stale", title, 3, 1):
        signed.send(people.stranger)
    assert not bills.contract.nonceUsed(people.bob, 0)


@pytest.mark.parametrize("kind", KINDS)
def test_relay_when_the_key_ended_since_then_reverts(
    make: Make,
    registry: ContractInstance,
    people: People,
    reverts: Reverts,
    kind: str,
) -> None:
    relayed = make(kind)
    registry.declareCompromise(relayed.key, now(), sender=relayed.key)
    about = (relayed.party,) if kind.startswith("Status") else ()
    name = f"{relayed.contract.contract_type.name}_NotSigner"
    with reverts(relayed.contract, name, *about, relayed.key.address):
        relayed.send(people.stranger)


# ---------------------------------------------------------------- a status that is said already


@pytest.mark.parametrize("kind", ["StatusChange", "StatusChanges"])
def test_relay_status_when_it_repeats_the_record_then_the_nonce_stays_unused(
    make: Make, people: People, kind: str
) -> None:
    make(kind).send(people.stranger)
    again = make(kind).but(nonce=1)
    head = again.contract.head()
    assert list(again.send(people.stranger).logs) == []
    # Nobody looks at the ticket of a repetition: it changes nothing, so it proves nothing.
    assert list(again.send(people.stranger, again.ticket(deadline=1, signature=b"")).logs) == []
    assert again.contract.head() == head
    assert not again.contract.nonceUsed(people.alice, 1)
    fresh = again.saying(
        **({"subject": OTHER} if kind == "StatusChange" else {"items": [item("x")]})
    )
    fresh.send(people.stranger)
    assert again.contract.nonceUsed(people.alice, 1)


def test_relay_many_when_only_some_repeat_the_record_then_the_others_are_said(
    make: Make, people: People
) -> None:
    make("StatusChange").send(people.stranger)
    receipt = make("StatusChanges").but(nonce=1).send(people.stranger)
    assert [bytes(event.subject) for event in receipt.events] == [digest("receipt")]
    assert make("StatusChange").contract.nonceUsed(people.alice, 1)


def test_relay_status_when_the_thiefs_record_is_repeated_then_is_confirmed_and_uses_the_nonce(
    make: Make, registry: ContractInstance, people: People, party_a: bytes
) -> None:
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna)
    since = travel(HOUR)
    stolen = make("StatusChange")
    stolen.send(people.stranger)
    registry.declareCompromise(people.alice, since, sender=people.anna)
    confirmed = stolen.saying(expectedSequence=1).but(key=people.new)
    assert len(confirmed.send(people.stranger).logs) == 1
    contract, subject = stolen.contract, stolen.members["subject"]
    assert contract.record(party_a, subject).key == people.new.address
    assert not contract.tainted(party_a, subject)
    assert contract.nonceUsed(people.new, 0)


@pytest.mark.parametrize("count", [0, 257])
def test_relay_many_when_the_count_is_bad_then_reverts(
    make: Make, people: People, reverts: Reverts, count: int
) -> None:
    relayed = make("StatusChanges").saying(items=[item("bill")] * count)
    with reverts(relayed.contract, "DocumentStatus_BadCount", count):
        relayed.send(people.stranger)


@pytest.mark.parametrize("kind", ["StatusChange", "StatusChanges"])
def test_relay_status_when_the_act_itself_is_refused_then_the_nonce_stays_unused(
    make: Make, people: People, reverts: Reverts, kind: str
) -> None:
    def relayed(**changes: Any) -> Relayed:
        wish = {**item("bill"), **changes}
        return make(kind).saying(**(wish if kind == "StatusChange" else {"items": [wish]}))

    subject = digest("bill")
    contract = relayed().contract
    with reverts(contract, "DocumentStatus_BadSuccessor", subject, OTHER):
        relayed(supersededBy=OTHER).send(people.stranger)
    with reverts(contract, "DocumentStatus_Stale", subject, 0, 9):
        relayed(expectedSequence=9).send(people.stranger)
    relayed().but(nonce=1).send(people.stranger)
    with reverts(contract, "DocumentStatus_Final", subject, REVOKED):
        relayed(status=SUSPENDED, expectedSequence=1).send(people.stranger)
    assert not contract.nonceUsed(people.alice, 0)
