# SPDX-License-Identifier: Apache-2.0
"""Withdraw a document, put it on hold, put it back in force, or replace it by another."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response, status

from api.answers import BODY_PROBLEMS, OWN, RETRY_AFTER_SECONDS
from api.auth import StatusKeeper
from api.context import Context, ContextDep, LeaseDep
from api.errors import InvalidRequestError
from api.parameters import CommitmentDep
from api.problems import problems
from api.schemas import StatusActBody, StatusBody, SupersedeBody
from api.small_bodies import body_of, read_small_body
from ledger import errors
from ledger.canonical import Limits
from ledger.ports.facade import StatusRequest
from ledger.primitives import Digest, PartyId

__all__ = ["router"]

router = APIRouter(prefix="/v1/documents/{commitment}", tags=["status"])

_SMALL: Final = Limits(size=4096, depth=4, leaves=16)


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
_WHY: Final = body_of(StatusBody, {"reason": 1}, required=False)
_WHY_AND_WHAT: Final = body_of(
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
        if act.act is not None and act.block is None:
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
    asked = await read_small_body(request, StatusBody, lease, _SMALL)
    return await desk.change(StatusRequest("revoke", asked.reason), response)


@router.post("/suspend", responses=_RESPONSES, openapi_extra=_WHY)
async def suspend_document(
    request: Request, desk: _DeskDep, lease: LeaseDep, response: Response
) -> StatusActBody:
    """Put a document on hold."""
    asked = await read_small_body(request, StatusBody, lease, _SMALL)
    return await desk.change(StatusRequest("suspend", asked.reason), response)


@router.post("/resume", responses=_RESPONSES, openapi_extra=_WHY)
async def resume_document(
    request: Request, desk: _DeskDep, lease: LeaseDep, response: Response
) -> StatusActBody:
    """Put a document that is on hold back in force."""
    asked = await read_small_body(request, StatusBody, lease, _SMALL)
    return await desk.change(StatusRequest("resume", asked.reason), response)


@router.post("/supersede", responses=_RESPONSES, openapi_extra=_WHY_AND_WHAT)
async def supersede_document(
    request: Request, desk: _DeskDep, lease: LeaseDep, response: Response
) -> StatusActBody:
    """Replace a document by another for ever. `supersededBy`: a commitment or statement root."""
    asked = await read_small_body(request, SupersedeBody, lease, _SMALL)
    successor = Digest.parse(asked.superseded_by)
    return await desk.change(StatusRequest("supersede", asked.reason, successor), response)
