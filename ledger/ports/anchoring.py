# SPDX-License-Identifier: Apache-2.0
"""What the anchorer needs: heads on their way to the chain, and a chain that takes them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from ledger.anchors import AnchorHint, BlockRef, Finality, HeadRecord
from ledger.log import TreeHead
from ledger.primitives import Address, Bytes32, Digest

__all__ = ["AnchorSender", "AnchoredHead", "EntryPlace", "Outbox", "SentAnchor"]


@dataclass(frozen=True, slots=True)
class SentAnchor:
    """A transaction stored before it was broadcast. `raw` is the signed transaction."""

    head: TreeHead
    old_size: int
    sender: Address
    nonce: int
    transaction: Bytes32
    raw: bytes
    sent_at: int


@dataclass(frozen=True, slots=True)
class AnchoredHead:
    """A head that stands on chain: the contract's own record, and where."""

    root: Digest
    record: HeadRecord
    hint: AnchorHint
    finality: Finality  # MINED or FINAL


@dataclass(frozen=True, slots=True)
class EntryPlace:
    """Where a statement stands: its index, and the anchor that covers it once there is one."""

    index: int | None
    anchor: AnchoredHead | None


class Outbox(Protocol):
    """Heads on their way to the chain. Every method is one transaction."""

    def unanchored(self) -> TreeHead | None:
        """The newest head that no mined anchor covers, or None."""

    def anchored_size(self) -> int:
        """How many entries a mined or final anchor covers; 0 without any."""

    def head_of_size(self, size: int) -> TreeHead | None:
        """The head that the log had at a size, if a checkpoint was made there (0 always was)."""

    def sent(self) -> tuple[SentAnchor, ...]:
        """Transactions that were stored and are not mined, oldest first."""

    def store_sent(self, anchor: SentAnchor) -> None:
        """Keep a signed transaction before it is broadcast."""

    def store_anchored(self, anchor: AnchoredHead) -> None:
        """Note that a head stands on chain (MINED), or that it is FINAL now."""

    def mined(self) -> tuple[AnchoredHead, ...]:
        """Anchors that are mined and not final yet."""

    def return_to_outbox(self, root: Digest) -> None:
        """The chain no longer has it: the head waits again."""

    def place_of(self, statement: Digest) -> EntryPlace:
        """Index and anchor of a statement; NotFoundError if it was never accepted."""


class AnchorSender(Protocol):
    """The DocumentLog, with the sequencer's key."""

    def on_chain_size(self) -> int:
        """The log's size at the latest block."""

    def record(self, root: Digest) -> HeadRecord:
        """The head record of a root at the latest block."""

    def prepare(self, head: TreeHead, old_size: int, proof: Sequence[Digest]) -> SentAnchor:
        """Choose nonce and fee and sign; nothing is sent.

        Raises:
            ChainRejectedError: the contract would revert.
        """

    def replacement(self, anchor: SentAnchor) -> SentAnchor:
        """The same transaction with the same nonce, dearer; nothing is sent.

        At most one of the two can be mined.
        """

    def broadcast(self, anchor: SentAnchor) -> None:
        """Send once; a node that knows the transaction already is fine.

        Raises:
            ChainRejectedError: it never can be mined: its nonce was used by another transaction, or
                another key signed it.
        """

    def locate(self, root: Digest) -> AnchoredHead | None:
        """Find a head by contract state and event, never only by transaction hash."""

    def others(self) -> "Sequence[AnchorSender]":
        """The same log as each of several nodes tells it by itself; none if there is one node."""

    def block_at(self, number: int) -> BlockRef | None:
        """The block that the chain has at a height now, or None."""

    def final_block(self) -> BlockRef:
        """The final block under the trust file's rule."""
