# SPDX-License-Identifier: Apache-2.0
"""PartyRegistry: declaring keys compromised, objecting, and what follows."""

from __future__ import annotations

import pytest
from ape.api import TestAccountAPI
from ape.contracts import ContractInstance
from conftest import BILL, DAY, DELAY, HOUR, People, Reverts, at, now, travel
from consents import FOREVER, SIGN, grant

NO, YES, UNDECIDED = 0, 1, 2


@pytest.mark.parametrize(
    ("key", "by", "by_registrar"),
    [
        ("alice", "alice", False),
        ("alice", "anna", False),
        ("alice", "registrar", True),
        ("anna", "anna", False),
        ("anna", "amir", False),
        ("anna", "registrar", True),
    ],
)
def test_declare_compromise_when_entitled_then_is_kept(
    registry: ContractInstance, people: People, key: str, by: str, *, by_registrar: bool
) -> None:
    since = now() - HOUR
    compromised = getattr(people, key)
    receipt = registry.declareCompromise(compromised, since, sender=getattr(people, by))
    record = registry.keyOf(compromised)
    assert record.compromisedSince == since
    assert (record.declaredBlock, record.declaredTime) == (receipt.block_number, receipt.timestamp)
    assert record.declaredByRegistrar is by_registrar


@pytest.mark.parametrize("by", ["bob", "bela", "stranger", "admin", "accreditor"])
def test_declare_compromise_when_not_entitled_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    with reverts(registry, "PartyRegistry_NotAuthorised", party_a, caller.address):
        registry.declareCompromise(people.alice, now(), sender=caller)


def test_declare_compromise_when_a_sign_key_names_another_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    with reverts(registry, "PartyRegistry_NotAuthorised", party_a, people.alice.address):
        registry.declareCompromise(people.anna, now(), sender=people.alice)


def test_declare_compromise_when_the_key_is_unknown_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(registry, "PartyRegistry_UnknownKey", people.new.address):
        registry.declareCompromise(people.new, now(), sender=people.registrar)


@pytest.mark.parametrize("by", ["alice", "registrar"])
def test_declare_compromise_when_dated_zero_or_in_the_future_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts, by: str
) -> None:
    for ahead in (None, 1):
        time = at(10)
        since = 0 if ahead is None else time + ahead
        with reverts(registry, "PartyRegistry_BadCompromiseTime", since, time):
            registry.declareCompromise(people.alice, since, sender=getattr(people, by))


@pytest.mark.parametrize("by", ["alice", "anna"])
def test_declare_compromise_when_the_party_goes_back_seven_days_then_no_further(
    registry: ContractInstance, people: People, reverts: Reverts, by: str
) -> None:
    earliest = at(10) - 7 * DAY
    with reverts(registry, "PartyRegistry_TooFarBack", earliest - 1, earliest):
        registry.declareCompromise(people.alice, earliest - 1, sender=getattr(people, by))
    earliest = at(10) - 7 * DAY
    registry.declareCompromise(people.alice, earliest, sender=getattr(people, by))
    assert registry.keyOf(people.alice).compromisedSince == earliest


def test_declare_compromise_when_the_registrar_goes_back_then_without_limit(
    registry: ContractInstance, people: People
) -> None:
    registry.declareCompromise(people.alice, 1, sender=people.registrar)
    assert registry.keyOf(people.alice).compromisedSince == 1


@pytest.mark.parametrize("first", ["anna", "registrar"])
def test_declare_compromise_when_the_registrar_dates_it_earlier_then_the_first_block_stays(
    registry: ContractInstance, people: People, first: str
) -> None:
    since = now()
    receipt = registry.declareCompromise(people.alice, since, sender=getattr(people, first))
    travel(DAY)
    registry.declareCompromise(people.alice, since - 30 * DAY, sender=people.registrar)
    record = registry.keyOf(people.alice)
    assert record.compromisedSince == since - 30 * DAY
    assert (record.declaredBlock, record.declaredTime) == (receipt.block_number, receipt.timestamp)
    assert record.declaredByRegistrar is (first == "registrar")


@pytest.mark.parametrize("first", ["anna", "registrar"])
@pytest.mark.parametrize(
    ("by", "shift"),
    [("alice", -1), ("anna", -1), ("amir", 0), ("registrar", 0), ("registrar", 1)],
)
def test_declare_compromise_when_declared_and_not_dated_earlier_by_the_registrar_then_reverts(
    registry: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
    first: str,
    by: str,
    shift: int,
) -> None:
    since = now() - HOUR
    registry.declareCompromise(people.alice, since, sender=getattr(people, first))
    with reverts(registry, "PartyRegistry_AlreadyDeclared", people.alice.address, since):
        registry.declareCompromise(people.alice, since + shift, sender=getattr(people, by))
    assert party_a


