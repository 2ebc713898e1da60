# SPDX-License-Identifier: Apache-2.0
"""The log, for anyone to copy: C2SP tlog-tiles, static and immutable but for the checkpoint."""

from functools import partial
from typing import Annotated, Final

from fastapi import APIRouter, Path, Response
from starlette.requests import Request

from api.cached import answer_unless_known
from api.context import Context, ContextDep
from api.problems import problems
from ledger.errors import InvalidValueError, NotFoundError
from ledger.log import ENTRY_BYTES, HASH_BYTES, TILE_WIDTH, Entry, parse_tile_index
from ledger.primitives import parse_decimal

__all__ = ["router"]

router = APIRouter(prefix="/log", tags=["log"])

_HIGHEST_LEVEL: Final = 63
_FOR_EVER: Final = {"Cache-Control": "public, max-age=31536000, immutable"}
_BYTES: Final = "application/octet-stream"
_TEXT: Final = "text/plain; charset=utf-8"
_Index = Annotated[str, Path(description="N or N.p/W, N as in x001/x234/067", examples=["000"])]


@router.get(
    "/checkpoint",
    response_class=Response,
    responses={
        200: {"description": "a signed note", "content": {"text/plain": {}}},
        304: {"description": "It is still the one named by If-None-Match"},
        **problems(NotFoundError),
    },
)
async def read_checkpoint(request: Request, context: ContextDep) -> Response:
    """The newest signed head of the log."""
    note = await context.callers.run(context.ledger.checkpoint)
    if note is None:
        raise NotFoundError("the log is empty")
    return answer_unless_known(request, note.encode(), _TEXT)


@router.get(
    "/tile/entries/{index:path}",
    response_class=Response,
    responses={
        200: {"description": "entries, each after its length (uint16)", "content": {_BYTES: {}}},
        **problems(NotFoundError),
    },
)
async def read_entries(index: _Index, context: ContextDep) -> Response:
    """256 entries of 40 bytes, or the first W of them."""
    number, width = _tile_index(index)
    raw = await context.callers.run(partial(_bundle, context, number, width))
    return Response(raw, media_type=_BYTES, headers=_FOR_EVER)


@router.get(
    "/tile/{level}/{index:path}",
    response_class=Response,
    responses={
        200: {"description": "hashes of 32 bytes", "content": {_BYTES: {}}},
        **problems(NotFoundError),
    },
)
async def read_tile(
    level: Annotated[str, Path(examples=["0"])], index: _Index, context: ContextDep
) -> Response:
    """256 hashes of one level of the tree, or the first W of them."""
    number, width = _tile_index(index)
    try:
        height = parse_decimal(level, _HIGHEST_LEVEL)
    except InvalidValueError as error:
        raise NotFoundError(f"no such level: {error}") from error
    known = await context.callers.run(partial(context.ledger.tile, height, number))
    if len(known) < width * HASH_BYTES:
        raise NotFoundError("the log has no such tile yet")
    return Response(known[: width * HASH_BYTES], media_type=_BYTES, headers=_FOR_EVER)


def _tile_index(path: str) -> tuple[int, int]:
    try:
        return parse_tile_index(path)
    except InvalidValueError as error:
        raise NotFoundError(str(error)) from error


def _bundle(context: Context, number: int, width: int) -> bytes:
    start = number * TILE_WIDTH
    if start + width > context.ledger.log_size():
        raise NotFoundError("the log has no such entries yet")
    length = ENTRY_BYTES.to_bytes(2, "big")
    return b"".join(
        length + Entry(start + offset, statement).raw()
        for offset, statement in enumerate(context.ledger.entries(start, start + width))
    )
