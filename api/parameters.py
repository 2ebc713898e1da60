# SPDX-License-Identifier: Apache-2.0
"""What routes take from the path and the headers, read once."""

import re
from typing import Annotated, Final

from fastapi import Depends, Header, Path
from starlette.requests import Request

from api.errors import MalformedRequestError
from ledger.primitives import Bytes32, Digest

__all__ = ["CommitmentDep", "IdempotencyKey", "TitleDep"]

_KEY = re.compile(r"[\x20-\x7e]{1,255}", re.ASCII)
_KEY_NAME: Final = "idempotency-key"


async def _commitment(
    commitment: Annotated[
        str, Path(description="a commitment: 64 lower-case hex digits", examples=["9f86…0a08"])
    ],
) -> Digest:
    return Digest.parse(commitment)


async def _title(
    token: Annotated[
        str, Path(description="a title: 0x and 64 lower-case hex digits", examples=["0x9f86…0a08"])
    ],
) -> Bytes32:
    return Bytes32.parse(token)


async def _idempotency_key(
    request: Request,
    idempotency_key: Annotated[
        str | None,
        Header(
            description="1 to 255 printable ASCII characters, of the sender's choice; the same key "
            "with the same body gives the first result again",
            examples=["8e03978e-40d5-43dd-bc93-6894a57f9324"],
        ),
    ] = None,
) -> str | None:
    if idempotency_key is None:
        return None
    if len(request.headers.getlist(_KEY_NAME)) > 1 or not _KEY.fullmatch(idempotency_key):
        raise MalformedRequestError(
            "Idempotency-Key: want one, of 1 to 255 printable ASCII characters"
        )
    return idempotency_key


TitleDep = Annotated[Bytes32, Depends(_title)]
CommitmentDep = Annotated[Digest, Depends(_commitment)]
IdempotencyKey = Annotated[str | None, Depends(_idempotency_key)]
