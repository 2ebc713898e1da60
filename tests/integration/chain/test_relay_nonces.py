# SPDX-License-Identifier: Apache-2.0
"""The relayer's nonces: none is left out, none is used twice, whatever became of its act."""

import threading
import time
from dataclasses import replace

import pytest
from proxy import failing_proxy
from relay_world import FINAL, MINED, SUBMITTED, Post

from ledger.chain.writing import connect
from ledger.errors import (
    ChainUnavailableError,
    ConfigurationError,
    LedgerError,
    OverloadedError,
    StateError,
)


def carried_by_another(post):
    """An act whose own transaction, with nonce 0, the node dropped: somebody else carried it."""
    signed = post.status(1)
    act = post.add(signed)
    post.relay.step()
    post.drop()
    post.rival(signed)
    post.mine()
    return act


def test_nonce_when_somebody_else_carried_its_act_is_used_up(own_post):
    first = carried_by_another(own_post)
    second = own_post.add(own_post.status(2))
    own_post.relay.step()
    assert own_post.state(first) is MINED
    own_post.drop()
    own_post.ledger.clock.ahead += 61
    own_post.finish(second)
    assert own_post.sends(second)[0].nonce == 1
    assert own_post.spent() == 2


def test_nonce_of_a_done_act_when_restarted_is_used_up_and_not_used_twice(own_post):
    first = carried_by_another(own_post)
    own_post.relay.step()
    own_post.mine(4)
    own_post.relay.step()
    assert (own_post.state(first), own_post.spent()) == (FINAL, 0)
    own_post.drop()
    own_post.restart()
    second = own_post.add(own_post.status(2))
    own_post.finish(second)
    assert [sent.nonce for sent in own_post.sends(second)] == [1]
    assert own_post.spent() == 2


def test_replacement_for_a_done_act_leaves_its_state(own_post):
    first = carried_by_another(own_post)
    own_post.add(own_post.status(2))
    own_post.relay.step()
    own_post.drop()
    own_post.ledger.clock.ahead += 61
    own_post.relay.step()
    assert [sent.nonce for sent in own_post.sends(first)] == [0, 0]
    assert own_post.state(first) is MINED


def test_nonces_without_a_transaction_when_later_ones_wait_are_filled(own_post):
    signed = own_post.status()
    act = own_post.add(signed)
    own_post.acts.store_sent(own_post.prepared(signed, 2))
    own_post.restart()
    own_post.relay.step()
    fillers = [sent for sent in own_post.pending() if sent.act is None]
    assert [sent.nonce for sent in fillers] == [0, 1]
    own_post.drop()
    own_post.restart()
    own_post.finish(act)
    assert own_post.spent() == 3
    assert own_post.pending() == ()


def test_filler_when_stuck_is_replaced_by_a_dearer_one(own_post):
    signed = own_post.status()
    own_post.add(signed)
    own_post.acts.store_sent(own_post.prepared(signed, 1))
    own_post.relay.step()
    own_post.ledger.clock.ahead += 61
    own_post.relay.step()
    assert [(sent.nonce, sent.act is None) for sent in own_post.pending()] == [
        (0, True),
        (0, True),
        (1, False),
        (1, False),
    ]


def test_nonce_when_another_act_has_it_is_not_stored_again(own_post):
    first, second = own_post.status(1), own_post.status(2)
    acts = [own_post.add(first), own_post.add(second)]
    own_post.acts.store_sent(own_post.prepared(first, 0))
    with pytest.raises(StateError, match="nonce 0"):
        own_post.acts.store_sent(own_post.prepared(second, 0))
    with pytest.raises(StateError, match="nonce 0"):
        own_post.acts.store_sent(own_post.sender.filler(0))
    assert own_post.state(acts[1]).value == "accepted"


def test_transactions_when_all_are_used_are_not_remembered(own_post):
    act = own_post.add(own_post.status())
    own_post.relay.step()
    own_post.mine()
    own_post.relay.step()
    again = own_post.add(own_post.status(2))
    own_post.relay.step()
    assert own_post.state(act) is MINED
    newest = own_post.sends(again)[-1].transaction
    assert own_post.relay.remembered == frozenset({newest})


