# SPDX-License-Identifier: Apache-2.0
"""Whatever a node does, "could not check" is never "false" and never "true"."""

import dataclasses
import importlib.util
import itertools
import json
from pathlib import Path

import pytest

from ledger.verification import CheckName, State, Verdict
from scripts.bench.counting import counted_node

_SPEC = importlib.util.spec_from_file_location("proxy", Path(__file__).with_name("proxy.py"))
proxy = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(proxy)

pytestmark = pytest.mark.node

METHODS = ("eth_chainId", "eth_getBlockByNumber", "eth_call")
BILL = json.dumps(
    {"documentType": "bill-of-lading", "data": {"transportDocumentReference": "PROXY-1"}}
).encode()
# What a mode does to a method that it cannot spoil would be no failure at all.
SENSELESS = {("eth_chainId", "old-head")}


@pytest.fixture(scope="module")
def world(road):
    built = road()
    # Young heads only, so that an old one is noticed: block 1 of this chain is over an hour old.
    built.anvil.call("evm_increaseTime", 7200)
    built.settle()
    trust = dataclasses.replace(built.trust, max_head_age_seconds=3600)
    built.trust = trust
    return built


@pytest.fixture(scope="module")
def package(world):
    package = world.notarise(BILL)
    world.settle()
    assert world.verify(package).verdict is Verdict.AUTHENTIC
    return package


@pytest.mark.parametrize(
    ("method", "mode"),
    [pair for pair in itertools.product(METHODS, proxy.MODES) if pair not in SENSELESS],
)
def test_verify_through_a_failing_node_is_undecided_with_the_reason(world, package, method, mode):
    before = package.receipts[0].anchor.block_number - 1
    with (
        proxy.failing_proxy(world.anvil.port, method, mode, before) as url,
        world.verifier(url, timeout=0.8) as verifier,
    ):
        now = world.head_time()
        report = verifier.verify(package, now=now)
    assert report.verdict is Verdict.UNDECIDED
    reasons = {outcome.code for outcome in report.reasons()}
    assert reasons & {"chain-unavailable", "head-too-old", "not-final-yet"}
    for name in (CheckName.ANCHOR, CheckName.STATUS):
        assert report.check(name).state is not State.FAILED


def test_verify_with_a_node_that_is_not_there_is_undecided(world, package):
    with world.verifier("http://127.0.0.1:9", timeout=0.5) as verifier:
        report = verifier.verify(package)
    assert report.verdict is Verdict.UNDECIDED
    assert [o.code for o in report.check(CheckName.ANCHOR).outcomes] == ["chain-unavailable"]


def test_old_head_keeps_a_positive_anchor_but_not_the_status(world, package):
    """A final positive anchor never ages; freshness concerns what may have changed since."""
    with world.verifier() as verifier:
        report = verifier.verify(package, now=world.head_time() + 10_000)
    assert report.check(CheckName.ANCHOR).state is State.PASSED
    assert [o.code for o in report.check(CheckName.STATUS).outcomes] == ["head-too-old"]
    assert report.verdict is Verdict.UNDECIDED


def test_each_question_crosses_the_wire_once_over_one_connection(world, package):
    """A tablet on a bad line pays for every request and every handshake."""
    with counted_node(world.anvil) as (url, count), world.verifier(url) as verifier:
        for _ in range(3):
            assert verifier.verify(package, now=world.head_time()).verdict is Verdict.AUTHENTIC
    assert count.requests == 6 + 4 + 4
    assert count.connections == 1
