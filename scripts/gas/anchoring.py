# SPDX-License-Identifier: Apache-2.0
"""One anchoring transaction: 20 proof hashes, a log of a million entries.

Nobody builds such a log here: the subtrees are invented, and the proof holds over them as over any.
"""

import hashlib
from typing import Final

from ledger.chain.writing import Contract
from ledger.chain.writing.sending import Sender
from scripts.gas.world import World

__all__ = ["ENTRIES", "HASHES", "anchoring"]

ENTRIES: Final = 1_000_001
LATER: Final = 1_010_001
HASHES: Final = 20

Proof = tuple[list[bytes], bytes, bytes]


def anchoring(chain: World) -> int:
    """Anchor a log of a million entries, then a longer one; returns the gas of the latter."""
    contract = Contract(chain.node, "DocumentLog", chain.trust.ledgers[0].log.address)
    sender = Sender(chain.node, chain.roles["sequencer"])
    proof, old_root, new_root = _proof(ENTRIES, 0, LATER, whole=True)
    if len(proof) != HASHES:
        raise RuntimeError(f"want {HASHES} hashes; the proof has {len(proof)}")
    sender.act(contract, "anchor", 0, ENTRIES, old_root, [])
    receipt = sender.act(contract, "anchor", ENTRIES, LATER, new_root, proof)
    return int(receipt["gasUsed"])


def _proof(entries: int, low: int, high: int, *, whole: bool) -> Proof:
    """Prove that the leaves from `low` to `high` continue the first `entries` of them.

    Returns:
        Hashes, old root, new root. Source: RFC 9162 §2.1.4.1.
    """
    size = high - low
    if entries == size:
        same = _subtree(low, high)
        return ([] if whole else [same]), same, same
    split = 1 << (size - 1).bit_length() - 1
    if entries <= split:
        proof, old, new = _proof(entries, low, low + split, whole=whole)
        right = _subtree(low + split, high)
        return [*proof, right], old, _node(new, right)
    proof, old, new = _proof(entries - split, low + split, high, whole=False)
    left = _subtree(low, low + split)
    return [*proof, left], _node(left, old), _node(left, new)


def _subtree(low: int, high: int) -> bytes:
    """The invented hash over some leaves."""
    return hashlib.sha256(f"leaves {low} to {high}".encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()
