# SPDX-License-Identifier: Apache-2.0
"""How large a sealed envelope may be (docs/formats.md §1)."""

from ledger.canonical import ENVELOPE_LIMITS, canonical_bytes
from ledger.errors import LimitExceededError
from ledger.primitives import Json

__all__ = ["check_envelope_size"]


def check_envelope_size(value: Json) -> None:
    """Refuse an envelope whose RFC 8785 bytes are more than `ENVELOPE_LIMITS` allows.

    Raises:
        LimitExceededError: too many bytes.
    """
    # A character takes at most 6 bytes when it is written (\\u001f): a cheap first look.
    if _rough_size(value) <= ENVELOPE_LIMITS.size // 8:
        return
    size = len(canonical_bytes(value))
    if size > ENVELOPE_LIMITS.size:
        raise LimitExceededError(f"want an envelope of at most {ENVELOPE_LIMITS.size} bytes")


def _rough_size(value: Json) -> int:
    if isinstance(value, dict):
        return sum(len(key) + _rough_size(child) + 4 for key, child in value.items()) + 2
    if isinstance(value, list):
        return sum(_rough_size(child) + 1 for child in value) + 2
    return len(value) + 2 if isinstance(value, str) else 24
