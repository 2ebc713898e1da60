# SPDX-License-Identifier: Apache-2.0
"""Of all processes one is the writer, and the database lets no other write."""

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from ledger.errors import StateError
from ledger.sequencer import Sequencer
from ledger.storage.leases import SqlLease
from ledger.storage.processes import ProcessName, is_gone, this_process

OTHER_HOST = ProcessName("elsewhere", 1, "1", "n")


class Watch:
    """A monotonic clock that is set by hand."""

    def __init__(self):
        self.time = 0.0

    def __call__(self):
        return self.time


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def first(storage):
    """The lease that `storage` holds already."""
    return storage.lease


@pytest.fixture
def second(storage, watch):
    """Another process on another host, as far as anyone can tell."""
    return SqlLease(storage.engine, OTHER_HOST, patience=10, monotonic=watch)


def test_only_one_is_the_writer(first, second):
    assert first.renew()
    assert not second.renew()
    assert (first.held(), second.held()) == (True, False)


def test_writer_that_lives_keeps_the_right(first, second, watch):
    for _ in range(20):
        watch.time += 9
        assert first.renew()
        assert not second.renew()


def test_writer_without_a_beat_is_followed_after_the_patience(first, second, watch):
    assert not second.renew()
    watch.time = 9.9
    assert not second.renew()
    watch.time = 10
    assert second.renew()
    assert not first.renew()
    assert (first.held(), second.held()) == (False, True)


def test_right_that_was_given_back_is_free_at_once(first, second):
    first.release()
    assert second.renew()
    assert not first.renew()


def test_release_by_one_that_lost_the_right_takes_nothing_away(first, second, watch):
    second.renew()
    watch.time = 10
    assert second.renew()
    first.release()
    assert second.renew()
    assert not first.renew()


def test_old_writer_that_does_not_know_can_write_nothing(storage, second, watch, make, sequencer):
    storage.documents.accept(make.new_document(), None, None)
    second.renew()
    watch.time = 10
    assert second.renew()
    assert storage.lease.held()  # it was not told
    with pytest.raises(StateError, match="another process has become the writer"):
        sequencer.step()
    assert storage.log.head().size == 0
    assert not storage.lease.held()


def test_new_writer_goes_on_where_the_old_one_stood(storage, reopened, make, sequencer):
    storage.documents.accept(make.new_document(), None, None)
    sequencer.step()
    storage.documents.accept(make.new_document(make.document("REF-2")), None, None)
    other = reopened()
    with pytest.raises(StateError, match="not the writer"):
        Sequencer(other.log, make.LOG_KEY, "test").step()
    storage.lease.release()
    assert other.lease.renew()
    assert Sequencer(other.log, make.LOG_KEY, "test").step().size == 2


def test_of_many_candidates_one_becomes_the_writer(storage):
    storage.lease.release()
    candidates = [SqlLease(storage.engine) for _ in range(6)]
    threads = [threading.Thread(target=candidate.renew) for candidate in candidates]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(candidate.held() for candidate in candidates) == 1


HOLD = """
    import sys, time
    from ledger.storage.engine import open_database
    from ledger.storage.leases import SqlLease
    lease = SqlLease(open_database(sys.argv[1]))
    print(lease.renew(), flush=True)
    while True:
        time.sleep(0.05)
        lease.renew()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only there a dead process is told at once")
def test_writer_that_was_killed_on_this_machine_is_followed_at_once(storage, url):
    storage.lease.release()
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLD), url], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout.readline() == "True\n"
        assert not storage.lease.renew()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert storage.lease.renew()


def test_process_is_gone_only_if_that_is_sure():
    me = this_process()
    assert not is_gone(str(me), me)
    assert not is_gone(str(OTHER_HOST), me)
    assert not is_gone("something else", me)
    assert not is_gone(str(ProcessName(me.machine, me.pid, "", "n")), me)


@pytest.mark.skipif(sys.platform != "linux", reason="only there anything is told")
def test_process_id_that_another_process_has_now_is_told_apart():
    me = this_process()
    assert is_gone(str(ProcessName(me.machine, me.pid, "1", "n")), me)
