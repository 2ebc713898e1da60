# SPDX-License-Identifier: Apache-2.0
"""LedgerLens: one call says what the contracts say, in the layout that its prose fixes."""

from __future__ import annotations

from typing import Any

import ape
import pytest
from ape.contracts import ContractInstance
from conftest import BILL, People, artifact, container, now
from consents import FOREVER
from eth_abi import decode, encode
from eth_utils import keccak
from rfc9162 import leaf
from test_document_status import CURRENT, REVOKED, SUSPENDED, change
from web3.exceptions import ContractLogicError

QUERY = (
    "(address,address,address[],bytes32,bytes32,(bytes32,address,bytes32,bytes32)[],bytes32[],"
    "(address,bytes32,address[]))"
)
HEAD = "(uint64,uint64,uint64,uint64)"
KEY = "(bytes32,uint64,uint64,uint64,uint8,bool,bool,bool,bool,uint64,uint64)"
STATUS = "(uint8,uint16,uint32,uint64,uint64,bytes32,address,uint64,uint64)"
RECORD = (
    "(bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,uint8,bool,uint32,uint64,"
    "uint64,uint64,address,bytes32[])"
)
TITLE = (
    f"(bytes32,address,bytes32,{RECORD},(bytes32,string,bytes2,string)[],(address,uint64,uint64)[])"
)
ANSWER = (
    "(uint256,uint64,uint64,bytes32,bytes32,bytes32[],address,uint64,bytes32,bool,"
    f"({HEAD},{KEY},(uint64,uint64)[])[],(string,bytes2,string,{STATUS}[])[],{TITLE})"
)
ZERO = "0x" + "00" * 20
NO_TITLE = (ZERO, bytes(32), [])
NO_RECORD = (*[bytes(32)] * 8, 0, False, 0, 0, 0, 0, ZERO, ())
COMMITMENT, STATEMENT, ROOT = leaf(b"commitment"), leaf(b"statement"), leaf(b"entry")


def lookup(lens: ContractInstance, query: tuple[Any, ...]) -> tuple[Any, ...]:
    """Call the lens as the verifier does: encoded and decoded by the signature in its prose."""
    data = keccak(text=f"lookup({QUERY})")[:4] + encode([QUERY], [query])
    answer = lens.provider.web3.eth.call({"to": lens.address, "data": data})
    decoded: tuple[Any, ...] = decode([ANSWER], bytes(answer))[0]
    return decoded


def code_hash(contract: ContractInstance) -> bytes:
    """Hash a contract's code."""
    return keccak(bytes(contract.provider.get_code(contract.address)))


