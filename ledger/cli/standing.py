# SPDX-License-Identifier: Apache-2.0
"""`corridor revoke suspend resume supersede`: what the issuer says of its document today."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import click

from ledger.cli.access import REQUEST_KEY, service_of, with_service
from ledger.cli.parameters import COMMITMENT
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit
from ledger.cli.title.asking import TitleService
from ledger.cli.title.waiting import place_line, wait_until_mined
from ledger.primitives import Digest, Json

__all__ = ["resume", "revoke", "supersede", "suspend"]

_WAIT_SECONDS: Final = 120
_CODES: Final = """

    \b
    Exit codes:
      0  it is so now, or was so already
      2  wrong usage
      4  anything else, such as no answer, no such document, a change that is not allowed, or one
         that is in no block in time
    """
_REASON: Final = click.option(
    "--reason",
    metavar="N",
    type=click.IntRange(0, 2**16 - 1),
    required=True,
    help="A reason code of your own, 0 to 65535; anyone can read it.",
)
_AS_JSON: Final = click.option(
    "--json", "as_json", is_flag=True, help="Write the answer as one JSON object."
)


def _command(action: str, what: str, *more: Any) -> click.Command:  # noqa: ANN401 — click's decorators
    """Make one of the commands; they differ in a word and in `--by`."""

    def run(*, commitment: Digest, reason: int, by: Digest | None = None, **given: Any) -> int:  # noqa: ANN401 — the options
        return _changed(action, commitment, {"reason": reason}, by, **given)

    for decorate in (_AS_JSON, REQUEST_KEY, with_service, *more, _REASON):
        run = decorate(run)
    run = click.argument("commitment", type=COMMITMENT)(run)
    help_text = f"{what} COMMITMENT names the document.{_CODES}"
    return click.command(action, help=help_text, short_help=what)(run)


def _changed(  # noqa: PLR0913 — one parameter per option
    action: str,
    commitment: Digest,
    body: dict[str, Json],
    by: Digest | None,
    *,
    api: str,
    token_file: Path | None,
    idempotency_key: str | None,
    as_json: bool,
) -> int:
    if by == commitment:
        raise click.UsageError("--by: a document cannot replace itself.")
    service = service_of(api, token_file, os.environ.get("CORRIDOR_TOKEN"))
    service = replace(service, request_key=idempotency_key)
    if by is not None:
        body["supersededBy"] = str(by)
    with busy("Waiting for the chain"):
        answer = dict(service.change(commitment, action, body).body)
    if answer.get("act") is not None and answer.get("block") is None:
        answer |= _mined(TitleService(service.url, service.token), answer["act"])
    if as_json:
        emit(json_line(answer))
    elif answer.get("act") is None:
        emit(plain(f"{answer.get('status')}: it was so already"))
    else:
        emit(plain(place_line(str(answer["status"]), answer["block"], answer.get("transaction"))))
    return 0


def _mined(service: TitleService, act: Json) -> dict[str, Json]:
    """Wait for what the service did not see in a block while it was asked."""
    state = wait_until_mined(service, service.act(Digest.parse(act)), _WAIT_SECONDS)
    return {"block": state.block, "transaction": state.transaction}


_BY: Final = click.option(
    "--by",
    metavar="COMMITMENT",
    type=COMMITMENT,
    required=True,
    help="The document that replaces it.",
)
revoke: Final = _command("revoke", "Withdraw a document for good.")
suspend: Final = _command("suspend", "Put a document on hold.")
resume: Final = _command("resume", "Put a suspended document in force again.")
supersede: Final = _command("supersede", "Replace a document by another for good.", _BY)
