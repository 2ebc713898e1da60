# SPDX-License-Identifier: Apache-2.0
"""`corridor title plan, split, combine` and `surrender --for reissue`: one file, no other wish."""

import json
from dataclasses import replace

import pytest

from ledger.cli.title.plan_file import Plan, PlannedPart, read_plan
from ledger.errors import InvalidValueError
from ledger.primitives import Bytes32, Digest
from ledger.titles import WHOLE, Part, plan_of

TITLE, SECOND = "0x" + "7a" * 32, "0x" + "7b" * 32
FIRST_PART = PlannedPart("A", Part(Digest(b"\x01" * 32), Digest(b"\x02" * 32), 400_000_000))
SECOND_PART = PlannedPart("B", Part(Digest(b"\x03" * 32), Digest(b"\x04" * 32), 600_000_000))
SPLIT = Plan((Bytes32.parse(TITLE),), (FIRST_PART, SECOND_PART))
COMBINE = Plan((Bytes32.parse(TITLE), Bytes32.parse(SECOND)), (FIRST_PART,))
ACT = {"id": "ac" * 32, "state": "mined", "block": 34, "transaction": "0x" + "12" * 32}


def part(reference: str, commitment: str, share: str) -> list[str]:
    return ["--part", reference, commitment * 32, share]


@pytest.fixture
def plan_file(tmp_path):
    path = tmp_path / "plan.json"
    path.write_bytes(SPLIT.file_bytes())
    return path


def test_plan_is_written_with_tags_and_shares_of_the_whole(corridor, api, tmp_path):
    api.say(200, {"share": WHOLE})
    api.say(200, {"title": "x", "tag": "01" * 32, "state": "None"})
    api.say(200, {"title": "x", "tag": "03" * 32, "state": "None"})
    out = tmp_path / "new.json"
    words = ["--title", TITLE, *part("A", "02", "2/5"), *part("B", "04", "600000000"), "-o", out]
    ran = corridor("title", "plan", *words)
    assert ran.code == 0, ran.err
    assert f"plan {SPLIT.digest} is in" in ran.out
    assert read_plan(out) == SPLIT
    assert [json.loads(each[3] or "null") for each in api.asked] == [
        None,
        {"reference": "A"},
        {"reference": "B"},
    ]
    assert corridor("title", "plan", *words).code == 2, "an older plan is not replaced"


@pytest.mark.parametrize(
    ("shares", "says"),
    [
        (["1/2", "1/4"], "the shares have to be 1000000000 in all; got 750000000"),
        (["1/3", "2/3"], "1/3 of 1000000000 does not come out even: give numbers, such as 33333"),
        (["0", "1/1"], "want a share like 2/5"),
        (["1/0", "1/1"], "want a share like 2/5"),
        (["-1", "1/1"], "want a share like 2/5"),
        (["1/2/3", "1/1"], "want a share like 2/5"),
    ],
)
def test_plan_whose_shares_are_not_conserved_is_refused(corridor, api, tmp_path, shares, says):
    api.say(200, {"share": WHOLE})
    parts = [*part("A", "02", shares[0]), *part("B", "04", shares[1])]
    ran = corridor("title", "plan", "--title", TITLE, *parts, "-o", tmp_path / "new.json")
    assert (ran.code, says in ran.err) == (2, True), ran.err
    assert len(api.asked) == 1, "no tag is reserved for a plan that cannot be"


@pytest.mark.parametrize(
    "words",
    [
        ["--title", TITLE, *part("A", "02", "1/1")],
        ["--title", TITLE, "--title", SECOND, *part("A", "02", "1/2"), *part("B", "04", "1/2")],
        part("A", "02", "1/1"),
        ["--title", TITLE],
    ],
)
def test_plan_that_neither_splits_nor_combines_is_refused(corridor, api, tmp_path, words):
    ran = corridor("title", "plan", *words, "-o", tmp_path / "new.json")
    assert ran.code == 2
    assert api.asked == []


