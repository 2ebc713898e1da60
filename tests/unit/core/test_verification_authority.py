# SPDX-License-Identifier: Apache-2.0
"""`anchor` and `issuer`: judged at the anchor, from the chain alone (docs/formats.md §7–12)."""

from dataclasses import replace

import pytest
from small_world import (
    BILL,
    FOREVER,
    MANAGE,
    REVOKED,
    START,
    SUSPENDED,
    Interval,
    Party,
    World,
    seal,
)

from ledger.errors import ChainUnavailableError
from ledger.log import TreeHead
from ledger.trust import RetiredLog
from ledger.verification import CheckName, State, Verdict


@pytest.fixture
def world():
    return World()


def codes(report, name):
    return {outcome.code for outcome in report.check(name).outcomes}


def expect(report, verdict, name, code):
    assert report.verdict is verdict, report.reasons()
    assert code in codes(report, name)
    report.json()


# --- anchor ----------------------------------------------------------------------------------


def test_entry_judged_by_a_later_head_is_not_anchored(world):
    """Whoever builds the receipt would choose the anchoring time, and with it who was entitled."""
    sealed = seal(world.document())
    statement, entry = world.ledger.state_and_log(world.carrier, [sealed.commitment])
    world.ledger.anchor()
    package = world.issue()
    late = world.ledger.receipt(
        sealed.commitment, [sealed.commitment], statement, entry, head=world.ledger.anchors[-1]
    )
    good = world.ledger.receipt(sealed.commitment, [sealed.commitment], statement, entry)
    package = replace(
        package, commitment=sealed.commitment, content=type(package).of(sealed, ()).content
    )
    assert world.verify(replace(package, receipts=(good,))).verdict is Verdict.AUTHENTIC
    report = world.verify(replace(package, receipts=(late,)))
    expect(report, Verdict.NOT_ANCHORED, CheckName.ANCHOR, "not-the-anchor")
    assert report.check(CheckName.ISSUER).state is State.UNKNOWN


def test_statement_logged_twice_verifies_by_either_entry(world):
    package = world.issue()
    entry = world.ledger.log(package.receipts[0].statement)
    world.ledger.anchor()
    again = world.ledger.receipt(
        package.commitment, [package.commitment], package.receipts[0].statement, entry
    )
    assert world.verify(replace(package, receipts=(again,))).verdict is Verdict.AUTHENTIC


def test_head_that_the_chain_does_not_have_is_not_anchored(world):
    package = world.issue()
    del world.ledger.state.heads[package.receipts[0].root]
    world.chain.mine()
    expect(world.verify(package), Verdict.NOT_ANCHORED, CheckName.ANCHOR, "head-not-found")


def test_head_of_another_size_is_not_anchored(world):
    package = world.issue()
    root = package.receipts[0].root
    world.ledger.state.heads[root] = replace(world.ledger.state.heads[root], size=2)
    world.chain.mine()
    expect(world.verify(package), Verdict.NOT_ANCHORED, CheckName.ANCHOR, "size-differs")


def test_anchor_that_is_not_final_is_undecided(world):
    package = world.issue()
    world.chain.lag = 2
    expect(world.verify(package), Verdict.UNDECIDED, CheckName.ANCHOR, "not-final-yet")
    world.chain.lag = 1
    assert world.verify(package).verdict is Verdict.AUTHENTIC


def test_final_block_below_the_receipts_says_no_only_later(world):
    package = world.issue()
    receipt = package.receipts[0]
    hint = replace(receipt.anchor, block_number=world.chain.next_block + 1)
    package = replace(package, receipts=(replace(receipt, anchor=hint),))
    world.ledger.state.heads.clear()
    world.chain.mine()
    world.chain.mine()
    world.chain.lag = 1
    expect(world.verify(package), Verdict.UNDECIDED, CheckName.ANCHOR, "not-final-yet")
    world.chain.lag = 0
    expect(world.verify(package), Verdict.NOT_ANCHORED, CheckName.ANCHOR, "head-not-found")


