# SPDX-License-Identifier: Apache-2.0
"""What the service offers its HTTP API, in values: no framework, no storage."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Literal, TypeAlias

from ledger.anchors import Finality
from ledger.documents import Findings
from ledger.errors import InvalidValueError
from ledger.primitives import Digest, PartyId

__all__ = [
    "DocumentState",
    "Limits",
    "Principal",
    "Readiness",
    "ReadinessCheck",
    "RequestKey",
    "Scope",
    "StatusAct",
    "StatusAction",
    "StatusRequest",
]

_LARGEST_REASON: Final = 2**16 - 1

StatusAction: TypeAlias = Literal["revoke", "suspend", "resume", "supersede"]
# What was asked, whether it is well, and what was found; no secret in it: it is served to anyone.
ReadinessCheck: TypeAlias = tuple[str, bool, str]


class Scope(StrEnum):
    """What a token may be used for."""

    NOTARISE = "notarise"  # submit documents and statements, countersign
    STATUS = "status"  # revoke, suspend, resume, supersede
    TITLE = "title"  # issue titles and act on them: control of goods
    READ = "read"  # the party's own documents and packages


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one request may bring, and how long it may take.

    `body_bytes`: one JSON body; `file_bytes`: each file; `files`: how many of them;
    `request_seconds`: to answer, and to receive a body at more than a trickle;
    `package_bytes`: one package.
    """

    body_bytes: int = 8 * 2**20
    file_bytes: int = 64 * 2**20
    files: int = 16
    request_seconds: float = 30
    package_bytes: int = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Principal:
    """Whose token it was, and what it may be used for: values of `Scope`."""

    party: PartyId
    scopes: frozenset[str]


@dataclass(frozen=True, slots=True)
class DocumentState:
    """All that the service knows about one document. Times in Unix seconds.

    `stated_by` are the issuers whose statement was accepted here; `statement` and `acceptance` are
    of the asking party, if it stated the document, else of the first; `entry_index` and
    `anchored_at` are None until there is one.
    """

    commitment: Digest
    document_type: str
    reference: str = field(repr=False)
    finality: Finality
    accepted_at: int
    anchor_by: int
    issuers: tuple[PartyId, ...]
    stated_by: tuple[PartyId, ...]
    findings: Findings = field(repr=False)
    statement: Digest
    entry_index: int | None
    anchored_at: int | None
    acceptance: str


@dataclass(frozen=True, slots=True)
class RequestKey:
    """An Idempotency-Key, of the sender's choice, and SHA-256 over all that was asked with it."""

    key: str = field(repr=False)
    asked: Digest = field(repr=False)


@dataclass(frozen=True, slots=True)
class StatusRequest:
    """A change of a document's status; `superseded_by` with `supersede`, and only there.

    `key` None: a repeat is known by what it asks for alone.
    """

    action: StatusAction
    reason: int = 0
    superseded_by: Digest | None = None
    key: RequestKey | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.reason <= _LARGEST_REASON:
            raise InvalidValueError(f"reason: want 0 to {_LARGEST_REASON}; got {self.reason}")
        if (self.action == "supersede") != (self.superseded_by is not None):
            raise InvalidValueError("supersededBy: want it with supersede, and only there")


@dataclass(frozen=True, slots=True)
class StatusAct:
    """What became of it. `act` None: it was so already. `block` None: not mined yet.

    `transaction` None, with an act: not sent yet, or carried by somebody else.
    """

    status: str
    transaction: str | None
    block: int | None
    act: Digest | None = None


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether the service can do its work now, and what that rests on."""

    ready: bool
    checks: tuple[ReadinessCheck, ...]
