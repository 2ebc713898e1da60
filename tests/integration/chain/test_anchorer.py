# SPDX-License-Identifier: Apache-2.0
"""The anchorer against a real chain: growth, crashes, reorganisations, full pools, wrong heads."""

import pytest
from chain_fakes import MemoryLog
from chain_world import configured_anvil, new_ledger

from ledger.anchorer import Act, Anchorer, AnchorRules, check_against_chain
from ledger.anchors import BlockRef, Finality, HeadRecord
from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.sending import Sender
from ledger.errors import ChainRejectedError, ChainUnavailableError, ConfigurationError
from ledger.localnode import LocalNodeOptions, local_node
from ledger.log import consistency_of
from ledger.primitives import Bytes32, Digest

OFF = False


def acts(done):
    return [each.act for each in done]


def settle(anchorer, log, steps=6):
    """Step until nothing waits; on a node that mines at once that takes two."""
    for _ in range(steps):
        anchorer.step()
        if log.unanchored() is None:
            return
    pytest.fail("the head did not get on chain")


def test_each_head_is_anchored_once_across_powers_of_two(ledger, log):
    anchorer = ledger.anchorer(log)
    sizes = []
    for count in (1, 1, 1, 1, 3, 1, 8, 240, 1, 1, 300):
        head = log.grow(count)
        assert acts(anchorer.step()) == [Act.SENT]
        assert acts(anchorer.step())[-1] is Act.MINED
        assert log.anchors[head.size].record.previous_size == (sizes[-1] if sizes else 0)
        sizes.append(head.size)
    assert ledger.sender().on_chain_size() == sizes[-1]
    assert len(log.stored) == len(sizes)


def test_missed_anchors_are_all_found_though_storing_them_is_interrupted(ledger, log):
    """Another copy of the service anchored them; this one dies after each that it stores."""
    other = MemoryLog()
    for count in (1, 2, 3, 4):
        log.grow(count)
        other.grow(count)
        settle(ledger.anchorer(other), other)
    stored = log.store_anchored

    def store_and_die(anchor):
        stored(anchor)
        raise InterruptedError

    log.store_anchored = store_and_die
    for found in range(1, 5):
        with pytest.raises(InterruptedError):
            ledger.anchorer(log).step()
        assert len(log.anchors) == found
    assert sorted(log.anchors) == [1, 3, 6, 10]


def test_clock_that_is_set_back_delays_no_anchor(ledger, log):
    anchorer = ledger.anchorer(log, entries=5, seconds=10)
    log.grow(1)
    assert anchorer.step() == ()
    ledger.clock.ahead -= 3600
    assert anchorer.step() == ()
    ledger.clock.ahead += 10
    assert acts(anchorer.step()) == [Act.SENT]


def test_step_with_nothing_to_do_does_nothing(ledger, log):
    anchorer = ledger.anchorer(log)
    assert anchorer.step() == ()
    log.grow(3)
    settle(anchorer, log)
    assert anchorer.step() == ()


def test_anchor_becomes_final_once_the_chain_says_so(ledger, log):
    anchorer = ledger.anchorer(log)
    log.grow(3)
    settle(anchorer, log)
    assert log.anchors[3].finality is Finality.MINED
    ledger.local.call("anvil_mine", "0x4")
    assert acts(anchorer.step()) == [Act.FINAL]
    assert log.anchors[3].finality is Finality.FINAL
    assert anchorer.step() == ()


def test_hint_names_the_block_and_transaction_of_the_anchor(ledger, log):
    log.grow(3)
    settle(ledger.anchorer(log), log)
    hint = log.anchors[3].hint
    receipt = ledger.node.web3.eth.get_transaction_receipt(str(hint.transaction))
    assert bytes(receipt["blockHash"]) == hint.block_hash.raw
    assert log.stored[0].transaction == hint.transaction


def test_head_waits_for_the_cadence(ledger, log):
    anchorer = ledger.anchorer(log, entries=5, seconds=60)
    log.grow(3)
    assert anchorer.step() == ()
    ledger.clock.ahead += 61
    assert acts(anchorer.step()) == [Act.SENT]
    anchorer.step()
    log.grow(5)
    assert acts(anchorer.step()) == [Act.SENT]


def test_crash_before_storing_leaves_nothing(ledger, log):
    head = log.grow(3)
    ledger.sender().prepare(head, 0, ())
    assert acts(ledger.anchorer(log).step()) == [Act.SENT]


