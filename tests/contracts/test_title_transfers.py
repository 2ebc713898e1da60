# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry.act: nominating, and passing on at once; what was just given can be rejected."""

from __future__ import annotations

from typing import Final

import pytest
from bills import NONE, Action, Bills, State, Wish
from conftest import DAY, Reverts, at, now

YEAR: Final = 365 * DAY


def nominate(party: bytes) -> Wish:
    return Wish(Action.NOMINATE, beneficiary=party)


def pass_holder(party: bytes) -> Wish:
    return Wish(Action.TRANSFER_HOLDER, party)


def pass_beneficiary(party: bytes) -> Wish:
    return Wish(Action.TRANSFER_BENEFICIARY, beneficiary=party)


def pass_both(holder: bytes, beneficiary: bytes) -> Wish:
    return Wish(Action.TRANSFER_BOTH, holder, beneficiary)


@pytest.fixture
def divided(bills: Bills) -> bytes:
    """A title that the bank holds for the consignee."""
    return bills.issue("divided", bills.bank, bills.consignee)


@pytest.fixture
def whole(bills: Bills) -> bytes:
    """A title of which the bank is holder and beneficiary."""
    return bills.issue("whole")


# ---------------------------------------------------------------- Nominate


def test_nominate_when_by_the_beneficiary_then_is_kept_and_nothing_moves(
    bills: Bills, divided: bytes
) -> None:
    bills.act(bills.consignee, divided, nominate(bills.forwarder))
    assert bills.roles(divided) == (bills.bank, bills.consignee, bills.forwarder)
    assert bills.state(divided) == State.HELD
    # The consignee acted as beneficiary: only the holder may still reject.
    assert bills.former(divided) == (bills.carrier, NONE)


@pytest.mark.parametrize("again", ["bank", "carrier"])
def test_nominate_when_another_is_named_then_replaces_the_first(
    bills: Bills, divided: bytes, again: str
) -> None:
    bills.act(bills.consignee, divided, nominate(bills.forwarder))
    bills.act(bills.consignee, divided, nominate(getattr(bills, again)))
    assert bills.roles(divided)[2] == getattr(bills, again)


def test_nominate_when_nobody_is_named_then_is_withdrawn(bills: Bills, divided: bytes) -> None:
    bills.act(bills.consignee, divided, nominate(bills.forwarder))
    bills.act(bills.consignee, divided, Action.NOMINATE)
    assert bills.roles(divided) == (bills.bank, bills.consignee, NONE)


def test_nominate_when_it_changes_nothing_then_reverts(
    bills: Bills, divided: bytes, reverts: Reverts
) -> None:
    with reverts(bills.contract, "TitleRegistry_SameParty", divided, NONE):
        bills.act(bills.consignee, divided, Action.NOMINATE)
    with reverts(bills.contract, "TitleRegistry_SameParty", divided, bills.consignee):
        bills.act(bills.consignee, divided, nominate(bills.consignee))
    bills.act(bills.consignee, divided, nominate(bills.forwarder))
    with reverts(bills.contract, "TitleRegistry_SameParty", divided, bills.forwarder):
        bills.act(bills.consignee, divided, nominate(bills.forwarder))


def test_nominate_when_by_holder_carrier_or_nominee_then_reverts(
    bills: Bills, divided: bytes, reverts: Reverts
) -> None:
    bills.act(bills.consignee, divided, nominate(bills.forwarder))
    for party in (bills.bank, bills.carrier, bills.forwarder):
        expected = (divided, bills.consignee, party)
        with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
            bills.act(party, divided, nominate(bills.bank))


# ---------------------------------------------------------------- TransferHolder


