# SPDX-License-Identifier: Apache-2.0
"""What is written of a document: three ciphertexts, a wrapped key, and the tags that find it."""

import json
from dataclasses import dataclass
from typing import Final

from ledger.canonical import PACKAGE_LIMITS, canonical_bytes, parse_exact
from ledger.documents import Finding, Findings, Grade, TradeDocument
from ledger.errors import ConfigurationError, InvalidInputError
from ledger.primitives import Digest, Json, PartyId, Seed
from ledger.sealing import SealedDocument, reopen
from ledger.storage.vault import DataKey, Vault, WrappedKey

__all__ = [
    "Label",
    "Tags",
    "WrittenDocument",
    "file_tag",
    "open_content",
    "open_findings",
    "open_label",
    "reference_tag",
    "tags_of",
    "write",
]

CONTENT: Final = "content"
LABEL: Final = "label"
FINDINGS: Final = "findings"


@dataclass(frozen=True, slots=True)
class Label:
    """What a list shows of a document."""

    document_type: str
    reference: str


@dataclass(frozen=True, slots=True)
class Tags:
    """Keyed digests of what a document must be found by, for one party."""

    claim: bytes
    envelope: bytes
    reference: bytes
    files: frozenset[bytes]


@dataclass(frozen=True, slots=True)
class WrittenDocument:
    """A document, ready to be stored."""

    sealed: SealedDocument
    wrapped: WrappedKey
    content: bytes
    label: bytes
    findings: bytes
    tags: Tags


def write(
    vault: Vault, sealed: SealedDocument, party: PartyId, findings: Findings
) -> WrittenDocument:
    """Encrypt a document under a key of its own, and tag it."""
    document = sealed.document
    key, wrapped = vault.new_key(sealed.commitment)
    content: dict[str, Json] = {"envelope": document.envelope(), "seed": sealed.seed.text()}
    label: list[Json] = [document.document_type, document.reference]
    return WrittenDocument(
        sealed=sealed,
        wrapped=wrapped,
        content=key.encrypt(CONTENT, canonical_bytes(content)),
        label=key.encrypt(LABEL, canonical_bytes(label)),
        findings=key.encrypt(FINDINGS, _findings_json(findings)),
        tags=tags_of(vault, document, party),
    )


def tags_of(vault: Vault, document: TradeDocument, party: PartyId) -> Tags:
    """Tag what identifies a document of a party: its number, its whole envelope, its files."""
    reference = document.reference.encode("utf-8")
    return Tags(
        claim=vault.tag("claim", party.raw, document.document_type.encode("ascii"), reference),
        envelope=vault.tag("envelope", canonical_bytes(document.envelope())),
        reference=reference_tag(vault, party, document.reference),
        files=frozenset(file_tag(vault, file.sha256) for file in document.files),
    )


def reference_tag(vault: Vault, party: PartyId, reference: str) -> bytes:
    """Tag a party's own number, whatever the type; text that is no reference finds nothing."""
    return vault.tag("reference", party.raw, reference.encode("utf-8", "replace"))


def file_tag(vault: Vault, sha256: Digest) -> bytes:
    """Tag a file's digest, which is unsalted and must not stand in the database."""
    return vault.tag("file", sha256.raw)


def open_content(key: DataKey, content: bytes) -> SealedDocument:
    """Decrypt and recompute a document.

    Raises:
        ConfigurationError: it does not recompute to its commitment.
    """
    plain = key.decrypt(CONTENT, content)
    try:
        value = parse_exact(plain, PACKAGE_LIMITS)
        if not isinstance(value, dict):
            raise ConfigurationError(f"{key.commitment}: no envelope is stored")
        document = TradeDocument.parse(value["envelope"])
        sealed = reopen(document, Seed.parse(value["seed"]))
    except (InvalidInputError, KeyError) as error:
        raise ConfigurationError(f"{key.commitment}: stored in an unknown form") from error
    if sealed.commitment != key.commitment:
        raise ConfigurationError(f"{key.commitment} recomputes to {sealed.commitment}")
    return sealed


def open_label(key: DataKey, label: bytes) -> Label:
    """Decrypt what a list shows."""
    document_type, reference = json.loads(key.decrypt(LABEL, label))
    return Label(str(document_type), str(reference))


def open_findings(key: DataKey, findings: bytes) -> Findings:
    """Decrypt the findings of intake."""
    return tuple(
        Finding(Grade(grade), pointer, code, message, hint)
        for grade, pointer, code, message, hint in json.loads(key.decrypt(FINDINGS, findings))
    )


def _findings_json(findings: Findings) -> bytes:
    rows = [[item.grade, item.pointer, item.code, item.message, item.hint] for item in findings]
    return json.dumps(rows).encode("ascii")
