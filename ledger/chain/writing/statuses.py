# SPDX-License-Identifier: Apache-2.0
"""What a party says today about a document: revoked, suspended, resumed, superseded."""

from dataclasses import dataclass
from enum import IntEnum

from ledger.chain.writing.contract import Contract
from ledger.chain.writing.node import Node
from ledger.chain.writing.sending import MinedTransaction, Sender
from ledger.chain.writing.transactions import Account
from ledger.primitives import Address, Digest, PartyId

__all__ = ["StatusAct", "StatusWriter", "Subject"]

_NONE = bytes(32)


class StatusAct(IntEnum):
    """What to say; the numbers are IDocumentStatus.Status."""

    RESUME = 0
    REVOKE = 1
    SUSPEND = 2
    SUPERSEDE = 3


@dataclass(frozen=True, slots=True)
class Subject:
    """Whose word, about what: a commitment, or the root of a statement."""

    party: PartyId
    digest: Digest


class StatusWriter:
    """Writes to a DocumentStatus with a party's `sign` key, which pays for it.

    Each method returns None if the record says so already, and raises `ChainRejectedError` with the
    contract's error: `DocumentStatus_Final`, `_NotSigner`, `_Stale` if somebody was faster.
    """

    def __init__(self, node: Node, status: Address) -> None:
        self._node = node
        self._contract = Contract(node, "DocumentStatus", status)

    def revoke(self, subject: Subject, reason: int, account: Account) -> MinedTransaction | None:
        """For ever."""
        return self._set(subject, (StatusAct.REVOKE, reason, _NONE), account)

    def suspend(self, subject: Subject, reason: int, account: Account) -> MinedTransaction | None:
        """Until it is resumed."""
        return self._set(subject, (StatusAct.SUSPEND, reason, _NONE), account)

    def resume(self, subject: Subject, reason: int, account: Account) -> MinedTransaction | None:
        """End a suspension. A subject that nobody mentioned is current already."""
        return self._set(subject, (StatusAct.RESUME, reason, _NONE), account)

    def supersede(
        self, subject: Subject, reason: int, successor: Digest, account: Account
    ) -> MinedTransaction | None:
        """For ever; `successor` is the commitment or statement root that counts instead."""
        return self._set(subject, (StatusAct.SUPERSEDE, reason, successor.raw), account)

    def _set(
        self, subject: Subject, wish: tuple[StatusAct, int, bytes], account: Account
    ) -> MinedTransaction | None:
        act, reason, successor = wish
        keys = (subject.party.raw, subject.digest.raw)
        record = self._contract.read("record", *keys)
        _key, status, held_reason, sequence, _time, _number, held_successor = record
        same = (status, held_reason, bytes(held_successor)) == (int(act), reason, successor)
        if same and not self._contract.read("tainted", *keys):
            return None
        item = (subject.digest.raw, int(act), reason, successor, sequence)
        sender = Sender(self._node, account)
        receipt = sender.act(self._contract, "set", subject.party.raw, item)
        return MinedTransaction.of(receipt)
