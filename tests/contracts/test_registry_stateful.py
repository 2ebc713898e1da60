# SPDX-License-Identifier: Apache-2.0
"""The keys of PartyRegistry beside a small model: what is past changes by a compromise only.

Besides, answers about past seconds are kept and asked for again after every step: none may change,
but `Yes` to `Undecided`, and that only from the second on since when a key counts as compromised.
The long run is this test with `STATEFUL_EXAMPLES=200`; see test_title_stateful.py.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final

import pytest
from ape.contracts import ContractInstance
from conftest import BILL, DAY, DELAY, HOUR, People, register
from consents import FOREVER, MANAGE, NONE, SIGN, consent
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from registry_model import (
    AHEAD,
    NOWHERE,
    UNDECIDED,
    YES,
    Entry,
    Grant,
    Model,
    RefusedError,
)
from stateful_chain import (
    ENOUGH,
    SEEDS,
    Choices,
    DirectContract,
    Key,
    Node,
    Outcome,
    Said,
    Tally,
    extended,
    limits,
)

COUNTED: Final = ("addKey", "setKeyEnd", "vetoKey", "declareCompromise", "objectToCompromise")


@dataclass(slots=True)
class World:
    """The registry, its registrar, and parties that begin with these keys."""

    node: Node
    instance: ContractInstance
    contract: DirectContract
    registrar: str
    begun: dict[bytes, dict[str, tuple[Key, Entry]]]
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A call, and what the model does with it."""

    function: str
    by: str
    arguments: tuple[Any, ...]
    apply: Callable[[Model, int, int], Said]


