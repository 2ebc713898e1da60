# SPDX-License-Identifier: Apache-2.0
"""`anchor` and `issuer`: judged at the anchor's block time, read from the chain alone."""

from ledger.anchors import HeadRecord
from ledger.errors import ChainUnavailableError
from ledger.ports import Evidence, KeyRecord, ReceiptAnswer
from ledger.primitives import PartyId
from ledger.receipts import Receipt
from ledger.trust import TrustedLedger
from ledger.verification.report import Check, Outcome
from ledger.verification.request import Asked
from ledger.verification.verdicts import CheckName, State

__all__ = ["anchor_check", "anchor_of", "issuer_check"]

_SIGN = 1


def anchor_check(asked: Asked) -> Check:
    """Each receipt's root is the entry's anchor, final, on a trusted ledger."""
    outcomes = [anchor_of(asked, receipt) for receipt in asked.request.package.receipts]
    return Check.of(CheckName.ANCHOR, outcomes or [Outcome("no-receipt")])


def anchor_of(asked: Asked, receipt: Receipt) -> Outcome:
    """Judge one receipt's anchor."""
    body = receipt.statement.body
    trusted = asked.request.trust.ledger(body.ledger)
    if trusted is None:
        return Outcome("ledger-not-trusted", str(body.ledger), party=body.party)
    evidence = asked.evidence[body.ledger]
    if isinstance(evidence, ChainUnavailableError):
        return Outcome("chain-unavailable", str(evidence), party=body.party)
    position = asked.positions[receipt]
    record = evidence.final.answer.receipts[position].head
    fault = _fault(record, receipt, trusted)
    if fault is None:
        return Outcome("anchored", party=body.party, as_of=record.time)
    seen_later = evidence.latest.answer.receipts[position].head.exists and not record.exists
    return _negative(asked, evidence, receipt, "not-final-yet" if seen_later else fault)


def _fault(record: HeadRecord, receipt: Receipt, trusted: TrustedLedger) -> str | None:
    if not record.exists:
        return "head-not-found"
    if record.size != receipt.size:
        return "size-differs"
    if not record.anchors(receipt.entry_index):
        return "not-the-anchor"
    if trusted.retired is not None and record.block > trusted.retired.block:
        return "after-retirement"
    return None


def _negative(asked: Asked, evidence: Evidence, receipt: Receipt, code: str) -> Outcome:
    """A "no" counts only from a young head and a final block at or after the receipt's."""
    party, claimed = receipt.statement.body.party, receipt.anchor.block_number
    final = evidence.final
    if not asked.fresh(evidence, claimed):
        return Outcome("head-too-old", party=party, as_of=evidence.latest.block.time)
    if final.answer.number < claimed:
        return Outcome("not-final-yet", party=party, as_of=final.block.time)
    return Outcome(code, party=party, as_of=final.block.time)


def issuer_check(asked: Asked, anchor: Check) -> Check:
    """Each signing key was the party's, in force, and the party accredited, at the anchor."""
    outcomes = []
    proved = {item.party for item in anchor.outcomes if item.state is State.PASSED}
    for receipt in asked.request.package.receipts:
        party = receipt.statement.body.party
        if party not in proved or asked.header is None:
            outcomes.append(Outcome("anchor-not-proved", party=party))
        else:
            outcomes.append(_authority(asked, receipt))
    return Check.of(CheckName.ISSUER, outcomes or [Outcome("no-receipt")])


def _authority(asked: Asked, receipt: Receipt) -> Outcome:
    body = receipt.statement.body
    evidence = asked.evidence[body.ledger]
    if isinstance(evidence, ChainUnavailableError):  # an anchor was proved, so it answered
        raise evidence
    position = asked.positions[receipt]
    final = evidence.final.answer.receipts[position]
    latest = evidence.latest.answer.receipts[position]
    code = _judge(final, body.party, final.head)
    if code in ("key-not-in-force", "not-accredited") and _was_in_time(asked, receipt, final):
        code = "anchored-late"
    if code == "issuer-authorised" and _judge(latest, body.party, final.head) != code:
        code = "issuer-in-doubt"
    return Outcome(code, party=body.party, as_of=final.head.time)


def _judge(answer: ReceiptAnswer, party: PartyId, head: HeadRecord) -> str:
    """Name the first thing that is wrong with a party's right at an anchor."""
    key = answer.key
    if key.party.raw != party.raw:
        return "key-not-the-partys"
    if key.role != _SIGN:
        return "key-may-not-sign"
    if not key.interval.holds(head.time):
        return "key-not-in-force"
    compromised = _compromised(key, head.time)
    if compromised and head.block > key.declared_block:
        return "key-compromised"
    if not any(interval.holds(head.time) for interval in answer.accreditations):
        return "not-accredited"
    return "key-in-doubt" if compromised else "issuer-authorised"


def _compromised(key: KeyRecord, time: int) -> bool:
    return key.compromised_since != 0 and time >= key.compromised_since


def _was_in_time(asked: Asked, receipt: Receipt, answer: ReceiptAnswer) -> bool:
    """True if a signed promise shows that the right still held when it was accepted."""
    statement = receipt.statement.digest()
    return any(
        promise.statement == statement
        and promise.accepted_at <= answer.head.time
        and answer.key.interval.holds(promise.accepted_at)
        and not _compromised(answer.key, promise.accepted_at)
        and any(interval.holds(promise.accepted_at) for interval in answer.accreditations)
        for promise in asked.promises
    )
