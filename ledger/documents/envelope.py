# SPDX-License-Identifier: Apache-2.0
"""The sealed envelope around every document, whatever its type (docs/formats.md §2–4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Self

from ledger.canonical import check_sealable
from ledger.documents.members import items_of, object_of, optional_text_of, text_of
from ledger.errors import InvalidDocumentError, InvalidJsonError, InvalidValueError
from ledger.primitives import (
    Digest,
    Json,
    PartyId,
    format_time,
    parse_time,
    shown,
)

__all__ = [
    "ALWAYS_DISCLOSED",
    "ENVELOPE_MEMBERS",
    "FORMAT",
    "ListedFile",
    "TradeDocument",
    "check_document_type",
    "check_file_name",
    "check_title",
]

FORMAT: Final = "corridor/document/1"
ENVELOPE_MEMBERS: Final = (
    "format",
    "documentType",
    "issuers",
    "title",
    "validUntil",
    "replaces",
    "reference",
    "consignment",
    "data",
    "files",
)
ALWAYS_DISCLOSED: Final = frozenset(
    ("format", "documentType", "issuers", "title", "validUntil", "replaces")
)
_FILE_MEMBERS: Final = ("name", "mediaType", "size", "sha256")
_MAX_REFERENCE: Final = 128
_MAX_FILE_SIZE: Final = 2**53 - 1
_TYPE = re.compile(r"[a-z][a-z0-9-]{0,47}", re.ASCII)
_TITLE = re.compile(r"eip155:(?:0|[1-9][0-9]{0,17}):0x[0-9a-f]{40}:0x[0-9a-f]{64}", re.ASCII)
_CONTROL = re.compile("[\u0000-\u001f\u007f-\u009f]")


@dataclass(frozen=True, slots=True)
class ListedFile:
    """A file that travels beside the package, by name and digest. `size` in bytes."""

    name: str
    media_type: str
    size: int
    sha256: Digest

    def json(self) -> dict[str, Json]:
        """Write the envelope's entry for it."""
        return {
            "name": self.name,
            "mediaType": self.media_type,
            "size": self.size,
            "sha256": str(self.sha256),
        }


@dataclass(frozen=True, slots=True)
class TradeDocument:
    """Stop 2: a document that breaks no rule of formats.md §2–4. Its data may earn findings.

    `issuers` sorted party ids that may state it; `valid_until` Unix seconds or None; `replaces`
    sorted commitments; `title` `eip155:<chain>:<TitleRegistry>:<token>` or None.
    """

    document_type: str
    issuers: tuple[PartyId, ...]
    reference: str
    data: Mapping[str, Json]
    title: str | None = None
    valid_until: int | None = None
    replaces: tuple[Digest, ...] = ()
    consignment: str | None = None
    files: tuple[ListedFile, ...] = ()

    def __post_init__(self) -> None:
        check_document_type(self.document_type)
        _check_sorted(self.issuers, "/issuers")
        _check_sorted(self.replaces, "/replaces")
        if not self.issuers:
            raise InvalidDocumentError("/issuers", "want at least one party id")
        if not 1 <= len(self.reference) <= _MAX_REFERENCE:
            raise InvalidDocumentError("/reference", f"want 1 to {_MAX_REFERENCE} characters")
        if self.title is not None:
            check_title(self.title)
        _check_files(self.files)
        try:
            check_sealable(self.envelope())
        except InvalidJsonError as error:
            raise InvalidDocumentError(error.pointer, error.reason) from error

    def envelope(self) -> dict[str, Json]:
        """Write the envelope, every member present: the value that is sealed."""
        return {
            "format": FORMAT,
            "documentType": self.document_type,
            "issuers": [str(party) for party in self.issuers],
            "title": self.title,
            "validUntil": None if self.valid_until is None else format_time(self.valid_until),
            "replaces": [str(commitment) for commitment in self.replaces],
            "reference": self.reference,
            "consignment": self.consignment,
            "data": dict(self.data),
            "files": [file.json() for file in self.files],
        }

    @classmethod
    def parse(cls, envelope: Json) -> Self:
        """Read an envelope written by `envelope`: all members, no others.

        Raises:
            InvalidDocumentError: a rule of docs/formats.md §2–4 is broken; with its pointer.
        """
        members = _members(envelope, ENVELOPE_MEMBERS, "")
        if members["format"] != FORMAT:
            raise InvalidDocumentError("/format", f"want {FORMAT}; got {shown(members['format'])}")
        valid_until = members["validUntil"]
        return cls(
            document_type=text_of(members["documentType"], "/documentType"),
            issuers=items_of(members["issuers"], "/issuers", PartyId.parse),
            reference=text_of(members["reference"], "/reference"),
            data=object_of(members["data"], "/data"),
            title=optional_text_of(members["title"], "/title"),
            valid_until=None if valid_until is None else _time(valid_until, "/validUntil"),
            replaces=items_of(members["replaces"], "/replaces", Digest.parse),
            consignment=optional_text_of(members["consignment"], "/consignment"),
            files=_files(members["files"]),
        )


