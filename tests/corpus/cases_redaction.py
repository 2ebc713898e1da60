# SPDX-License-Identifier: Apache-2.0
"""Cases that `content` decides: which redactions an envelope could have had."""

from cases_content import BILL, altered
from chain_world import digest
from edits import (
    ALTERED,
    AUTHENTIC,
    Case,
    flip,
    leaf,
    put,
    shown,
    swapped,
)

NO_HEADER = "content F, anchor U, issuer U, validity U, status U, title U"


BROKEN = {"content": ["redaction-broken"]}


def broken(slug, sentence, edit, base=BILL, states="content F", **more):
    return Case(slug, ALTERED, sentence, states, BROKEN, base, edit, **more)


def _collapsed(package, _world):
    """Two neighbouring leaves replaced by one hidden leaf that carries the hash of their node."""
    leaves = [x for x in package["redaction"] if x["pointer"] != "/data/seals/1"]
    place = next(i for i, x in enumerate(leaves) if x["pointer"] == "/data/seals/0")
    leaves[place] = {"pointer": "/data/seals", "hidden": str(digest("inner node"))}
    package["redaction"] = [x for x in leaves if x["pointer"] != "/data/seals/2"]
    return package


def _twice(item):
    return [item, {**item, "value": "XS9"}]


def _deep(item):
    return [item, {"pointer": "/data/z" + "/z" * 64, "hidden": "ab" * 32}]


