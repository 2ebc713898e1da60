# SPDX-License-Identifier: Apache-2.0
"""The worker: sequences and anchors, again and again, until it is told to stop."""

import logging
import threading
from collections.abc import Callable
from typing import Final

from ledger.anchorer import Anchorer
from ledger.errors import ChainError, ConfigurationError, LedgerError, StateError
from ledger.sequencer import Sequencer

__all__ = ["Worker"]

_PAUSE_SECONDS: Final = 0.2
_LONGEST_PAUSE_SECONDS: Final = 10.0
_STOP_SECONDS: Final = 30.0
_log = logging.getLogger("corridor.worker")


class Worker:
    """One thread. A failing chain makes it wait longer; a fatal fault makes it stop and say so."""

    def __init__(
        self, sequencer: Sequencer, anchorer: Anchorer, check: Callable[[], object]
    ) -> None:
        """Nothing runs yet.

        Args:
            sequencer: takes the log forward.
            anchorer: takes its heads to the chain.
            check: the start-up check (docs/storage.md); nothing is written before it has passed.
        """
        self._sequencer = sequencer
        self._anchorer = anchorer
        self._check = check
        self._checked = False
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self.fault: ConfigurationError | None = None

    def start(self) -> None:
        """Begin; again is harmless."""
        if self._thread is None:
            self._thread = threading.Thread(target=self.run, name="corridor-worker", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """Finish the step under way, and end."""
        self._stopping.set()
        if self._thread is not None:
            self._thread.join(_STOP_SECONDS)

    @property
    def trouble(self) -> str | None:
        """Why nothing is recorded any more; None while it works, or was never started here."""
        if self.fault is not None:
            return self.fault.slug
        ended = self._thread is not None and not self._thread.is_alive()
        return "ended" if ended and not self._stopping.is_set() else None

    def run(self) -> None:
        """Work in this thread until `stop`.

        Two at once do no harm (the database's compare-and-swap decides), but only one gets on.
        """
        pause = _PAUSE_SECONDS
        while not self._stopping.is_set():
            try:
                busy = self.step()
                pause = 0.0 if busy else _PAUSE_SECONDS
            except StateError as error:
                _log.info("another sequencer was faster: %s", error)
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

    def step(self) -> bool:
        """Log what is pending, and move anchors on.

        Returns:
            True if statements were logged: there may be more.
        """
        if not self._checked:
            self._check()
            self._checked = True
        head = self._sequencer.step()
        if head is not None:
            _log.info("log has %d entries", head.size)
        for done in self._anchorer.step():
            _log.info("anchor of size %d: %s", done.size, done.act)
        return head is not None
