# SPDX-License-Identifier: Apache-2.0
"""`title`: who controls the goods, in every way it can end (docs/formats.md §10.9)."""

from dataclasses import replace

import pytest
from small_titles import expect, told
from small_world import Party, contract, digest

from ledger.primitives import MAX_TIME, format_time
from ledger.titles import Issue, Part, TitleAction, TitleState, title_tag
from ledger.verification import CheckName, State, Verdict

A = TitleAction


# --- in force --------------------------------------------------------------------------------


def test_title_in_force_passes_and_its_facts_name_everybody(world, desk, bill, bank, importer):
    desk.pass_on(bank, importer)
    report = world.verify(bill)
    expect(report, Verdict.AUTHENTIC, "title-held")
    facts = report.title
    assert (facts.state, facts.paused, facts.sequence) == (TitleState.HELD, False, 2)
    assert facts.carrier.name == "Example Carrier"
    assert facts.holder.name == facts.beneficiary.name == "Example Importer"
    assert facts.nominee is None
    assert facts.held_since == facts.changed_at == world.chain.time
    assert [step.sentence for step in facts.history] == [
        "Example Carrier issued it to Example Bank.",
        "Example Bank passed it on to Example Importer.",
    ]


def test_title_that_holder_and_beneficiary_share_names_both(world, desk, bank, importer):
    package = desk.bill()
    desk.issue(package, bank, importer)
    desk.act(importer, A.NOMINATE, beneficiary=bank.id)
    facts = world.verify(package).title
    assert (facts.holder.name, facts.beneficiary.name) == ("Example Bank", "Example Importer")
    assert facts.nominee.name == "Example Bank"
    assert [step.sentence for step in facts.history] == [
        "Example Carrier issued it to Example Bank, for Example Importer.",
        "Example Importer wants Example Bank as the next beneficiary.",
    ]
    desk.act(importer, A.NOMINATE, beneficiary=None)
    assert world.verify(package).title.history[-1].sentence == (
        "Example Importer wants nobody as the next beneficiary."
    )


def test_holder_is_the_holder_since_it_got_the_title_not_since_its_latest_act(
    world, desk, bill, bank
):
    since = world.chain.time
    desk.act(bank, A.NOMINATE, beneficiary=world.carrier.id)
    facts = world.verify(bill).title
    assert (facts.held_since, facts.changed_at) == (since, since + 12)


def test_two_transfers_in_one_block_come_out_in_their_order(world, desk, bill, bank, importer):
    third = Party("Example Forwarder")
    desk.admit(third)
    desk.pass_on(bank, third, mine=False)
    desk.pass_on(third, importer)
    report = world.verify(bill)
    expect(report, Verdict.AUTHENTIC, "title-held")
    assert report.title.holder.name == "Example Importer"
    assert [step.sequence for step in report.title.history] == [1, 2, 3]


@pytest.mark.parametrize(
    ("action", "state", "members"),
    [
        (A.SURRENDER_FOR_DELIVERY, "ForDelivery", {}),
        (A.SURRENDER_FOR_AMENDMENT, "ForAmendment", {"intent": digest("new")}),
        (A.SURRENDER_FOR_PAPER, "ForPaper", {}),
        (A.SURRENDER_FOR_REISSUE, "ForReissue", {"intent": digest("plan")}),
    ],
)
def test_pending_surrender_is_a_note(world, desk, bill, bank, action, state, members):
    desk.act(bank, action, **members)
    report = world.verify(bill)
    expect(report, Verdict.AUTHENTIC, "title-held")
    assert report.title.state.label == state
    assert report.notes == (f"its title: {report.title.sentence}",)
    assert "the carrier has to answer" in report.notes[0]


def test_offer_is_a_note_with_its_deadline(world, desk, bill, bank, importer):
    deadline = world.chain.time + 600
    desk.pass_on(bank, importer, accept_by=deadline)
    report = world.verify(bill)
    expect(report, Verdict.AUTHENTIC, "title-held")
    assert report.title.state is TitleState.OFFERED_BOTH
    assert report.notes[0].startswith(f"its title, until {format_time(deadline)}: It was offered")
    assert f"to be accepted by {format_time(deadline)}." in report.title.history[-1].sentence


def test_deadline_that_no_calendar_has_is_shown_as_its_last_second(world, desk, bill):
    """No contract gives one; whoever tells of it is not believed, but the report is written."""
    desk.alter_record(state=TitleState.OFFERED_HOLDER, accept_by=2**64 - 1)
    report = world.verify(bill)
    expect(report, Verdict.UNDECIDED, "title-history-contradicts")
    assert report.json()["title"]["acceptBy"] == format_time(MAX_TIME)


def test_pause_is_a_note(world, desk, bill):
    desk.act(world.carrier, A.PAUSE)
    report = world.verify(bill)
    expect(report, Verdict.AUTHENTIC, "title-held")
    assert report.title.paused
    assert report.notes == ("its title: The carrier has put it on hold.",)


