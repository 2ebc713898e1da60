# SPDX-License-Identifier: Apache-2.0
"""Every failure becomes a problem: ours, FastAPI's own, and Starlette's."""

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match

from api.answers import faults_of
from api.errors import (
    InternalError,
    InvalidRequestError,
    MalformedRequestError,
    MethodNotAllowedError,
)
from api.problems import problem_response
from ledger.errors import LedgerError, LimitExceededError, NotFoundError

__all__ = ["install"]

_METHODS: Final = ("DELETE", "GET", "PATCH", "POST", "PUT")


def install(app: FastAPI) -> None:
    """Register the handlers."""
    app.add_exception_handler(LedgerError, _ledger_error)
    app.add_exception_handler(RequestValidationError, _validation_error)
    app.add_exception_handler(HTTPException, _http_exception)


def _ledger_error(_request: Request, error: Exception) -> Response:
    return problem_response(error if isinstance(error, LedgerError) else InternalError())


def _validation_error(_request: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    return problem_response(InvalidRequestError(faults_of(found)))


def _http_exception(request: Request, error: Exception) -> Response:
    code = error.status_code if isinstance(error, HTTPException) else 0
    if code == HTTPStatus.NOT_FOUND:
        return problem_response(NotFoundError("there is nothing at this address"))
    if code == HTTPStatus.METHOD_NOT_ALLOWED:
        return _method_not_allowed(request)
    if code == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return problem_response(LimitExceededError("the body is too large"))
    if HTTPStatus.BAD_REQUEST <= code < HTTPStatus.INTERNAL_SERVER_ERROR:
        return problem_response(MalformedRequestError("the request could not be read"))
    return problem_response(InternalError())


def _method_not_allowed(request: Request) -> Response:
    allowed = allowed_methods(request)
    response = problem_response(MethodNotAllowedError(f"want {', '.join(allowed)}"))
    response.headers["Allow"] = ", ".join(allowed)
    return response


def allowed_methods(request: Request) -> list[str]:
    """All methods that some route has for this path; a route alone knows only its own."""
    found = {
        method
        for method in _METHODS
        for route in request.app.routes
        if route.matches({**request.scope, "method": method})[0] is Match.FULL
    }
    return sorted(found | ({"HEAD"} if "GET" in found else set()))
