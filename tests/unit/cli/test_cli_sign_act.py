# SPDX-License-Identifier: Apache-2.0
"""`corridor sign-act` without a network: what is signed, for which contract, until when."""

import json
from dataclasses import replace

import pytest
from cli_samples import NOW, contract, trust

from ledger.acts import Act, ActContract, ActDomain, SignedAct
from ledger.cli.act_file import read_signed_act
from ledger.cli.act_words import sentence_of
from ledger.cli.sign_act import agreed_time
from ledger.errors import InvalidValueError
from ledger.keys import KeyRole, Keystore, Passphrase
from ledger.primitives import Address, PartyId, Signature, format_time, parse_time
from ledger.titles import TitleAction
from ledger.wiring_verifier import read_trust

TITLE, BANK = "0x" + "7a" * 32, "0x" + "b1" * 32
PARTY = PartyId(b"\x07" * 32)
ZERO = "0x" + "0" * 64
PASSPHRASE = "correct horse battery"
DEADLINE = "2026-02-05T09:00:00Z"
ACT_MEMBERS = ("action", "title", "holder", "beneficiary", "intent", "acceptBy", "remark")
TAG_KEY = {"type": "TagKey", "message": {"keyHash": "0x" + "ab" * 32}}


@pytest.fixture
def seat(desk, monkeypatch):
    """A party's own machine: its key, a passphrase file, and a trust file with a register."""
    keys = Keystore(desk.folder / "keys", scrypt_n=2)
    key = keys.make_party_key(PARTY, KeyRole.SIGN, Passphrase(PASSPHRASE))
    passphrase = desk.write("passphrase", PASSPHRASE.encode())
    passphrase.chmod(0o600)
    monkeypatch.setenv("CORRIDOR_PASSPHRASE_FILE", str(passphrase))
    held = trust()
    ledgers = (replace(held.ledgers[0], titles=(contract(0x15),)),)
    desk.write("trust.json", replace(held, ledgers=ledgers).file_bytes())
    desk.key, desk.key_file = key, desk.folder / "keys" / f"{PARTY}-sign.json"
    return desk


@pytest.fixture
def sign(seat, corridor):
    """Sign something for the register of the trust file, with a number and a deadline given."""

    def run(*words: object, offline: bool = True) -> object:
        usual = ["--key", seat.key_file]
        if offline:
            usual += ["--trust", seat.folder / "trust.json", "--deadline", DEADLINE]
        return corridor("sign-act", *words, *usual)

    return run


def test_act_is_signed_as_the_service_takes_it(seat, sign):
    words = ["transfer-both", TITLE, "--holder", BANK, "--beneficiary", BANK, "--sequence", "4"]
    ran = sign(*words, "--accept-by", DEADLINE, "--nonce", "77")
    assert ran.code == 0, ran.err
    body = json.loads(ran.out)
    assert list(body) == ["contract", "type", "message", "key", "signature"]
    assert body["message"] == {
        "party": str(PARTY),
        "action": int(TitleAction.TRANSFER_BOTH),
        "title": TITLE,
        "expectedSequence": 4,
        "holder": BANK,
        "beneficiary": BANK,
        "intent": ZERO,
        "acceptBy": parse_time(DEADLINE),
        "remark": ZERO,
        "nonce": 77,
        "deadline": parse_time(DEADLINE),
    }
    domain = ActDomain(ActContract.TITLES, 1337, Address(b"\x15" * 20))
    act = Act.parse(body["type"], body["message"])
    signature = Signature.parse(body["signature"])
    assert SignedAct(act, domain, seat.key.address, signature).key == Address.parse(body["key"])
    assert ran.err == (
        f"Party 0x07070707… gives title {TITLE} to the holder 0xb1b1b1b1… and the beneficiary"
        f" 0xb1b1b1b1…, to be accepted by {DEADLINE}, after its act number 4; good until"
        f" {DEADLINE}.\n"
    )


def test_act_counts_for_its_own_contract_and_chain_only(seat, sign):
    out = seat.folder / "act.json"
    assert sign("accept", TITLE, "--sequence", "1", "-o", out).code == 0
    held = read_trust(seat.folder / "trust.json")
    assert read_signed_act(out, held).act.type == "Act"
    for other in (
        replace(held, chain_id=1),
        replace(held, ledgers=(replace(held.ledgers[0], titles=(contract(0x16),)),)),
    ):
        with pytest.raises(InvalidValueError, match="another act, chain or con"):
            read_signed_act(out, other)


def test_contract_may_be_named_without_a_trust_file(sign):
    words = ["accept", TITLE, "--sequence", "1", "--nonce", "1", "--deadline", DEADLINE]
    named = ["--chain-id", "1337", "--contract", "0x" + "15" * 20]
    alone = sign(*words, *named, offline=False)
    assert alone.code == 0, alone.err
    assert alone.out == sign(*words[:-2]).out


