# SPDX-License-Identifier: Apache-2.0
"""A ledger on a local chain, and everything that tests do with it."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from chain_fakes import MovedClock

from ledger.acts import Act, ActType, SignedAct
from ledger.anchorer import Anchorer, AnchorRules
from ledger.chain.writing import (
    ChainActSender,
    Contract,
    DeploymentPlan,
    KeyGrant,
    LogAnchorSender,
    Node,
    Registrar,
    Role,
    StatusWriter,
    act_domains,
    connect,
    deploy,
)
from ledger.keys import HeldKey
from ledger.localnode import LocalNode
from ledger.trust import FinalityRule, Trust

NAMES = (
    *("deployer", "admin", "registrar", "accreditor", "sequencer", "guardian"),
    *("sign", "manage", "stranger", "relayer"),
)


@dataclass
class Ledger:
    """A deployed ledger and everything a test does with it."""

    local: LocalNode
    node: Node
    keys: dict[str, HeldKey]
    trust: Trust
    clock: MovedClock

    @property
    def contracts(self):
        return self.trust.ledgers[0]

    def registrar(self, name="registrar"):
        return Registrar(self.node, self.contracts.parties.address, self.keys[name])

    def statuses(self):
        return StatusWriter(self.node, self.contracts.statuses[0].address)

    def sender(self):
        address = self.contracts.log.address
        key = self.keys["sequencer"]
        return LogAnchorSender.at(self.node, address, key, self.trust.finality, self.clock)

    def admit(self, *names, kind="carrier"):
        """Register a party for each of these names, whose signing key has that name, too."""
        found = {}
        for name in names:
            self.keys[name] = HeldKey.random()
            grants = (KeyGrant(self.keys[name], Role.SIGN),)
            found[name] = self.registrar().register_party(f"Example {name}", "KZ", kind, grants)
        self.pass_time()
        return found

    def pass_time(self, seconds=2):
        """A key is in force from the second after it was granted."""
        self.local.call("evm_increaseTime", seconds)
        self.local.call("anvil_mine", "0x1")

    def signed(self, name, kind, **members):
        """An act, signed with the key of a name; `party` is whom it is signed for."""
        now = self.node.latest().time
        ticket = {"nonce": secrets.randbits(256), "deadline": now + 3600}
        act = Act(ActType(kind), ticket | members)
        domain = act_domains(self.node.chain_id, self.contracts)[act.type.contract]
        key = self.keys[name]
        return SignedAct(act, domain, key.address, key.sign(act.digest(domain).raw))

    def act_sender(self, name="relayer"):
        return ChainActSender(self.node, self.keys[name], self.trust.finality, self.clock)

    def contract(self, name):
        held = self.contracts
        places = {"TitleRegistry": held.titles, "DocumentStatus": held.statuses}
        return Contract(self.node, name, places[name][0].address)

    def anchorer(self, log, **rules):
        return Anchorer(log, log, self.sender(), self.clock, AnchorRules(**rules))


def configured_anvil():
    path = os.environ.get("CORRIDOR_ANVIL")
    return Path(path) if path else None


def new_ledger(local, finality="finalized-tag"):
    keys = {name: HeldKey.random() for name in NAMES}
    local.fund(*(key.address for key in keys.values()))
    node = connect(local.url)
    plan = DeploymentPlan(
        admin=keys["admin"].address,
        registrar=keys["registrar"].address,
        accreditor=keys["accreditor"].address,
        sequencer=keys["sequencer"].address,
        guardian=keys["guardian"].address,
        key_delay_seconds=0,
        finality=FinalityRule.parse(finality),
        max_head_age_seconds=3600,
        log_keys=(),
    )
    trust = deploy(node, keys["deployer"], plan)
    return Ledger(local, node, keys, trust, MovedClock())
