# SPDX-License-Identifier: Apache-2.0
"""Every error of the contracts has a sentence that names what it carries."""

import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from ledger.refusals import SENTENCES, refusal_of

WORD = "0x" + "ab" * 32
ADDRESS = "0x" + "cd" * 20
CONTRACTS = ("TitleRegistry", "DocumentStatus", "PartyRegistry", "DocumentLog", "LedgerLens")
VALUES = {"bytes32": WORD, "address": ADDRESS, "string": "'tag'", "bytes2": "0x4a50"}
# Of OpenZeppelin's texts of EIP-712: ours are short, and none is ever an argument.
NEVER = {"InvalidShortString", "StringTooLong", "StringsInsufficientHexLength"}
DECLARED = re.compile(r"^ *error ([A-Za-z_]+)\(", re.MULTILINE)


def errors():
    found = {}
    for name in CONTRACTS:
        abi = json.loads((files("ledger.chain") / "artifacts" / f"{name}.json").read_bytes())["abi"]
        for item in abi:
            if item["type"] == "error" and item["name"] not in NEVER:
                found[item["name"]] = [each["type"] for each in item["inputs"]]
    return found


ERRORS = errors()


def test_every_error_has_a_sentence_and_no_other_name_has_one():
    assert set(SENTENCES) == set(ERRORS)


def test_every_error_that_an_interface_declares_is_one_of_them():
    folder = Path(__file__).parents[3] / "contracts" / "interfaces"
    sources = [path.read_text("utf-8") for path in sorted(folder.glob("*.sol"))]
    declared = {name for source in sources for name in DECLARED.findall(source)}
    assert len(declared) > 60
    assert declared <= set(SENTENCES)


@pytest.mark.parametrize("name", sorted(ERRORS))
def test_sentence_is_one_and_names_what_came(name):
    arguments = [VALUES.get(kind, str(index + 3)) for index, kind in enumerate(ERRORS[name])]
    refusal = refusal_of(f"{name}({', '.join(arguments)})")
    assert refusal.code == name
    assert refusal.sentence.endswith(".")
    assert not refusal.sentence.startswith("The contract refused")
    assert "\n" not in refusal.sentence
    shown = {WORD: "0xabababab…abab", ADDRESS: ADDRESS, "0x4a50": "JP"}
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
        ("PartyRegistry_IntervalEnded(1770000000)", None, "ended at 2026-02-02T02:40:00Z"),
        ("PartyRegistry_BadCountry(0x4aff)", None, "got J\\xff"),
        (f"AccessControlUnauthorizedAccount({ADDRESS}, 0x{'0' * 64})", None, "takes: admin."),
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
