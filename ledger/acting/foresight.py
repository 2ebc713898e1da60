# SPDX-License-Identifier: Apache-2.0
"""What a party's word about a document will be once its acts under way are done.

The chain's word alone is not enough: a revocation that is on its way would be overlooked.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Final, TypeAlias, cast

from ledger.acts import Act, ActDomain, ActType
from ledger.ports.relaying import ActState, ActStore, StoredAct
from ledger.ports.titling import StatusNow
from ledger.primitives import Digest, PartyId

__all__ = ["Foreseen", "foreseen", "under_way"]

_ALL: Final = 2**31 - 1  # the queue has its own limit
# Of DocumentStatus: status, reason, superseded_by.
Word: TypeAlias = tuple[int, int, bytes]
_Item: TypeAlias = tuple[bytes, int, int, bytes, int]  # its members, as the contract's struct
_MEMBERS: Final = ("subject", "status", "reason", "supersededBy", "expectedSequence")


@dataclass(frozen=True, slots=True)
class Foreseen:
    """A status after everything that is under way; `act` is the last of that, or None."""

    word: Word
    sequence: int
    tainted: bool
    act: StoredAct | None


def under_way(
    store: ActStore, domain: ActDomain, party: PartyId, subject: Digest
) -> tuple[StoredAct, ...]:
    """A party's acts about a document that can still change its status there, oldest first.

    Ask before the chain is asked: what is done in between is then counted once, by its number. One
    that is in a block counts, too, until that is final: a reorganisation may put it back on its
    way.
    """
    listed = chain(
        store.in_state(ActState.ACCEPTED, _ALL),
        store.in_state(ActState.SUBMITTED, _ALL),
        (each for each in store.unsettled(_ALL) if each.state is ActState.MINED),
    )
    found = {
        each.number: each
        for each in listed
        if each.signed.domain == domain
        and each.signed.act.party == party
        and any(_changes(each.signed.act, subject))
    }
    return tuple(found[number] for number in sorted(found))


def foreseen(now: StatusNow, subject: Digest, coming: tuple[StoredAct, ...]) -> Foreseen:
    """Go on from the chain's word.

    As in DocumentStatus, an act counts if it was signed for just the number before, and one that
    says what is said already writes nothing.
    """
    told = Foreseen(
        (now.status, now.reason, now.superseded_by), now.sequence, now.tainted, act=None
    )
    for stored in coming:
        for word, expected in _changes(stored.signed.act, subject):
            repeats = word == told.word and not told.tainted
            if expected == told.sequence and not repeats:
                told = Foreseen(word, expected + 1, tainted=False, act=stored)
    return told


def _changes(act: Act, subject: Digest) -> Iterator[tuple[Word, int]]:
    """What an act says of a document, and after which number."""
    items: tuple[_Item, ...] = ()
    if act.type is ActType.STATUS_CHANGE:
        items = (cast("_Item", tuple(act.message[name] for name in _MEMBERS)),)
    elif act.type is ActType.STATUS_CHANGES:
        items = cast("tuple[_Item, ...]", act.message["items"])
    for about, status, reason, successor, expected in items:
        if about == subject.raw:
            yield (status, reason, successor), expected
