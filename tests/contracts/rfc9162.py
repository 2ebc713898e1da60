# SPDX-License-Identifier: Apache-2.0
"""RFC 9162 trees by their recursive definition (section 2.1), unlike the contract's loops."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

Hashes = Sequence[bytes]


def leaf(entry: bytes) -> bytes:
    """Hash an entry."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node(left: bytes, right: bytes) -> bytes:
    """Hash two children."""
    return hashlib.sha256(b"\x01" + left + right).digest()


def split(size: int) -> int:
    """Return the largest power of two below `size`, which is at least 2."""
    return 1 << (size - 1).bit_length() - 1


def root(leaves: Hashes) -> bytes:
    """Return MTH(D[n])."""
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    k = split(len(leaves))
    return node(root(leaves[:k]), root(leaves[k:]))


def path(index: int, leaves: Hashes) -> list[bytes]:
    """Return PATH(m, D[n])."""
    if len(leaves) == 1:
        return []
    k = split(len(leaves))
    if index < k:
        return [*path(index, leaves[:k]), root(leaves[k:])]
    return [*path(index - k, leaves[k:]), root(leaves[:k])]


def proof(old_size: int, leaves: Hashes) -> list[bytes]:
    """Return PROOF(m, D[n]) for 0 < m < n."""
    return _subproof(old_size, leaves, whole=True)


def _subproof(old_size: int, leaves: Hashes, *, whole: bool) -> list[bytes]:
    if old_size == len(leaves):
        return [] if whole else [root(leaves)]
    k = split(len(leaves))
    if old_size <= k:
        return [*_subproof(old_size, leaves[:k], whole=whole), root(leaves[k:])]
    return [*_subproof(old_size - k, leaves[k:], whole=False), root(leaves[:k])]
