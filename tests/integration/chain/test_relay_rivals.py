# SPDX-License-Identifier: Apache-2.0
"""Others carry acts, too: what the chain holds of an act decides, not that its nonce is used."""

from dataclasses import replace

import pytest
from proxy import failing_proxy
from relay_world import FINAL, MINED, REJECTED, ZERO, word

from ledger.acts import Act, SignedAct
from ledger.chain.writing import ChainActSender, connect
from ledger.errors import (
    ChainRejectedError,
    ChainUnavailableError,
    NotFoundError,
    StateError,
)
from ledger.primitives import Bytes32, Digest
from ledger.titles import Part, plan_of

USED = "RelayedActs_NonceUsed(0x"


def with_nonce(post, signed, name, nonce):
    """The same wish under another nonce."""
    act = Act(signed.act.type, {**signed.act.message, "nonce": nonce})
    signature = post.ledger.keys[name].sign(act.digest(signed.domain).raw)
    return SignedAct(act, signed.domain, signed.key, signature)


def same_nonce(post, first, second, name="carrier"):
    """The second act, signed again with the nonce of the first."""
    return with_nonce(post, second, name, first.act.nonce)


def changes(post, *items):
    members = {"party": post.parties["carrier"], "items": items}
    return post.ledger.signed("carrier", "StatusChanges", **members)


def item(subject, status=2, expected=0):
    return (word(subject), status, 7, ZERO, expected)


def title_of(signed):
    return signed.act.title.raw


def prepared_title(post, tag):
    """A title that the bank holds; its tag key and its issue were carried by a stranger."""
    if (
        not post.ledger.contract("TitleRegistry")
        .read("tagKeyHash", post.parties["carrier"])
        .strip(b"\0")
    ):
        post.carry(post.tag_key())
    issued = post.issue(tag)
    post.carry(issued)
    return title_of(issued)


