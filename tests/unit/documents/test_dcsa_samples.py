# SPDX-License-Identifier: Apache-2.0
"""The official DCSA samples, which break rules of their own standard: graded, never refused."""

import json

import pytest
from document_samples import codes, shared_path

from ledger.documents import Grade, kind_of

BILL = kind_of("bill-of-lading")
SAMPLES = (
    "ebl-api-3.0.0-2c1u.json",
    "ebl-api-3.0.0-dg.json",
    "ebl-api-3.0.0-negotiable-bl.json",
    "eblissuance-v3.0.0-request.json",
    "pint-3.0.0-transport-document.json",
)


def _sample(name):
    data = json.loads((shared_path("trade/dcsa") / name).read_text("utf-8"))
    return data.get("document", data)  # an issuance request wraps the transport document


@pytest.mark.parametrize("name", SAMPLES)
def test_official_sample_is_graded_and_never_refused(name):
    findings = BILL.findings(_sample(name))
    assert findings
    for finding in findings:
        assert isinstance(finding.grade, Grade)
        assert len(finding.message) < 200
    assert not any(code in ("hs-code", "country-code") for _, code in codes(findings))


def test_official_samples_here_have_5_bad_container_numbers_of_11_and_5_bad_leis():
    """Of the 42 numbers (29 bad) in all official samples, these five files hold 11."""
    found = [code for name in SAMPLES for code in codes(BILL.findings(_sample(name)))]
    assert found.count(("warning", "container-check-digit")) == 5
    assert found.count(("warning", "lei-check-digit")) == 5
    texts = [json.dumps(_sample(name)) for name in SAMPLES]
    assert sum(text.count('"equipmentReference"') for text in texts) == 11
