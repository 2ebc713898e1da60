# SPDX-License-Identifier: Apache-2.0
"""The same journey over the real service: its wiring, SQLite, the worker, and a real chain."""

import secrets
import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from embedded_service import HeldKeys, submission
from fastapi.testclient import TestClient

from api.app import create_app
from api.ports import Ledger
from api.report import ReportBody
from ledger.anchorer import Anchorer, AnchorRules
from ledger.chain.writing import (
    FOREVER,
    ChainAuthority,
    DeploymentPlan,
    KeyGrant,
    LogAnchorSender,
    Registrar,
    Role,
    StatusWriter,
    connect,
    deploy,
)
from ledger.intake import Intake, IntakePorts, IntakeTerms
from ledger.keys.held_key import HeldKey
from ledger.localnode import LocalNodeOptions, local_node
from ledger.log import NoteSigner
from ledger.ports.facade import Limits
from ledger.sequencer import Sequencer
from ledger.statements import LedgerId
from ledger.storage import LedgerName, VaultKeys, open_storage
from ledger.trust import FinalityRule, LogKey
from ledger.wiring_service import Service, ServiceParts
from ledger.wiring_verifier import SystemClock

pytestmark = [pytest.mark.node, pytest.mark.slow]
NAME, ROLES = (
    "test",
    ("admin", "registrar", "accreditor", "sequencer", "guardian", "sign", "manage"),
)


class Carrier:
    """A party of the real registry, as `HeldKeys` wants it."""

    def __init__(self, party, key):
        self.id, self.address, self.sign = party, key.address, key.sign


class Site:
    """A chain with its contracts, one carrier, and the service of an operator."""

    def __init__(self, anvil, folder):
        self.anvil = anvil
        keys = {role: HeldKey(secrets.token_bytes(32)) for role in ROLES}
        anvil.fund(*(key.address for key in keys.values()))
        node, clock = connect(anvil.url), SystemClock()
        log_key = NoteSigner(f"corridor-ledger/{NAME}", Ed25519PrivateKey.generate())
        owners = {role: keys[role].address for role in ROLES[:5]}
        final = FinalityRule.parse("finalized-tag")
        plan = DeploymentPlan(
            **owners,
            key_delay_seconds=0,
            finality=final,
            max_head_age_seconds=3600,
            log_keys=(LogKey(log_key.verifier, 0, None),),
        )
        self.trust = deploy(node, keys["admin"], plan)
        ledger = self.trust.ledgers[0]
        grants = (KeyGrant(keys["manage"], Role.MANAGE), KeyGrant(keys["sign"], Role.SIGN))
        registry = Registrar(node, ledger.parties.address, keys["registrar"])
        self.party = registry.register_party("Example Line", "JP", "carrier", grants)
        accreditor = Registrar(node, ledger.parties.address, keys["accreditor"])
        accreditor.accredit(self.party, "file-only", 0, FOREVER)
        anvil.call("evm_increaseTime", 2)
        anvil.call("anvil_mine", "0x3")
        time.sleep(2.1)  # a key is in force from the second after it was granted
        ledger_id = LedgerId(self.trust.chain_id, ledger.log.address)
        vault = VaultKeys("k1", {"k1": b"K" * 32}, b"I" * 32)
        url = f"sqlite:///{folder}/ledger.db"
        self.storage = open_storage(url, LedgerName(ledger_id, NAME), vault, clock)
        signers = HeldKeys(Carrier(self.party, keys["sign"]))
        authority = ChainAuthority(node, ledger.parties.address, clock)
        ports = IntakePorts(self.storage.documents, signers, log_key, authority, clock)
        self.service = Service(
            ServiceParts(
                storage=self.storage,
                intake=Intake(ports, IntakeTerms(ledger_id, NAME, 600)),
                keystore=signers,
                statuses=StatusWriter(node, ledger.statuses[-1].address),
                trust=self.trust,
                node_url=anvil.url,
                clock=clock,
                limits=Limits(),
                promise_seconds=600,
            )
        )
        self.sequencer = Sequencer(self.storage.log, log_key, NAME)
        sender = LogAnchorSender.at(node, ledger.log.address, keys["sequencer"], final, clock)
        log, outbox = self.storage.log, self.storage.outbox
        self.anchorer = Anchorer(outbox, log, sender, clock, AnchorRules())

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


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with local_node(LocalNodeOptions(block_seconds=None)) as anvil:
        opened = Site(anvil, tmp_path_factory.mktemp("site"))
        yield opened
        opened.service.close()


def test_journey_over_the_real_service(site):
    served: Ledger = site.service
    scopes = ("notarise", "status", "read")
    token = site.storage.tokens.create(site.party, scopes, "test", None)
    mine = {"Authorization": f"Bearer {token}"}
    with TestClient(create_app(served)) as client:
        # (1) Hand in a document with a file, twice.
        parts = [
            ("document", (None, submission("REF-CHAIN"), "application/json")),
            ("files", ("bl.pdf", b"%PDF-chain", "application/pdf")),
        ]
        first = client.post("/v1/documents", files=parts, headers=mine)
        assert first.status_code == 202, first.text
        place = first.json()["links"]["self"]
        again = client.post("/v1/documents", files=parts, headers=mine)
        assert (again.status_code, again.json()) == (200, first.json())
        early = client.get(f"{place}/package", headers=mine)
        assert (early.status_code, early.json()["type"]) == (409, "/problems/not-final")
        # (2) Until it is final.
        site.settle(client, place, mine)
        package = client.get(f"{place}/package", headers=mine).content
        assert client.get(f"{place}/receipts", headers=mine).json()["receipts"]
        # (3) Anyone verifies the package, and the file alone.
        report = client.post(
            "/v1/verify", content=package, headers={"Content-Type": "application/json"}
        ).json()
        assert report["verdict"] == "AUTHENTIC", report
        ReportBody.model_validate(report)
        alone = client.post(
            "/v1/verify", content=b"%PDF-chain", headers={"Content-Type": "application/pdf"}
        )
        assert alone.json()["verdict"] == "AUTHENTIC"
        assert (alone.json()["facts"], "REF-CHAIN" in alone.text) == ([], False)
        # (4) The log can be copied, and the service is well.
        assert client.get("/log/tile/0/000.p/1").status_code == 200
        assert len(client.get("/log/tile/entries/000.p/1").content) == 42
        assert client.get("/v1/trust").content == site.trust.file_bytes()
        ready = client.get("/health/ready")
        assert ready.status_code == 200, ready.text
        # (5) Withdrawn is withdrawn.
        act = client.post(f"{place}/revoke", json={"reason": 1}, headers=mine)
        assert (act.status_code, act.json()["status"]) == (200, "revoked"), act.text
        repeat = client.post(f"{place}/revoke", json={"reason": 1}, headers=mine)
        assert repeat.json()["transaction"] is None
        back = client.post(f"{place}/resume", headers=mine)
        assert (back.status_code, back.json()["type"]) == (409, "/problems/chain-rejected")
        report = client.post(
            "/v1/verify", content=package, headers={"Content-Type": "application/json"}
        ).json()
        assert report["verdict"] == "REVOKED"
