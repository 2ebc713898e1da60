# SPDX-License-Identifier: Apache-2.0
"""Cases that `issuer` decides: by what right it was issued, at the time of recording."""

from chain_world import log_signer
from edits import (
    AUTHENTIC,
    UNAUTHORISED,
    UNDECIDED,
    Case,
    accepted,
    whole,
)


def entitled(slug, sentence, base, **more):
    return Case(slug, AUTHENTIC, sentence, base=base, **more)


def unentitled(slug, sentence, base, code, **more):
    states = more.pop("states", "issuer F")
    return Case(slug, UNAUTHORISED, sentence, states, {"issuer": [code]}, base, **more)


def doubtful(slug, sentence, base, code, **more):
    return Case(slug, UNDECIDED, sentence, "issuer U", {"issuer": [code]}, base, **more)


def of_wrong_log(package, world):
    return accepted("promised at", signer=log_signer(key="witness"))(package, world)


ISSUER_CASES = [
    entitled(
        "issuer-type-unknown",
        "A type that a verifier does not know: the accreditation is checked all the same.",
        "unknown-type",
    ),
    entitled("issuer-key-stolen-later", "Anchored before the key was stolen.", "robbed-before"),
    entitled("issuer-key-ended-later", "Anchored before the key's end.", "ended-before"),
    entitled("issuer-key-begun", "Anchored after the new key's beginning.", "rekeyed-after"),
    entitled(
        "issuer-accreditation-ended-later",
        "Anchored before the accreditation's end.",
        "lapsed-before",
    ),
    entitled(
        "issuer-accreditation-first",
        "Anchored within the first of two accreditations.",
        "renewed-before",
    ),
    entitled(
        "issuer-accreditation-renewed",
        "Anchored within the second of two accreditations.",
        "renewed-after",
    ),
    entitled("issuer-accredited-in-time", "Anchored after the accreditation began.", "early-after"),
    entitled(
        "issuer-restated",
        "Stated again with a new key, after the first one was stolen.",
        whole("restated", 1),
    ),
    entitled(
        "issuer-stated-long-before",
        "Stated eight days before it was anchored: a note.",
        "old-words",
    ),
    entitled(
        "issuer-stated-after",
        "Stated, it says, an hour after it was anchored: a note.",
        "early-words",
    ),
    entitled(
        "issuer-key-last-second",
        "Anchored in the last second before the key's end.",
        "edge-key-before",
    ),
    entitled(
        "issuer-accreditation-first-second",
        "Anchored in the second in which the accreditation begins.",
        "edge-mark-at",
    ),
    entitled(
        "issuer-second-before-the-theft",
        "Anchored one second before the theft.",
        "edge-theft-before",
    ),
    unentitled(
        "issuer-key-end-second",
        "Anchored in the second in which the key ends: intervals are half-open.",
        "edge-key-at",
        "key-not-in-force",
    ),
    unentitled(
        "issuer-second-before-accreditation",
        "Anchored one second before the accreditation begins.",
        "edge-mark-before",
        "not-accredited",
    ),
    doubtful(
        "issuer-theft-second",
        "Anchored in the second from which the key counts as stolen.",
        "edge-theft-at",
        "key-in-doubt",
    ),
    unentitled(
        "issuer-unaccredited",
        "The party was never accredited for anything.",
        "unlicensed",
        "not-accredited",
    ),
    unentitled(
        "issuer-accredited-for-another-type",
        "Accredited for certificates of origin only.",
        "mistyped",
        "not-accredited",
    ),
    unentitled(
        "issuer-accredited-too-late",
        "The accreditation began after the anchor.",
        "early-before",
        "not-accredited",
    ),
    unentitled(
        "issuer-accreditation-ended",
        "The accreditation had ended.",
        "lapsed-after",
        "not-accredited",
    ),
    unentitled(
        "issuer-between-accreditations",
        "Anchored after the first accreditation, and before the second.",
        "renewed-between",
        "not-accredited",
    ),
    unentitled(
        "issuer-key-of-a-rival",
        "Signed with a registered key of another party.",
        "borrowed-key",
        "key-not-the-partys",
    ),
    unentitled(
        "issuer-key-of-nobody",
        "Signed with a key that was never registered.",
        "nobodys-key",
        "key-not-the-partys",
    ),
    unentitled(
        "issuer-key-only-manages",
        "Signed with a key that only keeps keys.",
        "managed",
        "key-may-not-sign",
    ),
    unentitled(
        "issuer-key-not-begun",
        "The key was registered after the anchor.",
        "rekeyed-before",
        "key-not-in-force",
    ),
    unentitled("issuer-key-ended", "The key had ended.", "ended-after", "key-not-in-force"),
    unentitled(
        "issuer-key-vetoed",
        "The registrar had added the key, and the party had refused it.",
        "vetoed",
        "key-not-in-force",
    ),
    unentitled(
        "issuer-key-compromised",
        "Anchored after the key was declared stolen.",
        "robbed-after",
        "key-compromised",
    ),
    unentitled(
        "issuer-second-unaccredited",
        "One of two issuers was not accredited.",
        "mixed-pair",
        "not-accredited",
    ),
    unentitled(
        "issuer-late-without-a-promise",
        "Recorded after the accreditation's end.",
        "slow",
        "not-accredited",
    ),
    unentitled(
        "issuer-promise-too-late",
        "Accepted after the accreditation's end already.",
        "slow",
        "not-accredited",
        edit=accepted("late"),
    ),
    unentitled(
        "issuer-promise-by-another",
        "Accepted in time, says a key that is not the log's.",
        "promised",
        "not-accredited",
        edit=of_wrong_log,
        states="issuer F, log U",
    ),
    unentitled(
        "issuer-unaccredited-and-expired",
        "Not entitled and expired: the worse counts.",
        "early-expired",
        "not-accredited",
        states="issuer F, validity F",
    ),
    doubtful(
        "issuer-key-in-doubt",
        "Anchored after the theft, before it was declared.",
        "robbed-within",
        "key-in-doubt",
    ),
    doubtful(
        "issuer-not-restated",
        "The statement by the stolen key, which was restated since.",
        whole("restated", 0),
        "key-in-doubt",
    ),
    doubtful(
        "issuer-anchored-late",
        "Accepted in time, recorded after the accreditation's end.",
        "promised",
        "anchored-late",
        edit=accepted("promised at"),
    ),
    doubtful(
        "issuer-contradicted-by-latest",
        "The theft is declared in a block that is not final yet.",
        "suddenly-robbed",
        "issuer-in-doubt",
        trust="depth",
    ),
    doubtful(
        "issuer-in-doubt-at-last",
        "The same declaration, once it is final.",
        "suddenly-robbed",
        "key-in-doubt",
        trust="instant",
    ),
]

GROUPS = {"issuer": ISSUER_CASES}
