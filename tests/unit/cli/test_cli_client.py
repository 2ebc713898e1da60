# SPDX-License-Identifier: Apache-2.0
"""The commands that speak HTTP, against a small server that answers from a list."""

import json
import stat
from pathlib import Path

import pytest
from cli_samples import notarised
from cli_server import TOKEN

from ledger import client
from ledger.cli import notarise as notarise_module
from ledger.client import Service, idempotency_key
from ledger.errors import InvalidValueError


@pytest.fixture
def document(desk) -> Path:
    return desk.write("bl.json", b'{"documentType":"bill-of-lading","data":{}}')


def accepted(commitment: object) -> dict[str, object]:
    finding = {"grade": "warning", "pointer": "/data/x", "code": "c", "message": "m", "hint": "h"}
    return {
        "commitment": str(commitment),
        "state": "accepted",
        "anchorBy": "2026-02-04T09:17:31Z",
        "findings": [finding],
    }


def test_notarise_sends_json_with_token_and_key(desk, corridor, api, document):
    api.say(202, accepted(desk.package.commitment))
    ran = corridor("notarise", document)
    assert (ran.code, ran.err) == (0, "")
    assert str(desk.package.commitment) in ran.out
    assert "warning: /data/x: m (h)" in ran.out
    method, path, headers, body = api.asked[0]
    assert (method, path, body) == ("POST", "/v1/documents", document.read_bytes())
    assert headers["authorization"] == f"Bearer {TOKEN}"
    assert headers["idempotency-key"] == idempotency_key(document.read_bytes(), [])
    assert headers["content-type"] == "application/json"


def test_notarise_with_files_sends_a_form(desk, corridor, api, document):
    api.say(200, accepted(desk.package.commitment))
    assert corridor("notarise", document, desk.folder / "bl.pdf", "--json").code == 0
    _, _, headers, body = api.asked[0]
    assert headers["content-type"].startswith("multipart/form-data; boundary=")
    assert b'name="document"' in body
    assert b'name="files"; filename="bl.pdf"' in body
    assert b"Content-Type: application/pdf" in body


def test_idempotency_key_depends_on_document_names_and_contents(desk):
    one, two = desk.write("a.pdf", b"1"), desk.write("b.pdf", b"1")
    keys = {
        idempotency_key(b"{}", []),
        idempotency_key(b"{ }", []),
        idempotency_key(b"{}", [one]),
        idempotency_key(b"{}", [two]),
        idempotency_key(b"{}", [one, two]),
    }
    assert len(keys) == 5
    assert idempotency_key(b"{}", [one]) == idempotency_key(b"{}", [one])


def test_notarise_wait_polls_and_saves_the_package_privately(
    desk, corridor, api, document, monkeypatch
):
    pauses: list[float] = []
    monkeypatch.setattr(notarise_module.time, "sleep", pauses.append)
    api.say(202, accepted(desk.package.commitment))
    api.problem(409, "not-final", "no final anchor yet", retry="7")
    api.problem(503, "overloaded", "later", retry="100")
    api.say(200, desk.package.file_bytes())
    out = desk.folder / "out.corridor.json"
    ran = corridor("notarise", document, "--wait", "-o", out, "--json")
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["package"] == str(out)
    assert "waiting" in ran.err
    assert pauses == [7, 15]
    assert out.read_bytes() == desk.package.file_bytes()
    assert stat.S_IMODE(out.stat().st_mode) == 0o600


def test_notarise_wait_gives_up_and_says_how_to_go_on(desk, corridor, api, document, monkeypatch):
    monkeypatch.setattr(notarise_module.time, "sleep", lambda _: None)
    api.say(202, accepted(desk.package.commitment))
    api.problem(409, "not-final", "no final anchor yet", retry="60")
    ran = corridor("notarise", document, "--wait", "--wait-seconds", "5", "--force")
    assert ran.code == 4
    assert "later: corridor package" in ran.err


def test_package_of_another_document_is_not_saved(desk, corridor, api):
    other, _ = notarised({"a": 1})
    api.say(200, other.file_bytes())
    out = desk.folder / "out.json"
    ran = corridor("package", desk.package.commitment, "-o", out)
    assert ran.code == 4
    assert "another document" in ran.err
    assert not out.exists()


def test_package_that_was_altered_on_its_way_is_not_saved(desk, corridor, api):
    members = json.loads(desk.file.read_bytes())
    members["envelope"]["data"]["note"] = "x"
    api.say(200, members)
    out = desk.folder / "out.json"
    ran = corridor("package", desk.package.commitment, "-o", out)
    assert ran.code == 2
    assert "not intact" in ran.err
    assert not out.exists()


