# SPDX-License-Identifier: Apache-2.0
"""`corridor title split` and `combine`: the carrier does what the holder agreed to."""

from pathlib import Path
from typing import Any, Final

import click

from ledger.cli.parameters import InputFile
from ledger.cli.title.options import EXIT_CODES, remark_of, with_act
from ledger.cli.title.plan_file import read_plan
from ledger.cli.title.waiting import carry_out
from ledger.primitives import Json

__all__ = ["combine", "split"]


def _command(name: str, done: str, what: str) -> click.Command:
    def run(*, plan_path: Path, **given: Any) -> int:  # noqa: ANN401 — the options of `with_act`
        plan = read_plan(plan_path)
        if plan.splits != (name == "split"):
            other = "combine" if name == "split" else "split"
            raise click.UsageError(f"{plan_path} is a plan for `corridor title {other}`.")
        parts = [_without_tag(planned.json()) for planned in plan.parts]
        return carry_out(
            done, lambda service: service.reissue(plan.titles, parts, remark_of(given)), given
        )

    text = f"{what} PLAN is the file that `corridor title plan` made and that the holder agreed to."
    decorated = click.argument("plan_path", metavar="PLAN", type=InputFile())(with_act(run))
    return click.command(name, help=text + EXIT_CODES, short_help=what)(decorated)


def _without_tag(part: dict[str, Json]) -> dict[str, Json]:
    """The service makes the tag itself, of the reference."""
    return {name: value for name, value in part.items() if name != "tag"}


split: Final = _command("split", "split", "As carrier: close one title and open several for it.")
combine: Final = _command(
    "combine", "combined", "As carrier: close several titles and open one for them."
)
