# SPDX-License-Identifier: Apache-2.0
"""How a title's past and record are read from a node (docs/formats.md §9.3–9.4)."""

import pytest
from small_world import START, World, word
from test_chain_answers import ANSWER, DEFAULT, eth_encode

from ledger.chain.reading import Node, lens
from ledger.chain.reading.abi import encode
from ledger.chain.reading.rpc import Refusal
from ledger.chain.reading.title_histories import read_history
from ledger.chain.reading.title_logs import ACTED, ISSUED, REISSUED
from ledger.errors import ChainUnavailableError
from ledger.ports import Question, TitleHistory, TitleQuestion
from ledger.primitives import MAX_TIME, Address, Digest, PartyId
from ledger.titles import Issue, TitleAction, TitleState

LEDGER = World().ledger.trusted
(REGISTER,) = LEDGER.titles
TITLE = word("title")
CARRIER, BANK, IMPORTER = (PartyId(word(name).raw) for name in ("carrier", "bank", "importer"))
KEYS = [Address(bytes([n]) * 20) for n in range(1, 4)]
LATEST = 1000
NONE = bytes(32)


def log(place, event, party, raw, **members):
    number, transaction, index = place
    return {
        "address": str(REGISTER.address),
        "topics": ["0x" + event.hex(), str(TITLE), str(party)],
        "data": "0x" + raw.hex(),
        "blockNumber": hex(number),
        "blockHash": str(word(f"block {number}")),
        "blockTimestamp": hex(START + number),
        "transactionHash": str(word(f"transaction {number} {transaction}")),
        "transactionIndex": hex(transaction),
        "logIndex": hex(index),
        "removed": False,
        **members,
    }


def issued(number=10, **members):
    kinds = ("bytes32",) * 4 + ("uint64", "bytes32", "address")
    words = (word("tag").raw, word("bill").raw, BANK.raw, CARRIER.raw, 10**9, NONE, KEYS[0].raw)
    return log((number, 0, 1), ISSUED, CARRIER, encode(kinds, words), **members)


def acted(place, sequence=2, *, action=TitleAction.TRANSFER_HOLDER, accept_by=0, **members):
    kinds = ("uint8", "uint32", *("bytes32",) * 3, "uint64", "bytes32", "address")
    words = (action, sequence, IMPORTER.raw, NONE, NONE, accept_by, word("remark").raw, KEYS[1].raw)
    return log(place, ACTED, BANK, encode(kinds, words), **members)


class LogNode(Node):
    """A node with these logs that searches at most `widest` blocks at once."""

    def __init__(self, *logs, widest=10**9, headers=None):
        super().__init__("http://node.example")
        self.logs, self.widest, self.headers = logs, widest, headers or {}
        self.ranges = []
        self.topics = []
        self.asked = []

    def ask(self, method, *parameters):
        self.asked.append(method)
        if method == "eth_getBlockByHash":
            return self.headers.get(parameters[0], Refusal("no such block"))
        assert method == "eth_getLogs"
        (wanted,) = parameters
        self.topics.append(wanted["topics"])
        first, last = int(wanted["fromBlock"], 16), int(wanted["toBlock"], 16)
        self.ranges.append((first, last))
        if last - first + 1 > self.widest:
            return Refusal("the node reports error -32005")
        logs = [item for item in self.logs if first <= int(item["blockNumber"], 16) <= last]
        return [item for item in logs if fits(item["topics"], wanted["topics"])]


def fits(topics, wanted):
    """As a node does it: each place that is asked about holds the word, or one of the words."""
    items = [item if isinstance(item, list) else [item] for item in wanted]
    return all(topic in item for topic, item in zip(topics, items, strict=False))


def read(node, latest=LATEST):
    return read_history(node, TitleQuestion(REGISTER, TITLE), latest)


# --- histories -------------------------------------------------------------------------------


