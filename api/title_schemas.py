# SPDX-License-Identifier: Apache-2.0
"""The bodies of titles and relayed acts for OpenAPI (docs/api.md)."""

from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import Field

from api.act_schemas import TitleWord
from api.schemas import Body, Hash, Party, Time
from ledger.acting import (
    ActWish,
    IssueWish,
    PartWish,
    ReadTitle,
    ReissueWish,
    ReservedTitle,
)
from ledger.ports import TitleEvent
from ledger.primitives import (
    Bytes32,
    Digest,
    PartyId,
    format_time,
    parse_time,
)
from ledger.remarks import LONGEST_REMARK
from ledger.titles import WHOLE, Issue, TitleAction

__all__ = [
    "ActWishBody",
    "IssueBody",
    "ReissueBody",
    "ReserveBody",
    "ReservedBody",
    "TitleBody",
]

_HEX = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_LARGEST_SEQUENCE = 2**32 - 1
_MOST_PARTS = 256
_LARGEST_SHARE = 2**53 - 1
TitleName = Annotated[
    str,
    Field(
        pattern="^eip155:[0-9]+:0x[0-9a-f]{40}:0x[0-9a-f]{64}$",
        examples=["eip155:1337:0x" + "11" * 20 + ":0x" + _HEX],
    ),
]
Remark = Annotated[str, Field(min_length=1, max_length=LONGEST_REMARK)]
ActionName = Literal[
    "Nominate",
    "TransferHolder",
    "TransferBeneficiary",
    "TransferBoth",
    "Accept",
    "RejectHolder",
    "RejectBeneficiary",
    "RejectBoth",
    "TakeBack",
    "SurrenderForDelivery",
    "SurrenderForAmendment",
    "SurrenderForPaper",
    "SurrenderForReissue",
    "AcceptSurrender",
    "RefuseSurrender",
    "Pause",
    "Unpause",
]
ACTIONS = {action.label: action for action in TitleAction}


class ReserveBody(Body):
    """Which reference."""

    reference: str = Field(min_length=1, max_length=128, examples=["XMPL260200042"])


class ReservedBody(Body):
    """The title of a reference; the document has to name it."""

    title: TitleName
    tag: Hash
    state: str = Field(examples=["None"], description="ITitleRegistry.State, as the chain has it")

    @classmethod
    def of(cls, reserved: ReservedTitle) -> Self:
        """Write one."""
        return cls(title=reserved.name, tag=str(reserved.tag), state=reserved.state)


class IssueBody(Body):
    """Which document, and to whom."""

    commitment: Hash
    holder: Party
    beneficiary: Party
    remark: Remark | None = None

    def wish(self) -> IssueWish:
        """Read it."""
        return IssueWish(
            Digest.parse(self.commitment),
            PartyId.parse(self.holder),
            PartyId.parse(self.beneficiary),
            self.remark,
        )


class ActWishBody(Body):
    """What to do with a title. Which members an action takes: ITitleRegistry."""

    action: ActionName
    holder: Party | None = None
    beneficiary: Party | None = None
    intent: Hash | None = Field(
        default=None, description="the new commitment, or the plan of a reissue"
    )
    accept_by: Time | None = None
    expected_sequence: int | None = Field(default=None, ge=0, le=_LARGEST_SEQUENCE)
    remark: Remark | None = None

    def wish(self) -> ActWish:
        """Read it.

        Raises:
            InvalidValueError: a time that does not exist.
        """
        return ActWish(
            action=ACTIONS[self.action],
            holder=None if self.holder is None else PartyId.parse(self.holder),
            beneficiary=None if self.beneficiary is None else PartyId.parse(self.beneficiary),
            intent=None if self.intent is None else Digest.parse(self.intent),
            accept_by=None if self.accept_by is None else parse_time(self.accept_by),
            expected_sequence=self.expected_sequence,
            remark=self.remark,
        )


class PartBody(Body):
    """A title to be opened for others; shares of a whole are 1,000,000,000."""

    reference: str = Field(min_length=1, max_length=128)
    commitment: Hash
    share: int = Field(ge=1, le=_LARGEST_SHARE, examples=[WHOLE // 2])


class ReissueBody(Body):
    """Which titles to close, and which to open for them, in the order of the plan."""

    titles: tuple[TitleWord, ...] = Field(min_length=1, max_length=_MOST_PARTS, strict=False)
    parts: tuple[PartBody, ...] = Field(min_length=1, max_length=_MOST_PARTS, strict=False)
    remark: Remark | None = None

    def wish(self) -> ReissueWish:
        """Read it."""
        return ReissueWish(
            tuple(Bytes32.parse(title) for title in self.titles),
            tuple(
                PartWish(part.reference, Digest.parse(part.commitment), part.share)
                for part in self.parts
            ),
            self.remark,
        )


class NamedPartyBody(Body):
    """A party, and its name in the registry."""

    id: Party
    name: str

    @classmethod
    def of(cls, party: PartyId | None, names: Mapping[PartyId, str]) -> Self | None:
        """Write one."""
        return None if party is None else cls(id=str(party), name=names.get(party, ""))


class TitleActBody(Body):
    """One act of a title's past. `remark`: its text, for the title's own parties."""

    sequence: int
    action: str = Field(examples=["TransferHolder"], description="Issue, or ITitleRegistry.Action")
    party: NamedPartyBody | None
    holder: NamedPartyBody | None
    beneficiary: NamedPartyBody | None
    time: Time
    block: int
    transaction: str
    log_index: int
    remark: str | None

    @classmethod
    def of(
        cls, event: TitleEvent, names: Mapping[PartyId, str], remarks: Mapping[Digest, str]
    ) -> Self:
        """Write one."""
        wish = event.wish
        return cls(
            sequence=event.sequence,
            action="Issue" if isinstance(wish, Issue) else wish.action.label,
            party=NamedPartyBody.of(event.party, names),
            holder=NamedPartyBody.of(wish.holder, names),
            beneficiary=NamedPartyBody.of(wish.beneficiary, names),
            time=format_time(event.time),
            block=event.block,
            transaction=str(event.transaction),
            log_index=event.place[2],
            remark=None if wish.remark is None else remarks.get(wish.remark),
        )


class TitleBody(Body):
    """A title as it stands, and every act that led there, oldest first."""

    title: TitleName
    state: str = Field(examples=["Held"])
    paused: bool
    sequence: int
    carrier: NamedPartyBody | None
    holder: NamedPartyBody | None
    beneficiary: NamedPartyBody | None
    nominee: NamedPartyBody | None
    commitment: Hash
    intent: Hash | None
    accept_by: Time | None
    share: int
    origins: tuple[TitleWord, ...]
    history: tuple[TitleActBody, ...]

    @classmethod
    def of(cls, read: ReadTitle) -> Self:
        """Write one."""
        record, names = read.view.record, read.view.names
        by, intent = record.accept_by, record.intent
        return cls(
            title=read.name,
            state=record.state.label,
            paused=record.paused,
            sequence=record.sequence,
            carrier=NamedPartyBody.of(record.carrier, names),
            holder=NamedPartyBody.of(record.holder, names),
            beneficiary=NamedPartyBody.of(record.beneficiary, names),
            nominee=NamedPartyBody.of(record.nominee, names),
            commitment=str(record.commitment),
            intent=None if intent is None else str(intent),
            accept_by=None if by is None else format_time(by),
            share=record.share,
            origins=tuple(str(origin) for origin in record.origins),
            history=tuple(TitleActBody.of(act, names, read.remarks) for act in read.view.acts),
        )
