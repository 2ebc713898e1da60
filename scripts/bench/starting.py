# SPDX-License-Identifier: Apache-2.0
"""How long a customs officer waits for the command itself: whole processes."""

import os
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Sequence
from pathlib import Path

from scripts.bench.measuring import Row, compared, row, times_ms
from scripts.bench.verifying import MILLISECONDS
from scripts.bench.world import World

__all__ = ["starting_rows"]


def starting_rows(world: World, rounds: int) -> Sequence[Row]:
    """Start `corridor verify` for its help, and for a verdict; beside an interpreter that ends."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        package, trust = folder / "bl.corridor.json", folder / "trust.json"
        package.write_bytes(world.package.file_bytes())
        trust.write_bytes(world.trust.file_bytes())
        verify = _corridor("verify")
        whole = [*verify, str(package), "--node", world.anvil.url, "--trust", str(trust)]
        found = times_ms(
            {
                "nothing": lambda: _run([sys.executable, "-c", "pass"]),
                "help": lambda: _run([*verify, "--help"]),
                "whole": lambda: _run(whole),
            },
            rounds,
        )
    unit = MILLISECONDS
    against = {
        name: compared("python -c pass", unit, found[name], found["nothing"])
        for name in ("help", "whole")
    }
    return (
        row("process: corridor verify --help", unit, found["help"], against["help"]),
        row("process: corridor verify, to a verdict", unit, found["whole"], against["whole"]),
    )


def _corridor(*words: str) -> list[str]:
    """The command as it was installed beside this interpreter."""
    installed = Path(sysconfig.get_path("scripts")) / "corridor"
    start = [str(installed)] if installed.exists() else [sys.executable, "-m", "ledger.cli"]
    return [*start, *words]


def _run(command: list[str]) -> None:
    """Exit code 0 or an error: for `verify`, 0 says AUTHENTIC. Bytecode is kept, as by `make`."""
    variables = {key: value for key, value in os.environ.items() if key not in _UNWANTED}
    subprocess.run(  # noqa: S603 — our own commands, no shell
        command, check=True, stdin=subprocess.DEVNULL, capture_output=True, env=variables
    )


_UNWANTED = frozenset({"PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "CORRIDOR_NODE", "CORRIDOR_TRUST"})
