# SPDX-License-Identifier: Apache-2.0
"""`corridor title`: what it sends, what it says, and what it refuses before it sends anything."""

import json

import click
import pytest

from ledger.cli.commands import corridor as root
from ledger.cli.title import waiting
from ledger.titles import TitleAction

TITLE = "0x" + "7a" * 32
BANK, CONSIGNEE = "0x" + "b1" * 32, "0x" + "c2" * 32
BILL, OTHER = "8f" * 32, "9e" * 32
ACT = "ac" * 32


def act(state: str = "mined", **members: object) -> dict[str, object]:
    found = {"id": ACT, "contract": "titles", "type": "Act", "state": state, "title": TITLE}
    found |= {"transaction": "0x" + "12" * 32, "block": 34, "error": None}
    return found | members


@pytest.fixture(autouse=True)
def no_pause(monkeypatch):
    monkeypatch.setattr(waiting.time, "sleep", lambda _: None)


ACTS = [
    (["nominate", TITLE, BANK], {"action": "Nominate", "beneficiary": BANK}),
    (["nominate", TITLE, "--nobody"], {"action": "Nominate"}),
    (["transfer", TITLE, "--holder", BANK], {"action": "TransferHolder", "holder": BANK}),
    (
        ["transfer", TITLE, "--beneficiary", BANK, "--accept-by", "2026-02-04T09:00:00Z"],
        {
            "action": "TransferBeneficiary",
            "beneficiary": BANK,
            "acceptBy": "2026-02-04T09:00:00Z",
        },
    ),
    (
        ["transfer", TITLE, "--beneficiary", BANK, "--holder", CONSIGNEE],
        {"action": "TransferBoth", "beneficiary": BANK, "holder": CONSIGNEE},
    ),
    (["accept", TITLE, "--sequence", "3"], {"action": "Accept", "expectedSequence": 3}),
    (["reject", TITLE, "--holder"], {"action": "RejectHolder"}),
    (["reject", TITLE, "--beneficiary"], {"action": "RejectBeneficiary"}),
    (["reject", TITLE, "--holder", "--beneficiary"], {"action": "RejectBoth"}),
    (["take-back", TITLE], {"action": "TakeBack"}),
    (["surrender", TITLE, "--for", "delivery"], {"action": "SurrenderForDelivery"}),
    (["surrender", TITLE, "--for", "paper"], {"action": "SurrenderForPaper"}),
    (
        ["surrender", TITLE, "--for", "amendment", "--commitment", BILL],
        {"action": "SurrenderForAmendment", "intent": BILL},
    ),
    (["accept-surrender", TITLE], {"action": "AcceptSurrender"}),
    (
        ["accept-surrender", TITLE, "--commitment", BILL],
        {"action": "AcceptSurrender", "intent": BILL},
    ),
    (["refuse-surrender", TITLE], {"action": "RefuseSurrender"}),
    (["pause", TITLE, "--remark", "strike at the port"], {"action": "Pause"}),
    (["unpause", TITLE], {"action": "Unpause"}),
]


@pytest.mark.parametrize(("words", "sent"), ACTS)
def test_act_sends_its_action_and_members(corridor, api, words, sent):
    api.say(202, act())
    ran = corridor("title", *words)
    assert (ran.code, ran.err) == (0, "")
    assert f"in block 34 (transaction 0x{'12' * 32})" in ran.out
    method, path, _, body = api.asked[0]
    if "--remark" in words:
        sent = sent | {"remark": "strike at the port"}
    assert (method, path, json.loads(body)) == ("POST", f"/v1/titles/{TITLE}/acts", sent)


def test_every_action_has_a_command():
    sent = {members["action"] for _, members in ACTS}
    sent.add("SurrenderForReissue")  # tested with its plan
    assert sent == {action.label for action in TitleAction if action is not TitleAction.NONE}


def test_title_may_be_given_as_the_envelope_names_it(corridor, api):
    api.say(202, act())
    whole = f"eip155:1337:0x{'11' * 20}:{TITLE}"
    assert corridor("title", "accept", whole).code == 0
    assert api.asked[0][1] == f"/v1/titles/{TITLE}/acts"


