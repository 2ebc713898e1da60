# SPDX-License-Identifier: Apache-2.0
"""May this key speak for this party about such a document, until then? Asked before accepting."""

from collections.abc import Iterable
from typing import Final

from ledger.chain.writing.consents import Role
from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.node import Node
from ledger.chain.writing.registrar import document_type_word
from ledger.errors import NotAuthorisedYetError
from ledger.ports import Clock, Interval, KeyRecord
from ledger.primitives import Address, Bytes32, PartyId, format_time

__all__ = ["ChainAuthority"]

_CACHED_ANSWERS: Final = 4096
_CACHE_SECONDS: Final = 2
_YEAR_10000: Final = 253_402_300_800


class ChainAuthority:
    """`Authority` over a PartyRegistry at the newest block.

    A good answer is kept for two seconds, a bad one never: a busy intake asks the same question for
    every document. Verifiers ask the chain themselves; this only spares issuers a late surprise.
    """

    def __init__(self, node: Node, registry: Address, clock: Clock) -> None:
        self._node = node
        self._contract = Contract(node, "PartyRegistry", registry)
        self._clock = clock
        self._good: dict[tuple[PartyId, Address, str | None], tuple[int, int]] = {}

    def authorised(
        self, party: PartyId, signer: Address, document_type: str | None, until: int
    ) -> None:
        """See `Authority`.

        Raises:
            NotAuthorisedYetError: says what is missing, or ends too early.
            ChainUnavailableError: nothing is known.
        """
        question = (party, signer, document_type)
        now = self._clock.now()
        asked, end = self._good.get(question, (now - _CACHE_SECONDS, 0))
        if 0 <= now - asked < _CACHE_SECONDS and until < end:
            return
        end = self._end(party, signer, document_type)
        if until >= end:
            raise NotAuthorisedYetError(
                f"the authority of key {signer} for {document_type or 'any type'} ends at "
                f"{_shown(end)}; the document may be anchored as late as {_shown(until)}"
            )
        if len(self._good) >= _CACHED_ANSWERS:
            self._good.clear()
        self._good[question] = (now, end)

    def _end(self, party: PartyId, signer: Address, document_type: str | None) -> int:
        """When the authority that holds now will end."""
        # An interval that began this very second may be ahead of a slow chain's newest block.
        time = max(self._node.latest().time, self._clock.now())
        key = self._key(signer)
        _check_key(key, party, signer, time)
        if document_type is None:
            return key.interval.end
        word = document_type_word(document_type)
        answer = self._contract.read("accreditations", party.raw, word)
        end = _covered(time, (Interval(start, end) for start, end in answer))
        if end is None:
            raise NotAuthorisedYetError(
                f"party {party} is not accredited for {document_type} at {_shown(time)}"
            )
        return min(end, key.interval.end)

    def _key(self, signer: Address) -> KeyRecord:
        record = self._contract.read("keyOf", checksummed(signer))
        party, start, end, since, role, _late, _vetoed, _by, _objected, block, _time = record
        return KeyRecord(Bytes32(bytes(party)), Interval(start, end), role, since, block)


def _check_key(key: KeyRecord, party: PartyId, signer: Address, time: int) -> None:
    if key.party.raw != party.raw:
        raise NotAuthorisedYetError(f"key {signer} does not belong to party {party}")
    if key.role != Role.SIGN:
        raise NotAuthorisedYetError(f"key {signer} has no role to sign")
    if key.compromised_since:
        since = _shown(key.compromised_since)
        raise NotAuthorisedYetError(f"key {signer} was declared compromised since {since}")
    if not key.interval.holds(time):
        start, end = _shown(key.interval.start), _shown(key.interval.end)
        raise NotAuthorisedYetError(
            f"key {signer} is in force from {start} until before {end}; it is {_shown(time)}"
        )


def _covered(time: int, intervals: Iterable[Interval]) -> int | None:
    """The end of the unbroken stretch of intervals that holds `time`; None if none does."""
    end = None
    for interval in intervals:
        if interval.holds(time if end is None else end):
            end = interval.end
    return end


def _shown(time: int) -> str:
    return format_time(time) if time < _YEAR_10000 else "the end of time"
