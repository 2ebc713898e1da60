# SPDX-License-Identifier: Apache-2.0
"""Encrypted secp256k1 keys, one file each: Web3 Secret Storage (scrypt) plus a public member.

`<party id>-sign.json`, `<party id>-manage.json`, `sequencer.json` … What stands outside the
ciphertext (label, party, role, address) is listed without a passphrase, and checked at unlocking.
"""

import json
import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from eth_account import Account

from ledger.errors import ConfigurationError, InvalidInputError
from ledger.keys.held_key import HeldKey
from ledger.keys.passphrase import Passphrase
from ledger.keys.secret_files import (
    make_private_folder,
    read_private,
    sync_folder,
    write_private,
)
from ledger.primitives import Address, PartyId, Signature, shown

__all__ = ["KeyEntry", "KeyRole", "Keystore"]

FORMAT: Final = "corridor/key/1"
SCRYPT_N: Final = 2**18  # about a second and 256 MB per key: what geth takes, too
_NAME = re.compile(r"[a-z][a-z0-9-]{0,47}", re.ASCII)
_RETIRED: Final = ".retired.json"


class KeyRole(StrEnum):
    """What a key is for: a party's two roles on chain, or an account of the service itself."""

    SIGN = "sign"
    MANAGE = "manage"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class KeyEntry:
    """What is public about a stored key. `number` counts a party's keys of one role, from 1."""

    label: str
    address: Address
    role: KeyRole
    party: PartyId | None
    number: int

    @classmethod
    def parse(cls, label: str, members: dict[str, Any]) -> "KeyEntry":
        """Read the public part of a key file.

        Raises:
            ConfigurationError: not one of ours, or renamed.
        """
        try:
            public = members["corridor"]
            party = public["party"]
            entry = cls(
                label=public["label"],
                address=Address.parse("0x" + members["address"]),
                role=KeyRole(public["role"]),
                party=None if party is None else PartyId.parse(party),
                number=int(public["number"]),
            )
        except (KeyError, TypeError, ValueError, InvalidInputError) as error:
            raise ConfigurationError(f"{label}.json is not a key file of ours") from error
        if public.get("format") != FORMAT or entry.label != label:
            raise ConfigurationError(f"{label}.json is not a key file of ours, or was renamed")
        return entry

    def json(self) -> dict[str, Any]:
        """The public member."""
        return {
            "format": FORMAT,
            "label": self.label,
            "party": None if self.party is None else str(self.party),
            "role": self.role.value,
            "number": self.number,
        }


