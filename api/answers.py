# SPDX-License-Identifier: Apache-2.0
"""What several groups of routes answer alike."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from starlette import status
from starlette.responses import JSONResponse, Response

from api.errors import MalformedRequestError, RequestTimeoutError, UnsupportedMediaTypeError
from api.schemas import AcceptedBody
from ledger import errors
from ledger.ports.service import Accepted

__all__ = ["BODY_PROBLEMS", "OWN", "RETRY_AFTER_SECONDS", "accepted_response", "faults_of"]

RETRY_AFTER_SECONDS: Final = "5"
OWN: Final = (errors.AuthenticationError, errors.ForbiddenError)
BODY_PROBLEMS: Final = (
    MalformedRequestError,
    UnsupportedMediaTypeError,
    RequestTimeoutError,
    errors.LimitExceededError,
    errors.InvalidJsonError,
)


def accepted_response(accepted: Accepted) -> Response:
    """202 with where to look and when; 200 if it was accepted before."""
    headers = {"Cache-Control": "no-store", "Location": f"/v1/documents/{accepted.commitment}"}
    code = status.HTTP_200_OK
    if accepted.created:
        code = status.HTTP_202_ACCEPTED
        headers["Retry-After"] = RETRY_AFTER_SECONDS
    body = AcceptedBody.of(accepted).model_dump(mode="json", by_alias=True)
    return JSONResponse(body, code, headers)


def faults_of(found: Iterable[Mapping[str, Any]]) -> tuple[tuple[str, str], ...]:
    """What pydantic found, without what it was found in: a place and a sentence each."""
    return tuple(
        ("/" + "/".join(str(token) for token in fault["loc"]), str(fault["msg"])) for fault in found
    )
