# SPDX-License-Identifier: Apache-2.0
"""What acting for parties needs: what the chain says now, and secrets of parties and titles."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from ledger.ports.verifying import TitleEvent
from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles import Title

__all__ = ["ActChain", "RemarkStore", "StatusNow", "TitleSecrets", "TitleView"]


@dataclass(frozen=True, slots=True)
class StatusNow:
    """A record of DocumentStatus; all zero for a subject that nobody mentioned.

    `superseded_by` is 32 zero bytes without one. `tainted`: its key wrote it while compromised.
    """

    status: int
    reason: int
    superseded_by: bytes
    sequence: int
    tainted: bool


@dataclass(frozen=True, slots=True)
class TitleView:
    """A title and its acts at one block, oldest first, and the names of all parties in them."""

    title: Bytes32
    record: Title
    acts: tuple[TitleEvent, ...]
    names: Mapping[PartyId, str]

    @property
    def parties(self) -> frozenset[PartyId]:
        """Who is or was carrier, holder, beneficiary or nominee."""
        record = self.record
        now = (record.carrier, record.holder, record.beneficiary, record.nominee)
        then = (party for act in self.acts for party in act.named)
        return frozenset(party for party in (*now, *then) if party is not None)


class ActChain(Protocol):
    """What TitleRegistry and DocumentStatus say at the newest block."""

    def title(self, title: Bytes32) -> Title | None:
        """A title as it stands; None if it was never issued."""

    def title_view(self, title: Bytes32) -> TitleView | None:
        """A title with its history."""

    def tag_key_hash(self, party: PartyId) -> Digest | None:
        """The SHA-256 of the secret behind a carrier's tags, if it is registered."""

    def status(self, party: PartyId, subject: Digest) -> StatusNow:
        """What a party says of a document."""


class TitleSecrets(Protocol):
    """Secrets of 32 bytes, drawn when they are first asked for, and never changed."""

    def tag_key(self, party: PartyId) -> bytes:
        """A carrier's tag key: what turns its references into tags."""

    def title_secret(self, title: Bytes32) -> bytes:
        """What the remarks on a title are encrypted with."""


class RemarkStore(Protocol):
    """Texts behind the remarks that stand on chain."""

    def texts(self, title: Bytes32, wanted: Collection[Digest]) -> dict[Digest, str]:
        """The texts kept for a title behind some remarks; those of no other title."""
