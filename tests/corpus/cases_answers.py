# SPDX-License-Identifier: Apache-2.0
"""Cases about answers that are nearly right, and about the reissues that a title came from.

They stand behind all others, so that these keep their numbers.
"""

import copy
import json

from cases_title import BLIND, held, unclear
from cases_title_told import GAP, changed, clash, filter_of, gap, told
from titled_events import Titles

REISSUED = "0xc3490d806174ba144047a9764d93268024a99d9929500cc34d45929d0da45219"
LOGS, CHAIN = "eth_getLogs", "eth_chainId"


def upper(text):
    """The same digits as capitals, behind the 0x."""
    return "0x" + text[2:].upper()


def own_times(logs):
    """The last block's acts but the latest have no time of their own, or a wrong one."""
    same = [log for log in logs if log["blockHash"] == logs[-1]["blockHash"]]
    for log in same[:-1]:
        log["blockTimestamp"] = "0x1"
    return logs


def timed_by_header(world):
    """The latest act has no time; another one of its block has a wrong one."""
    logs = copy.deepcopy(world.anvil.call(LOGS, filter_of(world, "crowd")))
    right = own_times(logs)[-1].pop("blockTimestamp")
    header = {"hash": logs[-1]["blockHash"], "timestamp": right}
    return (
        {"method": LOGS, "params": None, "result": logs},
        {"method": "eth_getBlockByHash", "params": None, "result": header},
    )


def said(method, text, params=None):
    """An answer as it goes over the line; $id stands for the number of the question."""
    return ({"method": method, "params": params, "text": text},)


def repeated(world):
    """The true history, under a name that stands there twice."""
    logs = json.dumps(world.anvil.call(LOGS, filter_of(world, "passed")))
    return said(LOGS, f'{{"jsonrpc": "2.0", "id": $id, "result": [], "result": {logs}}}')


def repeated_inside(world):
    """One log of the true history has two times."""
    logs = json.dumps(world.anvil.call(LOGS, filter_of(world, "passed")))
    logs = logs.replace('"blockTimestamp"', '"blockTimestamp": "0x1", "blockTimestamp"', 1)
    return said(LOGS, f'{{"jsonrpc": "2.0", "id": $id, "result": {logs}}}')


def opening(world, name):
    """The block that opened a title, as a range, and the carrier's reissues in it."""
    titles = Titles(world)
    asked = filter_of(world, name)
    block = world.anvil.call(LOGS, asked)[0]["blockNumber"]
    topics = [REISSUED, str(world.parties["carrier"])]
    place = {"address": str(titles.register.address), "fromBlock": block, "toBlock": block}
    return [place | {"topics": topics}]


def reissue(change, name="joined"):
    """What the node tells of the reissue that opened a title, after a change."""

    def node(world):
        params = opening(world, name)
        logs = change(copy.deepcopy(world.anvil.call(LOGS, *params)))
        return ({"method": LOGS, "params": params, "result": logs},)

    return node


def refused(world):
    error = {"code": -32005, "message": "query returns too many results"}
    return ({"method": LOGS, "params": opening(world, "joined"), "error": error},)


def hidden_issue(world):
    """The acts on the titles that it came from, but not when one of them was opened."""
    (own,), parents = opening(world, "joined"), ["part-2", "lone"]
    titles = Titles(world)
    names = sorted(str(titles.name(parent)) for parent in parents)
    asked = filter_of(world, "joined", last=int(own["toBlock"], 16))
    asked["topics"][1] = names
    logs = world.anvil.call(LOGS, asked)
    issues = [log for log in logs if log["topics"][0] == asked["topics"][0][0]]
    kept = [log for log in logs if log is not issues[0]]
    return ({"method": LOGS, "params": [asked], "result": kept},)


def part(slug, sentence, node):
    return gap(slug, sentence, node, "t-joined")


def blind(slug, sentence, text):
    node = said(CHAIN, text, [])
    return unclear(slug, "chain-unavailable", sentence, states=BLIND, node=node)


