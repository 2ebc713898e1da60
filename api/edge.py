# SPDX-License-Identifier: Apache-2.0
"""Around every request: HEAD, headers, cross-origin reading, the access log, the last resort."""

import secrets
import time
import traceback
from typing import Final

import structlog
from starlette.datastructures import MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import InternalError
from api.problems import problem_response

__all__ = ["Edge"]

_log = structlog.stdlib.get_logger("api")

_SECURITY: Final = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
# What any web page may read, without credentials.
_OPEN_PATHS: Final = ("/v1/verify", "/v1/trust")
_OPEN_FOLDERS: Final = ("/v1/schemas/", "/log/")
_PREFLIGHT: Final = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, HEAD, POST",
    "Access-Control-Allow-Headers": "Content-Type, If-None-Match",
    "Access-Control-Max-Age": "86400",
}
_EXPOSED: Final = "ETag, Retry-After, X-Request-Id"


class Edge:
    """The outermost layer of the application; see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        exchange = _Exchange(scope, send)
        app: ASGIApp = Response(status_code=204, headers=_PREFLIGHT)
        if not exchange.is_preflight:
            app = self._app
        try:
            await app(exchange.scope, receive, exchange.send)
        except Exception as error:  # noqa: BLE001 — the last resort: nothing may escape to be logged
            exchange.note_fault(error)
            if not exchange.status:
                await problem_response(InternalError())(exchange.scope, receive, exchange.send)
        finally:
            exchange.note_access()


class _Exchange:
    """One request and its answer. Nothing of either is logged but method, route and status."""

    def __init__(self, scope: Scope, send: Send) -> None:
        self._started = time.perf_counter()
        self._send = send
        self._id = secrets.token_hex(8)
        self._method = scope["method"]
        path = scope["path"]
        self._open = path in _OPEN_PATHS or path.startswith(_OPEN_FOLDERS)
        self.status = 0
        # HEAD is GET whose content is not sent (RFC 9110 §9.3.2).
        self.scope = dict(scope)
        if self._method == "HEAD":
            self.scope["method"] = "GET"

    @property
    def is_preflight(self) -> bool:
        """True for what a browser asks before it lets a page call an open route."""
        names = {name for name, _ in self.scope["headers"]}
        return (
            self._open
            and self._method == "OPTIONS"
            and names >= {b"origin", b"access-control-request-method"}
        )

    async def send(self, message: Message) -> None:
        """Add headers to the answer; leave the content out for HEAD."""
        if message["type"] == "http.response.start":
            self.status = message["status"]
            headers = MutableHeaders(scope=message)
            for name, value in _SECURITY.items():
                headers.setdefault(name, value)
            headers["X-Request-Id"] = self._id
            if self._open:
                headers["Access-Control-Allow-Origin"] = "*"
                headers["Access-Control-Expose-Headers"] = _EXPOSED
        elif self._method == "HEAD":
            message = {**message, "body": b""}
        await self._send(message)

    def note_fault(self, error: Exception) -> None:
        """Log where it happened, not what it says: the message may hold a document."""
        frames = traceback.extract_tb(error.__traceback__)
        where = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        _log.error("fault", request=self._id, error=type(error).__name__, where=where)

    def note_access(self) -> None:
        """Log the route's pattern; the path and the query may name a document."""
        route = getattr(self.scope.get("route"), "path", None)
        _log.info(
            "request",
            request=self._id,
            method=self._method,
            route=route,
            status=self.status,
            seconds=round(time.perf_counter() - self._started, 4),
        )
