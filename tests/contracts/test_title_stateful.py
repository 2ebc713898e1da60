# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry and ledger.titles are the same thing: a state machine finds no difference.

Here a small run, always the same. The long run is this very test with `STATEFUL_EXAMPLES=200`: as
many examples of 20 steps, other ones each time. Its table says how often each function was mined,
accepted and reverted; less than 500 mined acts of any of them fail it. Twenty functions get there
because a step makes about twelve acts, seven of ten of them chosen among what is possible of any
kind, and because three of six parties begin each example by registering a tag key.
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
from title_machine_chain import DIRECT, RELAYED, TitleContract, TitleSigner

from ledger.primitives import PartyId
from ledger.titles import TitleAct, TitleAction

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
