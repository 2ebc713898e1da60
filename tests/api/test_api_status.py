# SPDX-License-Identifier: Apache-2.0
"""Revoke, suspend, resume, supersede."""

import pytest
from small_world import digest

from ledger.ports.facade import StatusAct


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
    first, again = act("suspend", reason=3), act("suspend")
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json()["status"] == again.json()["status"] == "suspended"
    assert first.json()["transaction"].startswith("0x")
    assert again.json()["transaction"] is None
    assert act("resume").json()["status"] == "none"
    assert act("revoke").json()["status"] == "revoked"


def test_final_status_cannot_be_taken_back(act):
    act("revoke")
    answer = act("resume")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/chain-rejected")


def test_successor_is_named(act):
    assert act("supersede", supersededBy=str(digest("new"))).json()["status"] == "superseded"


def test_status_that_is_not_mined_yet_is_202(act, service, monkeypatch):
    pending = StatusAct("revoked", "0x" + "ab" * 32, None, digest("act"))
    monkeypatch.setattr(service, "change_status", lambda *_: pending)
    answer = act("revoke")
    assert (answer.status_code, answer.json()["block"]) == (202, None)
    assert answer.json()["act"] == str(digest("act"))
    assert answer.headers["retry-after"] == "5"


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


def test_another_party_may_not_and_learns_nothing(act, bearer, service):
    answer = act("revoke", bearer(service.port))
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


def test_token_without_the_scope_may_not(act, bearer, service):
    answer = act("revoke", bearer(service.carrier, "notarise", "read"))
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")