def test_surrender_for_reissue_agrees_to_the_plan(corridor, api, plan_file):
    api.say(202, ACT)
    words = ["surrender", TITLE, "--for", "reissue", "--plan", plan_file]
    assert corridor("title", *words).code == 0
    sent = json.loads(api.asked[0][3])
    parts = [planned.part for planned in SPLIT.parts]
    assert sent == {
        "action": "SurrenderForReissue",
        "intent": str(plan_of([Bytes32.parse(TITLE)], parts)),
    }


def test_surrender_of_a_title_that_the_plan_does_not_close_is_refused(corridor, api, plan_file):
    ran = corridor("title", "surrender", SECOND, "--for", "reissue", "--plan", plan_file)
    assert (ran.code, api.asked) == (2, [])
    assert "a plan for other titles" in ran.err


def test_split_does_what_the_plan_says(corridor, api, plan_file):
    api.say(202, ACT)
    ran = corridor("title", "split", plan_file, "--remark", "two lots")
    assert (ran.code, ran.out.split(":")[0]) == (0, "split")
    assert api.asked[0][1] == "/v1/titles/reissue"
    assert json.loads(api.asked[0][3]) == {
        "titles": [TITLE],
        "parts": [
            {"reference": "A", "commitment": "02" * 32, "share": 400_000_000},
            {"reference": "B", "commitment": "04" * 32, "share": 600_000_000},
        ],
        "remark": "two lots",
    }


@pytest.mark.parametrize(("command", "plan"), [("split", COMBINE), ("combine", SPLIT)])
def test_plan_for_the_other_command_is_refused(corridor, api, tmp_path, command, plan):
    path = tmp_path / "plan.json"
    path.write_bytes(plan.file_bytes())
    ran = corridor("title", command, path)
    assert (ran.code, api.asked) == (2, [])
    assert (
        f"a plan for `corridor title {'split' if command == 'combine' else 'combine'}`" in ran.err
    )


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("format", "corridor/title-plan/2", "want corridor/title-plan/1"),
        ("titles", [SECOND], "it was changed: its plan is"),
        ("titles", "x", "want a list"),
        ("titles", [TITLE, SECOND], "got 2 into 2"),
        ("parts", [], "got 1 into 0"),
        ("parts", [{}], "want an object of reference, tag"),
        ("plan", "00" * 32, "it was changed"),
        ("more", 1, "want an object of format, titles"),
    ],
)
def test_plan_that_was_changed_is_refused_with_the_reason(
    corridor, api, plan_file, name, value, says
):
    members = json.loads(plan_file.read_bytes())
    plan_file.write_text(json.dumps(members | {name: value}), "utf-8")
    ran = corridor("title", "split", plan_file)
    assert (ran.code, api.asked) == (2, [])
    assert says in ran.err
    assert "want a file that `corridor title plan` made" in ran.err


@pytest.mark.parametrize("share", [True, "1", 0, 1.5])
def test_share_that_is_no_whole_number_is_refused(corridor, plan_file, share):
    members = json.loads(plan_file.read_bytes())
    members["parts"][0]["share"] = share
    plan_file.write_text(json.dumps(members), "utf-8")
    assert corridor("title", "split", plan_file).code == 2


@pytest.mark.parametrize("raw", [b"", b"{", b"[" * 100_000, b" " * 70_000])
def test_file_that_is_no_plan_ends_with_2(corridor, plan_file, raw):
    plan_file.write_bytes(raw)
    ran = corridor("title", "split", plan_file)
    assert (ran.code, ran.err.count("\n")) == (2, 1)


def test_plan_names_each_thing_once():
    twice = replace(SECOND_PART, part=replace(SECOND_PART.part, tag=FIRST_PART.part.tag))
    with pytest.raises(InvalidValueError, match="once"):
        Plan(SPLIT.titles, (FIRST_PART, twice))
    with pytest.raises(InvalidValueError, match="once"):
        Plan((SPLIT.titles[0],) * 2, (FIRST_PART,))
