# SPDX-License-Identifier: Apache-2.0
"""A node as evidence: the same question at the final block and at the latest."""

from typing import Any, Final

from ledger.anchors import BlockRef
from ledger.chain.reading.lens import calldata, read_answer
from ledger.chain.reading.rpc import Node, quantity
from ledger.errors import ChainUnavailableError, InvalidValueError
from ledger.ports import Evidence, Question, View
from ledger.primitives import MAX_TIME, Bytes32
from ledger.trust import FinalityRule, Trust, TrustedLedger

__all__ = ["NodeReader"]

_HEADER_ONLY: Final = False  # without transactions


class NodeReader:
    """`ChainReader` over one node. Chain id and genesis are asked once per reader."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._proven: tuple[int, Bytes32] | None = None

    def look(self, trust: Trust, ledger: TrustedLedger, question: Question) -> Evidence:
        """See `ChainReader`. Six calls at first, four for each further package."""
        self._check_chain(trust)
        latest = self._block("latest")
        final = self._final(trust.finality, latest)
        if final.number > latest.number:
            raise ChainUnavailableError(f"{self._node.name}: final block above the latest one")
        data = "0x" + calldata(ledger, question).hex()

        def view(block: BlockRef) -> View:
            # By hash, so that a reorganisation between two calls cannot mix two histories.
            call = {"to": str(ledger.lens.address), "data": data}
            raw = self._node.call("eth_call", call, {"blockHash": str(block.hash)})
            answer = read_answer(_bytes(raw), trust, ledger, question)
            if answer.time != block.time:
                raise ChainUnavailableError(f"{self._node.name}: the answer is of another block")
            return View(block, answer)

        final_view = view(final)
        latest_view = final_view if latest.hash == final.hash else view(latest)
        return Evidence(self._node.name, final_view, latest_view)

    def head_time(self) -> int:
        """The newest block's time, Unix seconds."""
        return self._block("latest").time

    def close(self) -> None:
        """Close the connection; asking again opens one."""
        self._node.close()

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


def _bytes(value: Any) -> bytes:  # noqa: ANN401 — whatever the node sent
    if not isinstance(value, str) or not value.startswith("0x"):
        raise ChainUnavailableError("the node sent something that is no data")
    try:
        return bytes.fromhex(value[2:])
    except ValueError as error:
        raise ChainUnavailableError("the node sent something that is no data") from error
