# SPDX-License-Identifier: Apache-2.0
"""The whole road on a real chain, and the attacks that shaped the formats."""

import dataclasses
import json
import secrets
import time

import pytest

from ledger import journey
from ledger.chain.writing import (
    FOREVER,
    KeyGrant,
    LogAnchorSender,
    Role,
    StatusWriter,
    Subject,
)
from ledger.journey import Place
from ledger.keys.held_key import HeldKey
from ledger.primitives import Digest
from ledger.receipts import Package, parse_package
from ledger.verification import CheckName, State, Verdict
from ledger.wiring_verifier import SystemClock

pytestmark = pytest.mark.node


def bill(number: str, **extra) -> bytes:
    body = {"documentType": "bill-of-lading", "data": {"transportDocumentReference": number}}
    return json.dumps(body | extra).encode()


@pytest.fixture(scope="module")
def world(road):
    return road()


def codes(report, name):
    return [outcome.code for outcome in report.check(name).outcomes]


def test_verify_stays_authentic_after_anchors_that_cross_powers_of_two(world):
    package = world.notarise(bill("CROSS-1"))
    world.settle()
    assert world.verify(package).verdict is Verdict.AUTHENTIC
    for batch in (1, 2, 3, 5, 9):
        world.anchor(*(world.state([Digest(secrets.token_bytes(32))]) for _ in range(batch)))
    world.settle()
    report = world.verify(parse_package(package.file_bytes()))
    assert report.verdict is Verdict.AUTHENTIC
    assert report.complete


def test_receipt_against_a_later_head_is_not_the_anchor(world):
    """Whoever builds the receipt must not choose the anchoring time."""
    package = world.notarise(bill("LATER-1"))
    statement = package.receipts[0].statement
    ((_, entries, found),) = world.anchor(world.state([Digest(secrets.token_bytes(32))]))
    index = package.receipts[0].entry_index
    place = Place([package.commitment], index, entries, found.record, found.hint)
    forged = journey.issue_receipt(package.commitment, statement, place)
    world.settle()
    report = world.verify(dataclasses.replace(package, receipts=(forged,)))
    assert report.check(CheckName.LOG).state is State.PASSED
    assert codes(report, CheckName.ANCHOR) == ["not-the-anchor"]
    assert report.verdict is Verdict.NOT_ANCHORED


def test_commitment_claimed_by_a_second_accredited_party_is_not_authorised(world):
    other = HeldKey(secrets.token_bytes(32))
    manager = HeldKey(secrets.token_bytes(32))
    party = world.registrar().register_party(
        "Example Rival Line",
        "TR",
        "carrier",
        (KeyGrant(manager, Role.MANAGE), KeyGrant(other, Role.SIGN)),
    )
    world.registrar("accreditor").accredit(party, "bill-of-lading", 0, FOREVER)
    world.settle()
    package = world.notarise(bill("CLAIM-1"))
    world.keys["rival"] = other
    statement = world.state([package.commitment], party, "rival")
    ((index, entries, found),) = world.anchor(statement)
    place = Place([package.commitment], index, entries, found.record, found.hint)
    receipt = journey.issue_receipt(package.commitment, statement, place)
    world.settle()
    claimed = dataclasses.replace(package, receipts=(receipt,), acceptances=())
    report = world.verify(claimed)
    assert report.verdict is Verdict.ISSUER_NOT_AUTHORISED
    assert "party-not-issuer" in codes(report, CheckName.STATEMENT)
    both = sorted((*package.receipts, receipt), key=lambda held: held.statement.body.party.raw)
    report = world.verify(dataclasses.replace(package, receipts=tuple(both), acceptances=()))
    assert report.verdict is Verdict.ISSUER_NOT_AUTHORISED


def test_statement_for_another_ledger_is_undecided_and_never_authentic(world):
    package = world.notarise(bill("LEDGER-1"))
    world.settle()
    trust = dataclasses.replace(world.trust, ledgers=())
    with world.verifier() as verifier:
        verifier.trust = trust
        report = verifier.verify(dataclasses.replace(package, acceptances=()))
    assert report.verdict is Verdict.UNDECIDED
    assert codes(report, CheckName.ANCHOR) == ["ledger-not-trusted"]


