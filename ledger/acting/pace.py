# SPDX-License-Identifier: Apache-2.0
"""How many acts one party may hand in within a minute: each costs a signature check and a node."""

import threading
from typing import Final

from ledger.errors import OverloadedError
from ledger.primitives import PartyId

__all__ = ["MOST_A_MINUTE", "Pace"]

MOST_A_MINUTE: Final = 120
_MINUTE: Final = 60


class Pace:
    """Counts what each party hands in, per minute of the clock. Safe in many threads."""

    def __init__(self, most: int = MOST_A_MINUTE) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._minute = 0
        self._counts: dict[PartyId, int] = {}

    def take(self, party: PartyId, now: int) -> None:
        """Count one more.

        Raises:
            OverloadedError: it would be one too many; says when to come back.
        """
        minute, second = divmod(now, _MINUTE)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            count = self._counts.get(party, 0)
            if count >= self._most:
                raise OverloadedError(
                    f"you handed in {count} acts within a minute; more than that has to wait",
                    _MINUTE - second,
                )
            self._counts[party] = count + 1
