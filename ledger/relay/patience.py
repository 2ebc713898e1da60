# SPDX-License-Identifier: Apache-2.0
"""What waits: an act that cannot be tried now, and everything while a node is behind."""

from collections.abc import Collection
from typing import Final

from ledger.anchors import BlockRef
from ledger.errors import ChainUnavailableError
from ledger.ports import Clock
from ledger.primitives import Digest

__all__ = ["Height", "Rests"]

_LONGEST_REST_SECONDS: Final = 300


class Rests:
    """Acts that could not be tried rest: 1 s, 2 s, 4 s, … up to five minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._held: dict[Digest, tuple[int, int]] = {}  # how long the last time, and until when

    def failed(self, act: Digest) -> None:
        """Let it rest, longer than the last time."""
        before, _until = self._held.get(act, (0, 0))
        seconds = min(max(1, 2 * before), _LONGEST_REST_SECONDS)
        self._held[act] = (seconds, self._clock.now() + seconds)

    def ended(self, act: Digest) -> None:
        """It could be tried."""
        self._held.pop(act, None)

    @property
    def any_over(self) -> bool:
        """Whether one may be tried again now."""
        return any(not self.rests(act) for act in self._held)

    def rests(self, act: Digest) -> bool:
        """Whether it is not to be tried yet."""
        return act in self._held and self._clock.now() < self._held[act][1]

    def keep(self, acts: Collection[Digest]) -> None:
        """Forget all but these: they are done, or refused."""
        self._held = {act: held for act, held in self._held.items() if act in acts}


class Height:
    """The highest block that was seen. A node that is behind it cannot tell what became of it.

    Of several nodes behind one address one may be late. Taken for the chain it would undo acts that
    are done, and refuse acts for which something was done that it does not know yet. Only if it
    stays so for `patience_seconds` is the chain itself shorter now.
    """

    def __init__(self, clock: Clock, patience_seconds: int) -> None:
        self._clock = clock
        self._patience_seconds = patience_seconds
        self._highest = 0
        self._behind_since: int | None = None

    def check(self, latest: BlockRef, known: int) -> None:
        """Note the newest block. `known`: the highest one that is stored.

        Raises:
            ChainUnavailableError: the node is behind; nothing is to be concluded from it.
        """
        highest, now = max(self._highest, known), self._clock.now()
        if latest.number < highest:
            since = now if self._behind_since is None else self._behind_since
            self._behind_since = since
            if now - since < self._patience_seconds:
                raise ChainUnavailableError(
                    f"the node is at block {latest.number}, behind block {highest}, which was seen"
                )
        self._highest, self._behind_since = latest.number, None
