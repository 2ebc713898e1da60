# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry.act: surrendering to the carrier, what it makes of it, and pausing."""

from __future__ import annotations

from typing import Final

import pytest
from bills import NOBODY, NONE, Action, Bills, State, Wish, digest
from conftest import HOUR, Reverts, now

AMENDED: Final = digest("the amended bill")
CLOSING: Final = {
    Action.SURRENDER_FOR_DELIVERY: (State.FOR_DELIVERY, State.DELIVERED),
    Action.SURRENDER_FOR_PAPER: (State.FOR_PAPER, State.SWITCHED_TO_PAPER),
}
SURRENDERS: Final = {
    Action.SURRENDER_FOR_DELIVERY: State.FOR_DELIVERY,
    Action.SURRENDER_FOR_AMENDMENT: State.FOR_AMENDMENT,
    Action.SURRENDER_FOR_PAPER: State.FOR_PAPER,
    Action.SURRENDER_FOR_REISSUE: State.FOR_REISSUE,
}


def intent_of(action: Action) -> bytes:
    """Return what the holder agrees to, where it has to agree to something."""
    agrees = action in {Action.SURRENDER_FOR_AMENDMENT, Action.SURRENDER_FOR_REISSUE}
    return AMENDED if agrees else NONE


def amend(intent: bytes) -> Wish:
    """Return the carrier's acceptance of an amendment."""
    return Wish(Action.ACCEPT_SURRENDER, intent=intent)


# ---------------------------------------------------------------- SurrenderFor…


@pytest.mark.parametrize(("action", "state"), SURRENDERS.items())
def test_surrender_when_by_the_one_holder_then_the_carrier_has_it(
    bills: Bills, action: Action, state: State
) -> None:
    title = bills.issue()
    bills.act(bills.bank, title, Wish(Action.NOMINATE, beneficiary=bills.consignee))
    receipt = bills.surrender(title, action, intent_of(action))
    assert bills.roles(title) == (bills.carrier, bills.carrier, NONE)
    assert bills.former(title) == (bills.bank, bills.bank)
    assert (bills.state(title), bytes(bills.record(title).intent)) == (state, intent_of(action))
    acted, transferred = receipt.events
    assert (acted.action, acted.intent) == (action, intent_of(action))
    assert transferred.tokenId == int.from_bytes(title, "big")


@pytest.mark.parametrize("action", SURRENDERS)
def test_surrender_when_the_beneficiary_is_another_then_reverts(
    bills: Bills, reverts: Reverts, action: Action
) -> None:
    title = bills.issue("divided", bills.bank, bills.consignee)
    wish = Wish(action, intent=intent_of(action))
    expected = (title, bills.bank, bills.consignee)
    with reverts(bills.contract, "TitleRegistry_Divided", *expected):
        bills.act(bills.bank, title, wish)
    expected = (title, bills.bank, bills.consignee)
    with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
        bills.act(bills.consignee, title, wish)


@pytest.mark.parametrize("action", SURRENDERS)
def test_surrender_when_paused_then_is_possible(bills: Bills, action: Action) -> None:
    title = bills.issue()
    bills.act(bills.carrier, title, Action.PAUSE)
    bills.surrender(title, action, intent_of(action))
    assert (bills.state(title), bills.record(title).paused) == (SURRENDERS[action], True)


@pytest.mark.parametrize("action", [a for a in SURRENDERS if intent_of(a) == NONE])
def test_surrender_when_the_carrier_is_the_holder_then_it_surrenders_to_itself(
    bills: Bills, action: Action
) -> None:
    title = bills.issue("own", bills.carrier)
    (event,) = bills.surrender(title, action).events
    assert event.event_name == "TitleActed"  # the holder is still the same
    bills.act(bills.carrier, title, Action.ACCEPT_SURRENDER)
    assert bills.state(title) == CLOSING[action][1]


# ---------------------------------------------------------------- AcceptSurrender: closed


@pytest.mark.parametrize("action", CLOSING)
def test_accept_surrender_when_for_delivery_or_paper_then_is_closed_and_nobodys(
    bills: Bills, action: Action
) -> None:
    title = bills.issue()
    bills.surrender(title, action)
    acted, transferred = bills.act(bills.carrier, title, Action.ACCEPT_SURRENDER).events
    assert (acted.action, acted.party) == (Action.ACCEPT_SURRENDER, bills.carrier)
    assert transferred.to == NOBODY
    assert bills.roles(title) == (NONE, NONE, NONE)
    assert bills.former(title) == (NONE, NONE)
    record = bills.record(title)
    assert (record.state, record.carrier) == (CLOSING[action][1], bills.carrier)
    assert bytes(record.commitment) == digest("bill 1")
    assert bytes(bills.contract.titleOf(bills.carrier, digest("bill 1"))) == title


@pytest.mark.parametrize("action", CLOSING)
def test_accept_surrender_when_an_intent_is_given_that_nobody_had_then_reverts(
    bills: Bills, reverts: Reverts, action: Action
) -> None:
    title = bills.issue()
    bills.surrender(title, action)
    with reverts(bills.contract, "TitleRegistry_NotAgreed", title, NONE, AMENDED):
        bills.act(bills.carrier, title, amend(AMENDED))


