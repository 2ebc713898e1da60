# SPDX-License-Identifier: Apache-2.0
"""The relayer's transactions, stored before they are broadcast; and what is forgotten in time."""

from collections.abc import Collection

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
)

from ledger.errors import StateError
from ledger.ports.relaying import ActState, SentAct
from ledger.primitives import Address, Bytes32, Digest
from ledger.storage.tables import act_sends, acts, remarks

__all__ = ["keep_send", "prune_refused", "sends_from", "sends_of"]


def sends_of(connection: Connection, wanted: Collection[Digest]) -> tuple[SentAct, ...]:
    """The transactions of some acts, oldest first."""
    raws = [act.raw for act in wanted]
    query = select(act_sends).where(act_sends.c.act.in_(raws)).order_by(act_sends.c.number)
    return tuple(_sent(row) for row in connection.execute(query))


def sends_from(connection: Connection, sender: Address, count: int) -> tuple[SentAct, ...]:
    """A sender's transactions with nonces from `count` on, by nonce, then oldest first."""
    query = (
        select(act_sends)
        .where(act_sends.c.sender == sender.raw, act_sends.c.nonce >= count)
        .order_by(act_sends.c.nonce, act_sends.c.number)
    )
    return tuple(_sent(row) for row in connection.execute(query))


def keep_send(connection: Connection, sent: SentAct) -> None:
    """Keep a transaction; the same one again changes nothing.

    Raises:
        StateError: another act, or none, has this sender and nonce.
    """
    known = select(act_sends.c.number).where(act_sends.c.transaction == sent.transaction.raw)
    if connection.scalar(known) is not None:
        return
    same = (act_sends.c.sender == sent.sender.raw, act_sends.c.nonce == sent.nonce)
    other: ColumnElement[bool] = act_sends.c.act.is_not(None)
    if sent.act is not None:
        other = or_(act_sends.c.act.is_(None), act_sends.c.act != sent.act.raw)
    if connection.scalar(select(act_sends.c.number).where(*same, other).limit(1)) is not None:
        raise StateError(
            f"nonce {sent.nonce} of {sent.sender} has a transaction of another act: another "
            "process works with this database"
        )
    connection.execute(insert(act_sends), _row(sent))


def prune_refused(connection: Connection, before: int, keep: int, limit: int) -> int:
    """Forget settled refusals: accepted before a time, or behind the newest `keep` of a submitter.

    With them go their transactions, whose nonces are used, and texts that no other act names.
    """
    rows = connection.execute(_refused(before, keep, limit)).all()
    if rows:
        gone = [row.act for row in rows]
        connection.execute(delete(act_sends).where(act_sends.c.act.in_(gone)))
        connection.execute(delete(acts).where(acts.c.act.in_(gone)))
        texts = {row.remark for row in rows if row.remark is not None}
        named = exists(select(acts.c.number).where(acts.c.remark == remarks.c.remark))
        connection.execute(delete(remarks).where(remarks.c.remark.in_(texts), ~named))
    return len(rows)


def _refused(before: int, keep: int, limit: int) -> Select[tuple[bytes, bytes]]:
    newest_first = func.row_number().over(
        partition_by=acts.c.submitter, order_by=acts.c.number.desc()
    )
    refused = (
        select(
            acts.c.number, acts.c.act, acts.c.remark, acts.c.accepted_at, newest_first.label("rank")
        )
        .where(acts.c.state == ActState.REJECTED.value, acts.c.settled == 1)
        .subquery()
    )
    return (
        select(refused.c.act, refused.c.remark)
        .where(or_(refused.c.accepted_at < before, refused.c.rank > keep))
        .order_by(refused.c.number)
        .limit(limit)
    )


def _row(sent: SentAct) -> dict[str, object]:
    return {
        "act": None if sent.act is None else sent.act.raw,
        "sender": sent.sender.raw,
        "nonce": sent.nonce,
        "transaction": sent.transaction.raw,
        "raw": sent.raw,
        "sent_at": sent.sent_at,
    }


def _sent(row: Row[tuple[object, ...]]) -> SentAct:
    return SentAct(
        act=None if row.act is None else Digest(row.act),
        sender=Address(row.sender),
        nonce=row.nonce,
        transaction=Bytes32(row.transaction),
        raw=row.raw,
        sent_at=row.sent_at,
    )
