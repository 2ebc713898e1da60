# SPDX-License-Identifier: Apache-2.0
"""What a node answers is held against the trust file before anything in it counts."""

import pytest
from eth_abi import encode as eth_encode
from small_world import CHAIN_ID, START, World, word

from ledger.chain.reading import Node, NodeReader, lens
from ledger.chain.reading.abi import decode
from ledger.chain.reading.rpc import quantity
from ledger.errors import ChainUnavailableError
from ledger.ports import Question, ReceiptQuestion
from ledger.primitives import Bytes32, Digest

WORLD = World()
LEDGER = WORLD.ledger.trusted
CARRIER = WORLD.carrier
QUESTION = Question(
    "bill-of-lading",
    Digest(bytes(32)),
    (ReceiptQuestion(CARRIER.id, CARRIER.address, Digest(bytes(32)), Digest(bytes(32))),),
    (CARRIER.id,),
)
ANSWER = (
    "(uint256,uint64,uint64,bytes32,bytes32,bytes32[],address,uint64,bytes32,bool,"
    "((uint64,uint64,uint64,uint64),(bytes32,uint64,uint64,uint64,uint8,bool,bool,bool,bool,"
    "uint64,uint64),(uint64,uint64)[])[],(string,bytes2,string,(uint8,uint16,uint32,uint64,uint64,"
    "bytes32,address,uint64,uint64)[])[],"
    "(bytes32,address,bytes32,(bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,"
    "uint8,bool,uint32,uint64,uint64,uint64,address,bytes32[]),(bytes32,string,bytes2,string)[],"
    "(address,uint64,uint64)[]))"
)
NO_TITLE = (
    *(bytes(32), "0x" + "00" * 20, bytes(32)),
    (*[bytes(32)] * 8, 0, False, 0, 0, 0, 0, "0x" + "00" * 20, []),
    *([], []),
)
KEY = (CARRIER.id.raw, 11, 12, 13, 1, False, False, False, False, 14, 15)
RECEIPT = ((21, 22, 23, 24), KEY, [(31, 32), (33, 34)])
RECORD = (2, 41, 42, 43, 44, b"\x05" * 32, "0x" + "06" * 20, 45, 46)
ISSUER = ("Example Carrier", b"JP", "carrier", [RECORD, RECORD])
DEFAULT = {
    "chain": CHAIN_ID,
    "number": 2,
    "time": START,
    "log": LEDGER.log.code_hash.raw,
    "parties": LEDGER.parties.code_hash.raw,
    "statuses": [item.code_hash.raw for item in LEDGER.statuses],
    "registry": str(LEDGER.parties.address),
    "size": 22,
    "root": bytes(32),
    "frozen": True,
    "receipts": [RECEIPT],
    "issuers": [ISSUER],
    "title": NO_TITLE,
}


def answer(**members):
    raw = eth_encode([ANSWER], [tuple({**DEFAULT, **members}.values())])
    return lens.read_answer(raw, WORLD.trust, LEDGER, QUESTION)


def test_answer_is_read_member_by_member():
    read = answer()
    (receipt,), (issuer,) = read.receipts, read.issuers
    assert (read.number, read.time, read.log_size, read.frozen) == (2, START, 22, True)
    head, key = receipt.head, receipt.key
    assert (head.previous_size, head.size, head.time, head.block) == (21, 22, 23, 24)
    assert key.party == Bytes32(CARRIER.id.raw)
    assert (key.interval.start, key.interval.end, key.compromised_since) == (11, 12, 13)
    assert (key.role, key.declared_block) == (1, 14)
    assert [(item.start, item.end) for item in receipt.accreditations] == [(31, 32), (33, 34)]
    assert (issuer.name, issuer.country, issuer.kind) == ("Example Carrier", "JP", "carrier")
    status = issuer.statuses[0]
    assert (status.status, status.reason, status.time, status.block) == (2, 41, 43, 44)
    assert (status.key_compromised_since, status.key_declared_block) == (45, 46)
    assert status.superseded_by.raw == b"\x05" * 32


def test_vetoed_key_never_was_in_force():
    vetoed = (*KEY[:6], True, *KEY[7:])
    read = answer(receipts=[(RECEIPT[0], vetoed, RECEIPT[2])])
    assert not read.receipts[0].key.interval.holds(11)


WRONG = {
    "chain": CHAIN_ID + 1,
    "log": word("other").raw,
    "parties": bytes(32),
    "statuses": [],
    "registry": "0x" + "01" * 20,
    "receipts": [],
    "issuers": [ISSUER, ISSUER],
}


@pytest.mark.parametrize("member", WRONG)
def test_answer_that_contradicts_the_trust_file_or_the_question_is_unavailable(member):
    with pytest.raises(ChainUnavailableError):
        answer(**{member: WRONG[member]})


