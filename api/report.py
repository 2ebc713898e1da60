# SPDX-License-Identifier: Apache-2.0
"""`corridor/report/1` as OpenAPI describes it; `ledger.verification` writes it. A test compares."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ledger.verification import CheckName, State, Verdict

__all__ = ["ReportBody"]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", alias_generator=to_camel)


class OutcomeBody(_Part):
    """One reason for a check's state."""

    code: str
    state: State
    sentence: str
    detail: str | None
    pointers: list[str]
    other_pointers: list[str]
    party: str | None
    as_of: str | None


class CheckBody(_Part):
    """One question and how it ended."""

    name: CheckName
    state: State
    outcomes: list[OutcomeBody]


class FactBody(_Part):
    """One thing to compare with paper and box."""

    label: str
    value: str
    pointer: str


class SignatoryBody(_Part):
    """Who issued it, as the registry names them."""

    party: str
    name: str | None
    country: str | None
    kind: str | None


class EvidenceBody(_Part):
    """Where the answers come from."""

    source: str
    final_block: int
    final_time: str
    latest_block: int
    latest_time: str


class ReportBody(_Part):
    """The whole answer; every member is always there."""

    format: Literal["corridor/report/1"]
    verdict: Verdict = Field(examples=["AUTHENTIC"])
    sentence: str
    advice: str
    commitment: str | None
    document_type: str | None
    checked_at: str
    recorded_at: str | None
    complete: bool
    fields_shown: int
    fields_hidden: int
    checks: list[CheckBody]
    facts: list[FactBody]
    signatories: list[SignatoryBody]
    evidence: list[EvidenceBody]
    notes: list[str]
