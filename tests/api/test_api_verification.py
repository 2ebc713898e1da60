# SPDX-License-Identifier: Apache-2.0
"""The customs officer: no account, a package, a file, or both; 200 whatever the verdict."""

import json

import pytest

from api.report import ReportBody
from ledger.errors import ChainUnavailableError

PLACE = "/v1/verify"
JSON = {"Content-Type": "application/json"}
PACKAGE = {"Content-Type": "application/vnd.corridor.package+json"}
PDF = {"Content-Type": "application/pdf"}


@pytest.mark.parametrize("headers", [JSON, PACKAGE])
def test_package_alone_is_verified_without_an_account(client, package, headers):
    answer = client.post(PLACE, content=package, headers=headers)
    assert answer.status_code == 200
    assert answer.json()["verdict"] == "AUTHENTIC"
    assert answer.headers["cache-control"] == "no-store"
    ReportBody.model_validate(answer.json())


def test_package_with_its_file_is_verified(client, package):
    parts = [("package", ("p.json", package)), ("files", ("bl.pdf", b"%PDF-bill"))]
    answer = client.post(PLACE, files=parts)
    assert answer.json()["verdict"] == "AUTHENTIC"
    assert answer.json()["notes"] == []


def test_package_with_another_file_is_altered_and_still_200(client, package):
    parts = [("package", ("p.json", package)), ("files", ("bl.pdf", b"%PDF-forged"))]
    answer = client.post(PLACE, files=parts)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "ALTERED")


def test_package_that_was_changed_is_altered(client, package):
    forged = package.replace(b'"reference":"REF-1"', b'"reference":"REF-2"')
    assert forged != package
    answer = client.post(PLACE, content=forged, headers=JSON)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "ALTERED")


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"{}", b'{"format": "corridor/package/2"}'])
def test_package_that_does_not_parse_is_refused(client, raw):
    answer = client.post(PLACE, content=raw, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-package")
    assert "pointer" in answer.json()


def test_known_file_alone_is_verified_and_discloses_no_field(client, final):
    answer = client.post(PLACE, content=b"%PDF-bill", headers=PDF)
    body = answer.json()
    assert (body["verdict"], body["commitment"]) == ("AUTHENTIC", final)
    assert body["facts"] == []
    assert "REF-1" not in answer.text


def test_unknown_file_alone_is_undecided_and_not_forged(client):
    answer = client.post(PLACE, content=b"%PDF-other", headers=PDF)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "UNDECIDED")
    assert answer.json()["checks"][0]["outcomes"][0]["code"] == "unknown-file"
    ReportBody.model_validate(answer.json())


def test_file_alone_may_come_in_a_form(client, final):
    answer = client.post(PLACE, files=[("files", ("x.pdf", b"%PDF-bill"))])
    assert answer.json()["commitment"] == final


def test_other_document_and_stated_time_are_held_against_it(client, package):
    parts = [
        ("package", ("p.json", package)),
        ("other", ("o.json", package)),
        ("statedTime", (None, "2026-03-01T00:00:00Z")),
    ]
    answer = client.post(PLACE, files=parts)
    assert answer.status_code == 200
    match = next(check for check in answer.json()["checks"] if check["name"] == "match")
    assert match["outcomes"][0]["code"] != "nothing-to-match"


@pytest.mark.parametrize("time", ["yesterday", "2026-02-30T00:00:00Z", ""])
def test_stated_time_when_malformed_is_refused(client, package, time):
    parts = [("package", ("p.json", package)), ("statedTime", (None, time))]
    answer = client.post(PLACE, files=parts)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-value")


@pytest.mark.parametrize(
    "parts",
    [
        [("files", ("a", b"1")), ("files", ("b", b"2"))],
        [("other", ("o", b"{}"))],
        [("files", ("a", b"1")), ("statedTime", (None, "2026-03-01T00:00:00Z"))],
    ],
)
def test_form_without_package_holds_one_file_and_nothing_else(client, parts):
    answer = client.post(PLACE, files=parts)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


def test_nothing_at_all_is_refused(client):
    answer = client.post(PLACE, content=b"", headers=PDF)
    assert answer.status_code == 400


def test_revoked_document_is_told_as_such(client, bearer, package, final):
    client.post(f"/v1/documents/{final}/revoke", headers=bearer())
    answer = client.post(PLACE, content=package, headers=JSON)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "REVOKED")


def test_chain_that_cannot_be_asked_is_undecided(client, service, package):
    service.world.chain.down = ChainUnavailableError("no node")
    answer = client.post(PLACE, content=package, headers=JSON)
    assert (answer.status_code, answer.json()["verdict"]) == (200, "UNDECIDED")


def test_report_is_the_one_that_the_core_writes(client, package):
    answer = client.post(PLACE, content=package, headers=JSON)
    assert json.loads(answer.content)["format"] == "corridor/report/1"
