# SPDX-License-Identifier: Apache-2.0
"""Splitting and combining titles: agreed, all or nothing, and never more than there was."""

from dataclasses import replace

import pytest
from title_desk import BANK, BUYER, CARRIER, NOW, OTHER, UNKNOWN, ZERO, A, Desk, digest, part

from ledger.titles import WHOLE, Title, title_id
from ledger.titles import TitleState as S

HALVES = (part("half a", WHOLE // 2), part("half b", WHOLE - WHOLE // 2))
ONE = (part("all", 2 * WHOLE),)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def bill(desk):
    return desk.issue(BANK, BANK)


@pytest.fixture
def pair(desk, bill):
    return bill, desk.issue(BANK, BANK, name="second bill")


def shares(desk):
    titles = desk.register.titles.values()
    return sum(each.share for each in titles if each.state is not S.REISSUED)


def test_split_when_agreed_then_the_parts_go_to_who_surrendered_the_whole(desk, bill):
    desk.surrender_for((bill,), HALVES)
    desk.now = NOW + 5
    opened = desk.reissue((bill,), HALVES)
    assert opened == tuple(title_id(CARRIER, each.tag) for each in HALVES)
    for name, wish in zip(opened, HALVES, strict=True):
        assert desk.title(name) == Title(
            carrier=CARRIER,
            commitment=wish.commitment,
            holder=BANK,
            beneficiary=BANK,
            time=NOW + 5,
            share=wish.share,
            origins=(bill,),
        )
        assert desk.register.commitments[CARRIER, wish.commitment] == name
    closed = desk.title(bill)
    assert (closed.state, closed.holder, closed.intent) == (S.REISSUED, None, None)
    assert (closed.sequence, closed.time) == (3, NOW + 5)
    assert shares(desk) == WHOLE


def test_combine_when_agreed_then_the_share_is_the_sum(desk, pair):
    desk.surrender_for(pair, ONE)
    (name,) = desk.reissue(pair, ONE)
    assert (desk.title(name).share, desk.title(name).origins) == (2 * WHOLE, pair)
    assert shares(desk) == 2 * WHOLE


def test_reissue_when_done_many_times_then_shares_are_conserved(desk, bill):
    names = (bill,)
    for turn in range(5):
        parts = tuple(part(f"{turn}.{i}", share) for i, share in enumerate((WHOLE - 31, *[1] * 31)))
        desk.surrender_for(names, parts)
        names = desk.reissue(names, parts)
        whole = (part(f"{turn} again", WHOLE),)
        desk.surrender_for(names, whole)
        names = desk.reissue(names, whole)
        assert shares(desk) == WHOLE


@pytest.mark.parametrize(
    ("closing", "sequences", "opening"),
    [(0, 0, 2), (1, 1, 0), (1, 1, 1), (1, 1, 33), (2, 2, 2), (2, 1, 1), (1, 2, 2), (33, 33, 1)],
)
def test_reissue_when_the_counts_are_wrong_then_is_refused(desk, bill, closing, sequences, opening):
    parts = [part(f"part {i}", 1) for i in range(opening)]
    with desk.refuses("BadCount"):
        desk.reissue((bill,) * closing, parts, sequences=(1,) * sequences)


def test_reissue_when_the_title_was_not_surrendered_for_it_then_is_refused(desk, bill):
    with desk.refuses("WrongState"):
        desk.reissue((bill,), HALVES)
    desk.act(bill, A.SURRENDER_FOR_DELIVERY, BANK)
    with desk.refuses("WrongState"):
        desk.reissue((bill,), HALVES)


def test_reissue_when_a_title_is_unknown_or_changed_then_is_refused(desk, bill):
    desk.surrender_for((bill,), HALVES)
    for expected in (0, 1, 3):
        with desk.refuses("Stale"):
            desk.reissue((bill,), HALVES, sequences=(expected,))
    desk.act(bill, A.REFUSE_SURRENDER, CARRIER)
    desk.surrender_one_for(bill, (bill, UNKNOWN), ONE, BANK)
    with desk.refuses("NoTitle"):
        desk.reissue((bill, UNKNOWN), ONE, sequences=(4, 1))


def test_reissue_when_paused_then_has_to_wait(desk, bill):
    desk.surrender_for((bill,), HALVES)
    desk.act(bill, A.PAUSE, CARRIER)
    with desk.refuses("Paused"):
        desk.reissue((bill,), HALVES)


def test_reissue_when_by_another_than_the_carrier_then_is_refused(desk, bill):
    desk.surrender_for((bill,), HALVES)
    for by in (BANK, OTHER):
        with desk.refuses("WrongParty"):
            desk.reissue((bill,), HALVES, by=by)


def test_reissue_when_the_plan_is_another_then_is_refused(desk, bill):
    desk.surrender_for((bill,), HALVES)
    for parts in (HALVES[::-1], (*HALVES[:1], part("half c", HALVES[1].share))):
        with desk.refuses("NotAgreed"):
            desk.reissue((bill,), parts)


def test_combine_when_two_parties_surrendered_then_is_refused(desk, bill):
    other = desk.issue(BUYER, BUYER, name="second bill")
    pair = (bill, other)
    for name, by in zip(pair, (BANK, BUYER), strict=True):
        desk.surrender_one_for(name, pair, ONE, by)
    with desk.refuses("WrongParty"):
        desk.reissue(pair, ONE)


@pytest.mark.parametrize(("second", "code"), [(2, "Stale"), (3, "WrongState")])
def test_combine_when_a_title_is_named_twice_then_is_refused(desk, bill, second, code):
    twice = (bill, bill)
    desk.surrender_one_for(bill, twice, ONE, BANK)
    with desk.refuses(code):
        desk.reissue(twice, ONE, sequences=(2, second))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"share": 0}, "BadShares"),
        ({"share": WHOLE // 2 + 1}, "BadShares"),
        ({"share": WHOLE // 2 - 1}, "BadShares"),
        ({"share": 2**64 - 1}, "BadShares"),
        ({"tag": ZERO}, "ZeroHash"),
        ({"commitment": ZERO}, "ZeroHash"),
        ({"tag": digest("tag of bill")}, "TagUsed"),
        ({"commitment": digest("bill")}, "CommitmentUsed"),
        ({"tag": HALVES[1].tag}, "TagUsed"),
        ({"commitment": HALVES[1].commitment}, "CommitmentUsed"),
    ],
)
def test_split_when_what_was_agreed_is_impossible_then_is_refused(desk, bill, change, code):
    parts = (replace(HALVES[0], **change), HALVES[1])
    desk.surrender_for((bill,), parts)
    with desk.refuses(code):
        desk.reissue((bill,), parts)
    assert desk.act(bill, A.REFUSE_SURRENDER, CARRIER).holder == BANK
