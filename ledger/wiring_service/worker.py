# SPDX-License-Identifier: Apache-2.0
"""The workers: what goes on again and again, each in a thread of its own, until told to stop."""

import logging
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from ledger.anchorer import Anchorer
from ledger.errors import (
    ChainError,
    ConfigurationError,
    LedgerError,
    OverloadedError,
    StateError,
)
from ledger.ports.leasing import WriterLease
from ledger.relay import Relay
from ledger.sequencer import Sequencer

__all__ = ["Keeper", "RelayWorker", "Worker"]

_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 30.0
_RETRY_AFTER_SECONDS: Final = 30
_log = logging.getLogger("corridor.worker")


class _Loop(ABC):
    """One thread. A failing chain makes it wait longer; a fatal fault makes it stop and say so."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.fault: ConfigurationError | None = None

    @abstractmethod
    def step(self) -> bool:
        """Do what there is to do; True if there may be more at once."""

    def start(self) -> None:
        """Begin; again is harmless."""
        if self._thread is None:
            self._thread = threading.Thread(target=self.run, name=self._name, daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the step under way, and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    @property
    def trouble(self) -> str | None:
        """Why nothing goes on any more; None while it works, or was never started here."""
        if self.fault is not None:
            return self.fault.slug
        ended = self._thread is not None and not self._thread.is_alive()
        return "ended" if ended and not self._stopping.is_set() else None

    def run(self) -> None:
        """Work in this thread until `stop`.

        Two at once do no harm (the database decides), but only one gets on.
        """
        pause = _PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                busy = self.step()
                pause = 0.0 if busy else _PAUSE_SECONDS
            except StateError as error:
                _log.info("another one was faster: %s", error)
                pause = _PAUSE_SECONDS
            except ChainError as error:
                pause = min(max(pause, _PAUSE_SECONDS) * 2, _LONGEST_PAUSE_SECONDS)
                _log.warning("%s: %s; again in %.1f s", error.slug, error, pause)
            except ConfigurationError as error:
                self.fault = error
                _log.critical("stopped, and will write nothing: %s", error)
                return
            except LedgerError as error:
                pause = _LONGEST_PAUSE_SECONDS
                _log.error("%s: %s", error.slug, error)
            except Exception as error:  # noqa: BLE001 — a thread that dies breaks every promise
                # The class only: the text of an unforeseen failure may hold anything.
                pause = _LONGEST_PAUSE_SECONDS
                _log.critical("unforeseen %s; again in %.1f s", type(error).__name__, pause)
            self._stopping.wait(pause)


class Keeper(_Loop):
    """Keeps the right to write, or waits for it: of all processes one is the writer."""

    def __init__(self, lease: WriterLease) -> None:
        """Nothing runs yet."""
        super().__init__("corridor-lease")
        self._lease = lease

    def step(self) -> bool:
        """Show life, or look whether the writer is gone."""
        before = self._lease.held()
        try:
            now = self._lease.renew()
            if now != before:
                _log.info("this process is %s", "the writer" if now else "not the writer any more")
        except LedgerError as error:
            # A database that is away for a moment costs nobody the right: no one can take it.
            _log.warning("%s: %s", error.slug, error)
        self._stopping.wait(self._lease.beat_seconds)
        return False

    def release(self) -> None:
        """Let the next writer begin at once. A database that does not answer finds out itself."""
        try:
            self._lease.release()
        except LedgerError as error:
            _log.warning("the right to write was not given back: %s", error)


class Worker(_Loop):
    """Sequences and anchors, while this process is the writer."""

    def __init__(
        self,
        sequencer: Sequencer,
        anchorer: Anchorer,
        check: Callable[[], object],
        lease: WriterLease,
    ) -> None:
        """Nothing runs yet.

        Args:
            sequencer: takes the log forward.
            anchorer: takes its heads to the chain.
            check: the start-up check (docs/storage.md); nothing is written before it has passed,
                each time that this process becomes the writer.
            lease: says whether it is.
        """
        super().__init__("corridor-worker")
        self._lease = lease
        self._sequencer = sequencer
        self._anchorer = anchorer
        self._check = check
        self._checked = False

    def step(self) -> bool:
        """Log what is pending, and move anchors on.

        Returns:
            True if statements were logged: there may be more.
        """
        if not self._lease.held():
            self._checked = False
            return False
        if not self._checked:
            self._check()
            self._checked = True
        head = self._sequencer.step()
        if head is not None:
            _log.info("log has %d entries", head.size)
        for done in self._anchorer.step():
            _log.info("anchor of size %d: %s", done.size, done.act)
        return head is not None


class RelayWorker(_Loop):
    """Carries signed acts; apart, so that neither anchoring nor carrying waits for the other."""

    def __init__(self, relay: Relay, lease: WriterLease) -> None:
        """Nothing runs yet."""
        super().__init__("corridor-relay")
        self._relay = relay
        self._lease = lease

    def step(self) -> bool:
        """Move acts on, while this process is the writer; True if one moved."""
        if not self._lease.held():
            return False
        done = self._relay.step()
        for item in done:
            _log.info("act %s: %s", item.act, item.state)
        return bool(done)

    def check(self) -> None:
        """Promise nothing while nothing is carried.

        Raises:
            OverloadedError: carrying has stopped.
        """
        if self.trouble is not None:
            raise OverloadedError(
                f"carrying has stopped ({self.trouble}); nothing is taken", _RETRY_AFTER_SECONDS
            )
