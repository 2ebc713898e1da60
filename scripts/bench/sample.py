# SPDX-License-Identifier: Apache-2.0
"""The committed benchmark bill of lading, and what stands beside it."""

import json
import secrets
from pathlib import Path
from typing import Final

from ledger.primitives import Digest

__all__ = ["DOCUMENTS", "KIND", "SAMPLE", "random_digests", "submission"]

SAMPLE: Final = Path(__file__).parents[2] / "samples" / "benchmark" / "bl-72-fields.json"
KIND: Final = "bill-of-lading"
DOCUMENTS: Final = 8  # in one statement, as an ERP hands them in


def submission() -> bytes:
    """The benchmark document, as a party hands it in."""
    data = json.loads(SAMPLE.read_text("utf-8"))
    return json.dumps({"documentType": KIND, "data": data}, ensure_ascii=False).encode()


def random_digests(count: int) -> list[Digest]:
    """Stand-ins for what others hand in."""
    return [Digest(secrets.token_bytes(32)) for _ in range(count)]
