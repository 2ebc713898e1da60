# SPDX-License-Identifier: Apache-2.0
"""What others build on: the trust file, the schemas, and what each problem means."""

import json
from typing import Annotated, Any, Final

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from api.bodies import JSON_TYPE
from api.cached import answer_unless_known
from api.context import ContextDep
from api.problems import catalogue, problem_page, problems
from api.schemas import ProblemPage
from ledger.documents import KINDS
from ledger.errors import NotFoundError
from ledger.primitives import shown

__all__ = ["router"]

router = APIRouter(tags=["reference"])

_SCHEMA_TYPE: Final = "application/schema+json"
_UNCHANGED: Final[dict[str, Any]] = {"description": "It is still the one named by If-None-Match"}


@router.get(
    "/v1/trust",
    response_class=Response,
    responses={
        200: {"description": "corridor/trust/1", "content": {JSON_TYPE: {}}},
        304: _UNCHANGED,
        **problems(),
    },
)
async def read_trust(request: Request, context: ContextDep) -> Response:
    """The trust file that this service verifies by.

    Get yours from someone you trust, and compare: a forger serves a forged one.
    """
    raw = await context.callers.run(context.ledger.trust_file)
    return answer_unless_known(request, raw, JSON_TYPE)


@router.get(
    "/v1/schemas/{type}",
    response_class=Response,
    responses={
        200: {"description": "JSON Schema 2020-12 of `data`", "content": {_SCHEMA_TYPE: {}}},
        304: _UNCHANGED,
        **problems(NotFoundError),
    },
)
async def read_schema(
    request: Request,
    document_type: Annotated[str, Path(alias="type", examples=["bill-of-lading"])],
) -> Response:
    """The schema of one type's `data`."""
    kind = KINDS.get(document_type)
    if kind is None:
        raise NotFoundError(f"no such type: {shown(document_type)}; known: {', '.join(KINDS)}")
    raw = json.dumps(kind.schema(), ensure_ascii=False, indent=2).encode()
    return answer_unless_known(request, raw, _SCHEMA_TYPE)


@router.get("/problems", responses=problems())
async def list_problems() -> list[ProblemPage]:
    """All problems that this API answers with."""
    return [problem_page(error) for error in catalogue().values()]


@router.get("/problems/{slug}", responses=problems(NotFoundError))
async def read_problem(slug: Annotated[str, Path(examples=["not-final"])]) -> ProblemPage:
    """What a problem's `type` stands for."""
    error = catalogue().get(slug)
    if error is None:
        raise NotFoundError(f"no such problem: {shown(slug)}")
    return problem_page(error)
