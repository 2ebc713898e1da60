# SPDX-License-Identifier: Apache-2.0
"""What a party asks the service to do with titles, and what it is told of them.

The `key` of a wish is the Idempotency-Key that it came with. No `repr` shows what is in a document
or a remark.
"""

from dataclasses import dataclass, field

from ledger.ports.facade import RequestKey
from ledger.ports.titling import TitleView
from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles import TitleAction

__all__ = ["ActWish", "IssueWish", "PartWish", "ReadTitle", "ReissueWish", "ReservedTitle"]


@dataclass(frozen=True, slots=True)
class ReservedTitle:
    """The title of a reference: `eip155:<chain>:<TitleRegistry>:0x<64 hex>`, and its state now."""

    name: str
    tag: Digest
    state: str


@dataclass(frozen=True, slots=True)
class IssueWish:
    """Issue the title of a notarised bill."""

    commitment: Digest
    holder: PartyId
    beneficiary: PartyId
    remark: str | None = field(default=None, repr=False)
    key: RequestKey | None = None


@dataclass(frozen=True, slots=True)
class ActWish:
    """Act on a title. `expected_sequence` None: that of the title as the chain has it now."""

    action: TitleAction
    holder: PartyId | None = None
    beneficiary: PartyId | None = None
    intent: Digest | None = None
    accept_by: int | None = None
    expected_sequence: int | None = None
    remark: str | None = field(default=None, repr=False)
    key: RequestKey | None = None


@dataclass(frozen=True, slots=True)
class PartWish:
    """A title to be opened for others: that of a notarised bill, and its share."""

    reference: str = field(repr=False)
    commitment: Digest
    share: int


@dataclass(frozen=True, slots=True)
class ReissueWish:
    """Close titles and open others for them, as their holder agreed."""

    titles: tuple[Bytes32, ...]
    parts: tuple[PartWish, ...]
    remark: str | None = field(default=None, repr=False)
    key: RequestKey | None = None


@dataclass(frozen=True, slots=True)
class ReadTitle:
    """A title, and those texts that the reader may see, by the remark on chain."""

    name: str
    view: TitleView
    remarks: dict[Digest, str] = field(repr=False)
