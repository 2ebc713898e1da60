# SPDX-License-Identifier: Apache-2.0
"""An application around the service in one process, and a client of the carrier's."""

import pytest
from embedded_service import EmbeddedService, submission
from fastapi.testclient import TestClient

from api.app import create_app
from ledger.ports.facade import Limits


@pytest.fixture
def limits():
    return Limits()


@pytest.fixture
def service(tmp_path, limits):
    embedded = EmbeddedService(tmp_path, limits)
    yield embedded
    embedded.close()


@pytest.fixture
def client(service):
    """Nobody's: without a token."""
    with TestClient(create_app(service)) as opened:
        yield opened


@pytest.fixture
def bearer(service):
    """Headers with a token of the carrier's, or of another party's."""

    def headers(party=None, *scopes, **more):
        token = service.token(party or service.carrier, *scopes)
        return {"Authorization": f"Bearer {token}", **more}

    return headers


@pytest.fixture
def submit(client, bearer):
    """Hand in a small document; return the answer."""

    def post(reference="REF-1", *, headers=None, files=(), **members):
        headers = headers or bearer()
        raw = submission(reference, **members)
        if not files:
            headers = {**headers, "Content-Type": "application/json"}
            return client.post("/v1/documents", content=raw, headers=headers)
        parts = [("document", (None, raw, "application/json"))]
        parts += [("files", one) for one in files]
        return client.post("/v1/documents", files=parts, headers=headers)

    return post


@pytest.fixture
def final(service, submit):
    """A document whose anchor is final; its commitment."""
    answer = submit(files=[("bl.pdf", b"%PDF-bill", "application/pdf")])
    service.advance()
    return answer.json()["commitment"]


@pytest.fixture
def package(client, bearer, final):
    """Its package, as bytes."""
    return client.get(f"/v1/documents/{final}/package", headers=bearer()).content
