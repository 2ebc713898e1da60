# SPDX-License-Identifier: Apache-2.0
"""Parties, their keys and accreditations: every writing call of PartyRegistry."""

import hashlib
import re
from typing import Final

from ledger.chain.writing.consents import KeyGrant, RegistryId
from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.node import Node
from ledger.chain.writing.sending import MinedTransaction, Sender
from ledger.chain.writing.transactions import Account
from ledger.errors import ChainUnavailableError, InvalidValueError
from ledger.ports import Interval
from ledger.primitives import Address, PartyId, shown

__all__ = ["Registrar", "document_type_word"]

_COUNTRY_LETTERS: Final = 2
_DOCUMENT_TYPE = re.compile(r"[a-z][a-z0-9-]{0,47}", re.ASCII)


def document_type_word(document_type: str) -> bytes:
    """What stands on chain for a documentType: its SHA-256 (docs/formats.md §2–4)."""
    if not _DOCUMENT_TYPE.fullmatch(document_type):
        raise InvalidValueError(
            f"want a documentType [a-z][a-z0-9-]{{0,47}}; got {shown(document_type)}"
        )
    return hashlib.sha256(document_type.encode("ascii")).digest()


class Registrar:
    """Acts on a PartyRegistry with one account.

    Which account may do what, the contract decides: the registrar registers parties, adds keys late
    and ends them early; the accreditor accredits; a party's `manage` key keeps its keys.
    All times are Unix seconds. Every method waits until its transaction is mined, and raises
    `ChainRejectedError` with the contract's own error, or `ChainUnavailableError`.
    """

    def __init__(self, node: Node, registry: Address, account: Account) -> None:
        self._node = node
        self._contract = Contract(node, "PartyRegistry", registry)
        self._sender = Sender(node, account)
        self._id = RegistryId(node.chain_id, registry)

    def next_party_id(self) -> PartyId:
        """The id of the party that is registered next: what its first keys consent to."""
        serial = self._contract.read("nextSerial")
        return PartyId(bytes(self._contract.read("partyId", serial)))

    def register_party(
        self, name: str, country: str, kind: str, grants: tuple[KeyGrant, ...]
    ) -> PartyId:
        """Register a party with its first keys, which are in force from the next second on.

        Two at once: the slower one's consents are for the other's id, and the contract refuses.
        """
        party = self.next_party_id()
        keys = [self._grant(party, grant) for grant in grants]
        receipt = self._sender.act(
            self._contract, "registerParty", name, _country(country), kind, keys
        )
        events = self._contract.events("PartyRegistered", receipt)
        if len(events) != 1 or bytes(events[0]["party"]) != party.raw:
            raise ChainUnavailableError("the node shows no event for the party just registered")
        return party

    def add_key(self, party: PartyId, grant: KeyGrant) -> MinedTransaction:
        """Add a key to a party: at once by a `manage` key, after the delay by the registrar."""
        return self._act("addKey", party.raw, self._grant(party, grant))

    def set_key_end(self, key: Address, end: int) -> MinedTransaction:
        """Move the end of a key that has not ended."""
        return self._act("setKeyEnd", checksummed(key), end)

    def declare_compromise(self, key: Address, since: int) -> MinedTransaction:
        """Declare that a key was in other hands since then."""
        return self._act("declareCompromise", checksummed(key), since)

    def object_to_compromise(self, key: Address) -> MinedTransaction:
        """With another `manage` key: the registrar's declaration about this one is disputed."""
        return self._act("objectToCompromise", checksummed(key))

    def veto(self, key: Address) -> MinedTransaction:
        """With a `manage` key: refuse a key that the registrar added and that still waits."""
        return self._act("vetoKey", checksummed(key))

    def accredit(
        self, party: PartyId, document_type: str, start: int, end: int
    ) -> MinedTransaction:
        """Accredit a party for a type from `start` on, or from the next second if that is later."""
        return self._act("accredit", party.raw, document_type_word(document_type), start, end)

    def set_accreditation_end(
        self, party: PartyId, document_type: str, end: int, *, index: int | None = None
    ) -> MinedTransaction:
        """Move the end of one accreditation for a type.

        Args:
            party: The party.
            document_type: The type.
            end: The new end.
            index: Which one, from zero; without it the one that is running now, else the last.
        """
        word = document_type_word(document_type)
        if index is None:
            index = self._current(party, word)
        return self._act("setAccreditationEnd", party.raw, word, index, end)

    def _current(self, party: PartyId, word: bytes) -> int:
        """Which accreditation is running, else the last one; zero if there is none."""
        answer = self._contract.read("accreditations", party.raw, word)
        # No block can be written in this second any more: what counts is what runs in the next.
        time = self._node.latest().time + 1
        running = (i for i, item in enumerate(answer) if Interval(*item).holds(time))
        return next(running, max(len(answer) - 1, 0))

    def _act(self, function: str, *arguments: object) -> MinedTransaction:
        return MinedTransaction.of(self._sender.act(self._contract, function, *arguments))

    def _grant(self, party: PartyId, grant: KeyGrant) -> tuple[str, int, int, int, bytes]:
        return (
            checksummed(grant.holder.address),
            int(grant.role),
            grant.not_before,
            grant.end,
            grant.consent_for(self._id, party).raw,
        )


def _country(text: str) -> bytes:
    raw = text.encode("ascii", errors="replace")
    if len(raw) != _COUNTRY_LETTERS:
        raise InvalidValueError(f"want a country of two letters; got {shown(text)}")
    return raw
