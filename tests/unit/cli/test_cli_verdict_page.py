# SPDX-License-Identifier: Apache-2.0
"""docs/verdicts.md and the code say the same, and say it in everybody's words."""

import re
from pathlib import Path

import pytest

from ledger.cli.verdict_page import CHECKS_OF_REASONS, page
from ledger.verification import ADVICE, REASONS, VERDICT_SENTENCES, Verdict

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs" / "verdicts.md").read_text("utf-8")
# Words of ours: a customs officer has never heard them.
OURS = re.compile(
    r"\b(merkle|anchor\w*|leaf|leaves|commitments?|redact\w*|hash\w*|root|digest\w*|envelope"
    r"|receipt\w*|eip|rpc|nonce|final(ised|ity)|tree|checkpoint|salt\w*|seed|pointer\w*"
    r"|json|sequencer|smart contract)\b",
    re.IGNORECASE,
)
SENTENCES = [
    *VERDICT_SENTENCES.values(),
    *ADVICE.values(),
    *(reason.sentence for reason in REASONS.values()),
]


def test_page_is_what_the_code_writes():
    assert page() == PAGE, "run: python -m ledger.cli.verdict_page > docs/verdicts.md"


def test_page_has_every_verdict_and_no_other():
    assert sorted(re.findall(r"^#### (\w+)$", PAGE, re.MULTILINE)) == sorted(Verdict)
    for verdict in Verdict:
        section = PAGE.split(f"#### {verdict.value}\n")[1].split("\n#")[0]
        assert f"> {VERDICT_SENTENCES[verdict]}" in section
        assert f"**What to do:** {ADVICE[verdict]}" in section
        assert "**What it means:** " in section


def test_page_has_every_reason_once_and_no_other():
    rows = re.findall(r"^\| `([a-z-]+)` \| ([a-z ]+) \| (.+) \|$", PAGE, re.MULTILINE)
    assert sorted(code for code, _, _ in rows) == sorted(REASONS)
    for code, _, sentence in rows:
        assert sentence == REASONS[code].sentence


def test_every_reason_has_a_check():
    assert set(CHECKS_OF_REASONS) == set(REASONS)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_sentence_uses_no_word_of_ours(sentence):
    assert OURS.search(sentence) is None
    assert sentence[0].isupper()
    assert sentence.endswith(".")
    assert len(sentence) <= 80


@pytest.mark.parametrize("text", re.findall(r"\*\*What it means:\*\* (.+)", PAGE))
def test_explanation_uses_no_word_of_ours(text):
    assert OURS.search(text) is None
