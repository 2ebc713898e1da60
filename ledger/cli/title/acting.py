# SPDX-License-Identifier: Apache-2.0
"""What can be done with a title once it is issued: one command for each action, or a few.

Which party may do what, and when, the contract decides: the commands only say what is wanted.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import click

from ledger.cli.parameters import COMMITMENT, PARTY, TIME, InputFile
from ledger.cli.title.options import EXIT_CODES, TITLE, asked, remark_of, with_act
from ledger.cli.title.plan_file import read_plan
from ledger.cli.title.waiting import carry_out
from ledger.primitives import Bytes32, Digest, PartyId, format_time
from ledger.titles import TitleAction

__all__ = [
    "accept",
    "accept_surrender",
    "nominate",
    "pause",
    "refuse_surrender",
    "reject",
    "surrender",
    "take_back",
    "transfer",
    "unpause",
]

_A: Final = TitleAction
_SEQUENCE: Final = click.option(
    "--sequence",
    metavar="N",
    type=click.IntRange(1, 2**32 - 1),
    help="Only if its latest act is still number N (`corridor title show`); else refused.",
)
_PURPOSES: Final = {
    "delivery": _A.SURRENDER_FOR_DELIVERY,
    "amendment": _A.SURRENDER_FOR_AMENDMENT,
    "paper": _A.SURRENDER_FOR_PAPER,
    "reissue": _A.SURRENDER_FOR_REISSUE,
}


def _command(name: str, what: str, more: str = "") -> Callable[[Callable[..., int]], click.Command]:
    """Make a command of a function that takes a title, its own options and those of an act."""

    def made(function: Callable[..., int]) -> click.Command:
        decorated = click.argument("title", type=TITLE)(with_act(_SEQUENCE(function)))
        text = " ".join(f"{what} {more}".split())
        return click.command(name, help=text + EXIT_CODES, short_help=what)(decorated)

    return made


def _act(  # noqa: PLR0913 — one parameter per member of an act
    done: str,
    action: TitleAction,
    title: Bytes32,
    given: dict[str, Any],
    *,
    holder: PartyId | None = None,
    beneficiary: PartyId | None = None,
    intent: Digest | None = None,
    accept_by: int | None = None,
) -> int:
    body = asked(
        action=action.label,
        holder=holder,
        beneficiary=beneficiary,
        intent=intent,
        acceptBy=None if accept_by is None else format_time(accept_by),
    )
    if given["sequence"] is not None:
        body["expectedSequence"] = given["sequence"]
    body |= remark_of(given)
    return carry_out(done, lambda service: service.act_on(title, body), given)


@_command(
    "nominate",
    "As beneficiary: name who is to be the next one.",
    "PARTY is then whom the holder may make the beneficiary; --nobody withdraws a nomination.",
)
@click.argument("party", type=PARTY, required=False)
@click.option("--nobody", is_flag=True, help="Withdraw the nomination.")
def nominate(*, title: Bytes32, party: PartyId | None, nobody: bool, **given: Any) -> int:  # noqa: ANN401 — `with_act`
    """Nominate."""
    if (party is None) != nobody:
        raise click.UsageError("name a PARTY, or say --nobody.")
    done = "nomination withdrawn" if nobody else "nominated"
    return _act(done, _A.NOMINATE, title, given, beneficiary=party)


@_command(
    "transfer",
    "As holder: give the title to another party.",
    "With --holder the control of the goods, with --beneficiary the bill's benefit (which wants a"
    " nomination, unless you have both), or both in one. With --accept-by it has to be accepted"
    " until then; else you may take it back.",
)
@click.option("--holder", metavar="PARTY", type=PARTY, help="Who is to control the goods.")
@click.option("--beneficiary", metavar="PARTY", type=PARTY, help="To whose order it is to be.")
@click.option("--accept-by", metavar="TIME", type=TIME, help="Until when it has to be accepted.")
def transfer(
    *,
    title: Bytes32,
    holder: PartyId | None,
    beneficiary: PartyId | None,
    accept_by: int | None,
    **given: Any,  # noqa: ANN401 — `with_act`
) -> int:
    """Transfer one role or both."""
    action = _one_or_both(
        holder, beneficiary, _A.TRANSFER_HOLDER, _A.TRANSFER_BENEFICIARY, _A.TRANSFER_BOTH
    )
    if action is None:
        raise click.UsageError("name --holder PARTY, --beneficiary PARTY, or both.")
    done = "transferred" if accept_by is None else f"offered until {format_time(accept_by)}"
    members: dict[str, Any] = {"holder": holder, "beneficiary": beneficiary}
    return _act(done, action, title, given, accept_by=accept_by, **members)


@_command("accept", "Accept what was offered to you, before its deadline.")
def accept(*, title: Bytes32, **given: Any) -> int:  # noqa: ANN401 — `with_act`
    """Accept."""
    return _act("accepted", _A.ACCEPT, title, given)


@_command(
    "reject",
    "Give back what you were just given.",
    "The role goes back to who had it; possible until you act on the title in that role.",
)
@click.option("--holder", is_flag=True, help="The control of the goods.")
@click.option("--beneficiary", is_flag=True, help="The bill's benefit.")
def reject(*, title: Bytes32, holder: bool, beneficiary: bool, **given: Any) -> int:  # noqa: ANN401 — `with_act`
    """Reject one role or both."""
    action = _one_or_both(
        holder or None, beneficiary or None, _A.REJECT_HOLDER, _A.REJECT_BENEFICIARY, _A.REJECT_BOTH
    )
    if action is None:
        raise click.UsageError("say --holder, --beneficiary, or both.")
    return _act("rejected", action, title, given)


@_command("take-back", "Take back what you offered and nobody accepted in time.")
def take_back(*, title: Bytes32, **given: Any) -> int:  # noqa: ANN401 — `with_act`
    """Take back."""
    return _act("taken back", _A.TAKE_BACK, title, given)


@_command(
    "surrender",
    "As holder and beneficiary: give the title to the carrier.",
    "The carrier then accepts or refuses. For amendment, name the bill that is to replace this"
    " one; for reissue, the plan that the carrier made (`corridor title plan`).",
)
@click.option(
    "--for",
    "purpose",
    type=click.Choice(list(_PURPOSES)),
    required=True,
    help="What you want for it: the goods, another bill, paper, or other titles.",
)
@click.option(
    "--commitment", metavar="COMMITMENT", type=COMMITMENT, help="For amendment: the new bill."
)
@click.option("--plan", "plan_path", metavar="PLAN", type=InputFile(), help="For reissue.")
def surrender(
    *,
    title: Bytes32,
    purpose: str,
    commitment: Digest | None,
    plan_path: Path | None,
    **given: Any,  # noqa: ANN401 — `with_act`
) -> int:
    """Surrender."""
    intent = _intent(title, purpose, commitment, plan_path)
    return _act(f"surrendered for {purpose}", _PURPOSES[purpose], title, given, intent=intent)


def _intent(
    title: Bytes32, purpose: str, commitment: Digest | None, plan_path: Path | None
) -> Digest | None:
    """What the holder agrees to: the new bill, or the plan."""
    if (commitment is not None) != (purpose == "amendment"):
        raise click.UsageError("--commitment names the new bill: with --for amendment only.")
    if (plan_path is not None) != (purpose == "reissue"):
        raise click.UsageError("--plan names the plan: with --for reissue only.")
    if plan_path is None:
        return commitment
    plan = read_plan(plan_path)
    if title not in plan.titles:
        raise click.UsageError(f"{plan_path} is a plan for other titles than {title}.")
    return plan.digest


@_command(
    "accept-surrender",
    "As carrier: accept a surrendered title.",
    "Delivered or switched to paper, it is closed for good. For an amendment, name the new bill"
    " that the holder agreed to. For a reissue: `corridor title split` or `combine`.",
)
@click.option(
    "--commitment", metavar="COMMITMENT", type=COMMITMENT, help="For amendment: the new bill."
)
def accept_surrender(*, title: Bytes32, commitment: Digest | None, **given: Any) -> int:  # noqa: ANN401 — `with_act`
    """Accept a surrender."""
    return _act("surrender accepted", _A.ACCEPT_SURRENDER, title, given, intent=commitment)


@_command("refuse-surrender", "As carrier: give a surrendered title back.")
def refuse_surrender(*, title: Bytes32, **given: Any) -> int:  # noqa: ANN401 — `with_act`
    """Refuse a surrender."""
    return _act("surrender refused", _A.REFUSE_SURRENDER, title, given)


@_command(
    "pause",
    "As carrier: stop a title from being passed on.",
    "It can still be rejected, taken back and surrendered.",
)
def pause(*, title: Bytes32, **given: Any) -> int:  # noqa: ANN401 — `with_act`
    """Pause."""
    return _act("paused", _A.PAUSE, title, given)


@_command("unpause", "As carrier: let a paused title be passed on again.")
def unpause(*, title: Bytes32, **given: Any) -> int:  # noqa: ANN401 — `with_act`
    """Unpause."""
    return _act("no longer paused", _A.UNPAUSE, title, given)


def _one_or_both(
    holder: object,
    beneficiary: object,
    of_holder: TitleAction,
    of_beneficiary: TitleAction,
    of_both: TitleAction,
) -> TitleAction | None:
    if holder is None:
        return None if beneficiary is None else of_beneficiary
    return of_holder if beneficiary is None else of_both
