# SPDX-License-Identifier: Apache-2.0
"""A title as it stands. Names and numbers are those of ITitleRegistry."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from ledger.primitives import Bytes32, Digest, PartyId

__all__ = ["CLOSED", "WHOLE", "Title", "TitleAction", "TitleState"]

WHOLE: Final = 10**9  # the share of a title that was issued, and not reissued


class TitleState(IntEnum):
    """Where a title stands; from DELIVERED on it is closed."""

    NONE = 0
    HELD = 1
    OFFERED_HOLDER = 2
    OFFERED_BENEFICIARY = 3
    OFFERED_BOTH = 4
    FOR_DELIVERY = 5
    FOR_AMENDMENT = 6
    FOR_PAPER = 7
    FOR_REISSUE = 8
    DELIVERED = 9
    SWITCHED_TO_PAPER = 10
    REISSUED = 11

    @property
    def label(self) -> str:
        """The contract's name for it: `ForDelivery`."""
        return self.name.title().replace("_", "")

    @property
    def offers(self) -> tuple[bool, bool]:
        """Whether the holder's and the beneficiary's role have to be accepted."""
        both = self is TitleState.OFFERED_BOTH
        return (
            both or self is TitleState.OFFERED_HOLDER,
            both or self is TitleState.OFFERED_BENEFICIARY,
        )

    @classmethod
    def offered(cls, *, holder: bool, beneficiary: bool) -> "TitleState":
        """The state of a title with these roles to be accepted."""
        if holder:
            return cls.OFFERED_BOTH if beneficiary else cls.OFFERED_HOLDER
        return cls.OFFERED_BENEFICIARY if beneficiary else cls.HELD


CLOSED: Final = (TitleState.DELIVERED, TitleState.SWITCHED_TO_PAPER, TitleState.REISSUED)


class TitleAction(IntEnum):
    """What can be done with a title once it is issued."""

    NONE = 0
    NOMINATE = 1
    TRANSFER_HOLDER = 2
    TRANSFER_BENEFICIARY = 3
    TRANSFER_BOTH = 4
    ACCEPT = 5
    REJECT_HOLDER = 6
    REJECT_BENEFICIARY = 7
    REJECT_BOTH = 8
    TAKE_BACK = 9
    SURRENDER_FOR_DELIVERY = 10
    SURRENDER_FOR_AMENDMENT = 11
    SURRENDER_FOR_PAPER = 12
    SURRENDER_FOR_REISSUE = 13
    ACCEPT_SURRENDER = 14
    REFUSE_SURRENDER = 15
    PAUSE = 16
    UNPAUSE = 17

    @property
    def label(self) -> str:
        """The contract's name for it: `TransferHolder`."""
        return self.name.title().replace("_", "")


@dataclass(frozen=True, slots=True)
class Title:
    """A title after some act.

    `former_…` gets the role back if it is rejected or taken back; while surrendered, who gets the
    title back if that is refused. `sequence` counts acts from one; `time` is that of the latest, in
    Unix seconds. `accept_by` is None unless offered; `intent` unless surrendered for amendment (the
    new commitment) or reissue (the plan).
    """

    carrier: PartyId
    commitment: Digest
    holder: PartyId | None
    beneficiary: PartyId | None
    former_holder: PartyId | None = None
    former_beneficiary: PartyId | None = None
    nominee: PartyId | None = None
    state: TitleState = TitleState.HELD
    paused: bool = False
    sequence: int = 1
    time: int = 0
    accept_by: int | None = None
    intent: Digest | None = None
    share: int = WHOLE
    origins: tuple[Bytes32, ...] = ()

    @property
    def closed(self) -> bool:
        """Delivered, switched to paper or reissued: nobody holds it, for ever."""
        return self.state in CLOSED
