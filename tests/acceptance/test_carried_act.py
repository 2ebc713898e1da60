# SPDX-License-Identifier: Apache-2.0
"""Parties with keys of their own sign offline, and somebody else carries: no service, no ether."""

import hashlib
import json

import pytest

from ledger.cli.local import make_local_ledger
from ledger.cli.processes import start_blocks
from ledger.localnode import LocalNodeOptions, local_node
from ledger.titles import title_id, title_tag

pytestmark = pytest.mark.node

ZERO = "0x" + "0" * 64
SECRET = b"\x05" * 32
TAG = title_tag(SECRET, "XMPL-RELAY-1")
BILL = "0x" + "8f" * 32


@pytest.fixture(scope="module")
def chain(tmp_path_factory):
    """A chain with contracts and parties, and nothing else: neither API nor worker."""
    folder = tmp_path_factory.mktemp("relay") / "ledger"
    with local_node(LocalNodeOptions(block_seconds=None)) as anvil:
        ledger = make_local_ledger(folder, anvil, 1, lambda _: None)
        for party in ledger.parties.values():
            for role in ("sign", "manage"):
                address = str(ledger.keystore.account(f"{party}-{role}").address)
                anvil.call("anvil_setBalance", address, "0x0")
        start_blocks(anvil)
        yield ledger, anvil


@pytest.fixture(scope="module")
def tools(chain, corridor):
    """`sign` as a party, `carry` as an operator."""
    ledger, anvil = chain
    passphrase = ledger.folder / "passphrase"
    opened = {"CORRIDOR_PASSPHRASE_FILE": str(passphrase)}
    opened["CORRIDOR_TRUST"] = str(ledger.settings.trust)
    payer = ledger.settings.keys / "guardian.json"

    class Tools:
        count = 0

        def sign(self, label, *words, ask_node=False):
            Tools.count += 1
            out = ledger.folder / f"act-{Tools.count}.json"
            key = ledger.settings.keys / f"{ledger.parties[label]}-sign.json"
            asked = ["--node", anvil.url] if ask_node else []
            done = corridor("sign-act", *words, *asked, "--key", key, "-o", out, **opened)
            assert done.returncode == 0, done.stderr
            return out, done.stderr

        def wish(self, label, kind, **message):
            path = ledger.folder / "wish.json"
            path.write_text(json.dumps({"type": kind, "message": message}), "utf-8")
            return self.sign(label, "--wish", path)[0]

        def carry(self, act, *words):
            given = ["--node", anvil.url, "--key", payer, *words]
            return corridor("relay", act, *given, **opened)

    return Tools()


@pytest.fixture(scope="module")
def title(chain, tools):
    """A title of the carrier's that the bank holds."""
    ledger, _ = chain
    hashed = "0x" + hashlib.sha256(SECRET).hexdigest()
    bank = str(ledger.parties["bank"])
    issue = {"tag": f"0x{TAG}", "expectedSequence": 0, "commitment": BILL, "remark": ZERO}
    for act in (
        tools.wish("carrier", "TagKey", keyHash=hashed),
        tools.wish("carrier", "Issue", **issue, holder=bank, beneficiary=bank),
    ):
        done = tools.carry(act)
        assert done.returncode == 0, done.stderr
        assert done.stdout.startswith("carried: in block ")
    return str(title_id(ledger.parties["carrier"], TAG))


def test_title_is_passed_on_and_surrendered_by_keys_without_ether(chain, tools, title):
    ledger, _ = chain
    exporter = ledger.parties["exporter"]
    both = ["--holder", exporter, "--beneficiary", exporter]
    out, said = tools.sign("bank", "transfer-both", title, *both, ask_node=True)
    assert f"gives title {title} to the holder {str(exporter)[:10]}…" in said
    first = tools.carry(out, "--json")
    assert first.returncode == 0, first.stderr
    assert said.splitlines()[-1] in first.stderr, "who carries it reads the same sentence"
    assert json.loads(first.stdout)["block"] > 0
    out, _ = tools.sign("exporter", "surrender-for-delivery", title, "--sequence", "2")
    assert tools.carry(out).returncode == 0
    out, _ = tools.sign("carrier", "accept-surrender", title, "--sequence", "3")
    assert tools.carry(out).returncode == 0
    again = tools.carry(out)
    assert (again.returncode, again.stdout) == (4, "")
    assert "RelayedActs_NonceUsed" in again.stderr
    assert again.stderr.splitlines()[-1].startswith("error: chain-rejected: Key 0x")


