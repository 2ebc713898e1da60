# SPDX-License-Identifier: Apache-2.0
"""What the operator's commands share: settings, passphrase, keys, node, trust file.

Imported only by these commands: web3, SQLAlchemy and eth_account come in here.
"""

import sys
from dataclasses import dataclass

import click

from ledger.chain.writing import Node, Registrar, check_deployed, connect
from ledger.cli.screen import busy
from ledger.errors import ConfigurationError
from ledger.keys import HeldKey, Keystore, Passphrase, read_passphrase_file
from ledger.settings import Settings, read_settings
from ledger.storage import Storage
from ledger.trust import Trust
from ledger.wiring_service import current_ledger, open_store
from ledger.wiring_verifier import read_trust

__all__ = ["Office", "opened_storage", "our_trust"]


@dataclass(frozen=True, slots=True)
class Office:
    """The operator at work: what opens the keys, and the folder they are in."""

    settings: Settings
    passphrase: Passphrase
    keystore: Keystore

    @classmethod
    def open(cls, *, new: bool = False) -> "Office":
        """Read the settings, and the passphrase from its file or from the keyboard.

        Args:
            new: ask twice, because it may be about to be chosen.

        Raises:
            ConfigurationError: a setting is wrong, or there is no passphrase to be had.
        """
        settings = read_settings()
        _make_folder(settings)
        return cls(settings, _passphrase(settings, new=new), Keystore(settings.keys))

    def account(self, label: str, *, make: bool = False) -> HeldKey:
        """Open one of the service's or a party's keys; with `make`, make it if there is none.

        Raises:
            ConfigurationError: there is none, or the passphrase does not open it.
        """
        entries = [entry for entry in self.keystore.entries() if entry.label == label]
        with busy(f"Opening the key {label}"):
            if not entries and make:
                return self.keystore.make_service_key(label, self.passphrase)
            if not entries:
                raise ConfigurationError(
                    f"there is no key {label} in {self.settings.keys}; `corridor deploy` makes one"
                )
            self.keystore.unlock(self.passphrase, entries)
        return self.keystore.account(label)

    def node(self) -> Node:
        """Open the node that the settings name."""
        return connect(self.settings.node)

    def registrar(self, label: str) -> Registrar:
        """Act on our PartyRegistry with one account, after a look whether the chain is ours."""
        trust, node = our_trust(self.settings), self.node()
        check_deployed(node, trust)
        return Registrar(node, current_ledger(trust).parties.address, self.account(label))


def our_trust(settings: Settings) -> Trust:
    """Read the trust file that the settings name.

    Raises:
        ConfigurationError: there is none.
    """
    if not settings.trust.is_file():
        raise ConfigurationError(f"{settings.trust} is missing: run `corridor deploy` first")
    return read_trust(settings.trust)


def opened_storage(settings: Settings) -> Storage:
    """Open the database that the settings name; whoever opens it closes it.

    Raises:
        ConfigurationError: see `open_store`; or the trust file is missing.
    """
    _make_folder(settings)
    return open_store(settings, our_trust(settings))


def _make_folder(settings: Settings) -> None:
    settings.data.mkdir(mode=0o700, parents=True, exist_ok=True)


def _passphrase(settings: Settings, *, new: bool) -> Passphrase:
    if settings.passphrase_file is not None:
        return read_passphrase_file(settings.passphrase_file)
    if not sys.stdin.isatty():
        raise ConfigurationError(
            "no passphrase: name a file of mode 0600 in CORRIDOR_PASSPHRASE_FILE"
        )
    text: str = click.prompt(
        "Passphrase of the keys", hide_input=True, confirmation_prompt=new, err=True
    )
    return Passphrase(text)
