# SPDX-License-Identifier: Apache-2.0
"""`corridor status` and `corridor package`: what the service holds of one document."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import click

from ledger.cli.access import service_of, with_service
from ledger.cli.files import check_free, save
from ledger.cli.notarise import fetch_package, findings_lines, wait_for_package
from ledger.cli.parameters import COMMITMENT, OutputFile
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit
from ledger.primitives import Digest, Json

__all__ = ["package", "status"]

_SHOWN = (
    ("state", "state"),
    ("document", "documentType"),
    ("reference", "reference"),
    ("accepted", "acceptedAt"),
    ("promised by", "anchorBy"),
    ("recorded", "anchoredAt"),
    ("entry", "entryIndex"),
)


@click.command(short_help="Show how far a document has come.")
@click.argument("commitment", type=COMMITMENT)
@with_service
@click.option("--json", "as_json", is_flag=True, help="Write the answer as one JSON object.")
def status(*, commitment: Digest, api: str, token_file: Path | None, as_json: bool) -> int:
    """Show how far the document COMMITMENT has come: accepted, logged, submitted, mined, final.

    \b
    Exit codes:
      0  shown, whatever the state is
      2  wrong usage
      4  anything else, such as no answer, or no such document
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    service = service_of(api, token_file, os.environ.get("CORRIDOR_TOKEN"))
    with busy("Asking"):
        body = service.state(commitment).body
    emit(json_line(dict(body)) if as_json else "\n".join(_lines(body)))
    return 0


@click.command(short_help="Save the package of a notarised document.")
@click.argument("commitment", type=COMMITMENT)
@click.option("-o", "--output", metavar="FILE", required=True, type=OutputFile(), help="Where to.")
@with_service
@click.option("--wait-seconds", type=click.IntRange(min=0), default=0, help="Wait for it so long.")
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def package(  # noqa: PLR0913 — one parameter per option
    *,
    commitment: Digest,
    output: Path,
    api: str,
    token_file: Path | None,
    wait_seconds: int,
    force: bool,
) -> int:
    """Save the package of the document COMMITMENT, readable by you alone.

    The package opens every field of the document: pass on a `corridor redact` of it.

    \b
    Exit codes:
      0  saved
      2  wrong usage, or the service sent no package that can be read
      4  anything else, such as no answer, or not recorded for good yet
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    service = service_of(api, token_file, os.environ.get("CORRIDOR_TOKEN"))
    check_free(output, force=force)
    with busy("Fetching"):
        content = (
            wait_for_package(service, commitment, wait_seconds)
            if wait_seconds
            else fetch_package(service, commitment)
        )
    save(output, content, force=force, private=True)
    emit(f"{plain(str(output))}: saved; it opens every field, so keep it to yourself")
    return 0


def _lines(body: Mapping[str, Json]) -> Iterator[str]:
    for label, member in _SHOWN:
        if body.get(member) is not None:
            yield plain(f"{label:<12} {body[member]}")
    for line in findings_lines(body.get("findings")):
        yield plain(line)
