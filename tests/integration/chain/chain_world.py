# SPDX-License-Identifier: Apache-2.0
"""A ledger on a local chain, and everything that tests do with it."""

import os
from dataclasses import dataclass
from pathlib import Path

from chain_fakes import MovedClock

from ledger.anchorer import Anchorer, AnchorRules
from ledger.chain.writing import (
    DeploymentPlan,
    LogAnchorSender,
    Node,
    Registrar,
    StatusWriter,
    connect,
    deploy,
)
from ledger.keys import HeldKey
from ledger.localnode import LocalNode
from ledger.trust import FinalityRule, Trust

NAMES = (
    *("deployer", "admin", "registrar", "accreditor", "sequencer", "guardian"),
    *("sign", "manage", "stranger"),
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
