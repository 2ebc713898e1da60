# SPDX-License-Identifier: Apache-2.0
"""Issuing titles: who may, and what is used up for ever."""

import pytest
from title_desk import (
    BANK,
    BUYER,
    CARRIER,
    NOW,
    OTHER,
    STRANGER,
    UNKNOWN,
    ZERO,
    A,
    Desk,
    digest,
)

from ledger.titles import WHOLE, Title, TitleAction, TitleState, title_id


@pytest.fixture
def desk():
    return Desk()


def test_tag_key_when_zero_then_is_refused(desk):
    with desk.refuses("ZeroHash"):
        desk.register.register_tag_key(OTHER, ZERO)


def test_tag_key_when_registered_before_then_is_refused(desk):
    with desk.refuses("TagKeyRegistered"):
        desk.register.register_tag_key(CARRIER, digest("another secret"))


def test_issue_when_possible_then_the_carrier_gave_both_roles(desk):
    name = desk.issue(BANK, BUYER)
    assert name == title_id(CARRIER, digest("tag of bill"))
    assert desk.title(name) == Title(
        carrier=CARRIER,
        commitment=digest("bill"),
        holder=BANK,
        beneficiary=BUYER,
        former_holder=CARRIER,
        former_beneficiary=CARRIER,
        state=TitleState.HELD,
        sequence=1,
        time=NOW,
        share=WHOLE,
    )


def test_issue_when_the_carrier_keeps_a_role_then_there_is_nothing_to_reject(desk):
    title = desk.title(desk.issue(CARRIER, BANK))
    assert (title.former_holder, title.former_beneficiary) == (None, CARRIER)


@pytest.mark.parametrize("role", ["holder", "beneficiary"])
@pytest.mark.parametrize("party", [None, STRANGER])
def test_issue_when_a_party_is_not_registered_then_is_refused(desk, role, party):
    with desk.refuses("UnknownParty"):
        desk.issue(**{role: party})


def test_issue_when_a_sequence_is_expected_then_is_refused(desk):
    with desk.refuses("Stale"):
        desk.issue(expected_sequence=1)
    desk.issue()
    with desk.refuses("Stale"):
        desk.issue(expected_sequence=1)


def test_issue_when_without_tag_key_then_is_refused(desk):
    with desk.refuses("NoTagKey"):
        desk.issue(by=OTHER)


@pytest.mark.parametrize("member", ["tag", "commitment"])
def test_issue_when_a_hash_is_zero_then_is_refused(desk, member):
    with desk.refuses("ZeroHash"):
        desk.issue(**{member: ZERO})


def test_issue_when_the_tag_was_used_then_is_refused_for_ever(desk):
    name = desk.issue()
    with desk.refuses("TagUsed"):
        desk.issue(commitment=digest("another bill"))
    desk.act(name, A.SURRENDER_FOR_DELIVERY, BANK)
    desk.act(name, A.ACCEPT_SURRENDER, CARRIER)
    with desk.refuses("TagUsed"):
        desk.issue(commitment=digest("another bill"))


def test_issue_when_the_commitment_was_used_then_is_refused_for_this_carrier_only(desk):
    desk.issue()
    with desk.refuses("CommitmentUsed"):
        desk.issue(tag=digest("another tag"))
    desk.register.register_tag_key(OTHER, digest("a secret of another carrier"))
    assert desk.issue(by=OTHER) != desk.issue(name="second bill")


def test_issue_when_the_commitment_was_amended_away_then_is_still_used(desk):
    name = desk.issue()
    desk.act(name, A.SURRENDER_FOR_AMENDMENT, BANK, intent=digest("amended"))
    desk.act(name, A.ACCEPT_SURRENDER, CARRIER, intent=digest("amended"))
    for used in ("bill", "amended"):
        with desk.refuses("CommitmentUsed"):
            desk.issue(tag=digest("another tag"), commitment=digest(used))


def test_act_when_there_is_no_such_title_then_is_refused(desk):
    with desk.refuses("NoTitle"):
        desk.act(UNKNOWN, A.ACCEPT, BANK)


@pytest.mark.parametrize("expected", [0, 2])
def test_act_when_the_title_changed_since_then_is_refused_before_all_else(desk, expected):
    name = desk.issue()
    with desk.refuses("Stale"):
        desk.act(name, A.NONE, STRANGER, expected_sequence=expected)


TAKEN = {
    A.NOMINATE: {"beneficiary"},
    A.TRANSFER_HOLDER: {"holder", "accept_by"},
    A.TRANSFER_BENEFICIARY: {"beneficiary", "accept_by"},
    A.TRANSFER_BOTH: {"holder", "beneficiary", "accept_by"},
    A.SURRENDER_FOR_AMENDMENT: {"intent"},
    A.SURRENDER_FOR_REISSUE: {"intent"},
    A.ACCEPT_SURRENDER: {"intent"},
}
MEMBERS = {"holder": BUYER, "beneficiary": BUYER, "intent": digest("intent"), "accept_by": NOW + 9}


@pytest.mark.parametrize(
    ("action", "member"),
    [
        pytest.param(action, member, id=f"{action.label}-{member}")
        for action in TitleAction
        for member in MEMBERS
        if member not in TAKEN.get(action, ())
    ],
)
def test_act_when_it_has_a_member_that_its_action_does_not_take_then_is_refused(
    desk, action, member
):
    needed = {"intent"} & TAKEN.get(action, set())
    name = desk.issue()
    with desk.refuses("BadMember"):
        desk.act(name, action, STRANGER, **{each: MEMBERS[each] for each in (member, *needed)})


@pytest.mark.parametrize("action", [A.SURRENDER_FOR_AMENDMENT, A.SURRENDER_FOR_REISSUE])
def test_surrender_when_it_lacks_its_intent_then_is_refused(desk, action):
    name = desk.issue()
    with desk.refuses("BadMember"):
        desk.act(name, action, BANK)


def test_act_when_it_names_no_action_then_is_refused(desk):
    name = desk.issue()
    with desk.refuses("BadMember"):
        desk.act(name, A.NONE, BANK)
