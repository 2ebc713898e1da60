# SPDX-License-Identifier: Apache-2.0
"""The published JSON Schemas, and their breaches as graded findings: never a refusal.

A subschema may carry `x-code` and `x-hint` (annotations every validator ignores): the code and
the hint of the finding when that member is missing or breaks its subschema.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from importlib import resources
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, cast

from ledger.canonical import escape_token
from ledger.documents.findings import Finding, Findings, Grade
from ledger.documents.reading import DATA, as_date, as_moment
from ledger.primitives import Json, JsonObject, shown

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator
    from jsonschema.exceptions import ValidationError

__all__ = ["breaches", "read_schema"]

_MOST: Final = 100  # breaches reported; a person reads no more, and a hostile file has millions
_WANT: Final = {
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minItems": "at least {} items",
    "maxItems": "at most {} items",
    "maxProperties": "at most {} members",
    "pattern": "text like {}",
    "format": "a {} as in RFC 3339",
    "const": "{}",
}


@cache
def read_schema(document_type: str) -> JsonObject:
    """Read `schemas/<document type>.json`, as it is published."""
    file = resources.files("ledger.documents") / "schemas" / f"{document_type}.json"
    return cast("JsonObject", json.loads(file.read_text("utf-8")))


def breaches(document_type: str, data: JsonObject) -> Findings:
    """Validate data against the schema of its kind.

    Nearly all documents have no breach, and saying so takes jsonschema-rs a hundredth of the time.
    Where it finds one, or is not installed, jsonschema describes them all. They differ about U+001C
    to U+001F and U+0085 at the ends of a text: ECMA-262, whose patterns JSON Schema has, does not
    count them among the spaces.
    """
    plain = dict(data)
    fast = _fast_validator(document_type)
    if fast is not None and fast(plain):
        return ()
    errors = islice(_validator(document_type).iter_errors(plain), _MOST + 1)
    # One error per missing member comes with the same list of members: said once, not n times.
    findings = tuple(dict.fromkeys(_in_order(_describe(errors))))
    if len(findings) <= _MOST:
        return findings
    rest = Finding(Grade.ERROR, DATA, "schema", "there are more breaches than are listed here")
    return (*findings[:_MOST], rest)


@cache
def _fast_validator(document_type: str) -> Callable[[dict[str, Json]], bool] | None:
    """Tells whether data are without a breach; None where jsonschema-rs is not installed."""
    try:
        from jsonschema_rs import Draft202012Validator  # noqa: PLC0415 — as below
    except ImportError:
        return None
    validator = Draft202012Validator(
        dict(read_schema(document_type)),
        validate_formats=True,
        formats={
            "date": lambda text: as_date(text) is not None,
            "date-time": lambda text: as_moment(text) is not None,
        },
    )
    return cast("Callable[[dict[str, Json]], bool]", validator.is_valid)


@cache
def _validator(document_type: str) -> "Draft202012Validator":
    # Imported here: verification imports this package, never validates, and jsonschema is slow.
    from jsonschema import Draft202012Validator, FormatChecker  # noqa: PLC0415 — see above

    formats = FormatChecker(formats=())
    formats.checks("date")(lambda value: not isinstance(value, str) or as_date(value) is not None)
    formats.checks("date-time")(
        lambda value: not isinstance(value, str) or as_moment(value) is not None
    )
    return Draft202012Validator(dict(read_schema(document_type)), format_checker=formats)


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: finding.pointer)


def _describe(errors: "Iterable[ValidationError]") -> Iterator[Finding]:
    for error in errors:
        pointer = DATA + "".join(f"/{escape_token(str(token))}" for token in error.absolute_path)
        schema = error.schema if isinstance(error.schema, dict) else {}
        if error.validator == "required":
            yield from _missing(pointer, schema, error)
        else:
            yield _finding(pointer, schema, _message(error))


def _missing(pointer: str, schema: dict[str, Any], error: "ValidationError") -> Iterator[Finding]:
    present = error.instance if isinstance(error.instance, dict) else {}
    for name in schema["required"]:
        if name not in present:
            member = schema.get("properties", {}).get(name, {})
            yield _finding(pointer, member, f"the member {name} is missing")


def _finding(pointer: str, schema: dict[str, Any], message: str) -> Finding:
    return Finding(
        Grade.ERROR, pointer, schema.get("x-code", "schema"), message, schema.get("x-hint")
    )


def _message(error: "ValidationError") -> str:
    rule = str(error.validator)
    wanted: Any = error.validator_value  # what the keyword says: text, a number, a list
    if rule == "type":
        names = [wanted] if isinstance(wanted, str) else list(wanted)
        return f"want {' or '.join(names)}; got {_got(error.instance)}"
    if rule == "enum":
        return f"want one of {', '.join(map(str, wanted))}; got {_got(error.instance)}"
    if rule in _WANT:
        return f"want {_WANT[rule].format(wanted)}; got {_got(error.instance)}"
    return f"breaks the rule {rule} of the published schema"


def _got(value: object) -> str:
    """Name what was found without repeating more of it than one short value."""
    if isinstance(value, dict):
        return f"an object of {len(value)} members"
    if isinstance(value, list):
        return f"an array of {len(value)} items"
    return json.dumps(value) if value is None or isinstance(value, bool) else shown(value)
