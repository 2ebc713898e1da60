# SPDX-License-Identifier: Apache-2.0
"""DocumentStatus beside a small model of it: a state machine finds no difference.

The long run is this test with `STATEFUL_EXAMPLES=200`; see test_title_stateful.py.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any, Final

import pytest
from ape.contracts import ContractInstance
from conftest import DAY, People, register
from consents import MANAGE, SIGN
from eth_utils import to_checksum_address
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from stateful_chain import (
    ENOUGH,
    RELAYER,
    SEEDS,
    Choices,
    DirectContract,
    Key,
    Node,
    Outcome,
    Signer,
    Tally,
    Ticket,
    extended,
    limits,
)

CURRENT, REVOKED, SUSPENDED, SUPERSEDED = range(4)
NONE: Final = bytes(32)
SUBJECTS: Final = tuple(bytes([i]) * 32 for i in range(1, 17))
CHANGED: Final = "StatusChanged(bytes32,bytes32,uint8,uint16,bytes32,address,uint32)"
MEMBERS: Final = "bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 {}"
TYPES: Final = {
    "StatusChange": f"bytes32 party,{MEMBERS.format('expectedSequence')},"
    "uint256 nonce,uint64 deadline",
    "StatusChanges": "bytes32 party,Item[] items,uint256 nonce,uint64 deadline",
    "Item": MEMBERS.format("expectedSequence"),
}
COUNTED: Final = ("set", "setMany", "relay", "relayMany")
SPARE: Final = 4  # sign keys of each party; all but the last may be declared compromised


@dataclass(frozen=True, slots=True)
class Item:
    """What a party wants to say about a subject."""

    subject: bytes
    status: int
    reason: int
    successor: bytes
    expected: int

    def members(self) -> dict[str, Any]:
        """Return it by the contract's names."""
        names = ("subject", "status", "reason", "supersededBy", "expectedSequence")
        return dict(zip(names, self.raw(), strict=True))

    def raw(self) -> tuple[Any, ...]:
        """Return it as the contract takes it."""
        return self.subject, self.status, self.reason, self.successor, self.expected


@dataclass(frozen=True, slots=True)
class Entry:
    """A record."""

    key: str = "0x" + "00" * 20
    status: int = CURRENT
    reason: int = 0
    sequence: int = 0
    time: int = 0
    number: int = 0
    successor: bytes = NONE


class RefusedError(Exception):
    """The model refuses; the text is the contract's error."""


@dataclass(slots=True)
class Model:
    """What DocumentStatus says after the same changes."""

    owners: dict[str, bytes]  # of sign keys
    since: dict[str, int] = field(default_factory=dict)  # of keys that were declared compromised
    entries: dict[tuple[bytes, bytes], Entry] = field(default_factory=dict)

    def entry(self, party: bytes, subject: bytes) -> Entry:
        """Return a record; all zero for a subject that nobody mentioned."""
        return self.entries.get((party, subject), Entry())

    def tainted(self, party: bytes, subject: bytes) -> bool:
        """Tell whether a record was written by a key in its window of compromise."""
        entry = self.entry(party, subject)
        return entry.key in self.since and self.since[entry.key] <= entry.time

    def check_signer(self, party: bytes, key: str) -> None:
        """Refuse a key that is no sign key of the party in force."""
        if self.owners.get(key) != party or key in self.since:
            raise RefusedError("DocumentStatus_NotSigner")

    def changes(self, party: bytes, item: Item) -> bool:
        """Tell whether an item is not what its record says; refuse it if it makes no sense."""
        needed = item.status == SUPERSEDED
        if needed != (item.successor != NONE) or (needed and item.successor == item.subject):
            raise RefusedError("DocumentStatus_BadSuccessor")
        entry = self.entry(party, item.subject)
        said = (entry.status, entry.reason, entry.successor)
        tainted = self.tainted(party, item.subject)
        return said != (item.status, item.reason, item.successor) or tainted

    def put(self, party: bytes, item: Item, entry: Entry) -> Entry | None:
        """Write one change; `entry` says by whom and when. None if the record says so already."""
        if not self.changes(party, item):
            return None
        before = self.entry(party, item.subject)
        if before.sequence != item.expected:
            raise RefusedError("DocumentStatus_Stale")
        if before.status in {REVOKED, SUPERSEDED} and not self.tainted(party, item.subject):
            raise RefusedError("DocumentStatus_Final")
        said = {"status": item.status, "reason": item.reason, "successor": item.successor}
        after = replace(entry, **said, sequence=before.sequence + 1)
        self.entries[party, item.subject] = after
        return after


@dataclass(slots=True)
class World:
    """The contracts, and the parties with their keys."""

    node: Node
    status: DirectContract
    registry: DirectContract
    signer: Signer
    signers: dict[bytes, list[Key]]
    managers: dict[bytes, Key]
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Wish:
    """Changes that a key wants, sent one way or the other."""

    party: bytes
    key: Key
    items: tuple[Item, ...]
    many: bool
    ticket: Ticket | None
    flaw: str | None  # what is wrong with the signature

    @property
    def function(self) -> str:
        """Return the function that it goes through."""
        return ("set" if self.ticket is None else "relay") + ("Many" if self.many else "")


