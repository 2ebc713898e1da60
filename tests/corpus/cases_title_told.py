# SPDX-License-Identifier: Apache-2.0
"""Cases about titles on a node that tells their history wrongly, or will not tell it at once."""

import copy

from cases_title import gone, held, unclear
from titled_events import Titles

ADDRESS = "0x" + "ab" * 20
WORD = 64
REFUSAL = {"error": {"code": -32005, "message": "query returns too many results"}}
ACTED = "0x210dd8a3ef9fa3827920975ea8eec635bd6a0de6e2f4adb18857bf208fb22ac1"
ISSUED = "0x5443b4b95125a3e71183f62787d2c394eefd1a37ec89f78a796a5521571eca03"
GAP, CLASH = "title-history-incomplete", "title-history-contradicts"


def filter_of(world, name, first=None, last=None):
    """The page's question for the history of a title."""
    titles = Titles(world)
    head = int(world.anvil.call("eth_getBlockByNumber", "latest", False)["number"], 16)  # noqa: FBT003 — JSON-RPC
    return {
        "address": str(titles.register.address),
        "fromBlock": hex(titles.register.deploy_block if first is None else first),
        "toBlock": hex(head if last is None else last),
        "topics": [[ISSUED, ACTED], str(titles.name(name))],
    }


def told(name, change):
    """The node's own logs after a change to them."""

    def node(world):
        logs = world.anvil.call("eth_getLogs", filter_of(world, name))
        return ({"method": "eth_getLogs", "params": None, "result": change(copy.deepcopy(logs))},)

    return node


def dropped(at):
    return lambda logs: logs[:at] + logs[at + 1 :]


def changed(at, **members):
    """One log with other members: a value, a function of the old one, or None to leave it out."""

    def change(logs):
        for name, value in members.items():
            if value is None:
                del logs[at][name]
            else:
                logs[at][name] = value(logs[at][name]) if callable(value) else value
        return logs

    return change


def word(at, value):
    """A change to one word of a log's data."""
    return lambda data: data[: 2 + WORD * at] + f"{value:064x}" + data[2 + WORD * (at + 1) :]


def swapped(first, second):
    """Two logs exchange their places in the chain."""

    def change(logs):
        for name in ("blockNumber", "blockHash", "transactionHash", "transactionIndex", "logIndex"):
            logs[first][name], logs[second][name] = logs[second][name], logs[first][name]
        return logs

    return change


def twice(logs):
    return [*logs, logs[-1] | {"logIndex": "0x7d"}]


def renumbered(logs):
    """An act left out, and the later ones numbered as if it had not been."""
    del logs[1]
    for at, log in enumerate(logs[1:], 2):
        log["data"] = word(1, at)(log["data"])
    return logs


def foreign(world):
    """A log of another title among those of this one."""
    own = world.anvil.call("eth_getLogs", filter_of(world, "passed"))
    others = world.anvil.call("eth_getLogs", filter_of(world, "crowd"))
    return ({"method": "eth_getLogs", "params": None, "result": [*own, others[-1]]},)


def in_halves(name, times):
    """The node refuses the whole range, and its newest half, as often as asked."""

    def node(world):
        asked = filter_of(world, name)
        first, last = int(asked["fromBlock"], 16), int(asked["toBlock"], 16)
        width, answers = last - first + 1, []
        for _ in range(times):
            params = [filter_of(world, name, last - width + 1, last)]
            answers.append({"method": "eth_getLogs", "params": params} | REFUSAL)
            width //= 2
        return tuple(answers)

    return node


def without_times(name, headers=None):
    """Logs without a time; the node tells the blocks', or another block's."""

    def node(world):
        logs = world.anvil.call("eth_getLogs", filter_of(world, name))
        answers = [{"method": "eth_getLogs", "params": None}]
        answers[0]["result"] = [
            {k: v for k, v in log.items() if k != "blockTimestamp"} for log in logs
        ]
        if headers is not None:
            answers.append({"method": "eth_getBlockByHash", "params": None} | headers)
        return tuple(answers)

    return node


def answers(**said):
    return ({"method": "eth_getLogs", "params": None} | said,)


def gap(slug, sentence, node, base="t-passed", **more):
    return unclear(f"history-{slug}", GAP, sentence, base, node=node, **more)


def clash(slug, sentence, change, name="passed"):
    return unclear(f"history-{slug}", CLASH, sentence, f"t-{name}", node=told(name, change))


