# SPDX-License-Identifier: Apache-2.0
"""Keys and accreditations, judged at the anchor on a real chain."""

import json
import secrets
from dataclasses import replace

import pytest

from ledger import journey
from ledger.chain.writing import FOREVER, KeyGrant, Role, StatusWriter, Subject
from ledger.journey import Place
from ledger.keys.held_key import HeldKey
from ledger.primitives import Digest
from ledger.receipts import Package
from ledger.verification import CheckName, Verdict

pytestmark = pytest.mark.node


def bill(number: str) -> bytes:
    body = {"documentType": "bill-of-lading", "data": {"transportDocumentReference": number}}
    return json.dumps(body).encode()


@pytest.fixture
def world(road):
    """A world of its own: chain time is moved here."""
    return road()


def now(world) -> int:
    return int(world.anvil.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)  # noqa: FBT003 — JSON-RPC


def later(world, seconds: int) -> None:
    world.anvil.call("evm_increaseTime", seconds)
    world.settle()


def code_of(report) -> list[str]:
    return [outcome.code for outcome in report.check(CheckName.ISSUER).outcomes]


def newcomer(world, name: str, *, accredited: bool = True):
    manager, key = HeldKey(secrets.token_bytes(32)), HeldKey(secrets.token_bytes(32))
    world.anvil.fund(manager.address, key.address)
    party = world.registrar().register_party(
        name, "GE", "carrier", (KeyGrant(manager, Role.MANAGE), KeyGrant(key, Role.SIGN))
    )
    if accredited:
        world.registrar("accreditor").accredit(party, "bill-of-lading", 0, FOREVER)
    later(world, 2)
    world.keys |= {"new": key, "new-manager": manager}
    return party


def test_issuer_without_accreditation_is_not_authorised(world):
    party = newcomer(world, "Example Unaccredited Line", accredited=False)
    package = world.notarise(bill("N-1"), key="new", party=party)
    world.settle()
    report = world.verify(package)
    assert report.verdict is Verdict.ISSUER_NOT_AUTHORISED
    assert code_of(report) == ["not-accredited"]


def test_accreditation_that_begins_after_the_anchor_does_not_help(world):
    party = newcomer(world, "Example Early Line", accredited=False)
    package = world.notarise(bill("E-1"), key="new", party=party)
    world.registrar("accreditor").accredit(party, "bill-of-lading", 0, FOREVER)
    later(world, 5)
    report = world.verify(package)
    assert report.verdict is Verdict.ISSUER_NOT_AUTHORISED


def test_accreditation_that_ends_later_leaves_what_was_anchored(world):
    package = world.notarise(bill("A-1"))
    world.registrar("accreditor").set_accreditation_end(
        world.carrier, "bill-of-lading", now(world) + 5
    )
    later(world, 60)
    assert world.verify(package).verdict is Verdict.AUTHENTIC
    late = world.notarise(bill("A-2"))
    world.settle()
    report = world.verify(late)
    assert report.verdict is Verdict.ISSUER_NOT_AUTHORISED
    world.registrar("accreditor").accredit(world.carrier, "bill-of-lading", 0, FOREVER)
    later(world, 5)
    assert world.verify(late).verdict is Verdict.ISSUER_NOT_AUTHORISED


def test_document_accepted_in_time_but_anchored_late_is_undecided(world):
    accepted_at = now(world)
    world.registrar("accreditor").set_accreditation_end(
        world.carrier, "bill-of-lading", accepted_at + 30
    )
    later(world, 60)
    package = world.notarise(bill("L-1"))
    note = world.accept(package.receipts[0].statement, accepted_at)
    world.settle()
    report = world.verify(replace(package, acceptances=(note,)))
    assert report.verdict is Verdict.UNDECIDED
    assert code_of(report) == ["anchored-late"]


