# SPDX-License-Identifier: Apache-2.0
"""A TitleRegistry in memory, by the rules of `ledger.titles`: `ActChain`; and a relay."""

from ledger.acts import ActContract, ActDomain, ActType
from ledger.ports import TitleEvent
from ledger.ports.relaying import ActPlace, ActState
from ledger.ports.titling import StatusNow, TitleView
from ledger.primitives import Address, Bytes32, Digest, PartyId
from ledger.titles import (
    Issue,
    TitleAct,
    TitleAction,
    TitleRefusedError,
    TitleRegister,
    title_id,
)

REGISTER = Address(b"\x77" * 20)
STATUS = Address(b"\x78" * 20)
SOME_BLOCK = Bytes32(b"\xbb" * 32)
SOME_TRANSACTION = Bytes32(b"\xaa" * 32)


def domains(chain_id):
    places = {ActContract.TITLES: REGISTER, ActContract.STATUS: STATUS}
    return {contract: ActDomain(contract, chain_id, place) for contract, place in places.items()}


class MemoryTitles:
    """What the chain holds; `carry` is what the relay and a block do."""

    def __init__(self, store, *parties):
        self.store, self.names = store, {party.id: party.name for party in parties}
        self.register = TitleRegister(set(self.names))
        self.events = {}
        self.block = 0
        self.down = None

    # -- ActChain ----------------------------------------------------------------------------------

    def title(self, title):
        if self.down is not None:
            raise self.down
        return self.register.titles.get(title)

    def title_view(self, title):
        record = self.title(title)
        return record and TitleView(title, record, tuple(self.events[title]), self.names)

    def tag_key_hash(self, party):
        return self.register.tag_keys.get(party)

    def status(self, _party, _subject):
        return StatusNow(0, 0, bytes(32), 0, tainted=False)

    # -- what a test does --------------------------------------------------------------------------

    def carry(self):
        """Do what was accepted, each act in a block of its own."""
        for stored in self.store.in_state(ActState.ACCEPTED, 100):
            self.block += 1
            try:
                self._do(stored.signed)
            except TitleRefusedError as error:
                refusal = f"TitleRegistry_{error.code}({error})"
                self.store.store_refused(stored.signed.id, refusal, None)
            else:
                place = ActPlace(SOME_TRANSACTION, self.block, SOME_BLOCK)
                self.store.store_done(stored.signed.id, place)

    def _do(self, signed):
        act, party = signed.act, signed.act.party
        if act.type is ActType.TAG_KEY:
            self.register.register_tag_key(party, Digest(act.word("keyHash")))
        elif act.type is ActType.ISSUE:
            self._issue(signed, party)
        elif act.type is ActType.ACT:
            self._act(signed, party)

    def _issue(self, signed, party):
        act = signed.act
        wish = Issue(
            Digest(act.word("tag")),
            Digest(act.word("commitment")),
            PartyId(act.word("holder")),
            PartyId(act.word("beneficiary")),
            Digest(act.word("remark")),
        )
        self.register.issue(wish, party, self.block)
        self._say(title_id(party, wish.tag), signed, wish, 1)

    def _act(self, signed, party):
        act = signed.act
        title = Bytes32(act.word("title"))
        wish = TitleAct(
            TitleAction(act.number("action")),
            title,
            act.number("expectedSequence"),
            PartyId(act.word("holder")),
            PartyId(act.word("beneficiary")),
            Digest(act.word("intent")),
            act.number("acceptBy"),
            Digest(act.word("remark")),
        )
        after = self.register.act(wish, party, self.block)
        self._say(title, signed, wish, after.sequence)

    def _say(self, title, signed, wish, sequence):
        event = TitleEvent(
            place=(self.block, 0, 0),
            transaction=SOME_TRANSACTION,
            time=1_770_000_000 + self.block,
            party=signed.act.party,
            key=signed.key,
            sequence=sequence,
            wish=wish,
        )
        self.events.setdefault(title, []).append(event)
