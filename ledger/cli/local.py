# SPDX-License-Identifier: Apache-2.0
"""A whole ledger on this machine: a fresh chain, contracts, keys, parties and tokens.

For the demo, for `corridor serve --local` and for tests. Every key is made anew and is worth
nothing elsewhere; all parties are invented.
"""

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.chain.writing import (
    FOREVER,
    DeploymentPlan,
    KeyGrant,
    Node,
    Registrar,
    Role,
    connect,
    deploy,
)
from ledger.errors import ConfigurationError
from ledger.keys import (
    HeldKey,
    KeyRole,
    Keystore,
    Passphrase,
    make_log_key,
    make_storage_secrets,
)
from ledger.localnode import LocalNode
from ledger.ports.facade import Scope
from ledger.primitives import PartyId
from ledger.settings import Settings, read_settings
from ledger.trust import FinalityRule, LogKey, Trust
from ledger.wiring_service import open_store

__all__ = [
    "PARTIES",
    "LocalLedger",
    "LocalParty",
    "make_local_ledger",
]

LOG_NAME: Final = "local"
_MARK: Final = ".corridor-local"  # in every folder that may be emptied
_SCRYPT_N: Final = 2**12  # throw-away keys: opening them must not take a second each
_MAX_HEAD_AGE_SECONDS: Final = 120
_TOKEN_SECONDS: Final = 86_400
_SERVICE_KEYS: Final = (
    *("deployer", "registrar", "accreditor", "sequencer", "guardian", "relayer"),
)


@dataclass(frozen=True, slots=True)
class LocalParty:
    """Someone on the road Nagoya – Ambarli, and what they are accredited for."""

    label: str
    name: str
    country: str
    kind: str
    document_types: tuple[str, ...] = ()


PARTIES: Final = (
    LocalParty(
        "carrier", "Example Corridor Line", "JP", "carrier", ("bill-of-lading", "file-only")
    ),
    LocalParty(
        "chamber", "Example Chamber of Commerce", "JP", "chamber", ("certificate-of-origin",)
    ),
    LocalParty("exporter", "Example Machinery KK", "JP", "exporter", ("file-only",)),
    LocalParty("customs-altynkol", "Example Customs, Altynkol", "KZ", "customs"),
    LocalParty("customs-aktau", "Example Customs, Aktau", "KZ", "customs"),
    LocalParty("customs-alat", "Example Customs, Alat", "AZ", "customs"),
    LocalParty("customs-poti", "Example Customs, Poti", "GE", "customs"),
    LocalParty("customs-ambarli", "Example Customs, Ambarli", "TR", "customs"),
    LocalParty("bank", "Example Bank A.S.", "TR", "bank"),
    LocalParty("auditor", "Example Audit Office", "GE", "auditor"),
)


@dataclass(frozen=True, slots=True)
class LocalLedger:
    """What was made. `environment` are the settings of its service."""

    folder: Path
    node: Node
    trust: Trust
    keystore: Keystore
    parties: Mapping[str, PartyId]
    environment: Mapping[str, str]

    @property
    def settings(self) -> Settings:
        """The settings of its service."""
        return read_settings(self.environment)

    def registrar(self, account: str = "registrar") -> Registrar:
        """Act on the registry with one of the service's accounts."""
        address = self.trust.ledgers[0].parties.address
        return Registrar(self.node, address, self.keystore.account(account))

    def manager(self, label: str) -> Registrar:
        """Act on the registry with a party's own `manage` key."""
        address = self.trust.ledgers[0].parties.address
        account = self.keystore.account(f"{self.parties[label]}-manage")
        return Registrar(self.node, address, account)

    def signer(self, label: str) -> HeldKey:
        """A party's `sign` key."""
        return self.keystore.account(f"{self.parties[label]}-sign")

    def tokens(self, *labels: str) -> dict[str, str]:
        """Make an access token for each of these parties, good for a day."""
        storage = open_store(self.settings, self.trust)
        try:
            now = int(self.node.latest().time)
            scopes = tuple(scope.value for scope in Scope)
            return {
                label: storage.tokens.create(
                    self.parties[label], scopes, f"local {label}", now + _TOKEN_SECONDS
                )
                for label in labels
            }
        finally:
            storage.close()