def test_acts_are_read_member_by_member():
    history = read(LogNode(issued(), acted((20, 3, 7), accept_by=START + 99)))
    assert history.fault is None
    first, second = history.acts
    assert first.wish == Issue(
        Digest(word("tag").raw), Digest(word("bill").raw), BANK, CARRIER, None
    )
    assert (first.sequence, first.share, first.party, first.key) == (1, 10**9, CARRIER, KEYS[0])
    assert (second.sequence, second.party, second.key) == (2, BANK, KEYS[1])
    assert (second.place, second.time) == ((20, 3, 7), START + 20)
    assert second.transaction == word("transaction 20 3")
    wish = second.wish
    assert (wish.action, wish.title) == (TitleAction.TRANSFER_HOLDER, TITLE)
    assert (wish.holder, wish.beneficiary, wish.intent) == (IMPORTER, None, None)
    assert (wish.accept_by, wish.remark) == (START + 99, Digest(word("remark").raw))
    assert history.keys == (KEYS[0], KEYS[1])
    assert history.parties == (CARRIER, BANK, IMPORTER)


def test_acts_are_ordered_by_block_then_transaction_then_log():
    places = [(30, 0, 0), (20, 10, 1), (20, 9, 5), (20, 9, 4), (100, 0, 0)]
    history = read(LogNode(*(acted(place) for place in places), issued()))
    assert [act.place for act in history.acts] == [(10, 0, 1), *sorted(places)]


def test_whole_past_is_one_request():
    node = LogNode(issued())
    assert len(read(node).acts) == 1
    assert node.ranges == [(REGISTER.deploy_block, LATEST)]
    assert node.topics == [[["0x" + ISSUED.hex(), "0x" + ACTED.hex()], str(TITLE)]]


def test_refused_range_is_halved_and_the_newest_half_comes_first():
    node = LogNode(issued(500), acted((990, 0, 0)), widest=300)
    history = read(node)
    assert (history.fault, len(history.acts)) == (None, 2)
    assert node.ranges == [
        *((1, 1000), (501, 1000)),
        *((751, 1000), (501, 750), (251, 500)),
    ]


def test_search_ends_where_the_title_was_issued():
    node = LogNode(issued(980), widest=50)
    read(node)
    assert node.ranges[-1] == (970, 1000)


def test_search_without_issue_ends_where_the_register_was_deployed():
    node = LogNode(widest=400)
    assert read(node) == TitleHistory(())
    assert node.ranges[-1] == (1, 250)
    assert read(LogNode(), latest=0) == TitleHistory(())


def test_node_that_refuses_one_block_leaves_the_past_broken():
    node = LogNode(widest=0)
    history = read(node)
    assert history.acts == ()
    assert "-32005" in history.fault
    assert node.ranges[-1] == (1000, 1000)


def test_requests_are_bounded_and_what_was_read_is_kept():
    node = LogNode(issued(2), acted((1000, 0, 0)), widest=1)
    history = read(node)
    assert len(node.asked) == 512
    assert "512 requests" in history.fault
    assert len(history.acts) == 1


def test_acts_are_bounded():
    node = LogNode(*(acted((20, 0, index)) for index in range(4097)))
    assert "4096 events" in read(node).fault
    assert read(LogNode(*node.logs[:4096])).fault is None


def test_bytes_are_bounded():
    class Talker(LogNode):
        def ask(self, method, *parameters):
            self.received_bytes += 8 * 2**20
            return super().ask(method, *parameters)

    node = Talker(issued(2), widest=300)
    assert "bytes of history" in read(node).fault
    assert len(node.asked) == 5


def test_node_that_fails_leaves_the_past_broken():
    class Silent(LogNode):
        def ask(self, *_):
            raise ChainUnavailableError("no answer in time")

    assert read(Silent()) == TitleHistory((), "no answer in time")


# --- times -----------------------------------------------------------------------------------


def header(number, time):
    return {"hash": str(word(f"block {number}")), "timestamp": hex(time)}


