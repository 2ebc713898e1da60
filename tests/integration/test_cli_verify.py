# SPDX-License-Identifier: Apache-2.0
"""The whole command line on a real chain: deploy, register, accredit, notarise, verify, revoke."""

import json
import os
import pty
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger import journey
from ledger.chain.writing import LogAnchorSender, StatusWriter, Subject, connect
from ledger.journey import Place
from ledger.keys import Keystore, read_passphrase_file
from ledger.localnode import LocalNode, LocalNodeOptions, local_node
from ledger.log import TreeHead
from ledger.merkle import consistency_path
from ledger.primitives import PartyId
from ledger.receipts import Package
from ledger.statements import LedgerId
from ledger.trust import Trust, parse_trust
from ledger.wiring_verifier import SystemClock

pytestmark = [pytest.mark.node, pytest.mark.slow, pytest.mark.timeout(300)]
ROOT = Path(__file__).parents[2]
BILL = {
    "documentType": "bill-of-lading",
    "data": {"transportDocumentReference": "XMPL260200001", "note": "fragile"},
}


@dataclass
class Town:
    """A chain, the operator's folder, and one carrier."""

    anvil: LocalNode
    folder: Path
    party: PartyId

    @property
    def trust(self) -> Trust:
        return parse_trust((self.folder / "local.json").read_bytes())

    @property
    def file(self) -> Path:
        return self.folder / "bl.corridor.json"

    def corridor(self, *words: object, **variables: str) -> subprocess.CompletedProcess[str]:
        return corridor(self.anvil, self.folder, *words, **variables)


def corridor(anvil, folder, *words, **variables):
    given = {
        "CORRIDOR_NODE": anvil.url,
        "CORRIDOR_TRUST": str(folder / "local.json"),
        "CORRIDOR_DATA": str(folder / "data"),
        "CORRIDOR_PASSPHRASE_FILE": str(folder / "passphrase"),
    }
    return subprocess.run(
        [sys.executable, "-m", "ledger.cli", *(str(word) for word in words)],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        timeout=120,
        env={**os.environ, **given, **variables},
    )


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    folder = tmp_path_factory.mktemp("town")
    passphrase = folder / "passphrase"
    passphrase.write_text("correct horse battery staple\n")
    passphrase.chmod(0o600)
    with local_node(LocalNodeOptions(block_seconds=None)) as anvil:

        def done(*words: object) -> str:
            ran = corridor(anvil, folder, *words)
            assert ran.returncode == 0, ran.stderr
            return ran.stdout

        done("deploy", "--local")
        words = ("Example Corridor Line", "--country", "JP", "--kind", "carrier")
        party = PartyId.parse(done("party", "add", *words).strip())
        done("party", "accredit", party, "bill-of-lading")
        anvil.call("evm_increaseTime", 2)
        anvil.call("anvil_mine", "0x3")
        yield Town(anvil, folder, party)


@pytest.fixture(scope="module")
def keystore(town):
    held = Keystore(town.folder / "data" / "keys")
    wanted = [e for e in held.entries() if e.label == "sequencer" or e.label.endswith("-sign")]
    held.unlock(read_passphrase_file(town.folder / "passphrase"), wanted)
    return held


@pytest.fixture(scope="module")
def package(town, keystore) -> Package:
    """All nine stops but the last, with the keys that the commands made."""
    trust, node = town.trust, connect(town.anvil.url)
    ledger = LedgerId(trust.chain_id, trust.ledgers[0].log.address)
    document, _ = journey.read_document(json.dumps(BILL).encode(), town.party)
    sealed = journey.seal_document(document)
    signer = keystore.signer_of(town.party)
    statement = journey.state_documents(
        ledger,
        town.party,
        [sealed.commitment],
        int(time.time()),
        (signer, lambda digest: keystore.sign(signer, digest)),
    )
    entries, head = journey.log_statements([statement.digest()])
    sender = LogAnchorSender.at(
        node, ledger.log, keystore.account("sequencer"), trust.finality, SystemClock()
    )
    proof = consistency_path([entry.leaf() for entry in entries], 0)
    sender.broadcast(sender.prepare(TreeHead(1, head.root), 0, proof))
    town.anvil.call("anvil_mine", "0x3")
    found = sender.locate(head.root)
    place = Place([sealed.commitment], 0, entries, found.record, found.hint)
    made = Package.of(sealed, (journey.issue_receipt(sealed.commitment, statement, place),))
    town.file.write_bytes(made.file_bytes())
    return made


def test_verify_authentic_ends_with_0_and_names_the_carrier(town, package):
    ran = town.corridor("verify", town.file)
    assert (ran.returncode, ran.stderr) == (0, ""), ran.stdout
    assert "[ OK ] AUTHENTIC" in ran.stdout
    assert "Example Corridor Line (carrier, JP)" in ran.stdout
    assert str(package.receipts[0].statement.body.party) in ran.stdout
    assert "\x1b" not in ran.stdout


