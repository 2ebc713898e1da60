# SPDX-License-Identifier: Apache-2.0
"""Nominating, transferring, accepting, rejecting and taking back."""

import pytest
from title_desk import BANK, BUYER, CARRIER, NOW, OTHER, STRANGER, TRADER, A, Desk

from ledger.titles import TitleState as S

DEADLINE = NOW + 10
YEAR = 365 * 24 * 3600


@pytest.fixture
def desk():
    return Desk()


def roles(title):
    return title.holder, title.beneficiary, title.nominee


def former(title):
    return title.former_holder, title.former_beneficiary


# ---------------------------------------------------------------- Nominate


def test_nominate_when_by_the_beneficiary_then_names_or_withdraws_and_confirms_its_role(desk):
    name = desk.issue(BANK, BUYER)
    title = desk.act(name, A.NOMINATE, BUYER, beneficiary=TRADER)
    assert (roles(title), former(title)) == ((BANK, BUYER, TRADER), (CARRIER, None))
    assert (title.sequence, title.state) == (2, S.HELD)
    assert desk.act(name, A.NOMINATE, BUYER).nominee is None


@pytest.mark.parametrize(
    ("by", "nominee", "code"),
    [
        (BANK, TRADER, "WrongParty"),
        (CARRIER, TRADER, "WrongParty"),
        (BUYER, STRANGER, "UnknownParty"),
        (BUYER, BUYER, "SameParty"),
        (BUYER, None, "SameParty"),
    ],
)
def test_nominate_when_wrong_then_is_refused(desk, by, nominee, code):
    name = desk.issue(BANK, BUYER)
    with desk.refuses(code):
        desk.act(name, A.NOMINATE, by, beneficiary=nominee)


def test_nominate_when_nominated_already_then_is_refused(desk):
    name = desk.issue(BANK, BUYER)
    desk.act(name, A.NOMINATE, BUYER, beneficiary=TRADER)
    with desk.refuses("SameParty"):
        desk.act(name, A.NOMINATE, BUYER, beneficiary=TRADER)


# ---------------------------------------------------------------- Transfer…


def test_transfer_of_holder_when_by_the_holder_then_takes_it_from_it(desk):
    name = desk.issue(BANK, BUYER)
    desk.act(name, A.NOMINATE, BUYER, beneficiary=TRADER)
    title = desk.act(name, A.TRANSFER_HOLDER, BANK, holder=OTHER)
    assert (roles(title), former(title)) == ((OTHER, BUYER, TRADER), (BANK, None))
    assert title.state is S.HELD
    with desk.refuses("WrongParty"):
        desk.act(name, A.TRANSFER_HOLDER, BANK, holder=BUYER)


def test_transfer_of_beneficiary_when_nominated_then_the_nomination_is_used_up(desk):
    name = desk.issue(BANK, BUYER)
    desk.act(name, A.NOMINATE, BUYER, beneficiary=TRADER)
    title = desk.act(name, A.TRANSFER_BENEFICIARY, BANK, beneficiary=TRADER)
    assert (roles(title), former(title)) == ((BANK, TRADER, None), (None, BUYER))


def test_transfer_of_beneficiary_when_the_holder_is_it_then_needs_no_nomination(desk):
    name = desk.issue(BANK, BANK)
    desk.act(name, A.NOMINATE, BANK, beneficiary=TRADER)
    title = desk.act(name, A.TRANSFER_BENEFICIARY, BANK, beneficiary=OTHER)
    assert (roles(title), former(title)) == ((BANK, OTHER, None), (None, BANK))


def test_transfer_of_both_when_one_party_has_both_then_both_move(desk):
    name = desk.issue(BANK, BANK)
    title = desk.act(name, A.TRANSFER_BOTH, BANK, holder=BUYER, beneficiary=TRADER)
    assert (roles(title), former(title)) == ((BUYER, TRADER, None), (BANK, BANK))


@pytest.mark.parametrize(
    ("action", "members", "code"),
    [
        (A.TRANSFER_HOLDER, {}, "UnknownParty"),
        (A.TRANSFER_HOLDER, {"holder": STRANGER}, "UnknownParty"),
        (A.TRANSFER_HOLDER, {"holder": BANK}, "SameParty"),
        (A.TRANSFER_BENEFICIARY, {}, "UnknownParty"),
        (A.TRANSFER_BENEFICIARY, {"beneficiary": STRANGER}, "UnknownParty"),
        (A.TRANSFER_BENEFICIARY, {"beneficiary": BUYER}, "SameParty"),
        (A.TRANSFER_BENEFICIARY, {"beneficiary": TRADER}, "NotNominated"),
        (A.TRANSFER_BOTH, {"holder": OTHER, "beneficiary": TRADER}, "NotNominated"),
        (A.TRANSFER_BOTH, {"holder": OTHER}, "UnknownParty"),
        (A.TRANSFER_HOLDER, {"holder": OTHER, "accept_by": NOW}, "BadDeadline"),
        (A.TRANSFER_HOLDER, {"holder": OTHER, "accept_by": 1}, "BadDeadline"),
        (A.TRANSFER_HOLDER, {"holder": OTHER, "accept_by": NOW + YEAR + 1}, "BadDeadline"),
        (A.TRANSFER_HOLDER, {"holder": OTHER, "accept_by": 2**64 - 1}, "BadDeadline"),
    ],
)
def test_transfer_when_wrong_then_is_refused(desk, action, members, code):
    name = desk.issue(BANK, BUYER)
    with desk.refuses(code):
        desk.act(name, action, BANK, **members)


