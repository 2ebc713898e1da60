# SPDX-License-Identifier: Apache-2.0
"""How the past of the titles that a title came from is read from a node (formats.md §9.4)."""

import pytest
from small_world import START, word
from test_title_reading import (
    BANK,
    CARRIER,
    IMPORTER,
    KEYS,
    LATEST,
    NONE,
    REGISTER,
    TITLE,
    LogNode,
    acted,
    issued,
    log,
)

from ledger.chain.reading.abi import encode
from ledger.chain.reading.title_histories import TitlePast
from ledger.chain.reading.title_logs import ACTED, ISSUED, REISSUED
from ledger.ports import TitleQuestion
from ledger.primitives import Digest
from ledger.titles import Title, TitleAction

WHOLE, OTHER, OLDEST, SISTER = (word(name) for name in ("whole", "other", "oldest", "sister"))
EVENTS = ["0x" + ISSUED.hex(), "0x" + ACTED.hex()]


def reissued(place, titles, parts, *, raw=b"", **members):
    kinds = (["bytes32"], ["bytes32"], "bytes32", "address")
    words = ([item.raw for item in titles], [item.raw for item in parts], NONE, KEYS[0].raw)
    members.setdefault("topics", ["0x" + REISSUED.hex(), str(CARRIER)])
    return log(place, REISSUED, CARRIER, raw or encode(kinds, words), **members)


def issue_of(title, number, index=2):
    event, _, party = issued()["topics"]
    return issued(number, topics=[event, str(title), party], logIndex=hex(index))


def act_of(title, place, key=KEYS[2]):
    kinds = ("uint8", "uint32", *("bytes32",) * 3, "uint64", "bytes32", "address")
    words = (TitleAction.ACCEPT_SURRENDER, 2, NONE, NONE, word("plan").raw, 0, NONE, key.raw)
    event, _, party = acted((1, 0, 0))["topics"]
    raw = "0x" + encode(kinds, words).hex()
    return acted(place, topics=[event, str(title), party], data=raw)


# OLDEST, and OTHER beside it, became WHOLE; WHOLE became TITLE and SISTER.
LOGS = (
    issue_of(OLDEST, 10),
    act_of(OLDEST, (20, 0, 0)),
    issue_of(OTHER, 11),
    act_of(OTHER, (20, 0, 1), KEYS[1]),
    issue_of(WHOLE, 20),
    reissued((20, 0, 9), [OTHER, OLDEST], [WHOLE]),
    act_of(WHOLE, (30, 0, 0)),
    issued(30),
    issue_of(SISTER, 30),
    reissued((30, 0, 9), [WHOLE], [SISTER, TITLE]),
    reissued((15, 0, 9), [word("x")], [word("y"), word("z")]),
)


def read(node, *, origins=(WHOLE,)):
    past = TitlePast(node, TitleQuestion(REGISTER, TITLE), LATEST)
    past.own()
    record = Title(CARRIER, Digest(word("bill").raw), BANK, IMPORTER, None, None, origins=origins)
    return past.with_ancestors(record)


def test_parents_and_theirs_are_found_and_their_acts_read():
    node = LogNode(*LOGS)
    history = read(node)
    assert (history.fault, history.parents) == (None, (WHOLE,))
    found = {item.title: item for item in history.ancestors}
    assert [item.title for item in history.ancestors] == sorted([WHOLE, OLDEST, OTHER])
    assert (found[WHOLE].parents, found[OLDEST].parents) == ((OTHER, OLDEST), ())
    assert [act.sequence for act in found[WHOLE].acts] == [1, 2]
    assert found[WHOLE].acts[1].wish.title == WHOLE
    assert [title for title, _ in history.earlier] == [*(OLDEST, OTHER) * 2, WHOLE, WHOLE]
    assert [act.sequence for act in history.acts] == [1]


def test_keys_of_ancestors_follow_the_titles_own_in_their_order():
    history = read(LogNode(*LOGS))
    assert history.keys == (KEYS[0], KEYS[2], KEYS[1])
    assert history.parties == (CARRIER, BANK)


