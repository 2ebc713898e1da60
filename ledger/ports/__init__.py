# SPDX-License-Identifier: Apache-2.0
"""What the journey needs from the outside world. Adapters live in `chain`, `storage`, `keys`."""

from ledger.ports.verifying import (
    Answer,
    ChainReader,
    Clock,
    Evidence,
    Interval,
    IssuerAnswer,
    KeyDoubt,
    KeyRecord,
    PartyName,
    Question,
    ReceiptAnswer,
    ReceiptQuestion,
    StatusRecord,
    TitleAnswer,
    TitleEvent,
    TitleHistory,
    TitleQuestion,
    View,
)

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
    "TitleAnswer",
    "TitleEvent",
    "TitleHistory",
    "TitleQuestion",
    "View",
]
