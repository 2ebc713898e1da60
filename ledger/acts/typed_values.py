# SPDX-License-Identifier: Apache-2.0
"""EIP-712 over a table of members: hashing, JSON in, JSON out; for the kinds that acts have.

Kinds are bytes32, uint…, a struct's name, and arrays of these. A value is bytes, an int, or a
tuple: of the items of an array, or of the members of a struct in their order.
"""

import re
from collections.abc import Mapping
from typing import Final, TypeAlias

from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Json, shown
from ledger.statements import keccak256

__all__ = [
    "STRUCTS",
    "Members",
    "Value",
    "check_value",
    "hash_struct",
    "read_struct",
    "type_text",
    "written",
]

Value: TypeAlias = "bytes | int | tuple[Value, ...]"
Members: TypeAlias = tuple[tuple[str, str], ...]

ITEM: Final[Members] = (
    ("subject", "bytes32"),
    ("status", "uint8"),
    ("reason", "uint16"),
    ("supersededBy", "bytes32"),
    ("expectedSequence", "uint32"),
)
STRUCTS: Final[Mapping[str, Members]] = {
    "Item": ITEM,
    "Part": (("tag", "bytes32"), ("commitment", "bytes32"), ("share", "uint64")),
}
_ARRAY: Final = "[]"
_WORD: Final = "bytes32"
_MAX_ITEMS: Final = 256
_LARGEST_JSON_INTEGER: Final = 2**53 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,77}", re.ASCII)
_HEX = re.compile(r"0x[0-9a-fA-F]{1,64}", re.ASCII)


def type_text(name: str, members: Members) -> str:
    """EIP-712's `encodeType`, inner structs included."""
    text = f"{name}({','.join(f'{kind} {member}' for member, kind in members)})"
    inner = sorted(kind.removesuffix(_ARRAY) for _, kind in members)
    return text + "".join(type_text(kind, STRUCTS[kind]) for kind in inner if kind in STRUCTS)


def hash_struct(name: str, members: Members, values: tuple[Value, ...]) -> bytes:
    """EIP-712's `hashStruct`."""
    words = [keccak256(type_text(name, members).encode())]
    words += [_word(value, kind) for (_, kind), value in zip(members, values, strict=True)]
    return keccak256(b"".join(words))


def _word(value: Value, kind: str) -> bytes:
    if isinstance(value, bytes):
        return value
    if isinstance(value, int):
        return value.to_bytes(32, "big")
    if kind in STRUCTS:
        return hash_struct(kind, STRUCTS[kind], value)
    return keccak256(b"".join(_word(item, kind.removesuffix(_ARRAY)) for item in value))


def check_value(value: Value, kind: str, name: str) -> None:
    """Refuse a value that does not fit its kind.

    Raises:
        InvalidValueError: names the member, what was wanted and what came.
    """
    if kind.endswith(_ARRAY):
        for index, item in enumerate(_tuple(value, name, _MAX_ITEMS)):
            check_value(item, kind.removesuffix(_ARRAY), f"{name}/{index}")
    elif kind in STRUCTS:
        members = STRUCTS[kind]
        for item, (member, inner) in zip(_tuple(value, name, len(members)), members, strict=True):
            check_value(item, inner, f"{name}/{member}")
    elif kind == _WORD:
        if not isinstance(value, bytes) or len(value) != Bytes32.LENGTH:
            raise InvalidValueError(f"{name}: want 32 bytes")
    elif not isinstance(value, int) or not 0 <= value < 2 ** int(kind.removeprefix("uint")):
        raise InvalidValueError(f"{name}: want a number that fits {kind}; got {shown(value)}")


def _tuple(value: Value, name: str, most: int) -> tuple[Value, ...]:
    if not isinstance(value, tuple) or len(value) > most:
        raise InvalidValueError(f"{name}: want at most {most} items")
    return value


def read_struct(value: Json, members: Members, name: str) -> dict[str, Value]:
    """Read a struct's JSON: all members, no others. Numbers may be texts, decimal or 0x….

    Raises:
        InvalidValueError: names the member at fault.
    """
    if not isinstance(value, dict) or set(value) != {member for member, _ in members}:
        names = ", ".join(member for member, _ in members)
        raise InvalidValueError(f"{name}: want an object with the members {names}")
    return {member: _read(value[member], kind, f"{name}/{member}") for member, kind in members}


def _read(value: Json, kind: str, name: str) -> Value:
    if kind.endswith(_ARRAY):
        if not isinstance(value, list) or len(value) > _MAX_ITEMS:
            raise InvalidValueError(f"{name}: want an array of at most {_MAX_ITEMS} items")
        inner = kind.removesuffix(_ARRAY)
        return tuple(_read(item, inner, f"{name}/{index}") for index, item in enumerate(value))
    if kind in STRUCTS:
        return tuple(read_struct(value, STRUCTS[kind], name).values())
    if kind == _WORD:
        try:
            return Bytes32.parse(value).raw
        except InvalidValueError as error:
            raise InvalidValueError(f"{name}: {error}") from error
    return _read_number(value, kind, name)


def _read_number(value: Json, kind: str, name: str) -> int:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return int(value)
    if isinstance(value, str) and _HEX.fullmatch(value):
        return int(value, 16)
    raise InvalidValueError(f"{name}: want a number that fits {kind}; got {shown(value)}")


def written(value: Value, kind: str) -> Json:
    """Write JSON that `read_struct` reads: a number that JSON cannot hold exactly as a text."""
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    if isinstance(value, int):
        return value if value <= _LARGEST_JSON_INTEGER else str(value)
    if kind in STRUCTS:
        pairs = zip(STRUCTS[kind], value, strict=True)
        return {name: written(each, inner) for (name, inner), each in pairs}
    return [written(each, kind.removesuffix(_ARRAY)) for each in value]
