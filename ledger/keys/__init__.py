# SPDX-License-Identifier: Apache-2.0
"""Every key that this service holds: made, stored, opened. docs/keys.md tells their lives."""

from ledger.keys.held_key import HeldKey
from ledger.keys.keystore import KeyEntry, KeyRole, Keystore
from ledger.keys.log_key import load_log_key, make_log_key
from ledger.keys.passphrase import Passphrase, read_passphrase_file
from ledger.keys.storage_secrets import (
    StorageSecrets,
    load_storage_secrets,
    make_storage_secrets,
    rotate_kek,
)

__all__ = [
    "HeldKey",
    "KeyEntry",
    "KeyRole",
    "Keystore",
    "Passphrase",
    "StorageSecrets",
    "load_log_key",
    "load_storage_secrets",
    "make_log_key",
    "make_storage_secrets",
    "read_passphrase_file",
    "rotate_kek",
]