def test_compromise_splits_time_into_before_in_doubt_and_after(world):
    party = newcomer(world, "Example Robbed Line")
    before = world.notarise(bill("C-1"), key="new", party=party)
    later(world, 100)
    since = now(world)
    later(world, 100)
    within = world.notarise(bill("C-2"), key="new", party=party)
    later(world, 10)
    world.registrar("new-manager").declare_compromise(world.keys["new"].address, since)
    later(world, 10)
    after = world.notarise(bill("C-3"), key="new", party=party)
    world.settle()
    verify = world.verify
    assert verify(before).verdict is Verdict.AUTHENTIC
    assert (verify(within).verdict, code_of(verify(within))) == (
        Verdict.UNDECIDED,
        ["key-in-doubt"],
    )
    assert (verify(after).verdict, code_of(verify(after))) == (
        Verdict.ISSUER_NOT_AUTHORISED,
        ["key-compromised"],
    )


def test_compromise_seen_only_at_the_latest_block_is_in_doubt(world):
    party = newcomer(world, "Example Just Robbed Line")
    package = world.notarise(bill("J-1"), key="new", party=party)
    later(world, 10)
    world.registrar("new-manager").declare_compromise(world.keys["new"].address, now(world) - 60)
    report = world.verify(package)
    assert report.verdict is Verdict.UNDECIDED
    assert code_of(report) == ["issuer-in-doubt"]


def test_revocation_by_a_stolen_key_is_in_doubt_until_the_party_overwrites_it(world):
    party = newcomer(world, "Example Victim Line")
    package = world.notarise(bill("V-1"), key="new", party=party)
    later(world, 100)
    since = now(world)
    later(world, 10)
    writer = StatusWriter(world.node, world.trust.ledgers[0].statuses[0].address)
    about = Subject(party, package.commitment)
    writer.revoke(about, 1, world.keys["new"])
    later(world, 1)
    assert world.verify(package).verdict is Verdict.REVOKED
    manager = world.registrar("new-manager")
    manager.declare_compromise(world.keys["new"].address, since)
    later(world, 1)
    report = world.verify(package)
    assert report.verdict is Verdict.UNDECIDED
    assert next(item.code for item in report.check(CheckName.STATUS).outcomes) == "status-in-doubt"
    fresh = HeldKey(secrets.token_bytes(32))
    world.anvil.fund(fresh.address)
    manager.add_key(party, KeyGrant(fresh, Role.SIGN))
    later(world, 5)
    writer.resume(about, 0, fresh)
    later(world, 1)
    assert world.verify(package).verdict is Verdict.AUTHENTIC


def test_restated_with_a_new_key_is_authentic_again(world):
    party = newcomer(world, "Example Restating Line")
    package = world.notarise(bill("R-1"), key="new", party=party)
    later(world, 10)
    manager = world.registrar("new-manager")
    manager.declare_compromise(world.keys["new"].address, now(world) - 60)
    world.keys["fresh"] = HeldKey(secrets.token_bytes(32))
    manager.add_key(party, KeyGrant(world.keys["fresh"], Role.SIGN))
    later(world, 5)
    assert world.verify(package).verdict is Verdict.UNDECIDED

    statement = world.state([package.commitment], party, "fresh")
    ((index, entries, found),) = world.anchor(statement)
    place = Place([package.commitment], index, entries, found.record, found.hint)
    receipt = journey.issue_receipt(package.commitment, statement, place)
    world.settle()
    restated = replace(package, receipts=(receipt,), acceptances=())
    assert world.verify(restated).verdict is Verdict.AUTHENTIC


def test_padding_with_random_commitments_keeps_the_document_provable(world):
    document, _ = journey.read_document(bill("P-1"), world.carrier)
    sealed = journey.seal_document(document)
    padded = [Digest(secrets.token_bytes(32)) for _ in range(6)]
    padded.insert(4, sealed.commitment)
    statement = world.state(padded)
    ((index, entries, found),) = world.anchor(statement)
    receipt = journey.issue_receipt(
        sealed.commitment, statement, Place(padded, index, entries, found.record, found.hint)
    )
    world.settle()
    assert world.verify(Package.of(sealed, (receipt,))).verdict is Verdict.AUTHENTIC
