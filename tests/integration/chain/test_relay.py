# SPDX-License-Identifier: Apache-2.0
"""The relay on a real chain and a real database: order, crashes between steps, refusals."""

from dataclasses import replace

import pytest
from relay_world import ACCEPTED, FINAL, MINED, REJECTED, SUBMITTED, word

from ledger.chain.writing import relay_now
from ledger.errors import ChainUnavailableError, ConfigurationError, OverloadedError
from ledger.keys import HeldKey


def test_act_is_accepted_submitted_mined_and_final(post):
    act = post.add(post.status())
    assert post.state(act) is ACCEPTED
    assert post.acts.waiting_since() is not None
    assert [(done.act, done.state) for done in post.relay.step()] == [(act, SUBMITTED)]
    assert [(done.act, done.state) for done in post.relay.step()] == [(act, MINED)]
    assert post.record() == (2, 7, 1)
    place = post.acts.act(act).place
    assert place.transaction == post.sends(act)[0].transaction
    post.mine(4)
    assert [done.state for done in post.relay.step()] == [FINAL]
    assert post.relay.step() == ()
    assert post.acts.waiting_since() is None


def test_step_with_nothing_to_do_asks_nobody(post, monkeypatch):
    monkeypatch.setattr(type(post.sender), "transaction_count", lambda _: pytest.fail("asked"))
    assert post.relay.step() == ()


def test_acts_of_many_titles_go_together_and_those_of_one_in_turn(own_post):
    key, first, second = own_post.tag_key(), own_post.issue(1), own_post.issue(2)
    acts = [own_post.add(signed) for signed in (key, first, second)]
    acts.append(own_post.add(own_post.nominate(first.act.title.raw, 1)))
    others = [own_post.add(own_post.status(subject)) for subject in (1, 2, 3)]
    own_post.relay.step()
    assert [own_post.state(act) for act in acts] == [SUBMITTED, ACCEPTED, ACCEPTED, ACCEPTED]
    assert [own_post.state(act) for act in others] == [SUBMITTED] * 3
    own_post.mine()
    own_post.relay.step()
    assert [own_post.state(act) for act in acts] == [MINED, SUBMITTED, SUBMITTED, ACCEPTED]
    own_post.mine()
    own_post.relay.step()
    assert [own_post.state(act) for act in acts] == [MINED, MINED, MINED, SUBMITTED]
    own_post.mine()
    own_post.relay.step()
    assert own_post.state(acts[-1]) is MINED
    assert own_post.spent() == 7


def test_window_bounds_what_is_under_way(own_post):
    own_post.restart(window=2)
    acts = [own_post.add(own_post.status(subject)) for subject in range(5)]
    own_post.relay.step()
    assert [own_post.state(act) for act in acts].count(SUBMITTED) == 2
    for _ in range(3):
        own_post.mine()
        own_post.relay.step()
    assert {own_post.state(act) for act in acts} <= {MINED, FINAL}


class TestCrash:
    """Between any two steps: what was stored and what the chain holds is enough to go on."""

    def test_before_anything_was_sent(self, post):
        act = post.add(post.status())
        post.restart()
        post.settle(act)
        assert (post.record(), post.spent()) == ((2, 7, 1), 1)

    def test_after_preparing_and_before_storing(self, post):
        signed = post.status()
        act = post.add(signed)
        post.prepared(signed, 0)
        post.restart()
        post.settle(act)
        assert (post.record(), post.spent(), len(post.sends(act))) == ((2, 7, 1), 1, 1)

    def test_after_storing_and_before_sending(self, post):
        signed = post.status()
        act = post.add(signed)
        post.acts.store_sent(post.prepared(signed, 0))
        post.restart()
        assert post.state(act) is SUBMITTED
        post.settle(act)
        assert (post.record(), post.spent(), len(post.sends(act))) == ((2, 7, 1), 1, 1)

    def test_after_sending_and_before_the_result_was_stored(self, post):
        act = post.add(post.status())
        post.relay.step()
        post.restart()
        post.settle(act)
        assert (post.spent(), len(post.sends(act))) == (1, 1)

    def test_after_sending_what_was_never_stored(self, post):
        """A database that was restored: the chain says that the act is done."""
        signed = post.status()
        act = post.add(signed)
        post.sender.broadcast(post.prepared(signed, 0))
        post.restart()
        post.settle(act)
        assert (post.state(act), post.spent(), post.sends(act)) == (MINED, 1, ())
        assert post.acts.act(act).place.transaction is None
        post.mine(4)
        post.relay.step()
        assert post.state(act) is FINAL

    def test_while_several_are_under_way(self, own_post):
        acts = [own_post.add(own_post.status(subject)) for subject in range(4)]
        own_post.relay.step()
        own_post.ledger.local.call("anvil_dropAllTransactions")
        own_post.restart()
        own_post.relay.step()
        own_post.mine()
        own_post.relay.step()
        assert [own_post.state(act) for act in acts] == [MINED] * 4
        assert own_post.spent() == 4


