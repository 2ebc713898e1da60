# SPDX-License-Identifier: Apache-2.0
"""The same journey over the real service: its wiring, SQLite, the worker, and a real chain."""

import time

import pytest
from chain_site import Site
from embedded_service import submission
from fastapi.testclient import TestClient

from api.app import create_app
from api.ports import Ledger
from api.report import ReportBody
from ledger.localnode import LocalNodeOptions, local_node

pytestmark = [
    pytest.mark.node,
    pytest.mark.slow,
    pytest.mark.xdist_group("api-on-a-chain"),
    # The service keeps one connection to the node per thread, and closes none of them.
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
JSON = {"Content-Type": "application/json"}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with local_node(LocalNodeOptions(block_seconds=None)) as anvil:
        opened = Site(anvil, tmp_path_factory.mktemp("site"))
        opened.relaying.start()
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def client(site):
    served: Ledger = site.service
    with TestClient(create_app(served)) as opened:
        yield opened


@pytest.fixture(scope="module")
def mine(site):
    return site.headers("carrier")


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


def test_statuses_that_are_asked_for_at_once_go_one_after_the_other(
    client, mine, place, monkeypatch
):
    monkeypatch.setattr(client.app.state.context.waiting, "_free", 0)
    asked = [
        client.post(f"{place}/{action}", json={"reason": reason}, headers=mine)
        for reason, action in enumerate(("suspend", "resume", "suspend", "resume"), 1)
    ]
    assert {answer.status_code for answer in asked} <= {200, 202}
    acts = [answer.json()["act"] for answer in asked]
    assert len(set(acts)) == 4
    told = [settled(client, mine, act) for act in acts]
    assert [act["error"] for act in told] == [None] * 4
    blocks = [act["block"] for act in told]
    assert blocks == sorted(blocks)


def settled(client, mine, act):
    for _ in range(400):
        told = client.get(f"/v1/acts/{act}", headers=mine).json()
        if told["state"] in ("mined", "final", "rejected"):
            return told
        time.sleep(0.05)
    pytest.fail(f"still {told}")


def test_withdrawn_document_stays_withdrawn(client, mine, place, package):
    act = client.post(f"{place}/revoke", json={"reason": 1}, headers=mine)
    assert (act.status_code, act.json()["status"]) == (200, "revoked"), act.text
    repeat = client.post(f"{place}/revoke", json={"reason": 1}, headers=mine)
    assert repeat.json()["transaction"] is None
    back = client.post(f"{place}/resume", headers=mine)
    assert (back.status_code, back.json()["type"]) == (409, "/problems/chain-rejected")
    report = client.post("/v1/verify", content=package, headers=JSON).json()
    assert report["verdict"] == "REVOKED"
