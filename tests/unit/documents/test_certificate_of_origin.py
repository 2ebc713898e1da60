# SPDX-License-Identifier: Apache-2.0
"""Every rule of a certificate of origin, broken one at a time, and the criteria of each form."""

import copy

import pytest
from document_samples import changed, codes

from ledger.documents import kind_of
from ledger.documents.origin_forms import FORMS

CERTIFICATE = kind_of("certificate-of-origin")
CONSIGNMENT = "/supplyChainConsignment"
ITEM = f"{CONSIGNMENT}/includedConsignmentItems/0"
ROUTE = f"{CONSIGNMENT}/transportRouting"


@pytest.mark.parametrize(
    ("pointer", "value", "expected"),
    [
        # the schema
        ("/id", ..., ("error", "schema")),
        ("/issueDateTime", "2026-02-02", ("error", "schema")),
        ("/issuer/accreditationId", ..., ("error", "schema")),
        ("/firstSignatoryAuthentication", ..., ("error", "schema")),
        (f"{CONSIGNMENT}/exporter", ..., ("error", "schema")),
        (f"{CONSIGNMENT}/importCountry/code", ..., ("error", "country-code")),
        (f"{ITEM}/tradeProduct/harmonisedTariffCode/classCode", 845710, ("error", "hs-code")),
        (f"{ITEM}/packageCount", 0, ("error", "packages")),
        (f"{ITEM}/grossWeight/value", -1, ("error", "gross-weight")),
        (f"{ITEM}/grossWeight", ..., ("error", "gross-weight")),
        # form and preference
        ("/formType", "FORM_Q", ("note", "form-type")),
        ("/isPreferential", True, ("error", "preferential-form")),
        ("/freeTradeAgreement", "CISFTA", ("warning", "preferential-agreement")),
        (f"{ITEM}/originCriteriaText", "WHOLLY", ("warning", "origin-criterion")),
        # sequence
        (f"{ITEM}/sequenceNumber", 2, ("warning", "sequence-number")),
        (f"{ITEM}/sequenceNumber", 0, ("error", "sequence-number")),
        # dates
        ("/validUntil", "2026-02-01", ("error", "valid-until-before-issue")),
        ("/validUntil", "next year", ("error", "valid-until")),
        (
            "/exporterDeclaration/actualDateTime",
            "2026-02-02T04:10:01Z",
            ("warning", "declared-after-issue"),
        ),
        (f"{ITEM}/invoiceReference/issueDate", "2026-02-04", ("warning", "invoice-after-issue")),
        # the link to the bill
        (
            f"{CONSIGNMENT}/transportDocumentReference",
            ...,
            ("warning", "transport-document-reference"),
        ),
        # codes
        (
            f"{ITEM}/tradeProduct/harmonisedTariffCode/classCode",
            "8457100000",
            ("note", "hs-code"),
        ),
        (f"{ITEM}/tradeProduct/harmonisedTariffCode/classCode", "8457", ("warning", "hs-code")),
        (f"{ITEM}/tradeProduct/originCountry/code", "JPN", ("warning", "country-code")),
        (f"{ITEM}/packageTypeCode", "case", ("warning", "package-type")),
        (
            f"{CONSIGNMENT}/exporter/id",
            "urn:lei:9999ANCHORSHIPJP0055",
            ("warning", "lei-check-digit"),
        ),
        ("/issueLocation/id", "QXNGO", ("warning", "locode-unknown")),
        (
            f"{CONSIGNMENT}/unloadingBaseportLocation",
            {"id": "TRAMB", "name": "Ambarli"},
            ("warning", "locode-plausibility"),
        ),
        (f"{CONSIGNMENT}/loadingBaseportLocation/id", "KZALA", ("warning", "locode-plausibility")),
        (ROUTE, "CNXIA-KZAAU-AZALA-GEPTI-TRAMB", ("warning", "locode-plausibility")),
        (ROUTE, "CNSIA > KZAAU > AZALA", ("warning", "locode-plausibility")),
        (ROUTE, "CNXIA/KZSCO/AZALA", ("warning", "locode-plausibility")),
        (ROUTE, "CNXIA-KZALA-GEPTI", ("warning", "locode-plausibility")),
        (ROUTE, "GEPTI-KZALA-KZAAU-CNXIA", ("warning", "locode-plausibility")),
    ],
)
def test_rule_when_broken_is_the_only_finding(certificate, pointer, value, expected):
    # A sequence number of 0 breaks the schema and the order of the items: asked for once.
    findings = CERTIFICATE.findings(changed(certificate, pointer, value))
    assert list(dict.fromkeys(codes(findings)))[:1] == [expected], findings
    assert {code for _, code in codes(findings)} == {expected[1]}, findings


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        (ROUTE, "JPNGO-CNQIN-CNXIA-KZALA-KZAAU-AZALA-GEPTI-TRAMR"),
        (ROUTE, "TRAMR-GEPTI-AZALA-KZAAU-KZALA-CNXIA"),
        (ROUTE, "by RAIL and FERRY from CNXIA to KZALA"),
        (ROUTE, "KZAAU-AZALA-GEPTI-TRAMR"),
        (f"{ITEM}/originCriteriaText", None),
        (f"{ITEM}/tradeProduct/originCountry/code", "EU"),
        (f"{ITEM}/invoiceReference/issueDate", "2026-02-03"),
        (f"{CONSIGNMENT}/importer", ...),
        ("/issueLocation/id", "urn:somewhere"),
        ("/validUntil", None),
        ("/validUntil", ...),
        ("/validUntil", "2026-02-02"),
    ],
)
def test_certificate_when_allowed_earns_nothing(certificate, pointer, value):
    assert CERTIFICATE.findings(changed(certificate, pointer, value)) == ()


