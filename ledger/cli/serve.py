# SPDX-License-Identifier: Apache-2.0
"""`corridor serve`: the API and its worker, from settings; or a whole local ledger to play with."""

import os
from pathlib import Path
from typing import Final

import click

from ledger.cli.files import save
from ledger.cli.screen import note
from ledger.settings import read_settings

__all__ = ["serve"]

_FOLDER: Final = Path(".corridor/local")
_SPEAKING: Final = ("exporter", "carrier", "bank", "customs-altynkol")
_TRUST: Final = Path("deployments/local.json")
_APPLICATION: Final = "api.server:application"  # by name: the command line may not import the api


@click.command(short_help="Run the service.")
@click.option(
    "--local",
    is_flag=True,
    help="Start a fresh local chain with invented parties first; everything ends with it.",
)
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=_FOLDER,
    show_default=True,
    help="With --local: where keys and database go. Emptied first.",
)
def serve(*, local: bool, folder: Path) -> int:
    """Run the API and the worker that sequences and anchors, until it is interrupted.

    Settings are CORRIDOR_* variables or the file that CORRIDOR_CONFIG names; see docs/cli.md.
    """
    if local:
        return _serve_local(folder)
    _run()
    return 0


def _run() -> None:
    import uvicorn  # noqa: PLC0415 — only this command needs it

    settings = read_settings()
    uvicorn.run(
        _APPLICATION,
        factory=True,
        host=settings.api_host,
        port=settings.api_port,
        log_level="warning",
        access_log=False,  # the api writes its own, without what a query may hold
        server_header=False,
        timeout_graceful_shutdown=10,
    )


def _serve_local(folder: Path) -> int:
    from ledger.cli.local import make_local_ledger  # noqa: PLC0415 — web3 and all that
    from ledger.cli.processes import (  # noqa: PLC0415 — as above
        check_port,
        end_on_signals,
        start_blocks,
    )
    from ledger.localnode import LocalNodeOptions, local_node  # noqa: PLC0415 — as above

    port = read_settings().api_port
    check_port(port)
    end_on_signals()
    with local_node(LocalNodeOptions(block_seconds=None)) as anvil:
        ledger = make_local_ledger(folder, anvil, port, lambda line: note(f"  {line}"))
        start_blocks(anvil)
        _TRUST.parent.mkdir(exist_ok=True)
        _TRUST.write_bytes(ledger.trust.file_bytes())
        note(f"Chain   {anvil.url}")
        note(f"API     http://127.0.0.1:{port}")
        note(f"Trust   {_TRUST}")
        for label, token in ledger.tokens(*_SPEAKING).items():
            file = folder / f"{label}.token"
            save(file, f"{token}\n".encode(), force=False, private=True)
            note(f"Party   {label}: {ledger.parties[label]}")
            note(f"Token   {label}: {token}, in {file}")
        note("Local and for one day only; all parties are invented. Ctrl-C ends everything.")
        os.environ.update(ledger.environment)
        _run()
    return 0
