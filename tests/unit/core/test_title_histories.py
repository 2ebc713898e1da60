# SPDX-License-Identifier: Apache-2.0
"""`title`: acts of stolen keys, and pasts that are incomplete or cannot be (formats.md §10.9)."""

from dataclasses import replace

import pytest
from small_titles import expect, told
from small_world import digest

from ledger.errors import ChainUnavailableError
from ledger.primitives import MAX_TIME
from ledger.titles import TitleAction, TitleState
from ledger.verification import CheckName, Request, Verdict, verify
from ledger.verification.title_replay import replayed

A = TitleAction


# --- stolen keys -----------------------------------------------------------------------------


def test_act_by_a_key_in_its_window_of_compromise_is_in_doubt(world, desk, bill, bank, importer):
    before = world.chain.time + 1
    desk.pass_on(bank, importer)
    assert world.verify(bill).verdict is Verdict.AUTHENTIC
    world.ledger.declare_compromise(bank, before)
    report = world.verify(bill)
    expect(report, Verdict.UNDECIDED, "title-in-doubt")
    (outcome,) = report.check(CheckName.TITLE).outcomes
    assert outcome.detail == "act 2"


def test_act_before_the_compromise_is_unaffected(world, desk, bill, bank, importer):
    desk.pass_on(bank, importer)
    world.chain.mine()
    world.ledger.declare_compromise(bank, world.chain.time)
    expect(world.verify(bill), Verdict.AUTHENTIC, "title-held")


def test_act_in_the_second_of_the_compromise_is_in_doubt(world, desk, bill, bank, importer):
    desk.pass_on(bank, importer)
    world.ledger.declare_compromise(bank, world.chain.time)
    expect(world.verify(bill), Verdict.UNDECIDED, "title-in-doubt")


def test_doubt_goes_before_what_the_record_says(world, desk, bill, bank):
    desk.act(bank, A.SURRENDER_FOR_DELIVERY)
    world.ledger.declare_compromise(bank, world.chain.time)
    desk.act(world.carrier, A.ACCEPT_SURRENDER)
    expect(world.verify(bill), Verdict.UNDECIDED, "title-in-doubt")


def test_doubt_is_known_from_the_record_alone(world, desk, bill, bank, importer):
    desk.pass_on(bank, importer)
    world.ledger.declare_compromise(bank, world.chain.time)
    desk.titles.latest_key = bank.address
    desk.titles.fault = "no logs today"
    desk.alter(lambda _: [])
    expect(world.verify(bill), Verdict.UNDECIDED, "title-in-doubt")


def test_doubt_does_not_make_a_title_out_of_none(world, desk, bank):
    package = desk.bill()
    desk.issue(digest("another"), bank)
    world.ledger.declare_compromise(world.carrier, world.chain.time)
    assert "title-not-this" in told(world.verify(package))


# --- histories -------------------------------------------------------------------------------


def test_history_that_cannot_be_read_is_undecided(world, desk, bill):
    desk.titles.fault = "the node reports error -32005"
    world.chain.mine()
    report = world.verify(bill)
    expect(report, Verdict.UNDECIDED, "title-history-incomplete")
    assert "-32005" in report.check(CheckName.TITLE).outcomes[0].detail
    assert report.title.holder.name == "Example Bank"


def test_history_that_cannot_be_read_does_not_hide_a_delivery(world, desk, bill, bank):
    desk.act(bank, A.SURRENDER_FOR_DELIVERY)
    desk.act(world.carrier, A.ACCEPT_SURRENDER)
    desk.titles.fault = "no logs today"
    desk.alter(lambda events: events[-1:])
    report = world.verify(bill)
    expect(report, Verdict.SURRENDERED, "title-delivered")
    assert report.title.held_since is None


def test_history_with_a_gap_is_undecided(world, desk, bill, bank, importer):
    desk.pass_on(bank, importer)
    desk.pass_on(importer, bank)
    desk.alter(lambda events: [events[0], events[2]])
    report = world.verify(bill)
    expect(report, Verdict.UNDECIDED, "title-history-incomplete")
    assert report.check(CheckName.TITLE).outcomes[0].detail == "1 of 3 acts are missing"


def test_history_without_its_end_is_undecided(world, desk, bill, bank, importer):
    desk.pass_on(bank, importer)
    desk.alter(lambda events: events[:1])
    expect(world.verify(bill), Verdict.UNDECIDED, "title-history-incomplete")


def test_record_with_billions_of_acts_costs_nothing_to_doubt(world, desk, bill):
    desk.alter_record(sequence=2**32 - 1)
    expect(world.verify(bill), Verdict.UNDECIDED, "title-history-incomplete")


def swapped(events):
    first, second, third = events
    return [first, replace(third, place=second.place), replace(second, place=third.place)]


