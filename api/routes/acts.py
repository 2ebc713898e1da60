# SPDX-License-Identifier: Apache-2.0
"""Acts that a party signed itself are carried to the chain; and how far any act is."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Request, Response, status

from api.act_schemas import ActBody, SignedActBody
from api.answers import BODY_PROBLEMS, OWN, RETRY_AFTER_SECONDS
from api.auth import Caller, Reader, check_scope
from api.context import ContextDep, LeaseDep
from api.errors import InvalidRequestError
from api.problems import problems
from api.small_bodies import body_of, read_small_body
from ledger import errors
from ledger.canonical import Limits
from ledger.ports.facade import Scope
from ledger.ports.relaying import ActState, StoredAct
from ledger.primitives import Digest

__all__ = ["act_response", "router"]

router = APIRouter(prefix="/v1", tags=["acts"])

_LIMITS: Final = Limits(size=128 * 1024, depth=8, leaves=4096)
_SCOPES: Final = {"titles": Scope.TITLE, "status": Scope.STATUS}
_SETTLED: Final = (ActState.FINAL, ActState.REJECTED)
_EXAMPLE: Final[dict[str, Any]] = {
    "contract": "titles",
    "type": "TagKey",
    "message": {
        "party": "0x" + "9f86d081" * 8,
        "keyHash": "0x" + "2c26b46b" * 8,
        "nonce": "8217546093",
        "deadline": 1770200000,
    },
    "key": "0x" + "11" * 20,
    "signature": "0x" + "22" * 64 + "1b",
}


@router.post(
    "/acts",
    status_code=status.HTTP_202_ACCEPTED,
    responses=problems(
        *OWN,
        *BODY_PROBLEMS,
        InvalidRequestError,
        errors.InvalidValueError,
        errors.NotAuthorisedYetError,
        errors.StateError,
        errors.ChainUnavailableError,
    ),
    openapi_extra=body_of(SignedActBody, _EXAMPLE, required=True),
)
async def submit_act(
    request: Request, caller: Caller, context: ContextDep, lease: LeaseDep, response: Response
) -> ActBody:
    """Have an act carried that a key of some party signed. The same act again gives the same.

    The key has to be a `sign` key of that party now, and the deadline at most 30 days ahead.

    Nothing in it can be changed on the way, and it counts once. Scope `title` for titles, `status`
    for statuses.
    """
    asked = await read_small_body(request, SignedActBody, lease, _LIMITS)
    check_scope(caller, _SCOPES[asked.contract])
    submit = partial(context.ledger.submit_act, caller.party, asked.wish())
    return act_response(await context.actors.run(submit), response)


@router.get("/acts/{id}", responses=problems(*OWN, errors.NotFoundError, errors.InvalidValueError))
async def read_act(
    party: Reader,
    act: Annotated[str, Path(alias="id", examples=["9f86…0a08"], description="the act's id")],
    context: ContextDep,
    response: Response,
) -> ActBody:
    """Say how far an act is, to whoever knows its id."""
    del party
    found = await context.callers.run(partial(context.ledger.act, Digest.parse(act)))
    return act_response(found, response)


def act_response(act: StoredAct, response: Response) -> ActBody:
    """The act, where to ask again, and when."""
    response.headers["Cache-Control"] = "no-store"
    response.headers["Location"] = f"/v1/acts/{act.signed.id}"
    if act.state not in _SETTLED:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return ActBody.of(act)
