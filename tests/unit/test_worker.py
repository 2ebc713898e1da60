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
    worker = Worker(steps, Nothing(), lambda: None)
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

    worker = Worker(steps, Nothing(), check)
    worker.start()
    try:
        assert steps.worked.wait(10)
    finally:
        worker.stop()
    assert answers == []


def test_worker_that_must_not_write_says_why():
    worker = Worker(Steps(ConfigurationError("the database is older")), Nothing(), lambda: None)
    worker.run()
    assert worker.trouble == "misconfigured"


def test_relay_worker_works_again_after_a_failure():
    steps = Steps(ChainUnavailableError("down"), StateError("another was faster"))
    worker = RelayWorker(Acts(steps))
    worker.start()
    try:
        assert steps.worked.wait(10)
        worker.check()
    finally:
        worker.stop()


def test_relay_worker_that_must_not_carry_takes_nothing():
    worker = RelayWorker(Acts(Steps(ConfigurationError("an act was changed"))))
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
