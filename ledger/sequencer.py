# SPDX-License-Identifier: Apache-2.0
"""Stop 6: accepted statements get their index, and the log a new signed head.

A signed head can never be taken back: one bit flipped between hashing and signing killed a real
log in 2022. So every root is computed twice before it is signed, by ways that share no state: from
the stored tiles, and by an accumulator that only ever saw the entries.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from ledger.errors import ConfigurationError, InvalidInputError
from ledger.log import (
    TILE_WIDTH,
    Checkpoint,
    Entry,
    NoteSigner,
    NoteVerifier,
    Tile,
    TileReader,
    TreeHead,
    append_leaves,
    open_note,
    origin_of,
    root_of,
)
from ledger.merkle import EMPTY_ROOT
from ledger.ports.service import LogStore, SequencedBatch, SignedHead
from ledger.primitives import Digest

__all__ = ["LogReport", "Sequencer"]

STEP_LIMIT: Final = 4096
_READ_AT_ONCE: Final = 65_536
_HEADS_AT_ONCE: Final = 1024


@dataclass(frozen=True, slots=True)
class LogReport:
    """What a full check recomputed and found equal."""

    head: TreeHead
    heads: int
    tiles: int


class _Accumulator:
    """The roots of the complete subtrees of a growing log, largest first (its compact range).

    Written without `ledger.merkle` and `ledger.log.tree`, so that a fault there shows here.
    """

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []

    def append(self, statements: Iterable[Digest]) -> None:
        """Add entries: a carry in binary, one hash per complete pair."""
        for statement in statements:
            entry = self.size.to_bytes(8, "big") + statement.raw
            node = hashlib.sha256(b"\x00" + entry).digest()
            carry = self.size
            while carry & 1:
                node = hashlib.sha256(b"\x01" + self._peaks.pop() + node).digest()
                carry >>= 1
            self._peaks.append(node)
            self.size += 1

    def head(self) -> TreeHead:
        """The size and the root over all entries so far."""
        if not self._peaks:
            return TreeHead(0, EMPTY_ROOT)
        node = self._peaks[-1]
        for peak in reversed(self._peaks[:-1]):
            node = hashlib.sha256(b"\x01" + peak + node).digest()
        return TreeHead(self.size, Digest(node))

    def copy(self) -> "_Accumulator":
        """Another one of the same log."""
        twin = _Accumulator()
        twin.size, twin._peaks = self.size, list(self._peaks)
        return twin


class _Overlay:
    """Stored tiles, and on top of them those that are about to be written."""

    def __init__(self, reader: TileReader, grown: Sequence[Tile]) -> None:
        self._reader = reader
        self._grown = {(tile.level, tile.index): tile.data for tile in grown}

    def tile(self, level: int, index: int) -> bytes:
        """See `TileReader`."""
        return self._grown.get((level, index)) or self._reader.tile(level, index)


class Sequencer:
    """Takes the log forward, one transaction a step. A second one beside it does no harm.

    Args:
        store: the log; its compare-and-swap on the old size decides between two sequencers.
        signer: the log's Ed25519 key, named `corridor-ledger/<log name>`.
        log_name: the name in the checkpoints' origin.
    """

    def __init__(self, store: LogStore, signer: NoteSigner, log_name: str) -> None:
        self._store = store
        self._signer = signer
        self._origin = origin_of(log_name)
        if signer.name != self._origin:
            raise ConfigurationError(f"the log's key is called {signer.name}, not {self._origin}")
        self._accumulator = _Accumulator()

    def step(self, limit: int = STEP_LIMIT) -> TreeHead | None:
        """Log what is pending, at most `limit` statements.

        Returns:
            The new head, durable; None if nothing was pending.

        Raises:
            ConfigurationError: the two roots differ, or the stored log does not recompute to its
                head. Nothing was signed or written, and nothing may be until someone looked.
            StateError: another sequencer was faster; nothing was written.
        """
        # (1) Stand where the log stands.
        old = self._store.head()
        accumulator = self._caught_up(old)
        # (2) Who is next.
        statements = tuple(item.statement for item in self._store.pending(limit))
        if not statements:
            return None
        # (3) The new tiles and the root they give.
        leaves = [Entry(old.size + at, item).leaf() for at, item in enumerate(statements)]
        tiles = append_leaves(self._store, old.size, leaves)
        size = old.size + len(statements)
        head = TreeHead(size, root_of(_Overlay(self._store, tiles), size))
        # (4) The same root by the other way.
        accumulator.append(statements)
        _compare(accumulator.head(), head, "the new tiles")
        # (5) Sign, and write all of it or nothing.
        checkpoint = Checkpoint(self._origin, head).signed(self._signer)
        self._store.sequence(SequencedBatch(old.size, statements, tiles, head, checkpoint))
        self._accumulator = accumulator
        return head

    def check(self, retired: Sequence[NoteVerifier] = ()) -> LogReport:
        """Recompute everything from the entries: tiles, and every head with its checkpoint.

        Args:
            retired: keys of the log that signed earlier checkpoints.

        Raises:
            ConfigurationError: names the first thing that differs.
        """
        newest = self._store.head()
        keys = (self._signer.verifier, *retired)
        accumulator = _Accumulator()
        heads = 0
        while batch := self._store.signed_heads(accumulator.size, _HEADS_AT_ONCE):
            # What is written while we are reading is the next check's business.
            due = [signed for signed in batch if signed.head.size <= newest.size]
            for signed in due:
                self._read_up_to(accumulator, signed.head.size)
                _compare(accumulator.head(), signed.head, "a stored head")
                self._check_checkpoint(signed, keys)
                heads += 1
            if len(due) < len(batch):
                break
        _compare(accumulator.head(), newest, "the newest head")
        return LogReport(newest, heads, _check_tiles(self._store, newest))

    def _caught_up(self, head: TreeHead) -> _Accumulator:
        """A copy of the accumulator at the stored head: what is not written is not counted."""
        accumulator = self._accumulator.copy()
        if accumulator.size > head.size:
            raise ConfigurationError(
                f"the stored log shrank from {accumulator.size} to {head.size} entries"
            )
        self._read_up_to(accumulator, head.size)
        _compare(accumulator.head(), head, "the stored head")
        self._accumulator = accumulator.copy()
        return accumulator

    def _read_up_to(self, accumulator: _Accumulator, size: int) -> None:
        while accumulator.size < size:
            end = min(size, accumulator.size + _READ_AT_ONCE)
            statements = self._store.entries(accumulator.size, end)
            if len(statements) != end - accumulator.size:
                raise ConfigurationError(f"entries from {accumulator.size} to {end} are missing")
            accumulator.append(statements)

    def _check_checkpoint(self, signed: SignedHead, keys: Sequence[NoteVerifier]) -> None:
        size = signed.head.size
        try:
            text, signers = open_note(signed.checkpoint, keys)
            checkpoint = Checkpoint.parse(text)
        except InvalidInputError as error:
            raise ConfigurationError(f"checkpoint of size {size}: {error}") from error
        if not signers:
            raise ConfigurationError(f"checkpoint of size {size}: not signed by a key of this log")
        if checkpoint != Checkpoint(self._origin, signed.head):
            raise ConfigurationError(f"checkpoint of size {size}: it names another head")


def _compare(recomputed: TreeHead, found: TreeHead, what: str) -> None:
    if recomputed != found:
        raise ConfigurationError(
            f"{what} does not recompute from the entries: root {found.root} of {found.size}, "
            f"recomputed {recomputed.root} of {recomputed.size}; stop and find out why"
        )


class _Recomputed:
    """The tiles that are still growing during a check."""

    def __init__(self) -> None:
        self._tiles: dict[tuple[int, int], bytes] = {}

    def tile(self, level: int, index: int) -> bytes:
        """See `TileReader`."""
        return self._tiles.get((level, index), b"")

    def keep(self, tiles: Sequence[Tile]) -> None:
        """Forget the full ones: nothing reads them again."""
        self._tiles = {
            (tile.level, tile.index): tile.data for tile in tiles if tile.width < TILE_WIDTH
        } | {
            place: data
            for place, data in self._tiles.items()
            if place not in {(tile.level, tile.index) for tile in tiles}
        }

    def rest(self) -> tuple[Tile, ...]:
        """Those that were not full at the end."""
        return tuple(Tile(level, index, data) for (level, index), data in self._tiles.items())


def _check_tiles(store: LogStore, head: TreeHead) -> int:
    """Compare every stored tile with what the entries give; return how many there are."""
    recomputed, full, size = _Recomputed(), 0, 0
    while size < head.size:
        statements = store.entries(size, min(head.size, size + _READ_AT_ONCE))
        if not statements:
            raise ConfigurationError(f"entries from {size} on are missing")
        leaves = [Entry(size + at, item).leaf() for at, item in enumerate(statements)]
        tiles = append_leaves(recomputed, size, leaves)
        for tile in tiles:
            if tile.width == TILE_WIDTH:
                _compare_tile(store, tile)
                full += 1
        recomputed.keep(tiles)
        size += len(statements)
    for tile in recomputed.rest():
        _compare_tile(store, tile)
    return full + len(recomputed.rest())


def _compare_tile(store: LogStore, tile: Tile) -> None:
    # A log that grows during the check may have widened a tile: a prefix, never other hashes.
    if not store.tile(tile.level, tile.index).startswith(tile.data):
        raise ConfigurationError(
            f"tile {tile.level}/{tile.index} does not recompute from the entries"
        )
