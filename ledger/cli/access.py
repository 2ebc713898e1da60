# SPDX-License-Identifier: Apache-2.0
"""The options of every command that speaks with a service; a token is never a word in `argv`."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from ledger.cli.parameters import InputFile
from ledger.client import Service

__all__ = ["REQUEST_KEY", "service_of", "with_service"]

_Command = TypeVar("_Command", bound=Callable[..., Any])
_LARGEST_TOKEN: Final = 4096
_LONGEST_KEY: Final = 255


def _request_key(_context: click.Context, _option: click.Parameter, text: str | None) -> str | None:
    usable = text is None or (text.isascii() and text.isprintable())
    if not usable or (text is not None and not 1 <= len(text) <= _LONGEST_KEY):
        raise click.BadParameter(f"want 1 to {_LONGEST_KEY} printable ASCII characters.")
    return text


REQUEST_KEY: Final = click.option(
    "--idempotency-key",
    metavar="KEY",
    callback=_request_key,
    help="A word of your own: a command repeated with it is done once. Default: a new one.",
)


def with_service(command: _Command) -> _Command:
    """Add --api and --token-file."""
    api = click.option(
        "--api",
        metavar="URL",
        envvar="CORRIDOR_API",
        show_envvar=True,
        required=True,
        help="The service, such as https://ledger.example.",
    )
    token_file = click.option(
        "--token-file",
        metavar="FILE",
        type=InputFile(),
        help="A file with your access token; else it is taken from CORRIDOR_TOKEN.",
    )
    return api(token_file(command))


def service_of(api: str, token_file: Path | None, environment: str | None) -> Service:
    """Put the service together.

    Args:
        api: its URL.
        token_file: where the token is kept, or None.
        environment: what CORRIDOR_TOKEN holds, or None.

    Raises:
        click.UsageError: there is no token.
        InvalidValueError: see `Service`.
    """
    token = environment or ""
    if token_file is not None:
        with token_file.open("rb") as file:
            token = file.read(_LARGEST_TOKEN).decode("utf-8", "replace")
    token = token.strip()
    if not token:
        raise click.UsageError("no access token: set CORRIDOR_TOKEN, or give --token-file.")
    return Service(api, token)