def test_issue_sends_who_gets_it(corridor, api):
    api.say(202, act(type="Issue"))
    words = ["--holder", BANK, "--beneficiary", CONSIGNEE, "--remark", "on board"]
    ran = corridor("title", "issue", BILL, *words)
    assert (ran.code, ran.out.split(":")[0]) == (0, "issued")
    method, path, _, body = api.asked[0]
    assert (method, path) == ("POST", "/v1/titles")
    assert json.loads(body) == {
        "commitment": BILL,
        "holder": BANK,
        "beneficiary": CONSIGNEE,
        "remark": "on board",
    }


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nominate", TITLE], "name a PARTY, or say --nobody"),
        (["nominate", TITLE, BANK, "--nobody"], "name a PARTY, or say --nobody"),
        (["transfer", TITLE], "name --holder PARTY, --beneficiary PARTY, or both"),
        (["transfer", TITLE, "--holder", "Example Bank"], "a party id is 0x and 64"),
        (["transfer", TITLE, "--holder", BANK, "--accept-by", "tomorrow"], "want a time like"),
        (["reject", TITLE], "say --holder, --beneficiary, or both"),
        (["surrender", TITLE], "Missing option '--for'"),
        (["surrender", TITLE, "--for", "amendment"], "--commitment names the new bill"),
        (["surrender", TITLE, "--for", "paper", "--commitment", BILL], "with --for amendment only"),
        (["surrender", TITLE, "--for", "reissue"], "with --for reissue only"),
        (["accept", "0x12"], "a title is 0x and 64 lower-case hex digits"),
        (["accept", TITLE, "--sequence", "0"], "0 is not in the range"),
        (["accept", TITLE, "--remark", "x" * 1001], "want 1 to 1000 characters; got 1001"),
        (["accept", TITLE, "--wait-seconds", "0"], "0 is not in the range"),
        (["issue", BILL, "--holder", BANK], "Missing option '--beneficiary'"),
        (["show", "XMPL260200001"], "a title is 0x and 64"),
        (["act", "0x12"], "a digest is 64 lower-case hex digits"),
        (["sell", TITLE], "No such command 'sell'"),
        ([], "Missing command"),
    ],
)
def test_wrong_words_are_told_and_nothing_is_sent(corridor, api, words, says):
    ran = corridor("title", *words)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err
    assert ran.err.count("\n") == 1
    assert api.asked == []


def test_act_is_waited_for_until_it_is_in_a_block(corridor, api):
    api.say(202, act("accepted", transaction=None, block=None))
    api.problem(503, "overloaded", "later", retry="1")
    api.say(200, act("submitted", block=None))
    api.say(200, act())
    ran = corridor("title", "accept", TITLE)
    assert (ran.code, ran.out.split(":")[0]) == (0, "accepted")
    assert [asked[1] for asked in api.asked[1:]] == [f"/v1/acts/{ACT}"] * 3


def test_act_that_is_in_no_block_in_time_is_told_with_how_to_ask_again(corridor, api, monkeypatch):
    clock = iter(range(0, 1000, 2))
    monkeypatch.setattr(waiting.time, "monotonic", lambda: next(clock))
    api.say(202, act("submitted", block=None))
    ran = corridor("title", "accept", TITLE, "--wait-seconds", "5")
    assert ran.code == 4
    assert ran.err == (
        "error: not-final: the act is submitted and in no block after 5 s; it is not lost, ask"
        f" again: corridor title act {ACT}\n"
    )


def test_act_without_waiting_ends_at_once(corridor, api):
    api.say(202, act("accepted", transaction=None, block=None))
    ran = corridor("title", "accept", TITLE, "--no-wait")
    assert (ran.code, len(api.asked)) == (0, 1)
    assert ran.out == f"accepted: in no block yet; ask again: corridor title act {ACT}\n"
    as_json = corridor("title", "accept", TITLE, "--no-wait", "--json")
    assert json.loads(as_json.out)["id"] == ACT


def test_act_that_the_contract_refuses_is_one_sentence_and_4(corridor, api):
    error = {"code": "TitleRegistry_Paused", "sentence": "The carrier paused it."}
    api.say(202, act("accepted", block=None))
    api.say(200, act("rejected", block=None, error=error))
    for words in (["accept", TITLE], ["act", ACT]):
        ran = corridor("title", *words)
        assert ran.code == 4
        assert ran.err == "error: chain-rejected: The carrier paused it. (TitleRegistry_Paused)\n"


def test_act_that_the_service_refuses_at_once_is_told_as_it_says(corridor, api):
    api.problem(409, "title-refused", "Title 0x7a… is not paused.")
    ran = corridor("title", "unpause", TITLE)
    assert (ran.code, ran.out) == (4, "")
    assert "Title 0x7a… is not paused." in ran.err


