# SPDX-License-Identifier: Apache-2.0
"""The log's Ed25519 key, which signs checkpoints and acceptances: encrypted PKCS #8, one file."""

from contextlib import suppress
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from ledger.errors import ConfigurationError
from ledger.keys.passphrase import Passphrase
from ledger.keys.secret_files import read_private, write_private
from ledger.log import NoteSigner, origin_of

__all__ = ["load_log_key", "make_log_key"]


def make_log_key(path: Path, log_name: str, passphrase: Passphrase) -> NoteSigner:
    """Make and store a log's key. Its public half belongs into the trust file.

    Raises:
        ConfigurationError: the file exists.
        InvalidValueError: not a log name.
    """
    name = origin_of(log_name)
    key = Ed25519PrivateKey.generate()
    encryption = BestAvailableEncryption(passphrase.reveal().encode())
    write_private(path, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption))
    return NoteSigner(name, key)


def load_log_key(path: Path, log_name: str, passphrase: Passphrase) -> NoteSigner:
    """Open a log's key.

    Raises:
        ConfigurationError: no such file, another passphrase, or not an encrypted Ed25519 key.
    """
    pem = read_private(path)
    key: object = None
    with suppress(ValueError, TypeError):  # told below, without what cryptography raised
        key = load_pem_private_key(pem, passphrase.reveal().encode())
    if not isinstance(key, Ed25519PrivateKey):
        raise ConfigurationError(
            f"{path}: the passphrase does not open it, or it is no encrypted Ed25519 key"
        )
    return NoteSigner(origin_of(log_name), key)
