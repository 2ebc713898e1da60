# SPDX-License-Identifier: Apache-2.0
"""A log and its outbox in memory, and a clock that tests move."""

import hashlib
import time
from dataclasses import dataclass, field

from ledger.anchors import Finality
from ledger.log import TreeHead, append_leaves, root_of
from ledger.log.entry import Entry
from ledger.merkle import EMPTY_ROOT
from ledger.ports.anchoring import EntryPlace
from ledger.primitives import Digest


class MovedClock:
    """The real time, and what a test adds to it."""

    def __init__(self):
        self.ahead = 0

    def now(self):
        return int(time.time()) + self.ahead


@dataclass
class MemoryLog:
    """`LogStore` and `Outbox`, of the parts that the anchorer uses."""

    flavour: bytes = b""
    statements: list = field(default_factory=list)
    tiles: dict = field(default_factory=dict)
    heads: dict = field(default_factory=lambda: {0: EMPTY_ROOT})
    stored: list = field(default_factory=list)
    anchors: dict = field(default_factory=dict)

    # -- LogStore

    def grow(self, count):
        size = len(self.statements)
        new = [
            Digest(hashlib.sha256(self.flavour + str(size + i).encode()).digest())
            for i in range(count)
        ]
        leaves = [Entry(size + i, digest).leaf() for i, digest in enumerate(new)]
        for tile in append_leaves(self, size, leaves):
            self.tiles[tile.level, tile.index] = tile.data
        self.statements += new
        self.heads[len(self.statements)] = root_of(self, len(self.statements))
        return self.head()

    def head(self):
        size = len(self.statements)
        return TreeHead(size, self.heads[size])

    def tile(self, level, index):
        return self.tiles.get((level, index), b"")

    def entries(self, start, end):
        return tuple(self.statements[start:end])

    # -- Outbox

    def anchored_size(self):
        return max(self.anchors, default=0)

    def unanchored(self):
        head = self.head()
        return head if head.size > self.anchored_size() else None

    def head_of_size(self, size):
        root = self.heads.get(size)
        return None if root is None else TreeHead(size, root)

    def sent(self):
        return tuple(sent for sent in self.stored if sent.head.size > self.anchored_size())

    def store_sent(self, anchor):
        self.stored.append(anchor)

    def store_anchored(self, anchor):
        assert self.heads[anchor.record.size] == anchor.root
        self.anchors[anchor.record.size] = anchor

    def mined(self):
        return tuple(
            anchor
            for _, anchor in sorted(self.anchors.items())
            if anchor.finality is Finality.MINED
        )

    def return_to_outbox(self, root):
        self.anchors = {
            size: anchor for size, anchor in self.anchors.items() if anchor.root != root
        }

    def place_of(self, statement):
        index = self.statements.index(statement)
        covering = [a for a in self.anchors.values() if a.record.anchors(index)]
        return EntryPlace(index, covering[0] if covering else None)
