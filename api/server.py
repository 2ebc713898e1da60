# SPDX-License-Identifier: Apache-2.0
"""The process that serves: settings from the environment, one service, one worker, one app."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

from api.app import create_app
from ledger.settings import read_settings
from ledger.wiring_service import open_service

__all__ = ["application"]


def application() -> FastAPI:
    """Build the application, its worker running: for `uvicorn --factory api.server:application`.

    Raises:
        LedgerError: a setting, key, trust file, database or node is missing or wrong.
    """
    opened = open_service(read_settings())
    app = create_app(opened.service)
    inner = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(running: FastAPI) -> AsyncIterator[None]:
        opened.start()
        async with inner(running):
            yield
        opened.close()

    app.router.lifespan_context = lifespan
    return app
