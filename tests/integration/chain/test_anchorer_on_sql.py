# SPDX-License-Identifier: Apache-2.0
"""The anchorer with the real sequencer and database: what the two sides mean is the same."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.anchorer import Act, Anchorer
from ledger.anchors import Finality
from ledger.errors import ConfigurationError
from ledger.keys import HeldKey
from ledger.log import Acceptance, NoteSigner, origin_of
from ledger.ports.service import NewStatement
from ledger.primitives import Digest, PartyId
from ledger.sequencer import Sequencer
from ledger.statements import LedgerId, UnsignedStatement, commitments_root
from ledger.storage import LedgerName, VaultKeys, open_storage

LOG_KEY = NoteSigner(origin_of("test"), Ed25519PrivateKey.generate())
PARTY_KEY = HeldKey.random()


class Service:
    """Storage, sequencer and anchorer of one process, over one file."""

    def __init__(self, ledger, url):
        self.id = LedgerId(ledger.node.chain_id, ledger.contracts.log.address)
        keys = VaultKeys("k1", {"k1": bytes(32)}, bytes(32))
        self.storage = open_storage(url, LedgerName(self.id, "test"), keys, ledger.clock)
        self.storage.lease._patience = 0  # the one before is gone
        assert self.storage.lease.renew()
        self.sequencer = Sequencer(self.storage.log, LOG_KEY, "test")
        outbox, log = self.storage.outbox, self.storage.log
        self.anchorer = Anchorer(outbox, log, ledger.sender(), ledger.clock)
        self.now = ledger.clock.now

    def accept(self, numbers):
        for number in numbers:
            commitment = Digest(number.to_bytes(32, "big"))
            root = commitments_root([commitment])
            now = self.now()
            body = UnsignedStatement(self.id, PartyId(bytes(32)), 1, root, now)
            statement = body.signed(PARTY_KEY.address, PARTY_KEY.sign(body.signing_digest()))
            promise = Acceptance("test", self.id, statement.digest(), now, now + 60)
            note = promise.signed(LOG_KEY)
            new = NewStatement(statement, (commitment,), (), note, now, now + 60, ())
            self.storage.documents.accept(new, None, None)
        return self.sequencer.step()

    def settle(self):
        for _ in range(6):
            self.anchorer.step()
            if self.storage.outbox.unanchored() is None:
                return
        pytest.fail("the head did not get on chain")

    def everything_is_anchored_once(self):
        log, outbox = self.storage.log, self.storage.outbox
        for index, statement in enumerate(log.entries(0, log.head().size)):
            place = outbox.place_of(statement)
            assert place.index == index
            assert place.anchor.record.anchors(index)


@pytest.fixture
def start(own_ledger, tmp_path):
    """Start the service, again and again, on the same file or another."""
    started = []

    def again(name="ledger"):
        started.append(Service(own_ledger, f"sqlite:///{tmp_path}/{name}.db"))
        return started[-1]

    yield again
    for service in started:
        service.storage.close()


def acts(done):
    return [each.act for each in done]


def test_documents_get_their_anchors_and_these_become_final(own_ledger, start):
    service = start()
    for numbers in (range(1), range(1, 4), range(4, 9)):
        service.accept(numbers)
        service.settle()
    own_ledger.local.call("anvil_mine", "0x4")
    assert set(acts(service.anchorer.step())) == {Act.FINAL}
    service.everything_is_anchored_once()
    assert service.storage.outbox.mined() == ()


def test_crash_after_storing_and_restart(own_ledger, start):
    service = start()
    head = service.accept(range(3))
    service.storage.outbox.store_sent(own_ledger.sender().prepare(head, 0, ()))
    restarted = start()
    assert acts(restarted.anchorer.step()) == [Act.RESENT]
    assert acts(restarted.anchorer.step()) == [Act.MINED]
    restarted.everything_is_anchored_once()


def test_reorganisation_of_several_anchors_and_restart(own_ledger, start):
    service = start()
    for numbers in (range(2), range(2, 5)):
        service.accept(numbers)
        service.settle()
    own_ledger.local.call("anvil_reorg", 2, [])
    restarted = start()
    restarted.accept(range(5, 7))
    assert acts(restarted.anchorer.step())[:2] == [Act.RETURNED, Act.RETURNED]
    restarted.settle()
    restarted.everything_is_anchored_once()
    assert own_ledger.sender().on_chain_size() == 7


def test_final_anchor_stays_final(own_ledger, start):
    service = start()
    service.accept(range(2))
    service.settle()
    own_ledger.local.call("anvil_mine", "0x4")
    service.anchorer.step()
    statement = service.storage.log.entries(0, 1)[0]
    assert service.storage.outbox.place_of(statement).anchor.finality is Finality.FINAL
    assert service.anchorer.step() == ()


def test_older_database_is_refused(start):
    service = start()
    service.accept(range(4))
    service.settle()
    older = start("older")
    older.accept(range(2))
    with pytest.raises(ConfigurationError, match="it is older than the chain"):
        older.anchorer.step()