def test_package_not_final_says_when_to_come_again(desk, corridor, api):
    api.problem(409, "not-final", "no final anchor yet", retry="7")
    ran = corridor("package", desk.package.commitment, "-o", desk.folder / "out.json")
    assert ran.code == 4
    assert ran.err == (
        "error: service-refused: not-final: no final anchor yet · try again in 7 s\n"
    )


def test_status_shows_the_state(desk, corridor, api):
    api.say(200, {"state": "mined", "reference": "R\x1b[2J", "findings": []})
    ran = corridor("status", desk.package.commitment)
    assert ran.code == 0
    assert ran.out == "state        mined\nreference    R\\x1b[2J\n"


@pytest.mark.parametrize(
    ("words", "path", "body"),
    [
        (["revoke", "--reason", "4"], "revoke", {"reason": 4}),
        (["suspend", "--reason", "0"], "suspend", {"reason": 0}),
        (["resume", "--reason", "65535"], "resume", {"reason": 65535}),
        (
            ["supersede", "--reason", "1", "--by", "ab" * 32],
            "supersede",
            {"reason": 1, "supersededBy": "ab" * 32},
        ),
    ],
)
def test_change_of_status_is_posted(desk, corridor, api, words, path, body):
    where = {"transaction": "0x" + "12" * 32, "block": 7, "act": "ac" * 32}
    api.say(200, {"status": "changed"} | where)
    commitment = desk.package.commitment
    ran = corridor(words[0], commitment, *words[1:])
    assert (ran.code, ran.err) == (0, "")
    assert "changed: in block 7" in ran.out
    assert api.asked[0][1] == f"/v1/documents/{commitment}/{path}"
    assert json.loads(api.asked[0][3]) == body


def test_change_that_is_so_already_says_so(desk, corridor, api):
    api.say(200, {"status": "revoked", "transaction": None, "block": None, "act": None})
    ran = corridor("revoke", desk.package.commitment, "--reason", "4")
    assert ran.out == "revoked: it was so already\n"


def test_change_that_somebody_else_carried_says_so(desk, corridor, api):
    """The act counts, not whose transaction it was."""
    api.say(200, {"status": "revoked", "transaction": None, "block": 7, "act": "ac" * 32})
    ran = corridor("revoke", desk.package.commitment, "--reason", "4")
    assert ran.out == "revoked: in block 7 (carried by somebody else)\n"


def test_change_has_a_key_of_its_own_each_time_or_the_one_given(desk, corridor, api):
    api.say(200, {"status": "revoked", "transaction": None, "block": None, "act": None})
    words = ["revoke", desk.package.commitment, "--reason", "4"]
    for more in ([], [], ["--idempotency-key", "my word"]):
        assert corridor(*words, *more).code == 0
    first, second, third = (asked[2]["idempotency-key"] for asked in api.asked)
    assert first != second
    assert len(first) == 32
    assert third == "my word"


@pytest.mark.parametrize("key", ["", "x" * 256, "ключ", "a\nb"])
def test_key_that_no_service_takes_is_wrong_usage(desk, corridor, api, key):
    ran = corridor("revoke", desk.package.commitment, "--reason", "4", "--idempotency-key", key)
    assert (ran.code, api.asked) == (2, [])
    assert "want 1 to 255 printable ASCII characters" in ran.err


@pytest.mark.parametrize("slug", ["took-too-long", "about:blank"])
def test_act_that_may_have_been_done_says_how_to_repeat_it(desk, corridor, api, slug):
    status = 503 if slug == "took-too-long" else 504
    if status == 503:
        api.problem(503, slug, "no answer within 30 seconds", "5")
    else:
        api.say(504, b"<html>")
    ran = corridor("revoke", desk.package.commitment, "--reason", "4")
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    key = api.asked[0][2]["idempotency-key"]
    assert f"repeat the command with --idempotency-key {key}, and it is done once" in ran.err


def test_act_that_was_not_taken_is_not_called_unsure(desk, corridor, api):
    api.problem(503, "overloaded", "1000 acts wait for the chain", "5")
    ran = corridor("revoke", desk.package.commitment, "--reason", "4")
    assert (ran.code, "--idempotency-key" in ran.err) == (4, False)
    assert "try again in 5 s" in ran.err


