# SPDX-License-Identifier: Apache-2.0
"""What a contract refuses is one sentence, whichever command met it."""

import pytest

from ledger.cli import running
from ledger.errors import ChainRejectedError

KEY = "0x" + "cd" * 20


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (
            f"PartyRegistry_UnknownKey({KEY})",
            f"error: chain-rejected: Key {KEY} is no party's. (PartyRegistry_UnknownKey)\n",
        ),
        (
            "DocumentLog_NotFrozen()",
            "error: chain-rejected: The log must be closed first. (DocumentLog_NotFrozen)\n",
        ),
        (
            "Title 0x12 is not paused. (TitleRegistry_NotPaused)",
            "error: chain-rejected: Title 0x12 is not paused. (TitleRegistry_NotPaused)\n",
        ),
        ("reverted without a reason", "error: chain-rejected: reverted without a reason\n"),
    ],
)
def test_refusal_when_it_ends_a_command_then_is_one_sentence(monkeypatch, capsys, text, line):
    def refused(*_words, **_options):
        raise ChainRejectedError(text)

    monkeypatch.setattr(running.corridor, "main", refused)
    assert running.run(["party", "list"]) == 4
    assert capsys.readouterr().err == line
