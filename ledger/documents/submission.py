# SPDX-License-Identifier: Apache-2.0
"""Stops 1 and 2: from the bytes a party sends to a document that can be sealed, with findings.

Refused is only what formats.md §1–4 refuses, and a submission that cannot be understood. What is
merely wrong about a document is found, graded and handed on.
"""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, TypeVar

from ledger.canonical import ENVELOPE_LIMITS, parse_submitted
from ledger.documents.characters import text_findings
from ledger.documents.envelope import ListedFile, TradeDocument, check_document_type
from ledger.documents.findings import Finding, Findings, Grade
from ledger.documents.kind import Derived, DocumentKind
from ledger.documents.kinds import KINDS
from ledger.documents.members import items_of, object_of, optional_text_of, text_of
from ledger.documents.reading import as_date, end_of_validity
from ledger.errors import InvalidDocumentError, InvalidValueError, UnknownDocumentTypeError
from ledger.primitives import Digest, Json, JsonObject, PartyId, format_time, parse_time, shown

__all__ = ["Submission", "parse_submission", "prepare"]

_MEMBERS: Final = (
    "documentType",
    "data",
    "issuers",
    "reference",
    "title",
    "validUntil",
    "replaces",
    "consignment",
)
_MOST_ISSUERS: Final = 64
_MOST_OF_A_CODE: Final = 100
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class Submission:
    """Stop 1: what a party asks to have notarised; None: left to be derived or defaulted.

    `issuers`, `replaces`: as sent, not yet sorted; `valid_until`: Unix seconds.
    """

    document_type: str
    data: JsonObject
    issuers: tuple[PartyId, ...] | None = None
    reference: str | None = None
    title: str | None = None
    valid_until: int | None = None
    replaces: tuple[Digest, ...] = ()
    consignment: str | None = None


def parse_submission(raw: bytes) -> tuple[Submission, Findings]:
    """Read a submission, and say which numbers are sealed as another text than was sent.

    Args:
        raw: a JSON object with `documentType`, `data` and, if wanted, `issuers`, `reference`,
            `title`, `validUntil`, `replaces`, `consignment`, as in the envelope. `validUntil` may
            be a date D: it means the second at which D ends, (D+1)T00:00:00Z.

    Raises:
        InvalidJsonError: see `parse_submitted`.
        LimitExceededError: larger than an envelope may be.
        InvalidDocumentError: a member is missing, unknown or not of its type; with its pointer.
    """
    value, rewritten = parse_submitted(raw, ENVELOPE_LIMITS)
    members = _known_members(value)
    submission = Submission(
        document_type=check_document_type(text_of(members.get("documentType"), "/documentType")),
        data=object_of(members.get("data"), "/data"),
        issuers=_optional_items(members.get("issuers"), "/issuers", PartyId.parse),
        reference=optional_text_of(members.get("reference"), "/reference"),
        title=optional_text_of(members.get("title"), "/title"),
        valid_until=_end(members.get("validUntil")),
        replaces=_optional_items(members.get("replaces"), "/replaces", Digest.parse) or (),
        consignment=optional_text_of(members.get("consignment"), "/consignment"),
    )
    findings = tuple(
        Finding(
            Grade.NOTE,
            number.pointer,
            "number-rewritten",
            f"{number.submitted} is sealed as {number.sealed}, the same value (RFC 8785)",
        )
        for number in rewritten
    )
    return submission, _limited(findings)


def prepare(
    submission: Submission, party: PartyId, files: tuple[ListedFile, ...]
) -> tuple[TradeDocument, Findings]:
    """Make the document that is to be sealed, and grade everything noticed about it.

    Args:
        submission: what was asked for.
        party: who submits; the only issuer unless the submission names issuers.
        files: what travels beside the package, in the order to be sealed.

    Raises:
        UnknownDocumentTypeError: no module here knows the type.
        InvalidDocumentError: the envelope would break docs/formats.md §2–4, or has no reference.
        LimitExceededError: the envelope would be larger than one may be.
    """
    kind = KINDS.get(submission.document_type)
    if kind is None:
        raise UnknownDocumentTypeError(
            f"no such kind of document: {shown(submission.document_type)}; "
            f"known: {', '.join(KINDS)}"
        )
    derived = kind.derive(submission.data)
    document = _document(submission, derived, party, files)
    findings = (
        *_contradictions(submission, derived),
        *_about_envelope(document, kind, party),
        *text_findings(document.envelope(), ""),
        *kind.findings(submission.data),
    )
    return document, _limited(findings)


