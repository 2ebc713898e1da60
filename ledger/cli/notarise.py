# SPDX-License-Identifier: Apache-2.0
"""`corridor notarise`: hand in a document, and if wanted wait for its package."""

import os
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import click

from ledger.cli.access import service_of, with_service
from ledger.cli.fields import check_intact
from ledger.cli.files import check_free, save
from ledger.cli.parameters import InputFile, OutputFile
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit, note
from ledger.cli.title.asking import TitleService
from ledger.cli.titled import with_title
from ledger.client import Service, ServiceError, ServiceUnreachableError
from ledger.errors import NotFinalError
from ledger.primitives import Digest, Json
from ledger.receipts import parse_package

__all__ = ["fetch_package", "findings_lines", "notarise", "wait_for_package"]

_SHORTEST_PAUSE: Final = 1
_LONGEST_PAUSE: Final = 15


@click.command(short_help="Hand in a document to be notarised.")
@click.argument("document", type=InputFile())
@click.argument("files", metavar="[FILE]...", nargs=-1, type=InputFile())
@with_service
@click.option("--wait", is_flag=True, help="Wait until it is recorded for good; save its package.")
@click.option(
    "--wait-seconds",
    type=click.IntRange(min=1),
    default=900,
    show_default=True,
    help="How long to wait at most.",
)
@click.option(
    "-o",
    "--output",
    metavar="OUT",
    type=OutputFile(),
    help="Where to save the package; else DOCUMENT with the ending .corridor.json.",
)
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@click.option(
    "--reserve-title",
    is_flag=True,
    help="Of a to-order bill, as its carrier: reserve its title, and let the bill name it.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the answer as one JSON object.")
def notarise(*, document: Path, as_json: bool, **given: Any) -> int:  # noqa: ANN401 — the options above
    """Hand in DOCUMENT, and each FILE that belongs to it.

    DOCUMENT is JSON: {"documentType": "bill-of-lading", "data": {...}}. Files are only
    fingerprinted by the service. Repeating the command is harmless: the first result comes again.
    With --reserve-title, `corridor title issue` comes next.

    \b
    Exit codes:
      0  accepted; with --wait: recorded for good, and the package is saved
      2  wrong usage, or the service says that the document is malformed
      4  anything else, such as no answer, a reference that was used before, or not recorded in time
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    service = service_of(given["api"], given["token_file"], os.environ.get("CORRIDOR_TOKEN"))
    output: Path = given["output"] or document.with_suffix(".corridor.json")
    if given["wait"]:
        check_free(output, force=given["force"], sources=(document, *given["files"]))
    content, title = document.read_bytes(), None
    if given["reserve_title"]:
        with busy("Reserving the title"):
            content, title = with_title(content, TitleService(service.url, service.token))
    with busy("Handing in"):
        answer = service.submit(content, given["files"])
    body: dict[str, Json] = dict(answer.body)
    if title is not None:
        body["title"] = title
    if given["wait"]:
        commitment = Digest.parse(body.get("commitment"))
        package = wait_for_package(service, commitment, given["wait_seconds"])
        save(output, package, force=given["force"], private=True)
        body |= {"state": "final", "package": str(output)}
    emit(json_line(body) if as_json else "\n".join(_lines(body)))
    return 0


def wait_for_package(service: Service, commitment: Digest, most_seconds: int) -> bytes:
    """Ask for a package until there is one.

    Raises:
        NotFinalError: not within `most_seconds`.
    """
    note(f"accepted as {commitment}; waiting until it is recorded for good")
    deadline = time.monotonic() + most_seconds
    with busy("Waiting until it is recorded for good"):
        while True:
            try:
                return fetch_package(service, commitment)
            except (ServiceError, ServiceUnreachableError) as error:
                if isinstance(error, ServiceError) and error.retry_after_seconds is None:
                    raise
                pause = getattr(error, "retry_after_seconds", None) or _SHORTEST_PAUSE
            if time.monotonic() + pause > deadline:
                raise NotFinalError(
                    f"not recorded for good within {most_seconds} s; later: corridor package"
                    f" {commitment} -o FILE",
                    pause,
                )
            time.sleep(min(max(pause, _SHORTEST_PAUSE), _LONGEST_PAUSE))


def fetch_package(service: Service, commitment: Digest) -> bytes:
    """Fetch a package, and believe it only if it is the one that was asked for."""
    content = service.package(commitment)
    package = parse_package(content)
    check_intact(package, "the package that the service sent")
    if package.commitment != commitment:
        raise ServiceUnreachableError("the service sent the package of another document")
    return content


def findings_lines(findings: Json) -> Iterator[str]:
    """Say what the service noticed about a document, worst first as it sent them."""
    for finding in findings if isinstance(findings, list) else ():
        if isinstance(finding, dict):
            hint = f" ({finding['hint']})" if finding.get("hint") else ""
            where = finding.get("pointer") or "(whole document)"
            yield f"{finding.get('grade')}: {where}: {finding.get('message')}{hint}"


def _lines(body: Mapping[str, Json]) -> Iterator[str]:
    yield plain(f"commitment  {body.get('commitment')}")
    yield plain(f"state       {body.get('state')}")
    if "title" in body:
        yield plain(f"title       {body['title']}")
    yield plain(f"promised    recorded by {body.get('anchorBy')}")
    if "package" in body:
        yield plain(f"package     {body['package']}")
    else:
        yield plain(f"next        corridor package {body.get('commitment')} -o FILE")
    for line in findings_lines(body.get("findings")):
        yield plain(line)
