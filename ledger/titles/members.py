# SPDX-License-Identifier: Apache-2.0
"""Which members an action takes: one that it does not take would be signed, and mean nothing."""

from collections.abc import Mapping
from typing import Final

from ledger.titles.acts import TitleAct
from ledger.titles.record import TitleAction
from ledger.titles.refusals import TitleRefusedError

__all__ = ["check_members"]

_A = TitleAction
_TRANSFERS: Final = frozenset({_A.TRANSFER_HOLDER, _A.TRANSFER_BENEFICIARY, _A.TRANSFER_BOTH})
_NEEDS_INTENT: Final = frozenset({_A.SURRENDER_FOR_AMENDMENT, _A.SURRENDER_FOR_REISSUE})
_TAKEN_BY: Final[Mapping[str, frozenset[TitleAction]]] = {  # in the contract's order of checks
    "acceptBy": _TRANSFERS,
    "holder": frozenset({_A.TRANSFER_HOLDER, _A.TRANSFER_BOTH}),
    "beneficiary": frozenset({_A.NOMINATE, _A.TRANSFER_BENEFICIARY, _A.TRANSFER_BOTH}),
    "intent": _NEEDS_INTENT | {_A.ACCEPT_SURRENDER},
}


def check_members(act: TitleAct) -> None:
    """Refuse an act with a member that its action does not take, or without its intent.

    Raises:
        TitleRefusedError: `BadMember`, and which one.
    """
    if act.action is _A.NONE:
        raise _refusal(act, "an action", "none")
    given = {
        "acceptBy": act.accept_by,
        "holder": act.holder,
        "beneficiary": act.beneficiary,
        "intent": act.intent,
    }
    for member, actions in _TAKEN_BY.items():
        if given[member] is not None and act.action not in actions:
            raise _refusal(act, f"no {member}", str(given[member]))
    if act.action in _NEEDS_INTENT and act.intent is None:
        raise _refusal(act, "an intent", "none")


def _refusal(act: TitleAct, wanted: str, given: str) -> TitleRefusedError:
    return TitleRefusedError("BadMember", f"{act.action.label} takes {wanted}; got {given}")
