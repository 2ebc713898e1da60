# SPDX-License-Identifier: Apache-2.0
"""A status that is asked for while another act about the same document is still on its way."""

import pytest
from embedded_titles import SOME_BLOCK
from small_world import digest

from ledger.acting.foresight import foreseen
from ledger.acts import Act, ActType, SignedAct
from ledger.ports.relaying import ActPlace, ActState
from ledger.ports.titling import StatusNow
from ledger.primitives import Digest


@pytest.fixture
def act(client, bearer, final, service, monkeypatch):
    """Ask for a status; nothing gets into a block before the test says so, and nobody waits."""
    service.at_once = False
    monkeypatch.setattr(client.app.state.context.waiting, "_seconds", 0)
    headers = bearer()

    def post(action, **body):
        return client.post(f"/v1/documents/{final}/{action}", json=body, headers=headers)

    return post


@pytest.fixture
def state(client, bearer):
    return lambda answer: client.get(f"/v1/acts/{answer.json()['act']}", headers=bearer()).json()[
        "state"
    ]


def test_resume_when_a_suspension_is_under_way_then_goes_after_it(act, state, service):
    first, second = act("suspend", reason=3), act("resume")
    assert (first.status_code, second.status_code) == (202, 202)
    assert second.json()["act"] not in {None, first.json()["act"]}
    expected = [
        each.signed.act.number("expectedSequence")
        for each in service.storage.acts.in_state(ActState.ACCEPTED, 10)
    ]
    assert expected == [0, 1]
    service.chain_titles.carry()
    assert (state(first), state(second)) == ("mined", "mined")
    assert next(iter(service.chain_titles.statuses.values())).status == 0


def test_resume_when_a_revocation_is_under_way_then_says_which_act_is_in_the_way(act, service):
    first, second = act("revoke", reason=1), act("resume")
    assert (second.status_code, second.json()["type"]) == (409, "/problems/wrong-state")
    assert first.json()["act"] in second.json()["detail"]
    assert "revoked for good" in second.json()["detail"]
    service.chain_titles.carry()
    assert next(iter(service.chain_titles.statuses.values())).status == 1


def test_revoke_when_the_same_is_under_way_then_is_that_act(act):
    assert act("revoke", reason=1).json()["act"] == act("revoke", reason=1).json()["act"]


def test_suspend_when_suspended_and_resumption_is_under_way_then_goes_after_it(act, service):
    act("suspend", reason=3)
    service.chain_titles.carry()
    resumed = act("resume")
    again = act("suspend", reason=3)
    assert again.status_code == 202
    assert again.json()["act"] not in {None, resumed.json()["act"]}, "the chain still says so"


def test_resume_when_the_act_in_a_block_may_still_be_dropped_then_counts_it(act, service, final):
    """A reorganisation took the block; the relay has not noticed yet."""
    act("suspend", reason=3)
    service.chain_titles.carry()
    service.chain_titles.statuses.clear()
    answer = act("resume")
    assert answer.json()["act"] is not None, "valid now, but not for long"
    newest = service.desk.act(Digest.parse(answer.json()["act"]))
    assert newest.signed.act.number("expectedSequence") == 1
    assert newest.signed.act.word("subject") == Digest.parse(final).raw


def test_resume_when_a_refused_act_is_in_no_block_then_is_not_counted(act, service):
    first = act("suspend", reason=3)
    refused = Digest.parse(first.json()["act"])
    service.storage.acts.store_refused(refused, "RelayedActs_Expired(1, 2)", None)
    assert act("resume").json()["act"] is None


@pytest.mark.parametrize("kind", [ActType.STATUS_CHANGE, ActType.STATUS_CHANGES])
def test_resume_when_an_act_signed_elsewhere_is_under_way_then_counts_it(
    act, client, bearer, service, final, kind
):
    item = (Digest.parse(final).raw, 2, 3, bytes(32), 0)
    names = ("subject", "status", "reason", "supersededBy", "expectedSequence")
    other = (digest("another").raw, *item[1:])
    members = (
        dict(zip(names, item, strict=True))
        if kind is ActType.STATUS_CHANGE
        else {"items": (other, item)}
    )
    party = service.carrier
    members |= {"party": party.id.raw, "nonce": 7, "deadline": service.now() + 60}
    wish, domain = Act(kind, members), service.desk.domain(kind)
    signed = SignedAct(wish, domain, party.address, party.sign(wish.digest(domain).raw))
    body = {"contract": "status", "type": kind.value, "message": wish.json()}
    body |= {"key": str(signed.key), "signature": str(signed.signature)}
    assert client.post("/v1/acts", json=body, headers=bearer()).status_code == 202
    assert act("suspend", reason=3).json()["act"] == str(signed.id)
    after = service.desk.act(Digest.parse(act("resume").json()["act"]))
    assert after.signed.act.number("expectedSequence") == 1


def test_resume_when_the_act_was_overtaken_then_is_judged_by_the_chain(act, service, final):
    """Signed for number 0; the chain is at number 4 already: it will be refused."""
    act("suspend", reason=3)
    place = (service.carrier.id, Digest.parse(final))
    service.chain_titles.statuses[place] = StatusNow(0, 0, bytes(32), 4, tainted=False)
    assert act("resume").json()["act"] is None


def test_act_that_says_what_is_said_already_moves_no_number(act, service, final):
    """As in the contract: such an act writes nothing."""
    first = act("suspend", reason=3)
    signed = service.desk.act(Digest.parse(first.json()["act"]))
    now = StatusNow(2, 3, bytes(32), 0, tainted=False)
    told = foreseen(now, Digest.parse(final), (signed,))
    assert (told.sequence, told.act) == (0, None)
    tainted = StatusNow(2, 3, bytes(32), 0, tainted=True)
    told = foreseen(tainted, Digest.parse(final), (signed,))
    assert (told.sequence, told.act, told.tainted) == (1, signed, False)


def test_settled_act_is_counted_no_more(act, service):
    first = act("suspend", reason=3)
    done = Digest.parse(first.json()["act"])
    service.storage.acts.store_done(done, ActPlace(None, 1, SOME_BLOCK))
    service.storage.acts.store_settled(done)
    assert act("resume").json()["act"] is None
