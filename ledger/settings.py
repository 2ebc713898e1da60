# SPDX-License-Identifier: Apache-2.0
"""What the operator chooses: `CORRIDOR_*` variables, and a TOML file. Read by the wirings only.

The environment wins over the file. In the file the names are the same without the prefix, in lower
case: `CORRIDOR_API_PORT=8080` is `api_port = 8080`. No secret is a setting: passphrases and keys
are files, and settings name them. URLs of node and database may hold credentials; they are hidden.
"""

import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledger.errors import ConfigurationError
from ledger.primitives import shown

__all__ = ["Settings", "read_settings"]

PREFIX: Final = "CORRIDOR_"
FILE: Final = "CORRIDOR_CONFIG"
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{0,62}", re.ASCII)
_KEY_NAME = re.compile(r"[a-z][a-z0-9-]{0,47}", re.ASCII)
_HOST = re.compile(r"[A-Za-z0-9.:\[\]-]{1,253}", re.ASCII)
_NODE = re.compile(r"https?://[^\s/,]+[^\s,]*(?:, ?https?://[^\s/,]+[^\s,]*)*")
_DATABASE = re.compile(r"[a-z0-9+]+:/\S+")
_DIGITS = re.compile(r"0|[1-9][0-9]{0,14}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of them. Members named …_seconds, …_bytes are in these units.

    `promise_seconds`: what an acceptance promises. `anchor_entries`, `anchor_seconds`: the cadence.
    `pending_limit`: statements without an index, beyond which intake answers 503. `relay_limit`:
    the same of acts that are in no block. `max_fee_gwei`: 0 means any price.
    """

    data: Path
    database: str = field(repr=False)
    node: str = field(repr=False)
    max_fee_gwei: int
    network: str
    trust: Path
    keys: Path
    passphrase_file: Path | None
    sequencer_key: str
    relayer_key: str
    log_name: str
    promise_seconds: int
    anchor_entries: int
    anchor_seconds: int
    api_host: str
    api_port: int
    pending_limit: int
    relay_limit: int
    body_bytes: int
    anvil: Path | None

    @property
    def nodes(self) -> tuple[str, ...]:
        """The URLs of all nodes; the first one answers what is only asked of one."""
        return tuple(part.strip() for part in self.node.split(","))

    @property
    def max_fee(self) -> int | None:
        """Wei per gas that a transaction of the service may pay; None: what it takes."""
        return self.max_fee_gwei * 10**9 or None

    @property
    def log_key(self) -> Path:
        """The file of the log's Ed25519 key."""
        return self.keys / f"log-{self.log_name}.pem"


@dataclass(frozen=True, slots=True)
class _Setting:
    """`default` None: not set. `secret`: an error must not repeat what came."""

    want: str
    fits: Callable[[str], bool]
    default: str | None
    secret: bool = False


def _number(least: int, most: int, default: int) -> _Setting:
    def fits(text: str) -> bool:
        return _DIGITS.fullmatch(text) is not None and least <= int(text) <= most

    return _Setting(f"a whole number from {least} to {most}", fits, str(default))


def _text(want: str, pattern: re.Pattern[str], default: str | None) -> _Setting:
    return _Setting(want, lambda text: pattern.fullmatch(text) is not None, default)


def _path(want: str, default: str | None) -> _Setting:
    return _Setting(want, lambda text: bool(text) and "\0" not in text, default)


def _address(want: str, pattern: re.Pattern[str], default: str | None) -> _Setting:
    return _Setting(want, lambda text: pattern.fullmatch(text) is not None, default, secret=True)


_DAY: Final = 86_400
_KNOWN: Final[Mapping[str, _Setting]] = {
    "data": _path("a folder", "corridor-data"),
    "database": _address("a database URL, like sqlite:///data/ledger.db", _DATABASE, None),
    "node": _address(
        "http:// or https:// URLs, separated by commas", _NODE, "http://127.0.0.1:8545"
    ),
    "max_fee_gwei": _number(0, 1_000_000, 0),
    "network": _text("a network's name [a-z0-9.-]", _NAME, "local"),
    "trust": _path("a trust file", None),
    "keys": _path("a folder", None),
    "passphrase_file": _path("a file with the passphrase", None),
    "sequencer_key": _text("a key's name [a-z0-9-]", _KEY_NAME, "sequencer"),
    "relayer_key": _text("a key's name [a-z0-9-]", _KEY_NAME, "relayer"),
    "log_name": _text("a log's name [a-z0-9.-], up to 63", _NAME, "local"),
    "promise_seconds": _number(1, 30 * _DAY, 300),
    "anchor_entries": _number(1, 1_000_000, 1000),
    "anchor_seconds": _number(0, _DAY, 10),
    "api_host": _text("a host name or address", _HOST, "127.0.0.1"),
    "api_port": _number(1, 65_535, 8080),
    "pending_limit": _number(1, 10_000_000, 20_000),
    "relay_limit": _number(1, 1_000_000, 1000),
    "body_bytes": _number(1024, 64 * 1024 * 1024, 8 * 1024 * 1024),
    "anvil": _path("Anvil's binary", None),
}


def read_settings(
    environment: Mapping[str, str] | None = None, file: Path | None = None
) -> Settings:
    """Read the settings.

    Args:
        environment: the variables; the process's own if not given.
        file: a TOML file; the one that CORRIDOR_CONFIG names if not given, or none.

    Raises:
        ConfigurationError: names the variable or member, what was expected and what came.
    """
    variables = os.environ if environment is None else environment
    if file is None and variables.get(FILE):
        file = Path(variables[FILE])
    written = {} if file is None else _read_file(file)
    found = {name: _value(name, variables, written) for name in _KNOWN}
    data = Path(found["data"] or "")
    network = found["network"] or ""
    return Settings(
        data=data,
        database=found["database"] or f"sqlite:///{data / 'ledger.db'}",
        node=found["node"] or "",
        max_fee_gwei=int(found["max_fee_gwei"] or 0),
        network=network,
        trust=Path(found["trust"] or f"deployments/{network}.json"),
        keys=Path(found["keys"] or data / "keys"),
        passphrase_file=_optional_path(found["passphrase_file"]),
        sequencer_key=found["sequencer_key"] or "",
        relayer_key=found["relayer_key"] or "",
        log_name=found["log_name"] or "",
        promise_seconds=int(found["promise_seconds"] or 0),
        anchor_entries=int(found["anchor_entries"] or 0),
        anchor_seconds=int(found["anchor_seconds"] or 0),
        api_host=found["api_host"] or "",
        api_port=int(found["api_port"] or 0),
        pending_limit=int(found["pending_limit"] or 0),
        relay_limit=int(found["relay_limit"] or 0),
        body_bytes=int(found["body_bytes"] or 0),
        anvil=_optional_path(found["anvil"]),
    )


def _value(name: str, variables: Mapping[str, str], written: Mapping[str, str]) -> str | None:
    """A variable, else the file's member, else the default; checked. An empty variable is unset."""
    setting = _KNOWN[name]
    variable = PREFIX + name.upper()
    text = variables.get(variable) or None
    source = variable
    if text is None and name in written:
        text, source = written[name], f"{name} (in the settings file)"
    if text is None:
        return setting.default
    if not setting.fits(text):
        came = "something else, which may hold credentials" if setting.secret else shown(text)
        raise ConfigurationError(f"{source}: want {setting.want}; got {came}")
    return text


def _read_file(file: Path) -> dict[str, str]:
    try:
        members = tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigurationError(f"{file}: cannot be read as TOML") from error
    unknown = sorted(set(members) - set(_KNOWN))
    if unknown:
        raise ConfigurationError(f"{file}: {shown(unknown[0])} is not a setting")
    for name, value in members.items():
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise ConfigurationError(f"{file}: {name}: want a text or a whole number")
    return {name: str(value) for name, value in members.items()}


def _optional_path(text: str | None) -> Path | None:
    return None if text is None else Path(text)
