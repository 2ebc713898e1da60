# SPDX-License-Identifier: Apache-2.0
"""Stop 4: sealing, and redaction of what was sealed."""

from ledger.sealing.leaves import FieldLeaf, Salt, field_leaf, flatten, salt_of, value_digest
from ledger.sealing.redaction import HiddenLeaf, Redaction, ShownLeaf, disclosed_of, redact
from ledger.sealing.seal import SealedDocument, ValueDigest, commitment_of, reopen, seal

__all__ = [
    "FieldLeaf",
    "HiddenLeaf",
    "Redaction",
    "Salt",
    "SealedDocument",
    "ShownLeaf",
    "ValueDigest",
    "commitment_of",
    "disclosed_of",
    "field_leaf",
    "flatten",
    "redact",
    "reopen",
    "salt_of",
    "seal",
    "value_digest",
]