def test_hint_that_names_another_block_changes_nothing_in_the_verdict(world):
    package = world.notarise(bill("HINT-1"))
    world.settle()
    receipt = package.receipts[0]
    hint = dataclasses.replace(receipt.anchor, block_number=0)
    hinted = dataclasses.replace(
        package, receipts=(dataclasses.replace(receipt, anchor=hint),), acceptances=()
    )
    assert world.verify(hinted).verdict is Verdict.AUTHENTIC


def test_anchor_that_is_mined_but_not_final_is_undecided(world):
    package = world.notarise(bill("MINED-1"))
    report = world.verify(package)
    assert report.verdict is Verdict.UNDECIDED
    assert codes(report, CheckName.ANCHOR) == ["not-final-yet"]
    world.settle()
    assert world.verify(package).verdict is Verdict.AUTHENTIC


def test_head_that_was_never_anchored_is_not_anchored(world):
    package = world.notarise(bill("NEVER-1"))
    world.settle()
    forged = _repackaged(world, package, extra=world.state([Digest(secrets.token_bytes(32))]))
    report = world.verify(forged)
    assert report.verdict is Verdict.NOT_ANCHORED
    assert codes(report, CheckName.ANCHOR) == ["head-not-found"]


def _repackaged(world, package: Package, extra) -> Package:
    """A receipt that leads to a head of the forger's own making."""
    receipt = package.receipts[0]
    entries, head = journey.log_statements([*world.statements, extra.digest()])
    record = dataclasses.replace(
        world_record(world, receipt), size=head.size, previous_size=head.size - 1
    )
    place = Place([package.commitment], receipt.entry_index, entries, record, receipt.anchor)
    forged = journey.issue_receipt(package.commitment, receipt.statement, place)
    return dataclasses.replace(package, receipts=(forged,))


def world_record(world, receipt):
    sender = LogAnchorSender.at(
        world.node,
        world.ledger.log,
        world.keys["sequencer"],
        world.trust.finality,
        SystemClock(),
    )
    return sender.record(receipt.root)


@pytest.mark.parametrize(
    ("act", "verdict"),
    [
        ("revoke", Verdict.REVOKED),
        ("suspend", Verdict.SUSPENDED),
        ("supersede", Verdict.SUPERSEDED),
    ],
)
@pytest.mark.parametrize("subject", ["commitment", "statement"])
def test_status_by_the_issuer_is_seen_at_the_latest_block(world, act, verdict, subject):
    package = world.notarise(bill(f"{act}-{subject}"))
    world.settle()
    digest = package.commitment
    if subject == "statement":
        digest = package.receipts[0].statement.body.root
    writer = StatusWriter(world.node, world.trust.ledgers[0].statuses[0].address)
    about = Subject(world.carrier, digest)
    if act == "supersede":
        writer.supersede(about, 3, Digest(secrets.token_bytes(32)), world.keys["carrier"])
    else:
        getattr(writer, act)(about, 3, world.keys["carrier"])
    report = world.verify(package)
    assert report.verdict is verdict


def test_status_by_another_party_changes_nothing(world):
    package = world.notarise(bill("FOREIGN-1"))
    world.settle()
    key, manager = HeldKey(secrets.token_bytes(32)), HeldKey(secrets.token_bytes(32))
    world.anvil.fund(key.address)
    party = world.registrar().register_party(
        "Example Meddler",
        "TR",
        "exporter",
        (KeyGrant(manager, Role.MANAGE), KeyGrant(key, Role.SIGN)),
    )
    world.anvil.call("evm_increaseTime", 2)
    world.settle()
    writer = StatusWriter(world.node, world.trust.ledgers[0].statuses[0].address)
    writer.revoke(Subject(party, package.commitment), 1, key)
    assert world.verify(package).verdict is Verdict.AUTHENTIC


def test_stated_long_before_the_anchor_is_a_note_and_nothing_else(world):
    document, _ = journey.read_document(bill("NOTE-1"), world.carrier)
    sealed = journey.seal_document(document)
    key = world.keys["carrier"]
    statement = journey.state_documents(
        world.ledger,
        world.carrier,
        [sealed.commitment],
        int(time.time()) - 8 * 86_400,
        (key.address, key.sign),
    )
    ((index, entries, found),) = world.anchor(statement)
    place = Place([sealed.commitment], index, entries, found.record, found.hint)
    receipt = journey.issue_receipt(sealed.commitment, statement, place)
    world.settle()
    report = world.verify(Package.of(sealed, (receipt,)))
    assert report.verdict is Verdict.AUTHENTIC
    assert any("7 days" in note for note in report.notes)
