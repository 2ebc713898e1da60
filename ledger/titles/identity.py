# SPDX-License-Identifier: Apache-2.0
"""What titles and plans are called: hashes that need no chain to be computed."""

import hmac
from collections.abc import Sequence
from typing import Final

from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Digest, PartyId
from ledger.statements import keccak256
from ledger.titles.acts import Part

__all__ = ["plan_of", "title_id", "title_tag"]

SECRET_BYTES: Final = 32


def title_tag(secret: bytes, reference: str) -> Digest:
    """HMAC-SHA-256(K, reference), K the carrier's 32 secret bytes; the reference as UTF-8."""
    if len(secret) != SECRET_BYTES:
        raise InvalidValueError(f"a carrier's tag secret has 32 bytes; got {len(secret)}")
    return Digest(hmac.digest(secret, reference.encode(), "sha256"))


def title_id(carrier: PartyId, tag: Digest) -> Bytes32:
    """keccak256(carrier ‖ tag): the token id as well."""
    return Bytes32(keccak256(carrier.raw + tag.raw))


def plan_of(titles: Sequence[Bytes32], parts: Sequence[Part]) -> Digest:
    """What a holder agrees to when it surrenders titles for reissue.

    keccak256(abi.encode(titles, parts)): a bytes32[] and a (bytes32, bytes32, uint64)[] of tag,
    commitment and share.
    """
    listed = _word(len(titles)) + b"".join(title.raw for title in titles)
    wished = _word(len(parts)) + b"".join(
        part.tag.raw + part.commitment.raw + _word(part.share) for part in parts
    )
    return Digest(keccak256(_word(64) + _word(64 + len(listed)) + listed + wished))


def _word(number: int) -> bytes:
    return number.to_bytes(32, "big")