def test_reissues_are_asked_for_in_the_blocks_that_opened_titles_alone():
    node = LogNode(*LOGS)
    assert read(node).fault is None
    assert node.asked == ["eth_getLogs"] * 7
    first, reissue = REGISTER.deploy_block, ["0x" + REISSUED.hex(), str(CARRIER)]
    older = [str(title) for title in sorted([OLDEST, OTHER])]
    assert list(zip(node.ranges, node.topics, strict=True)) == [
        ((first, LATEST), [EVENTS, str(TITLE)]),
        ((30, 30), reissue),
        ((first, 30), [EVENTS, [str(WHOLE)]]),
        ((20, 20), reissue),
        ((first, 20), [EVENTS, older]),
        ((10, 10), reissue),
        ((11, 11), reissue),
    ]


def test_block_that_opened_several_titles_is_asked_for_once():
    logs = [issue_of(OLDEST, 11, 3) if item is LOGS[0] else item for item in LOGS]
    node = LogNode(*logs)
    assert read(node).fault is None
    assert node.ranges.count((11, 11)) == 1


def test_search_goes_on_until_each_ancestor_was_opened():
    """Another ancestor may be older than the newest one's issue."""
    far = [issued(900), reissued((900, 0, 9), [OTHER, OLDEST], [TITLE])]
    logs = [issue_of(OTHER, 890), act_of(OTHER, (900, 0, 3)), act_of(OLDEST, (900, 0, 2)), LOGS[0]]
    node = LogNode(*far, *logs, widest=700)
    history = read(node, origins=(OTHER, OLDEST))
    assert (history.fault, len(history.ancestors)) == (None, 2)
    assert node.ranges[-5:-2] == [(1, 900), (451, 900), (1, 450)]
    assert [len(item.acts) for item in history.ancestors] == [2, 2]


def test_carrier_with_more_reissues_than_anyone_reads_keeps_its_titles_readable():
    others = [
        reissued((number, 1, 0), [word(f"old {number}")], [word(f"new {number}")])
        for number in range(40, 40 + 4097)
    ]
    history = read(LogNode(*LOGS, *others))
    assert (history.fault, len(history.ancestors)) == (None, 3)


def test_times_that_logs_lack_are_asked_for_of_acts_alone():
    logs = [{**item, "blockTimestamp": None} for item in LOGS]
    headers = {
        str(word(f"block {n}")): {"hash": str(word(f"block {n}")), "timestamp": hex(START + n)}
        for n in (10, 11, 20, 30)
    }
    node = LogNode(*logs, headers=headers)
    history = read(node)
    assert history.fault is None
    assert history.earlier[-1][1].time == START + 30
    assert node.asked.count("eth_getBlockByHash") == 4


# --- faults ----------------------------------------------------------------------------------


def test_past_that_is_broken_already_is_not_read_further():
    node = LogNode(issued(30), issued(30), *LOGS[9:])
    history = read(node)
    assert "was not asked for" in history.fault
    assert (len(node.asked), history.ancestors) == (1, ())


@pytest.mark.parametrize(
    "origins", [(SISTER,), (WHOLE, SISTER), (OTHER, OLDEST)], ids=["other", "more", "grandparents"]
)
def test_reissue_that_does_not_fit_the_record_leaves_the_past_broken(origins):
    node = LogNode(*LOGS)
    history = read(node, origins=origins)
    assert "is not told" in history.fault
    assert (len(node.asked), history.ancestors) == (2, ())


def test_reissue_that_is_hidden_leaves_the_past_broken():
    node = LogNode(*LOGS[:9])
    assert "is not told" in read(node).fault
    assert len(node.asked) == 2


@pytest.mark.parametrize("more", [[SISTER], [word("new"), word("new")]])
def test_title_that_is_opened_twice_leaves_the_past_broken(more):
    assert "twice" in read(LogNode(*LOGS, reissued((30, 1, 9), [OTHER], more))).fault


def test_titles_that_came_from_one_another_come_to_an_end():
    """No contract tells that; whoever does must not keep a verifier busy."""
    logs = [issued(30), issue_of(WHOLE, 29), reissued((30, 0, 9), [WHOLE], [WHOLE, TITLE])]
    history = read(LogNode(*logs))
    assert history.fault is None
    assert [item.title for item in history.ancestors] == [WHOLE]


