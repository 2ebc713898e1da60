# SPDX-License-Identifier: Apache-2.0
"""The contracts under test, deployed once from the artifacts that the service deploys.

Ape takes a snapshot around every test, so that each begins with this world.
"""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import ape
import pytest
from ape.api import TestAccountAPI
from ape.contracts import ContractContainer, ContractInstance
from ape.exceptions import ContractLogicError, CustomError
from bills import TAG_KEY_HASH, Bills
from consents import MANAGE, SIGN, Grant, grant
from eth_abi import decode
from eth_utils import keccak
from ethpm_types import ContractType

PROJECT: Final = Path(__file__).resolve().parents[2]
ARTIFACTS: Final = PROJECT / "ledger" / "chain" / "artifacts"
FIXTURES: Final = PROJECT.parent / "shared" / "fixtures"
HOUR: Final = 3600
DAY: Final = 24 * HOUR
DELAY: Final = 48 * HOUR
BILL: Final = hashlib.sha256(b"bill-of-lading").digest()

# Ape draws a port at random, taken or not, and waits 20 seconds for a chain that could not start.
with socket.socket() as _probe:
    _probe.bind(("127.0.0.1", 0))
    os.environ.setdefault("APE_FOUNDRY_HOST", f"http://127.0.0.1:{_probe.getsockname()[1]}")