class RegistryMachine(RuleBasedStateMachine):
    """One example: two parties, each with managers and signers, and keys that come and go."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.node = world, world.node
        self.snapshot = self.node.ask("evm_snapshot")
        self.number, self.time = self.node.latest()
        self.model = Model(world.registrar, list(world.begun))
        begun = {name: each for keys in world.begun.values() for name, each in keys.items()}
        self.known = {name: key for name, (key, _) in begun.items()}
        self.model.keys = {name: entry for name, (_, entry) in begun.items()}
        self.head = self.replayed = bytes(world.contract.view("head"))
        self.unread = self.number + 1
        self.answers: dict[tuple[bytes, str, int, int], int] = {}

    def teardown(self) -> None:
        """Bring the chain back to where the example began."""
        assert self.node.ask("evm_revert", self.snapshot)

    @rule(seeds=st.lists(SEEDS, min_size=4, max_size=24))
    def several_calls(self, seeds: list[int]) -> None:
        """Make several calls, often at a second about which some rule turns."""
        for seed in seeds:
            choose = Choices(seed)
            now = self._moment(choose)
            for attempt in self._wishes(choose, now):
                if self._try(attempt, now):
                    break

    @invariant()
    def contract_and_model_agree(self) -> None:
        """Compare all keys, who may act now, and the head."""
        names = list(self.model.keys)
        found = self.world.contract.views("keyOf", [(each,) for each in names])
        assert [Entry(*each) for (each,) in found] == [self.model.keys[each] for each in names]
        signing = self.world.contract.views("signerOf", [(each,) for each in names])
        assert [party for party, *_ in signing] == [self._signs_for(each) for each in names]
        if self.unread <= self.number:
            self.replayed = self.world.contract.extend(self.replayed, self.unread, self.number)
            self.unread = self.number + 1
        assert self.world.contract.view("head") == self.head == self.replayed

    @invariant()
    def what_is_past_stays(self) -> None:
        """Ask again what was asked before, and then about this block."""
        asked = list(self.answers)
        for place, answer in zip(asked, self._judge(asked), strict=True):
            party, key, time, number = place
            since = self.model.keys[key].since
            doubted = since and since <= time
            assert answer == self.model.authority(party, key, time, number)
            assert answer == self.answers[place] or (
                (self.answers[place], answer) == (YES, UNDECIDED) and doubted
            )
            self.answers[place] = answer
        places = [
            (entry.party, key, self.time, self.number)
            for key, entry in self.model.keys.items()
            if entry.role == SIGN
        ]
        self.answers.update(zip(places, self._judge(places), strict=True))

    # ---------------------------------------------------------------- one call

    def _try(self, attempt: Attempt, now: int) -> bool:
        before = dict(self.model.keys)
        refusal, event = None, None
        try:
            event = attempt.apply(self.model, self.number + 1, now)
        except RefusedError as refused:
            refusal = f"PartyRegistry_{refused}"
        data = self.world.contract.calldata(attempt.function, attempt.arguments)
        found = self.world.contract.attempt(attempt.by, data, now, self.number + 1)
        assert found == Outcome(error=refusal), (attempt.function, attempt.arguments, now)
        counts = self.world.tally.accepted if refusal is None else self.world.tally.refused
        counts[attempt.function] += 1
        if event is None:
            assert self.model.keys == before
            return False
        sent = self.world.contract.send(attempt.by, data)
        self.node.mine(now)
        self.number, self.time = self.number + 1, now
        receipt = self.node.ask("eth_getTransactionReceipt", sent)
        assert (receipt["status"], int(receipt["blockNumber"], 16)) == ("0x1", self.number)
        self.world.tally.mined[attempt.function] += 1
        self.head = extended(self.head, event, self.number, now)
        return True

    def _moment(self, choose: Choices) -> int:
        """Return a second that is not past: this one, or one about a start, an end or a delay."""
        entries = self.model.keys.values()
        turns = [each for entry in entries for each in (entry.start, entry.end)]
        turns += [entry.declared_time + DELAY for entry in entries if entry.declared_time]
        near = [
            each + shift for each in turns for shift in (-1, 0) if 0 < each - self.time < 9 * DAY
        ]
        if near and choose.percent(15):
            return max(self.time, choose.among(near))
        return self.time + choose.among((0, 0, 1, HOUR))

    def _wishes(self, choose: Choices, now: int) -> Iterator[Attempt]:
        """Yield calls by any of those who might make them, until one is accepted."""
        function = choose.among(COUNTED)
        key = self._target(choose, function, now)
        party = self.model.keys[key].party
        managers = self._managers(party, now)
        by = choose.shuffled([self.world.registrar, *choose.shuffled(managers)[:2], key])
        if choose.percent(10):
            by = [choose.among(list(self.model.keys))]
        for each in by:
            yield self._attempt(choose, function, (key, each), now)
        if choose.percent(30):
            yield self._attempt(choose, function, (Key.named("unknown").address, by[0]), now)

    def _target(self, choose: Choices, function: str, now: int) -> str:
        """Return a key, often one to which the function applies; make one if there is none."""
        names, keys = list(self.model.keys), self.model.keys
        if function == "vetoKey":
            names = [name for name, each in keys.items() if each.late and each.start > now]
        elif function == "objectToCompromise":
            names = [name for name, each in keys.items() if self._disputable(each, now)]
        if names and choose.percent(90):
            return choose.among(names)
        if function == "vetoKey":
            self._try(self._add(choose, self.world.registrar, now), now)
        elif function == "objectToCompromise":
            self._let_the_registrar_declare(choose, now)
        return choose.among(list(keys))

    def _let_the_registrar_declare(self, choose: Choices, now: int) -> None:
        """Declare the key of a manager that is not the only one, or let there be more of them."""
        party = choose.among(self.model.parties)
        managers = self._managers(party, now)
        if len(managers) > 1:
            self._try(self._declare(choose, managers[0], self.world.registrar, now), now)
        elif managers:
            self._try(self._add(choose, managers[0], now, role=MANAGE), now)

    def _managers(self, party: bytes, now: int) -> list[str]:
        return [name for name, each in self.model.keys.items() if each.manages(party, now)]

    def _disputable(self, entry: Entry, now: int) -> bool:
        fresh = entry.by_registrar and now < entry.declared_time + DELAY
        return fresh and entry.role == MANAGE and not entry.objected

    def _attempt(self, choose: Choices, function: str, who: tuple[str, str], now: int) -> Attempt:
        key, by = who
        if function == "addKey":
            return self._add(choose, by, now)
        if function == "declareCompromise":
            return self._declare(choose, key, by, now)
        if function == "setKeyEnd":
            ends = (now, now + 1, now + HOUR, now + DELAY, now + DELAY + 1, now + 30 * DAY, FOREVER)
            end = choose.among(ends)
            return Attempt(function, by, (key, end), lambda m, _, t: m.set_end(key, end, by, t))
        if function == "vetoKey":
            return Attempt(function, by, (key,), lambda m, _, t: m.veto(key, by, t))
        return Attempt(function, by, (key,), lambda m, _, t: m.dispute(key, by, t))

    def _declare(self, choose: Choices, key: str, by: str, now: int) -> Attempt:
        week = now - 7 * DAY
        times = (
            now,
            now,
            now - HOUR,
            week,
            week - 1,
            now + 1,
            0,
            self.model.keys.get(key, Entry()).since,
        )
        since = max(0, choose.among(times))
        return Attempt(
            "declareCompromise",
            by,
            (key, since),
            lambda model, number, time: model.declare(key, since, by, (number, time)),
        )

    def _add(self, choose: Choices, by: str, now: int, role: int | None = None) -> Attempt:
        party = choose.among(self.model.parties)
        if choose.percent(60) and by in self.model.keys:
            party = self.model.keys[by].party
        fresh = Key.named(f"key {len(self.known)}")
        taken = choose.percent(10)
        key = choose.among(list(self.known.values())) if taken else fresh
        self.known.setdefault(fresh.address, fresh)
        if role is None:
            role = NONE if choose.percent(5) else choose.among((SIGN, MANAGE))
        not_before = choose.among((0, 0, now + HOUR, now + 3 * DAY))
        if choose.percent(5):
            not_before = choose.among((now + AHEAD, now + AHEAD + 1))
        to = choose.among((FOREVER, FOREVER, now + 8 * DAY, now + 1))
        forged = choose.percent(5)
        if choose.percent(3):
            party = NOWHERE
        wish = Grant(party, key.address, role, not_before, to, forged)
        signer = Key.named("a forger") if forged else key
        bare = (key.address, role, not_before, to, b"")
        agreed = consent(self.world.instance, party, bare, signer)  # type: ignore[arg-type] — like one
        return Attempt(
            "addKey",
            by,
            (party, (*bare[:4], agreed)),
            lambda model, _, time: model.add(wish, by, time),
        )

    def _signs_for(self, key: str) -> bytes:
        entry = self.model.keys[key]
        in_force = entry.role == SIGN and entry.start <= self.time < entry.end and not entry.since
        return entry.party if in_force else NOWHERE

    def _judge(self, places: list[tuple[bytes, str, int, int]]) -> list[int]:
        asked = [(party, key, BILL, time, number) for party, key, time, number in places]
        return [int(each) for (each,) in self.world.contract.views("authorityAt", asked)]


@pytest.fixture
def world(registry: ContractInstance, people: People) -> Iterator[World]:
    """Two accredited parties, each with two managers and two signers in force."""
    node = Node(registry)
    contract = DirectContract(node, registry, "PartyRegistry")
    begun = {}
    for name in ("Aral Line", "Baku Bank"):
        roles = [
            (Key.named(f"{name} {i}"), role) for i, role in enumerate((SIGN, SIGN, MANAGE, MANAGE))
        ]
        party = register(registry, people, name, tuple(roles))
        registry.accredit(party, BILL, 0, FOREVER, sender=people.accreditor)
        found = contract.views("keyOf", [(key.address,) for key, _ in roles])
        begun[party] = {
            key.address: (key, Entry(*each)) for (key, _), (each,) in zip(roles, found, strict=True)
        }
    registrar = str(people.registrar.address)
    with node.by_hand():
        node.mine(node.latest()[1] + 2)
        yield World(node, registry, contract, registrar, begun)


def test_keys_when_changed_at_random_then_are_what_the_model_says(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    run_state_machine_as_test(lambda: RegistryMachine(world), settings=limits(12, 10))
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *world.tally.lines(), ""]))
    assert [each for each in COUNTED if world.tally.mined[each] < ENOUGH] == []
