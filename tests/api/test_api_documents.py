# SPDX-License-Identifier: Apache-2.0
"""The exporter's journey: hand in, wait, take out."""

import hashlib
import json

import pytest
from embedded_service import submission
from small_world import digest

from ledger.log import Acceptance, NoteVerifier, open_note
from ledger.receipts import parse_package


def test_document_when_submitted_is_accepted_with_a_signed_promise(submit, service):
    answer = submit()
    body = answer.json()
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/documents/{body['commitment']}"
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["cache-control"] == "no-store"
    assert body["state"] == "accepted"
    assert set(body) == {
        "commitment", "statement", "acceptance", "acceptedAt", "anchorBy", "state",
        "findings", "links",
    }  # fmt: skip
    text, signers = open_note(body["acceptance"], [service.world.signer.verifier])
    assert isinstance(signers[0], NoteVerifier)
    assert str(Acceptance.parse(text).statement) == body["statement"]


def test_document_with_remarks_is_accepted_with_findings(submit):
    findings = submit().json()["findings"]
    assert [(one["grade"], one["code"]) for one in findings] == [("warning", "nothing-sealed")]
    assert set(findings[0]) == {"grade", "pointer", "code", "message", "hint"}


def test_same_document_again_gives_the_first_result(submit):
    first, second = submit(), submit()
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json() == second.json()
    assert second.headers["location"] == first.headers["location"]


def test_same_key_and_body_gives_the_first_result(submit, bearer):
    key = {"Idempotency-Key": "once"}
    first, second = submit(headers=bearer(**key)), submit(headers=bearer(**key))
    assert (first.status_code, second.status_code) == (202, 200)
    assert first.json() == second.json()


def test_same_key_and_another_body_is_a_conflict(submit, bearer):
    key = {"Idempotency-Key": "once"}
    submit("A", headers=bearer(**key))
    answer = submit("B", headers=bearer(**key))
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/idempotency-conflict"


def test_same_reference_with_other_content_names_what_it_collides_with(submit):
    first = submit().json()["commitment"]
    answer = submit(consignment="C-2")
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/reference-already-used"
    assert answer.json()["existing"] == first


@pytest.mark.parametrize("key", ["", "x" * 256, "tab\there"])
def test_idempotency_key_when_malformed_is_refused(submit, bearer, key):
    answer = submit(headers=bearer(**{"Idempotency-Key": key}))
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


def test_files_are_hashed_and_listed_in_order(client, service, submit, bearer):
    files = [
        ("Коносамент.pdf", b"one" * 100_000, "application/pdf"),
        ("b.bin", b"", "Application/Octet-Stream; x=1"),
    ]
    commitment = submit(files=files).json()["commitment"]
    service.advance()
    answer = client.get(f"/v1/documents/{commitment}/package", headers=bearer())
    assert answer.json()["envelope"]["files"] == [
        {
            "name": "Коносамент.pdf",
            "mediaType": "application/pdf",
            "size": 300_000,
            "sha256": hashlib.sha256(b"one" * 100_000).hexdigest(),
        },
        {
            "name": "b.bin",
            "mediaType": "application/octet-stream",
            "size": 0,
            "sha256": hashlib.sha256(b"").hexdigest(),
        },
    ]


def test_progress_is_told_until_it_is_final(client, service, submit, bearer):
    place = submit().headers["location"]
    early = client.get(place, headers=bearer())
    assert (early.json()["state"], early.json()["entryIndex"]) == ("accepted", None)
    assert early.headers["retry-after"] == "5"
    service.advance()
    late = client.get(place, headers=bearer())
    assert (late.json()["state"], late.json()["entryIndex"]) == ("final", 0)
    assert late.json()["anchoredAt"] is not None
    assert "retry-after" not in late.headers
    assert late.headers["cache-control"] == "no-store"


def test_package_before_it_is_final_is_refused_with_a_time_to_wait(client, submit, bearer):
    answer = client.get(submit().json()["links"]["package"], headers=bearer())
    assert answer.status_code == 409
    assert answer.json()["type"] == "/problems/not-final"
    assert answer.json()["retryAfterSeconds"] == 2
    assert answer.headers["retry-after"] == "2"


def test_package_when_final_is_the_file_to_keep(client, bearer, final):
    answer = client.get(f"/v1/documents/{final}/package", headers=bearer())
    assert answer.headers["content-type"] == "application/vnd.corridor.package+json"
    assert answer.headers["cache-control"] == "no-store"
    assert f'filename="{final}.corridor.json"' in answer.headers["content-disposition"]
    assert str(parse_package(answer.content).commitment) == final


