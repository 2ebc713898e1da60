# SPDX-License-Identifier: Apache-2.0
"""Cases that `log` decides: the entry in the log, and the operator's promises."""

from cases_proofs import LOG_INDEX, LOG_PATH, H, by, no_receipts
from chain_world import log_signer
from edits import (
    AUTHENTIC,
    NOT_ANCHORED,
    RECEIPT,
    UNDECIDED,
    Case,
    accepted,
    all_of,
    flip,
    node_as_leaf,
    of_other,
    put,
    shown,
    swapped,
)

from ledger.log import Acceptance

NOT_IN_LOG = {"log": ["log-path-broken"]}


def unlogged(slug, sentence, edit, states="log F", base="bill"):
    return Case(slug, NOT_ANCHORED, sentence, states, NOT_IN_LOG, base, edit)


def promise(slug, sentence, edit, verdict=NOT_ANCHORED, states="log F", **more):
    codes = {
        "log F": {"log": ["entry-in-log", "acceptance-invalid"]},
        "log E": {"log": ["entry-in-log", "acceptance-elsewhere"]},
        "log U": {"log": ["entry-in-log", "acceptance-unknown"]},
    }.get(states, {})
    codes, states = more.pop("codes", codes), states.replace("log E", "log U")
    return Case(slug, verdict, sentence, states, codes, "bill", edit, **more)


def _note(change):
    return put("/acceptances/0", change)


def _of_the_wrong_text(package, world):
    """A promise whose times are written in full-width digits, signed by the log's own key."""
    note = accepted(AT)(package, world)["acceptances"][0]
    text = note.split("\n\n")[0].replace("2026-", "\uff12\uff10\uff12\uff16-") + "\n"
    package["acceptances"] = [log_signer().sign(text)]
    return package


def _for_the_other_ledger(package, world):
    statement = world.receipts_of(package)[0].statement
    note = Acceptance("example", world.two.id, statement.digest(), AT, AT + 600)
    package["acceptances"] = [note.signed(log_signer())]
    return package


def _two_signatures(package, world):
    note = accepted(AT)(package, world)["acceptances"][0]
    other = accepted(AT, signer=log_signer(key="witness"))(package, world)["acceptances"][0]
    package["acceptances"] = [note + other.split("\n\n")[1]]
    return package


AT = 1_770_195_700


GENUINE = accepted(AT)


OUTSIDE = "log F, anchor F, issuer U"