def test_long_past_is_shown_from_its_end_and_the_rest_is_counted(world, desk, bill):
    for _ in range(130):
        desk.act(world.carrier, A.PAUSE, mine=False)
        desk.act(world.carrier, A.UNPAUSE, mine=False)
    world.chain.mine()
    facts = world.verify(bill).title
    assert facts.earlier_acts == 61
    assert [step.sequence for step in facts.history] == [*range(62, 262)]


# --- not in force ----------------------------------------------------------------------------


def test_title_that_was_never_issued_gives_no_control(world, desk):
    package = desk.bill()
    report = world.verify(package)
    expect(report, Verdict.NOT_CONTROLLED, "title-not-found")
    assert report.title is None


def test_title_of_another_carrier_gives_no_control(world, desk, bank):
    rival = Party("Example Rival Carrier")
    desk.admit(rival)
    foreign = desk.name(carrier=rival)
    package = desk.bill(title=desk.text(foreign))
    desk.issue(package, bank, carrier=rival)
    report = world.verify(package)
    expect(report, Verdict.NOT_CONTROLLED, "title-of-another")
    assert report.title.carrier.name == "Example Rival Carrier"


def test_title_of_another_document_of_the_carrier_gives_no_control(world, desk, bank):
    package = desk.bill()
    desk.issue(digest("another bill"), bank)
    report = world.verify(package)
    expect(report, Verdict.NOT_CONTROLLED, "title-not-this")
    (outcome,) = report.check(CheckName.TITLE).outcomes
    assert outcome.detail == f"it is of {digest('another bill')}"


def test_document_of_another_title_of_the_carrier_gives_no_control(world, desk, bank):
    """The commitment has a title, but not the one that the document names."""
    package = desk.bill(title=desk.text(desk.name("OTHER")))
    desk.issue(digest("another bill"), bank, reference="OTHER")
    desk.issue(package, bank)
    expect(world.verify(package), Verdict.NOT_CONTROLLED, "title-not-this")


def test_amended_title_supersedes_the_old_document_and_is_the_new_ones(world, desk, bill, bank):
    new = desk.bill(data={"transportDocumentReference": "XMPL260200001", "amended": True})
    desk.act(bank, A.SURRENDER_FOR_AMENDMENT, intent=new.commitment)
    expect(world.verify(new), Verdict.NOT_CONTROLLED, "title-not-this")
    desk.act(world.carrier, A.ACCEPT_SURRENDER, intent=new.commitment)
    expect(world.verify(bill), Verdict.SUPERSEDED, "title-amended")
    expect(world.verify(new), Verdict.AUTHENTIC, "title-held")


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (A.SURRENDER_FOR_DELIVERY, "title-delivered"),
        (A.SURRENDER_FOR_PAPER, "title-on-paper"),
    ],
)
def test_accepted_surrender_ends_the_title(world, desk, bill, bank, action, code):
    desk.act(bank, action)
    desk.act(world.carrier, A.ACCEPT_SURRENDER)
    report = world.verify(bill)
    expect(report, Verdict.SURRENDERED, code)
    assert report.title.holder is None
    assert report.title.held_since is None
    assert report.notes == ()


def test_amended_and_delivered_title_tells_both_and_is_surrendered(world, desk, bill, bank):
    desk.act(bank, A.SURRENDER_FOR_AMENDMENT, intent=digest("new"))
    desk.act(world.carrier, A.ACCEPT_SURRENDER, intent=digest("new"))
    desk.act(bank, A.SURRENDER_FOR_DELIVERY)
    desk.act(world.carrier, A.ACCEPT_SURRENDER)
    expect(world.verify(bill), Verdict.SURRENDERED, "title-amended", "title-delivered")


def test_refused_surrender_leaves_the_title_in_force(world, desk, bill, bank):
    desk.act(bank, A.SURRENDER_FOR_DELIVERY)
    desk.act(world.carrier, A.REFUSE_SURRENDER)
    report = world.verify(bill)
    expect(report, Verdict.AUTHENTIC, "title-held")
    assert report.title.holder.name == "Example Bank"


def test_split_title_supersedes_and_its_parts_are_in_force(world, desk, bill, bank, importer):
    parts = []
    packages = []
    for number in ("A", "B"):
        package = desk.bill(title=desk.text(desk.name(number)), reference=number)
        packages.append(package)
        parts.append(Part(title_tag(bytes(range(32)), number), package.commitment, 5 * 10**8))
    opened = desk.reissue(bank, (desk.name(),), tuple(parts))
    expect(world.verify(bill), Verdict.SUPERSEDED, "title-reissued")
    report = world.verify(packages[0])
    expect(report, Verdict.AUTHENTIC, "title-held")
    assert report.title.origins == (desk.name(),)
    assert report.title.share == 5 * 10**8
    desk.pass_on(bank, importer, title=opened[1])
    expect(world.verify(packages[1]), Verdict.AUTHENTIC, "title-held")


