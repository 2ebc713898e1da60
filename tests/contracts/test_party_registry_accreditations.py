# SPDX-License-Identifier: Apache-2.0
"""PartyRegistry: accreditations."""

from __future__ import annotations

import pytest
from ape.contracts import ContractInstance
from conftest import BILL, DAY, HOUR, People, Reverts, at, now, travel
from consents import FOREVER

MOST_INTERVALS = 64
AHEAD = 3650 * DAY
READING_GAS = 400_000  # what a reader may need for all intervals of a (party, type)


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
        registry.setAccreditationEnd(party_a, BILL, 0, FOREVER, sender=caller)


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


def test_accredit_when_the_last_interval_is_empty_then_it_bars_nothing(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    end, far = now() + DAY, now() + AHEAD
    registry.accredit(party_a, BILL, 0, end, sender=people.accreditor)
    for index in (1, 2):  # both queued by a thief of the key, and cut by the next accreditor
        registry.accredit(party_a, BILL, far, FOREVER, sender=people.accreditor)
        registry.setAccreditationEnd(party_a, BILL, index, far, sender=people.accreditor)
    with reverts(registry, "PartyRegistry_Overlaps", end - 1, end):
        registry.accredit(party_a, BILL, end - 1, FOREVER, sender=people.accreditor)
    registry.accredit(party_a, BILL, end, FOREVER, sender=people.accreditor)
    assert intervals(registry, party_a)[1:] == [(far, far), (far, far), (end, FOREVER)]


def test_accredit_when_it_would_begin_too_far_ahead_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    latest = at(10) + AHEAD
    with reverts(registry, "PartyRegistry_TooFarAhead", latest + 1, latest):
        registry.accredit(party_a, BILL, latest + 1, FOREVER, sender=people.accreditor)
    latest = at(10) + AHEAD
    with reverts(registry, "PartyRegistry_TooFarAhead", FOREVER - 2, latest):
        registry.accredit(party_a, BILL, FOREVER - 2, FOREVER - 1, sender=people.accreditor)
    latest = at(10) + AHEAD
    registry.accredit(party_a, BILL, latest, FOREVER, sender=people.accreditor)
    assert intervals(registry, party_a) == [(latest, FOREVER)]


def test_accredit_when_there_are_as_many_as_there_may_be_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, party_b: bytes, reverts: Reverts
) -> None:
    first = now() + HOUR
    for start in range(first, first + 2 * MOST_INTERVALS, 2):
        registry.accredit(party_a, BILL, start, start + 1, sender=people.accreditor)
    last = first + 2 * MOST_INTERVALS - 2
    registry.setAccreditationEnd(party_a, BILL, MOST_INTERVALS - 1, last, sender=people.accreditor)
    with reverts(registry, "PartyRegistry_TooManyIntervals", MOST_INTERVALS):  # empty ones count
        registry.accredit(party_a, BILL, last, FOREVER, sender=people.accreditor)
    gas = registry.accreditations.estimate_gas_cost(party_a, BILL, sender=people.stranger)
    assert gas < READING_GAS
    registry.setAccreditationEnd(
        party_a, BILL, MOST_INTERVALS - 1, FOREVER, sender=people.accreditor
    )
    assert intervals(registry, party_a)[-1] == (last, FOREVER)
    registry.accredit(party_b, BILL, 0, FOREVER, sender=people.accreditor)
    registry.accredit(party_a, bytes(32), 0, FOREVER, sender=people.accreditor)


