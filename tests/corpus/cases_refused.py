# SPDX-License-Identifier: Apache-2.0
"""Packages that are refused with exit code 2, because they do not parse or break a rule."""

from edits import RECEIPT, REFUSED, STATEMENT, Case, put, shown, swapped

CHECK = "package"
PLACE = '"entryIndex":4'
YES = True
DATA = "/envelope/data"


def edited(slug, sentence, edit, base="bill", **more):
    return Case(slug, REFUSED, sentence, base=base, edit=edit, **more)


def spelt(slug, sentence, old, new, base="bill"):
    """Change the text of the file, which no JSON value could express."""

    def change(text):
        changed = text.replace(old, new, 1)
        assert changed != text, slug
        return changed

    return Case(slug, REFUSED, sentence, base=base, text=change)


def made(slug, sentence, recipe):
    return Case(slug, REFUSED, sentence, recipe=recipe)


def around(old, *parts):
    """A recipe: the bill's text with something that is generated in one place."""

    def recipe(text):
        before, found, after = text.partition(old)
        assert found
        return [{"text": before}, *parts, {"text": after}]

    return recipe


def part(text, times=1):
    return {"text": text} if times == 1 else {"repeat": text, "times": times}


def upper(old):
    return old.upper().replace("0X", "0x")


JSON_CASES = [
    spelt(
        "key-twice",
        "A key stands twice.",
        '{"acceptances":[]',
        '{"acceptances":[],"acceptances":[]',
    ),
    spelt(
        "key-twice-escaped",
        "A key stands twice, once with an escape: compared unescaped.",
        '"commitment":',
        '"commitmen\\u0074":"","commitment":',
    ),
    spelt("byte-order-mark", "The file begins with a byte-order mark.", "{", "\ufeff{"),
    spelt("comma-too-many", "A comma before the last brace.", "}\n", ",}\n"),
    spelt("comment", "JSON has no comments.", "{", "{/* x */"),
    spelt("text-after-the-end", "Something stands after the object.", "}\n", "}\n{}"),
    spelt("not-a-number", "NaN is no JSON.", PLACE, '"entryIndex":NaN'),
    spelt("infinity", "Infinity is no JSON.", PLACE, '"entryIndex":Infinity'),
    spelt("minus-zero", "-0 is refused.", PLACE, '"entryIndex":-0'),
    spelt("number-as-float", "4.0 is not what RFC 8785 writes for 4.", PLACE, '"entryIndex":4.0'),
    spelt(
        "number-with-exponent", "4e0 is not what RFC 8785 writes for 4.", PLACE, '"entryIndex":4e0'
    ),
    spelt("number-zero-led", "A number does not begin with a zero.", PLACE, '"entryIndex":04'),
    spelt("number-with-plus", "A number has no plus.", PLACE, '"entryIndex":+4'),
    spelt("number-arabic-digits", "Digits are ASCII.", PLACE, '"entryIndex":\u0664'),
    spelt(
        "number-beyond-binary64", "1e400 is too large for a binary64.", PLACE, '"entryIndex":1e400'
    ),
    spelt("number-trailing-zero", "11840.50 is not what RFC 8785 writes.", "11840.5", "11840.50"),
    spelt(
        "number-beyond-2-53",
        "2^53 in the data: not every implementation can hold it.",
        "11840.5",
        "9007199254740992",
    ),
    spelt(
        "number-of-65-characters",
        "A number's token has at most 64 characters.",
        "11840.5",
        "0." + "1" * 63,
    ),
    spelt("null-character", "U+0000 in a text.", "XMPL-BILL", "XMPL\\u0000BILL"),
    spelt("lone-surrogate", "Half of a character.", "XMPL-BILL", "XMPL\\ud83dBILL"),
    spelt(
        "raw-control-character", "A raw line feed in a text is no JSON.", "XMPL-BILL", "XMPL\nBILL"
    ),
    Case(
        "invalid-utf-8",
        REFUSED,
        "A byte that is not UTF-8.",
        text=lambda text: text.encode().replace("née".encode(), b"n\xe9e", 1),
    ),
    Case("utf-16", REFUSED, "The file is in UTF-16.", text=lambda text: text.encode("utf-16")),
    Case("empty-file", REFUSED, "The file is empty.", text=lambda _text: b""),
    Case("array-at-the-top", REFUSED, "The package is an array.", text=lambda text: f"[{text}]"),
    Case("cut-off", REFUSED, "The second half is missing.", text=lambda t: t[: len(t) // 2]),
    made(
        "number-of-10-megabytes",
        "A number of ten million digits is refused at once.",
        around(PLACE, part('"entryIndex":4'), part("0", 10_000_000)),
    ),
    made(
        "nested-10000-deep",
        "Ten thousand arrays within each other.",
        around('"acceptances":[]', part('"acceptances":'), part("[", 10_000), part("]", 10_000)),
    ),
    made(
        "objects-nested-10000-deep",
        "Ten thousand objects within each other, in the data.",
        around(
            '"data":{',
            part('"data":{"a":'),
            part('{"a":', 10_000),
            part("1"),
            part("}", 10_000),
            part(","),
        ),
    ),
    made(
        "brackets-only",
        "A million opening brackets and nothing else.",
        lambda _text: [part("[", 1_000_000)],
    ),
    made(
        "larger-than-a-package",
        "More than 64 MiB.",
        lambda text: [part(text[:-1]), part(" ", 64 * 2**20)],
    ),
    made(
        "leaves-beyond-the-limit",
        "An envelope of over 20,000 leaves.",
        around('"seals":[', part('"seals":['), part('"",', 20_000)),
    ),
    made(
        "text-beyond-the-limit",
        "An envelope of over 8 MiB.",
        around("XMPL-BILL", part("XMPL-BILL"), part("x", 8 * 2**20)),
    ),
    made(
        "depth-65",
        "A number on level 65: data stands on the second, and its member on the third.",
        around(
            '"data":{', part('"data":{"deep":'), part("[", 62), part("1"), part("]", 62), part(",")
        ),
    ),
]
FORM_CASES = [
    edited("member-unknown", "A member that no rule names.", put("/extra", None)),
    edited(
        "member-missing", "A member is missing, not null.", lambda p, _w: (p.pop("evidence"), p)[1]
    ),
    edited("format-two", "Another version's package.", put("/format", "corridor/package/2")),
    edited("evidence-given", "This version reads no state proofs.", put("/evidence", {})),
    edited(
        "envelope-and-redaction",
        "Both an envelope and a redaction.",
        lambda p, w: p | {"redaction": shown("bill")(w)["redaction"]},
    ),
    edited(
        "neither-envelope-nor-redaction",
        "Neither of the two.",
        lambda p, _w: p | {"envelope": None, "seed": None, "digests": None},
    ),
    edited(
        "seed-without-envelope",
        "A redaction must not come with the seed: it opens all.",
        lambda p, w: p | {"seed": w.json("bill")["seed"]},
        shown("bill"),
    ),
    edited("receipts-unsorted", "Receipts are sorted by party.", put("/receipts", swapped), "pair"),
    edited("receipt-twice", "One receipt per party.", put("/receipts", lambda old: old * 2)),
    edited("commitment-upper-case", "Hex is lower-case.", put("/commitment", upper)),
    edited("commitment-with-0x", "A SHA-256 has no 0x.", put("/commitment", lambda o: "0x" + o)),
    edited("commitment-short", "A digest has 64 digits.", put("/commitment", lambda o: o[:-1])),
    edited(
        "commitment-digits",
        "The digits of a digest are ASCII.",
        put("/commitment", lambda o: o[:-1] + "\uff11"),
    ),
    edited("seed-padded", "A seed has no padding.", put("/seed", lambda old: old + "=")),
    edited(
        "seed-spare-bits",
        "A seed's spare bits are zero.",
        put(
            "/seed",
            lambda o: (
                o[:-1]
                + (
                    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"[
                        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".index(
                            o[-1]
                        )
                        + 1
                    ]
                )
            ),
        ),
    ),
    edited("digest-pair-of-three", "A pair has two items.", put("/digests/0", lambda o: [*o, ""])),
    edited(
        "leaf-hidden-and-shown",
        "A leaf is either hidden or shown.",
        put("/redaction/0", lambda old: old | {"value": "x", "salt": "A" * 22}),
        shown("bill"),
    ),
    edited(
        "leaf-salt-short",
        "A salt has 22 characters.",
        put("/redaction", lambda old: [x | {"salt": "AAAA"} if "salt" in x else x for x in old]),
        shown("bill"),
    ),
    edited("acceptances-65", "At most 64 acceptances.", put("/acceptances", [""] * 65)),
    edited("acceptance-no-text", "An acceptance is text.", put("/acceptances", [1])),
    edited(
        "envelope-member-unknown", "An unknown member of the envelope.", put("/envelope/extra", "x")
    ),
    edited("data-an-array", "data is an object.", put(DATA, [])),
    edited(
        "data-key-numeric",
        "A name that reads as an index could seal like an array.",
        put(f"{DATA}/870323", "HS"),
    ),
    edited(
        "data-key-empty",
        "A name has at least one byte.",
        lambda p, _w: (p["envelope"]["data"].update({"": 1}), p)[1],
    ),
    edited("data-key-control", "A name holds a control character.", put(f"{DATA}/a\x7f", 1)),
    edited("data-key-too-long", "A name has at most 256 bytes.", put(f"{DATA}/{'é' * 129}", 1)),
    edited(
        "type-upper-case", "A type is lower-case.", put("/envelope/documentType", "Bill-Of-Lading")
    ),
    edited("issuers-empty", "A document has an issuer.", put("/envelope/issuers", [])),
    edited("issuers-unsorted", "Issuers are sorted.", put("/envelope/issuers", swapped), "pair"),
    edited("issuer-twice", "No issuer stands twice.", put("/envelope/issuers", lambda o: o * 2)),
    edited(
        "reference-empty", "A reference has at least one character.", put("/envelope/reference", "")
    ),
    edited(
        "reference-of-129",
        "A reference has at most 128 characters.",
        put("/envelope/reference", "x" * 129),
    ),
    edited(
        "title-digits",
        "The chain id in a title is written in full-width digits.",
        put("/envelope/title", lambda o: o.replace("1337", "\uff11\uff13\uff13\uff17")),
        "titled",
    ),
    edited(
        "title-without-token",
        "A title names its token.",
        put("/envelope/title", lambda o: o.rpartition(":")[0]),
        "titled",
    ),
    edited(
        "validity-second-60",
        "No minute has a second 60.",
        put("/envelope/validUntil", "2098-12-31T23:59:60Z"),
        "until-2099",
    ),
    edited(
        "validity-no-day",
        "There is no 30 February.",
        put("/envelope/validUntil", "2099-02-30T00:00:00Z"),
        "until-2099",
    ),
    edited(
        "validity-with-offset",
        "A time is in UTC and says Z.",
        put("/envelope/validUntil", "2099-01-01T00:00:00+00:00"),
        "until-2099",
    ),
    edited(
        "validity-before-1970",
        "Times begin in 1970.",
        put("/envelope/validUntil", "1969-12-31T23:59:59Z"),
        "until-2020",
    ),
    edited(
        "file-name-with-slash",
        "A file's name is no path.",
        put("/envelope/files/0/name", "../bl.pdf"),
    ),
    edited(
        "file-names-alike",
        "Two names that differ only in ASCII case.",
        put("/envelope/files/1/name", "BL.PDF"),
    ),
    edited(
        "file-size-negative", "No file has less than no bytes.", put("/envelope/files/0/size", -1)
    ),
    edited(
        "statement-format",
        "Another version's statement.",
        put(f"{STATEMENT}/format", "corridor/statement/2"),
    ),
    edited(
        "ledger-digits",
        "The chain id is written in full-width digits.",
        put(f"{STATEMENT}/ledger", lambda o: o.replace("1337", "\uff11\uff13\uff13\uff17")),
    ),
    edited(
        "ledger-zero-led",
        "A chain id does not begin with a zero.",
        put(f"{STATEMENT}/ledger", lambda o: o.replace(":1337", ":01337")),
    ),
    edited(
        "signer-mixed-case",
        "Addresses are lower-case, not EIP-55.",
        put(f"{STATEMENT}/signer", upper),
    ),
    edited(
        "stated-at-digits",
        "A time is written in Arabic digits.",
        put(f"{STATEMENT}/statedAt", "\u0662\u0660\u0662\u0666-02-04T09:00:00Z"),
    ),
    edited(
        "count-zero", "A statement is about one document at least.", put(f"{STATEMENT}/count", 0)
    ),
    edited(
        "count-beyond-2-32",
        "A statement is about 2^32 documents at most.",
        put(f"{STATEMENT}/count", 2**32 + 1),
    ),
    edited("count-true", "A boolean is no number.", put(f"{STATEMENT}/count", YES)),
    edited(
        "signature-of-64-bytes",
        "A signature has 65 bytes.",
        put(f"{STATEMENT}/signature", lambda old: old[:-2]),
    ),
    edited("entry-index-as-text", "An index is a number.", put(f"{RECEIPT}/entryIndex", "4")),
    edited("entry-index-negative", "An index is not below zero.", put(f"{RECEIPT}/entryIndex", -1)),
    edited(
        "log-path-of-65",
        "A path has at most 64 hashes.",
        put(f"{RECEIPT}/logPath", ["ab" * 32] * 65),
    ),
    edited(
        "hint-time",
        "The hint is never judged, but it must be well-formed.",
        put(f"{RECEIPT}/anchor/blockTime", "yesterday"),
    ),
]
TRUST_CASES = [
    edited(
        "trust-without-status",
        "A ledger on which nothing could be withdrawn is refused.",
        None,
        trust="no-statuses",
    ),
    edited(
        "trust-member-unknown", "A trust file with an unknown member.", None, trust="unknown-member"
    ),
    edited(
        "at-second-60", "The stated time is none.", None, arguments=("--at", "2026-02-04T09:00:60Z")
    ),
    edited(
        "at-digits",
        "The stated time is in full-width digits.",
        None,
        arguments=("--at", "\uff12\uff10\uff12\uff16-02-04T09:00:00Z"),
    ),
    edited(
        "other-refused",
        "The document to compare with does not parse.",
        None,
        other=lambda w: put("/commitment", "")(w.json("co"), w),
        arguments=("--with", "other.corridor.json"),
    ),
    edited("file-missing", "A file that is not there.", None, arguments=("missing.pdf",)),
]
CASES = [*JSON_CASES, *FORM_CASES, *TRUST_CASES]