def test_act_that_somebody_else_carried_is_done(post):
    signed = post.status()
    act = post.add(signed)
    relay_now(post.ledger.node, signed, post.ledger.keys["stranger"])
    post.settle(act)
    assert (post.state(act), post.spent()) == (MINED, 0)


def test_act_that_somebody_else_carried_meanwhile_is_done(own_post):
    signed = own_post.status()
    act = own_post.add(signed)
    own_post.relay.step()
    own_post.ledger.local.call("anvil_dropAllTransactions")
    own_post.rival(signed)
    own_post.mine()
    own_post.relay.step()
    assert (own_post.state(act), own_post.spent()) == (MINED, 0)


def test_tag_key_that_is_registered_already_is_done(post):
    first = post.add(post.tag_key())
    post.settle(first)
    again, other = post.add(post.tag_key()), post.add(post.tag_key(10))
    post.settle(again, other)
    assert [post.state(act) for act in (again, other)] == [MINED, REJECTED]
    assert post.acts.act(other).refusal.startswith("TitleRegistry_TagKeyRegistered(0x")


def test_nonce_that_another_transaction_took_is_replaced(own_post):
    act = own_post.add(own_post.status(1))
    own_post.relay.step()
    own_post.ledger.local.call("anvil_dropAllTransactions")
    foreign = own_post.ledger.act_sender()  # another process with the same account
    foreign.broadcast(own_post.prepared(own_post.status(2), 0, foreign))
    own_post.mine()
    own_post.relay.step()
    assert [sent.nonce for sent in own_post.sends(act)] == [0, 1]
    own_post.mine()
    own_post.relay.step()
    assert (own_post.state(act), own_post.record()) == (MINED, (2, 7, 1))


def test_stuck_transaction_is_replaced_by_a_dearer_one(own_post):
    act = own_post.add(own_post.status())
    own_post.relay.step()
    own_post.relay.step()
    assert len(own_post.sends(act)) == 1
    own_post.ledger.clock.ahead += 61
    own_post.relay.step()
    assert [sent.nonce for sent in own_post.sends(act)] == [0, 0]
    own_post.mine()
    own_post.relay.step()
    place = own_post.acts.act(act).place
    assert (place.transaction, own_post.spent()) == (own_post.sends(act)[1].transaction, 1)


@pytest.mark.parametrize(
    ("make", "refusal"),
    [
        (lambda post: post.status(expected=3), "DocumentStatus_Stale(0x"),
        (lambda post: post.status(deadline=1), "RelayedActs_Expired(1, "),
        (lambda post: post.issue(1), "TitleRegistry_NoTagKey(0x"),
        (lambda post: post.nominate(word(5), 1), "TitleRegistry_NoTitle(0x"),
        (lambda post: post.status(status=9), "reverted without a reason"),
    ],
)
def test_refused_act_says_why_costs_nothing_and_stays_refused(post, make, refusal):
    act = post.add(make(post))
    assert [done.state for done in post.relay.step()] == [REJECTED]
    stored = post.acts.act(act)
    assert stored.refusal.startswith(refusal), stored.refusal
    assert (stored.settled, stored.place, post.spent()) == (True, None, 0)
    assert post.relay.step() == ()