def test_change_that_is_in_no_block_yet_is_waited_for(desk, corridor, api):
    act = {"id": "ac" * 32, "state": "submitted", "transaction": None, "block": None}
    api.say(202, {"status": "revoked", "transaction": None, "block": None, "act": "ac" * 32})
    api.say(200, act)
    api.say(200, act | {"state": "mined", "block": 8})
    ran = corridor("revoke", desk.package.commitment, "--reason", "4")
    assert (ran.code, ran.out) == (0, "revoked: in block 8 (carried by somebody else)\n")
    assert [asked[1] for asked in api.asked[1:]] == [f"/v1/acts/{'ac' * 32}"] * 2


def test_change_that_the_contract_refuses_later_ends_with_4(desk, corridor, api):
    error = {"code": "DocumentStatus_Final", "sentence": "It is revoked, for good."}
    api.say(202, {"status": "suspended", "transaction": None, "block": None, "act": "ac" * 32})
    api.say(200, {"id": "ac" * 32, "state": "rejected", "error": error})
    ran = corridor("suspend", desk.package.commitment, "--reason", "4")
    assert (ran.code, ran.out) == (4, "")
    assert "It is revoked, for good. (DocumentStatus_Final)" in ran.err


@pytest.mark.parametrize(
    "words",
    [
        ["revoke"],
        ["revoke", "--reason", "65536"],
        ["revoke", "--reason", "1", "--by", "ab" * 32],
        ["supersede", "--reason", "1"],
    ],
)
def test_change_without_what_it_needs_is_wrong_usage(desk, corridor, api, words):
    assert corridor(words[0], desk.package.commitment, *words[1:]).code == 2
    assert api.asked == []


@pytest.mark.parametrize(
    ("status", "slug", "code", "says"),
    [
        (422, "invalid-document", 2, "invalid-document: want a reference"),
        (413, "limit-exceeded", 2, "limit-exceeded"),
        (401, "not-authenticated", 4, "check the token"),
        (403, "forbidden", 4, "use a token that may do this"),
        (409, "reference-already-used", 4, "existing document abc"),
        (500, "ledger-error", 4, "ledger-error"),
    ],
)
def test_problem_is_told_with_what_to_do(corridor, api, document, status, slug, code, says):
    api.problem(status, slug, "want a reference", pointer="/reference", existing="abc")
    ran = corridor("notarise", document)
    assert (ran.code, ran.out) == (code, "")
    assert ran.err.count("\n") == 1
    assert says in ran.err
    assert "at /reference" in ran.err
    assert TOKEN not in ran.err


@pytest.mark.parametrize("body", [b"", b"<html>", b"[1]", b'{"type":7,"detail":["x"]}'])
@pytest.mark.parametrize("status", [200, 302, 404, 502])
def test_answer_that_is_no_answer_of_ours_ends_with_4(corridor, api, document, status, body):
    api.say(status, body)
    if (status, body[:1]) != (200, b"{"):
        assert corridor("notarise", document).code == 4


def test_no_service_ends_with_4_and_says_that_repeating_is_harmless(
    corridor, document, monkeypatch
):
    monkeypatch.setenv("CORRIDOR_TOKEN", TOKEN)
    ran = corridor("notarise", document, "--api", "http://127.0.0.1:1")
    assert ran.code == 4
    assert "repeating the command is harmless" in ran.err
    assert TOKEN not in ran.err


def test_token_comes_from_a_file_and_is_missed_otherwise(desk, corridor, api, monkeypatch):
    monkeypatch.delenv("CORRIDOR_TOKEN")
    api.say(200, {"state": "final"})
    ran = corridor("status", desk.package.commitment)
    assert ran.code == 2
    assert "CORRIDOR_TOKEN" in ran.err
    file = desk.write("token", f"{TOKEN}\n".encode())
    assert corridor("status", desk.package.commitment, "--token-file", file).code == 0
    assert api.asked[0][2]["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize(
    "url",
    ["http://ledger.example", "ftp://x", "https://a:b@ledger.example", "https://x?y", "nonsense"],
)
def test_token_never_travels_unencrypted_nor_beside_credentials(url):
    with pytest.raises(InvalidValueError):
        Service(url, TOKEN)


def test_service_shows_no_token():
    assert TOKEN not in repr(Service("https://ledger.example", TOKEN))


def test_endless_answer_is_cut(corridor, api, document, monkeypatch):
    monkeypatch.setattr(client, "_LARGEST_ANSWER", 10)
    api.say(200, b"x" * 11)
    ran = corridor("notarise", document)
    assert ran.code == 4
    assert "larger than any package" in ran.err
