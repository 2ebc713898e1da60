# SPDX-License-Identifier: Apache-2.0
"""`corridor verify`: the command of the customs officer. No account, no service, no database."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import click

from ledger.cli.parameters import TIME, InputFile
from ledger.cli.plain import json_line
from ledger.cli.report import contradictions, report_lines
from ledger.cli.screen import busy, emit, emit_lines
from ledger.errors import InvalidPackageError
from ledger.receipts import Package
from ledger.verification import CheckName, GivenFile, Report, exit_code
from ledger.wiring_verifier import Verifier, given_file, read_package, read_trust

__all__ = ["verify"]

_SECONDS: Final = click.FloatRange(min=0, min_open=True, max=600)
_NO_PACKAGE: Final = (
    "a document alone cannot be checked here: put its package (*.corridor.json) first, and ask"
    " whoever presented the document for it"
)


@dataclass(frozen=True, slots=True)
class _Options:
    """What was asked for on the command line. `stated_time`: Unix seconds."""

    package: Path
    files: tuple[Path, ...]
    node: str
    trust: Path
    other: Path | None
    stated_time: int | None
    timeout: float


@click.command(short_help="Check a document and say whether to rely on it.")
@click.argument("package", type=InputFile())
@click.argument("files", metavar="[FILE]...", nargs=-1, type=InputFile())
@click.option(
    "--node",
    metavar="URL",
    envvar="CORRIDOR_NODE",
    show_envvar=True,
    required=True,
    help="A node of the chain that you trust, such as your own.",
)
@click.option(
    "--trust",
    metavar="FILE",
    envvar="CORRIDOR_TRUST",
    show_envvar=True,
    required=True,
    type=InputFile(),
    help="The trust file: deployments/<network>.json.",
)
@click.option(
    "--with",
    "other",
    metavar="OTHER",
    type=InputFile(),
    help="Another package of the same consignment: do the two agree?",
)
@click.option(
    "--at",
    "stated_time",
    metavar="TIME",
    type=TIME,
    help="A time at which it must be valid too, such as 2026-02-04T09:12:31Z.",
)
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=_SECONDS,
    default=10.0,
    show_default=True,
    help="How long to wait for each answer of the node.",
)
@click.option("--json", "as_json", is_flag=True, help="Write the report as one JSON object.")
def verify(*, as_json: bool, **given: Any) -> int:  # noqa: ANN401 — click fills `_Options` in
    """Check PACKAGE, and each FILE that came with it.

    PACKAGE is a *.corridor.json file. FILE is what it was handed over with, such as bl.pdf.

    \b
    Exit codes:
      0  authentic and in force
      1  not authentic: altered, wrongly signed, never recorded, or by someone not entitled
      2  wrong usage, or a package that cannot be read
      3  authentic, but not in force, or it contradicts OTHER
      4  undecided: something could not be found out, or anything unexpected
    """  # noqa: D301 — click's own mark for a paragraph to leave as it is
    options = _Options(**given)
    if math.isnan(options.timeout):
        raise click.BadParameter("want a number of seconds", param_hint="--timeout")
    report, differing = _verified(options)
    if as_json:
        emit(json_line(report.json()))
    else:
        emit_lines(report_lines(report, differing))
    return exit_code(report.verdict)


def _verified(options: _Options) -> tuple[Report, tuple[str, ...]]:
    trust = read_trust(options.trust)
    with busy("Reading the package"):
        package = _package(options.package)
        other = None if options.other is None else _package(options.other)
    files = tuple(_fingerprint(path) for path in options.files)
    with Verifier.of(trust, options.node, options.timeout) as verifier, busy("Asking the chain"):
        report = verifier.verify(package, files, other=other, stated_time=options.stated_time)
    if other is None or not report.check(CheckName.MATCH).has("mismatched"):
        return report, ()
    return report, contradictions(package, other)


def _package(path: Path) -> Package:
    """Read a package; a file that is no JSON at all was probably meant to be a FILE."""
    try:
        return read_package(path)
    except InvalidPackageError as error:
        advice = "" if error.pointer else f"; {_NO_PACKAGE}"
        raise InvalidPackageError(error.pointer, f"{error.reason} ({path.name}){advice}") from error


def _fingerprint(path: Path) -> GivenFile:
    with busy(f"Reading {path.name}"):
        return given_file(path)
