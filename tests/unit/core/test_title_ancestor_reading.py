# SPDX-License-Identifier: Apache-2.0
"""How the past of the titles that a title came from is read from a node (formats.md §9.4)."""

import itertools

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


def issue_of(title, number):
    event, _, party = issued()["topics"]
    return issued(number, topics=[event, str(title), party])


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
    issue_of(WHOLE, 21),
    reissued((20, 0, 9), [OTHER, OLDEST], [WHOLE]),
    act_of(WHOLE, (30, 0, 0)),
    issued(31),
    issue_of(SISTER, 31 + 1),
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


def test_ancestors_cost_two_more_requests():
    node = LogNode(*LOGS)
    read(node)
    assert node.asked == ["eth_getLogs"] * 3
    assert node.ranges == [(REGISTER.deploy_block, LATEST)] * 3
    assert node.topics == [
        [EVENTS, str(TITLE)],
        ["0x" + REISSUED.hex(), str(CARRIER)],
        [EVENTS, [str(title) for title in sorted([WHOLE, OLDEST, OTHER])]],
    ]


def test_single_ancestor_is_still_asked_for_in_a_list():
    node = LogNode(issued(31), reissued((30, 0, 9), [WHOLE], [TITLE]))
    assert read(node).fault is None
    assert node.topics[-1] == [EVENTS, [str(WHOLE)]]


def test_whole_range_is_searched_though_an_issue_is_found():
    """Another ancestor may be older than the newest one's issue."""
    node = LogNode(*LOGS, widest=700)
    history = read(node)
    assert (history.fault, len(history.ancestors)) == (None, 3)
    assert node.ranges[-3:] == [(1, 1000), (501, 1000), (1, 500)]
    assert all(item.acts for item in history.ancestors)


def test_times_that_logs_lack_are_asked_for_of_acts_alone():
    logs = [{**item, "blockTimestamp": None} for item in LOGS]
    headers = {
        str(word(f"block {n}")): {"hash": str(word(f"block {n}")), "timestamp": hex(START + n)}
        for n in (10, 11, 20, 21, 30, 31, 32)
    }
    node = LogNode(*logs, headers=headers)
    history = read(node)
    assert history.fault is None
    assert history.earlier[-1][1].time == START + 30
    assert node.asked.count("eth_getBlockByHash") == 6


# --- faults ----------------------------------------------------------------------------------


def test_past_that_is_broken_already_is_not_read_further():
    node = LogNode(issued(31), issued(31), *LOGS[9:])
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
    assert "twice" in read(LogNode(*LOGS, reissued((40, 0, 9), [OTHER], more))).fault


def test_titles_that_came_from_one_another_come_to_an_end():
    """No contract tells that; whoever does must not keep a verifier busy."""
    history = read(LogNode(issued(31), reissued((30, 0, 9), [WHOLE], [WHOLE, TITLE])))
    assert history.fault is None
    assert [item.title for item in history.ancestors] == [WHOLE]


def chain_of(length):
    names = [TITLE, *(word(f"ancestor {n}") for n in range(length))]
    pairs = enumerate(itertools.pairwise(names))
    return [reissued((30, n, 9), [old], [new]) for n, (new, old) in pairs]


def test_ancestors_are_bounded():
    most = read(LogNode(issued(31), *chain_of(256)), origins=(word("ancestor 0"),))
    assert (most.fault, len(most.ancestors)) == (None, 256)
    node = LogNode(issued(31), *chain_of(257))
    history = read(node, origins=(word("ancestor 0"),))
    assert "256 titles" in history.fault
    assert (len(node.asked), history.ancestors) == (2, ())


def test_requests_are_bounded_for_all_of_it_together():
    node = LogNode(*LOGS, widest=8)
    history = read(node)
    assert len(node.asked) == 256
    assert "256 requests" in history.fault
    assert history.acts


def test_events_are_bounded_for_all_of_it_together():
    acts = [act_of(WHOLE, (25, 0, n)) for n in range(4094)]
    logs = [issued(31), reissued((30, 0, 9), [WHOLE], [TITLE]), *acts]
    assert read(LogNode(*logs)).fault is None
    history = read(LogNode(*logs, act_of(WHOLE, (26, 0, 0))))
    assert "4096 events" in history.fault
    assert len(history.ancestors[0].acts) == 4094


def test_ancestors_acts_that_were_read_before_a_fault_are_kept():
    bad = act_of(WHOLE, (29, 0, 0)) | {"removed": True}
    history = read(LogNode(*LOGS[:6], bad, *LOGS[6:]))
    assert history.fault is not None
    assert len(history.earlier) == 5


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

    node = Careless(issued(31), reissued((30, 0, 9), [WHOLE], [TITLE], **ODD[name]))
    history = read(node)
    assert history.fault is not None
    assert len(node.asked) == 2
