# SPDX-License-Identifier: Apache-2.0
"""Hand a document in, see how far it is, take its package out."""

from functools import partial
from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request, Response, status

from api.answers import BODY_PROBLEMS, OWN, RETRY_AFTER_SECONDS, accepted_response
from api.auth import Notary, Reader
from api.bodies import JSON_TYPE, PACKAGE_TYPE, check_media_type, read_bytes
from api.context import Context, ContextDep, Lease, LeaseDep
from api.errors import InvalidRequestError, MalformedRequestError
from api.multipart import FORM_TYPE, read_form
from api.parameters import CommitmentDep, IdempotencyKey
from api.problems import problems
from api.schemas import AcceptedBody, DocumentBody, DocumentsBody, ReceiptsBody
from ledger import errors
from ledger.anchors import Finality
from ledger.documents import KINDS, ListedFile
from ledger.primitives import PartyId

__all__ = ["router"]

router = APIRouter(prefix="/v1", tags=["documents"])

_DOCUMENT: Final = "document"
_SUBMISSION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["documentType", "data"],
    "additionalProperties": False,
    "properties": {
        "documentType": {"type": "string", "enum": list(KINDS)},
        "data": {"type": "object", "description": "see /v1/schemas/{documentType}"},
        "issuers": {"type": "array", "items": {"type": "string"}},
        "reference": {"type": "string", "maxLength": 128},
        "title": {"type": ["string", "null"]},
        "validUntil": {"type": ["string", "null"]},
        "replaces": {"type": "array", "items": {"type": "string"}},
        "consignment": {"type": ["string", "null"]},
    },
}
_EXAMPLE: Final = {"documentType": "file-only", "reference": "INV-2026-0042", "data": {}}
_BODY: Final[dict[str, Any]] = {
    "requestBody": {
        "required": True,
        "content": {
            JSON_TYPE: {"schema": _SUBMISSION, "example": _EXAMPLE},
            FORM_TYPE: {
                "schema": {
                    "type": "object",
                    "required": [_DOCUMENT],
                    "properties": {
                        _DOCUMENT: _SUBMISSION,
                        "files": {
                            "type": "array",
                            "items": {"type": "string", "format": "binary"},
                        },
                    },
                }
            },
            PACKAGE_TYPE: {
                "schema": {"type": "object", "description": "corridor/package/1, to countersign"}
            },
        },
    }
}


@router.post(
    "/documents",
    status_code=status.HTTP_202_ACCEPTED,
    response_model=AcceptedBody,
    responses={
        200: {"model": AcceptedBody, "description": "Accepted before: the first result again"},
        **problems(
            *OWN,
            *BODY_PROBLEMS,
            errors.InvalidDocumentError,
            errors.UnknownDocumentTypeError,
            errors.InvalidPackageError,
            errors.ReferenceAlreadyUsedError,
            errors.IdempotencyConflictError,
            errors.NotAuthorisedYetError,
        ),
    },
    openapi_extra=_BODY,
)
async def submit_document(
    request: Request, party: Notary, key: IdempotencyKey, context: ContextDep, lease: LeaseDep
) -> Response:
    """Have a document notarised: sealed, stated and anchored.

    JSON is the document alone; a form adds files, of which only names and fingerprints are kept;
    a package is countersigned by another of its issuers. Durable when the answer is given.
    """
    ledger = context.ledger
    media_type = check_media_type(request, JSON_TYPE, FORM_TYPE, PACKAGE_TYPE)
    if media_type == PACKAGE_TYPE:
        package = await read_bytes(request, ledger.limits.package_bytes, lease)
        call = partial(ledger.countersign, party, package, key)
    elif media_type == FORM_TYPE:
        raw, files = await _form(request, context, lease)
        call = partial(ledger.submit, party, raw, files, key)
    else:
        raw = await read_bytes(request, ledger.limits.body_bytes, lease)
        call = partial(ledger.submit, party, raw, (), key)
    return await context.callers.run(lambda: accepted_response(call()))


@router.get(
    "/documents",
    responses=problems(*OWN, InvalidRequestError),
)
async def list_documents(
    party: Reader,
    context: ContextDep,
    response: Response,
    reference: Annotated[str | None, Query(max_length=128)] = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DocumentsBody:
    """List the party's own documents, newest first; with `reference`, those under it."""
    found = await context.callers.run(partial(context.ledger.documents, party, reference, limit))
    response.headers["Cache-Control"] = "no-store"
    return DocumentsBody.of(found)


@router.get(
    "/documents/{commitment}",
    responses=problems(*OWN, errors.NotFoundError, errors.InvalidValueError),
)
async def read_document(
    party: Reader, commitment: CommitmentDep, context: ContextDep, response: Response
) -> DocumentBody:
    """Say how far a document is. Any of its issuers may ask."""
    found = await context.callers.run(partial(context.ledger.document, party, commitment))
    response.headers["Cache-Control"] = "no-store"
    if found.finality is not Finality.FINAL:
        response.headers["Retry-After"] = RETRY_AFTER_SECONDS
    return DocumentBody.of(found)


@router.get(
    "/documents/{commitment}/package",
    response_class=Response,
    responses={
        200: {
            "description": "corridor/package/1: keep it; it verifies without this service",
            "content": {PACKAGE_TYPE: {"schema": {"type": "object"}}},
        },
        **problems(*OWN, errors.NotFoundError, errors.InvalidValueError, errors.NotFinalError),
    },
)
async def read_package(party: Reader, commitment: CommitmentDep, context: ContextDep) -> Response:
    """Take the package out, once the anchor is final."""
    find = partial(context.ledger.package, party, commitment)
    raw = await context.callers.run(lambda: find().file_bytes())
    headers = {
        "Cache-Control": "no-store",
        "Content-Disposition": f'attachment; filename="{commitment}.corridor.json"',
    }
    return Response(raw, media_type=PACKAGE_TYPE, headers=headers)


@router.get(
    "/documents/{commitment}/receipts",
    responses=problems(*OWN, errors.NotFoundError, errors.InvalidValueError, errors.NotFinalError),
)
async def read_receipts(
    asking: Reader,
    commitment: CommitmentDep,
    context: ContextDep,
    response: Response,
    party: Annotated[list[str], Query(max_length=64)] = [],  # noqa: B006 — FastAPI copies it
) -> ReceiptsBody:
    """Take the final receipts of a commitment, for a document that was sealed elsewhere.

    Those of the asking party, and of each `party` named: the document's issuers. Anybody may state
    any commitment, so receipts of strangers are never added.
    """
    parties = (asking, *map(PartyId.parse, party))
    issued = await context.callers.run(partial(context.ledger.issued, commitment, parties))
    response.headers["Cache-Control"] = "no-store"
    return ReceiptsBody.of(issued)


async def _form(
    request: Request, context: Context, lease: Lease
) -> tuple[bytes, tuple[ListedFile, ...]]:
    limits = context.ledger.limits
    form = await read_form(request, {_DOCUMENT: limits.body_bytes}, limits, lease)
    raw = form.get(_DOCUMENT)
    if raw is None:
        raise MalformedRequestError(f"multipart/form-data: the part {_DOCUMENT} is missing")
    return raw, form.files
