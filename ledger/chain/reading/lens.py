# SPDX-License-Identifier: Apache-2.0
"""LedgerLens: a question as calldata, an answer as typed values, held against the trust file."""

import hashlib
from typing import Any, Final

from ledger.anchors import HeadRecord
from ledger.chain.reading.abi import AbiType, decode, encode
from ledger.errors import ChainUnavailableError
from ledger.ports import (
    Answer,
    Interval,
    IssuerAnswer,
    KeyRecord,
    Question,
    ReceiptAnswer,
    StatusRecord,
)
from ledger.primitives import Bytes32, Digest
from ledger.statements import keccak256
from ledger.trust import Trust, TrustedLedger

__all__ = ["calldata", "read_answer"]

_QUERY: Final[AbiType] = (
    "address",
    "address",
    ["address"],
    "bytes32",
    "bytes32",
    [("bytes32", "address", "bytes32", "bytes32")],
    ["bytes32"],
)
_SIGNATURE: Final = (
    "lookup((address,address,address[],bytes32,bytes32,"
    "(bytes32,address,bytes32,bytes32)[],bytes32[]))"
)
SELECTOR: Final = keccak256(_SIGNATURE.encode())[:4]
_HEAD: Final[AbiType] = ("uint64",) * 4
_KEY: Final[AbiType] = (
    "bytes32",
    "uint64",
    "uint64",
    "uint64",
    "uint8",
    "bool",
    "bool",
    "bool",
    "bool",
    "uint64",
    "uint64",
)
_STATUS: Final[AbiType] = (
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "uint64",
    "bytes32",
    "address",
    "uint64",
    "uint64",
)
_ANSWER: Final[AbiType] = (
    "uint256",
    "uint64",
    "uint64",
    "bytes32",
    "bytes32",
    ["bytes32"],
    "address",
    "uint64",
    "bytes32",
    "bool",
    [(_HEAD, _KEY, [("uint64", "uint64")])],
    [("string", "bytes2", "string", [_STATUS])],
)


def calldata(ledger: TrustedLedger, question: Question) -> bytes:
    """Encode `LedgerLens.lookup`; on chain a document type is H(documentType)."""
    query = (
        ledger.log.address.raw,
        ledger.parties.address.raw,
        [contract.address.raw for contract in ledger.statuses],
        hashlib.sha256(question.document_type.encode()).digest(),
        question.commitment.raw,
        [
            (item.party.raw, item.signer.raw, item.statement_root.raw, item.root.raw)
            for item in question.receipts
        ],
        [party.raw for party in question.issuers],
    )
    return SELECTOR + encode((_QUERY,), (query,))


def read_answer(raw: bytes, trust: Trust, ledger: TrustedLedger, question: Question) -> Answer:
    """Decode an answer and hold it against what the trust file says of the contracts.

    Raises:
        ChainUnavailableError: another chain, other code, another registry, or not an answer.
    """
    (values,) = decode((_ANSWER,), raw)
    (chain_id, number, time, log_code, registry_code, status_codes) = values[:6]
    (registry, size, _root, frozen, receipts, issuers) = values[6:]
    if chain_id != trust.chain_id:
        raise ChainUnavailableError(f"the node answers for chain {chain_id}")
    expected = [ledger.log, ledger.parties, *ledger.statuses]
    found = [log_code, registry_code, *status_codes]
    if [contract.code_hash.raw for contract in expected] != found:
        raise ChainUnavailableError("the contracts' code is not what the trust file says")
    if registry != ledger.parties.address.raw:
        raise ChainUnavailableError("the log names another registry than the trust file")
    if len(receipts) != len(question.receipts) or len(issuers) != len(question.issuers):
        raise ChainUnavailableError("the node answered another question")
    return Answer(
        number=number,
        time=time,
        log_size=size,
        frozen=frozen,
        receipts=tuple(_receipt(item) for item in receipts),
        issuers=tuple(_issuer(item, 2 * len(ledger.statuses)) for item in issuers),
    )


def _receipt(values: tuple[Any, ...]) -> ReceiptAnswer:
    head, key, accreditations = values
    party, start, end, since, role, _late, vetoed, _by, _objected, declared, _time = key
    # A vetoed key never was in force, whatever its interval says.
    interval = Interval(start, start if vetoed else end)
    return ReceiptAnswer(
        HeadRecord(*head),
        KeyRecord(Bytes32(party), interval, role, since, declared),
        tuple(Interval(*item) for item in accreditations),
    )


def _issuer(values: tuple[Any, ...], records: int) -> IssuerAnswer:
    name, country, kind, statuses = values
    if len(statuses) != records:
        raise ChainUnavailableError("the node answered for other status contracts")
    return IssuerAnswer(
        name, country.rstrip(b"\0").decode("ascii", "replace"), kind, tuple(map(_status, statuses))
    )


def _status(values: tuple[Any, ...]) -> StatusRecord:
    status, reason, _sequence, time, block, superseded_by, _key, since, declared = values
    return StatusRecord(status, reason, time, block, Digest(superseded_by), since, declared)
