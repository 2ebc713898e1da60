# SPDX-License-Identifier: Apache-2.0
"""The sealed envelope: what docs/formats.md §2–4 refuses, and where it says so."""

import pytest

from ledger.documents import ENVELOPE_MEMBERS, ListedFile, TradeDocument
from ledger.errors import InvalidDocumentError, LimitExceededError
from ledger.primitives import Digest, PartyId

FIRST, SECOND = PartyId(b"\x01" * 32), PartyId(b"\x02" * 32)
OLD, NEW = Digest(b"\x01" * 32), Digest(b"\x02" * 32)
TITLE = "eip155:1337:0x" + "ab" * 20 + ":0x" + "cd" * 32


def file(name: str = "bl.pdf", size: int = 3) -> ListedFile:
    return ListedFile(name, "application/pdf", size, Digest(b"\x07" * 32))


def document(**members: object) -> TradeDocument:
    minimal = {"document_type": "file-only", "issuers": (FIRST,), "reference": "R", "data": {}}
    return TradeDocument(**{**minimal, **members})


FULL = document(
    issuers=(FIRST, SECOND),
    data={"a": [1, {"b": None}]},
    title=TITLE,
    valid_until=1_801_612_800,
    replaces=(OLD, NEW),
    consignment="C",
    files=(file(), file("packing list.pdf")),
)


def test_envelope_has_every_member_in_the_order_of_the_format():
    assert tuple(document().envelope()) == ENVELOPE_MEMBERS
    assert FULL.envelope()["validUntil"] == "2027-02-03T00:00:00Z"


@pytest.mark.parametrize("one", [document(), FULL])
def test_envelope_when_read_back_is_the_same_document(one):
    assert TradeDocument.parse(one.envelope()) == one


@pytest.mark.parametrize(
    ("members", "pointer"),
    [
        ({"document_type": "Bill"}, "/documentType"),
        ({"document_type": "b" * 49}, "/documentType"),
        ({"document_type": "bill\n"}, "/documentType"),
        ({"issuers": ()}, "/issuers"),
        ({"issuers": (SECOND, FIRST)}, "/issuers/1"),
        ({"issuers": (FIRST, FIRST)}, "/issuers/1"),
        ({"replaces": (NEW, OLD)}, "/replaces/1"),
        ({"reference": ""}, "/reference"),
        ({"reference": "x" * 129}, "/reference"),
        ({"reference": "a\x00"}, "/reference"),
        ({"title": "eip155:1:0xAB:0x"}, "/title"),
        ({"files": (file("a/b"),)}, "/files/0/name"),
        ({"files": (file("a\\b"),)}, "/files/0/name"),
        ({"files": (file("a..b"),)}, "/files/0/name"),
        ({"files": (file(""),)}, "/files/0/name"),
        ({"files": (file("a\x1bb"),)}, "/files/0/name"),
        ({"files": (file("A.pdf"), file("a.PDF"))}, "/files/1/name"),
        ({"files": (file(size=-1),)}, "/files/0/size"),
        ({"data": {"0": 1}}, "/data"),
        ({"data": {"a": {"": 1}}}, "/data/a"),
        ({"data": {"a": [2**53]}}, "/data/a/0"),
        ({"data": {"a": float("nan")}}, "/data/a"),
    ],
)
def test_document_when_a_rule_is_broken_is_refused_at_its_place(members, pointer):
    with pytest.raises(InvalidDocumentError) as caught:
        document(**members)
    assert caught.value.pointer == pointer


def test_document_when_it_has_too_many_values_is_refused():
    with pytest.raises(LimitExceededError):
        document(data={"a": [0] * 20_001})


@pytest.mark.parametrize(
    ("member", "value", "pointer"),
    [
        ("format", "corridor/document/2", "/format"),
        ("documentType", 1, "/documentType"),
        ("issuers", "0x", "/issuers"),
        ("issuers", ["0X" + "01" * 32], "/issuers/0"),
        ("validUntil", "2027-02-03", "/validUntil"),
        ("replaces", [None], "/replaces/0"),
        ("title", {}, "/title"),
        ("data", [], "/data"),
        ("files", {}, "/files"),
        ("files", [{"name": "a"}], "/files/0"),
        ("files", [{**file().json(), "size": True}], "/files/0/size"),
        ("files", [{**file().json(), "sha256": "00"}], "/files/0/sha256"),
        ("files", [{**file().json(), "name": 1}], "/files/0/name"),
        ("files", [{**file().json(), "url": "x"}], "/files/0"),
        ("extra", 1, ""),
    ],
)
def test_envelope_when_a_member_is_wrong_is_refused_at_its_place(member, value, pointer):
    with pytest.raises(InvalidDocumentError) as caught:
        TradeDocument.parse({**FULL.envelope(), member: value})
    assert caught.value.pointer == pointer


@pytest.mark.parametrize("member", ENVELOPE_MEMBERS)
def test_envelope_when_a_member_is_missing_is_refused(member):
    envelope = FULL.envelope()
    del envelope[member]
    with pytest.raises(InvalidDocumentError, match=f"{member} is missing"):
        TradeDocument.parse(envelope)


def test_envelope_when_not_an_object_is_refused():
    with pytest.raises(InvalidDocumentError):
        TradeDocument.parse([])
