# SPDX-License-Identifier: Apache-2.0
"""What a verification says: checks with reasons, a verdict, and the facts to compare."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from ledger.documents import Fact
from ledger.primitives import Digest, Json, PartyId, format_time
from ledger.verification.sentences import ADVICE, REASONS, VERDICT_SENTENCES
from ledger.verification.title_words import TitleFacts
from ledger.verification.verdicts import CheckName, State, Verdict, worst

__all__ = ["Check", "EvidenceNote", "Outcome", "Report", "Signatory"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One reason for a check's state.

    `code` is a key of `REASONS`, which gives state and sentence. `detail` adds what was found, in
    one line; `pointers` are RFC 6901 into this document, `other_pointers` into the one it was
    compared with; `as_of` is Unix seconds of the block that says so.
    """

    code: str
    detail: str | None = None
    pointers: tuple[str, ...] = ()
    party: PartyId | None = None
    as_of: int | None = None
    other_pointers: tuple[str, ...] = ()

    @property
    def state(self) -> State:
        """The state that the code stands for."""
        return REASONS[self.code].state

    def json(self) -> dict[str, Json]:
        """Write it; every member present."""
        return {
            "code": self.code,
            "state": self.state.value,
            "sentence": REASONS[self.code].sentence,
            "detail": self.detail,
            "pointers": list(self.pointers),
            "otherPointers": list(self.other_pointers),
            "party": None if self.party is None else str(self.party),
            "asOf": None if self.as_of is None else format_time(self.as_of),
        }


@dataclass(frozen=True, slots=True)
class Check:
    """One question of docs/formats.md §10–11; its state is the worst of its outcomes."""

    name: CheckName
    outcomes: tuple[Outcome, ...]

    @classmethod
    def of(cls, name: CheckName, outcomes: Iterable[Outcome]) -> Self:
        """Collect outcomes, without repeats, in the order found."""
        return cls(name, tuple(dict.fromkeys(outcomes)))

    @property
    def state(self) -> State:
        """The worst state."""
        return worst([outcome.state for outcome in self.outcomes])

    def has(self, *codes: str) -> bool:
        """True if one of the outcomes has one of these codes."""
        return any(outcome.code in codes for outcome in self.outcomes)

    def decisive(self) -> tuple[Outcome, ...]:
        """The outcomes that gave the state."""
        return tuple(outcome for outcome in self.outcomes if outcome.state is self.state)

    def json(self) -> dict[str, Json]:
        """Write it."""
        return {
            "name": self.name.value,
            "state": self.state.value,
            "outcomes": [outcome.json() for outcome in self.outcomes],
        }


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who issued it, as the registry names them; None where the chain was not asked."""

    party: PartyId
    name: str | None
    country: str | None
    kind: str | None

    def json(self) -> dict[str, Json]:
        """Write it."""
        return {
            "party": str(self.party),
            "name": self.name,
            "country": self.country,
            "kind": self.kind,
        }


@dataclass(frozen=True, slots=True)
class EvidenceNote:
    """Where the answers come from. Block times in Unix seconds."""

    source: str
    final_block: int
    final_time: int
    latest_block: int
    latest_time: int

    def json(self) -> dict[str, Json]:
        """Write it."""
        return {
            "source": self.source,
            "finalBlock": self.final_block,
            "finalTime": format_time(self.final_time),
            "latestBlock": self.latest_block,
            "latestTime": format_time(self.latest_time),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """The whole answer about one package. `recorded_at`: the anchor's block time, once proved."""

    verdict: Verdict
    checks: tuple[Check, ...]
    commitment: Digest | None
    document_type: str | None
    checked_at: int
    recorded_at: int | None = None
    fields_shown: int = 0
    fields_hidden: int = 0
    facts: tuple[Fact, ...] = ()
    signatories: tuple[Signatory, ...] = ()
    title: TitleFacts | None = None
    evidence: tuple[EvidenceNote, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def sentence(self) -> str:
        """The verdict in words."""
        return VERDICT_SENTENCES[self.verdict]

    @property
    def advice(self) -> str:
        """What to do."""
        return ADVICE[self.verdict]

    @property
    def complete(self) -> bool:
        """False if any field is hidden: then nobody may call the document complete."""
        return self.fields_shown > 0 and self.fields_hidden == 0

    def check(self, name: CheckName) -> Check:
        """One check by name."""
        return next(check for check in self.checks if check.name is name)

    def reasons(self) -> tuple[Outcome, ...]:
        """What stands against AUTHENTIC, worst first; for AUTHENTIC, what stands for it."""
        against = [
            outcome
            for state in (State.FAILED, State.UNKNOWN)
            for check in self.checks
            for outcome in check.outcomes
            if outcome.state is state
        ]
        if against:
            return tuple(against)
        return tuple(outcome for check in self.checks for outcome in check.decisive())

    def without_fields(self) -> Self:
        """The same answer for someone who holds only a file: no field of the document in it.

        Who issued it stays: a verdict without its speaker is worth nothing.
        """
        checks = tuple(
            Check(
                check.name,
                tuple(
                    replace(outcome, detail=None, pointers=(), other_pointers=())
                    for outcome in check.outcomes
                ),
            )
            for check in self.checks
        )
        return replace(self, checks=checks, document_type=None, facts=(), title=None, notes=())

    def json(self) -> dict[str, Json]:
        """Write `corridor/report/1`; every member present."""
        return {
            "format": "corridor/report/1",
            "verdict": self.verdict.value,
            "sentence": self.sentence,
            "advice": self.advice,
            "commitment": None if self.commitment is None else str(self.commitment),
            "documentType": self.document_type,
            "checkedAt": format_time(self.checked_at),
            "recordedAt": None if self.recorded_at is None else format_time(self.recorded_at),
            "complete": self.complete,
            "fieldsShown": self.fields_shown,
            "fieldsHidden": self.fields_hidden,
            "checks": [check.json() for check in self.checks],
            "facts": [
                {"label": fact.label, "value": fact.value, "pointer": fact.pointer}
                for fact in self.facts
            ],
            "signatories": [signatory.json() for signatory in self.signatories],
            "title": None if self.title is None else self.title.json(),
            "evidence": [note.json() for note in self.evidence],
            "notes": list(self.notes),
        }
