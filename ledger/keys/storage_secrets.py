# SPDX-License-Identifier: Apache-2.0
"""What the storage encrypts with: key-encryption keys (KEK) and the index secret, 32 bytes each.

`kek-1.key`, `kek-2.key` … and `index.key`: 64 hexadecimal digits and a newline. They do not lie in
the database or its backups: whoever has both can read every document.
"""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from ledger.errors import ConfigurationError
from ledger.keys.secret_files import make_private_folder, read_private, write_private

__all__ = ["StorageSecrets", "load_storage_secrets", "make_storage_secrets", "rotate_kek"]

_BYTES: Final = 32
_INDEX: Final = "index.key"
_KEK = re.compile(r"(kek-([1-9][0-9]{0,5}))\.key", re.ASCII)
_CONTENT = re.compile(rb"([0-9a-f]{64})\n?")


@dataclass(frozen=True, slots=True)
class StorageSecrets:
    """KEKs by id, the id of the one that new documents use, the index secret. `repr` hides them."""

    current: str
    keks: Mapping[str, bytes] = field(repr=False)
    index_secret: bytes = field(repr=False)


def make_storage_secrets(folder: Path) -> StorageSecrets:
    """Make the first KEK and the index secret.

    Raises:
        ConfigurationError: there is one already.
    """
    make_private_folder(folder)
    _write(folder / _INDEX)
    _write(folder / "kek-1.key")
    return load_storage_secrets(folder)


def load_storage_secrets(folder: Path) -> StorageSecrets:
    """Read all of them; the newest KEK is the current one.

    Raises:
        ConfigurationError: one is missing, open to others, or not 64 hexadecimal digits.
    """
    numbers = _kek_numbers(folder)
    if not numbers:
        raise ConfigurationError(f"{folder} holds no kek-1.key: bring it back from your backup")
    keks = {f"kek-{number}": _read(folder / f"kek-{number}.key") for number in numbers}
    return StorageSecrets(f"kek-{numbers[-1]}", keks, _read(folder / _INDEX))


def rotate_kek(folder: Path) -> StorageSecrets:
    """Add a KEK, for new documents; the older ones open what they wrapped."""
    numbers = _kek_numbers(folder)
    if not numbers:
        raise ConfigurationError(f"{folder} holds no kek-1.key: there is nothing to rotate")
    _write(folder / f"kek-{numbers[-1] + 1}.key")
    return load_storage_secrets(folder)


def _kek_numbers(folder: Path) -> list[int]:
    found = (_KEK.fullmatch(path.name) for path in folder.glob("kek-*.key"))
    return sorted(int(match[2]) for match in found if match)


def _write(path: Path) -> None:
    write_private(path, secrets.token_bytes(_BYTES).hex().encode() + b"\n")


def _read(path: Path) -> bytes:
    match = _CONTENT.fullmatch(read_private(path))
    if match is None:
        raise ConfigurationError(f"{path}: want 64 lower-case hexadecimal digits")
    return bytes.fromhex(match[1].decode())