def test_transfer_holder_when_without_deadline_then_the_next_one_holds_at_once(
    bills: Bills, divided: bytes, reverts: Reverts
) -> None:
    bills.act(bills.bank, divided, pass_holder(bills.forwarder))
    assert bills.roles(divided) == (bills.forwarder, bills.consignee, NONE)
    assert bills.former(divided) == (bills.bank, bills.carrier)
    assert (bills.state(divided), bills.record(divided).acceptBy) == (State.HELD, 0)
    expected = (divided, bills.forwarder, bills.bank)
    with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
        bills.act(bills.bank, divided, pass_holder(bills.bank))


def test_transfer_holder_when_to_the_beneficiary_then_is_dual(bills: Bills, divided: bytes) -> None:
    bills.act(bills.bank, divided, pass_holder(bills.consignee))
    assert bills.roles(divided) == (bills.consignee, bills.consignee, NONE)


def test_transfer_holder_when_the_holder_is_the_beneficiary_then_stays_beneficiary(
    bills: Bills, whole: bytes
) -> None:
    bills.act(bills.bank, whole, pass_holder(bills.consignee))
    assert bills.roles(whole) == (bills.consignee, bills.bank, NONE)
    assert bills.former(whole) == (bills.bank, NONE)


def test_transfer_holder_when_there_is_a_nominee_then_it_stays(
    bills: Bills, divided: bytes
) -> None:
    bills.act(bills.consignee, divided, nominate(bills.forwarder))
    bills.act(bills.bank, divided, pass_holder(bills.carrier))
    assert bills.roles(divided) == (bills.carrier, bills.consignee, bills.forwarder)


def test_transfer_holder_when_to_the_holder_then_reverts(
    bills: Bills, divided: bytes, reverts: Reverts
) -> None:
    with reverts(bills.contract, "TitleRegistry_SameParty", divided, bills.bank):
        bills.act(bills.bank, divided, pass_holder(bills.bank))


# ---------------------------------------------------------------- TransferBeneficiary


def test_transfer_beneficiary_when_nominated_then_takes_the_role(
    bills: Bills, divided: bytes
) -> None:
    bills.act(bills.consignee, divided, nominate(bills.forwarder))
    bills.act(bills.bank, divided, pass_beneficiary(bills.forwarder))
    assert bills.roles(divided) == (bills.bank, bills.forwarder, NONE)
    assert bills.former(divided) == (NONE, bills.consignee)


@pytest.mark.parametrize("nominee", ["nobody", "carrier"])
def test_transfer_beneficiary_when_not_the_nominee_then_reverts(
    bills: Bills, divided: bytes, reverts: Reverts, nominee: str
) -> None:
    named = NONE
    if nominee == "carrier":
        named = bills.carrier
        bills.act(bills.consignee, divided, nominate(named))
    expected = (divided, named, bills.forwarder)
    with reverts(bills.contract, "TitleRegistry_NotNominated", *expected):
        bills.act(bills.bank, divided, pass_beneficiary(bills.forwarder))


def test_transfer_beneficiary_when_the_holder_is_the_beneficiary_then_needs_no_nominee(
    bills: Bills, whole: bytes
) -> None:
    bills.act(bills.bank, whole, nominate(bills.forwarder))
    bills.act(bills.bank, whole, pass_beneficiary(bills.consignee))
    assert bills.roles(whole) == (bills.bank, bills.consignee, NONE)
    assert bills.former(whole) == (NONE, bills.bank)


def test_transfer_beneficiary_when_to_the_beneficiary_then_reverts(
    bills: Bills, whole: bytes, divided: bytes, reverts: Reverts
) -> None:
    for title, beneficiary in ((whole, bills.bank), (divided, bills.consignee)):
        with reverts(bills.contract, "TitleRegistry_SameParty", title, beneficiary):
            bills.act(bills.bank, title, pass_beneficiary(beneficiary))


# ---------------------------------------------------------------- TransferBoth


def test_transfer_both_when_dual_then_both_move_and_the_nominee_is_forgotten(
    bills: Bills, whole: bytes
) -> None:
    bills.act(bills.bank, whole, nominate(bills.forwarder))
    bills.act(bills.bank, whole, pass_both(bills.consignee, bills.carrier))
    assert bills.roles(whole) == (bills.consignee, bills.carrier, NONE)
    assert bills.former(whole) == (bills.bank, bills.bank)


