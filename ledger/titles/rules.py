# SPDX-License-Identifier: Apache-2.0
"""What each action needs, and what it makes of a title: TitleRules.sol, in its order of checks."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from ledger.primitives import MAX_TIME, PartyId, format_time
from ledger.titles.acts import TitleAct
from ledger.titles.members import check_members
from ledger.titles.record import Title, TitleAction, TitleState
from ledger.titles.refusals import TitleRefusedError

__all__ = ["apply", "close"]

_A = TitleAction
_S = TitleState
_TRANSFERS: Final = (_A.TRANSFER_HOLDER, _A.TRANSFER_BENEFICIARY, _A.TRANSFER_BOTH)
_DESPITE_PAUSE: Final = (
    *(_A.REJECT_HOLDER, _A.REJECT_BENEFICIARY, _A.REJECT_BOTH, _A.TAKE_BACK, _A.UNPAUSE),
    *(_A.SURRENDER_FOR_DELIVERY, _A.SURRENDER_FOR_AMENDMENT),
    *(_A.SURRENDER_FOR_PAPER, _A.SURRENDER_FOR_REISSUE),
)
_SURRENDERED: Final = {
    _A.SURRENDER_FOR_DELIVERY: _S.FOR_DELIVERY,
    _A.SURRENDER_FOR_AMENDMENT: _S.FOR_AMENDMENT,
    _A.SURRENDER_FOR_PAPER: _S.FOR_PAPER,
    _A.SURRENDER_FOR_REISSUE: _S.FOR_REISSUE,
}
_OPEN: Final = (_S.HELD, _S.OFFERED_HOLDER, _S.OFFERED_BENEFICIARY, _S.OFFERED_BOTH)

_MAX_IDLE_ACTS: Final = 1024  # later on, only acts that need the holder count on
_MAX_ACCEPTANCE_SECONDS: Final = 365 * 24 * 3600

Exists = Callable[[PartyId], bool]


def apply(title: Title, act: TitleAct, by: PartyId, now: int, exists: Exists) -> Title:
    """Apply an act; sequence and time are the register's business.

    Args:
        title: The title as it stands.
        act: The wish; `expected_sequence` is not looked at.
        by: The party that acts.
        now: The block's time, in Unix seconds.
        exists: Tells whether a party is registered.

    Returns:
        The title afterwards.

    Raises:
        TitleRefusedError: with the contract's code.
    """
    check_members(act)
    if title.paused and act.action not in _DESPITE_PAUSE:
        raise TitleRefusedError("Paused", f"the carrier paused it; {act.action.label} has to wait")
    return _RULES[act.action](title, act, by, now, exists)


def close(title: Title, state: TitleState) -> Title:
    """Take all roles but the carrier's from a title."""
    return replace(
        title,
        holder=None,
        beneficiary=None,
        former_holder=None,
        former_beneficiary=None,
        intent=None,
        state=state,
    )


def _require_state(title: Title, act: TitleAct, *states: TitleState) -> None:
    if title.state not in states:
        raise TitleRefusedError(
            "WrongState", f"{act.action.label} is impossible while it is {title.state.label}"
        )


def _require_few_acts(title: Title) -> None:
    if title.sequence >= _MAX_IDLE_ACTS:
        raise TitleRefusedError("TooManyActs", "the rest of its acts is kept for its holder")


def _require_party(expected: PartyId | None, by: PartyId) -> None:
    if by != expected:
        raise TitleRefusedError("WrongParty", f"only {expected} can do this; got {by}")


def _named(party: PartyId | None, exists: Exists) -> PartyId:
    if party is None or not exists(party):
        raise TitleRefusedError("UnknownParty", f"{party} is not registered")
    return party


def _nominate(title: Title, act: TitleAct, by: PartyId, _now: int, exists: Exists) -> Title:
    _require_state(title, act, _S.HELD)
    _require_party(title.beneficiary, by)
    _require_few_acts(title)
    nominee = None if act.beneficiary is None else _named(act.beneficiary, exists)
    if nominee in (title.beneficiary, title.nominee):
        raise TitleRefusedError("SameParty", f"{nominee} is it already")
    return replace(_confirmed(title, by), nominee=nominee)


