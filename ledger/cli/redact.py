# SPDX-License-Identifier: Apache-2.0
"""`corridor redact`: hide values of a document so that the rest still verifies."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from ledger.cli.fields import Field, check_intact, fields_of
from ledger.cli.files import check_free, save
from ledger.cli.parameters import InputFile, OutputFile
from ledger.cli.plain import json_line, plain
from ledger.cli.screen import emit
from ledger.documents import ALWAYS_DISCLOSED, HIDDEN
from ledger.documents.disclosed import Leaf
from ledger.documents.facts import spoken
from ledger.errors import InvalidRedactionError
from ledger.receipts import OpenedContent, Package, parse_package
from ledger.sealing import HiddenLeaf, Redaction, ShownLeaf, reopen
from ledger.sealing import redact as redact_sealed
from ledger.wiring_verifier import read_package

if TYPE_CHECKING:
    from ledger.primitives import Json

__all__ = ["redact", "redacted"]

_LONGEST: Final = 60


@click.command(short_help="Hide values of a document; it still verifies.")
@click.argument("package", type=InputFile())
@click.option("--show", metavar="POINTER", multiple=True, help="Show this, and hide the rest.")
@click.option("--hide", metavar="POINTER", multiple=True, help="Hide this, and show the rest.")
@click.option("-o", "--output", metavar="OUT", type=OutputFile(), help="Where to write.")
@click.option("--list", "listing", is_flag=True, help="Only list what can be shown and hidden.")
@click.option("--force", is_flag=True, help="Replace OUT if it is there.")
@click.option("--json", "as_json", is_flag=True, help="Say the result as one JSON object.")
def redact(  # noqa: PLR0913 — one parameter per option
    *,
    package: Path,
    show: tuple[str, ...],
    hide: tuple[str, ...],
    output: Path | None,
    listing: bool,
    force: bool,
    as_json: bool,
) -> int:
    """Write a shortened copy of PACKAGE: values are hidden, names never.

    A POINTER, such as /data/consignmentItems/0/hsCode, stands for everything below it. Who issued
    the document, its type, and how long it is valid always stay shown; the fingerprints of files
    stay hidden unless --show names them. The copy is checked before it is written.

    \b
    Exit codes:
      0  written, or listed
      2  wrong usage, no such field, or a package that cannot be read or is not intact
      4  anything unexpected
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    if not listing and (output is None or bool(show) == bool(hide)):
        raise click.UsageError("give -o OUT, and either --show or --hide; or --list.")
    held = read_package(package)
    check_intact(held, package.name)
    fields = fields_of(held)
    if listing or output is None:
        emit(_listed_json(fields) if as_json else _listed(fields))
        return 0
    check_free(output, force=force, sources=(package,))
    made = redacted(held, show, hide)
    content = made.file_bytes()
    check_intact(parse_package(content), output.name)
    save(output, content, force=force, private=False)
    _say_written(output, fields_of(made), as_json=as_json)
    return 0


def redacted(package: Package, show: Collection[str], hide: Collection[str]) -> Package:
    """Redact a package, whole or redacted before.

    Args:
        package: intact.
        show: pointers to keep, nothing else; or empty.
        hide: pointers to withhold, nothing else; or empty.

    Raises:
        InvalidRedactionError: a pointer that the document does not have, that was hidden before,
            or that must always be shown.
    """
    fields = fields_of(package)
    for pointer in (*show, *hide):
        _check_pointer(fields, pointer)
    wanted = {pointer for pointer in fields if _below(pointer, show or hide)}
    if hide:
        _check_hideable(wanted)
    content = package.content
    if isinstance(content, OpenedContent):
        sealed = reopen(content.document, content.seed)
        default = redact_sealed(sealed).disclosed().leaves
        kept = {pointer for pointer, value in default.items() if value is not HIDDEN}
        return package.redacted(redact_sealed(sealed, (kept - wanted) if hide else wanted))
    for pointer in show:
        _check_shown(fields, pointer)
    leaves = tuple(
        HiddenLeaf(leaf.pointer, leaf.digest())
        if isinstance(leaf, ShownLeaf) and not _stays(leaf.pointer, wanted, bool(hide))
        else leaf
        for leaf in content.redaction.leaves
    )
    return package.redacted(Redaction(leaves))


def _stays(pointer: str, wanted: Collection[str], hiding: bool) -> bool:  # noqa: FBT001 — of the same rule
    return _always(pointer) or (pointer in wanted) is not hiding


def _always(pointer: str) -> bool:
    return pointer.split("/")[1] in ALWAYS_DISCLOSED


def _below(pointer: str, ancestors: Collection[str]) -> bool:
    return any(pointer == one or pointer.startswith(f"{one}/") for one in ancestors)


def _check_pointer(fields: Mapping[str, Field], pointer: str) -> None:
    if not pointer or not any(_below(held, (pointer,)) for held in fields):
        raise InvalidRedactionError(pointer, "the document has no such field; see --list")


def _check_shown(fields: Mapping[str, Field], pointer: str) -> None:
    hidden = [held for held in fields if _below(held, (pointer,)) and fields[held].value is HIDDEN]
    if hidden:
        raise InvalidRedactionError(hidden[0], "is hidden in this package already")


def _check_hideable(pointers: Collection[str]) -> None:
    for pointer in sorted(pointers):
        if _always(pointer):
            raise InvalidRedactionError(pointer, "must always stay shown")


def _kind(pointer: str, value: Leaf) -> str:
    if _always(pointer):
        return "always"
    return "hidden" if value is HIDDEN else "free"


def _listed(fields: Mapping[str, Field]) -> str:
    lines = [
        "always: stays shown · free: shown or hidden as you like · hidden: not in this package"
    ]
    for pointer, field in fields.items():
        value = spoken(field.value)
        short = value if len(value) <= _LONGEST else value[:_LONGEST] + "…"
        lines.append(f"{_kind(pointer, field.value):<6}  {plain(pointer)}  {plain(short)}")
    return "\n".join(lines)


def _listed_json(fields: Mapping[str, Field]) -> str:
    listed: list[Json] = [
        {"pointer": pointer, "kind": _kind(pointer, field.value)}
        for pointer, field in fields.items()
    ]
    return json_line({"fields": listed})


def _say_written(output: Path, fields: Mapping[str, Field], *, as_json: bool) -> None:
    hidden = sum(field.value is HIDDEN for field in fields.values())
    shown = len(fields) - hidden
    if as_json:
        emit(json_line({"output": str(output), "fieldsShown": shown, "fieldsHidden": hidden}))
    else:
        emit(f"{plain(str(output))}: shows {shown} of {len(fields)} fields; checked and written")
