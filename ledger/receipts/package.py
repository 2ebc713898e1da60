# SPDX-License-Identifier: Apache-2.0
"""A package: document or redaction, receipts and promises, in one file (docs/formats.md §2–4)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ledger.canonical import canonical_bytes
from ledger.documents import TradeDocument
from ledger.primitives import Digest, Json, Seed
from ledger.receipts.receipt import Receipt
from ledger.sealing import Redaction, SealedDocument, ShownLeaf, ValueDigest

__all__ = ["PACKAGE_FORMAT", "OpenedContent", "Package", "RedactedContent"]

PACKAGE_FORMAT: Final = "corridor/package/1"


@dataclass(frozen=True, slots=True)
class OpenedContent:
    """The whole document: envelope as found, seed, and the digests that explain a failure."""

    envelope: Mapping[str, Json]
    document: TradeDocument
    seed: Seed
    digests: tuple[ValueDigest, ...]


@dataclass(frozen=True, slots=True)
class RedactedContent:
    """All leaves, some hidden."""

    redaction: Redaction


@dataclass(frozen=True, slots=True)
class Package:
    """`corridor/package/1`: all that a verifier needs beside the chain. Files travel with it."""

    commitment: Digest
    content: OpenedContent | RedactedContent
    receipts: tuple[Receipt, ...]
    acceptances: tuple[str, ...] = ()

    @staticmethod
    def of(
        sealed: SealedDocument,
        receipts: tuple[Receipt, ...],
        acceptances: tuple[str, ...] = (),
    ) -> "Package":
        """Wrap a sealed document, whole."""
        envelope = sealed.document.envelope()
        content = OpenedContent(envelope, sealed.document, sealed.seed, sealed.digests)
        return Package(sealed.commitment, content, receipts, acceptances)

    def redacted(self, redaction: Redaction) -> "Package":
        """The same package with only a redaction of its document."""
        return Package(self.commitment, RedactedContent(redaction), self.receipts, self.acceptances)

    def json(self) -> dict[str, Json]:
        """Write `corridor/package/1`; every member present."""
        content = self.content
        opened = isinstance(content, OpenedContent)
        return {
            "format": PACKAGE_FORMAT,
            "commitment": str(self.commitment),
            "envelope": dict(content.envelope) if isinstance(content, OpenedContent) else None,
            "seed": content.seed.text() if isinstance(content, OpenedContent) else None,
            "digests": [[item.pointer, str(item.digest)] for item in content.digests]
            if isinstance(content, OpenedContent)
            else None,
            "redaction": None if opened else _redaction_json(content),
            "receipts": [receipt.json() for receipt in self.receipts],
            "acceptances": list(self.acceptances),
            "evidence": None,
        }

    def file_bytes(self) -> bytes:
        """The file as it is written: RFC 8785 and one newline."""
        return canonical_bytes(self.json()) + b"\n"


def _redaction_json(content: "OpenedContent | RedactedContent") -> Json:
    if isinstance(content, OpenedContent):
        return None
    return [
        {"pointer": leaf.pointer, "salt": leaf.salt.text(), "value": leaf.value}
        if isinstance(leaf, ShownLeaf)
        else {"pointer": leaf.pointer, "hidden": str(leaf.hidden)}
        for leaf in content.redaction.leaves
    ]
