# SPDX-License-Identifier: Apache-2.0
"""A report for people, on one screen: word, sentence, what to do, since when, why, what to compare.

Everything that comes from a document, a chain or a file name goes through `plain`.
"""

from collections.abc import Iterator
from typing import Final

from ledger.cli.plain import plain
from ledger.cli.screen import Line, Part
from ledger.cli.title_report import title_lines
from ledger.documents import compare, kind_of
from ledger.primitives import format_time
from ledger.receipts import Package
from ledger.verification import (
    REASONS,
    Check,
    CheckName,
    ExitCode,
    Outcome,
    Report,
    State,
    Verdict,
    exit_code,
)
from ledger.verification.content import disclosed_by

__all__ = ["contradictions", "report_lines"]

# The word in brackets says the same as the colour. Undecided is never red.
_VERDICT: Final = {
    ExitCode.AUTHENTIC: ("[ OK ]", "bold white on green"),
    ExitCode.NOT_AUTHENTIC: ("[ NO ]", "bold white on red"),
    ExitCode.NOT_CURRENT: ("[STOP]", "bold black on yellow"),
    ExitCode.UNDECIDED: ("[ ?? ]", "bold white on blue"),
}
_STATE: Final = {
    State.PASSED: ("[ok]", "green"),
    State.FAILED: ("[no]", "bold red"),
    State.UNKNOWN: ("[??]", "bold blue"),
    State.NOT_APPLICABLE: ("[--]", "dim"),
}
_THREE: Final = (CheckName.CONTENT, CheckName.ISSUER, CheckName.STATUS)
_MOST_POINTERS: Final = 12
_BLANK: Final[Line] = ()


def report_lines(report: Report, contradicting: tuple[str, ...] = ()) -> list[Line]:
    """Write a report as lines.

    Args:
        report: the report.
        contradicting: see `contradictions`.
    """
    return [
        *_head(report),
        *_titled("Why", _reasons(report)),
        *_titled("Where they differ", (_text(line) for line in contradicting)),
        *_titled("Checks", (_check_line(check) for check in report.checks)),
        *_titled(_facts_title(report), _facts(report)),
        *title_lines(report),
        *_titled("Issued by", _signatories(report)),
        *_titled("Notes", (_text(note) for note in report.notes)),
        *_titled("Asked", _evidence(report)),
    ]


def contradictions(package: Package, other: Package) -> tuple[str, ...]:
    """Say for each contradiction of two documents where it stands in the one and in the other."""
    sides = []
    for held in (package, other):
        disclosed = disclosed_by(held)
        kind = kind_of(str(disclosed.get("/documentType")))
        sides.append(() if kind is None else kind.comparables(disclosed))
    return tuple(
        f"{difference.name}: here {difference.left_value} at {_pointers(difference.left_pointers)}"
        f" - there {difference.right_value} at {_pointers(difference.right_pointers)}"
        for difference in compare(*sides)
        if difference.state == "differs"
    )


def _head(report: Report) -> Iterator[Line]:
    mark, style = _VERDICT[exit_code(report.verdict)]
    yield (Part(f"{mark} {report.verdict.value.replace('_', ' ')} ", style),)
    yield (Part(plain(report.sentence), "bold"),)
    yield (Part(f"What to do: {plain(report.advice)}"),)
    yield (Part(_as_of(report)),)
    if report.fields_shown or report.fields_hidden:
        yield _completeness(report)


def _as_of(report: Report) -> str:
    if report.evidence:
        oldest = min(report.evidence, key=lambda note: note.final_time)
        known = f"As of {format_time(oldest.final_time)} (block {oldest.final_block})"
    else:
        known = "As of: nothing, for the chain did not answer"
    recorded = (
        "when it was recorded is not proved"
        if report.recorded_at is None
        else f"recorded {format_time(report.recorded_at)}"
    )
    return f"{known} · {recorded} · checked {format_time(report.checked_at)}"


def _completeness(report: Report) -> Line:
    total = report.fields_shown + report.fields_hidden
    kind = plain(report.document_type or "document of unknown type")
    if report.complete:
        return (Part(f"Complete: shows all {total} fields of the {kind}."),)
    shown = f"Not complete: shows {report.fields_shown} of {total} fields of the {kind}."
    return (Part(shown, "bold yellow"),)


def _reasons(report: Report) -> Iterator[Line]:
    """Three reasons why it is authentic, or all that speaks against it, worst first."""
    if report.verdict is Verdict.AUTHENTIC:
        for name in _THREE:
            for outcome in report.check(name).decisive():
                yield from _reason(outcome, name)
        return
    for state in (State.FAILED, State.UNKNOWN):
        for check in report.checks:
            for outcome in check.outcomes:
                if outcome.state is state:
                    yield from _reason(outcome, check.name)


def _reason(outcome: Outcome, name: CheckName) -> Iterator[Line]:
    mark, style = _STATE[outcome.state]
    sentence = plain(REASONS[outcome.code].sentence)
    yield Part("  "), Part(mark, style), Part(f" {name.value}: {sentence}")
    details = [plain(outcome.detail)] if outcome.detail else []
    if outcome.party is not None:
        details.append(f"party {outcome.party}")
    if outcome.as_of is not None:
        details.append(f"as of {format_time(outcome.as_of)}")
    if details:
        yield (Part("       " + " · ".join(details), "dim"),)
    if outcome.pointers:
        yield (Part(f"       fields: {plain(_pointers(outcome.pointers))}"),)


def _pointers(pointers: tuple[str, ...]) -> str:
    more = len(pointers) - _MOST_POINTERS
    named = ", ".join(pointer or "(the whole document)" for pointer in pointers[:_MOST_POINTERS])
    return named + (f" and {more} more" if more > 0 else "")


def _check_line(check: Check) -> Line:
    mark, style = _STATE[check.state]
    decisive = check.decisive()
    sentence = plain(REASONS[decisive[0].code].sentence) if decisive else "Nothing to check."
    more = f" (and {len(decisive) - 1} more)" if len(decisive) > 1 else ""
    return Part("  "), Part(mark, style), Part(f" {check.name.value:<9} {sentence}{more}")


def _facts_title(report: Report) -> str:
    if exit_code(report.verdict) is ExitCode.NOT_AUTHENTIC:
        return "What it says (do not rely on it)"
    if report.verdict is Verdict.UNDECIDED:
        return "What it says (not proved)"
    return "Compare with the paper and the goods"


def _facts(report: Report) -> Iterator[Line]:
    width = max((len(fact.label) for fact in report.facts), default=0)
    for fact in report.facts:
        yield Part(f"  {plain(fact.label):<{width}}  "), Part(plain(fact.value), "bold")


def _signatories(report: Report) -> Iterator[Line]:
    for signatory in report.signatories:
        if signatory.name is None:
            yield _text(f"(name not known) · {signatory.party}")
        else:
            place = ", ".join(word for word in (signatory.kind, signatory.country) if word)
            yield _text(f"{signatory.name} ({place}) · {signatory.party}")


def _evidence(report: Report) -> Iterator[Line]:
    for note in report.evidence:
        yield _text(
            f"{note.source}: final block {note.final_block} of {format_time(note.final_time)},"
            f" newest block {note.latest_block} of {format_time(note.latest_time)}"
        )


def _text(text: str) -> Line:
    return (Part(f"  {plain(text)}"),)


def _titled(title: str, lines: Iterator[Line]) -> Iterator[Line]:
    found = list(lines)
    if found:
        yield _BLANK
        yield (Part(title, "bold underline"),)
        yield from found