def test_crash_between_storing_and_sending_is_made_good(ledger, log):
    head = log.grow(3)
    log.store_sent(ledger.sender().prepare(head, 0, ()))
    restarted = ledger.anchorer(log)
    assert acts(restarted.step()) == [Act.RESENT]
    assert acts(restarted.step()) == [Act.MINED]
    assert len(log.stored) == 1


def test_crash_after_sending_finds_the_anchor_by_the_contract(ledger, log):
    log.grow(3)
    ledger.anchorer(log).step()
    log.stored.clear()  # not even the transaction is known
    log.grow(2)
    restarted = ledger.anchorer(log)
    assert acts(restarted.step()) == [Act.MINED, Act.SENT]
    assert acts(restarted.step()) == [Act.MINED]
    assert [log.anchors[size].record.previous_size for size in (3, 5)] == [0, 3]


def test_all_anchors_that_a_restored_outbox_forgot_are_found(ledger, log):
    anchorer = ledger.anchorer(log)
    for _ in range(4):
        log.grow(3)
        settle(anchorer, log)
    log.anchors.clear()
    log.stored.clear()
    assert acts(ledger.anchorer(log).step()) == [Act.MINED] * 4
    assert sorted(log.anchors) == [3, 6, 9, 12]


def test_reorganised_anchor_returns_and_is_anchored_again(own_ledger, log):
    anchorer = own_ledger.anchorer(log)
    log.grow(3)
    settle(anchorer, log)
    before = log.anchors[3]
    own_ledger.local.call("anvil_reorg", 1, [])
    assert own_ledger.sender().on_chain_size() == 0
    assert acts(anchorer.step()) == [Act.RETURNED, Act.RESENT]
    assert acts(anchorer.step()) == [Act.MINED]
    after = log.anchors[3]
    assert after.hint.block_hash != before.hint.block_hash
    assert after.record.previous_size == 0


def test_two_reorganised_anchors_return_and_are_anchored_again(own_ledger, log):
    anchorer = own_ledger.anchorer(log)
    for _ in range(2):
        log.grow(3)
        settle(anchorer, log)
    own_ledger.local.call("anvil_reorg", 2, [])
    assert acts(anchorer.step()) == [Act.RETURNED, Act.RETURNED, Act.RESENT]
    settle(anchorer, log)
    assert own_ledger.sender().on_chain_size() == 6
    assert all(log.place_of(statement).anchor for statement in log.statements)


def test_reorganisation_that_only_moves_an_anchor_is_noticed(own_ledger, log):
    anchorer = own_ledger.anchorer(log)
    log.grow(3)
    settle(anchorer, log)
    raw = "0x" + log.stored[0].raw.hex()
    own_ledger.local.call("anvil_reorg", 1, [[raw, 0]])
    assert acts(anchorer.step()) == [Act.MOVED]


def test_reorganisation_while_the_service_was_down_is_noticed(own_ledger, log):
    log.grow(3)
    settle(own_ledger.anchorer(log), log)
    own_ledger.local.call("anvil_reorg", 1, [])
    log.grow(2)
    restarted = own_ledger.anchorer(log)
    assert acts(restarted.step())[0] is Act.RETURNED
    settle(restarted, log)
    assert own_ledger.sender().on_chain_size() == 5


def test_dropped_transaction_is_replaced_with_the_same_nonce(own_ledger, log):
    local = own_ledger.local
    local.call("evm_setAutomine", OFF)
    anchorer = own_ledger.anchorer(log, max_pending_seconds=30)
    log.grow(3)
    anchorer.step()
    local.call("anvil_dropAllTransactions")
    local.call("anvil_mine", "0x1")
    assert anchorer.step() == ()
    own_ledger.clock.ahead += 31
    assert acts(anchorer.step()) == [Act.REPLACED]
    local.call("anvil_mine", "0x1")
    assert acts(anchorer.step()) == [Act.MINED]
    assert [sent.nonce for sent in log.stored] == [0, 0]


def test_stuck_transaction_is_outbid_in_the_pool(own_ledger, log):
    own_ledger.local.call("evm_setAutomine", OFF)
    anchorer = own_ledger.anchorer(log, max_pending_seconds=30)
    log.grow(3)
    anchorer.step()
    own_ledger.clock.ahead += 31
    anchorer.step()
    own_ledger.local.call("anvil_mine", "0x1")
    anchorer.step()
    assert log.anchors[3].hint.transaction == log.stored[1].transaction