def surrendered(post, tag, opened):
    """A title that is surrendered to be split into others."""
    title = prepared_title(post, tag)
    parts = [Part(Digest(word(each)), Digest(word(each + 1000)), 10**9 // 2) for each in opened]
    plan = plan_of([Bytes32(title)], parts).raw
    post.carry(post.nominate(title, 1, action=13, beneficiary=ZERO, intent=plan))
    return title


def found(post, signed):
    """Where the relay finds an act that a stranger carried before it was handed in."""
    mined = post.carry(signed)
    post.mine(2)
    act = post.add(signed)
    post.settle(act)
    stored = post.acts.act(act)
    assert stored.state is MINED, stored.refusal
    assert stored.place.transaction is None
    assert (stored.place.block, stored.place.block_hash) == (mined.block_number, mined.block_hash)
    assert post.spent() == 0
    return act


class TestCarriedBySomebodyElse:
    """Found by the event that the contract emitted for it, in the block of that event."""

    def test_status_change(self, post):
        act = found(post, post.status())
        post.mine(4)
        post.relay.step()
        assert post.state(act) is FINAL

    def test_status_change_that_was_changed_since(self, post):
        signed = post.status()
        post.carry(signed)
        post.carry(post.status(status=1, expected=1))
        act = post.add(signed)
        post.settle(act)
        assert post.state(act) is MINED

    def test_status_changes(self, post):
        found(post, changes(post, item(1), item(2), item(1, 0, 1)))

    def test_status_changes_of_which_one_was_said_already(self, post):
        post.carry(post.status(1))
        found(post, changes(post, item(1), item(2)))

    def test_status_changes_of_which_one_needs_no_event(self, post):
        post.carry(post.status(1))
        found(post, changes(post, item(1, 2, 9), item(2)))

    def test_issue(self, post):
        post.carry(post.tag_key())
        found(post, post.issue(1))

    def test_act_on_a_title(self, post):
        found(post, post.nominate(prepared_title(post, 1), 1))

    def test_reissue(self, post):
        title = surrendered(post, 1, (2, 3))
        found(post, post.reissue((title,), (2, 3), (2,)))


def refused(post, signed):
    act = post.add(signed)
    post.settle(act)
    stored = post.acts.act(act)
    assert (stored.state, post.spent()) == (REJECTED, 0)
    assert stored.refusal == f"RelayedActs_NonceUsed({signed.key}, {signed.act.nonce})"
    post.mine(4)
    post.relay.step()
    assert post.state(act) is REJECTED
    assert post.acts.act(act).settled


class TestNonceOfAnotherAct:
    """An act whose nonce another act of its key used is refused, and was never done."""

    def test_status_change_of_another_subject(self, post):
        other = post.status(2)
        post.carry(other)
        refused(post, same_nonce(post, other, post.status(1)))
        assert post.record(1) == (0, 0, 0)

    def test_status_change_of_the_same_subject(self, post):
        other = post.status(1, status=1)
        post.carry(other)
        refused(post, same_nonce(post, other, post.status(1, status=2)))
        assert post.record(1)[0] == 1

    def test_status_change_of_the_same_subject_that_was_changed_since(self, post):
        other = post.status(1, status=2)
        post.carry(other)
        post.carry(post.status(1, status=0, expected=1))
        refused(post, same_nonce(post, other, post.status(1, status=1)))

    def test_status_changes_with_one_more_item(self, post):
        other = changes(post, item(1), item(2))
        post.carry(other)
        refused(post, same_nonce(post, other, changes(post, item(1), item(3))))

    def test_act_on_another_title(self, post):
        first, second = prepared_title(post, 1), prepared_title(post, 2)
        other = post.nominate(first, 1)
        post.carry(other)
        refused(post, same_nonce(post, other, post.nominate(second, 1), "bank"))

    def test_act_on_the_same_title(self, post):
        title = prepared_title(post, 1)
        other = post.nominate(title, 1)
        post.carry(other)
        refused(post, same_nonce(post, other, post.nominate(title, 1, remark=word(5)), "bank"))

    def test_issue_of_another_title(self, post):
        post.carry(post.tag_key())
        other = post.issue(1)
        post.carry(other)
        refused(post, same_nonce(post, other, post.issue(2)))

    def test_issue_of_the_same_title_for_another_document(self, post):
        post.carry(post.tag_key())
        other = post.issue(1)
        post.carry(other)
        refused(post, same_nonce(post, other, post.issue(1, commitment=word(77))))

    def test_reissue_in_other_parts(self, post):
        title = surrendered(post, 1, (2, 3))
        other = post.reissue((title,), (2, 3), (2,))
        post.carry(other)
        refused(post, same_nonce(post, other, post.reissue((title,), (4, 5), (2,))))

    def test_tag_key_of_another_secret(self, post):
        other = post.tag_key(9)
        post.carry(other)
        refused(post, same_nonce(post, other, post.tag_key(10)))

    def test_while_it_is_on_its_way(self, own_post):
        signed = own_post.status(1)
        act = own_post.add(signed)
        own_post.relay.step()
        own_post.drop()
        own_post.rival(same_nonce(own_post, signed, own_post.status(2)))
        own_post.mine()
        own_post.relay.step()
        assert own_post.state(act) is REJECTED
        assert own_post.acts.act(act).refusal.startswith(USED)

    def test_that_a_reorganisation_dropped_is_tried_again(self, own_post):
        signed = own_post.status(1)
        act = own_post.add(signed)
        own_post.rival(same_nonce(own_post, signed, own_post.status(2)))
        own_post.mine()
        own_post.relay.step()
        assert own_post.state(act) is REJECTED
        own_post.ledger.local.call("anvil_reorg", 1, [])
        own_post.drop()
        for _ in range(4):
            own_post.relay.step()
            own_post.mine()
        assert own_post.state(act) in (MINED, FINAL)
        assert own_post.record(1) == (2, 7, 1)


@pytest.mark.parametrize("mode", ["limit", "limit-400"])
def test_event_is_found_where_the_node_searches_few_blocks_at_once(post, mode):
    post.mine(40)
    signed = post.status()
    mined = post.carry(signed)
    post.mine(20)
    with failing_proxy(post.ledger.local.port, "eth_getLogs", mode) as url:
        node = connect(url)
        key, rule = post.ledger.keys["relayer"], post.ledger.trust.finality
        sender = ChainActSender(node, key, rule, post.ledger.clock)
        place = sender.carried(signed, post.ledger.clock.now(), sender.latest())
    assert (place.block, place.block_hash) == (mined.block_number, mined.block_hash)


def test_act_whose_event_a_node_left_out_is_found_before_its_refusal_is_settled(post):
    post.carry(post.status(status=2))  # the event that the node tells
    signed = post.status(status=0, expected=1)
    post.carry(signed)
    act = post.add(signed)
    own = post.ledger.node
    with failing_proxy(post.ledger.local.port, "eth_getLogs", "one-missing") as url:
        post.ledger.node = connect(url)
        post.restart()
        post.settle(act)
    assert post.state(act) is REJECTED
    post.ledger.node = own
    post.restart()
    post.mine(4)
    assert [done.state for done in post.relay.step()] == [MINED]
    post.mine()
    assert [done.state for done in post.relay.step()] == [FINAL]


def test_act_that_is_refused_in_another_block_than_was_looked_at_is_not_refused_yet(post):
    signed = post.status()
    before = post.sender.latest()
    post.carry(post.status(status=1))
    with pytest.raises(ChainUnavailableError, match=f"in another block than {before.number}"):
        post.sender.prepare(signed, 0, before)
    with pytest.raises(ChainRejectedError, match="DocumentStatus_Stale"):
        post.sender.prepare(signed, 0, post.sender.latest())


def test_second_act_with_the_nonce_of_the_first_is_not_taken(post):
    first = post.status(1, expected=5)
    act = post.add(first)
    second = same_nonce(post, first, post.status(2))
    with pytest.raises(
        StateError, match=r"waits .* with the same key and nonce|same key and nonce"
    ):
        post.add(second)
    post.settle(act)
    assert post.state(act) is REJECTED
    post.add(second)


def test_act_with_the_nonce_of_another_key_or_contract_is_taken(post):
    first = post.status(1)
    post.add(first)
    post.add(same_nonce(post, first, post.issue(1)))
    bank = {"party": post.parties["bank"]}
    other = post.status(1, name="bank")
    wish = replace(other.act, message={**other.act.message, **bank, "nonce": first.act.nonce})
    signature = post.ledger.keys["bank"].sign(wish.digest(other.domain).raw)
    post.add(SignedAct(wish, other.domain, other.key, signature))


def test_refused_acts_when_they_are_old_are_forgotten(post):
    act = post.add(post.status(expected=3))
    post.settle(act)
    post.ledger.clock.ahead += 30 * 86_400 - 10
    post.relay.step()
    assert post.state(act) is REJECTED
    post.ledger.clock.ahead += 70
    post.relay.step()
    with pytest.raises(NotFoundError):
        post.state(act)


def test_refused_acts_when_they_are_many_are_forgotten(post):
    post.restart(keep_refused=2)
    acts = []
    for _ in range(4):
        acts.append(post.add(post.status(expected=3)))
        post.settle(acts[-1])
    post.ledger.clock.ahead += 61
    post.relay.step()
    assert [post.state(act) for act in acts[2:]] == [REJECTED] * 2
    for act in acts[:2]:
        with pytest.raises(NotFoundError):
            post.state(act)
