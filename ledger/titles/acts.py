# SPDX-License-Identifier: Apache-2.0
"""What a party can want of TitleRegistry. Members that are None are zero on chain, and read so."""

from dataclasses import dataclass
from typing import Final

from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles.record import TitleAction

__all__ = ["Issue", "Part", "Reissue", "TitleAct"]

_UINT32_BITS: Final = 32
_UINT64_BITS: Final = 64


@dataclass(frozen=True, slots=True)
class Issue:
    """A title for the bill with this commitment; the tag is of the bill's reference."""

    tag: Digest
    commitment: Digest
    holder: PartyId | None
    beneficiary: PartyId | None
    remark: Digest | None = None
    expected_sequence: int = 0

    def __post_init__(self) -> None:
        _zero_is_none(self, "holder", "beneficiary", "remark")
        _check_width("expected_sequence", self.expected_sequence, _UINT32_BITS)


@dataclass(frozen=True, slots=True)
class TitleAct:
    """An act on a title; which members an action takes, `TitleRegister.act` says.

    `accept_by` in Unix seconds.
    """

    action: TitleAction
    title: Bytes32
    expected_sequence: int
    holder: PartyId | None = None
    beneficiary: PartyId | None = None
    intent: Digest | None = None
    accept_by: int | None = None
    remark: Digest | None = None

    def __post_init__(self) -> None:
        _zero_is_none(self, "holder", "beneficiary", "intent", "accept_by", "remark")
        _check_width("expected_sequence", self.expected_sequence, _UINT32_BITS)
        _check_width("accept_by", self.accept_by or 0, _UINT64_BITS)


@dataclass(frozen=True, slots=True)
class Part:
    """A title that comes from others; `share` in parts of `WHOLE`."""

    tag: Digest
    commitment: Digest
    share: int

    def __post_init__(self) -> None:
        _check_width("share", self.share, _UINT64_BITS)


@dataclass(frozen=True, slots=True)
class Reissue:
    """Close one title and open several, or the other way round."""

    titles: tuple[Bytes32, ...]
    expected_sequences: tuple[int, ...]
    parts: tuple[Part, ...]
    remark: Digest | None = None

    def __post_init__(self) -> None:
        _zero_is_none(self, "remark")
        for expected in self.expected_sequences:
            _check_width("expected_sequence", expected, _UINT32_BITS)


def _zero_is_none(wish: Issue | TitleAct | Reissue, *members: str) -> None:
    """The chain cannot tell a zero from nothing; so that both compare equal, zeros go."""
    for member in members:
        value = getattr(wish, member)
        if value == 0 or (isinstance(value, Bytes32 | Digest) and not any(value.raw)):
            object.__setattr__(wish, member, None)


def _check_width(member: str, number: int, bits: int) -> None:
    if number < 0 or number.bit_length() > bits:
        raise InvalidValueError(f"{member} is a number of {bits} bits; got {number}")
