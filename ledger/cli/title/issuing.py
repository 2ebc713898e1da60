# SPDX-License-Identifier: Apache-2.0
"""`corridor title reserve` and `issue`: what only the carrier does, at the beginning."""

from pathlib import Path
from typing import Any

import click

from ledger.cli.access import with_service
from ledger.cli.parameters import COMMITMENT, PARTY
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit, note
from ledger.cli.title.options import (
    AS_JSON,
    EXIT_CODES,
    asked,
    remark_of,
    title_service_of,
    with_act,
)
from ledger.cli.title.waiting import carry_out
from ledger.primitives import Digest, PartyId

__all__ = ["issue", "reserve"]


@click.command(short_help="Say which title a reference has.")
@click.argument("reference")
@with_service
@AS_JSON
def reserve(*, reference: str, api: str, token_file: Path | None, as_json: bool) -> int:
    """Say which title the bill with this REFERENCE has, so that the bill can name it.

    Put what is written into the bill's member `title` before you notarise it; `corridor notarise
    --reserve-title` does both. The same reference has the same title each time.

    \b
    Exit codes:
      0  shown
      2  wrong usage
      4  anything else, such as no answer
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    service = title_service_of({"api": api, "token_file": token_file})
    with busy("Reserving"):
        body = service.reserve(reference)
    if as_json:
        emit(json_line(dict(body)))
        return 0
    if body.get("state") not in ("None", None):
        note(f"this title was issued before; it is {body.get('state')}")
    emit(plain(str(body.get("title"))))
    return 0


@click.command(
    short_help="Issue the title of a notarised bill.",
    help=f"""
    Issue the title of the bill COMMITMENT, which names it, to its first holder.

    Who gets it may reject it: then it is yours.{EXIT_CODES}""",
)
@click.argument("commitment", type=COMMITMENT)
@click.option(
    "--holder", metavar="PARTY", type=PARTY, required=True, help="Who controls the goods first."
)
@click.option(
    "--beneficiary",
    metavar="PARTY",
    type=PARTY,
    required=True,
    help="To whose order the bill is made out; may be the holder.",
)
@with_act
def issue(*, commitment: Digest, holder: PartyId, beneficiary: PartyId, **given: Any) -> int:  # noqa: ANN401 — the options of `with_act`
    """Issue a title."""
    body = asked(commitment=commitment, holder=holder, beneficiary=beneficiary)
    return carry_out("issued", lambda service: service.issue(body | remark_of(given)), given)
