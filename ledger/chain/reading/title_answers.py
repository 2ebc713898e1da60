# SPDX-License-Identifier: Apache-2.0
"""LedgerLens's answer about a title: its record, its parties' names, its keys' compromises."""

from collections.abc import Sequence
from typing import Any, Final

from ledger.chain.reading.abi import AbiType
from ledger.errors import ChainUnavailableError
from ledger.ports import KeyDoubt, PartyName, TitleAnswer, TitleHistory, TitleQuestion
from ledger.primitives import Address, Bytes32, Digest, PartyId
from ledger.titles import Title, TitleState
from ledger.trust import TrustedLedger

__all__ = ["TITLE_ANSWER", "read_title"]

_WORDS: Final[tuple[AbiType, ...]] = ("bytes32",) * 8
_RECORD: Final[AbiType] = (
    *_WORDS,
    "uint8",
    "bool",
    "uint32",
    "uint64",
    "uint64",
    "uint64",
    "address",
    ["bytes32"],
)
TITLE_ANSWER: Final[AbiType] = (
    "bytes32",
    "address",
    "bytes32",
    _RECORD,
    [("bytes32", "string", "bytes2", "string")],
    [("address", "uint64", "uint64")],
)
_NOBODY: Final = bytes(32)
_ROLES: Final = 4  # carrier, holder, beneficiary, nominee: the record's first members


def read_title(
    values: tuple[Any, ...], ledger: TrustedLedger, question: TitleQuestion, history: TitleHistory
) -> TitleAnswer:
    """Hold the decoded answer about a title against the trust file and the question.

    Raises:
        ChainUnavailableError: other code, another registry, another question, or no such state.
    """
    code_hash, registry, title_of, record, parties, keys = values
    if code_hash != question.register.code_hash.raw:
        raise ChainUnavailableError("the title register's code is not what the trust file says")
    if registry != ledger.parties.address.raw:
        raise ChainUnavailableError("the title register names another registry than the trust file")
    asked = [*(key.raw for key in history.keys), record[-2]]
    if [key for key, _, _ in keys] != asked or [item[0] for item in parties] != [*record[:_ROLES]]:
        raise ChainUnavailableError("the node answered about another title")
    return TitleAnswer(
        record=_record(record),
        key=Address(record[-2]),
        title_of=Bytes32(title_of),
        parties=tuple(
            PartyName(PartyId(party), name)
            for party, name, _country, _kind in parties
            if party != _NOBODY
        ),
        keys=tuple(KeyDoubt(Address(key), since) for key, since, _block in keys),
    )


def _record(values: Sequence[Any]) -> Title | None:
    words, (state, paused, sequence, time, accept_by, share, _key, origins) = values[:8], values[8:]
    if state not in list(TitleState):
        raise ChainUnavailableError(f"the node sent {state}, which is no state of a title")
    if state == TitleState.NONE:
        if any(map(any, words)) or any(values[8:-2]) or any(values[-2]) or origins:
            raise ChainUnavailableError("the node sent a record of no title that is not empty")
        return None
    if words[0] == _NOBODY:
        raise ChainUnavailableError("the node sent a title of no carrier")
    carrier, holder, beneficiary, nominee, former_holder, former_beneficiary = words[:6]
    return Title(
        carrier=PartyId(carrier),
        commitment=Digest(words[6]),
        holder=_party(holder),
        beneficiary=_party(beneficiary),
        former_holder=_party(former_holder),
        former_beneficiary=_party(former_beneficiary),
        nominee=_party(nominee),
        state=TitleState(state),
        paused=paused,
        sequence=sequence,
        time=time,
        accept_by=accept_by or None,
        intent=None if words[7] == _NOBODY else Digest(words[7]),
        share=share,
        origins=tuple(map(Bytes32, origins)),
    )


def _party(word: bytes) -> PartyId | None:
    return None if word == _NOBODY else PartyId(word)
