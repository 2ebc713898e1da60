# SPDX-License-Identifier: Apache-2.0
"""Cases that `anchor` decides: whether and when the chain recorded it."""

from chain_world import digest
from edits import (
    AUTHENTIC,
    NOT_ANCHORED,
    RECEIPT,
    UNDECIDED,
    Case,
    all_of,
    prepended,
    put,
    relogged,
    shown,
)

from ledger.log import Entry

HINT = f"{RECEIPT}/anchor"
BLIND = "anchor U, issuer U, status U"
UNASKED = {"anchor": ["chain-unavailable"], "status": ["chain-unavailable"]}
FAR = 2**53 - 1


def unanchored(slug, sentence, edit, code, base="bill", states="anchor F, issuer U", **more):
    verdict = more.pop("verdict", NOT_ANCHORED)
    codes = {"anchor": [code], "issuer": ["anchor-not-proved"]}
    return Case(slug, verdict, sentence, states, codes, base, edit, **more)


def blind(slug, sentence, *answers, trust="main"):
    return Case(slug, UNDECIDED, sentence, BLIND, UNASKED, "bill", node=answers, trust=trust)


def answer(method, params=None, **said):
    """What the node says instead; params None: whatever is asked."""
    return {"method": method, "params": params, **said}


def _forked(entries):
    """The log as it was, but with another entry after the bill's."""
    return [*entries[:5], Entry(5, digest("an entry that was exchanged")), *entries[6:]]


def _renumbered(entries):
    """Eight invented entries, then the log as it was, with new indexes."""
    invented = [digest(f"invented entry {at}") for at in range(8)]
    held = [*invented, *(entry.statement for entry in entries)]
    return [Entry(at, statement) for at, statement in enumerate(held)]


def _same(entries):
    return entries


def _final_plus(step):
    return lambda package, world: put(f"{HINT}/blockNumber", world.final_number() + step)(
        package, world
    )


