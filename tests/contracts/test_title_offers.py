# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry.act: transfers with a deadline, to the second; accepted, rejected or taken back."""

from __future__ import annotations

from typing import Any, Final

import ape
import pytest
from bills import NONE, Action, Bills, State, Wish
from conftest import HOUR, Reverts, now

OFFERS: Final = [State.OFFERED_HOLDER, State.OFFERED_BENEFICIARY, State.OFFERED_BOTH]


def offer(bills: Bills, state: State, receiver: bytes | None = None) -> bytes:
    """Let the forwarder offer its title: to the bank as holder and the consignee as beneficiary.

    Args:
        bills: The world.
        state: Which roles are offered.
        receiver: One party that is offered all of it, instead of those two.
    """
    if receiver is None:
        return bills.standing(state)
    title = bills.issue("offered", bills.forwarder)
    deadline = now() + HOUR
    wish = Wish(Action.TRANSFER_BOTH, receiver, receiver, accept_by=deadline)
    assert state == State.OFFERED_BOTH
    bills.act(bills.forwarder, title, wish)
    return title


def at_second(second: int) -> None:
    """Let the next transaction happen at this time."""
    ape.chain.pending_timestamp = second


def snapshot(bills: Bills, title: bytes) -> tuple[Any, ...]:
    """Return roles, former roles and state."""
    return (*bills.roles(title), *bills.former(title), bills.state(title))


# ---------------------------------------------------------------- offered


@pytest.mark.parametrize("state", OFFERS)
def test_offer_when_made_then_control_has_moved_and_may_come_back(
    bills: Bills, state: State
) -> None:
    title = offer(bills, state)
    of_holder, of_beneficiary = (
        state != State.OFFERED_BENEFICIARY,
        state != State.OFFERED_HOLDER,
    )
    assert snapshot(bills, title) == (
        bills.bank if of_holder else bills.forwarder,
        bills.consignee if of_beneficiary else bills.forwarder,
        NONE,
        bills.forwarder if of_holder else NONE,
        bills.forwarder if of_beneficiary else NONE,
        state,
    )


# ---------------------------------------------------------------- Accept


def test_accept_when_one_role_is_offered_then_is_held(bills: Bills) -> None:
    title = offer(bills, State.OFFERED_HOLDER)
    bills.act(bills.bank, title, Action.ACCEPT)
    held = (bills.bank, bills.forwarder, NONE, NONE, NONE, State.HELD)
    assert snapshot(bills, title) == held
    assert bills.record(title).acceptBy == 0

    title = offer(bills, State.OFFERED_BENEFICIARY)
    bills.act(bills.consignee, title, Action.ACCEPT)
    held = (bills.forwarder, bills.consignee, NONE, NONE, NONE, State.HELD)
    assert snapshot(bills, title) == held


def test_accept_when_both_are_offered_to_two_then_each_accepts_its_own(bills: Bills) -> None:
    title = offer(bills, State.OFFERED_BOTH)
    deadline = bills.record(title).acceptBy
    bills.act(bills.consignee, title, Action.ACCEPT)
    assert bills.state(title) == State.OFFERED_HOLDER
    assert bills.former(title) == (bills.forwarder, NONE)
    assert bills.record(title).acceptBy == deadline
    bills.act(bills.bank, title, Action.ACCEPT)
    held = (bills.bank, bills.consignee, NONE, NONE, NONE, State.HELD)
    assert snapshot(bills, title) == held


def test_accept_when_the_holder_is_first_then_the_beneficiary_is_still_offered(
    bills: Bills, reverts: Reverts
) -> None:
    title = offer(bills, State.OFFERED_BOTH)
    bills.act(bills.bank, title, Action.ACCEPT)
    assert bills.state(title) == State.OFFERED_BENEFICIARY
    assert bills.former(title) == (NONE, bills.forwarder)
    expected = (title, bills.consignee, bills.bank)
    with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
        bills.act(bills.bank, title, Action.ACCEPT)


def test_accept_when_both_are_offered_to_one_then_accepts_both(bills: Bills) -> None:
    title = offer(bills, State.OFFERED_BOTH, bills.consignee)
    bills.act(bills.consignee, title, Action.ACCEPT)
    held = (bills.consignee, bills.consignee, NONE, NONE, NONE, State.HELD)
    assert snapshot(bills, title) == held


