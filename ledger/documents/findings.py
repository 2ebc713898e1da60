# SPDX-License-Identifier: Apache-2.0
"""What intake noticed about a document: graded, pointed, and never a refusal."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

__all__ = ["Finding", "Findings", "Grade"]


class Grade(StrEnum):
    """How much a finding matters."""

    ERROR = "error"  # contradicts the document's own standard; a receiver may refuse it
    WARNING = "warning"  # probably a mistake
    NOTE = "note"  # worth knowing


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark.

    `pointer` is RFC 6901 into the sealed envelope (so data begins with `/data`); `code` is a
    stable slug such as `container-check-digit`; `message` says what was found and expected;
    `hint` says what to do, or is None.
    """

    grade: Grade
    pointer: str
    code: str
    message: str
    hint: str | None = None


Findings: TypeAlias = tuple[Finding, ...]
