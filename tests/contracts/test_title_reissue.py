# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry.reissue: one title split, several combined, exactly as their holder agreed."""

from __future__ import annotations

from typing import Final

import pytest
from bills import NOBODY, NONE, WHOLE, Action, Bills, Part, State, Wish, digest, part
from conftest import People, Reverts
from eth_abi import encode
from eth_utils import keccak

THIRDS: Final = [333_333_333, 333_333_333, 333_333_334]
REMARK: Final = digest("remark")


def halves() -> list[Part]:
    """Return two parts of a whole."""
    return [part("left", WHOLE // 2), part("right", WHOLE - WHOLE // 2)]


def agreed(bills: Bills, titles: list[bytes], parts: list[Part]) -> list[bytes]:
    """Let the holder of each title surrender it for this plan."""
    for title in titles:
        bills.surrender(title, Action.SURRENDER_FOR_REISSUE, bills.plan(titles, parts))
    return titles


def opened(bills: Bills, parts: list[Part]) -> list[bytes]:
    """Return the ids of the titles of a plan."""
    return [bytes(bills.contract.titleId(bills.carrier, each[0])) for each in parts]


def address(party: bytes) -> str:
    """Return the address that ERC-721 shows for a party, in lower case."""
    return "0x" + party[-20:].hex()


def test_plan_of_when_hashed_then_is_what_the_prose_says(bills: Bills) -> None:
    titles, parts = [digest("a"), digest("b")], halves()
    words = encode(["bytes32[]", "(bytes32,bytes32,uint64)[]"], [titles, parts])
    assert bills.plan(titles, parts) == keccak(words)


# ---------------------------------------------------------------- split


@pytest.mark.parametrize("count", [2, 3, 32])
def test_reissue_when_split_then_the_parts_go_to_who_surrendered(
    bills: Bills, people: People, count: int
) -> None:
    title = bills.issue()
    shares = [1] * (count - 1) + [WHOLE - count + 1]
    parts = [part(f"part {i}", share) for i, share in enumerate(shares)]
    agreed(bills, [title], parts)
    receipt = bills.reissue([title], parts, remark=REMARK)
    children = opened(bills, parts)
    assert [bytes(each) for each in receipt.return_value] == children
    assert bills.state(title) == State.REISSUED
    assert bills.roles(title) == (NONE, NONE, NONE)
    for child, (_, commitment, share) in zip(children, parts, strict=True):
        record = bills.record(child)
        assert bills.roles(child) == (bills.bank, bills.bank, NONE)
        assert bills.former(child) == (NONE, NONE)
        assert (record.carrier, bytes(record.commitment)) == (bills.carrier, commitment)
        assert (record.share, [bytes(each) for each in record.origins]) == (share, [title])
        assert (record.state, record.sequence, record.paused) == (State.HELD, 1, False)
        assert (record.time, record.key) == (receipt.timestamp, people.alice.address)
        assert bytes(bills.contract.titleOf(bills.carrier, commitment)) == child


def test_reissue_when_split_then_says_all_of_it_in_order(bills: Bills, people: People) -> None:
    title, parts = bills.issue(), halves()
    agreed(bills, [title], parts)
    events = list(bills.reissue([title], parts, remark=REMARK).events)
    names = ["TitleActed", "Transfer", *["TitleIssued", "Transfer"] * 2, "TitlesReissued"]
    assert [each.event_name for each in events] == names
    acted, gone, *_, reissued = events
    assert (acted.title, acted.party, acted.action) == (
        title,
        bills.carrier,
        Action.ACCEPT_SURRENDER,
    )
    assert (acted.sequence, acted.intent) == (3, bills.plan([title], parts))
    assert (acted.holder, acted.beneficiary, acted.acceptBy) == (NONE, NONE, 0)
    assert (acted.remark, acted.key) == (REMARK, people.alice.address)
    assert (gone["from"].lower(), gone.to) == (address(bills.carrier), NOBODY)
    children = opened(bills, parts)
    for i, (tag, commitment, share) in enumerate(parts):
        issued, came = events[2 + 2 * i : 4 + 2 * i]
        assert (issued.title, issued.tag, issued.commitment) == (children[i], tag, commitment)
        assert (issued.holder, issued.beneficiary, issued.share) == (
            bills.bank,
            bills.bank,
            share,
        )
        assert (issued.remark, issued.party) == (REMARK, bills.carrier)
        assert (int(came["from"], 16), came.to.lower()) == (0, address(bills.bank))
        assert came.tokenId == int.from_bytes(children[i], "big")
    assert (reissued.party, reissued.remark) == (bills.carrier, REMARK)
    assert [bytes(each) for each in reissued.titles] == [title]
    assert [bytes(each) for each in reissued.parts] == children
    assert reissued.key == people.alice.address


def test_reissue_when_a_part_is_split_again_then_its_share_is_what_counts(
    bills: Bills, reverts: Reverts
) -> None:
    title, parts = bills.issue(), halves()
    agreed(bills, [title], parts)
    bills.reissue([title], parts)
    left, _ = opened(bills, parts)
    quarters = [part("q1", WHOLE // 4), part("q2", WHOLE // 4)]
    whole_again = [part("w1", WHOLE // 2), part("w2", WHOLE // 2)]
    agreed(bills, [left], whole_again)
    with reverts(bills.contract, "TitleRegistry_BadShares", WHOLE // 2, WHOLE):
        bills.reissue([left], whole_again)
    bills.act(bills.carrier, left, Action.REFUSE_SURRENDER)
    agreed(bills, [left], quarters)
    bills.reissue([left], quarters)
    assert [bytes(o) for o in bills.record(opened(bills, quarters)[0]).origins] == [left]


# ---------------------------------------------------------------- combine


@pytest.mark.parametrize("count", [2, 32])
def test_reissue_when_combined_then_one_title_has_all_shares(bills: Bills, count: int) -> None:
    titles = [bills.issue(f"old {i}") for i in range(count)]
    parts = [part("all", count * WHOLE)]
    agreed(bills, titles, parts)
    bills.reissue(titles, parts)
    (child,) = opened(bills, parts)
    record = bills.record(child)
    assert (record.share, [bytes(each) for each in record.origins]) == (count * WHOLE, titles)
    assert bills.roles(child) == (bills.bank, bills.bank, NONE)
    assert {bills.state(title) for title in titles} == {State.REISSUED}


def test_reissue_when_the_parts_of_a_title_are_combined_again_then_is_whole(
    bills: Bills,
) -> None:
    title = bills.issue()
    parts = [part(f"third {i}", share) for i, share in enumerate(THIRDS)]
    agreed(bills, [title], parts)
    bills.reissue([title], parts)
    children, again = opened(bills, parts), [part("again", WHOLE)]
    agreed(bills, children, again)
    bills.reissue(children, again)
    assert bills.record(opened(bills, again)[0]).share == WHOLE


def test_reissue_when_the_titles_have_different_holders_then_reverts(
    bills: Bills, reverts: Reverts
) -> None:
    titles = [bills.issue("1"), bills.issue("2", bills.consignee)]
    parts = [part("all", 2 * WHOLE)]
    agreed(bills, titles, parts)
    expected = (titles[1], bills.consignee, bills.bank)
    with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
        bills.reissue(titles, parts)
    assert bills.state(titles[0]) == State.FOR_REISSUE


def test_reissue_when_a_title_is_named_twice_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title, parts = bills.issue(), [part("all", 2 * WHOLE)]
    bills.surrender(title, Action.SURRENDER_FOR_REISSUE, bills.plan([title, title], parts))
    with reverts(bills.contract, "TitleRegistry_Stale", title, 3, 2):
        bills.reissue([title, title], parts)
    expected = (title, State.REISSUED, Action.ACCEPT_SURRENDER)
    with reverts(bills.contract, "TitleRegistry_WrongState", *expected):
        bills.reissue([title, title], parts, expected=[2, 3])


# ---------------------------------------------------------------- what it refuses


@pytest.mark.parametrize(
    ("closing", "sequences", "opening"),
    [
        (0, 0, 0),
        (0, 0, 2),
        (1, 1, 0),
        (1, 1, 1),
        (1, 1, 33),
        (33, 33, 1),
        (2, 2, 2),
        (2, 2, 0),
        (1, 0, 2),
        (1, 2, 2),
        (2, 1, 1),
        (2, 3, 1),
    ],
)
def test_reissue_when_the_counts_are_bad_then_reverts(
    bills: Bills, people: People, reverts: Reverts, closing: int, sequences: int, opening: int
) -> None:
    ids = [bills.id(str(i)) for i in range(closing)]
    wish = (ids, [1] * sequences, [part(str(i), 1) for i in range(opening)], NONE)
    with reverts(bills.contract, "TitleRegistry_BadCount", closing, sequences, opening):
        bills.contract.reissue(wish, sender=people.alice)


@pytest.mark.parametrize("off", [-1, 1])
def test_reissue_when_shares_are_not_conserved_then_reverts(
    bills: Bills, reverts: Reverts, off: int
) -> None:
    title = bills.issue()
    parts = [part("left", WHOLE // 2), part("right", WHOLE // 2 + off)]
    agreed(bills, [title], parts)
    with reverts(bills.contract, "TitleRegistry_BadShares", WHOLE, WHOLE + off):
        bills.reissue([title], parts)
    assert bills.state(title) == State.FOR_REISSUE


def test_reissue_when_shares_would_overflow_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title, limit = bills.issue(), 2**64 - 1
    parts = [part("p", limit), part("q", WHOLE + 1)]
    agreed(bills, [title], parts)
    with reverts(bills.contract, "TitleRegistry_BadShares", WHOLE, limit + WHOLE + 1):
        bills.reissue([title], parts)


@pytest.mark.parametrize(("place", "before"), [(0, 0), (1, WHOLE)])
def test_reissue_when_a_share_is_zero_then_reverts(
    bills: Bills, reverts: Reverts, place: int, before: int
) -> None:
    title, shares = bills.issue(), [WHOLE, WHOLE]
    shares[place] = 0
    parts = [part(f"part {i}", share) for i, share in enumerate(shares)]
    agreed(bills, [title], parts)
    with reverts(bills.contract, "TitleRegistry_BadShares", WHOLE, before):
        bills.reissue([title], parts)


@pytest.mark.parametrize("change", ["tag", "commitment", "share", "order", "titles"])
def test_reissue_when_not_the_plan_that_the_holder_agreed_to_then_reverts(
    bills: Bills, reverts: Reverts, change: str
) -> None:
    title, (left, right) = bills.issue(), halves()
    plan = bills.plan([title], [left, right])
    agreed(bills, [title], [left, right])
    changed = {
        "tag": [(digest("x"), *left[1:]), right],
        "commitment": [(left[0], digest("x"), left[2]), right],
        "share": [(*left[:2], left[2] - 1), (*right[:2], right[2] + 1)],
        "order": [right, left],
        "titles": [part("all", 2 * WHOLE)],
    }[change]
    titles = [title, bills.issue("2")] if change == "titles" else [title]
    given = bills.plan(titles, changed)
    with reverts(bills.contract, "TitleRegistry_NotAgreed", title, plan, given):
        bills.reissue(titles, changed)


@pytest.mark.parametrize("state", sorted(set(State) - {State.NONE, State.FOR_REISSUE}))
def test_reissue_when_not_surrendered_for_it_then_reverts(
    bills: Bills, reverts: Reverts, state: State
) -> None:
    title = bills.standing(state)
    expected = (title, state, Action.ACCEPT_SURRENDER)
    with reverts(bills.contract, "TitleRegistry_WrongState", *expected):
        bills.reissue([title], halves())


def test_reissue_when_an_older_plan_is_still_stored_then_it_means_nothing(
    bills: Bills, reverts: Reverts
) -> None:
    title, parts = bills.issue(), halves()
    agreed(bills, [title], parts)
    bills.act(bills.carrier, title, Action.REFUSE_SURRENDER)
    expected = (title, State.HELD, Action.ACCEPT_SURRENDER)
    with reverts(bills.contract, "TitleRegistry_WrongState", *expected):
        bills.reissue([title], parts)


def test_reissue_when_paused_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title, parts = bills.issue(), halves()
    agreed(bills, [title], parts)
    bills.act(bills.carrier, title, Action.PAUSE)
    with reverts(bills.contract, "TitleRegistry_Paused", title, Action.ACCEPT_SURRENDER):
        bills.reissue([title], parts)
    bills.act(bills.carrier, title, Action.UNPAUSE)
    bills.reissue([title], parts)
    assert bills.state(title) == State.REISSUED


def test_reissue_when_by_another_party_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title, parts = bills.issue(), halves()
    agreed(bills, [title], parts)
    for party in (bills.bank, bills.consignee):
        expected = (title, bills.carrier, party)
        with reverts(bills.contract, "TitleRegistry_WrongParty", *expected):
            bills.reissue([title], parts, by=party)


@pytest.mark.parametrize("by", ["anna", "stranger"])
def test_reissue_when_by_no_sign_key_then_reverts(
    bills: Bills, people: People, reverts: Reverts, by: str
) -> None:
    title, parts, caller = bills.issue(), halves(), getattr(people, by)
    agreed(bills, [title], parts)
    with reverts(bills.contract, "TitleRegistry_NotSigner", caller.address):
        bills.contract.reissue(([title], [2], parts, NONE), sender=caller)


def test_reissue_when_a_title_is_missing_or_changed_then_reverts(
    bills: Bills, reverts: Reverts
) -> None:
    title, parts = bills.issue(), halves()
    agreed(bills, [title], parts)
    with reverts(bills.contract, "TitleRegistry_NoTitle", bills.id("2")):
        bills.reissue([bills.id("2")], parts, expected=[1])
    with reverts(bills.contract, "TitleRegistry_Stale", title, 2, 1):
        bills.reissue([title], parts, expected=[1])


@pytest.mark.parametrize("member", ["tag", "commitment"])
def test_reissue_when_a_parts_tag_or_commitment_is_used_then_reverts(
    bills: Bills, reverts: Reverts, member: str
) -> None:
    title, other = bills.issue("1"), bills.issue("2")
    left, right = halves()
    tag, commitment = digest("tag 2"), digest("bill 2")
    if member == "tag":
        parts = [left, (tag, *right[1:])]
        error = ("TitleRegistry_TagUsed", other, State.HELD)
    else:
        parts = [left, (right[0], commitment, right[2])]
        error = ("TitleRegistry_CommitmentUsed", commitment, other)
    agreed(bills, [title], parts)
    with reverts(bills.contract, *error):
        bills.reissue([title], parts)


def test_reissue_when_two_parts_have_one_tag_then_reverts(bills: Bills, reverts: Reverts) -> None:
    title, (left, right) = bills.issue(), halves()
    parts = [left, (left[0], *right[1:])]
    agreed(bills, [title], parts)
    with reverts(bills.contract, "TitleRegistry_TagUsed", opened(bills, parts)[0], State.HELD):
        bills.reissue([title], parts)


@pytest.mark.parametrize("member", ["tag", "commitment"])
def test_reissue_when_a_hash_is_zero_then_reverts(
    bills: Bills, reverts: Reverts, member: str
) -> None:
    title, (left, right) = bills.issue(), halves()
    zero = (NONE, *right[1:]) if member == "tag" else (right[0], NONE, right[2])
    agreed(bills, [title], [left, zero])
    with reverts(bills.contract, "TitleRegistry_ZeroHash", member):
        bills.reissue([title], [left, zero])


def test_reissue_when_a_part_lives_on_then_it_is_a_title_like_others(bills: Bills) -> None:
    title, parts = bills.issue(), halves()
    agreed(bills, [title], parts)
    bills.reissue([title], parts)
    left, right = opened(bills, parts)
    bills.act(bills.bank, left, Wish(Action.TRANSFER_BOTH, bills.consignee, bills.consignee))
    bills.surrender(right, Action.SURRENDER_FOR_DELIVERY)
    bills.act(bills.carrier, right, Action.ACCEPT_SURRENDER)
    assert (bills.state(left), bills.state(right)) == (State.HELD, State.DELIVERED)
