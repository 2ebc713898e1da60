# SPDX-License-Identifier: Apache-2.0
"""Cases that `validity` and `status` decide: is it in force."""

from edits import (
    AUTHENTIC,
    EXPIRED,
    RECEIPT,
    REVOKED,
    SUPERSEDED,
    SUSPENDED,
    UNDECIDED,
    Case,
    put,
    shown,
)

HINT = f"{RECEIPT}/anchor/blockNumber"
OTHER = ("--with", "other.corridor.json")


# --- validity ----------------------------------------------------------------------------------


def valid(slug, sentence, base="until-2099", **more):
    return Case(
        slug,
        AUTHENTIC,
        sentence,
        more.pop("states", "validity P"),
        {"validity": ["still-valid"]},
        base,
        **more,
    )


def expired(slug, sentence, base="until-2099", states="validity F", **more):
    return Case(slug, EXPIRED, sentence, states, {"validity": ["expired"]}, base, **more)


def at(time):
    return ("--at", time)


VALIDITY_CASES = [
    valid("valid", "Valid until 2099."),
    valid(
        "valid-to-the-last-second",
        "At the last second before the end it is valid.",
        arguments=at("2098-12-31T23:59:59Z"),
    ),
    valid(
        "valid-at-a-past-time",
        "A stated time in the past does not turn the clock back.",
        arguments=at("1970-01-01T00:00:00Z"),
    ),
    valid("valid-until-9999", "The last second that a time can name.", "until-9999"),
    valid(
        "valid-redacted",
        "The end of validity is disclosed in every redaction.",
        shown("until-2099"),
    ),
    Case(
        "no-expiry",
        AUTHENTIC,
        "A document that states no end never ends, not even in 9999.",
        codes={"validity": ["no-expiry"]},
        arguments=at("9999-12-31T23:59:59Z"),
    ),
    expired("expired", "Its validity ended in 2020.", "until-2020"),
    expired(
        "expired-redacted",
        "Its validity ended in 2021; the copy hides what it may.",
        shown("until-2021-redacted"),
    ),
    expired("expired-in-1970", "The first second that a time can name.", "until-1970"),
    expired(
        "expired-at-the-second",
        "At the very second of the end it is not valid any more.",
        arguments=at("2099-01-01T00:00:00Z"),
    ),
    expired(
        "expired-at-a-later-time",
        "It is valid now, but not at the time of arrival.",
        arguments=at("2100-06-01T12:00:00Z"),
    ),
    expired(
        "expired-despite-a-past-time",
        "It was valid at the stated time, but the clock counts.",
        "until-2020",
        arguments=at("2019-12-31T23:59:59Z"),
    ),
    expired(
        "expired-and-mismatched",
        "Expired, and it contradicts the certificate: the first of the two is said.",
        "bl-expired",
        "validity F, match F",
        other="co-other",
        arguments=OTHER,
    ),
    expired(
        "expired-and-title-unknown",
        "Expired; who holds the title does not matter then.",
        "titled-expired",
        "validity F, title U",
    ),
]

# --- status ------------------------------------------------------------------------------------


def current(slug, sentence, base, **more):
    return Case(slug, AUTHENTIC, sentence, codes={"status": ["not-withdrawn"]}, base=base, **more)


def withdrawn(slug, verdict, sentence, base=None, states="status F", **more):
    return Case(
        slug, verdict, sentence, states, {"status": [verdict.lower()]}, base or slug, **more
    )


STATUS_CASES = [
    current("status-resumed", "Suspended, and resumed since.", "resumed"),
    current(
        "status-by-a-stranger",
        "Another party says that it is revoked: nobody's business.",
        "meddled",
    ),
    current(
        "status-claimed-replaced",
        "Another document claims to replace it; only a status by its own issuer would.",
        shown("until-2099", "/data"),
        states="validity P",
    ),
    current(
        "status-repaired",
        "Revoked by a stolen key, and taken back with a new one.",
        "victim-repaired",
    ),
    current(
        "status-resumed-instantly",
        "Resumed in the newest block, which is final by this rule.",
        "latest-resumed",
        trust="instant",
    ),
    withdrawn("revoked", REVOKED, "Revoked by its issuer."),
    withdrawn("revoked-by-statement", REVOKED, "The whole statement was revoked.", "revoked-root"),
    withdrawn("revoked-by-the-second-issuer", REVOKED, "One of two issuers revoked it.", "both"),
    withdrawn(
        "revoked-and-expired",
        REVOKED,
        "Revoked and expired: the first is said.",
        "revoked-expired",
        "status F, validity F",
    ),
    withdrawn(
        "revoked-redacted",
        REVOKED,
        "A redacted copy does not escape the revocation.",
        shown("revoked"),
    ),
    withdrawn(
        "revoked-latest-only",
        REVOKED,
        "Revoked in a block that is not final: whichever block says so wins.",
        "latest-revoked",
        trust="depth",
    ),
    withdrawn(
        "revoked-statement-suspended-document",
        REVOKED,
        "The document is suspended and its statement revoked.",
        "root-and-commitment",
    ),
    withdrawn("suspended", SUSPENDED, "Suspended by its issuer."),
    withdrawn(
        "suspended-by-statement", SUSPENDED, "The whole statement was suspended.", "suspended-root"
    ),
    withdrawn(
        "suspended-again",
        SUSPENDED,
        "Suspended and resumed twice, and suspended again.",
        "twice-suspended",
    ),
    withdrawn(
        "suspended-redacted",
        SUSPENDED,
        "A redacted copy of a suspended document.",
        shown("suspended", "/data"),
    ),
    withdrawn(
        "suspended-final-only",
        SUSPENDED,
        "Resumed in a block that is not final: until then it is suspended.",
        "latest-resumed",
        trust="depth",
    ),
    withdrawn("superseded", SUPERSEDED, "Replaced by its issuer."),
    withdrawn(
        "superseded-by-statement",
        SUPERSEDED,
        "The whole statement was replaced by another.",
        "superseded-root",
    ),
    withdrawn(
        "superseded-redacted",
        SUPERSEDED,
        "A redacted copy of a replaced document.",
        shown("superseded"),
    ),
    withdrawn(
        "superseded-with-a-promise-at",
        SUPERSEDED,
        "Replaced, whatever time is stated.",
        "superseded-mismatch",
        arguments=at("2026-02-04T09:00:00Z"),
    ),
    withdrawn(
        "superseded-instant",
        SUPERSEDED,
        "Replaced, asked at one block only.",
        "superseded",
        trust="instant",
    ),
    Case(
        "status-in-doubt",
        UNDECIDED,
        "Revoked by a key that was stolen at the time: nobody knows who said so.",
        "status U",
        {"status": ["status-in-doubt"]},
        "victim-revoked",
    ),
    Case(
        "status-old-chain",
        UNDECIDED,
        "The newest block is old: the anchor stands, but what was said since is not known.",
        "status U",
        {"status": ["head-too-old"]},
        trust="stale",
    ),
    Case(
        "status-hint-ahead",
        UNDECIDED,
        "The receipt names a block that the chain has not"
        " reached: the chain that was asked may be too old.",
        "status U",
        {"status": ["head-too-old"]},
        edit=put(HINT, 2**53 - 1),
    ),
    Case(
        "status-revoked-old-chain",
        UNDECIDED,
        "An old chain shows the revocation, but an old chain is not asked for a status.",
        "status U",
        {"status": ["head-too-old"]},
        "revoked",
        trust="stale",
    ),
]


GROUPS = {"validity": VALIDITY_CASES, "status": STATUS_CASES}