@pytest.fixture
def told(
    registry: ContractInstance,
    log: ContractInstance,
    status: ContractInstance,
    people: People,
    party_a: bytes,
) -> int:
    """An anchored head, an accreditation, a status; returns the time of the accreditation."""
    receipt = registry.accredit(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    log.anchor(0, 1, ROOT, [], sender=people.sequencer)
    status.set(*change(party_a, SUSPENDED, subject=COMMITMENT, reason=3), sender=people.alice)
    status.set(*change(party_a, REVOKED, subject=STATEMENT), sender=people.alice)
    return int(receipt.timestamp)


def test_lookup_when_all_is_there_then_says_what_the_contracts_say(
    lens: ContractInstance,
    registry: ContractInstance,
    log: ContractInstance,
    status: ContractInstance,
    people: People,
    party_a: bytes,
    party_b: bytes,
    told: int,
) -> None:
    registry.declareCompromise(people.alice, now(), sender=people.alice)
    receipts = [(party_a, people.alice.address, STATEMENT, ROOT)]
    query = (
        log.address,
        registry.address,
        [status.address],
        BILL,
        COMMITMENT,
        receipts,
        [party_a, party_b],
        NO_TITLE,
    )
    answer = lookup(lens, query)

    block = ape.chain.blocks.head
    assert answer[:3] == (log.provider.chain_id, block.number, block.timestamp)
    assert answer[3:6] == (code_hash(log), code_hash(registry), (code_hash(status),))
    assert answer[6:10] == (registry.address.lower(), 1, ROOT, False)
    ((head, key, intervals),) = answer[10]
    recorded = log.record(ROOT)
    assert head == (0, 1, recorded.time, recorded.number)
    known = registry.keyOf(people.alice)
    assert key == (
        party_a,
        known.start,
        known.end,
        known.compromisedSince,
        known.role,
        False,
        False,
        False,
        False,
        known.declaredBlock,
        known.declaredTime,
    )
    assert intervals == ((told + 1, FOREVER),)
    (name, country, kind, statuses), other = answer[11]
    assert (name, country, kind) == ("Aktau Shipping", b"KZ", "carrier")
    assert [each[:3] for each in statuses] == [(SUSPENDED, 3, 1), (REVOKED, 0, 1)]
    compromise = (known.compromisedSince, known.declaredBlock)
    assert all(each[6:] == (people.alice.address.lower(), *compromise) for each in statuses)
    assert other[0] == "Baku Chamber"
    assert [each[0] for each in other[3]] == [CURRENT, CURRENT]
    assert answer[12] == (bytes(32), ZERO, bytes(32), NO_RECORD, (), ())


def test_lookup_when_nothing_is_known_then_answers_with_zeros(
    lens: ContractInstance,
    registry: ContractInstance,
    log: ContractInstance,
    status: ContractInstance,
    people: People,
) -> None:
    nobody = bytes(32)
    receipts = [(nobody, people.new.address, STATEMENT, ROOT)]
    places = (log.address, registry.address, [status.address])
    query = (*places, BILL, COMMITMENT, receipts, [nobody], NO_TITLE)
    answer = lookup(lens, query)
    ((head, key, intervals),) = answer[10]
    assert (head, intervals) == ((0, 0, 0, 0), ())
    assert key == (nobody, 0, 0, 0, 0, False, False, False, False, 0, 0)
    empty = (0, 0, 0, 0, 0, bytes(32), ZERO, 0, 0)
    assert answer[11] == (("", b"\0\0", "", (empty, empty)),)


def test_lookup_when_two_statuses_are_asked_then_each_answers_in_order(
    lens: ContractInstance,
    registry: ContractInstance,
    log: ContractInstance,
    status: ContractInstance,
    people: People,
    party_a: bytes,
    told: int,
) -> None:
    second = people.admin.deploy(container(artifact("DocumentStatus")), registry)
    query = (
        log.address,
        registry.address,
        [second.address, status.address],
        BILL,
        COMMITMENT,
        [],
        [party_a],
        NO_TITLE,
    )
    (party,) = lookup(lens, query)[11]
    assert [each[0] for each in party[3]] == [CURRENT, CURRENT, SUSPENDED, CURRENT]
    assert told


def test_lookup_when_frozen_then_says_so(
    lens: ContractInstance, registry: ContractInstance, log: ContractInstance, people: People
) -> None:
    log.freeze(sender=people.guardian)
    query = (log.address, registry.address, [], BILL, COMMITMENT, [], [], NO_TITLE)
    assert lookup(lens, query)[9] is True


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_lookup_when_a_contract_is_missing_then_reverts(
    lens: ContractInstance,
    registry: ContractInstance,
    log: ContractInstance,
    status: ContractInstance,
    people: People,
    party_a: bytes,
    missing: int,
) -> None:
    addresses = [log.address, registry.address, status.address, ZERO]
    addresses[missing] = people.new.address
    receipts = [(party_a, people.alice.address, STATEMENT, ROOT)]
    title = (addresses[3], bytes(32), [])
    query = (*addresses[:2], [addresses[2]], BILL, COMMITMENT, receipts, [party_a], title)
    with pytest.raises(ContractLogicError, match="reverted"):
        lookup(lens, query)


def test_prose_when_read_then_names_the_signature_of_the_abi() -> None:
    (function,) = (each for each in artifact("LedgerLens")["abi"] if each["type"] == "function")

    def kind(each: dict[str, Any]) -> str:
        inner = ",".join(kind(part) for part in each.get("components", []))
        return f"({inner}){each['type'][5:]}" if inner else str(each["type"])

    assert kind(function["inputs"][0]) == QUERY
    assert kind(function["outputs"][0]) == ANSWER
