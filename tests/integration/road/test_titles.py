# SPDX-License-Identifier: Apache-2.0
"""Titles on a real chain: issued, passed on, surrendered, amended, split, and verified."""

import itertools
from dataclasses import replace

import pytest
from proxy import LOG_MODES, MODES, failing_proxy
from title_desk import Desk
from web3 import Web3

from ledger.chain.writing.contract import creation_code
from ledger.chain.writing.sending import Sender
from ledger.primitives import Address, Bytes32, Digest
from ledger.statements import keccak256
from ledger.titles import Part, TitleAction, TitleState, plan_of, title_tag
from ledger.verification import CheckName, State, Verdict
from scripts.bench.counting import counted_node

pytestmark = pytest.mark.node
A = TitleAction
HALF = 5 * 10**8
NUMBERS = (f"XMPL-T-{number}" for number in itertools.count(1))


@pytest.fixture(scope="module")
def desk(road):
    return Desk(road())


@pytest.fixture
def number():
    return next(NUMBERS)


def told(report):
    return [outcome.code for outcome in report.check(CheckName.TITLE).outcomes]


def expect(desk, package, verdict, *codes):
    report = desk.world.verify(package)
    assert told(report) == [*codes], report.reasons()
    assert report.verdict is verdict, report.reasons()
    return report


def test_bill_passes_from_carrier_to_bank_to_importer_and_is_surrendered(desk, number):
    package = desk.bill(number)
    desk.world.settle()
    expect(desk, package, Verdict.NOT_CONTROLLED, "title-not-found")
    desk.issue(number, package)
    expect(desk, package, Verdict.UNDECIDED, "title-not-final-yet")
    desk.world.settle()
    report = expect(desk, package, Verdict.AUTHENTIC, "title-held")
    assert report.title.holder.name == "Example bank"

    desk.pass_on("bank", number, "importer")
    desk.world.settle()
    report = expect(desk, package, Verdict.AUTHENTIC, "title-held")
    assert report.title.holder.name == report.title.beneficiary.name == "Example importer"
    assert [step.sentence for step in report.title.history] == [
        "Example Corridor Line issued it to Example bank.",
        "Example bank passed it on to Example importer.",
    ]
    desk.act("importer", number, A.SURRENDER_FOR_DELIVERY)
    report = expect(desk, package, Verdict.AUTHENTIC, "title-held")
    assert "the carrier has to answer" in report.notes[-1]
    desk.act("carrier", number, A.ACCEPT_SURRENDER)
    report = expect(desk, package, Verdict.SURRENDERED, "title-delivered")
    assert (report.title.state, report.title.holder) == (TitleState.DELIVERED, None)
    desk.world.settle()
    expect(desk, package, Verdict.SURRENDERED, "title-delivered")


def test_bill_that_names_another_bills_title_gives_no_control(desk, number):
    desk.issued(number)
    other = desk.bill(number, remark="another bill of the same number")
    desk.world.settle()
    expect(desk, other, Verdict.NOT_CONTROLLED, "title-not-this")


def test_two_transfers_in_one_block_come_out_in_their_order(desk, number):
    package = desk.issued(number)
    desk.in_one_block(
        ("bank", desk.wish(number, A.TRANSFER_BOTH, "forwarder", sequence=1)),
        ("forwarder", desk.wish(number, A.TRANSFER_BOTH, "importer", sequence=2)),
    )
    desk.world.settle()
    report = expect(desk, package, Verdict.AUTHENTIC, "title-held")
    first, second = report.title.history[1:]
    assert first.block == second.block
    assert [first.party.name, second.party.name] == ["Example bank", "Example forwarder"]
    assert report.title.holder.name == "Example importer"


def test_offer_is_taken_back_after_its_deadline_and_the_past_still_replays(desk, number):
    package = desk.issued(number)
    desk.pass_on("bank", number, "importer", accept_by=desk.world.head_time() + 100)
    report = expect(desk, package, Verdict.AUTHENTIC, "title-held")
    assert report.title.state is TitleState.OFFERED_BOTH
    desk.wait(200)
    desk.act("bank", number, A.TAKE_BACK)
    desk.act("carrier", number, A.PAUSE)
    desk.world.settle()
    report = expect(desk, package, Verdict.AUTHENTIC, "title-held")
    assert report.title.holder.name == "Example bank"
    assert report.title.paused


def test_amended_bill_supersedes_the_old_one(desk, number):
    old = desk.issued(number)
    new = desk.bill(number, amended=True)
    desk.act("bank", number, A.SURRENDER_FOR_AMENDMENT, intent=new.commitment.raw)
    desk.act("carrier", number, A.ACCEPT_SURRENDER, intent=new.commitment.raw)
    desk.world.settle()
    expect(desk, old, Verdict.SUPERSEDED, "title-amended")
    expect(desk, new, Verdict.AUTHENTIC, "title-held")


def test_split_bill_is_superseded_and_joined_again(desk, number):
    whole = desk.issued(number)
    halves = {f"{number}-{half}": desk.bill(f"{number}-{half}") for half in "AB"}
    desk.reissue("bank", [number], halves, HALF)
    expect(desk, whole, Verdict.SUPERSEDED, "title-reissued")
    for package in halves.values():
        report = expect(desk, package, Verdict.AUTHENTIC, "title-held")
        assert (report.title.share, report.title.origins) == (HALF, (desk.name(number),))
    again = {f"{number}-C": desk.bill(f"{number}-C")}
    desk.reissue("bank", halves, again, 2 * HALF)
    report = expect(desk, *again.values(), Verdict.AUTHENTIC, "title-held")
    assert len(report.title.origins) == 2