ANCHOR_CASES = [
    Case(
        "anchored-under-a-small-head",
        AUTHENTIC,
        "The entry's own head, of size 3.",
        base="co",
        states="validity P",
    ),
    Case(
        "anchored-hint-block-zero",
        AUTHENTIC,
        "The hint names block 0: a hint is no evidence.",
        edit=put(f"{HINT}/blockNumber", 0),
    ),
    Case(
        "anchored-hint-elsewhere",
        AUTHENTIC,
        "The hint names another chain and contract.",
        edit=all_of(put(f"{HINT}/chainId", 1), put(f"{HINT}/contract", "0x" + "11" * 20)),
    ),
    Case(
        "anchored-hint-time",
        AUTHENTIC,
        "The hint names another time, block hash and transaction.",
        edit=all_of(
            put(f"{HINT}/blockTime", "1999-12-31T23:59:59Z"),
            put(f"{HINT}/blockHash", "0x" + "22" * 32),
            put(f"{HINT}/transaction", "0x" + "33" * 32),
        ),
    ),
    Case(
        "anchored-on-the-other-ledger",
        AUTHENTIC,
        "The second ledger is trusted too.",
        base="stranger",
        trust="both",
    ),
    Case(
        "anchored-before-retirement",
        AUTHENTIC,
        "The ledger is retired since; what was anchored stays.",
        trust="retired-later",
    ),
    Case(
        "anchored-instantly-final",
        AUTHENTIC,
        "The newest block is final where the rule is instant.",
        base="just-anchored",
        trust="instant",
    ),
    unanchored(
        "log-size-plus-one",
        "A root does not commit to its size: the path fits a tree of 8"
        " as well, but the contract knows 7.",
        put(f"{RECEIPT}/size", 8),
        "size-differs",
    ),
    unanchored(
        "later-head",
        "A genuine path to a later head, which would date the entry later.",
        relogged(_same, 8),
        "not-the-anchor",
    ),
    unanchored(
        "much-later-head",
        "A genuine path to a head of many entries.",
        lambda p, w: relogged(_same, w.receipts["claimed"][0].size)(p, w),
        "not-the-anchor",
    ),
    unanchored(
        "earlier-tree",
        "A genuine path to a tree of 5, which was never a head.",
        relogged(_same, 5),
        "head-not-found",
    ),
    unanchored(
        "history-prepended",
        "The real tree hangs to the right of an invented one; but an"
        " entry holds its index, so that it cannot be moved.",
        all_of(relogged(_same, 8), prepended),
        "head-not-found",
        states="log F, anchor F, issuer U",
    ),
    unanchored(
        "history-prepended-and-renumbered",
        "Eight invented entries stand before the real"
        " log, which was numbered again: the path fits that tree.",
        relogged(_renumbered, 8),
        "head-not-found",
    ),
    unanchored(
        "history-exchanged",
        "A later entry was exchanged; the path fits that tree.",
        relogged(_forked, 7),
        "head-not-found",
    ),
    unanchored(
        "history-extended",
        "The forger's tree has one entry more than any head.",
        relogged(lambda e: [*e, Entry(len(e), digest("one more"))], 8),
        "head-not-found",
    ),
    unanchored(
        "statement-astray",
        "A statement for the other ledger stands in this ledger's log;"
        " the other one never anchored that head.",
        None,
        "head-not-found",
        "astray",
        trust="both",
    ),
    unanchored(
        "after-retirement",
        "The head was anchored after the ledger's last block.",
        None,
        "after-retirement",
        trust="retired",
    ),
    unanchored(
        "not-final",
        "The head stands in the newest block, which is not final.",
        None,
        "not-final-yet",
        "just-anchored",
        verdict=UNDECIDED,
        states="anchor U, issuer U",
    ),
    unanchored(
        "not-final-by-depth",
        "The head is final only after eight blocks.",
        None,
        "not-final-yet",
        "just-anchored",
        verdict=UNDECIDED,
        states="anchor U, issuer U",
        trust="depth",
    ),
    unanchored(
        "forged-head-hint-ahead",
        "A head that nobody anchored, said to stand in a block"
        " far ahead: the chain that was asked may be too old.",
        all_of(relogged(_forked, 7), put(f"{HINT}/blockNumber", FAR)),
        "head-too-old",
        verdict=UNDECIDED,
        states=BLIND,
    ),
    unanchored(
        "forged-head-hint-not-final",
        "A head that nobody anchored, said to stand in a block that is not final.",
        all_of(relogged(_forked, 7), _final_plus(1)),
        "not-final-yet",
        verdict=UNDECIDED,
        states="anchor U, issuer U",
    ),
    unanchored(
        "forged-head-hint-final",
        "A head that nobody anchored, said to stand in the final block.",
        all_of(relogged(_forked, 7), _final_plus(0)),
        "head-not-found",
    ),
    unanchored(
        "forged-head-old-chain",
        "A head that nobody anchored, on a chain whose newest block is old.",
        relogged(_forked, 7),
        "head-too-old",
        verdict=UNDECIDED,
        states=BLIND,
        trust="stale",
    ),
    unanchored(
        "ledger-not-trusted",
        "The statement's ledger is not in the trust file.",
        None,
        "ledger-not-trusted",
        "stranger",
        verdict=UNDECIDED,
        states=BLIND,
    ),
    unanchored(
        "ledger-not-trusted-redacted",
        "No ledger is trusted, and the copy is redacted.",
        None,
        "ledger-not-trusted",
        shown("bill", "/reference"),
        verdict=UNDECIDED,
        states=BLIND,
        trust="two-only",
    ),
    blind(
        "node-on-another-chain", "The node serves chain 1.", answer("eth_chainId", [], result="0x1")
    ),
    Case(
        "trust-for-another-chain",
        UNDECIDED,
        "The trust file is for chain 1338, and so names another ledger.",
        BLIND,
        {"anchor": ["ledger-not-trusted"]},
        trust="other-chain",
    ),
    blind("node-genesis", "The chain has another first block.", trust="other-genesis"),
    blind("node-log-code", "The log's contract has another code.", trust="log-code"),
    blind("node-status-code", "The status contract has another code.", trust="status-code"),
    blind(
        "node-registry-of-another",
        "The log is not bound to the registry of the trust file.",
        trust="registry-of-two",
    ),
    blind(
        "node-call-error",
        "The node answers the call with an error.",
        answer("eth_call", error={"code": -32000, "message": "header not found"}),
    ),
    blind(
        "node-call-empty",
        "The node answers the call with nothing, as for a contract that does not exist.",
        answer("eth_call", result="0x"),
    ),
    blind("node-call-null", "The node has no answer.", answer("eth_call", result=None)),
    blind(
        "node-call-short",
        "The answer ends in the middle.",
        answer("eth_call", result="0x" + "00" * 31 + "20" + "00" * 64),
    ),
    blind(
        "node-call-offset-outside",
        "The answer's first offset points outside of it.",
        answer("eth_call", result="0x" + "ff" * 32 + "00" * 320),
    ),
    blind(
        "node-no-final-block",
        "The node knows no final block.",
        answer("eth_getBlockByNumber", ["finalized", False], result=None),
    ),
    blind(
        "node-http-error",
        "The node answers with HTTP 503.",
        answer("eth_getBlockByNumber", ["latest", False], httpStatus=503),
    ),
    blind(
        "node-quantity-zero-led",
        "A number with a leading zero is no quantity.",
        answer("eth_chainId", [], result="0x0539"),
    ),
]


GROUPS = {"anchor": ANCHOR_CASES}