class Keystore:
    """A folder of keys; `Signers` for those that are unlocked. `repr` shows the folder only."""

    def __init__(self, folder: Path, *, scrypt_n: int = SCRYPT_N) -> None:
        make_private_folder(folder)
        self._folder = folder
        self._scrypt_n = scrypt_n
        self._entries: dict[str, KeyEntry] = {}
        self._keys: dict[Address, HeldKey] = {}

    def __repr__(self) -> str:
        return f"Keystore({str(self._folder)!r})"

    # -- making and retiring -------------------------------------------------------------------

    def make_party_key(self, party: PartyId, role: KeyRole, passphrase: Passphrase) -> HeldKey:
        """Make, store and unlock a party's next key. It is worth nothing before it is registered.

        The older key of the role goes on signing until it is retired: a new one may have to wait
        for its interval on chain.
        """
        held = [path.name for path in self._folder.glob(f"{party}-{role.value}*.json")]
        number = len(held) + 1
        suffix = "" if number == 1 else f"-{number}"
        return self._make(f"{party}-{role.value}{suffix}", (party, role, number), passphrase)

    def make_service_key(self, name: str, passphrase: Passphrase) -> HeldKey:
        """Make, store and unlock an account of the service, for instance `sequencer`."""
        if not _NAME.fullmatch(name):
            raise ConfigurationError(f"want a key name [a-z0-9-], up to 48; got {shown(name)}")
        return self._make(name, (None, KeyRole.SERVICE, 1), passphrase)

    def retire(self, label: str) -> None:
        """Stop using a key, from the next unlocking on. The file stays, as `<label>.retired.json`.

        Raises:
            ConfigurationError: there is no such key.
        """
        path = self._path(label)
        try:
            os.link(path, path.with_name(label + _RETIRED))
            path.unlink()
            sync_folder(self._folder)
        except OSError as error:
            raise ConfigurationError(f"key {shown(label)}: {error.strerror}") from error
        entry = self._entries.pop(label, None)
        if entry is not None:
            self._keys.pop(entry.address, None)

    # -- reading -------------------------------------------------------------------------------

    def entries(self) -> tuple[KeyEntry, ...]:
        """All keys in use, by label, without opening any."""
        labels = sorted(
            path.name.removesuffix(".json")
            for path in self._folder.glob("[!.]*.json")
            if not path.name.endswith(_RETIRED)
        )
        return tuple(KeyEntry.parse(label, self._read(label)) for label in labels)

    def unlock(self, passphrase: Passphrase, entries: Iterable[KeyEntry] | None = None) -> None:
        """Open keys, about a second each: all, or those given (some of `entries()`).

        Raises:
            ConfigurationError: the passphrase does not open one; its label is named.
        """
        for entry in self.entries() if entries is None else entries:
            if entry.address not in self._keys:
                self._hold(entry, self._opened(entry, passphrase))

    def account(self, label: str) -> HeldKey:
        """An unlocked key by its label.

        Raises:
            ConfigurationError: there is none, or it was not unlocked.
        """
        entry = self._entries.get(label)
        if entry is None:
            raise ConfigurationError(f"no unlocked key is called {shown(label)}")
        return self._keys[entry.address]

    def signer_of(self, party: PartyId) -> Address | None:
        """See `Signers`: the oldest unlocked `sign` key of the party that is not retired."""
        own = [
            entry
            for entry in self._entries.values()
            if entry.party == party and entry.role is KeyRole.SIGN
        ]
        return min(own, key=lambda entry: entry.number).address if own else None

    def sign(self, signer: Address, digest: bytes) -> Signature:
        """See `Signers`."""
        key = self._keys.get(signer)
        if key is None:
            raise ConfigurationError(f"no unlocked key has the address {signer}")
        return key.sign(digest)

    # -- inside --------------------------------------------------------------------------------

    def _make(
        self,
        label: str,
        owner: tuple[PartyId | None, KeyRole, int],
        passphrase: Passphrase,
    ) -> HeldKey:
        key = HeldKey.random()
        party, role, number = owner
        entry = KeyEntry(label, key.address, role, party, number)
        members: dict[str, Any] = dict(
            Account.encrypt(key.secret(), passphrase.reveal(), "scrypt", self._scrypt_n)
        )
        members["address"] = key.address.raw.hex()  # the standard's spelling: lower case, no 0x
        members["corridor"] = entry.json()
        write_private(self._path(label), (json.dumps(members, indent=2) + "\n").encode())
        self._hold(entry, key)
        return key

    def _opened(self, entry: KeyEntry, passphrase: Passphrase) -> HeldKey:
        members = self._read(entry.label)
        try:
            key = HeldKey(bytes(Account.decrypt(members, passphrase.reveal())))
        except (ValueError, TypeError, KeyError):
            key = None
        # Outside the handler: what eth-account raised is not carried along.
        if key is None:
            raise ConfigurationError(f"the passphrase does not open key {entry.label}")
        if key.address != entry.address:
            raise ConfigurationError(
                f"key {entry.label} says {entry.address} and holds {key.address}"
            )
        return key

    def _hold(self, entry: KeyEntry, key: HeldKey) -> None:
        self._keys[key.address] = key
        self._entries[entry.label] = entry

    def _path(self, label: str) -> Path:
        return self._folder / f"{label}.json"

    def _read(self, label: str) -> dict[str, Any]:
        try:
            members = json.loads(read_private(self._path(label)))
        except ValueError as error:
            raise ConfigurationError(f"{label}.json is not JSON") from error
        if not isinstance(members, dict):
            raise ConfigurationError(f"{label}.json is not a key file of ours")
        return members