def test_act_of_a_stolen_key_puts_the_title_in_doubt(road, number):
    desk = Desk(road())
    package, other = desk.issued(number), desk.issued(next(NUMBERS), "forwarder")
    desk.wait(1000)
    desk.pass_on("bank", number, "importer")
    desk.world.settle()
    expect(desk, package, Verdict.AUTHENTIC, "title-held")
    key = desk.world.keys["bank"].address
    desk.world.registrar("bank-manager").declare_compromise(key, desk.world.head_time() - 500)
    expect(desk, package, Verdict.UNDECIDED, "title-in-doubt")
    desk.world.settle()
    expect(desk, package, Verdict.UNDECIDED, "title-in-doubt")
    expect(desk, other, Verdict.AUTHENTIC, "title-held")


# --- nodes -----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def passed_on(desk):
    """A bill with a past of four acts over more blocks than a limited node searches at once."""
    number = next(NUMBERS)
    package = desk.issued(number)
    for by, to in (("bank", "forwarder"), ("forwarder", "importer"), ("importer", "bank")):
        desk.pass_on(by, number, to)
        desk.world.settle()
    return package


def through(desk, package, mode, method="eth_getLogs"):
    with (
        failing_proxy(desk.world.anvil.port, method, mode) as url,
        desk.world.verifier(url, timeout=0.8) as verifier,
    ):
        return verifier.verify(package, now=desk.world.head_time())


@pytest.mark.parametrize("mode", LOG_MODES[:4])
def test_past_is_read_from_a_node_however_it_searches(desk, passed_on, mode):
    report = through(desk, passed_on, mode)
    assert report.verdict is Verdict.AUTHENTIC, report.reasons()
    assert [step.sequence for step in report.title.history] == [1, 2, 3, 4]


@pytest.mark.parametrize("mode", [*LOG_MODES[4:], *(set(MODES) - {"wrong-chain", "old-head"})])
def test_past_that_cannot_be_read_completely_is_undecided(desk, passed_on, mode):
    report = through(desk, passed_on, mode)
    assert report.verdict is Verdict.UNDECIDED
    assert told(report) == ["title-history-incomplete"]
    assert report.title.holder.name == "Example bank"
    others = {check.name: check.state for check in report.checks if check.name != CheckName.TITLE}
    assert set(others.values()) <= {State.PASSED, State.NOT_APPLICABLE}


def test_title_costs_one_request_more(desk, passed_on):
    with counted_node(desk.world.anvil) as (url, count), desk.world.verifier(url) as verifier:
        for _ in range(2):
            report = verifier.verify(passed_on, now=desk.world.head_time())
            assert report.verdict is Verdict.AUTHENTIC
    assert (count.requests, count.connections) == (7 + 5, 1)


def with_register(desk, **members):
    (ledger,) = desk.world.trust.ledgers
    (register,) = ledger.titles
    other = replace(ledger, titles=(replace(register, **members),))
    return replace(desk.world.trust, ledgers=(other,))


def test_register_with_other_code_than_the_trust_file_says_is_not_asked_further(desk, passed_on):
    with desk.world.verifier() as verifier:
        verifier.trust = with_register(desk, code_hash=Bytes32(bytes(32)))
        report = verifier.verify(passed_on)
    assert told(report) == ["chain-unavailable"]
    assert report.verdict is Verdict.UNDECIDED


def test_register_of_another_registry_of_parties_is_not_believed(desk, number):
    """The right code, but deployed for other parties."""
    world = desk.world
    (ledger,) = world.trust.ledgers
    stranger = Web3.to_checksum_address(str(ledger.log.address))
    code = creation_code(world.node, "TitleRegistry", [stranger])
    created = Sender(world.node, world.keys["admin"]).run(None, code)["contractAddress"]
    deployed = bytes.fromhex(world.anvil.call("eth_getCode", created, "latest")[2:])
    address = Address.parse(created.lower())
    package = desk.bill(number, title=f"eip155:1337:{address}:{desk.name(number)}")
    world.settle()
    with world.verifier() as verifier:
        verifier.trust = with_register(
            desk, address=address, code_hash=Bytes32(keccak256(deployed))
        )
        report = verifier.verify(package)
    assert told(report) == ["chain-unavailable"]
    (outcome,) = report.check(CheckName.TITLE).outcomes
    assert "another registry" in outcome.detail


def test_register_that_the_trust_file_does_not_name_is_undecided(desk, passed_on):
    (ledger,) = desk.world.trust.ledgers
    with desk.world.verifier() as verifier:
        verifier.trust = replace(desk.world.trust, ledgers=(replace(ledger, titles=()),))
        report = verifier.verify(passed_on)
    assert told(report) == ["title-not-trusted"]
    assert report.verdict is Verdict.UNDECIDED


def test_deployment_later_than_the_title_leaves_its_past_incomplete(desk, passed_on):
    """A trust file with a wrong block hides acts; the verifier notices."""
    latest = int(desk.world.anvil.call("eth_blockNumber"), 16)
    with desk.world.verifier() as verifier:
        verifier.trust = with_register(desk, deploy_block=latest)
        report = verifier.verify(passed_on)
    assert told(report) == ["title-history-incomplete"]


def test_sealed_title_is_the_one_that_the_register_computes(desk, number):
    tag = title_tag(desk.secret, number)
    computed = desk.registry.read("titleId", desk.world.carrier.raw, tag.raw)
    assert Bytes32(bytes(computed)) == desk.name(number)
    parts = [Part(tag, Digest(bytes(32)), HALF)]
    plan = desk.registry.read("planOf", [bytes(computed)], [(tag.raw, bytes(32), HALF)])
    assert Digest(bytes(plan)) == plan_of([desk.name(number)], parts)
