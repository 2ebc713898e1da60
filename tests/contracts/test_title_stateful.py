# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry and ledger.titles are the same thing: a state machine finds no difference.

Here a small run, always the same. The long run is this very test with `STATEFUL_EXAMPLES=200`: as
many examples of 20 steps, other ones each time. Its table says how often each function was mined,
accepted and reverted; less than 500 mined acts of any of them fail it. Twenty functions get there
because a step makes about ten acts, seven of ten of them chosen among what is possible of any
kind, and because five of six parties begin each example by registering a tag key.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Final

import pytest
from ape.contracts import ContractInstance
from conftest import People, artifact, container, register
from consents import MANAGE, SIGN
from hypothesis.stateful import run_state_machine_as_test
from stateful_chain import ENOUGH, Key, Node, limits
from title_machine import STRANGER, TitleMachine, World
from title_machine_chain import DIRECT, RELAYED, TagKey, TitleContract, TitleSigner

from ledger.primitives import Digest, PartyId
from ledger.titles import Issue, TitleAct, TitleAction, TitleRefusedError, title_id

COUNTED: Final = (
    *DIRECT.values(),
    *RELAYED.values(),
    *(each.__name__ for each in DIRECT if each is not TitleAct),
    *(each.label for each in TitleAction if each is not TitleAction.NONE),
)


@pytest.fixture
def world(registry: ContractInstance, people: People) -> Iterator[World]:
    """Six parties, two with a second key; a key that only manages; an empty TitleRegistry."""
    keys: dict[Key, PartyId | None] = {STRANGER: None}
    for name in (
        "Aral Line",
        "Baku Bank",
        "Caspian Trade",
        "Derbent Mills",
        "Enzeli Oil",
        "Fuzuli",
    ):
        signers = [Key.named(f"{name} {i}") for i in range(2 if name < "C" else 1)]
        manager = Key.named(f"{name} manager")
        granted = (*((each, SIGN) for each in signers), (manager, MANAGE))
        party = PartyId(register(registry, people, name, granted))
        keys |= dict.fromkeys(signers, party)
    keys[manager] = None
    deployed = people.admin.deploy(container(artifact("TitleRegistry")), registry)
    node = Node(deployed)
    contract = TitleContract(node, deployed, "TitleRegistry")
    with node.by_hand():
        yield World(node, contract, TitleSigner(contract), keys)


def test_registry_when_acted_on_at_random_then_is_what_the_model_says(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    run_state_machine_as_test(lambda: TitleMachine(world), settings=limits(10, 10))
    with capsys.disabled():
        sys.stdout.write("\n".join(["", *world.tally.lines(), ""]))
    assert [each for each in COUNTED if world.tally.mined[each] < ENOUGH] == []


def test_idle_acts_when_a_title_has_1024_acts_then_are_refused_by_both(world: World) -> None:
    machine = TitleMachine(world)
    key, carrier = next((key, party) for key, party in world.keys.items() if party is not None)
    issue = Issue(Digest(b"\x01" * 32), Digest(b"\x02" * 32), carrier, carrier)
    machine.send_directly(key, [TagKey(Digest(b"\x03" * 32)), issue])
    title = title_id(carrier, issue.tag)
    turns = [TitleAction.UNPAUSE, TitleAction.PAUSE]
    acts = [TitleAct(turns[sequence % 2], title, sequence) for sequence in range(1, 1024)]
    for start in range(0, len(acts), 100):
        machine.send_directly(key, acts[start : start + 100])
    machine.contract_and_model_agree()
    unpause = TitleAct(TitleAction.UNPAUSE, title, 1024)
    machine.send_directly(key, [unpause])
    for action, other in ((TitleAction.PAUSE, None), (TitleAction.NOMINATE, world.parties[-1])):
        wish = TitleAct(action, title, 1025, beneficiary=other)
        found = world.contract.attempt(key.address, world.contract.direct(wish), machine.time)
        assert found.error == "TitleRegistry_TooManyActs"
        with pytest.raises(TitleRefusedError, match="TooManyActs"):
            machine.register.act(wish, carrier, machine.time)
    transfer = TitleAct(TitleAction.TRANSFER_HOLDER, title, 1025, holder=world.parties[-1])
    machine.send_directly(key, [transfer])
    machine.contract_and_model_agree()
    machine.teardown()
