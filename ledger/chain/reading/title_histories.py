# SPDX-License-Identifier: Apache-2.0
"""What was done with a title: its register's events, newest range first, bounded (formats.md §9.4).

A node may limit how many blocks it searches at once, and say so in its own way; so a range that it
refuses is halved. Whatever goes wrong ends the history with a fault, and concerns the title alone.
"""

from typing import Any, Final

from ledger.chain.reading.abi import AbiType, decode
from ledger.chain.reading.rpc import Node, Refusal, data, quantity
from ledger.errors import ChainUnavailableError
from ledger.ports import TitleEvent, TitleHistory, TitleQuestion
from ledger.primitives import MAX_TIME, Address, Bytes32, Digest, PartyId
from ledger.statements import keccak256
from ledger.titles import Issue, TitleAct, TitleAction

__all__ = ["ACTED", "ISSUED", "read_history"]

ISSUED: Final = keccak256(
    b"TitleIssued(bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,uint64,bytes32,address)"
)
ACTED: Final = keccak256(
    b"TitleActed(bytes32,bytes32,uint8,uint32,bytes32,bytes32,bytes32,uint64,bytes32,address)"
)
_ISSUED_DATA: Final[tuple[AbiType, ...]] = (*("bytes32",) * 4, "uint64", "bytes32", "address")
_ACTED_DATA: Final[tuple[AbiType, ...]] = (
    *("uint8", "uint32", "bytes32", "bytes32", "bytes32", "uint64", "bytes32", "address"),
)
_ACTIONS: Final = frozenset(TitleAction) - {TitleAction.NONE}
_WORD: Final = 32
_NONE: Final = bytes(_WORD)
_MOST_REQUESTS: Final = 256
_MOST_ACTS: Final = 4096
_MOST_BYTES: Final = 32 * 2**20


def read_history(node: Node, question: TitleQuestion, latest: int) -> TitleHistory:
    """Read all acts up to block `latest`, in the order of block, transaction and log."""
    reading = _Reading(node, question)
    fault = None
    try:
        reading.run(latest)
    except ChainUnavailableError as error:
        fault = str(error)
    acts = sorted(reading.acts.items())
    return TitleHistory(tuple(act for _, act in acts), fault)


