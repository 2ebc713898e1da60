# SPDX-License-Identifier: Apache-2.0
"""A local chain with the real contracts and three invented parties, the same in every run.

Keys, tags, commitments and remarks are SHA-256 of something fixed: gas depends on the zeros in the
call data.
"""

import hashlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Final

from ledger.acts import Act, ActContract, ActDomain, ActType, SignedAct, Value
from ledger.chain.writing import (
    Contract,
    DeploymentPlan,
    KeyGrant,
    Node,
    Registrar,
    Role,
    act_domains,
    calldata,
    connect,
    deploy,
)
from ledger.chain.writing.sending import Sender
from ledger.keys.held_key import HeldKey
from ledger.localnode import LocalNode, LocalNodeOptions, local_node
from ledger.trust import FinalityRule, Trust

__all__ = ["NONE", "Party", "World", "world"]

NONE: Final = bytes(32)
FOREVER: Final = 2**64 - 1
_DAY: Final = 86_400
_ROLES: Final = ("admin", "registrar", "accreditor", "sequencer", "guardian", "relayer")
_NAMES: Final = ("Example Caspian Line", "Example Caucasus Bank", "Example Bosphorus Trading")
_DIRECTLY: Final = {
    ActType.TAG_KEY: "registerTagKey",
    ActType.ISSUE: "issue",
    ActType.ACT: "act",
    ActType.REISSUE: "reissue",
    ActType.STATUS_CHANGE: "set",
    ActType.STATUS_CHANGES: "setMany",
}

Wish = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Party:
    """A party and its one key, which pays for what it does itself."""

    id: bytes
    key: HeldKey


@dataclass(frozen=True, slots=True)
class World:
    """The contracts, who acts on them, and words that nobody used before."""

    node: Node
    trust: Trust
    roles: dict[str, HeldKey]
    parties: tuple[Party, ...]
    _counter: Iterator[int] = field(default_factory=count)

    def word(self) -> bytes:
        """32 bytes: the SHA-256 of the next number."""
        return _word(next(self._counter))

    def deadline(self) -> int:
        """A day from now, with no byte that is zero in some runs only."""
        return (self.node.latest().time + _DAY) | 0x01010101

    def contract(self, kind: ActType) -> Contract:
        """The contract that acts of a kind are for."""
        ledger = self.trust.ledgers[0]
        if kind.contract is ActContract.TITLES:
            return Contract(self.node, "TitleRegistry", ledger.titles[0].address)
        return Contract(self.node, "DocumentStatus", ledger.statuses[0].address)

    def directly(self, party: Party, kind: ActType, wish: Wish) -> int:
        """Let a party's key call the contract; returns the gas used."""
        act, contract = _act(party, kind, wish, 0), self.contract(kind)
        values = act.wish()
        arguments: tuple[object, ...] = values if len(values) == 1 else (values,)
        if kind.contract is ActContract.STATUS:
            arguments = (party.id, *arguments)
        receipt = Sender(self.node, party.key).act(contract, _DIRECTLY[kind], *arguments)
        return int(receipt["gasUsed"])

    def relayed(self, party: Party, kind: ActType, wish: Wish, nonce: int) -> int:
        """Let the relayer carry what a party's key signed; returns the gas used."""
        act, domain = _act(party, kind, wish, nonce), self._domain(kind)
        signature = party.key.sign(act.digest(domain).raw)
        signed = SignedAct(act, domain, party.key.address, signature)
        sender = Sender(self.node, self.roles["relayer"])
        return int(sender.run(domain.address, calldata(self.node, signed))["gasUsed"])

    def _domain(self, kind: ActType) -> ActDomain:
        return act_domains(self.trust.chain_id, self.trust.ledgers[0])[kind.contract]


@contextmanager
def world() -> Iterator[World]:
    """Start Anvil, deploy, and register the parties."""
    with local_node(LocalNodeOptions(block_seconds=None)) as anvil:
        roles = {role: _key(role) for role in _ROLES}
        anvil.fund(*(key.address for key in roles.values()))
        node = connect(anvil.url)
        trust = deploy(node, roles["admin"], _plan(roles))
        registrar = Registrar(node, trust.ledgers[0].parties.address, roles["registrar"])
        parties = tuple(_registered(registrar, anvil, name) for name in _NAMES)
        anvil.call("evm_increaseTime", 2)
        anvil.call("anvil_mine", "0x2")
        yield World(node, trust, roles, parties)


def _registered(registrar: Registrar, anvil: LocalNode, name: str) -> Party:
    key = _key(name)
    anvil.fund(key.address)
    grants = (KeyGrant(key, Role.SIGN),)
    return Party(registrar.register_party(name, "KZ", "carrier", grants).raw, key)


def _plan(roles: Mapping[str, HeldKey]) -> DeploymentPlan:
    return DeploymentPlan(
        admin=roles["admin"].address,
        registrar=roles["registrar"].address,
        accreditor=roles["accreditor"].address,
        sequencer=roles["sequencer"].address,
        guardian=roles["guardian"].address,
        key_delay_seconds=0,
        finality=FinalityRule.parse("finalized-tag"),
        max_head_age_seconds=3600,
        log_keys=(),
    )


def _act(party: Party, kind: ActType, wish: Wish, nonce: int) -> Act:
    return Act(kind, {"party": party.id, **wish, "nonce": nonce, "deadline": FOREVER})


def _word(number: int) -> bytes:
    return hashlib.sha256(f"gas {number}".encode()).digest()


def _key(name: str) -> HeldKey:
    return HeldKey(hashlib.sha256(f"gas key {name}".encode()).digest())
