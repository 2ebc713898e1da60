# SPDX-License-Identifier: Apache-2.0
"""`title`: does the document give control of the goods (docs/formats.md §10.9)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from ledger.errors import ChainUnavailableError
from ledger.ports import Evidence, TitleAnswer, TitleHistory, View
from ledger.primitives import Bytes32, Digest, PartyId, format_time
from ledger.titles import Title, TitleState
from ledger.verification.report import Check, Outcome
from ledger.verification.request import Asked, TitlePlace
from ledger.verification.title_ancestors import gap_in_ancestry, replay_ancestors
from ledger.verification.title_replay import replayed
from ledger.verification.verdicts import CheckName

__all__ = ["TitleEvidence", "title_check", "title_evidence"]

_ENDED: Final = {
    TitleState.DELIVERED: "title-delivered",
    TitleState.SWITCHED_TO_PAPER: "title-on-paper",
    TitleState.REISSUED: "title-reissued",
}


@dataclass(frozen=True, slots=True)
class TitleView:
    """What one view says of the title, and of when."""

    view: View
    answer: TitleAnswer


@dataclass(frozen=True, slots=True)
class TitleEvidence:
    """All that was told of the document's title."""

    title: Bytes32
    issuers: tuple[PartyId, ...]
    commitment: Digest
    final: TitleView
    latest: TitleView
    history: TitleHistory

    @property
    def views(self) -> tuple[TitleView, TitleView]:
        """The final view, then the latest."""
        return self.final, self.latest

    def states(self) -> tuple[Title, ...]:
        """What the title was after each act; ChainUnavailableError if they make no sense."""
        record = self.latest.answer.record
        return replayed(self.title, self.history.acts, () if record is None else record.origins)


def title_check(asked: Asked) -> Check:
    """The title exists, is an issuer's, of this document, not closed, and its acts are sound."""
    return Check.of(CheckName.TITLE, _outcomes(asked))


def title_evidence(asked: Asked) -> TitleEvidence | None:
    """What the ledger that keeps the document's title says of it; None if it says nothing."""
    header, place = asked.header, asked.title
    if header is None or place is None:
        return None
    evidence = asked.evidence[place.ledger]
    if not isinstance(evidence, Evidence) or evidence.history is None:
        return None
    final, latest = evidence.final.answer.title, evidence.latest.answer.title
    if final is None or latest is None:
        return None
    return TitleEvidence(
        place.question.title,
        header.issuers,
        asked.request.package.commitment,
        TitleView(evidence.final, final),
        TitleView(evidence.latest, latest),
        evidence.history,
    )


def _outcomes(asked: Asked) -> Iterator[Outcome]:
    header, place = asked.header, asked.title
    if header is None:
        yield Outcome("content-not-proved")
    elif header.title is None:
        yield Outcome("no-title")
    elif place is None:
        yield Outcome("title-not-trusted", header.title)
    else:
        evidence, told = asked.evidence[place.ledger], title_evidence(asked)
        if isinstance(evidence, ChainUnavailableError) or told is None:
            yield Outcome("chain-unavailable", str(evidence))
        else:
            yield from _of_ledger(asked, place, evidence, told)


def _of_ledger(
    asked: Asked, place: TitlePlace, evidence: Evidence, told: TitleEvidence
) -> Iterator[Outcome]:
    """As with statuses: a receipt that names a later block leaves the question open."""
    receipts = asked.request.package.receipts
    blocks = {
        receipt.anchor.block_number
        for receipt in receipts
        if receipt.statement.body.ledger == place.ledger
    }
    fresh = [asked.fresh(evidence, block) for block in blocks or {0}]
    if any(fresh):
        yield from _judged(told)
    if not all(fresh):
        yield Outcome("head-too-old", as_of=evidence.latest.block.time)


