# SPDX-License-Identifier: Apache-2.0
"""One document's whole way in memory: made by the journey, answered by a chain out of a dict."""

import hashlib
import json
from dataclasses import dataclass, replace
from pathlib import Path

from ledger.anchors import AnchorHint, BlockRef, HeadRecord
from ledger.documents import ListedFile
from ledger.errors import ChainUnavailableError
from ledger.journey import (
    Place,
    issue_receipt,
    log_statements,
    read_document,
    seal_document,
    state_documents,
)
from ledger.keys import HeldKey
from ledger.ports import (
    Answer,
    Evidence,
    Interval,
    IssuerAnswer,
    KeyRecord,
    ReceiptAnswer,
    StatusRecord,
    View,
)
from ledger.primitives import Address, Bytes32, Digest, PartyId
from ledger.receipts import Package
from ledger.statements import LedgerId
from ledger.trust import FinalityRule, Trust, TrustedContract, TrustedLedger

ROOT = Path(__file__).parents[3]
NOW = 1_770_200_000
ANCHORED_AT = NOW - 1000
PARTY = PartyId(b"\x07" * 32)
LOG = Address(b"\x11" * 20)
WORD = Bytes32(b"\x22" * 32)
FOREVER = 2**63
BILL = {
    "transportDocumentReference": "XMPL260200001",
    "shipper": {"partyName": "Example Metals LLP"},
    "note": "handle with care",
}
PDF = b"%PDF-1.7 a bill of lading"


def contract(number: int) -> TrustedContract:
    return TrustedContract(Address(bytes([number]) * 20), WORD, 1, WORD)


def trust() -> Trust:
    held = TrustedLedger(
        log=replace(contract(0x11), address=LOG),
        parties=contract(0x12),
        statuses=(contract(0x13),),
        titles=(),
        lens=contract(0x14),
    )
    return Trust(1337, WORD, FinalityRule.parse("instant"), 10**9, (), (held,))


NONE = StatusRecord(0, 0, 0, 0, Digest(bytes(32)), 0, 0)


@dataclass
class Chain:
    """`ChainReader` that answers from `records`: root → head, (party, subject) → status."""

    heads: dict[Digest, HeadRecord]
    statuses: dict[tuple[PartyId, Digest], StatusRecord]
    key: Address
    name: str = "Example Carrier"
    down: bool = False
    time: int = NOW - 10

    def close(self):
        pass

    def look(self, _trust, _ledger, question):
        if self.down:
            raise ChainUnavailableError("http://127.0.0.1:1 eth_chainId: connection refused")
        always = Interval(0, FOREVER)
        receipts = tuple(
            ReceiptAnswer(
                self.heads.get(asked.root, HeadRecord(0, 0, 0, 0)),
                KeyRecord(Bytes32(PARTY.raw), always, 1 if asked.signer == self.key else 0, 0, 0),
                (always,),
            )
            for asked in question.receipts
        )
        subjects = [question.commitment, *(asked.statement_root for asked in question.receipts)]
        issuers = tuple(
            IssuerAnswer(self.name, "KZ", "carrier", self._records(party, subjects))
            for party in question.issuers
        )
        answer = Answer(20, self.time, 1, frozen=False, receipts=receipts, issuers=issuers)
        view = View(BlockRef(20, WORD, self.time), answer)
        return Evidence("http://127.0.0.1:8545", view, view)

    def _records(self, party: PartyId, subjects: list[Digest]) -> tuple[StatusRecord, ...]:
        found = (self.statuses.get((party, subject), NONE) for subject in subjects)
        return tuple(found)

    def say(self, commitment: Digest, status: int, *, by: Digest | None = None) -> None:
        record = StatusRecord(status, 4, NOW - 20, 19, by or Digest(bytes(32)), 0, 0)
        self.statuses[(PARTY, commitment)] = record


def notarised(
    data: dict | None = None, document_type: str = "bill-of-lading", **members: object
) -> tuple[Package, Chain]:
    """A package whose only file is bl.pdf, and the chain that holds its anchor."""
    submitted = {
        "documentType": document_type,
        "data": BILL if data is None else data,
        "reference": "XMPL260200001",
        **members,
    }
    listed = ListedFile("bl.pdf", "application/pdf", len(PDF), Digest.parse(sha256(PDF)))
    document, _ = read_document(json.dumps(submitted).encode(), PARTY, (listed,))
    sealed = seal_document(document)
    key = HeldKey(b"\x05" * 32)
    ledger = LedgerId(1337, LOG)
    statement = state_documents(
        ledger, PARTY, [sealed.commitment], ANCHORED_AT - 60, (key.address, key.sign)
    )
    entries, head = log_statements([statement.digest()])
    record = HeadRecord(0, 1, ANCHORED_AT, 10)
    hint = AnchorHint(1337, LOG, WORD, 10, WORD, ANCHORED_AT)
    place = Place([sealed.commitment], 0, entries, record, hint)
    receipt = issue_receipt(sealed.commitment, statement, place)
    return Package.of(sealed, (receipt,)), Chain({head.root: record}, {}, key.address)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
