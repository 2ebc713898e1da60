# SPDX-License-Identifier: Apache-2.0
"""The command line `corridor`. Exit codes: docs/formats.md §10–11.

Nothing is imported here but what the interpreter has loaded anyway: an import that fails outside
of `main` would end with exit code 1, and 1 means "not authentic".
"""

import sys
from collections.abc import Sequence

__all__ = ["main"]

_UNEXPECTED = 4  # ExitCode.UNDECIDED; written out because importing it may be what failed


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command, and say with which exit code the process must end.

    Args:
        arguments: the words after `corridor`; None: those of this process.

    Returns:
        0 done (for `verify`: AUTHENTIC) · 1 not authentic, or different · 2 wrong usage, or a
        file that does not parse · 3 authentic but not current · 4 everything else. 0, 1 and 3
        only after everything was written to stdout.
    """
    try:
        from ledger.cli.running import run  # noqa: PLC0415 — see above

        return run(sys.argv[1:] if arguments is None else arguments)
    except BaseException as error:  # noqa: BLE001 — whatever it is, it must not end as 1
        print(f"error: unexpected: {type(error).__name__}", file=sys.stderr)  # noqa: T201 — click may be what failed
        return _UNEXPECTED
