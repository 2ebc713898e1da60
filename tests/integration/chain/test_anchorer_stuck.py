# SPDX-License-Identifier: Apache-2.0
"""An anchor whose transaction reverted, or whose nonce was taken: the log gets on by itself."""

import pytest
from test_anchorer import OFF, acts

from ledger.anchorer import Act
from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.transactions import Fee, Transaction

pytestmark = pytest.mark.node

DEAR = Fee(500 * 10**9, 400 * 10**9)
STEPS = 40


def send(own, account, nonce, to, data=b""):
    transaction = Transaction(
        chain_id=own.node.chain_id, nonce=nonce, fee=DEAR, gas=200_000, to=to, data=data
    )
    own.node.send(transaction.signed(account).raw)


def steps(own, anchorer):
    """Step and mine, until the log on chain has grown; what was done."""
    seen = []
    for _ in range(STEPS):
        seen += acts(anchorer.step())
        own.local.call("anvil_mine", "0x1")
        if own.sender().on_chain_size():
            break
    return seen


@pytest.fixture
def stuck(own_ledger, log):
    """An anchor in the pool that waits to be mined."""
    anchorer = own_ledger.anchorer(log, max_pending_seconds=60)
    own_ledger.local.call("evm_setAutomine", OFF)
    log.grow(3)
    assert acts(anchorer.step()) == [Act.SENT]
    yield anchorer
    own_ledger.local.call("evm_setAutomine", not OFF)


def test_nonce_taken_by_hand_gives_way_to_a_new_anchor(own_ledger, log, stuck):
    key = own_ledger.keys["sequencer"]
    send(own_ledger, key, log.stored[0].nonce, key.address)
    own_ledger.local.call("evm_setAutomine", not OFF)
    own_ledger.local.call("anvil_mine", "0x1")
    assert own_ledger.sender().on_chain_size() == 0
    own_ledger.clock.ahead += 61
    seen = steps(own_ledger, stuck)
    assert own_ledger.sender().on_chain_size() == 3, seen
    assert len(log.stored) < 5, "what is stored must not grow with every step"


def test_anchor_that_was_mined_and_reverted_is_anchored_again(own_ledger, log, stuck):
    guardian = own_ledger.keys["guardian"]
    contract = Contract(own_ledger.node, "DocumentLog", own_ledger.contracts.log.address)
    address = checksummed(guardian.address)
    nonce = own_ledger.node.ask(lambda eth: eth.get_transaction_count(address))
    for offset, name in enumerate(("stranger", "sequencer")):
        data = contract.data("rotateSequencer", checksummed(own_ledger.keys[name].address))
        send(own_ledger, guardian, nonce + offset, contract.address, data)
        own_ledger.local.call("anvil_mine", "0x1")
    own_ledger.local.call("evm_setAutomine", not OFF)
    assert own_ledger.sender().on_chain_size() == 0
    own_ledger.clock.ahead += 61
    seen = steps(own_ledger, stuck)
    assert own_ledger.sender().on_chain_size() == 3, seen
    assert len(log.stored) < 5, "what is stored must not grow with every step"
