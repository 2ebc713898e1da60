# SPDX-License-Identifier: Apache-2.0
"""Titles: control of a negotiable bill of lading (docs/titles.md)."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Request, Response, status
from pydantic import BaseModel

from api.act_schemas import ActBody
from api.answers import BODY_PROBLEMS, OWN
from api.auth import Reader, TitleKeeper
from api.context import Context, ContextDep, Lease, LeaseDep
from api.errors import InvalidRequestError
from api.parameters import IdempotencyKey, TitleDep
from api.problems import problems
from api.routes.acts import act_response
from api.small_bodies import body_of, read_small_body, request_key
from api.title_schemas import (
    ActWishBody,
    IssueBody,
    ReissueBody,
    ReserveBody,
    ReservedBody,
    TitleBody,
)
from ledger import errors
from ledger.canonical import Limits
from ledger.ports.facade import RequestKey
from ledger.ports.relaying import StoredAct
from ledger.primitives import PartyId

__all__ = ["router"]

router = APIRouter(prefix="/v1/titles", tags=["titles"])

_SMALL: Final = Limits(size=16 * 1024, depth=4, leaves=32)
_PARTS: Final = Limits(size=128 * 1024, depth=6, leaves=2048)
_PARTY: Final = "0x" + "9f86d081" * 8
_HASH: Final = "2c26b46b" * 8
_ACTED: Final[dict[int | str, dict[str, Any]]] = problems(
    *OWN,
    *BODY_PROBLEMS,
    InvalidRequestError,
    errors.InvalidValueError,
    errors.NotFoundError,
    errors.IdempotencyConflictError,
    errors.StateError,
    errors.ChainUnavailableError,
)
_RESERVE: Final = body_of(ReserveBody, {"reference": "XMPL260200042"}, required=True)
_ISSUE: Final = body_of(
    IssueBody, {"commitment": _HASH, "holder": _PARTY, "beneficiary": _PARTY}, required=True
)
_ACT: Final = body_of(
    ActWishBody,
    {"action": "TransferHolder", "holder": _PARTY, "acceptBy": "2026-02-04T09:12:31Z"},
    required=True,
)
_REISSUE: Final = body_of(
    ReissueBody,
    {
        "titles": ["0x" + _HASH],
        "parts": [
            {"reference": "XMPL260200042A", "commitment": _HASH, "share": 400_000_000},
            {"reference": "XMPL260200042B", "commitment": _HASH, "share": 600_000_000},
        ],
    },
    required=True,
)


_Asked = TypeVar("_Asked", bound=BaseModel)


@dataclass(frozen=True, slots=True)
class _Desk:
    """A request of one party to do something with titles."""

    request: Request
    party: PartyId
    context: Context
    lease: Lease
    key: str | None

    async def read(self, schema: type[_Asked], limits: Limits) -> tuple[_Asked, RequestKey | None]:
        """The body, and the Idempotency-Key that it came with."""
        asked = await read_small_body(self.request, schema, self.lease, limits)
        return asked, request_key(self.key, self.request, asked)

    async def act(self, call: Callable[[], StoredAct], response: Response) -> ActBody:
        """Have an act signed and accepted."""
        return act_response(await self.context.actors.run(call), response)


async def _desk(
    request: Request,
    party: TitleKeeper,
    context: ContextDep,
    lease: LeaseDep,
    key: IdempotencyKey,
) -> _Desk:
    return _Desk(request, party, context, lease, key)


_DeskDep = Annotated[_Desk, Depends(_desk)]


@router.post(
    "/reserve",
    responses=problems(
        *OWN,
        *BODY_PROBLEMS,
        InvalidRequestError,
        errors.InvalidValueError,
        errors.StateError,
        errors.ChainUnavailableError,
    ),
    openapi_extra=_RESERVE,
)
async def reserve_title(
    request: Request, party: TitleKeeper, context: ContextDep, lease: LeaseDep, response: Response
) -> ReservedBody:
    """Say which title a reference of the party's own has: the same each time.

    Submit the document with this `title`, then issue it.
    """
    asked = await read_small_body(request, ReserveBody, lease, _SMALL)
    reserve = partial(context.ledger.titles.reserve, party, asked.reference)
    reserved = await context.actors.run(reserve)
    response.headers["Cache-Control"] = "no-store"
    return ReservedBody.of(reserved)


@router.post("", status_code=status.HTTP_202_ACCEPTED, responses=_ACTED, openapi_extra=_ISSUE)
async def issue_title(desk: _DeskDep, response: Response) -> ActBody:
    """Issue the title that a notarised document of the party's own names."""
    asked, key = await desk.read(IssueBody, _SMALL)
    issue = desk.context.ledger.titles.issue
    return await desk.act(partial(issue, desk.party, replace(asked.wish(), key=key)), response)


@router.post(
    "/reissue", status_code=status.HTTP_202_ACCEPTED, responses=_ACTED, openapi_extra=_REISSUE
)
async def reissue_titles(desk: _DeskDep, response: Response) -> ActBody:
    """As carrier: close titles and open others for them, as the holder agreed by surrendering."""
    asked, key = await desk.read(ReissueBody, _PARTS)
    reissue = desk.context.ledger.titles.reissue
    return await desk.act(partial(reissue, desk.party, replace(asked.wish(), key=key)), response)


@router.post(
    "/{token}/acts",
    status_code=status.HTTP_202_ACCEPTED,
    responses=_ACTED,
    openapi_extra=_ACT,
)
async def act_on_title(desk: _DeskDep, token: TitleDep, response: Response) -> ActBody:
    """Do something with a title. What the contract refuses is told by the act: `rejected`."""
    asked, key = await desk.read(ActWishBody, _SMALL)
    act = desk.context.ledger.titles.act
    wish = replace(asked.wish(), key=key)
    return await desk.act(partial(act, desk.party, token, wish), response)


@router.get(
    "/{token}",
    responses=problems(
        *OWN,
        errors.NotFoundError,
        errors.InvalidValueError,
        errors.StateError,
        errors.ChainUnavailableError,
    ),
)
async def read_title(
    party: Reader, token: TitleDep, context: ContextDep, response: Response
) -> TitleBody:
    """Say who controls a title, and every act that led there.

    Anybody with a token may ask: the chain tells the same. Texts of remarks are told to those who
    are or were carrier, holder, beneficiary or nominee of this title.
    """
    # Waits for the node several times: among the verifications, so that it delays no intake.
    found = await context.verifiers.run(partial(context.ledger.titles.read, party, token))
    response.headers["Cache-Control"] = "no-store"
    return TitleBody.of(found)