# --- not known -------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["other register", "other chain"])
def test_register_that_the_trust_file_does_not_name_is_undecided(world, desk, text):
    title = desk.text()
    if text == "other chain":
        title = desk.text(chain_id=1)
    else:
        known, unknown = desk.ledger.trusted.titles[0].address, contract("x").address
        title = title.replace(str(known), str(unknown))
    expect(world.verify(desk.bill(title=title)), Verdict.UNDECIDED, "title-not-trusted")


def test_title_that_is_only_in_the_latest_block_is_not_final_yet(world, desk, bank):
    package = desk.bill()
    desk.issue(package, bank)
    world.chain.lag = 1
    expect(world.verify(package), Verdict.UNDECIDED, "title-not-final-yet")
    world.chain.lag = 0
    expect(world.verify(package), Verdict.AUTHENTIC, "title-held")


def test_amendment_that_is_only_in_the_latest_block_already_supersedes(world, desk, bill, bank):
    new = desk.bill(data={"amended": True})
    desk.act(bank, A.SURRENDER_FOR_AMENDMENT, intent=new.commitment)
    desk.act(world.carrier, A.ACCEPT_SURRENDER, intent=new.commitment)
    world.chain.lag = 1
    expect(world.verify(bill), Verdict.SUPERSEDED, "title-amended")
    expect(world.verify(new), Verdict.UNDECIDED, "title-not-final-yet")


def test_delivery_in_the_latest_block_wins_over_the_final_one(world, desk, bill, bank):
    desk.act(bank, A.SURRENDER_FOR_DELIVERY)
    desk.act(world.carrier, A.ACCEPT_SURRENDER)
    world.chain.lag = 1
    expect(world.verify(bill), Verdict.SURRENDERED, "title-delivered")


def test_delivery_in_the_final_block_wins_over_the_latest(world, desk, bill, bank):
    """A chain that takes it back is no chain; its "not current" is believed."""
    desk.act(bank, A.SURRENDER_FOR_DELIVERY)
    desk.act(world.carrier, A.ACCEPT_SURRENDER)
    desk.alter_record(state=TitleState.HELD, holder=bank.id)
    world.chain.lag = 1
    expect(world.verify(bill), Verdict.SURRENDERED, "title-delivered")


def test_title_needs_a_young_block(world, bill):
    late = world.chain.time + 3601
    report = world.verify(bill, now=late)
    assert told(report) == ["head-too-old"]
    assert report.verdict is Verdict.UNDECIDED
    assert world.verify(bill, now=late - 1).verdict is Verdict.AUTHENTIC


def test_receipt_that_names_a_later_block_leaves_the_title_open(world, bill):
    (receipt,) = bill.receipts
    later = replace(receipt, anchor=replace(receipt.anchor, block_number=10**6))
    assert told(world.verify(replace(bill, receipts=(later,)))) == ["head-too-old"]


def test_one_receipt_of_two_that_names_a_later_block_hides_no_delivery(world, desk, bank):
    second = Party("Example Exporter")
    desk.admit(second)
    document = world.document(world.carrier, second, title=desk.text())
    package = world.issue(document, parties=(world.carrier, second))
    desk.issue(package, bank)
    desk.act(bank, A.SURRENDER_FOR_DELIVERY)
    desk.act(world.carrier, A.ACCEPT_SURRENDER)
    first, other = package.receipts
    later = replace(other, anchor=replace(other.anchor, block_number=10**6))
    report = world.verify(replace(package, receipts=(first, later)))
    assert told(report) == ["title-delivered", "head-too-old"]
    assert report.check(CheckName.TITLE).state is State.FAILED


def test_title_kept_by_a_ledger_without_receipts_is_asked_there(world, desk, bank):
    """A carrier's log was succeeded by another one; the register stayed with the first."""
    other = world.add_ledger("two")
    other.trusted = replace(other.trusted, titles=())
    world.trust = replace(world.trust, ledgers=(world.ledger.trusted, other.trusted))
    other.admit(world.carrier)
    package = world.issue(world.document(title=desk.text()), ledgers={"Example Carrier": other})
    desk.issue(package, bank)
    report = world.verify(package)
    expect(report, Verdict.AUTHENTIC, "title-held")
    assert len(report.evidence) == 2
    late = world.verify(package, now=world.chain.time + 3601)
    assert told(late) == ["head-too-old"]


# --- reports ---------------------------------------------------------------------------------


def test_whoever_has_only_a_file_does_not_learn_who_controls_the_goods(world, bill):
    report = world.verify(bill).without_fields()
    assert report.json()["title"] is None


def test_unknown_party_is_shown_by_its_id(world, desk, bill, bank):
    world.ledger.state.names.clear()
    world.chain.mine()
    facts = world.verify(bill).title
    assert facts.holder.name is None
    assert str(bank.id) in facts.history[0].sentence
    assert isinstance(desk.titles.events[desk.name()][0].wish, Issue)
