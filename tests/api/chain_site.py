# SPDX-License-Identifier: Apache-2.0
"""The real service: its wiring, SQLite, the workers' steps, and a real chain with parties on it."""

import secrets
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from embedded_service import HeldKeys

from ledger.acting import ActPorts, SigningDesk, TitleDesk
from ledger.anchorer import Anchorer, AnchorRules
from ledger.chain.writing import (
    FOREVER,
    ChainActSender,
    ChainAuthority,
    ChainTitles,
    DeploymentPlan,
    KeyGrant,
    LogAnchorSender,
    Registrar,
    Role,
    act_domains,
    connect,
    deploy,
)
from ledger.intake import Intake, IntakePorts, IntakeTerms
from ledger.keys.held_key import HeldKey
from ledger.log import NoteSigner
from ledger.ports.facade import Limits
from ledger.relay import Relay
from ledger.sequencer import Sequencer
from ledger.statements import LedgerId
from ledger.storage import LedgerName, VaultKeys, open_storage
from ledger.trust import FinalityRule, LogKey
from ledger.wiring_service import RelayWorker, Service, ServiceParts
from ledger.wiring_verifier import SystemClock

FINAL = FinalityRule.parse("finalized-tag")
NAME = "test"
OFFICES = ("admin", "registrar", "accreditor", "sequencer", "guardian")
# The party "own-key" signs for itself: the service holds no key of it.
PARTIES = ("carrier", "bank", "consignee", "stranger", "own-key")


class Held:
    """A party of the real registry, as `HeldKeys` wants it."""

    def __init__(self, party, key):
        self.id, self.address, self.sign = party, key.address, key.sign


class Site:
    """A chain with its contracts, its parties, and the service of an operator.

    Only offices and the relayer have ether.
    """

    def __init__(self, anvil, folder):
        self.anvil, self.node, self.clock = anvil, connect(anvil.url), SystemClock()
        roles = (*OFFICES, "relayer", *PARTIES)
        self.keys = {role: HeldKey(secrets.token_bytes(32)) for role in roles}
        anvil.fund(*(self.keys[role].address for role in (*OFFICES, "relayer")))
        self.log_key = NoteSigner(f"corridor-ledger/{NAME}", Ed25519PrivateKey.generate())
        self.trust = self.deployed()
        self.ledger = self.trust.ledgers[0]
        self.parties = self.admitted()
        self.id = LedgerId(self.trust.chain_id, self.ledger.log.address)
        vault = VaultKeys("k1", {"k1": b"K" * 32}, b"I" * 32)
        url = f"sqlite:///{folder}/ledger.db"
        self.storage = open_storage(url, LedgerName(self.id, NAME), vault, self.clock)
        assert self.storage.lease.renew()
        self.signers = HeldKeys(
            *(Held(self.parties[name], self.keys[name]) for name in PARTIES if name != "own-key")
        )
        sender = ChainActSender(self.node, self.keys["relayer"], FINAL, self.clock)
        self.relaying = RelayWorker(
            Relay(self.storage.acts, sender, self.clock), self.storage.lease
        )
        self.service = self.served()
        self.sequencer = Sequencer(self.storage.log, self.log_key, NAME)
        sender = LogAnchorSender.at(
            self.node, self.ledger.log.address, self.keys["sequencer"], FINAL, self.clock
        )
        log, outbox = self.storage.log, self.storage.outbox
        self.anchorer = Anchorer(outbox, log, sender, self.clock, AnchorRules())

    def deployed(self):
        plan = DeploymentPlan(
            **{role: self.keys[role].address for role in OFFICES},
            key_delay_seconds=0,
            finality=FINAL,
            max_head_age_seconds=3600,
            log_keys=(LogKey(self.log_key.verifier, 0, None),),
        )
        return deploy(self.node, self.keys["admin"], plan)

    def admitted(self):
        registry = Registrar(self.node, self.ledger.parties.address, self.keys["registrar"])
        accreditor = Registrar(self.node, self.ledger.parties.address, self.keys["accreditor"])
        found = {}
        for name in PARTIES:
            grants = (KeyGrant(self.keys[name], Role.SIGN),)
            found[name] = registry.register_party(f"Example {name}", "JP", "carrier", grants)
            accreditor.accredit(found[name], "file-only", 0, FOREVER)
        self.anvil.call("evm_increaseTime", 2)
        self.anvil.call("anvil_mine", "0x3")
        time.sleep(2.1)  # a key is in force from the second after it was granted
        return found

    def served(self):
        authority = ChainAuthority(self.node, self.ledger.parties.address, self.clock)
        documents = self.storage.documents
        ports = IntakePorts(documents, self.signers, self.log_key, authority, self.clock)
        acting = ActPorts(
            store=self.storage.acts,
            signers=self.signers,
            chain=ChainTitles(self.node, self.anvil.url, self.ledger),
            documents=documents,
            authority=authority,
            secrets=self.storage.secrets,
            remarks=self.storage.remarks,
            clock=self.clock,
            domains=act_domains(self.trust.chain_id, self.ledger),
        )
        desk = SigningDesk(acting, self.relaying.check)
        return Service(
            ServiceParts(
                storage=self.storage,
                intake=Intake(ports, IntakeTerms(self.id, NAME, 600)),
                acts=desk,
                titles=TitleDesk(acting, desk),
                trust=self.trust,
                node_url=self.anvil.url,
                clock=self.clock,
                limits=Limits(),
                promise_seconds=600,
            )
        )

    def headers(self, name, *scopes):
        scopes = scopes or ("notarise", "status", "read", "title")
        token = self.storage.tokens.create(self.parties[name], scopes, "test", None)
        return {"Authorization": f"Bearer {token}"}

    def settle(self, client, place, headers):
        """Log, anchor, and mine until the document is final."""
        self.sequencer.step()
        for _ in range(20):
            self.anchorer.step()
            self.anvil.call("anvil_mine", "0x3")
            if client.get(place, headers=headers).json()["state"] == "final":
                return
            time.sleep(0.1)
        pytest.fail("the anchor did not become final")

    def close(self):
        self.relaying.stop()
        self.service.close()
