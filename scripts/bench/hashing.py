# SPDX-License-Identifier: Apache-2.0
"""The ceiling of sealing: the same hashes over the same messages, with nothing around them."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.canonical import canonical_bytes
from ledger.sealing import SealedDocument, salt_of

__all__ = ["BareHashes", "bare_hashes"]

_SALT_LABEL: Final = b"corridor/salt/1"
_VALUE, _LEAF, _NODE = b"\x02", b"\x00", b"\x01"


@dataclass(frozen=True, slots=True)
class BareHashes:
    """Every message that is hashed when one document is sealed, ready to be hashed again."""

    seed: bytes
    hmacs: tuple[bytes, ...]
    hashes: tuple[bytes, ...]

    def run(self) -> bytes:
        """Hash them all; the last digest is the document's commitment."""
        seed, code, sha256 = self.seed, hmac.digest, hashlib.sha256
        for message in self.hmacs:
            code(seed, message, "sha256")
        digest = b""
        for message in self.hashes:
            digest = sha256(message).digest()
        return digest


def bare_hashes(sealed: SealedDocument) -> BareHashes:
    """Write down the messages, from docs/formats.md §2–4 and not from the code that is measured."""
    leaves = list(zip(sealed.leaves, sealed.digests, strict=True))
    salts = tuple(_SALT_LABEL + leaf.pointer.encode() for leaf, _ in leaves)
    values = tuple(
        _VALUE + canonical_bytes([salt_of(sealed.seed, leaf.pointer).text(), leaf.value])
        for leaf, _ in leaves
    )
    entries = [_LEAF + canonical_bytes([item.pointer, str(item.digest)]) for _, item in leaves]
    nodes = tuple(_nodes([hashlib.sha256(entry).digest() for entry in entries]))
    return BareHashes(sealed.seed.raw, salts, (*values, *entries, *nodes))


def _nodes(level: list[bytes]) -> Iterator[bytes]:
    while len(level) > 1:
        messages = [
            _NODE + left + right for left, right in zip(level[::2], level[1::2], strict=False)
        ]
        yield from messages
        rest = level[-1:] if len(level) % 2 else []
        level = [hashlib.sha256(message).digest() for message in messages] + rest
