# SPDX-License-Identifier: Apache-2.0
"""Every error of the contracts that acts go to has a sentence that names what it carries."""

import json
from importlib.resources import files

import pytest

from ledger.refusals import SENTENCES, refusal_of

WORD = "0x" + "ab" * 32
INTERFACES = ("TitleRegistry", "DocumentStatus")
OWN = ("TitleRegistry_", "DocumentStatus_", "RelayedActs_")
VALUES = {"bytes32": WORD, "address": "0x" + "cd" * 20, "string": "'tag'"}


def errors():
    found = {}
    for name in INTERFACES:
        abi = json.loads((files("ledger.chain") / "artifacts" / f"{name}.json").read_bytes())["abi"]
        for item in abi:
            if item["type"] == "error" and item["name"].startswith(OWN):
                found[item["name"]] = [each["type"] for each in item["inputs"]]
    return found


ERRORS = errors()


def test_every_error_has_a_sentence_and_no_other_name_has_one():
    assert set(SENTENCES) == set(ERRORS)


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_sentence_is_one_and_names_what_came(name):
    arguments = [VALUES.get(kind, str(index + 3)) for index, kind in enumerate(ERRORS[name])]
    refusal = refusal_of(f"{name}({', '.join(arguments)})")
    assert refusal.code == name
    assert refusal.sentence.endswith(".")
    assert not refusal.sentence.startswith("The contract refused")
    assert "\n" not in refusal.sentence
    shown = {WORD: "0xabababab…abab"}
    for argument in set(arguments) & set(shown):
        assert shown[argument] in refusal.sentence


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (
            "TitleRegistry_Stale(0x" + "ab" * 32 + ", 3, 2)",
            "TitleRegistry_Stale",
            "number 3, and 2",
        ),
        (f"TitleRegistry_WrongState({WORD}, 9, 5)", None, "Accept is not possible"),
        ("TitleRegistry_UnknownParty(0x" + "00" * 32 + ")", None, "has to be named"),
        ("TitleRegistry_BadDeadline(1770000000, 1770000001)", None, "2026-02-02T02:40:00Z"),
        (
            "DocumentStatus_Final(0x" + "ab" * 32 + ", 1)",
            "DocumentStatus_Final",
            "revoked, for good",
        ),
        ("PartyRegistry_Veto(1)", "PartyRegistry_Veto", "PartyRegistry_Veto(1)"),
        ("TitleRegistry_Stale(1)", "TitleRegistry_Stale", "The contract refused"),
        ("TitleRegistry_WrongState(0x, 99, 98)", "TitleRegistry_WrongState", "98 is not possible"),
        ("reverted without a reason", "reverted", "reverted without a reason"),
        ("", "reverted", "without a reason"),
    ],
)
def test_refusal_is_explained(text, code, said):
    refusal = refusal_of(text)
    assert code in (None, refusal.code)
    assert said in refusal.sentence
