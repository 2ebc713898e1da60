# SPDX-License-Identifier: Apache-2.0
"""Every failure is problem+json with a stable slug, and tells no more than it should."""

import re
import threading
import time

import pytest
from structlog.testing import capture_logs

from api import errors as edge
from api.app import create_app
from api.problems import STATUS, catalogue, problem_response, status_of
from ledger import errors
from ledger.ports.facade import Limits

JSON = {"Content-Type": "application/json"}


def tree(error):
    yield error
    for child in error.__subclasses__():
        yield from tree(child)


ALL = [
    error
    for error in tree(errors.LedgerError)
    if error.__module__.startswith(("ledger", "api"))
    and error.__module__ not in ("ledger.client", "ledger.titles.refusals")
]


@pytest.mark.parametrize("error", ALL, ids=lambda error: error.__name__)
def test_every_error_has_a_status_a_slug_of_its_own_and_a_page(client, error):
    assert "slug" in vars(error)
    assert [other.slug for other in ALL].count(error.slug) == 1
    assert re.fullmatch("[a-z]+(-[a-z]+)*", error.slug)
    answer = client.get(f"/problems/{error.slug}")
    assert answer.status_code == 200
    assert answer.json()["status"] == status_of(error).value
    assert answer.json()["type"] == f"/problems/{error.slug}"


def test_list_of_problems_is_complete(client):
    listed = {page["type"].removeprefix("/problems/") for page in client.get("/problems").json()}
    assert listed == set(catalogue()) == {error.slug for error in ALL}
    assert client.get("/problems/no-such").status_code == 404


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (errors.InvalidPackageError, 422),
        (errors.EmptyTreeError, 422),
        (errors.LimitExceededError, 413),
        (errors.AuthenticationError, 401),
        (errors.ForbiddenError, 403),
        (errors.NotFoundError, 404),
        (errors.NotFinalError, 409),
        (errors.ReferenceAlreadyUsedError, 409),
        (errors.ChainUnavailableError, 503),
        (errors.ChainRejectedError, 409),
        (errors.OverloadedError, 503),
        (errors.ConfigurationError, 500),
        (edge.InternalError, 500),
    ],
)
def test_status_is_that_of_the_nearest_ancestor(error, status):
    assert status_of(error) == status
    assert STATUS[errors.LedgerError] == 500


def test_what_happened_inside_is_not_told():
    body = problem_response(errors.ConfigurationError("no such file: secret-place")).body
    assert b"secret-place" not in body
    assert b"detail" not in body


def test_overload_says_when_to_come_back():
    answer = problem_response(errors.OverloadedError("full", retry_after_seconds=3))
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")


@pytest.mark.parametrize("path", ["/", "/v1", "/v1/documents/", "/docs", "/redoc", "/v2/x", "//x"])
def test_address_without_anything_is_not_found(client, path):
    answer = client.get(path, follow_redirects=False)
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/v1/documents", "GET, HEAD, POST"),
        ("GET", "/v1/verify", "POST"),
        ("PUT", "/health/live", "GET, HEAD"),
        ("PATCH", "/v1/documents/x/revoke", "POST"),
        ("OPTIONS", "/v1/documents", "GET, HEAD, POST"),
        ("BREW", "/log/checkpoint", "GET, HEAD"),
    ],
)
def test_method_that_is_not_there_says_which_are(client, method, path, allowed):
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["type"]) == (405, "/problems/method-not-allowed")
    assert answer.headers["allow"] == allowed


