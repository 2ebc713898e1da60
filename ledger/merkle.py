# SPDX-License-Identifier: Apache-2.0
"""The one tree behind fields, statements and the log: RFC 9162 §2.1 over SHA-256.

Directions always come from (index, size), never from a proof: a proof that carries its own
directions was forged elsewhere to show a history that had been prepended to.
"""

import hashlib
from collections.abc import Sequence
from typing import Final

from ledger.errors import EmptyTreeError, InvalidValueError
from ledger.primitives import Digest

__all__ = [
    "EMPTY_ROOT",
    "MAX_PATH",
    "consistency_path",
    "inclusion_path",
    "leaf_digest",
    "merkle_root",
    "node_digest",
    "root_from_consistency",
    "root_from_path",
]

LEAF_PREFIX: Final = b"\x00"
NODE_PREFIX: Final = b"\x01"
MAX_PATH: Final = 64  # hashes; a tree of 2⁵³ leaves needs 53
EMPTY_ROOT: Final = Digest(hashlib.sha256(b"").digest())


def leaf_digest(entry: bytes) -> Digest:
    """H(0x00 ‖ entry)."""
    return Digest(hashlib.sha256(LEAF_PREFIX + entry).digest())


def node_digest(left: Digest, right: Digest) -> Digest:
    """H(0x01 ‖ left ‖ right)."""
    return Digest(hashlib.sha256(NODE_PREFIX + left.raw + right.raw).digest())


def merkle_root(leaves: Sequence[Digest]) -> Digest:
    """Fold n ≥ 1 leaf digests into their root, level by level: n − 1 hashes.

    A level's lone last node is carried up unchanged, which is RFC 9162's split at the largest
    power of two below n, seen from below.

    Raises:
        EmptyTreeError: n = 0.
    """
    if not leaves:
        raise EmptyTreeError("a tree needs at least one leaf")
    level = [leaf.raw for leaf in leaves]
    sha256 = hashlib.sha256
    while len(level) > 1:
        pairs = len(level) // 2
        above = [
            sha256(NODE_PREFIX + level[2 * i] + level[2 * i + 1]).digest() for i in range(pairs)
        ]
        if len(level) % 2:
            above.append(level[-1])
        level = above
    return Digest(level[0])


def inclusion_path(leaves: Sequence[Digest], index: int) -> tuple[Digest, ...]:
    """List the siblings from leaf `index` up to the root.

    Raises:
        InvalidValueError: no leaf has that index.
    Source: RFC 9162 §2.1.3.1.
    """
    if not 0 <= index < len(leaves):
        raise InvalidValueError(f"want an index below {len(leaves)}; got {index}")
    if len(leaves) == 1:
        return ()
    split = _split(len(leaves))
    if index < split:
        return *inclusion_path(leaves[:split], index), merkle_root(leaves[split:])
    return *inclusion_path(leaves[split:], index - split), merkle_root(leaves[:split])


def consistency_path(leaves: Sequence[Digest], old_size: int) -> tuple[Digest, ...]:
    """Prove that the tree over `leaves` extends the tree over its first `old_size`.

    Returns:
        No hash for old_size = 0 or old_size = n.
    Source: RFC 9162 §2.1.4.1.
    """
    if not 0 <= old_size <= len(leaves):
        raise InvalidValueError(f"want a size up to {len(leaves)}; got {old_size}")
    if old_size in (0, len(leaves)):
        return ()
    return _subproof(leaves, old_size, whole=True)


def _subproof(leaves: Sequence[Digest], old_size: int, *, whole: bool) -> tuple[Digest, ...]:
    if old_size == len(leaves):
        return () if whole else (merkle_root(leaves),)
    split = _split(len(leaves))
    if old_size <= split:
        rest = merkle_root(leaves[split:])
        return *_subproof(leaves[:split], old_size, whole=whole), rest
    rest = merkle_root(leaves[:split])
    return *_subproof(leaves[split:], old_size - split, whole=False), rest


def root_from_path(leaf: Digest, index: int, size: int, path: Sequence[Digest]) -> Digest | None:
    """Recompute the root a path commits to; None if no path of `index` in `size` looks like it.

    Source: RFC 9162 §2.1.3.2, steps 1 to 5.
    """
    if not 0 <= index < size:
        return None
    node, last, digest = index, size - 1, leaf
    for sibling in path:
        if last == 0:
            return None
        if node & 1 or node == last:
            digest = node_digest(sibling, digest)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            digest = node_digest(digest, sibling)
        node, last = node >> 1, last >> 1
    return digest if last == 0 else None


def root_from_consistency(
    old_size: int, new_size: int, old_root: Digest, path: Sequence[Digest]
) -> Digest | None:
    """Recompute the new root a consistency path commits to; None if it does not fit the old one.

    Trees of size 0 are outside this proof: every tree extends the empty one.

    Source: RFC 9162 §2.1.4.2.
    """
    if old_size == new_size:
        return old_root if not path else None
    if not 0 < old_size < new_size:
        return None
    proof = list(path)
    if old_size & (old_size - 1) == 0:
        proof.insert(0, old_root)
    if not proof:
        return None
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    roots = _climb(node, last, proof)
    return roots[1] if roots is not None and roots[0] == old_root else None


def _climb(node: int, last: int, proof: list[Digest]) -> tuple[Digest, Digest] | None:
    """RFC 9162 §2.1.4.2, steps 5 to 7: the old and the new root, or None for a wrong shape."""
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return None
        if node & 1 or node == last:
            old, new = node_digest(sibling, old), node_digest(sibling, new)
            while node and not node & 1:
                node, last = node >> 1, last >> 1
        else:
            new = node_digest(new, sibling)
        node, last = node >> 1, last >> 1
    return (old, new) if last == 0 else None


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
