# SPDX-License-Identifier: Apache-2.0
"""Who controls the goods, for the report: as values, and in everybody's words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.primitives import MAX_TIME, Bytes32, Digest, Json, PartyId, format_time
from ledger.titles import CLOSED, WHOLE, TitleState

__all__ = ["ACTS", "STATES", "TitleFacts", "TitleParty", "TitleStep"]

STATES: Final[Mapping[TitleState, str]] = {
    TitleState.HELD: "Its holder can pass it on.",
    TitleState.OFFERED_HOLDER: "It was offered to a new holder, who has not accepted it.",
    TitleState.OFFERED_BENEFICIARY: "It was offered to a new beneficiary, who has not accepted it.",
    TitleState.OFFERED_BOTH: "It was offered to a new holder and beneficiary, and not accepted.",
    TitleState.FOR_DELIVERY: "It was handed back for the goods; the carrier has to answer.",
    TitleState.FOR_AMENDMENT: "It was handed back to be amended; the carrier has to answer.",
    TitleState.FOR_PAPER: "It was handed back for a paper one; the carrier has to answer.",
    TitleState.FOR_REISSUE: "It was handed back to be split or joined; the carrier has to answer.",
    TitleState.DELIVERED: "It was handed back for the goods, and the carrier accepted it.",
    TitleState.SWITCHED_TO_PAPER: "It was changed for a paper document, which counts instead.",
    TitleState.REISSUED: "It was split or joined with others: other titles count instead.",
}
# What a party did: `Issue`, or the name of an action. {holder} and {beneficiary} are whom it named.
ACTS: Final[Mapping[str, str]] = {
    "Issue": "{party} issued it to {holder}, for {beneficiary}",
    "Nominate": "{party} wants {beneficiary} as the next beneficiary",
    "TransferHolder": "{party} passed it on to {holder}",
    "TransferBeneficiary": "{party} made {beneficiary} the beneficiary",
    "TransferBoth": "{party} passed it on to {holder}, for {beneficiary}",
    "Accept": "{party} accepted it",
    "RejectHolder": "{party} refused to hold it",
    "RejectBeneficiary": "{party} refused to be the beneficiary",
    "RejectBoth": "{party} refused it",
    "TakeBack": "{party} took it back, for it was not accepted in time",
    "SurrenderForDelivery": "{party} handed it back for the goods",
    "SurrenderForAmendment": "{party} handed it back to be amended",
    "SurrenderForPaper": "{party} handed it back for a paper one",
    "SurrenderForReissue": "{party} handed it back to be split or joined with others",
    "AcceptSurrender": "{party} accepted what it was handed back for",
    "RefuseSurrender": "{party} refused what it was handed back for, and gave it back",
    "Pause": "{party} put it on hold",
    "Unpause": "{party} ended the hold",
}
_FOR: Final = ", for {beneficiary}"
_NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class TitleParty:
    """A party with a role in a title; `name` is None where the registry knows none."""

    id: PartyId
    name: str | None

    @property
    def called(self) -> str:
        """The name, or the id of one without a name."""
        return self.name or str(self.id)

    def json(self) -> dict[str, Json]:
        """Write it."""
        return {"id": str(self.id), "name": self.name}


@dataclass(frozen=True, slots=True)
class TitleStep:
    """One act: `action` is `Issue` or the contract's name for it. Times in Unix seconds."""

    sequence: int
    action: str
    party: TitleParty
    holder: TitleParty | None
    beneficiary: TitleParty | None
    accept_by: int | None
    time: int
    block: int
    transaction: Bytes32

    @property
    def sentence(self) -> str:
        """What was done, by whom, for whom."""
        template = ACTS[self.action]
        if self.holder == self.beneficiary:
            template = template.removesuffix(_FOR)
        said = template.format(
            party=self.party.called,
            holder=_called(self.holder),
            beneficiary=_called(self.beneficiary),
        )
        if self.accept_by is None:
            return f"{said}."
        return f"{said}, to be accepted by {_written(self.accept_by)}."

    def json(self) -> dict[str, Json]:
        """Write it; every member present."""
        return {
            "sequence": self.sequence,
            "action": self.action,
            "sentence": self.sentence,
            "party": self.party.json(),
            "holder": _json(self.holder),
            "beneficiary": _json(self.beneficiary),
            "acceptBy": None if self.accept_by is None else _written(self.accept_by),
            "time": format_time(self.time),
            "block": self.block,
            "transaction": str(self.transaction),
        }


@dataclass(frozen=True, slots=True)
class TitleFacts:
    """Who controls the goods. `title` is the document's word for it; `history` has the newest acts.

    `held_since` is None if nobody holds it, or its past is not known. Times in Unix seconds.
    """

    title: str
    state: TitleState
    paused: bool
    sequence: int
    changed_at: int
    carrier: TitleParty
    holder: TitleParty | None
    beneficiary: TitleParty | None
    nominee: TitleParty | None
    held_since: int | None
    accept_by: int | None
    commitment: Digest
    share: int
    origins: tuple[Bytes32, ...]
    history: tuple[TitleStep, ...]
    earlier_acts: int

    @property
    def sentence(self) -> str:
        """Where it stands."""
        return STATES[self.state]

    @property
    def deadline(self) -> str | None:
        """Until when an offer has to be accepted, as it is written."""
        return None if self.accept_by is None else _written(self.accept_by)

    def notes(self) -> tuple[str, ...]:
        """What is worth a remark while the title is in force."""
        if self.state is TitleState.HELD or self.state in CLOSED:
            notes = []
        elif self.deadline is None:
            notes = [f"its title: {self.sentence}"]
        else:
            notes = [f"its title, until {self.deadline}: {self.sentence}"]
        if self.paused:
            notes.append("its title: The carrier has put it on hold.")
        return tuple(notes)

    def json(self) -> dict[str, Json]:
        """Write it; every member present."""
        return {
            "title": self.title,
            "state": self.state.label,
            "sentence": self.sentence,
            "paused": self.paused,
            "sequence": self.sequence,
            "changedAt": format_time(self.changed_at),
            "carrier": self.carrier.json(),
            "holder": _json(self.holder),
            "beneficiary": _json(self.beneficiary),
            "nominee": _json(self.nominee),
            "heldSince": None if self.held_since is None else format_time(self.held_since),
            "acceptBy": self.deadline,
            "commitment": str(self.commitment),
            "share": self.share,
            "whole": WHOLE,
            "origins": [str(origin) for origin in self.origins],
            "history": [step.json() for step in self.history],
            "earlierActs": self.earlier_acts,
        }


def _called(party: TitleParty | None) -> str:
    return _NOBODY if party is None else party.called


def _json(party: TitleParty | None) -> Json:
    return None if party is None else party.json()


def _written(deadline: int) -> str:
    """A contract takes deadlines that no calendar has."""
    return format_time(min(deadline, MAX_TIME))
