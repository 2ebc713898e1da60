# SPDX-License-Identifier: Apache-2.0
"""Which block is final, by the trust file's rule; several nodes must agree on it."""

from ledger.anchors import BlockRef
from ledger.chain.writing.node import Node
from ledger.errors import ChainUnavailableError
from ledger.trust import FinalityRule

__all__ = ["final_block"]


def final_block(node: Node, rule: FinalityRule) -> BlockRef:
    """The final block as a node tells it now; of several nodes, the oldest that one of them tells.

    A block that all of them have is final for all. A node that does not answer is not asked again;
    one that has another block at that height takes finality away from everybody.

    Raises:
        ChainUnavailableError: no node answers, none knows a final block, or they disagree.
    """
    if not node.peers:
        return _final_block(node, rule)
    told: list[tuple[Node, BlockRef]] = []
    silent = ChainUnavailableError("no node answers")
    for peer in node.peers:
        try:
            told.append((peer, _final_block(peer, rule)))
        except ChainUnavailableError as error:
            silent = error
    if not told:
        raise silent
    oldest = min((block for _, block in told), key=lambda block: block.number)
    for peer, _ in told:
        _check_agreed(peer.block(oldest.number), oldest)
    return oldest


def _final_block(node: Node, rule: FinalityRule) -> BlockRef:
    depth = rule.depth
    if depth == 0:
        return node.latest()
    which = "finalized" if depth is None else max(0, node.latest().number - depth)
    block = node.block(which)  # type: ignore[arg-type] # — a tag as str
    if block is None:
        raise ChainUnavailableError(f"the node knows no final block ({rule})")
    return block


def _check_agreed(block: BlockRef | None, oldest: BlockRef) -> None:
    if block is None or block.hash != oldest.hash:
        raise ChainUnavailableError(
            f"the nodes have different blocks at height {oldest.number}, which one of them calls "
            "final: nothing is final until they agree"
        )
