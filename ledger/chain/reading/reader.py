# SPDX-License-Identifier: Apache-2.0
"""A node as evidence: the same question at the final block and at the latest."""

from typing import Final, NamedTuple

from ledger.anchors import BlockRef
from ledger.chain.reading.lens import calldata, read_answer
from ledger.chain.reading.rpc import Node, data, quantity
from ledger.chain.reading.title_histories import TitlePast
from ledger.errors import ChainUnavailableError, InvalidValueError
from ledger.ports import Evidence, Question, TitleHistory, View
from ledger.primitives import MAX_TIME, Bytes32
from ledger.trust import FinalityRule, Trust, TrustedLedger

__all__ = ["NodeReader"]

_HEADER_ONLY: Final = False  # without transactions


class _Asked(NamedTuple):
    """What is asked of the lens at either block; the history names keys and parties."""

    trust: Trust
    ledger: TrustedLedger
    question: Question
    history: TitleHistory | None


class NodeReader:
    """`ChainReader` over one node. Chain id and genesis are asked once per reader."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._proven: tuple[int, Bytes32] | None = None

    def look(self, trust: Trust, ledger: TrustedLedger, question: Question) -> Evidence:
        """See `ChainReader`. Six calls at first, four for each further package.

        A title costs at least one more, for its history. If it came from other titles, whose acts
        count as acts on it, it costs some more for each reissue on its way: see `TitlePast`.
        """
        self._check_chain(trust)
        latest = self._block("latest")
        final = self._final(trust.finality, latest)
        if final.number > latest.number:
            raise ChainUnavailableError(f"{self._node.name}: final block above the latest one")

        def told(history: TitleHistory | None) -> Evidence:
            asked = _Asked(trust, ledger, question, history)
            final_view = self._view(asked, final)
            latest_view = final_view if latest.hash == final.hash else self._view(asked, latest)
            return Evidence(self._node.name, final_view, latest_view, history)

        if question.title is None:
            return told(None)
        past = TitlePast(self._node, question.title, latest.number)
        evidence = told(past.own())
        answer = evidence.latest.answer.title
        if answer is None or answer.record is None or not answer.record.origins:
            return evidence
        return told(past.with_ancestors(answer.record))

    def head_time(self) -> int:
        """The newest block's time, Unix seconds."""
        return self._block("latest").time

    def close(self) -> None:
        """Close the connection; asking again opens one."""
        self._node.close()

    def _view(self, asked: _Asked, block: BlockRef) -> View:
        past = asked.history or TitleHistory(())
        lens = asked.ledger.lens.address
        raw = "0x" + calldata(asked.ledger, asked.question, past).hex()
        # By hash, so that a reorganisation between two calls cannot mix two histories.
        where = {"blockHash": str(block.hash)}
        found = data(self._node.call("eth_call", {"to": str(lens), "data": raw}, where))
        answer = read_answer(found, asked.trust, asked.ledger, asked.question, past)
        if answer.time != block.time:
            raise ChainUnavailableError(f"{self._node.name}: the answer is of another block")
        return View(block, answer)

    def _check_chain(self, trust: Trust) -> None:
        if self._proven == (trust.chain_id, trust.genesis_hash):
            return
        chain_id = quantity(self._node.call("eth_chainId"))
        if chain_id != trust.chain_id:
            raise ChainUnavailableError(
                f"{self._node.name} is on chain {chain_id}, not {trust.chain_id}"
            )
        if self._block("0x0").hash != trust.genesis_hash:
            raise ChainUnavailableError(f"{self._node.name} has another genesis block")
        self._proven = (trust.chain_id, trust.genesis_hash)

    def _final(self, rule: FinalityRule, latest: BlockRef) -> BlockRef:
        if rule.depth is None:
            return self._block("finalized")
        if rule.depth == 0:
            return latest
        return self._block(hex(max(latest.number - rule.depth, 0)))

    def _block(self, tag: str) -> BlockRef:
        found = self._node.call("eth_getBlockByNumber", tag, _HEADER_ONLY)
        if not isinstance(found, dict):
            raise ChainUnavailableError(f"{self._node.name}: no block {tag}")
        try:
            block_hash = Bytes32.parse(found.get("hash"))
        except InvalidValueError as error:
            raise ChainUnavailableError(f"{self._node.name}: block {tag} has no hash") from error
        number, time = quantity(found.get("number")), quantity(found.get("timestamp"))
        if tag.startswith("0x") and number != int(tag, 16):
            raise ChainUnavailableError(f"{self._node.name}: asked for block {tag}, got {number}")
        if time > MAX_TIME:
            raise ChainUnavailableError(f"{self._node.name}: block {tag} has a time that is none")
        return BlockRef(number, block_hash, time)
