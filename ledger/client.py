# SPDX-License-Identifier: Apache-2.0
"""The service's HTTP API, as the command line speaks it. httpx is imported on first use.

A submission carries an Idempotency-Key made of its contents, so repeating it is harmless. An act
(a status, something done with a title) carries a new one each time, for the same may be meant
twice: pause, unpause, pause. Who repeats it after a failure says under which key.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

from ledger.errors import InvalidInputError, InvalidValueError, LedgerError
from ledger.primitives import Digest, Json

if TYPE_CHECKING:
    import httpx

__all__ = [
    "Answer",
    "RefusedRequestError",
    "Service",
    "ServiceError",
    "ServiceUnreachableError",
    "idempotency_key",
]

_LARGEST_ANSWER: Final = 64 * 2**20 + 2**16
_CHUNK: Final = 2**20
_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))
_CALLERS_FAULT: Final = frozenset((400, 405, 413, 415, 422))
_OK: Final = frozenset((200, 201, 202))
_MOST_FAULTS: Final = 20
_UNSURE: Final = ("took-too-long", "http-5")  # of a service, and of what stands before it
_ADVICE: Final = "; repeating the command is harmless"


class ServiceUnreachableError(LedgerError):
    """The service gave no usable answer; what was asked may have been done or not."""

    slug = "service-unreachable"
    retryable = True


class ServiceError(LedgerError):
    """The service refused for a reason that no other request would change, or only later.

    `problem` is the last part of the problem's `type`; `retry_after_seconds` None: not said.
    """

    slug = "service-refused"

    def __init__(self, problem: str, reason: str, retry_after_seconds: int | None) -> None:
        super().__init__(f"{problem}: {reason}")
        self.problem = problem
        self.retry_after_seconds = retry_after_seconds


class RefusedRequestError(InvalidInputError):
    """The service says that what was sent is malformed."""

    slug = "service-refused-request"


@dataclass(frozen=True, slots=True)
class Answer:
    """A good answer: its HTTP status and JSON."""

    status: int
    body: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Service:
    """A service and the token to speak to it with. `repr` shows no token.

    `request_key`: the Idempotency-Key of an act; None: a new one for each.

    Raises:
        InvalidValueError: no http or https URL, credentials in it, or a token that would travel
            unencrypted to another machine.
    """

    url: str
    token: str = field(repr=False)
    timeout_seconds: float = 60.0
    request_key: str | None = None

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidValueError("want the service's URL, such as https://ledger.example")
        if parts.username is not None or parts.query or parts.fragment:
            raise InvalidValueError("want the service's URL without credentials, ? and #")
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise InvalidValueError("want https: a token must not travel unencrypted")
        if not self.token.isascii() or not self.token.isprintable() or " " in self.token:
            raise InvalidValueError("the token has characters that no token has")

    def submit(self, document: bytes, files: Sequence[Path]) -> Answer:
        """Hand in a document, with the files that travel beside it."""
        headers = {"Idempotency-Key": idempotency_key(document, files)}
        if not files:
            headers["Content-Type"] = "application/json"
            return self._json("POST", "/v1/documents", content=document, headers=headers)
        with ExitStack() as opened:
            parts: list[tuple[str, tuple[str, Any, str]]] = [
                ("document", ("document.json", document, "application/json"))
            ]
            for path in files:
                file = opened.enter_context(path.open("rb"))
                parts.append(("files", (path.name, file, _media_type(path))))
            return self._json("POST", "/v1/documents", files=parts, headers=headers)

    def state(self, commitment: Digest) -> Answer:
        """Ask how far a document is."""
        return self._json("GET", f"/v1/documents/{commitment}")

    def package(self, commitment: Digest) -> bytes:
        """Fetch a package; `ServiceError` with problem `not-final` if there is none yet."""
        return self._asked("GET", f"/v1/documents/{commitment}/package")[1]

    def submit_statement(self, body: bytes) -> Answer:
        """Hand in a statement that was signed elsewhere, with its commitments."""
        headers = {"Idempotency-Key": idempotency_key(body, ()), "Content-Type": "application/json"}
        return self._json("POST", "/v1/statements", content=body, headers=headers)

    def receipts(self, commitment: Digest) -> Answer:
        """Fetch the final receipts of a commitment, for a document that was sealed elsewhere."""
        return self._json("GET", f"/v1/documents/{commitment}/receipts")

    def change(self, commitment: Digest, action: str, body: Mapping[str, Json]) -> Answer:
        """Revoke, suspend, resume or supersede a document."""
        return self._acted(f"/v1/documents/{commitment}/{action}", body)

    def _acted(self, path: str, body: Mapping[str, Json]) -> Answer:
        """Have something done on chain.

        Raises:
            ServiceUnreachableError: says how to repeat it without doing it twice.
        """
        key = self.request_key or secrets.token_hex(16)
        try:
            return self._json("POST", path, json=dict(body), headers={"Idempotency-Key": key})
        except (ServiceUnreachableError, ServiceError) as error:
            if isinstance(error, ServiceError) and not error.problem.startswith(_UNSURE):
                raise
            raise ServiceUnreachableError(
                f"{str(error).removesuffix(_ADVICE)}; it may have been done: repeat the command "
                f"with --idempotency-key {key}, and it is done once"
            ) from error

    def _json(self, method: str, path: str, **options: Any) -> Answer:  # noqa: ANN401 — httpx's
        status, raw = self._asked(method, path, **options)
        body = _object(raw)
        if body is None:
            raise ServiceUnreachableError(f"{self.url} answers with something that is not JSON")
        return Answer(status, body)

    def _asked(self, method: str, path: str, **options: Any) -> tuple[int, bytes]:  # noqa: ANN401 — httpx's
        import httpx  # noqa: PLC0415 — costs start-up

        address = self.url.rstrip("/") + path
        local = urlsplit(self.url).hostname in _LOOPBACK
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        try:
            with (
                httpx.Client(timeout=self.timeout_seconds, trust_env=not local) as client,
                client.stream(method, address, headers=headers, **options) as response,
            ):
                raw = _read(response)
        except (httpx.RequestError, httpx.InvalidURL) as error:
            kind = type(error).__name__
            raise ServiceUnreachableError(
                f"{self.url} does not answer ({kind}){_ADVICE}"
            ) from error
        if response.status_code not in _OK:
            raise _failure(response.status_code, response.headers, raw)
        return response.status_code, raw


def idempotency_key(document: bytes, files: Sequence[Path]) -> str:
    """Derive the key of a submission from what it holds, so that a repeat is recognised."""
    whole = hashlib.sha256()
    whole.update(hashlib.sha256(document).digest())
    for path in files:
        whole.update(hashlib.sha256(path.name.encode("utf-8", "surrogatepass")).digest())
        with path.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()


def _media_type(path: Path) -> str:
    import mimetypes  # noqa: PLC0415 — only for files

    return mimetypes.guess_type(path.name, strict=False)[0] or "application/octet-stream"


def _read(response: "httpx.Response") -> bytes:
    raw = bytearray()
    for chunk in response.iter_bytes(_CHUNK):
        raw += chunk
        if len(raw) > _LARGEST_ANSWER:
            raise ServiceUnreachableError("the service's answer is larger than any package")
    return bytes(raw)


def _object(raw: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _failure(status: int, headers: Mapping[str, str], raw: bytes) -> LedgerError:
    """Make an error of an RFC 9457 problem, or of whatever came instead."""
    body = _object(raw) or {}
    problem = str(body.get("type") or f"http-{status}").rsplit("/", 1)[-1]
    reason = " · ".join(_said(body)) or f"HTTP {status}, without a word why"
    if status in _CALLERS_FAULT:
        return RefusedRequestError(f"{problem}: {reason}")
    seconds = headers.get("Retry-After", "")
    wait = int(seconds) if seconds.isascii() and seconds.isdigit() else None
    advice = {
        401: " · check the token",
        403: " · use a token that may do this",
        404: " · check what you named",
    }
    later = f" · try again in {wait} s" if wait is not None else advice.get(status, "")
    return ServiceError(problem, reason + later, wait)


def _said(body: Mapping[str, Any]) -> list[str]:
    """What a problem tells: its detail, where the fault is, what stands in the way."""
    said = [str(body.get("detail") or body.get("title") or "")]
    if body.get("pointer") and str(body["pointer"]) not in said[0]:
        said.append(f"at {body['pointer']}")
    if body.get("existing"):
        said.append(f"existing document {body['existing']}")
    faults = body.get("faults")
    said.extend(
        f"{fault.get('at')}: {fault.get('message')}"
        for fault in (faults[:_MOST_FAULTS] if isinstance(faults, list) else ())
        if isinstance(fault, dict)
    )
    return [text for text in said if text]
