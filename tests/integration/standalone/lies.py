# SPDX-License-Identifier: Apache-2.0
"""A node that lies about a title, at random: in its record, its keys, its names and its logs."""

import copy
import random

import mutation
from bridge import ANSWER
from eth_abi import decode, encode

from ledger.chain.reading.rpc import Refusal
from ledger.primitives import MAX_TIME

TITLE = 12  # where the answer has the title: (code, registry, titleOf, record, parties, keys)
NAMES = ("carrier", "holder", "beneficiary", "nominee", "formerHolder", "formerBeneficiary")
NAMES += ("commitment", "intent", "state", "paused", "sequence", "time", "acceptBy", "share")
NAMES += ("key", "origins")
PLACE = ("blockNumber", "blockHash", "blockTimestamp", "transactionHash", "transactionIndex")
PLACE += ("logIndex",)
NUMBERS = (0, 1, 2, 12, 10**9, 2**32 - 1, MAX_TIME, MAX_TIME + 1, 2**64 - 1)
WIDTHS = {"state": 13, "sequence": 2**32}
STEPS = (-12, -1, 1, 12)


def recorded(**members):
    """A change of the lens's answer: the record with other members, and what names them."""

    def change(values):
        title = list(values[TITLE])
        record = dict(zip(NAMES, title[3], strict=True)) | members
        title[3] = tuple(record.values())
        title[4] = [(record[n], *p[1:]) for n, p in zip(NAMES, title[4], strict=False)]
        title[5] = [*title[5][:-1], *((record["key"], *one[1:]) for one in title[5][-1:])]
        return [*values[:TITLE], tuple(title)]

    return change


def liar(seed):
    """A function that spoils what a node answers; the same question gets the same lie."""
    rng = random.Random(seed)  # noqa: S311 — no secret
    lies, only = rng.choice(("eth_call", "eth_getLogs", "both", "widths")), rng.randrange(8)
    salt, widest, count = rng.random(), rng.choice((0, 1, 2, 5)), {}

    def spoil(method, params, result):
        number = count[method] = count.get(method, -1) + 1
        own = random.Random(f"{salt} {method} {number}")  # noqa: S311 — as above
        if only < 4 and number != only and lies != "widths":
            return result  # it lies once
        if method == "eth_call" and lies in (method, "both"):
            return told(own, result)
        if method == "eth_getLogs" and lies in (method, "both"):
            return logged(own, result)
        if method == "eth_getLogs" and lies == "widths":
            asked = [int(params[0][name], 16) for name in ("fromBlock", "toBlock")]
            return Refusal("too wide") if asked[1] - asked[0] >= widest else result
        return result

    return spoil


def told(rng, result):
    """The lens's answer with something else in it; as it is, if that cannot be written."""
    (values,) = decode([ANSWER], bytes.fromhex(result[2:]))
    values = rng.choice((of_record, of_record, of_record, of_keys, of_names))(rng, list(values))
    return "0x" + encode([ANSWER], [tuple(values)]).hex()


def of_record(rng, values):
    """One to three members of the record are others."""
    record = dict(zip(NAMES, values[TITLE][3], strict=True))
    for name in rng.sample(NAMES, rng.choice((1, 1, 2, 3))):
        record[name] = member(rng, name, record, values[TITLE])
    return recorded(**record)(values)


def member(rng, name, record, title):
    """Another value for a member: one that stands elsewhere, an odd one, or nearly the same."""
    if name in NAMES[:8]:
        return rng.choice([bytes(32), bytes([1]) * 32, *title[3][:8], *record["origins"]])
    if name == "paused":
        return not record[name]
    if name == "key":
        return rng.choice(["0x" + "00" * 20, "0x" + "01" * 20, *(one[0] for one in title[5])])
    if name == "origins":
        held = [*record[name], bytes([3]) * 32]
        return rng.choice(([], held, held[:-2], held[-1:], held[::-1]))
    found = rng.choice((*NUMBERS, *(record[name] + step for step in STEPS)))
    return max(found, 0) % WIDTHS.get(name, 2**64)


def of_keys(rng, values):
    """A key is compromised, since then or then; or the document is another title's."""
    title = list(values[TITLE])
    if not title[5] or rng.random() < 0.2:
        title[2] = rng.choice([bytes(32), *title[3][:8]])
    else:
        keys, at = [*title[5]], rng.randrange(len(title[5]))
        keys[at] = (keys[at][0], rng.choice((*NUMBERS, title[3][11], title[3][11] + 1)), 0)
        title[5] = keys
    return [*values[:TITLE], tuple(title)]


def of_names(rng, values):
    """Parties, and issuers, have other names, or none."""
    names, title = ("", "Another Name", "é"), list(values[TITLE])
    title[4] = [(one[0], rng.choice(names), *one[2:]) for one in title[4]]
    issuers = [(rng.choice((one[0], *names)), *one[1:]) for one in values[11]]
    return [*values[:11], issuers, tuple(title)]


def logged(rng, logs):
    """One to three lies among the logs; an answer that is no list ends them."""
    logs = copy.deepcopy(logs)
    for _ in range(rng.choice((1, 1, 2, 3))):
        if not isinstance(logs, list) or not all(isinstance(log, dict) for log in logs) or not logs:
            return logs
        at = rng.randrange(len(logs))
        lie = rng.choice((of_data, of_members, of_members, of_place, of_topics, of_list))
        logs = lie(rng, logs, at)
    return logs


def of_data(rng, logs, at):
    """One word of its data is another."""
    data = logs[at].get("data")
    if isinstance(data, str) and len(data) > 2:
        logs[at]["data"] = mutation.spoil_words(rng.random(), data)
    return logs


def of_members(rng, logs, at):
    """One member is another's, in capitals, longer, odd, or not there."""
    name = rng.choice(mutation.LOG_MEMBERS)
    held, other = logs[at].pop(name, None), rng.choice(logs).get(name)
    odd = [other, *mutation.VALUES]
    if isinstance(held, str):
        odd += [held.upper(), "0x" + held[2:].upper(), held + " ", held + "0", held[:-1]]
    if rng.random() < 0.8:
        logs[at][name] = rng.choice(odd)
    return logs


def of_place(rng, logs, at):
    """It stands somewhere else, or two have exchanged their places."""
    one, other = logs[at], rng.choice(logs)
    if rng.random() < 0.5:
        for name in PLACE:
            one[name], other[name] = other.get(name), one.get(name)
    else:
        name = rng.choice(PLACE)
        one[name] = hex(rng.choice((*NUMBERS, 5, 8, 13, 14)))
    return logs


def of_topics(rng, logs, at):
    """A topic is another's, or there are more, or fewer."""
    topics, other = logs[at].get("topics"), rng.choice(logs).get("topics")
    if isinstance(topics, list) and isinstance(other, list) and topics and other:
        place = rng.randrange(len(topics))
        changed = [*topics[:place], rng.choice(other), *topics[place + 1 :]]
        logs[at]["topics"] = rng.choice((changed, changed, topics[:-1], [*topics, other[-1]]))
    return logs


def of_list(rng, logs, at):
    """One is left out, or stands there once more; or there is no list."""
    again = logs[at] | {"logIndex": hex(rng.randrange(50, 90))}
    lists = (logs[:at] + logs[at + 1 :], [*logs, again], logs[::-1])
    return rng.choice((*lists, *lists, rng.choice(mutation.LISTS)(logs, at)))