def test_nonce_is_new_each_time_and_the_deadline_an_hour_ahead(seat, sign):
    words = ["accept", TITLE, "--sequence", "1", "--trust", seat.folder / "trust.json"]
    first, second = (json.loads(sign(*words, offline=False).out)["message"] for _ in range(2))
    assert first["nonce"] != second["nonce"]
    assert first["deadline"] == NOW + 3600


def test_wish_file_signs_any_other_act(seat, sign):
    ran = sign("--wish", seat.write("wish.json", json.dumps(TAG_KEY).encode()))
    assert ran.code == 0, ran.err
    assert json.loads(ran.out)["type"] == "TagKey"
    assert "registers the hash abab" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "want ACTION and TITLE, or --wish WISH"),
        (["accept"], "want ACTION and TITLE, or --wish WISH"),
        (["sell", TITLE], "'sell' is not one of"),
        (["none", TITLE], "'none' is not one of"),
        (["accept", TITLE], "name --sequence, the number of the title's latest act, or --node"),
        (["accept", "0x12", "--sequence", "1"], "a title is 0x and 64"),
        (["accept", TITLE, "--sequence", "1", "--chain-id", "1"], "--chain-id and --contract"),
    ],
)
def test_wrong_words_are_told_and_nothing_is_signed(sign, words, says):
    ran = sign(*words)
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        ({"type": "Sale", "message": {}}, "want a type of TagKey, Issue"),
        ({"type": ["Act"], "message": {}}, "want a type of TagKey, Issue"),
        ({"type": "TagKey", "message": []}, "and a message"),
        ({"type": "TagKey"}, "want an object of type, message"),
        ({"type": "TagKey", "message": {}}, "want an object with the members party, keyHash"),
        ({"type": "TagKey", "message": {"keyHash": "0x12"}}, "message/keyHash: an EVM word"),
        ({"type": "TagKey", "message": {"keyHash": ZERO, "nonce": 1}}, "they are options"),
    ],
)
def test_wish_that_is_malformed_ends_with_2_and_says_where(seat, sign, wish, says):
    ran = sign("--wish", seat.write("wish.json", json.dumps(wish).encode()))
    assert (ran.code, ran.out) == (2, "")
    assert says in ran.err


def test_wish_for_an_act_without_its_number_is_told_to_name_it(seat, sign):
    members = {name: value for name, value in message(action=5).items() if name in ACT_MEMBERS}
    path = seat.write("wish.json", json.dumps({"type": "Act", "message": members}).encode())
    ran = sign("--wish", path)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)
    assert "name expectedSequence in the message" in ran.err
    numbered = {"type": "Act", "message": members | {"expectedSequence": 3}}
    ran = sign("--wish", seat.write("wish.json", json.dumps(numbered).encode()))
    assert (ran.code, json.loads(ran.out)["message"]["expectedSequence"]) == (0, 3)


@pytest.mark.parametrize("title", [None, 7, "0x12"])
def test_wish_for_an_act_without_a_title_is_told_before_a_node_is_asked(seat, sign, title):
    wish = {"type": "Act", "message": {"action": 5} | ({"title": title} if title else {})}
    path = seat.write("wish.json", json.dumps(wish).encode())
    ran = sign("--wish", path, "--node", "http://127.0.0.1:9")
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


@pytest.mark.parametrize(("apart", "later"), [(0, 0), (600, 600), (-600, 0), (-86_400, 0)])
def test_deadline_when_the_nodes_clock_is_near_or_behind_is_by_the_later_clock(apart, later):
    assert agreed_time(NOW + apart, NOW) == NOW + later


def test_deadline_when_the_nodes_clock_is_behind_says_so(capsys):
    agreed_time(NOW - 601, NOW)
    assert "the deadline is by this machine's clock" in capsys.readouterr().err


def test_deadline_when_the_nodes_clock_is_far_ahead_is_refused():
    with pytest.raises(InvalidValueError, match="or name --deadline") as refused:
        agreed_time(NOW + 601, NOW)
    for time in (NOW, NOW + 601):
        assert format_time(time) in str(refused.value)


def test_wish_beside_an_action_is_wrong_usage(seat, sign):
    file = seat.write("wish.json", json.dumps(TAG_KEY).encode())
    assert "--wish says everything" in sign("accept", TITLE, "--wish", file).err


def test_key_that_does_not_open_ends_with_4_and_shows_no_passphrase(seat, sign, monkeypatch):
    wrong = seat.write("wrong", b"another passphrase")
    wrong.chmod(0o600)
    monkeypatch.setenv("CORRIDOR_PASSPHRASE_FILE", str(wrong))
    ran = sign("accept", TITLE, "--sequence", "1")
    assert (ran.code, ran.out) == (4, "")
    assert "the passphrase does not open key" in ran.err
    assert "another passphrase" not in ran.err


@pytest.mark.parametrize("raw", [b"{}", b"[]", b"no json"])
def test_file_that_is_no_key_ends_with_4(seat, corridor, raw):
    seat.key_file.write_bytes(raw)
    words = ["accept", TITLE, "--sequence", "1", "--trust", seat.folder / "trust.json"]
    ran = corridor("sign-act", *words, "--key", seat.key_file)
    assert (ran.code, ran.err.count("\n")) == (4, 1)
    assert "key file" in ran.err


