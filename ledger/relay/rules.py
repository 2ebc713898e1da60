# SPDX-License-Identifier: Apache-2.0
"""How much goes on at once, how long anything waits, and how often it is tried."""

from dataclasses import dataclass

__all__ = ["RelayRules"]

_DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class RelayRules:
    """How many acts are on their way at once, and when a transaction is stuck.

    One that is not mined after `max_pending_seconds` is replaced by a dearer one. A node that is
    behind what was seen is believed after as long. Refused acts are kept for
    `keep_refused_seconds`, and the newest `keep_refused` of each submitter.
    """

    window: int = 16
    max_pending_seconds: int = 60
    keep_refused_seconds: int = 30 * _DAY_SECONDS
    keep_refused: int = 1000
