# SPDX-License-Identifier: Apache-2.0
"""DocumentStatus.setMany: one to 256 statuses of one party, all or none."""

from __future__ import annotations

import pytest
from ape.contracts import ContractInstance
from conftest import HOUR, People, Reverts, travel
from consents import SIGN, grant
from test_document_status import (
    BILL,
    CURRENT,
    NEXT,
    NONE,
    REVOKED,
    SUPERSEDED,
    SUSPENDED,
    Item,
    change,
)


def items(*wishes: tuple[bytes, int], expected: int = 0) -> list[Item]:
    """Return changes of subjects."""
    return [(subject, status, 0, NONE, expected) for subject, status in wishes]


@pytest.mark.parametrize("count", [1, 256])
def test_set_many_when_up_to_256_then_all_are_recorded(
    status: ContractInstance, people: People, party_a: bytes, count: int
) -> None:
    subjects = [i.to_bytes(32, "big") for i in range(1, count + 1)]
    wishes = items(*((each, REVOKED) for each in subjects))
    receipt = status.setMany(party_a, wishes, sender=people.alice)
    assert len(receipt.logs) == count
    assert receipt.gas_used < 2**24  # EIP-7825
    assert {status.record(party_a, each).status for each in subjects} == {REVOKED}
    again = status.setMany(party_a, wishes, sender=people.alice)
    assert len(again.logs) == 0


@pytest.mark.parametrize("count", [0, 257])
def test_set_many_when_the_count_is_bad_then_reverts(
    status: ContractInstance, people: People, party_a: bytes, reverts: Reverts, count: int
) -> None:
    for by in (people.alice, people.stranger):  # whoever asks
        with reverts(status, "DocumentStatus_BadCount", count):
            status.setMany(party_a, items((BILL, REVOKED)) * count, sender=by)


def test_set_many_when_of_another_party_then_none_is_recorded(
    status: ContractInstance, people: People, party_b: bytes, reverts: Reverts
) -> None:
    with reverts(status, "DocumentStatus_NotSigner", party_b, people.alice.address):
        status.setMany(party_b, items((BILL, REVOKED)), sender=people.alice)
    assert status.record(party_b, BILL).status == CURRENT


@pytest.mark.parametrize(
    ("bad", "error"),
    [
        ((NEXT, REVOKED, 0, NONE, 5), ("DocumentStatus_Stale", NEXT, 0, 5)),
        ((NEXT, REVOKED, 0, BILL, 0), ("DocumentStatus_BadSuccessor", NEXT, BILL)),
        ((NEXT, SUPERSEDED, 0, NEXT, 0), ("DocumentStatus_BadSuccessor", NEXT, NEXT)),
        ((BILL, CURRENT, 0, NONE, 1), ("DocumentStatus_Final", BILL, REVOKED)),
    ],
)
def test_set_many_when_the_last_one_fails_then_none_is_recorded(
    status: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
    bad: Item,
    error: tuple[object, ...],
) -> None:
    head = status.head()
    with reverts(status, *error):
        status.setMany(party_a, [*items((BILL, REVOKED)), bad], sender=people.alice)
    assert status.record(party_a, BILL).status == CURRENT
    assert status.head() == head


def test_set_many_when_some_repeat_the_record_then_only_the_others_count(
    status: ContractInstance, people: People, party_a: bytes
) -> None:
    status.set(*change(party_a, REVOKED), sender=people.alice)
    wishes = items((BILL, REVOKED), (NEXT, SUSPENDED))
    (event,) = status.setMany(party_a, wishes, sender=people.alice).events
    assert (bytes(event.subject), event.sequence) == (NEXT, 1)
    assert status.record(party_a, BILL).sequence == 1


def test_set_many_when_one_subject_comes_twice_then_each_builds_on_the_one_before(
    status: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    first, second = items((BILL, SUSPENDED)), items((BILL, REVOKED))
    with reverts(status, "DocumentStatus_Stale", BILL, 1, 0):
        status.setMany(party_a, [*first, *second], sender=people.alice)
    wishes = [*first, *items((BILL, REVOKED), expected=1)]
    receipt = status.setMany(party_a, wishes, sender=people.alice)
    assert [event.sequence for event in receipt.events] == [1, 2]
    assert status.record(party_a, BILL).status == REVOKED


def test_set_many_when_a_thief_wrote_some_then_the_party_says_the_same_or_other_again(
    status: ContractInstance, registry: ContractInstance, people: People, party_a: bytes
) -> None:
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna)
    status.setMany(party_a, items((BILL, REVOKED)), sender=people.alice)
    since = travel(HOUR)
    status.setMany(party_a, items((NEXT, REVOKED), (b"\x03" * 32, REVOKED)), sender=people.alice)
    registry.declareCompromise(people.alice, since, sender=people.anna)
    wishes = [
        *items((BILL, REVOKED)),
        *items((NEXT, REVOKED), (b"\x03" * 32, CURRENT), expected=1),
    ]
    receipt = status.setMany(party_a, wishes, sender=people.new)
    assert [bytes(event.subject) for event in receipt.events] == [NEXT, b"\x03" * 32]
    assert status.record(party_a, BILL).key == people.alice.address  # was never tainted
    assert status.record(party_a, NEXT).key == people.new.address
    assert not any(status.tainted(party_a, each) for each in (BILL, NEXT, b"\x03" * 32))


def test_set_when_superseded_by_a_thief_then_the_successor_is_forgotten_and_said_anew(
    status: ContractInstance, registry: ContractInstance, people: People, party_a: bytes
) -> None:
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna)
    since = travel(HOUR)
    status.set(*change(party_a, SUPERSEDED, by=NEXT), sender=people.alice)
    registry.declareCompromise(people.alice, since, sender=people.anna)
    status.set(*change(party_a, CURRENT, expected=1), sender=people.new)
    assert bytes(status.record(party_a, BILL).supersededBy) == NONE
    other = b"\x04" * 32
    status.set(*change(party_a, SUPERSEDED, expected=2, by=other), sender=people.new)
    assert bytes(status.record(party_a, BILL).supersededBy) == other
