# SPDX-License-Identifier: Apache-2.0
"""The fields of a package, whether it holds the whole document or a redaction of it."""

from collections.abc import Mapping
from dataclasses import dataclass

from ledger.documents.disclosed import HIDDEN, Leaf
from ledger.errors import InvalidPackageError
from ledger.primitives import Digest
from ledger.receipts import OpenedContent, Package
from ledger.sealing import ShownLeaf, reopen
from ledger.verification import State
from ledger.verification.content import content_outcomes

__all__ = ["Field", "check_intact", "fields_of"]


@dataclass(frozen=True, slots=True)
class Field:
    """One value, or HIDDEN, and its salted digest."""

    value: Leaf
    digest: Digest


def fields_of(package: Package) -> Mapping[str, Field]:
    """List the fields by pointer, in the order of the document's leaves."""
    content = package.content
    if isinstance(content, OpenedContent):
        sealed = reopen(content.document, content.seed)
        return {
            leaf.pointer: Field(leaf.value, item.digest)
            for leaf, item in zip(sealed.leaves, sealed.digests, strict=True)
        }
    return {
        leaf.pointer: Field(leaf.value if isinstance(leaf, ShownLeaf) else HIDDEN, leaf.digest())
        for leaf in content.redaction.leaves
    }


def check_intact(package: Package, name: str) -> None:
    """Refuse a package whose content is not the one it was made for.

    Raises:
        InvalidPackageError: with the first pointer that was changed, where that is known.
    """
    for outcome in content_outcomes(package):
        if outcome.state is not State.PASSED:
            pointer = outcome.pointers[0] if outcome.pointers else ""
            reason = outcome.detail or "it was changed after it was signed"
            raise InvalidPackageError(pointer, f"{name} is not intact: {reason}")
