# SPDX-License-Identifier: Apache-2.0
"""The Idempotency-Key of acts: what a repeat gives, with a key and without one."""

import pytest
from embedded_service import submission

from ledger.primitives import Digest

KEY = {"Idempotency-Key": "8e03978e"}
CONFLICT = "/problems/idempotency-conflict"


@pytest.fixture
def post(client, bearer):
    def to(path, party=None, headers=KEY, **body):
        return client.post(path, json=body, headers=bearer(party) | headers)

    return to


@pytest.fixture
def bill(post, client, bearer, service):
    """A document that names the title of its reference."""

    def notarised(reference="XMPL-1"):
        answer = post("/v1/titles/reserve", headers={}, reference=reference)
        title = answer.json()["title"]
        headers = bearer(**{"Content-Type": "application/json"})
        raw = submission(reference, title=title)
        answer = client.post("/v1/documents", content=raw, headers=headers)
        service.chain_titles.carry()
        return answer.json()["commitment"], title.rpartition(":")[2]

    return notarised


@pytest.fixture
def title(post, bill, service):
    commitment, title = bill()
    own = str(service.carrier.id)
    assert post("/v1/titles", headers={}, commitment=commitment, holder=own, beneficiary=own)
    service.chain_titles.carry()
    return title


def pause(post, title, **more):
    return post(f"/v1/titles/{title}/acts", action="Pause", **more)


def test_act_when_repeated_with_its_key_after_it_was_done_then_is_the_first(post, title, service):
    first = pause(post, title)
    service.chain_titles.carry()
    again = pause(post, title)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])
    assert again.json()["state"] == "mined"


def test_act_when_repeated_without_a_key_then_is_the_first_until_the_title_changes(
    post, title, service
):
    first = pause(post, title, headers={})
    assert pause(post, title, headers={}).json()["id"] == first.json()["id"]
    service.chain_titles.carry()
    assert pause(post, title, headers={}).json()["id"] != first.json()["id"]
    named = pause(post, title, headers={}, expectedSequence=2)
    assert pause(post, title, headers={}, expectedSequence=2).json()["id"] == named.json()["id"]


@pytest.mark.parametrize(
    "other", [{"remark": "another"}, {"expectedSequence": 1}, {"action": "Accept"}]
)
def test_act_when_the_key_comes_with_another_body_then_is_refused(post, title, other):
    assert pause(post, title, remark="one").status_code == 202
    answer = post(f"/v1/titles/{title}/acts", **{"action": "Pause", "remark": "one"} | other)
    assert (answer.status_code, answer.json()["type"]) == (409, CONFLICT)


def test_act_when_the_key_comes_to_another_title_or_route_then_is_refused(
    post, title, bill, service
):
    commitment, other = bill("XMPL-2")
    own = str(service.carrier.id)
    assert pause(post, title).status_code == 202
    for answer in (
        pause(post, other),
        post("/v1/titles", commitment=commitment, holder=own, beneficiary=own),
        post(f"/v1/documents/{commitment}/revoke"),
        post(
            "/v1/titles/reissue",
            titles=[title],
            parts=[{"reference": "XMPL-2", "commitment": commitment, "share": 1}] * 2,
        ),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, CONFLICT), answer.text


def test_key_of_another_party_is_another_key(post, title, service):
    first = pause(post, title)
    other = pause(post, title, party=service.port)
    assert (other.status_code, other.json()["id"] != first.json()["id"]) == (202, True)


def test_key_of_a_refused_act_is_free_again(post, title, service):
    first = post(f"/v1/titles/{title}/acts", action="Accept")
    service.chain_titles.carry()
    again = post(f"/v1/titles/{title}/acts", action="Accept")
    assert again.json()["state"] == "accepted"
    assert again.json()["id"] != first.json()["id"]


def test_issue_and_reissue_when_repeated_with_a_key_are_the_first(post, bill, service, title):
    commitment, _ = bill("XMPL-3")
    own = str(service.carrier.id)
    body = {"commitment": commitment, "holder": own, "beneficiary": own, "remark": "once"}
    first = post("/v1/titles", **body)
    service.chain_titles.carry()
    assert post("/v1/titles", **body).json()["id"] == first.json()["id"]
    parts = [{"reference": "XMPL-3", "commitment": commitment, "share": 1}] * 2
    key = {"Idempotency-Key": "another"}
    body = {"titles": [title], "parts": parts}
    first = post("/v1/titles/reissue", headers=key, **body)
    assert first.status_code == 202, first.text
    assert pause(post, title, headers={}).status_code == 202
    service.chain_titles.carry()
    assert post("/v1/titles/reissue", headers=key, **body).json()["id"] == first.json()["id"]


def test_status_when_repeated_with_its_key_after_it_was_undone_then_is_the_first(
    post, bill, service
):
    commitment, _ = bill()
    first = post(f"/v1/documents/{commitment}/suspend", reason=3)
    assert (first.status_code, first.json()["block"] > 0) == (200, True)
    post(f"/v1/documents/{commitment}/resume", headers={})
    again = post(f"/v1/documents/{commitment}/suspend", reason=3)
    assert again.json() == first.json()
    assert next(iter(service.chain_titles.statuses.values())).status == 0
    unlike = post(f"/v1/documents/{commitment}/suspend", reason=4)
    assert (unlike.status_code, unlike.json()["type"]) == (409, CONFLICT)
    newly = post(f"/v1/documents/{commitment}/suspend", headers={}, reason=3)
    assert newly.json()["act"] != first.json()["act"]


@pytest.mark.parametrize("value", ["", "x" * 256, "ключ"])
def test_malformed_key_is_refused(client, bearer, title, value):
    headers = [*bearer().items(), ("Idempotency-Key", value.encode())]
    answer = client.post(f"/v1/titles/{title}/acts", json={"action": "Pause"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed-request")


def test_nonce_tells_nothing_of_the_body_without_the_partys_secret(post, title, service):
    """Equal bodies and keys of two parties are marked differently, and so is each new act."""
    nonces = []
    for party in (service.carrier, service.port):
        answer = pause(post, title, party=party, remark="to be guessed")
        signed = service.storage.acts.act(Digest.parse(answer.json()["id"])).signed
        nonces.append(signed.act.nonce)
    low = [nonce & (1 << 128) - 1 for nonce in nonces]
    assert low[0] != low[1]
    assert nonces[0] >> 128 != nonces[1] >> 128