def test_act_that_is_refused_in_its_block_says_why(own_post):
    winner, loser = own_post.status(status=1), own_post.status(status=2)
    act = own_post.add(loser)
    rival = own_post.ledger.act_sender("stranger")
    dearest = rival.replacement(rival.replacement(own_post.prepared(winner, 0, rival)))
    rival.broadcast(dearest)
    own_post.relay.step()
    own_post.mine()
    assert [done.state for done in own_post.relay.step()] == [REJECTED]
    stored = own_post.acts.act(act)
    assert stored.refusal.startswith("DocumentStatus_Stale(0x")
    assert not stored.settled
    assert stored.place.transaction == own_post.sends(act)[0].transaction
    own_post.mine(4)
    own_post.relay.step()
    assert own_post.acts.act(act).settled


def test_reorganised_act_is_sent_again(own_post):
    act = own_post.add(own_post.status())
    own_post.relay.step()
    own_post.mine()
    own_post.relay.step()
    before = own_post.acts.act(act).place
    own_post.ledger.local.call("anvil_reorg", 1, [])
    assert own_post.record() == (0, 0, 0)
    own_post.mine(2)
    assert SUBMITTED in [done.state for done in own_post.relay.step()]
    own_post.relay.step()
    own_post.mine()
    own_post.relay.step()
    after = own_post.acts.act(act)
    assert (after.state, own_post.record(), own_post.spent()) == (MINED, (2, 7, 1), 1)
    assert after.place.block_hash != before.block_hash


def test_relayer_without_means_keeps_acts_waiting(post):
    poor = HeldKey.random()
    post.ledger.keys["relayer"] = poor
    post.restart()
    act = post.add(post.status())
    for _ in range(2):
        with pytest.raises(ChainUnavailableError, match=r"(?i)insufficient funds"):
            post.relay.step()
    assert post.state(act) is SUBMITTED
    post.ledger.local.fund(poor.address)
    post.settle(act)
    assert post.state(act) is MINED


def test_other_relayer_takes_over(own_post):
    act = own_post.add(own_post.status())
    own_post.relay.step()
    own_post.ledger.local.call("anvil_dropAllTransactions")
    own_post.ledger.keys["relayer"] = own_post.ledger.keys["stranger"]
    own_post.restart()
    own_post.relay.step()
    own_post.mine()
    own_post.relay.step()
    assert (own_post.state(act), own_post.spent()) == (MINED, 1)


class TestStore:
    def test_same_act_and_same_request_give_the_first_act(self, post):
        first = post.status()
        act = post.add(first, b"revoke it")
        assert post.add(first, b"revoke it") == act
        assert post.add(post.status(), b"revoke it") == act
        assert post.add(post.status(), b"something else") != act

    def test_refused_request_may_be_made_again(self, post):
        refused = post.add(post.status(expected=3), b"r")
        post.relay.step()
        assert post.state(refused) is REJECTED
        assert post.add(post.status(), b"r") != refused

    def test_queue_is_bounded_and_one_party_does_not_fill_it(self, post):
        post.restart(limit=8)
        for subject in (1, 2):
            post.add(post.status(subject))
        with pytest.raises(OverloadedError, match="2 of your acts wait"):
            post.add(post.status(3))
        post.add(post.status(3, name="bank"))
        post.restart(limit=3)
        with pytest.raises(OverloadedError, match="3 acts wait"):
            post.add(post.status(4, name="bank"))
        assert post.acts.in_state(ACCEPTED, 10)[-1].signed.act.party.raw == post.parties["bank"]

    def test_act_for_another_chain_is_not_kept(self, post):
        signed = post.status()
        domain = replace(signed.domain, chain_id=1)
        key = post.ledger.keys["carrier"]
        elsewhere = replace(
            signed, domain=domain, signature=key.sign(signed.act.digest(domain).raw)
        )
        with pytest.raises(ConfigurationError, match="is for chain 1"):
            post.add(elsewhere)
