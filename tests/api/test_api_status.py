# SPDX-License-Identifier: Apache-2.0
"""Revoke, suspend, resume, supersede."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event

import pytest
from small_world import digest

from ledger.ports.relaying import ActState


@pytest.fixture
def act(client, bearer, final):
    def post(action, headers=None, commitment=final, **body):
        path = f"/v1/documents/{commitment}/{action}"
        headers = headers or bearer()
        if body:
            return client.post(path, json=body, headers=headers)
        return client.post(path, headers=headers)

    return post


def test_status_changes_and_a_repeat_changes_nothing(act):
    first, again = act("suspend", reason=3), act("suspend", reason=3)
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["status"] == again.json()["status"] == "suspended"
    assert first.json()["transaction"].startswith("0x")
    assert (again.json()["transaction"], again.json()["act"]) == (None, None)
    assert act("resume").json()["status"] == "current"
    assert act("revoke").json()["status"] == "revoked"


def test_final_status_cannot_be_taken_back(act):
    act("revoke")
    answer = act("resume")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/chain-rejected")


def test_successor_is_named(act):
    assert act("supersede", supersededBy=str(digest("new"))).json()["status"] == "superseded"


@pytest.fixture
def waiting(client, service):
    """Where requests wait for a block; nothing gets into one."""
    service.at_once = False
    return client.app.state.context.waiting


def test_status_that_is_not_mined_yet_is_202(act, waiting, monkeypatch):
    monkeypatch.setattr(waiting, "_seconds", 0.2)
    answer = act("revoke")
    assert (answer.status_code, answer.json()["block"]) == (202, None)
    assert answer.headers["location"] == f"/v1/acts/{answer.json()['act']}"
    assert answer.headers["retry-after"] == "5"


def test_status_that_is_mined_while_it_waits_is_200(act, waiting, service):
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(act, "revoke")
        wait_for(lambda: service.storage.acts.in_state(ActState.ACCEPTED, 1))
        service.chain_titles.carry()
        assert (answer.result(10).status_code, answer.result().json()["block"]) == (200, 1)
    assert waiting._free > 0


def test_status_that_is_refused_while_it_waits_is_told(act, waiting, service):
    with ThreadPoolExecutor() as pool:
        answer = pool.submit(act, "revoke")
        wait_for(lambda: service.storage.acts.in_state(ActState.ACCEPTED, 1))
        held = service.storage.acts.in_state(ActState.ACCEPTED, 1)[0]
        service.storage.acts.store_refused(held.signed.id, "DocumentStatus_Final(0x1, 1)", None)
        told = answer.result(10)
    assert (told.status_code, told.json()["type"]) == (409, "/problems/chain-rejected")
    assert "is revoked, for good. (DocumentStatus_Final)" in told.json()["detail"]
    assert waiting._free > 0


def test_requests_that_wait_hold_up_nobody(act, waiting, client, bearer, final, monkeypatch):
    """Far more of them than there are threads; each waits until the test lets go."""
    monkeypatch.setattr(waiting, "_seconds", 60)
    monkeypatch.setattr(waiting, "_free", most := 90)
    headers = bearer()
    with ThreadPoolExecutor(most) as pool:
        asked = [pool.submit(act, "revoke", headers) for _ in range(most)]
        wait_for(lambda: waiting._free == 0)
        began = time.monotonic()
        assert client.get(f"/v1/documents/{final}", headers=headers).status_code == 200
        full = act("revoke", headers)
        assert (full.status_code, full.json()["block"]) == (202, None), "no room: not waited for"
        assert time.monotonic() - began < 10
        assert not any(answer.done() for answer in asked)
        client.app.state.context.ledger.chain_titles.carry()
        assert {answer.result(30).status_code for answer in asked} == {200}
    assert waiting._free == most


def test_authentication_has_threads_of_its_own(client, bearer, final):
    context, gate, headers = client.app.state.context, Event(), bearer()
    with ThreadPoolExecutor() as pool:
        for workers in (context.callers, context.actors):
            for _ in range(64):
                workers._pool.submit(gate.wait, 30)
        try:
            strange = {"Authorization": "Bearer nobody"}
            answer = pool.submit(client.get, f"/v1/documents/{final}", headers=strange).result(10)
            assert answer.status_code == 401
            assert client.get("/health/live").status_code == 200
        finally:
            gate.set()
    assert client.get(f"/v1/documents/{final}", headers=headers).status_code == 200


def wait_for(condition):
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    assert condition()


@pytest.mark.parametrize(
    ("action", "body", "at"),
    [
        ("supersede", {}, "/supersededBy"),
        ("supersede", {"supersededBy": "x"}, "/supersededBy"),
        ("revoke", {"supersededBy": str(digest("new"))}, "/supersededBy"),
        ("revoke", {"reason": -1}, "/reason"),
        ("revoke", {"reason": 65536}, "/reason"),
        ("revoke", {"reason": True}, "/reason"),
        ("revoke", {"reason": "1"}, "/reason"),
    ],
)
def test_request_when_malformed_names_the_member(act, action, body, at):
    answer = act(action, **body)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-request")
    assert answer.json()["faults"][0]["at"] == at


@pytest.mark.parametrize("raw", [b"[]", b"1", b"{", b'{"reason": 1, "reason": 2}'])
def test_body_that_is_no_object_is_refused(client, bearer, final, raw):
    headers = bearer(**{"Content-Type": "application/json"})
    answer = client.post(f"/v1/documents/{final}/revoke", content=raw, headers=headers)
    assert answer.status_code == 422


def test_another_party_may_not_and_learns_nothing(act, bearer, service, final):
    """What is told of another's document is told of one that is not there, word for word."""
    unknown, headers = str(digest("unknown")), bearer(service.port)
    theirs, none = act("revoke", headers), act("revoke", headers, commitment=unknown)
    assert (theirs.status_code, theirs.json()["type"]) == (404, "/problems/not-found")
    assert theirs.text == none.text.replace(unknown, final)
    assert "issuer" not in theirs.text


def test_token_without_the_scope_may_not(act, bearer, service):
    answer = act("revoke", bearer(service.carrier, "notarise", "read"))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
