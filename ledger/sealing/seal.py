# SPDX-License-Identifier: Apache-2.0
"""Stop 4: a document and a fresh seed become a sealed document with one commitment."""

import secrets
from dataclasses import dataclass

from ledger.documents import TradeDocument, check_envelope_size
from ledger.merkle import merkle_root
from ledger.primitives import Digest, Seed
from ledger.sealing.leaves import FieldLeaf, Salter, field_leaf, flatten, value_digest

__all__ = ["SealedDocument", "ValueDigest", "commitment_of", "reopen", "seal"]


@dataclass(frozen=True, slots=True)
class ValueDigest:
    """A pointer and the digest v of the value under it."""

    pointer: str
    digest: Digest


@dataclass(frozen=True, slots=True)
class SealedDocument:
    """A document, the seed that opens it, its n value digests in leaf order, and the root."""

    document: TradeDocument
    seed: Seed
    digests: tuple[ValueDigest, ...]
    commitment: Digest

    @property
    def leaves(self) -> tuple[FieldLeaf, ...]:
        """The n leaves, in the order of `digests`."""
        return flatten(self.document.envelope())


def seal(document: TradeDocument) -> SealedDocument:
    """Seal a new document under 32 random bytes that are drawn here and nowhere else.

    No function of the ledger takes a seed for a new document: a seed that served twice opens
    hidden values of both.

    Raises:
        LimitExceededError: the envelope has more bytes than a sealed one may have.
    """
    check_envelope_size(document.envelope())
    return reopen(document, Seed(secrets.token_bytes(32)))


def reopen(document: TradeDocument, seed: Seed) -> SealedDocument:
    """Recompute a document that was sealed before, from the seed kept beside it."""
    salter = Salter(seed)
    digests = tuple(
        ValueDigest(leaf.pointer, value_digest(salter.salt(leaf.pointer), leaf.value))
        for leaf in flatten(document.envelope())
    )
    return SealedDocument(document, seed, digests, commitment_of(digests))


def commitment_of(digests: "tuple[ValueDigest, ...]") -> Digest:
    """Root over the field leaves of n ≥ 1 value digests in leaf order."""
    return merkle_root([field_leaf(item.pointer, item.digest) for item in digests])
