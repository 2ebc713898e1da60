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
from typing import TextIO

from ledger.cli.plain import plain

__all__ = ["Line", "Part", "busy", "emit", "emit_lines", "is_terminal", "note"]


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
    """Show on a terminal that something is under way, if it takes longer than a moment."""
    if not is_terminal(sys.stderr):
        yield
        return
    from rich.console import Console  # noqa: PLC0415 — as above
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415 — as above

    columns = SpinnerColumn(), TextColumn("{task.description}", markup=False), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        progress.add_task(plain(what), total=None)
        yield
