# SPDX-License-Identifier: Apache-2.0
"""DocumentStatus: who says what about which document, and what stays said."""

from __future__ import annotations

from typing import Final

import pytest
from ape.api import ReceiptAPI, TestAccountAPI
from ape.contracts import ContractInstance
from conftest import DAY, HOUR, People, Reverts, artifact, container, now, travel
from consents import SIGN, grant

CURRENT, REVOKED, SUSPENDED, SUPERSEDED = range(4)
NONE: Final = bytes(32)
BILL: Final = b"\x01" * 32
NEXT: Final = b"\x02" * 32

Item = tuple[bytes, int, int, bytes, int]
Change = tuple[bytes, Item]


def change(
    party: bytes,
    status: int,
    *,
    expected: int = 0,
    reason: int = 0,
    by: bytes | None = None,
    subject: bytes = BILL,
) -> Change:
    """Return a change; Superseded needs a successor."""
    successor = by if by is not None else NEXT if status == SUPERSEDED else NONE
    return (party, (subject, status, reason, successor, expected))


def say(status: ContractInstance, sender: TestAccountAPI, wish: Change) -> ReceiptAPI:
    """Send one change."""
    return status.set(*wish, sender=sender)


def test_set_when_by_a_signer_then_is_recorded(
    status: ContractInstance, people: People, party_a: bytes
) -> None:
    receipt = say(status, people.alice, change(party_a, SUPERSEDED, reason=7))
    record = status.record(party_a, BILL)
    assert (record.key, record.status, record.reason) == (people.alice.address, SUPERSEDED, 7)
    assert (record.sequence, bytes(record.supersededBy)) == (1, NEXT)
    assert (record.time, record.number) == (receipt.timestamp, receipt.block_number)
    (event,) = receipt.events
    assert event.event_name == "StatusChanged"
    assert (event.party, event.subject, event.status, event.reason) == (
        party_a,
        BILL,
        SUPERSEDED,
        7,
    )
    assert (event.key, event.sequence) == (people.alice.address, 1)


def test_set_when_never_said_then_the_record_is_all_zero(
    status: ContractInstance, party_a: bytes
) -> None:
    record = status.record(party_a, BILL)
    assert (int(record.key, 16), record.status, record.sequence) == (0, CURRENT, 0)
    assert not status.tainted(party_a, BILL)


