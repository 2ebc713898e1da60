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

pytestmark = [
    pytest.mark.node,
    pytest.mark.slow,
    pytest.mark.xdist_group("api-on-a-chain"),
    # The service keeps one connection to the node per thread, and closes none of them.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
FINAL = FinalityRule.parse("finalized-tag")
JSON = {"Content-Type": "application/json"}
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
        self.anvil, self.node, self.clock = anvil, connect(anvil.url), SystemClock()
        self.keys = {role: HeldKey(secrets.token_bytes(32)) for role in ROLES}
        anvil.fund(*(key.address for key in self.keys.values()))
        self.log_key = NoteSigner(f"corridor-ledger/{NAME}", Ed25519PrivateKey.generate())
        self.trust = self.deployed()
        self.party = self.admitted()
        self.ledger = self.trust.ledgers[0]
        self.id = LedgerId(self.trust.chain_id, self.ledger.log.address)
        vault = VaultKeys("k1", {"k1": b"K" * 32}, b"I" * 32)
        url = f"sqlite:///{folder}/ledger.db"
        self.storage = open_storage(url, LedgerName(self.id, NAME), vault, self.clock)
        self.service = self.served()
        self.sequencer = Sequencer(self.storage.log, self.log_key, NAME)
        sender = LogAnchorSender.at(
            self.node, self.ledger.log.address, self.keys["sequencer"], FINAL, self.clock
        )
        log, outbox = self.storage.log, self.storage.outbox
        self.anchorer = Anchorer(outbox, log, sender, self.clock, AnchorRules())

    def deployed(self):
        plan = DeploymentPlan(
            **{role: self.keys[role].address for role in ROLES[:5]},
            key_delay_seconds=0,
            finality=FINAL,
            max_head_age_seconds=3600,
            log_keys=(LogKey(self.log_key.verifier, 0, None),),
        )
        return deploy(self.node, self.keys["admin"], plan)

    def admitted(self):
        parties, keys = self.trust.ledgers[0].parties.address, self.keys
        grants = (KeyGrant(keys["manage"], Role.MANAGE), KeyGrant(keys["sign"], Role.SIGN))
        registry = Registrar(self.node, parties, keys["registrar"])
        party = registry.register_party("Example Line", "JP", "carrier", grants)
        accreditor = Registrar(self.node, parties, keys["accreditor"])
        accreditor.accredit(party, "file-only", 0, FOREVER)
        self.anvil.call("evm_increaseTime", 2)
        self.anvil.call("anvil_mine", "0x3")
        time.sleep(2.1)  # a key is in force from the second after it was granted
        return party

    def served(self):
        signers = HeldKeys(Carrier(self.party, self.keys["sign"]))
        authority = ChainAuthority(self.node, self.ledger.parties.address, self.clock)
        ports = IntakePorts(self.storage.documents, signers, self.log_key, authority, self.clock)
        return Service(
            ServiceParts(
                storage=self.storage,
                intake=Intake(ports, IntakeTerms(self.id, NAME, 600)),
                keystore=signers,
                statuses=StatusWriter(self.node, self.ledger.statuses[-1].address),
                trust=self.trust,
                node_url=self.anvil.url,
                clock=self.clock,
                limits=Limits(),
                promise_seconds=600,
            )
        )

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


@pytest.fixture(scope="module")
def client(site):
    served: Ledger = site.service
    with TestClient(create_app(served)) as opened:
        yield opened


@pytest.fixture(scope="module")
def mine(site):
    token = site.storage.tokens.create(site.party, ("notarise", "status", "read"), "test", None)
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def place(site, client, mine):
    """A document with a file, handed in twice and waited for."""
    parts = [
        ("document", (None, submission("REF-CHAIN"), "application/json")),
        ("files", ("bl.pdf", b"%PDF-chain", "application/pdf")),
    ]
    first = client.post("/v1/documents", files=parts, headers=mine)
    assert first.status_code == 202, first.text
    again = client.post("/v1/documents", files=parts, headers=mine)
    assert (again.status_code, again.json()) == (200, first.json())
    own = first.json()["links"]["self"]
    early = client.get(f"{own}/package", headers=mine)
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-final")
    site.settle(client, own, mine)
    return own


@pytest.fixture(scope="module")
def package(client, mine, place):
    return client.get(f"{place}/package", headers=mine).content


def test_document_is_final_and_anyone_verifies_its_package(client, mine, place, package):
    assert client.get(f"{place}/receipts", headers=mine).json()["receipts"]
    report = client.post("/v1/verify", content=package, headers=JSON).json()
    assert report["verdict"] == "AUTHENTIC", report
    ReportBody.model_validate(report)


@pytest.mark.usefixtures("place")
def test_file_alone_is_verified_and_discloses_nothing(client):
    pdf = {"Content-Type": "application/pdf"}
    answer = client.post("/v1/verify", content=b"%PDF-chain", headers=pdf)
    assert answer.json()["verdict"] == "AUTHENTIC"
    assert answer.json()["facts"] == []
    assert "REF-CHAIN" not in answer.text


@pytest.mark.usefixtures("place")
def test_log_can_be_copied_and_the_service_is_well(client, site):
    assert client.get("/log/tile/0/000.p/1").status_code == 200
    assert len(client.get("/log/tile/entries/000.p/1").content) == 42
    assert client.get("/v1/trust").content == site.trust.file_bytes()
    ready = client.get("/health/ready")
    assert ready.status_code == 200, ready.text


def test_withdrawn_document_stays_withdrawn(client, mine, place, package):
    act = client.post(f"{place}/revoke", json={"reason": 1}, headers=mine)
    assert (act.status_code, act.json()["status"]) == (200, "revoked"), act.text
    repeat = client.post(f"{place}/revoke", json={"reason": 1}, headers=mine)
    assert repeat.json()["transaction"] is None
    back = client.post(f"{place}/resume", headers=mine)
    assert (back.status_code, back.json()["type"]) == (409, "/problems/chain-rejected")
    report = client.post("/v1/verify", content=package, headers=JSON).json()
    assert report["verdict"] == "REVOKED"
