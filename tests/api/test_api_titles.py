# SPDX-License-Identifier: Apache-2.0
"""Titles and acts: what is read, what is refused before the contract sees it, what is told."""

import pytest
from embedded_service import submission
from small_world import digest

from ledger.acts import Act, ActType, SignedAct
from ledger.errors import ChainUnavailableError
from ledger.primitives import Bytes32

A_TITLE = "0x" + "a" * 64
REQUEST, VALUE = "/problems/invalid-request", "/problems/invalid-value"


@pytest.fixture
def post(client, bearer):
    def to(path, party=None, **body):
        return client.post(path, json=body, headers=bearer(party))

    return to


@pytest.fixture
def bill(post, client, bearer):
    """A document that names the title of its reference."""

    def notarised(reference="XMPL-1"):
        title = post("/v1/titles/reserve", reference=reference).json()["title"]
        headers = bearer(**{"Content-Type": "application/json"})
        raw = submission(reference, title=title)
        answer = client.post("/v1/documents", content=raw, headers=headers)
        return answer.json()["commitment"], title.rpartition(":")[2]

    return notarised


@pytest.fixture
def issued(post, bill, service):
    """A title that the port holds, with a remark."""
    commitment, title = bill()
    port = str(service.port.id)
    body = {"commitment": commitment, "holder": port, "beneficiary": port, "remark": "on board"}
    answer = post("/v1/titles", **body)
    assert answer.status_code == 202, answer.text
    service.chain_titles.carry()
    return title


def test_act_is_accepted_then_told_until_it_is_settled(post, bill, service, client, bearer):
    commitment, title = bill()
    port = str(service.port.id)
    answer = post("/v1/titles", commitment=commitment, holder=port, beneficiary=port)
    body = answer.json()
    assert (answer.status_code, body["state"], body["title"]) == (202, "accepted", title)
    assert (body["transaction"], body["block"], body["error"]) == (None, None, None)
    assert answer.headers["retry-after"] == "5"
    assert answer.headers["cache-control"] == "no-store"
    place = answer.headers["location"]
    service.chain_titles.carry()
    mined = client.get(place, headers=bearer(service.port)).json()
    assert (mined["state"], mined["transaction"]) == ("mined", "0x" + "aa" * 32)
    assert mined["block"] > 0


def test_title_is_shown_with_its_past_and_remarks_to_its_parties(issued, client, bearer, service):
    shown = client.get(f"/v1/titles/{issued}", headers=bearer(service.port)).json()
    assert shown["holder"] == {"id": str(service.port.id), "name": "Example Port"}
    assert shown["title"].endswith(issued)
    assert [(act["action"], act["remark"]) for act in shown["history"]] == [("Issue", "on board")]
    strange = client.get(f"/v1/titles/{issued}", headers=bearer(service.own_signer)).json()
    assert strange["history"][0]["remark"] is None
    assert strange["holder"] == shown["holder"]


def test_remark_of_another_title_is_not_told(issued, bill, post, service, client, bearer):
    """Whoever copies the 32 bytes of a remark onto a title of their own learns nothing."""
    remark = service.chain_titles.events[next(iter(service.chain_titles.events))][0].wish.remark
    commitment, title = bill("XMPL-2")
    port = str(service.port.id)
    post("/v1/titles", commitment=commitment, holder=port, beneficiary=port)
    service.chain_titles.carry()
    members = {
        "party": service.port.id.raw,
        "action": 1,
        "title": Bytes32.parse(title).raw,
        "expectedSequence": 1,
        "holder": bytes(32),
        "beneficiary": service.carrier.id.raw,
        "intent": bytes(32),
        "acceptBy": 0,
        "remark": remark.raw,
        "nonce": 1,
        "deadline": service.now() + 3600,
    }
    assert hand_in(service, client, bearer, members).status_code == 202
    service.chain_titles.carry()
    shown = client.get(f"/v1/titles/{title}", headers=bearer(service.port)).json()
    assert [act["remark"] for act in shown["history"]] == [None, None]
    assert issued != title


def hand_in(service, client, bearer, members):
    """Hand in an act that the port signed itself."""
    act = Act(ActType.ACT, members)
    domain = service.desk.domain(ActType.ACT)
    signature = service.port.sign(act.digest(domain).raw)
    signed = SignedAct(act, domain, service.port.address, signature)
    body = {
        "contract": "titles",
        "type": "Act",
        "message": act.json(),
        "key": str(signed.key),
        "signature": str(signature),
    }
    return client.post("/v1/acts", json=body, headers=bearer(service.port))