def test_negative_answer_from_an_old_head_is_undecided_but_a_positive_one_never_ages(world):
    package = world.issue()
    late = world.chain.time + 3601
    report = world.verify(package, now=late)
    assert report.check(CheckName.ANCHOR).state is State.PASSED
    expect(report, Verdict.UNDECIDED, CheckName.STATUS, "head-too-old")
    assert world.verify(package, now=late - 1).verdict is Verdict.AUTHENTIC
    world.ledger.state.heads.clear()
    block = world.chain.mine()
    report = world.verify(package, now=block.time + 3601)
    expect(report, Verdict.UNDECIDED, CheckName.ANCHOR, "head-too-old")


def test_ledger_or_chain_that_nobody_trusts_is_undecided(world):
    package = world.issue()
    stranger = World().add_ledger("two").trusted
    world.trust = replace(world.trust, ledgers=(stranger,))
    expect(world.verify(package), Verdict.UNDECIDED, CheckName.ANCHOR, "ledger-not-trusted")
    world.trust = replace(world.trust, ledgers=(world.ledger.trusted,), chain_id=5)
    expect(world.verify(package), Verdict.UNDECIDED, CheckName.ANCHOR, "ledger-not-trusted")


def test_chain_that_cannot_be_asked_is_undecided_not_false(world):
    package = world.issue()
    world.chain.down = ChainUnavailableError("no answer in time")
    report = world.verify(package)
    expect(report, Verdict.UNDECIDED, CheckName.ANCHOR, "chain-unavailable")
    assert report.check(CheckName.CONTENT).state is State.PASSED
    assert {report.check(name).state for name in (CheckName.STATUS, CheckName.ISSUER)} == {
        State.UNKNOWN
    }


def test_retired_ledger_keeps_its_documents_and_takes_no_more(world):
    package = world.issue()
    record = world.ledger.anchors[-1][0]
    head = TreeHead(record.size, package.receipts[0].root)
    retired = replace(world.ledger.trusted, retired=RetiredLog(head, record.block))
    later = world.issue()
    world.trust = replace(world.trust, ledgers=(retired,))
    assert world.verify(package).verdict is Verdict.AUTHENTIC
    expect(world.verify(later), Verdict.NOT_ANCHORED, CheckName.ANCHOR, "after-retirement")


# --- issuer ----------------------------------------------------------------------------------


def change(world, **members):
    keys = world.ledger.state.keys
    keys[world.carrier.address] = replace(keys[world.carrier.address], **members)


CASES = {
    "other-party": (lambda w, _: change(w, party=Party("Example Thief").id), "key-not-the-partys"),
    "no-key": (lambda w, _: w.ledger.state.keys.clear(), "key-not-the-partys"),
    "manage-key": (lambda w, _: change(w, role=MANAGE), "key-may-not-sign"),
    "no-role": (lambda w, _: change(w, role=0), "key-may-not-sign"),
    "key-later": (lambda w, t: change(w, interval=Interval(t + 1, FOREVER)), "key-not-in-force"),
    "key-ended": (lambda w, t: change(w, interval=Interval(START, t)), "key-not-in-force"),
    "not-accredited": (lambda w, _: w.ledger.accredit(w.carrier, BILL), "not-accredited"),
    "ended": (
        lambda w, t: w.ledger.accredit(w.carrier, BILL, Interval(START, t)),
        "not-accredited",
    ),
    "later": (
        lambda w, t: w.ledger.accredit(w.carrier, BILL, Interval(t + 1, FOREVER)),
        "not-accredited",
    ),
    "other-type": (
        lambda w, _: (
            w.ledger.accredit(w.carrier, BILL),
            w.ledger.accredit(w.carrier, "certificate-of-origin", Interval(START, FOREVER)),
        ),
        "not-accredited",
    ),
}


@pytest.mark.parametrize(("act", "code"), CASES.values(), ids=CASES)
def test_issuer_without_the_right_at_the_anchor_is_not_authorised(world, act, code):
    package = world.issue()
    act(world, world.ledger.anchors[-1][0].time)
    world.chain.mine()
    expect(world.verify(package), Verdict.ISSUER_NOT_AUTHORISED, CheckName.ISSUER, code)


def test_right_that_ended_after_the_anchor_still_counts(world):
    package = world.issue()
    time = world.ledger.anchors[-1][0].time
    change(world, interval=Interval(START, time + 1))
    world.ledger.accredit(world.carrier, BILL, Interval(START, START + 1), Interval(time, time + 1))
    world.chain.mine()
    assert world.verify(package).verdict is Verdict.AUTHENTIC


