# SPDX-License-Identifier: Apache-2.0
"""Withdraw a document, put it on hold, put it back in force, or replace it by another."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Request, Response, status

from api.answers import BODY_PROBLEMS, OWN, RETRY_AFTER_SECONDS
from api.auth import StatusKeeper
from api.context import Context, ContextDep, Lease, LeaseDep
from api.errors import InvalidRequestError
from api.parameters import CommitmentDep, IdempotencyKey
from api.problems import problems
from api.schemas import StatusActBody, StatusBody, SupersedeBody
from api.small_bodies import body_of, read_small_body, request_key
from ledger import errors
from ledger.canonical import Limits
from ledger.ports.facade import StatusAct, StatusRequest
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
        errors.IdempotencyConflictError,
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
    """One party's hand on one document's status: a request to change it."""

    party: PartyId
    commitment: Digest
    context: Context
    lease: Lease
    key: str | None

    async def change(
        self, request: Request, change: StatusRequest, asked: StatusBody, response: Response
    ) -> StatusActBody:
        """Have it written; 202 if it is in no block soon."""
        change = replace(change, key=request_key(self.key, request, asked))
        write = self.context.ledger.change_status
        told = await self.context.actors.run(partial(write, self.party, self.commitment, change))
        told = await self.context.waiting.until(_is_told, told, self._asked_again)
        response.headers["Cache-Control"] = "no-store"
        if not _is_told(told):
            response.status_code = status.HTTP_202_ACCEPTED
            response.headers["Retry-After"] = RETRY_AFTER_SECONDS
            response.headers["Location"] = f"/v1/acts/{told.act}"
        return StatusActBody.of(told)

    async def _asked_again(self, told: StatusAct) -> StatusAct:
        return await self.context.callers.run(partial(self.context.ledger.followed, told))


def _is_told(told: StatusAct) -> bool:
    return told.act is None or told.block is not None


async def _desk(
    party: StatusKeeper,
    commitment: CommitmentDep,
    context: ContextDep,
    lease: LeaseDep,
    key: IdempotencyKey,
) -> _Desk:
    return _Desk(party, commitment, context, lease, key)


_DeskDep = Annotated[_Desk, Depends(_desk)]


@router.post("/revoke", responses=_RESPONSES, openapi_extra=_WHY)
async def revoke_document(request: Request, desk: _DeskDep, response: Response) -> StatusActBody:
    """Withdraw a document for ever."""
    asked = await read_small_body(request, StatusBody, desk.lease, _SMALL)
    return await desk.change(request, StatusRequest("revoke", asked.reason), asked, response)


@router.post("/suspend", responses=_RESPONSES, openapi_extra=_WHY)
async def suspend_document(request: Request, desk: _DeskDep, response: Response) -> StatusActBody:
    """Put a document on hold."""
    asked = await read_small_body(request, StatusBody, desk.lease, _SMALL)
    return await desk.change(request, StatusRequest("suspend", asked.reason), asked, response)


@router.post("/resume", responses=_RESPONSES, openapi_extra=_WHY)
async def resume_document(request: Request, desk: _DeskDep, response: Response) -> StatusActBody:
    """Put a document that is on hold back in force."""
    asked = await read_small_body(request, StatusBody, desk.lease, _SMALL)
    return await desk.change(request, StatusRequest("resume", asked.reason), asked, response)


@router.post("/supersede", responses=_RESPONSES, openapi_extra=_WHY_AND_WHAT)
async def supersede_document(request: Request, desk: _DeskDep, response: Response) -> StatusActBody:
    """Replace a document by another for ever. `supersededBy`: a commitment or statement root."""
    asked = await read_small_body(request, SupersedeBody, desk.lease, _SMALL)
    wish = StatusRequest("supersede", asked.reason, Digest.parse(asked.superseded_by))
    return await desk.change(request, wish, asked, response)
