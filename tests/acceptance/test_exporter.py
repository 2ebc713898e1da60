# SPDX-License-Identifier: Apache-2.0
"""An exporter's night: the command line and HTTP against a running service."""

import json
import time
import urllib.error
import urllib.request

import pytest

from ledger.canonical import canonical_bytes
from ledger.receipts import parse_package
from ledger.verification import Verdict

pytestmark = pytest.mark.node


def document(path, number: str) -> None:
    path.write_text(
        json.dumps({"documentType": "file-only", "reference": number, "data": {}}), "utf-8"
    )


@pytest.fixture
def token(stage, tmp_path):
    path = tmp_path / "token"
    path.touch(mode=0o600)
    path.write_text(stage.clients["exporter"].token, "utf-8")
    return path


def test_notarise_wait_verify_through_the_command_line(corridor, stage, token, tmp_path):
    paper = tmp_path / "packing-list.pdf"
    paper.write_bytes(b"%PDF-1.4 packing list " + b"x" * 100_000)
    document(tmp_path / "document.json", "NIGHT-1")
    service = {"CORRIDOR_API": stage.clients["exporter"].url}
    package = tmp_path / "night.corridor.json"
    done = corridor(
        "notarise",
        tmp_path / "document.json",
        paper,
        "--wait",
        "-o",
        package,
        "--token-file",
        token,
        **service,
    )
    assert done.returncode == 0, done.stderr
    trust = stage.ledger.settings.trust
    checked = corridor("verify", package, paper, "--node", stage.anvil.url, "--trust", trust)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "AUTHENTIC" in checked.stdout
    paper.write_bytes(b"%PDF-1.4 another list")
    forged = corridor(
        "verify", package, paper, "--node", stage.anvil.url, "--trust", trust, "--json"
    )
    assert forged.returncode == 1
    assert json.loads(forged.stdout)["verdict"] == "ALTERED"
    commitment = str(parse_package(package.read_bytes()).commitment)
    status = corridor("status", commitment, "--token-file", token, **service)
    assert status.returncode == 0
    assert "final" in status.stdout
    revoked = corridor("revoke", commitment, "--reason", "2", "--token-file", token, **service)
    assert revoked.returncode == 0, revoked.stderr
    after = corridor("verify", package, "--node", stage.anvil.url, "--trust", trust)
    assert after.returncode == 3
    assert "REVOKED" in after.stdout


def test_same_submission_twice_gives_the_first_result(stage, tmp_path):
    raw = json.dumps({"documentType": "file-only", "reference": "TWICE-1", "data": {}}).encode()
    paper = tmp_path / "a.pdf"
    paper.write_bytes(b"%PDF-1.4")
    first = stage.clients["exporter"].submit(raw, [paper])
    again = stage.clients["exporter"].submit(raw, [paper])
    assert (first.status, again.status) == (202, 200)
    assert first.body["commitment"] == again.body["commitment"]
    assert first.body["acceptance"] == again.body["acceptance"]


def test_second_issuer_countersigns_and_the_package_becomes_authentic(stage):
    issuers = sorted(str(stage.ledger.parties[label]) for label in ("carrier", "exporter"))
    handed = stage.notarise("carrier", "file-only", {}, reference="BOTH-1", issuers=issuers)
    one = stage.package(handed)
    with stage.verifier() as verifier:
        assert verifier.verify(one).verdict is Verdict.UNDECIDED
    answer = _post(
        stage.clients["exporter"],
        "/v1/documents",
        one.file_bytes(),
        "application/vnd.corridor.package+json",
    )
    assert answer["commitment"] == str(handed.commitment)
    package = one
    for _ in range(100):
        package = parse_package(stage.clients["carrier"].package(handed.commitment))
        if len(package.receipts) == 2:
            break
        time.sleep(0.2)
    with stage.verifier() as verifier:
        report = verifier.verify(package)
    assert report.verdict is Verdict.AUTHENTIC
    assert len(report.signatories) == 2


def test_verify_over_http_needs_no_account_and_a_lone_file_discloses_nothing(stage, bill):
    package = stage.package(bill)
    report = _post(stage.clients["carrier"], "/v1/verify", package.file_bytes(), account=False)
    assert report["verdict"] == "AUTHENTIC"
    lone = _post(
        stage.clients["carrier"],
        "/v1/verify",
        bill.pdf.read_bytes(),
        "application/pdf",
        account=False,
    )
    assert (lone["verdict"], lone["facts"]) == ("AUTHENTIC", [])
    assert "XMPL260200001" not in json.dumps(lone)
    unknown = _post(
        stage.clients["carrier"], "/v1/verify", b"%PDF nothing", "application/pdf", account=False
    )
    assert unknown["verdict"] == "UNDECIDED"


def test_garbage_package_is_422_and_no_verdict(stage):
    with pytest.raises(urllib.error.HTTPError) as refused:
        _post(stage.clients["carrier"], "/v1/verify", canonical_bytes({"format": "x"}))
    with refused.value:
        problem = json.loads(refused.value.read())
    assert (refused.value.code, problem["type"]) == (422, "/problems/invalid-package")


def test_token_of_another_party_sees_nothing(stage, bill):
    for path in (f"/v1/documents/{bill.commitment}", f"/v1/documents/{bill.commitment}/package"):
        request = urllib.request.Request(
            stage.clients["chamber"].url + path,
            headers={"Authorization": f"Bearer {stage.clients['chamber'].token}"},
        )
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=10)
        with refused.value:
            assert refused.value.code == 404


def _post(client, path, body, media_type="application/json", *, account=True):
    headers = {"Content-Type": media_type}
    if account:
        headers["Authorization"] = f"Bearer {client.token}"
    request = urllib.request.Request(client.url + path, body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())