def test_declare_compromise_when_declared_then_the_key_can_do_nothing(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    registry.declareCompromise(people.alice, now(), sender=people.alice)
    assert not registry.isSigner(party_a, people.alice)
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    refused = ("PartyRegistry_NotAuthorised", party_a, people.anna.address)
    with reverts(registry, *refused):
        registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna)
    with reverts(registry, *refused):
        registry.setKeyEnd(people.alice, FOREVER - 1, sender=people.anna)
    with reverts(registry, *refused):
        registry.declareCompromise(people.amir, now(), sender=people.anna)


# ---------------------------------------------------------------- objectToCompromise


def test_object_when_the_delay_passed_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    at(DELAY)
    with reverts(registry, "PartyRegistry_NotDisputable", people.anna.address):
        registry.objectToCompromise(people.anna, sender=people.amir)


def test_object_when_in_the_last_second_then_it_counts(
    registry: ContractInstance, people: People
) -> None:
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    at(DELAY - 1)
    registry.objectToCompromise(people.anna, sender=people.amir)
    assert registry.keyOf(people.anna).objected


@pytest.mark.parametrize("by", ["anna", "alice", "bela", "registrar", "stranger"])
def test_object_when_by_no_other_manage_key_in_force_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts, by: str
) -> None:
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    caller = getattr(people, by)
    with reverts(registry, "PartyRegistry_NotAuthorised", party_a, caller.address):
        registry.objectToCompromise(people.anna, sender=caller)


def test_object_when_both_managers_are_declared_then_neither_helps_the_other(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    for key in (people.anna, people.amir):
        registry.declareCompromise(key, now(), sender=people.registrar)
    with reverts(registry, "PartyRegistry_NotAuthorised", party_a, people.amir.address):
        registry.objectToCompromise(people.anna, sender=people.amir)


def test_object_when_there_is_nothing_to_dispute_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    def refused(key: TestAccountAPI) -> None:
        with reverts(registry, "PartyRegistry_NotDisputable", key.address):
            registry.objectToCompromise(key, sender=people.amir)

    refused(people.anna)  # nothing declared
    registry.declareCompromise(people.alice, now(), sender=people.registrar)
    refused(people.alice)  # a Sign key has no veto to keep
    registry.declareCompromise(people.anna, now(), sender=people.anna)
    refused(people.anna)  # declared by the party
    with reverts(registry, "PartyRegistry_UnknownKey", people.new.address):
        registry.objectToCompromise(people.new, sender=people.amir)


def test_object_when_objected_before_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    registry.objectToCompromise(people.anna, sender=people.amir)
    with reverts(registry, "PartyRegistry_NotDisputable", people.anna.address):
        registry.objectToCompromise(people.anna, sender=people.amir)


# ---------------------------------------------------------------- authorityAt


def test_authority_when_asked_over_time_then_judges_as_a_verifier(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    accredited = registry.accredit(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    begin = accredited.timestamp + 1
    since = now() + 100
    travel(200)
    declared = registry.declareCompromise(people.alice, since, sender=people.anna)

    def judge(time: int, number: int) -> int:
        return int(registry.authorityAt(party_a, people.alice, BILL, time, number))

    number = declared.block_number
    assert judge(begin - 1, number) == NO  # not accredited yet
    assert judge(begin, number) == YES
    assert judge(since - 1, number + 100) == YES
    assert judge(since, number) == UNDECIDED
    assert judge(declared.timestamp, number + 1) == NO
    assert registry.authorityAt(party_a, people.anna, BILL, begin, number) == NO  # no Sign key
    assert registry.authorityAt(party_a, people.bob, BILL, begin, number) == NO  # another party's
    assert registry.authorityAt(party_a, people.alice, bytes(32), begin, number) == NO
    assert registry.authorityAt(bytes(32), people.new, BILL, begin, number) == NO


def test_authority_when_outside_the_keys_interval_then_no(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    registry.accredit(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    begin = now() + DAY
    wish = grant(registry, party_a, people.new, SIGN, (begin, begin + DAY))
    registry.addKey(party_a, wish, sender=people.anna)
    answers = [
        registry.authorityAt(party_a, people.new, BILL, time, 0)
        for time in (begin - 1, begin, begin + DAY - 1, begin + DAY)
    ]
    assert answers == [NO, YES, YES, NO]
