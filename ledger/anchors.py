# SPDX-License-Identifier: Apache-2.0
"""Stop 7: a tree head stands on chain, and becomes final (docs/formats.md §7–9)."""

from dataclasses import dataclass
from enum import StrEnum

from ledger.primitives import Address, Bytes32

__all__ = ["AnchorHint", "BlockRef", "Finality", "HeadRecord"]


@dataclass(frozen=True, slots=True)
class BlockRef:
    """A block as a node named it. `time` in Unix seconds."""

    number: int
    hash: Bytes32
    time: int


@dataclass(frozen=True, slots=True)
class HeadRecord:
    """What DocumentLog keeps for a root; all zero if it never was anchored. `time` is Unix."""

    previous_size: int
    size: int
    time: int
    block: int

    @property
    def exists(self) -> bool:
        """A head has at least one entry, so size 0 means that there is no record."""
        return self.size > 0

    def anchors(self, index: int) -> bool:
        """True for the entries this head was the first to cover: previousSize ≤ i < size.

        Only this head is the entry's anchor. Would any later head do, whoever builds a receipt
        could choose the anchoring time, and with it which keys and accreditations count.
        """
        return self.previous_size <= index < self.size


@dataclass(frozen=True, slots=True)
class AnchorHint:
    """Where a receipt says its anchor is: a hint for finding evidence, never evidence."""

    chain_id: int
    contract: Address
    transaction: Bytes32
    block_number: int
    block_hash: Bytes32
    block_time: int


class Finality(StrEnum):
    """How far an anchor can be relied on, in the order it gets there."""

    ACCEPTED = "accepted"  # durable here, promised, not yet in the log
    LOGGED = "logged"  # has an index, under a signed checkpoint
    SUBMITTED = "submitted"  # the anchoring transaction was sent
    MINED = "mined"  # in a block that a reorganisation could still drop
    FINAL = "final"  # at or below the last final block