def _judged(told: TitleEvidence) -> list[Outcome]:
    """The first question that has an answer decides."""
    questions: tuple[Callable[[TitleEvidence], Iterator[Outcome]], ...] = (
        *(_never_its, _doubtful, _ended, _too_new, _incomplete, _contradictory),
    )
    for question in questions:
        found = list(question(told))
        if found:
            return found
    return [Outcome("title-held", as_of=told.latest.view.block.time)]


def _never_its(told: TitleEvidence) -> Iterator[Outcome]:
    yield from _strange(told, told.latest)


def _strange(told: TitleEvidence, seen: TitleView) -> Iterator[Outcome]:
    record, as_of = seen.answer.record, seen.view.block.time
    if record is None:
        yield Outcome("title-not-found", str(told.title), as_of=as_of)
    elif record.carrier not in told.issuers:
        yield Outcome("title-of-another", party=record.carrier, as_of=as_of)
    elif record.commitment != told.commitment and seen.answer.title_of != told.title:
        detail = f"it is of {record.commitment}"
        yield Outcome("title-not-this", detail, party=record.carrier, as_of=as_of)


def _doubtful(told: TitleEvidence) -> Iterator[Outcome]:
    """Nobody knows who would have the title without the act of a stolen key."""
    for seen in told.views:
        since = {doubt.key: doubt.compromised_since for doubt in seen.answer.keys}
        acts = [(act.key, act.time, act.sequence) for act in told.history.acts]
        if seen.answer.record is not None:
            acts.append((seen.answer.key, seen.answer.record.time, seen.answer.record.sequence))
        numbers = [number for key, time, number in acts if 0 < since.get(key, 0) <= time]
        earlier = [
            f"act {act.sequence} of {title}"
            for title, act in told.history.earlier
            if 0 < since.get(act.key, 0) <= act.time
        ]
        if numbers or earlier:
            detail = f"act {min(numbers)}" if numbers else earlier[0]
            yield Outcome("title-in-doubt", detail, as_of=seen.view.block.time)


def _ended(told: TitleEvidence) -> Iterator[Outcome]:
    for seen in told.views:
        record = seen.answer.record
        if record is None:
            continue
        of_it = seen.answer.title_of == told.title
        as_of, party = seen.view.block.time, record.carrier
        if record.commitment != told.commitment and of_it:
            detail = f"it is of {record.commitment} now"
            yield Outcome("title-amended", detail, party=party, as_of=as_of)
        if record.state in _ENDED:
            detail = f"since {format_time(record.time)}"
            yield Outcome(_ENDED[record.state], detail, party=party, as_of=as_of)


def _too_new(told: TitleEvidence) -> Iterator[Outcome]:
    for _ in _strange(told, told.final):
        yield Outcome("title-not-final-yet", as_of=told.final.view.block.time)


def _incomplete(told: TitleEvidence) -> Iterator[Outcome]:
    record = told.latest.answer.record
    needed = 0 if record is None else record.sequence
    known = {act.sequence for act in told.history.acts if 1 <= act.sequence <= needed}
    missing = needed - len(known)
    if told.history.fault is not None:
        yield Outcome("title-history-incomplete", told.history.fault)
    elif missing:
        yield Outcome("title-history-incomplete", f"{missing} of {needed} acts are missing")
    else:
        gap = gap_in_ancestry(told.history, () if record is None else record.origins)
        if gap is not None:
            yield Outcome("title-history-incomplete", gap)


def _contradictory(told: TitleEvidence) -> Iterator[Outcome]:
    try:
        states = told.states()
        replay_ancestors(told.history)
    except ChainUnavailableError as error:
        yield Outcome("title-history-contradicts", str(error))
        return
    for seen in told.views:
        block = seen.view.block
        acts = [act for act in told.history.acts if act.block <= block.number]
        known = (states[len(acts) - 1], acts[-1].key) if acts else None
        if known != (seen.answer.record, seen.answer.key):
            yield Outcome(
                "title-history-contradicts",
                "the acts do not lead to the record",
                as_of=block.time,
            )
