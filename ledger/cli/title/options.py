# SPDX-License-Identifier: Apache-2.0
"""The words and options that the commands of `corridor title` share."""

import os
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeVar

import click

from ledger.cli.access import REQUEST_KEY, service_of, with_service
from ledger.cli.parameters import Parsed
from ledger.cli.title.asking import TitleService
from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Json, shown

__all__ = ["AS_JSON", "EXIT_CODES", "TITLE", "asked", "remark_of", "title_service_of", "with_act"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LONGEST_REMARK: Final = 1000
EXIT_CODES: Final = """

    \b
    Exit codes:
      0  it is in a block; with --no-wait: the service has it
      2  wrong usage
      4  anything else, such as what the contract refused, no answer, or not in a block in time
    """
AS_JSON: Final = click.option(
    "--json", "as_json", is_flag=True, help="Write the answer as one JSON object."
)


def _title(text: object) -> Bytes32:
    whole = text if isinstance(text, str) else ""
    try:
        return Bytes32.parse(whole.rpartition(":")[2] if whole.startswith("eip155:") else whole)
    except InvalidValueError as error:
        raise InvalidValueError(
            "a title is 0x and 64 lower-case hex digits, alone or as `corridor title reserve`"
            f" writes it; got {shown(text)}"
        ) from error


TITLE: Final = Parsed("title", _title)


def _remark(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    if text is not None and not 1 <= len(text) <= _LONGEST_REMARK:
        raise click.BadParameter(f"want 1 to {_LONGEST_REMARK} characters; got {len(text)}.")
    return text


_OPTIONS: Final = (
    click.option(
        "--remark",
        metavar="TEXT",
        callback=_remark,
        help="A text for the parties of the title, at most 1000 characters; encrypted.",
    ),
    click.option("--no-wait", is_flag=True, help="Do not wait until it is in a block."),
    click.option(
        "--wait-seconds",
        type=click.IntRange(min=1),
        default=120,
        show_default=True,
        help="How long to wait at most.",
    ),
    REQUEST_KEY,
    AS_JSON,
)


def with_act(command: _Command) -> _Command:
    """Add what every act takes: the service, a remark, how long to wait, how to answer."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return with_service(command)


def title_service_of(given: Mapping[str, Any]) -> TitleService:
    """The service that the options of `with_service` name; see `service_of`."""
    held = service_of(given["api"], given["token_file"], os.environ.get("CORRIDOR_TOKEN"))
    return TitleService(held.url, held.token, request_key=given.get("idempotency_key"))


def remark_of(given: Mapping[str, Any]) -> dict[str, Json]:
    """The member `remark`, if there is one."""
    return {} if given["remark"] is None else {"remark": given["remark"]}


def asked(**members: object) -> dict[str, Json]:
    """A body of the members that were given; values are written as text."""
    return {name: str(value) for name, value in members.items() if value is not None}
