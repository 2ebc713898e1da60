# SPDX-License-Identifier: Apache-2.0
"""Stop 9: package and evidence become a report. No database, no clock of its own, no network."""

from collections.abc import Iterable
from typing import Final

from ledger.documents import HIDDEN, Disclosed, kind_of
from ledger.ports import ChainReader, Evidence
from ledger.receipts import Receipt
from ledger.verification.asking import ask, place_of_title
from ledger.verification.authority import anchor_check, issuer_check
from ledger.verification.content import (
    acceptances_of,
    content_outcomes,
    disclosed_by,
    file_outcomes,
    log_check,
    signature_check,
    statement_check,
)
from ledger.verification.currency import match_check, status_check, validity_check
from ledger.verification.report import Check, EvidenceNote, Outcome, Report, Signatory
from ledger.verification.request import Asked, Request, header_of
from ledger.verification.title import title_check
from ledger.verification.title_facts import title_facts
from ledger.verification.verdicts import CheckName, State, Verdict

__all__ = ["ambiguous_file", "unknown_file", "verdict_of", "verify"]

_ROOTED: Final = frozenset(
    (
        CheckName.CONTENT,
        CheckName.STATEMENT,
        CheckName.SIGNATURE,
        CheckName.LOG,
        CheckName.ANCHOR,
        CheckName.ISSUER,
    )
)
# formats.md §10–11, line 6, in its order.
_NOT_CURRENT: Final = (
    (("revoked",), Verdict.REVOKED),
    (("title-delivered", "title-on-paper"), Verdict.SURRENDERED),
    (("superseded", "title-amended", "title-reissued"), Verdict.SUPERSEDED),
    (("suspended",), Verdict.SUSPENDED),
    (("expired",), Verdict.EXPIRED),
    (("title-not-found", "title-of-another", "title-not-this"), Verdict.NOT_CONTROLLED),
    (("mismatched",), Verdict.MISMATCHED),
)


def verify(request: Request, reader: ChainReader, now: int) -> Report:
    """Answer every check of docs/formats.md §10–11 and draw the verdict.

    Args:
        request: the package and what to hold against it.
        reader: the chain; what it cannot answer makes checks UNKNOWN, never the report fail.
        now: the verifier's clock, Unix seconds.
    """
    package = request.package
    disclosed = disclosed_by(package)
    header = header_of(disclosed)

    # (1) What the package proves by itself.
    content = Check.of(
        CheckName.CONTENT,
        [*content_outcomes(package), *file_outcomes(disclosed, request.files)],
    )
    promises, faults = acceptances_of(package, request.trust)

    # (2) What the chain says, in one question per ledger.
    place = place_of_title(request, header)
    answers = ask(request, reader, header, place)
    asked = Asked(request, now, header, answers.evidence, promises, answers.positions, place)
    anchor = anchor_check(asked)

    # (3) All checks, in the order of the page.
    checks = (
        content,
        statement_check(package, header),
        signature_check(package),
        log_check(package, faults),
        anchor,
        issuer_check(asked, anchor),
        validity_check(asked),
        status_check(asked),
        title_check(asked),
        match_check(asked, disclosed),
    )
    return _report(asked, disclosed, checks)


def verdict_of(checks: Iterable[Check]) -> Verdict:
    """docs/formats.md §10–11: the first line that fits."""
    by_name = {check.name: check for check in checks}
    content, statement = by_name[CheckName.CONTENT], by_name[CheckName.STATEMENT]
    failed = {name for name, check in by_name.items() if check.state is State.FAILED}
    unknown = {name for name, check in by_name.items() if check.state is State.UNKNOWN}
    # Lines 1 to 5, in order; the first that holds is the verdict.
    lines = (
        (Verdict.ALTERED, content.name in failed or statement.has("statement-path-broken")),
        (Verdict.SIGNATURE_INVALID, CheckName.SIGNATURE in failed),
        (Verdict.NOT_ANCHORED, bool(failed & {CheckName.LOG, CheckName.ANCHOR})),
        (Verdict.ISSUER_NOT_AUTHORISED, bool(failed & {CheckName.ISSUER, CheckName.STATEMENT})),
        (Verdict.UNDECIDED, bool(unknown & _ROOTED)),
        # Line 6, in its order.
        *(
            (line, any(check.has(*codes) for check in by_name.values()))
            for codes, line in _NOT_CURRENT
        ),
        # Line 7; a failure that no line above names would be a bug, and is never AUTHENTIC.
        (Verdict.UNDECIDED, bool(unknown or failed)),
    )
    return next((verdict for verdict, holds in lines if holds), Verdict.AUTHENTIC)


