# SPDX-License-Identifier: Apache-2.0
"""How long the relay waits for an act that cannot be tried, and for a node that is behind."""

import pytest

from ledger.anchors import BlockRef
from ledger.errors import ChainUnavailableError
from ledger.primitives import Bytes32, Digest
from ledger.relay.patience import Height, Rests

ACT = Digest(b"\x07" * 32)


class Standing:
    """A clock that stands until it is set."""

    time = 1_770_000_000

    def now(self):
        return self.time


def block(number):
    return BlockRef(number, Bytes32(bytes([number]) * 32), 1)


class TestRests:
    """An act that cannot be tried now rests longer each time, and is tried again."""

    def test_longer_each_time_up_to_five_minutes(self):
        clock = Standing()
        rests, slept = Rests(clock), []
        for _ in range(11):
            rests.failed(ACT)
            start = clock.time
            while rests.rests(ACT):
                assert not rests.any_over
                clock.time += 1
            assert rests.any_over
            slept.append(clock.time - start)
        assert slept == [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300]

    def test_ends_when_it_could_be_tried_or_is_gone(self):
        rests = Rests(Standing())
        rests.failed(ACT)
        rests.ended(ACT)
        assert not rests.rests(ACT)
        rests.failed(ACT)
        rests.keep(())
        assert not rests.rests(ACT)


class TestHeight:
    """A node behind what was seen says nothing; if it stays so, the chain is shorter now."""

    def test_node_behind_when_it_catches_up_is_believed(self):
        height = Height(Standing(), 60)
        height.check(block(9), 0)
        with pytest.raises(ChainUnavailableError, match=r"block 8, behind block 9"):
            height.check(block(8), 0)
        height.check(block(9), 0)

    def test_node_behind_what_is_stored_says_nothing(self):
        with pytest.raises(ChainUnavailableError, match=r"block 8, behind block 12"):
            Height(Standing(), 60).check(block(8), 12)

    def test_node_that_stays_behind_is_believed_in_the_end(self):
        clock = Standing()
        height = Height(clock, 60)
        height.check(block(9), 0)
        for clock.time in (1000, 1059):
            with pytest.raises(ChainUnavailableError, match="behind"):
                height.check(block(8), 0)
        clock.time = 1060
        height.check(block(8), 0)
        height.check(block(8), 0)

    def test_node_that_is_late_again_is_waited_for_again(self):
        clock = Standing()
        height = Height(clock, 60)
        for start in (1000, 2000):
            clock.time = start
            height.check(block(9), 0)
            with pytest.raises(ChainUnavailableError, match="behind"):
                height.check(block(8), 0)
            clock.time += 59
            with pytest.raises(ChainUnavailableError, match="behind"):
                height.check(block(8), 0)