def test_set_accreditation_end_when_before_it_is_reached_then_moves_this_one_only(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    first, second = now() + DAY, now() + 3 * DAY
    registry.accredit(party_a, BILL, 0, first, sender=people.accreditor)
    registry.accredit(party_a, BILL, second, FOREVER, sender=people.accreditor)
    begin, _ = intervals(registry, party_a)[0]
    for end in (second + DAY, FOREVER, second, FOREVER):  # earlier, later, empty, and again
        registry.setAccreditationEnd(party_a, BILL, 1, end, sender=people.accreditor)
        assert intervals(registry, party_a) == [(begin, first), (second, end)]
    for end in (first + DAY, second, first - HOUR):  # later, without a gap, and earlier
        receipt = registry.setAccreditationEnd(party_a, BILL, 0, end, sender=people.accreditor)
        (event,) = receipt.events
        assert (event.index, event.end) == (0, end)
        assert intervals(registry, party_a) == [(begin, end), (second, FOREVER)]


def test_set_accreditation_end_when_others_are_queued_then_the_running_one_still_ends(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    registry.accredit(party_a, BILL, 0, now() + 365 * DAY, sender=people.accreditor)
    far = now() + AHEAD
    registry.accredit(party_a, BILL, far - 2, far - 1, sender=people.accreditor)
    registry.accredit(party_a, BILL, far - 1, far, sender=people.accreditor)
    end = at(10) + 1
    registry.setAccreditationEnd(party_a, BILL, 0, end, sender=people.accreditor)
    key = people.alice
    assert registry.authorityAt(party_a, key, BILL, end - 1, 1) == 1
    assert registry.authorityAt(party_a, key, BILL, end, 1) == 0


def test_set_accreditation_end_when_it_would_reach_into_the_next_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    first, second, third = (now() + days * DAY for days in (1, 2, 3))
    registry.accredit(party_a, BILL, 0, first, sender=people.accreditor)
    registry.accredit(party_a, BILL, second, third, sender=people.accreditor)
    registry.accredit(party_a, BILL, third, FOREVER, sender=people.accreditor)
    with reverts(registry, "PartyRegistry_Overlaps", second, second + 1):
        registry.setAccreditationEnd(party_a, BILL, 0, second + 1, sender=people.accreditor)
    registry.setAccreditationEnd(party_a, BILL, 1, second, sender=people.accreditor)  # empty
    with reverts(registry, "PartyRegistry_Overlaps", third, FOREVER):
        registry.setAccreditationEnd(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    registry.setAccreditationEnd(party_a, BILL, 0, third, sender=people.accreditor)
    assert intervals(registry, party_a)[1:] == [(second, second), (third, FOREVER)]
    with reverts(registry, "PartyRegistry_Overlaps", second, third):  # the one before is in the way
        registry.setAccreditationEnd(party_a, BILL, 1, second + 1, sender=people.accreditor)


def test_set_accreditation_end_when_another_took_an_empty_ones_place_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    early, late = now() + DAY, now() + 9 * DAY
    registry.accredit(party_a, BILL, late, FOREVER, sender=people.accreditor)
    registry.setAccreditationEnd(party_a, BILL, 0, late, sender=people.accreditor)
    registry.accredit(party_a, BILL, early, early + DAY, sender=people.accreditor)
    with reverts(registry, "PartyRegistry_Overlaps", early, FOREVER):
        registry.setAccreditationEnd(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    registry.setAccreditationEnd(party_a, BILL, 1, early, sender=people.accreditor)
    registry.setAccreditationEnd(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    with reverts(registry, "PartyRegistry_Overlaps", early, FOREVER):
        registry.setAccreditationEnd(party_a, BILL, 1, late + 1, sender=people.accreditor)
    assert intervals(registry, party_a) == [(late, FOREVER), (early, early)]


def test_set_accreditation_end_when_reached_then_cannot_be_reopened(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    end = now() + HOUR
    registry.accredit(party_a, BILL, 0, end, sender=people.accreditor)
    at(end - now())
    with reverts(registry, "PartyRegistry_IntervalEnded", end):
        registry.setAccreditationEnd(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    travel(DAY)
    receipt = registry.accredit(party_a, BILL, end, FOREVER, sender=people.accreditor)
    assert intervals(registry, party_a)[1] == (receipt.timestamp + 1, FOREVER)
    with reverts(registry, "PartyRegistry_IntervalEnded", end):
        registry.setAccreditationEnd(party_a, BILL, 0, FOREVER, sender=people.accreditor)


def test_set_accreditation_end_when_it_would_take_away_the_past_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    registry.accredit(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    travel(DAY)
    time = at(10)
    with reverts(registry, "PartyRegistry_EndTooEarly", time, time + 1):
        registry.setAccreditationEnd(party_a, BILL, 0, time, sender=people.accreditor)


def test_set_accreditation_end_when_before_its_beginning_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    begin = now() + DAY
    registry.accredit(party_a, BILL, begin, FOREVER, sender=people.accreditor)
    with reverts(registry, "PartyRegistry_EndTooEarly", begin - 1, begin):
        registry.setAccreditationEnd(party_a, BILL, 0, begin - 1, sender=people.accreditor)


def test_set_accreditation_end_when_there_is_no_such_interval_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    with reverts(registry, "PartyRegistry_NotAccredited", party_a, BILL, 0):
        registry.setAccreditationEnd(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    registry.accredit(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    for index in (1, 2**256 - 1):
        with reverts(registry, "PartyRegistry_NotAccredited", party_a, BILL, index):
            registry.setAccreditationEnd(party_a, BILL, index, FOREVER, sender=people.accreditor)
