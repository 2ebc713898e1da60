# SPDX-License-Identifier: Apache-2.0
"""Surrendering, pausing, and what is possible where."""

from dataclasses import replace

import pytest
from title_desk import BANK, BUYER, CARRIER, NOW, OTHER, A, Desk, digest

from ledger.titles import CLOSED, TitleAction
from ledger.titles import TitleState as S

FOR = {
    A.SURRENDER_FOR_DELIVERY: (S.FOR_DELIVERY, {}),
    A.SURRENDER_FOR_AMENDMENT: (S.FOR_AMENDMENT, {"intent": digest("amended")}),
    A.SURRENDER_FOR_PAPER: (S.FOR_PAPER, {}),
    A.SURRENDER_FOR_REISSUE: (S.FOR_REISSUE, {"intent": digest("a plan")}),
}


@pytest.fixture
def desk():
    return Desk()


def surrendered(desk, action, **issued):
    name = desk.issue(BANK, BANK, **issued)
    desk.act(name, action, BANK, **FOR[action][1])
    return name


@pytest.mark.parametrize("action", FOR)
def test_surrender_when_by_a_holder_that_is_beneficiary_then_the_carrier_has_it(desk, action):
    name = desk.issue(BANK, BANK)
    desk.act(name, A.NOMINATE, BANK, beneficiary=OTHER)
    state, members = FOR[action]
    title = desk.act(name, action, BANK, **members)
    assert (title.state, title.intent) == (state, members.get("intent"))
    assert (title.holder, title.beneficiary, title.nominee) == (CARRIER, CARRIER, None)
    assert (title.former_holder, title.former_beneficiary) == (BANK, BANK)


@pytest.mark.parametrize("action", FOR)
def test_surrender_when_wrong_then_is_refused(desk, action):
    name = desk.issue(BANK, BUYER)
    members = FOR[action][1]
    with desk.refuses("Divided"):
        desk.act(name, action, BANK, **members)
    for by in (BUYER, CARRIER):
        with desk.refuses("WrongParty"):
            desk.act(name, action, by, **members)


@pytest.mark.parametrize("action", FOR)
def test_refuse_when_by_the_carrier_then_it_goes_back_to_who_surrendered_it(desk, action):
    name = surrendered(desk, action)
    with desk.refuses("WrongParty"):
        desk.act(name, A.REFUSE_SURRENDER, BANK)
    title = desk.act(name, A.REFUSE_SURRENDER, CARRIER)
    assert (title.state, title.holder, title.beneficiary) == (S.HELD, BANK, BANK)
    assert (title.former_holder, title.former_beneficiary, title.intent) == (None, None, None)


@pytest.mark.parametrize(
    ("action", "state"),
    [(A.SURRENDER_FOR_DELIVERY, S.DELIVERED), (A.SURRENDER_FOR_PAPER, S.SWITCHED_TO_PAPER)],
)
def test_accept_when_for_delivery_or_paper_then_nobody_holds_it(desk, action, state):
    name = surrendered(desk, action)
    with desk.refuses("WrongParty"):
        desk.act(name, A.ACCEPT_SURRENDER, BANK)
    with desk.refuses("NotAgreed"):
        desk.act(name, A.ACCEPT_SURRENDER, CARRIER, intent=digest("amended"))
    title = desk.act(name, A.ACCEPT_SURRENDER, CARRIER)
    assert (title.state, title.closed) == (state, True)
    assert (title.holder, title.beneficiary, title.former_holder) == (None, None, None)


def test_accept_when_for_amendment_then_the_new_commitment_goes_back(desk):
    name = surrendered(desk, A.SURRENDER_FOR_AMENDMENT)
    for given in (None, digest("something else")):
        with desk.refuses("NotAgreed"):
            desk.act(name, A.ACCEPT_SURRENDER, CARRIER, intent=given)
    title = desk.act(name, A.ACCEPT_SURRENDER, CARRIER, intent=digest("amended"))
    assert (title.state, title.holder, title.beneficiary) == (S.HELD, BANK, BANK)
    assert (title.commitment, title.intent) == (digest("amended"), None)
    for known in ("bill", "amended"):
        assert desk.register.commitments[CARRIER, digest(known)] == name


