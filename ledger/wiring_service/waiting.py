# SPDX-License-Identifier: Apache-2.0
"""A request waits a little for its act, so that most callers need not ask again."""

import time
from typing import Final

from ledger.acting import SigningDesk
from ledger.errors import ChainRejectedError
from ledger.ports.facade import StatusAct
from ledger.ports.relaying import ActState, StoredAct
from ledger.refusals import refusal_of

__all__ = ["status_act", "waited"]

_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.05
_UNDER_WAY: Final = (ActState.ACCEPTED, ActState.SUBMITTED)


def waited(desk: SigningDesk, act: StoredAct) -> StoredAct:
    """The act once it is in a block or refused; or as it is after ten seconds."""
    deadline = time.monotonic() + _SECONDS
    while act.state in _UNDER_WAY and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        act = desk.act(act.signed.id)
    return act


def status_act(word: str, act: StoredAct) -> StatusAct:
    """What is told of a change of a status.

    Raises:
        ChainRejectedError: the contract refused it, and why.
    """
    if act.state is ActState.REJECTED:
        refusal = refusal_of(act.refusal or "")
        raise ChainRejectedError(f"{refusal.sentence} ({refusal.code})")
    transaction = None if act.transaction is None else str(act.transaction)
    block = None if act.place is None else act.place.block
    return StatusAct(word, transaction, block, act.signed.id)
