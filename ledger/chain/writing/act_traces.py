# SPDX-License-Identifier: Apache-2.0
"""What a contract emits when it does an act, word for word; and where the chain holds that.

That a nonce is used says only that the key used it, for this act or for another one. The events of
an act name the key, the content and the number of the record, and each number is given once: these
events stand in the chain if, and only if, this was done. Where they have no number (`TitleIssued`)
the contract does it once for ever.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias, cast

from hexbytes import HexBytes
from web3.eth import Eth
from web3.types import FilterParams, LogReceipt

from ledger.acts import ActType, SignedAct
from ledger.anchors import BlockRef
from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.node import Node
from ledger.errors import ChainUnavailableError
from ledger.ports.relaying import ActPlace
from ledger.primitives import Address, Bytes32, Digest
from ledger.statements import keccak256
from ledger.titles import WHOLE, Part, TitleAction, plan_of

__all__ = ["Trace", "act_in_logs", "traces_of"]

_ISSUED: Final = keccak256(
    b"TitleIssued(bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,uint64,bytes32,address)"
)
_ACTED: Final = keccak256(
    b"TitleActed(bytes32,bytes32,uint8,uint32,bytes32,bytes32,bytes32,uint64,bytes32,address)"
)
_CHANGED: Final = keccak256(b"StatusChanged(bytes32,bytes32,uint8,uint16,bytes32,address,uint32)")
_NONE: Final = bytes(32)
_TITLE_SEQUENCE: Final = 10  # where ITitleRegistry.Record has it
_STATUS_SEQUENCE: Final = 3  # where IDocumentStatus.Record has it
_EARLIER_SECONDS: Final = 86_400
_FIRST_SPAN: Final = 256
_MOST_REQUESTS: Final = 512
_Event: TypeAlias = tuple[tuple[bytes, ...], bytes]  # topics and data


@dataclass(frozen=True, slots=True)
class Trace:
    """One event of an act, and the record that it numbered."""

    topics: tuple[bytes, ...]
    data: bytes
    record: tuple[bytes, ...]
    sequence: int


def traces_of(signed: SignedAct) -> tuple[Trace, ...]:
    """The events that tell that an act was done; none for a tag key: its hash can be read."""
    act = signed.act
    match act.type:
        case ActType.STATUS_CHANGE:
            return (_changed(signed, act.wish()),)
        case ActType.STATUS_CHANGES:
            return tuple(_changed(signed, item) for item in _items(signed, "items"))
        case ActType.ISSUE:
            return (_issued(signed),)
        case ActType.ACT:
            return (_acted(signed),)
        case ActType.REISSUE:
            return _reissued(signed)
        case ActType.TAG_KEY:
            return ()


def act_in_logs(
    contract: Contract, signed: SignedAct, since: int, block: BlockRef
) -> ActPlace | None:
    """Where an act stands whose nonce is used, up to a block; None if it was another act's.

    Looked for from a day before `since` on: it may have been carried before it was handed in here.

    Raises:
        ChainUnavailableError: no usable answer, or too many requests would be needed.
    """
    traces = traces_of(signed)
    if len(traces) == 1 and _sequence(contract, traces[0], block) < traces[0].sequence:
        return None  # what it would have numbered has not come so far
    first = _first_block(contract.node, block, since - _EARLIER_SECONDS)
    found = _found(contract, traces, range(first, block.number + 1))
    if not found:
        return None
    log = next(iter(found.values()))  # the newest: one that is older was said by another act, too
    missing = [trace for trace in traces if (trace.topics, trace.data) not in found]
    # Of many changes, those that were said already emit nothing.
    some = signed.act.type is ActType.STATUS_CHANGES
    said = all(some and _was_said(contract, trace, int(log["blockNumber"])) for trace in missing)
    return _place(log) if said else None


def _found(
    contract: Contract, traces: tuple[Trace, ...], blocks: range
) -> dict[_Event, LogReceipt]:
    """The events of an act that are there, newest first."""
    wanted = {(trace.topics, trace.data) for trace in traces}
    found: dict[_Event, LogReceipt] = {}
    for log in _logs(contract, traces, blocks):
        event = _event(log)
        if event in wanted:
            found[event] = log
            if len(found) == len(wanted):
                break
    return found


# -- events ---------------------------------------------------------------------------------------


def _changed(signed: SignedAct, item: tuple[Any, ...]) -> Trace:
    subject, status, reason, successor, expected = item
    record = (signed.act.party.raw, subject)
    words = (_word(status), _word(reason), successor, _key(signed.key), _word(expected + 1))
    return Trace((_CHANGED, *record), b"".join(words), record, expected + 1)


def _issued(signed: SignedAct) -> Trace:
    act = signed.act
    title = act.title.raw if act.title is not None else _NONE
    words = [act.word(name) for name in ("tag", "commitment", "holder", "beneficiary")]
    words += [_word(WHOLE), act.word("remark"), _key(signed.key)]
    return Trace((_ISSUED, title, act.party.raw), b"".join(words), (title,), 1)


def _acted(signed: SignedAct) -> Trace:
    act = signed.act
    wish = [_word(act.number("action")), _word(act.number("expectedSequence") + 1)]
    wish += [act.word(name) for name in ("holder", "beneficiary", "intent")]
    wish += [_word(act.number("acceptBy")), act.word("remark"), _key(signed.key)]
    title, sequence = act.word("title"), act.number("expectedSequence") + 1
    return Trace((_ACTED, title, act.party.raw), b"".join(wish), (title,), sequence)


def _reissued(signed: SignedAct) -> tuple[Trace, ...]:
    """One for each title that is closed: the plan in it stands for all titles and parts."""
    act = signed.act
    titles = cast("tuple[bytes, ...]", act.message["titles"])
    sequences = cast("tuple[int, ...]", act.message["expectedSequences"])
    if len(titles) != len(sequences):
        return ()  # the contract refuses it
    parts = [
        Part(Digest(tag), Digest(commitment), share)
        for tag, commitment, share in _items(signed, "parts")
    ]
    plan = plan_of([Bytes32(title) for title in titles], parts).raw
    tail = _NONE + _NONE + plan + _NONE + act.word("remark") + _key(signed.key)
    action = _word(TitleAction.ACCEPT_SURRENDER.value)
    return tuple(
        Trace(
            (_ACTED, title, act.party.raw),
            action + _word(expected + 1) + tail,
            (title,),
            expected + 1,
        )
        for title, expected in zip(titles, sequences, strict=True)
    )


def _items(signed: SignedAct, name: str) -> tuple[tuple[Any, ...], ...]:
    return cast("tuple[tuple[Any, ...], ...]", signed.act.message[name])


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")


def _key(key: Address) -> bytes:
    return key.raw.rjust(32, b"\0")


# -- records --------------------------------------------------------------------------------------


def _sequence(contract: Contract, trace: Trace, block: BlockRef) -> int:
    record = contract.read_at(block.number, "record", *trace.record)
    place = _STATUS_SEQUENCE if trace.topics[0] == _CHANGED else _TITLE_SEQUENCE
    return int(record[place])


def _was_said(contract: Contract, trace: Trace, number: int) -> bool:
    """Whether a record said after a block what an item wanted."""
    _key, status, reason, *_, successor = contract.read_at(number, "record", *trace.record)
    return trace.data.startswith(_word(int(status)) + _word(int(reason)) + bytes(successor))


# -- logs -----------------------------------------------------------------------------------------


def _first_block(node: Node, latest: BlockRef, time: int) -> int:
    """A block from before a time; found in steps that double, by headers alone."""
    span = _FIRST_SPAN
    while span <= latest.number:
        block = node.block(latest.number - span)
        if block is None or block.time < time:
            return latest.number - span
        span *= 2
    return 0


def _logs(contract: Contract, traces: tuple[Trace, ...], blocks: range) -> Iterator[LogReceipt]:
    """The logs of some records, newest first; in halves where the node takes no wider range."""
    topics = [sorted(words) for words in zip(*(trace.topics for trace in traces), strict=True)]
    last, width, requests = blocks.stop - 1, len(blocks), 0
    while last >= blocks.start and traces:
        first = max(blocks.start, last - width + 1)
        requests += 1
        if requests > _MOST_REQUESTS:
            raise ChainUnavailableError(f"more than {_MOST_REQUESTS} requests for logs are needed")
        wanted: FilterParams = {
            "address": checksummed(contract.address),
            "fromBlock": first,
            "toBlock": last,
            "topics": [[HexBytes(word) for word in dict.fromkeys(words)] for words in topics],
        }
        try:
            found = contract.node.ask(partial(_get_logs, wanted=wanted))
        except ChainUnavailableError:
            if first == last:
                raise
            contract.node.latest()  # raises if it is the node, and not the range
            width = (last - first + 1) // 2
            continue
        yield from reversed(found)
        last = first - 1


def _get_logs(eth: Eth, wanted: FilterParams) -> list[LogReceipt]:
    return eth.get_logs(wanted)


def _event(log: LogReceipt) -> _Event:
    return tuple(bytes(topic) for topic in log["topics"]), bytes(log["data"])


def _place(log: LogReceipt) -> ActPlace:
    return ActPlace(None, int(log["blockNumber"]), Bytes32(bytes(log["blockHash"])))
