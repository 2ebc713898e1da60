# SPDX-License-Identifier: Apache-2.0
"""From bytes to a document: what is refused, what is derived, what is only remarked on."""

import json
import subprocess
import sys

import pytest
from document_samples import PARTY, codes, submit
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.documents import (
    KINDS,
    Grade,
    ListedFile,
    Submission,
    TradeDocument,
    kind_of,
    parse_submission,
    prepare,
)
from ledger.errors import (
    InvalidDocumentError,
    InvalidInputError,
    InvalidJsonError,
    UnknownDocumentTypeError,
)
from ledger.primitives import Digest, PartyId, parse_time

OTHER = PartyId(b"\x00" * 31 + b"\x02")
FILE = ListedFile("a.pdf", "application/pdf", 3, Digest(b"\x07" * 32))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=20,
)


def parse(body: object) -> Submission:
    return parse_submission(json.dumps(body).encode())[0]


def test_parse_when_only_type_and_data_leaves_the_rest_open():
    assert parse({"documentType": "file-only", "data": {}}) == Submission("file-only", {})


def test_parse_takes_every_member():
    submission = parse(
        {
            "documentType": "bill-of-lading",
            "data": {"a": 1},
            "issuers": [str(PARTY), str(OTHER)],
            "reference": "R",
            "title": None,
            "validUntil": "2026-02-04",
            "replaces": ["ab" * 32],
            "consignment": "C",
        }
    )
    assert submission.issuers == (PARTY, OTHER)
    assert submission.valid_until == parse_time("2026-02-05T00:00:00Z")
    assert submission.replaces == (Digest(b"\xab" * 32),)


@pytest.mark.parametrize(
    ("body", "pointer", "reason"),
    [
        ([], "", "documentType and data"),
        ({"data": {}}, "", "documentType is missing"),
        ({"documentType": "file-only"}, "", "data is missing"),
        ({"documentType": "file-only", "data": {}, "seed": "x"}, "", "'seed'; want documentType"),
        ({"documentType": 1, "data": {}}, "/documentType", "want text"),
        ({"documentType": "File", "data": {}}, "/documentType", "[a-z]"),
        ({"documentType": "file-only", "data": []}, "/data", "an array"),
        ({"documentType": "file-only", "data": {}, "reference": {}}, "/reference", "an object"),
        ({"documentType": "file-only", "data": {}, "issuers": "0x"}, "/issuers", "want an array"),
        ({"documentType": "file-only", "data": {}, "issuers": ["0x"]}, "/issuers/0", "party id"),
        ({"documentType": "file-only", "data": {}, "replaces": [1]}, "/replaces/0", "digest"),
        ({"documentType": "file-only", "data": {}, "validUntil": "soon"}, "/validUntil", "a time"),
        (
            {"documentType": "file-only", "data": {}, "validUntil": "1969-12-30"},
            "/validUntil",
            "1970",
        ),
    ],
)
def test_parse_when_not_understood_is_refused_at_its_place(body, pointer, reason):
    with pytest.raises(InvalidDocumentError) as caught:
        parse(body)
    assert caught.value.pointer == pointer
    assert reason in caught.value.reason


@pytest.mark.parametrize("raw", [b"", b"{", b'{"a":1,"a":2}', b'{"data":NaN}', b'"\\ud800"'])
def test_parse_when_two_readers_could_differ_is_refused(raw):
    with pytest.raises(InvalidJsonError):
        parse_submission(raw)


def test_parse_when_a_number_is_written_another_way_says_so():
    raw = b'{"documentType":"bill-of-lading","data":{"declaredValue":12000.50}}'
    _, (finding,) = parse_submission(raw)
    assert finding.code == "number-rewritten"
    assert finding.grade is Grade.NOTE
    assert finding.pointer == "/data/declaredValue"
    assert "12000.50 is sealed as 12000.5" in finding.message


def test_parse_when_thousands_of_numbers_are_rewritten_lists_a_hundred():
    raw = b'{"documentType":"file-only","data":{"a":[' + b",".join([b"1.0"] * 5000) + b"]}}"
    _, findings = parse_submission(raw)
    assert len(findings) == 101
    assert findings[-1].message == "4900 more are not listed"


def test_prepare_when_type_is_unknown_lists_those_known():
    with pytest.raises(UnknownDocumentTypeError, match=r"'recipe'.*certificate-of-origin"):
        submit("recipe", {})


@pytest.mark.parametrize(
    "data", [{}, {"transportDocumentReference": 7}, {"transportDocumentReference": " "}]
)
def test_prepare_when_reference_is_nowhere_is_refused(data):
    with pytest.raises(InvalidDocumentError) as caught:
        submit("bill-of-lading", data)
    assert caught.value.pointer == "/reference"


def test_prepare_sorts_issuers_and_replaced_documents():
    document, findings = submit(
        "file-only",
        {},
        reference="R",
        issuers=[str(PARTY), str(OTHER), str(PARTY)],
        replaces=["bb" * 32, "aa" * 32],
    )
    assert document.issuers == (OTHER, PARTY)
    assert document.replaces == (Digest(b"\xaa" * 32), Digest(b"\xbb" * 32))
    assert codes(findings) == [("warning", "nothing-sealed")]


