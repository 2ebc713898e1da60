# SPDX-License-Identifier: Apache-2.0
"""Reading members of foreign JSON: the right kind of value, or an error that points at it."""

from collections.abc import Callable
from typing import TypeVar

from ledger.errors import InvalidDocumentError, InvalidValueError
from ledger.primitives import Json, shown

__all__ = ["items_of", "kind_of_value", "object_of", "optional_text_of", "text_of"]

_Item = TypeVar("_Item")


def text_of(value: Json, pointer: str) -> str:
    """Take text."""
    if not isinstance(value, str):
        raise InvalidDocumentError(pointer, f"want text; got {kind_of_value(value)}")
    return value


def optional_text_of(value: Json, pointer: str) -> str | None:
    """Take text or null."""
    return None if value is None else text_of(value, pointer)


def object_of(value: Json, pointer: str) -> dict[str, Json]:
    """Take a JSON object."""
    if not isinstance(value, dict):
        raise InvalidDocumentError(pointer, f"want a JSON object; got {kind_of_value(value)}")
    return value


def items_of(value: Json, pointer: str, parse: Callable[[Json], _Item]) -> tuple[_Item, ...]:
    """Take an array, each item parsed."""
    if not isinstance(value, list):
        raise InvalidDocumentError(pointer, f"want an array; got {kind_of_value(value)}")
    items = []
    for index, item in enumerate(value):
        try:
            items.append(parse(item))
        except InvalidValueError as error:
            raise InvalidDocumentError(f"{pointer}/{index}", str(error)) from error
    return tuple(items)


def kind_of_value(value: Json) -> str:
    """Name the kind of a value for a message; only scalars are shown."""
    if isinstance(value, dict):
        return "an object"
    return "an array" if isinstance(value, list) else shown(value)
