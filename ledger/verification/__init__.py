# SPDX-License-Identifier: Apache-2.0
"""Stop 9: anyone verifies a package, without this service or its database."""

from ledger.verification.report import Check, EvidenceNote, Outcome, Report, Signatory
from ledger.verification.request import GivenFile, Request
from ledger.verification.sentences import ADVICE, REASONS, VERDICT_SENTENCES, Reason
from ledger.verification.title_words import TitleFacts, TitleParty, TitleStep
from ledger.verification.verdicts import CheckName, ExitCode, State, Verdict, exit_code
from ledger.verification.verify import ambiguous_file, unknown_file, verdict_of, verify

__all__ = [
    "ADVICE",
    "REASONS",
    "VERDICT_SENTENCES",
    "Check",
    "CheckName",
    "EvidenceNote",
    "ExitCode",
    "GivenFile",
    "Outcome",
    "Reason",
    "Report",
    "Request",
    "Signatory",
    "State",
    "TitleFacts",
    "TitleParty",
    "TitleStep",
    "Verdict",
    "ambiguous_file",
    "exit_code",
    "unknown_file",
    "verdict_of",
    "verify",
]
