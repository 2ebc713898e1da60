# SPDX-License-Identifier: Apache-2.0
"""A real chain with the real contracts and one carrier, and the road walked in process."""

import secrets
import time
from dataclasses import dataclass, field

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import journey
from ledger.chain.writing import (
    FOREVER,
    DeploymentPlan,
    KeyGrant,
    LogAnchorSender,
    Node,
    Registrar,
    Role,
    connect,
    deploy,
)
from ledger.journey import Place
from ledger.keys.held_key import HeldKey
from ledger.localnode import LocalNode, LocalNodeOptions, local_node
from ledger.log import Acceptance, Entry, NoteSigner, TreeHead
from ledger.merkle import consistency_path, merkle_root
from ledger.primitives import Digest, PartyId
from ledger.receipts import Package
from ledger.statements import LedgerId
from ledger.trust import FinalityRule, LogKey, Trust
from ledger.verification import Report
from ledger.wiring_verifier import SystemClock, Verifier

LOG_NAME = "test"


@dataclass
class Road:
    """Parties, contracts and a log kept in memory: what the service does, without the service."""

    anvil: LocalNode
    node: Node
    trust: Trust
    keys: dict[str, HeldKey]
    log_key: NoteSigner
    carrier: PartyId
    statements: list[Digest] = field(default_factory=list)
    anchored: int = 0

    @property
    def ledger(self) -> LedgerId:
        return LedgerId(self.trust.chain_id, self.trust.ledgers[0].log.address)

    def registrar(self, role: str = "registrar") -> Registrar:
        return Registrar(self.node, self.trust.ledgers[0].parties.address, self.keys[role])

    def verifier(self, url: str | None = None, timeout: float = 10.0) -> Verifier:
        return Verifier.of(self.trust, url or self.anvil.url, timeout)

    def verify(self, package: Package, **options) -> Report:
        with self.verifier() as verifier:
            return verifier.verify(package, **options)

    def head_time(self) -> int:
        """The newest block's time, which these tests take for the clock."""
        return int(self.anvil.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)  # noqa: FBT003 — JSON-RPC

    def settle(self) -> None:
        """Make the newest block final."""
        self.anvil.call("anvil_mine", "0x3")

    def state(self, commitments, party=None, key="carrier"):
        held = self.keys[key]
        return journey.state_documents(
            self.ledger,
            party or self.carrier,
            commitments,
            int(time.time()),
            (held.address, held.sign),
        )

    def anchor(self, *statements):
        """Log statements, anchor the head, and say where they are."""
        self.statements += [statement.digest() for statement in statements]
        entries, head = journey.log_statements(self.statements)
        leaves = [entry.leaf() for entry in entries]
        proof = consistency_path(leaves, self.anchored)
        final = self.trust.finality
        sender = LogAnchorSender.at(
            self.node, self.ledger.log, self.keys["sequencer"], final, SystemClock()
        )
        sender.broadcast(sender.prepare(TreeHead(len(leaves), head.root), self.anchored, proof))
        self.anvil.call("anvil_mine", "0x1")
        found = sender.locate(head.root)
        self.anchored = len(leaves)
        first = len(self.statements) - len(statements)
        return [(first + i, entries, found) for i in range(len(statements))]

    def notarise(self, raw: bytes, files=(), key="carrier", party=None) -> Package:
        """All nine stops but the last, for one document."""
        document, _ = journey.read_document(raw, party or self.carrier, files)
        sealed = journey.seal_document(document)
        statement = self.state([sealed.commitment], party, key)
        ((index, entries, found),) = self.anchor(statement)
        place = Place([sealed.commitment], index, entries, found.record, found.hint)
        receipt = journey.issue_receipt(sealed.commitment, statement, place)
        return Package.of(sealed, (receipt,), (self.accept(statement),))

    def accept(self, statement, at: int | None = None) -> str:
        """The operator's promise for a statement."""
        now = at or self.head_time()
        digest = statement.digest()
        return Acceptance(LOG_NAME, self.ledger, digest, now, now + 600).signed(self.log_key)

    def root(self, size: int) -> Digest:
        return merkle_root([Entry(i, d).leaf() for i, d in enumerate(self.statements[:size])])


@pytest.fixture(scope="session")
def road():
    """Deploy on a new chain whose blocks are mined on demand; call it for each world needed."""
    nodes = []

    def build() -> Road:
        context = local_node(LocalNodeOptions(block_seconds=None))
        anvil = context.__enter__()
        nodes.append(context)
        names = ("admin", "registrar", "accreditor", "sequencer", "guardian", "carrier", "manager")
        keys = {name: HeldKey(secrets.token_bytes(32)) for name in names}
        anvil.fund(*(key.address for key in keys.values()))
        node = connect(anvil.url)
        log_key = NoteSigner(f"corridor-ledger/{LOG_NAME}", Ed25519PrivateKey.generate())
        trust = deploy(
            node,
            keys["admin"],
            DeploymentPlan(
                admin=keys["admin"].address,
                registrar=keys["registrar"].address,
                accreditor=keys["accreditor"].address,
                sequencer=keys["sequencer"].address,
                guardian=keys["guardian"].address,
                key_delay_seconds=0,
                finality=FinalityRule.parse("finalized-tag"),
                max_head_age_seconds=3600,
                log_keys=(LogKey(log_key.verifier, 0, None),),
            ),
        )
        registrar = Registrar(node, trust.ledgers[0].parties.address, keys["registrar"])
        carrier = registrar.register_party(
            "Example Corridor Line",
            "JP",
            "carrier",
            (KeyGrant(keys["manager"], Role.MANAGE), KeyGrant(keys["carrier"], Role.SIGN)),
        )
        road = Road(anvil, node, trust, keys, log_key, carrier)
        road.registrar("accreditor").accredit(carrier, "bill-of-lading", 0, FOREVER)
        anvil.call("evm_increaseTime", 2)
        road.settle()
        return road

    yield build
    for context in nodes:
        context.__exit__(None, None, None)
