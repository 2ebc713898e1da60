# SPDX-License-Identifier: Apache-2.0
"""Signed acts go to the chain, each once and in order, and are followed until they are final.

Safe against a crash between any two lines, because each step only asks what is true now: what was
stored, what the chain holds. A transaction is stored before it is sent. Whether an act was done,
the contract says (its nonce is used), not a transaction hash: anyone may have carried it.

Acts that touch the same title, tag key or subject wait for each other, for the later one was signed
in the knowledge of the earlier one. All others share the way: up to `window` at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from ledger.anchors import BlockRef
from ledger.errors import ChainRejectedError, ChainUnavailableError
from ledger.ports import Clock
from ledger.ports.relaying import (
    ActPlace,
    ActSender,
    ActState,
    ActStore,
    Receipt,
    SentAct,
    StoredAct,
)
from ledger.primitives import Bytes32, Digest

__all__ = ["Relay", "RelayRules", "Relayed"]

_LOOKED_AT: Final = 512
_MOST_TRANSACTIONS: Final = 16
_MOST_NONCES: Final = 4
_UNEXPLAINED: Final = "reverted: every transaction of this act was mined and failed"


@dataclass(frozen=True, slots=True)
class RelayRules:
    """How many acts are on their way at once, and when a transaction is stuck.

    One that is not mined after `max_pending_seconds` is replaced by a dearer one.
    """

    window: int = 16
    max_pending_seconds: int = 60


@dataclass(frozen=True, slots=True)
class Relayed:
    """One thing that a step did with an act, for the log: the state that it has now."""

    act: Digest
    state: ActState


@dataclass(slots=True)
class _Way:
    """What is on its way in one step: the relayer's nonces, and what acts touch."""

    latest: BlockRef
    count: int
    next_nonce: int
    fresh: bool
    under_way: int = 0
    writes: set[bytes] = field(default_factory=set)
    reads: set[bytes] = field(default_factory=set)

    def hold(self, stored: StoredAct) -> None:
        """Let later acts that touch the same wait."""
        self.writes |= stored.signed.act.writes()
        self.reads |= stored.signed.act.reads()

    def is_free(self, stored: StoredAct) -> bool:
        """True if no earlier act has to be done first."""
        writes, reads = stored.signed.act.writes(), stored.signed.act.reads()
        return not (writes & (self.writes | self.reads) or reads & self.writes)

    def take_nonce(self) -> None:
        """Note that the next nonce of the relayer is used."""
        self.next_nonce += 1
        self.under_way += 1


