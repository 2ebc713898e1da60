# SPDX-License-Identifier: Apache-2.0
"""The bodies of the API for OpenAPI. Bodies that formats.md fixes are not here."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from ledger.documents import Finding
from ledger.packaging import Issued
from ledger.ports.facade import DocumentState, StatusAct
from ledger.ports.service import Accepted, DocumentSummary
from ledger.primitives import format_time

__all__ = [
    "AcceptedBody",
    "Body",
    "DocumentBody",
    "DocumentLineBody",
    "DocumentsBody",
    "FindingBody",
    "Hash",
    "LiveBody",
    "Party",
    "ProblemPage",
    "ReadyBody",
    "ReadyCheckBody",
    "ReceiptsBody",
    "StatusActBody",
    "StatusBody",
    "SupersedeBody",
    "Time",
]

_A = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
Hash = Annotated[str, Field(pattern="^[0-9a-f]{64}$", examples=[_A])]
Party = Annotated[str, Field(pattern="^0x[0-9a-f]{64}$", examples=["0x" + _A])]
Time = Annotated[
    str,
    Field(
        pattern="^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z$",
        examples=["2026-02-04T09:12:31Z"],
    ),
]
Progress = Annotated[
    Literal["accepted", "logged", "submitted", "mined", "final"], Field(examples=["accepted"])
]


class Body(BaseModel):
    """Camel case on the wire, nothing unknown, nothing converted."""

    model_config = ConfigDict(
        alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True, strict=True
    )


class FindingBody(Body):
    """One remark about a document; never a refusal."""

    grade: Literal["error", "warning", "note"]
    pointer: str = Field(description="RFC 6901, into the sealed envelope")
    code: str = Field(examples=["container-check-digit"])
    message: str
    hint: str | None

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """Write one."""
        return cls(
            grade=finding.grade.value,
            pointer=finding.pointer,
            code=finding.code,
            message=finding.message,
            hint=finding.hint,
        )


class AcceptedBody(Body):
    """What a submitter keeps. Asking again gives the same; `links.self` says how far it is now."""

    commitment: Hash
    statement: Hash
    acceptance: str = Field(description="signed note: the promise to anchor by `anchorBy`")
    accepted_at: Time
    anchor_by: Time
    state: Literal["accepted"]
    findings: tuple[FindingBody, ...]
    links: dict[str, str]

    @classmethod
    def of(cls, accepted: Accepted) -> Self:
        """Write one."""
        return cls(
            commitment=str(accepted.commitment),
            statement=str(accepted.statement),
            acceptance=accepted.acceptance,
            accepted_at=format_time(accepted.accepted_at),
            anchor_by=format_time(accepted.anchor_by),
            state="accepted",
            findings=tuple(FindingBody.of(finding) for finding in accepted.findings),
            links=links_of(str(accepted.commitment)),
        )


class DocumentLineBody(Body):
    """One line of a list."""

    commitment: Hash
    document_type: str = Field(examples=["bill-of-lading"])
    reference: str
    state: Progress
    accepted_at: Time
    links: dict[str, str]

    @classmethod
    def of(cls, summary: DocumentSummary) -> Self:
        """Write one."""
        return cls(
            commitment=str(summary.commitment),
            document_type=summary.document_type,
            reference=summary.reference,
            state=summary.finality.value,
            accepted_at=format_time(summary.accepted_at),
            links={"self": links_of(str(summary.commitment))["self"]},
        )


class DocumentsBody(Body):
    """A party's own documents, newest first."""

    documents: tuple[DocumentLineBody, ...]

    @classmethod
    def of(cls, summaries: Iterable[DocumentSummary]) -> Self:
        """Write them."""
        return cls(documents=tuple(DocumentLineBody.of(summary) for summary in summaries))


class ReceiptsBody(Body):
    """Final receipts (corridor/receipt/1), one per party, and the signed promises for them."""

    receipts: tuple[dict[str, Any], ...]
    acceptances: tuple[str, ...]

    @classmethod
    def of(cls, issued: Issued) -> Self:
        """Write them."""
        return cls(
            receipts=tuple(receipt.json() for receipt in issued.receipts),
            acceptances=issued.acceptances,
        )


class DocumentBody(Body):
    """One document and how far it is. Members without a value yet are null."""

    commitment: Hash
    document_type: str = Field(examples=["bill-of-lading"])
    reference: str
    state: Progress
    accepted_at: Time
    anchor_by: Time
    issuers: tuple[Party, ...]
    stated_by: tuple[Party, ...]
    findings: tuple[FindingBody, ...]
    statement: Hash
    entry_index: int | None
    anchored_at: Time | None
    acceptance: str
    links: dict[str, str]

    @classmethod
    def of(cls, state: DocumentState) -> Self:
        """Write one."""
        anchored = state.anchored_at
        return cls(
            commitment=str(state.commitment),
            document_type=state.document_type,
            reference=state.reference,
            state=state.finality.value,
            accepted_at=format_time(state.accepted_at),
            anchor_by=format_time(state.anchor_by),
            issuers=tuple(str(party) for party in state.issuers),
            stated_by=tuple(str(party) for party in state.stated_by),
            findings=tuple(FindingBody.of(finding) for finding in state.findings),
            statement=str(state.statement),
            entry_index=state.entry_index,
            anchored_at=None if anchored is None else format_time(anchored),
            acceptance=state.acceptance,
            links=links_of(str(state.commitment)),
        )


class StatusBody(Body):
    """Why. `reason` is a code of the party's own."""

    reason: int = Field(default=0, ge=0, le=2**16 - 1)


class SupersedeBody(StatusBody):
    """Why, and which document takes its place."""

    superseded_by: Hash


class StatusActBody(Body):
    """What became of it. `act` null: it was so already; `block` null: not mined yet."""

    status: str = Field(examples=["revoked"])
    transaction: str | None
    block: int | None
    act: Hash | None = Field(description="where it is followed: /v1/acts/{act}")

    @classmethod
    def of(cls, act: StatusAct) -> Self:
        """Write one."""
        signed = None if act.act is None else str(act.act)
        return cls(status=act.status, transaction=act.transaction, block=act.block, act=signed)


class LiveBody(Body):
    """The process answers."""

    live: Literal[True] = True


class ReadyCheckBody(Body):
    """One thing that the service needs."""

    name: str
    ok: bool
    detail: str


class ReadyBody(Body):
    """The service can do its work."""

    ready: Literal[True] = True
    checks: tuple[ReadyCheckBody, ...]


class ProblemPage(Body):
    """What a problem's `type` stands for."""

    type: str
    title: str
    status: int
    description: str
    retryable: bool


def links_of(commitment: str) -> dict[str, str]:
    """Where to go from a document."""
    own = f"/v1/documents/{commitment}"
    actions = ("package", "revoke", "suspend", "resume", "supersede")
    return {"self": own, **{action: f"{own}/{action}" for action in actions}}