Json = dict[str, Any]
Reverts = Callable[..., AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class People:
    """Everybody in these tests, each with a key of their own."""

    admin: TestAccountAPI
    registrar: TestAccountAPI
    accreditor: TestAccountAPI
    sequencer: TestAccountAPI
    guardian: TestAccountAPI
    stranger: TestAccountAPI
    alice: TestAccountAPI  # signs for party A
    anna: TestAccountAPI  # manages party A
    amir: TestAccountAPI  # manages party A, too
    bob: TestAccountAPI  # signs for party B
    bela: TestAccountAPI  # manages party B
    new: TestAccountAPI  # belongs to nobody yet
    next: TestAccountAPI  # belongs to nobody yet
    third: TestAccountAPI  # belongs to nobody yet
    cara: TestAccountAPI  # signs for party C
    dina: TestAccountAPI  # signs for party D


def artifact(name: str) -> Json:
    """Return what the service deploys."""
    content: Json = json.loads((ARTIFACTS / f"{name}.json").read_text("utf-8"))
    return content


def container(content: Json) -> ContractContainer:
    """Make an artifact deployable with Ape."""
    return ContractContainer(
        ContractType.model_validate(
            {
                "contractName": content["contractName"],
                "abi": content["abi"],
                "deploymentBytecode": {"bytecode": content["bytecode"]},
                "runtimeBytecode": {"bytecode": content["deployedBytecode"]},
            }
        )
    )


def shared_fixtures(name: str) -> Path:
    """Return a folder of vectors; skip where it is absent, but fail on the build server."""
    folder = FIXTURES / name
    if not folder.is_dir():
        message = f"no vectors at {folder}"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return folder


@pytest.fixture(scope="session")
def people(accounts: Any) -> People:
    """Everybody, from Ape's test mnemonic."""
    return People(*(accounts[i] for i in range(len(People.__slots__))))


@pytest.fixture(scope="session")
def registry(people: People) -> ContractInstance:
    """A PartyRegistry with the delay of production and nobody in it."""
    roles = (people.admin, people.registrar, people.accreditor)
    return people.admin.deploy(container(artifact("PartyRegistry")), *roles, DELAY)


@pytest.fixture(scope="session")
def party_a(registry: ContractInstance, people: People) -> bytes:
    """Party A: Alice signs, Anna and Amir manage; all in force."""
    keys = ((people.alice, SIGN), (people.anna, MANAGE), (people.amir, MANAGE))
    return register(registry, people, "Aktau Shipping", keys)


@pytest.fixture(scope="session")
def party_b(registry: ContractInstance, people: People, party_a: bytes) -> bytes:
    """Party B: Bob signs, Bela manages; all in force."""
    assert party_a  # serial 1 is hers
    return register(registry, people, "Baku Chamber", ((people.bob, SIGN), (people.bela, MANAGE)))


@pytest.fixture(scope="session")
def party_c(registry: ContractInstance, people: People, party_b: bytes) -> bytes:
    """Party C: Cara signs."""
    assert party_b  # serial 2 is his
    return register(registry, people, "Caspian Grain", ((people.cara, SIGN),))


@pytest.fixture(scope="session")
def party_d(registry: ContractInstance, people: People, party_c: bytes) -> bytes:
    """Party D: Dina signs."""
    assert party_c  # serial 3 is hers
    return register(registry, people, "Derbent Forwarding", ((people.dina, SIGN),))


@pytest.fixture(scope="session")
def log(registry: ContractInstance, people: People) -> ContractInstance:
    """An empty DocumentLog."""
    roles = (people.sequencer, people.guardian)
    return people.admin.deploy(container(artifact("DocumentLog")), registry, *roles)


@pytest.fixture(scope="session")
def status(registry: ContractInstance, people: People) -> ContractInstance:
    """An empty DocumentStatus."""
    return people.admin.deploy(container(artifact("DocumentStatus")), registry)


@pytest.fixture(scope="session")
def titles(registry: ContractInstance, people: People) -> ContractInstance:
    """An empty TitleRegistry."""
    return people.admin.deploy(container(artifact("TitleRegistry")), registry)


@pytest.fixture(scope="session")
def bills(titles: ContractInstance, people: People, party_d: bytes) -> Bills:
    """Titles of party A, which registered its tag key, and parties B, C and D to pass them to."""
    assert party_d  # serial 4 is hers
    signers = (people.alice, people.bob, people.cara, people.dina)
    found = Bills(titles, *signers)
    titles.registerTagKey(TAG_KEY_HASH, sender=people.alice)
    return found


@pytest.fixture(scope="session")
def lens(people: People) -> ContractInstance:
    """A LedgerLens."""
    return people.admin.deploy(container(artifact("LedgerLens")))


@pytest.fixture(scope="session", autouse=True)
def _world(
    log: ContractInstance, status: ContractInstance, bills: Bills, lens: ContractInstance
) -> None:
    """Deploy all of it before the first test: Ape's snapshots cost most when this comes late."""
    assert all((log, status, bills, lens))


@pytest.fixture(scope="session")
def reverts() -> Reverts:
    """Expect a custom error with all its arguments; `ape.reverts` lets wrong ones pass."""
    deployable = (container(artifact(each.stem)) for each in ARTIFACTS.glob("*.json"))
    known_errors = [error for each in deployable for error in each.contract_type.errors]

    @contextmanager
    def expect(contract: ContractInstance, error: str, *arguments: object) -> Iterator[None]:
        kind = getattr(contract, error).abi  # fails where the contract has no such error
        with pytest.raises(ContractLogicError) as caught:
            yield
        assert revert_of(caught.value) == (error, *map(plain, arguments)), repr(caught.value)
        assert len(arguments) == len(kind.inputs)

    def revert_of(failure: ContractLogicError) -> tuple[Any, ...]:
        if isinstance(failure, CustomError):
            inputs = failure.abi.inputs
            return (failure.name, *(plain(failure.inputs[each.name]) for each in inputs))
        # Ape does not decode what a constructor says, or a call; of that, Anvil marks the selector.
        text = failure.message.removeprefix("custom error ").removeprefix("0x").replace(": ", "")
        data = bytes.fromhex(text)
        kinds = {keccak(text=each.selector)[:4]: each for each in known_errors}
        kind = kinds[data[:4]]
        values = decode([each.canonical_type for each in kind.inputs], data[4:])
        return (kind.name, *map(plain, values))

    return expect


def plain(value: Any) -> Any:
    """Make values of Ape comparable: bytes as bytes, addresses in lower case."""
    if isinstance(value, bytes):
        return bytes(value)
    return value.lower() if isinstance(value, str) else value


def register(
    registry: ContractInstance,
    people: People,
    name: str,
    keys: tuple[tuple[TestAccountAPI, int], ...],
) -> bytes:
    """Register a party and wait until its keys are in force."""
    party = registry.partyId(registry.nextSerial())
    grants: list[Grant] = [grant(registry, party, key, role) for key, role in keys]
    registry.registerParty(name, b"KZ", "carrier", grants, sender=people.registrar)
    travel(2)
    return bytes(party)


def now() -> int:
    """Return the time of the latest block."""
    return int(ape.chain.blocks.head.timestamp)


def travel(seconds: int) -> int:
    """Mine a block `seconds` after the latest one and return its time."""
    time = now() + seconds
    ape.chain.mine(timestamp=time)
    return time


def at(seconds: int) -> int:
    """Let the next transaction happen `seconds` after the latest block and return that time."""
    time = now() + seconds
    ape.chain.pending_timestamp = time
    return time
