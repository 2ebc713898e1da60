# SPDX-License-Identifier: Apache-2.0
"""Where documents, statements, the log and its way to the chain are kept (docs/storage.md)."""

from ledger.storage.documents import SqlDocuments
from ledger.storage.engine import open_database
from ledger.storage.logs import SqlLog
from ledger.storage.opening import LedgerName, Storage, open_storage
from ledger.storage.outbox import SqlOutbox
from ledger.storage.schema import claim, upgrade
from ledger.storage.tokens import Principal, SqlTokens, TokenSummary
from ledger.storage.vault import Vault, VaultKeys

__all__ = [
    "LedgerName",
    "Principal",
    "SqlDocuments",
    "SqlLog",
    "SqlOutbox",
    "SqlTokens",
    "Storage",
    "TokenSummary",
    "Vault",
    "VaultKeys",
    "claim",
    "open_database",
    "open_storage",
    "upgrade",
]
