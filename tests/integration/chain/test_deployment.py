# SPDX-License-Identifier: Apache-2.0
"""Deploying, and checking a trust file against a chain."""

from dataclasses import replace

import pytest

from ledger.chain.writing import DeploymentPlan, check_deployed, deploy
from ledger.errors import ChainRejectedError, ChainUnavailableError, ConfigurationError
from ledger.keys import HeldKey
from ledger.primitives import Bytes32
from ledger.statements import keccak256
from ledger.trust import FinalityRule, parse_trust


def test_trust_file_survives_its_own_reading(ledger):
    assert parse_trust(ledger.trust.file_bytes()) == ledger.trust


def test_code_hashes_are_those_of_the_code_on_chain(ledger):
    held = ledger.contracts
    assert len(held.titles) == 1
    for contract in (held.log, held.parties, *held.statuses, *held.titles, held.lens):
        code = ledger.local.call("eth_getCode", str(contract.address), "latest")
        assert keccak256(bytes.fromhex(code[2:])) == contract.code_hash.raw


def test_right_chain_passes(ledger):
    check_deployed(ledger.node, ledger.trust)


def test_wrong_genesis_is_named(ledger):
    other = replace(ledger.trust, genesis_hash=Bytes32(bytes(32)))
    with pytest.raises(ConfigurationError, match="wants genesis block 0x0000"):
        check_deployed(ledger.node, other)


def test_wrong_chain_is_named(ledger):
    with pytest.raises(ConfigurationError, match="chain 1; the node is on chain 1337"):
        check_deployed(ledger.node, replace(ledger.trust, chain_id=1))


@pytest.mark.parametrize(
    ("member", "value", "message"),
    [
        ("code_hash", Bytes32(bytes(32)), "wants code 0x0000"),
        ("deploy_block_hash", Bytes32(bytes(32)), "is not the one it was deployed in"),
        ("deploy_block", 10**9, "is not the one it was deployed in"),
    ],
)
def test_wrong_contract_is_named(ledger, member, value, message):
    log = replace(ledger.contracts.log, **{member: value})
    other = replace(ledger.trust, ledgers=(replace(ledger.contracts, log=log),))
    with pytest.raises(ConfigurationError, match=message):
        check_deployed(ledger.node, other)


def plan(ledger, **changes):
    given = {name: ledger.keys[name].address for name in ("admin", "registrar", "accreditor")}
    given |= {name: ledger.keys[name].address for name in ("sequencer", "guardian")}
    given |= changes
    return DeploymentPlan(
        **given,
        key_delay_seconds=0,
        finality=FinalityRule(None),
        max_head_age_seconds=60,
        log_keys=(),
    )


def test_one_key_for_two_offices_is_refused(ledger):
    same = plan(ledger, guardian=ledger.keys["sequencer"].address)
    with pytest.raises(ChainRejectedError, match="DocumentLog_SameKey"):
        deploy(ledger.node, ledger.keys["deployer"], same)


def test_deployer_without_means_is_told_so(ledger):
    with pytest.raises(ChainUnavailableError, match=r"(?i)insufficient funds"):
        deploy(ledger.node, HeldKey.random(), plan(ledger))


@pytest.mark.parametrize("text", ["finalized-tag", "depth:2", "instant"])
def test_final_block_follows_the_rule(ledger, text):
    rule = FinalityRule.parse(text)
    sender = type(ledger.sender()).at(
        ledger.node, ledger.contracts.log.address, ledger.keys["sequencer"], rule, ledger.clock
    )
    latest = ledger.node.latest().number
    assert sender.final_block().number == latest - (0 if text == "instant" else 2)
