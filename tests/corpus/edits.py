# SPDX-License-Identifier: Apache-2.0
"""What a case is, and the ways to change a package: small functions from JSON to JSON."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field

from chain_world import World

from ledger import journey
from ledger.journey import Place
from ledger.log import Entry
from ledger.merkle import merkle_root, node_digest
from ledger.primitives import Digest
from ledger.sealing import redact

AUTHENTIC, ALTERED, NOT_ANCHORED = "AUTHENTIC", "ALTERED", "NOT_ANCHORED"
SIGNATURE_INVALID, UNAUTHORISED = "SIGNATURE_INVALID", "ISSUER_NOT_AUTHORISED"
UNDECIDED, REVOKED, SUSPENDED = "UNDECIDED", "REVOKED", "SUSPENDED"
SUPERSEDED, EXPIRED, MISMATCHED = "SUPERSEDED", "EXPIRED", "MISMATCHED"
SURRENDERED, NOT_CONTROLLED = "SURRENDERED", "NOT_CONTROLLED"
REFUSED = None
RECEIPT = "/receipts/0"
STATEMENT = f"{RECEIPT}/statement"
DELETED = object()


@dataclass
class Case:
    """One row. `states` says what differs from a package in which all is well: "log F, anchor U".

    `edit(package, world)` gives the package to verify; `text(text)` then changes what is written.
    `node` are answers that go before the recorded ones, or a function of the world that gives them.
    """

    slug: str
    verdict: str | None
    sentence: str
    states: str = ""
    codes: dict[str, list[str]] = field(default_factory=dict)
    base: Callable | str = "bill"
    edit: Callable | None = None
    text: Callable | None = None
    recipe: Callable | None = None
    trust: str = "main"
    arguments: tuple[str, ...] = ()
    files: dict[str, bytes] = field(default_factory=dict)
    other: Callable | str | None = None
    node: tuple[dict, ...] | Callable = ()
    check: str = ""
    disputed: str = ""


# --- what to start from ----------------------------------------------------------------------


def whole(name: str, which: int | None = None) -> Callable:
    return lambda world: world.json(name, which)


def shown(name: str, *pointers: str, everything: bool = False) -> Callable:
    """A redaction that shows these pointers; `everything` shows all but the files' digests."""

    def made(world: World):
        sealed = world.sealed[name]
        redaction = redact(sealed, None if everything else pointers)
        return world.package(name).redacted(redaction).json()

    return made


def base_of(case_base, world: World):
    made = whole(case_base) if isinstance(case_base, str) else case_base
    return copy.deepcopy(made(world))


# --- edits -----------------------------------------------------------------------------------


def _tokens(pointer: str) -> list[str]:
    return [t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:]]


def put(pointer: str, value) -> Callable:
    """Replace one member; `value` may be a function of the old one, or DELETED."""

    def edit(package, _world):
        *path, last = _tokens(pointer)
        holder = package
        for token in path:
            holder = holder[int(token) if isinstance(holder, list) else token]
        key = int(last) if isinstance(holder, list) else last
        if value is DELETED:
            del holder[key]
        elif callable(value):
            holder[key] = value(
                copy.deepcopy(holder.get(key) if isinstance(holder, dict) else holder[key])
            )
        else:
            holder[key] = value
        return package

    return edit


def all_of(*edits) -> Callable:
    def edit(package, world):
        for one in edits:
            package = one(package, world)
        return package

    return edit


def leaf(pointer: str, change) -> Callable:
    """Change one leaf of a redaction; `change(leaf)` gives a list of leaves in its place."""

    def edit(package, _world):
        leaves = []
        for item in package["redaction"]:
            found = item["pointer"] == pointer
            leaves += change(copy.deepcopy(item)) if found else [item]
        assert leaves != package["redaction"]
        package["redaction"] = leaves
        return package

    return edit


def of_other(pointer: str, name: str, which: int | None = None) -> Callable:
    """Take one member from another document's package."""

    def edit(package, world):
        value = world.json(name, which)
        for token in _tokens(pointer):
            value = value[int(token) if isinstance(value, list) else token]
        return put(pointer, lambda _old: value)(package, world)

    return edit


def flip(text: str, place: int = -1) -> str:
    """Another hex digit at a place."""
    place %= len(text)
    digits = "0123456789abcdef"
    return text[:place] + digits[digits.index(text[place]) ^ 1] + text[place + 1 :]


def swapped(path: list) -> list:
    return [path[1], path[0], *path[2:]]


def accepted(at, **more) -> Callable:
    """Put the operator's promise beside the package; `at` a second, or the name of one."""

    def edit(package, world):
        receipt = world.receipts_of(package)[0]
        when = world.times[at] if isinstance(at, str) else at
        package["acceptances"] = [world.accept(receipt.statement, when, **more)]
        return package

    return edit


# --- forged trees ----------------------------------------------------------------------------


def _entries(world: World, size: int) -> list[Entry]:
    held = world.one.items[:size]
    return [Entry(at, item.statement.digest()) for at, item in enumerate(held)]


def relogged(change: Callable, size: int) -> Callable:
    """A receipt that leads to a tree of the forger's own making, over `change(entries)`."""

    def edit(package, world):
        old = world.receipts_of(package)[0]
        entries = change(_entries(world, size))
        index = next(i for i, e in enumerate(entries) if e.statement == old.statement.digest())
        record = type("Record", (), {"size": len(entries)})
        place = Place([world.commitment_of(package)], index, entries, record, old.anchor)
        made = journey.issue_receipt(world.commitment_of(package), old.statement, place)
        package["receipts"][0] |= {
            "entryIndex": index,
            "logPath": [str(item) for item in made.log_path],
            "size": made.size,
            "root": str(merkle_root([entry.leaf() for entry in entries])),
        }
        return package

    return edit


def prepended(package, _world):
    """Hang the whole real tree of 8 to the right of eight invented entries, by one hash."""
    receipt = package["receipts"][0]
    root = Digest.parse(receipt["root"])
    invented = Digest(b"\x11" * 32)
    receipt["entryIndex"] += 8
    receipt["size"] += 8
    receipt["logPath"].append(str(invented))
    receipt["root"] = str(node_digest(invented, root))
    return package


def node_as_leaf(index: str, path: str, size: str | None) -> Callable:
    """Present the parent of the leaf as a leaf: one hash less, half the index."""

    def edit(package, _world):
        receipt = package["receipts"][0]
        receipt[index] >>= 1
        receipt[path] = receipt[path][1:]
        if size is not None:
            receipt[size] = (receipt[size] + 1) // 2
        return package

    return edit
