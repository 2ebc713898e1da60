# SPDX-License-Identifier: Apache-2.0
"""One run of `corridor`: every way to end becomes one of five exit codes and at most one line."""

import contextlib
import os
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import click

from ledger.cli.commands import corridor
from ledger.cli.plain import plain
from ledger.errors import ChainRejectedError, InvalidInputError, LedgerError
from ledger.refusals import SENTENCES, refusal_of
from ledger.verification.verdicts import ExitCode

__all__ = ["run"]

_DEBUG: Final = "CORRIDOR_DEBUG"
_CODES: Final = frozenset(int(code) for code in ExitCode)


def run(arguments: Sequence[str]) -> int:
    """Run one command; nothing escapes.

    Only a command that returned an exit code, and whose output reached stdout, ends with 0, 1 or 3.
    """
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")  # no name of a file may break the report
    try:
        code = corridor.main(list(arguments), prog_name="corridor", standalone_mode=False)
        sys.stdout.flush()
    except BaseException as error:  # noqa: BLE001 — the one place where everything ends
        return _ended(error)
    if code is None:
        return ExitCode.AUTHENTIC
    return code if code in _CODES else ExitCode.UNDECIDED


def _ended(error: BaseException) -> ExitCode:
    """Say in one line why it ended, and choose the exit code."""
    if os.environ.get(_DEBUG) == "1":
        traceback.print_exception(error)
    code, line = _explained(error)
    _let_go_of_stdout()
    with contextlib.suppress(OSError, ValueError):
        print(plain(line), file=sys.stderr, flush=True)  # noqa: T201 — this is a command line
    return code


def _explained(error: BaseException) -> tuple[ExitCode, str]:
    if isinstance(error, SystemExit) and isinstance(error.__context__, Exception):
        return _explained(error.__context__)  # click turns a broken pipe into exit code 1
    code = ExitCode.UNDECIDED
    if isinstance(error, InvalidInputError | click.UsageError | click.FileError):
        code = ExitCode.USAGE
    for kind, explain in _LINES.items():
        if isinstance(error, kind):
            return code, f"error: {explain(error)}"
    # The text of an unforeseen failure may hold anything, so only its kind is shown.
    return code, f"error: unexpected: {type(error).__name__} (set {_DEBUG}=1 to see where)"


def _usage(error: click.UsageError) -> str:
    path = error.ctx.command_path if error.ctx is not None else "corridor"
    message = " ".join(error.format_message().split())
    return f"usage: {message} Try '{path} --help'."


def _missing(error: ModuleNotFoundError) -> str:
    return (
        f"not-installed: this command needs {error.name}; "
        "install corridor-ledger with its extra 'service'"
    )


def _system(error: OSError) -> str:
    place = f"{error.filename}: " if error.filename else ""
    return f"system: {place}{error.strerror or type(error).__name__}"


def _refused(error: ChainRejectedError) -> str:
    """The contract's error as a sentence, if it is not one already."""
    refusal = refusal_of(str(error))
    told = f"{refusal.sentence} ({refusal.code})" if refusal.code in SENTENCES else str(error)
    return f"{error.slug}: {told}"


# The first kind that fits explains the failure; the narrower ones stand first.
_LINES: Final[Mapping[type[BaseException], Callable[[Any], str]]] = {
    click.UsageError: _usage,
    click.FileError: lambda error: f"usage: {error.format_message()}",
    click.ClickException: lambda error: f"unexpected: {error.format_message()}",
    ChainRejectedError: _refused,
    LedgerError: lambda error: f"{error.slug}: {error}",
    KeyboardInterrupt: lambda _: "interrupted: nothing was decided",
    click.Abort: lambda _: "interrupted: nothing was decided",
    BrokenPipeError: lambda _: "output: whoever read the output closed it too early",
    ModuleNotFoundError: _missing,
    OSError: _system,
}


def _let_go_of_stdout() -> None:
    """Keep the interpreter from flushing a broken stdout once more when it ends (exit code 120)."""
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        with contextlib.suppress(OSError, ValueError):
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, sys.stdout.fileno())
            os.close(nowhere)
