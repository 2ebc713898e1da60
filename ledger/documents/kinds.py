# SPDX-License-Identifier: Apache-2.0
"""The registry: which kinds of document this ledger understands. A new kind is one more line."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ledger.documents.bill_of_lading import BILL_OF_LADING
from ledger.documents.certificate_of_origin import CERTIFICATE_OF_ORIGIN
from ledger.documents.file_only import FILE_ONLY
from ledger.documents.kind import Comparable, Derived, DocumentKind, Fact

__all__ = ["KINDS", "Comparable", "Derived", "DocumentKind", "Fact", "kind_of"]

_ALL: Final[tuple[DocumentKind, ...]] = (
    BILL_OF_LADING,
    CERTIFICATE_OF_ORIGIN,
    FILE_ONLY,
)

KINDS: Final[Mapping[str, DocumentKind]] = MappingProxyType(
    {kind.document_type: kind for kind in _ALL}
)


def kind_of(document_type: str) -> DocumentKind | None:
    """Look up a kind; None if this ledger does not know the type."""
    return KINDS.get(document_type)
