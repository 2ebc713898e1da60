# SPDX-License-Identifier: Apache-2.0
"""What surrounds every answer: headers, HEAD, other origins, health, reference, OpenAPI."""

import json

import pytest
from jsonschema import Draft202012Validator

from ledger.documents import KINDS
from ledger.trust import parse_trust

OPEN = ["/v1/trust", "/log/checkpoint", "/v1/schemas/file-only"]
CLOSED = ["/v1/documents", "/health/live", "/problems"]


@pytest.mark.parametrize("path", ["/health/live", "/v1/trust", "/v1/documents", "/none"])
def test_every_answer_has_the_headers_of_a_careful_server(client, path):
    headers = client.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["referrer-policy"] == "no-referrer"
    assert len(headers["x-request-id"]) == 16


@pytest.mark.parametrize("path", OPEN)
def test_any_page_may_read_what_is_public(client, path):
    origin = {"Origin": "https://customs.example"}
    answer = client.get(path, headers=origin)
    assert answer.headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-credentials" not in answer.headers


def test_any_page_may_verify(client):
    asked = {"Origin": "https://x.example", "Access-Control-Request-Method": "POST"}
    answer = client.options("/v1/verify", headers=asked)
    assert answer.status_code == 204
    assert "POST" in answer.headers["access-control-allow-methods"]
    refused = client.post("/v1/verify", headers={"Origin": "https://x.example"})
    assert refused.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("path", CLOSED)
def test_no_page_may_read_what_is_a_partys(client, path):
    asked = {"Origin": "https://x.example", "Access-Control-Request-Method": "GET"}
    assert "access-control-allow-origin" not in client.get(path, headers=asked).headers
    assert client.options(path, headers=asked).status_code == 405


@pytest.mark.parametrize("path", ["/health/live", "/v1/trust", "/v1/documents", "/none"])
def test_head_is_get_without_content(client, path):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (get.status_code, b"")
    assert head.headers.get("content-length") == get.headers.get("content-length")


def test_health_says_whether_it_runs_and_works(client, service):
    assert client.get("/health/live").json() == {"live": True}
    ready = client.get("/health/ready")
    assert ready.json()["ready"] is True
    assert ready.headers["cache-control"] == "no-store"
    service.ready = False
    broken = client.get("/health/ready")
    assert (broken.status_code, broken.json()["type"]) == (503, "/problems/not-ready")
    assert broken.json()["checks"] == [{"name": "chain", "ok": False, "detail": "block 7, 2 s old"}]
    assert client.get("/health/live").status_code == 200


def test_trust_file_is_served_as_it_is(client, service):
    answer = client.get("/v1/trust")
    assert answer.content == service.world.trust.file_bytes()
    assert parse_trust(answer.content) == service.world.trust
    known = {"If-None-Match": answer.headers["etag"]}
    assert client.get("/v1/trust", headers=known).status_code == 304


@pytest.mark.parametrize("document_type", list(KINDS))
def test_schema_of_every_kind_is_served(client, document_type):
    answer = client.get(f"/v1/schemas/{document_type}")
    assert answer.headers["content-type"] == "application/schema+json"
    Draft202012Validator.check_schema(answer.json())


def test_schema_of_an_unknown_kind_names_the_known(client):
    answer = client.get("/v1/schemas/no-such")
    assert answer.status_code == 404
    assert "bill-of-lading" in answer.json()["detail"]


class TestOpenApi:
    @pytest.fixture
    def document(self, client):
        return client.get("/openapi.json").json()

    def test_every_reference_leads_somewhere(self, document):
        text = json.dumps(document)
        names = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
        assert names <= set(document["components"]["schemas"])
        assert "$defs" not in text

    def test_every_operation_says_what_can_go_wrong(self, document):
        for path, operations in document["paths"].items():
            for method, operation in operations.items():
                answers = operation["responses"]
                assert operation["summary"], path
                assert "500" in answers, path
                for status, answer in answers.items():
                    if int(status) >= 400:
                        content = answer["content"]["application/problem+json"]
                        assert content["examples"], (method, path, status)
                assert "HTTPValidationError" not in json.dumps(operation)

    def test_every_private_operation_asks_for_a_token(self, document):
        assert "partyToken" in document["components"]["securitySchemes"]
        for path, operations in document["paths"].items():
            private = path.startswith(("/v1/documents", "/v1/statements", "/v1/titles", "/v1/acts"))
            for operation in operations.values():
                assert bool(operation.get("security")) is private, path
                assert ("401" in operation["responses"]) is private, path

    def test_every_post_describes_its_body(self, document):
        posts = [ops["post"] for ops in document["paths"].values() if "post" in ops]
        assert len(posts) == 12
        assert all(post["requestBody"]["content"] for post in posts)

    def test_idempotency_key_is_described_where_it_is_read(self, document):
        for path in ("/v1/documents", "/v1/statements"):
            names = [one["name"] for one in document["paths"][path]["post"]["parameters"]]
            assert [name.lower() for name in names] == ["idempotency-key"]