def test_time_that_a_log_lacks_is_the_blocks_and_asked_once():
    logs = [acted((20, n, 0), blockTimestamp=None) for n in range(3)]
    node = LogNode(issued(), *logs, headers={str(word("block 20")): header(20, START + 5)})
    history = read(node)
    assert [act.time for act in history.acts[1:]] == [START + 5] * 3
    assert node.asked == ["eth_getLogs", "eth_getBlockByHash"]


@pytest.mark.parametrize("found", [None, {}, header(21, START), {**header(20, 0), "timestamp": 5}])
def test_block_that_the_node_does_not_have_leaves_the_past_broken(found):
    headers = {} if found is None else {str(word("block 20")): found}
    node = LogNode(issued(), acted((20, 0, 0), blockTimestamp=None), headers=headers)
    history = read(node)
    assert history.fault is not None
    assert len(history.acts) == 1


# --- logs ------------------------------------------------------------------------------------


OTHER = str(word("other"))
TOPICS = acted((20, 0, 0))["topics"]
ODD = {
    "removed": {"removed": True},
    "another address": {"address": str(KEYS[0])},
    "no address": {"address": None},
    "another title": {"topics": [TOPICS[0], OTHER, TOPICS[2]]},
    "another event": {"topics": [OTHER, *TOPICS[1:]]},
    "two topics": {"topics": TOPICS[:2]},
    "topics as text": {"topics": "abc"},
    "no topics": {"topics": []},
    "topics of a reissue": {"topics": ["0x" + REISSUED.hex(), TOPICS[1]]},
    "short topic": {"topics": [*TOPICS[:2], "0x01"]},
    "issue's data": {"data": issued()["data"]},
    "no data": {"data": "0x"},
    "odd data": {"data": "0x123"},
    "number too small": {"blockNumber": "0x0"},
    "number as number": {"blockNumber": 20},
    "no place": {"logIndex": None},
    "no transaction": {"transactionIndex": None},
    "no hash": {"transactionHash": None},
    "no block": {"blockHash": None},
    "time beyond calendars": {"blockTimestamp": hex(MAX_TIME + 1)},
    "time as number": {"blockTimestamp": 5},
}


@pytest.mark.parametrize("name", ODD)
def test_log_that_is_not_as_asked_for_leaves_the_past_broken(name):
    class Careless(LogNode):
        def ask(self, *_):
            return list(self.logs)

    history = read(Careless(issued(), acted((20, 0, 0), **ODD[name])))
    assert history.fault is not None
    assert len(history.acts) == 1


@pytest.mark.parametrize("logs", [{}, "0x", [5], [None]])
def test_answer_that_is_no_list_of_logs_leaves_the_past_broken(logs):
    class Odd(LogNode):
        def ask(self, *_):
            return logs

    assert read(Odd()).fault is not None


def test_log_that_comes_twice_leaves_the_past_broken():
    assert "was not asked for" in read(LogNode(issued(), issued())).fault


@pytest.mark.parametrize("action", [0, 18, 255])
def test_action_that_is_none_leaves_the_past_broken(action):
    assert "action" in read(LogNode(issued(), acted((20, 0, 0), action=action))).fault


# --- LedgerLens ------------------------------------------------------------------------------

HISTORY = read(LogNode(issued(), acted((20, 0, 0))))
QUESTION = Question("bill-of-lading", Digest(NONE), (), (CARRIER,), TitleQuestion(REGISTER, TITLE))
NO_STATUS = (0, 0, 0, 0, 0, NONE, "0x" + "00" * 20, 0, 0)
ISSUERS = [
    (name, b"TR", "any", [NO_STATUS] * 2)
    for name in ("Example Carrier", "Example Bank", "Example Importer")
]
RECORD = (
    *(CARRIER.raw, IMPORTER.raw, BANK.raw, NONE, BANK.raw, NONE, word("bill").raw, NONE),
    *(2, True, 2, START + 20, START + 99, 10**9, str(KEYS[1]), [word("origin").raw]),
)
TOLD = {
    "code": REGISTER.code_hash.raw,
    "registry": str(LEDGER.parties.address),
    "titleOf": TITLE.raw,
    "record": RECORD,
    "parties": [(item, f"Example {n}", b"TR", "x") for n, item in enumerate(RECORD[:4])],
    "keys": [(str(KEYS[0]), 0, 0), (str(KEYS[1]), 7, 8), (str(KEYS[1]), 7, 8)],
}