def _transfer(title: Title, act: TitleAct, by: PartyId, now: int, exists: Exists) -> Title:
    of_holder = act.action is not _A.TRANSFER_BENEFICIARY
    of_beneficiary = act.action is not _A.TRANSFER_HOLDER
    _require_state(title, act, _S.HELD)
    _require_party(title.holder, by)
    if act.accept_by and not now < act.accept_by <= now + _MAX_ACCEPTANCE_SECONDS:
        raise TitleRefusedError(
            "BadDeadline", f"want a time after {now}, at most 365 days; got {act.accept_by}"
        )
    after = _confirmed(title, by)
    if of_beneficiary:
        after = _give_beneficiary(after, act, exists, dual=title.beneficiary == by)
    if of_holder:
        after = _give_holder(after, act, exists)
    if act.accept_by is None:
        return after
    state = TitleState.offered(holder=of_holder, beneficiary=of_beneficiary)
    return replace(after, state=state, accept_by=act.accept_by)


def _give_beneficiary(title: Title, act: TitleAct, exists: Exists, *, dual: bool) -> Title:
    following = _named(act.beneficiary, exists)
    if following == title.beneficiary:
        raise TitleRefusedError("SameParty", f"{following} is the beneficiary already")
    if not dual and following != title.nominee:
        raise TitleRefusedError(
            "NotNominated", f"the beneficiary nominated {title.nominee}, not {following}"
        )
    return replace(title, beneficiary=following, former_beneficiary=title.beneficiary, nominee=None)


def _give_holder(title: Title, act: TitleAct, exists: Exists) -> Title:
    following = _named(act.holder, exists)
    if following == title.holder:
        raise TitleRefusedError("SameParty", f"{following} is the holder already")
    return replace(title, holder=following, former_holder=title.holder)


def _accept(title: Title, act: TitleAct, by: PartyId, now: int, _exists: Exists) -> Title:
    _require_state(title, act, *_OPEN[1:])
    of_holder, of_beneficiary = title.state.offers
    as_holder = of_holder and title.holder == by
    as_beneficiary = of_beneficiary and title.beneficiary == by
    if not (as_holder or as_beneficiary):
        _require_party(title.holder if of_holder else title.beneficiary, by)
    if title.accept_by is None or now > title.accept_by:
        raise TitleRefusedError("TooLate", f"it had to be accepted by {_time(title)}")
    return _settled(
        replace(
            title,
            former_holder=None if as_holder else title.former_holder,
            former_beneficiary=None if as_beneficiary else title.former_beneficiary,
        ),
        holder=of_holder and not as_holder,
        beneficiary=of_beneficiary and not as_beneficiary,
    )


def _reject(title: Title, act: TitleAct, by: PartyId, _now: int, _exists: Exists) -> Title:
    as_holder = act.action is not _A.REJECT_BENEFICIARY
    as_beneficiary = act.action is not _A.REJECT_HOLDER
    _require_state(title, act, *_OPEN)
    if as_holder:
        _require_party(title.holder, by)
    if as_beneficiary:
        _require_party(title.beneficiary, by)
    nothing = (as_holder and title.former_holder is None) or (
        as_beneficiary and title.former_beneficiary is None
    )
    if nothing:
        raise TitleRefusedError("NothingGiven", "it was not just given, or was acted on since")
    of_holder, of_beneficiary = title.state.offers
    return _settled(
        _given_back(title, holder=as_holder, beneficiary=as_beneficiary),
        holder=of_holder and not as_holder,
        beneficiary=of_beneficiary and not as_beneficiary,
    )


def _take_back(title: Title, act: TitleAct, by: PartyId, now: int, _exists: Exists) -> Title:
    _require_state(title, act, *_OPEN[1:])
    of_holder, of_beneficiary = title.state.offers
    # Of the beneficiary's role alone, also the holder who gave it: else it could be stuck for ever.
    if of_holder or by != title.holder:
        _require_party(title.former_holder if of_holder else title.former_beneficiary, by)
    if title.accept_by is not None and now <= title.accept_by:
        raise TitleRefusedError("TooEarly", f"it can be accepted until {_time(title)}")
    back = _given_back(title, holder=of_holder, beneficiary=of_beneficiary)
    return _settled(back, holder=False, beneficiary=False)


