# SPDX-License-Identifier: Apache-2.0
"""Stop 6: the append-only log: entries, tiles, checkpoints and acceptances."""

from ledger.log.checkpoint import Acceptance, Checkpoint, check_log_name, origin_of
from ledger.log.entry import ENTRY_BYTES, MAX_INDEX, Entry, TreeHead
from ledger.log.notes import SIGNATURE_MARK, NoteSigner, NoteVerifier, open_note, split_note
from ledger.log.tree import (
    HASH_BYTES,
    TILE_WIDTH,
    Tile,
    TileReader,
    append_leaves,
    consistency_of,
    inclusion_of,
    parse_tile_index,
    root_of,
    tile_path,
)

__all__ = [
    "ENTRY_BYTES",
    "HASH_BYTES",
    "MAX_INDEX",
    "SIGNATURE_MARK",
    "TILE_WIDTH",
    "Acceptance",
    "Checkpoint",
    "Entry",
    "NoteSigner",
    "NoteVerifier",
    "Tile",
    "TileReader",
    "TreeHead",
    "append_leaves",
    "check_log_name",
    "consistency_of",
    "inclusion_of",
    "open_note",
    "origin_of",
    "parse_tile_index",
    "root_of",
    "split_note",
    "tile_path",
]
