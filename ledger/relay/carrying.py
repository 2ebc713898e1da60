# SPDX-License-Identifier: Apache-2.0
"""One step after the other: see what became of acts, and send what may go now."""

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
from ledger.relay.lane import Lane
from ledger.relay.patience import Height, Rests
from ledger.relay.rules import RelayRules

__all__ = ["Relay", "Relayed"]

_LOOKED_AT: Final = 512
_MOST_NONCES: Final = 4
_PRUNE_SECONDS: Final = 60
_PRUNED_AT_ONCE: Final = 256
_UNEXPLAINED: Final = "reverted: every transaction of this act was mined and failed"
_IN_VAIN: Final = (
    f"given up: {_MOST_NONCES} transactions were signed for it, and others of that account took "
    "their nonces"
)


@dataclass(frozen=True, slots=True)
class Relayed:
    """One thing that a step did with an act, for the log: the state that it has now."""

    act: Digest
    state: ActState


@dataclass(slots=True)
class _Way:
    """The chain as one step sees it, and what acts on their way touch."""

    latest: BlockRef
    count: int
    fresh: bool
    writes: set[bytes] = field(default_factory=set)
    reads: set[bytes] = field(default_factory=set)
    stuck: list[ChainUnavailableError] = field(default_factory=list)

    def hold(self, stored: StoredAct) -> None:
        """Let later acts that touch the same wait."""
        self.writes |= stored.signed.act.writes()
        self.reads |= stored.signed.act.reads()

    def is_free(self, stored: StoredAct) -> bool:
        """True if no earlier act has to be done first."""
        writes, reads = stored.signed.act.writes(), stored.signed.act.reads()
        return not (writes & (self.writes | self.reads) or reads & self.writes)


