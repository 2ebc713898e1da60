# SPDX-License-Identifier: Apache-2.0
"""LedgerLens: a question as calldata, an answer as typed values, held against the trust file."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

from ledger.anchors import HeadRecord
from ledger.chain.reading.abi import AbiType, decode, encode
from ledger.chain.reading.title_answers import TITLE_ANSWER, read_title
from ledger.errors import ChainUnavailableError
from ledger.ports import (
    Answer,
    Interval,
    IssuerAnswer,
    KeyRecord,
    PartyName,
    Question,
    ReceiptAnswer,
    StatusRecord,
    TitleAnswer,
    TitleHistory,
)
from ledger.primitives import MAX_TIME, Bytes32, Digest, PartyId
from ledger.statements import keccak256
from ledger.trust import Trust, TrustedLedger

__all__ = ["calldata", "read_answer"]

_MOST_NAMES: Final = 64
_NO_HISTORY: Final = TitleHistory(())

_QUERY: Final[AbiType] = (
    "address",
    "address",
    ["address"],
    "bytes32",
    "bytes32",
    [("bytes32", "address", "bytes32", "bytes32")],
    ["bytes32"],
    ("address", "bytes32", ["address"]),
)
_SIGNATURE: Final = (
    "lookup((address,address,address[],bytes32,bytes32,"
    "(bytes32,address,bytes32,bytes32)[],bytes32[],(address,bytes32,address[])))"
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
    TITLE_ANSWER,
)


def calldata(
    ledger: TrustedLedger, question: Question, history: TitleHistory = _NO_HISTORY
) -> bytes:
    """Encode `LedgerLens.lookup`; on chain a document type is H(documentType).

    `history`: whose keys and parties to ask about, if the question is about a title.
    """
    named, title = _named(question, history), question.title
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
        [party.raw for party in (*question.issuers, *named)],
        (bytes(20), bytes(32), [])
        if title is None
        else (title.register.address.raw, title.title.raw, [key.raw for key in history.keys]),
    )
    return SELECTOR + encode((_QUERY,), (query,))


def read_answer(
    raw: bytes,
    trust: Trust,
    ledger: TrustedLedger,
    question: Question,
    history: TitleHistory = _NO_HISTORY,
) -> Answer:
    """Decode an answer and hold it against what the trust file says of the contracts.

    Raises:
        ChainUnavailableError: another chain, other code, another registry, a time after the year
            9999, or not an answer.
    """
    (values,) = decode((_ANSWER,), raw)
    (chain_id, number, time, log_code, registry_code, status_codes) = values[:6]
    (registry, size, _root, frozen, receipts, issuers, title) = values[6:]
    if chain_id != trust.chain_id:
        raise ChainUnavailableError(f"the node answers for chain {chain_id}")
    expected = [ledger.log, ledger.parties, *ledger.statuses]
    found = [log_code, registry_code, *status_codes]
    if [contract.code_hash.raw for contract in expected] != found:
        raise ChainUnavailableError("the contracts' code is not what the trust file says")
    if registry != ledger.parties.address.raw:
        raise ChainUnavailableError("the log names another registry than the trust file")
    named = _named(question, history)
    own = len(question.issuers)
    if len(receipts) != len(question.receipts) or len(issuers) != own + len(named):
        raise ChainUnavailableError("the node answered another question")
    answers = tuple(_issuer(item, 2 * len(ledger.statuses)) for item in issuers)
    answer = Answer(
        number=number,
        time=time,
        log_size=size,
        frozen=frozen,
        receipts=tuple(_receipt(item) for item in receipts),
        issuers=answers[:own],
        title=_title(title, ledger, question, history, answers[own:]),
    )
    if max(_times(answer)) > MAX_TIME:
        raise ChainUnavailableError("the node sent a time that no calendar has")
    return answer


def _times(answer: Answer) -> Iterator[int]:
    yield answer.time
    yield from (receipt.head.time for receipt in answer.receipts)
    yield from (record.time for issuer in answer.issuers for record in issuer.statuses)
    if answer.title is not None and answer.title.record is not None:
        yield answer.title.record.time


def _title(
    values: tuple[Any, ...],
    ledger: TrustedLedger,
    question: Question,
    history: TitleHistory,
    named: tuple[IssuerAnswer, ...],
) -> TitleAnswer | None:
    if question.title is None:
        return None
    answer = read_title(values, ledger, question.title, history)
    names = map(PartyName, _named(question, history), [item.name for item in named])
    return replace(answer, parties=(*answer.parties, *names))


def _named(question: Question, history: TitleHistory) -> tuple[PartyId, ...]:
    """The parties of a title's past that are no issuers: the lens names them as if they were."""
    others = [party for party in history.parties if party not in question.issuers]
    return tuple(others[:_MOST_NAMES])


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
