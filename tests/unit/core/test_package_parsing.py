# SPDX-License-Identifier: Apache-2.0
"""A package is read strictly: every member missing, unknown, of another type, of another form."""

import copy
import json

import pytest
from small_world import Party, World, digest

from ledger.documents import ListedFile
from ledger.errors import InvalidInputError, InvalidPackageError
from ledger.receipts import parse_package
from ledger.sealing import redact, seal


def packages():
    world = World()
    second = Party("Example Exporter")
    world.ledger.admit(second)
    files = (ListedFile("bl.pdf", "application/pdf", 5, digest("file")),)
    parties = (world.carrier, second)
    data = {"a": [1, "x", None], "b": {}}
    document = world.document(*parties, files=files, data=data, replaces=(digest("old"),))
    sealed = seal(document)
    package = world.promise(world.issue(parties=parties, sealed=sealed, others=3))
    return package, package.redacted(redact(sealed))


OPENED, REDACTED = packages()
FILES = {"opened": OPENED.json(), "redacted": REDACTED.json()}


def places(value, pointer=""):
    yield pointer, value
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, f"{pointer}/{key}")


def edited(name, pointer, edit):
    whole = copy.deepcopy(FILES[name])
    holder, *path = whole, *pointer.split("/")[1:]
    for token in path[:-1]:
        holder = holder[int(token) if isinstance(holder, list) else token]
    if path:
        last = int(path[-1]) if isinstance(holder, list) else path[-1]
        edit(holder, last)
    return json.dumps(whole, ensure_ascii=False).encode()


OBJECTS = [
    (name, pointer, key)
    for name, whole in FILES.items()
    for pointer, value in places(whole)
    if isinstance(value, dict) and "/envelope/data" not in pointer
    for key in value
]
INSIDE = [
    (name, pointer)
    for name, whole in FILES.items()
    for pointer, value in places(whole)
    if not any(free in pointer for free in ("/envelope/data/", "/value"))
]


def near(found, wanted):
    """The pointer names the place, or the object that holds it."""
    return wanted == found or wanted.rsplit("/", 1)[0] == found or wanted.startswith(f"{found}/")


def remove(holder, key):
    del holder[key]


@pytest.mark.parametrize(("name", "pointer", "key"), OBJECTS)
def test_package_with_missing_member_is_refused_at_its_object(name, pointer, key):
    with pytest.raises(InvalidPackageError) as caught:
        parse_package(edited(name, f"{pointer}/{key}", remove))
    assert near(caught.value.pointer, f"{pointer}/{key}")


@pytest.mark.parametrize(
    ("name", "pointer"), sorted({(name, pointer) for name, pointer, _ in OBJECTS})
)
def test_package_with_unknown_member_is_refused_at_its_object(name, pointer):
    def add(holder, key):
        holder[key]["extra"] = None

    if pointer:
        raw = edited(name, pointer, add)
    else:
        raw = json.dumps({**FILES[name], "extra": None}).encode()
    with pytest.raises(InvalidPackageError) as caught:
        parse_package(raw)
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(("name", "pointer"), INSIDE)
def test_package_with_member_of_another_type_is_refused_near_it(name, pointer):
    def replace_by(value):
        def edit(holder, key):
            holder[key] = value

        return edit

    value = next(value for place, value in places(FILES[name]) if place == pointer)
    others = [5, "x", ["x"], {"x": 1}, True, None, 1.5]
    optional = ("/title", "/validUntil", "/consignment", "/to")
    for other in others:
        if type(other) is type(value) or (pointer.endswith(optional) and other in (None, "x")):
            continue
        if "/envelope/data" in pointer and isinstance(other, dict):
            continue
        raw = json.dumps(other).encode() if not pointer else None
        with pytest.raises(InvalidPackageError) as caught:
            parse_package(raw or edited(name, pointer, replace_by(other)))
        assert near(caught.value.pointer, pointer) or caught.value.pointer == "/redaction"


