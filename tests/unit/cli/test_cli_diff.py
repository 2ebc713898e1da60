# SPDX-License-Identifier: Apache-2.0
"""`corridor diff`: pointers changed, added, removed, or nobody can tell."""

import json

import pytest
from cli_samples import BILL, notarised

from ledger.receipts import Package


@pytest.fixture
def other(desk):
    data = {"transportDocumentReference": "XMPL260200001", "note": "fragile", "more": 1}
    package, _ = notarised(data)
    return desk.write("other.json", package.file_bytes())


def test_diff_same_package_is_equal(desk, corridor):
    ran = corridor("diff", desk.file, desk.file)
    assert (ran.code, ran.out) == (0, "equal: no field differs\n")


def test_diff_same_content_sealed_twice_is_equal(desk, corridor):
    again, _ = notarised(BILL)
    assert isinstance(again, Package)
    assert again.commitment != desk.package.commitment
    twin = desk.write("twin.json", again.file_bytes())
    assert corridor("diff", desk.file, twin).code == 0


def test_diff_names_pointers_and_no_values(desk, corridor, other):
    ran = corridor("diff", desk.file, other)
    assert ran.code == 1
    assert ran.out.splitlines() == [
        "changed      /data/note",
        "added        /data/more",
        "removed      /data/shipper/partyName",
        "different: 1 changed, 1 added, 1 removed",
    ]


def test_diff_values_shows_both_sides(desk, corridor, other):
    ran = corridor("diff", desk.file, other, "--values")
    assert "changed      /data/note  handle with care -> fragile" in ran.out
    said = json.loads(corridor("diff", desk.file, other, "--values", "--json").out)
    assert said["values"] == {"/data/note": ["handle with care", "fragile"]}


def test_diff_json_has_every_member(desk, corridor, other):
    assert json.loads(corridor("diff", desk.file, other, "--json").out) == {
        "equal": False,
        "changed": ["/data/note"],
        "added": ["/data/more"],
        "removed": ["/data/shipper/partyName"],
        "notComparable": [],
        "values": None,
    }


def test_diff_with_own_redaction_is_equal_because_digests_agree(desk, corridor):
    out = desk.folder / "short.json"
    corridor("redact", desk.file, "--hide", "/data", "-o", out)
    assert corridor("diff", desk.file, out).code == 0


def test_diff_with_hidden_values_of_another_sealing_is_undecided(desk, corridor):
    again, _ = notarised(BILL)
    twin, short = desk.write("twin.json", again.file_bytes()), desk.folder / "short.json"
    corridor("redact", twin, "--hide", "/data/note", "-o", short)
    ran = corridor("diff", desk.file, short)
    assert ran.code == 4
    assert "cannot tell  /data/note" in ran.out
    assert json.loads(corridor("diff", desk.file, short, "--json").out)["equal"] is None


def test_diff_of_true_and_1_is_a_change(desk, corridor):
    one = desk.write("one.json", notarised({"a": 1})[0].file_bytes())
    true = desk.write("true.json", notarised({"a": True})[0].file_bytes())
    assert corridor("diff", one, true).code == 1


def test_diff_of_garbage_is_wrong_usage(desk, corridor):
    garbage = desk.write("garbage.json", b"\xff")
    assert corridor("diff", desk.file, garbage).code == 2