def test_verify_json_names_the_blocks(town, package):
    ran = town.corridor("verify", town.file, "--json")
    report = json.loads(ran.stdout)
    assert report["verdict"] == "AUTHENTIC"
    assert report["recordedAt"] is not None
    assert report["commitment"] == str(package.commitment)
    assert report["evidence"][0]["source"] == town.anvil.url


@pytest.mark.usefixtures("package")
def test_verify_redaction_is_authentic_and_not_complete(town):
    short = town.folder / "short.corridor.json"
    hidden = town.corridor("redact", town.file, "--hide", "/data/note", "-o", short)
    assert hidden.returncode == 0, hidden.stderr
    ran = town.corridor("verify", short)
    assert ran.returncode == 0
    assert "Not complete" in ran.stdout
    assert "fragile" not in ran.stdout
    assert b"fragile" not in short.read_bytes()


@pytest.mark.usefixtures("package")
def test_verify_altered_ends_with_1(town):
    members = json.loads(town.file.read_bytes())
    members["envelope"]["data"]["note"] = "robust"
    forged = town.folder / "forged.corridor.json"
    forged.write_text(json.dumps(members))
    ran = town.corridor("verify", forged)
    assert ran.returncode == 1
    assert "/data/note" in ran.stdout


@pytest.mark.usefixtures("package")
def test_verify_with_a_trust_file_of_another_chain_is_undecided(town):
    members = json.loads((town.folder / "local.json").read_bytes())
    members["genesisHash"] = "0x" + "00" * 32
    other = town.folder / "other.json"
    other.write_text(json.dumps(members))
    ran = town.corridor("verify", town.file, "--trust", other)
    assert ran.returncode == 4
    assert "another genesis block" in ran.stdout


@pytest.mark.usefixtures("package")
def test_verify_on_a_terminal_is_coloured(town):
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "ledger.cli", "verify", str(town.file), "--node"]
    command += [town.anvil.url, "--trust", str(town.folder / "local.json")]
    environment = {**os.environ, "TERM": "xterm-256color", "COLUMNS": "80"}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen(
        command, stdout=theirs, stderr=subprocess.DEVNULL, env=environment, cwd=ROOT
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 65_536):
            seen += chunk
    except OSError:
        pass  # Linux says so at the end of a terminal
    os.close(ours)
    assert process.wait(60) == 0
    assert b"\x1b[" in seen
    assert b"AUTHENTIC" in seen


def test_token_is_made_listed_and_withdrawn(town):
    made = json.loads(town.corridor("token", "create", town.party, "--json").stdout)
    assert made["token"].startswith("cl_")
    listed = town.corridor("token", "list")
    assert made["id"] in listed.stdout
    assert made["token"] not in listed.stdout
    assert town.corridor("token", "withdraw", made["id"]).returncode == 0
    assert json.loads(town.corridor("token", "list", "--json").stdout)["tokens"][0]["state"] == (
        "withdrawn"
    )


def test_deploy_again_refuses_to_replace_the_trust_file(town):
    ran = town.corridor("deploy", "--local")
    assert ran.returncode == 2
    assert "is there already" in ran.stderr


def test_wrong_passphrase_ends_with_4_and_shows_nothing(town):
    wrong = town.folder / "wrong"
    wrong.write_text("not the right one at all\n")
    wrong.chmod(0o600)
    ran = town.corridor("party", "accredit", town.party, "x", CORRIDOR_PASSPHRASE_FILE=str(wrong))
    assert ran.returncode == 4
    assert "does not open key accreditor" in ran.stderr
    assert "not the right one" not in ran.stderr


def test_accreditation_is_ended_ahead_and_never_behind(town):
    act = ("party", "end-accreditation", town.party, "certificate-of-origin")
    assert town.corridor("party", "accredit", *act[2:]).returncode == 0
    town.anvil.call("anvil_mine", "0x1")
    past = town.corridor(*act, "2020-01-01T00:00:00Z")
    assert past.returncode == 4
    assert "PartyRegistry_EndTooEarly" in past.stderr
    ended = town.corridor(*act, "2099-01-01T00:00:00Z")
    assert (ended.returncode, ended.stdout) == (0, "ends at 2099-01-01T00:00:00Z\n")


def test_party_is_listed(town):
    (listed,) = json.loads(town.corridor("party", "list", "--json").stdout)["parties"]
    assert listed["party"] == str(town.party)
    assert (listed["name"], listed["country"]) == ("Example Corridor Line", "JP")


def test_verify_revoked_ends_with_3_and_comes_last(town, keystore, package):
    statuses = StatusWriter(connect(town.anvil.url), town.trust.ledgers[0].statuses[0].address)
    signer = next(e for e in keystore.entries() if e.label.endswith("-sign"))
    town.anvil.fund(signer.address)
    subject = Subject(town.party, package.commitment)
    statuses.revoke(subject, 4, keystore.account(signer.label))
    town.anvil.call("anvil_mine", "0x3")
    ran = town.corridor("verify", town.file)
    assert ran.returncode == 3
    assert "[STOP] REVOKED" in ran.stdout
    assert "reason 4" in ran.stdout
