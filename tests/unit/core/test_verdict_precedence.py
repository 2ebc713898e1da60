# SPDX-License-Identifier: Apache-2.0
"""Every combination of check states against formats.md §10–11, said again here independently."""

from itertools import product

import pytest

from ledger.verification import (
    ADVICE,
    REASONS,
    VERDICT_SENTENCES,
    Check,
    CheckName,
    ExitCode,
    Outcome,
    State,
    Verdict,
    exit_code,
    unknown_file,
    verdict_of,
)

P, F, U, N = State.PASSED, State.FAILED, State.UNKNOWN, State.NOT_APPLICABLE
# For each check: the outcome codes that stand for each way it can end.
ENDS = {
    CheckName.CONTENT: ("content-matches", "content-altered", "file-not-comparable"),
    CheckName.STATEMENT: (
        *("statement-covers", "statement-path-broken", "party-not-issuer", "receipt-missing"),
    ),
    CheckName.SIGNATURE: ("signature-valid", "signature-invalid"),
    CheckName.LOG: ("entry-in-log", "log-path-broken", "acceptance-unknown"),
    CheckName.ANCHOR: ("anchored", "head-not-found", "chain-unavailable"),
    CheckName.ISSUER: ("issuer-authorised", "not-accredited", "key-in-doubt"),
    CheckName.VALIDITY: ("still-valid", "expired", "content-not-proved"),
    CheckName.STATUS: ("not-withdrawn", "revoked", "superseded", "suspended", "status-in-doubt"),
    CheckName.TITLE: (
        *("title-held", "title-delivered", "title-amended", "title-of-another", "title-in-doubt"),
    ),
    CheckName.MATCH: ("nothing-to-match", "mismatched", "match-hidden"),
}
CHECKS = {
    name: {code: Check.of(name, [Outcome(code)]) for code in codes} for name, codes in ENDS.items()
}
STATES = {code: REASONS[code].state for codes in ENDS.values() for code in codes}


def restated(codes):
    """formats.md §10–11, line by line, over the codes of the ten checks in the page's order."""
    content, statement, signature, log, anchor, issuer, validity, status, title, match = codes
    states = [STATES[code] for code in codes]
    lines = [
        ("ALTERED", STATES[content] is F or statement == "statement-path-broken"),
        ("SIGNATURE_INVALID", STATES[signature] is F),
        ("NOT_ANCHORED", F in (STATES[log], STATES[anchor])),
        ("ISSUER_NOT_AUTHORISED", STATES[issuer] is F or statement == "party-not-issuer"),
        ("UNDECIDED", U in states[:6]),
        ("REVOKED", status == "revoked"),
        ("SURRENDERED", title == "title-delivered"),
        ("SUPERSEDED", status == "superseded" or title == "title-amended"),
        ("SUSPENDED", status == "suspended"),
        ("EXPIRED", validity == "expired"),
        ("NOT_CONTROLLED", title == "title-of-another"),
        ("MISMATCHED", match == "mismatched"),
        ("UNDECIDED", U in states[6:]),
        ("AUTHENTIC", all(state in (P, N) for state in states)),
    ]
    return next(verdict for verdict, holds in lines if holds)


@pytest.mark.parametrize("content", ENDS[CheckName.CONTENT])
@pytest.mark.parametrize("statement", ENDS[CheckName.STATEMENT])
def test_verdict_of_every_combination_is_what_the_page_says(content, statement):
    rest = [codes for name, codes in ENDS.items() if name not in ("content", "statement")]
    for others in product(*rest):
        codes = (content, statement, *others)
        checks = [CHECKS[name][code] for name, code in zip(ENDS, codes, strict=True)]
        assert verdict_of(checks) == restated(codes), codes


def test_combinations_reach_every_verdict():
    """One check at a time away from AUTHENTIC."""
    good = [codes[0] for codes in ENDS.values()]
    seen = {
        restated([*good[:at], code, *good[at + 1 :]])
        for at, codes in enumerate(ENDS.values())
        for code in codes
    }
    assert seen == {verdict.value for verdict in Verdict}


@pytest.mark.parametrize(
    ("code", "verdict"),
    [
        ("title-delivered", Verdict.SURRENDERED),
        ("title-on-paper", Verdict.SURRENDERED),
        ("title-amended", Verdict.SUPERSEDED),
        ("title-reissued", Verdict.SUPERSEDED),
        ("title-not-found", Verdict.NOT_CONTROLLED),
        ("title-of-another", Verdict.NOT_CONTROLLED),
        ("title-not-this", Verdict.NOT_CONTROLLED),
    ],
)
def test_title_that_failed_has_the_verdict_of_its_reason(code, verdict):
    checks = {good: Check.of(good, [Outcome(ENDS[good][0])]) for good in CheckName}
    checks[CheckName.TITLE] = Check.of(CheckName.TITLE, [Outcome(code)])
    assert verdict_of(checks.values()) is verdict


@pytest.mark.parametrize("code", sorted(code for code in REASONS if REASONS[code].state in (F, U)))
@pytest.mark.parametrize("name", list(CheckName))
def test_any_failed_or_unknown_outcome_in_any_check_is_never_authentic(name, code):
    """A code in an unforeseen place must fall to the safe side."""
    checks = {good: Check.of(good, [Outcome(ENDS[good][0])]) for good in CheckName}
    checks[name] = Check.of(name, [*checks[name].outcomes, Outcome(code)])
    assert verdict_of(checks.values()) is not Verdict.AUTHENTIC


def test_worst_outcome_is_the_state_of_a_check():
    order = ["content-altered", "file-not-comparable", "content-matches", "no-title"]
    for at, code in enumerate(order):
        check = Check.of(CheckName.CONTENT, [Outcome(item) for item in reversed(order[at:])])
        assert check.state is REASONS[code].state
    assert Check.of(CheckName.CONTENT, []).state is N


def test_exit_codes_are_the_pages():
    expected = {
        ExitCode.AUTHENTIC: "AUTHENTIC",
        ExitCode.NOT_AUTHENTIC: "ALTERED SIGNATURE_INVALID NOT_ANCHORED ISSUER_NOT_AUTHORISED",
        ExitCode.NOT_CURRENT: (
            "REVOKED SURRENDERED SUPERSEDED SUSPENDED EXPIRED NOT_CONTROLLED MISMATCHED"
        ),
        ExitCode.UNDECIDED: "UNDECIDED",
    }
    for code, names in expected.items():
        assert {v.value for v in Verdict if exit_code(v) is code} == set(names.split())
    assert [int(code) for code in ExitCode] == [0, 1, 2, 3, 4]


def test_every_verdict_has_a_sentence_and_an_advice():
    assert set(VERDICT_SENTENCES) == set(ADVICE) == set(Verdict)


def test_unknown_file_is_undecided():
    report = unknown_file(0)
    assert report.verdict is Verdict.UNDECIDED
    assert report.json()["checks"][0]["outcomes"][0]["code"] == "unknown-file"
