# SPDX-License-Identifier: Apache-2.0
"""A title's acts, carried out once more: what its record must be if all of them are told."""

from collections.abc import Sequence
from dataclasses import replace

from ledger.errors import ChainUnavailableError, InvalidValueError
from ledger.ports import TitleEvent
from ledger.primitives import Bytes32, PartyId
from ledger.titles import (
    WHOLE,
    Issue,
    Title,
    TitleAct,
    TitleAction,
    TitleRefusedError,
    TitleState,
    title_id,
)
from ledger.titles.members import check_members
from ledger.titles.rules import apply, close

__all__ = ["replayed"]


def replayed(
    name: Bytes32, acts: Sequence[TitleEvent], origins: tuple[Bytes32, ...]
) -> tuple[Title, ...]:
    """Carry the acts out, and say what the title was after each.

    Args:
        name: the title.
        acts: in their order.
        origins: the titles it came from; the event alone does not tell.

    Raises:
        ChainUnavailableError: these acts cannot have happened like that, so whoever told them
            is not to be believed.
    """
    states: list[Title] = []
    for number, act in enumerate(acts, 1):
        if act.sequence != number:
            raise ChainUnavailableError(f"act {number} is told as number {act.sequence}")
        after = _after(states[-1], act) if states else _opened(name, act, origins)
        states.append(replace(after, sequence=number, time=act.time))
    return tuple(states)


def _opened(name: Bytes32, act: TitleEvent, origins: tuple[Bytes32, ...]) -> Title:
    wish, carrier = act.wish, act.party
    if not isinstance(wish, Issue) or title_id(carrier, wish.tag) != name:
        raise ChainUnavailableError("the first act does not issue this title")
    hashes = (wish.tag.raw, wish.commitment.raw)
    share = act.share == WHOLE or (bool(origins) and act.share > 0)
    if None in (wish.holder, wish.beneficiary) or not all(map(any, hashes)) or not share:
        raise ChainUnavailableError("it cannot have been issued like that")
    return Title(
        carrier=carrier,
        commitment=wish.commitment,
        holder=wish.holder,
        beneficiary=wish.beneficiary,
        former_holder=_giver(carrier, wish.holder, origins),
        former_beneficiary=_giver(carrier, wish.beneficiary, origins),
        share=act.share,
        origins=origins,
    )


def _giver(carrier: PartyId, party: PartyId | None, origins: tuple[Bytes32, ...]) -> PartyId | None:
    """Who gets a role back if it is rejected: after a reissue nobody, for the holder agreed."""
    return None if origins or party == carrier else carrier


def _after(title: Title, act: TitleEvent) -> Title:
    wish = act.wish
    if not isinstance(wish, TitleAct):
        raise ChainUnavailableError(f"act {act.sequence} issues the title once more")
    try:
        if title.state is TitleState.FOR_REISSUE and wish.action is TitleAction.ACCEPT_SURRENDER:
            return _reissued(title, wish, act.party)
        return apply(title, wish, act.party, act.time, lambda _: True)
    except (TitleRefusedError, InvalidValueError) as error:
        raise ChainUnavailableError(f"act {act.sequence} is impossible: {error}") from error


def _reissued(title: Title, wish: TitleAct, by: PartyId) -> Title:
    check_members(wish)
    if title.paused or by != title.carrier or wish.intent != title.intent:
        raise TitleRefusedError("NotAgreed", f"only its carrier closes it, by {title.intent}")
    return close(title, TitleState.REISSUED)
