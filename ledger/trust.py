# SPDX-License-Identifier: Apache-2.0
"""What a verifier trusts, and nothing else: `corridor/trust/1` (docs/formats.md §7–9).

One JSON object, read by people and machines; `deployments/<network>.json` is one. Entries are
never removed: a retired ledger keeps its documents.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

from ledger.canonical import PACKAGE_LIMITS, parse_exact
from ledger.errors import InvalidInputError, InvalidJsonError, InvalidTrustError
from ledger.log import NoteVerifier, TreeHead
from ledger.primitives import (
    Address,
    Bytes32,
    Digest,
    Json,
    format_time,
    parse_time,
    shown,
)
from ledger.statements import LedgerId

__all__ = [
    "FinalityRule",
    "LogKey",
    "RetiredLog",
    "Trust",
    "TrustedContract",
    "TrustedLedger",
    "parse_trust",
]

FORMAT: Final = "corridor/trust/1"
_MEMBERS: Final = (
    "format",
    "chainId",
    "genesisHash",
    "finality",
    "maxHeadAgeSeconds",
    "logKeys",
    "witnesses",
    "quorum",
    "ledgers",
)
_LEDGER: Final = ("log", "parties", "statuses", "titles", "lens", "retired")
_CONTRACT: Final = ("address", "codeHash", "deployBlock", "deployBlockHash")
_RETIRED: Final = ("size", "root", "block")
_RULE = re.compile(r"finalized-tag|instant|depth:([1-9][0-9]{0,5})", re.ASCII)
_MAX: Final = 2**53 - 1
_Value = TypeVar("_Value")


@dataclass(frozen=True, slots=True)
class FinalityRule:
    """Which block is final: the node's `finalized` tag, or a depth in blocks (0 is instant)."""

    depth: int | None

    @classmethod
    def parse(cls, text: object) -> "FinalityRule":
        """Read `finalized-tag`, `depth:k` or `instant`."""
        found = _RULE.fullmatch(text) if isinstance(text, str) else None
        if found is None:
            raise InvalidTrustError("/finality", "want finalized-tag, depth:k or instant")
        if found[1] is not None:
            return cls(int(found[1]))
        return cls(0 if text == "instant" else None)

    def __str__(self) -> str:
        if self.depth is None:
            return "finalized-tag"
        return f"depth:{self.depth}" if self.depth else "instant"


@dataclass(frozen=True, slots=True)
class LogKey:
    """A key that signs checkpoints and acceptances; valid from `start` until before `end`."""

    verifier: NoteVerifier
    start: int
    end: int | None

    def holds_at(self, time: int) -> bool:
        """True if the key's interval holds that Unix second."""
        return self.start <= time and (self.end is None or time < self.end)


@dataclass(frozen=True, slots=True)
class TrustedContract:
    """One deployed contract: where, which code, since when."""

    address: Address
    code_hash: Bytes32
    deploy_block: int
    deploy_block_hash: Bytes32

    def json(self) -> dict[str, Json]:
        """Write it."""
        return {
            "address": str(self.address),
            "codeHash": str(self.code_hash),
            "deployBlock": self.deploy_block,
            "deployBlockHash": str(self.deploy_block_hash),
        }


@dataclass(frozen=True, slots=True)
class RetiredLog:
    """A log's last head, and the block after which nothing in it counts."""

    head: TreeHead
    block: int


@dataclass(frozen=True, slots=True)
class TrustedLedger:
    """The contracts of one ledger. A party is looked up only in its own log's registry."""

    log: TrustedContract
    parties: TrustedContract
    statuses: tuple[TrustedContract, ...]
    titles: tuple[TrustedContract, ...]
    lens: TrustedContract
    retired: RetiredLog | None = None

    def json(self) -> dict[str, Json]:
        """Write it."""
        retired: Json = None
        if self.retired is not None:
            head = self.retired.head
            retired = {"size": head.size, "root": str(head.root), "block": self.retired.block}
        return {
            "log": self.log.json(),
            "parties": self.parties.json(),
            "statuses": [contract.json() for contract in self.statuses],
            "titles": [contract.json() for contract in self.titles],
            "lens": self.lens.json(),
            "retired": retired,
        }


@dataclass(frozen=True, slots=True)
class Trust:
    """A verifier's whole trust. `max_head_age_seconds`: how old a node's newest block may be."""

    chain_id: int
    genesis_hash: Bytes32
    finality: FinalityRule
    max_head_age_seconds: int
    log_keys: tuple[LogKey, ...]
    ledgers: tuple[TrustedLedger, ...]
    witnesses: tuple[NoteVerifier, ...] = ()
    quorum: int = 0

    def ledger(self, ledger: LedgerId) -> TrustedLedger | None:
        """The trusted ledger of a statement, or None."""
        if ledger.chain_id != self.chain_id:
            return None
        return next((held for held in self.ledgers if held.log.address == ledger.log), None)

    def title_register(
        self, address: Address, preferred: Iterable[LedgerId] = ()
    ) -> tuple[LedgerId, TrustedContract] | None:
        """Find a TitleRegistry, and a ledger that names it: one of `preferred` if possible."""
        own = {LedgerId(self.chain_id, held.log.address): held.titles for held in self.ledgers}
        found = ((name, title) for name in (*preferred, *own) for title in own.get(name, ()))
        return next((pair for pair in found if pair[1].address == address), None)

    def json(self) -> dict[str, Json]:
        """Write it."""
        return {
            "format": FORMAT,
            "chainId": self.chain_id,
            "genesisHash": str(self.genesis_hash),
            "finality": str(self.finality),
            "maxHeadAgeSeconds": self.max_head_age_seconds,
            "logKeys": [
                {
                    "vkey": str(key.verifier),
                    "from": format_time(key.start),
                    "to": None if key.end is None else format_time(key.end),
                }
                for key in self.log_keys
            ],
            "witnesses": [str(witness) for witness in self.witnesses],
            "quorum": self.quorum,
            "ledgers": [held.json() for held in self.ledgers],
        }

    def file_bytes(self) -> bytes:
        """The file as it is written: indented, for people."""
        return (json.dumps(self.json(), indent=2, ensure_ascii=False) + "\n").encode()


