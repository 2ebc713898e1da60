# SPDX-License-Identifier: Apache-2.0
"""Who controls the goods, for people: the roles, where the title stands, and how it came there."""

from collections.abc import Iterator
from typing import Final

from ledger.cli.plain import plain
from ledger.cli.screen import Line, Part
from ledger.primitives import format_time
from ledger.titles import WHOLE
from ledger.verification import ExitCode, Report, TitleFacts, TitleParty, exit_code

__all__ = ["title_lines"]

_LABELS: Final = 12
_BLANK: Final[Line] = ()


def title_lines(report: Report) -> Iterator[Line]:
    """Write what is known of the title; nothing if the document has none."""
    facts = report.title
    if facts is None:
        return
    sound = exit_code(report.verdict) in (ExitCode.AUTHENTIC, ExitCode.NOT_CURRENT)
    yield _BLANK
    yield _heading("Who controls the goods" if sound else "Who controls the goods (not proved)")
    yield from _roles(facts)
    yield from _standing(facts)
    yield _BLANK
    yield _heading("How the title was passed on")
    if facts.earlier_acts:
        yield _line("", f"({facts.earlier_acts} earlier acts are not shown)")
    for step in facts.history:
        yield _line(str(step.sequence), f"{format_time(step.time)}  {step.sentence}")
    if not facts.history:
        yield _line("", "(could not be read)")


def _roles(facts: TitleFacts) -> Iterator[Line]:
    roles = (
        ("Carrier", facts.carrier),
        ("Holder", facts.holder),
        ("Beneficiary", facts.beneficiary),
        ("Nominee", facts.nominee),
    )
    for label, party in roles:
        if party is not None or label != "Nominee":
            yield _line(label, _named(party))


def _standing(facts: TitleFacts) -> Iterator[Line]:
    if facts.held_since is not None:
        yield _line("Held since", format_time(facts.held_since))
    yield _line("State", f"{facts.state.label}: {facts.sentence}")
    if facts.deadline is not None:
        yield _line("Accept by", facts.deadline)
    if facts.paused:
        yield _line("", "The carrier has put it on hold: it cannot be passed on.")
    yield _line("Latest act", f"number {facts.sequence}, {format_time(facts.changed_at)}")
    if facts.origins:
        yield _line("Share", f"{facts.share} of {WHOLE}")
        yield from (_line("Came from", str(origin)) for origin in facts.origins)


def _named(party: TitleParty | None) -> str:
    if party is None:
        return "nobody"
    return f"{party.name or '(name not known)'} · {party.id}"


def _line(label: str, text: str) -> Line:
    return Part(f"  {label:<{_LABELS}}"), Part(plain(text))


def _heading(text: str) -> Line:
    return (Part(text, "bold underline"),)
