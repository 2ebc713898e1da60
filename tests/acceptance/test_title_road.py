# SPDX-License-Identifier: Apache-2.0
"""The road of a title through the command line: four parties, one service, and customs.

The commands run in this process, for there are many; test_readme.py runs the road in processes.
"""

import json
import re
import urllib.request
from dataclasses import dataclass
from pathlib import Path

import pytest

from ledger.cli import main
from ledger.primitives import format_time
from ledger.titles import WHOLE

pytestmark = pytest.mark.node

DAY = 86_400


@dataclass
class Office:
    """Each party at its own desk: `say` runs a command as one of them, and expects it to work."""

    corridor: object
    stage: object
    folder: Path

    def run(self, label, *words):
        token = self.folder / f"{label}.token"
        token.touch(mode=0o600)
        token.write_text(self.stage.clients[label].token, "utf-8")
        api = {"CORRIDOR_API": self.stage.clients[label].url}
        return self.corridor(*words, "--token-file", token, **api)

    def say(self, label, *words):
        done = self.run(label, *words)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def refused(self, label, *words):
        done = self.run(label, *words)
        assert (done.returncode, done.stdout) == (4, ""), done.stderr
        assert done.stderr.count("\n") == 1
        return done.stderr

    def show(self, title):
        return json.loads(self.say("carrier", "title", "show", title, "--json"))

    def party(self, label):
        return str(self.stage.ledger.parties[label])

    def bill(self, number, *words):
        """Notarise a to-order bill that names its title; its commitment, title and package."""
        data = self.stage.samples.bill | {"transportDocumentReference": number}
        path = self.folder / f"{number}.json"
        path.write_text(json.dumps({"documentType": "bill-of-lading", "data": data}), "utf-8")
        said = self.say("carrier", "notarise", path, "--reserve-title", "--json", *words)
        body = json.loads(said)
        assert "negotiable-without-title" not in said
        return body["commitment"], body["title"], path.with_suffix(".corridor.json")

    def issued(self, number, *words):
        """A bill and its title, issued to the bank."""
        commitment, title, package = self.bill(number, *words)
        bank = self.party("bank")
        self.say("carrier", "title", "issue", commitment, "--holder", bank, "--beneficiary", bank)
        return commitment, title, package

    def verdict(self, package):
        trust = self.stage.ledger.settings.trust
        done = self.corridor(
            "verify", package, "--node", self.stage.anvil.url, "--trust", trust, "--json"
        )
        return done.returncode, json.loads(done.stdout)


@dataclass
class Ran:
    returncode: int
    stdout: str
    stderr: str


@pytest.fixture
def office(stage, tmp_path, capsys, monkeypatch):
    def corridor(*words, **variables):
        capsys.readouterr()
        with monkeypatch.context() as patch:
            for name, value in variables.items():
                patch.setenv(name, value)
            code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Ran(int(code), said.out, said.err)

    return Office(corridor, stage, tmp_path)


def test_title_goes_from_carrier_to_bank_to_consignee_and_back(office, stage):
    commitment, title, package = office.issued("XMPL-ROAD-1", "--wait")
    consignee = office.party("consignee")
    stage.until(lambda: office.verdict(package)[0] == 0)
    _, report = office.verdict(package)
    assert (report["verdict"], report["title"]["holder"]["id"]) == (
        "AUTHENTIC",
        office.party("bank"),
    )
    both = ["--holder", consignee, "--beneficiary", consignee]
    later = format_time(stage.ledger.node.latest().time + DAY)
    words = [*both, "--accept-by", later, "--remark", "paid at sight"]
    assert f"offered until {later}: in block" in office.say(
        "bank", "title", "transfer", title, *words
    )
    assert office.show(title)["acceptBy"] == later
    assert office.say("consignee", "title", "accept", title).startswith("accepted: in block")
    office.say("consignee", "title", "surrender", title, "--for", "delivery")
    assert office.show(title)["state"] == "ForDelivery"
    office.say("carrier", "title", "accept-surrender", title)
    code, report = office.verdict(package)
    assert (code, report["verdict"]) == (3, "SURRENDERED")
    shown = office.say("consignee", "title", "show", title)
    assert "state        Delivered\n" in shown
    assert f"commitment   {commitment}\n" in shown
    acts = [row.split()[2] for row in shown.splitlines() if re.match(r"\d+ ", row)]
    assert acts == [
        *("Issue", "TransferBoth", "Accept", "SurrenderForDelivery", "AcceptSurrender"),
    ]
    assert "remark: paid at sight" in shown
    assert "remark:" not in office.say("exporter", "title", "show", title)


def test_refusals_are_one_sentence_each(office):
    commitment, title, _ = office.issued("XMPL-REFUSED-1")
    bank = office.party("bank")
    stranger = office.refused("exporter", "title", "transfer", title, "--holder", bank)
    assert "would have to act" in stranger
    assert "has that role" in office.refused(
        "bank", "title", "transfer", title, "--holder", office.party("bank")
    )
    assert "changed since you looked" in office.refused(
        "carrier", "title", "pause", title, "--sequence", "7"
    )
    assert "is not registered" in office.refused(
        "bank", "title", "transfer", title, "--holder", "0x" + "99" * 32
    )
    again = ["--holder", office.party("exporter"), "--beneficiary", bank]
    office.refused("carrier", "title", "issue", commitment, *again)
    assert "no title" in office.refused("bank", "title", "show", "0x" + "99" * 32)
    office.say("carrier", "title", "pause", title)
    assert "paused" in office.refused("bank", "title", "nominate", title, office.party("exporter"))
    office.say("carrier", "title", "unpause", title)
    assert office.show(title)["sequence"] == 3


