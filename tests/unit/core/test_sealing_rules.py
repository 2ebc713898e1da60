# SPDX-License-Identifier: Apache-2.0
"""formats.md §2–4: leaves, commitments, and every rule by which a redaction fails `content`."""

import inspect
from dataclasses import replace

import pytest
from small_world import World, digest

from ledger import journey, sealing
from ledger.documents import ListedFile, TradeDocument
from ledger.errors import InvalidRedactionError, LedgerError
from ledger.primitives import PartyId, Seed
from ledger.receipts import RedactedContent
from ledger.sealing import HiddenLeaf, Redaction, Salt, ShownLeaf, commitment_of, redact, seal
from ledger.verification import CheckName, State, Verdict

ISSUER = PartyId(b"\x11" * 32)
SALT = Salt(bytes(16))


@pytest.fixture
def sealed():
    files = (ListedFile("bl.pdf", "application/pdf", 5, digest("file")),)
    data = {"a": [{"b": 1}, {"b": 2}], "c": {}, "d": {"e": "x"}, "f/~": None}
    return seal(TradeDocument("bill-of-lading", (ISSUER,), "R-1", data, files=files))


def forged(sealed, *, drop=(), add=(), resort=True):
    """A redaction with leaves dropped, replaced or added, whose root is its own commitment."""
    extra = {leaf.pointer: leaf for leaf in add}
    gone = {*drop, *extra}
    leaves = [leaf for leaf in redact(sealed).leaves if leaf.pointer not in gone]
    leaves.extend(add)
    if resort:
        leaves.sort(key=lambda leaf: leaf.pointer.encode())
    return Redaction(tuple(leaves))


def shows(pointer, value="x"):
    return ShownLeaf(pointer, SALT, value)


def hides(pointer):
    return HiddenLeaf(pointer, digest("hidden"))


A_PARTY = "0x" + "22" * 32
BROKEN = [
    ("empty-pointer", {"add": [shows("")]}, ""),
    ("no-slash", {"add": [shows("data/x")]}, "data/x"),
    ("not-a-member", {"add": [shows("/extra")]}, "/extra"),
    ("below-no-member", {"add": [shows("/extra/x")]}, "/extra/x"),
    ("bad-escape", {"add": [shows("/data/~2")]}, "/data/~2"),
    ("bad-escape-at-end", {"add": [shows("/data/x~")]}, "/data/x~"),
    ("below-a-leaf", {"add": [shows("/data/d/e/x")]}, "/data/d/e/x"),
    ("below-an-empty-object", {"add": [shows("/data/c/x")]}, "/data/c/x"),
    ("mixes-names", {"add": [shows("/data/a/x")]}, "/data/a"),
    ("gap", {"add": [shows("/data/a/3")]}, "/data/a"),
    ("gap-at-start", {"drop": ["/data/a/0/b"]}, "/data/a"),
    ("leading-zero-index", {"add": [shows("/data/a/01")]}, "/data/a"),
    ("index-at-the-top", {"add": [shows("/0")]}, "/0"),
    ("format-hidden", {"add": [hides("/format")]}, "/format"),
    ("type-hidden", {"add": [hides("/documentType")]}, "/documentType"),
    ("issuers-hidden", {"add": [hides("/issuers/0")]}, "/issuers/0"),
    ("title-hidden", {"add": [hides("/title")]}, "/title"),
    ("valid-until-hidden", {"add": [hides("/validUntil")]}, "/validUntil"),
    ("replaces-hidden", {"add": [hides("/replaces")]}, "/replaces"),
    ("shows-an-object", {"add": [shows("/data/c", {"x": 1})]}, "/data/c"),
    ("shows-an-array", {"add": [shows("/data/c", [1])]}, "/data/c"),
    ("other-format", {"add": [shows("/format", "corridor/document/2")]}, "/format"),
    ("bad-type", {"add": [shows("/documentType", "Bill")]}, "/documentType"),
    ("type-no-text", {"add": [shows("/documentType", 5)]}, "/documentType"),
    ("bad-title", {"add": [shows("/title", "eip155:1:0x")]}, "/title"),
    ("no-issuers", {"drop": ["/issuers/0"], "add": [shows("/issuers", [])]}, "/issuers"),
    ("issuers-text", {"drop": ["/issuers/0"], "add": [shows("/issuers", A_PARTY)]}, "/issuers"),
    ("issuers-unsorted", {"add": [shows("/issuers/1", "0x" + "00" * 32)]}, "/issuers"),
    ("issuers-twice", {"add": [shows("/issuers/1", "0x" + "11" * 32)]}, "/issuers"),
    ("reference-empty", {"add": [shows("/reference", "")]}, "/reference"),
    ("reference-long", {"add": [shows("/reference", "x" * 129)]}, "/reference"),
    ("reference-number", {"add": [shows("/reference", 1)]}, "/reference"),
    ("consignment-number", {"add": [shows("/consignment", 1)]}, "/consignment"),
    ("data-array", {"add": [shows("/data", [])], "drop": ["/data"]}, "/data"),
    ("file-path", {"add": [shows("/files/0/name", "../x")]}, "/files/0/name"),
    ("file-size", {"add": [shows("/files/0/size", -1)]}, "/files/0/size"),
    ("file-size-true", {"add": [shows("/files/0/size", value=True)]}, "/files/0/size"),
    ("file-member", {"add": [shows("/files/0/extra")]}, "/files/0"),
    ("file-media", {"add": [shows("/files/0/mediaType", 1)]}, "/files/0/mediaType"),
    ("index-key", {"add": [shows("/data/870323/x")]}, "/data"),
    ("control-key", {"add": [shows("/data/\u0085")]}, "/data"),
    ("empty-key", {"add": [shows("/data/")]}, "/data"),
    ("long-key", {"add": [shows("/data/" + "k" * 257)]}, "/data"),
]


