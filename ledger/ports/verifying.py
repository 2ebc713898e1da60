# SPDX-License-Identifier: Apache-2.0
"""What a verification asks of a chain, and what it is told. `chain.reading` is the adapter."""

from dataclasses import dataclass
from typing import Protocol

from ledger.anchors import BlockRef, HeadRecord
from ledger.primitives import Address, Bytes32, Digest, PartyId
from ledger.titles import Issue, Title, TitleAct
from ledger.trust import Trust, TrustedContract, TrustedLedger

__all__ = [
    "Answer",
    "ChainReader",
    "Clock",
    "Evidence",
    "Interval",
    "IssuerAnswer",
    "KeyDoubt",
    "KeyRecord",
    "PartyName",
    "Question",
    "ReceiptAnswer",
    "ReceiptQuestion",
    "StatusRecord",
    "TitleAncestor",
    "TitleAnswer",
    "TitleEvent",
    "TitleHistory",
    "TitleQuestion",
    "View",
]


class Clock(Protocol):
    """The time, as this machine believes it to be."""

    def now(self) -> int:
        """Unix seconds."""


@dataclass(frozen=True, slots=True)
class ReceiptQuestion:
    """What one receipt claims: this party's key signed this statement root, under this log root."""

    party: PartyId
    signer: Address
    statement_root: Digest
    root: Digest


@dataclass(frozen=True, slots=True)
class TitleQuestion:
    """A title, in a register of the ledger that is asked."""

    register: TrustedContract
    title: Bytes32


@dataclass(frozen=True, slots=True)
class Question:
    """All that one verification asks of one ledger, answered in one call."""

    document_type: str
    commitment: Digest
    receipts: tuple[ReceiptQuestion, ...]
    issuers: tuple[PartyId, ...]
    title: TitleQuestion | None = None


@dataclass(frozen=True, slots=True)
class Interval:
    """Half-open, Unix seconds: start ≤ t < end."""

    start: int
    end: int

    def holds(self, time: int) -> bool:
        """True if `time` lies in it."""
        return self.start <= time < self.end


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key as PartyRegistry keeps it; `role` 1 signs, 2 manages, 0 is no key at all."""

    party: Bytes32
    interval: Interval
    role: int
    compromised_since: int
    declared_block: int


@dataclass(frozen=True, slots=True)
class StatusRecord:
    """A status as DocumentStatus keeps it; `status` 0 none, 1 revoked, 2 suspended, 3 superseded.

    The last two members are of the key that wrote it.
    """

    status: int
    reason: int
    time: int
    block: int
    superseded_by: Digest
    key_compromised_since: int
    key_declared_block: int


@dataclass(frozen=True, slots=True)
class ReceiptAnswer:
    """What the chain knows about one receipt: head, key, accreditations for the document type."""

    head: HeadRecord
    key: KeyRecord
    accreditations: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class IssuerAnswer:
    """Who an issuer is, and every status record that concerns the document."""

    name: str
    country: str
    kind: str
    statuses: tuple[StatusRecord, ...]


@dataclass(frozen=True, slots=True)
class PartyName:
    """A party as its registry names it; the name is empty for one that is not registered."""

    id: PartyId
    name: str


@dataclass(frozen=True, slots=True)
class KeyDoubt:
    """A key that acted on a title, and since when it is declared compromised; 0 is never."""

    key: Address
    compromised_since: int


@dataclass(frozen=True, slots=True)
class TitleAnswer:
    """What a view says of a title. `record` is None if there is none; `key` made its latest act.

    `title_of` is the title that the document's commitment is, or once was, of the same carrier.
    """

    record: Title | None
    key: Address
    title_of: Bytes32
    parties: tuple[PartyName, ...]
    keys: tuple[KeyDoubt, ...]


@dataclass(frozen=True, slots=True)
class TitleEvent:
    """One act on a title. `place`: block number, index of the transaction, index of the log."""

    place: tuple[int, int, int]
    transaction: Bytes32
    time: int
    party: PartyId
    key: Address
    sequence: int
    wish: Issue | TitleAct
    share: int = 0

    @property
    def block(self) -> int:
        """The number of its block."""
        return self.place[0]

    @property
    def named(self) -> tuple[PartyId, ...]:
        """Who acted, and whom the act names."""
        parties = (self.party, self.wish.holder, self.wish.beneficiary)
        return tuple(party for party in parties if party is not None)


@dataclass(frozen=True, slots=True)
class TitleAncestor:
    """A title that another one came from, by one reissue or several; its acts in their order.

    `parents` are the titles of the reissue that opened it; none if it was issued.
    """

    title: Bytes32
    parents: tuple[Bytes32, ...]
    acts: tuple[TitleEvent, ...]


@dataclass(frozen=True, slots=True)
class TitleHistory:
    """Acts in their order. With a `fault` all of it is only what could be read.

    `parents` are the titles of the reissue that opened it. No ancestor stands there twice.
    """

    acts: tuple[TitleEvent, ...]
    fault: str | None = None
    parents: tuple[Bytes32, ...] = ()
    ancestors: tuple[TitleAncestor, ...] = ()

    @property
    def earlier(self) -> tuple[tuple[Bytes32, TitleEvent], ...]:
        """The acts on all ancestors in their order, each with its title."""
        acts = [(old.title, act) for old in self.ancestors for act in old.acts]
        return tuple(sorted(acts, key=lambda told: told[1].place))

    @property
    def keys(self) -> tuple[Address, ...]:
        """The keys that acted, each once: the title's own first, each by its first act."""
        acts = (*self.acts, *(act for _, act in self.earlier))
        return tuple(dict.fromkeys(act.key for act in acts))

    @property
    def parties(self) -> tuple[PartyId, ...]:
        """The parties that acted on the title or were named, each once, in that order."""
        return tuple(dict.fromkeys(party for act in self.acts for party in act.named))


@dataclass(frozen=True, slots=True)
class Answer:
    """LedgerLens's answer at one block; `number` and `time` are that block's own."""

    number: int
    time: int
    log_size: int
    frozen: bool
    receipts: tuple[ReceiptAnswer, ...]
    issuers: tuple[IssuerAnswer, ...]
    title: TitleAnswer | None = None


@dataclass(frozen=True, slots=True)
class View:
    """An answer and the block it was read at."""

    block: BlockRef
    answer: Answer


@dataclass(frozen=True, slots=True)
class Evidence:
    """Two views: at the final block, which decides, and at the latest, which may say "no more".

    `history` is that of the title asked about and its ancestors, up to the latest block.
    """

    source: str
    final: View
    latest: View
    history: TitleHistory | None = None


class ChainReader(Protocol):
    """Read access to a chain: all that a verifier needs."""

    def look(self, trust: Trust, ledger: TrustedLedger, question: Question) -> Evidence:
        """Answer at the final and the latest block.

        Raises:
            ChainUnavailableError: no usable answer, for whatever reason: nothing is decided.
        """
