# SPDX-License-Identifier: Apache-2.0
"""Whose request it is: a bearer token per party, in the header Authorization and nowhere else."""

from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from api.context import ContextDep
from ledger.errors import AuthenticationError, ForbiddenError
from ledger.ports.facade import Principal, Scope
from ledger.primitives import PartyId

__all__ = ["Caller", "Notary", "Reader", "StatusKeeper", "TitleKeeper", "check_scope"]

_bearer = HTTPBearer(
    scheme_name="partyToken",
    description="A token of one party, made by `corridor token`. Only its hash is stored.",
    auto_error=False,
)
Credentials = Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)]


def _party_with(scope: Scope) -> Callable[..., Awaitable[PartyId]]:
    async def party(context: ContextDep, credentials: Credentials) -> PartyId:
        principal = await _caller(context, credentials)
        check_scope(principal, scope)
        return principal.party

    return party


async def _caller(context: ContextDep, credentials: Credentials) -> Principal:
    if credentials is None:
        raise AuthenticationError("want the header Authorization: Bearer and a token")
    token = credentials.credentials
    return await context.doorkeepers.run(lambda: context.ledger.authenticate(token))


def check_scope(principal: Principal, scope: Scope) -> None:
    """Refuse a token that may not be used for this.

    Raises:
        ForbiddenError: it lacks the scope.
    """
    if scope not in principal.scopes:
        raise ForbiddenError(f"this token may not be used to {scope.value}: make one that may")


Notary = Annotated[PartyId, Depends(_party_with(Scope.NOTARISE))]
StatusKeeper = Annotated[PartyId, Depends(_party_with(Scope.STATUS))]
TitleKeeper = Annotated[PartyId, Depends(_party_with(Scope.TITLE))]
Caller = Annotated[Principal, Depends(_caller)]
Reader = Annotated[PartyId, Depends(_party_with(Scope.READ))]