@pytest.mark.parametrize(
    ("change", "pointer"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_redaction_that_breaks_a_rule_is_refused_at_its_pointer(sealed, change, pointer):
    if change.get("drop") == ["/data"]:
        below = [leaf.pointer for leaf in sealed.leaves if leaf.pointer[:6] == "/data/"]
        change = {**change, "drop": below}
    with pytest.raises(InvalidRedactionError) as caught:
        forged(sealed, **change).check()
    assert caught.value.pointer == pointer


@pytest.mark.parametrize(
    ("add", "pointer"),
    [
        (shows("/validUntil", "2026-02-30T00:00:00Z"), "/validUntil"),
        (shows("/issuers/0", "0x" + "AA" * 32), "/issuers/0"),
        (shows("/replaces/0", "00"), "/replaces/0"),
        (shows("/files/0/sha256", "00"), "/files/0/sha256"),
    ],
    ids=lambda value: getattr(value, "pointer", None),
)
def test_disclosed_value_of_wrong_form_is_refused_at_its_own_pointer(sealed, add, pointer):
    drop = ["/replaces"] if add.pointer == "/replaces/0" else []
    with pytest.raises(InvalidRedactionError) as caught:
        forged(sealed, add=[add], drop=drop).check()
    assert caught.value.pointer == pointer


MEMBERS = [
    "format",
    "documentType",
    "issuers",
    "title",
    "validUntil",
    "replaces",
    "reference",
    "consignment",
]


@pytest.mark.parametrize("member", [*MEMBERS, "data", "files"])
def test_redaction_that_leaves_out_a_member_is_refused(sealed, member):
    gone = [
        leaf.pointer
        for leaf in sealed.leaves
        if leaf.pointer == f"/{member}" or leaf.pointer.startswith(f"/{member}/")
    ]
    with pytest.raises(InvalidRedactionError) as caught:
        forged(sealed, drop=gone).check()
    assert caught.value.pointer == f"/{member}"


def test_redaction_out_of_order_or_with_a_pointer_twice_is_refused(sealed):
    """Two values under one pointer: the bank would see one and customs the other."""
    leaves = redact(sealed).leaves
    for broken in (leaves[::-1], (*leaves, leaves[-1]), (leaves[0], *leaves)):
        with pytest.raises(InvalidRedactionError, match="strictly increasing"):
            Redaction(tuple(broken)).check()
    twice = next(leaf for leaf in leaves if leaf.pointer == "/reference")
    second = forged(sealed, add=[shows("/reference", "other"), twice])
    with pytest.raises(InvalidRedactionError, match="strictly increasing"):
        second.check()


def test_pointers_are_ordered_by_bytes_not_by_utf16():
    data = {"\ue000": 1, "😀": 2, "a": 3, "a-": 4, "a/b": 5}
    document = seal(TradeDocument("note", (ISSUER,), "R", data))
    pointers = [leaf.pointer for leaf in document.leaves if leaf.pointer.startswith("/data")]
    assert pointers == ["/data/a", "/data/a-", "/data/a~1b", "/data/\ue000", "/data/😀"]
    redact(document).check()


def test_array_and_object_with_index_names_cannot_both_be_sealed():
    with pytest.raises(LedgerError):
        TradeDocument("note", (ISSUER,), "R", {"x": {"0": "a", "1": "b"}})
    TradeDocument("note", (ISSUER,), "R", {"x": ["a", "b"]})


def test_no_interface_accepts_a_seed_for_a_new_document():
    for make in (seal, journey.seal_document, TradeDocument):
        names = inspect.signature(make).parameters
        kinds = [str(item.annotation) for item in names.values()]
        assert not any("seed" in text.lower() for text in (*names, *kinds)), make
    takers = {
        name
        for name in sealing.__all__
        if callable(getattr(sealing, name)) and "seed" in _parameters(getattr(sealing, name))
    }
    assert takers == {"reopen", "salt_of", "SealedDocument"}


def _parameters(made):
    try:
        return inspect.signature(made).parameters
    except (TypeError, ValueError):
        return {}


def test_file_digests_are_hidden_unless_asked_for(sealed):
    def hidden(redaction):
        return [leaf.pointer for leaf in redaction.leaves if isinstance(leaf, HiddenLeaf)]

    assert hidden(redact(sealed)) == ["/files/0/sha256"]
    assert "/files/0/sha256" not in hidden(redact(sealed, ["/files"]))
    assert hidden(redact(sealed, ["/data/a/1"])) == [
        *("/consignment", "/data/a/0/b", "/data/c", "/data/d/e", "/data/f~1~0"),
        *("/files/0/mediaType", "/files/0/name", "/files/0/sha256", "/files/0/size", "/reference"),
    ]
    with pytest.raises(InvalidRedactionError):
        redact(sealed, ["/data/nothing"])


@pytest.mark.parametrize("data", [{}, {"a": 1}], ids=["empty", "full"])
def test_redaction_that_hides_an_empty_container_verifies(data):
    """`data` may be {} and `files` is often []: hiding them is no forgery."""
    whole = seal(TradeDocument("note", (ISSUER,), "R", data))
    short = redact(whole, [])
    short.check()
    assert commitment_of(short.digests()) == whole.commitment


HOSTILE = {
    "huge-index": "/data/" + "9" * 5_000,
    "deep": "/data/z" + "/a" * 20_000,
    "tilde-before-an-escape": "/data/~~10",
}


@pytest.mark.parametrize("pointer", HOSTILE.values(), ids=HOSTILE)
def test_redaction_with_hostile_pointer_is_refused_without_a_crash(sealed, pointer):
    with pytest.raises(InvalidRedactionError):
        forged(sealed, add=[shows(pointer)]).check()


def test_package_with_hostile_pointer_is_altered_not_a_crash():
    world = World()
    package = world.issue()
    leaves = redact(seal(world.document())).leaves
    for pointer in HOSTILE.values():
        broken = sorted([*leaves, shows(pointer)], key=lambda leaf: leaf.pointer.encode())
        report = world.verify(replace(package, content=RedactedContent(Redaction(tuple(broken)))))
        assert report.verdict is Verdict.ALTERED
        assert report.check(CheckName.CONTENT).state is State.FAILED


@pytest.mark.parametrize("value", [[], {}], ids=str)
def test_package_that_discloses_a_container_as_file_digest_is_altered_not_a_crash(value, sealed):
    world = World()
    package = world.issue()
    broken = forged(sealed, add=[shows("/files/0/sha256", value)])
    report = world.verify(replace(package, content=RedactedContent(broken)))
    assert report.verdict is Verdict.ALTERED


def test_redaction_with_long_deep_pointer_is_refused_before_it_is_built(sealed):
    """900 levels of 4 kB: a prefix per level copies gigabytes (20 kB: it took 78 seconds)."""
    pointer = "/data" + ("/" + "k" * 4_000) * 900
    with pytest.raises(InvalidRedactionError, match="deeper than"):
        forged(sealed, add=[shows(pointer)]).check()


def test_reopening_with_the_kept_seed_gives_the_same_commitment(sealed):
    assert sealing.reopen(sealed.document, sealed.seed) == sealed
    other = Seed(bytes(32))
    assert sealing.reopen(sealed.document, other).commitment != sealed.commitment