def test_accept_surrender_when_an_older_intent_is_still_stored_then_it_means_nothing(
    bills: Bills, reverts: Reverts
) -> None:
    title = bills.issue()
    bills.surrender(title, Action.SURRENDER_FOR_AMENDMENT, AMENDED)
    bills.act(bills.carrier, title, Action.REFUSE_SURRENDER)
    assert bytes(bills.record(title).intent) == NONE
    bills.surrender(title, Action.SURRENDER_FOR_DELIVERY)
    assert bytes(bills.record(title).intent) == NONE
    with reverts(bills.contract, "TitleRegistry_NotAgreed", title, NONE, AMENDED):
        bills.act(bills.carrier, title, amend(AMENDED))
    bills.act(bills.carrier, title, Action.ACCEPT_SURRENDER)
    assert bytes(bills.record(title).commitment) == digest("bill 1")


# ---------------------------------------------------------------- AcceptSurrender: amended


def test_accept_surrender_when_for_amendment_then_has_the_new_commitment_and_goes_back(
    bills: Bills,
) -> None:
    title = bills.issue()
    bills.surrender(title, Action.SURRENDER_FOR_AMENDMENT, AMENDED)
    bills.act(bills.carrier, title, amend(AMENDED))
    record = bills.record(title)
    assert (bytes(record.commitment), bytes(record.intent)) == (AMENDED, NONE)
    assert bills.roles(title) == (bills.bank, bills.bank, NONE)
    assert (bills.former(title), record.state) == ((NONE, NONE), State.HELD)
    for commitment in (digest("bill 1"), AMENDED):
        assert bytes(bills.contract.titleOf(bills.carrier, commitment)) == title


@pytest.mark.parametrize("given", [NONE, digest("something else")])
def test_accept_surrender_when_not_what_the_holder_agreed_to_then_reverts(
    bills: Bills, reverts: Reverts, given: bytes
) -> None:
    title = bills.issue()
    bills.surrender(title, Action.SURRENDER_FOR_AMENDMENT, AMENDED)
    with reverts(bills.contract, "TitleRegistry_NotAgreed", title, AMENDED, given):
        bills.act(bills.carrier, title, amend(given))


@pytest.mark.parametrize("whose", ["its own", "its former own", "another's"])
def test_accept_surrender_when_the_new_commitment_is_used_then_reverts(
    bills: Bills, reverts: Reverts, whose: str
) -> None:
    title = bills.issue()
    used = digest("bill 1")
    owner = title
    if whose == "its former own":
        bills.surrender(title, Action.SURRENDER_FOR_AMENDMENT, AMENDED)
        bills.act(bills.carrier, title, amend(AMENDED))
    if whose == "another's":
        owner, used = bills.issue("2"), digest("bill 2")
    bills.surrender(title, Action.SURRENDER_FOR_AMENDMENT, used)
    with reverts(bills.contract, "TitleRegistry_CommitmentUsed", used, owner):
        bills.act(bills.carrier, title, amend(used))


# ---------------------------------------------------------------- RefuseSurrender


@pytest.mark.parametrize("action", SURRENDERS)
def test_refuse_surrender_when_surrendered_then_goes_back_for_good(
    bills: Bills, reverts: Reverts, action: Action
) -> None:
    title = bills.issue()
    bills.surrender(title, action, intent_of(action))
    bills.act(bills.carrier, title, Action.REFUSE_SURRENDER)
    assert bills.roles(title) == (bills.bank, bills.bank, NONE)
    assert (bills.former(title), bills.state(title)) == ((NONE, NONE), State.HELD)
    record = bills.record(title)
    assert (bytes(record.commitment), bytes(record.intent)) == (digest("bill 1"), NONE)
    expected = (title, Action.REJECT_BOTH)
    with reverts(bills.contract, "TitleRegistry_NothingGiven", *expected):
        bills.act(bills.bank, title, Action.REJECT_BOTH)


# ---------------------------------------------------------------- Pause, Unpause


def test_pause_when_paused_already_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title = bills.issue()
    bills.act(bills.carrier, title, Action.PAUSE)
    with reverts(bills.contract, "TitleRegistry_Paused", title, Action.PAUSE):
        bills.act(bills.carrier, title, Action.PAUSE)
    bills.act(bills.carrier, title, Action.UNPAUSE)
    assert (bills.record(title).paused, bills.record(title).sequence) == (False, 3)


def test_unpause_when_not_paused_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title = bills.issue()
    with reverts(bills.contract, "TitleRegistry_NotPaused", title):
        bills.act(bills.carrier, title, Action.UNPAUSE)


def test_pause_when_the_holder_can_still_get_out_then_never_takes_the_goods(
    bills: Bills, reverts: Reverts
) -> None:
    title = bills.issue()
    wish = Wish(Action.TRANSFER_HOLDER, bills.consignee, accept_by=now() + HOUR)
    bills.act(bills.carrier, title, Action.PAUSE)
    with reverts(bills.contract, "TitleRegistry_Paused", title, Action.TRANSFER_HOLDER):
        bills.act(bills.bank, title, wish)
    bills.surrender(title, Action.SURRENDER_FOR_DELIVERY)
    for action in (Action.ACCEPT_SURRENDER, Action.REFUSE_SURRENDER):
        with reverts(bills.contract, "TitleRegistry_Paused", title, action):
            bills.act(bills.carrier, title, action)
    bills.act(bills.carrier, title, Action.UNPAUSE)
    bills.act(bills.carrier, title, Action.ACCEPT_SURRENDER)
    assert bills.state(title) == State.DELIVERED


def test_pause_when_one_title_then_leaves_the_others_alone(bills: Bills) -> None:
    first, second = bills.issue("1"), bills.issue("2")
    bills.act(bills.carrier, first, Action.PAUSE)
    bills.act(bills.bank, second, Wish(Action.TRANSFER_HOLDER, bills.consignee))
    assert (bills.record(first).paused, bills.record(second).paused) == (True, False)
