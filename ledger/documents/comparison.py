# SPDX-License-Identifier: Apache-2.0
"""Do two documents of one consignment agree? The rule behind the check `match`."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

from ledger.documents.disclosed import HIDDEN
from ledger.documents.kind import Comparable, ComparableValue

__all__ = ["Difference", "State", "compare"]

State: TypeAlias = Literal["equal", "differs", "unknown"]


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing both documents speak of, and whether they agree. Pointers into each envelope."""

    name: str
    left_value: ComparableValue
    left_pointers: tuple[str, ...]
    right_value: ComparableValue
    right_pointers: tuple[str, ...]
    state: State


def compare(left: tuple[Comparable, ...], right: tuple[Comparable, ...]) -> tuple[Difference, ...]:
    """Compare what both kinds state, in the order of `left`.

    A name that only one side has is not compared, nor are the own numbers of two documents. A
    value that is hidden or not stated makes `unknown`: it could not be compared, and that is
    neither agreement nor contradiction.
    """
    others = {comparable.name: comparable for comparable in right}
    pairs = ((one, others[one.name]) for one in left if one.name in others)
    return tuple(
        Difference(
            one.name, one.value, one.pointers, other.value, other.pointers, _state(one, other)
        )
        for one, other in pairs
        if not (one.own and other.own)
    )


def _state(one: Comparable, other: Comparable) -> State:
    for value in (one.value, other.value):
        if value is None or value is HIDDEN:
            return "unknown"
    return "equal" if one.value == other.value else "differs"