def test_refused_act_has_a_code_and_a_sentence(issued, post, service, client, bearer):
    answer = post(f"/v1/titles/{issued}/acts", action="Accept")
    service.chain_titles.carry()
    told = client.get(answer.headers["location"], headers=bearer())
    assert told.json()["state"] == "rejected"
    assert told.json()["error"]["code"] == "TitleRegistry_WrongState"
    assert "retry-after" not in told.headers


@pytest.mark.parametrize(
    ("path", "body", "kind", "at"),
    [
        ("reserve", {}, REQUEST, "/reference"),
        ("reserve", {"reference": ""}, REQUEST, "/reference"),
        ("reserve", {"reference": "x" * 129}, REQUEST, "/reference"),
        ("reserve", {"reference": 1}, REQUEST, "/reference"),
        ("reserve", {"reference": "x", "tag": "y"}, REQUEST, "/tag"),
        (f"{A_TITLE}/acts", {}, REQUEST, "/action"),
        (f"{A_TITLE}/acts", {"action": "Sell"}, REQUEST, "/action"),
        (f"{A_TITLE}/acts", {"action": "None"}, REQUEST, "/action"),
        (f"{A_TITLE}/acts", {"action": "Accept", "acceptBy": "soon"}, REQUEST, "/acceptBy"),
        (f"{A_TITLE}/acts", {"action": "Accept", "holder": "0x1"}, REQUEST, "/holder"),
        (f"{A_TITLE}/acts", {"action": "Accept", "remark": ""}, REQUEST, "/remark"),
        (f"{A_TITLE}/acts", {"action": "Accept", "remark": "x" * 1001}, REQUEST, "/remark"),
        (f"{A_TITLE}/acts", {"action": "Accept", "expectedSequence": -1}, REQUEST, None),
        (f"{A_TITLE}/acts", {"action": "Accept", "acceptBy": "2026-02-30T00:00:00Z"}, VALUE, None),
        ("0xA/acts", {"action": "Accept"}, VALUE, None),
        ("reissue", {"titles": [], "parts": []}, REQUEST, "/titles"),
        ("reissue", {"titles": [A_TITLE], "parts": [{"reference": "x"}]}, REQUEST, None),
    ],
)
def test_malformed_request_names_the_member(post, path, body, kind, at):
    answer = post(f"/v1/titles/{path}", **body)
    assert (answer.status_code, answer.json()["type"]) == (422, kind), answer.text
    if at is not None:
        assert at in [fault["at"] for fault in answer.json()["faults"]]


def test_party_that_keeps_its_key_is_sent_to_the_other_route(post, service):
    for path, body in (
        ("reserve", {"reference": "x"}),
        (f"{A_TITLE}/acts", {"action": "Accept"}),
        ("reissue", {"titles": [A_TITLE], "parts": [part()]}),
    ):
        answer = post(f"/v1/titles/{path}", service.own_signer, **body)
        assert (answer.status_code, answer.json()["type"]) == (403, "/problems/forbidden")


def part(**members):
    return {"reference": "x", "commitment": str(digest("x")), "share": 1} | members


def test_part_of_another_reference_is_refused(issued, post, bill):
    commitment, _ = bill("XMPL-LOT-1")
    parts = [part(reference="XMPL-LOT-2", commitment=commitment), part()]
    answer = post("/v1/titles/reissue", titles=[issued], parts=parts)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-state")
    assert "another reference" in answer.json()["detail"]


def test_chain_that_does_not_answer_decides_nothing(post, service, client, bearer):
    service.chain_titles.down = ChainUnavailableError("no answer")
    for answer in (
        client.get(f"/v1/titles/{A_TITLE}", headers=bearer()),
        post(f"/v1/titles/{A_TITLE}/acts", action="Accept"),
    ):
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/chain-unavailable")


def test_tag_key_of_another_service_is_noticed(post, service):
    service.chain_titles.register.tag_keys[service.carrier.id] = digest("another")
    answer = post("/v1/titles/reserve", reference="x")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/wrong-state")


def test_act_for_another_contract_is_refused(client, bearer):
    body = {"contract": "status", "type": "Act", "message": {}, "key": "0x" + "11" * 20}
    body["signature"] = "0x" + "22" * 65
    answer = client.post("/v1/acts", json=body, headers=bearer())
    assert (answer.status_code, answer.json()["type"]) == (422, VALUE)


def test_queue_that_is_full_says_when_to_come_back(post, service, monkeypatch):
    monkeypatch.setattr(service.storage.acts, "_limit", 0)
    answer = post("/v1/titles/reserve", reference="x")
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overloaded")
    assert answer.headers["retry-after"] == "5"