FORMS = [
    ("/commitment", "0x" + "00" * 32),
    ("/commitment", "AA" * 32),
    ("/seed", "A" * 42),
    ("/seed", "A" * 42 + "B"),
    ("/seed", "A" * 43 + "="),
    ("/format", "corridor/package/2"),
    ("/evidence", {}),
    ("/receipts/0/format", "corridor/receipt/2"),
    ("/receipts/0/size", -1),
    ("/receipts/0/size", 2**53),
    ("/receipts/0/entryIndex", 2**53),
    ("/receipts/0/statementIndex", -1),
    ("/receipts/0/root", "00"),
    ("/receipts/0/statementPath/0", "zz" * 32),
    ("/receipts/0/logPath", ["00" * 32] * 65),
    ("/receipts/0/statement/count", 0),
    ("/receipts/0/statement/count", 2**32 + 1),
    ("/receipts/0/statement/statedAt", "2026-02-30T00:00:00Z"),
    ("/receipts/0/anchor/blockTime", "2026-02-01"),
    ("/receipts/0/anchor/contract", "0x" + "AA" * 20),
    ("/acceptances", ["x"] * 65),
    ("/digests/0", ["/x"]),
    ("/digests/0", ["/x", "00" * 32, 1]),
    ("/digests/0/1", "00"),
    ("/envelope/documentType", "Bill"),
    ("/envelope/issuers", []),
    ("/envelope/reference", ""),
    ("/envelope/reference", "x" * 129),
    ("/envelope/title", "eip155:1:0xAA:0x00"),
    ("/envelope/validUntil", "2026-02-30T00:00:00Z"),
    ("/envelope/replaces", ["00"]),
    ("/envelope/data", []),
    ("/envelope/data", {"0": 1}),
    ("/envelope/files/0/name", "../x"),
    ("/envelope/files/0/size", 1.5),
    ("/envelope/files/0/sha256", "00"),
]


@pytest.mark.parametrize(("pointer", "value"), FORMS)
def test_package_with_member_of_wrong_form_is_refused_near_it(pointer, value):
    def edit(holder, key):
        holder[key] = value

    with pytest.raises(InvalidPackageError) as caught:
        parse_package(edited("opened", pointer, edit))
    assert near(caught.value.pointer, pointer) or caught.value.pointer.startswith(pointer)


def test_package_with_receipts_unsorted_or_twice_is_refused():
    for receipts in (FILES["opened"]["receipts"][::-1], FILES["opened"]["receipts"][:1] * 2):
        with pytest.raises(InvalidPackageError) as caught:
            parse_package(json.dumps({**FILES["opened"], "receipts": receipts}).encode())
        assert caught.value.pointer == "/receipts"


def test_package_with_both_or_neither_content_is_refused():
    opened, redacted = FILES["opened"], FILES["redacted"]
    both = {**opened, "redaction": redacted["redaction"]}
    neither = {**opened, "envelope": None, "seed": None, "digests": None}
    for whole in (both, neither, {**opened, "seed": None}, {**redacted, "digests": []}):
        with pytest.raises(InvalidPackageError) as caught:
            parse_package(json.dumps(whole).encode())
        assert caught.value.pointer == "/redaction"


@pytest.mark.parametrize("package", [OPENED, REDACTED], ids=["opened", "redacted"])
def test_package_is_read_as_it_was_written(package):
    assert parse_package(package.file_bytes()) == package
    assert parse_package(package.file_bytes()).file_bytes() == package.file_bytes()


def test_envelope_over_8_mib_is_refused():
    """docs/formats.md §1: 8 MiB for a sealed envelope, though a package may have 64."""
    whole = {**FILES["opened"], "digests": []}
    whole["envelope"] = {**whole["envelope"], "data": {"x": "y" * (8 * 2**20)}}
    with pytest.raises(InvalidInputError):
        parse_package(json.dumps(whole).encode())
