# SPDX-License-Identifier: Apache-2.0
"""Is an answer one to the question that was asked? Its source is not believed blindly."""

from collections.abc import Iterator

from ledger.errors import ChainUnavailableError
from ledger.ports import Answer, Evidence, Question, View
from ledger.primitives import MAX_TIME
from ledger.trust import TrustedLedger

__all__ = ["check_evidence"]

_RECORDS_PER_CONTRACT = 2  # of the commitment, and of the statement's root


def check_evidence(evidence: Evidence, ledger: TrustedLedger, question: Question) -> None:
    """Refuse an answer of another shape, or with times that no clock of ours can write.

    Raises:
        ChainUnavailableError: nothing can be concluded from it.
    """
    records = _RECORDS_PER_CONTRACT * len(ledger.statuses)
    for view in (evidence.final, evidence.latest):
        answer = view.answer
        if (
            len(answer.receipts) != len(question.receipts)
            or len(answer.issuers) != len(question.issuers)
            or (question.title is not None and None in (answer.title, evidence.history))
            or any(len(issuer.statuses) != records for issuer in answer.issuers)
        ):
            raise ChainUnavailableError("the answer is to another question")
        if any(not 0 <= time <= MAX_TIME for time in _times(view, answer)):
            raise ChainUnavailableError("the answer holds a time that is none")


def _times(view: View, answer: Answer) -> Iterator[int]:
    yield view.block.time
    for receipt in answer.receipts:
        yield receipt.head.time
    for issuer in answer.issuers:
        for record in issuer.statuses:
            yield record.time
    if answer.title is not None and answer.title.record is not None:
        yield answer.title.record.time