class Relay:
    """Carries acts. One at a time per relayer's account; `step` may be repeated at any time."""

    def __init__(
        self, store: ActStore, sender: ActSender, clock: Clock, rules: RelayRules | None = None
    ) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._rules = rules or RelayRules()
        self._lane = Lane(store, sender, clock, self._rules)
        self._rests = Rests(clock)
        self._height = Height(clock, self._rules.max_pending_seconds)
        self._seen: tuple[Bytes32, int] | None = None  # what all was compared with: block, count
        self._prune_at = 0

    @property
    def remembered(self) -> frozenset[Bytes32]:
        """The transactions that this process knows it sent, and that may still be mined."""
        return self._lane.remembered

    def step(self) -> tuple[Relayed, ...]:
        """Follow what is in blocks and what was sent, then send what may go now.

        Raises:
            ChainUnavailableError: the node does not answer; what was done stays done.
            StateError: another process with this database was faster; what was done stays done.
        """
        self._prune()
        followed = self._store.unsettled(_LOOKED_AT)
        submitted = self._store.in_state(ActState.SUBMITTED, _LOOKED_AT)
        accepted = self._store.in_state(ActState.ACCEPTED, _LOOKED_AT)
        if not (followed or submitted or accepted):
            return ()
        self._rests.keep({stored.signed.id for stored in (*submitted, *accepted)})
        # The count first: what it covers and has no receipt afterwards was not ours.
        count = self._sender.transaction_count()
        latest = self._sender.latest()
        places = [stored.place.block for stored in followed if stored.place is not None]
        self._height.check(latest, max(places, default=0))
        way = _Way(latest, count, fresh=self._seen != (latest.hash, count) or self._rests.any_over)
        done = [*self._follow_blocks(followed, latest)] if way.fresh else []
        if any(item.state is ActState.SUBMITTED for item in done):
            # A block was dropped: by what was read above, nothing is sent or refused.
            self._seen = None
            return tuple(done)
        self._lane.look(count)
        self._lane.push(way.stuck)
        done += self._follow_sent(submitted, way)
        done += self._send_waiting(accepted, way)
        self._seen = (latest.hash, count)
        if way.stuck:
            raise way.stuck[0]  # told only now: no other act had to wait for it
        return tuple(done)

    def _prune(self) -> None:
        """Forget old refusals, now and then, a few at once."""
        now = self._clock.now()
        if now < self._prune_at:
            return
        rules = self._rules
        before = now - rules.keep_refused_seconds
        pruned = self._store.prune(before, rules.keep_refused, _PRUNED_AT_ONCE)
        if pruned < _PRUNED_AT_ONCE:
            self._prune_at = now + _PRUNE_SECONDS

    def _tried(self, stored: StoredAct, steps: Iterator[Relayed], way: _Way) -> tuple[Relayed, ...]:
        """What came of one act: one that cannot be tried or sent now holds up no other."""
        done: list[Relayed] = []
        try:
            done.extend(steps)  # keeps what was done before a failure
        except ChainUnavailableError as error:
            self._sender.latest()  # raises if it is the node, and not the act
            self._rests.failed(stored.signed.id)
            way.hold(stored)
            way.stuck.append(error)
        else:
            self._rests.ended(stored.signed.id)
        return tuple(done)

    # -- in blocks -------------------------------------------------------------------------------

    def _follow_blocks(
        self, followed: tuple[StoredAct, ...], latest: BlockRef
    ) -> Iterator[Relayed]:
        """What is done or refused becomes final, or is dropped with its block."""
        final = self._sender.final_block() if followed else None
        for stored in followed:
            place = stored.place
            block = None if place is None else self._sender.block_at(place.block)
            if place is not None and block is None and place.block <= latest.number:
                raise ChainUnavailableError(f"the node does not know block {place.block} now")
            if place is None or block is None or block.hash != place.block_hash:
                self._store.return_to_relay(stored.signed.id)
                self._lane.forget()
                yield Relayed(stored.signed.id, ActState.SUBMITTED)
            elif final is not None and place.block <= final.number:
                yield self._settled(stored, place, final)

    def _settled(self, stored: StoredAct, place: ActPlace, final: BlockRef) -> Relayed:
        """What is in a final block stays; a refusal without a transaction is looked at again."""
        if stored.state is ActState.REJECTED and place.transaction is None:
            try:
                found = self._carried(stored, final)
            except ChainRejectedError:
                found = None
            if found is not None:
                return self._done(stored, found)
        self._store.store_settled(stored.signed.id)
        refused = stored.state is ActState.REJECTED
        return Relayed(stored.signed.id, stored.state if refused else ActState.FINAL)

    # -- on its way ------------------------------------------------------------------------------

    def _follow_sent(self, submitted: tuple[StoredAct, ...], way: _Way) -> Iterator[Relayed]:
        sent = self._store.sent([stored.signed.id for stored in submitted])
        for stored in submitted:
            if self._rests.rests(stored.signed.id):
                way.hold(stored)
                continue
            yield from self._tried(stored, self._follow(stored, sent, way), way)

    def _follow(
        self, stored: StoredAct, all_sent: dict[Digest, tuple[SentAct, ...]], way: _Way
    ) -> Iterator[Relayed]:
        """See what became of an act that was sent. Only a new block can bring news."""
        sent = all_sent.get(stored.signed.id, ())
        receipts: list[Receipt] = []
        if way.fresh:
            answers = [self._sender.receipt(item.transaction) for item in reversed(sent)]
            receipts = [receipt for receipt in answers if receipt is not None]
            decided = self._decided(stored, receipts, way.latest)
            if decided is not None:
                yield decided
                return
        way.hold(stored)
        newest = sent[-1] if sent else None
        own = newest is not None and newest.sender == self._sender.address
        if newest is not None and own and (newest.nonce >= way.count or not way.fresh):
            return
        yield from self._sent_in_vain(stored, sent, receipts, way)

    def _decided(
        self, stored: StoredAct, receipts: list[Receipt], latest: BlockRef
    ) -> Relayed | None:
        """Done, by our transaction or another one; or refused, as its nonce is another act's."""
        for receipt in receipts:
            if receipt.succeeded:
                return self._done(stored, receipt.place)
        try:
            place = self._carried(stored, latest)
        except ChainRejectedError as error:
            return self._refused(stored, str(error), ActPlace(None, latest.number, latest.hash))
        return None if place is None else self._done(stored, place)

    def _sent_in_vain(
        self, stored: StoredAct, sent: tuple[SentAct, ...], receipts: list[Receipt], way: _Way
    ) -> Iterator[Relayed]:
        """The transaction was mined and failed, or another one took its nonce."""
        failed = receipts[0] if receipts else None
        tried = len({(item.sender, item.nonce) for item in sent}) >= _MOST_NONCES
        block = None if failed is None else self._sender.block_at(failed.place.block)
        if failed is not None and block is not None:
            refusal = self._sender.refusal(stored.signed, block)
            if refusal is not None or tried:
                yield self._refused(stored, refusal or _UNEXPLAINED, failed.place)
                return
        if tried:
            place = ActPlace(None, way.latest.number, way.latest.hash)
            yield self._refused(stored, _IN_VAIN, place)
            return
        yield from self._send(stored, way)

    # -- waiting ---------------------------------------------------------------------------------

    def _send_waiting(self, accepted: tuple[StoredAct, ...], way: _Way) -> Iterator[Relayed]:
        """Send what no earlier act stands in the way of."""
        for stored in accepted:
            free = not self._lane.is_full and way.is_free(stored)
            free = free and not self._rests.rests(stored.signed.id)
            tried = self._tried(stored, self._send(stored, way), way) if free else ()
            if all(item.state is not ActState.REJECTED for item in tried):
                way.hold(stored)  # one that was refused stands in nobody's way
            yield from tried

    def _send(self, stored: StoredAct, way: _Way) -> Iterator[Relayed]:
        """Sign and send one act, unless it is done already, by whomever, or refused."""
        decided = self._decided(stored, [], way.latest)
        if decided is not None:
            yield decided
            return
        try:
            sent = self._sender.prepare(stored.signed, self._lane.next_nonce, way.latest)
        except ChainRejectedError as error:
            yield self._refused(stored, str(error), None)
            return
        self._lane.take(sent)
        yield Relayed(stored.signed.id, ActState.SUBMITTED)
        self._lane.send(sent, way.stuck)

    # -- what became of it -----------------------------------------------------------------------

    def _carried(self, stored: StoredAct, block: BlockRef) -> ActPlace | None:
        return self._sender.carried(stored.signed, stored.accepted_at, block)

    def _done(self, stored: StoredAct, place: ActPlace) -> Relayed:
        self._store.store_done(stored.signed.id, place)
        return Relayed(stored.signed.id, ActState.MINED)

    def _refused(self, stored: StoredAct, refusal: str, place: ActPlace | None) -> Relayed:
        self._store.store_refused(stored.signed.id, refusal, place)
        return Relayed(stored.signed.id, ActState.REJECTED)
