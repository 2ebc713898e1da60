# SPDX-License-Identifier: Apache-2.0
"""Titles: control of a negotiable bill of lading (docs/titles.md)."""

from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response, status

from api.act_schemas import ActBody
from api.answers import BODY_PROBLEMS, OWN
from api.auth import Reader, TitleKeeper
from api.context import ContextDep, LeaseDep
from api.errors import InvalidRequestError
from api.parameters import TitleDep
from api.problems import problems
from api.routes.acts import act_response
from api.small_bodies import body_of, read_small_body
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
    reserved = await context.callers.run(reserve)
    response.headers["Cache-Control"] = "no-store"
    return ReservedBody.of(reserved)


@router.post("", status_code=status.HTTP_202_ACCEPTED, responses=_ACTED, openapi_extra=_ISSUE)
async def issue_title(
    request: Request, party: TitleKeeper, context: ContextDep, lease: LeaseDep, response: Response
) -> ActBody:
    """Issue the title that a notarised document of the party's own names."""
    asked = await read_small_body(request, IssueBody, lease, _SMALL)
    issue = partial(context.ledger.titles.issue, party, asked.wish())
    return act_response(await context.callers.run(issue), response)


@router.post(
    "/reissue", status_code=status.HTTP_202_ACCEPTED, responses=_ACTED, openapi_extra=_REISSUE
)
async def reissue_titles(
    request: Request, party: TitleKeeper, context: ContextDep, lease: LeaseDep, response: Response
) -> ActBody:
    """As carrier: close titles and open others for them, as the holder agreed by surrendering."""
    asked = await read_small_body(request, ReissueBody, lease, _PARTS)
    reissue = partial(context.ledger.titles.reissue, party, asked.wish())
    return act_response(await context.callers.run(reissue), response)


@router.post(
    "/{token}/acts",
    status_code=status.HTTP_202_ACCEPTED,
    responses=_ACTED,
    openapi_extra=_ACT,
)
async def act_on_title(  # noqa: PLR0913, PLR0917 — one parameter per part of the request
    request: Request,
    party: TitleKeeper,
    token: TitleDep,
    context: ContextDep,
    lease: LeaseDep,
    response: Response,
) -> ActBody:
    """Do something with a title. What the contract refuses is told by the act: `rejected`."""
    asked = await read_small_body(request, ActWishBody, lease, _SMALL)
    act = partial(context.ledger.titles.act, party, token, asked.wish())
    return act_response(await context.callers.run(act), response)


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
