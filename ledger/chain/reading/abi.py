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
        ChainUnavailableError: too short, an offset out of bounds, or a value out of its range: the
            node sent no usable answer.
    """
    return _Decoder(data).struct(kinds, 0)


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
    """One answer, and how much of it may still be decoded.

    Offsets may point anywhere, so what is decoded in all is counted: an answer whose arrays share
    one place would else be read again and again.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = len(data) // _WORD

    def struct(self, kinds: Sequence[AbiType], start: int) -> tuple[Any, ...]:
        values, at = [], start
        for kind in kinds:
            place = start + self._number(at) if _dynamic(kind) else at
            values.append(self._value(kind, place))
            at += _width(kind)
        return tuple(values)

    def _value(self, kind: AbiType, at: int) -> Any:  # noqa: ANN401 — the type is in `kind`
        if isinstance(kind, tuple):
            return self.struct(kind, at)
        if isinstance(kind, list):
            count = self._number(at)
            self._spend(count if count > self._left else 0)
            return self.struct(kind * count, at + _WORD)
        if kind == "string":
            return self._string(at)
        self._spend(1)
        return _static(kind, self._word(at))

    def _spend(self, words: int) -> None:
        self._left -= words
        # Offsets, counts and texts are words, too: an honest answer never runs out.
        if self._left < 0:
            raise ChainUnavailableError("the node sent an answer that holds more than its length")

    def _string(self, at: int) -> str:
        length = self._number(at)
        padded = -(-length // _WORD) * _WORD
        raw = self._data[at + _WORD : at + _WORD + padded]
        if len(raw) != padded:
            raise ChainUnavailableError("the node sent a text longer than its answer")
        if any(raw[length:]):
            raise ChainUnavailableError("the node sent a text with dirty padding")
        self._spend(length // _WORD)
        return raw[:length].decode("utf-8", "replace")

    def _number(self, at: int) -> int:
        number = int.from_bytes(self._word(at), "big")
        if number > len(self._data):
            raise ChainUnavailableError("the node sent an offset outside its answer")
        return number

    def _word(self, at: int) -> bytes:
        word = self._data[at : at + _WORD]
        if len(word) != _WORD:
            raise ChainUnavailableError("the node sent a short answer")
        return word


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
