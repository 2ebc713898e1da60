# SPDX-License-Identifier: Apache-2.0
"""Stops 1 and 2 of the journey: what a party sends becomes a document, with graded findings.

A new kind of document is a new module here, its schema in `schemas/`, and one line in `kinds`.
"""

from ledger.documents.comparison import Difference, compare
from ledger.documents.disclosed import HIDDEN, Disclosed, Hidden
from ledger.documents.envelope import (
    ALWAYS_DISCLOSED,
    ENVELOPE_MEMBERS,
    FORMAT,
    ListedFile,
    TradeDocument,
    check_document_type,
    check_file_name,
    check_title,
)
from ledger.documents.findings import Finding, Findings, Grade
from ledger.documents.kind import Comparable, Derived, DocumentKind, Fact
from ledger.documents.kinds import KINDS, kind_of
from ledger.documents.size import check_envelope_size
from ledger.documents.submission import Submission, parse_submission, prepare

__all__ = [
    "ALWAYS_DISCLOSED",
    "ENVELOPE_MEMBERS",
    "FORMAT",
    "HIDDEN",
    "KINDS",
    "Comparable",
    "Derived",
    "Difference",
    "Disclosed",
    "DocumentKind",
    "Fact",
    "Finding",
    "Findings",
    "Grade",
    "Hidden",
    "ListedFile",
    "Submission",
    "TradeDocument",
    "check_document_type",
    "check_envelope_size",
    "check_file_name",
    "check_title",
    "compare",
    "kind_of",
    "parse_submission",
    "prepare",
]
