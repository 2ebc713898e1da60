# SPDX-License-Identifier: Apache-2.0
"""`corridor title show` and `act`: a title and its chain of endorsements; how far an act is."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from ledger.cli.access import with_service
from ledger.cli.parameters import COMMITMENT
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import Line, Part, busy, emit, emit_lines
from ledger.cli.title.options import AS_JSON, TITLE, title_service_of
from ledger.cli.title.waiting import act_line, check_not_refused
from ledger.primitives import Bytes32, Digest, Json
from ledger.titles import WHOLE

__all__ = ["act", "show"]

_PARTIES: Final = ("carrier", "holder", "beneficiary", "nominee")
_COLUMNS: Final = ("sequence", "time", "action", "party", "holder", "beneficiary", "block")
_HEAD: Final = ("no.", "time", "act", "by", "holder", "beneficiary", "block")
_SHORT: Final = 10


@click.command(short_help="Show a title and its chain of endorsements.")
@click.argument("title", type=TITLE)
@with_service
@AS_JSON
def show(*, title: Bytes32, api: str, token_file: Path | None, as_json: bool) -> int:
    """Show who controls TITLE now, and every act that led there.

    \b
    Exit codes:
      0  shown
      2  wrong usage
      4  anything else, such as no answer, or no such title
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    service = title_service_of({"api": api, "token_file": token_file})
    with busy("Asking"):
        body = service.title(title)
    if as_json:
        emit(json_line(dict(body)))
    else:
        emit_lines([*_record(body), *_history(body)])
    return 0


@click.command(short_help="Show how far an act is on its way to the chain.")
@click.argument("act_id", metavar="ACT", type=COMMITMENT)
@with_service
@AS_JSON
def act(*, act_id: Digest, api: str, token_file: Path | None, as_json: bool) -> int:
    """Show how far the act ACT is: accepted, submitted, mined, final; or why it was refused.

    \b
    Exit codes:
      0  shown: it is on its way, or in a block
      2  wrong usage
      4  anything else, such as no answer, no such act, or the contract refused it
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    service = title_service_of({"api": api, "token_file": token_file})
    with busy("Asking"):
        state = service.act(act_id)
    if as_json:
        emit(json_line(dict(state.body)))
    check_not_refused(state)
    if not as_json:
        emit(plain(act_line(state.state, state)))
    return 0


def _record(body: Mapping[str, Json]) -> Iterator[Line]:
    yield _line("title", body.get("title"))
    paused = ", paused by the carrier" if body.get("paused") is True else ""
    yield _line("state", f"{body.get('state')}{paused}")
    for name in _PARTIES:
        if body.get(name) is not None:
            yield _line(name, _party(body[name], whole=True))
    yield _line("commitment", body.get("commitment"))
    for name, member in (("accept by", "acceptBy"), ("agreed to", "intent")):
        if body.get(member) is not None:
            yield _line(name, body[member])
    if body.get("share") != WHOLE:
        yield _line("share", f"{body.get('share')} of {WHOLE}")
    origins = body.get("origins")
    for origin in origins if isinstance(origins, list) else ():
        yield _line("came from", origin)
    yield _line("latest act", f"number {body.get('sequence')}")


def _line(name: str, value: object) -> Line:
    return (Part(f"{name:<12} "), Part(plain(str(value)), "bold"))


def _history(body: Mapping[str, Json]) -> Iterator[Line]:
    """The chain of endorsements as a table; a remark stands below its act."""
    held = body.get("history")
    acts = [each for each in held if isinstance(each, dict)] if isinstance(held, list) else []
    if not acts:
        return
    rows = [tuple(plain(_cell(each, name)) for name in _COLUMNS) for each in acts]
    widths = [max(len(row[at]) for row in (_HEAD, *rows)) for at in range(len(_HEAD))]
    yield ()
    yield (Part(_laid_out(_HEAD, widths), "bold"),)
    for each, row in zip(acts, rows, strict=True):
        yield (Part(_laid_out(row, widths)),)
        if each.get("remark") is not None:
            yield (Part(f"{'':<{widths[0]}}  remark: {plain(str(each['remark']))}", "dim"),)


def _laid_out(row: tuple[str, ...], widths: list[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(act_made: Mapping[str, Json], name: str) -> str:
    value = act_made.get(name)
    if name in ("party", "holder", "beneficiary"):
        return _party(value, whole=False)
    return "" if value is None else str(value)


def _party(value: Json, *, whole: bool) -> str:
    """A party by its name, and its id where there is room."""
    if value is None:
        return ""
    if isinstance(value, dict):
        name, party = value.get("name"), str(value.get("id"))
        if name:
            return f"{name} ({party})" if whole else str(name)
        return party if whole else party[:_SHORT] + "…"
    return str(value) if whole else str(value)[:_SHORT] + "…"