CASES = [
    gap(
        "upper-case-transaction",
        "A transaction's hash is written in capitals.",
        told("passed", changed(1, transactionHash=upper)),
    ),
    gap(
        "upper-case-block",
        "A block's hash is written in capitals.",
        told("passed", changed(1, blockHash=upper)),
    ),
    gap(
        "upper-case-register",
        "The register is written with capitals, as for people.",
        told("passed", changed(1, address=upper)),
    ),
    gap(
        "upper-case-party",
        "The party that acted is written in capitals.",
        told("passed", changed(1, topics=lambda t: [*t[:2], upper(t[2])])),
    ),
    gap(
        "upper-case-data",
        "The data of an act is written in capitals.",
        told("passed", changed(1, data=upper)),
    ),
    gap(
        "upper-case-number",
        "A log's place in its block is written with a capital.",
        told("passed", changed(1, logIndex="0xA")),
    ),
    gap(
        "blank-in-data",
        "A blank stands between two bytes of an act.",
        told("passed", changed(1, data=lambda d: d[:66] + " " + d[66:])),
    ),
    gap(
        "short-hash",
        "A transaction's hash has 31 bytes.",
        told("passed", changed(1, transactionHash=lambda h: h[:-2])),
    ),
    gap(
        "removed-null",
        "Whether a log was taken off the chain is null.",
        told("passed", lambda logs: [*logs[:1], logs[1] | {"removed": None}, *logs[2:]]),
    ),
    held(
        "history-removed-left-out",
        "No log says whether it was taken off the chain.",
        "t-passed",
        node=told(
            "passed",
            lambda logs: [{k: v for k, v in one.items() if k != "removed"} for one in logs],
        ),
    ),
    unclear(
        "history-stolen-before-fault",
        "title-in-doubt",
        "The last log is odd: what a stolen key did in those before it still counts.",
        "t-stolen",
        node=told("stolen", changed(-1, removed=True)),
    ),
    unclear(
        "history-stolen-after-fault",
        GAP,
        "The first log is odd: what a stolen key did in those behind it is not read.",
        "t-stolen",
        node=told("stolen", changed(0, removed=True)),
    ),
    held(
        "history-own-times",
        "Earlier acts of the same block have other times: the latest has its own.",
        "t-crowd",
        node=told("crowd", own_times),
    ),
    held(
        "history-time-of-block",
        "The latest act has no time: it is the block's, not that of another act in it.",
        "t-crowd",
        node=timed_by_header,
    ),
    gap("named-twice", "The node's answer has two results.", repeated),
    gap("time-twice", "A log has two times.", repeated_inside),
    blind(
        "node-named-twice",
        "The node says twice, and alike, which chain it is on.",
        '{"jsonrpc": "2.0", "id": $id, "result": "0x539", "result": "0x539"}',
    ),
    blind(
        "node-byte-order-mark",
        "The node's answer begins with a byte-order mark.",
        '\ufeff{"jsonrpc": "2.0", "id": $id, "result": "0x539"}',
    ),
    blind(
        "node-not-a-number",
        "The node's answer has a member that is no number.",
        '{"jsonrpc": "2.0", "id": $id, "result": "0x539", "time": NaN}',
    ),
    blind(
        "node-id-of-another-type",
        "The node repeats the number of the question as a text.",
        '{"jsonrpc": "2.0", "id": "$id", "result": "0x539"}',
    ),
    part("reissue-missing", "The reissue that opened it is missing.", reissue(lambda _: [])),
    part("reissue-refused", "The node refuses the block that opened it.", refused),
    part(
        "reissue-elsewhere",
        "Its reissue is told in the block before the one that opened it.",
        reissue(changed(0, blockNumber=lambda n: hex(int(n, 16) - 1))),
    ),
    part(
        "reissue-by-another",
        "Its reissue is told as another carrier's.",
        reissue(changed(0, topics=lambda t: [t[0], "0x" + "33" * 32])),
    ),
    part(
        "reissue-twice",
        "Its reissue is told twice, in two places.",
        reissue(lambda logs: [*logs, logs[0] | {"logIndex": "0x7d"}]),
    ),
    part(
        "reissue-of-others",
        "Its reissue is told with another title as the first that was closed.",
        reissue(changed(0, data=lambda d: d[: 2 + 5 * 64] + "44" * 32 + d[2 + 6 * 64 :])),
    ),
    part("ancestor-unopened", "When a title that it came from was opened is hidden.", hidden_issue),
    clash(
        "issued-to-nobody",
        "It was issued to nobody.",
        changed(0, data=lambda d: d[: 2 + 2 * 64] + "00" * 64 + d[2 + 4 * 64 :]),
    ),
]
