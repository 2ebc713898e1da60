# SPDX-License-Identifier: Apache-2.0
"""`title`: acts on the titles that a title came from count as acts on it (formats.md §10.9)."""

from dataclasses import replace

import pytest
from small_titles import expect
from small_world import digest

from ledger.primitives import Bytes32
from ledger.titles import TitleAction
from ledger.verification import CheckName, Verdict

A = TitleAction
HALF = 5 * 10**8


@pytest.fixture
def stolen(world, desk, bill, bank, importer):
    """Somebody with the bank's key passed the bill on; the importer then split it honestly."""
    since = world.chain.time + 1
    desk.pass_on(bank, importer)
    world.chain.mine()
    world.chain.mine()
    halves = desk.split(importer, (desk.name(),), ("A", "B"), (HALF, HALF))
    assert world.verify(bill).verdict is Verdict.SUPERSEDED
    return since, halves


def detail(report):
    return report.check(CheckName.TITLE).outcomes[0].detail


# --- stolen keys -----------------------------------------------------------------------------


def test_act_of_a_stolen_key_on_a_parent_is_in_doubt(world, desk, stolen, bank):
    since, halves = stolen
    for package, title in halves:
        report = world.verify(package)
        expect(report, Verdict.AUTHENTIC, "title-held")
        assert report.title.origins == (desk.name(),)
        assert [step.sequence for step in report.title.history] == [1], title
    world.ledger.declare_compromise(bank, since)
    for package, _ in halves:
        report = world.verify(package)
        expect(report, Verdict.UNDECIDED, "title-in-doubt")
        assert detail(report) == f"act 2 of {desk.name()}"


def test_act_on_a_parent_before_the_compromise_is_unaffected(world, stolen, bank):
    since, ((package, _), _) = stolen
    world.ledger.declare_compromise(bank, since + 12)
    expect(world.verify(package), Verdict.AUTHENTIC, "title-held")


def test_doubt_about_a_parent_goes_before_what_the_record_says(world, desk, stolen, bank, importer):
    since, ((package, title), _) = stolen
    desk.act(importer, A.SURRENDER_FOR_DELIVERY, title)
    desk.act(world.carrier, A.ACCEPT_SURRENDER, title)
    expect(world.verify(package), Verdict.SURRENDERED, "title-delivered")
    world.ledger.declare_compromise(bank, since)
    expect(world.verify(package), Verdict.UNDECIDED, "title-in-doubt")


def test_doubt_in_the_latest_view_alone_is_told(world, desk, stolen, bank):
    since, ((package, _), _) = stolen
    world.chain.lag = 1
    world.ledger.declare_compromise(bank, since)
    report = world.verify(package)
    expect(report, Verdict.UNDECIDED, "title-in-doubt")
    assert report.check(CheckName.TITLE).outcomes[0].as_of == world.chain.time
    assert detail(report) == f"act 2 of {desk.name()}"


def test_own_doubtful_act_is_named_before_one_on_a_parent(world, desk, stolen, bank, importer):
    since, ((package, title), _) = stolen
    desk.pass_on(importer, bank, title=title)
    desk.pass_on(bank, importer, title=title)
    world.ledger.declare_compromise(bank, since)
    report = world.verify(package)
    expect(report, Verdict.UNDECIDED, "title-in-doubt")
    assert detail(report) == "act 3"


def test_act_on_a_grandparent_is_in_doubt(world, desk, stolen, bank, importer):
    since, ((_, first), (_, second)) = stolen
    ((whole, title),) = desk.split(importer, (first, second), ("C",), (2 * HALF,))
    quarters = desk.split(importer, (title,), ("D", "E"), (HALF, HALF))
    for package in (quarters[0][0], quarters[1][0]):
        expect(world.verify(package), Verdict.AUTHENTIC, "title-held")
    expect(world.verify(whole), Verdict.SUPERSEDED, "title-reissued")
    world.ledger.declare_compromise(bank, since)
    for package in (whole, quarters[0][0], quarters[1][0]):
        report = world.verify(package)
        expect(report, Verdict.UNDECIDED, "title-in-doubt")
        assert detail(report) == f"act 2 of {desk.name()}"


def test_first_doubtful_act_of_several_ancestors_is_named(world, desk, bank, importer):
    packages = [desk.bill(title=desk.text(desk.name(n)), reference=n) for n in ("Z", "Y")]
    numbers = ("Z", "Y")
    late, early = (
        desk.issue(package, bank, reference=number)
        for package, number in zip(packages, numbers, strict=True)
    )
    since = world.chain.time + 1
    for title in (early, late):
        desk.pass_on(bank, importer, title=title)
    world.chain.mine()
    ((package, _),) = desk.split(importer, (late, early), ("W",), (4 * HALF,))
    expect(world.verify(package), Verdict.AUTHENTIC, "title-held")
    world.ledger.declare_compromise(bank, since)
    assert detail(world.verify(package)) == f"act 2 of {early}"


def test_doubt_about_a_sister_is_not_contagious(world, desk, bank, importer, bill):
    """What is done with one half after the split says nothing of the other."""
    halves = desk.split(bank, (desk.name(),), ("A", "B"), (HALF, HALF))
    since = world.chain.time + 1
    desk.pass_on(bank, importer, title=halves[0][1])
    world.ledger.declare_compromise(bank, since)
    expect(world.verify(halves[0][0]), Verdict.UNDECIDED, "title-in-doubt")
    expect(world.verify(halves[1][0]), Verdict.AUTHENTIC, "title-held")
    expect(world.verify(bill), Verdict.SUPERSEDED, "title-reissued")


