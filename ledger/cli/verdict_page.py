# SPDX-License-Identifier: Apache-2.0
"""Writes `docs/verdicts.md` out of the code's own sentences.

Run by hand after a sentence changed: `python -m ledger.cli.verdict_page > docs/verdicts.md`. A test
compares the committed page with the code.
"""

from collections.abc import Iterator
from typing import Final

from ledger.cli.screen import emit
from ledger.verification import (
    ADVICE,
    REASONS,
    VERDICT_SENTENCES,
    CheckName,
    ExitCode,
    State,
    Verdict,
    exit_code,
)

__all__ = ["CHECKS_OF_REASONS", "page"]

_GROUPS: Final = {
    ExitCode.AUTHENTIC: "You can rely on it.",
    ExitCode.NOT_CURRENT: "It is genuine, but do not act on it as it is.",
    ExitCode.NOT_AUTHENTIC: "Do not rely on it.",
    ExitCode.UNDECIDED: "Nothing was decided, for or against it.",
}
_MEANING: Final = {
    Verdict.AUTHENTIC: "Every check that could be asked was passed. If it says that it shows only"
    " some of its fields, it is genuine in what it shows.",
    Verdict.REVOKED: "An issuer took it back for good. This cannot be undone.",
    Verdict.SURRENDERED: "It was handed back to the carrier for the goods, or changed for paper,"
    " and the carrier accepted that. It no longer entitles anyone to the goods, for ever.",
    Verdict.SUPERSEDED: "Another document stands in its place: an issuer said so, or its title to"
    " the goods was amended, split or joined with others. This cannot be undone.",
    Verdict.SUSPENDED: "An issuer put it on hold; it can come into force again.",
    Verdict.EXPIRED: "It says itself until when it is valid, and that time is over: by the newest"
    " time among this computer's clock, the chain, and the time you stated.",
    Verdict.NOT_CONTROLLED: "It names a title to the goods that does not exist, or that belongs to"
    " another carrier or another document. Whoever holds this document does not control the goods.",
    Verdict.MISMATCHED: "It was compared with another document of the same goods, and the two say"
    " different things in the fields that are named.",
    Verdict.ALTERED: "A field or a file is not the one that was signed. Where that can be known,"
    " the changed fields are named. A file that was printed and scanned, or saved again, is not the"
    " same file: compare its text with the fields.",
    Verdict.SIGNATURE_INVALID: "The signature does not belong to this document and this key.",
    Verdict.NOT_ANCHORED: "The public record has no entry for it where it says that it has one.",
    Verdict.ISSUER_NOT_AUTHORISED: "The signature is real, but the key was not the issuer's, was"
    " not in force, was reported stolen, or the issuer was not entitled to such documents at that"
    " time.",
    Verdict.UNDECIDED: "Something could not be found out: the chain did not answer, an issuer is"
    " still missing, or your list of trusted records does not know it. Each reason says which.",
}
_ASKS: Final = {
    CheckName.CONTENT: "Is every field and every file the one that was signed?",
    CheckName.STATEMENT: "Does the issuers' signed statement cover this document?",
    CheckName.SIGNATURE: "Was the statement signed by the key that it names?",
    CheckName.LOG: "Is the statement in the record that it points to?",
    CheckName.ANCHOR: "Does that record stand on the chain for good?",
    CheckName.ISSUER: "Was the issuer entitled to issue it when it was recorded?",
    CheckName.VALIDITY: "Is it still valid by its own words?",
    CheckName.STATUS: "Has an issuer withdrawn, replaced or suspended it?",
    CheckName.TITLE: "Is its title to the goods in force, if it names one, and known who holds it?",
    CheckName.MATCH: "Does it agree with the document that it was presented with?",
}
# The check that a reason belongs to first; those that several checks give are listed once, below.
_FIRST: Final = {
    "content-matches": CheckName.CONTENT,
    "statement-covers": CheckName.STATEMENT,
    "signature-valid": CheckName.SIGNATURE,
    "entry-in-log": CheckName.LOG,
    "anchored": CheckName.ANCHOR,
    "issuer-authorised": CheckName.ISSUER,
    "no-expiry": CheckName.VALIDITY,
    "not-withdrawn": CheckName.STATUS,
    "no-title": CheckName.TITLE,
    "nothing-to-match": CheckName.MATCH,
    "unknown-file": CheckName.CONTENT,
}
_SHARED: Final = frozenset(
    (
        "no-receipt",
        "receipt-missing",
        "ledger-not-trusted",
        "chain-unavailable",
        "head-too-old",
        "content-not-proved",
    )
)
_STATES: Final = {
    State.PASSED: "passed",
    State.FAILED: "failed",
    State.UNKNOWN: "not known",
    State.NOT_APPLICABLE: "does not apply",
}
_HEADER: Final = """\
# What a verification says

Written by `python -m ledger.cli.verdict_page > docs/verdicts.md` out of
`ledger/verification/sentences.py`; a test compares. Do not edit it here.

A verification asks ten questions and gives one verdict. The command `corridor verify` shows it with
its reasons, and ends with an exit code that a script may rely on. Wrong usage, and a package that
cannot be read, give exit code 2 and no verdict. Whatever else goes wrong gives 4: "could not check"
is never "forged", and never "genuine".
"""


def _checks_of_reasons() -> dict[str, CheckName]:
    """Say which check each reason belongs to: the code keeps them in the order of the checks."""
    found: dict[str, CheckName] = {}
    current = CheckName.CONTENT
    for code in REASONS:
        current = _FIRST.get(code, current)
        found[code] = current
    return found


CHECKS_OF_REASONS: Final = _checks_of_reasons()


def page() -> str:
    """Write the whole page."""
    return "\n".join([_HEADER, *_verdicts(), *_reasons()]).rstrip() + "\n"


def _verdicts() -> Iterator[str]:
    yield "## Verdicts\n"
    for code, summary in _GROUPS.items():
        yield f"### Exit code {code.value}\n"
        yield f"{summary}\n"
        for verdict in Verdict:
            if exit_code(verdict) is code:
                yield f"#### {verdict.value}\n"
                yield f"> {VERDICT_SENTENCES[verdict]}\n"
                yield f"**What it means:** {_MEANING[verdict]}\n"
                yield f"**What to do:** {ADVICE[verdict]}\n"


def _reasons() -> Iterator[str]:
    yield "## Reasons\n"
    yield "Every reason belongs to a check. The codes never change; programs may rely on them.\n"
    for check in CheckName:
        yield f"### {check.value}\n"
        yield f"{_ASKS[check]}\n"
        yield from _table(
            [
                code
                for code, own in CHECKS_OF_REASONS.items()
                if own is check and code not in _SHARED
            ]
        )
    yield "### Reasons that several checks give\n"
    yield from _table([code for code in REASONS if code in _SHARED])


def _table(codes: list[str]) -> Iterator[str]:
    yield "| code | the check is | sentence |"
    yield "|---|---|---|"
    for code in codes:
        reason = REASONS[code]
        yield f"| `{code}` | {_STATES[reason.state]} | {reason.sentence} |"
    yield ""


if __name__ == "__main__":
    emit(page())
