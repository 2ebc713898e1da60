# SPDX-License-Identifier: Apache-2.0
"""The one file against every example of docs/formats.md that a verifier can compute."""

import json
import re

import pytest
from bridge import ROOT, standalone

PAGE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
VECTORS = {
    found[1]: json.loads(found[2])
    for found in re.finditer(r"<!-- vector: ([a-z-]+) -->\n```json\n(.*?)\n```", PAGE, re.DOTALL)
}


def output(name):
    return VECTORS[name]["output"]


@pytest.mark.parametrize("row", output("numbers"))
def test_number(row):
    if row["token"] == row["sealed"]:
        assert standalone.number_text(standalone.read_number(row["token"])) == row["token"]
    else:
        with pytest.raises(standalone.Refused):
            standalone.read_number(row["token"])


def test_sealing():
    given, want = VECTORS["sealed-document"]["input"], output("sealed-document")
    found = standalone.seal(given["envelope"], given["seed"])
    assert found == [[leaf["pointer"], leaf["v"]] for leaf in want["leaves"]]
    assert standalone.commitment_of(found) == want["commitment"]


def test_redaction_and_package():
    package = standalone.read_package(json.dumps(output("package")["package"]).encode())
    document = standalone.document_of(package)
    assert document.outcome["code"] == "content-matches"
    assert document.header["documentType"] == "certificate-of-origin"
    assert sum(value is standalone.HIDDEN for _, value in document.leaves) == 9


def test_statement():
    statement = output("statement")["statement"]
    digest = standalone.signing_digest(statement)
    assert "0x" + digest.hex() == output("statement")["signingDigest"]
    signature = bytes.fromhex(statement["signature"][2:])
    assert standalone.recover(digest, signature) == statement["signer"]
    assert standalone.sha(standalone.jcs(statement)).hex() == output("statement")["digest"]


def test_acceptance():
    keys = VECTORS["trust"]["logKeys"]
    promise, signed = standalone.read_promise(output("notes")["acceptance"], keys)
    assert signed
    assert promise.statement == output("statement")["digest"]


def test_lens_call_and_report():
    """The page's own example, on a chain that answers as the page says."""
    given, asked = VECTORS["report"]["input"], []

    def unix(text):
        return int(text) if text.isdecimal() else standalone.seconds(text)

    class Chain:
        def __init__(self, *_):
            pass

        def view(self, _ledger, query, past):
            assert past is None
            full = [*query, [standalone.ZERO, standalone.ZERO, []]]
            asked.append(standalone.encode([standalone.QUERY_ABI], [full]).hex())
            return [self.answer(given[name]) for name in ("final", "latest")]

        def answer(self, block):
            key, issuer = given["key"], given["issuer"]
            span = {"start": unix(given["accredited"]["start"]), "end": 2**64 - 1}
            times = {"start": unix(key["start"]), "end": unix(key["end"])}
            state = {"vetoed": False, "compromisedSince": 0, "declaredBlock": 0}
            head = given["head"] | {"time": unix(given["head"]["time"])}
            country = "0x" + issuer["country"].encode().hex()
            receipt = {"head": head, "key": key | times | state, "accreditations": [span]}
            return {
                "number": block["number"],
                "block": block["number"],
                "time": unix(block["time"]),
                "receipts": [receipt],
                "issuers": [issuer | {"country": country, "statuses": []}],
                "title": {"record": {"state": 0, "paused": 0}},
            }

    request = standalone.Request(
        standalone.read_package(json.dumps(output("package")["package"]).encode()),
        standalone.read_trust(json.dumps(VECTORS["trust"]).encode()),
        standalone.seconds(given["now"]),
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standalone, "Chain", Chain)
        report = standalone.verify(request, standalone.Node(given["source"]))
    assert report | {"facts": None} == output("report") | {"facts": None}
    assert output("lens-call")[10:] == asked[0]


class Told:
    """A node that tells the logs of the page's history, and remembers what it was asked."""

    source, taken = "http://127.0.0.1:8545", 0

    def __init__(self, logs):
        self.logs, self.asked = logs, []

    def call(self, method, params):
        assert method == "eth_getLogs"
        self.asked += params
        return self.logs


