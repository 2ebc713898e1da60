# SPDX-License-Identifier: Apache-2.0
"""The relayer's nonces: each is used by one transaction, in turn, and none may be left out.

A chain takes an account's transactions in the order of their nonces. One that the node dropped, or
never took, holds up all later ones, also if nobody needs it any more because its act was carried by
somebody else. So everything that was signed is sent until its nonce is used, whatever became of
its act; and a nonce without a transaction gets one that does nothing.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from ledger.errors import ChainUnavailableError, ConfigurationError
from ledger.ports import Clock
from ledger.ports.relaying import ActSender, ActStore, SentAct
from ledger.primitives import Bytes32
from ledger.relay.rules import RelayRules

__all__ = ["Lane"]

_MOST_TRANSACTIONS: Final = 16  # of one nonce; then only one that others outbid is replaced


class Lane:
    """What is on its way under the relayer's nonces. `look` first, in each step."""

    def __init__(self, store: ActStore, sender: ActSender, clock: Clock, rules: RelayRules) -> None:
        self._store = store
        self._sender = sender
        self._clock = clock
        self._rules = rules
        self._pending: dict[int, list[SentAct]] = {}
        self._missing: list[int] = []
        self._sent_at: dict[Bytes32, int] = {}  # what this process sent, and when the last time
        self._tried_at: dict[Bytes32, int] = {}  # when it first tried to
        self.next_nonce = 0

    @property
    def is_full(self) -> bool:
        """Whether as much is under way as may be at once."""
        return len(self._pending) >= self._rules.window

    @property
    def remembered(self) -> frozenset[Bytes32]:
        """The transactions that this process knows it sent, and that may still be mined."""
        return frozenset(self._sent_at)

    def look(self, count: int) -> None:
        """Read what is stored, and forget what is used. `count`: nonces that are used on chain.

        Raises:
            ConfigurationError: a transaction is stored that the relayer never signed. It would be
                signed anew to replace it, so whoever can write rows could spend its balance.
        """
        self._pending = {}
        for sent in self._store.pending(self._sender.address, count):
            if not self._sender.signed(sent):
                raise ConfigurationError(
                    f"transaction {sent.transaction} was changed in the database"
                )
            self._pending.setdefault(sent.nonce, []).append(sent)
        # After everything that was signed: a stored transaction keeps its nonce.
        self.next_nonce = max([count, *(nonce + 1 for nonce in self._pending)])
        kept = {sent.transaction for held in self._pending.values() for sent in held}
        self._sent_at = {key: at for key, at in self._sent_at.items() if key in kept}
        self._tried_at = {key: at for key, at in self._tried_at.items() if key in kept}
        self._missing = [
            nonce for nonce in range(count, self.next_nonce) if nonce not in self._pending
        ]

    def forget(self) -> None:
        """Nodes may have dropped what was sent: send all of it again."""
        self._sent_at.clear()

    def push(self, stuck: list[ChainUnavailableError]) -> None:
        """Send the newest of each nonce that this process never sent; replace what is stuck.

        The lowest nonce first. What cannot be sent goes to `stuck`; the others are tried still.
        """
        for nonce in self._missing[: self._rules.window]:
            self._tried(partial(self._fill, nonce), stuck)
        for nonce in sorted(self._pending):
            self._tried(partial(self._push, nonce), stuck)

    def take(self, sent: SentAct) -> None:
        """Store a new transaction, which has `next_nonce`."""
        self._store.store_sent(sent)
        self._pending[sent.nonce] = [sent]
        self.next_nonce = max(self.next_nonce, sent.nonce + 1)

    def send(self, sent: SentAct, stuck: list[ChainUnavailableError]) -> None:
        """Send a stored transaction; one that cannot be sent now is sent by the next `push`."""
        self._tried(partial(self._broadcast, sent), stuck)

    # -- inside ----------------------------------------------------------------------------------

    def _tried(self, act: Callable[[], None], stuck: list[ChainUnavailableError]) -> None:
        try:
            act()
        except ChainUnavailableError as error:
            self._sender.latest()  # raises if it is the node, and not the transaction
            stuck.append(error)

    def _fill(self, nonce: int) -> None:
        self.take(self._sender.filler(nonce))  # sent by `_push`

    def _push(self, nonce: int) -> None:
        held, now = self._pending[nonce], self._clock.now()
        newest = held[-1]
        since = self._tried_at.setdefault(newest.transaction, now)
        taken_at = self._sent_at.get(newest.transaction)
        stuck = now - (taken_at or since) >= self._rules.max_pending_seconds
        if taken_at is not None and not stuck:
            return
        if stuck and self._is_too_cheap(held, was_taken=taken_at is not None):
            dearer = self._sender.replacement(newest)
            if dearer.transaction != newest.transaction:  # else its owner allows no higher price
                self._store.store_sent(dearer)
                held.append(dearer)
        self._broadcast(held[-1])

    def _is_too_cheap(self, held: list[SentAct], *, was_taken: bool) -> bool:
        """Of what a node does not even take, the price may not be the reason."""
        few = len(held) < _MOST_TRANSACTIONS
        return (was_taken and few) or self._sender.is_outbid(held[-1])

    def _broadcast(self, sent: SentAct) -> None:
        self._sender.broadcast(sent)
        self._sent_at[sent.transaction] = self._clock.now()
