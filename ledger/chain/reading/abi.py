# SPDX-License-Identifier: Apache-2.0
"""The part of the contract ABI that one question and its answer need, both ways.

A type is text (`uint64`, `bytes32`, `address`, `bool`, `string`), a tuple of types (a struct), or
a list of one type (a dynamic array). A test compares with eth-abi.
"""

from collections.abc import Sequence
from typing import Any, Final, TypeAlias

from ledger.errors import ChainUnavailableError

__all__ = ["AbiType", "decode", "encode"]

AbiType: TypeAlias = "str | tuple[AbiType, ...] | list[AbiType]"
_WORD: Final = 32
_ADDRESS_BYTES: Final = 20


def encode(kinds: tuple[AbiType, ...], values: Sequence[Any]) -> bytes:
    """Encode arguments. Numbers are int; bytes32 and address are bytes; structs are sequences."""
    return _encode_all(kinds, values)


def decode(kinds: tuple[AbiType, ...], data: bytes) -> tuple[Any, ...]:
    """Decode what a call returned.

    Raises:
        ChainUnavailableError: not the one way in which contracts write such values: the node sent
            no usable answer.
    """
    decoder = _Decoder(data)
    values = decoder.values(kinds)
    decoder.end()
    return values


def _dynamic(kind: AbiType) -> bool:
    if isinstance(kind, tuple):
        return any(_dynamic(member) for member in kind)
    return isinstance(kind, list) or kind == "string"


def _width(kind: AbiType) -> int:
    """Bytes in the head: the struct itself if static, an offset if dynamic."""
    if isinstance(kind, tuple) and not _dynamic(kind):
        return sum(_width(member) for member in kind)
    return _WORD


def _encode_all(kinds: Sequence[AbiType], values: Sequence[Any]) -> bytes:
    offset = sum(_width(kind) for kind in kinds)
    head, tail = b"", b""
    for kind, value in zip(kinds, values, strict=True):
        encoded = _encode(kind, value)
        if _dynamic(kind):
            head += (offset + len(tail)).to_bytes(_WORD, "big")
            tail += encoded
        else:
            head += encoded
    return head + tail


def _encode(kind: AbiType, value: Any) -> bytes:  # noqa: ANN401 — the type is in `kind`
    if isinstance(kind, tuple):
        return _encode_all(kind, value)
    if isinstance(kind, list):
        return len(value).to_bytes(_WORD, "big") + _encode_all(kind * len(value), value)
    if kind == "address":
        raw: bytes = value
        return raw.rjust(_WORD, b"\0")
    if kind.startswith("bytes"):
        raw = value
        return raw.ljust(_WORD, b"\0")
    if kind.startswith("uint"):
        return int(value).to_bytes(_WORD, "big")
    raise TypeError(kind)  # a programming error: no such type is used here


class _Decoder:
    """An answer, read once from front to back.

    Contracts write every part right behind the one before it. An offset that says otherwise is
    refused, so that no part is read twice, and no two readers see two things.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def values(self, kinds: Sequence[AbiType]) -> tuple[Any, ...]:
        start = self._at
        heads = [self._number() if _dynamic(kind) else self._value(kind) for kind in kinds]
        return tuple(map(self._part, kinds, heads, [start] * len(heads)))

    def end(self) -> None:
        if self._at != len(self._data):
            raise ChainUnavailableError("the node sent an answer that goes on after its end")

    def _part(self, kind: AbiType, head: Any, start: int) -> Any:  # noqa: ANN401 — as in `_value`
        if not _dynamic(kind):
            return head
        if start + head != self._at:
            raise ChainUnavailableError("the node sent an offset that no contract writes")
        return self._value(kind)

    def _value(self, kind: AbiType) -> Any:  # noqa: ANN401 — the type is in `kind`
        if isinstance(kind, tuple):
            return self.values(kind)
        if isinstance(kind, list):
            count = self._number()
            if count > (len(self._data) - self._at) // _WORD:
                raise ChainUnavailableError("the node sent a list longer than its answer")
            return self.values(kind * count)
        if kind == "string":
            return self._string()
        return _static(kind, self._next(_WORD))

    def _string(self) -> str:
        length = self._number()
        raw = self._next(-(-length // _WORD) * _WORD)
        if any(raw[length:]):
            raise ChainUnavailableError("the node sent a text with dirty padding")
        return raw[:length].decode("utf-8", "replace")

    def _number(self) -> int:
        return int.from_bytes(self._next(_WORD), "big")

    def _next(self, size: int) -> bytes:
        found = self._data[self._at : self._at + size]
        if len(found) != size:
            raise ChainUnavailableError("the node sent a short answer")
        self._at += size
        return found


def _static(kind: str, word: bytes) -> Any:  # noqa: ANN401 — the type is in `kind`
    if kind == "address":
        return _padded(word, _WORD - _ADDRESS_BYTES, left=True)
    if kind.startswith("bytes"):
        return _padded(word, _WORD - int(kind[5:]), left=False)
    number = int.from_bytes(word, "big")
    bits = 1 if kind == "bool" else int(kind[4:])
    if number >> bits:
        raise ChainUnavailableError(f"the node sent {number}, which is no {kind}")
    return bool(number) if kind == "bool" else number


def _padded(word: bytes, padding: int, *, left: bool) -> bytes:
    rest, value = (
        (word[:padding], word[padding:])
        if left
        else (word[_WORD - padding :], word[: _WORD - padding])
    )
    if any(rest):
        raise ChainUnavailableError("the node sent a value with dirty padding")
    return value
