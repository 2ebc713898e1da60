# SPDX-License-Identifier: Apache-2.0
"""Stop 7, the service's half: bring the log's newest head on chain, and keep it there.

Safe against a crash between any two lines, because each step only asks what is true now: what the
outbox stored, what the contract holds. A transaction is stored before it is sent; the chain, not a
transaction hash, says whether a head stands. One transaction is under way at a time, so that one
nonce is at stake; a later head waits for it and then covers everything at once.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from ledger.anchors import Finality
from ledger.errors import (
    ChainRejectedError,
    ChainUnavailableError,
    ConfigurationError,
    InvalidInputError,
)
from ledger.log import TreeHead, consistency_of, root_of
from ledger.ports import Clock
from ledger.ports.anchoring import AnchoredHead, AnchorSender, Outbox, SentAnchor
from ledger.ports.service import LogStore
from ledger.primitives import Bytes32, Digest

__all__ = ["Act", "AnchorRules", "Anchorer", "Done", "check_against_chain"]


class Act(StrEnum):
    """What a step did with a head."""

    FINAL = "final"  # its anchor became final
    RETURNED = "returned"  # a reorganisation dropped its anchor; it waits again
    MOVED = "moved"  # a reorganisation put its anchor into another block
    MINED = "mined"  # its anchor stands in a block
    SENT = "sent"  # a new transaction was stored and sent
    RESENT = "resent"  # a stored transaction was sent again
    GIVEN_UP = "given-up"  # a stored transaction's nonce was used by another one
    REPLACED = "replaced"  # a stuck transaction was stored and sent again with a higher fee


@dataclass(frozen=True, slots=True)
class Done:
    """One thing that a step did, for the log and the metrics."""

    act: Act
    root: Digest
    size: int
    transaction: Bytes32


@dataclass(frozen=True, slots=True)
class AnchorRules:
    """When to anchor, and when a transaction is stuck.

    A head is anchored once it is `entries` ahead of the chain, or after `seconds` of waiting,
    whichever comes first. A transaction that is not mined after `max_pending_seconds` is replaced
    by a dearer one, `max_replacements` times; then it is only sent again.
    """

    entries: int = 1
    seconds: int = 0
    max_pending_seconds: int = 60
    max_replacements: int = 8


def check_against_chain(log: LogStore, sender: AnchorSender) -> int:
    """Prove that the head on chain is one that our log had. Asked at start and before each anchor.

    One node of several that tells otherwise stops nobody for good: it may be the one that errs.

    Returns:
        The size of the log on chain.

    Raises:
        ConfigurationError: the database is behind the chain, or holds another log.
        ChainUnavailableError: nothing is known, or the nodes disagree.
    """
    try:
        return _checked_size(log, sender)
    except ConfigurationError as error:
        if any(_agrees(log, other) for other in sender.others()):
            raise ChainUnavailableError(
                f"the nodes disagree about the log on chain; one says: {error}"
            ) from error
        raise


def _agrees(log: LogStore, sender: AnchorSender) -> bool:
    try:
        _checked_size(log, sender)
    except (ConfigurationError, ChainUnavailableError):
        return False
    return True


def _checked_size(log: LogStore, sender: AnchorSender) -> int:
    chain_size, our_size = sender.on_chain_size(), log.head().size
    if chain_size == 0:
        return 0
    if chain_size > our_size:
        raise ConfigurationError(
            f"the log on chain has {chain_size} entries, this database {our_size}: it is older "
            f"than the chain. Bring entries {our_size} to {chain_size - 1} back, from a newer "
            "backup or from the tiles of a mirror, before anything is written"
        )
    try:
        root = root_of(log, chain_size)
    except InvalidInputError as error:
        raise ConfigurationError(f"the tiles of this database have a hole: {error}") from error
    record = sender.record(root)
    if record.size != chain_size:
        raise ConfigurationError(
            f"the log on chain is not ours: it has {chain_size} entries, and our root over that "
            f"many, {root}, "
            + (f"was anchored as size {record.size}" if record.exists else "was never anchored")
            + ". Wrong DocumentLog in the trust file, or wrong database"
        )
    return chain_size


class Anchorer:
    """Takes heads from the outbox to final anchors. One at a time per log; `step` is idempotent."""

    def __init__(
        self,
        outbox: Outbox,
        log: LogStore,
        sender: AnchorSender,
        clock: Clock,
        rules: AnchorRules | None = None,
    ) -> None:
        self._outbox = outbox
        self._log = log
        self._sender = sender
        self._clock = clock
        self._rules: Final = rules or AnchorRules()
        # Memory only: after a restart everything stored is sent once more, which is harmless.
        self._sent_at: dict[Bytes32, int] = {}
        self._dead: set[Bytes32] = set()
        self._waiting_since: int | None = None

    def step(self) -> tuple[Done, ...]:
        """Do what can be done now.

        Returns:
            What was done, in order; empty if everything waits for the chain, or for more entries.

        Raises:
            ConfigurationError: see `check_against_chain`.
            ChainUnavailableError: call again later.
            ChainRejectedError: the contract refuses the next head; the next step looks anew.
        """
        done = self._follow_mined()
        head = self._outbox.unanchored()
        if head is None:
            self._waiting_since = None
            return tuple(done)
        chain_size = check_against_chain(self._log, self._sender)
        done += self._catch_up(chain_size)
        if head.size > chain_size:
            done += self._move_on(head, chain_size)
        return tuple(done)

    # -- (a) anchors that are mined: still there? final? -------------------------------------

    def _follow_mined(self) -> list[Done]:
        done = []
        for known in self._outbox.mined():
            now = self._sender.locate(known.root)
            if now is None:
                done += self._return_if_reorganised(known)
            elif now != known:
                self._outbox.store_anchored(now)
                act = Act.FINAL if now.finality is Finality.FINAL else Act.MOVED
                done.append(_done(act, now))
        return done

    def _return_if_reorganised(self, known: AnchoredHead) -> list[Done]:
        """Return it if another block stands there now; a node that is behind proves nothing."""
        block = self._sender.block_at(known.hint.block_number)
        if block is None or block.hash == known.hint.block_hash:
            return []
        self._outbox.return_to_outbox(known.root)
        self._dead.clear()
        self._sent_at.clear()  # nodes need not put dropped transactions back into their pools
        return [_done(Act.RETURNED, known)]

    # -- (b) heads that are on chain, and that the outbox does not know to be there ----------

    def _catch_up(self, chain_size: int) -> list[Done]:
        """Walk from the head on chain back to the first one we know of: after each anchor one step.

        It asks the contract and no transaction: so it finds a transaction that was sent before a
        crash, its replacement, and what another copy of this service anchored, all alike. The
        oldest is stored first: whatever ends this in between, the next step finds the rest.
        """
        missed: list[AnchoredHead] = []
        size = chain_size
        while size > 0 and not self._is_known(size):
            found = self._sender.locate(root_of(self._log, size))
            if found is None:
                return []  # the chain moved on meanwhile; the next step looks again
            if self._outbox.head_of_size(size) is None:
                raise ConfigurationError(
                    f"the chain has a head of {size} entries, and this database has them, but no "
                    "checkpoint of that size: bring its heads back from a newer backup"
                )
            missed.append(found)
            size = found.record.previous_size
        missed.reverse()
        for found in missed:
            self._outbox.store_anchored(found)
        return [_done(Act.MINED, found) for found in missed]

    def _is_known(self, size: int) -> bool:
        """Does the outbox know an anchor for the last entry of a head of this size?"""
        (statement,) = self._log.entries(size - 1, size)
        anchor = self._outbox.place_of(statement).anchor
        return anchor is not None and anchor.record.size == size

    # -- (c) go on with the transaction under way, or start a new one ------------------------

    def _move_on(self, head: TreeHead, chain_size: int) -> list[Done]:
        under_way = self._under_way(chain_size)
        if under_way:
            return self._push(under_way)
        return self._anchor(head, chain_size) if self._is_due(head, chain_size) else []

    def _under_way(self, chain_size: int) -> list[SentAnchor]:
        """Stored transactions that the contract would still take: same beginning, larger end."""
        return [
            sent
            for sent in self._outbox.sent()
            if sent.old_size == chain_size < sent.head.size and sent.transaction not in self._dead
        ]

    def _push(self, under_way: list[SentAnchor]) -> list[Done]:
        newest = under_way[-1]
        sent_at = self._sent_at.get(newest.transaction)
        if sent_at is None:
            return self._send(newest, Act.RESENT)
        # A clock that was set back begins to count anew, and hides no transaction that is stuck.
        sent_at = self._sent_at[newest.transaction] = min(sent_at, self._clock.now())
        if self._clock.now() - sent_at < self._rules.max_pending_seconds:
            return []
        rivals = [sent for sent in under_way if sent.nonce == newest.nonce]
        if len(rivals) > self._rules.max_replacements:
            return self._send(newest, Act.RESENT)
        dearer = self._sender.replacement(newest)
        self._outbox.store_sent(dearer)
        return self._send(dearer, Act.REPLACED)

    def _is_due(self, head: TreeHead, chain_size: int) -> bool:
        now = self._clock.now()
        if self._waiting_since is None:
            self._waiting_since = now
        self._waiting_since = min(self._waiting_since, now)  # the clock may have been set back
        waited = now - self._waiting_since
        return head.size - chain_size >= self._rules.entries or waited >= self._rules.seconds

    def _anchor(self, head: TreeHead, chain_size: int) -> list[Done]:
        proof = consistency_of(self._log, chain_size, head.size)
        prepared = self._sender.prepare(head, chain_size, proof)
        self._outbox.store_sent(prepared)
        self._waiting_since = None
        return self._send(prepared, Act.SENT)

    def _send(self, anchor: SentAnchor, act: Act) -> list[Done]:
        """Send a stored transaction; one whose nonce is gone gives way to a new one, next step."""
        try:
            self._sender.broadcast(anchor)
        except ChainRejectedError:
            # With it every other that used this nonce: the chain has taken another in its place.
            self._dead.add(anchor.transaction)
            self._dead |= {
                held.transaction
                for held in self._outbox.sent()
                if (held.sender, held.nonce) == (anchor.sender, anchor.nonce)
            }
            act = Act.GIVEN_UP
        self._sent_at[anchor.transaction] = self._clock.now()
        return [Done(act, anchor.head.root, anchor.head.size, anchor.transaction)]


def _done(act: Act, anchored: AnchoredHead) -> Done:
    return Done(act, anchored.root, anchored.record.size, anchored.hint.transaction)
