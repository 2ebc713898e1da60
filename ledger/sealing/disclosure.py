# SPDX-License-Identifier: Apache-2.0
"""Which lists of leaves an envelope could have had (docs/formats.md §2–4): the rules of `check`."""

import re
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Final, TypeVar, cast

from ledger.canonical import ENVELOPE_LIMITS, check_sealable
from ledger.documents import (
    ALWAYS_DISCLOSED,
    ENVELOPE_MEMBERS,
    HIDDEN,
    Disclosed,
    check_document_type,
    check_file_name,
    check_title,
)
from ledger.errors import InvalidInputError, InvalidRedactionError, InvalidValueError
from ledger.primitives import Digest, Json, PartyId, parse_time
from ledger.sealing.leaves import split_pointer

__all__ = ["check_disclosed", "first_token"]

_INDEX: Final = re.compile(r"0|[1-9][0-9]*", re.ASCII)
_MAX_REFERENCE: Final = 128
_MAX_SAFE: Final = 2**53 - 1
_Value = TypeVar("_Value")


def check_disclosed(disclosed: Disclosed, order: Sequence[str]) -> None:
    """Refuse every leaf list that no envelope could have had.

    Args:
        disclosed: the leaves; hidden ones are HIDDEN.
        order: the pointers as the redaction lists them.

    Raises:
        InvalidRedactionError: names the first pointer at fault.
    """
    _check_order(order)
    tree = _tree(order)
    _check_arrays(tree, "")
    for member in ENVELOPE_MEMBERS:
        if member not in tree:
            raise InvalidRedactionError(f"/{member}", "the envelope member has no leaf")
    for pointer, value in disclosed.leaves.items():
        _check_leaf(pointer, value)
    _check_rules(disclosed, tree)


def first_token(pointer: str) -> str:
    """The envelope member a pointer stands below."""
    return pointer.split("/", 2)[1] if pointer.startswith("/") else ""


def _check_order(order: Sequence[str]) -> None:
    before: bytes | None = None
    for pointer in order:
        try:
            written = pointer.encode("utf-8")
        except UnicodeEncodeError as error:
            raise InvalidRedactionError("", "a pointer holds a lone surrogate") from error
        if before is not None and written <= before:
            raise InvalidRedactionError(pointer, "pointers are not strictly increasing")
        before = written


_Tree = dict[str, "_Tree | None"]


def _tree(order: Sequence[str]) -> _Tree:
    """Rebuild the names; a leaf below another leaf is refused."""
    root: _Tree = {}
    for pointer in order:
        tokens = split_pointer(pointer)
        if tokens is not None and len(tokens) >= ENVELOPE_LIMITS.depth:
            raise InvalidRedactionError(pointer[:80], f"deeper than {ENVELOPE_LIMITS.depth} levels")
        if not tokens or tokens[0] not in ENVELOPE_MEMBERS:
            raise InvalidRedactionError(pointer, "not below a member of the envelope")
        node = root
        for token in tokens[:-1]:
            below = node.setdefault(token, {})
            if below is None:
                raise InvalidRedactionError(pointer, "stands below another leaf")
            node = below
        if tokens[-1] in node:
            raise InvalidRedactionError(pointer, "stands above or on another leaf")
        node[tokens[-1]] = None
    return root


def _check_arrays(node: _Tree, pointer: str) -> None:
    """All children are array indexes 0…n−1, or none is (an object has no such keys)."""
    indexes = {token for token in node if _INDEX.fullmatch(token)}
    if indexes and len(indexes) != len(node):
        raise InvalidRedactionError(pointer, "mixes array indexes with names")
    if indexes != {str(index) for index in range(len(indexes))}:
        raise InvalidRedactionError(pointer, "leaves out an array index")
    for token, below in node.items():
        if below is not None:
            _check_arrays(below, f"{pointer}/{token}")


def _check_leaf(pointer: str, value: object) -> None:
    if value is HIDDEN:
        if first_token(pointer) in ALWAYS_DISCLOSED:
            raise InvalidRedactionError(pointer, "must always be disclosed")
    elif isinstance(value, dict | list) and value:
        raise InvalidRedactionError(pointer, "discloses a non-empty object or array")


def _nested(disclosed: Disclosed, node: _Tree, pointer: str) -> Json:
    """Rebuild the value of a part that is wholly disclosed; hidden leaves become null."""
    children: dict[str, Json] = {}
    for token, below in node.items():
        at = f"{pointer}/{token.replace('~', '~0').replace('/', '~1')}"
        if below is not None:
            children[token] = _nested(disclosed, below, at)
        else:
            value = disclosed.leaves[at]
            children[token] = None if value is HIDDEN else value
    if children and all(_INDEX.fullmatch(token) for token in children):
        return [children[str(index)] for index in range(len(children))]
    return children


def _check_rules(disclosed: Disclosed, tree: _Tree) -> None:
    """Everything disclosed obeys docs/formats.md §1–4."""
    whole = _nested(disclosed, tree, "")
    try:
        check_sealable(whole)
        _check_members(cast("dict[str, Json]", whole), disclosed.leaves)
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
        _parsed(parse_time, envelope["validUntil"], "/validUntil")
    _check_reference(envelope["reference"], leaves)
    if leaves.get("/data") is not HIDDEN and not isinstance(envelope["data"], dict):
        raise InvalidRedactionError("/data", "want an object")
    if envelope["consignment"] is not None:
        _as_text(envelope["consignment"], "/consignment")
    _check_files(envelope["files"], leaves)


def _parsed(parse: Callable[[Json], _Value], value: Json, pointer: str) -> _Value:
    try:
        return parse(value)
    except InvalidValueError as error:
        raise InvalidRedactionError(pointer, str(error)) from error


def _as_text(value: Json, pointer: str) -> str:
    if not isinstance(value, str):
        raise InvalidRedactionError(pointer, "want text")
    return value


def _check_list(
    value: Json, pointer: str, kind: type[PartyId] | type[Digest], *, empty: bool
) -> None:
    if not isinstance(value, list) or not (value or empty):
        raise InvalidRedactionError(pointer, "want an array")
    items = [_parsed(kind.parse, item, f"{pointer}/{at}") for at, item in enumerate(value)]
    if any(a.raw >= b.raw for a, b in pairwise(items)):
        raise InvalidRedactionError(pointer, "want ascending order, no repeats")


def _check_reference(value: Json, leaves: Mapping[str, object]) -> None:
    if leaves.get("/reference") is HIDDEN:
        return
    if not 1 <= len(_as_text(value, "/reference")) <= _MAX_REFERENCE:
        raise InvalidRedactionError("/reference", f"want 1 to {_MAX_REFERENCE} characters")


def _check_files(value: Json, leaves: Mapping[str, object]) -> None:
    if leaves.get("/files") is HIDDEN:  # an empty array is a value, and may be hidden
        return
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
        _parsed(Digest.parse, text, pointer)
    if member == "name":
        check_file_name(text, pointer)
        folded = "".join(chr(ord(c) + 32) if "A" <= c <= "Z" else c for c in text)
        if folded in names:
            raise InvalidRedactionError(pointer, "a file name stands twice")
        names.add(folded)
