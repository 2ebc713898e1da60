# SPDX-License-Identifier: Apache-2.0
"""One document's journey, in order. Read this file first.

```
bytes ─1,2→ TradeDocument ─3,4→ SealedDocument ─5→ Statement ─6→ Entry ─7→ Anchor ─8→ Receipt ─9→
submitted,  validated           canonicalised,     signed        logged    anchored  portable
                                sealed                                                     Report
```

Each function below is one stop; what it returns is what the next one takes. They know no clock,
network, database or key store: those come in as arguments. The service (`intake`, `sequencer`,
`anchorer`) drives the same stops durably and in bulk; a verifier enters at stop 9 alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from ledger import canonical, documents, log, receipts, sealing, statements, verification
from ledger.anchors import AnchorHint, HeadRecord
from ledger.documents import Findings, ListedFile, TradeDocument
from ledger.log import Entry, TreeHead
from ledger.merkle import inclusion_path, leaf_digest, merkle_root
from ledger.ports import ChainReader
from ledger.primitives import Address, Digest, PartyId, Signature
from ledger.receipts import Receipt
from ledger.sealing import SealedDocument
from ledger.statements import LedgerId, Statement, UnsignedStatement, commitments_root
from ledger.verification import Report, Request

__all__ = [
    "ROAD",
    "Place",
    "Stop",
    "issue_receipt",
    "log_statements",
    "read_document",
    "seal_document",
    "state_documents",
    "verify_package",
]

Sign = Callable[[bytes], Signature]


@dataclass(frozen=True, slots=True)
class Stop:
    """One line of the road: its number and name, the module that knows its rules, its types."""

    number: int
    name: str
    module: str
    takes: str
    gives: str


ROAD: Final = (
    Stop(1, "submitted", documents.__name__, "bytes", "Submission"),
    Stop(2, "validated", documents.__name__, "Submission", "TradeDocument + Findings"),
    Stop(3, "canonicalised", canonical.__name__, "value", "RFC 8785 bytes"),
    Stop(4, "sealed", sealing.__name__, "TradeDocument + fresh seed", "SealedDocument"),
    Stop(5, "signed", statements.__name__, "commitments", "Statement"),
    Stop(6, "logged", log.__name__, "Statement", "Entry + TreeHead"),
    Stop(7, "anchored", "ledger.anchors", "TreeHead", "HeadRecord"),
    Stop(8, "receipt", receipts.__name__, "Statement + Entry + HeadRecord", "Package"),
    Stop(9, "verified", verification.__name__, "Package + Evidence", "Report"),
)


def read_document(
    submitted: bytes, party: PartyId, files: tuple[ListedFile, ...] = ()
) -> tuple[TradeDocument, Findings]:
    """Stops 1 and 2: bytes become a document; what is odd about it becomes findings."""
    submission, noticed = documents.parse_submission(submitted)
    document, found = documents.prepare(submission, party, files)
    return document, (*noticed, *found)


def seal_document(document: TradeDocument) -> SealedDocument:
    """Stops 3 and 4: every field is salted, hashed and folded into one commitment."""
    return sealing.seal(document)


def state_documents(
    ledger: LedgerId,
    party: PartyId,
    commitments: Sequence[Digest],
    stated_at: int,
    key: tuple[Address, Sign],
) -> Statement:
    """Stop 5: one signature of the party over 1…n commitments."""
    signer, sign = key
    root = commitments_root(commitments)
    unsigned = UnsignedStatement(ledger, party, len(commitments), root, stated_at)
    return unsigned.signed(signer, sign(unsigned.signing_digest()))


def log_statements(held: Sequence[Digest]) -> tuple[tuple[Entry, ...], TreeHead]:
    """Stop 6: statement digests in log order become entries under one head.

    The service does this incrementally, on tiles; this is the whole log at once.
    """
    entries = tuple(Entry(index, digest) for index, digest in enumerate(held))
    return entries, TreeHead(len(entries), merkle_root([entry.leaf() for entry in entries]))


@dataclass(frozen=True, slots=True)
class Place:
    """Where a statement ended up: commitments, index, the log up to its anchor, the anchor."""

    commitments: Sequence[Digest]
    index: int
    entries: Sequence[Entry]
    record: HeadRecord
    hint: AnchorHint


def issue_receipt(commitment: Digest, statement: Statement, place: Place) -> Receipt:
    """Stops 7 and 8: two paths and a hint lead from a commitment to a head on chain."""
    position = list(place.commitments).index(commitment)
    leaves = [leaf_digest(item.raw) for item in place.commitments]
    covered = [entry.leaf() for entry in place.entries[: place.record.size]]
    return Receipt(
        statement=statement,
        statement_index=position,
        statement_path=inclusion_path(leaves, position),
        entry_index=place.index,
        log_path=inclusion_path(covered, place.index),
        size=place.record.size,
        root=merkle_root(covered),
        anchor=place.hint,
    )


def verify_package(request: Request, reader: ChainReader, now: int) -> Report:
    """Stop 9: anyone, anywhere, without this service."""
    return verification.verify(request, reader, now)
