# SPDX-License-Identifier: Apache-2.0
"""`POST /v1/acts`: what is checked before an act of a key that is kept elsewhere is taken."""

import pytest
from small_world import Party, digest

from ledger.acting.pace import MOST_A_MINUTE, Pace
from ledger.acts import Act, ActType, SignedAct
from ledger.errors import OverloadedError
from ledger.primitives import PartyId, format_time

DAYS = 86_400


@pytest.fixture
def hand_in(service, client, bearer):
    """Have a party's key sign that it suspends something, and hand that in."""

    def send(signer=None, party=None, by=None, **ticket):
        signer = signer or service.own_signer
        item = {"subject": digest("x").raw, "status": 2, "reason": 1, "supersededBy": bytes(32)}
        members = {"party": (party or signer).id.raw, "expectedSequence": 0, "nonce": 7}
        members |= {"deadline": service.now() + 60} | item | ticket
        wish, domain = Act(ActType.STATUS_CHANGE, members), service.desk.domain(kind)
        signed = SignedAct(wish, domain, signer.address, signer.sign(wish.digest(domain).raw))
        body = {"contract": "status", "type": kind.value, "message": wish.json()}
        body |= {"key": str(signed.key), "signature": str(signed.signature)}
        return client.post("/v1/acts", json=body, headers=bearer(by or service.carrier))

    kind = ActType.STATUS_CHANGE
    return send


@pytest.mark.parametrize("seconds", [0, 1, 30 * DAYS])
def test_deadline_when_now_or_within_30_days_then_is_taken(hand_in, service, seconds):
    assert hand_in(deadline=service.now() + seconds).status_code == 202


@pytest.mark.parametrize("seconds", [-1, 30 * DAYS + 1])
def test_deadline_when_past_or_too_far_ahead_then_names_the_limits(hand_in, service, seconds):
    now = service.now()
    answer = hand_in(deadline=now + seconds)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-value")
    for said in ("message/deadline", "30 days", *map(format_time, (now, now + 30 * DAYS))):
        assert said in answer.json()["detail"]
    assert format_time(now + seconds) in answer.json()["detail"]


def test_deadline_when_no_time_at_all_then_is_refused(hand_in):
    answer = hand_in(deadline=2**64 - 1)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/invalid-value")


def test_key_when_a_strangers_then_is_refused(hand_in, service):
    unknown = Party("Example Stranger")
    for answer in (
        hand_in(unknown),
        hand_in(unknown, party=service.carrier),
        hand_in(service.port, party=service.carrier),
    ):
        assert (answer.status_code, answer.json()["type"]) == (409, "/problems/not-authorised")
        assert "does not belong to party" in answer.json()["detail"]
    assert hand_in(service.port, by=service.carrier).status_code == 202, "whoever hands it in"


def test_key_when_the_chain_does_not_answer_then_nothing_is_decided(hand_in, service):
    service.registry.down = True
    answer = hand_in()
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/chain-unavailable")
    service.registry.down = False
    assert hand_in().status_code == 202


def test_act_when_handed_in_again_then_is_the_first_without_asking_the_chain(hand_in, service):
    first = hand_in(deadline=service.now() + 60)
    service.registry.down = True
    again = hand_in(deadline=service.now() + 60)
    assert (again.status_code, again.json()["id"]) == (202, first.json()["id"])


def test_acts_of_one_submitter_are_bounded_and_others_go_on(hand_in, service):
    for _ in range(MOST_A_MINUTE):
        service.desk._pace.take(service.carrier.id, service.now())
    answer = hand_in()
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/overloaded")
    assert 1 <= int(answer.headers["retry-after"]) <= 60
    assert hand_in(by=service.port).status_code == 202


def test_pace_when_the_minute_is_over_then_counts_anew():
    pace, party = Pace(2), PartyId(b"\x01" * 32)
    for second in (0, 59):
        pace.take(party, second)
    with pytest.raises(OverloadedError) as told:
        pace.take(party, 45)
    assert told.value.retry_after_seconds == 15
    pace.take(party, 60)
