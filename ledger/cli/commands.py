# SPDX-License-Identifier: Apache-2.0
"""Which commands there are, and in which module. A module is imported when its command is used.

So `corridor verify` never pays for a database, a web framework or a signing library, and a customs
office need not even have them installed (pyproject.toml, [tool.importlinter]).
"""

import importlib
import importlib.util
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import click

__all__ = ["COMMANDS", "Place", "corridor"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a command is: a module, and the name of the `click.Command` in it."""

    module: str
    name: str
    help: str


_VERIFYING: Final = "Check documents (no account, no service)"
_CLIENT: Final = "Speak with a service (needs an access token)"
_OPERATING: Final = "Operate a service (on its own machine)"

COMMANDS: Final[Mapping[str, Mapping[str, Place]]] = MappingProxyType(
    {
        _VERIFYING: {
            "verify": Place("verify", "verify", "Check a document and say whether to rely on it."),
            "redact": Place("redact", "redact", "Hide values of a document; it still verifies."),
            "diff": Place("diff", "diff", "Name the fields in which two documents differ."),
        },
        _CLIENT: {
            "notarise": Place("notarise", "notarise", "Hand in a document to be notarised."),
            "status": Place("holdings", "status", "Show how far a document has come."),
            "package": Place("holdings", "package", "Save the package of a notarised document."),
            "revoke": Place("standing", "revoke", "Withdraw a document for good."),
            "suspend": Place("standing", "suspend", "Put a document on hold."),
            "resume": Place("standing", "resume", "Put a suspended document in force again."),
            "supersede": Place("standing", "supersede", "Replace a document by another for good."),
            "title": Place("title", "title", "Issue, pass on and surrender a bill's title."),
            "sign-act": Place("sign_act", "sign_act", "Sign an act with a key that you keep."),
        },
        _OPERATING: {
            "demo": Place("demo", "demo", "Show a document's whole way on a local chain."),
            "serve": Place("serve", "serve", "Run the service: API and worker."),
            "deploy": Place(
                "deploy", "deploy", "Put the contracts on a chain; write its trust file."
            ),
            "party": Place("party", "party", "Register parties, their keys and accreditations."),
            "token": Place("tokens", "token", "Create, list and withdraw access tokens."),
            "relay": Place("relay", "relay", "Carry a signed act to the chain, and pay for it."),
        },
    }
)


class _Corridor(click.Group):
    """A group that imports a command's module when the command is used, and not before."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """List what is there, in the order of `COMMANDS`."""
        del ctx
        return [name for section in COMMANDS.values() for name in section if _exists(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command; None if there is none of that name."""
        del ctx
        place = _place(cmd_name)
        if place is None or not _exists(cmd_name):
            return None
        command = getattr(importlib.import_module(f"ledger.cli.{place.module}"), place.name)
        if not isinstance(command, click.Command):
            raise TypeError(f"ledger.cli.{place.module}.{place.name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list by sections, without importing any of them."""
        del ctx
        for title, section in COMMANDS.items():
            rows = [(name, place.help) for name, place in section.items() if _exists(name)]
            if rows:
                with formatter.section(title):
                    formatter.write_dl(rows)


def _place(name: str) -> Place | None:
    return next((section[name] for section in COMMANDS.values() if name in section), None)


def _exists(name: str) -> bool:
    place = _place(name)
    return place is not None and importlib.util.find_spec(f"ledger.cli.{place.module}") is not None


def _version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:  # noqa: FBT001 — click calls it so
    if wanted:
        from importlib import metadata  # noqa: PLC0415 — costs start-up

        click.echo(f"corridor {metadata.version('corridor-ledger')}")
        ctx.exit()


@click.group(
    cls=_Corridor,
    no_args_is_help=False,  # `corridor $UNSET` must not end with 0
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, or authentic · 1 not authentic, or different · 2 wrong usage or an"
    " unreadable file · 3 authentic but not in force · 4 undecided, and everything unexpected.",
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Show the version.",
)
def corridor() -> None:
    """Notarise trade documents of the Middle Corridor, and verify them anywhere."""