def _surrender(title: Title, act: TitleAct, by: PartyId, _now: int, _exists: Exists) -> Title:
    _require_state(title, act, _S.HELD)
    _require_party(title.holder, by)
    if title.beneficiary != by:
        raise TitleRefusedError("Divided", f"the beneficiary is {title.beneficiary}")
    return replace(
        title,
        holder=title.carrier,
        beneficiary=title.carrier,
        former_holder=by,
        former_beneficiary=by,
        nominee=None,
        intent=act.intent,
        state=_SURRENDERED[act.action],
    )


def _accept_surrender(
    title: Title, act: TitleAct, by: PartyId, _now: int, _exists: Exists
) -> Title:
    _require_state(title, act, _S.FOR_DELIVERY, _S.FOR_AMENDMENT, _S.FOR_PAPER)
    _require_party(title.carrier, by)
    if act.intent != title.intent:
        raise TitleRefusedError("NotAgreed", f"the holder agreed to {title.intent}")
    if title.state is _S.FOR_DELIVERY:
        return close(title, _S.DELIVERED)
    if title.state is _S.FOR_PAPER or title.intent is None:
        return close(title, _S.SWITCHED_TO_PAPER)
    return replace(_reopened(title), commitment=title.intent)


def _refuse_surrender(
    title: Title, act: TitleAct, by: PartyId, _now: int, _exists: Exists
) -> Title:
    _require_state(title, act, *_SURRENDERED.values())
    _require_party(title.carrier, by)
    return _reopened(title)


def _set_paused(title: Title, act: TitleAct, by: PartyId, _now: int, _exists: Exists) -> Title:
    _require_state(title, act, *_OPEN, *_SURRENDERED.values())
    _require_party(title.carrier, by)
    pause = act.action is _A.PAUSE
    if pause:
        _require_few_acts(title)
    elif not title.paused:
        raise TitleRefusedError("NotPaused", "it is not paused")
    return replace(title, paused=pause)


def _confirmed(title: Title, by: PartyId) -> Title:
    """Who acts in a role accepts it."""
    return replace(
        title,
        former_holder=None if title.holder == by else title.former_holder,
        former_beneficiary=None if title.beneficiary == by else title.former_beneficiary,
    )


def _given_back(title: Title, *, holder: bool, beneficiary: bool) -> Title:
    if holder:
        title = replace(title, holder=title.former_holder, former_holder=None)
    if beneficiary:
        title = replace(title, beneficiary=title.former_beneficiary, former_beneficiary=None)
    return title


def _settled(title: Title, *, holder: bool, beneficiary: bool) -> Title:
    state = TitleState.offered(holder=holder, beneficiary=beneficiary)
    return replace(title, state=state, accept_by=None if state is _S.HELD else title.accept_by)


def _reopened(title: Title) -> Title:
    back = _given_back(title, holder=True, beneficiary=True)
    return replace(back, state=_S.HELD, intent=None)


def _time(title: Title) -> str:
    deadline = title.accept_by or 0
    return format_time(deadline) if deadline <= MAX_TIME else f"second {deadline}"


_Rule = Callable[[Title, TitleAct, PartyId, int, Exists], Title]
_RULES: Final[Mapping[TitleAction, _Rule]] = {
    _A.NOMINATE: _nominate,
    **dict.fromkeys(_TRANSFERS, _transfer),
    _A.ACCEPT: _accept,
    **dict.fromkeys((_A.REJECT_HOLDER, _A.REJECT_BENEFICIARY, _A.REJECT_BOTH), _reject),
    _A.TAKE_BACK: _take_back,
    **dict.fromkeys(_SURRENDERED, _surrender),
    _A.ACCEPT_SURRENDER: _accept_surrender,
    _A.REFUSE_SURRENDER: _refuse_surrender,
    **dict.fromkeys((_A.PAUSE, _A.UNPAUSE), _set_paused),
}
