# SPDX-License-Identifier: Apache-2.0
"""The log as it is stored, and the outbox behind it."""

from dataclasses import replace

import pytest

from ledger.anchors import AnchorHint, Finality, HeadRecord
from ledger.errors import NotFoundError, StateError
from ledger.log import Checkpoint, Tile, TreeHead, origin_of
from ledger.merkle import EMPTY_ROOT
from ledger.ports.anchoring import AnchoredHead, SentAnchor
from ledger.ports.service import SequencedBatch, SignedHead
from ledger.primitives import Address, Bytes32


@pytest.fixture
def fill(storage, make):
    """Accept statements, so that there is something to log."""

    def filled(*numbers):
        accept = storage.documents.accept
        return [
            accept(make.stated((make.number(index),)), None, None).statement for index in numbers
        ]

    return filled


def batch_of(statements, old_size=0):
    """A batch that is well formed, and not yet true."""
    head = TreeHead(old_size + len(statements), statements[-1])
    tile = Tile(0, 7, statements[-1].raw)
    return SequencedBatch(old_size, tuple(statements), (tile,), head, "signed")


def sent(head, nonce, old_size=0):
    transaction = Bytes32(bytes([nonce]) * 32)
    sender = Address(b"\x05" * 20)
    return SentAnchor(head, old_size, sender, nonce, transaction, b"raw", 1_770_000_100)


def anchored(head, previous_size=0, finality=Finality.MINED):
    hint = AnchorHint(
        chain_id=1337,
        contract=Address(b"\x11" * 20),
        transaction=Bytes32(b"\x09" * 32),
        block_number=12,
        block_hash=Bytes32(b"\x0b" * 32),
        block_time=1_770_000_200,
    )
    record = HeadRecord(previous_size, head.size, 1_770_000_200, 12)
    return AnchoredHead(head.root, record, hint, finality)


def test_empty_log_has_the_empty_head(storage):
    assert storage.log.head() == TreeHead(0, EMPTY_ROOT)
    assert storage.log.checkpoint() is None
    assert storage.log.pending(10) == ()
    assert storage.log.entries(0, 10) == ()
    assert storage.log.tile(0, 0) == b""
    assert storage.log.signed_heads(0, 10) == ()


def test_pending_statements_come_in_order_of_acceptance(storage, fill):
    statements = fill(5, 3, 9)
    assert [item.statement for item in storage.log.pending(10)] == statements
    assert [item.statement for item in storage.log.pending(2)] == statements[:2]


def test_sequenced_batch_is_stored_whole(storage, clock, fill):
    statements = fill(1, 2, 3)
    batch = batch_of(statements[:2])
    storage.log.sequence(batch)
    assert storage.log.head() == batch.head
    assert storage.log.checkpoint() == "signed"
    assert storage.log.entries(0, 9) == batch.statements
    assert storage.log.entries(1, 2) == (statements[1],)
    assert storage.log.tile(0, 7) == statements[1].raw
    assert [item.statement for item in storage.log.pending(10)] == statements[2:]
    assert storage.log.signed_heads(0, 9) == (SignedHead(batch.head, "signed", clock.now()),)
    assert storage.log.signed_heads(2, 9) == ()


def test_batch_that_does_not_fit_writes_nothing(storage, fill, make):
    statements = fill(1, 2, 3)
    good = batch_of(statements[:1])
    storage.log.sequence(good)
    wide = Tile(0, 8, b"\0" * 32 * 257)
    changed = Tile(0, 7, b"\0" * 32)
    for bad in (
        good,  # the size has moved on
        batch_of(statements[1:], old_size=2),
        batch_of(statements[:1], old_size=1),  # logged before
        batch_of([make.number(77)], old_size=1),  # never accepted
        replace(batch_of(statements[1:], 1), tiles=(changed,)),
        replace(batch_of(statements[1:], 1), tiles=(wide,)),
        replace(batch_of(statements[1:], 1), tiles=(Tile(0, 8, b"odd"),)),
        replace(batch_of(statements[1:], 1), head=TreeHead(9, statements[0])),
        replace(batch_of(statements[1:], 1), statements=()),
        replace(batch_of(statements[1:], 1), head=TreeHead(3, good.head.root)),
    ):
        with pytest.raises(StateError):
            storage.log.sequence(bad)
        assert storage.log.head() == good.head
        assert storage.log.entries(0, 9) == good.statements
        assert len(storage.log.pending(9)) == 2


def test_tile_grows_and_keeps_what_it_had(storage, fill):
    statements = fill(1, 2)
    storage.log.sequence(batch_of(statements[:1]))
    longer = Tile(0, 7, statements[0].raw + statements[1].raw)
    storage.log.sequence(replace(batch_of(statements[1:], 1), tiles=(longer,)))
    assert storage.log.tile(0, 7) == longer.data


