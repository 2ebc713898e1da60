# SPDX-License-Identifier: Apache-2.0
"""The command: sets the stage, plays every act, prints one table."""

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import click

from ledger.cli.demo.acting import Act, Result
from ledger.cli.demo.cases import acts
from ledger.cli.demo.samples import load_samples
from ledger.cli.demo.stage import Stage
from ledger.cli.demo.table import table_lines
from ledger.cli.local import PARTIES, LocalParty, make_local_ledger
from ledger.cli.processes import end_on_signals, free_port, served, start_blocks
from ledger.cli.screen import emit_lines, note
from ledger.client import Service
from ledger.localnode import LocalNodeOptions, local_node

__all__ = ["EXTRAS", "demo", "played", "staged"]

_FOLDER: Final = Path(".corridor/demo")
EXTRAS: Final = (
    LocalParty("consignee", "Example Ithalat Ltd Sti", "TR", "importer"),
    LocalParty("second-carrier", "Example Second Line", "GE", "carrier", ("bill-of-lading",)),
    LocalParty("unaccredited", "Example Chamber Without Accreditation", "JP", "chamber"),
    LocalParty("robbed", "Example Robbed Chamber", "JP", "chamber", ("certificate-of-origin",)),
)

_SPEAKING: Final = (
    *("carrier", "chamber", "exporter", "bank"),
    *(party.label for party in EXTRAS),
)


@click.command(short_help="Show a document's whole way on a local chain.")
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=_FOLDER,
    show_default=True,
    help="Where keys, database, PDFs and packages go. Emptied first.",
)
def demo(folder: Path) -> int:
    """Notarise a shipment on a local chain, then try to cheat in every known way.

    Exit codes: 0 everything came out as expected · 1 something did not.
    """
    begin = time.monotonic()
    end_on_signals()
    with staged(folder) as stage:
        results = list(played(list(acts(stage))))
    emit_lines(table_lines(results))
    wrong = [name for name, result in results if not result.holds]
    _farewell(folder, len(results), wrong, time.monotonic() - begin)
    return 1 if wrong else 0


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """Chain, contracts, parties and API, for as long as the block lasts."""
    with ExitStack() as stack:
        note("Starting a local chain (Anvil)")
        anvil = stack.enter_context(local_node(LocalNodeOptions(block_seconds=None)))
        port = free_port()
        ledger = make_local_ledger(
            folder, anvil, port, lambda line: note(f"  {line}"), (*PARTIES, *EXTRAS)
        )
        start_blocks(anvil)
        tokens = ledger.tokens(*_SPEAKING)
        note("Starting the API")
        service = ExitStack()
        stack.callback(service.close)
        url = service.enter_context(served(ledger, port))
        clients = {label: Service(url, token) for label, token in tokens.items()}
        samples = load_samples(int(time.time()))
        papers = folder / "documents"
        papers.mkdir()
        yield Stage(ledger, anvil, clients, samples, papers, service.close)


def played(all_acts: list[Act]) -> Iterator[tuple[str, Result]]:
    """Hand everything in first, so that it is anchored together; then finish act by act."""
    note("Notarising, issuing a title, forging; all parties are invented")
    prepared = [(act, act.prepare()) for act in all_acts]
    note("Waiting until everything is final, then verifying as customs would")
    for act, given in prepared:
        yield act.name, act.finish(given)


def _farewell(folder: Path, total: int, wrong: list[str], seconds: float) -> None:
    papers = folder / "documents"
    bill = papers / "XMPL260200001.corridor.json"
    certificate = papers / "XCCI-2026-000117.corridor.json"
    if wrong:
        note(f"{len(wrong)} of {total} cases did not come out as expected: {', '.join(wrong)}")
    else:
        note(f"All {total} cases came out as expected, in {seconds:.0f} s.")
    note("Try next:")
    command = Path(sys.argv[0]).name if Path(sys.argv[0]).name == "corridor" else "corridor"
    prefix = ".venv/bin/" if Path(".venv/bin/corridor").exists() else ""
    note(f"  {prefix}{command} redact {bill} --list")
    note(f"  {prefix}{command} diff {bill} {certificate}")
    note("  make serve")