def test_reserving_is_the_same_each_time_and_another_carriers_is_another(office):
    first = office.say("carrier", "title", "reserve", "XMPL-SAME-1")
    assert office.say("carrier", "title", "reserve", "XMPL-SAME-1") == first
    assert office.say("second-carrier", "title", "reserve", "XMPL-SAME-1") != first


def test_what_was_given_can_be_rejected_and_what_was_offered_taken_back(office, stage):
    _, title, _ = office.issued("XMPL-REJECT-1")
    office.say("bank", "title", "reject", title, "--holder", "--beneficiary")
    assert office.show(title)["holder"]["id"] == office.party("carrier")
    soon = format_time(stage.ledger.node.latest().time + 4)
    office.say(
        *("carrier", "title", "transfer", title, "--holder", office.party("bank")),
        *("--accept-by", soon),
    )
    assert "can still be accepted" in office.refused("carrier", "title", "take-back", title)
    stage.until(lambda: format_time(stage.ledger.node.latest().time) > soon)
    assert "had to be accepted" in office.refused("bank", "title", "accept", title)
    office.say("carrier", "title", "take-back", title)
    assert office.show(title)["state"] == "Held"


def test_amendment_moves_the_title_to_the_new_bill(office):
    old, title, _ = office.issued("XMPL-AMEND-1")
    data = office.stage.samples.bill | {"transportDocumentReference": "XMPL-AMEND-1"}
    path = office.folder / "amended.json"
    body = {"documentType": "bill-of-lading", "data": data, "title": title, "replaces": [old]}
    body["consignment"] = "XMPL-CONS-AMENDED"
    path.write_text(json.dumps(body), "utf-8")
    new = json.loads(office.say("carrier", "notarise", path, "--json"))["commitment"]
    office.say("bank", "title", "surrender", title, "--for", "amendment", "--commitment", new)
    assert "agreed to" in office.refused("carrier", "title", "accept-surrender", title)
    office.say("carrier", "title", "accept-surrender", title, "--commitment", new)
    assert office.show(title)["commitment"] == new


def test_split_and_combine_do_what_the_holder_agreed_to(office):
    _, whole, _ = office.issued("XMPL-WHOLE-1")
    parts = {number: office.bill(number) for number in ("XMPL-LOT-A", "XMPL-LOT-B")}
    plan = office.folder / "split.json"
    wishes = [
        *("--part", "XMPL-LOT-A", parts["XMPL-LOT-A"][0], "2/5"),
        *("--part", "XMPL-LOT-B", parts["XMPL-LOT-B"][0], "600000000"),
    ]
    office.say("carrier", "title", "plan", "--title", whole, *wishes, "-o", plan)
    office.refused("carrier", "title", "split", plan)
    office.say("bank", "title", "surrender", whole, "--for", "reissue", "--plan", plan)
    assert office.say("carrier", "title", "split", plan).startswith("split: in block")
    assert office.show(whole)["state"] == "Reissued"
    lots = [parts[number][1] for number in parts]
    assert [office.show(lot)["share"] for lot in lots] == [2 * WHOLE // 5, 3 * WHOLE // 5]
    assert office.show(lots[0])["origins"] == [whole.rpartition(":")[2]]
    again, _, _ = office.bill("XMPL-AGAIN-1")
    joined = office.folder / "combine.json"
    closing = [word for lot in lots for word in ("--title", lot)]
    wish = ["--part", "XMPL-AGAIN-1", again, "1/1"]
    office.say("carrier", "title", "plan", *closing, *wish, "-o", joined)
    for lot in lots:
        office.say("bank", "title", "surrender", lot, "--for", "reissue", "--plan", joined)
    assert office.say("carrier", "title", "combine", joined).startswith("combined: in block")
    assert office.show(lots[1])["state"] == "Reissued"


def test_act_signed_elsewhere_is_carried_by_the_service(office, stage, tmp_path):
    _, title, _ = office.issued("XMPL-OWNKEY-1")
    ledger, out = stage.ledger, tmp_path / "act.json"
    exporter = office.party("exporter")
    done = office.corridor(
        *("sign-act", "transfer-both", title, "--holder", exporter, "--beneficiary", exporter),
        *("--sequence", "1", "--trust", ledger.settings.trust, "-o", out),
        *("--key", ledger.settings.keys / f"{ledger.parties['bank']}-sign.json"),
        CORRIDOR_PASSPHRASE_FILE=str(ledger.folder / "passphrase"),
    )
    assert done.returncode == 0, done.stderr
    client = stage.clients["exporter"]
    request = urllib.request.Request(
        f"{client.url}/v1/acts",
        out.read_bytes(),
        {"Content-Type": "application/json", "Authorization": f"Bearer {client.token}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        act = json.loads(answer.read())
    stage.until(lambda: "in block" in office.run("exporter", "title", "act", act["id"]).stdout)
    assert office.show(title)["holder"]["id"] == exporter


def test_act_without_waiting_is_found_again(office):
    _, title, _ = office.issued("XMPL-LATER-1")
    said = office.say("carrier", "title", "pause", title, "--no-wait")
    act = said.strip().rpartition(" ")[2]
    office.stage.until(lambda: "in block" in office.say("carrier", "title", "act", act))
    assert office.show(title)["paused"] is True