def unknown_file(now: int) -> Report:
    """A file that is not known here: the memory may be lost, so the paper is not called forged."""
    return _file_report("unknown-file", now)


def ambiguous_file(now: int) -> Report:
    """A file that documents of different issuers or verdicts list: its package must decide."""
    return _file_report("file-in-several", now)


def _file_report(code: str, now: int) -> Report:
    check = Check.of(CheckName.CONTENT, [Outcome(code)])
    return Report(Verdict.UNDECIDED, (check,), None, None, now)


def _report(asked: Asked, disclosed: Disclosed, checks: tuple[Check, ...]) -> Report:
    header, package = asked.header, asked.request.package
    kind = None if header is None else kind_of(header.document_type)
    proved = checks[0].state is not State.FAILED
    hidden = sum(value is HIDDEN for value in disclosed.leaves.values())
    anchor = _named(checks, CheckName.ANCHOR)
    times = [outcome.as_of for outcome in anchor.outcomes if outcome.code == "anchored"]
    title = title_facts(asked)
    in_force = _named(checks, CheckName.TITLE).state is not State.FAILED
    notes_on_title = title.notes() if title is not None and in_force else ()
    return Report(
        verdict=verdict_of(checks),
        checks=checks,
        commitment=package.commitment,
        document_type=None if header is None else header.document_type,
        checked_at=asked.now,
        recorded_at=max((time for time in times if time is not None), default=None),
        fields_shown=len(disclosed.leaves) - hidden,
        fields_hidden=hidden,
        facts=kind.facts(disclosed) if kind is not None and proved else (),
        signatories=_signatories(asked),
        title=title,
        evidence=_evidence(asked),
        notes=tuple(_notes(asked, disclosed, known=kind is not None)) + notes_on_title,
    )


def _named(checks: Iterable[Check], name: CheckName) -> Check:
    return next(check for check in checks if check.name is name)


def _evidence(asked: Asked) -> tuple[EvidenceNote, ...]:
    return tuple(
        EvidenceNote(
            held.source,
            held.final.block.number,
            held.final.block.time,
            held.latest.block.number,
            held.latest.block.time,
        )
        for held in asked.evidence.values()
        if isinstance(held, Evidence)
    )


def _signatories(asked: Asked) -> tuple[Signatory, ...]:
    if asked.header is None:
        return ()
    views = asked.views()
    named = []
    for position, party in enumerate(asked.header.issuers):
        answers = [view.answer.issuers[position] for view in views]
        answer = next((held for held in answers if held.name), None)
        if answer is None:
            named.append(Signatory(party, None, None, None))
        else:
            named.append(Signatory(party, answer.name, answer.country, answer.kind))
    return tuple(named)


def _notes(asked: Asked, disclosed: Disclosed, *, known: bool) -> list[str]:
    notes = []
    if asked.header is not None and not known:
        notes.append(f"document type {asked.header.document_type!r} is not known to this version")
    given = {str(file.sha256) for file in asked.request.files}
    for pointer, digest in disclosed.under("/files/*/sha256"):
        if digest is HIDDEN or (isinstance(digest, str) and digest not in given):
            name = disclosed.get(pointer.removesuffix("sha256") + "name")
            notes.append(f"file {name if isinstance(name, str) else '(hidden)'} was not checked")
    for receipt in asked.request.package.receipts:
        notes.extend(_stated_at_notes(asked, receipt))
    return notes


def _stated_at_notes(asked: Asked, receipt: Receipt) -> list[str]:
    """`statedAt` is never judged; far from the anchor it is worth a remark."""
    evidence = asked.evidence.get(receipt.statement.body.ledger)
    if not isinstance(evidence, Evidence):
        return []
    head = evidence.final.answer.receipts[asked.positions[receipt]].head
    if not head.exists:
        return []
    stated = receipt.statement.body.stated_at
    if stated > head.time:
        return ["the issuer's own time is later than the time of recording"]
    return ["the issuer's own time is over 7 days before recording"] * (
        head.time - stated > 7 * 86_400
    )
