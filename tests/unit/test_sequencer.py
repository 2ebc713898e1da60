# SPDX-License-Identifier: Apache-2.0
"""The log moves forward, and only by roots that two ways agree on."""

import hashlib
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.errors import ConfigurationError, StateError
from ledger.log import (
    Checkpoint,
    Entry,
    NoteSigner,
    Tile,
    TreeHead,
    consistency_of,
    inclusion_of,
    open_note,
    origin_of,
)
from ledger.merkle import EMPTY_ROOT, merkle_root, root_from_consistency, root_from_path
from ledger.ports.service import PendingStatement, SignedHead
from ledger.primitives import Digest
from ledger.sequencer import Sequencer

KEY = NoteSigner(origin_of("test"), Ed25519PrivateKey.from_private_bytes(b"L" * 32))
OLD_KEY = NoteSigner(origin_of("test"), Ed25519PrivateKey.from_private_bytes(b"O" * 32))


class MemoryLog:
    """A `LogStore` in memory; the real one has its own tests."""

    def __init__(self, statements=()):
        self.queue = list(statements)
        self.logged = []
        self.tiles = {}
        self.heads = []

    def head(self):
        return self.heads[-1].head if self.heads else TreeHead(0, EMPTY_ROOT)

    def checkpoint(self):
        return self.heads[-1].checkpoint if self.heads else None

    def signed_heads(self, above, limit):
        return tuple(item for item in self.heads if item.head.size > above)[:limit]

    def pending(self, limit):
        return tuple(PendingStatement(item, 0) for item in self.queue[:limit])

    def sequence(self, batch):
        if batch.old_size != len(self.logged):
            raise StateError("not the old size")
        self.logged += batch.statements
        del self.queue[: len(batch.statements)]
        self.tiles |= {(tile.level, tile.index): tile.data for tile in batch.tiles}
        self.heads.append(SignedHead(batch.head, batch.checkpoint, 0))

    def tile(self, level, index):
        return self.tiles.get((level, index), b"")

    def entries(self, start, end):
        return tuple(self.logged[start:end])

    @property
    def leaves(self):
        return [Entry(index, item).leaf() for index, item in enumerate(self.logged)]


def digests(count, start=0):
    return [Digest(hashlib.sha256(str(start + i).encode()).digest()) for i in range(count)]


def grown(*sizes):
    """A log that grew in steps of these sizes."""
    log = MemoryLog(digests(sum(sizes)))
    sequencer = Sequencer(log, KEY, "test")
    for size in sizes:
        sequencer.step(size)
    return log


