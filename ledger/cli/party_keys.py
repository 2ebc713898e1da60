# SPDX-License-Identifier: Apache-2.0
"""`corridor party key`: the keys of one party."""

import click

from ledger.chain.writing import KeyGrant, MinedTransaction, Role
from ledger.cli.office import Office
from ledger.cli.parameters import ADDRESS, PARTY, TIME
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit
from ledger.keys import KeyRole
from ledger.primitives import Address, Json, PartyId

__all__ = ["key"]

_WITH = click.option(
    "--with",
    "label",
    metavar="KEY",
    default="registrar",
    show_default=True,
    help="The key that acts: the registrar's, or a `manage` key of the party, by its label.",
)
_AS_JSON = click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")


@click.group(no_args_is_help=False, short_help="Add, end and disown a party's keys.")
def key() -> None:
    """Add, end and disown a party's keys. Exit codes: 0 done, 2 wrong usage, 4 anything else."""


@key.command()
@click.argument("party_id", metavar="PARTY", type=PARTY)
@click.option(
    "--role",
    type=click.Choice([KeyRole.SIGN.value, KeyRole.MANAGE.value]),
    default=KeyRole.SIGN.value,
    show_default=True,
    help="What it may do.",
)
@_WITH
@_AS_JSON
def add(*, party_id: PartyId, role: str, label: str, as_json: bool) -> int:
    """Make a new key for PARTY, keep it here, and add it on chain.

    A key that the registrar adds is in force only after the delay; a `manage` key adds at once.
    """
    office = Office.open()
    registrar = office.registrar(label)
    with busy("Making a key"):
        made = office.keystore.make_party_key(party_id, KeyRole(role), office.passphrase)
    on_chain = Role.SIGN if role == KeyRole.SIGN.value else Role.MANAGE
    with busy("Adding the key"):
        mined = registrar.add_key(party_id, KeyGrant(made, on_chain))
    _say(f"added {made.address}", mined, as_json=as_json)
    return 0


@key.command()
@click.argument("address", metavar="ADDRESS", type=ADDRESS)
@click.option("--at", "end", metavar="TIME", type=TIME, required=True, help="From then on.")
@_WITH
@_AS_JSON
def end(*, address: Address, end: int, label: str, as_json: bool) -> int:
    """Let the key ADDRESS end at a time to come."""
    registrar = Office.open().registrar(label)
    with busy("Ending the key"):
        mined = registrar.set_key_end(address, end)
    _say(f"{address} ends then", mined, as_json=as_json)
    return 0


@key.command()
@click.argument("address", metavar="ADDRESS", type=ADDRESS)
@click.option("--since", metavar="TIME", type=TIME, required=True, help="In other hands since.")
@_WITH
@_AS_JSON
def compromise(*, address: Address, since: int, label: str, as_json: bool) -> int:
    """Declare that the key ADDRESS was in other hands since a time. This is for good."""
    registrar = Office.open().registrar(label)
    with busy("Declaring"):
        mined = registrar.declare_compromise(address, since)
    _say(f"{address} is declared compromised", mined, as_json=as_json)
    return 0


@key.command()
@click.argument("address", metavar="ADDRESS", type=ADDRESS)
@_WITH
@_AS_JSON
def veto(*, address: Address, label: str, as_json: bool) -> int:
    """Refuse the key ADDRESS, which the registrar added and which is not in force yet."""
    registrar = Office.open().registrar(label)
    with busy("Refusing the key"):
        mined = registrar.veto(address)
    _say(f"{address} is refused", mined, as_json=as_json)
    return 0


def _say(done: str, mined: MinedTransaction, *, as_json: bool) -> None:
    if as_json:
        said: dict[str, Json] = {"transaction": str(mined.transaction), "block": mined.block_number}
        emit(json_line(said))
    else:
        emit(plain(f"{done} (block {mined.block_number})"))