def answer(issuers=ISSUERS, **members):
    title = tuple({**TOLD, **members}.values())
    values = {**DEFAULT, "receipts": [], "issuers": issuers, "title": title}
    raw = eth_encode([ANSWER], [tuple(values.values())])
    return lens.read_answer(raw, World().trust, LEDGER, QUESTION, HISTORY)


def changed(at, value):
    return (*RECORD[:at], value, *RECORD[at + 1 :])


def test_title_is_read_member_by_member():
    told = answer().title
    record = told.record
    assert (record.carrier, record.holder, record.beneficiary) == (CARRIER, IMPORTER, BANK)
    assert (record.nominee, record.former_holder, record.former_beneficiary) == (None, BANK, None)
    assert (record.commitment, record.intent) == (Digest(word("bill").raw), None)
    assert (record.state, record.paused, record.sequence) == (TitleState.OFFERED_HOLDER, True, 2)
    assert (record.time, record.accept_by, record.share) == (START + 20, START + 99, 10**9)
    assert record.origins == (word("origin"),)
    assert (told.key, told.title_of) == (KEYS[1], TITLE)
    assert [(item.key, item.compromised_since) for item in told.keys] == [
        *((KEYS[0], 0), (KEYS[1], 7), (KEYS[1], 7))
    ]
    names = {item.id: item.name for item in told.parties}
    assert names == {CARRIER: "Example 0", IMPORTER: "Example Importer", BANK: "Example Bank"}
    assert len(answer().issuers) == 1


def test_title_that_does_not_exist_has_no_record():
    empty = (*(NONE,) * 8, 0, False, 0, 0, 0, 0, "0x" + "00" * 20, [])
    keys = [*TOLD["keys"][:2], ("0x" + "00" * 20, 0, 0)]
    told = answer(record=empty, parties=[(NONE, "", b"", "")] * 4, keys=keys).title
    assert told.record is None


@pytest.mark.parametrize(
    "members",
    [
        {"code": NONE},
        {"registry": str(KEYS[0])},
        {"keys": TOLD["keys"][:2]},
        {"keys": [TOLD["keys"][1], TOLD["keys"][0], TOLD["keys"][2]]},
        {"parties": TOLD["parties"][:3]},
        {"parties": TOLD["parties"][::-1]},
        {"record": changed(8, 12)},
        {"issuers": ISSUERS[:2]},
    ],
    ids=range(8),
)
def test_title_that_contradicts_the_trust_file_or_the_question_is_unavailable(members):
    with pytest.raises(ChainUnavailableError):
        answer(**members)


def test_names_are_asked_of_64_other_parties_at_most():
    event, title, _ = issued()["topics"]
    acts = [
        read(LogNode(issued(topics=[event, title, str(word(f"p{n}"))]))).acts for n in range(99)
    ]
    many = TitleHistory(tuple(act for (act,) in acts))
    assert len(many.parties) == 101
    more = len(lens.calldata(LEDGER, QUESTION, many)) - len(lens.calldata(LEDGER, QUESTION))
    assert more == 32 * (64 + len(many.keys))


def test_question_without_a_title_asks_for_none():
    bare = Question("bill-of-lading", Digest(NONE), (), (CARRIER,))
    assert lens.calldata(LEDGER, bare).endswith(bytes(32 * 2) + (96).to_bytes(32, "big") + NONE)