def preferential(certificate, form_type, criterion):
    data = copy.deepcopy(certificate)
    data.update(formType=form_type, isPreferential=True, freeTradeAgreement="Agreement")
    data["supplyChainConsignment"]["includedConsignmentItems"][0]["originCriteriaText"] = criterion
    return data


@pytest.mark.parametrize(
    ("form_type", "criterion"),
    [
        ("CT-1", "П"),
        ("CT-1", "Д8457"),
        ("CT-2", "Д 8457"),
        ("FORM_A", "P"),
        ("FORM_A", "W 84.57".replace(".", "")),
        ("FORM_A", 'W "8457"'),
        ("FORM_A", "Y 45%"),
        ("FORM_D", "CTH + RVC 40%"),
        ("FORM_D", '"40%"'),
        ("FORM_E", "PSR"),
        ("CHAFTA", "WP"),
        ("EUR.1", None),
        ("EUR.1", "whatever"),
        ("ORIGIN_STATEMENT", "W 8457"),
    ],
)
def test_criterion_when_the_form_knows_it_earns_nothing(certificate, form_type, criterion):
    assert CERTIFICATE.findings(preferential(certificate, form_type, criterion)) == ()


@pytest.mark.parametrize(
    ("form_type", "criterion"),
    [
        ("CT-1", "P"),
        ("CT-1", "Д"),
        ("FORM_A", "CTH"),
        ("FORM_D", "W"),
        ("CHAFTA", "CTH"),
        ("ORIGIN_STATEMENT", "F 8457"),
        ("FORM_D", "WO+" + " " * 100_000 + "X"),
    ],
)
def test_criterion_when_of_another_form_is_a_warning(certificate, form_type, criterion):
    findings = CERTIFICATE.findings(preferential(certificate, form_type, criterion))
    assert codes(findings) == [("warning", "origin-criterion")]
    assert len(findings[0].message) < 150


@pytest.mark.parametrize("form_type", [name for name, form in FORMS.items() if form.preferential])
def test_preferential_form_when_nothing_supports_it_says_so(certificate, form_type):
    data = preferential(certificate, form_type, None)
    data["freeTradeAgreement"] = None
    del data["supplyChainConsignment"]["importer"]
    form = FORMS[form_type]
    wanted = [("error", "preferential-importer")]
    wanted += [("warning", "preferential-agreement")] if form.under_agreement else []
    wanted += [("error", "origin-criterion")] if form.criteria else []
    assert codes(CERTIFICATE.findings(data)) == wanted


def test_form_a_when_bound_for_the_european_union_is_a_warning(certificate):
    data = preferential(certificate, "FORM_A", "P")
    data["supplyChainConsignment"]["importCountry"]["code"] = "RO"
    assert codes(CERTIFICATE.findings(data)) == [("warning", "form-a-european-union")]


def test_ct1_when_valid_for_more_than_a_year_is_a_warning(certificate):
    data = preferential(certificate, "CT-1", "П")
    data["validUntil"] = "2027-03-01"
    assert codes(CERTIFICATE.findings(data)) == [("warning", "valid-until-too-late")]


def test_items_when_a_number_is_used_twice_is_an_error(certificate):
    items = certificate["supplyChainConsignment"]["includedConsignmentItems"]
    items.append(copy.deepcopy(items[0]))
    assert codes(CERTIFICATE.findings(certificate)) == [("error", "sequence-number")]


def test_items_when_a_number_is_no_number_are_the_schemas_business(certificate):
    items = certificate["supplyChainConsignment"]["includedConsignmentItems"]
    items[0]["sequenceNumber"] = True
    assert codes(CERTIFICATE.findings(certificate)) == [("error", "sequence-number")]


def test_items_when_more_than_the_form_takes_is_a_warning(certificate):
    data = preferential(certificate, "CHAFTA", "WO")
    items = data["supplyChainConsignment"]["includedConsignmentItems"]
    for number in range(2, 22):
        items.append({**copy.deepcopy(items[0]), "sequenceNumber": number})
    assert codes(CERTIFICATE.findings(data)) == [("warning", "too-many-items")]


def test_certificate_is_never_negotiable(certificate):
    assert not CERTIFICATE.negotiable(certificate)