def test_prepare_when_the_party_is_no_issuer_is_an_error_finding():
    _, findings = submit("file-only", {}, reference="R", issuers=[str(OTHER)])
    assert ("error", "issuer-missing") in codes(findings)


def test_prepare_a_file_alone_earns_nothing():
    document, findings = prepare(Submission("file-only", {}, reference="R"), PARTY, (FILE,))
    assert findings == ()
    assert document.files == (FILE,)
    assert document.issuers == (PARTY,)


def test_prepare_when_a_file_has_data_is_an_error_finding():
    submission = Submission("file-only", {"a": 1}, reference="R")
    _, findings = prepare(submission, PARTY, (FILE,))
    assert codes(findings) == [("error", "schema")]


@pytest.mark.parametrize(
    ("name", "value", "sealed"),
    [
        ("reference", "OTHER", "OTHER"),
        ("validUntil", "2027-02-01", "2027-02-02T00:00:00Z"),
        ("consignment", "OTHER", "OTHER"),
    ],
)
def test_prepare_when_envelope_contradicts_data_seals_what_was_said(
    certificate, name, value, sealed
):
    document, findings = submit("certificate-of-origin", certificate, **{name: value})
    (finding,) = findings
    assert (finding.grade, finding.code) == (Grade.ERROR, "envelope-contradicts-data")
    assert finding.pointer == f"/{name}"
    assert document.envelope()[name] == sealed


def test_prepare_when_envelope_repeats_data_earns_nothing(certificate):
    _, findings = submit(
        "certificate-of-origin",
        certificate,
        reference="XCCI-2026-000117",
        validUntil="2027-02-03T00:00:00Z",
        consignment="XMPL-CONS-2602-0001",
    )
    assert findings == ()


def test_prepare_when_a_straight_document_names_a_title_is_an_error_finding(certificate):
    title = "eip155:1337:0x" + "ab" * 20 + ":0x" + "cd" * 32
    _, findings = submit("certificate-of-origin", certificate, title=title)
    assert codes(findings) == [("error", "title-not-negotiable")]


def test_prepare_when_the_envelope_breaks_a_rule_is_refused_at_its_place(bill):
    with pytest.raises(InvalidDocumentError) as caught:
        submit("bill-of-lading", bill, title="mine")
    assert caught.value.pointer == "/title"
    with pytest.raises(InvalidDocumentError) as caught:
        submit("bill-of-lading", {**bill, "7": 1})
    assert caught.value.pointer == "/data"


@pytest.mark.parametrize(
    ("stated", "sealed"),
    [
        ("2027-02-02", "2027-02-03T00:00:00Z"),
        ("2028-02-28", "2028-02-29T00:00:00Z"),
        ("2027-02-02T12:00:00+05:00", "2027-02-02T07:00:00Z"),
        ("2027-02-02T07:00:00.5Z", "2027-02-02T07:00:00Z"),
        ("9999-12-31", None),
        ("1969-12-30", None),
        ("2027-W05-2", None),
        ("2027-02-30", None),
        ("0001-01-01T00:00:00+05:00", None),
        ("2027-02-02T12:00:00", None),
        ("soon", None),
        (20270202, None),
        (None, None),
    ],
)
def test_valid_until_is_derived_from_what_the_certificate_says(stated, sealed):
    derived = kind_of("certificate-of-origin").derive({"validUntil": stated})
    assert derived.valid_until == (None if sealed is None else parse_time(sealed))


@settings(deadline=None)  # the first example imports the code lists
@given(data=st.dictionaries(st.text(), JSON))
def test_no_kind_ever_raises_on_any_data(data):
    for kind in KINDS.values():
        kind.derive(data)
        kind.negotiable(data)
        for finding in kind.findings(data):
            assert finding.pointer == "/data" or finding.pointer.startswith("/data/")


@settings(deadline=None)  # the first example imports the code lists
@given(
    members=st.dictionaries(
        st.sampled_from(
            ["documentType", "data", "issuers", "reference", "title", "validUntil", "replaces"]
        ),
        JSON | st.sampled_from(sorted(KINDS)),
    )
)
def test_any_submission_is_a_document_or_refused(members):
    try:
        submission, _ = parse_submission(json.dumps(members).encode())
        document, _ = prepare(submission, PARTY, ())
    except InvalidInputError:
        return
    assert TradeDocument.parse(document.envelope()) == document


def test_import_is_cheap():
    """Verification imports this package: no validator, no code lists, no framework with it."""
    heavy = ("jsonschema", "pycountry", "stdnum", "pydantic", "click", "web3", "sqlalchemy")
    program = (
        f"import sys, ledger.documents; print([name for name in {heavy!r} if name in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert result.stdout.strip() == "[]"


def test_prepare_when_there_are_more_issuers_than_can_be_asked_about_then_an_error():
    issuers = [f"0x{number:064x}" for number in range(1, 66)]
    raw = json.dumps(
        {"documentType": "file-only", "reference": "R", "data": {"a": 1}, "issuers": issuers}
    ).encode()
    submission, _ = parse_submission(raw)
    _, findings = prepare(submission, PartyId.parse(issuers[0]), ())
    assert (Grade.ERROR, "too-many-issuers") in [(item.grade, item.code) for item in findings]
