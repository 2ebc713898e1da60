# SPDX-License-Identifier: Apache-2.0
"""Which block is final, by the trust file's rule."""

from ledger.anchors import BlockRef
from ledger.chain.writing.node import Node
from ledger.errors import ChainUnavailableError
from ledger.trust import FinalityRule

__all__ = ["final_block"]


def final_block(node: Node, rule: FinalityRule) -> BlockRef:
    """The final block as a node tells it now."""
    depth = rule.depth
    if depth == 0:
        return node.latest()
    which = "finalized" if depth is None else max(0, node.latest().number - depth)
    block = node.block(which)  # type: ignore[arg-type] # — a tag as str
    if block is None:
        raise ChainUnavailableError(f"the node knows no final block ({rule})")
    return block
