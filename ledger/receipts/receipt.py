# SPDX-License-Identifier: Apache-2.0
"""One party's way from a commitment to a tree head (docs/formats.md §7–9)."""

from dataclasses import dataclass
from typing import Final

from ledger.anchors import AnchorHint
from ledger.primitives import Digest, Json, format_time
from ledger.statements import Statement

__all__ = ["RECEIPT_FORMAT", "Receipt"]

RECEIPT_FORMAT: Final = "corridor/receipt/1"


@dataclass(frozen=True, slots=True)
class Receipt:
    """One party's way from a commitment to a tree head. Nothing in it is believed unchecked."""

    statement: Statement
    statement_index: int
    statement_path: tuple[Digest, ...]
    entry_index: int
    log_path: tuple[Digest, ...]
    size: int
    root: Digest
    anchor: AnchorHint

    def json(self) -> dict[str, Json]:
        """Write `corridor/receipt/1`."""
        return {
            "format": RECEIPT_FORMAT,
            "statement": self.statement.json(),
            "statementIndex": self.statement_index,
            "statementPath": [str(digest) for digest in self.statement_path],
            "entryIndex": self.entry_index,
            "logPath": [str(digest) for digest in self.log_path],
            "size": self.size,
            "root": str(self.root),
            "anchor": {
                "chainId": self.anchor.chain_id,
                "contract": str(self.anchor.contract),
                "transaction": str(self.anchor.transaction),
                "blockNumber": self.anchor.block_number,
                "blockHash": str(self.anchor.block_hash),
                "blockTime": format_time(self.anchor.block_time),
            },
        }