def test_transfer_both_when_divided_then_needs_the_nominee(
    bills: Bills, divided: bytes, reverts: Reverts
) -> None:
    expected = (divided, NONE, bills.forwarder)
    with reverts(bills.contract, "TitleRegistry_NotNominated", *expected):
        bills.act(bills.bank, divided, pass_both(bills.forwarder, bills.forwarder))
    bills.act(bills.consignee, divided, nominate(bills.forwarder))
    bills.act(bills.bank, divided, pass_both(bills.forwarder, bills.forwarder))
    assert bills.roles(divided) == (bills.forwarder, bills.forwarder, NONE)
    assert bills.former(divided) == (bills.bank, bills.consignee)


def test_transfer_both_when_one_role_stays_then_reverts(
    bills: Bills, whole: bytes, reverts: Reverts
) -> None:
    for wish in (pass_both(bills.bank, bills.consignee), pass_both(bills.consignee, bills.bank)):
        with reverts(bills.contract, "TitleRegistry_SameParty", whole, bills.bank):
            bills.act(bills.bank, whole, wish)


@pytest.mark.parametrize("action", [2, 3, 4])
@pytest.mark.parametrize("early", [0, 1, 10_000])
def test_transfer_when_the_deadline_is_not_after_now_then_reverts(
    bills: Bills, whole: bytes, reverts: Reverts, action: int, early: int
) -> None:
    holder = bills.consignee if action != Action.TRANSFER_BENEFICIARY else NONE
    beneficiary = bills.consignee if action != Action.TRANSFER_HOLDER else NONE
    deadline = now() + 10 - early
    wish = Wish(Action(action), holder, beneficiary, accept_by=deadline)
    at(10)
    with reverts(bills.contract, "TitleRegistry_BadDeadline", deadline, deadline + early):
        bills.act(bills.bank, whole, wish)


@pytest.mark.parametrize("ahead", [YEAR + 1, 2**63])
def test_transfer_when_the_deadline_is_more_than_a_year_ahead_then_reverts(
    bills: Bills, whole: bytes, reverts: Reverts, ahead: int
) -> None:
    time = at(10)
    wish = Wish(Action.TRANSFER_HOLDER, bills.consignee, accept_by=time + ahead)
    with reverts(bills.contract, "TitleRegistry_BadDeadline", time + ahead, time):
        bills.act(bills.bank, whole, wish)


@pytest.mark.parametrize("ahead", [1, YEAR])
def test_transfer_when_the_deadline_is_the_next_second_or_a_year_ahead_then_is_offered(
    bills: Bills, whole: bytes, ahead: int
) -> None:
    deadline = at(10) + ahead
    wish = Wish(Action.TRANSFER_HOLDER, bills.consignee, accept_by=deadline)
    bills.act(bills.bank, whole, wish)
    assert bills.state(whole) == State.OFFERED_HOLDER
    assert bills.record(whole).acceptBy == deadline


# ---------------------------------------------------------------- Reject…, what was given at once


@pytest.mark.parametrize(
    ("action", "roles", "former"),
    [
        (Action.REJECT_HOLDER, ("carrier", "bank"), ("", "carrier")),
        (Action.REJECT_BENEFICIARY, ("bank", "carrier"), ("carrier", "")),
        (Action.REJECT_BOTH, ("carrier", "carrier"), ("", "")),
    ],
)
def test_reject_when_just_issued_then_the_carrier_has_it(
    bills: Bills,
    whole: bytes,
    action: Action,
    roles: tuple[str, str],
    former: tuple[str, str],
) -> None:
    bills.act(bills.bank, whole, action)
    holder, beneficiary = (getattr(bills, name) for name in roles)
    assert bills.roles(whole) == (holder, beneficiary, NONE)
    assert bills.former(whole) == tuple(getattr(bills, n) if n else NONE for n in former)
    assert bills.state(whole) == State.HELD


