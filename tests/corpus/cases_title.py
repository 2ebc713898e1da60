# SPDX-License-Identifier: Apache-2.0
"""Cases that `title` decides on a chain that tells the truth: who controls the goods."""

from cases_currency import OTHER
from edits import (
    AUTHENTIC,
    EXPIRED,
    NOT_CONTROLLED,
    RECEIPT,
    REVOKED,
    SUPERSEDED,
    SURRENDERED,
    UNDECIDED,
    Case,
    put,
    shown,
)

CLOSED = {"title-delivered": SURRENDERED, "title-on-paper": SURRENDERED}
CLOSED |= {"title-amended": SUPERSEDED, "title-reissued": SUPERSEDED}
CLOSED |= dict.fromkeys(("title-not-found", "title-of-another", "title-not-this"), NOT_CONTROLLED)
BLIND = "anchor U, issuer U, status U, title U"
FAR = 2**53 - 1


def held(slug, sentence, base, **more):
    states = more.pop("states", "title P")
    return Case(
        f"title-{slug}", AUTHENTIC, sentence, states, {"title": ["title-held"]}, base, **more
    )


def gone(slug, code, sentence, base, states="title F", **more):
    verdict = more.pop("verdict", CLOSED[code])
    return Case(f"title-{slug}", verdict, sentence, states, {"title": [code]}, base, **more)


def unclear(slug, code, sentence, base="t-held", states="title U", **more):
    verdict = more.pop("verdict", UNDECIDED)
    return Case(f"title-{slug}", verdict, sentence, states, {"title": [code]}, base, **more)


HELD = [
    held("held", "The bank holds the title.", "t-held"),
    held("held-redacted", "A redacted copy of a bill whose title is held.", shown("t-held")),
    held("held-instant", "Held, where the newest block is final.", "t-held", trust="instant"),
    held("held-by-depth", "Held, where eight blocks make final.", "t-held", trust="depth"),
    held(
        "held-two-registers",
        "The ledger keeps two registers; it is in one.",
        "t-held",
        trust="titles-two",
    ),
    held(
        "held-both-ledgers",
        "Two ledgers are trusted; the receipt's keeps the register.",
        "t-held",
        trust="both",
    ),
    held(
        "held-second-in-file",
        "The receipt's ledger stands last in the trust file.",
        "t-held",
        trust="two-first",
    ),
    held("held-by-carrier", "Issued by the carrier to itself.", "t-own"),
    held("passed-on", "Passed on three times, in three blocks.", "t-passed"),
    held(
        "passed-on-in-one-block",
        "Passed on six times in two blocks, three times in each: that is as good as in six.",
        "t-crowd",
    ),
    held(
        "roles-apart", "Holder and beneficiary are two, and a nomination was rejected.", "t-roles"
    ),
    held("offered", "Offered, and not accepted yet: a note says so.", "t-offered"),
    held("offered-late", "Offered; the deadline is over, and nobody took it back.", "t-offer-late"),
    held("accepted", "Offered and accepted in time.", "t-accepted"),
    held("accepted-in-part", "The new holder accepted, the new beneficiary did not.", "t-half"),
    held("rejected", "Offered and rejected.", "t-rejected"),
    held("taken-back", "Offered, not accepted in time, and taken back.", "t-taken-back"),
    held(
        "taken-back-by-holder",
        "Only the beneficiary's role was offered; the holder took it back.",
        "t-taken-back-role",
    ),
    held(
        "for-delivery", "Handed back for the goods; the carrier has not answered.", "t-for-delivery"
    ),
    held(
        "for-amendment",
        "Handed back to be amended; the carrier has not answered.",
        "t-for-amendment",
    ),
    held("for-paper", "Handed back for paper; the carrier has not answered.", "t-for-paper"),
    held("for-reissue", "Handed back to be split; the carrier has not answered.", "t-for-reissue"),
    held("surrender-refused", "Handed back; the carrier refused and gave it back.", "t-refused"),
    held("paused", "The carrier has put it on hold: a note says so.", "t-paused"),
    held("unpaused", "Put on hold, and the hold ended.", "t-resumed-title"),
    held(
        "rejected-while-paused",
        "Put on hold while offered, and rejected in part.",
        "t-rejected-paused",
    ),
    held("amended-to", "The amended bill: its title was another's before.", "t-amended-to"),
    held("amended-twice-to", "The bill after two amendments.", "t-twice-3"),
    held("part", "A part of a title that was split, and not split again.", "t-joined"),
    held("part-of-a-part", "A part of a part.", "t-grandchild"),
    held("key-stolen-later", "A key that acted was stolen later.", "t-safe-act"),
    held("of-rival", "The rival's own bill and title.", "t-rivals-own"),
    held(
        "and-a-match",
        "Held, and it agrees with the certificate.",
        "t-bl",
        states="title P, match P",
        other="co",
        arguments=OTHER,
    ),
]