@pytest.mark.parametrize("action", [A.TRANSFER_HOLDER, A.TRANSFER_BENEFICIARY, A.TRANSFER_BOTH])
def test_transfer_when_by_another_party_then_is_refused(desk, action):
    name = desk.issue(BANK, BUYER)
    for by in (BUYER, CARRIER, STRANGER):
        with desk.refuses("WrongParty"):
            desk.act(name, action, by)


@pytest.mark.parametrize("accept_by", [NOW + 1, NOW + YEAR])
def test_transfer_when_the_deadline_is_the_nearest_or_farthest_then_is_offered(desk, accept_by):
    name = desk.issue(BANK, BANK)
    title = desk.act(name, A.TRANSFER_HOLDER, BANK, holder=BUYER, accept_by=accept_by)
    assert (title.state, title.accept_by) == (S.OFFERED_HOLDER, accept_by)


def test_transfers_when_in_one_second_then_follow_each_other(desk):
    name = desk.issue(BANK, BANK)
    for before, following in ((BANK, BUYER), (BUYER, TRADER), (TRADER, OTHER), (OTHER, BANK)):
        title = desk.act(name, A.TRANSFER_BOTH, before, holder=following, beneficiary=following)
        assert (roles(title), former(title)) == ((following, following, None), (before, before))
        assert title.time == NOW
    assert title.sequence == 5


# ---------------------------------------------------------------- offers

OFFERS = {
    S.OFFERED_HOLDER: (A.TRANSFER_HOLDER, {"holder": BUYER}),
    S.OFFERED_BENEFICIARY: (A.TRANSFER_BENEFICIARY, {"beneficiary": TRADER}),
    S.OFFERED_BOTH: (A.TRANSFER_BOTH, {"holder": BUYER, "beneficiary": TRADER}),
}


def offered(desk, state):
    """Offer a title that the bank has alone."""
    name = desk.issue(BANK, BANK)
    action, members = OFFERS[state]
    title = desk.act(name, action, BANK, accept_by=DEADLINE, **members)
    assert (title.state, title.accept_by) == (state, DEADLINE)
    return name


@pytest.mark.parametrize("seconds", [-10, -1, 0])
def test_accept_when_until_the_deadline_then_holds(desk, seconds):
    name = offered(desk, S.OFFERED_HOLDER)
    desk.now = DEADLINE + seconds
    title = desk.act(name, A.ACCEPT, BUYER)
    assert (title.state, title.accept_by, former(title)) == (S.HELD, None, (None, None))
    assert title.holder == BUYER


def test_accept_when_after_the_deadline_then_is_refused(desk):
    name = offered(desk, S.OFFERED_HOLDER)
    desk.now = DEADLINE + 1
    with desk.refuses("TooLate"):
        desk.act(name, A.ACCEPT, BUYER)


@pytest.mark.parametrize(
    ("first", "between", "second"),
    [(BUYER, S.OFFERED_BENEFICIARY, TRADER), (TRADER, S.OFFERED_HOLDER, BUYER)],
)
def test_accept_when_both_are_offered_then_each_accepts_its_own(desk, first, between, second):
    name = offered(desk, S.OFFERED_BOTH)
    title = desk.act(name, A.ACCEPT, first)
    assert (title.state, title.accept_by) == (between, DEADLINE)
    with desk.refuses("WrongParty"):
        desk.act(name, A.ACCEPT, first)
    assert desk.act(name, A.ACCEPT, second).state is S.HELD


def test_accept_when_both_are_offered_to_one_then_once_is_enough(desk):
    name = desk.issue(BANK, BANK)
    members = {"holder": BUYER, "beneficiary": BUYER, "accept_by": DEADLINE}
    desk.act(name, A.TRANSFER_BOTH, BANK, **members)
    title = desk.act(name, A.ACCEPT, BUYER)
    assert (title.state, former(title)) == (S.HELD, (None, None))