# --- incomplete ------------------------------------------------------------------------------


def hidden_reissue(titles, _parent):
    titles.parents.clear()


def other_parents(titles, parent):
    for title in titles.parents:
        titles.parents[title] = (parent, Bytes32(digest("more").raw))


def without_acts(titles, parent):
    titles.events[parent] = []


def without_issue(titles, parent):
    titles.events[parent] = titles.events[parent][1:]


def without_transfer(titles, parent):
    titles.events[parent] = [act for act in titles.events[parent] if act.sequence != 2]


def without_end(titles, parent):
    titles.events[parent] = titles.events[parent][:-1]


def only_issue(titles, parent):
    titles.events[parent] = titles.events[parent][:1]


@pytest.mark.parametrize(
    "hide",
    [
        *(hidden_reissue, other_parents, without_acts, without_issue),
        *(without_transfer, without_end, only_issue),
    ],
)
def test_ancestry_that_is_not_told_completely_is_undecided(world, desk, stolen, hide):
    (_, ((package, _), _)) = stolen
    hide(desk.titles, desk.name())
    world.chain.mine()
    report = world.verify(package)
    expect(report, Verdict.UNDECIDED, "title-history-incomplete")
    assert report.title.holder.name == "Example Importer"


def test_hidden_reissue_of_a_parent_is_known_from_its_share(world, desk, stolen, importer):
    (_, ((_, first), _)) = stolen
    ((package, _), _) = desk.split(importer, (first,), ("C", "D"), (1, HALF - 1))
    expect(world.verify(package), Verdict.AUTHENTIC, "title-held")
    del desk.titles.parents[first]
    world.chain.mine()
    report = world.verify(package)
    expect(report, Verdict.UNDECIDED, "title-history-incomplete")
    assert str(first) in detail(report)


def test_ancestors_that_a_reader_leaves_out_are_missed(world, desk, stolen, monkeypatch):
    (_, ((package, _), _)) = stolen
    monkeypatch.setattr(type(desk.titles), "ancestors", lambda *_: set())
    expect(world.verify(package), Verdict.UNDECIDED, "title-history-incomplete")


def test_parents_of_a_title_without_origins_are_not_believed(world, desk, bill):
    desk.titles.parents[desk.name()] = (desk.name("X"),)
    world.chain.mine()
    expect(world.verify(bill), Verdict.UNDECIDED, "title-history-incomplete")


def test_ancestry_that_cannot_be_read_does_not_hide_a_delivery(world, desk, stolen, importer):
    (_, ((package, title), _)) = stolen
    desk.act(importer, A.SURRENDER_FOR_DELIVERY, title)
    desk.act(world.carrier, A.ACCEPT_SURRENDER, title)
    desk.titles.parents.clear()
    desk.titles.fault = "no logs today"
    world.chain.mine()
    expect(world.verify(package), Verdict.SURRENDERED, "title-delivered")


# --- contradictory ---------------------------------------------------------------------------


def swapped(acts):
    first, second, third, last = acts
    return [first, replace(third, place=second.place), replace(second, place=third.place), last]


def by_another(acts):
    *rest, last = acts
    return [*rest, replace(last, party=acts[1].party)]


def for_another_plan(acts):
    *rest, last = acts
    return [*rest, replace(last, wish=replace(last.wish, intent=digest("another plan")))]


def numbered_zero(acts):
    return [replace(acts[0], sequence=0, place=(1, 0, 0)), *acts]


def delivered(acts):
    """All numbers are there, and the last act is one that may be the last."""
    *rest, surrender, last = acts
    for_delivery = replace(surrender.wish, action=A.SURRENDER_FOR_DELIVERY, intent=None)
    closing = replace(last.wish, intent=None)
    return [*rest, replace(surrender, wish=for_delivery), replace(last, wish=closing)]


@pytest.mark.parametrize(
    "change", [swapped, by_another, for_another_plan, numbered_zero, delivered]
)
def test_acts_that_no_parent_can_have_had_are_undecided(world, desk, stolen, change):
    (_, ((package, _), _)) = stolen
    desk.alter(change)
    report = world.verify(package)
    expect(report, Verdict.UNDECIDED, "title-history-contradicts")


def test_parent_that_came_from_a_reissue_gave_nobody_a_right_to_reject(
    world, desk, stolen, importer
):
    """Its replay knows that it was opened by a reissue: there its holder had nothing to reject."""
    (_, ((_, first), _)) = stolen
    ((package, _), _) = desk.split(importer, (first,), ("C", "D"), (1, HALF - 1))

    def with_a_rejection(acts):
        issued, *rest = acts
        rejected = replace(
            rest[0],
            place=(issued.place[0], issued.place[1], 1),
            sequence=2,
            wish=replace(rest[0].wish, action=A.REJECT_BOTH, intent=None),
        )
        return [issued, rejected, *(replace(act, sequence=act.sequence + 1) for act in rest)]

    desk.alter(with_a_rejection, first)
    report = world.verify(package)
    expect(report, Verdict.UNDECIDED, "title-history-contradicts")
    assert "act 2" in detail(report)
