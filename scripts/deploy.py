# SPDX-License-Identifier: Apache-2.0
"""`ape run deploy`: the same as `corridor deploy`, with the same options and exit codes.

It uses our own keys and node settings (CORRIDOR_*), not Ape's accounts and networks: a ledger that
is deployed either way is the same. `ledger.cli` imports nothing before it runs.
"""

import sys

import click

from ledger.cli import main


@click.command(
    short_help="Deploy a ledger: see `ape run deploy --help`.",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def cli(words: tuple[str, ...]) -> None:
    """Put the contracts on a chain; write its trust file."""
    sys.exit(main(["deploy", *words]))
