# SPDX-License-Identifier: Apache-2.0
"""What a verification is given, and what its checks share."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ledger.documents import Disclosed, check_document_type, check_title
from ledger.errors import ChainUnavailableError, InvalidDocumentError, InvalidValueError
from ledger.log import Acceptance
from ledger.ports import Evidence, TitleQuestion, View
from ledger.primitives import Digest, PartyId, parse_time
from ledger.receipts import Package, Receipt
from ledger.statements import LedgerId
from ledger.trust import Trust

__all__ = ["Asked", "GivenFile", "Header", "Request", "TitlePlace", "header_of"]


@dataclass(frozen=True, slots=True)
class GivenFile:
    """A file that was handed in beside the package. `name` is for messages only."""

    name: str
    sha256: Digest


@dataclass(frozen=True, slots=True)
class Request:
    """A package to verify and what to hold against it.

    `stated_time` (Unix) is a time the caller insists on, such as an arrival; `other` is a document
    presented together with it.
    """

    package: Package
    trust: Trust
    files: tuple[GivenFile, ...] = ()
    stated_time: int | None = None
    other: Package | None = None


_SINGLE: Final = frozenset(("/documentType", "/title", "/validUntil"))


@dataclass(frozen=True, slots=True)
class Header:
    """The always-disclosed members that other checks rest on."""

    document_type: str
    issuers: tuple[PartyId, ...]
    title: str | None
    valid_until: int | None


def header_of(disclosed: Disclosed) -> Header | None:
    """Read the header from disclosed leaves; None if they hold none that parses."""
    if not disclosed.leaves.keys() >= _SINGLE:
        return None
    try:
        issuers = tuple(PartyId.parse(value) for _, value in disclosed.under("/issuers/*"))
        document_type = disclosed.get("/documentType")
        title = disclosed.get("/title")
        valid_until = disclosed.get("/validUntil")
        if not isinstance(document_type, str) or not isinstance(title, str | None):
            return None
        ends = None if valid_until is None else parse_time(valid_until)
        check_document_type(document_type)
        if title is not None:
            check_title(title)
    except (InvalidValueError, InvalidDocumentError):
        return None
    return Header(document_type, issuers, title, ends) if issuers else None


@dataclass(frozen=True, slots=True)
class TitlePlace:
    """The ledger that keeps the document's title, and what to ask it."""

    ledger: LedgerId
    question: TitleQuestion


@dataclass(frozen=True, slots=True)
class Asked:
    """One verification under way: the request, the time, and what each ledger answered."""

    request: Request
    now: int
    header: Header | None
    evidence: Mapping[LedgerId, Evidence | ChainUnavailableError]
    promises: tuple[Acceptance, ...] = ()
    positions: Mapping[Receipt, int] = field(default_factory=dict)
    title: TitlePlace | None = None

    def fresh(self, evidence: Evidence, block: int) -> bool:
        """True if the newest block is young enough, and not below `block`."""
        latest = evidence.latest
        oldest = self.now - self.request.trust.max_head_age_seconds
        return latest.block.time >= oldest and latest.answer.number >= block

    def views(self) -> tuple[View, ...]:
        """Every view of every ledger that answered."""
        return tuple(
            view
            for evidence in self.evidence.values()
            if isinstance(evidence, Evidence)
            for view in (evidence.final, evidence.latest)
        )
