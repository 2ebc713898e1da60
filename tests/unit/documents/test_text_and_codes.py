# SPDX-License-Identifier: Apache-2.0
"""Text that looks like other text, the facts about places, and the published schemas."""

import csv
import json
import re

import pytest
from document_samples import codes, shared_path
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from ledger.documents import KINDS, Grade, kind_of
from ledger.documents.characters import text_findings
from ledger.documents.codes import check_container, check_hs, check_lei
from ledger.documents.locations import LOCATIONS, TRAPS
from ledger.documents.places import check_locode, check_route
from ledger.documents.schema import breaches


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Еxample Machinery KK", "mixed-script"),  # noqa: RUF001 — a Cyrillic capital
        ("Examplе", "mixed-script"),  # noqa: RUF001 — a Cyrillic e at the end
        ("XMPL26О200001", "mixed-script"),  # noqa: RUF001 — a Cyrillic O among digits
        ("Οmega Lines", "mixed-script"),  # noqa: RUF001 — a Greek capital
        ("СОСА Express", "mixed-script"),  # noqa: RUF001 — a Cyrillic word drawn like Latin
        ("ＥＸＭU2044178", "mixed-script"),  # noqa: RUF001 — full-width letters
        ("Tu\u0308rkiye", "non-nfc"),
        ("EXMU\u200b2044178", "invisible-character"),
        ("\u202egnp.exe", "invisible-character"),
    ],
)
def test_text_when_it_deceives_the_eye_is_a_warning(text, code):
    (finding,) = text_findings({"name": [text]}, "/data")
    assert (finding.grade, finding.code) == (Grade.WARNING, code)
    assert finding.pointer == "/data/name/0"


@pytest.mark.parametrize(
    "text",
    [
        "Example Machinery KK",
        "Türkiye İthalat Ltd. Şti.",
        "Казахстан темір жолы",
        "АО KTZ Express",  # noqa: RUF001 — a legal form before a Latin name
        "ТОО Транспорт KTZ",  # noqa: RUF001 — two languages, word by word
        "株式会社ABC名古屋",
        "ＡＢＣ株式会社",
        "საქართველოს რკინიგზა Georgian Railway",
        "12 μm, 3 Ω",
        "Д8457",
        "Nº 5",
        "Straße № 5 – Süd",
    ],
)
def test_text_when_honest_earns_nothing(text):
    assert text_findings({"name": text}, "/data") == ()


def test_key_when_not_ascii_is_a_note_at_its_place():
    (finding,) = text_findings({"a/b": {"größe": 1}}, "/data")
    assert (finding.grade, finding.code) == (Grade.NOTE, "non-ascii-key")
    assert finding.pointer == "/data/a~1b/größe"


@settings(deadline=None)  # the first example imports the code lists
@given(st.text())
def test_text_findings_never_raise_and_stay_short(text):
    for finding in text_findings([text], ""):
        assert len(finding.message) < 400


def test_container_example_of_the_standard_is_valid():
    assert check_container("", "CSQU3054383") is None
    assert "give 3" in check_container("", "CSQU3054384").message


@settings(deadline=None)  # the first example imports the code lists
@given(st.text(max_size=60))
def test_code_checks_never_raise(text):
    for check in (check_container, check_lei, check_hs):
        finding = check("/data/x", text)
        assert finding is None or finding.pointer == "/data/x"
    check_locode("/data/x", text, name=text, seaport=True)
    check_route("/data/x", text)


def test_locations_agree_with_the_united_nations_list():
    path = shared_path("codes/corridor-locodes.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = {row["unlocode"]: row for row in csv.DictReader(file)}
    assert set(LOCATIONS) <= set(rows)
    for code, location in LOCATIONS.items():
        assert location.country == code[:2]
        if location.is_port:
            # Baku is a port of the Caspian, which the list's function 1 does not say.
            assert rows[code]["function"].startswith("1") or code in ("AZBAK", "KZKUR")


def test_every_trap_leads_to_a_known_place():
    for code, trap in TRAPS.items():
        assert {code, trap.meant} <= set(LOCATIONS)
        assert code in trap.message
        assert trap.meant in trap.message


@pytest.mark.parametrize("document_type", sorted(KINDS))
def test_schema_is_published_as_2020_12(document_type):
    schema = kind_of(document_type).schema()
    Draft202012Validator.check_schema(schema)
    assert schema["$schema"].endswith("2020-12/schema")
    assert schema["$id"] == f"urn:corridor-ledger:schema:{document_type}:1"
    assert schema["title"]


def test_kinds_carry_the_names_of_the_envelope():
    assert set(KINDS) == {"bill-of-lading", "certificate-of-origin", "file-only"}
    for name, kind in KINDS.items():
        assert kind.document_type == name
        assert re.fullmatch(r"[a-z][a-z0-9-]{0,47}", name)
        assert kind_of(name) is kind
    assert kind_of("recipe") is None


def test_breaches_when_there_are_thousands_list_a_hundred():
    found = breaches("bill-of-lading", {"carrierClauses": 1, "charges": [1] * 5000})
    assert len(found) == 101
    assert found[-1].message.startswith("there are more")


def test_breach_of_a_rule_without_words_of_its_own_names_the_rule(monkeypatch):
    validator = Draft202012Validator({"properties": {"a": {"uniqueItems": True}}})
    monkeypatch.setattr("ledger.documents.schema._validator", lambda _: validator)
    (finding,) = breaches("file-only", {"a": [1, 1]})
    assert finding.pointer == "/data/a"
    assert "uniqueItems" in finding.message


def test_breaches_never_repeat_more_than_a_short_value():
    secret = {"partyName": {"a": "SECRET" * 100}, "address": ["SECRET"] * 9}
    found = breaches(
        "bill-of-lading",
        {"documentParties": {"shipper": secret}, "transportDocumentReference": "long" * 1000},
    )
    said = json.dumps([(one.message, one.hint) for one in found])
    assert "SECRET" not in said
    assert max(len(one.message) for one in found) < 150
    assert ("error", "schema") in codes(found)
