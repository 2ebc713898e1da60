# SPDX-License-Identifier: Apache-2.0
"""The terminal, if there is one: what to write where, and in which manner.

On a terminal: colours and a moving sign while something takes long. Else: plain lines. stdout holds
the result alone; everything else goes to stderr.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock, Timer
from typing import TYPE_CHECKING, Final, TextIO

from ledger.cli.plain import plain

if TYPE_CHECKING:
    from rich.progress import Progress

__all__ = ["Line", "Part", "busy", "emit", "emit_lines", "is_terminal", "note"]

_MOMENT_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a line; `style` is rich's, and says nothing that the text does not say too."""

    text: str
    style: str = ""


Line = tuple[Part, ...]


def is_terminal(stream: TextIO) -> bool:
    """True if a person reads along, on something that knows colours."""
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def emit(text: str) -> None:
    """Write the result to stdout, all of it, or raise `OSError`. `text` must be plain already."""
    sys.stdout.write(text if text.endswith("\n") else text + "\n")
    sys.stdout.flush()


def emit_lines(lines: list[Line]) -> None:
    """Write lines to stdout: in colour on a terminal, else as plain text."""
    if not is_terminal(sys.stdout) or os.environ.get("NO_COLOR"):
        emit("\n".join("".join(part.text for part in line).rstrip() for line in lines))
        return
    from rich.console import Console  # noqa: PLC0415 — costs start-up, and only terminals need it
    from rich.text import Text  # noqa: PLC0415 — as above

    console = Console(highlight=False, soft_wrap=True)
    for line in lines:
        console.print(Text.assemble(*((part.text, part.style) for part in line)))
    sys.stdout.flush()


def note(text: str) -> None:
    """Tell the person something that is not the result."""
    print(plain(text), file=sys.stderr, flush=True)  # noqa: T201 — this is a command line


@contextmanager
def busy(what: str) -> Iterator[None]:
    """Show on a terminal that something is under way, once it has taken longer than a moment."""
    if not is_terminal(sys.stderr):
        yield
        return
    sign = _Sign(plain(what))
    timer = Timer(_MOMENT_SECONDS, sign.show)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        sign.end()


class _Sign:
    """A moving sign on stderr. `show` and `end` come from two threads, in either order."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._lock = Lock()
        self._ended = False
        self._progress: Progress | None = None

    def show(self) -> None:
        with self._lock:
            if not self._ended:
                self._progress = _progress()
                self._progress.add_task(self._what, total=None)
                self._progress.start()

    def end(self) -> None:
        with self._lock:
            self._ended = True
            if self._progress is not None:
                self._progress.stop()


def _progress() -> "Progress":
    from rich.console import Console  # noqa: PLC0415 — costs start-up, and only terminals need it
    from rich.progress import (  # noqa: PLC0415 — as above
        Progress,
        SpinnerColumn,
        TextColumn,
        TimeElapsedColumn,
    )

    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    return Progress(*columns, console=Console(stderr=True), transient=True)
