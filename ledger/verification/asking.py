# SPDX-License-Identifier: Apache-2.0
"""What a package makes a verifier ask of each ledger, and where its title is kept."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from ledger.errors import ChainUnavailableError
from ledger.ports import ChainReader, Evidence, Question, ReceiptQuestion, TitleQuestion
from ledger.primitives import Address, Bytes32
from ledger.receipts import Receipt
from ledger.statements import LedgerId
from ledger.trust import TrustedLedger
from ledger.verification.answers import check_evidence
from ledger.verification.request import Header, Request, TitlePlace

__all__ = ["Answers", "ask", "place_of_title"]

_Told: TypeAlias = "Evidence | ChainUnavailableError"


@dataclass(slots=True)
class Answers:
    """What each ledger said, and where each receipt stands in its answer."""

    evidence: dict[LedgerId, _Told] = field(default_factory=dict)
    positions: dict[Receipt, int] = field(default_factory=dict)


def place_of_title(request: Request, header: Header | None) -> TitlePlace | None:
    """Find the ledger that keeps the document's title; one that is asked anyway, if possible.

    None if the document names no title, or one that the trust file knows nothing of.
    """
    if header is None or header.title is None:
        return None
    _, chain_id, register, title = header.title.split(":")
    if int(chain_id) != request.trust.chain_id:
        return None
    own = [receipt.statement.body.ledger for receipt in request.package.receipts]
    found = request.trust.title_register(Address.parse(register), own)
    if found is None:
        return None
    ledger, contract = found
    return TitlePlace(ledger, TitleQuestion(contract, Bytes32.parse(title)))


def ask(
    request: Request, reader: ChainReader, header: Header | None, place: TitlePlace | None
) -> Answers:
    """Ask each trusted ledger of the package once, and that of its title."""
    answers = Answers()
    receipts = request.package.receipts
    ledgers = [receipt.statement.body.ledger for receipt in receipts]
    for ledger in dict.fromkeys(ledgers if place is None else [*ledgers, place.ledger]):
        trusted = request.trust.ledger(ledger)
        if trusted is None:
            continue
        mine = [held for held in receipts if held.statement.body.ledger == ledger]
        answers.positions |= {receipt: position for position, receipt in enumerate(mine)}
        if header is None:
            silent = ChainUnavailableError("nothing to ask: the header is not readable")
            answers.evidence[ledger] = silent
            continue
        title = place.question if place is not None and place.ledger == ledger else None
        question = _question(request, mine, header, title)
        answers.evidence[ledger] = _answer(request, reader, trusted, question)
    return answers


def _answer(
    request: Request, reader: ChainReader, trusted: TrustedLedger, question: Question
) -> _Told:
    try:
        found = reader.look(request.trust, trusted, question)
        check_evidence(found, trusted, question)
    except ChainUnavailableError as error:
        return error
    return found


def _question(
    request: Request, receipts: Sequence[Receipt], header: Header, title: TitleQuestion | None
) -> Question:
    return Question(
        document_type=header.document_type,
        commitment=request.package.commitment,
        receipts=tuple(
            ReceiptQuestion(
                receipt.statement.body.party,
                receipt.statement.signer,
                receipt.statement.body.root,
                receipt.root,
            )
            for receipt in receipts
        ),
        issuers=header.issuers,
        title=title,
    )
