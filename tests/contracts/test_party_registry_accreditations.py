# SPDX-License-Identifier: Apache-2.0
"""PartyRegistry: accreditations."""

from __future__ import annotations

import pytest
from ape.contracts import ContractInstance
from conftest import BILL, DAY, HOUR, People, Reverts, at, now, travel
from consents import FOREVER


def intervals(registry: ContractInstance, party: bytes) -> list[tuple[int, int]]:
    """Return the accreditations of a party for bills of lading."""
    found = [(each.start, each.end) for each in registry.accreditations(party, BILL)]
    assert registry.accreditationCount(party, BILL) == len(found)
    return found


def test_accredit_when_dated_back_then_begins_in_the_next_second(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    receipt = registry.accredit(party_a, BILL, 1, FOREVER, sender=people.accreditor)
    assert intervals(registry, party_a) == [(receipt.timestamp + 1, FOREVER)]


def test_accredit_when_dated_later_then_begins_then(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    begin = now() + DAY
    registry.accredit(party_a, BILL, begin, begin + 1, sender=people.accreditor)
    assert intervals(registry, party_a) == [(begin, begin + 1)]


def test_accredit_when_the_interval_lies_in_the_past_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    time = at(10)
    with reverts(registry, "PartyRegistry_EmptyInterval", time + 1, time - DAY):
        registry.accredit(party_a, BILL, time - 2 * DAY, time - DAY, sender=people.accreditor)
    time = at(10)
    with reverts(registry, "PartyRegistry_EmptyInterval", time + 1, time + 1):
        registry.accredit(party_a, BILL, 0, time + 1, sender=people.accreditor)


@pytest.mark.parametrize("by", ["registrar", "admin", "anna", "stranger"])
def test_accredit_when_not_by_the_accreditor_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts, by: str
) -> None:
    caller, role = getattr(people, by), registry.ACCREDITOR_ROLE()
    with reverts(registry, "AccessControlUnauthorizedAccount", caller.address, role):
        registry.accredit(party_a, BILL, 0, FOREVER, sender=caller)
    with reverts(registry, "AccessControlUnauthorizedAccount", caller.address, role):
        registry.setAccreditationEnd(party_a, BILL, FOREVER, sender=caller)


def test_accredit_when_the_party_is_unknown_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(registry, "PartyRegistry_UnknownParty", bytes(32)):
        registry.accredit(bytes(32), BILL, 0, FOREVER, sender=people.accreditor)


def test_accredit_when_it_would_overlap_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    end = now() + DAY
    registry.accredit(party_a, BILL, 0, end, sender=people.accreditor)
    with reverts(registry, "PartyRegistry_Overlaps", end - 1, end):
        registry.accredit(party_a, BILL, end - 1, FOREVER, sender=people.accreditor)
    registry.accredit(party_a, BILL, end, FOREVER, sender=people.accreditor)
    assert intervals(registry, party_a)[1] == (end, FOREVER)


def test_set_accreditation_end_when_before_it_is_reached_then_moves_the_last_only(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    first, second = now() + DAY, now() + 2 * DAY
    registry.accredit(party_a, BILL, 0, first, sender=people.accreditor)
    registry.accredit(party_a, BILL, second, FOREVER, sender=people.accreditor)
    for end in (second + DAY, FOREVER, second):  # earlier, later, and empty
        registry.setAccreditationEnd(party_a, BILL, end, sender=people.accreditor)
        (_, stays), last = intervals(registry, party_a)
        assert (stays, last) == (first, (second, end))


def test_set_accreditation_end_when_reached_then_cannot_be_reopened(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    end = now() + HOUR
    registry.accredit(party_a, BILL, 0, end, sender=people.accreditor)
    at(end - now())
    with reverts(registry, "PartyRegistry_IntervalEnded", end):
        registry.setAccreditationEnd(party_a, BILL, FOREVER, sender=people.accreditor)
    travel(DAY)
    receipt = registry.accredit(party_a, BILL, end, FOREVER, sender=people.accreditor)
    assert intervals(registry, party_a)[1] == (receipt.timestamp + 1, FOREVER)


def test_set_accreditation_end_when_it_would_take_away_the_past_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    registry.accredit(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    travel(DAY)
    time = at(10)
    with reverts(registry, "PartyRegistry_EndTooEarly", time, time + 1):
        registry.setAccreditationEnd(party_a, BILL, time, sender=people.accreditor)


def test_set_accreditation_end_when_before_its_beginning_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    begin = now() + DAY
    registry.accredit(party_a, BILL, begin, FOREVER, sender=people.accreditor)
    with reverts(registry, "PartyRegistry_EndTooEarly", begin - 1, begin):
        registry.setAccreditationEnd(party_a, BILL, begin - 1, sender=people.accreditor)


def test_set_accreditation_end_when_never_accredited_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    with reverts(registry, "PartyRegistry_NotAccredited", party_a, BILL):
        registry.setAccreditationEnd(party_a, BILL, FOREVER, sender=people.accreditor)