CASES = [
    held(
        "history-in-halves",
        "The node takes no range as wide as that; in halves it does.",
        "t-passed",
        node=in_halves("passed", 1),
    ),
    held(
        "history-in-small-ranges",
        "The node takes an eighth of the range at most.",
        "t-crowd",
        node=in_halves("crowd", 3),
    ),
    held(
        "history-http-413",
        "The node refuses the whole range with HTTP 413.",
        "t-passed",
        node=lambda w: (
            {"method": "eth_getLogs", "params": [filter_of(w, "passed")], "httpStatus": 413},
        ),
    ),
    held(
        "history-http-400",
        "The node refuses the whole range with HTTP 400.",
        "t-passed",
        node=lambda w: (
            {"method": "eth_getLogs", "params": [filter_of(w, "passed")], "httpStatus": 400},
        ),
    ),
    held(
        "history-without-times",
        "The node's logs have no time; its blocks do.",
        "t-crowd",
        node=without_times("crowd"),
    ),
    held(
        "history-out-of-order",
        "The node tells the acts in no order.",
        "t-passed",
        node=told("passed", lambda logs: logs[::-1]),
    ),
    gap("gap", "One act is missing.", told("passed", dropped(2))),
    gap("no-issue", "The issue is missing.", told("passed", dropped(0))),
    gap("last-missing", "The latest act is missing.", told("passed", dropped(-1))),
    gap("empty", "The node tells of no act.", answers(result=[])),
    gap("null", "The node has no answer.", answers(result=None)),
    gap("no-list", "The answer is no list.", answers(result={})),
    gap("http-503", "The node answers with HTTP 503.", answers(httpStatus=503)),
    gap("always-refused", "The node refuses even one block.", answers(**REFUSAL)),
    gap("foreign-act", "An act on another title is among them.", foreign),
    gap(
        "other-register",
        "A log is another contract's.",
        told("passed", changed(1, address=ADDRESS)),
    ),
    gap(
        "other-event",
        "A log is another event.",
        told("passed", changed(1, topics=lambda t: ["0x" + "11" * 32, *t[1:]])),
    ),
    gap(
        "two-topics",
        "A log has two topics only.",
        told("passed", changed(1, topics=lambda t: t[:2])),
    ),
    gap(
        "removed", "A log was taken off the chain again.", told("passed", changed(1, removed=True))
    ),
    gap(
        "out-of-range",
        "A log lies above the newest block.",
        told("passed", changed(-1, blockNumber="0xffffff")),
    ),
    gap(
        "duplicate",
        "A log stands there twice, in the same place.",
        told("passed", lambda logs: [*logs, logs[-1]]),
    ),
    gap(
        "data-short", "A log's data ends early.", told("passed", changed(1, data=lambda d: d[:-64]))
    ),
    gap(
        "data-long",
        "A log's data goes on.",
        told("passed", changed(1, data=lambda d: d + "00" * 32)),
    ),
    gap(
        "data-dirty",
        "A number in a log is beyond its type.",
        told("passed", changed(1, data=word(0, 256 + 4))),
    ),
    gap(
        "action-unknown",
        "A log tells of an action 18.",
        told("passed", changed(1, data=word(0, 18))),
    ),
    gap("action-zero", "A log tells of an action 0.", told("passed", changed(1, data=word(0, 0)))),
    gap(
        "quantity",
        "A log's block number has a leading zero.",
        told("passed", changed(1, blockNumber=lambda n: "0x0" + n[2:])),
    ),
    gap(
        "time-beyond",
        "An act is of the year 10000.",
        told("passed", changed(1, blockTimestamp="0x3afff4417f" + "f")),
    ),
    gap(
        "block-unknown",
        "No times, and the node does not know the block.",
        without_times("passed", {"result": None}),
    ),
    gap(
        "block-refused",
        "No times, and the node will not tell of the block.",
        without_times("passed", REFUSAL),
    ),
    gap(
        "block-another",
        "No times, and the node tells of another block.",
        without_times(
            "passed", {"result": {"hash": "0x" + "22" * 32, "timestamp": "0x1", "number": "0x1"}}
        ),
    ),
    clash("twice", "The last act stands there twice, in two places.", twice),
    clash("swapped", "Two acts exchanged their places.", swapped(1, 2)),
    clash(
        "by-another",
        "An act is said to be another party's.",
        changed(2, topics=lambda t: [*t[:2], "0x" + "33" * 32]),
    ),
    clash("another-holder", "The last act named another holder.", changed(-1, data=word(2, 7))),
    clash("another-key", "The last act was made by another key.", changed(-1, data=word(7, 7))),
    clash("another-time", "The last act has another time.", changed(-1, blockTimestamp="0x1")),
    clash("another-action", "A transfer is told as an acceptance.", changed(1, data=word(0, 5))),
    clash(
        "another-tag", "The title does not come from carrier and tag.", changed(0, data=word(0, 7))
    ),
    clash("another-share", "It was issued with another share.", changed(0, data=word(4, 7))),
    clash(
        "member-too-many",
        "An act has a member that its action does not take.",
        changed(-1, data=word(4, 7)),
    ),
    clash("paused-and-passed", "A title on hold was passed on.", changed(1, data=word(0, 16))),
    clash(
        "offer-too-long",
        "It was offered for more than a year.",
        changed(1, data=word(5, 2**40)),
        "accepted",
    ),
    clash(
        "accepted-too-late",
        "It was accepted after the deadline.",
        changed(2, blockTimestamp="0xffffffff"),
        "accepted",
    ),
    clash(
        "taken-back-early",
        "It was taken back before the deadline.",
        changed(2, blockTimestamp="0x1"),
        "taken-back",
    ),
    clash(
        "number-skipped",
        "The acts have the numbers 1, 2, 3, 4, and 9.",
        lambda logs: [*logs, logs[-1] | {"logIndex": "0x7d", "data": word(1, 9)(logs[-1]["data"])}],
    ),
    clash(
        "number-zero",
        "An act has the number 0.",
        lambda logs: [*logs, logs[-1] | {"logIndex": "0x7d", "data": word(1, 0)(logs[-1]["data"])}],
    ),
    gap(
        "renumbered",
        "An act was left out, and the others numbered anew.",
        told("passed", renumbered),
    ),
    gone(
        "history-broken-delivered",
        "title-delivered",
        "Delivered: that stands, though the acts are not told.",
        "t-delivered",
        node=answers(result=[]),
    ),
    gone(
        "history-broken-not-this",
        "title-not-this",
        "Another bill's title: no history is needed to see that.",
        "t-other-bill",
        node=answers(**REFUSAL),
    ),
    unclear(
        "history-broken-stolen-last",
        "title-in-doubt",
        "A stolen key acted last: the record shows it without the acts.",
        "t-stolen-last",
        node=answers(result=[]),
    ),
    unclear(
        "history-issue-hides-theft",
        GAP,
        "The stolen key's act is left out.",
        "t-stolen",
        node=told("stolen", dropped(2)),
    ),
]
