# SPDX-License-Identifier: Apache-2.0
"""`corridor party`: who may sign which documents, on chain. Keys: see `ledger.cli.party_keys`."""

from typing import Any

import click

from ledger.chain.writing import FOREVER, Account, KeyGrant, Role
from ledger.chain.writing.contract import Contract
from ledger.cli.office import Office, our_trust
from ledger.cli.parameters import PARTY, TIME
from ledger.cli.party_keys import key
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit, note
from ledger.keys import KeyRole
from ledger.primitives import Json, PartyId, format_time
from ledger.settings import read_settings
from ledger.wiring_service import current_ledger

__all__ = ["party"]


@click.group(no_args_is_help=False, short_help="Register parties, their keys and accreditations.")
def party() -> None:
    """Register parties, their keys and accreditations on chain."""


party.add_command(key)


@party.command()
@click.argument("name")
@click.option("--country", metavar="CC", required=True, help="ISO 3166-1, two capital letters.")
@click.option("--kind", metavar="WORD", required=True, help="What it is: carrier, chamber …")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def add(*, name: str, country: str, kind: str, as_json: bool) -> int:
    """Register the party NAME with a new `manage` and a new `sign` key, both kept here.

    \b
    Exit codes:
      0  registered
      2  wrong usage
      4  anything else, such as no answer of the node
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    office = Office.open()
    registrar = office.registrar("registrar")
    expected = registrar.next_party_id()
    with busy("Making two keys"):
        grants = tuple(
            KeyGrant(_new_key(office, expected, role), on_chain)
            for role, on_chain in ((KeyRole.MANAGE, Role.MANAGE), (KeyRole.SIGN, Role.SIGN))
        )
    with busy("Registering"):
        registered = registrar.register_party(name, country, kind, grants)
    note("it may sign once it is accredited: corridor party accredit")
    emit(json_line({"party": str(registered)}) if as_json else str(registered))
    return 0


@party.command("list")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def list_parties(*, as_json: bool) -> int:
    """List all parties of our registry. Exit codes: 0 listed, 4 anything else."""
    from ledger.chain.writing import connect  # noqa: PLC0415 — needs no passphrase, unlike the rest

    settings = read_settings()
    address = current_ledger(our_trust(settings)).parties.address
    registry = Contract(connect(settings.node), "PartyRegistry", address)
    found = [_party(registry, serial) for serial in range(1, registry.read("nextSerial"))]
    if as_json:
        emit(json_line({"parties": [dict(each) for each in found]}))
    else:
        lines = (f"{p['party']}  {p['country']}  {p['kind']}  {p['name']}" for p in found)
        emit("\n".join(plain(line) for line in lines) or "no party is registered")
    return 0


@party.command()
@click.argument("party_id", metavar="PARTY", type=PARTY)
@click.argument("document_type", metavar="TYPE")
@click.option("--from", "start", metavar="TIME", type=TIME, help="Default: at once.")
@click.option("--until", "end", metavar="TIME", type=TIME, help="Default: no end.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def accredit(**given: Any) -> int:  # noqa: ANN401 — the options above
    """Let PARTY issue documents of TYPE, such as bill-of-lading.

    \b
    Exit codes:
      0  accredited
      2  wrong usage
      4  anything else, such as no answer of the node
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    registrar = Office.open().registrar("accreditor")
    start: int = given["start"] or 0
    end: int = FOREVER if given["end"] is None else given["end"]
    with busy("Accrediting"):
        mined = registrar.accredit(given["party_id"], given["document_type"], start, end)
    said: dict[str, Json] = {"transaction": str(mined.transaction), "block": mined.block_number}
    emit(json_line(said) if given["as_json"] else f"accredited in block {mined.block_number}")
    return 0


@party.command("end-accreditation")
@click.argument("party_id", metavar="PARTY", type=PARTY)
@click.argument("document_type", metavar="TYPE")
@click.argument("end", metavar="TIME", type=TIME)
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def end_accreditation(*, party_id: PartyId, document_type: str, end: int, as_json: bool) -> int:
    """End what PARTY may issue of TYPE at TIME, which must lie ahead. What was recorded stays.

    The interval that runs now is ended, else the last one.

    \b
    Exit codes:
      0  ended
      2  wrong usage
      4  anything else, such as a time that has passed
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    registrar = Office.open().registrar("accreditor")
    with busy("Ending the accreditation"):
        mined = registrar.set_accreditation_end(party_id, document_type, end)
    said: dict[str, Json] = {"transaction": str(mined.transaction), "block": mined.block_number}
    emit(json_line(said) if as_json else f"ends at {format_time(end)}")
    return 0


def _new_key(office: Office, party_id: PartyId, role: KeyRole) -> Account:
    return office.keystore.make_party_key(party_id, role, office.passphrase)


def _party(registry: Contract, serial: int) -> dict[str, Json]:
    party_id = PartyId(bytes(registry.read("partyId", serial)))
    _, registered_at, country, kind, name = registry.read("party", party_id.raw)
    return {
        "party": str(party_id),
        "name": str(name),
        "country": bytes(country).decode("ascii", "replace"),
        "kind": str(kind),
        "registeredAt": format_time(int(registered_at)),
    }