# -- outbox ----------------------------------------------------------------------------------------


@pytest.fixture
def heads(sequencer, fill):
    """Three heads, of 1, 3 and 4 entries."""
    made = []
    for numbers in ((1,), (2, 3), (4,)):
        fill(*numbers)
        made.append(sequencer.step())
    return made


def test_head_waits_until_an_anchor_covers_it(storage, heads):
    assert storage.outbox.unanchored() == heads[2]
    storage.outbox.store_anchored(anchored(heads[1]))
    assert storage.outbox.unanchored() == heads[2]
    storage.outbox.store_anchored(anchored(heads[2], previous_size=3))
    assert storage.outbox.unanchored() is None
    storage.outbox.return_to_outbox(heads[2].root)
    assert storage.outbox.unanchored() == heads[2]


def test_nothing_waits_in_an_empty_log(storage):
    assert storage.outbox.unanchored() is None
    assert storage.outbox.sent() == ()
    assert storage.outbox.mined() == ()


def test_head_is_found_by_its_size(storage, heads):
    assert storage.outbox.head_of_size(0) == TreeHead(0, EMPTY_ROOT)
    assert storage.outbox.head_of_size(3) == heads[1]
    assert storage.outbox.head_of_size(2) is None


def test_sent_transaction_waits_until_mined_and_returns_after_reorganisation(storage, heads):
    first, second = sent(heads[1], 1), sent(heads[2], 2, old_size=3)
    for anchor in (first, second, first):
        storage.outbox.store_sent(anchor)
    assert storage.outbox.sent() == (first, second)
    storage.outbox.store_anchored(anchored(heads[1]))
    assert storage.outbox.sent() == (second,)
    storage.outbox.return_to_outbox(heads[1].root)
    assert storage.outbox.sent() == (first, second)


def test_head_the_log_never_had_is_refused(storage, heads, make):
    stranger = TreeHead(2, make.number(1))
    with pytest.raises(StateError, match="no head of 2 entries"):
        storage.outbox.store_sent(sent(stranger, 1))
    with pytest.raises(StateError, match="no head of 2 entries"):
        storage.outbox.store_anchored(anchored(stranger))
    with pytest.raises(StateError):
        storage.outbox.store_anchored(anchored(TreeHead(3, heads[0].root)))


def test_mined_becomes_final_and_never_goes_back(storage, heads):
    storage.outbox.store_anchored(anchored(heads[1]))
    assert storage.outbox.mined() == (anchored(heads[1]),)
    storage.outbox.store_anchored(anchored(heads[1], finality=Finality.FINAL))
    storage.outbox.store_anchored(anchored(heads[1]))
    assert storage.outbox.mined() == ()
    with pytest.raises(StateError, match="was final"):
        storage.outbox.return_to_outbox(heads[1].root)
    storage.outbox.return_to_outbox(heads[0].root)


def test_place_names_the_one_anchor_that_covers_the_entry(storage, heads, fill):
    entries = storage.log.entries(0, 4)
    storage.outbox.store_anchored(anchored(heads[1]))
    storage.outbox.store_anchored(anchored(heads[2], previous_size=3))
    for index, head in ((0, heads[1]), (2, heads[1]), (3, heads[2])):
        place = storage.outbox.place_of(entries[index])
        assert place.index == index
        assert place.anchor is not None
        assert place.anchor.root == head.root
    waiting = fill(9)[0]
    assert storage.outbox.place_of(waiting).index is None
    with pytest.raises(NotFoundError):
        storage.outbox.place_of(heads[0].root)


def test_entry_beyond_every_anchor_has_none(storage, heads):
    storage.outbox.store_anchored(anchored(heads[1]))
    assert storage.outbox.place_of(storage.log.entries(3, 4)[0]).anchor is None


def test_summary_follows_the_anchor(storage, sequencer, make):
    storage.documents.accept(make.new_document(), None, None)
    head = sequencer.step()
    finality = []
    for act in (
        lambda: storage.outbox.store_sent(sent(head, 1)),
        lambda: storage.outbox.store_anchored(anchored(head)),
        lambda: storage.outbox.store_anchored(anchored(head, finality=Finality.FINAL)),
    ):
        act()
        finality.append(storage.documents.summaries(make.PARTY, None, 1)[0].finality)
    assert finality == [Finality.SUBMITTED, Finality.MINED, Finality.FINAL]


def test_checkpoint_of_the_newest_head_is_served(storage, heads, make):
    text = Checkpoint(origin_of("test"), heads[2]).signed(make.LOG_KEY)
    assert storage.log.checkpoint() == text
