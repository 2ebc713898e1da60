# SPDX-License-Identifier: Apache-2.0
"""Reading packages and receipts strictly: all members, no others, and a pointer for every fault."""

from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Final, TypeVar

from ledger.anchors import AnchorHint
from ledger.canonical import (
    MAX_SAFE_INTEGER,
    PACKAGE_LIMITS,
    parse_exact,
)
from ledger.documents import TradeDocument, check_envelope_size
from ledger.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidJsonError,
    InvalidPackageError,
)
from ledger.merkle import MAX_PATH
from ledger.primitives import Address, Bytes32, Digest, Json, Seed, parse_time, shown
from ledger.receipts.package import PACKAGE_FORMAT, OpenedContent, Package, RedactedContent
from ledger.receipts.receipt import RECEIPT_FORMAT, Receipt
from ledger.sealing import HiddenLeaf, Redaction, Salt, ShownLeaf, ValueDigest
from ledger.statements import Statement

__all__ = ["parse_package"]

_RECEIPT: Final = (
    "format",
    "statement",
    "statementIndex",
    "statementPath",
    "entryIndex",
    "logPath",
    "size",
    "root",
    "anchor",
)
_ANCHOR: Final = (
    "chainId",
    "contract",
    "transaction",
    "blockNumber",
    "blockHash",
    "blockTime",
)
_PACKAGE: Final = (
    "format",
    "commitment",
    "envelope",
    "seed",
    "digests",
    "redaction",
    "receipts",
    "acceptances",
    "evidence",
)
_MAX_ACCEPTANCES: Final = 64
_Value = TypeVar("_Value")


def parse_package(raw: bytes) -> Package:
    """Read a package file.

    Raises:
        InvalidPackageError: it does not parse, or breaks a rule of formats.md §1–9 that no check
            of §6 names; with the RFC 6901 pointer of the fault.
        LimitExceededError: larger than `PACKAGE_LIMITS`.
    """
    try:
        members = _members(parse_exact(raw, PACKAGE_LIMITS), _PACKAGE, "")
    except InvalidJsonError as error:
        raise InvalidPackageError(error.pointer, error.reason) from error
    _expect(members["format"] == PACKAGE_FORMAT, "/format", f"want {PACKAGE_FORMAT}")
    _expect(
        members["evidence"] is None,
        "/evidence",
        "this version reads packages without state proofs: want null",
    )
    receipts = tuple(
        _receipt(item, f"/receipts/{index}")
        for index, item in enumerate(_array(members["receipts"], "/receipts"))
    )
    parties = [receipt.statement.body.party.raw for receipt in receipts]
    ordered = all(a < b for a, b in pairwise(parties))
    _expect(ordered, "/receipts", "want one receipt per party, sorted by party")
    return Package(
        _parsed(members["commitment"], "/commitment", Digest.parse),
        _content(members),
        receipts,
        _acceptances(members["acceptances"]),
    )


def _content(members: Mapping[str, Json]) -> OpenedContent | RedactedContent:
    opened = [members[name] is not None for name in ("envelope", "seed", "digests")]
    if members["redaction"] is None:
        _expect(all(opened), "/redaction", "want envelope, seed and digests, or a redaction")
        return _opened(members)
    _expect(not any(opened), "/redaction", "want a redaction, or envelope, seed and digests")
    leaves = _array(members["redaction"], "/redaction")
    return RedactedContent(
        Redaction(tuple(_leaf(leaf, f"/redaction/{index}") for index, leaf in enumerate(leaves)))
    )


def _opened(members: Mapping[str, Json]) -> OpenedContent:
    envelope = members["envelope"]
    try:
        check_envelope_size(envelope)
        document = TradeDocument.parse(envelope)
    except (InvalidDocumentError, InvalidJsonError) as error:
        raise InvalidPackageError(f"/envelope{error.pointer}", error.reason) from error
    digests = tuple(
        _value_digest(item, f"/digests/{index}")
        for index, item in enumerate(_array(members["digests"], "/digests"))
    )
    seed = _parsed(members["seed"], "/seed", Seed.parse)
    return OpenedContent(document.envelope(), document, seed, digests)


def _value_digest(value: Json, pointer: str) -> ValueDigest:
    pair = _array(value, pointer)
    _expect(len(pair) == 2, pointer, "want [pointer, digest]")  # noqa: PLR2004 — a pair
    return ValueDigest(_text(pair[0], pointer), _parsed(pair[1], f"{pointer}/1", Digest.parse))


