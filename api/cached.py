# SPDX-License-Identifier: Apache-2.0
"""Answers that a client may keep and ask about (RFC 9110 §13.1.2)."""

import hashlib

from starlette import status
from starlette.requests import Request
from starlette.responses import Response

__all__ = ["answer_unless_known"]


def answer_unless_known(request: Request, raw: bytes, media_type: str) -> Response:
    """The bytes with a strong validator, or 304 if the client has just these."""
    tag = f'"{hashlib.sha256(raw).hexdigest()[:32]}"'
    headers = {"Cache-Control": "no-cache", "ETag": tag}
    known = {
        entry.strip().removeprefix("W/")
        for line in request.headers.getlist("if-none-match")
        for entry in line.split(",")
    }
    if known & {tag, "*"}:
        return Response(status_code=status.HTTP_304_NOT_MODIFIED, headers=headers)
    return Response(raw, media_type=media_type, headers=headers)