def test_issuer_that_a_newer_block_contradicts_is_undecided(world):
    package = world.issue()
    change(world, interval=Interval(START, world.ledger.anchors[-1][0].time))
    world.chain.mine()
    world.chain.lag = 1
    expect(world.verify(package), Verdict.UNDECIDED, CheckName.ISSUER, "issuer-in-doubt")


@pytest.mark.parametrize("what", ["key", "accreditation"])
@pytest.mark.parametrize("accepted", [-1, 0])
def test_right_that_ended_between_acceptance_and_anchor_is_anchored_late(world, what, accepted):
    package = world.issue()
    end = world.ledger.anchors[-1][0].time
    if what == "key":
        change(world, interval=Interval(START, end))
    else:
        world.ledger.accredit(world.carrier, BILL, Interval(START, end))
    world.chain.mine()
    assert world.verify(package).verdict is Verdict.ISSUER_NOT_AUTHORISED
    report = world.verify(world.promise(package, accepted_at=end + accepted))
    if accepted:
        expect(report, Verdict.UNDECIDED, CheckName.ISSUER, "anchored-late")
    else:
        assert report.verdict is Verdict.ISSUER_NOT_AUTHORISED


def test_acceptance_dated_after_the_anchor_does_not_help(world):
    """ "Authorised at a signed acceptedAt but no longer at the anchor": a right yet to come."""
    package = world.issue()
    anchored = world.ledger.anchors[-1][0].time
    world.ledger.accredit(world.carrier, BILL, Interval(anchored + 100, FOREVER))
    world.chain.mine(anchored + 200)
    promised = world.promise(package, accepted_at=anchored + 150)
    report = world.verify(promised)
    expect(report, Verdict.ISSUER_NOT_AUTHORISED, CheckName.ISSUER, "not-accredited")


# --- compromise ------------------------------------------------------------------------------


@pytest.mark.parametrize(("offset", "verdict"), [(1, "AUTHENTIC"), (0, "UNDECIDED")])
def test_anchor_before_the_compromise_is_unaffected_and_in_it_undecided(world, offset, verdict):
    package = world.issue()
    anchored = world.ledger.anchors[-1][0].time
    world.ledger.declare_compromise(world.carrier, anchored + offset)
    report = world.verify(package)
    assert report.verdict.value == verdict
    if not offset:
        assert codes(report, CheckName.ISSUER) == {"key-in-doubt"}


def test_anchor_in_the_declaring_block_is_undecided_and_after_it_not_authorised(world):
    since = world.chain.time + 1
    change(world, compromised_since=since, declared_block=world.chain.next_block)
    same_block = world.issue()
    expect(world.verify(same_block), Verdict.UNDECIDED, CheckName.ISSUER, "key-in-doubt")
    later = world.issue()
    expect(world.verify(later), Verdict.ISSUER_NOT_AUTHORISED, CheckName.ISSUER, "key-compromised")


def test_key_in_doubt_does_not_excuse_a_missing_accreditation(world):
    """FAILED > UNKNOWN: who was never accredited must not gain from reporting a key stolen."""
    package = world.issue()
    world.ledger.accredit(world.carrier, BILL)
    world.ledger.declare_compromise(world.carrier, START + 1)
    expect(world.verify(package), Verdict.ISSUER_NOT_AUTHORISED, CheckName.ISSUER, "not-accredited")


@pytest.mark.parametrize("status", [REVOKED, SUSPENDED, 0])
def test_status_by_a_key_in_its_window_of_doubt_is_unknown(world, status):
    package = world.issue()
    since = world.chain.time + 1
    world.ledger.write_status(world.carrier, package.commitment, status)
    world.ledger.declare_compromise(world.carrier, since)
    report = world.verify(package)
    expect(report, Verdict.UNDECIDED, CheckName.STATUS, "status-in-doubt")
    assert report.check(CheckName.ISSUER).state is State.PASSED


def test_status_before_the_compromise_counts(world):
    package = world.issue()
    world.ledger.write_status(world.carrier, package.commitment, REVOKED)
    world.ledger.declare_compromise(world.carrier, world.chain.time + 1)
    expect(world.verify(package), Verdict.REVOKED, CheckName.STATUS, "revoked")
