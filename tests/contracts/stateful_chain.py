# SPDX-License-Identifier: Apache-2.0
"""The node of Ape, spoken to without Ape: a step of a state machine costs milliseconds.

Whoever acts is impersonated, so that keys need neither ether nor an account of the node. Blocks are
mined only when a machine says so, at the second that it says.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, TypeAlias, TypeVar

import requests
from ape.contracts import ContractInstance
from conftest import ARTIFACTS, artifact
from eth_abi import decode, encode
from eth_account import Account
from eth_account.messages import encode_typed_data
from eth_utils import keccak
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from running_head import abi_type, events_by_topic, occurrence

GAS: Final = hex(12_000_000)
EXAMPLES: Final = int(os.environ.get("STATEFUL_EXAMPLES", "0"))  # of a long run
LONG_STEPS: Final = 20
ENOUGH: Final = 500 if EXAMPLES else 1  # accepted calls of each function
SEEDS: Final = st.integers(0, 2**64 - 1)
RELAYER: Final = "0x" + keccak(text="a relayer")[12:].hex()

Json = dict[str, Any]
Said: TypeAlias = tuple[str, tuple[Any, ...]]  # an event: its signature and its arguments
Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Key:
    """An externally owned account; for its consent it stands in for an account of Ape."""

    name: str
    private_key: str
    address: str

    @classmethod
    def named(cls, name: str) -> Key:
        """Make the key of this name, always the same."""
        secret = "0x" + keccak(text=f"corridor ledger, an invented key: {name}").hex()
        return cls(name, secret, str(Account.from_key(secret).address))


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a key signs beside its wish."""

    key: str
    nonce: int
    deadline: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call came to: its result, or the name of the error that it reverted with."""

    result: bytes = b""
    error: str | None = None


class Choices:
    """Chooses evenly, by a number that Hypothesis gives: its own choices favour small ones."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311 — no secret, and the same each time

    def among(self, things: Sequence[Thing]) -> Thing:
        """Return one of the things."""
        return self._random.choice(things)

    def percent(self, chance: int) -> bool:
        """Tell whether something happens that has this chance."""
        return self._random.randrange(100) < chance

    def shuffled(self, things: Iterable[Thing]) -> list[Thing]:
        """Return the things in any order."""
        found = list(things)
        self._random.shuffle(found)
        return found


@dataclass(slots=True)
class Tally:
    """How often each function was accepted, mined and refused."""

    mined: Counter[str] = field(default_factory=Counter)
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def lines(self) -> list[str]:
        """Return the table: a line per function."""
        names = sorted({*self.mined, *self.accepted, *self.refused})
        head = f"{'function':<28}{'mined':>8}{'accepted':>10}{'reverted':>10}"
        return [head] + [
            f"{name:<28}{self.mined[name]:>8}{self.accepted[name]:>10}{self.refused[name]:>10}"
            for name in names
        ]


def limits(examples: int, steps: int) -> settings:
    """Return the settings of a run: always the same one, or a long one with new examples."""
    return settings(
        max_examples=EXAMPLES or examples,
        stateful_step_count=LONG_STEPS if EXAMPLES else steps,
        derandomize=not EXAMPLES,
        database=None,
        deadline=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),  # a chain is slow, and examples are large
    )


class Node:
    """JSON-RPC to the node that Ape started."""

    def __init__(self, contract: ContractInstance) -> None:
        self.chain_id = int(contract.provider.chain_id)
        self._url = str(contract.provider.http_uri)
        self._session = requests.Session()
        self._ids = count(1)

    def ask(self, method: str, *parameters: object) -> Any:
        """Send one request; an error of the node fails the test."""
        answer = self.answer(method, *parameters)
        assert "error" not in answer, (method, answer["error"])
        return answer["result"]

    def answer(self, method: str, *parameters: object) -> Json:
        """Send one request and return the answer as it is."""
        return dict(self._post(self._request(method, parameters)))

    def ask_all(self, requests_: Sequence[tuple[str, tuple[object, ...]]]) -> list[Json]:
        """Send many requests at once and return their answers in the same order."""
        wanted = [self._request(method, parameters) for method, parameters in requests_]
        found = {each["id"]: each for each in self._post(wanted)} if wanted else {}
        return [found[each["id"]] for each in wanted]

    def latest(self) -> tuple[int, int]:
        """Return number and time of the latest block."""
        block = self.ask("eth_getBlockByNumber", "latest", False)  # noqa: FBT003 — JSON-RPC's own
        return int(block["number"], 16), int(block["timestamp"], 16)

    def mine(self, time: int) -> None:
        """Mine what was sent into one block of this second."""
        self.ask("evm_mine", {"timestamp": time})

    @contextmanager
    def by_hand(self) -> Iterator[None]:
        """Impersonate whoever sends, and mine only when told to.

        Blocks are large, so that none is half full: the base fee would rise from zero.
        """
        limit = self.ask("eth_getBlockByNumber", "latest", False)["gasLimit"]  # noqa: FBT003 — JSON-RPC's own
        self.ask("evm_setBlockGasLimit", hex(2**31))
        self.ask("anvil_autoImpersonateAccount", True)  # noqa: FBT003 — JSON-RPC's own
        self.ask("evm_setAutomine", False)  # noqa: FBT003 — JSON-RPC's own
        try:
            yield
        finally:
            self.ask("evm_setBlockGasLimit", limit)
            self.ask("evm_setAutomine", True)  # noqa: FBT003 — JSON-RPC's own
            self.ask("anvil_autoImpersonateAccount", False)  # noqa: FBT003 — JSON-RPC's own

    def _request(self, method: str, parameters: Sequence[object]) -> Json:
        return {"jsonrpc": "2.0", "id": next(self._ids), "method": method, "params": parameters}

    def _post(self, body: object) -> Any:
        return self._session.post(self._url, json=body, timeout=60).json()


