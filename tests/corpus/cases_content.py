# SPDX-License-Identifier: Apache-2.0
"""Cases that `content` decides: the document, its redaction, its files."""

from edits import (
    ALTERED,
    AUTHENTIC,
    DELETED,
    UNDECIDED,
    Case,
    all_of,
    flip,
    of_other,
    put,
    shown,
    swapped,
)
from events import PDF, TXT

DIFFER = {"content": ["digests-differ"]}
ROOT = {"content": ["content-altered"]}
BILL = shown("bill", "/reference", "/data/seals", "/data/weight")
YES = True
DATA = "/envelope/data"


def altered(slug, sentence, edit, base="bill", states="content F", codes=ROOT, **more):
    return Case(slug, ALTERED, sentence, states, codes, base, edit, **more)


def _moved(package, _world):
    """`net/gross~kg` as one name, against `net` holding `gross~kg`."""
    data = package["envelope"]["data"]
    data["net"] = {"gross~kg": data.pop("net/gross~kg")}
    return package


OPENED = [
    Case("bill-opened", AUTHENTIC, "A whole document, untouched: every field and digest fits."),
    Case("bill-of-lading-sample", AUTHENTIC, "The sample bill of lading, whole.", base="bl"),
    Case(
        "file-only",
        AUTHENTIC,
        "A document that is nothing but its file, given.",
        base="file",
        arguments=("bl.pdf",),
        files={"bl.pdf": PDF},
    ),
    Case(
        "edges-opened",
        AUTHENTIC,
        "Names beyond the basic plane, escapes, the smallest and the"
        " largest numbers, the deepest nesting and the longest names that are allowed.",
        base="edges",
        arguments=("x.pdf",),
        files={"x.pdf": PDF},
    ),
    altered(
        "edges-smallest-number",
        "The smallest binary64 became zero.",
        put(f"{DATA}/numbers/3", 0),
        base="edges",
    ),
    altered(
        "edges-last-digit",
        "The last digit that a binary64 tells apart was changed.",
        put(f"{DATA}/numbers/4", 0.3),
        base="edges",
    ),
    altered(
        "edges-line-separator",
        "U+2028 became a blank.",
        put(f"{DATA}/text", lambda old: old.replace("\u2028", " ")),
        base="edges",
    ),
    altered(
        "edges-level-removed",
        "One level of nesting was taken out.",
        put(f"{DATA}/deepest", lambda old: old[0]),
        base="edges",
    ),
    altered(
        "weight-changed",
        "A weight was lowered after signing; the root no longer fits.",
        put(f"{DATA}/weight/value", 9840.5),
    ),
    altered(
        "number-to-text",
        "The number 7 became the text 7: another JSON value, another leaf.",
        put(f"{DATA}/net~1gross~0kg", "7"),
    ),
    altered("number-to-true", "A number became a boolean.", put(f"{DATA}/net~1gross~0kg", YES)),
    altered("value-to-null", "A value was blanked with null.", put(f"{DATA}/weight/unit", None)),
    altered("field-added", "A field that nobody signed was added.", put(f"{DATA}/added", "x")),
    altered("field-removed", "A signed field was left out.", put(f"{DATA}/weight/unit", DELETED)),
    altered(
        "field-renamed",
        "A field keeps its value under another name.",
        all_of(put(f"{DATA}/é", DELETED), put(f"{DATA}/e", "née")),
    ),
    altered(
        "array-reordered",
        "Two seals changed places: the index is part of the pointer.",
        put(f"{DATA}/seals", swapped),
    ),
    altered(
        "array-item-dropped",
        "The last seal was dropped.",
        put(f"{DATA}/seals", lambda old: old[:-1]),
    ),
    altered(
        "array-item-added",
        "A seal was added at the end.",
        put(f"{DATA}/seals", lambda old: [*old, "XS4"]),
    ),
    altered(
        "empty-object-to-array",
        "An empty object became an empty array; both are leaves.",
        put(f"{DATA}/remarks", []),
    ),
    altered(
        "text-decomposed",
        "The same word in another Unicode form is another text.",
        put(f"{DATA}/é", "ne\u0301e"),
    ),
    altered(
        "homoglyph",
        "A Cyrillic letter stands for a Latin one in the reference.",
        put("/envelope/reference", lambda old: old.replace("X", "\u0425")),
    ),
    altered(
        "space-added", "A blank at the end of a text is a change.", put(f"{DATA}/seals/0", "XS1 ")
    ),
    altered(
        "pointers-that-collide",
        "A name with a slash was turned into two names that look"
        " alike when joined; escaping keeps their pointers apart.",
        _moved,
    ),
    altered(
        "value-wrapped",
        "A scalar was wrapped in an array: a node where a leaf was.",
        put(f"{DATA}/weight/value", lambda old: [old]),
    ),
    altered(
        "consignment-removed", "The consignment became null.", put("/envelope/consignment", None)
    ),
    altered(
        "type-changed",
        "The type was changed to another for which the issuer is accredited too.",
        put("/envelope/documentType", "certificate-of-origin"),
    ),
    altered(
        "issuer-added",
        "Another issuer was added, who has not signed.",
        lambda p, w: put("/envelope/issuers", lambda old: sorted([*old, str(w.parties["rival"])]))(
            p, w
        ),
        states="content F, statement U",
    ),
    altered(
        "issuer-replaced",
        "Another party was put in the issuer's place.",
        lambda p, w: put("/envelope/issuers", [str(w.parties["rival"])])(p, w),
        states="content F, statement F",
    ),
    altered(
        "validity-extended",
        "An expired document was given more time.",
        put("/envelope/validUntil", "2099-01-01T00:00:00Z"),
        base="until-2020",
        states="content F, validity P",
    ),
    altered(
        "title-removed",
        "The title was taken off a negotiable bill.",
        put("/envelope/title", None),
        base="titled",
    ),
    altered(
        "replaces-removed",
        "The claim to replace another document was taken out.",
        put("/envelope/replaces", []),
        base="replacing",
    ),
    altered(
        "file-digest-changed",
        "The digest of a listed file was exchanged.",
        put("/envelope/files/0/sha256", flip),
    ),
    altered(
        "file-size-plus-one",
        "The listed size of a file grew by one byte.",
        put("/envelope/files/0/size", lambda old: old + 1),
    ),
    altered(
        "file-renamed",
        "A listed file was given another name.",
        put("/envelope/files/0/name", "draft.pdf"),
    ),
    altered(
        "files-swapped", "The two listed files changed places.", put("/envelope/files", swapped)
    ),
    altered(
        "seed-bit",
        "One character of the seed was changed: every salt is another.",
        put("/seed", lambda old: ("A" if old[0] != "A" else "B") + old[1:]),
    ),
    altered("seed-of-another", "The seed of another document was put in.", of_other("/seed", "bl")),
    altered(
        "commitment-of-another",
        "The commitment of another document was put in: neither the"
        " fields nor the statement lead to it.",
        of_other("/commitment", "bl"),
        states="content F, statement F",
    ),
    altered(
        "digest-changed",
        "The document fits, but the list that explains it does not: the"
        " package says two things about a field.",
        put("/digests/3/1", flip),
        codes=DIFFER,
    ),
    altered(
        "digests-reordered",
        "The explaining list is in another order.",
        put("/digests", swapped),
        codes=DIFFER,
    ),
    altered(
        "digest-dropped",
        "The explaining list lacks its last pair.",
        put("/digests", lambda old: old[:-1]),
        codes=DIFFER,
    ),
    altered(
        "digest-pointer-renamed",
        "The explaining list names a field otherwise.",
        put("/digests/1/0", "/data/other"),
        codes=DIFFER,
    ),
    altered("digests-emptied", "The explaining list is empty.", put("/digests", []), codes=DIFFER),
]
FILES = [
    Case(
        "files-given",
        AUTHENTIC,
        "Both listed files are given and unchanged.",
        arguments=("bl.pdf", "list.txt"),
        files={"bl.pdf": PDF, "list.txt": TXT},
    ),
    Case(
        "files-renamed",
        AUTHENTIC,
        "Files are recognised by their bytes, not by their names.",
        arguments=("renamed.bin",),
        files={"renamed.bin": PDF},
    ),
    Case(
        "file-byte-changed",
        ALTERED,
        "One byte of a file was changed.",
        "content F",
        {"content": ["content-matches", "file-altered"]},
        arguments=("bl.pdf",),
        files={"bl.pdf": PDF.replace(b"invented", b"Invented")},
    ),
    Case(
        "file-emptied",
        ALTERED,
        "A file of no bytes is not the listed one.",
        "content F",
        arguments=("bl.pdf",),
        files={"bl.pdf": b""},
    ),
    Case(
        "file-unlisted",
        ALTERED,
        "A file was given to a document that lists none.",
        "content F",
        base="alone",
        arguments=("bl.pdf",),
        files={"bl.pdf": PDF},
    ),
    Case(
        "file-not-comparable",
        UNDECIDED,
        "The digests are hidden: whether the file belongs to the document cannot be said.",
        "content U",
        {"content": ["content-matches", "file-not-comparable"]},
        BILL,
        arguments=("bl.pdf",),
        files={"bl.pdf": PDF},
    ),
    Case(
        "file-one-digest-shown",
        AUTHENTIC,
        "One digest is shown, and the file has it.",
        base=shown("bill", "/files/0/sha256"),
        arguments=("bl.pdf",),
        files={"bl.pdf": PDF},
    ),
    Case(
        "file-other-digest-hidden",
        UNDECIDED,
        "The file has not the digest that is shown, but may have the one that is hidden.",
        "content U",
        base=shown("bill", "/files/0/sha256"),
        arguments=("list.txt",),
        files={"list.txt": TXT},
    ),
    Case(
        "file-altered-all-shown",
        ALTERED,
        "All digests are shown, and the file has none of them.",
        "content F",
        base=shown("bill", "/files"),
        arguments=("x.pdf",),
        files={"x.pdf": PDF + b"\n"},
    ),
    Case(
        "file-with-hidden-empty-list",
        UNDECIDED,
        "The list of files is empty, but hidden: the file cannot be compared.",
        "content U",
        base=shown("alone", "/reference"),
        arguments=("bl.pdf",),
        files={"bl.pdf": PDF},
    ),
]
CASES = [*OPENED, *FILES]