@pytest.mark.parametrize("titles", [[TITLE], [TITLE, WHOLE]])
def test_title_that_came_from_itself_leaves_the_past_broken(titles):
    node = LogNode(issued(30), issue_of(WHOLE, 29), reissued((30, 0, 9), titles, [TITLE]))
    history = read(node, origins=tuple(titles))
    assert "from itself" in history.fault
    assert (len(node.asked), history.ancestors) == (2, ())


def test_title_whose_opening_is_hidden_leaves_the_past_broken():
    node = LogNode(act_of(TITLE, (30, 0, 0)), *LOGS[9:])
    assert "was opened" in read(node).fault
    assert len(node.asked) == 1
    assert "was opened" in read(LogNode(*LOGS[:4], *LOGS[5:])).fault


def combined(count):
    """TITLE came from `count` titles that were issued, each in a block of its own."""
    names = [word(f"ancestor {n}") for n in range(count)]
    issues = [issue_of(name, 10 + n) for n, name in enumerate(names)]
    return names, [issued(900), reissued((900, 0, 9), names, [TITLE]), *issues]


def test_ancestors_are_bounded():
    names, logs = combined(256)
    most = read(LogNode(*logs), origins=tuple(names))
    assert (most.fault, len(most.ancestors)) == (None, 256)
    names, logs = combined(257)
    node = LogNode(*logs)
    history = read(node, origins=tuple(names))
    assert "256 titles" in history.fault
    assert (len(node.asked), history.ancestors) == (2, ())


def test_requests_are_bounded_for_all_of_it_together():
    reissue = reissued((900, 0, 9), [WHOLE], [TITLE])
    node = LogNode(issued(900), reissue, act_of(WHOLE, (900, 0, 0)), issue_of(WHOLE, 2), widest=1)
    history = read(node)
    assert len(node.asked) == 512
    assert "512 requests" in history.fault
    assert (len(history.acts), len(history.earlier)) == (1, 1)


def test_events_are_bounded_for_all_of_it_together():
    acts = [act_of(WHOLE, (25, 0, n)) for n in range(4093)]
    logs = [issued(30), issue_of(WHOLE, 20), reissued((30, 0, 9), [WHOLE], [TITLE]), *acts]
    assert read(LogNode(*logs)).fault is None
    history = read(LogNode(*logs, act_of(WHOLE, (26, 0, 0))))
    assert "4096 events" in history.fault
    assert len(history.ancestors[0].acts) == 4094


def test_ancestors_acts_that_were_read_before_a_fault_are_kept():
    bad = act_of(WHOLE, (29, 0, 0)) | {"removed": True}
    history = read(LogNode(*LOGS[:6], bad, *LOGS[6:]))
    assert history.fault is not None
    assert [(title, act.sequence) for title, act in history.earlier] == [(WHOLE, 1)]


ODD = {
    "another carrier": {"topics": ["0x" + REISSUED.hex(), str(BANK)]},
    "three topics": {"topics": ["0x" + REISSUED.hex(), str(CARRIER), str(CARRIER)]},
    "an act": {"topics": acted((1, 0, 0))["topics"]},
    "another address": {"address": str(KEYS[0])},
    "removed": {"removed": True},
    "no data": {"data": "0x"},
    "data of an act": {"data": acted((1, 0, 0))["data"]},
    "more data": {"data": reissued((1, 0, 0), [WHOLE], [TITLE])["data"] + "00" * 32},
    "beyond the range": {"blockNumber": hex(LATEST + 1)},
    "no hash": {"transactionHash": None},
}


@pytest.mark.parametrize("name", ODD)
def test_reissue_that_is_not_as_asked_for_leaves_the_past_broken(name):
    class Careless(LogNode):
        def ask(self, method, *parameters):
            super().ask(method, *parameters)
            own, *others = self.logs
            return [own] if len(self.asked) == 1 else others

    node = Careless(issued(30), reissued((30, 0, 9), [WHOLE], [TITLE], **ODD[name]))
    history = read(node)
    assert history.fault is not None
    assert len(node.asked) == 2
