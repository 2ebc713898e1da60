# SPDX-License-Identifier: Apache-2.0
"""What a registered stranger does about other people's documents changes nothing for them."""

import json
import time
import urllib.request

import pytest

from ledger import journey
from ledger.canonical import canonical_bytes
from ledger.primitives import Digest
from ledger.statements import LedgerId
from ledger.verification import Verdict

pytestmark = pytest.mark.node


def test_statement_about_anothers_document_stays_out_of_its_package(stage):
    """Anybody may state any commitment; a stranger's word must not make a genuine bill fail."""
    handed = stage.notarise("carrier", "file-only", {}, reference="VICTIM-1")
    before = stage.package(handed)
    trust = stage.ledger.trust
    key, party = stage.ledger.signer("unaccredited"), stage.ledger.parties["unaccredited"]
    statement = journey.state_documents(
        LedgerId(trust.chain_id, trust.ledgers[0].log.address),
        party,
        [handed.commitment],
        int(time.time()),
        (key.address, key.sign),
    )
    body = {"statement": statement.json(), "commitments": [str(handed.commitment)]}
    stranger = stage.clients["unaccredited"]
    stranger.submit_statement(canonical_bytes(body))
    stage.wait(lambda: stranger.receipts(handed.commitment))
    after = stage.clients["carrier"].package(handed.commitment)
    assert json.loads(after)["receipts"] == before.json()["receipts"]
    state = stage.clients["carrier"].state(handed.commitment).body
    assert state["statedBy"] == [str(stage.ledger.parties["carrier"])]


def test_file_that_a_stranger_lists_too_decides_nothing_by_itself(stage):
    """Neither can a newer listing withdraw a genuine paper, nor does a verdict lack a speaker."""
    handed = stage.notarise("carrier", "file-only", {}, reference="VICTIM-2")
    stage.package(handed)
    alone = _verify(stage, handed.pdf)
    assert (alone["verdict"], alone["facts"]) == ("AUTHENTIC", [])
    assert [one["name"] for one in alone["signatories"]] == ["Example Corridor Line"]
    raw = json.dumps({"documentType": "file-only", "reference": "COPY-1", "data": {}}).encode()
    copied = stage.clients["exporter"].submit(raw, [handed.pdf]).body["commitment"]
    stage.clients["exporter"].change(Digest.parse(copied), "revoke", {"reason": 1})
    both = _verify(stage, handed.pdf)
    assert both["verdict"] == Verdict.UNDECIDED
    assert both["checks"][0]["outcomes"][0]["code"] == "file-in-several"


def _verify(stage, pdf):
    request = urllib.request.Request(
        f"{stage.clients['carrier'].url}/v1/verify",
        pdf.read_bytes(),
        {"Content-Type": "application/pdf"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        return json.loads(answer.read())
