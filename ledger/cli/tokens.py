# SPDX-License-Identifier: Apache-2.0
"""`corridor token`: who may speak with the service. A token is shown once and never kept."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from ledger.cli.files import check_free, save
from ledger.cli.office import opened_storage
from ledger.cli.parameters import PARTY, TIME, OutputFile
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import emit, note
from ledger.ports.facade import Scope
from ledger.primitives import Json, PartyId, format_time
from ledger.settings import read_settings
from ledger.storage import SqlTokens, TokenSummary
from ledger.wiring_verifier import SystemClock

__all__ = ["token"]

_SCOPES = [scope.value for scope in Scope]


@click.group(no_args_is_help=False, short_help="Create, list and withdraw access tokens.")
def token() -> None:
    """Create, list and withdraw access tokens. Exit codes: 0 done, 2 wrong usage, 4 else."""


@token.command()
@click.argument("party", type=PARTY)
@click.option(
    "--scope",
    "scopes",
    type=click.Choice(_SCOPES),
    multiple=True,
    default=_SCOPES,
    help="What it may be used for; repeat for more. Default: everything.",
)
@click.option("--label", default="", help="For the list: what it is for.")
@click.option("--expires", metavar="TIME", type=TIME, help="Default: never.")
@click.option("-o", "--output", metavar="FILE", type=OutputFile(), help="Save it, for you alone.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def create(*, party: PartyId, output: Path | None, as_json: bool, **given: Any) -> int:  # noqa: ANN401 — the options above
    """Create a token for PARTY. It is shown now and never again."""
    if output is not None:
        check_free(output, force=False)
    with _tokens() as held:
        secret = held.create(party, given["scopes"], given["label"], given["expires"])
        token_id = held.authenticate(secret, SystemClock().now()).token_id
    if output is not None:
        save(output, f"{secret}\n".encode(), force=False, private=True)
    said: dict[str, Json] = {"id": token_id, "token": secret if output is None else None}
    if as_json:
        emit(json_line(said))
    elif output is not None:
        emit(plain(f"token {token_id} is in {output}"))
    else:
        note(f"token {token_id}; it is not shown again:")
        emit(secret)
    return 0


@token.command("list")
@click.option("--party", type=PARTY, help="Only this party's.")
@click.option("--json", "as_json", is_flag=True, help="Write one JSON object.")
def list_tokens(*, party: PartyId | None, as_json: bool) -> int:
    """List all tokens, oldest first, without their secrets."""
    with _tokens() as held:
        found = [_listed(summary) for summary in held.summaries(party)]
    if as_json:
        emit(json_line({"tokens": [dict(each) for each in found]}))
    else:
        lines = (
            f"{each['id']}  {each['party']}  {each['state']:<9}  {each['scopes']}  {each['label']}"
            for each in found
        )
        emit("\n".join(plain(line) for line in lines) or "there is no token")
    return 0


@token.command()
@click.argument("token_id", metavar="ID")
def withdraw(*, token_id: str) -> int:
    """End the token ID at once; a second time changes nothing."""
    with _tokens() as held:
        held.withdraw(token_id)
    emit(plain(f"token {token_id} is withdrawn"))
    return 0


@contextmanager
def _tokens() -> Iterator[SqlTokens]:
    storage = opened_storage(read_settings())
    try:
        yield storage.tokens
    finally:
        storage.close()


def _listed(summary: TokenSummary) -> dict[str, Json]:
    now, expires = SystemClock().now(), summary.expires_at
    state = "in force" if expires is None or expires > now else "expired"
    return {
        "id": summary.token_id,
        "party": str(summary.party),
        "state": state if summary.withdrawn_at is None else "withdrawn",
        "scopes": " ".join(sorted(summary.scopes)),
        "label": summary.label,
        "createdAt": format_time(summary.created_at),
        "expiresAt": None if expires is None else format_time(expires),
    }