def parse_trust(raw: bytes) -> Trust:
    """Read a trust file.

    Raises:
        InvalidTrustError: names the pointer at fault.
        LimitExceededError: larger than a package may be.
    """
    try:
        members = _members(parse_exact(raw, PACKAGE_LIMITS), _MEMBERS, "")
    except InvalidJsonError as error:
        raise InvalidTrustError(error.pointer, error.reason) from error
    if members["format"] != FORMAT:
        raise InvalidTrustError("/format", f"want {FORMAT}; got {shown(members['format'])}")
    ledgers = _each(members["ledgers"], "/ledgers", _ledger)
    if len({held.log.address for held in ledgers}) != len(ledgers):
        raise InvalidTrustError("/ledgers", "want each log once")
    return Trust(
        chain_id=_number(members["chainId"], "/chainId"),
        genesis_hash=_parsed(members["genesisHash"], "/genesisHash", Bytes32.parse),
        finality=FinalityRule.parse(members["finality"]),
        max_head_age_seconds=_number(members["maxHeadAgeSeconds"], "/maxHeadAgeSeconds"),
        log_keys=_each(members["logKeys"], "/logKeys", _log_key),
        ledgers=ledgers,
        witnesses=_each(members["witnesses"], "/witnesses", _verifier),
        quorum=_number(members["quorum"], "/quorum"),
    )


def _log_key(value: Json, pointer: str) -> LogKey:
    members = _members(value, ("vkey", "from", "to"), pointer)
    end = members["to"]
    return LogKey(
        _verifier(members["vkey"], f"{pointer}/vkey"),
        _parsed(members["from"], f"{pointer}/from", parse_time),
        None if end is None else _parsed(end, f"{pointer}/to", parse_time),
    )


def _verifier(value: Json, pointer: str) -> NoteVerifier:
    if not isinstance(value, str):
        raise InvalidTrustError(pointer, "want name+id+key")
    return _parsed(value, pointer, lambda _: NoteVerifier.parse(value))


def _ledger(value: Json, pointer: str) -> TrustedLedger:
    members = _members(value, _LEDGER, pointer)
    retired = members["retired"]
    if members["statuses"] == []:
        raise InvalidTrustError(f"{pointer}/statuses", "want at least one DocumentStatus")
    return TrustedLedger(
        log=_contract(members["log"], f"{pointer}/log"),
        parties=_contract(members["parties"], f"{pointer}/parties"),
        statuses=_each(members["statuses"], f"{pointer}/statuses", _contract),
        titles=_each(members["titles"], f"{pointer}/titles", _contract),
        lens=_contract(members["lens"], f"{pointer}/lens"),
        retired=None if retired is None else _retired(retired, f"{pointer}/retired"),
    )


def _contract(value: Json, pointer: str) -> TrustedContract:
    members = _members(value, _CONTRACT, pointer)
    return TrustedContract(
        _parsed(members["address"], f"{pointer}/address", Address.parse),
        _parsed(members["codeHash"], f"{pointer}/codeHash", Bytes32.parse),
        _number(members["deployBlock"], f"{pointer}/deployBlock"),
        _parsed(members["deployBlockHash"], f"{pointer}/deployBlockHash", Bytes32.parse),
    )


def _retired(value: Json, pointer: str) -> RetiredLog:
    members = _members(value, _RETIRED, pointer)
    root = _parsed(members["root"], f"{pointer}/root", Digest.parse)
    head = TreeHead(_number(members["size"], f"{pointer}/size"), root)
    return RetiredLog(head, _number(members["block"], f"{pointer}/block"))


def _each(value: Json, pointer: str, parse: Callable[[Json, str], _Value]) -> tuple[_Value, ...]:
    if not isinstance(value, list):
        raise InvalidTrustError(pointer, "want an array")
    return tuple(parse(item, f"{pointer}/{index}") for index, item in enumerate(value))


def _members(value: Json, names: tuple[str, ...], pointer: str) -> Mapping[str, Json]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise InvalidTrustError(pointer, f"want an object with the members {', '.join(names)}")
    return value


def _number(value: Json, pointer: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX:
        raise InvalidTrustError(pointer, f"want a whole number; got {shown(value)}")
    return value


def _parsed(value: Json, pointer: str, parse: Callable[[Json], _Value]) -> _Value:
    try:
        return parse(value)
    except InvalidInputError as error:
        raise InvalidTrustError(pointer, str(error)) from error