@given(sizes=st.lists(st.integers(1, 300), min_size=1, max_size=6), data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_batches_give_the_naive_root_and_proofs_that_verify(sizes, data):
    log = grown(*sizes)
    head, leaves = log.head(), log.leaves
    assert head == TreeHead(sum(sizes), merkle_root(leaves))
    index = data.draw(st.integers(0, head.size - 1), label="index")
    path = inclusion_of(log, index, head.size)
    assert root_from_path(leaves[index], index, head.size, path) == head.root
    for old in log.heads:
        proof = consistency_of(log, old.head.size, head.size)
        size = old.head.size
        assert root_from_consistency(size, head.size, old.head.root, proof) == head.root
    report = Sequencer(log, KEY, "test").check()
    assert (report.head, report.heads) == (head, len(sizes))
    assert report.tiles == len(log.tiles)


@given(cuts=st.lists(st.integers(1, 200), min_size=1, max_size=5))
@settings(max_examples=20, deadline=None)
def test_restarted_sequencer_goes_on_where_the_log_stands(cuts):
    log = MemoryLog(digests(sum(cuts)))
    for size in cuts:
        Sequencer(log, KEY, "test").step(size)
    assert log.head().root == merkle_root(log.leaves)


def test_nothing_pending_makes_no_head():
    log = MemoryLog()
    assert Sequencer(log, KEY, "test").step() is None
    assert log.heads == []
    assert Sequencer(log, KEY, "test").check().head == TreeHead(0, EMPTY_ROOT)


def test_checkpoint_is_signed_by_the_log():
    log = grown(3)
    text, signers = open_note(log.checkpoint(), [KEY.verifier])
    assert signers == (KEY.verifier,)
    assert Checkpoint.parse(text) == Checkpoint(origin_of("test"), log.head())


def test_key_of_another_name_is_refused():
    with pytest.raises(ConfigurationError, match="called corridor-ledger/test"):
        Sequencer(MemoryLog(), KEY, "other")


def test_loser_of_a_race_reads_up_and_goes_on():
    log = MemoryLog(digests(10))
    one, two = Sequencer(log, KEY, "test"), Sequencer(log, KEY, "test")
    one.step(3)
    two.step(3)
    one.step(4)
    assert log.head() == TreeHead(10, merkle_root(log.leaves))


def test_batch_that_was_not_written_is_not_counted():
    log = MemoryLog(digests(6))
    sequencer = Sequencer(log, KEY, "test")
    sequencer.step(2)
    written, log.sequence = log.sequence, None
    with pytest.raises(TypeError):
        sequencer.step(2)
    log.sequence = written
    assert sequencer.step(4) == TreeHead(6, merkle_root(log.leaves))


def test_flipped_bit_in_a_new_leaf_is_never_signed(monkeypatch):
    log = grown(300)
    log.queue = digests(5, start=1000)
    before = log.head(), dict(log.tiles)
    honest = Entry.leaf

    def flipped(entry):
        raw = bytearray(honest(entry).raw)
        raw[7] ^= entry.index == 302
        return Digest(bytes(raw))

    monkeypatch.setattr(Entry, "leaf", flipped)
    with pytest.raises(ConfigurationError, match="the new tiles does not recompute"):
        Sequencer(log, KEY, "test").step()
    assert (log.head(), log.tiles) == before


def test_flipped_bit_in_a_stored_tile_is_never_signed():
    log = grown(300)
    log.queue = digests(5, start=1000)
    raw = bytearray(log.tiles[1, 0])
    raw[3] ^= 1
    log.tiles[1, 0] = bytes(raw)
    before = log.head()
    with pytest.raises(ConfigurationError):
        Sequencer(log, KEY, "test").step()
    assert log.head() == before


def test_stored_entries_that_do_not_give_the_head_stop_the_sequencer():
    log = grown(10)
    log.logged[4] = digests(1, start=99)[0]
    log.queue = digests(1, start=1000)
    with pytest.raises(ConfigurationError, match="the stored head does not recompute"):
        Sequencer(log, KEY, "test").step()


def test_log_that_shrank_stops_the_sequencer():
    log = grown(4, 4)
    sequencer = Sequencer(log, KEY, "test")
    sequencer.step()
    log.heads.pop()
    with pytest.raises(ConfigurationError, match="shrank from 8 to 4"):
        sequencer.step()


def test_missing_entries_stop_the_sequencer():
    log = grown(8)
    log.logged.pop()
    with pytest.raises(ConfigurationError, match="are missing"):
        Sequencer(log, KEY, "test").step()


def _other_root(log):
    log.heads[0] = replace(log.heads[0], head=TreeHead(300, digests(1)[0]))


def _other_checkpoint(log):
    log.heads[0] = replace(log.heads[0], checkpoint=log.heads[1].checkpoint)


def _no_note(log):
    log.heads[0] = replace(log.heads[0], checkpoint="three lines")


def _unsigned(log):
    other = NoteSigner("somebody", Ed25519PrivateKey.from_private_bytes(b"X" * 32))
    text = Checkpoint(origin_of("test"), log.heads[0].head).signed(other)
    log.heads[0] = replace(log.heads[0], checkpoint=text)


def _full_tile(log):
    log.tiles[0, 0] = log.tiles[0, 0][:-1] + bytes([log.tiles[0, 0][-1] ^ 1])


def _partial_tile(log):
    log.tiles[0, 1] = log.tiles[0, 1][:-1] + bytes([log.tiles[0, 1][-1] ^ 1])


def _narrow_tile(log):
    log.tiles[0, 1] = log.tiles[0, 1][:-32]


def _lost_tile(log):
    del log.tiles[1, 0]


@pytest.mark.parametrize(
    ("damage", "why"),
    [
        (_other_root, "a stored head"),
        (_other_checkpoint, "names another head"),
        (_no_note, "checkpoint of size 300"),
        (_unsigned, "not signed by a key of this log"),
        (_full_tile, "tile 0/0"),
        (_partial_tile, "tile 0/1"),
        (_narrow_tile, "tile 0/1"),
        (_lost_tile, "tile 1/0"),
    ],
)
def test_check_names_what_is_damaged(damage, why):
    log = grown(300, 50)
    damage(log)
    with pytest.raises(ConfigurationError, match=why):
        Sequencer(log, KEY, "test").check()


def test_check_knows_retired_keys():
    log = MemoryLog(digests(4))
    Sequencer(log, OLD_KEY, "test").step(2)
    sequencer = Sequencer(log, KEY, "test")
    sequencer.step(2)
    with pytest.raises(ConfigurationError, match="size 2: not signed"):
        sequencer.check()
    assert sequencer.check((OLD_KEY.verifier,)).heads == 2


def test_check_is_not_disturbed_by_a_log_that_grows_meanwhile():
    log = grown(300)
    log.queue = digests(30, start=1000)
    writer = Sequencer(log, KEY, "test")
    read = log.entries

    def entries(start, end):
        if log.queue:
            log.entries = read
            writer.step()
        return read(start, end)

    log.entries = entries
    assert Sequencer(log, KEY, "test").check().head.size == 300


def test_tile_of_the_helper_is_what_the_log_stores():
    log = grown(1)
    assert Tile(0, 0, log.tile(0, 0)).width == 1
