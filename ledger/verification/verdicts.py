# SPDX-License-Identifier: Apache-2.0
"""The closed lists of formats.md §10–11: checks, states, verdicts, exit codes, and what wins."""

from collections.abc import Mapping
from enum import IntEnum, StrEnum
from typing import Final

__all__ = ["CheckName", "ExitCode", "State", "Verdict", "exit_code", "worst"]


class CheckName(StrEnum):
    """What is asked of a package, in the order of the report."""

    CONTENT = "content"
    STATEMENT = "statement"
    SIGNATURE = "signature"
    LOG = "log"
    ANCHOR = "anchor"
    ISSUER = "issuer"
    VALIDITY = "validity"
    STATUS = "status"
    TITLE = "title"
    MATCH = "match"


class State(StrEnum):
    """How a check ended. UNKNOWN is neither true nor false."""

    PASSED = "PASSED"
    FAILED = "FAILED"
    UNKNOWN = "UNKNOWN"
    NOT_APPLICABLE = "NOT_APPLICABLE"


class Verdict(StrEnum):
    """The whole answer."""

    AUTHENTIC = "AUTHENTIC"
    REVOKED = "REVOKED"
    SURRENDERED = "SURRENDERED"
    SUPERSEDED = "SUPERSEDED"
    SUSPENDED = "SUSPENDED"
    EXPIRED = "EXPIRED"
    NOT_CONTROLLED = "NOT_CONTROLLED"
    MISMATCHED = "MISMATCHED"
    ALTERED = "ALTERED"
    SIGNATURE_INVALID = "SIGNATURE_INVALID"
    NOT_ANCHORED = "NOT_ANCHORED"
    ISSUER_NOT_AUTHORISED = "ISSUER_NOT_AUTHORISED"
    UNDECIDED = "UNDECIDED"


class ExitCode(IntEnum):
    """What a shell script may rely on."""

    AUTHENTIC = 0
    NOT_AUTHENTIC = 1
    USAGE = 2
    NOT_CURRENT = 3
    UNDECIDED = 4


_EXIT: Final[Mapping[Verdict, ExitCode]] = {
    Verdict.AUTHENTIC: ExitCode.AUTHENTIC,
    Verdict.ALTERED: ExitCode.NOT_AUTHENTIC,
    Verdict.SIGNATURE_INVALID: ExitCode.NOT_AUTHENTIC,
    Verdict.NOT_ANCHORED: ExitCode.NOT_AUTHENTIC,
    Verdict.ISSUER_NOT_AUTHORISED: ExitCode.NOT_AUTHENTIC,
    Verdict.UNDECIDED: ExitCode.UNDECIDED,
}
_SEVERITY: Final = (State.FAILED, State.UNKNOWN, State.PASSED, State.NOT_APPLICABLE)


def exit_code(verdict: Verdict) -> ExitCode:
    """The exit code of a verdict; all of line 6 are "authentic but not current"."""
    return _EXIT.get(verdict, ExitCode.NOT_CURRENT)


def worst(states: "list[State]") -> State:
    """FAILED > UNKNOWN > PASSED > NOT_APPLICABLE; nothing at all is NOT_APPLICABLE."""
    return min(states, key=_SEVERITY.index, default=State.NOT_APPLICABLE)
