# SPDX-License-Identifier: Apache-2.0
"""Is it running, and can it work? For a supervisor and a load balancer."""

from fastapi import APIRouter, Response

from api.context import ContextDep
from api.errors import NotReadyError
from api.problems import problems
from api.schemas import LiveBody, ReadyBody, ReadyCheckBody

__all__ = ["router"]

router = APIRouter(prefix="/health", tags=["health"])


@router.get("/live", responses=problems())
async def read_live(response: Response) -> LiveBody:
    """The process answers."""
    response.headers["Cache-Control"] = "no-store"
    return LiveBody()


@router.get("/ready", responses=problems(NotReadyError))
async def read_ready(context: ContextDep, response: Response) -> ReadyBody:
    """The service can do all of its work; if not, 503 says what is missing."""
    readiness = await context.verifiers.run(context.ledger.readiness)
    if not readiness.ready:
        raise NotReadyError(readiness.checks)
    response.headers["Cache-Control"] = "no-store"
    return ReadyBody(
        checks=tuple(
            ReadyCheckBody(name=name, ok=well, detail=detail)
            for name, well, detail in readiness.checks
        )
    )