@pytest.mark.parametrize("used", ["bill", "second bill"])
def test_accept_when_the_new_commitment_is_or_was_a_titles_then_is_refused(desk, used):
    desk.issue(BUYER, BUYER, name="second bill")
    name = desk.issue(BANK, BANK)
    desk.act(name, A.SURRENDER_FOR_AMENDMENT, BANK, intent=digest(used))
    with desk.refuses("CommitmentUsed"):
        desk.act(name, A.ACCEPT_SURRENDER, CARRIER, intent=digest(used))
    assert desk.act(name, A.REFUSE_SURRENDER, CARRIER).holder == BANK


def test_accept_when_for_reissue_then_only_a_reissue_does(desk):
    name = surrendered(desk, A.SURRENDER_FOR_REISSUE)
    with desk.refuses("WrongState"):
        desk.act(name, A.ACCEPT_SURRENDER, CARRIER, intent=digest("a plan"))


# ---------------------------------------------------------------- Pause


def test_pause_when_by_the_carrier_then_until_it_unpauses(desk):
    name = desk.issue(BANK, BANK)
    for by in (BANK, OTHER):
        with desk.refuses("WrongParty"):
            desk.act(name, A.PAUSE, by)
    with desk.refuses("NotPaused"):
        desk.act(name, A.UNPAUSE, CARRIER)
    assert desk.act(name, A.PAUSE, CARRIER).paused
    with desk.refuses("WrongParty"):
        desk.act(name, A.UNPAUSE, BANK)
    assert not desk.act(name, A.UNPAUSE, CARRIER).paused


@pytest.mark.parametrize(
    ("action", "members"),
    [
        (A.NOMINATE, {"beneficiary": OTHER}),
        (A.TRANSFER_HOLDER, {"holder": OTHER}),
        (A.TRANSFER_BENEFICIARY, {"beneficiary": OTHER}),
        (A.TRANSFER_BOTH, {"holder": OTHER, "beneficiary": OTHER}),
        (A.ACCEPT, {}),
        (A.ACCEPT_SURRENDER, {}),
        (A.REFUSE_SURRENDER, {}),
        (A.PAUSE, {}),
    ],
)
def test_act_when_paused_then_has_to_wait(desk, action, members):
    name = desk.issue(BANK, BANK)
    desk.act(name, A.PAUSE, CARRIER)
    with desk.refuses("Paused"):
        desk.act(name, action, BANK, **members)


@pytest.mark.parametrize("action", [A.REJECT_HOLDER, A.REJECT_BENEFICIARY, A.REJECT_BOTH])
def test_reject_when_paused_then_is_possible_and_stays_paused(desk, action):
    name = desk.issue(BANK, BANK)
    desk.act(name, A.PAUSE, CARRIER)
    assert desk.act(name, action, BANK).paused


def test_take_back_when_paused_then_is_possible(desk):
    name = desk.issue(BANK, BANK)
    desk.act(name, A.TRANSFER_HOLDER, BANK, holder=BUYER, accept_by=NOW + 1)
    desk.act(name, A.PAUSE, CARRIER)
    with desk.refuses("Paused"):
        desk.act(name, A.ACCEPT, BUYER)
    desk.now = NOW + 2
    assert desk.act(name, A.TAKE_BACK, BANK).holder == BANK