LOG_CASES = [
    Case(
        "log-entry-of-one",
        AUTHENTIC,
        "The first entry of all, under a head of size 1.",
        base=shown("first"),
    ),
    Case(
        "log-entry-last",
        AUTHENTIC,
        "The only new entry of a head of size 8, a power of two.",
        base=shown("alone", "/data"),
    ),
    promise("acceptance", "The operator's promise comes with it, genuine.", GENUINE, AUTHENTIC, ""),
    unlogged(
        "entry-index-plus-one",
        "The entry's index is one too far, still under its anchor.",
        put(LOG_INDEX, by(1)),
    ),
    unlogged("entry-index-minus-one", "The entry's index is one too near.", put(LOG_INDEX, by(-1))),
    unlogged(
        "entry-index-before",
        "The entry's index belongs to the head before.",
        put(LOG_INDEX, 2),
        OUTSIDE,
    ),
    unlogged(
        "entry-index-at-size",
        "The entry's index is the size of the tree.",
        put(LOG_INDEX, 7),
        OUTSIDE,
    ),
    unlogged(
        "entry-index-largest",
        "The entry's index is the largest that parses.",
        put(LOG_INDEX, 2**53 - 1),
        OUTSIDE,
    ),
    unlogged(
        "log-size-minus-one",
        "The tree is said to be one smaller.",
        put(f"{RECEIPT}/size", by(-1)),
        OUTSIDE,
    ),
    unlogged("log-size-zero", "An empty tree has no entries.", put(f"{RECEIPT}/size", 0), OUTSIDE),
    unlogged("log-path-swapped", "Two hashes changed places.", put(LOG_PATH, swapped)),
    unlogged(
        "log-path-reversed",
        "The hashes come from the root down.",
        put(LOG_PATH, lambda old: old[::-1]),
    ),
    unlogged(
        "log-path-first-dropped", "The first hash is missing.", put(LOG_PATH, lambda old: old[1:])
    ),
    unlogged(
        "log-path-last-dropped", "The last hash is missing.", put(LOG_PATH, lambda old: old[:-1])
    ),
    unlogged(
        "log-path-hash-added", "A hash was added at the end.", put(LOG_PATH, lambda old: [*old, H])
    ),
    unlogged(
        "log-path-hash-prepended",
        "A hash was added at the start.",
        put(LOG_PATH, lambda old: [H, *old]),
    ),
    unlogged("log-path-bit", "One bit of one hash was changed.", put(f"{LOG_PATH}/0", flip)),
    unlogged("log-path-empty", "There is no path.", put(LOG_PATH, [])),
    unlogged(
        "log-path-of-size-one", "A tree of one entry has no path.", put(LOG_PATH, [H]), base="first"
    ),
    unlogged(
        "log-path-of-the-neighbour",
        "The path of another entry under the same head.",
        of_other(LOG_PATH, "robbed-before"),
    ),
    unlogged(
        "log-node-as-leaf",
        "The parent of two entries is presented as an entry.",
        node_as_leaf("entryIndex", "logPath", "size"),
        OUTSIDE,
    ),
    unlogged(
        "log-root-of-another-head",
        "The root of another head that was anchored.",
        of_other(f"{RECEIPT}/root", "alone"),
        OUTSIDE,
    ),
    promise("acceptance-garbage", "A promise that is no signed note.", put("/acceptances", ["x"])),
    promise(
        "acceptance-signature-bit",
        "The operator's signature under the promise is wrong.",
        all_of(GENUINE, _note(lambda n: n[:-8] + ("A" if n[-8] != "A" else "B") + n[-7:])),
    ),
    promise(
        "acceptance-text-changed",
        "The promised time was changed after signing.",
        all_of(GENUINE, _note(lambda n: n.replace("Z\n\n", "Z\n\n").replace(":0", ":1", 1))),
    ),
    promise(
        "acceptance-of-another",
        "A genuine promise about another statement: whoever left out"
        " a receipt may have left it behind.",
        lambda p, w: put("/acceptances", [w.accept(w.package("first").receipts[0].statement, AT)])(
            p, w
        ),
        UNDECIDED,
        "log E",
    ),
    promise(
        "acceptance-line-missing",
        "The promise lacks its last line, and is signed so.",
        lambda p, w: put(
            "/acceptances",
            [log_signer().sign("\n".join(GENUINE(p, w)["acceptances"][0].split("\n")[:4]) + "\n")],
        )(p, w),
    ),
    promise(
        "acceptance-digits",
        "The promise's times are written in full-width digits.",
        _of_the_wrong_text,
    ),
    promise(
        "acceptance-genuine-and-garbage",
        "One promise is genuine, the other is not.",
        all_of(GENUINE, put("/acceptances", lambda old: [*old, ""])),
    ),
    promise(
        "acceptance-without-receipts",
        "A promise about a statement that is not there.",
        all_of(GENUINE, no_receipts),
        UNDECIDED,
        "statement U, signature N, log U, anchor N, issuer N, status U",
        codes={"log": ["acceptance-elsewhere"]},
    ),
    promise(
        "acceptance-redacted",
        "The promise serves a redacted copy as well.",
        lambda _p, w: GENUINE(shown("bill", "/reference")(w), w),
        AUTHENTIC,
        "",
    ),
    promise(
        "acceptance-unknown-name",
        "The promise is another log's, whose key is not trusted.",
        accepted(AT, signer=log_signer("elsewhere", "elsewhere"), name="elsewhere"),
        UNDECIDED,
        "log U",
    ),
    promise(
        "acceptance-unknown-key",
        "The key has the log's name, but is not the trusted one.",
        accepted(AT, signer=log_signer(key="witness")),
        UNDECIDED,
        "log U",
    ),
    promise(
        "acceptance-key-ended",
        "The log's key had ended before the promise was made.",
        GENUINE,
        UNDECIDED,
        "log U",
        trust="log-key-ended",
    ),
    promise(
        "acceptance-key-later",
        "The log's key began after the promise was made.",
        GENUINE,
        UNDECIDED,
        "log U",
        trust="log-key-later",
    ),
    promise(
        "acceptance-no-keys",
        "No log key is trusted.",
        GENUINE,
        UNDECIDED,
        "log U",
        trust="no-log-keys",
    ),
    promise(
        "acceptance-key-rotated",
        "Of two keys in the trust file the older one signed.",
        GENUINE,
        AUTHENTIC,
        "",
        trust="log-key-rotated",
    ),
    promise(
        "acceptance-cosigned",
        "A second, unknown key signed the promise too: it has one signature, the log's.",
        _two_signatures,
    ),
    promise(
        "acceptance-twice",
        "The same promise comes twice.",
        all_of(GENUINE, put("/acceptances", lambda old: old * 2)),
    ),
    promise(
        "acceptance-by-the-other-ledger",
        "The log's own key promised it for the other ledger.",
        _for_the_other_ledger,
        UNDECIDED,
        "log E",
    ),
]

GROUPS = {"log": LOG_CASES}
