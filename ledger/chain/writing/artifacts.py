# SPDX-License-Identifier: Apache-2.0
"""The compiled contracts, as they are committed: users need no compiler."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

__all__ = ["CONTRACTS", "Artifact", "artifact"]

CONTRACTS: Final = (
    "PartyRegistry",
    "DocumentLog",
    "DocumentStatus",
    "TitleRegistry",
    "LedgerLens",
)


@dataclass(frozen=True, slots=True)
class Artifact:
    """One contract: its ABI, as web3 takes it, and its creation code."""

    name: str
    abi: Sequence[Any]
    bytecode: bytes


@cache
def artifact(name: str) -> Artifact:
    """Read a committed artifact once."""
    raw = (files("ledger.chain") / "artifacts" / f"{name}.json").read_bytes()
    members = json.loads(raw)
    return Artifact(name, members["abi"], bytes.fromhex(members["bytecode"].removeprefix("0x")))