class Relay:
    """Carries acts. One at a time per relayer's account; `step` may be repeated at any time."""

    def __init__(
        self, store: ActStore, sender: ActSender, clock: Clock, rules: RelayRules | None = None
    ) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._rules = rules or RelayRules()
        self._sent_at: dict[Bytes32, int] = {}
        self._seen: tuple[Bytes32, int] | None = None  # what all was compared with: block, count

    def step(self) -> tuple[Relayed, ...]:
        """Follow what is in blocks and what was sent, then send what may go now.

        Raises:
            ChainUnavailableError: the node does not answer; what was done stays done.
        """
        followed = self._store.unsettled(_LOOKED_AT)
        submitted = self._store.in_state(ActState.SUBMITTED, _LOOKED_AT)
        accepted = self._store.in_state(ActState.ACCEPTED, _LOOKED_AT)
        if not (followed or submitted or accepted):
            return ()
        # The count first: what it covers and has no receipt afterwards was not ours.
        count = self._sender.transaction_count()
        latest = self._sender.latest()
        fresh = self._seen != (latest.hash, count)
        sent = self._store.sent([stored.signed.id for stored in submitted])
        way = _Way(latest, count, self._next_nonce(count, sent), fresh=fresh)
        done = [*self._follow_blocks(followed)] if fresh else []
        if any(item.state is ActState.SUBMITTED for item in done):
            # A block was dropped: by what was read above, nothing is sent or refused.
            self._seen = None
            return tuple(done)
        stuck: list[ChainUnavailableError] = []
        for stored in submitted:
            done += self._tried(self._follow(stored, sent.get(stored.signed.id, ()), way), stuck)
        done += self._send_waiting(accepted, way)
        self._seen = (latest.hash, count)
        if stuck:
            raise stuck[0]  # told only now: no other act had to wait for it
        return tuple(done)

    def _tried(
        self, steps: Iterator[Relayed], stuck: list[ChainUnavailableError]
    ) -> tuple[Relayed, ...]:
        """What came of one act: one that cannot be tried or sent now holds up no other."""
        done: list[Relayed] = []
        try:
            done.extend(steps)  # keeps what was done before a failure
        except ChainUnavailableError as error:
            self._sender.latest()  # raises if it is the node, and not the act
            stuck.append(error)
        return tuple(done)

    # -- in blocks -------------------------------------------------------------------------------

    def _follow_blocks(self, followed: tuple[StoredAct, ...]) -> Iterator[Relayed]:
        """What is done or refused becomes final, or is dropped with its block."""
        final = self._sender.final_block().number if followed else 0
        for stored in followed:
            place = stored.place
            block = None if place is None else self._sender.block_at(place.block)
            if place is None or block is None or block.hash != place.block_hash:
                self._store.return_to_relay(stored.signed.id)
                self._sent_at.clear()  # nodes may have dropped what was sent: send all of it again
                yield Relayed(stored.signed.id, ActState.SUBMITTED)
            elif place.block <= final:
                self._store.store_settled(stored.signed.id)
                refused = stored.state is ActState.REJECTED
                yield Relayed(stored.signed.id, stored.state if refused else ActState.FINAL)

    # -- on its way ------------------------------------------------------------------------------

    def _follow(self, stored: StoredAct, sent: tuple[SentAct, ...], way: _Way) -> Iterator[Relayed]:
        """See what became of an act that was sent. Only a new block can bring news."""
        newest = sent[-1] if sent else None
        failed = None
        if way.fresh:
            receipts = [self._sender.receipt(item.transaction) for item in reversed(sent)]
            found = [receipt for receipt in receipts if receipt is not None]
            done = self._done_at(stored, found, way.latest)
            if done is not None:
                yield self._done(stored, done)
                return
            failed = found[0] if found else None
        way.hold(stored)
        if newest is not None and newest.sender == self._sender.address:
            if newest.nonce >= way.count:
                way.under_way += 1
                self._push(newest, len(sent))
                return
            if not way.fresh:
                return
        yield from self._sent_in_vain(stored, len({item.nonce for item in sent}), failed, way)

    def _done_at(
        self, stored: StoredAct, receipts: list[Receipt], latest: BlockRef
    ) -> ActPlace | None:
        for receipt in receipts:
            if receipt.succeeded:
                return receipt.place
        if self._is_done(stored, latest):
            return ActPlace(None, latest.number, latest.hash)
        return None

    def _push(self, newest: SentAct, count: int) -> None:
        """Send again what this process never sent, and replace what is stuck."""
        sent_at = self._sent_at.get(newest.transaction)
        if sent_at is None:
            self._broadcast(newest)
        elif self._clock.now() - sent_at >= self._rules.max_pending_seconds:
            if count < _MOST_TRANSACTIONS:
                newest = self._sender.replacement(newest)
                self._store.store_sent(newest)
            self._broadcast(newest)

    def _sent_in_vain(
        self, stored: StoredAct, nonces: int, failed: Receipt | None, way: _Way
    ) -> Iterator[Relayed]:
        """The transaction was mined and failed, or another one took its nonce."""
        block = None if failed is None else self._sender.block_at(failed.place.block)
        if failed is not None and block is not None:
            refusal = self._sender.refusal(stored.signed, block)
            if refusal is not None or nonces >= _MOST_NONCES:
                yield self._refused(stored, refusal or _UNEXPLAINED, failed.place)
                return
        yield from self._send(stored, way)

    # -- waiting ---------------------------------------------------------------------------------

    def _send_waiting(self, accepted: tuple[StoredAct, ...], way: _Way) -> Iterator[Relayed]:
        """Send what no earlier act stands in the way of."""
        for stored in accepted:
            free = way.under_way < self._rules.window and way.is_free(stored)
            tried = self._tried(self._send(stored, way), []) if free else ()
            if all(item.state is not ActState.REJECTED for item in tried):
                way.hold(stored)  # one that was refused stands in nobody's way
            yield from tried

    def _send(self, stored: StoredAct, way: _Way) -> Iterator[Relayed]:
        """Sign and send one act, unless it is done already, by whomever, or refused."""
        if self._is_done(stored, way.latest):
            yield self._done(stored, ActPlace(None, way.latest.number, way.latest.hash))
            return
        try:
            sent = self._sender.prepare(stored.signed, way.next_nonce)
        except ChainRejectedError as error:
            latest = self._sender.latest()
            if self._is_done(stored, latest):
                yield self._done(stored, ActPlace(None, latest.number, latest.hash))
            else:
                yield self._refused(stored, str(error), None)
            return
        way.take_nonce()
        self._store.store_sent(sent)
        yield Relayed(stored.signed.id, ActState.SUBMITTED)
        self._broadcast(sent)

    def _is_done(self, stored: StoredAct, block: BlockRef) -> bool:
        return self._sender.is_done(stored.signed, block)

    def _broadcast(self, sent: SentAct) -> None:
        self._sender.broadcast(sent)
        self._sent_at[sent.transaction] = self._clock.now()

    def _next_nonce(self, count: int, sent: dict[Digest, tuple[SentAct, ...]]) -> int:
        """After everything that was signed: a stored transaction keeps its nonce."""
        own = self._sender.address
        used = [item.nonce for held in sent.values() for item in held if item.sender == own]
        return max([count, *(nonce + 1 for nonce in used)])

    # -- what became of it -----------------------------------------------------------------------

    def _done(self, stored: StoredAct, place: ActPlace) -> Relayed:
        self._store.store_done(stored.signed.id, place)
        return Relayed(stored.signed.id, ActState.MINED)

    def _refused(self, stored: StoredAct, refusal: str, place: ActPlace | None) -> Relayed:
        self._store.store_refused(stored.signed.id, refusal, place)
        return Relayed(stored.signed.id, ActState.REJECTED)
