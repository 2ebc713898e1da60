# SPDX-License-Identifier: Apache-2.0
"""What the API needs of the service. Everything here is synchronous and safe in many threads."""

from typing import Protocol

from ledger.acting import (
    ActWish,
    IssueWish,
    ReadTitle,
    ReissueWish,
    ReservedTitle,
    SignedWish,
)
from ledger.documents import ListedFile
from ledger.packaging import Issued
from ledger.ports.facade import (
    DocumentState,
    Limits,
    Principal,
    Readiness,
    StatusAct,
    StatusRequest,
)
from ledger.ports.relaying import StoredAct
from ledger.ports.service import Accepted, DocumentSummary
from ledger.primitives import Bytes32, Digest, PartyId
from ledger.receipts import Package
from ledger.verification import GivenFile, Report

__all__ = ["Ledger", "Titles"]


class Titles(Protocol):
    """Titles, for parties whose key the service holds; see `ledger.acting.TitleDesk`."""

    def reserve(self, party: PartyId, reference: str) -> ReservedTitle:
        """The title of a party's reference: the same each time."""

    def issue(self, party: PartyId, wish: IssueWish) -> StoredAct:
        """Issue the title that a document of the party's own names."""

    def act(self, party: PartyId, title: Bytes32, wish: ActWish) -> StoredAct:
        """Act on a title."""

    def reissue(self, party: PartyId, wish: ReissueWish) -> StoredAct:
        """Close titles and open others for them."""

    def read(self, reader: PartyId, title: Bytes32) -> ReadTitle:
        """A title with its history; NotFoundError if there is none."""


class Ledger(Protocol):
    """The service, as `ledger.wiring_service` puts it together."""

    @property
    def limits(self) -> Limits:
        """How much a request may bring."""

    def authenticate(self, token: str) -> Principal:
        """Find whose token this is, in constant time; AuthenticationError if nobody's."""

    def submit(
        self,
        party: PartyId,
        raw: bytes,
        files: tuple[ListedFile, ...],
        idempotency_key: str | None,
    ) -> Accepted:
        """Take a document to be sealed, stated and anchored; durable when this returns."""

    def countersign(self, party: PartyId, package: bytes, idempotency_key: str | None) -> Accepted:
        """Take the package of a document that another issuer stated, and state it too."""

    def submit_statement(self, party: PartyId, raw: bytes, idempotency_key: str | None) -> Accepted:
        """Take a statement that was signed elsewhere."""

    def documents(
        self, party: PartyId, reference: str | None, limit: int
    ) -> tuple[DocumentSummary, ...]:
        """A party's own documents, newest first."""

    def document(self, party: PartyId, commitment: Digest) -> DocumentState:
        """One document, for any of its issuers; else NotFoundError, also if it is another's."""

    def package(self, party: PartyId, commitment: Digest) -> Package:
        """The package of a document whose anchor is final; NotFinalError before."""

    def issued(self, commitment: Digest, parties: tuple[PartyId, ...]) -> Issued:
        """The final receipts of these parties; NotFinalError before, NotFoundError if unknown."""

    def change_status(self, party: PartyId, commitment: Digest, change: StatusRequest) -> StatusAct:
        """Have a status written on chain, unless it is so already; does not wait for a block."""

    def followed(self, told: StatusAct) -> StatusAct:
        """What has become of such a change by now; ChainRejectedError if it was refused."""

    @property
    def titles(self) -> Titles:
        """Titles."""

    def submit_act(self, submitter: PartyId, wish: SignedWish) -> StoredAct:
        """Take an act that was signed elsewhere, to be carried."""

    def act(self, act: Digest) -> StoredAct:
        """How far an act is; NotFoundError if it was never accepted here."""

    def verify(
        self,
        package: Package | None,
        files: tuple[GivenFile, ...],
        other: Package | None,
        stated_time: int | None,
    ) -> Report:
        """Verify a package, or look one file up and verify its document, disclosing no field."""

    def checkpoint(self) -> str | None:
        """The newest signed checkpoint; None while the log is empty."""

    def tile(self, level: int, index: int) -> bytes:
        """All hashes known of one tile; b"" if it has none."""

    def entries(self, start: int, end: int) -> tuple[Digest, ...]:
        """The statement digests of entries start…end−1."""

    def log_size(self) -> int:
        """How many entries the newest checkpoint covers."""

    def trust_file(self) -> bytes:
        """The trust file, as bytes."""

    def readiness(self) -> Readiness:
        """Whether the service can do its work now."""