def test_replacements_end_at_the_limit(own_ledger, log):
    own_ledger.local.call("evm_setAutomine", OFF)
    anchorer = own_ledger.anchorer(log, max_pending_seconds=30, max_replacements=2)
    log.grow(3)
    found = []
    for _ in range(5):
        found += acts(anchorer.step())
        own_ledger.clock.ahead += 31
    assert found == [Act.SENT, Act.REPLACED, Act.REPLACED, Act.RESENT, Act.RESENT]


def test_head_that_grew_meanwhile_waits_for_the_one_under_way(own_ledger, log):
    own_ledger.local.call("evm_setAutomine", OFF)
    anchorer = own_ledger.anchorer(log)
    log.grow(3)
    anchorer.step()
    log.grow(4)
    assert anchorer.step() == ()
    own_ledger.local.call("anvil_mine", "0x1")
    assert acts(anchorer.step()) == [Act.MINED, Act.SENT]
    own_ledger.local.call("anvil_mine", "0x1")
    assert acts(anchorer.step()) == [Act.MINED]
    assert log.anchors[7].record.previous_size == 3


def test_stored_transaction_whose_nonce_is_gone_gives_way(ledger, log):
    log.store_sent(ledger.sender().prepare(log.grow(3), 0, ()))
    other = ledger.sender()
    with pytest.raises(ChainRejectedError):
        other.prepare(log.grow(1), 2, ())
    burn_nonce(ledger)
    anchorer = ledger.anchorer(log)
    assert acts(anchorer.step()) == [Act.GIVEN_UP]
    assert acts(anchorer.step()) == [Act.SENT]
    assert acts(anchorer.step()) == [Act.MINED]


def test_transaction_of_a_former_sequencer_gives_way(ledger, log):
    log.store_sent(ledger.sender().prepare(log.grow(3), 0, ()))
    contract = Contract(ledger.node, "DocumentLog", ledger.contracts.log.address)
    new = ledger.keys["stranger"]
    guardian = Sender(ledger.node, ledger.keys["guardian"])
    guardian.act(contract, "rotateSequencer", checksummed(new.address))
    with pytest.raises(ChainRejectedError, match="DocumentLog_NotSequencer"):
        ledger.sender().prepare(log.head(), 0, ())
    ledger.keys["sequencer"] = new
    anchorer = ledger.anchorer(log)
    assert acts(anchorer.step()) == [Act.GIVEN_UP]
    assert acts(anchorer.step()) == [Act.SENT]
    assert acts(anchorer.step()) == [Act.MINED]


def test_frozen_log_takes_no_head(ledger, log):
    contract = Contract(ledger.node, "DocumentLog", ledger.contracts.log.address)
    Sender(ledger.node, ledger.keys["guardian"]).act(contract, "freeze")
    log.grow(3)
    with pytest.raises(ChainRejectedError, match=r"DocumentLog_Frozen\(\)"):
        ledger.anchorer(log).step()
    assert log.stored == []


class Unlucky:
    """A sender that does something else than the real one."""

    def __init__(self, sender, **instead):
        self.sender = sender
        self.instead = instead

    def __getattr__(self, name):
        return self.instead.get(name) or getattr(self.sender, name)


def test_transaction_is_stored_before_it_is_sent(ledger, log):
    def power_cut(_anchor):
        raise KeyboardInterrupt

    log.grow(3)
    unlucky = Unlucky(ledger.sender(), broadcast=power_cut)
    with pytest.raises(KeyboardInterrupt):
        Anchorer(log, log, unlucky, ledger.clock).step()
    assert [sent.head.size for sent in log.stored] == [3]
    assert ledger.sender().on_chain_size() == 0
    settle(ledger.anchorer(log), log)
    assert len(log.stored) == 1


def test_replacement_is_stored_before_it_is_sent(own_ledger, log):
    def power_cut(anchor):
        if log.stored.index(anchor) > 0:
            raise KeyboardInterrupt
        own_ledger.sender().broadcast(anchor)

    own_ledger.local.call("evm_setAutomine", OFF)
    log.grow(3)
    unlucky = Unlucky(own_ledger.sender(), broadcast=power_cut)
    anchorer = Anchorer(log, log, unlucky, own_ledger.clock, AnchorRules(max_pending_seconds=30))
    anchorer.step()
    own_ledger.clock.ahead += 31
    with pytest.raises(KeyboardInterrupt):
        anchorer.step()
    assert len({sent.transaction for sent in log.stored}) == 2
    restarted = own_ledger.anchorer(log)
    assert acts(restarted.step()) == [Act.RESENT]
    own_ledger.local.call("anvil_mine", "0x1")
    assert acts(restarted.step()) == [Act.MINED]


