# SPDX-License-Identifier: Apache-2.0
"""Verify a package, a file, or both. No account; nothing of it is kept."""

import hashlib
from collections.abc import Callable
from functools import partial
from typing import Any, Final

from fastapi import APIRouter, Request, Response
from starlette.responses import JSONResponse

from api.answers import BODY_PROBLEMS
from api.bodies import PACKAGE_TYPES, check_media_type, chunks, read_bytes
from api.context import Context, ContextDep, Lease, LeaseDep
from api.errors import MalformedRequestError
from api.multipart import FORM_TYPE, Form, read_form
from api.problems import problems
from api.report import ReportBody
from ledger import errors
from ledger.primitives import Digest, parse_time
from ledger.receipts import Package, parse_package
from ledger.verification import GivenFile, Report

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["verification"])

_FILE_TYPES: Final = ("application/pdf", "application/octet-stream")
_MOST_OF_A_TIME: Final = 64
_BINARY: Final[dict[str, Any]] = {"type": "string", "format": "binary"}
_PACKAGE: Final[dict[str, Any]] = {"type": "object", "description": "corridor/package/1"}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            **{media_type: {"schema": _PACKAGE} for media_type in PACKAGE_TYPES},
            **{media_type: {"schema": _BINARY} for media_type in _FILE_TYPES},
            FORM_TYPE: {
                "schema": {
                    "type": "object",
                    "properties": {
                        "package": _BINARY,
                        "files": {"type": "array", "items": _BINARY},
                        "other": {**_BINARY, "description": "a package presented with it"},
                        "statedTime": {"type": "string", "examples": ["2026-02-04T09:12:31Z"]},
                    },
                }
            },
        },
    }
}


@router.post(
    "/verify",
    response_model=ReportBody,
    responses=problems(*BODY_PROBLEMS, errors.InvalidPackageError, errors.InvalidValueError),
    openapi_extra=_BODY,
)
async def verify_package(request: Request, context: ContextDep, lease: LeaseDep) -> Response:
    """Say whether a document is genuine and in force.

    200 whatever the verdict is. A file without a package is looked up by its fingerprint; what is
    not known here is UNDECIDED, not forged.
    """
    media_type = check_media_type(request, *PACKAGE_TYPES, FORM_TYPE, *_FILE_TYPES)
    if media_type == FORM_TYPE:
        verify = await _form_verification(request, context, lease)
    elif media_type in PACKAGE_TYPES:
        raw = await read_bytes(request, context.ledger.limits.package_bytes, lease)
        verify = partial(_verify, context, Form({"package": raw}, ()))
    else:
        file = await _fingerprint(request, context.ledger.limits.file_bytes)
        verify = partial(context.ledger.verify, None, (file,), None, None)
    return await context.verifiers.run(lambda: _rendered(verify()))


async def _form_verification(
    request: Request, context: Context, lease: Lease
) -> Callable[[], Report]:
    limits = context.ledger.limits
    fields = {
        "package": limits.package_bytes,
        "other": limits.package_bytes,
        "statedTime": _MOST_OF_A_TIME,
    }
    form = await read_form(request, fields, limits, lease)
    if form.get("package") is None:
        if len(form.files) != 1:
            raise MalformedRequestError("want a package, or one file, or a package and its files")
        if form.fields:
            raise MalformedRequestError("other and statedTime: want them with a package only")
    return partial(_verify, context, form)


def _verify(context: Context, form: Form) -> Report:
    """Parse and verify, in a thread: both take their time."""
    stated = form.get("statedTime")
    return context.ledger.verify(
        _package(form, "package"),
        tuple(GivenFile(file.name, file.sha256) for file in form.files),
        _package(form, "other"),
        None if stated is None else parse_time(stated.decode("utf-8", "replace")),
    )


def _package(form: Form, name: str) -> Package | None:
    raw = form.get(name)
    return None if raw is None else parse_package(raw)


async def _fingerprint(request: Request, most: int) -> GivenFile:
    digest, size = hashlib.sha256(), 0
    async for chunk in chunks(request, most):
        digest.update(chunk)
        size += len(chunk)
    if not size:
        raise MalformedRequestError("the body is empty: want a package or a file")
    return GivenFile("file", Digest(digest.digest()))


def _rendered(report: Report) -> Response:
    return JSONResponse(report.json(), headers={"Cache-Control": "no-store"})
