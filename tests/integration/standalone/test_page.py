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

        def view(self, _ledger, query):
            asked.append(standalone.encode([standalone.QUERY_ABI], [query]).hex())
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