class _Reading:
    """One history on its way, and what it has cost so far."""

    def __init__(self, node: Node, question: TitleQuestion) -> None:
        self.acts: dict[tuple[int, int, int], TitleEvent] = {}
        self._node = node
        self._question = question
        self._times: dict[Bytes32, int] = {}
        self._requests = 0
        self._received_before = node.received_bytes

    def run(self, last: int) -> None:
        """Go back from block `last` until the title was issued, or the register deployed."""
        first = self._question.register.deploy_block
        width = last - first + 1
        while last >= first:
            start = max(first, last - width + 1)
            found = self._logs(start, last)
            if isinstance(found, Refusal):
                width = (last - start + 1) // 2
                if width == 0:
                    raise ChainUnavailableError(found.reason)
                continue
            if self._take(found, start, last):
                return
            last = start - 1

    def _logs(self, first: int, last: int) -> Any:  # noqa: ANN401 — a list of JSON, or a Refusal
        wanted = {
            "address": str(self._question.register.address),
            "fromBlock": hex(first),
            "toBlock": hex(last),
            "topics": [
                ["0x" + topic.hex() for topic in (ISSUED, ACTED)],
                str(self._question.title),
            ],
        }
        found = self._ask("eth_getLogs", wanted)
        if not isinstance(found, list | Refusal):
            raise ChainUnavailableError(f"{self._node.name}: the logs are no list")
        return found

    def _ask(self, method: str, *parameters: object) -> Any:  # noqa: ANN401 — JSON of any shape
        self._requests += 1
        if self._requests > _MOST_REQUESTS:
            raise ChainUnavailableError(f"more than {_MOST_REQUESTS} requests would be needed")
        answer = self._node.ask(method, *parameters)
        if self._node.received_bytes - self._received_before > _MOST_BYTES:
            raise ChainUnavailableError(f"the node sent more than {_MOST_BYTES} bytes of history")
        return answer

    def _take(self, logs: list[Any], first: int, last: int) -> bool:
        """Add acts; true if the title was issued in one of them, so that none can be older."""
        if len(self.acts) + len(logs) > _MOST_ACTS:
            raise ChainUnavailableError(f"the title has more than {_MOST_ACTS} acts")
        issued = False
        for log in logs:
            act = self._act(log)
            if not first <= act.block <= last or act.place in self.acts:
                raise self._odd("was not asked for")
            self.acts[act.place] = act
            issued = issued or isinstance(act.wish, Issue)
        return issued

    def _act(self, log: Any) -> TitleEvent:  # noqa: ANN401 — whatever the node sent
        if not isinstance(log, dict) or log.get("removed", False) is not False:
            raise self._odd("is no log, or is not in the chain any more")
        topics = log.get("topics")
        if not isinstance(topics, list) or len(topics) != 3:  # noqa: PLR2004 — event, title, party
            raise self._odd("has not three topics")
        event, title, party = map(_word, topics)
        own = data(log.get("address")) == self._question.register.address.raw
        if not own or title != self._question.title.raw:
            raise self._odd("is of another title")
        place = (
            quantity(log.get("blockNumber")),
            quantity(log.get("transactionIndex")),
            quantity(log.get("logIndex")),
        )
        wish, sequence, share, key = self._said(event, data(log.get("data")))
        return TitleEvent(
            place=place,
            transaction=Bytes32(_word(log.get("transactionHash"))),
            time=self._time(log),
            party=PartyId(party),
            key=Address(key),
            sequence=sequence,
            wish=wish,
            share=share,
        )

    def _said(self, event: bytes, raw: bytes) -> tuple[Issue | TitleAct, int, int, bytes]:
        """What was wished, its number, the share, the key."""
        if event == ISSUED and len(raw) == _WORD * len(_ISSUED_DATA):
            tag, commitment, holder, beneficiary, share, remark, key = decode(_ISSUED_DATA, raw)
            wish = Issue(
                Digest(tag), Digest(commitment), _party(holder), _party(beneficiary), _some(remark)
            )
            return wish, 1, share, key
        if event != ACTED or len(raw) != _WORD * len(_ACTED_DATA):
            raise self._odd("is of another event")
        action, sequence, holder, beneficiary, intent, accept_by, remark, key = decode(
            _ACTED_DATA, raw
        )
        if action not in _ACTIONS:
            raise self._odd("names an action that is none")
        act = TitleAct(
            action=TitleAction(action),
            title=self._question.title,
            expected_sequence=sequence - 1,
            holder=_party(holder),
            beneficiary=_party(beneficiary),
            intent=_some(intent),
            accept_by=accept_by or None,
            remark=_some(remark),
        )
        return act, sequence, 0, key

    def _time(self, log: dict[str, Any]) -> int:
        """When the log's block was made: as the log says, or as the block says."""
        block = Bytes32(_word(log.get("blockHash")))
        if block not in self._times:
            stated = log.get("blockTimestamp")
            self._times[block] = quantity(self._header_time(block) if stated is None else stated)
        if self._times[block] > MAX_TIME:
            raise self._odd("has a time that is none")
        return self._times[block]

    def _header_time(self, block: Bytes32) -> object:
        header_only = False  # without transactions
        found = self._ask("eth_getBlockByHash", str(block), header_only)
        if not isinstance(found, dict) or found.get("hash") != str(block):
            raise self._odd("names a block that the node does not have")
        return found.get("timestamp")

    def _odd(self, what: str) -> ChainUnavailableError:
        return ChainUnavailableError(f"{self._node.name}: a log of the title {what}")


def _word(value: object) -> bytes:
    word = data(value)
    if len(word) != _WORD:
        raise ChainUnavailableError("the node sent a word that is none")
    return word


def _party(word: bytes) -> PartyId | None:
    return None if word == _NONE else PartyId(word)


def _some(word: bytes) -> Digest | None:
    return None if word == _NONE else Digest(word)