def by_another(events):
    *rest, last = events
    return [*rest, replace(last, party=events[0].party)]


def with_another_key(events):
    *rest, last = events
    return [*rest, replace(last, key=events[0].key)]


def at_another_time(events):
    *rest, last = events
    return [*rest, replace(last, time=last.time - 1)]


def issued_again(events):
    first, second, third = events
    return [first, replace(second, wish=first.wish), third]


def of_another_tag(events):
    first, *rest = events
    return [replace(first, wish=replace(first.wish, tag=digest("another tag"))), *rest]


def without_issue(events):
    first, second, third = events
    return [replace(second, sequence=1), replace(first, sequence=2), third]


def longer(events):
    last = events[-1]
    return [*events, replace(last, sequence=last.sequence + 1)]


def of_another_share(events):
    first, *rest = events
    return [replace(first, share=1), *rest]


@pytest.mark.parametrize(
    "change",
    [
        *(swapped, by_another, with_another_key, at_another_time, issued_again),
        *(of_another_tag, without_issue, longer, of_another_share),
    ],
)
def test_history_that_contradicts_the_record_is_undecided(
    world, desk, bill, bank, importer, change
):
    desk.pass_on(bank, importer)
    desk.pass_on(importer, bank)
    desk.titles.latest_key = importer.address
    desk.alter(change)
    report = world.verify(bill)
    expect(report, Verdict.UNDECIDED, "title-history-contradicts")
    assert report.title.held_since is None or change is with_another_key


@pytest.mark.parametrize(
    "members",
    [
        {"paused": True},
        {"former_holder": None},
        {"share": 5},
        {"time": 1},
        {"nominee": "bank"},
    ],
)
def test_record_that_no_history_gives_is_undecided(world, desk, bill, bank, members):
    members = {name: bank.id if value == "bank" else value for name, value in members.items()}
    desk.alter_record(**members)
    expect(world.verify(bill), Verdict.UNDECIDED, "title-history-contradicts")


def test_impossible_act_is_refused_even_if_its_reason_cannot_be_written(desk, bill, bank, importer):
    """The deadline lies after the last second that a calendar has."""
    desk.pass_on(bank, importer)
    issued, passed_on = desk.titles.events[desk.name()]
    offered = replace(passed_on.wish, accept_by=MAX_TIME + 60)
    back = replace(passed_on.wish, action=A.TAKE_BACK, holder=None, beneficiary=None)
    acts = [
        issued,
        replace(passed_on, time=MAX_TIME, wish=offered),
        replace(passed_on, time=MAX_TIME, wish=back, sequence=3),
    ]
    with pytest.raises(ChainUnavailableError, match="act 3 is impossible"):
        replayed(desk.name(), acts, ())
    assert bill.commitment == issued.wish.commitment


def test_closing_of_a_reissue_that_the_holder_did_not_agree_to_is_undecided(
    world, desk, bill, bank
):
    desk.act(bank, A.SURRENDER_FOR_REISSUE, intent=digest("plan"))
    desk.alter_record(state=TitleState.HELD, sequence=3)
    closing = replace(desk.titles.events[desk.name()][1], sequence=3, party=world.carrier.id)
    wish = replace(closing.wish, action=A.ACCEPT_SURRENDER, intent=digest("another plan"))
    desk.alter(lambda acts: [*acts, replace(closing, wish=wish)])
    expect(world.verify(bill), Verdict.UNDECIDED, "title-history-contradicts")


def test_final_record_is_held_against_the_past_as_it_was_then(world, desk, bill):
    desk.alter_record(paused=True)
    desk.alter_record(paused=False)
    world.chain.lag = 1
    report = world.verify(bill)
    expect(report, Verdict.UNDECIDED, "title-history-contradicts")
    world.chain.lag = 0
    assert world.verify(bill).verdict is Verdict.AUTHENTIC


@pytest.mark.parametrize("forgotten", ["title", "history"])
def test_reader_that_forgets_what_was_asked_is_not_believed(world, bill, forgotten):
    look = world.chain.look

    class Forgetful:
        def look(self, *asked):
            told = look(*asked)
            if forgotten == "history":
                return replace(told, history=None)
            view = replace(told.latest, answer=replace(told.latest.answer, title=None))
            return replace(told, latest=view)

    report = verify(Request(bill, world.trust), Forgetful(), world.chain.time)
    expect(report, Verdict.UNDECIDED, "chain-unavailable")
    assert report.title is None


def test_record_with_a_time_that_no_calendar_has_is_not_believed(world, desk, bill):
    desk.alter_record(time=MAX_TIME + 1)
    expect(world.verify(bill), Verdict.UNDECIDED, "chain-unavailable")
