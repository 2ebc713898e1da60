# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry by the rules of `ledger.titles`, and DocumentStatus: `ActChain`; and a relay."""

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


FINAL = {1, 3}  # revoked, superseded


class StatusRefusedError(Exception):
    """What DocumentStatus would revert with."""


class MemoryTitles:
    """What the chain holds; `carry` is what the relay and a block do.

    `on_status` is told of each status that was written.
    """

    def __init__(self, store, *parties):
        self.store, self.names = store, {party.id: party.name for party in parties}
        self.register = TitleRegister(set(self.names))
        self.events = {}
        self.block = 0
        self.down = None
        self.statuses = {}
        self.on_status = lambda *_: None

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

    def status(self, party, subject):
        if self.down is not None:
            raise self.down
        nothing = StatusNow(0, 0, bytes(32), 0, tainted=False)
        return self.statuses.get((party, subject), nothing)

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
            except StatusRefusedError as error:
                self.store.store_refused(stored.signed.id, str(error), None)
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
        elif act.type is ActType.STATUS_CHANGE:
            names = ("subject", "status", "reason", "supersededBy", "expectedSequence")
            self._declare(party, *(act.message[name] for name in names))
        elif act.type is ActType.STATUS_CHANGES:
            for item in act.message["items"]:
                self._declare(party, *item)

    def _declare(self, party, subject, status, reason, successor, expected):
        before = self.status(party, Digest(subject))
        if before.sequence != expected:
            told = f"0x{subject.hex()}, {before.sequence}, {expected}"
            raise StatusRefusedError(f"DocumentStatus_Stale({told})")
        if before.status in FINAL:
            raise StatusRefusedError(f"DocumentStatus_Final(0x{subject.hex()}, {before.status})")
        after = StatusNow(status, reason, successor, expected + 1, tainted=False)
        self.statuses[party, Digest(subject)] = after
        self.on_status(party, Digest(subject), status)

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
