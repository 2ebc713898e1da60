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


class TitlePartyBody(_Part):
    """A party with a role in a title; `name` is null where the registry knows none."""

    id: str
    name: str | None


class TitleStepBody(_Part):
    """One act on a title, and what was done in words."""

    sequence: int
    action: str
    sentence: str
    party: TitlePartyBody
    holder: TitlePartyBody | None
    beneficiary: TitlePartyBody | None
    accept_by: str | None
    time: str
    block: int
    transaction: str


class TitleBody(_Part):
    """Who controls the goods, and how that came: the newest 200 acts."""

    title: str
    state: str
    sentence: str
    paused: bool
    sequence: int
    changed_at: str
    carrier: TitlePartyBody
    holder: TitlePartyBody | None
    beneficiary: TitlePartyBody | None
    nominee: TitlePartyBody | None
    held_since: str | None
    accept_by: str | None
    commitment: str
    share: int
    whole: int
    origins: list[str]
    history: list[TitleStepBody]
    earlier_acts: int


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
    title: TitleBody | None
    evidence: list[EvidenceBody]
    notes: list[str]
