# SPDX-License-Identifier: Apache-2.0
"""Stop 8: what a holder keeps: receipts and packages."""

from ledger.receipts.package import (
    PACKAGE_FORMAT,
    OpenedContent,
    Package,
    RedactedContent,
)
from ledger.receipts.parsing import parse_package
from ledger.receipts.receipt import RECEIPT_FORMAT, Receipt

__all__ = [
    "PACKAGE_FORMAT",
    "RECEIPT_FORMAT",
    "OpenedContent",
    "Package",
    "Receipt",
    "RedactedContent",
    "parse_package",
]
