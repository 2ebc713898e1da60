# SPDX-License-Identifier: Apache-2.0
"""Builds the application around a service."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import Any, Final

from fastapi import FastAPI

from api import handlers
from api.context import Context
from api.edge import Edge
from api.ports import Ledger
from api.problems import MEDIA_TYPE, Problem
from api.routes import (
    acts,
    documents,
    health,
    log,
    reference,
    statements,
    statuses,
    titles,
    verification,
)

__all__ = ["create_app"]

_ROUTERS: Final = (
    documents.router,
    statuses.router,
    titles.router,
    acts.router,
    statements.router,
    verification.router,
    log.router,
    reference.router,
    health.router,
)


def create_app(service: Ledger) -> FastAPI:
    """Assemble the routes around a service, which the caller closes afterwards."""
    app = FastAPI(
        title="Corridor Ledger",
        version="1",
        description="Trade documents: notarised once, verified by anyone.",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        docs_url=None,  # these pages load scripts from other people's servers
        redoc_url=None,
        redirect_slashes=False,  # a redirect names the host that the client named
        lifespan=_lifespan,
    )
    app.state.context = Context.of(service)
    for router in _ROUTERS:
        app.include_router(router)
    handlers.install(app)
    app.add_middleware(Edge)
    _describe(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    app.state.context.close()


def _describe(app: FastAPI) -> None:
    """Complete the OpenAPI document: the problem's schema, and no answer that is never given."""
    generate = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = generate()
            schemas = document["components"]["schemas"]
            schemas["Problem"] = Problem.model_json_schema()
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)
            for operation in _operations(document):
                if MEDIA_TYPE not in operation["responses"].get("422", {}).get("content", {}):
                    operation["responses"].pop("422", None)
        return generate()

    app.openapi = described  # type: ignore[method-assign]  # — FastAPI's documented way


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()