class StatusMachine(RuleBasedStateMachine):
    """One example: an empty contract and an empty model."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.node = world, world.node
        self.snapshot = self.node.ask("evm_snapshot")
        self.number, self.time = self.node.latest()
        self.unread = self.number
        owners = {key.address: party for party, keys in world.signers.items() for key in keys}
        self.model = Model(owners)
        self.head = self.replayed = NONE
        self.nonces: set[tuple[str, int]] = set()

    def teardown(self) -> None:
        """Bring the chain back to where the example began."""
        assert self.node.ask("evm_revert", self.snapshot)

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        """Say something."""
        self._change(Choices(seed))

    @rule(seeds=st.lists(SEEDS, min_size=4, max_size=24))
    def several_changes(self, seeds: list[int]) -> None:
        """Make several changes, each in its own block."""
        for seed in seeds:
            self._change(Choices(seed))

    @rule(seed=SEEDS)
    def compromise(self, seed: int) -> None:
        """Declare a key compromised; the last of a party never is."""
        choose = Choices(seed)
        party = choose.among(list(self.world.signers))
        key = choose.among(self.world.signers[party][:-1])
        if key.address in self.model.since:
            return
        written = [each.time for each in self.model.entries.values() if each.key == key.address]
        since = choose.among([self.time, *(each + shift for each in written for shift in (0, 1))])
        since = max(min(since, self.time), self.time - 7 * DAY + 1)
        data = self.world.registry.calldata("declareCompromise", (key.address, since))
        sent = self.world.registry.send(self.world.managers[party].address, data)
        self._mine(self.time + choose.among((0, 1)), sent)
        self.model.since[key.address] = since

    @invariant()
    def contract_and_model_agree(self) -> None:
        """Compare all records, whether they are tainted, and the head."""
        asked = [(party, each) for party in self.world.signers for each in (*SUBJECTS, NONE)]
        found = self.world.status.views("record", asked)
        expected = [self.model.entry(*each) for each in asked]
        assert [_entry(each) for (each,) in found] == expected
        tainted = self.world.status.views("tainted", asked)
        assert [each for (each,) in tainted] == [self.model.tainted(*each) for each in asked]
        if self.unread <= self.number:
            self.replayed = self.world.status.extend(self.replayed, self.unread, self.number)
            self.unread = self.number + 1
        assert self.world.status.view("head") == self.head == self.replayed
        used = self.world.status.views("nonceUsed", list(self.nonces))
        assert all(each for (each,) in used)

    # ---------------------------------------------------------------- one change

    def _change(self, choose: Choices) -> None:
        now = self.time + choose.among((0, 0, 1, 5))
        wish = self._wish(choose, now)
        data = self._calldata(choose, wish)
        sender = wish.key.address if wish.ticket is None else RELAYER
        before = dict(self.model.entries)
        try:
            written = self._apply(wish, now)
            refusal = None
        except RefusedError as refused:
            self.model.entries, refusal = before, str(refused)
        assert self.world.status.attempt(sender, data, now) == Outcome(error=refusal), wish
        counts = self.world.tally.accepted if refusal is None else self.world.tally.refused
        counts[wish.function] += 1
        if refusal is not None:
            return
        self._mine(now, self.world.status.send(sender, data))
        self.world.tally.mined[wish.function] += 1
        for item, entry in written:
            what = (item.status, item.reason, item.successor, wish.key.address, entry.sequence)
            event = (CHANGED, (wish.party, item.subject, *what))
            self.head = extended(self.head, event, self.number, now)

    def _apply(self, wish: Wish, now: int) -> list[tuple[Item, Entry]]:
        """Let the model have the wish; return what was written."""
        if wish.many and not 0 < len(wish.items) <= 256:
            raise RefusedError("DocumentStatus_BadCount")
        self.model.check_signer(wish.party, wish.key.address)
        if wish.ticket is not None:
            if not any(self.model.changes(wish.party, each) for each in wish.items):
                return []
            self._check_ticket(wish, wish.ticket, now)
        entry = Entry(key=wish.key.address, time=now, number=self.number + 1)
        puts = [(each, self.model.put(wish.party, each, entry)) for each in wish.items]
        if wish.ticket is not None:
            self.nonces.add((wish.ticket.key, wish.ticket.nonce))
        return [(item, put) for item, put in puts if put is not None]

    def _check_ticket(self, wish: Wish, ticket: Ticket, now: int) -> None:
        if now > ticket.deadline:
            raise RefusedError("RelayedActs_Expired")
        if (ticket.key, ticket.nonce) in self.nonces:
            raise RefusedError("RelayedActs_NonceUsed")
        if wish.flaw is not None:
            raise RefusedError("RelayedActs_BadSignature")

    def _wish(self, choose: Choices, now: int) -> Wish:
        party = choose.among(list(self.world.signers))
        usable = [
            each for each in self.world.signers[party] if each.address not in self.model.since
        ]
        key = choose.among(usable)
        if choose.percent(8):
            signers = chain.from_iterable(self.world.signers.values())
            key = choose.among([*self.world.managers.values(), *signers])
        many = choose.percent(50)
        count = choose.among((0, 1, 2, 2, 3, 3, 4)) if many else 1
        subjects = choose.shuffled(SUBJECTS)[:count]
        if choose.percent(5):
            subjects = subjects[:1] * count
        items = tuple(self._item(choose, party, each) for each in subjects)
        if many and choose.percent(1):
            items = (items or (self._item(choose, party, NONE),)) * 300
        ticket, flaw = None, None
        if choose.percent(50):
            deadline = now + (-1 if choose.percent(10) else choose.among((0, 1, 99)))
            fresh = 2 + len(self.nonces) + choose.among((0, 2**255))
            nonce = choose.among((0, 1)) if choose.percent(10) else fresh
            ticket = Ticket(key.address, nonce, deadline)
            flaw = choose.among(("party", "chain", "key", "short")) if choose.percent(15) else None
        return Wish(party, key, items, many, ticket, flaw)

    def _item(self, choose: Choices, party: bytes, subject: bytes) -> Item:
        entry = self.model.entry(party, subject)
        if choose.percent(15):  # what the record says already
            said = (subject, entry.status, entry.reason, entry.successor)
            return Item(*said, choose.among((entry.sequence, 0)))
        status = choose.among((CURRENT, SUSPENDED))
        if choose.percent(20):
            status = choose.among((REVOKED, SUPERSEDED))
        successor = choose.among(SUBJECTS) if status == SUPERSEDED else NONE
        if choose.percent(3):
            successor = choose.among((NONE, subject))
        expected = entry.sequence + (choose.among((-1, 1)) if choose.percent(5) else 0)
        return Item(subject, status, choose.among((0, 7, 65535)), successor, max(0, expected))

    def _calldata(self, choose: Choices, wish: Wish) -> str:
        raw = [each.raw() for each in wish.items]
        what: Any = raw if wish.many else raw[0]
        if wish.ticket is None:
            return self.world.status.calldata(wish.function, (wish.party, what))
        signature = self._sign(choose, wish, wish.ticket)
        ticket = (wish.ticket.key, wish.ticket.nonce, wish.ticket.deadline, signature)
        return self.world.status.calldata(wish.function, (wish.party, what, ticket))

    def _sign(self, choose: Choices, wish: Wish, ticket: Ticket) -> bytes:
        items = [each.members() for each in wish.items]
        message: dict[str, Any] = {"items": items} if wish.many else items[0]
        party = NONE if wish.flaw == "party" else wish.party
        message = {"party": party, **message, "nonce": ticket.nonce, "deadline": ticket.deadline}
        key = Key.named("a forger") if wish.flaw == "key" else wish.key
        domain = {"chainId": 1} if wish.flaw == "chain" else {}
        kind = "StatusChanges" if wish.many else "StatusChange"
        signature = self.world.signer.sign(key, kind, message, **domain)
        return signature[: choose.among((0, 64))] if wish.flaw == "short" else signature

    def _mine(self, now: int, transaction: str) -> None:
        self.node.mine(now)
        self.number, self.time = self.number + 1, now
        receipt = self.node.ask("eth_getTransactionReceipt", transaction)
        assert (receipt["status"], int(receipt["blockNumber"], 16)) == ("0x1", self.number)


def _entry(found: tuple[Any, ...]) -> Entry:
    """Read a record; the addresses of eth-abi are in lower case."""
    key, *others = found
    return Entry(key if key == Entry().key else str(to_checksum_address(key)), *others)


@pytest.fixture
def world(status: ContractInstance, registry: ContractInstance, people: People) -> Iterator[World]:
    """Two parties with several keys each, and what nobody said anything in yet."""
    signers, managers = {}, {}
    for name in ("Aral Line", "Baku Bank"):
        keys = [Key.named(f"{name} signs {i}") for i in range(SPARE)]
        manager = Key.named(f"{name} manages")
        granted = (*((each, SIGN) for each in keys), (manager, MANAGE))
        party = register(registry, people, name, granted)
        signers[party], managers[party] = keys, manager
    node = Node(status)
    contract = DirectContract(node, status, "DocumentStatus")
    known = DirectContract(node, registry, "PartyRegistry")
    signer = Signer(contract, "Corridor Ledger DocumentStatus", TYPES)
    with node.by_hand():
        yield World(node, contract, known, signer, signers, managers)


def test_status_when_changed_at_random_then_is_what_the_model_says(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    run_state_machine_as_test(lambda: StatusMachine(world), settings=limits(12, 10))
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *world.tally.lines(), ""]))
    assert [each for each in COUNTED if world.tally.mined[each] < ENOUGH] == []
