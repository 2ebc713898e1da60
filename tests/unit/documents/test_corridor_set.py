# SPDX-License-Identifier: Apache-2.0
"""The synthetic corridor: the clean pair, and what each of the eight tamper cases must give."""

import json
import re

import pytest
from document_samples import TYPES, changed, disclosed, shared_path, submit

from ledger.documents import Grade, compare, kind_of

TITLE = "eip155:1337:0x" + "ab" * 20 + ":0x" + "cd" * 32
CASES = (
    "altered-weight",
    "bad-container-check-digit",
    "locode-trap-almaty-for-alat",
    "locode-trap-ambarli",
    "bl-number-reuse",
    "co-of-other-consignment",
    "weight-mismatch-co-vs-bl",
    "homoglyph-party",
)


def tampered(corridor: dict, name: str) -> tuple[str, dict, dict]:
    """The document of a case after its change, and the case."""
    folder = shared_path("trade/synthetic-corridor")
    cases = json.loads((folder / "tamper-cases.json").read_text("utf-8"))
    (case,) = [case for case in cases if case["case"] == name]
    data = corridor[case["document"]]
    value = data
    for token in case["pointer"].split("/")[1:]:
        value = value[int(token)] if isinstance(value, list) else value[token]
    if isinstance(value, str):
        replacement = value.replace(case["from"], case["to"])
        assert replacement != value
    else:
        assert value == case["from"]
        replacement = case["to"]
    return case["document"], changed(data, case["pointer"], replacement), case


def test_case_list_is_complete():
    folder = shared_path("trade/synthetic-corridor")
    cases = json.loads((folder / "tamper-cases.json").read_text("utf-8"))
    assert tuple(case["case"] for case in cases) == CASES


def test_bill_when_clean_earns_only_the_remark_on_its_title(bill):
    document, findings = submit("bill-of-lading", bill)
    assert document.reference == "XMPL260200001"
    assert [finding.code for finding in findings] == ["negotiable-without-title"]


def test_bill_when_clean_and_titled_earns_nothing(bill):
    _, findings = submit("bill-of-lading", bill, title=TITLE)
    assert findings == ()


def test_certificate_when_clean_earns_nothing(certificate):
    document, findings = submit("certificate-of-origin", certificate)
    assert findings == ()
    assert document.reference == "XCCI-2026-000117"
    assert document.consignment == "XMPL-CONS-2602-0001"
    assert document.envelope()["validUntil"] == "2027-02-03T00:00:00Z"


@pytest.mark.parametrize("name", CASES)
def test_findings_of_a_tamper_case_are_exactly_those_expected(corridor, name):
    key, data, case = tampered(corridor, name)
    title = {"title": TITLE} if key == "bl" else {}
    _, findings = submit(TYPES[key], data, **title)
    expected = case["expected"].get("findings")
    if expected is None:
        assert findings == ()
        return
    code, grade, text = re.fullmatch(r"([a-z-]+) \((\w+)\)(?:: (.*))?", expected).groups()
    (finding,) = findings
    assert (finding.code, finding.grade) == (code, Grade(grade))
    assert finding.pointer == "/data" + case["pointer"]
    assert text is None or finding.message == text
    assert finding.hint


def test_container_typo_when_the_other_list_is_right_suggests_that_number(corridor):
    _, data, _ = tampered(corridor, "bad-container-check-digit")
    (finding,) = kind_of("bill-of-lading").findings(data)
    assert "EXMU2044178" in finding.hint


def _states(bill, certificate):
    differences = compare(
        kind_of("certificate-of-origin").comparables(disclosed(certificate)),
        kind_of("bill-of-lading").comparables(disclosed(bill)),
    )
    return {difference.name: difference.state for difference in differences}


def test_compare_when_clean_agrees_on_everything_both_state(bill, certificate):
    assert _states(bill, certificate) == {
        "transport document reference": "equal",
        "gross weight": "equal",
        "packages": "equal",
    }


@pytest.mark.parametrize(
    ("name", "differing"),
    [
        ("co-of-other-consignment", "transport document reference"),
        ("weight-mismatch-co-vs-bl", "gross weight"),
    ],
)
def test_compare_when_the_pair_is_tampered_finds_the_one_difference(corridor, name, differing):
    _, data, case = tampered(corridor, name)
    assert case["apply"] == "pair"
    states = _states(corridor["bl"], data)
    assert [key for key, state in states.items() if state == "differs"] == [differing]