@pytest.mark.parametrize("by", ["anna", "bob", "stranger", "registrar", "admin"])
def test_set_when_by_no_sign_key_of_the_party_then_reverts(
    status: ContractInstance, people: People, party_a: bytes, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    _, item = change(party_a, REVOKED)
    for act, wish in ((status.set, item), (status.setMany, [item])):
        with reverts(status, "DocumentStatus_NotSigner", party_a, caller.address):
            act(party_a, wish, sender=caller)


def test_set_when_the_key_has_ended_then_reverts(
    status: ContractInstance,
    registry: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
) -> None:
    registry.setKeyEnd(people.alice, now() + HOUR, sender=people.anna)
    travel(HOUR)
    with reverts(status, "DocumentStatus_NotSigner", party_a, people.alice.address):
        say(status, people.alice, change(party_a, REVOKED))


def test_set_when_about_the_same_subject_then_parties_do_not_meet(
    status: ContractInstance, people: People, party_a: bytes, party_b: bytes
) -> None:
    say(status, people.alice, change(party_a, REVOKED))
    assert status.record(party_b, BILL).status == CURRENT


@pytest.mark.parametrize(
    ("kind", "successor"),
    [(SUPERSEDED, NONE), (SUPERSEDED, BILL), (CURRENT, NEXT), (REVOKED, NEXT), (SUSPENDED, BILL)],
)
def test_set_when_the_successor_does_not_fit_then_reverts(
    status: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
    kind: int,
    successor: bytes,
) -> None:
    with reverts(status, "DocumentStatus_BadSuccessor", BILL, successor):
        say(status, people.alice, change(party_a, kind, by=successor))


@pytest.mark.parametrize("kind", [CURRENT, REVOKED, SUSPENDED, SUPERSEDED])
def test_set_when_the_state_equals_already_then_nothing_happens_before_the_sequence_is_looked_at(
    status: ContractInstance, people: People, party_a: bytes, kind: int
) -> None:
    say(status, people.alice, change(party_a, kind))
    before = (status.head(), status.record(party_a, BILL))
    for expected in (0, 1, 99):
        receipt = say(status, people.alice, change(party_a, kind, expected=expected))
        assert list(receipt.logs) == []
    assert (status.head(), status.record(party_a, BILL)) == before


def test_set_when_the_sequence_is_not_the_records_then_reverts(
    status: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    with reverts(status, "DocumentStatus_Stale", BILL, 0, 1):
        say(status, people.alice, change(party_a, SUSPENDED, expected=1))
    say(status, people.alice, change(party_a, SUSPENDED))
    with reverts(status, "DocumentStatus_Stale", BILL, 1, 0):
        say(status, people.alice, change(party_a, CURRENT))


@pytest.mark.parametrize("final", [REVOKED, SUPERSEDED])
@pytest.mark.parametrize("wish", [CURRENT, REVOKED, SUSPENDED, SUPERSEDED])
def test_set_when_revoked_or_superseded_then_is_final(
    status: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
    final: int,
    wish: int,
) -> None:
    say(status, people.alice, change(party_a, final))
    with reverts(status, "DocumentStatus_Final", BILL, final):
        say(status, people.alice, change(party_a, wish, expected=1, reason=1))


@pytest.mark.parametrize("wish", [CURRENT, REVOKED, SUSPENDED, SUPERSEDED])
def test_set_when_suspended_then_anything_may_follow(
    status: ContractInstance, people: People, party_a: bytes, wish: int
) -> None:
    say(status, people.alice, change(party_a, SUSPENDED))
    say(status, people.alice, change(party_a, wish, expected=1, reason=1))
    record = status.record(party_a, BILL)
    assert (record.status, record.sequence, record.reason) == (wish, 2, 1)


# ---------------------------------------------------------------- a thief's acts


@pytest.fixture
def stolen(
    status: ContractInstance, registry: ContractInstance, people: People, party_a: bytes
) -> bytes:
    """A thief revokes with Alice's key; the party declares it and gets a new signer."""
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna)
    since = travel(HOUR)
    say(status, people.alice, change(party_a, REVOKED))
    registry.declareCompromise(people.alice, since, sender=people.anna)
    return party_a


@pytest.mark.parametrize("wish", [CURRENT, REVOKED, SUSPENDED, SUPERSEDED])
def test_set_when_the_record_is_tainted_then_the_party_may_say_anything(
    status: ContractInstance, people: People, stolen: bytes, wish: int
) -> None:
    assert status.tainted(stolen, BILL)
    say(status, people.new, change(stolen, wish, expected=1))
    record = status.record(stolen, BILL)
    assert (record.status, record.sequence, record.key) == (wish, 2, people.new.address)
    assert not status.tainted(stolen, BILL)
    receipt = say(status, people.new, change(stolen, wish, expected=1))  # and again is no act
    assert list(receipt.logs) == []


def test_set_when_the_record_is_tainted_then_the_sequence_still_counts(
    status: ContractInstance, people: People, stolen: bytes, reverts: Reverts
) -> None:
    with reverts(status, "DocumentStatus_Stale", BILL, 1, 0):
        say(status, people.new, change(stolen, CURRENT))


def test_set_when_the_thief_comes_back_then_reverts(
    status: ContractInstance, people: People, stolen: bytes, reverts: Reverts
) -> None:
    with reverts(status, "DocumentStatus_NotSigner", stolen, people.alice.address):
        say(status, people.alice, change(stolen, REVOKED, expected=1))


def test_set_when_the_record_is_older_than_the_compromise_then_stays_final(
    status: ContractInstance,
    registry: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
) -> None:
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna)
    receipt = say(status, people.alice, change(party_a, REVOKED))
    travel(DAY)
    registry.declareCompromise(people.alice, receipt.timestamp + 1, sender=people.anna)
    assert not status.tainted(party_a, BILL)
    with reverts(status, "DocumentStatus_Final", BILL, REVOKED):
        say(status, people.new, change(party_a, CURRENT, expected=1))
    registry.declareCompromise(people.alice, receipt.timestamp, sender=people.registrar)
    assert status.tainted(party_a, BILL)  # the registrar may date it back further
    say(status, people.new, change(party_a, CURRENT, expected=1))


def test_constructor_when_the_registry_is_zero_then_reverts(
    status: ContractInstance, registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(status, "DocumentStatus_ZeroAddress"):
        people.admin.deploy(container(artifact("DocumentStatus")), "0x" + "00" * 20)
    assert status.registry() == registry.address
