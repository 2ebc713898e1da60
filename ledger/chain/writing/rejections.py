# SPDX-License-Identifier: Apache-2.0
"""What a contract meant when it reverted: the error's name and arguments, from the ABIs."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import get_abi_input_types
from web3.exceptions import ContractLogicError

from ledger.chain.writing.artifacts import CONTRACTS, artifact
from ledger.primitives import shown
from ledger.statements import keccak256

__all__ = ["rejection_text"]

_SELECTOR_BYTES: Final = 4
_LONGEST_TEXT: Final = 300


@dataclass(frozen=True, slots=True)
class _Error:
    name: str
    types: tuple[str, ...]


@cache
def _known_errors() -> Mapping[bytes, _Error]:
    """Every error of our contracts, and Solidity's own two, by selector."""
    errors = [_Error("Error", ("string",)), _Error("Panic", ("uint256",))]
    for name in CONTRACTS:
        errors += [
            _Error(item["name"], tuple(get_abi_input_types(item)))
            for item in artifact(name).abi
            if item["type"] == "error"
        ]
    return {_selector(error): error for error in errors}


def _selector(error: _Error) -> bytes:
    return keccak256(f"{error.name}({','.join(error.types)})".encode())[:_SELECTOR_BYTES]


def rejection_text(error: ContractLogicError) -> str:
    """Write a revert as `DocumentLog_Stale(5, 3)`; an unknown one as its bytes."""
    data = error.data
    if not isinstance(data, str) or not data.startswith("0x"):
        return f"reverted: {shown(error.message)}" if error.message else "reverted without a reason"
    try:
        return _decoded(bytes.fromhex(data[2:]))
    except (ValueError, DecodingError):
        return f"reverted with {shown(data)}"


def _decoded(raw: bytes) -> str:
    known = _known_errors().get(raw[:_SELECTOR_BYTES])
    if known is None:
        return f"reverted with 0x{raw[:64].hex()}" if raw else "reverted without a reason"
    values = decode(known.types, raw[_SELECTOR_BYTES:])
    text = f"{known.name}({', '.join(_shown(value) for value in values)})"
    return text[:_LONGEST_TEXT]


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        return f"0x{value.hex()}"
    return shown(value) if isinstance(value, str) and not value.startswith("0x") else str(value)
