# SPDX-License-Identifier: Apache-2.0
"""`corridor redact`: hides, lists, refuses."""

import json

import pytest

from ledger.documents import HIDDEN
from ledger.receipts import OpenedContent, RedactedContent, parse_package


def leaves(path):
    content = parse_package(path.read_bytes()).content
    assert isinstance(content, RedactedContent)
    return content.redaction.disclosed().leaves


def test_redact_show_keeps_that_and_what_must_stay(desk, corridor):
    out = desk.folder / "out.json"
    ran = corridor("redact", desk.file, "--show", "/data/shipper", "-o", out)
    assert (ran.code, ran.err) == (0, "")
    shown = {pointer for pointer, value in leaves(out).items() if value is not HIDDEN}
    assert "/data/shipper/partyName" in shown
    assert "/documentType" in shown
    assert "/issuers/0" in shown
    assert not shown & {"/data/note", "/reference", "/files/0/name", "/files/0/sha256"}
    assert b"seed" in out.read_bytes()
    assert json.loads(out.read_bytes())["seed"] is None


def test_redact_hide_keeps_the_rest_but_fingerprints_of_files(desk, corridor):
    out = desk.folder / "out.json"
    assert corridor("redact", desk.file, "--hide", "/data/note", "-o", out).code == 0
    hidden = {pointer for pointer, value in leaves(out).items() if value is HIDDEN}
    assert hidden == {"/data/note", "/files/0/sha256"}


def test_redact_shows_fingerprint_of_a_file_when_asked(desk, corridor):
    out = desk.folder / "out.json"
    assert corridor("redact", desk.file, "--show", "/files/0/sha256", "-o", out).code == 0
    assert leaves(out)["/files/0/sha256"] is not HIDDEN


def test_redact_a_redaction_hides_more_and_shows_nothing_again(desk, corridor):
    first, second = desk.folder / "1.json", desk.folder / "2.json"
    assert corridor("redact", desk.file, "--hide", "/data/note", "-o", first).code == 0
    assert corridor("redact", first, "--hide", "/reference", "-o", second).code == 0
    hidden = {pointer for pointer, value in leaves(second).items() if value is HIDDEN}
    assert hidden == {"/data/note", "/files/0/sha256", "/reference"}
    again = corridor("redact", second, "--show", "/data/note", "-o", desk.folder / "3.json")
    assert again.code == 2
    assert "hidden in this package already" in again.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--hide", "/issuers", "-o", "OUT"], "must always stay shown"),
        (["--hide", "/nothing", "-o", "OUT"], "no such field"),
        (["--show", "/data/not", "-o", "OUT"], "no such field"),
        (["--show", "", "-o", "OUT"], "no such field"),
        (["-o", "OUT"], "--show or --hide"),
        (["--show", "/data", "--hide", "/data", "-o", "OUT"], "--show or --hide"),
        (["--show", "/data"], "-o OUT"),
    ],
)
def test_redact_refuses_and_writes_nothing(desk, corridor, words, message):
    out = desk.folder / "out.json"
    ran = corridor("redact", desk.file, *(out if word == "OUT" else word for word in words))
    assert ran.code == 2
    assert message in ran.err
    assert ran.out == ""
    assert not out.exists()


def test_redact_overwrites_only_with_force_and_never_its_source(desk, corridor):
    out = desk.write("out.json", b"mine")
    words = ["redact", desk.file, "--hide", "/data"]
    assert corridor(*words, "-o", out).code == 2
    assert out.read_bytes() == b"mine"
    assert corridor(*words, "-o", out, "--force").code == 0
    source = desk.file.read_bytes()
    assert corridor(*words, "-o", desk.file, "--force").code == 2
    assert desk.file.read_bytes() == source
    assert not list(desk.folder.glob(".*"))


def test_redact_refuses_an_altered_package(desk, corridor):
    members = json.loads(desk.file.read_bytes())
    members["envelope"]["data"]["note"] = "another"
    forged = desk.write("forged.json", json.dumps(members).encode())
    ran = corridor("redact", forged, "--hide", "/reference", "-o", desk.folder / "out.json")
    assert ran.code == 2
    assert "/data/note" in ran.err
    assert "not intact" in ran.err


def test_redact_list_says_what_is_free(desk, corridor):
    ran = corridor("redact", desk.file, "--list")
    assert ran.code == 0
    assert "always  /documentType  bill-of-lading" in ran.out
    assert "free    /data/note  handle with care" in ran.out
    listed = json.loads(corridor("redact", desk.file, "--list", "--json").out)
    assert {"pointer": "/data/note", "kind": "free"} in listed["fields"]


def test_redact_json_counts(desk, corridor):
    out = desk.folder / "out.json"
    ran = corridor("redact", desk.file, "--hide", "/data/note", "-o", out, "--json")
    said = json.loads(ran.out)
    content = desk.package.content
    assert isinstance(content, OpenedContent)
    assert said["fieldsHidden"] == 2
    assert said["fieldsShown"] == len(content.digests) - 2