def test_act_whose_nonces_others_took_again_and_again_is_given_up(own_post):
    act = own_post.add(own_post.status(1))
    foreign = own_post.ledger.act_sender()  # another process with the same account
    for number in range(4):
        own_post.relay.step()
        own_post.drop()
        foreign.broadcast(own_post.prepared(own_post.status(2 + number), number, foreign))
        own_post.mine()
    own_post.relay.step()
    assert own_post.state(act).value == "rejected"
    assert "4 transactions" in own_post.acts.act(act).refusal
    assert [sent.nonce for sent in own_post.sends(act)] == [0, 1, 2, 3]


def test_node_when_behind_what_was_seen_decides_nothing(own_post):
    act = own_post.add(own_post.status())
    before = own_post.ledger.local.call("evm_snapshot")
    own_post.relay.step()
    own_post.mine()
    own_post.relay.step()
    own_post.ledger.local.call("evm_revert", before)
    for _ in range(2):
        with pytest.raises(ChainUnavailableError, match="behind"):
            own_post.relay.step()
        assert own_post.state(act) is MINED
        own_post.restart()
    with pytest.raises(ChainUnavailableError, match="behind"):
        own_post.relay.step()
    own_post.ledger.clock.ahead += 61
    assert [done.state for done in own_post.relay.step()] == [SUBMITTED]
    own_post.finish(act)
    assert own_post.spent() == 1


def test_transaction_that_was_written_by_another_than_the_relayer_is_never_signed_anew(own_post):
    signed = own_post.status()
    own_post.add(signed)
    foreign = own_post.prepared(signed, 0, own_post.ledger.act_sender("stranger"))
    own_post.acts.store_sent(replace(foreign, sender=own_post.sender.address))
    with pytest.raises(ConfigurationError, match="changed in the database"):
        own_post.relay.step()


def test_stuck_transaction_at_the_cap_when_others_outbid_it_is_replaced(own_post):
    act = own_post.add(own_post.status())
    own_post.relay.step()
    for _ in range(18):
        own_post.ledger.clock.ahead += 61
        own_post.relay.step()
    assert len(own_post.sends(act)) == 16
    own_post.outbid()
    assert own_post.state(act) is SUBMITTED
    own_post.ledger.clock.ahead += 61
    own_post.relay.step()
    assert len(own_post.sends(act)) == 17
    own_post.finish(act)
    assert own_post.spent() == 1


def test_transaction_that_no_node_takes_when_it_pays_too_little_is_replaced(own_post):
    act = own_post.add(own_post.status())
    with failing_proxy(own_post.ledger.local.port, "eth_sendRawTransaction", "500") as url:
        own_post.ledger.node = connect(url)
        own_post.restart()
        for ahead in (0, 61, 61):
            own_post.ledger.clock.ahead += ahead
            with pytest.raises(ChainUnavailableError):
                own_post.relay.step()
        assert len(own_post.sends(act)) == 1
        own_post.outbid()
        with pytest.raises(ChainUnavailableError):
            own_post.relay.step()
        assert len(own_post.sends(act)) == 2
    own_post.ledger.node = connect(own_post.ledger.local.url)
    own_post.restart()
    own_post.finish(act)
    assert own_post.spent() == 1


def test_two_processes_that_take_the_right_from_each_other_do_each_act_once(post):
    acts = {subject: post.add(post.status(subject)) for subject in range(8)}
    twin = Post(post.ledger, post.folder, post.parties)
    faults = []

    def work(one):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                one.storage.lease.renew()
                one.relay.step()
            except (StateError, ChainUnavailableError, OverloadedError):
                time.sleep(0.1)  # another one was faster
            except LedgerError as error:
                faults.append(error)
            if all(post.state(act) in (MINED, FINAL) for act in acts.values()):
                return

    threads = [threading.Thread(target=work, args=(one,)) for one in (post, twin)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    twin.storage.close()
    assert faults == []
    assert {post.state(act) for act in acts.values()} <= {MINED, FINAL}
    assert {post.record(subject) for subject in acts} == {(2, 7, 1)}
    assert post.pending() == ()