@pytest.mark.parametrize("action", FOR)
def test_surrender_when_paused_then_is_possible_but_accepted_only_afterwards(desk, action):
    name = desk.issue(BANK, BANK)
    desk.act(name, A.PAUSE, CARRIER)
    state, members = FOR[action]
    assert desk.act(name, action, BANK, **members).state is state
    for answer in (A.ACCEPT_SURRENDER, A.REFUSE_SURRENDER):
        with desk.refuses("Paused"):
            desk.act(name, answer, CARRIER)
    desk.act(name, A.UNPAUSE, CARRIER)
    assert desk.act(name, A.REFUSE_SURRENDER, CARRIER).holder == BANK


IDLE = [(A.NOMINATE, BANK, {"beneficiary": OTHER}), (A.PAUSE, CARRIER, {})]


@pytest.mark.parametrize(("action", "by", "members"), IDLE)
def test_idle_act_when_there_were_very_many_acts_then_is_refused(desk, action, by, members):
    name = desk.issue(BANK, BANK)
    desk.register.titles[name] = replace(desk.title(name), sequence=1024)
    with desk.refuses("TooManyActs"):
        desk.act(name, action, by, **members)
    assert desk.act(name, A.TRANSFER_HOLDER, BANK, holder=BUYER).sequence == 1025


@pytest.mark.parametrize(("action", "by", "members"), IDLE)
def test_idle_act_when_there_were_many_acts_then_is_still_possible(desk, action, by, members):
    name = desk.issue(BANK, BANK)
    desk.register.titles[name] = replace(desk.title(name), sequence=1023)
    assert desk.act(name, action, by, **members).sequence == 1024


# ---------------------------------------------------------------- states

OFFERS = {
    S.OFFERED_HOLDER: (A.TRANSFER_HOLDER, {"holder": BUYER}),
    S.OFFERED_BENEFICIARY: (A.TRANSFER_BENEFICIARY, {"beneficiary": BUYER}),
    S.OFFERED_BOTH: (A.TRANSFER_BOTH, {"holder": BUYER, "beneficiary": BUYER}),
}
OFFERED = set(OFFERS)
SURRENDERED = {state for state, _ in FOR.values()}
ONCE_OPEN = {S.HELD} | OFFERED | SURRENDERED
POSSIBLE = {
    A.ACCEPT: OFFERED,
    A.TAKE_BACK: OFFERED,
    A.REJECT_HOLDER: {S.HELD} | OFFERED,
    A.REJECT_BENEFICIARY: {S.HELD} | OFFERED,
    A.REJECT_BOTH: {S.HELD} | OFFERED,
    A.ACCEPT_SURRENDER: SURRENDERED - {S.FOR_REISSUE},
    A.REFUSE_SURRENDER: SURRENDERED,
    A.PAUSE: ONCE_OPEN,
    A.UNPAUSE: ONCE_OPEN,
}


def brought_to(desk, state):
    """Return a title in this state."""
    name = desk.issue(BANK, BANK)
    if state in OFFERS:
        action, members = OFFERS[state]
        desk.act(name, action, BANK, accept_by=NOW + 1, **members)
    for action, (wanted, members) in FOR.items():
        if wanted is state:
            desk.act(name, action, BANK, **members)
    if state in {S.DELIVERED, S.SWITCHED_TO_PAPER}:
        paper = state is S.SWITCHED_TO_PAPER
        desk.act(name, A.SURRENDER_FOR_PAPER if paper else A.SURRENDER_FOR_DELIVERY, BANK)
        desk.act(name, A.ACCEPT_SURRENDER, CARRIER)
    assert desk.title(name).state is state
    return name


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (state, action)
        for state in sorted((ONCE_OPEN | set(CLOSED)) - {S.REISSUED})
        for action in list(TitleAction)[1:]
        if state not in POSSIBLE.get(action, {S.HELD})
    ],
    ids=lambda value: value.label,
)
def test_act_when_in_another_state_than_its_own_then_is_refused_whoever_acts(desk, state, action):
    name = brought_to(desk, state)
    members = FOR.get(action, (None, {}))[1]
    for by in (BANK, BUYER, CARRIER):
        with desk.refuses("WrongState"):
            desk.act(name, action, by, **members)
