# SPDX-License-Identifier: Apache-2.0
"""What is told of a change of a status, by how far its act is."""

from ledger.errors import ChainRejectedError
from ledger.ports.facade import StatusAct
from ledger.ports.relaying import ActState, StoredAct
from ledger.refusals import refusal_of

__all__ = ["status_act"]


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
