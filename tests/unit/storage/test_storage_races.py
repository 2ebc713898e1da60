# SPDX-License-Identifier: Apache-2.0
"""Two at once: threads of one process, and processes on one file."""

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import delete

from ledger.errors import IdempotencyConflictError, ReferenceAlreadyUsedError, StateError
from ledger.primitives import Digest
from ledger.sequencer import Sequencer
from ledger.storage.engine import writing
from ledger.storage.group_commit import GROUP_LIMIT, GroupCommit
from ledger.storage.tables import claims, holdings, pending

SPAWN = multiprocessing.get_context("fork")


def together(count, act):
    """Run `act(0)` … `act(count − 1)` at the same moment; return results and LedgerErrors."""
    barrier = threading.Barrier(count)

    def one(index):
        barrier.wait()
        try:
            return act(index)
        except (IdempotencyConflictError, ReferenceAlreadyUsedError, StateError) as error:
            return error

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))


def in_processes(count, act):
    """The same, in processes of their own. `act` must open its own database."""
    results = SPAWN.Queue()
    barrier = SPAWN.Barrier(count)

    def one(index):
        barrier.wait()
        try:
            results.put(act(index))
        except StateError as error:
            results.put(type(error).__name__)

    started = [SPAWN.Process(target=one, args=(index,)) for index in range(count)]
    for process in started:
        process.start()
    answers = [results.get(timeout=60) for _ in started]
    for process in started:
        process.join()
    return answers


def test_same_document_from_many_threads_is_accepted_once(storage, make):
    results = together(8, lambda _: storage.documents.accept(make.new_document(), None, None))
    assert sum(result.created for result in results) == 1
    assert len({result.statement for result in results}) == 1
    assert len(storage.log.pending(99)) == 1


def test_same_key_with_many_bodies_serves_one(storage, make):
    def act(index):
        doc = make.document(f"REF-{index}")
        return storage.documents.accept(make.new_document(doc), "key", make.number(index))

    results = together(8, act)
    conflicts = [item for item in results if isinstance(item, IdempotencyConflictError)]
    assert len(conflicts) == 7
    assert len(storage.log.pending(99)) == 1


def test_different_documents_share_commits_and_all_arrive(storage, make):
    made = [make.new_document(make.document(f"REF-{index}")) for index in range(64)]
    results = together(64, lambda index: storage.documents.accept(made[index], None, None))
    assert all(result.created for result in results)
    assert len(storage.log.pending(99)) == 64
    for new, result in zip(made, results, strict=True):
        assert result.commitment == new.documents[0].commitment


def test_replacements_at_once_leave_one_chain(storage, make):
    first = storage.documents.accept(make.new_document(), None, None)

    def act(index):
        doc = make.document(note=f"amended {index}", replaces=(first.commitment,))
        return storage.documents.accept(make.new_document(doc), None, None)

    results = together(6, act)
    assert sum(isinstance(item, ReferenceAlreadyUsedError) for item in results) == 5


def test_same_document_from_many_processes_is_accepted_once(storage, reopened, make):
    storage.close()  # no connection crosses a fork

    def act(index):
        own = reopened()
        accepted = own.documents.accept(make.new_document(), f"key-{index}", make.number(1))
        return accepted.created, accepted.statement.raw

    results = in_processes(4, act)
    assert sorted(created for created, _ in results) == [False, False, False, True]
    assert len({statement for _, statement in results}) == 1


def test_two_sequencers_cannot_both_write(storage, reopened, make):
    for index in range(40):
        storage.documents.accept(make.stated((make.number(index),)), None, None)
    storage.close()

    def act(_index):
        own = reopened()
        own.lease._patience = 0  # whoever looks takes the right away from who has it
        sequencer = Sequencer(own.log, make.LOG_KEY, "test")
        steps = lost = 0
        while True:
            try:
                own.lease.renew()
                if sequencer.step(3) is None:
                    return steps, lost
                steps += 1
            except StateError:
                lost += 1

    results = in_processes(3, act)
    after = reopened()
    assert after.log.head().size == 40
    assert sum(steps for steps, _ in results) == len(after.log.signed_heads(0, 99))
    report = Sequencer(after.log, make.LOG_KEY, "test").check()
    assert report.head.size == 40


def test_process_that_dies_in_a_transaction_leaves_nothing(storage, reopened, make):
    storage.documents.accept(make.new_document(), None, None)
    storage.close()

    def die():
        with writing(reopened().engine) as connection:
            for table in (pending, claims, holdings):
                connection.execute(delete(table))
            os.kill(os.getpid(), signal.SIGKILL)

    process = SPAWN.Process(target=die)
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    after = reopened()
    assert len(after.log.pending(9)) == 1
    assert len(after.documents.summaries(make.PARTY, "REF-4711", 9)) == 1


def told_until_killed(process, told):
    """Start it, hear 25 messages, kill it, and return these and what it had said besides."""
    process.start()
    heard = [told.recv_bytes() for _ in range(25)]
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    while told.poll():
        heard.append(told.recv_bytes())
    return heard


def test_what_was_acknowledged_before_a_kill_is_there(storage, reopened, make):
    storage.lease.release()
    storage.close()
    told, tell = SPAWN.Pipe(duplex=False)

    def work():
        own = reopened()
        assert own.lease.renew()
        sequencer = Sequencer(own.log, make.LOG_KEY, "test")
        for index in range(10_000):
            new = make.new_document(make.document(f"REF-{index}"))
            tell.send_bytes(own.documents.accept(new, None, None).statement.raw)
            if index % 3 == 0:
                sequencer.step()

    acknowledged = told_until_killed(SPAWN.Process(target=work), told)
    after = reopened()
    for raw in acknowledged:
        (commitment,) = after.documents.statement(Digest(raw)).commitments
        assert after.documents.document(commitment).statements == (Digest(raw),)
    assert after.lease.renew()  # the one that was killed has no longer the right to write
    sequencer = Sequencer(after.log, make.LOG_KEY, "test")
    sequencer.step()
    assert after.log.pending(9) == ()
    assert sequencer.check().head.size >= len(acknowledged)


def test_group_is_what_arrived_while_the_last_one_was_written():
    entered, leave = threading.Event(), threading.Event()
    groups = []

    def commit(items):
        groups.append(list(items))
        entered.set()
        leave.wait(10)
        return [item * 2 for item in items]

    group = GroupCommit(commit)
    with ThreadPoolExecutor(9) as pool:
        first = pool.submit(group.run, 0)
        entered.wait(10)
        rest = [pool.submit(group.run, item) for item in range(1, 9)]
        while len(group._waiting) < 8:
            pass
        leave.set()
        assert first.result() == 0
        assert [item.result() for item in rest] == [item * 2 for item in range(1, 9)]
    assert len(groups) == 2
    assert sorted(groups[1]) == list(range(1, 9))


def test_failure_reaches_everyone_in_the_group_and_nobody_else():
    def commit(items):
        if -1 in items:
            raise ZeroDivisionError
        return items

    group = GroupCommit(commit)
    with pytest.raises(ZeroDivisionError):
        group.run(-1)
    assert group.run(5) == 5
    assert GROUP_LIMIT == 256