@pytest.mark.parametrize("state", OFFERS)
def test_accept_when_the_role_that_one_has_is_not_offered_then_reverts(
    bills: Bills, reverts: Reverts, state: State
) -> None:
    title = offer(bills, state)
    record = bills.record(title)
    receiver = record.beneficiary if state == State.OFFERED_BENEFICIARY else record.holder
    for party in (bills.forwarder, bills.carrier):
        expected = (title, receiver, party)
        with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
            bills.act(party, title, Action.ACCEPT)


@pytest.mark.parametrize("state", OFFERS)
def test_accept_when_at_the_last_second_then_in_time_and_one_later_too_late(
    bills: Bills, reverts: Reverts, state: State
) -> None:
    title = offer(bills, state)
    deadline = bills.record(title).acceptBy
    receiver = bills.consignee if state == State.OFFERED_BENEFICIARY else bills.bank
    with ape.chain.isolate():
        at_second(deadline)
        bills.act(receiver, title, Action.ACCEPT)
        assert bills.record(title).time == deadline
    at_second(deadline + 1)
    expected = (title, deadline, deadline + 1)
    with reverts(bills.contract, "TitleRegistry_TooLate", *expected):
        bills.act(receiver, title, Action.ACCEPT)


# ---------------------------------------------------------------- Reject…


@pytest.mark.parametrize(
    ("state", "action", "by"),
    [
        (State.OFFERED_HOLDER, Action.REJECT_HOLDER, "bank"),
        (State.OFFERED_BENEFICIARY, Action.REJECT_BENEFICIARY, "consignee"),
    ],
)
@pytest.mark.parametrize("late", [False, True])
def test_reject_when_offered_then_the_sender_has_it_in_time_or_late(
    bills: Bills, state: State, action: Action, by: str, *, late: bool
) -> None:
    title = offer(bills, state)
    if late:
        at_second(bills.record(title).acceptBy + 1)
    bills.act(getattr(bills, by), title, action)
    back = (bills.forwarder, bills.forwarder, NONE, NONE, NONE, State.HELD)
    assert snapshot(bills, title) == back


def test_reject_when_one_of_two_rejects_then_the_other_is_still_offered(bills: Bills) -> None:
    title = offer(bills, State.OFFERED_BOTH)
    with ape.chain.isolate():
        bills.act(bills.bank, title, Action.REJECT_HOLDER)
        assert bills.roles(title)[:2] == (bills.forwarder, bills.consignee)
        assert bills.state(title) == State.OFFERED_BENEFICIARY
    bills.act(bills.consignee, title, Action.REJECT_BENEFICIARY)
    assert bills.roles(title)[:2] == (bills.bank, bills.forwarder)
    assert bills.state(title) == State.OFFERED_HOLDER
    bills.act(bills.bank, title, Action.ACCEPT)
    assert bills.roles(title)[:2] == (bills.bank, bills.forwarder)


def test_reject_both_when_offered_to_one_then_all_goes_back(bills: Bills) -> None:
    title = offer(bills, State.OFFERED_BOTH, bills.consignee)
    bills.act(bills.consignee, title, Action.REJECT_BOTH)
    back = (bills.forwarder, bills.forwarder, NONE, NONE, NONE, State.HELD)
    assert snapshot(bills, title) == back


def test_reject_when_it_was_accepted_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title = offer(bills, State.OFFERED_BOTH)
    bills.act(bills.bank, title, Action.ACCEPT)
    expected = (title, Action.REJECT_HOLDER)
    with reverts(bills.contract, "TitleRegistry_NothingGiven", *expected):
        bills.act(bills.bank, title, Action.REJECT_HOLDER)


# ---------------------------------------------------------------- TakeBack


@pytest.mark.parametrize("state", OFFERS)
def test_take_back_when_one_second_after_the_deadline_then_possible_and_before_not(
    bills: Bills, reverts: Reverts, state: State
) -> None:
    title = offer(bills, state)
    deadline = bills.record(title).acceptBy
    expected = (title, deadline, deadline)
    with ape.chain.isolate():
        at_second(deadline)
        with reverts(bills.contract, "TitleRegistry_TooEarly", *expected):
            bills.act(bills.forwarder, title, Action.TAKE_BACK)
    at_second(deadline + 1)
    bills.act(bills.forwarder, title, Action.TAKE_BACK)
    back = (bills.forwarder, bills.forwarder, NONE, NONE, NONE, State.HELD)
    assert snapshot(bills, title) == back
    assert bills.record(title).acceptBy == 0


