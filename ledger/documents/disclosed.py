# SPDX-License-Identifier: Apache-2.0
"""What a reader may see of an envelope: every name, and the values that were not hidden.

No Unicode tables and no imports beyond the standard library: verification reads facts from here.
"""

import enum
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

from ledger.primitives import Json  # noqa: TC001 — `Leaf` is resolved in this module at run time

__all__ = ["HIDDEN", "Disclosed", "Hidden", "Leaf"]

_TOKEN = re.compile(r"/([^/]*)")
_INDEX = re.compile(r"(?<=/)(?:0|[1-9][0-9]*)(?=/|\Z)", re.ASCII)


class Hidden(enum.Enum):
    """The type of `HIDDEN`: a value that exists, but was withheld from this reader."""

    HIDDEN = "hidden"

    def __bool__(self) -> bool:
        return False

    def __repr__(self) -> str:
        return "HIDDEN"


HIDDEN: Final = Hidden.HIDDEN
Leaf: TypeAlias = "Json | Hidden"


@dataclass(frozen=True, slots=True)
class Disclosed:
    """The leaves of an envelope a reader may see.

    `leaves`: RFC 6901 pointer into the envelope → scalar, empty container, or HIDDEN.
    """

    leaves: Mapping[str, Leaf]
    # pointer with * for array indexes → the pointers of that shape, in document order. One pass
    # here makes every later `under` cheap, also for 20,000 leaves.
    _shapes: dict[str, list[str]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        shapes: dict[str, list[str]] = {}
        for pointer in self.leaves:
            shapes.setdefault(_INDEX.sub("*", pointer), []).append(pointer)
        object.__setattr__(self, "_shapes", shapes)

    def get(self, pointer: str) -> Leaf:
        """Look up one leaf; None if it is absent or null."""
        return self.leaves.get(pointer)

    def under(self, pattern: str) -> Iterator[tuple[str, Leaf]]:
        """Yield the leaves whose pointer fits, array elements in the document's order.

        Args:
            pattern: a pointer whose token `*` stands for any one token, such as
                `/data/consignmentItems/*/cargoItems/*/equipmentReference`.
        """
        for pointer in sorted(self._fitting(pattern), key=_document_order):
            yield pointer, self.leaves[pointer]

    def grouped(self, pattern: str, parent: str) -> dict[str, list[tuple[str, Leaf]]]:
        """Collect the leaves that fit a pattern by the ancestor that fits `parent`, in order."""
        depth = parent.count("/")
        groups: dict[str, list[tuple[str, Leaf]]] = {}
        for pointer, value in self.under(pattern):
            groups.setdefault(_cut(pointer, depth), []).append((pointer, value))
        return groups

    def branches(self, pattern: str) -> tuple[str, ...]:
        """List the objects and arrays (and leaves) that exist at a pattern, whatever is below."""
        wanted = _compiled(pattern)
        depth = pattern.count("/")
        found: dict[str, None] = {}
        for shape, pointers in self._shapes.items():
            if wanted.fullmatch(_cut(shape, depth)):
                found.update(dict.fromkeys(_cut(pointer, depth) for pointer in pointers))
        return tuple(sorted(found, key=_document_order))

    def _fitting(self, pattern: str) -> Iterator[str]:
        shape_wanted, wanted = _compiled(_INDEX.sub("*", pattern)), _compiled(pattern)
        has_indexes = _INDEX.search(pattern) is not None
        for shape, pointers in self._shapes.items():
            if shape_wanted.fullmatch(shape):
                for pointer in pointers:
                    if not has_indexes or wanted.fullmatch(pointer):
                        yield pointer


@lru_cache(512)
def _compiled(pattern: str) -> re.Pattern[str]:
    tokens = ("[^/]+" if token == "*" else re.escape(token) for token in pattern.split("/"))  # noqa: S105 — a pointer's token, no secret
    return re.compile("/".join(tokens))


def _cut(pointer: str, depth: int) -> str:
    return "/".join(pointer.split("/")[: depth + 1])


@lru_cache(8192)
def _document_order(pointer: str) -> tuple[tuple[int, str], ...]:
    """Sort /2 before /10: the number of digits first, then the digits."""
    return tuple(
        (len(token), token) if token.isdecimal() else (0, token)
        for token in _TOKEN.findall(pointer)
    )
