# SPDX-License-Identifier: Apache-2.0
"""`corridor title plan`: the carrier writes down what a holder is to agree to."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any, Final

import click

from ledger.cli.access import with_service
from ledger.cli.files import check_free, save
from ledger.cli.parameters import COMMITMENT, OutputFile
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import busy, emit
from ledger.cli.title.asking import TitleService
from ledger.cli.title.options import AS_JSON, TITLE, title_service_of
from ledger.cli.title.plan_file import MOST_PARTS, Plan, PlannedPart
from ledger.client import ServiceUnreachableError
from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Digest
from ledger.titles import Part

__all__ = ["plan"]

_MOST_DIGITS: Final = 12
_Wish = tuple[str, Digest, str]


@click.command(short_help="Plan to split one title, or to combine several.")
@click.option(
    "--title",
    "titles",
    metavar="TITLE",
    type=TITLE,
    multiple=True,
    required=True,
    help="A title to close; repeat for more.",
)
@click.option(
    "--part",
    "parts",
    metavar="REFERENCE COMMITMENT SHARE",
    type=(str, COMMITMENT, str),
    multiple=True,
    required=True,
    help="A title to open: its bill, and its share, such as 2/5 of all or 400000000.",
)
@click.option("-o", "--output", metavar="PLAN", type=OutputFile(), required=True, help="Where to.")
@click.option("--force", is_flag=True, help="Replace PLAN if it is there.")
@with_service
@AS_JSON
def plan(
    *,
    titles: tuple[Bytes32, ...],
    parts: tuple[_Wish, ...],
    output: Path,
    **given: Any,  # noqa: ANN401 — the options above
) -> int:
    """As carrier: write down which titles are to be closed, and which opened for them.

    Notarise the new bills first, with `--reserve-title`. Then give the plan to the holder, who
    surrenders the titles for it; after that, `corridor title split` or `combine` does what it says.
    A whole bill has a billion shares; none may be lost or made.

    \b
    Exit codes:
      0  written
      2  wrong usage, or shares that do not come out even
      4  anything else, such as no answer, or a title that is not there
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    check_free(output, force=given["force"])
    _check_counts(len(titles), len(parts))
    service = title_service_of(given)
    with busy("Asking for titles and tags"):
        total = sum(_share_of(service, title) for title in titles)
        planned = tuple(_planned(service, total, parts))
    made = Plan(titles, planned)
    save(output, made.file_bytes(), force=given["force"], private=False)
    if given["as_json"]:
        emit(json_line({"plan": str(made.digest), "file": str(output)}))
    else:
        emit(plain(f"plan {made.digest} is in {output}: give it to the holder"))
    return 0


def _check_counts(titles: int, parts: int) -> None:
    if min(titles, parts) != 1 or not 1 < max(titles, parts) <= MOST_PARTS:
        raise click.UsageError(
            f"want one --title and 2 to {MOST_PARTS} --part, or 2 to {MOST_PARTS} --title and one"
            f" --part; got {titles} and {parts}."
        )


def _planned(service: TitleService, total: int, wishes: tuple[_Wish, ...]) -> Iterator[PlannedPart]:
    shares = [_share(text, total) for _, _, text in wishes]
    if sum(shares) != total:
        raise InvalidValueError(f"the shares have to be {total} in all; got {sum(shares)}")
    for (reference, commitment, _), share in zip(wishes, shares, strict=True):
        try:
            tag = Digest.parse(service.reserve(reference).get("tag"))
        except InvalidValueError as error:
            raise ServiceUnreachableError("the service answers with no tag") from error
        yield PlannedPart(reference, Part(tag, commitment, share))


def _share_of(service: TitleService, title: Bytes32) -> int:
    share = service.title(title).get("share")
    if not isinstance(share, int):
        raise ServiceUnreachableError("the service answers with no share")
    return share


def _share(text: str, total: int) -> int:
    """Read `400000000`, or `2/5` of the total; it has to come out even."""
    above, slash, below = text.partition("/")
    fits = all(
        part.isascii() and part.isdigit() and len(part) <= _MOST_DIGITS and int(part) > 0
        for part in ((above, below) if slash else (above,))
    )
    if not fits:
        raise InvalidValueError(f"want a share like 2/5 or 400000000; got {text[:40]!r}")
    share = Fraction(int(above), int(below)) * total if slash else Fraction(int(above))
    if share.denominator != 1:
        raise InvalidValueError(
            f"{text} of {total} does not come out even: give numbers, such as {int(share)}"
        )
    return int(share)