@pytest.mark.parametrize("body", [{}, {"id": 7, "state": "mined"}, {"id": "0x" + ACT}])
def test_answer_that_is_no_act_ends_with_4(corridor, api, body):
    api.say(202, body)
    ran = corridor("title", "accept", TITLE)
    assert (ran.code, "answers with no act" in ran.err) == (4, True)


def test_reserve_writes_the_title_alone_and_notes_one_that_is_issued(corridor, api):
    whole = f"eip155:1337:0x{'11' * 20}:{TITLE}"
    api.say(200, {"title": whole, "tag": "ab" * 32, "state": "None"})
    ran = corridor("title", "reserve", "XMPL260200001")
    assert (ran.code, ran.out, ran.err) == (0, whole + "\n", "")
    assert json.loads(api.asked[0][3]) == {"reference": "XMPL260200001"}
    api.answers.clear()
    api.say(200, {"title": whole, "tag": "ab" * 32, "state": "Delivered"})
    ran = corridor("title", "reserve", "XMPL260200001")
    assert (ran.out, ran.err) == (whole + "\n", "this title was issued before; it is Delivered\n")


def test_show_writes_roles_and_the_chain_of_endorsements(corridor, api):
    api.say(200, shown())
    ran = corridor("title", "show", TITLE)
    assert ran.code == 0
    lines = ran.out.splitlines()
    assert lines[:3] == [
        f"title        eip155:1337:0x{'11' * 20}:{TITLE}",
        "state        OfferedBoth, paused by the carrier",
        f"carrier      Example Corridor Line (0x{'ca' * 32})",
    ]
    assert "accept by    2026-02-05T09:00:00Z" in lines
    assert "latest act   number 2" in lines
    assert not any(line.startswith(("nominee", "share")) for line in lines)
    table = lines[lines.index("") + 1 :]
    assert table[0].split() == ["no.", "time", "act", "by", "holder", "beneficiary", "block"]
    assert [row.split()[0] for row in table[1:]] == ["1", "2", "remark:"]
    assert " ".join(table[2].split()).endswith("0xc2c2c2c2… Example Bank A.S. 35")
    assert "endorsed \\x1b[2J" in table[3]
    column = table[0].index("holder")
    assert table[1][column:].startswith("Example Bank")


def test_show_as_json_is_what_the_service_says(corridor, api):
    api.say(200, shown())
    assert json.loads(corridor("title", "show", TITLE, "--json").out) == shown()


def test_show_of_a_part_says_its_share_and_where_it_came_from(corridor, api):
    api.say(200, shown() | {"share": 4 * 10**8, "origins": [TITLE], "history": []})
    lines = corridor("title", "show", TITLE).out.splitlines()
    assert "share        400000000 of 1000000000" in lines
    assert f"came from    {TITLE}" in lines
    assert "" not in lines


def test_every_title_command_has_help_exit_codes_and_explained_options():
    group = root.get_command(click.Context(root), "title")
    for name, command in group.commands.items():
        assert "Exit codes:" in command.help, name
        assert command.short_help.endswith("."), name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, (name, option.name)


def shown() -> dict[str, object]:
    carrier = {"id": "0x" + "ca" * 32, "name": "Example Corridor Line"}
    bank = {"id": BANK, "name": "Example Bank A.S."}
    none = {"holder": None, "beneficiary": None}
    first = {"sequence": 1, "action": "Issue", "party": carrier, "holder": bank}
    first |= {"beneficiary": bank, "time": "2026-02-04T09:00:00Z", "block": 34, "remark": None}
    second = {"sequence": 2, "action": "TransferBoth", "party": bank, "beneficiary": bank}
    second |= {"holder": {"id": CONSIGNEE, "name": None}, "time": "2026-02-04T10:00:00Z"}
    second |= {"block": 35, "remark": "endorsed \x1b[2J"}
    return none | {
        "title": f"eip155:1337:0x{'11' * 20}:{TITLE}",
        "state": "OfferedBoth",
        "paused": True,
        "sequence": 2,
        "carrier": carrier,
        "holder": {"id": CONSIGNEE, "name": None},
        "nominee": None,
        "commitment": BILL,
        "intent": None,
        "acceptBy": "2026-02-05T09:00:00Z",
        "share": 10**9,
        "origins": [],
        "history": [first, second],
    }