GONE = [
    gone("delivered", "title-delivered", "Handed back for the goods, and accepted.", "t-delivered"),
    gone(
        "delivered-redacted",
        "title-delivered",
        "A redacted copy does not revive it.",
        shown("t-delivered", "/data"),
    ),
    gone(
        "delivered-instant",
        "title-delivered",
        "Delivered, asked at one block.",
        "t-delivered",
        trust="instant",
    ),
    gone(
        "delivered-latest-only",
        "title-delivered",
        "Delivered in a block that is not final: whichever block says so wins.",
        "t-late-delivered",
        trust="depth",
    ),
    gone(
        "delivered-and-expired",
        "title-delivered",
        "Delivered and expired: the first is said.",
        "t-expired-delivered",
        "title F, validity F",
    ),
    gone(
        "delivered-and-suspended",
        "title-delivered",
        "Delivered and suspended: the first is said.",
        "t-suspended-delivered",
        "title F, status F",
    ),
    gone(
        "delivered-and-revoked",
        "title-delivered",
        "Delivered and revoked: revoked is said.",
        "t-revoked-delivered",
        "title F, status F",
        verdict=REVOKED,
    ),
    gone("on-paper", "title-on-paper", "Changed for a paper bill.", "t-paper"),
    gone(
        "on-paper-redacted",
        "title-on-paper",
        "A redacted copy of a bill that is paper now.",
        shown("t-paper"),
    ),
    gone("amended", "title-amended", "Its title is of the amended bill now.", "t-amended"),
    gone("amended-twice", "title-amended", "Its title was moved twice since.", "t-twice-1"),
    gone("amended-between", "title-amended", "The bill between two amendments.", "t-twice-2"),
    gone(
        "amended-latest-only",
        "title-amended",
        "Amended in a block that is not final.",
        "t-late-amended",
        trust="depth",
    ),
    gone("reissued", "title-reissued", "Its title was split in two.", "t-split"),
    gone("joined", "title-reissued", "Its title was joined with another.", "t-lone"),
    gone("part-split-again", "title-reissued", "A part that was split again.", "t-part-1"),
    gone("not-found", "title-not-found", "The title was never issued.", "t-unissued"),
    gone(
        "not-found-redacted",
        "title-not-found",
        "Never issued, and the copy is redacted.",
        shown("t-unissued"),
    ),
    gone(
        "not-found-and-mismatched",
        "title-not-found",
        "Never issued, and it contradicts the certificate.",
        "t-bl-unissued",
        "title F, match F",
        other="co-other",
        arguments=OTHER,
    ),
    gone(
        "not-found-and-expired",
        "title-not-found",
        "Never issued, and expired: that is said.",
        "t-expired-unissued",
        "title F, validity F",
        verdict=EXPIRED,
    ),
    gone(
        "not-found-and-replaced",
        "title-not-found",
        "Never issued, and replaced: that is said.",
        "t-replaced-unissued",
        "title F, status F",
        verdict=SUPERSEDED,
    ),
    gone(
        "not-found-register-of-two",
        "title-not-found",
        "The register is the other ledger's, and has no such title.",
        "t-second-register",
        trust="both",
    ),
    gone(
        "not-found-old-hint",
        "title-not-found",
        "Never issued; the hint names block 0.",
        "t-unissued",
        edit=put(f"{RECEIPT}/anchor/blockNumber", 0),
    ),
    gone("of-another", "title-of-another", "It names a title of another carrier.", "t-of-rival"),
    gone(
        "of-another-redacted",
        "title-of-another",
        "Another carrier's title, and redacted.",
        shown("t-of-rival"),
    ),
    gone("not-this", "title-not-this", "It names a title that is of another bill.", "t-other-bill"),
    gone(
        "not-this-redacted",
        "title-not-this",
        "Another bill's title, and redacted.",
        shown("t-other-bill", "/data"),
    ),
]