def test_list_shows_own_documents_newest_first_and_by_reference(client, submit, bearer, service):
    for reference in ("A", "B"):
        submit(reference)
    found = client.get("/v1/documents", headers=bearer()).json()["documents"]
    assert [line["reference"] for line in found] == ["B", "A"]
    one = client.get("/v1/documents?reference=A", headers=bearer()).json()["documents"]
    assert [line["reference"] for line in one] == ["A"]
    assert len(client.get("/v1/documents?limit=1", headers=bearer()).json()["documents"]) == 1
    others = client.get("/v1/documents", headers=bearer(service.port))
    assert others.json()["documents"] == []


@pytest.mark.parametrize("limit", ["0", "201", "x", "1e2"])
def test_list_with_a_bad_limit_names_it_and_repeats_nothing(client, bearer, limit):
    answer = client.get(f"/v1/documents?limit={limit}", headers=bearer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    assert answer.json()["faults"][0]["at"] == "/query/limit"


def test_document_of_another_party_is_not_found(client, bearer, service, final):
    for path in (f"/v1/documents/{final}", f"/v1/documents/{final}/package"):
        answer = client.get(path, headers=bearer(service.port))
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_second_issuer_countersigns_with_the_package_of_the_first(client, bearer, service, submit):
    both = sorted(str(party.id) for party in (service.carrier, service.port))
    commitment = submit(issuers=both).json()["commitment"]
    service.advance()
    place = f"/v1/documents/{commitment}"
    package = client.get(f"{place}/package", headers=bearer()).content
    headers = bearer(service.port, **{"Content-Type": "application/vnd.corridor.package+json"})
    answer = client.post("/v1/documents", content=package, headers=headers)
    assert (answer.status_code, answer.json()["commitment"]) == (202, commitment)
    assert client.post("/v1/documents", content=package, headers=headers).status_code == 200
    service.advance()
    state = client.get(place, headers=bearer(service.port)).json()
    assert state["statedBy"] == state["issuers"] == both
    whole = client.get(f"{place}/package", headers=bearer(service.port)).content
    headers = {"Content-Type": "application/json"}
    report = client.post("/v1/verify", content=whole, headers=headers).json()
    assert report["verdict"] == "AUTHENTIC"


def test_statement_signed_elsewhere_is_accepted(client, bearer, service):
    shipper = service.own_signer
    statement, _ = service.world.ledger.state_and_log(shipper, [digest("goods")])
    body = {"statement": statement.json(), "commitments": [str(digest("goods"))]}
    answer = client.post("/v1/statements", json=body, headers=bearer(shipper))
    assert answer.status_code == 202
    again = client.post("/v1/statements", json=body, headers=bearer(shipper))
    assert (again.status_code, again.json()) == (200, answer.json())
    foreign = client.post("/v1/statements", json=body, headers=bearer())
    assert (foreign.status_code, foreign.json()["type"]) == (403, "/problems/forbidden")


def test_receipts_are_those_of_the_parties_that_are_named(client, bearer, service, submit):
    place = submit().json()["links"]["self"]
    foreign = client.get(f"{place}/receipts", headers=bearer(service.port))
    assert foreign.status_code == 404
    named = f"{place}/receipts?party={service.carrier.id}"
    early = client.get(named, headers=bearer(service.port))
    assert (early.status_code, early.json()["type"]) == (409, "/problems/not-final")
    service.advance()
    answer = client.get(named, headers=bearer(service.port))
    assert answer.json() == client.get(f"{place}/receipts", headers=bearer()).json()
    assert [one["format"] for one in answer.json()["receipts"]] == ["corridor/receipt/1"]
    assert len(answer.json()["acceptances"]) == 1
    unknown = client.get(f"/v1/documents/{digest('x')}/receipts", headers=bearer())
    assert unknown.status_code == 404


@pytest.mark.parametrize(
    ("raw", "slug", "pointer"),
    [
        (b"{", "invalid-json", ""),
        (b'{"documentType": "file-only", "data": {"a": 1, "a": 2}}', "invalid-json", ""),
        (submission(data={"n": 2**60}), "invalid-json", "/data/n"),
        (b'{"documentType": "file-only", "data": {}}', "invalid-document", "/reference"),
        (submission(extra=1), "invalid-document", ""),
        (submission(issuers=["x"]), "invalid-document", "/issuers/0"),
        (submission(documentType="no-such"), "unknown-document-type", None),
        (b'{"documentType": "\\ud800", "data": {}}', "invalid-json", "/documentType"),
    ],
)
def test_submission_when_refused_says_where_and_why(client, bearer, raw, slug, pointer):
    headers = bearer(**{"Content-Type": "application/json"})
    answer = client.post("/v1/documents", content=raw, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{slug}")
    assert answer.json().get("pointer") == pointer
    assert json.loads(answer.content)["detail"]


@pytest.mark.parametrize("path", ["x", "A" * 64, "0x" + "a" * 64, "a" * 63])
def test_commitment_when_malformed_is_refused(client, bearer, path):
    answer = client.get(f"/v1/documents/{path}", headers=bearer())
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-value")
