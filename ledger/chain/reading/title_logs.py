# SPDX-License-Identifier: Apache-2.0
"""One log of a TitleRegistry, held against what was asked for (docs/formats.md §9.4)."""

from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from ledger.chain.reading.abi import AbiType, decode
from ledger.chain.reading.rpc import data, quantity
from ledger.errors import ChainUnavailableError
from ledger.ports import TitleEvent
from ledger.primitives import Address, Bytes32, Digest, PartyId
from ledger.statements import keccak256
from ledger.titles import Issue, TitleAct, TitleAction

__all__ = ["ACTED", "ISSUED", "REISSUED", "Log", "Topics", "read_act", "read_log", "read_reissue"]

ISSUED: Final = keccak256(
    b"TitleIssued(bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,uint64,bytes32,address)"
)
ACTED: Final = keccak256(
    b"TitleActed(bytes32,bytes32,uint8,uint32,bytes32,bytes32,bytes32,uint64,bytes32,address)"
)
REISSUED: Final = keccak256(b"TitlesReissued(bytes32,bytes32[],bytes32[],bytes32,address)")
_DATA: Final[dict[bytes, tuple[AbiType, ...]]] = {
    ISSUED: (*("bytes32",) * 4, "uint64", "bytes32", "address"),
    ACTED: ("uint8", "uint32", *("bytes32",) * 3, "uint64", "bytes32", "address"),
    REISSUED: (["bytes32"], ["bytes32"], "bytes32", "address"),
}
_TOPICS: Final = {ISSUED: 3, ACTED: 3, REISSUED: 2}
_ACTIONS: Final = frozenset(TitleAction) - {TitleAction.NONE}
_WORD: Final = 32
_NONE: Final = bytes(_WORD)

# As `eth_getLogs` takes them: in each place a word, or a list of words that may stand there.
Topics: TypeAlias = tuple[str | list[str], str | list[str]]


@dataclass(frozen=True, slots=True)
class Log:
    """A log of the register that was asked. `values` are its data, decoded."""

    place: tuple[int, int, int]
    transaction: Bytes32
    topics: tuple[bytes, ...]
    values: tuple[Any, ...]
    block: Bytes32
    stated_time: object


def read_log(found: object, register: Address, topics: Topics) -> Log:
    """Read what a node sent as a log.

    Raises:
        ChainUnavailableError: it is none, or not one that was asked for.
    """
    if not isinstance(found, dict) or found.get("removed", False) is not False:
        raise _odd("is no log, or is not in the chain any more")
    if data(found.get("address")) != register.raw:
        raise _odd("is of another contract")
    return Log(
        place=(
            quantity(found.get("blockNumber")),
            quantity(found.get("transactionIndex")),
            quantity(found.get("logIndex")),
        ),
        transaction=Bytes32(_word(found.get("transactionHash"))),
        topics=(words := _topics(found.get("topics"), topics)),
        values=decode(_DATA[words[0]], data(found.get("data"))),
        block=Bytes32(_word(found.get("blockHash"))),
        stated_time=found.get("blockTimestamp"),
    )


def read_act(log: Log, time: int) -> TitleEvent:
    """Say what a log of TitleIssued or TitleActed tells.

    Raises:
        ChainUnavailableError: it names an action that is none.
    """
    event, title, party = log.topics
    wish, sequence, share = _issue(log) if event == ISSUED else _act(log, Bytes32(title))
    return TitleEvent(
        place=log.place,
        transaction=log.transaction,
        time=time,
        party=PartyId(party),
        key=Address(log.values[-1]),
        sequence=sequence,
        wish=wish,
        share=share,
    )


def read_reissue(log: Log) -> tuple[tuple[Bytes32, ...], tuple[Bytes32, ...]]:
    """Say what a log of TitlesReissued tells: the titles that were closed, and those opened."""
    titles, parts, _remark, _key = log.values
    return tuple(map(Bytes32, titles)), tuple(map(Bytes32, parts))


def _topics(found: object, asked: Topics) -> tuple[bytes, ...]:
    if not isinstance(found, list) or not found:
        raise _odd("has no topics")
    words = tuple(map(_word, found))
    if len(words) != _TOPICS.get(words[0]):
        raise _odd("has not the topics of its event")
    wanted = [item if isinstance(item, list) else [item] for item in asked]
    if any("0x" + word.hex() not in items for word, items in zip(words, wanted, strict=False)):
        raise _odd("is of another event, title or party")
    return words


def _issue(log: Log) -> tuple[Issue, int, int]:
    tag, commitment, holder, beneficiary, share, remark, _key = log.values
    wish = Issue(
        Digest(tag), Digest(commitment), _party(holder), _party(beneficiary), _some(remark)
    )
    return wish, 1, share


def _act(log: Log, title: Bytes32) -> tuple[TitleAct, int, int]:
    action, sequence, holder, beneficiary, intent, accept_by, remark, _key = log.values
    if action not in _ACTIONS:
        raise _odd("names an action that is none")
    wish = TitleAct(
        action=TitleAction(action),
        title=title,
        expected_sequence=max(sequence - 1, 0),  # one without a number is judged with the others
        holder=_party(holder),
        beneficiary=_party(beneficiary),
        intent=_some(intent),
        accept_by=accept_by or None,
        remark=_some(remark),
    )
    return wish, sequence, 0


def _odd(what: str) -> ChainUnavailableError:
    return ChainUnavailableError(f"a log of the title register {what}")


def _word(value: object) -> bytes:
    word = data(value)
    if len(word) != _WORD:
        raise ChainUnavailableError("the node sent a word that is none")
    return word


def _party(word: bytes) -> PartyId | None:
    return None if word == _NONE else PartyId(word)


def _some(word: bytes) -> Digest | None:
    return None if word == _NONE else Digest(word)