def told_past():
    """The page's history of a title, as the one file reads it, and the ledger that was asked."""
    given, ledger = VECTORS["title-history"]["input"], VECTORS["trust"]["ledgers"][0]
    past = standalone.Past(Told(given["logs"]), ledger, ledger["titles"][0], given["title"])
    past.read_title(given["latest"])
    return past, given, ledger


def as_record(words):
    """A record in the words of the page's example."""
    parties = ("carrier", "holder", "beneficiary", "nominee", "formerHolder", "formerBeneficiary")
    names = (*parties, "sequence", "share", "origins")
    zero, by = standalone.ZERO, words["acceptBy"]
    return {
        **{name: None if words[name] == zero else words[name] for name in names},
        "commitment": words["commitment"][2:],
        "intent": None if words["intent"] == zero else words["intent"][2:],
        "state": standalone.STATES[words["state"]][0],
        "paused": bool(words["paused"]),
        "time": standalone.time_text(words["time"]),
        "acceptBy": standalone.time_text(by) if by else None,
    }


def test_title_history_and_call():
    past, given, ledger = told_past()
    want = output("title-history")
    assert past.node.asked == want["request"]
    acts = [
        {
            "sequence": act["sequence"],
            "action": standalone.ACTIONS[act["action"]][0],
            "party": act["party"],
            "time": standalone.time_text(act["time"]),
            "block": act["place"][0],
        }
        for act in past.acts
    ]
    assert acts == want["acts"]
    package = output("package")["package"]
    (receipt,) = package["receipts"]
    said = receipt["statement"]
    query = [
        *(ledger["log"]["address"], ledger["parties"]["address"]),
        [contract["address"] for contract in ledger["statuses"]],
        *(standalone.sha(b"certificate-of-origin").hex(), package["commitment"]),
        [(said["party"], said["signer"], said["root"], receipt["root"])],
        [said["party"]],
    ]
    asked = past.query(query)
    assert asked[7][2] == want["keys"]
    assert asked[6] == want["parties"]
    called = standalone.encode([standalone.QUERY_ABI], [asked]).hex()
    assert output("lens-title-call")[10:] == called
    records = standalone.replay(past.title, past.acts, [])
    early = [act for act in past.acts if act["place"][0] <= given["final"]]
    assert as_record(records[len(early) - 1]) == want["final"]
    assert as_record(records[-1]) == want["latest"]


def test_title_check_and_report():
    """The page's example of a title: the check, and what the report says of it."""
    given = VECTORS["title-check"]["input"]
    past, history, _ = told_past()
    records = standalone.replay(past.title, past.acts, [])
    early = [act for act in past.acts if act["place"][0] <= history["final"]]
    parties = output("title-history")["parties"]
    views = []
    for word, record in (("final", records[len(early) - 1]), ("latest", records[-1])):
        keys = dict.fromkeys([act["key"] for act in past.acts])
        named = [record[role] for role in ("carrier", "holder", "beneficiary", "nominee")]
        told = {
            "record": record,
            "titleOf": past.title,
            "parties": [{"id": one, "name": given["names"].get(one, "")} for one in named],
            "keys": [{"key": key, "compromisedSince": 0} for key in (*keys, record["key"])],
        }
        time = standalone.seconds(given[f"{word}Time"])
        issuers = [{"name": given["names"][party]} for party in parties]
        block = history[word]
        views.append({"title": told, "time": time, "block": block, "asked": parties})
        views[-1] |= {"issuers": issuers, "number": block}
    package = output("package")["package"]
    header = {"issuers": parties[:1], "title": output("title-check")["title"]["title"]}

    class Case:
        request, now = None, standalone.seconds(given["now"])

    case = Case()
    case.header, case.package, case.past, case.views = header, package, past, {"one": views}
    case.home = "one"
    wanted = output("title-check")
    assert list(standalone.title_outcomes(case, past, views)) == wanted["check"]["outcomes"]
    assert standalone.title_of(case) == wanted["title"]
    assert list(standalone.title_notes(views[1]["title"]["record"])) == wanted["notes"]
