# SPDX-License-Identifier: Apache-2.0
"""Statements that a party signed itself: only fingerprints reach this service."""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response, status

from api.answers import BODY_PROBLEMS, OWN, accepted_response
from api.auth import Notary
from api.bodies import JSON_TYPE, check_media_type, read_bytes
from api.context import ContextDep, LeaseDep
from api.parameters import IdempotencyKey
from api.problems import problems
from api.schemas import AcceptedBody
from ledger import errors

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["statements"])

_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON_TYPE: {
                "schema": {
                    "type": "object",
                    "required": ["statement", "commitments"],
                    "additionalProperties": False,
                    "properties": {
                        "statement": {"type": "object", "description": "corridor/statement/1"},
                        "commitments": {
                            "type": "array",
                            "minItems": 1,
                            "items": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                            "description": "the leaves of its root, in order",
                        },
                    },
                }
            }
        },
    }
}


@router.post(
    "/statements",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=AcceptedBody,
    responses={
        200: {"model": AcceptedBody, "description": "Accepted before: the first result again"},
        **problems(
            *OWN,
            *BODY_PROBLEMS,
            errors.InvalidStatementError,
            errors.IdempotencyConflictError,
            errors.NotAuthorisedYetError,
        ),
    },
    openapi_extra=_BODY,
)
async def submit_statement(
    request: Request, party: Notary, key: IdempotencyKey, context: ContextDep, lease: LeaseDep
) -> Response:
    """Have a statement logged and anchored that was signed elsewhere; no document is disclosed.

    `commitment` in the answer is the first of them.
    """
    check_media_type(request, JSON_TYPE)
    raw = await read_bytes(request, context.ledger.limits.body_bytes, lease)
    call = partial(context.ledger.submit_statement, party, raw, key)
    return await context.callers.run(lambda: accepted_response(call()))