UNCLEAR = [
    unclear(
        "register-trusted-nowhere",
        "title-not-trusted",
        "The trust file names no register.",
        trust="no-titles",
    ),
    unclear(
        "of-another-chain",
        "title-not-trusted",
        "It names the same title on chain 1.",
        "t-other-chain",
    ),
    unclear(
        "register-not-trusted-delivered",
        "title-not-trusted",
        "Delivered, but its register is not trusted: that is not known.",
        "t-delivered",
        trust="no-titles",
    ),
    unclear(
        "register-of-the-untrusted-ledger",
        "title-not-trusted",
        "Its register is of a ledger that is not trusted.",
        "t-second-register",
    ),
    unclear(
        "receipts-ledger-untrusted",
        "title-not-trusted",
        "Neither the receipt's ledger is trusted nor the register.",
        "t-held",
        BLIND,
        trust="two-only",
    ),
    unclear(
        "stolen",
        "title-in-doubt",
        "A stolen key passed it on, and it was passed on again.",
        "t-stolen",
    ),
    unclear("stolen-last", "title-in-doubt", "A stolen key acted last.", "t-stolen-last"),
    unclear(
        "stolen-delivered",
        "title-in-doubt",
        "A stolen key passed it on before it was delivered: nobody knows to whom.",
        "t-stolen-delivered",
    ),
    unclear(
        "stolen-amended",
        "title-in-doubt",
        "A stolen key passed it on before it was amended.",
        "t-robbed-amended",
    ),
    unclear(
        "stolen-redacted", "title-in-doubt", "Stolen, and the copy is redacted.", shown("t-stolen")
    ),
    unclear(
        "stolen-latest-only",
        "title-in-doubt",
        "The theft was declared in a block that is not final.",
        "t-late-stolen",
        trust="depth",
    ),
    unclear(
        "stolen-ancestor",
        "title-in-doubt",
        "A stolen key acted on the title that it was split from.",
        "t-part-x",
    ),
    unclear(
        "stolen-grandparent",
        "title-in-doubt",
        "A stolen key acted on the title that its origin was split from.",
        "t-tainted-grandchild",
    ),
    unclear(
        "stolen-reissued",
        "title-in-doubt",
        "A stolen key acted on a title that was split since.",
        "t-tainted",
    ),
    unclear(
        "not-final",
        "title-not-final-yet",
        "Issued in a block that is not final.",
        "t-late-issued",
        trust="depth",
    ),
    unclear(
        "amended-to-not-final",
        "title-not-final-yet",
        "Amended to this bill in a block that is not final.",
        "t-late-amended-to",
        trust="depth",
    ),
    unclear(
        "old-chain",
        "head-too-old",
        "The newest block is old: who has the title since is not known.",
        states="status U, title U",
        trust="stale",
    ),
    unclear(
        "old-chain-delivered",
        "head-too-old",
        "An old chain shows the delivery, but is not asked.",
        "t-delivered",
        "status U, title U",
        trust="stale",
    ),
    unclear(
        "hint-ahead",
        "head-too-old",
        "The receipt names a block that the chain has not reached.",
        states="status U, title U",
        edit=put(f"{RECEIPT}/anchor/blockNumber", FAR),
    ),
    unclear(
        "register-other-code",
        "chain-unavailable",
        "The register has other code than the trust file says.",
        states=BLIND,
        trust="title-code",
    ),
    unclear(
        "deployed-later",
        "title-history-incomplete",
        "The trust file says that the register is younger than its events.",
        trust="title-deployed-later",
    ),
]

# Decided by `statement`: no check of a title makes up for a receipt.
UNSTATED = [
    unclear(
        "without-receipts",
        "title-held",
        "Held, but no issuer's receipt came along.",
        edit=put("/receipts", []),
        states="statement U, signature N, log N, anchor N, issuer N, status U, title P",
    ),
]

CASES = [*HELD, *GONE, *UNCLEAR]
