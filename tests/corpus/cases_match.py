# SPDX-License-Identifier: Apache-2.0
"""Cases that `title` and `match` decide: who controls the goods, and what it was presented with."""

from cases_currency import OTHER, at
from edits import (
    AUTHENTIC,
    MISMATCHED,
    REVOKED,
    UNDECIDED,
    Case,
    leaf,
    put,
    shown,
)


def titled(slug, sentence, base="titled", code="title-not-trusted", states="title U", **more):
    verdict = more.pop("verdict", UNDECIDED)
    return Case(slug, verdict, sentence, states, {"title": [code]}, base, **more)


TITLE_CASES = [
    Case(
        "title-none",
        AUTHENTIC,
        "No title is kept on a ledger for this document.",
        codes={"title": ["no-title"]},
        base="alone",
    ),
    Case(
        "title-none-register-trusted",
        AUTHENTIC,
        "Two registers are trusted, and this document has no title in any.",
        codes={"title": ["no-title"]},
        trust="titles-two",
    ),
    titled("title-register-not-trusted", "The trust file names another title register."),
    titled(
        "title-register-no-contract",
        "The trust file names the register, but no contract stands there.",
        code="chain-unavailable",
        states="anchor U, issuer U, status U, title U",
        trust="title-no-contract",
    ),
    titled("title-redacted", "The title is disclosed in every redaction.", shown("titled")),
    titled(
        "title-redacted-no-contract",
        "Redacted, and no contract stands where the register should be.",
        shown("titled"),
        "chain-unavailable",
        states="anchor U, issuer U, status U, title U",
        trust="title-no-contract",
    ),
    titled("title-on-another-chain", "The register stands on chain 1.", "titled-elsewhere"),
    titled(
        "title-another-register-trusted",
        "A register is trusted, but not this one.",
        "titled-elsewhere",
        trust="title-no-contract",
    ),
    titled("title-of-a-certificate", "A certificate that claims a title.", "titled-co"),
    titled(
        "title-and-a-match",
        "It agrees with the certificate; who controls the goods is still not known.",
        "titled-bl",
        other="co",
        arguments=OTHER,
        states="title U, match P",
    ),
    titled(
        "title-and-a-time", "No stated time settles a title.", arguments=at("2030-01-01T00:00:00Z")
    ),
    titled(
        "title-and-mismatch",
        "It contradicts the certificate: that is said first.",
        "titled-bl",
        other="co-other",
        arguments=OTHER,
        states="title U, match F",
        verdict=MISMATCHED,
    ),
    titled(
        "title-and-revoked",
        "Revoked: that is said first.",
        "titled-revoked",
        states="title U, status F",
        verdict=REVOKED,
    ),
]


def agreeing(slug, sentence, base, other, **more):
    return Case(
        slug,
        AUTHENTIC,
        sentence,
        more.pop("states", "match P"),
        {"match": ["matches"]},
        base,
        other=other,
        arguments=OTHER,
        **more,
    )


def contradicting(slug, sentence, base, other, **more):
    return Case(
        slug,
        MISMATCHED,
        sentence,
        more.pop("states", "match F"),
        {"match": ["mismatched"]},
        base,
        other=other,
        arguments=OTHER,
        **more,
    )


def unclear(slug, sentence, base, other, code, **more):
    return Case(
        slug,
        UNDECIDED,
        sentence,
        "match U",
        {"match": [code]},
        base,
        other=other,
        arguments=OTHER,
        **more,
    )


def _opened_other(name, edit):
    return lambda world: edit(world.json(name), world)


CERTIFICATE = "/data/supplyChainConsignment"


HIDING_WEIGHT = shown(
    "co",
    f"{CERTIFICATE}/transportDocumentReference",
    f"{CERTIFICATE}/includedConsignmentItems/0/packageCount",
)


MATCH_CASES = [
    Case(
        "match-nothing-given",
        AUTHENTIC,
        "Nothing was given to compare with.",
        codes={"match": ["nothing-to-match"]},
        base=shown("bl"),
    ),
    agreeing("match-bill-with-certificate", "Number, weight and packages agree.", "bl", "co"),
    agreeing(
        "match-certificate-with-bill",
        "The same, the other way round.",
        "co",
        "bl",
        states="match P, validity P",
    ),
    agreeing("match-tonnes", "24.15 t are 24150 kg.", "bl", "co-tonnes"),
    agreeing(
        "match-containers-spelt-otherwise",
        "Blanks, hyphens and small letters do not make another container.",
        "bl",
        "co-spelt",
    ),
    agreeing(
        "match-bill-with-itself",
        "Two documents with numbers of their own; their numbers are"
        " not compared, and the rest agrees.",
        "bl",
        "titled-bl",
    ),
    contradicting(
        "match-other-bill", "The certificate names another bill of lading.", "bl", "co-other"
    ),
    contradicting("match-other-bill-turned", "The same, the other way round.", "co-other", "bl"),
    contradicting(
        "match-weight", "The certificate states 24510 kg instead of 24150.", "bl", "co-heavy"
    ),
    contradicting(
        "match-packages", "The certificate states 12 packages instead of 13.", "bl", "co-packages"
    ),
    contradicting(
        "match-containers", "The certificate names one of two containers.", "bl", "co-boxes"
    ),
    contradicting(
        "match-hidden-weight-other-bill",
        "The weight is hidden, and the number is another: one contradiction is enough.",
        "bl",
        shown("co-other", f"{CERTIFICATE}/transportDocumentReference"),
    ),
    unclear(
        "match-weight-hidden",
        "The certificate's weight is hidden.",
        "bl",
        HIDING_WEIGHT,
        "match-hidden",
    ),
    unclear(
        "match-all-hidden",
        "Everything to compare is hidden on this side.",
        shown("bl", "/reference"),
        "co",
        "match-hidden",
    ),
    unclear(
        "match-not-stated",
        "A bill without goods states no weight.",
        "bl-bare",
        "co",
        "match-hidden",
    ),
    unclear(
        "match-other-altered",
        "The other document was altered: it says nothing.",
        "bl",
        _opened_other("co", put("/envelope/data/id", "XCCI-0")),
        "other-altered",
    ),
    unclear(
        "match-other-redaction-broken",
        "The other document's redaction is not allowed.",
        "bl",
        lambda w: leaf("/title", lambda x: [{"pointer": x["pointer"], "hidden": "ab" * 32}])(
            shown("co")(w), w
        ),
        "other-altered",
    ),
    unclear(
        "match-kind-unknown",
        "The other document is of an unknown type.",
        "bl",
        "unknown-type",
        "kind-unknown",
    ),
    unclear(
        "match-kind-unknown-here",
        "This document is of an unknown type.",
        "unknown-type",
        "co",
        "kind-unknown",
    ),
    unclear(
        "match-file-only",
        "A document that is nothing but its file states nothing.",
        "file",
        "co",
        "match-hidden",
    ),
]

GROUPS = {"title": TITLE_CASES, "match": MATCH_CASES}