def make_local_ledger(
    folder: Path,
    anvil: LocalNode,
    port: int,
    say: Callable[[str], None],
    parties: Sequence[LocalParty] = PARTIES,
) -> LocalLedger:
    """Deploy, register and accredit on a fresh local chain.

    Args:
        folder: for keys, database and trust file; emptied first.
        anvil: the chain, one block per transaction (`block_seconds=None`); see `start_blocks`.
        port: where the API is going to listen, on loopback.
        say: told in one line what is being done.
        parties: whom to register.
    """
    _empty(folder)
    environment = _environment(folder, anvil, port)
    passphrase = _passphrase(Path(environment["CORRIDOR_PASSPHRASE_FILE"]))
    settings = read_settings(environment)

    say("making keys")
    keystore = Keystore(settings.keys, scrypt_n=_SCRYPT_N)
    make_storage_secrets(settings.keys)
    log_key = make_log_key(settings.log_key, LOG_NAME, passphrase)
    accounts = {name: keystore.make_service_key(name, passphrase) for name in _SERVICE_KEYS}
    anvil.fund(*(key.address for key in accounts.values()))

    say("deploying the contracts")
    node = connect(anvil.url)
    trust = deploy(node, accounts["deployer"], _plan(accounts, LogKey(log_key.verifier, 0, None)))
    settings.trust.parent.mkdir(parents=True, exist_ok=True)
    settings.trust.write_bytes(trust.file_bytes())
    made = LocalLedger(folder, node, trust, keystore, {}, environment)

    say(f"registering {len(parties)} parties, all invented")
    known = {party.label: _register(made, anvil, party, passphrase) for party in parties}
    return LocalLedger(folder, node, trust, keystore, known, environment)


def _environment(folder: Path, anvil: LocalNode, port: int) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CORRIDOR_")}
    return kept | {
        "CORRIDOR_DATA": str(folder),
        "CORRIDOR_NODE": anvil.url,
        "CORRIDOR_NETWORK": "local",
        "CORRIDOR_TRUST": str(folder / "local.json"),
        "CORRIDOR_KEYS": str(folder / "keys"),
        "CORRIDOR_PASSPHRASE_FILE": str(folder / "passphrase"),
        "CORRIDOR_LOG_NAME": LOG_NAME,
        "CORRIDOR_ANCHOR_SECONDS": "1",
        "CORRIDOR_API_PORT": str(port),
    }


def _passphrase(path: Path) -> Passphrase:
    passphrase = Passphrase.random()
    path.touch(mode=0o600)
    path.write_text(passphrase.reveal() + "\n", encoding="utf-8")
    return passphrase


def _plan(accounts: Mapping[str, HeldKey], log_key: LogKey) -> DeploymentPlan:
    return DeploymentPlan(
        admin=accounts["deployer"].address,
        registrar=accounts["registrar"].address,
        accreditor=accounts["accreditor"].address,
        sequencer=accounts["sequencer"].address,
        guardian=accounts["guardian"].address,
        key_delay_seconds=0,
        finality=FinalityRule.parse("finalized-tag"),
        max_head_age_seconds=_MAX_HEAD_AGE_SECONDS,
        log_keys=(log_key,),
    )


def _register(
    ledger: LocalLedger, anvil: LocalNode, party: LocalParty, passphrase: Passphrase
) -> PartyId:
    registrar = ledger.registrar()
    expected = registrar.next_party_id()
    manage = ledger.keystore.make_party_key(expected, KeyRole.MANAGE, passphrase)
    sign = ledger.keystore.make_party_key(expected, KeyRole.SIGN, passphrase)
    anvil.fund(manage.address)  # the relayer pays for what the other key signs
    grants = (KeyGrant(manage, Role.MANAGE), KeyGrant(sign, Role.SIGN))
    registered = registrar.register_party(party.name, party.country, party.kind, grants)
    for document_type in party.document_types:
        ledger.registrar("accreditor").accredit(registered, document_type, 0, FOREVER)
    return registered


def _empty(folder: Path) -> None:
    """Make the folder new. Only one that an earlier local run made is ever emptied.

    Raises:
        ConfigurationError: it holds something else.
    """
    if folder.exists():
        if not folder.is_dir() or (any(folder.iterdir()) and not (folder / _MARK).is_file()):
            raise ConfigurationError(
                f"{folder}: want a new or empty folder, or one of an earlier local run; this one "
                "holds other files; name another with --folder"
            )
        shutil.rmtree(folder)
    folder.mkdir(parents=True, mode=0o700)
    (folder / _MARK).touch()