@pytest.mark.parametrize(
    "value", [None, "", "Bearer", "Bearer x", "Basic eDp4", "bearer  ", "Bearer \xff", "Token x"]
)
def test_caller_who_is_not_known_is_challenged(client, value):
    headers = {} if value is None else {"Authorization": value.encode("latin-1")}
    answer = client.get("/v1/documents", headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/not-authenticated")
    assert answer.headers["www-authenticate"] == 'Bearer realm="corridor-ledger"'


def test_token_in_the_address_is_not_read(client, bearer):
    token = bearer()["Authorization"].removeprefix("Bearer ")
    answer = client.get(f"/v1/documents?access_token={token}&token={token}")
    assert answer.status_code == 401


def test_stranger_is_turned_away_before_the_body_is_read(client):
    sent = []

    def body():
        for _ in range(3):
            sent.append(1)
            yield b"x"

    assert client.post("/v1/documents", content=body(), headers=JSON).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("POST", "/v1/documents", "notarise"),
        ("POST", "/v1/statements", "notarise"),
        ("GET", "/v1/documents", "read"),
        ("GET", "/v1/documents/" + "a" * 64, "read"),
        ("GET", "/v1/documents/" + "a" * 64 + "/package", "read"),
        *(
            ("POST", "/v1/documents/" + "a" * 64 + "/" + act, "status")
            for act in ("revoke", "suspend", "resume", "supersede")
        ),
        ("POST", "/v1/titles/reserve", "title"),
        ("POST", "/v1/titles", "title"),
        ("POST", "/v1/titles/reissue", "title"),
        ("POST", "/v1/titles/0x" + "a" * 64 + "/acts", "title"),
        ("GET", "/v1/titles/0x" + "a" * 64, "read"),
        ("GET", "/v1/acts/" + "a" * 64, "read"),
    ],
)
def test_token_serves_its_scopes_only(client, bearer, service, method, path, scope):
    others = {"notarise", "status", "read", "title"} - {scope}
    assert client.request(method, path).status_code == 401
    answer = client.request(method, path, headers=bearer(service.carrier, *others))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
    good = client.request(method, path, headers=bearer(service.carrier, scope))
    assert good.status_code not in (401, 403)


def test_fault_is_logged_without_what_it_says_and_not_told(client, service, monkeypatch):
    def broken():
        raise RuntimeError("the seed is SECRET")

    monkeypatch.setattr(service, "checkpoint", broken)
    with capture_logs() as logs:
        answer = client.get("/log/checkpoint")
    assert (answer.status_code, answer.json()["type"]) == (500, "/problems/internal-error")
    assert set(answer.json()) == {"type", "title", "status"}
    fault = next(line for line in logs if line["event"] == "fault")
    assert fault["error"] == "RuntimeError"
    assert fault["request"] == answer.headers["x-request-id"]
    assert any("broken" in where for where in fault["where"])
    assert "SECRET" not in str(logs) + answer.text


def test_log_of_requests_holds_no_token_reference_or_content(client, submit, bearer, package):
    headers = bearer()
    with capture_logs() as logs:
        submit("REF-PRIVATE", headers=headers)
        client.get("/v1/documents?reference=REF-PRIVATE", headers=headers)
        client.post("/v1/verify", content=package, headers=JSON)
    text = str(logs)
    assert "REF-PRIVATE" not in text
    assert "cl_" not in text
    assert {line["route"] for line in logs} == {"/v1/documents", "/v1/verify"}


class TestTime:
    """Answers have an end, whoever is slow."""

    @pytest.fixture
    def limits(self):
        return Limits(request_seconds=0.2)

    def test_answer_that_takes_too_long_is_given_up(self, client, service, monkeypatch):
        done = threading.Event()
        monkeypatch.setattr(service, "trust_file", lambda: done.wait(10) and b"")
        begun = time.monotonic()
        answer = client.get("/v1/trust")
        assert time.monotonic() - begun < 5
        done.set()
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/took-too-long")
        assert answer.headers["retry-after"] == "5"

    def test_timeout_inside_the_service_is_a_fault_not_ours(self, client, service, monkeypatch):
        def late():
            raise TimeoutError

        monkeypatch.setattr(service, "trust_file", late)
        assert client.get("/v1/trust").status_code == 500


def test_too_many_that_wait_are_turned_away(client, monkeypatch):
    monkeypatch.setattr(client.app.state.context.callers, "_most", 0)
    answer = client.get("/v1/trust")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overloaded")


def test_bodies_of_all_requests_share_one_memory(client):
    memory = client.app.state.context.memory
    memory._free = 10
    answer = client.post("/v1/verify", content=b" " * 11, headers=JSON)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overloaded")
    assert client.post("/v1/verify", content=b" " * 10, headers=JSON).status_code == 422
    assert memory._free == 10


def test_application_is_made_from_a_service_alone(service):
    assert create_app(service).title == "Corridor Ledger"
