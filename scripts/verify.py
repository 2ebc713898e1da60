# SPDX-License-Identifier: Apache-2.0
"""`ape run verify`: the same as `corridor verify`, with the same options and exit codes.

Ape loads this file for its list of scripts; `ledger.cli` imports nothing before it runs.
"""

import sys

import click

from ledger.cli import main


@click.command(
    short_help="Check a document: see `ape run verify --help`.",
    add_help_option=False,
    context_settings={"ignore_unknown_options": True},
)
@click.argument("words", nargs=-1, type=click.UNPROCESSED)
def cli(words: tuple[str, ...]) -> None:
    """Check a document and say whether to rely on it."""
    sys.exit(main(["verify", *words]))
