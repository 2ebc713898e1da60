# SPDX-License-Identifier: Apache-2.0
"""Reading request bodies: never more than is allowed, never slower, coded or not."""

import asyncio
import re
from collections.abc import AsyncIterator
from typing import Final

from starlette.requests import ClientDisconnect, Request

from api.context import Lease, context_of
from api.errors import MalformedRequestError, RequestTimeoutError, UnsupportedMediaTypeError
from ledger.errors import LimitExceededError
from ledger.primitives import shown

__all__ = ["PACKAGE_TYPES", "SLOWEST_BYTES_PER_SECOND", "chunks", "media_type_of", "read_bytes"]

SLOWEST_BYTES_PER_SECOND: Final = 32 * 1024
PACKAGE_TYPE: Final = "application/vnd.corridor.package+json"
JSON_TYPE: Final = "application/json"
PACKAGE_TYPES: Final = (JSON_TYPE, PACKAGE_TYPE)
_MEDIA_TYPE = re.compile(r"[!#$&^_.+a-z0-9-]{1,127}/[!#$&^_.+a-z0-9-]{1,127}", re.ASCII)
_MOST_OF_A_LENGTH: Final = 19


def media_type_of(content_type: str | None) -> str | None:
    """The type without its parameters, in lower case; None if there is none.

    Raises:
        MalformedRequestError: not `type/subtype`.
    """
    if content_type is None:
        return None
    essence = content_type.partition(";")[0].strip(" \t").lower()
    if not _MEDIA_TYPE.fullmatch(essence):
        raise MalformedRequestError(f"Content-Type: want type/subtype; got {shown(essence)}")
    return essence


def check_media_type(request: Request, *accepted: str) -> str:
    """The request's media type, if it is one of these."""
    found = media_type_of(request.headers.get("content-type"))
    if found is None or found not in accepted:
        got = "none" if found is None else found
        raise UnsupportedMediaTypeError(f"Content-Type: want {' or '.join(accepted)}; got {got}")
    return found


async def read_bytes(request: Request, most: int, lease: Lease) -> bytes:
    """Read a whole body of at most `most` bytes into memory."""
    body = bytearray()
    async for chunk in chunks(request, most):
        lease.grow(len(chunk))
        body += chunk
    return bytes(body)


async def chunks(request: Request, most: int) -> AsyncIterator[bytes]:
    """The body as it comes.

    Raises:
        LimitExceededError: more than `most` bytes: announced, or counted.
        RequestTimeoutError: slower than the stated time plus a second per 32 KiB received.
        UnsupportedMediaTypeError: a Content-Encoding.
        MalformedRequestError: the sender went away.
    """
    _check_headers(request, most)
    deadline = asyncio.get_running_loop().time() + context_of(request).ledger.limits.request_seconds
    stream, received = request.stream(), 0
    while True:
        try:
            async with asyncio.timeout_at(deadline + received / SLOWEST_BYTES_PER_SECOND):
                chunk = await anext(stream, None)
        except TimeoutError as error:
            raise RequestTimeoutError("the body came too slowly") from error
        except ClientDisconnect as error:
            raise MalformedRequestError("the body ended early") from error
        if chunk is None:
            return
        received += len(chunk)
        if received > most:
            raise LimitExceededError(f"want a body of at most {most} bytes")
        yield chunk


def _check_headers(request: Request, most: int) -> None:
    coding = request.headers.get("content-encoding", "identity").strip().lower()
    if coding != "identity":
        raise UnsupportedMediaTypeError(
            f"Content-Encoding: send the body as it is; got {shown(coding)}"
        )
    length = request.headers.get("content-length")
    if length is None:
        return
    if not (length.isascii() and length.isdigit()) or len(length) > _MOST_OF_A_LENGTH:
        raise MalformedRequestError("Content-Length: want a number of bytes")
    if int(length) > most:
        raise LimitExceededError(f"want a body of at most {most} bytes; got {int(length)}")
