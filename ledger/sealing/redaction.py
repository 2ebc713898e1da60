# SPDX-License-Identifier: Apache-2.0
"""Redaction: values are hidden one by one, names never (docs/formats.md §2–4).

A redaction lists all n leaves. It carries no subtree hashes: with them a forger put two values
under one pointer and showed the bank one and customs the other.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from ledger.documents import ALWAYS_DISCLOSED, HIDDEN, Disclosed
from ledger.errors import InvalidRedactionError
from ledger.primitives import Digest, Json
from ledger.sealing.disclosure import check_disclosed, first_token
from ledger.sealing.leaves import Salt, salt_of, value_digest
from ledger.sealing.seal import SealedDocument, ValueDigest

__all__ = ["HiddenLeaf", "RedactedLeaf", "Redaction", "ShownLeaf", "disclosed_of", "redact"]

_FILE_DIGEST: Final = re.compile(r"/files/(?:0|[1-9][0-9]*)/sha256", re.ASCII)


@dataclass(frozen=True, slots=True)
class ShownLeaf:
    """A disclosed value with its salt."""

    pointer: str
    salt: Salt
    value: Json

    def digest(self) -> Digest:
        """The value digest, recomputed."""
        return value_digest(self.salt, self.value)


@dataclass(frozen=True, slots=True)
class HiddenLeaf:
    """A value withheld: only its digest is shown."""

    pointer: str
    hidden: Digest

    def digest(self) -> Digest:
        """The value digest, as listed."""
        return self.hidden


RedactedLeaf = ShownLeaf | HiddenLeaf


@dataclass(frozen=True, slots=True)
class Redaction:
    """All n leaves of one document in order; built by `redact`, or read and then `check`ed."""

    leaves: tuple[RedactedLeaf, ...]

    def digests(self) -> tuple[ValueDigest, ...]:
        """The n value digests in leaf order."""
        return tuple(ValueDigest(leaf.pointer, leaf.digest()) for leaf in self.leaves)

    def disclosed(self) -> Disclosed:
        """What a reader may see."""
        return Disclosed(
            {
                leaf.pointer: leaf.value if isinstance(leaf, ShownLeaf) else HIDDEN
                for leaf in self.leaves
            }
        )

    def check(self) -> None:
        """Refuse every leaf list that no envelope could have had.

        Raises:
            InvalidRedactionError: the first pointer at fault; formats.md §2–4 lists the rules.
        """
        check_disclosed(self.disclosed(), [leaf.pointer for leaf in self.leaves])


def redact(sealed: SealedDocument, shown: Collection[str] | None = None) -> Redaction:
    """Hide values of a sealed document.

    Args:
        sealed: the document with its seed.
        shown: pointers to keep; a pointer keeps everything below it. None keeps everything but
            the files' unsalted digests. What must always be shown is kept in any case.

    Raises:
        InvalidRedactionError: a pointer in `shown` that the document does not have.
    """
    _check_known(sealed, shown or ())
    leaves: list[RedactedLeaf] = []
    for leaf, item in zip(sealed.leaves, sealed.digests, strict=True):
        if _stays(leaf.pointer, shown):
            salt = salt_of(sealed.seed, leaf.pointer)
            leaves.append(ShownLeaf(leaf.pointer, salt, leaf.value))
        else:
            leaves.append(HiddenLeaf(leaf.pointer, item.digest))
    return Redaction(tuple(leaves))


def disclosed_of(sealed: SealedDocument) -> Disclosed:
    """Everything, as the holder of the whole document sees it."""
    return Disclosed({leaf.pointer: leaf.value for leaf in sealed.leaves})


def _check_known(sealed: SealedDocument, shown: Collection[str]) -> None:
    known = {prefix for leaf in sealed.leaves for prefix in _prefixes(leaf.pointer)}
    for pointer in shown:
        if pointer not in known:
            raise InvalidRedactionError(pointer, "the document has no such field")


def _stays(pointer: str, shown: Collection[str] | None) -> bool:
    if first_token(pointer) in ALWAYS_DISCLOSED:
        return True
    if shown is None:
        return not _FILE_DIGEST.fullmatch(pointer)
    return not _prefixes(pointer).isdisjoint(shown)


def _prefixes(pointer: str) -> set[str]:
    tokens = pointer.split("/")
    return {"/".join(tokens[:end]) for end in range(2, len(tokens) + 1)}
