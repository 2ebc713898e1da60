# SPDX-License-Identifier: Apache-2.0
"""The worker outlives what goes wrong, and says so when it does not."""

import threading

import pytest

from ledger.errors import (
    ChainUnavailableError,
    ConfigurationError,
    OverloadedError,
    StateError,
)
from ledger.wiring_service import worker as module
from ledger.wiring_service.worker import RelayWorker, Worker


class Steps:
    """A sequencer and an anchorer in one that fails as it is told, then works."""

    def __init__(self, *failures):
        self.failures = list(failures)
        self.worked = threading.Event()

    def step(self):
        if self.failures:
            raise self.failures.pop(0)
        self.worked.set()
        return None if self.worked.is_set() else ()


class Held:
    """The right to write, of somebody who is alone."""

    beat_seconds = 0.01

    def __init__(self, answers=()):
        self.answers = list(answers)

    def held(self):
        return self.answers.pop(0) if self.answers else True


class Nothing:
    def step(self):
        return ()


@pytest.fixture(autouse=True)
def _soon(monkeypatch):
    monkeypatch.setattr(module, "_LONGEST_PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(module, "_PAUSE_SECONDS", 0.01)


@pytest.mark.parametrize(
    "failure",
    [
        StateError("another was faster"),
        ChainUnavailableError("down"),
        TypeError("a node sent null"),
        MemoryError(),
        KeyError("x"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_worker_works_again_after_a_failure(failure):
    steps = Steps(failure, failure)
    worker = Worker(steps, Nothing(), lambda: None, Held())
    worker.start()
    try:
        assert steps.worked.wait(10)
        assert worker.trouble is None
    finally:
        worker.stop()


def test_worker_writes_nothing_before_the_start_up_check_passed():
    steps, answers = Steps(), [ChainUnavailableError("down"), None]

    def check():
        answer = answers.pop(0)
        if answer is not None:
            assert not steps.worked.is_set()
            raise answer

    worker = Worker(steps, Nothing(), check, Held())
    worker.start()
    try:
        assert steps.worked.wait(10)
    finally:
        worker.stop()
    assert answers == []


def test_worker_that_must_not_write_says_why():
    worker = Worker(
        Steps(ConfigurationError("the database is older")), Nothing(), lambda: None, Held()
    )
    worker.run()
    assert worker.trouble == "misconfigured"


def test_relay_worker_works_again_after_a_failure():
    steps = Steps(ChainUnavailableError("down"), StateError("another was faster"))
    worker = RelayWorker(Acts(steps), Held())
    worker.start()
    try:
        assert steps.worked.wait(10)
        worker.check()
    finally:
        worker.stop()


def test_relay_worker_that_must_not_carry_takes_nothing():
    worker = RelayWorker(Acts(Steps(ConfigurationError("an act was changed"))), Held())
    worker.check()
    worker.run()
    with pytest.raises(OverloadedError, match="misconfigured"):
        worker.check()


class Acts:
    """A relay over `Steps`."""

    def __init__(self, steps):
        self.steps = steps

    def step(self):
        self.steps.step()
        return ()


def test_worker_that_becomes_the_writer_again_checks_anew():
    steps, checks = Steps(), []
    worker = Worker(steps, Nothing(), lambda: checks.append(1), Held([False, True, False, True]))
    for _ in range(4):
        worker.step()
    assert len(checks) == 2


def test_worker_that_is_not_the_writer_does_nothing():
    steps = Steps()
    worker = Worker(steps, Nothing(), lambda: pytest.fail("checked"), Held([False]))
    assert worker.step() is False
    assert not steps.worked.is_set()