def check_document_type(text: str) -> str:
    """Refuse anything but `[a-z][a-z0-9-]{0,47}`."""
    if not _TYPE.fullmatch(text):
        raise InvalidDocumentError("/documentType", f"want [a-z][a-z0-9-]*; got {shown(text)}")
    return text


def check_title(text: str) -> str:
    """Refuse anything but `eip155:<chain id>:<TitleRegistry>:0x<64 hex>`."""
    if not _TITLE.fullmatch(text):
        raise InvalidDocumentError(
            "/title", f"want eip155:<chain id>:<address>:0x<64 hex>; got {shown(text)}"
        )
    return text


def check_file_name(name: str, pointer: str) -> str:
    """Refuse names that a file system could read as a path."""
    if not name or any(part in name for part in ("/", "\\", "..")) or _CONTROL.search(name):
        raise InvalidDocumentError(
            pointer, f"want a file name without /, \\, .. or control characters; got {shown(name)}"
        )
    return name


def _check_sorted(items: "tuple[Digest, ...] | tuple[PartyId, ...]", pointer: str) -> None:
    for index, (before, after) in enumerate(pairwise(items)):
        if before.raw >= after.raw:
            raise InvalidDocumentError(f"{pointer}/{index + 1}", "want ascending order, no repeats")


def _check_files(files: tuple[ListedFile, ...]) -> None:
    seen: set[str] = set()
    for index, file in enumerate(files):
        pointer = f"/files/{index}"
        check_file_name(file.name, f"{pointer}/name")
        # ASCII case only: no Unicode tables in what must verify the same for ever.
        folded = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in file.name)
        if folded in seen:
            raise InvalidDocumentError(f"{pointer}/name", f"used twice: {shown(file.name)}")
        seen.add(folded)
        if not 0 <= file.size <= _MAX_FILE_SIZE:
            raise InvalidDocumentError(f"{pointer}/size", "want a number of bytes")


def _members(value: Json, names: tuple[str, ...], pointer: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise InvalidDocumentError(pointer, "want a JSON object")
    for name in names:
        if name not in value:
            raise InvalidDocumentError(pointer, f"the member {name} is missing")
    for name in value:
        if name not in names:
            raise InvalidDocumentError(pointer, f"unknown member {shown(name)}")
    return value


def _time(value: Json, pointer: str) -> int:
    try:
        return parse_time(value)
    except InvalidValueError as error:
        raise InvalidDocumentError(pointer, str(error)) from error


def _files(value: Json) -> tuple[ListedFile, ...]:
    if not isinstance(value, list):
        raise InvalidDocumentError("/files", f"want an array; got {shown(value)}")
    files = []
    for index, item in enumerate(value):
        pointer = f"/files/{index}"
        members = _members(item, _FILE_MEMBERS, pointer)
        size = members["size"]
        if isinstance(size, bool) or not isinstance(size, int):
            raise InvalidDocumentError(f"{pointer}/size", "want a whole number of bytes")
        try:
            digest = Digest.parse(members["sha256"])
        except InvalidValueError as error:
            raise InvalidDocumentError(f"{pointer}/sha256", str(error)) from error
        name = text_of(members["name"], f"{pointer}/name")
        media_type = text_of(members["mediaType"], f"{pointer}/mediaType")
        files.append(ListedFile(name, media_type, size, digest))
    return tuple(files)