@pytest.mark.parametrize(
    ("label", "words", "code"),
    [
        ("bank", ["transfer-holder", "--holder", ZERO], "TitleRegistry_"),
        ("exporter", ["pause"], "TitleRegistry_"),
        ("carrier", ["pause", "--deadline", "2020-01-01T00:00:00Z"], "RelayedActs_Expired"),
    ],
)
def test_refusal_of_the_contract_is_one_sentence(tools, title, label, words, code):
    out, _ = tools.sign(label, words[0], title, *words[1:], "--sequence", "4")
    done = tools.carry(out)
    assert (done.returncode, done.stdout) == (4, "")
    last = done.stderr.splitlines()[-1]
    assert last.startswith("error: chain-rejected: ")
    assert f"({code}" in last


def test_stale_act_is_refused_and_says_which_act_was_expected(tools, title):
    out, _ = tools.sign("bank", "accept", title, "--sequence", "99")
    done = tools.carry(out)
    assert done.returncode == 4
    assert "changed since you looked" in done.stderr
    assert "99 was expected" in done.stderr


def test_changed_act_is_not_carried_at_all(tools, title):
    out, _ = tools.sign("carrier", "pause", title, "--sequence", "1")
    members = json.loads(out.read_bytes())
    members["message"]["action"] = 17
    out.write_text(json.dumps(members), "utf-8")
    done = tools.carry(out)
    assert (done.returncode, done.stdout) == (2, "")
    assert "another act, chain or contract was signed" in done.stderr


def test_sign_act_asks_the_node_for_a_title_that_is_not_there(chain, corridor):
    ledger, anvil = chain
    done = corridor(
        *("sign-act", "accept", "0x" + "99" * 32, "--node", anvil.url),
        *("--key", ledger.settings.keys / f"{ledger.parties['bank']}-sign.json"),
        *("--trust", ledger.settings.trust),
        CORRIDOR_PASSPHRASE_FILE=str(ledger.folder / "passphrase"),
    )
    assert (done.returncode, done.stdout) == (4, "")
    assert "the chain has no title" in done.stderr


def test_sign_act_asks_the_node_for_the_number_that_a_wish_leaves_out(chain, tools, title):
    wish = {"action": 16, "title": title, "intent": ZERO, "acceptBy": 0, "remark": ZERO}
    path = chain[0].folder / "wish.json"
    message = wish | {"holder": ZERO, "beneficiary": ZERO}
    path.write_text(json.dumps({"type": "Act", "message": message}), "utf-8")
    out, _ = tools.sign("carrier", "--wish", path, ask_node=True)
    assert json.loads(out.read_bytes())["message"]["expectedSequence"] >= 1


@pytest.mark.parametrize("signed_for", ["1337", "5"])
def test_relay_of_an_act_for_another_chain_is_refused_in_one_sentence(chain, corridor, signed_for):
    """The trust file is of chain 5; the act is, or is not; the node is of 1337."""
    ledger, anvil = chain
    trust = json.loads(ledger.settings.trust.read_bytes())
    register = trust["ledgers"][-1]["titles"][-1]["address"]
    other = ledger.folder / "other-trust.json"
    other.write_text(json.dumps(trust | {"chainId": 5}), "utf-8")
    named = ["--chain-id", signed_for, "--contract", register]
    words = ["accept", "0x" + "99" * 32, "--sequence", "1", *named]
    key = ledger.settings.keys / f"{ledger.parties['bank']}-sign.json"
    out = ledger.folder / f"act-of-{signed_for}.json"
    opened = {"CORRIDOR_PASSPHRASE_FILE": str(ledger.folder / "passphrase")}
    signed = corridor("sign-act", *words, "--key", key, "-o", out, **opened)
    assert signed.returncode == 0, signed.stderr
    given = ["--node", anvil.url, "--key", ledger.settings.keys / "guardian.json"]
    done = corridor("relay", out, *given, "--trust", other, **opened)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.splitlines()[-1].startswith("error: invalid-value: ")
    assert ("chain 1337" if signed_for == "5" else "another act, chain") in done.stderr


def test_relay_without_a_node_ends_with_4_and_one_line(chain, tools, corridor):
    ledger, _ = chain
    out, _ = tools.sign("carrier", "pause", "0x" + "99" * 32, "--sequence", "1")
    opened = {"CORRIDOR_PASSPHRASE_FILE": str(ledger.folder / "passphrase")}
    opened["CORRIDOR_TRUST"] = str(ledger.settings.trust)
    key = ledger.settings.keys / "guardian.json"
    done = corridor("relay", out, "--node", "http://127.0.0.1:9", "--key", key, **opened)
    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.splitlines()[-1].startswith("error: chain-unavailable: ")
