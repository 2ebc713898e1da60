# SPDX-License-Identifier: Apache-2.0
"""`validity`, `status`, `match`: is it in force now, and does it fit."""

from collections.abc import Iterator

from ledger.documents import Disclosed, compare, kind_of
from ledger.errors import ChainUnavailableError
from ledger.ports import Evidence, StatusRecord, View
from ledger.primitives import PartyId, format_time
from ledger.verification.content import content_outcomes, disclosed_by
from ledger.verification.report import Check, Outcome
from ledger.verification.request import Asked, header_of
from ledger.verification.verdicts import CheckName, State

__all__ = ["match_check", "status_check", "validity_check"]

_STATUS_CODES = {1: "revoked", 2: "suspended", 3: "superseded"}


def validity_check(asked: Asked) -> Check:
    """max(evidence time, verifier's clock, stated time) < validUntil."""
    if asked.header is None:
        return Check.of(CheckName.VALIDITY, [Outcome("content-not-proved")])
    ends = asked.header.valid_until
    if ends is None:
        return Check.of(CheckName.VALIDITY, [Outcome("no-expiry")])
    stated = asked.request.stated_time
    times = [asked.now, *(view.block.time for view in asked.views())]
    moment = max(times if stated is None else [*times, stated])
    code = "still-valid" if moment < ends else "expired"
    return Check.of(CheckName.VALIDITY, [Outcome(code, f"until {format_time(ends)}", as_of=moment)])


def status_check(asked: Asked) -> Check:
    """No issuer revoked, superseded or suspended the commitment or its statement."""
    if asked.header is None:
        return Check.of(CheckName.STATUS, [Outcome("content-not-proved")])
    outcomes: list[Outcome] = []
    receipts = asked.request.package.receipts
    named = {receipt.statement.body.ledger: set[int]() for receipt in receipts}
    for receipt in receipts:
        named[receipt.statement.body.ledger].add(receipt.anchor.block_number)
    for ledger, blocks in named.items():
        evidence = asked.evidence.get(ledger)
        if evidence is None:
            outcomes.append(Outcome("ledger-not-trusted", str(ledger)))
        elif isinstance(evidence, ChainUnavailableError):
            outcomes.append(Outcome("chain-unavailable", str(evidence)))
        else:
            outcomes.extend(_of_ledger(asked, evidence, blocks))
    return Check.of(CheckName.STATUS, outcomes or [Outcome("receipt-missing")])


def _of_ledger(asked: Asked, evidence: Evidence, blocks: set[int]) -> Iterator[Outcome]:
    """Read once for all receipts of a ledger; one that names a later block stays open."""
    fresh = [asked.fresh(evidence, block) for block in blocks]
    if any(fresh) and asked.header is not None:
        yield from _read(asked.header.issuers, evidence)
    if not all(fresh):
        yield Outcome("head-too-old", as_of=evidence.latest.block.time)


def _read(issuers: tuple[PartyId, ...], evidence: Evidence) -> Iterator[Outcome]:
    """Both views count; whichever says "not current" wins."""
    found = [
        outcome
        for view in (evidence.final, evidence.latest)
        for party, issuer in zip(issuers, view.answer.issuers, strict=True)
        for record in issuer.statuses
        for outcome in _status(record, party, view)
    ]
    yield from found
    if not found:
        yield Outcome("not-withdrawn", as_of=evidence.latest.block.time)


def _status(record: StatusRecord, party: PartyId, view: View) -> Iterator[Outcome]:
    """A record written while its key was in doubt says nothing, whatever it says."""
    if record.time == 0:
        return
    since = record.key_compromised_since
    if since != 0 and since <= record.time and record.block <= record.key_declared_block:
        yield Outcome("status-in-doubt", party=party, as_of=view.block.time)
    elif record.status in _STATUS_CODES:
        code = _STATUS_CODES[record.status]
        detail = f"reason {record.reason}, since {format_time(record.time)}"
        if code == "superseded":
            detail += f", by {record.superseded_by}"
        yield Outcome(code, detail, party=party, as_of=view.block.time)
    elif record.status != 0:
        detail = f"unknown status {record.status}"
        yield Outcome("chain-unavailable", detail, party=party, as_of=view.block.time)


def match_check(asked: Asked, disclosed: Disclosed) -> Check:
    """Compare with the document presented together with this one."""
    other = asked.request.other
    if other is None:
        return Check.of(CheckName.MATCH, [Outcome("nothing-to-match")])
    if any(outcome.state is not State.PASSED for outcome in content_outcomes(other)):
        return Check.of(CheckName.MATCH, [Outcome("other-altered")])
    return Check.of(CheckName.MATCH, list(_compared(disclosed, disclosed_by(other))))


def _compared(left: Disclosed, right: Disclosed) -> Iterator[Outcome]:
    kinds = []
    for disclosed in (left, right):
        header = header_of(disclosed)
        kind = None if header is None else kind_of(header.document_type)
        if kind is None:
            yield Outcome("kind-unknown")
            return
        kinds.append(kind)
    differences = compare(kinds[0].comparables(left), kinds[1].comparables(right))
    if not differences:
        yield Outcome("match-hidden", "the two state nothing in common")
    for difference in differences:
        mine, others = difference.left_pointers, difference.right_pointers
        if difference.state == "equal":
            yield Outcome("matches", difference.name)
        elif difference.state == "unknown":
            yield Outcome("match-hidden", difference.name, mine, other_pointers=others)
        else:
            both = f"{difference.left_value} here, {difference.right_value} there"
            detail = f"{difference.name}: {both}"
            yield Outcome("mismatched", detail, mine, other_pointers=others)