REDACTED = [
    Case(
        "redacted",
        AUTHENTIC,
        "Some fields are hidden; all names and the root are there.",
        base=BILL,
    ),
    Case(
        "redacted-files-only",
        AUTHENTIC,
        "Everything is shown but the files' digests.",
        base=shown("bill", everything=True),
    ),
    Case("redacted-all", AUTHENTIC, "Everything is hidden that may be.", base=shown("bill")),
    Case(
        "redacted-edges",
        AUTHENTIC,
        "The same extremes, some hidden: leaves are in the order of"
        " bytes, which is not that of UTF-16.",
        base=shown("edges", "/data/numbers", "/data/a", "/data/~0", "/data/\U0001f600"),
    ),
    Case(
        "redacted-edges-everything",
        AUTHENTIC,
        "The same extremes, all shown.",
        base=shown("edges", everything=True),
    ),
    broken(
        "redacted-utf-16-order",
        "Leaves in the order of UTF-16.",
        lambda p, _w: (
            p
            | {"redaction": sorted(p["redaction"], key=lambda x: x["pointer"].encode("utf-16-be"))}
        ),
        shown("edges"),
    ),
    altered(
        "redacted-value-changed",
        "A disclosed value was changed.",
        leaf("/data/seals/0", lambda x: [{**x, "value": "XS9"}]),
        base=BILL,
    ),
    altered(
        "redacted-salt-changed",
        "The salt of a disclosed value was changed.",
        leaf("/data/seals/1", lambda x: [{**x, "salt": "A" * 22}]),
        base=BILL,
    ),
    altered(
        "redacted-hidden-changed",
        "The digest of a hidden value was changed.",
        leaf("/consignment", lambda x: [{**x, "hidden": flip(x["hidden"])}]),
        base=BILL,
    ),
    altered(
        "redacted-pointer-renamed",
        "A hidden value was moved under another name.",
        leaf("/data/é", lambda x: [{**x, "pointer": "/data/ê"}]),
        base=BILL,
    ),
    altered(
        "redacted-leaf-added",
        "A hidden leaf was added.",
        leaf("/data/é", lambda x: [x, {**x, "pointer": "/data/ê"}]),
        base=BILL,
    ),
    altered(
        "redacted-last-item-dropped",
        "The last item of an array was left out.",
        leaf("/data/seals/2", lambda _x: []),
        base=BILL,
    ),
    altered(
        "redacted-inner-node",
        "Three leaves were replaced by one that carries the hash of an"
        " inner node: a node presented as a leaf.",
        _collapsed,
        base=BILL,
    ),
    broken(
        "redacted-leaves-swapped",
        "Two leaves changed places: pointers must increase.",
        put("/redaction", swapped),
    ),
    broken(
        "redacted-pointer-twice",
        "One pointer stands twice with two values: one for the bank, one for customs.",
        leaf("/data/seals/0", _twice),
    ),
    broken(
        "redacted-array-gap",
        "An index in the middle of an array is left out.",
        leaf("/data/seals/1", lambda _x: []),
    ),
    broken(
        "redacted-array-mixed",
        "An array has a member with a name.",
        leaf("/data/seals/2", lambda x: [{**x, "pointer": "/data/seals/two"}]),
    ),
    broken(
        "redacted-index-zero-led",
        "An index was written with a leading zero.",
        leaf("/data/seals/0", lambda x: [{**x, "pointer": "/data/seals/00"}]),
    ),
    broken(
        "redacted-member-missing",
        "A member of the envelope has no leaf.",
        leaf("/consignment", lambda _x: []),
    ),
    broken(
        "redacted-below-a-leaf",
        "A pointer stands below another leaf.",
        leaf("/consignment", lambda x: [x, {**x, "pointer": "/consignment/x"}]),
    ),
    broken(
        "redacted-pointer-empty",
        "The empty pointer would be the whole envelope.",
        leaf("/consignment", lambda x: [{**x, "pointer": ""}, x]),
    ),
    broken(
        "redacted-foreign-member",
        "A pointer's first token is no member of the envelope.",
        leaf("/data/é", lambda x: [x, {**x, "pointer": "/extra"}]),
    ),
    broken(
        "redacted-bad-escape",
        "A pointer holds a tilde that escapes nothing.",
        leaf("/data/é", lambda x: [x, {**x, "pointer": "/data/ê~2"}]),
    ),
    broken(
        "redacted-no-slash",
        "A pointer does not begin with a slash.",
        leaf("/consignment", lambda x: [x, {**x, "pointer": "/data/\x01"}]),
    ),
    broken(
        "redacted-object-as-value",
        "A disclosed value is an object with members.",
        leaf("/data/weight/unit", lambda x: [{**x, "value": {"a": 1}}]),
    ),
    broken(
        "redacted-array-as-value",
        "A disclosed value is an array with an item.",
        leaf("/data/weight/value", lambda x: [{**x, "value": [1]}]),
    ),
    broken(
        "redacted-too-deep",
        "A pointer is deeper than an envelope may be.",
        leaf("/data/weight/value", _deep),
    ),
    broken(
        "redacted-format",
        "The disclosed format is another version's.",
        leaf("/format", lambda x: [{**x, "value": "corridor/document/2"}]),
    ),
    broken(
        "redacted-reference-empty",
        "The disclosed reference is empty.",
        leaf("/reference", lambda x: [{**x, "value": ""}]),
    ),
    broken(
        "redacted-control-character",
        "A name holds a control character.",
        leaf("/data/weight/value", lambda x: [x, {**x, "pointer": "/data/x\x7f"}]),
    ),
    broken(
        "redacted-type-hidden",
        "The type is hidden, which must always be disclosed.",
        leaf("/documentType", lambda x: [{"pointer": x["pointer"], "hidden": "ab" * 32}]),
        states=NO_HEADER,
    ),
    broken(
        "redacted-validity-hidden",
        "The end of validity is hidden: an expired document would look as if it had none.",
        leaf("/validUntil", lambda x: [{"pointer": x["pointer"], "hidden": "ab" * 32}]),
        states=NO_HEADER,
    ),
    broken(
        "redacted-title-hidden",
        "The title is hidden.",
        leaf("/title", lambda x: [{"pointer": x["pointer"], "hidden": "ab" * 32}]),
        states=NO_HEADER,
    ),
    broken(
        "redacted-validity-no-date",
        "The end of validity is no day of the calendar.",
        leaf("/validUntil", lambda x: [{**x, "value": "2099-02-30T00:00:00Z"}]),
        states=NO_HEADER,
    ),
    broken(
        "redacted-title-digits",
        "The chain id in the title is written in full-width digits.",
        leaf(
            "/title", lambda x: [{**x, "value": "eip155:\uff11:0x" + "ab" * 20 + ":0x" + "01" * 32}]
        ),
        states=NO_HEADER,
    ),
    broken(
        "redacted-type-upper-case",
        "The disclosed type breaks its pattern.",
        leaf("/documentType", lambda x: [{**x, "value": "Bill-Of-Lading"}]),
        states=NO_HEADER,
    ),
]

CASES = REDACTED