def test_no_passphrase_and_no_keyboard_ends_with_4(sign, monkeypatch):
    monkeypatch.delenv("CORRIDOR_PASSPHRASE_FILE")
    ran = sign("accept", TITLE, "--sequence", "1")
    assert (ran.code, "no passphrase" in ran.err) == (4, True)


def test_existing_file_is_replaced_only_with_force(seat, sign):
    out = seat.write("act.json", b"precious")
    words = ["accept", TITLE, "--sequence", "1", "-o", out]
    assert sign(*words).code == 2
    assert out.read_bytes() == b"precious"
    assert sign(*words, "--force").code == 0


def message(**members: object) -> dict[str, object]:
    found = {"party": str(PARTY), "title": TITLE, "expectedSequence": 1, "holder": BANK}
    found |= {"beneficiary": BANK, "intent": "0x" + "ee" * 32, "acceptBy": 0, "remark": ZERO}
    return found | {"nonce": 1, "deadline": parse_time(DEADLINE)} | members


@pytest.mark.parametrize("action", [action for action in TitleAction if action.value])
def test_every_action_has_a_sentence_with_its_title(action):
    told = sentence_of(Act.parse("Act", message(action=int(action))))
    assert told.startswith("Party 0x07070707… ")
    assert TITLE in told
    assert "{" not in told


@pytest.mark.parametrize(
    ("kind", "members", "says"),
    [
        ("Act", message(action=0), "wants action 0, which is none"),
        ("Act", message(action=1, beneficiary=ZERO), "withdraws its nomination"),
        ("Act", message(action=1, deadline=2**64 - 1), "good for ever."),
        ("Act", message(action=2, acceptBy=2**64 - 1), f"accepted by {2**64 - 1},"),
        (
            "Issue",
            {
                **{name: message()[name] for name in ("party", "expectedSequence", "holder")},
                **{name: message()[name] for name in ("remark", "nonce", "deadline")},
                "tag": ZERO,
                "commitment": "0x" + "8f" * 32,
                "beneficiary": ZERO,
            },
            f"for the bill {'8f' * 32} to the holder 0xb1b1b1b1… and the beneficiary nobody",
        ),
        (
            "Reissue",
            {
                **{name: message()[name] for name in ("party", "remark", "nonce", "deadline")},
                "titles": [TITLE],
                "expectedSequences": [1],
                "parts": [{"tag": ZERO, "commitment": ZERO, "share": 1}] * 2,
            },
            f"closes title {TITLE} and opens 2 for it",
        ),
        (
            "StatusChange",
            {
                **{name: message()[name] for name in ("party", "nonce", "deadline")},
                "subject": "0x" + "8f" * 32,
                "status": 3,
                "reason": 1,
                "expectedSequence": 0,
                "supersededBy": "0x" + "9e" * 32,
            },
            f"declares {'8f' * 32} superseded by {'9e' * 32}",
        ),
        (
            "StatusChanges",
            {
                **{name: message()[name] for name in ("party", "nonce", "deadline")},
                "items": [
                    {
                        "subject": ZERO,
                        "status": status,
                        "reason": 0,
                        "supersededBy": ZERO,
                        "expectedSequence": 0,
                    }
                    for status in (1, 9)
                ],
            },
            "declares 2 documents revoked or status 9",
        ),
    ],
)
def test_every_type_has_a_sentence(kind, members, says):
    assert says in sentence_of(Act.parse(kind, members))


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("contract", "status", "contract: Act goes to titles; got 'status'"),
        ("type", "Sale", "type: want one of"),
        ("type", 7, "type: want a text"),
        ("message", {}, "message: want an object"),
        ("key", "0x12", "an address is 0x"),
        ("key", "0x" + "12" * 20, "not by the key 0x1212"),
        ("signature", "0x12", "a signature is 0x"),
        ("signature", "0x" + "00" * 65, "signature: v is 27 or 28"),
        ("more", 1, "want an object of contract, type"),
    ],
)
def test_act_file_that_was_changed_is_refused_and_named(seat, sign, name, value, says):
    out = seat.folder / "act.json"
    assert sign("accept", TITLE, "--sequence", "1", "-o", out).code == 0
    members = json.loads(out.read_bytes())
    out.write_text(json.dumps(members | {name: value}), "utf-8")
    with pytest.raises(InvalidValueError, match=str(out)) as refused:
        read_signed_act(out, read_trust(seat.folder / "trust.json"))
    assert says in str(refused.value)


def test_act_for_a_contract_that_the_trust_file_does_not_name_is_refused(seat, sign):
    out = seat.folder / "act.json"
    assert sign("accept", TITLE, "--sequence", "1", "-o", out).code == 0
    with pytest.raises(InvalidValueError, match="names no contract"):
        read_signed_act(out, trust())


def test_deadline_is_written_as_a_time():
    assert format_time(parse_time(DEADLINE)) in sentence_of(Act.parse("Act", message(action=5)))