class DirectContract:
    """A contract, called with bytes that eth-abi made."""

    def __init__(self, node: Node, contract: ContractInstance, name: str) -> None:
        self.node = node
        self.address = str(contract.address)
        abi = artifact(name)["abi"]
        self._functions = {each["name"]: each for each in abi if each["type"] == "function"}
        self._errors = {
            keccak(text=f"{each['name']}({','.join(map(abi_type, each['inputs']))})")[:4]: each
            for path in ARTIFACTS.glob("*.json")
            for each in artifact(path.stem)["abi"]
            if each["type"] == "error"
        }
        self._events = events_by_topic(abi)

    def calldata(self, function: str, arguments: Sequence[object]) -> str:
        """Encode a call."""
        types = [abi_type(each) for each in self._functions[function]["inputs"]]
        selector = keccak(text=f"{function}({','.join(types)})")[:4]
        return "0x" + (selector + encode(types, arguments)).hex()

    def attempt(self, sender: str, data: str, time: int, number: int | None = None) -> Outcome:
        """Try a call in a block of this second, without a trace."""
        block = {"time": hex(time)} | ({} if number is None else {"number": hex(number)})
        call = {"from": sender, "to": self.address, "data": data, "gas": GAS}
        answer = self.node.answer("eth_call", call, "latest", {}, block)
        if "result" in answer:
            return Outcome(result=bytes.fromhex(answer["result"][2:]))
        return Outcome(error=self._name(bytes.fromhex(answer["error"]["data"][2:])))

    def send(self, sender: str, data: str) -> str:
        """Send a transaction; it waits for `Node.mine`."""
        free = {"gas": GAS, "gasPrice": "0x0"}
        call = {"from": sender, "to": self.address, "data": data, **free}
        return str(self.node.ask("eth_sendTransaction", call))

    def views(
        self, function: str, arguments: Sequence[tuple[object, ...]]
    ) -> list[tuple[Any, ...]]:
        """Call a view many times at the latest block."""
        wanted = [
            ("eth_call", ({"to": self.address, "data": self.calldata(function, each)}, "latest"))
            for each in arguments
        ]
        types = [abi_type(each) for each in self._functions[function]["outputs"]]
        return [
            decode(types, bytes.fromhex(each["result"][2:])) for each in self.node.ask_all(wanted)
        ]

    def view(self, function: str, *arguments: object) -> Any:
        """Call a view with one answer."""
        return self.views(function, [arguments])[0][0]

    def extend(self, head: bytes, first: int, last: int) -> bytes:
        """Return a running head after the events of these blocks."""
        place = {"address": self.address, "fromBlock": hex(first), "toBlock": hex(last)}
        for log in self.node.ask("eth_getLogs", place):
            topics = [bytes.fromhex(each[2:]) for each in log["topics"]]
            event = {"topics": topics, "data": bytes.fromhex(log["data"][2:])}
            said = keccak(occurrence(event, self._events[topics[0]]))
            number, time = int(log["blockNumber"], 16), int(log["blockTimestamp"], 16)
            parts = ["bytes32", "uint64", "uint64", "bytes32"]
            head = keccak(encode(parts, [head, number, time, said]))
        return head

    def _name(self, data: bytes) -> str:
        found = self._errors.get(data[:4])
        return f"unknown error 0x{data.hex()}" if found is None else str(found["name"])


def extended(head: bytes, event: Said, number: int, time: int) -> bytes:
    """Return the running head with one more event."""
    signature, values = event
    types = ["bytes32", *signature[signature.index("(") + 1 : -1].split(",")]
    occurrence = keccak(encode(types, [keccak(text=signature), *values]))
    place = encode(["bytes32", "uint64", "uint64", "bytes32"], [head, number, time, occurrence])
    return keccak(place)


class Signer:
    """Signs wishes for one contract with eth-account, not as the contract hashes them."""

    def __init__(self, contract: DirectContract, name: str, types: dict[str, str]) -> None:
        self._domain = {
            "name": name,
            "version": "1",
            "chainId": contract.node.chain_id,
            "verifyingContract": contract.address,
        }
        self._types = {
            kind: [_member(each) for each in members.split(",")] for kind, members in types.items()
        }

    def sign(self, key: Key, kind: str, message: Json, **domain: object) -> bytes:
        """Sign a message of this kind; `domain` replaces members of the contract's own."""
        data = {
            "domain": {**self._domain, **domain},
            "types": self._needed(kind),
            "primaryType": kind,
            "message": message,
        }
        signable = encode_typed_data(full_message=data)
        return bytes(Account.sign_message(signable, key.private_key).signature)

    def _needed(self, kind: str) -> dict[str, list[Json]]:
        """Return a type and those that its members are lists of."""
        listed = {each["type"].removesuffix("[]") for each in self._types[kind]}
        return {each: self._types[each] for each in (kind, *self._types) if each in listed | {kind}}


def _member(text: str) -> Json:
    kind, name = text.split()
    return {"type": kind, "name": name}
