# SPDX-License-Identifier: Apache-2.0
"""Cases that `statement` and `signature` decide: what a package proves by itself."""

from chain_world import digest
from edits import (
    ALTERED,
    AUTHENTIC,
    RECEIPT,
    SIGNATURE_INVALID,
    STATEMENT,
    UNAUTHORISED,
    UNDECIDED,
    Case,
    flip,
    node_as_leaf,
    of_other,
    put,
    swapped,
)
from events import ORDER

H = str(digest("a hash of nobody's"))
PATH, LOG_PATH = f"{RECEIPT}/statementPath", f"{RECEIPT}/logPath"
INDEX, LOG_INDEX = f"{RECEIPT}/statementIndex", f"{RECEIPT}/entryIndex"
COVERS_NOT = {"statement": ["statement-path-broken"]}
UNSIGNED = {"signature": ["signature-invalid"]}


def by(step):
    return lambda old: old + step


# --- statement ---------------------------------------------------------------------------------


def uncovered(slug, sentence, edit, base="padded"):
    return Case(slug, ALTERED, sentence, "statement F", COVERS_NOT, base, edit)


def no_receipts(package, _world):
    package["receipts"] = []
    return package


def _only(name, party):
    """Keep the one receipt of a party."""

    def made(world):
        package = world.json(name)
        wanted = str(world.parties[party])
        package["receipts"] = [r for r in package["receipts"] if r["statement"]["party"] == wanted]
        return package

    return made


STATEMENT_CASES = [
    Case(
        "statement-of-seven",
        AUTHENTIC,
        "The document is the fifth of seven under one statement;"
        " the others hide how many the party issues.",
        base="padded",
    ),
    Case("statement-of-two", AUTHENTIC, "The first of two documents.", base="co-of-carrier"),
    Case("statement-of-one", AUTHENTIC, "The only document; the path is empty.", base="first"),
    Case(
        "two-issuers",
        AUTHENTIC,
        "Two issuers, each with its own statement and receipt.",
        base="pair",
    ),
    uncovered(
        "statement-index-plus-one", "The place in the statement is one too far.", put(INDEX, by(1))
    ),
    uncovered(
        "statement-index-minus-one",
        "The place in the statement is one too near.",
        put(INDEX, by(-1)),
    ),
    uncovered("statement-index-at-count", "The index is the number of documents.", put(INDEX, 7)),
    uncovered(
        "statement-index-largest",
        "The index is the largest number that parses.",
        put(INDEX, 2**53 - 1),
    ),
    uncovered("statement-path-swapped", "Two hashes changed places.", put(PATH, swapped)),
    uncovered(
        "statement-path-reversed",
        "The hashes come from the root down.",
        put(PATH, lambda old: old[::-1]),
    ),
    uncovered(
        "statement-path-first-dropped", "The first hash is missing.", put(PATH, lambda old: old[1:])
    ),
    uncovered(
        "statement-path-last-dropped", "The last hash is missing.", put(PATH, lambda old: old[:-1])
    ),
    uncovered(
        "statement-path-hash-added",
        "A hash was added at the end.",
        put(PATH, lambda old: [*old, H]),
    ),
    uncovered(
        "statement-path-hash-prepended",
        "A hash was added at the start.",
        put(PATH, lambda old: [H, *old]),
    ),
    uncovered(
        "statement-path-hash-inserted",
        "A hash was added in the middle.",
        put(PATH, lambda old: [old[0], H, *old[1:]]),
    ),
    uncovered("statement-path-bit", "One bit of one hash was changed.", put(f"{PATH}/1", flip)),
    uncovered(
        "statement-path-sixty-four", "The path is as long as one may be.", put(PATH, [H] * 64)
    ),
    uncovered(
        "statement-path-of-one",
        "A statement about one document has no path.",
        put(PATH, [H]),
        base="first",
    ),
    uncovered(
        "statement-node-as-leaf",
        "The parent of two leaves is presented as a leaf.",
        node_as_leaf("statementIndex", "statementPath", None),
    ),
    uncovered(
        "statement-of-another-document",
        "A genuine receipt, but of another document.",
        of_other(RECEIPT, "bill"),
    ),
    Case(
        "statement-count-minus-one",
        ALTERED,
        "A statement about six has no such path; it is not"
        " what was signed either, but the first line decides.",
        "statement F, signature F, log F",
        COVERS_NOT,
        "padded",
        put(f"{STATEMENT}/count", by(-1)),
    ),
    Case(
        "statement-by-a-rival",
        UNAUTHORISED,
        "An accredited party stated a document that names another issuer.",
        "statement F",
        {"statement": ["party-not-issuer", "receipt-missing"]},
        _only("claimed", "rival"),
    ),
    Case(
        "statement-by-a-rival-too",
        UNAUTHORISED,
        "The issuer has stated it, and a rival as well:"
        " a package says nothing good that claims the rival's word.",
        "statement F",
        base="claimed",
    ),
    Case(
        "receipt-of-second-issuer-missing",
        UNDECIDED,
        "The second of two issuers has not stated it.",
        "statement U",
        {"statement": ["statement-covers", "receipt-missing"]},
        "half",
    ),
    Case(
        "receipt-of-first-issuer-left-out",
        UNDECIDED,
        "Both have stated it, but the package has the receipt of one.",
        "statement U",
        base=_only("pair", "forwarder"),
    ),
    Case(
        "receipts-left-out",
        UNDECIDED,
        "A package without receipts proves nothing, and nothing against the document.",
        "statement U, signature N, log N, anchor N, issuer N, status U",
        {"statement": ["receipt-missing"], "status": ["receipt-missing"]},
        edit=no_receipts,
    ),
]

