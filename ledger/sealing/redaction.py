# SPDX-License-Identifier: Apache-2.0
"""Redaction: values are hidden one by one, names never (FORMATS.md §2).

A redaction lists all n leaves. It carries no subtree hashes: with them a forger put two values
under one pointer and showed the bank one and customs the other.
"""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from ledger.canonical import check_sealable
from ledger.documents import (
    ALWAYS_DISCLOSED,
    ENVELOPE_MEMBERS,
    HIDDEN,
    Disclosed,
    check_document_type,
    check_file_name,
    check_title,
)
from ledger.errors import InvalidInputError, InvalidRedactionError, LedgerError
from ledger.primitives import Digest, Json, PartyId, parse_time
from ledger.sealing.leaves import Salt, salt_of, split_pointer, value_digest
from ledger.sealing.seal import SealedDocument, ValueDigest

__all__ = ["HiddenLeaf", "Redaction", "RedactedLeaf", "ShownLeaf", "disclosed_of", "redact"]

_INDEX: Final = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_FILE_DIGEST: Final = re.compile(r"/files/(?:0|[1-9][0-9]*)/sha256", re.ASCII)
_MAX_REFERENCE: Final = 128
_MAX_SAFE: Final = 2**53 - 1


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
            InvalidRedactionError: names the first pointer at fault. FORMATS.md §2 lists the rules.
        """
        _check_order(self.leaves)
        tree = _tree(self.leaves)
        _check_arrays(tree, "")
        for member in ENVELOPE_MEMBERS:
            if member not in tree:
                raise InvalidRedactionError(f"/{member}", "the envelope member has no leaf")
        for leaf in self.leaves:
            _check_leaf(leaf)
        _check_rules(self.disclosed(), tree)


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
    if _first(pointer) in ALWAYS_DISCLOSED:
        return True
    if shown is None:
        return not _FILE_DIGEST.fullmatch(pointer)
    return not _prefixes(pointer).isdisjoint(shown)


def _first(pointer: str) -> str:
    return pointer.split("/", 2)[1] if pointer.startswith("/") else ""


def _prefixes(pointer: str) -> set[str]:
    tokens = pointer.split("/")
    return {"/".join(tokens[:end]) for end in range(2, len(tokens) + 1)}


def _check_order(leaves: tuple[RedactedLeaf, ...]) -> None:
    before: bytes | None = None
    for leaf in leaves:
        try:
            written = leaf.pointer.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InvalidRedactionError("", "a pointer holds a lone surrogate") from error
        if before is not None and written <= before:
            raise InvalidRedactionError(leaf.pointer, "pointers are not strictly increasing")
        before = written


_Tree = dict[str, "_Tree | None"]


def _tree(leaves: tuple[RedactedLeaf, ...]) -> _Tree:
    """Rebuild the names; a leaf below another leaf is refused."""
    root: _Tree = {}
    for leaf in leaves:
        tokens = split_pointer(leaf.pointer)
        if not tokens or tokens[0] not in ENVELOPE_MEMBERS:
            raise InvalidRedactionError(leaf.pointer, "not below a member of the envelope")
        node = root
        for token in tokens[:-1]:
            below = node.setdefault(token, {})
            if below is None:
                raise InvalidRedactionError(leaf.pointer, "stands below another leaf")
            node = below
        if tokens[-1] in node:
            raise InvalidRedactionError(leaf.pointer, "stands above or on another leaf")
        node[tokens[-1]] = None
    return root


def _check_arrays(node: _Tree, pointer: str) -> None:
    """All children are array indexes 0…n−1, or none is (an object has no such keys)."""
    indexes = sorted(int(token) for token in node if _INDEX.fullmatch(token))
    if indexes and len(indexes) != len(node):
        raise InvalidRedactionError(pointer, "mixes array indexes with names")
    if indexes and indexes != list(range(len(indexes))):
        raise InvalidRedactionError(pointer, "leaves out an array index")
    for token, below in node.items():
        if below is not None:
            _check_arrays(below, f"{pointer}/{token}")


def _check_leaf(leaf: RedactedLeaf) -> None:
    if isinstance(leaf, HiddenLeaf):
        if _first(leaf.pointer) in ALWAYS_DISCLOSED:
            raise InvalidRedactionError(leaf.pointer, "must always be disclosed")
        return
    if isinstance(leaf.value, dict | list) and leaf.value:
        raise InvalidRedactionError(leaf.pointer, "discloses a non-empty object or array")


def _nested(disclosed: Disclosed, node: _Tree, pointer: str) -> Json:
    """Rebuild the value of a part that is wholly disclosed; hidden leaves become null."""
    children: dict[str, Json] = {}
    for token, below in node.items():
        at = f"{pointer}/{token.replace('~', '~0').replace('/', '~1')}"
        if below is not None:
            children[token] = _nested(disclosed, below, at)
        else:
            value = disclosed.leaves[at]
            children[token] = None if value is HIDDEN else value  # type: ignore[assignment] — HIDDEN is excluded
    if children and all(_INDEX.fullmatch(token) for token in children):
        return [children[str(index)] for index in range(len(children))]
    return children


def _check_rules(disclosed: Disclosed, tree: _Tree) -> None:
    """Everything disclosed obeys FORMATS.md §1–2."""
    whole = _nested(disclosed, tree, "")
    try:
        check_sealable(whole)
        if not isinstance(whole, dict):  # pragma: no cover — the members are names
            raise InvalidRedactionError("", "not an envelope")
        _check_members(whole, disclosed.leaves)
    except InvalidRedactionError:
        raise
    except InvalidInputError as error:
        pointer = getattr(error, "pointer", "")
        raise InvalidRedactionError(pointer, str(error)) from error


def _check_members(envelope: dict[str, Json], leaves: Mapping[str, object]) -> None:
    if envelope["format"] != "corridor/document/1":
        raise InvalidRedactionError("/format", "want corridor/document/1")
    check_document_type(_as_text(envelope["documentType"], "/documentType"))
    _check_list(envelope["issuers"], "/issuers", PartyId, empty=False)
    _check_list(envelope["replaces"], "/replaces", Digest, empty=True)
    if envelope["title"] is not None:
        check_title(_as_text(envelope["title"], "/title"))
    if envelope["validUntil"] is not None:
        parse_time(envelope["validUntil"])
    _check_reference(envelope["reference"], leaves)
    if not isinstance(envelope["data"], dict):
        raise InvalidRedactionError("/data", "want an object")
    if envelope["consignment"] is not None:
        _as_text(envelope["consignment"], "/consignment")
    _check_files(envelope["files"], leaves)


def _as_text(value: Json, pointer: str) -> str:
    if not isinstance(value, str):
        raise InvalidRedactionError(pointer, "want text")
    return value


def _check_list(
    value: Json, pointer: str, kind: type[PartyId] | type[Digest], *, empty: bool
) -> None:
    if not isinstance(value, list) or not (value or empty):
        raise InvalidRedactionError(pointer, "want an array")
    items = [kind.parse(item) for item in value]
    if any(a.raw >= b.raw for a, b in zip(items, items[1:], strict=False)):
        raise InvalidRedactionError(pointer, "want ascending order, no repeats")


def _check_reference(value: Json, leaves: Mapping[str, object]) -> None:
    if leaves.get("/reference") is HIDDEN:
        return
    if not 1 <= len(_as_text(value, "/reference")) <= _MAX_REFERENCE:
        raise InvalidRedactionError("/reference", f"want 1 to {_MAX_REFERENCE} characters")


def _check_files(value: Json, leaves: Mapping[str, object]) -> None:
    if not isinstance(value, list):
        raise InvalidRedactionError("/files", "want an array")
    names: set[str] = set()
    for index, item in enumerate(value):
        pointer = f"/files/{index}"
        if not isinstance(item, dict) or set(item) != {"name", "mediaType", "size", "sha256"}:
            raise InvalidRedactionError(pointer, "want name, mediaType, size and sha256")
        for member, at in ((name, f"{pointer}/{name}") for name in item):
            if leaves.get(at) is not HIDDEN:
                _check_file_member(member, item[member], at, names)


def _check_file_member(member: str, value: Json, pointer: str, names: set[str]) -> None:
    if member == "size":
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MAX_SAFE:
            raise InvalidRedactionError(pointer, "want a number of bytes")
        return
    text = _as_text(value, pointer)
    if member == "sha256":
        Digest.parse(text)
    if member == "name":
        try:
            check_file_name(text, pointer)
        except LedgerError as error:
            raise InvalidRedactionError(pointer, str(error)) from error
        folded = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)
        if folded in names:
            raise InvalidRedactionError(pointer, "a file name stands twice")
        names.add(folded)
