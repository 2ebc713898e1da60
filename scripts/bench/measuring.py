# SPDX-License-Identifier: Apache-2.0
"""Timing in turns, and what is made of the times: medians, percentiles, ratios.

The machine is noisy, so whatever is compared runs in turns within one round, and a ratio is the
median over the rounds of the ratio within a round: what slows one round slows both sides of it.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Final

__all__ = [
    "Compared",
    "Row",
    "Unit",
    "compared",
    "percentile",
    "rates",
    "row",
    "times_ms",
]

Work = Callable[[], object]
_TENTHS: Final = 10
_WARM_UP_SECONDS: Final = 0.02


@dataclass(frozen=True, slots=True)
class Unit:
    """What a number counts. `better_more`: true of rates, false of durations."""

    name: str
    better_more: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A ceiling or a peer: its median, and how many times its time the measured thing took."""

    name: str
    median: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table. `low` and `high` are the 10th and the 90th percentile of `count`."""

    name: str
    unit: Unit
    median: float
    low: float
    high: float
    count: int
    against: tuple[Compared, ...] = ()


def rates(works: Mapping[str, Work], rounds: int, seconds: float = 0.1) -> dict[str, list[float]]:
    """Run each work again and again for `seconds`, in turns, `rounds` times.

    Returns:
        For each name, calls per second in each round.
    """
    repeats = {name: _repeats(work, seconds) for name, work in works.items()}
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(repeats[name] / _seconds(work, repeats[name]))
    return found


def times_ms(works: Mapping[str, Work], rounds: int) -> dict[str, list[float]]:
    """Run each work once per round, in turns: milliseconds of each. Each runs once before."""
    for work in works.values():
        work()
    found: dict[str, list[float]] = {name: [] for name in works}
    for _ in range(rounds):
        for name, work in works.items():
            found[name].append(1000 * _seconds(work, 1))
    return found


def row(name: str, unit: Unit, samples: Sequence[float], *against: Compared) -> Row:
    """Sum samples up."""
    low, high = percentile(samples, 1), percentile(samples, 9)
    return Row(name, unit, median(samples), low, high, len(samples), against)


def compared(name: str, unit: Unit, mine: Sequence[float], theirs: Sequence[float]) -> Compared:
    """Compare round by round. The ratio is of times: 1 is as fast, 2 takes twice as long."""
    pairs = zip(mine, theirs, strict=True)
    ratios = [other / own if unit.better_more else own / other for own, other in pairs]
    return Compared(name, median(theirs), median(ratios))


def percentile(samples: Sequence[float], tenths: int) -> float:
    """The sample below or at which `tenths` of ten samples lie (nearest rank)."""
    ordered = sorted(samples)
    rank = -(-len(ordered) * tenths // _TENTHS)
    return ordered[max(rank, 1) - 1]


def _seconds(work: Work, repeats: int) -> float:
    start = time.perf_counter()
    for _ in range(repeats):
        work()
    return time.perf_counter() - start


def _repeats(work: Work, seconds: float) -> int:
    """How often it runs in about that time; warms caches up on the way."""
    repeats = 1
    while (taken := _seconds(work, repeats)) < _WARM_UP_SECONDS:
        repeats *= 2
    return max(1, round(repeats * seconds / taken))