def test_take_back_when_one_role_was_accepted_then_only_the_other_comes_back(
    bills: Bills,
) -> None:
    for by, roles in (
        (bills.bank, (bills.bank, bills.forwarder)),
        (bills.consignee, (bills.forwarder, bills.consignee)),
    ):
        with ape.chain.isolate():
            title = offer(bills, State.OFFERED_BOTH)
            bills.act(by, title, Action.ACCEPT)
            at_second(bills.record(title).acceptBy + 1)
            bills.act(bills.forwarder, title, Action.TAKE_BACK)
            assert snapshot(bills, title) == (*roles, NONE, NONE, NONE, State.HELD)


def test_take_back_when_holder_and_beneficiary_were_two_then_each_has_its_role_again(
    bills: Bills, reverts: Reverts
) -> None:
    title = bills.issue("two", bills.bank, bills.consignee)
    bills.act(bills.consignee, title, Wish(Action.NOMINATE, beneficiary=bills.forwarder))
    wish = Wish(Action.TRANSFER_BOTH, bills.forwarder, bills.forwarder, accept_by=now() + HOUR)
    bills.act(bills.bank, title, wish)
    at_second(bills.record(title).acceptBy + 1)
    expected = (title, bills.bank, bills.consignee)
    with ape.chain.isolate(), reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
        bills.act(bills.consignee, title, Action.TAKE_BACK)
    at_second(bills.record(title).acceptBy + 1)
    bills.act(bills.bank, title, Action.TAKE_BACK)
    held = (bills.bank, bills.consignee, NONE, NONE, NONE, State.HELD)
    assert snapshot(bills, title) == held


def test_take_back_when_late_and_nobody_does_then_the_receiver_cannot_pass_it_on(
    bills: Bills, reverts: Reverts
) -> None:
    title = offer(bills, State.OFFERED_HOLDER)
    at_second(bills.record(title).acceptBy + 1)
    expected = (title, State.OFFERED_HOLDER, Action.TRANSFER_HOLDER)
    with reverts(bills.contract, "TitleRegistry_WrongState", *expected):
        bills.act(bills.bank, title, Wish(Action.TRANSFER_HOLDER, bills.carrier))


def test_offer_when_a_later_one_has_another_deadline_then_that_one_counts(
    bills: Bills, reverts: Reverts
) -> None:
    title = offer(bills, State.OFFERED_HOLDER)
    first = bills.record(title).acceptBy
    bills.act(bills.bank, title, Action.REJECT_HOLDER)
    wish = Wish(Action.TRANSFER_HOLDER, bills.bank, accept_by=first + HOUR)
    bills.act(bills.forwarder, title, wish)
    at_second(first + 1)
    expected = (title, first + HOUR, first + 1)
    with reverts(bills.contract, "TitleRegistry_TooEarly", *expected):
        bills.act(bills.forwarder, title, Action.TAKE_BACK)
    bills.act(bills.bank, title, Action.ACCEPT)
    assert bills.state(title) == State.HELD


# ---------------------------------------------------------------- paused


def test_offer_when_paused_then_is_rejected_or_taken_back_but_not_accepted(
    bills: Bills, reverts: Reverts
) -> None:
    title = offer(bills, State.OFFERED_HOLDER)
    bills.act(bills.carrier, title, Action.PAUSE)
    with reverts(bills.contract, "TitleRegistry_Paused", title, Action.ACCEPT):
        bills.act(bills.bank, title, Action.ACCEPT)
    with ape.chain.isolate():
        bills.act(bills.bank, title, Action.REJECT_HOLDER)
        assert bills.roles(title)[0] == bills.forwarder
    at_second(bills.record(title).acceptBy + 1)
    bills.act(bills.forwarder, title, Action.TAKE_BACK)
    assert (bills.roles(title)[0], bills.record(title).paused) == (bills.forwarder, True)
