# SPDX-License-Identifier: Apache-2.0
"""multipart/form-data (RFC 7578), read as it comes: fields are kept, files only hashed."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from api.bodies import chunks, media_type_of
from api.context import Lease
from api.errors import MalformedRequestError
from ledger.documents import ListedFile
from ledger.errors import LimitExceededError
from ledger.ports.facade import Limits
from ledger.primitives import Digest, shown

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

__all__ = ["FORM_TYPE", "Form", "read_form"]

FORM_TYPE: Final = "multipart/form-data"
FILES: Final = "files"
_FRAMING_BYTES: Final = 2**20  # boundaries and part headers of all parts together
_PLAIN_CODINGS: Final = ("", "7bit", "8bit", "binary")
_UNNAMED_TYPE: Final = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Form:
    """What was sent: fields by name, and fingerprints of the files in their order."""

    fields: Mapping[str, bytes]
    files: tuple[ListedFile, ...]

    def get(self, name: str) -> bytes | None:
        """A field, or None."""
        return self.fields.get(name)


async def read_form(
    request: Request, fields: Mapping[str, int], limits: Limits, lease: Lease
) -> Form:
    """Read a form with these fields, and how many bytes each may have, and parts `files`.

    Raises:
        MalformedRequestError: not a form, cut off, an unknown or repeated field, a file without
            name.
        LimitExceededError: a field, a file, or all of it is too large; too many files.
    """
    _, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get(b"boundary")
    if not boundary:
        raise MalformedRequestError("Content-Type: multipart/form-data lacks its boundary")
    sink = _Sink(fields, limits, lease)
    most = sum(fields.values()) + limits.files * limits.file_bytes + _FRAMING_BYTES
    try:
        parser = MultipartParser(boundary, sink.callbacks())
        async for chunk in chunks(request, most):
            if chunk:
                parser.write(chunk)
    except FormParserError as error:
        raise MalformedRequestError("not multipart/form-data (RFC 7578)") from error
    return sink.form()


class _Part(Protocol):
    """Where the bytes of the part under way go."""

    def write(self, data: bytes) -> None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _FieldPart:
    name: str
    most: int
    lease: Lease
    into: dict[str, bytes]
    data: bytearray = field(default_factory=bytearray)

    def write(self, data: bytes) -> None:
        if len(self.data) + len(data) > self.most:
            raise LimitExceededError(f"part {self.name}: want at most {self.most} bytes")
        self.lease.grow(len(data))
        self.data += data

    def close(self) -> None:
        self.into[self.name] = bytes(self.data)
        self.data = bytearray()


class _FilePart:
    def __init__(self, name: str, media_type: str, most: int, into: list[ListedFile]) -> None:
        self._name, self._media_type = name, media_type
        self._most, self._into = most, into
        self._size, self._hash = 0, hashlib.sha256()

    def write(self, data: bytes) -> None:
        self._size += len(data)
        if self._size > self._most:
            raise LimitExceededError(
                f"file {shown(self._name)}: want at most {self._most} bytes each"
            )
        self._hash.update(data)

    def close(self) -> None:
        digest = Digest(self._hash.digest())
        self._into.append(ListedFile(self._name, self._media_type, self._size, digest))


class _Sink:
    """Takes the parser's callbacks, one part after the other."""

    def __init__(self, fields: Mapping[str, int], limits: Limits, lease: Lease) -> None:
        self._most, self._limits, self._lease = fields, limits, lease
        self._fields: dict[str, bytes] = {}
        self._files: list[ListedFile] = []
        self._headers: dict[bytes, bytes] = {}
        self._name, self._value = b"", b""
        self._part: _Part | None = None
        self._ended = False

    def callbacks(self) -> "MultipartCallbacks":
        """What the parser calls."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self._close,
            "on_end": self._end,
        }

    def form(self) -> Form:
        """All of it, once the last boundary was seen: the parser itself does not mind."""
        if not self._ended:
            raise MalformedRequestError("multipart/form-data: the closing boundary is missing")
        return Form(self._fields, tuple(self._files))

    def _begin(self) -> None:
        self._headers = {}

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _header_end(self) -> None:
        name = self._name.lower()
        if name in self._headers:
            raise MalformedRequestError(f"multipart/form-data: {shown(name)} twice in one part")
        self._headers[name] = self._value
        self._name, self._value = b"", b""

    def _open(self) -> None:
        coding = self._headers.get(b"content-transfer-encoding", b"").strip().lower()
        if _text(coding, "Content-Transfer-Encoding") not in _PLAIN_CODINGS:
            raise MalformedRequestError("multipart/form-data: send parts as they are, not encoded")
        kind, options = parse_options_header(self._headers.get(b"content-disposition"))
        if kind != b"form-data" or b"name" not in options:
            raise MalformedRequestError("multipart/form-data: a part has no name")
        name = _text(options[b"name"], "the name of a part")
        if name == FILES:
            self._part = self._file(options.get(b"filename"))
        elif name not in self._most:
            known = ", ".join((*self._most, FILES))
            raise MalformedRequestError(f"unknown part {shown(name)}; want {known}")
        elif name in self._fields:
            raise MalformedRequestError(f"the part {name} came twice")
        else:
            self._part = _FieldPart(name, self._most[name], self._lease, self._fields)

    def _file(self, filename: bytes | None) -> _Part:
        if len(self._files) >= self._limits.files:
            raise LimitExceededError(f"want at most {self._limits.files} files")
        if not filename:
            raise MalformedRequestError("a part of files has no filename")
        name = _text(filename, "a filename")
        declared = _text(self._headers.get(b"content-type", b""), "a Content-Type")
        media_type = media_type_of(declared or None) or _UNNAMED_TYPE
        return _FilePart(name, media_type, self._limits.file_bytes, self._files)

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._part is not None:
            self._part.write(data[start:end])

    def _close(self) -> None:
        if self._part is not None:
            self._part.close()
            self._part = None

    def _end(self) -> None:
        self._ended = True


def _text(raw: bytes, what: str) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise MalformedRequestError(f"multipart/form-data: {what} is not UTF-8") from error