def test_reject_when_just_given_then_the_one_before_has_it_and_cannot_reject_it(
    bills: Bills, whole: bytes, reverts: Reverts
) -> None:
    bills.act(bills.bank, whole, pass_holder(bills.consignee))
    bills.act(bills.consignee, whole, Action.REJECT_HOLDER)
    assert bills.roles(whole) == (bills.bank, bills.bank, NONE)
    expected = (whole, Action.REJECT_HOLDER)
    with reverts(bills.contract, "TitleRegistry_NothingGiven", *expected):
        bills.act(bills.bank, whole, Action.REJECT_HOLDER)


def test_reject_when_others_acted_in_between_then_is_still_possible(
    bills: Bills, divided: bytes
) -> None:
    bills.act(bills.bank, divided, pass_holder(bills.forwarder))
    bills.act(bills.consignee, divided, nominate(bills.carrier))
    bills.act(bills.carrier, divided, Action.PAUSE)
    bills.act(bills.forwarder, divided, Action.REJECT_HOLDER)
    assert bills.roles(divided) == (bills.bank, bills.consignee, bills.carrier)


@pytest.mark.parametrize("role", ["holder", "beneficiary"])
def test_reject_when_the_party_acted_in_the_role_since_then_reverts(
    bills: Bills, divided: bytes, reverts: Reverts, role: str
) -> None:
    if role == "holder":
        bills.act(bills.consignee, divided, nominate(bills.forwarder))
        bills.act(bills.bank, divided, pass_beneficiary(bills.forwarder))
        party, action = bills.bank, Action.REJECT_HOLDER
    else:
        bills.act(bills.consignee, divided, nominate(bills.forwarder))
        party, action = bills.consignee, Action.REJECT_BENEFICIARY
    with reverts(bills.contract, "TitleRegistry_NothingGiven", divided, action):
        bills.act(party, divided, action)


def test_reject_when_dual_and_acted_in_one_role_then_has_accepted_both(
    bills: Bills, whole: bytes, reverts: Reverts
) -> None:
    bills.act(bills.bank, whole, nominate(bills.forwarder))
    for action in (Action.REJECT_HOLDER, Action.REJECT_BENEFICIARY, Action.REJECT_BOTH):
        with reverts(bills.contract, "TitleRegistry_NothingGiven", whole, action):
            bills.act(bills.bank, whole, action)


def test_reject_both_when_only_one_was_given_then_reverts(
    bills: Bills, whole: bytes, reverts: Reverts
) -> None:
    bills.act(bills.bank, whole, pass_holder(bills.consignee))
    bills.act(bills.consignee, whole, pass_holder(bills.bank))
    expected = (whole, Action.REJECT_BOTH)
    with reverts(bills.contract, "TitleRegistry_NothingGiven", *expected):
        bills.act(bills.bank, whole, Action.REJECT_BOTH)


def test_reject_both_when_the_beneficiary_is_another_then_reverts(
    bills: Bills, divided: bytes, reverts: Reverts
) -> None:
    expected = (divided, bills.consignee, bills.bank)
    with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
        bills.act(bills.bank, divided, Action.REJECT_BOTH)
    expected = (divided, bills.bank, bills.consignee)
    with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
        bills.act(bills.consignee, divided, Action.REJECT_BOTH)


def test_reject_when_passed_on_twice_then_goes_back_one_step_only(
    bills: Bills, whole: bytes
) -> None:
    bills.act(bills.bank, whole, pass_both(bills.consignee, bills.consignee))
    bills.act(bills.consignee, whole, pass_both(bills.forwarder, bills.forwarder))
    bills.act(bills.forwarder, whole, Action.REJECT_BOTH)
    assert bills.roles(whole) == (bills.consignee, bills.consignee, NONE)
    assert bills.former(whole) == (NONE, NONE)
