# SPDX-License-Identifier: Apache-2.0
"""One key out of its file: for commands that sign with a key of their caller's own."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from ledger.cli.parameters import InputFile
from ledger.cli.screen import busy
from ledger.errors import ConfigurationError
from ledger.keys import HeldKey, KeyEntry, Keystore, Passphrase, read_passphrase_file
from ledger.primitives import PartyId

__all__ = ["opened_key", "with_key"]

_Command = TypeVar("_Command", bound=Callable[..., Any])


def with_key(what: str) -> Callable[[_Command], _Command]:
    """Add --key and --passphrase-file; `what` says whose key it is."""

    def add(command: _Command) -> _Command:
        key = click.option(
            "--key", "key_path", metavar="KEYFILE", type=InputFile(), required=True, help=what
        )
        passphrase = click.option(
            "--passphrase-file",
            metavar="FILE",
            envvar="CORRIDOR_PASSPHRASE_FILE",
            show_envvar=True,
            type=InputFile(),
            help="What opens KEYFILE, in a file of mode 0600; else you are asked.",
        )
        return key(passphrase(command))

    return add


def opened_key(path: Path, passphrase_file: Path | None) -> tuple[HeldKey, PartyId | None]:
    """Open a key file of ours, and say whose it is; None: no party's.

    Raises:
        ConfigurationError: not a key file, open to others, or the passphrase does not open it.
    """
    keystore = Keystore(path.resolve().parent)
    entry = _entry(path)
    passphrase = _passphrase(passphrase_file, entry.label)
    with busy(f"Opening the key {entry.label}"):
        keystore.unlock(passphrase, [entry])
    return keystore.account(entry.label), entry.party


def _entry(path: Path) -> KeyEntry:
    try:
        members = json.loads(path.read_bytes())
    except ValueError as error:
        raise ConfigurationError(f"{path}: not a key file, it is not JSON") from error
    if not isinstance(members, dict):
        raise ConfigurationError(f"{path}: not a key file of ours")
    return KeyEntry.parse(path.name.removesuffix(".json"), members)


def _passphrase(path: Path | None, label: str) -> Passphrase:
    if path is not None:
        return read_passphrase_file(path)
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "no passphrase: name a file of mode 0600 with --passphrase-file, or in"
            " CORRIDOR_PASSPHRASE_FILE"
        )
    return Passphrase(click.prompt(f"Passphrase of the key {label}", hide_input=True, err=True))
