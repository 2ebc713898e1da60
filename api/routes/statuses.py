# SPDX-License-Identifier: Apache-2.0
"""Withdraw a document, put it on hold, put it back in force, or replace it by another."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import ValidationError

from api.answers import BODY_PROBLEMS, OWN, RETRY_AFTER_SECONDS, faults_of
from api.auth import StatusKeeper
from api.bodies import JSON_TYPE, check_media_type, read_bytes
from api.context import Context, ContextDep, Lease, LeaseDep
from api.errors import InvalidRequestError
from api.parameters import CommitmentDep
from api.problems import problems
from api.schemas import StatusActBody, StatusBody, SupersedeBody
from ledger import errors
from ledger.canonical import Limits, parse_submitted
from ledger.ports.facade import StatusRequest
from ledger.primitives import Digest, PartyId

__all__ = ["router"]

router = APIRouter(prefix="/v1/documents/{commitment}", tags=["status"])

_SMALL: Final = Limits(size=4096, depth=4, leaves=16)
_Asked = TypeVar("_Asked", bound=StatusBody)


def _body(schema: type[StatusBody], example: dict[str, Any], *, required: bool) -> dict[str, Any]:
    content = {JSON_TYPE: {"schema": schema.model_json_schema(), "example": example}}
    return {"requestBody": {"required": required, "content": content}}


_RESPONSES: Final[dict[int | str, dict[str, Any]]] = {
    202: {"model": StatusActBody, "description": "Sent, not mined yet: ask again"},
    **problems(
        *OWN,
        *BODY_PROBLEMS,
        InvalidRequestError,
        errors.NotFoundError,
        errors.InvalidValueError,
        errors.StateError,
        errors.ChainUnavailableError,
        errors.ChainRejectedError,
    ),
}
_WHY: Final = _body(StatusBody, {"reason": 1}, required=False)
_WHY_AND_WHAT: Final = _body(
    SupersedeBody, {"reason": 1, "supersededBy": "9f86d081" * 8}, required=True
)


@dataclass(frozen=True, slots=True)
class _Desk:
    """One party's hand on one document's status."""

    party: PartyId
    commitment: Digest
    context: Context

    async def change(self, change: StatusRequest, response: Response) -> StatusActBody:
        """Have it written; 202 while it is in no block yet."""
        write = self.context.ledger.change_status
        act = await self.context.callers.run(partial(write, self.party, self.commitment, change))
        response.headers["Cache-Control"] = "no-store"
        if act.transaction is not None and act.block is None:
            response.status_code = status.HTTP_202_ACCEPTED
            response.headers["Retry-After"] = RETRY_AFTER_SECONDS
        return StatusActBody.of(act)


async def _desk(party: StatusKeeper, commitment: CommitmentDep, context: ContextDep) -> _Desk:
    return _Desk(party, commitment, context)


_DeskDep = Annotated[_Desk, Depends(_desk)]


@router.post("/revoke", responses=_RESPONSES, openapi_extra=_WHY)
async def revoke_document(
    request: Request, desk: _DeskDep, lease: LeaseDep, response: Response
) -> StatusActBody:
    """Withdraw a document for ever."""
    asked = await _asked(request, StatusBody, lease)
    return await desk.change(StatusRequest("revoke", asked.reason), response)


@router.post("/suspend", responses=_RESPONSES, openapi_extra=_WHY)
async def suspend_document(
    request: Request, desk: _DeskDep, lease: LeaseDep, response: Response
) -> StatusActBody:
    """Put a document on hold."""
    asked = await _asked(request, StatusBody, lease)
    return await desk.change(StatusRequest("suspend", asked.reason), response)


@router.post("/resume", responses=_RESPONSES, openapi_extra=_WHY)
async def resume_document(
    request: Request, desk: _DeskDep, lease: LeaseDep, response: Response
) -> StatusActBody:
    """Put a document that is on hold back in force."""
    asked = await _asked(request, StatusBody, lease)
    return await desk.change(StatusRequest("resume", asked.reason), response)


@router.post("/supersede", responses=_RESPONSES, openapi_extra=_WHY_AND_WHAT)
async def supersede_document(
    request: Request, desk: _DeskDep, lease: LeaseDep, response: Response
) -> StatusActBody:
    """Replace a document by another for ever. `supersededBy`: a commitment or statement root."""
    asked = await _asked(request, SupersedeBody, lease)
    successor = Digest.parse(asked.superseded_by)
    return await desk.change(StatusRequest("supersede", asked.reason, successor), response)


async def _asked(request: Request, schema: type[_Asked], lease: Lease) -> _Asked:
    """Read the body; none at all is as good as `{}`."""
    raw = await read_bytes(request, _SMALL.size, lease)
    if raw:
        check_media_type(request, JSON_TYPE)
    value, _ = parse_submitted(raw or b"{}", _SMALL)
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        raise InvalidRequestError(faults_of(error.errors(include_input=False))) from None
