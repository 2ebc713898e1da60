# SPDX-License-Identifier: Apache-2.0
"""The small world's title register as a node tells of it: logs, and the lens's answer."""

from eth_abi import encode

from ledger.primitives import Address, Bytes32, Digest
from ledger.statements import keccak256
from ledger.titles import Issue

NONE = bytes(32)
WORDS = {
    "TitleIssued": "bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,uint64,bytes32,address",
    "TitleActed": ("bytes32,bytes32,uint8,uint32,bytes32,bytes32,bytes32,uint64,bytes32,address"),
    "TitlesReissued": "bytes32,bytes32[],bytes32[],bytes32,address",
}
TOPICS = {name: keccak256(f"{name}({kinds})".encode()) for name, kinds in WORDS.items()}
RECORD = (
    "(bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,uint8,bool,uint32,uint64,"
    "uint64,uint64,address,bytes32[])"
)
ANSWER = (
    f"(bytes32,address,bytes32,{RECORD},(bytes32,string,bytes2,string)[],(address,uint64,uint64)[])"
)


def raw(value):
    """Bytes of what may be nothing."""
    return NONE if value is None else value.raw


def answer_of(titles, held, ledger, query, commitment):
    """What the lens says of a title; `titles` is the register, `held` the other contracts."""
    register, title, keys = query
    if not int(register, 16):
        return (NONE, "0x" + "00" * 20, NONE, _record(None, None), [], [])
    record = titles.register.titles.get(Bytes32(title))
    own = titles.events.get(Bytes32(title), ())
    key = titles.latest_key or (own[-1].key if own and record is not None else Address(bytes(20)))
    roles = ("carrier", "holder", "beneficiary", "nominee")
    parties = [record and getattr(record, role) for role in roles]
    of = titles.register.commitments.get((record and record.carrier, Digest(commitment)))
    doubts = [(str(one), held.keys.get(one)) for one in [*map(Address.parse, keys), key]]
    return (
        *(ledger.titles[0].code_hash.raw, str(ledger.parties.address), raw(of)),
        _record(record, key),
        [(raw(party), held.names.get(party, ""), b"", "") for party in parties],
        [(one, found.compromised_since, 0) if found else (one, 0, 0) for one, found in doubts],
    )


def _record(record, key):
    if record is None:
        return (*[NONE] * 8, 0, False, 0, 0, 0, 0, "0x" + "00" * 20, [])
    names = ("carrier", "holder", "beneficiary", "nominee", "former_holder", "former_beneficiary")
    return (
        *(raw(getattr(record, name)) for name in (*names, "commitment", "intent")),
        *(int(record.state), record.paused, record.sequence, record.time),
        *(record.accept_by or 0, record.share, str(key), [raw(one) for one in record.origins]),
    )


def logs_of(titles, register):
    """Every event that the register emitted, in order."""
    events = [
        _log(register, event, title) for title, said in titles.events.items() for event in said
    ]
    return sorted([*events, *_reissues(titles, register)], key=_place)


def _place(log):
    return tuple(int(log[name], 16) for name in ("blockNumber", "transactionIndex", "logIndex"))


def _log(register, event, title):
    wish, key = event.wish, str(event.key)
    if isinstance(wish, Issue):
        name = "TitleIssued"
        said = (wish.tag, wish.commitment, wish.holder, wish.beneficiary)
        words = (*map(raw, said), event.share, raw(wish.remark), key)
    else:
        name = "TitleActed"
        said = (wish.holder, wish.beneficiary, wish.intent)
        words = (int(wish.action), event.sequence, *map(raw, said), wish.accept_by or 0)
        words += (raw(wish.remark), key)
    return _written(register, name, [title.raw, event.party.raw], words, event)


def _reissues(titles, register):
    """One event for each reissue: the register in memory keeps only what became of the titles."""
    made = {}
    for title, record in titles.register.titles.items():
        if record.origins and title in titles.events:
            issue = titles.events[title][0]
            made.setdefault((issue.place[0], record.origins), []).append((title, issue))
    for (_, origins), parts in made.items():
        issue = parts[0][1]
        names = [[raw(one) for one in origins], [raw(title) for title, _ in parts]]
        words = (*names, NONE, str(issue.key))
        log = _written(register, "TitlesReissued", [issue.party.raw], words, issue)
        yield log | {"logIndex": "0x7"}


def _written(register, name, topics, words, event):
    kinds = WORDS[name].split(",")[len(topics) :]
    number, transaction, index = event.place
    return {
        "address": str(register.address),
        "topics": ["0x" + topic.hex() for topic in (TOPICS[name], *topics)],
        "data": "0x" + encode(kinds, words).hex(),
        "blockNumber": hex(number),
        "blockHash": "0x" + keccak256(f"block {number}".encode()).hex(),
        "blockTimestamp": hex(event.time),
        "transactionHash": str(event.transaction),
        "transactionIndex": hex(transaction),
        "logIndex": hex(index),
        "removed": False,
    }


def wanted(log, where):
    """Whether a filter of `eth_getLogs` finds a log."""
    number = int(log["blockNumber"], 16)
    fits = int(where["fromBlock"], 16) <= number <= int(where["toBlock"], 16)
    marks = zip(where["topics"], log["topics"], strict=False)
    return fits and all(
        mark in want if isinstance(want, list) else mark == want for want, mark in marks
    )