@pytest.mark.parametrize("state", OFFERS)
def test_accept_when_by_the_giver_then_is_refused(desk, state):
    name = offered(desk, state)
    for by in (CARRIER, OTHER) if state is S.OFFERED_BENEFICIARY else (BANK, CARRIER, OTHER):
        with desk.refuses("WrongParty"):
            desk.act(name, A.ACCEPT, by)


@pytest.mark.parametrize("state", OFFERS)
def test_take_back_when_after_the_deadline_then_all_that_is_offered_goes_back(desk, state):
    name = offered(desk, state)
    desk.now = DEADLINE
    with desk.refuses("TooEarly"):
        desk.act(name, A.TAKE_BACK, BANK)
    desk.now = DEADLINE + 1
    with desk.refuses("WrongParty"):
        desk.act(name, A.TAKE_BACK, BUYER)
    title = desk.act(name, A.TAKE_BACK, BANK)
    assert (roles(title), former(title)) == ((BANK, BANK, None), (None, None))
    assert (title.state, title.accept_by) == (S.HELD, None)


def test_take_back_when_only_the_beneficiary_is_offered_then_the_holder_may_too(desk):
    name = desk.issue(BANK, BUYER)
    desk.act(name, A.NOMINATE, BUYER, beneficiary=TRADER)
    desk.act(name, A.TRANSFER_BENEFICIARY, BANK, beneficiary=TRADER, accept_by=DEADLINE)
    desk.now = DEADLINE + 1
    for by in (TRADER, CARRIER):
        with desk.refuses("WrongParty"):
            desk.act(name, A.TAKE_BACK, by)
    assert roles(desk.act(name, A.TAKE_BACK, BANK)) == (BANK, BUYER, None)


def test_take_back_when_one_of_both_accepted_then_the_other_goes_back(desk):
    name = offered(desk, S.OFFERED_BOTH)
    desk.act(name, A.ACCEPT, BUYER)
    desk.now = DEADLINE + 1
    title = desk.act(name, A.TAKE_BACK, BANK)
    assert roles(title) == (BUYER, BANK, None)


# ---------------------------------------------------------------- Reject…


@pytest.mark.parametrize("state", OFFERS)
def test_reject_when_both_are_offered_or_one_then_that_one_goes_back(desk, state):
    of_holder, of_beneficiary = state.offers
    name = offered(desk, state)
    if of_holder:
        assert desk.act(name, A.REJECT_HOLDER, BUYER).holder == BANK
    if of_beneficiary:
        assert desk.act(name, A.REJECT_BENEFICIARY, TRADER).beneficiary == BANK
    title = desk.title(name)
    assert (title.state, title.accept_by, former(title)) == (S.HELD, None, (None, None))


def test_reject_when_one_of_both_is_rejected_then_the_other_stays_offered(desk):
    name = offered(desk, S.OFFERED_BOTH)
    title = desk.act(name, A.REJECT_BENEFICIARY, TRADER)
    assert (title.state, title.accept_by) == (S.OFFERED_HOLDER, DEADLINE)
    assert (roles(title), former(title)) == ((BUYER, BANK, None), (BANK, None))


def test_reject_both_when_just_issued_then_the_carrier_has_it(desk):
    name = desk.issue(BANK, BANK)
    title = desk.act(name, A.REJECT_BOTH, BANK)
    assert (roles(title), former(title)) == ((CARRIER, CARRIER, None), (None, None))


@pytest.mark.parametrize("action", [A.REJECT_HOLDER, A.REJECT_BENEFICIARY, A.REJECT_BOTH])
def test_reject_when_its_holder_acted_then_there_is_nothing_to_reject(desk, action):
    name = desk.issue(BANK, BANK)
    desk.act(name, A.NOMINATE, BANK, beneficiary=BUYER)
    with desk.refuses("NothingGiven"):
        desk.act(name, action, BANK)


@pytest.mark.parametrize(
    ("action", "by"),
    [
        (A.REJECT_HOLDER, BUYER),
        (A.REJECT_BENEFICIARY, BANK),
        (A.REJECT_BOTH, BANK),
        (A.REJECT_BOTH, BUYER),
    ],
)
def test_reject_when_by_another_party_then_is_refused(desk, action, by):
    name = desk.issue(BANK, BUYER)
    with desk.refuses("WrongParty"):
        desk.act(name, action, by)


def test_reject_when_the_other_role_was_given_earlier_then_each_goes_its_own_way(desk):
    name = desk.issue(BANK, BANK)
    desk.act(name, A.TRANSFER_BENEFICIARY, BANK, beneficiary=TRADER)
    desk.act(name, A.TRANSFER_HOLDER, BANK, holder=BUYER)
    title = desk.act(name, A.REJECT_BENEFICIARY, TRADER)
    assert (roles(title), former(title)) == ((BUYER, BANK, None), (BANK, None))
