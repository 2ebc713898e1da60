# SPDX-License-Identifier: Apache-2.0
"""One value, one sequence of bytes: RFC 8785, and the short way for scalars."""

import json
from typing import Any, Final, cast

import rfc8785

from ledger.errors import InvalidJsonError
from ledger.primitives import Json, JsonScalar

__all__ = ["MAX_SAFE_INTEGER", "canonical_bytes", "escape_token", "quoted", "scalar_text"]

MAX_SAFE_INTEGER: Final = 2**53 - 1  # RFC 8785 §3.2.2.3: the largest every reader agrees on
quoted: Final = json.JSONEncoder(ensure_ascii=False).encode  # a string as JSON; see scalar_text


def canonical_bytes(value: Json) -> bytes:
    """Write a value as the only bytes that may be hashed for it.

    Raises:
        InvalidJsonError: NaN, infinity, an integer beyond ±(2⁵³ − 1), or a lone surrogate.
    Source: RFC 8785 §3.2.
    """
    try:
        return rfc8785.dumps(cast("Any", value))
    except (rfc8785.CanonicalizationError, UnicodeEncodeError) as error:
        raise InvalidJsonError("", f"cannot be written canonically: {error}") from error


def scalar_text(value: JsonScalar) -> str:
    """Write one scalar as RFC 8785 does; strings and integers take the short way.

    The standard library's string escapes are RFC 8785's (a test compares them for all of the BMP).
    """
    if isinstance(value, str):
        return quoted(value)
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, int) and abs(value) <= MAX_SAFE_INTEGER:
        return str(value)
    return canonical_bytes(value).decode("ascii")


def escape_token(key: str) -> str:
    """Write one reference token of an RFC 6901 pointer."""
    return key.replace("~", "~0").replace("/", "~1")
