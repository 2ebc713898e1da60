# SPDX-License-Identifier: Apache-2.0
"""The demo, through HTTP and the command line, as a newcomer runs it."""

import pytest

pytestmark = pytest.mark.node


def test_demo_prints_one_table_with_every_case_as_expected(corridor, tmp_path):
    done = corridor("demo", "--folder", tmp_path / "demo")
    assert done.returncode == 0, done.stderr
    rows = [line for line in done.stdout.splitlines() if line.startswith("ok")]
    assert len(rows) == 23
    assert "WRONG" not in done.stdout
    for case in ("altered-weight", "revoked", "suspended", "superseded", "expired", "redacted"):
        assert any(case in row for row in rows)
    for case, verdict in (
        ("bill of lading with its PDF", "AUTHENTIC"),
        ("title of another carrier", "NOT_CONTROLLED"),
        ("endorsed to the consignee", "AUTHENTIC"),
        ("surrendered at Ambarli", "SURRENDERED"),
    ):
        row = next(row for row in rows if case in row)
        assert row.count(verdict) == 2, "expected and found"
    bank, consignee = (
        next(row for row in rows if case in row)
        for case in ("bill of lading with its PDF", "endorsed to the consignee")
    )
    assert "controlled by Example Bank A.S." in bank
    assert "controlled by Example Ithalat Ltd Sti" in consignee
    assert "all parties are invented" in done.stderr
    tail = done.stderr.split("Try next:")[1].strip().splitlines()
    assert len(tail) == 3


def test_commands_that_the_demo_proposes_run(corridor, stage, bill, certificate):
    papers = stage.folder
    listed = corridor("redact", papers / "XMPL260200001.corridor.json", "--list")
    assert listed.returncode == 0
    assert "/data/transportDocumentReference" in listed.stdout
    differs = corridor(
        "diff",
        papers / "XMPL260200001.corridor.json",
        papers / "XCCI-2026-000117.corridor.json",
    )
    assert differs.returncode == 1
    assert bill.commitment != certificate.commitment
