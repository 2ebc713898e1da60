# SPDX-License-Identifier: Apache-2.0
"""`LedgerError` → RFC 9457 problem details. The only place that knows HTTP statuses."""

import inspect
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from pydantic import BaseModel, ConfigDict
from starlette.responses import JSONResponse

from api import errors as edge
from api.schemas import ProblemPage
from ledger import errors
from ledger.primitives import Json

__all__ = [
    "MEDIA_TYPE",
    "STATUS",
    "Problem",
    "catalogue",
    "problem_page",
    "problem_response",
    "problems",
    "status_of",
]

MEDIA_TYPE: Final = "application/problem+json"
RETRY_AFTER_SECONDS: Final = 5
CHALLENGE: Final = 'Bearer realm="corridor-ledger"'

# The nearest ancestor wins; a test walks the whole tree.
STATUS: Final[Mapping[type[errors.LedgerError], HTTPStatus]] = {
    errors.LedgerError: HTTPStatus.INTERNAL_SERVER_ERROR,
    errors.InvalidInputError: HTTPStatus.UNPROCESSABLE_ENTITY,
    errors.LimitExceededError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.AuthenticationError: HTTPStatus.UNAUTHORIZED,
    errors.ForbiddenError: HTTPStatus.FORBIDDEN,
    errors.NotFoundError: HTTPStatus.NOT_FOUND,
    errors.StateError: HTTPStatus.CONFLICT,
    errors.ChainError: HTTPStatus.BAD_GATEWAY,
    errors.ChainUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.ChainRejectedError: HTTPStatus.CONFLICT,
    errors.OverloadedError: HTTPStatus.SERVICE_UNAVAILABLE,
    edge.MalformedRequestError: HTTPStatus.BAD_REQUEST,
    edge.UnsupportedMediaTypeError: HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    edge.MethodNotAllowedError: HTTPStatus.METHOD_NOT_ALLOWED,
    edge.RequestTimeoutError: HTTPStatus.REQUEST_TIMEOUT,
    edge.TookTooLongError: HTTPStatus.SERVICE_UNAVAILABLE,
}

_SCHEMA: Final = {"$ref": "#/components/schemas/Problem"}


class Problem(BaseModel):
    """RFC 9457. Members beyond the first four are there where they say something."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str | None = None
    pointer: str | None = None
    existing: str | None = None
    retryAfterSeconds: int | None = None  # noqa: N815 — the wire's spelling


def status_of(error: type[errors.LedgerError]) -> HTTPStatus:
    """Find the status of the nearest listed ancestor."""
    return next(STATUS[ancestor] for ancestor in error.__mro__ if ancestor in STATUS)


def catalogue() -> dict[str, type[errors.LedgerError]]:
    """Every slug and its error, in the order of the slugs."""
    found = {
        error.slug: error
        for error in _tree(errors.LedgerError)
        # A client's failures are no answers of ours, whether or not a client is in this process.
        if error.__module__ in (errors.__name__, edge.__name__)
    }
    return dict(sorted(found.items()))


def title_of(error: type[errors.LedgerError]) -> str:
    """The first sentence that the error's class says about itself."""
    return (error.__doc__ or error.__name__).splitlines()[0].replace("`", "")


def problem_response(error: errors.LedgerError) -> JSONResponse:
    """Render one failure, with its headers.

    A fault of the service says nothing of itself: its message may name a file, an address or a
    value that is not the caller's business.
    """
    status = status_of(type(error))
    body: dict[str, Json] = {
        "type": f"/problems/{error.slug}",
        "title": title_of(type(error)),
        "status": status.value,
    }
    if status is not HTTPStatus.INTERNAL_SERVER_ERROR:
        body |= {"detail": _writable(str(error)), **_members(error)}
    headers = {"Cache-Control": "no-store"}
    if "retryAfterSeconds" in body:
        headers["Retry-After"] = str(body["retryAfterSeconds"])
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = CHALLENGE
    if status is HTTPStatus.REQUEST_TIMEOUT:
        headers["Connection"] = "close"  # RFC 9110 §15.5.9
    return JSONResponse(body, status.value, headers, media_type=MEDIA_TYPE)


def problems(*raised: type[errors.LedgerError]) -> dict[int | str, dict[str, Any]]:
    """Declare in OpenAPI which errors a route answers with, an example of each."""
    declared: dict[int | str, dict[str, Any]] = {}
    everywhere = (edge.TookTooLongError, errors.OverloadedError, edge.InternalError)
    all_of_them: tuple[type[errors.LedgerError], ...] = (*raised, *everywhere)
    for error in all_of_them:
        status = status_of(error)
        answer = declared.setdefault(
            status.value,
            {
                "description": status.phrase,
                "content": {MEDIA_TYPE: {"schema": _SCHEMA, "examples": {}}},
            },
        )
        example: dict[str, Json] = {
            "type": f"/problems/{error.slug}",
            "title": title_of(error),
            "status": status.value,
        }
        answer["content"][MEDIA_TYPE]["examples"][error.slug] = {"value": example}
    return declared


def _tree(error: type[errors.LedgerError]) -> Iterator[type[errors.LedgerError]]:
    yield error
    for child in error.__subclasses__():
        yield from _tree(child)


def _members(error: errors.LedgerError) -> dict[str, Json]:
    """What an error says beyond its sentence: named one by one, so that nothing else gets out."""
    members: dict[str, Json] = {}
    if isinstance(error, errors.PointedError):
        members["pointer"] = _writable(error.pointer)
    if isinstance(error, errors.ReferenceAlreadyUsedError):
        members["existing"] = error.existing
    if isinstance(error, edge.InvalidRequestError):
        members["faults"] = [{"at": place, "message": text} for place, text in error.faults]
    if isinstance(error, edge.NotReadyError):
        members["checks"] = [
            {"name": name, "ok": well, "detail": detail} for name, well, detail in error.checks
        ]
    if isinstance(error, errors.NotFinalError | errors.OverloadedError):
        members["retryAfterSeconds"] = error.retry_after_seconds
    elif error.retryable:
        members["retryAfterSeconds"] = RETRY_AFTER_SECONDS
    return members


def _writable(text: str) -> str:
    """Replace lone surrogates: a message may quote what could not be read, but must be UTF-8."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def problem_page(error: type[errors.LedgerError]) -> ProblemPage:
    """What one problem means, for whoever follows its `type`."""
    return ProblemPage(
        type=f"/problems/{error.slug}",
        title=title_of(error),
        status=status_of(error).value,
        description=inspect.cleandoc(error.__doc__ or "").replace("`", ""),
        retryable=error.retryable,
    )
