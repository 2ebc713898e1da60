# SPDX-License-Identifier: Apache-2.0
"""What the relay needs: signed acts on their way to the chain, and a chain that takes them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from ledger.acts import SignedAct
from ledger.anchors import BlockRef
from ledger.primitives import Address, Bytes32, Digest, PartyId
from ledger.remarks import SealedRemark

__all__ = [
    "ActPlace",
    "ActSender",
    "ActState",
    "ActStore",
    "NewAct",
    "Receipt",
    "SentAct",
    "StoredAct",
]


class ActState(StrEnum):
    """How far an act is, in the order it gets there; or refused by the contract."""

    ACCEPTED = "accepted"  # durable here, not sent yet
    SUBMITTED = "submitted"  # its transaction was stored, and sent at least once
    MINED = "mined"  # done in a block that a reorganisation could still drop
    FINAL = "final"  # done at or below the last final block
    REJECTED = "rejected"  # the contract refused it


@dataclass(frozen=True, slots=True)
class ActPlace:
    """Where an act was done, or refused. `transaction` None: by another one than ours."""

    transaction: Bytes32 | None
    block: int
    block_hash: Bytes32


@dataclass(frozen=True, slots=True)
class NewAct:
    """An act to be made durable.

    `submitter` handed it in, and fills its own share of the queue. `request` is equal for equal
    requests of one submitter: a repeat gives the first act. `remark` is kept for the titles
    `titles`, under the secret of the first of them.
    """

    signed: SignedAct
    submitter: PartyId
    request: bytes = field(repr=False)
    accepted_at: int
    remark: SealedRemark | None = None
    titles: tuple[Bytes32, ...] = ()


@dataclass(frozen=True, slots=True)
class StoredAct:
    """An act and what became of it. `refusal` is the contract's error, `Name(argument, …)`.

    `transaction` is the one that did it, or the newest that was sent to do it. `settled`: nothing
    will change any more.
    """

    number: int
    signed: SignedAct
    state: ActState
    transaction: Bytes32 | None
    place: ActPlace | None
    refusal: str | None
    settled: bool
    accepted_at: int


@dataclass(frozen=True, slots=True)
class SentAct:
    """A transaction stored before it was broadcast. `raw` is the signed transaction.

    `act` None: it carries nothing, and only uses up its nonce so that later ones get on.
    """

    act: Digest | None
    sender: Address
    nonce: int
    transaction: Bytes32
    raw: bytes
    sent_at: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """A transaction of ours in a block, and whether the contract took it."""

    place: ActPlace
    succeeded: bool


class ActStore(Protocol):
    """Acts on their way to the chain. Every method is one transaction."""

    def add(self, new: NewAct) -> StoredAct:
        """Make an act durable, or return the one that is the same, or asks for the same.

        Raises:
            OverloadedError: too many wait; nothing was taken.
            StateError: another act with the same contract, key and nonce was taken, and not
                refused: at most one of the two can be done.
        """

    def repeated(self, submitter: PartyId, request: bytes) -> StoredAct | None:
        """The act of an equal request that was not refused, or None."""

    def act(self, act: Digest) -> StoredAct:
        """One act; NotFoundError if it was never accepted here."""

    def in_state(self, state: ActState, limit: int) -> tuple[StoredAct, ...]:
        """Acts in a state, in the order of acceptance, oldest first, at most `limit`."""

    def unsettled(self, limit: int) -> tuple[StoredAct, ...]:
        """Acts that are done or refused in a block that is not final yet, oldest first."""

    def sent(self, acts: Collection[Digest]) -> dict[Digest, tuple[SentAct, ...]]:
        """The transactions of these acts, oldest first."""

    def pending(self, sender: Address, count: int) -> tuple[SentAct, ...]:
        """A sender's transactions with nonces from `count` on, by nonce, then oldest first.

        Whatever became of their acts: as long as a nonce is not used, none after it gets on.
        """

    def store_sent(self, sent: SentAct) -> None:
        """Keep a signed transaction before it is broadcast; an act that waits is SUBMITTED.

        Raises:
            StateError: a transaction of another act has this sender and nonce.
        """

    def store_done(self, act: Digest, place: ActPlace) -> None:
        """Note that an act is MINED."""

    def store_refused(self, act: Digest, refusal: str, place: ActPlace | None) -> None:
        """Note that an act is REJECTED; settled at once if no block says so.

        Raises:
            StateError: another process found it in a block meanwhile.
        """

    def store_settled(self, act: Digest) -> None:
        """Note that the block of a done or refused act is final."""

    def return_to_relay(self, act: Digest) -> None:
        """The chain dropped the block: the act is SUBMITTED again."""

    def prune(self, before: int, keep: int, limit: int) -> int:
        """Forget settled refusals, at most `limit` of them, and say how many.

        Those of acts that were accepted before a time, in Unix seconds, and all but the newest
        `keep` of each submitter. No other act is ever forgotten.
        """

    def waiting_since(self) -> int | None:
        """When the oldest act that is not in a block was accepted, in Unix seconds; or None."""


class ActSender(Protocol):
    """TitleRegistry and DocumentStatus, with the relayer's key."""

    @property
    def address(self) -> Address:
        """The relayer."""

    def transaction_count(self) -> int:
        """How many transactions of the relayer are in blocks: its next nonce."""

    def prepare(self, signed: SignedAct, nonce: int, block: BlockRef) -> SentAct:
        """Try an act out, choose fee and gas, and sign; nothing is sent.

        Raises:
            ChainRejectedError: the contract would refuse, in the state of the block; the message is
                its error.
        """

    def filler(self, nonce: int) -> SentAct:
        """A transaction that does nothing but use up a nonce; nothing is sent."""

    def signed(self, sent: SentAct) -> bool:
        """Whether the relayer itself signed a stored transaction, with that nonce and hash."""

    def is_outbid(self, sent: SentAct) -> bool:
        """Whether a transaction pays less than is usual now."""

    def replacement(self, sent: SentAct) -> SentAct:
        """The same transaction with the same nonce, dearer, if that is allowed; nothing is sent."""

    def broadcast(self, sent: SentAct) -> None:
        """Send; a node that knows the transaction already, or has used its nonce, is fine."""

    def receipt(self, transaction: Bytes32) -> Receipt | None:
        """Where a transaction is, or None."""

    def carried(self, signed: SignedAct, since: int, block: BlockRef) -> ActPlace | None:
        """Where the chain shows an act as done, by whomever; None if its nonce is not used.

        Looked for up to a block, from a day before `since` on, in Unix seconds.

        Raises:
            ChainRejectedError: another act of the key used the nonce; the message is the contract's
                error.
        """

    def refusal(self, signed: SignedAct, block: BlockRef) -> str | None:
        """Why the contract refuses an act in the state of a block; None if it does not."""

    def latest(self) -> BlockRef:
        """The newest block."""

    def block_at(self, number: int) -> BlockRef | None:
        """The block that the chain has at a height now, or None."""

    def final_block(self) -> BlockRef:
        """The final block under the trust file's rule."""