def _document(
    submission: Submission, derived: Derived, party: PartyId, files: tuple[ListedFile, ...]
) -> TradeDocument:
    reference = derived.reference if submission.reference is None else submission.reference
    if reference is None:
        raise InvalidDocumentError("/reference", "want a reference here, or the number in the data")
    issuers = (party,) if submission.issuers is None else submission.issuers
    valid_until, consignment = submission.valid_until, submission.consignment
    return TradeDocument(
        document_type=submission.document_type,
        issuers=tuple(sorted(set(issuers))),
        reference=reference,
        data=submission.data,
        title=submission.title,
        valid_until=derived.valid_until if valid_until is None else valid_until,
        replaces=tuple(sorted(set(submission.replaces))),
        consignment=derived.consignment if consignment is None else consignment,
        files=files,
    )


def _contradictions(submission: Submission, derived: Derived) -> Iterator[Finding]:
    """What is said explicitly is sealed as said; that the data says otherwise is an error."""
    stated: tuple[tuple[str, str | None, str | None], ...] = (
        ("reference", submission.reference, derived.reference),
        ("validUntil", _time(submission.valid_until), _time(derived.valid_until)),
        ("consignment", submission.consignment, derived.consignment),
    )
    for name, explicit, in_data in stated:
        if explicit is not None and in_data is not None and explicit != in_data:
            yield Finding(
                Grade.ERROR,
                f"/{name}",
                "envelope-contradicts-data",
                f"the envelope says {shown(explicit)}, its data {shown(in_data)}",
                f"leave {name} out: it is taken from the data",
            )


def _about_envelope(
    document: TradeDocument, kind: DocumentKind, party: PartyId
) -> Iterator[Finding]:
    if party not in document.issuers:
        yield Finding(
            Grade.ERROR,
            "/issuers",
            "issuer-missing",
            "the submitting party is not among the issuers, so its statement proves nothing",
            f"add {party}",
        )
    if len(document.issuers) > _MOST_ISSUERS:
        yield Finding(
            Grade.ERROR,
            "/issuers",
            "too-many-issuers",
            f"{len(document.issuers)} issuers: more than one question to a chain can answer for",
            f"name at most {_MOST_ISSUERS}",
        )
    if not document.data and not document.files:
        yield Finding(
            Grade.WARNING, "", "nothing-sealed", "neither data nor a file", "add one of them"
        )
    negotiable = kind.negotiable(document.data)
    if document.title is not None and not negotiable:
        yield Finding(
            Grade.ERROR,
            "/title",
            "title-not-negotiable",
            "names a title, but the goods do not pass with control of this document",
            "remove the title; of a bill of lading, is isToOrder right?",
        )
    if document.title is None and negotiable:
        yield Finding(
            Grade.WARNING,
            "/title",
            "negotiable-without-title",
            "to order, but control of this bill is not kept on this ledger",
            "reserve a title and submit again, or say where control is kept",
        )


def _limited(findings: Findings) -> Findings:
    """Keep the first hundred of each code, and say how many more there are."""
    total = Counter(finding.code for finding in findings)
    kept: Counter[str] = Counter()
    result = []
    for finding in findings:
        kept[finding.code] += 1
        if kept[finding.code] <= _MOST_OF_A_CODE:
            result.append(finding)
        elif kept[finding.code] == total[finding.code]:
            more = f"{total[finding.code] - _MOST_OF_A_CODE} more are not listed"
            result.append(Finding(finding.grade, "", finding.code, more))
    return tuple(result)


def _known_members(value: Json) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise InvalidDocumentError("", "want a JSON object with documentType and data")
    for name in value:
        if name not in _MEMBERS:
            raise InvalidDocumentError(
                "", f"unknown member {shown(name)}; want {', '.join(_MEMBERS)}"
            )
    for name in ("documentType", "data"):
        if name not in value:
            raise InvalidDocumentError("", f"the member {name} is missing")
    return value


def _end(value: Json) -> int | None:
    if value is None:
        return None
    day_ends = end_of_validity(value) if as_date(value) is not None else None
    if day_ends is not None:
        return day_ends
    try:
        return parse_time(value)
    except InvalidValueError as error:
        raise InvalidDocumentError("/validUntil", f"{error}; or a date from 1970 on") from error


def _time(seconds: int | None) -> str | None:
    return None if seconds is None else format_time(seconds)


def _optional_items(
    value: Json, pointer: str, parse: Callable[[Json], _Item]
) -> tuple[_Item, ...] | None:
    return None if value is None else items_of(value, pointer, parse)
