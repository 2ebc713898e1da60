# SPDX-License-Identifier: Apache-2.0
"""Roots and proofs of a log of any size, from its tiles (C2SP tlog-tiles).

A tile holds up to 256 hashes of one level; level L of tiles is level 8·L of the tree. A partial
tile is a prefix of the full one, so one row per tile serves every width it ever had.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

from ledger.errors import EmptyTreeError, InvalidValueError
from ledger.merkle import EMPTY_ROOT, merkle_root, node_digest
from ledger.primitives import Digest, parse_decimal

__all__ = [
    "HASH_BYTES",
    "TILE_WIDTH",
    "Tile",
    "TileReader",
    "append_leaves",
    "consistency_of",
    "inclusion_of",
    "parse_tile_index",
    "root_of",
    "tile_path",
]

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 256
HASH_BYTES: Final = 32
_THREE_DIGITS: Final = 1000


@dataclass(frozen=True, slots=True)
class Tile:
    """`data` is 1…256 hashes of 32 bytes: nodes of tree level 8·level from 256·index on."""

    level: int
    index: int
    data: bytes

    @property
    def width(self) -> int:
        """How many hashes it holds."""
        return len(self.data) // HASH_BYTES


class TileReader(Protocol):
    """Where tiles are kept."""

    def tile(self, level: int, index: int) -> bytes:
        """All hashes known of one tile; b"" if it has none."""


def tile_path(level: int, index: int, width: int) -> str:
    """Write `tile/<L>/<N>[.p/<W>]`, N in groups of three digits (`x001/x234/067`)."""
    groups = [f"{index % _THREE_DIGITS:03d}"]
    while index >= _THREE_DIGITS:
        index //= _THREE_DIGITS
        groups.insert(0, f"x{index % _THREE_DIGITS:03d}")
    partial = "" if width == TILE_WIDTH else f".p/{width}"
    return f"tile/{level}/{'/'.join(groups)}{partial}"


def parse_tile_index(path: str) -> tuple[int, int]:
    """Read `<N>[.p/<W>]` as (index, width); only the one canonical spelling."""
    spelled, partial, width_text = path.partition(".p/")
    digits = "".join(group.removeprefix("x") for group in spelled.split("/"))
    index = parse_decimal(digits.lstrip("0") or "0", 2**53)
    width = parse_decimal(width_text, TILE_WIDTH - 1) if partial else TILE_WIDTH
    if width < 1 or tile_path(0, index, width) != f"tile/0/{path}":
        raise InvalidValueError(
            "not a tile path: want groups of three digits, x before all but one"
        )
    return index, width


def append_leaves(reader: TileReader, size: int, leaves: Sequence[Digest]) -> tuple[Tile, ...]:
    """Grow a log of `size` leaves; return every tile that is new or wider, whole."""
    grown: dict[tuple[int, int], bytes] = {}

    def current(level: int, index: int) -> bytes:
        return grown.get((level, index)) or reader.tile(level, index)

    pending: Iterable[bytes] = [leaf.raw for leaf in leaves]
    level, at = 0, size
    while pending:
        completed = []
        for raw in pending:
            index = at // TILE_WIDTH
            data = current(level, index)[: at % TILE_WIDTH * HASH_BYTES] + raw
            grown[level, index] = data
            at += 1
            if at % TILE_WIDTH == 0:
                completed.append(merkle_root(_hashes(data)).raw)
        level, at, pending = level + 1, _above(size, level + 1), completed
    return tuple(Tile(level, index, data) for (level, index), data in sorted(grown.items()))


def _above(size: int, level: int) -> int:
    """How many nodes of tile level `level` a log of `size` had."""
    return size >> (TILE_HEIGHT * level)


def root_of(reader: TileReader, size: int) -> Digest:
    """The root over the first `size` entries."""
    return EMPTY_ROOT if size == 0 else _range(reader, 0, size)


def inclusion_of(reader: TileReader, index: int, size: int) -> tuple[Digest, ...]:
    """The path from entry `index` to the root over the first `size`. RFC 9162 §2.1.3.1."""
    if not 0 <= index < size:
        raise InvalidValueError(f"want an index below {size}; got {index}")
    path: list[Digest] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_range(reader, middle, end))
            end = middle
        else:
            path.append(_range(reader, start, middle))
            start = middle
    return tuple(reversed(path))


def consistency_of(reader: TileReader, old_size: int, new_size: int) -> tuple[Digest, ...]:
    """Prove that `new_size` extends `old_size`; nothing for 0 or equal sizes. RFC 9162 §2.1.4.1."""
    if not 0 <= old_size <= new_size:
        raise InvalidValueError(f"want a size up to {new_size}; got {old_size}")
    if old_size in (0, new_size):
        return ()
    path: list[Digest] = []
    start, end, whole = 0, new_size, True
    while old_size != end:
        middle = start + _split(end - start)
        if old_size <= middle:
            path.append(_range(reader, middle, end))
            end = middle
        else:
            path.append(_range(reader, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_range(reader, start, end))
    return tuple(reversed(path))


def _range(reader: TileReader, start: int, end: int) -> Digest:
    """The root over entries start…end−1, where start is a multiple of the span's power of two."""
    if end <= start:
        raise EmptyTreeError("an empty range has no root")
    span = end - start
    if span & (span - 1) == 0:
        return _node(reader, span.bit_length() - 1, start)
    middle = start + _split(span)
    return node_digest(_range(reader, start, middle), _range(reader, middle, end))


def _node(reader: TileReader, height: int, start: int) -> Digest:
    """The root of a complete subtree of 2^height entries."""
    level, rest = divmod(height, TILE_HEIGHT)
    index = start >> (TILE_HEIGHT * level)
    data = reader.tile(level, index // TILE_WIDTH)
    first = index % TILE_WIDTH
    hashes = _hashes(data[first * HASH_BYTES : (first + (1 << rest)) * HASH_BYTES])
    if len(hashes) != 1 << rest:
        raise InvalidValueError(f"tile {level}/{index // TILE_WIDTH} is too narrow")
    return merkle_root(hashes)


def _hashes(data: bytes) -> list[Digest]:
    return [Digest(data[at : at + HASH_BYTES]) for at in range(0, len(data), HASH_BYTES)]


def _split(size: int) -> int:
    return 1 << ((size - 1).bit_length() - 1)
