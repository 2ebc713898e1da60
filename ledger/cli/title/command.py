# SPDX-License-Identifier: Apache-2.0
"""The group `corridor title`, in the order of a title's life."""

from typing import Final

import click

from ledger.cli.title.acting import (
    accept,
    accept_surrender,
    nominate,
    pause,
    refuse_surrender,
    reject,
    surrender,
    take_back,
    transfer,
    unpause,
)
from ledger.cli.title.issuing import issue, reserve
from ledger.cli.title.planning import plan
from ledger.cli.title.reissuing import combine, split
from ledger.cli.title.showing import act, show

__all__ = ["title"]

_COMMANDS: Final = (
    *(reserve, issue, show, act),
    *(nominate, transfer, accept, reject, take_back),
    *(surrender, accept_surrender, refuse_surrender),
    *(plan, split, combine),
    *(pause, unpause),
)


class _InOrder(click.Group):
    """Lists its commands as they were added: in the order of a title's life."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List them."""
        del ctx
        return list(self.commands)


@click.group(
    cls=_InOrder, no_args_is_help=False, short_help="Issue, pass on and surrender a bill's title."
)
def title() -> None:
    """Issue, pass on and surrender the title to a negotiable bill of lading.

    TITLE is what `reserve` and `show` write, whole or its last part: 0x and 64 hex digits. Parties
    are named by their ids. Your key at the service signs, the service carries the act to the chain
    and pays for it.
    """


for _each in _COMMANDS:
    title.add_command(_each)