def test_node_that_is_merely_behind_returns_nothing(ledger, log):
    log.grow(3)
    settle(ledger.anchorer(log), log)
    known = log.anchors[3]
    behind = Unlucky(ledger.sender(), locate=lambda _: None, block_at=lambda _: None)
    assert Anchorer(log, log, behind, ledger.clock).step() == ()
    same_block = BlockRef(known.hint.block_number, known.hint.block_hash, 0)
    torn = Unlucky(ledger.sender(), locate=lambda _: None, block_at=lambda _: same_block)
    assert Anchorer(log, log, torn, ledger.clock).step() == ()
    assert log.anchors[3] == known


def test_answers_that_do_not_fit_together_decide_nothing(ledger, log, monkeypatch):
    log.grow(3)
    settle(ledger.anchorer(log), log)
    sender = ledger.sender()
    record = log.anchors[3].record
    other = BlockRef(record.block, Bytes32(bytes(32)), record.time)
    monkeypatch.setattr(sender, "block_at", lambda _: other)
    with pytest.raises(ChainUnavailableError, match="do not fit together"):
        sender.locate(log.head().root)


def burn_nonce(ledger):
    """Another transaction of the sequencer's account."""
    ledger.node.web3.provider.make_request("anvil_impersonateAccount", [sequencer(ledger)])
    ledger.local.call("eth_sendTransaction", {"from": sequencer(ledger), "to": sequencer(ledger)})


def sequencer(ledger):
    return str(ledger.keys["sequencer"].address)


def test_database_behind_the_chain_is_refused(ledger, log):
    log.grow(5)
    settle(ledger.anchorer(log), log)
    older = MemoryLog()
    older.grow(3)
    with pytest.raises(ConfigurationError, match=r"has 5 entries, this database 3.*entries 3 to 4"):
        ledger.anchorer(older).step()


def test_log_that_is_not_ours_is_refused(ledger, log):
    log.grow(3)
    settle(ledger.anchorer(log), log)
    foreign = MemoryLog(flavour=b"other")
    foreign.grow(8)
    with pytest.raises(ConfigurationError, match=r"is not ours: it has 3 entries.*never anchored"):
        check_against_chain(foreign, ledger.sender())


def test_root_of_ours_under_another_size_is_refused(ledger, log):
    log.grow(3)
    settle(ledger.anchorer(log), log)
    confused = Unlucky(ledger.sender(), record=lambda _: HeadRecord(0, 2, 1, 1))
    with pytest.raises(ConfigurationError, match="was anchored as size 2"):
        check_against_chain(log, confused)


def test_database_without_the_checkpoint_on_chain_is_refused(ledger, log):
    log.grow(3)
    settle(ledger.anchorer(log), log)
    replayed = MemoryLog()
    replayed.grow(2)
    replayed.grow(2)
    with pytest.raises(ConfigurationError, match="no checkpoint of that size"):
        ledger.anchorer(replayed).step()


def test_same_head_again_changes_nothing(ledger, log):
    head = log.grow(3)
    settle(ledger.anchorer(log), log)
    again = ledger.sender().prepare(head, 0, ())
    ledger.sender().broadcast(again)
    assert ledger.sender().locate(head.root).hint == log.anchors[3].hint


@pytest.mark.parametrize(
    ("size", "old_size", "message"),
    [
        (9, 2, r"DocumentLog_Stale\(3, 2\)"),
        (3, 3, r"DocumentLog_BadSize\(3, 3\)"),
        (9, 3, r"DocumentLog_NotAppendOnly\(3, 9, 0x0808"),
    ],
)
def test_refused_head_is_known_before_anything_is_stored(ledger, log, size, old_size, message):
    log.grow(3)
    settle(ledger.anchorer(log), log)
    forged = type(log.head())(size, Digest(bytes([8]) * 32))
    with pytest.raises(ChainRejectedError, match=message):
        ledger.sender().prepare(forged, old_size, consistency_of(log, 3, 3))


def test_unreachable_node_decides_nothing(log):
    with local_node(LocalNodeOptions(block_seconds=None), configured_anvil()) as local:
        ledger = new_ledger(local)
        anchorer = ledger.anchorer(log)
        log.grow(3)
        settle(anchorer, log)
    log.grow(1)
    with pytest.raises(ChainUnavailableError):
        anchorer.step()
    assert log.anchors[3].finality is Finality.MINED
