# SPDX-License-Identifier: Apache-2.0
"""The command line of the benchmark. stdout holds the table alone."""

import gc
from typing import Final

import click

from scripts.bench.documents import package_rows, sealing_rows, statement_rows
from scripts.bench.measuring import Row
from scripts.bench.starting import starting_rows
from scripts.bench.table import Machine, json_text, table
from scripts.bench.verifying import verifying_rows
from scripts.bench.world import world

__all__ = ["bench"]

_ROUNDS: Final = 9


@click.command()
@click.option(
    "--rounds",
    type=click.IntRange(min=1, max=1000),
    default=_ROUNDS,
    show_default=True,
    help="How often each thing is measured; below 7 is for trying it out.",
)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def bench(rounds: int, *, as_json: bool) -> None:
    """Measure what the documentation claims, beside ceilings and peers, in less than a minute."""
    machine = Machine.here()
    write = json_text if as_json else table
    click.echo(write(_measured(rounds), machine))


def _measured(rounds: int) -> list[Row]:
    # What setting up needs (web3) is not what is measured: the collector need not walk through it.
    gc.collect()
    gc.freeze()
    rows = [*sealing_rows(rounds), *statement_rows(rounds)]
    with world() as chain:
        gc.collect()
        gc.freeze()
        rows += package_rows(chain.package, rounds)
        rows += verifying_rows(chain, rounds)
        rows += starting_rows(chain, rounds)
    return rows