# --- signature ---------------------------------------------------------------------------------


def logged(name, sentence, states="signature F"):
    return Case(
        f"signed-{name}",
        SIGNATURE_INVALID,
        sentence + " The log took it all the same.",
        states,
        UNSIGNED,
        f"signed-{name}",
    )


def unsigned(slug, sentence, edit, states="signature F, log F", **more):
    base = more.pop("base", "bill")
    return Case(slug, SIGNATURE_INVALID, sentence, states, UNSIGNED, base, edit, **more)


def _with_v(wanted):
    def made(world):
        held = (world.json(f"turn-{at}") for at in range(6))
        return next(p for p in held if p["receipts"][0]["statement"]["signature"].endswith(wanted))

    return made


def _high_s(old):
    s = ORDER - int(old[66:130], 16)
    return f"{old[:66]}{s:064x}{55 - int(old[130:], 16):02x}"


SIGNATURE_CASES = [
    Case("signature-v-27", AUTHENTIC, "A signature with v = 27.", base=_with_v("1b")),
    Case("signature-v-28", AUTHENTIC, "A signature with v = 28.", base=_with_v("1c")),
    logged("high-s", "The twin of a good signature, with s in the upper half of the order."),
    logged("v-zero", "The recovery id stands as 0 or 1 instead of 27 or 28."),
    logged("v-29", "v is beyond 28."),
    logged("v-flipped", "The other v recovers another key."),
    logged(
        "other-signer",
        "The statement names another key than the one that signed.",
        "signature F, issuer F",
    ),
    logged("chain-one", "Signed for chain 1: a replay from another chain."),
    logged("log-two", "Signed for the other ledger's contract: a replay from another ledger."),
    logged("more-count", "The signature is for another count."),
    logged("other-root", "The signature is for another root."),
    logged("other-party", "The signature is for another party."),
    logged("other-time", "The signature is for a time one second later."),
    logged("zero-r", "r is zero: no key makes that."),
    logged("r-too-large", "r is beyond the order."),
    unsigned(
        "stated-at-plus-one",
        "The issuer's time was moved by a second; it is signed, and in the log's entry.",
        put(f"{STATEMENT}/statedAt", lambda o: o[:-3] + ("00Z" if o[-3:-1] != "00" else "01Z")),
    ),
    unsigned(
        "signature-bit",
        "One bit of s was changed.",
        put(f"{STATEMENT}/signature", lambda old: flip(old, 100)),
    ),
    unsigned(
        "signature-of-another",
        "The signature of another statement by the same key.",
        of_other(f"{STATEMENT}/signature", "first"),
    ),
    unsigned(
        "signature-zeros", "r, s and v are zero.", put(f"{STATEMENT}/signature", "0x" + "00" * 65)
    ),
    unsigned(
        "signature-made-high-s",
        "Whoever carried the package turned s around: the key can"
        " still be recovered, and the log's entry is another.",
        put(f"{STATEMENT}/signature", _high_s),
    ),
    unsigned(
        "count-plus-one",
        "The count was raised; the path has the same shape for both.",
        put(f"{STATEMENT}/count", by(1)),
        base="padded",
    ),
    unsigned(
        "signer-changed",
        "The statement names another key.",
        of_other(f"{STATEMENT}/signer", "co"),
        "signature F, log F, issuer F",
    ),
    unsigned(
        "party-changed",
        "The statement names another party.",
        of_other(f"{STATEMENT}/party", "co"),
        "statement F, signature F, log F, issuer F",
    ),
    unsigned(
        "ledger-on-another-chain",
        "The statement names the same contract on chain 1.",
        put(f"{STATEMENT}/ledger", lambda old: old.replace(":1337:", ":1:")),
        "signature F, log F, anchor U, issuer U, status U",
    ),
    unsigned(
        "ledger-replaced",
        "The statement names another trusted ledger, which has no such head.",
        of_other(f"{STATEMENT}/ledger", "stranger"),
        "signature F, log F, anchor F, issuer U",
        trust="both",
    ),
]


GROUPS = {"statement": STATEMENT_CASES, "signature": SIGNATURE_CASES}