def test_answer_with_too_few_status_records_is_unavailable():
    with pytest.raises(ChainUnavailableError):
        answer(issuers=[(*ISSUER[:3], [RECORD])])


def test_answer_whose_arrays_share_one_place_is_refused_in_linear_time():
    """Offsets may point anywhere: n structs that share one array of n cost n² to read."""
    count = 500
    words = [count, *([32 * count] * count), 0x20, count, *([7] * count)]
    raw = b"".join(item.to_bytes(32, "big") for item in [32, *words])
    with pytest.raises(ChainUnavailableError, match="offset that no contract writes"):
        decode(([(["uint64"],)],), raw)


def words(*numbers):
    return b"".join(number.to_bytes(32, "big") for number in numbers)


TEXTS = ("string", ["uint64"])


def test_parts_that_stand_one_behind_the_other_are_read():
    text = b"ab".ljust(32, b"\0")
    raw = words(64, 128, 2) + text + words(2, 7, 8)
    assert decode(TEXTS, raw) == ("ab", (7, 8))


@pytest.mark.parametrize(
    "raw",
    [
        words(64, 64, 0),
        words(128, 64, 0, 0),
        words(64, 128, 0, 0, 0),
        words(96, 128, 0, 0, 0),
        words(64, 96, 0, 0, 0),
        words(64, 96, 0, 2, 7),
        words(64, 96, 0, 2**255),
        words(0, 32, 0, 0),
        words(64, 96, 2**256 - 1, 0),
    ],
    ids=["shared", "swapped", "gap", "gap first", "more", "short", "endless", "back", "long text"],
)
def test_parts_that_stand_anywhere_else_are_refused(raw):
    with pytest.raises(ChainUnavailableError):
        decode(TEXTS, raw)


class Scripted(Node):
    """A node that answers from a table."""

    def __init__(self, **answers):
        super().__init__("http://node.example")
        self.answers = answers

    def call(self, method, *parameters):
        found = self.answers[method]
        return found(*parameters) if callable(found) else found


def block(number, when=START):
    return {"number": hex(number), "hash": str(word(f"block {number}")), "timestamp": hex(when)}


def blocks(tag, _):
    if tag == "0x0":
        return {**block(1), "number": "0x0"}  # the genesis block of the trust file
    return block({"latest": 9, "finalized": 7}[tag])


def raw_call(**members):
    raw = eth_encode([ANSWER], [tuple({**DEFAULT, **members}.values())])
    return lambda _call, _block: "0x" + raw.hex()


def look(**answers):
    table = {"eth_chainId": hex(CHAIN_ID), "eth_getBlockByNumber": blocks, "eth_call": raw_call()}
    return NodeReader(Scripted(**{**table, **answers})).look(WORLD.trust, LEDGER, QUESTION)


def test_node_is_asked_at_the_final_and_the_latest_block_by_hash():
    evidence = look()
    assert (evidence.final.block.number, evidence.latest.block.number) == (7, 9)


@pytest.mark.parametrize(
    "answers",
    [
        {"eth_chainId": "0x1"},
        {"eth_chainId": 1337},
        {"eth_getBlockByNumber": lambda *_: None},
        {"eth_getBlockByNumber": lambda *_: {}},
        {"eth_getBlockByNumber": lambda tag, _: block(0 if tag == "0x0" else 9)},
        {"eth_getBlockByNumber": lambda tag, _: block({"latest": 5}.get(tag, 7))},
        {"eth_getBlockByNumber": lambda *_: {**block(1), "hash": "0xAA"}},
        {"eth_getBlockByNumber": lambda *_: {**block(1), "timestamp": "5"}},
        {
            "eth_getBlockByNumber": lambda *_: block(1, 2**64 - 1),
            "eth_call": raw_call(time=2**64 - 1),
        },
        {"eth_call": "0x"},
        {"eth_call": "0xzz"},
        {"eth_call": 5},
        {"eth_call": raw_call(time=START + 1)},
    ],
    ids=range(13),
)
def test_node_that_answers_nonsense_is_unavailable(answers):
    with pytest.raises(ChainUnavailableError):
        look(**answers)


@pytest.mark.parametrize(
    "value", ["0x", "0x00", "0x01", "1", "0xG", 5, None, "0x" + "f" * 17, "0x٣"]
)
def test_quantity_in_another_form_is_unavailable(value):
    with pytest.raises(ChainUnavailableError):
        quantity(value)


def test_node_never_shows_its_credentials():
    node = Node("https://user:secret@node.example/v1/apikey")
    assert "secret" not in f"{node!r} {node.name}"
    assert "apikey" not in f"{node!r} {node.name}"
