# SPDX-License-Identifier: Apache-2.0
"""Stop 3: one value, one sequence of bytes (RFC 8785), and the strict JSON that leads there."""

from ledger.canonical.reading import (
    ENVELOPE_LIMITS,
    PACKAGE_LIMITS,
    Limits,
    RewrittenNumber,
    check_sealable,
    parse_exact,
    parse_submitted,
)
from ledger.canonical.writing import (
    MAX_SAFE_INTEGER,
    canonical_bytes,
    escape_token,
    quoted,
    scalar_text,
)

__all__ = [
    "ENVELOPE_LIMITS",
    "MAX_SAFE_INTEGER",
    "PACKAGE_LIMITS",
    "Limits",
    "RewrittenNumber",
    "canonical_bytes",
    "check_sealable",
    "escape_token",
    "parse_exact",
    "parse_submitted",
    "quoted",
    "scalar_text",
]
