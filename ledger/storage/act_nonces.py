# SPDX-License-Identifier: Apache-2.0
"""One act per nonce of a key: the contract does no more, whatever it was told here."""

from sqlalchemy import Connection, select

from ledger.acts import SignedAct
from ledger.errors import StateError
from ledger.ports.relaying import ActState
from ledger.primitives import Digest
from ledger.storage.tables import acts

__all__ = ["check_nonce", "looked_up_by"]


def looked_up_by(signed: SignedAct) -> dict[str, bytes | None]:
    """Copies of two members of an act, in columns of their own."""
    return {"nonce": _nonce(signed), "remark": _remark(signed)}


def check_nonce(connection: Connection, signed: SignedAct) -> None:
    """Refuse a second act with a key's nonce: the contract would do one of them, whichever."""
    same = (
        acts.c.key == signed.key.raw,
        acts.c.nonce == _nonce(signed),
        acts.c.contract == signed.domain.address.raw,
    )
    query = select(acts.c.act).where(*same, acts.c.state != ActState.REJECTED.value).limit(1)
    other = connection.scalar(query)
    if other is not None:
        raise StateError(
            f"act {Digest(other)} was taken with the same key and nonce, and not refused; the "
            "contract does at most one of the two: sign this one with another nonce"
        )


def _nonce(signed: SignedAct) -> bytes:
    return signed.act.nonce.to_bytes(32, "big")


def _remark(signed: SignedAct) -> bytes | None:
    remark = signed.act.message.get("remark")
    return remark if isinstance(remark, bytes) and any(remark) else None
