# SPDX-License-Identifier: Apache-2.0
"""Small JSON bodies of a fixed shape: described in OpenAPI, read strictly."""

import hashlib
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from starlette.requests import Request

from api.answers import faults_of
from api.bodies import JSON_TYPE, check_media_type, read_bytes
from api.context import Lease
from api.errors import InvalidRequestError
from ledger.canonical import Limits, parse_submitted
from ledger.ports.facade import RequestKey
from ledger.primitives import Digest

__all__ = ["body_of", "read_small_body", "request_key"]

_Asked = TypeVar("_Asked", bound=BaseModel)


def body_of(schema: type[BaseModel], example: dict[str, Any], *, required: bool) -> dict[str, Any]:
    """What a route's body looks like, for OpenAPI."""
    described = _without_definitions(schema.model_json_schema())
    content = {JSON_TYPE: {"schema": described, "example": example}}
    return {"requestBody": {"required": required, "content": content}}


async def read_small_body(
    request: Request, schema: type[_Asked], lease: Lease, limits: Limits
) -> _Asked:
    """Read the body; none at all is as good as `{}`.

    Raises:
        InvalidRequestError: a member is missing, unknown or not of its type.
        InvalidJsonError, LimitExceededError, UnsupportedMediaTypeError: see `read_bytes`.
    """
    raw = await read_bytes(request, limits.size, lease)
    if raw:
        check_media_type(request, JSON_TYPE)
    value, _ = parse_submitted(raw or b"{}", limits)
    try:
        return schema.model_validate(value)
    except ValidationError as error:
        raise InvalidRequestError(faults_of(error.errors(include_input=False))) from None


def request_key(key: str | None, request: Request, asked: BaseModel) -> RequestKey | None:
    """An Idempotency-Key with what it came with: the address, and each member of the body."""
    if key is None:
        return None
    said = f"{request.url.path}\0{asked.model_dump_json()}"
    return RequestKey(key, Digest(hashlib.sha256(said.encode()).digest()))


def _without_definitions(schema: dict[str, Any]) -> dict[str, Any]:
    """Put what a schema defines where it is referred to: OpenAPI knows other places for it."""
    definitions = schema.pop("$defs", {})

    def inlined(value: Any) -> Any:  # noqa: ANN401 — a JSON Schema
        if isinstance(value, dict):
            if "$ref" in value:
                return inlined(definitions[value["$ref"].rpartition("/")[2]])
            return {name: inlined(item) for name, item in value.items()}
        return [inlined(item) for item in value] if isinstance(value, list) else value

    found: dict[str, Any] = inlined(schema)
    return found
