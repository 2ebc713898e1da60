# SPDX-License-Identifier: Apache-2.0
"""What the log holds: an index and the hash of a statement (docs/formats.md §5–6)."""

from dataclasses import dataclass
from typing import Final

from ledger.errors import InvalidValueError
from ledger.merkle import leaf_digest
from ledger.primitives import Digest

__all__ = ["ENTRY_BYTES", "MAX_INDEX", "Entry", "TreeHead"]

ENTRY_BYTES: Final = 40
MAX_INDEX: Final = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Entry:
    """uint64be(index) ‖ H(JCS(statement)). The index is inside, so it cannot be lied about."""

    index: int
    statement: Digest

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_INDEX:
            raise InvalidValueError(f"want an entry index below 2^53; got {self.index}")

    def raw(self) -> bytes:
        """The 40 bytes."""
        return self.index.to_bytes(8, "big") + self.statement.raw

    def leaf(self) -> Digest:
        """The log's leaf: H(0x00 ‖ entry)."""
        return leaf_digest(self.raw())


@dataclass(frozen=True, slots=True, order=True)
class TreeHead:
    """A size and the root over that many entries. A root alone does not commit to its size."""

    size: int
    root: Digest