def _leaf(value: Json, pointer: str) -> ShownLeaf | HiddenLeaf:
    _expect(isinstance(value, dict), pointer, "want an object")
    if isinstance(value, dict) and "hidden" in value:
        leaf = _members(value, ("pointer", "hidden"), pointer)
        hidden = _parsed(leaf["hidden"], f"{pointer}/hidden", Digest.parse)
        return HiddenLeaf(_text(leaf["pointer"], f"{pointer}/pointer"), hidden)
    leaf = _members(value, ("pointer", "salt", "value"), pointer)
    salt = _parsed(leaf["salt"], f"{pointer}/salt", Salt.parse)
    return ShownLeaf(_text(leaf["pointer"], f"{pointer}/pointer"), salt, leaf["value"])


def _receipt(value: Json, pointer: str) -> Receipt:
    members = _members(value, _RECEIPT, pointer)
    _expect(members["format"] == RECEIPT_FORMAT, f"{pointer}/format", f"want {RECEIPT_FORMAT}")
    return Receipt(
        statement=_parsed(members["statement"], f"{pointer}/statement", Statement.parse),
        statement_index=_number(members, "statementIndex", pointer),
        statement_path=_path(members["statementPath"], f"{pointer}/statementPath"),
        entry_index=_number(members, "entryIndex", pointer),
        log_path=_path(members["logPath"], f"{pointer}/logPath"),
        size=_number(members, "size", pointer),
        root=_parsed(members["root"], f"{pointer}/root", Digest.parse),
        anchor=_anchor(members["anchor"], f"{pointer}/anchor"),
    )


def _anchor(value: Json, pointer: str) -> AnchorHint:
    members = _members(value, _ANCHOR, pointer)
    return AnchorHint(
        chain_id=_number(members, "chainId", pointer),
        contract=_parsed(members["contract"], f"{pointer}/contract", Address.parse),
        transaction=_parsed(members["transaction"], f"{pointer}/transaction", Bytes32.parse),
        block_number=_number(members, "blockNumber", pointer),
        block_hash=_parsed(members["blockHash"], f"{pointer}/blockHash", Bytes32.parse),
        block_time=_parsed(members["blockTime"], f"{pointer}/blockTime", parse_time),
    )


def _acceptances(value: Json) -> tuple[str, ...]:
    notes = _array(value, "/acceptances")
    _expect(len(notes) <= _MAX_ACCEPTANCES, "/acceptances", f"want up to {_MAX_ACCEPTANCES}")
    return tuple(_text(note, f"/acceptances/{index}") for index, note in enumerate(notes))


def _path(value: Json, pointer: str) -> tuple[Digest, ...]:
    items = _array(value, pointer)
    _expect(len(items) <= MAX_PATH, pointer, f"want at most {MAX_PATH} hashes")
    return tuple(
        _parsed(item, f"{pointer}/{index}", Digest.parse) for index, item in enumerate(items)
    )


def _number(members: Mapping[str, Json], name: str, pointer: str) -> int:
    value = members[name]
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MAX_SAFE_INTEGER:
        raise InvalidPackageError(f"{pointer}/{name}", f"want a whole number; got {shown(value)}")
    return value


def _members(value: Json, names: tuple[str, ...], pointer: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise InvalidPackageError(pointer, "want an object")
    for name in names:
        _expect(name in value, pointer, f"the member {name} is missing")
    for name in value:
        _expect(name in names, pointer, f"unknown member {shown(name)}")
    return value


def _array(value: Json, pointer: str) -> list[Json]:
    if not isinstance(value, list):
        raise InvalidPackageError(pointer, "want an array")
    return value


def _text(value: Json, pointer: str) -> str:
    if not isinstance(value, str):
        raise InvalidPackageError(pointer, "want text")
    return value


def _parsed(value: Json, pointer: str, parse: Callable[[Json], _Value]) -> _Value:
    try:
        return parse(value)
    except InvalidInputError as error:
        raise InvalidPackageError(pointer, str(error)) from error


def _expect(condition: bool, pointer: str, reason: str) -> None:  # noqa: FBT001 — reads as a sentence
    if not condition:
        raise InvalidPackageError(pointer, reason)
