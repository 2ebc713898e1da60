# SPDX-License-Identifier: Apache-2.0
"""Facts and comparables from what a reader may see."""

import copy
import pickle

import pytest
from document_samples import disclosed, leaves
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.documents import HIDDEN, KINDS, Comparable, Disclosed, Fact, compare, kind_of
from ledger.documents.facts import spoken

BILL = kind_of("bill-of-lading")
CERTIFICATE = kind_of("certificate-of-origin")
WEIGHT = "/data/consignmentItems/0/cargoItems/0/cargoGrossWeight/value"

# Pointers that mean something to a kind, and some that do not; values of any sort.
POINTERS = st.one_of(
    st.sampled_from(
        [
            "",
            "/",
            "//",
            "/data",
            "/data/transportDocumentReference",
            "/data/isToOrder",
            "/data/issueDate",
            "/data/placeOfIssue/UNLocationCode",
            "/data/consignmentItems",
            "/data/consignmentItems/0",
            "/data/consignmentItems/0/cargoItems/0/cargoGrossWeight/value",
            "/data/consignmentItems/0/cargoItems/0/cargoGrossWeight/unit",
            "/data/consignmentItems/0/cargoItems/x/equipmentReference",
            "/data/consignmentItems/10/HSCodes/2",
            "/data/utilizedTransportEquipments/0/equipment/equipmentReference",
            "/data/utilizedTransportEquipments/0/seals/0/number",
            "/data/id",
            "/data/supplyChainConsignment/transportDocumentReference",
            "/data/supplyChainConsignment/includedConsignmentItems/0/grossWeight/value",
            "/data/supplyChainConsignment/includedConsignmentItems/0/grossWeight/unitCode",
            "/data/supplyChainConsignment/includedConsignmentItems/0/packageCount",
            "/files/0/name",
            "/reference",
        ]
    ),
    st.text(max_size=20).map(lambda text: "/" + text),
)
VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from(["KGM", "LBR", "TNE"]),
    st.just([]),
    st.just({}),
    st.just(HIDDEN),
)


def labelled(kind, seen):
    return {fact.label: fact.value for fact in kind.facts(seen)}


def comparable(kind, seen, name):
    (found,) = [one for one in kind.comparables(seen) if one.name == name]
    return found.value


def test_hidden_is_one_falsy_value():
    assert not HIDDEN
    assert repr(HIDDEN) == "HIDDEN"
    assert pickle.loads(pickle.dumps(HIDDEN)) is HIDDEN  # noqa: S301 — our own bytes
    assert copy.deepcopy(HIDDEN) is HIDDEN


def test_get_when_absent_or_null_gives_none():
    seen = Disclosed({"/data/a": None, "/data/b": 0})
    assert seen.get("/data/a") is None
    assert seen.get("/data/c") is None
    assert seen.get("/data/b") == 0


def test_under_gives_array_elements_in_the_order_of_the_document():
    seen = Disclosed({f"/data/a/{index}/b": index for index in (10, 2, 0, 1)})
    assert [value for _, value in seen.under("/data/a/*/b")] == [0, 1, 2, 10]
    assert list(seen.under("/data/a/2/b")) == [("/data/a/2/b", 2)]
    assert list(seen.under("/data/a/3/b")) == []
    assert list(seen.under("/data/a/*")) == []


def test_under_takes_a_star_for_a_member_and_special_characters_as_they_are():
    seen = Disclosed({"/data/a.c/x": 1, "/data/abc/x": 2, "/data/(/x": 3})
    assert [value for _, value in seen.under("/data/a.c/x")] == [1]
    assert sorted(value for _, value in seen.under("/data/*/x")) == [1, 2, 3]


def test_branches_lists_what_exists_whatever_is_below():
    seen = Disclosed({"/data/a/1/b/c": 1, "/data/a/0": [], "/data/a/1/d": HIDDEN})
    assert seen.branches("/data/a/*") == ("/data/a/0", "/data/a/1")


def test_facts_of_the_bill_hold_what_an_officer_compares(bill):
    facts = BILL.facts(disclosed(bill))
    said = {(fact.label, fact.value) for fact in facts}
    assert said >= {
        ("Number", "XMPL260200001"),
        ("Date of issue", "2026-02-04"),
        ("Place of issue", "JPNGO (Nagoya)"),
        ("Shipper", "Example Machinery KK"),
        ("To the order of", "Example Bank A.S."),
        ("Notify party", "Example Ithalat Ltd Sti"),
        ("Vessel", "EXAMPLE EXPRESS"),
        ("Port of loading", "JPNGO"),
        ("Place of delivery", "TRAMR"),
        ("Container", "EXMU2044178"),
        ("Seals on EXMU2044178", "JPX000417"),
        ("Seals on EXMU2044183", "JPX000418"),
        ("Gross weight", "24150 kg"),
        ("Packages", "13"),
        ("HS code", "845710"),
    }
    assert len({fact.pointer for fact in facts if fact.label == "Container"}) == 2
    assert sum(fact.label == "Container" for fact in facts) == 2


def test_facts_of_the_certificate_hold_what_an_officer_compares(certificate):
    assert (
        labelled(CERTIFICATE, disclosed(certificate)).items()
        >= {
            "Number": "XCCI-2026-000117",
            "Form": "NON_PREFERENTIAL",
            "Preferential": "no",
            "Valid until": "2027-02-02",
            "Exporter": "Example Machinery KK",
            "Importer": "Example Ithalat Ltd Sti",
            "Transport document": "XMPL260200001",
            "Gross weight": "24150 kg",
            "Packages": "13",
            "HS code": "845710",
            "Country of origin": "JP",
            "Invoice": "INV-260201",
            "Marks": "EXM/2602 1-13",
        }.items()
    )


def test_facts_when_hidden_say_so(bill):
    box = "/data/utilizedTransportEquipments/0"
    seen = disclosed(
        bill,
        WEIGHT,
        "/data/documentParties/shipper/partyName",
        f"{box}/equipment/equipmentReference",
        f"{box}/seals/0/number",
    )
    said = labelled(BILL, seen)
    assert said["Shipper"] == "(hidden)"
    assert said["Gross weight"] == "(hidden)"
    assert said["Seals on (hidden)"] == "(hidden)"


def test_facts_when_a_box_is_only_in_the_cargo_list_still_name_it(bill):
    bill["utilizedTransportEquipments"] = bill["utilizedTransportEquipments"][:1]
    boxes = [fact.value for fact in BILL.facts(disclosed(bill)) if fact.label == "Container"]
    assert boxes == ["EXMU2044178", "EXMU2044183"]


def test_facts_never_carry_control_or_direction_characters():
    name = "a\u202eb\x1b[31m\nc" + "x" * 1000
    seen = Disclosed({"/data/documentParties/shipper/partyName": name})
    (fact,) = BILL.facts(seen)
    assert fact.value.startswith("a\ufffdb\ufffd[31m\ufffdc")
    assert len(fact.value) <= 301


def test_facts_of_a_file_name_the_files():
    seen = Disclosed({"/reference": "A-1", "/files/0/name": "a.pdf", "/files/1/name": HIDDEN})
    assert [fact.value for fact in kind_of("file-only").facts(seen)] == ["A-1", "a.pdf", "(hidden)"]
    assert kind_of("file-only").comparables(seen) == ()


def test_weight_when_in_pounds_and_tonnes_is_compared_in_kilograms(bill, certificate):
    for item in bill["consignmentItems"][0]["cargoItems"]:
        item["cargoGrossWeight"] = {"value": 100.5, "unit": "LBR"}
    item = certificate["supplyChainConsignment"]["includedConsignmentItems"][0]
    item["grossWeight"] = {"value": 24.15, "unitCode": "TNE"}
    assert comparable(BILL, disclosed(bill), "gross weight") == "91.172"
    assert comparable(CERTIFICATE, disclosed(certificate), "gross weight") == "24150"


def test_weight_when_fractions_are_added_is_exact(bill):
    cargo = bill["consignmentItems"][0]["cargoItems"]
    for item, value in zip(cargo, (0.1, 0.2), strict=True):
        item["cargoGrossWeight"] = {"value": value, "unit": "KGM"}
    assert comparable(BILL, disclosed(bill), "gross weight") == "0.3"


@pytest.mark.parametrize("value", [2**60, float("nan"), float("inf"), True, "11840"])
def test_weight_when_it_cannot_be_a_weight_is_not_guessed(bill, value):
    bill["consignmentItems"][0]["cargoItems"][0]["cargoGrossWeight"]["value"] = value
    assert comparable(BILL, disclosed(bill), "gross weight") is None


def test_facts_when_a_number_cannot_be_written_still_say_something():
    seen = Disclosed({"/data/transportDocumentReference": float("nan"), "/data/isToOrder": None})
    assert [fact.value for fact in BILL.facts(seen)] == ["(not a number)"]


@pytest.mark.parametrize(
    ("value", "words"),
    [(HIDDEN, "(hidden)"), (False, "no"), (12000.5, "12000.5"), ([], "(none)"), (None, "(none)")],
)
def test_spoken_writes_any_value_for_people(value, words):
    assert spoken(value) == words


def test_weight_when_one_item_states_none_is_not_guessed(bill):
    del bill["consignmentItems"][0]["cargoItems"][1]["cargoGrossWeight"]
    assert comparable(BILL, disclosed(bill), "gross weight") is None


def test_packages_when_an_item_has_no_cargo_is_not_guessed(bill):
    bill["consignmentItems"].append({"descriptionOfGoods": ["more"], "cargoItems": []})
    assert comparable(BILL, disclosed(bill), "packages") is None


def test_comparables_when_a_part_is_hidden_are_hidden(bill):
    seen = disclosed(
        bill,
        WEIGHT,
        "/data/transportDocumentReference",
        "/data/consignmentItems/0/cargoItems/1/equipmentReference",
    )
    assert comparable(BILL, seen, "gross weight") is HIDDEN
    assert comparable(BILL, seen, "transport document reference") is HIDDEN
    assert comparable(BILL, seen, "containers") is HIDDEN
    assert comparable(BILL, seen, "packages") == 13


def test_packages_when_a_part_is_hidden_are_hidden(bill):
    pointer = "/data/consignmentItems/0/cargoItems/1/outerPackaging/numberOfPackages"
    assert comparable(BILL, disclosed(bill, pointer), "packages") is HIDDEN


def test_containers_are_sorted_and_written_as_on_the_box(bill):
    bill["utilizedTransportEquipments"][1]["equipment"]["equipmentReference"] = "exmu 204418-3"
    assert comparable(BILL, disclosed(bill), "containers") == ("EXMU2044178", "EXMU2044183")


def test_containers_of_a_certificate_are_compared_where_it_states_them(certificate):
    names = [one.name for one in CERTIFICATE.comparables(disclosed(certificate))]
    assert "containers" not in names
    certificate["supplyChainConsignment"]["utilizedTransportEquipments"] = [{"id": "EXMU2044178"}]
    assert comparable(CERTIFICATE, disclosed(certificate), "containers") == ("EXMU2044178",)


def test_compare_when_hidden_or_not_stated_is_unknown():
    left = (Comparable("a", HIDDEN, ()), Comparable("b", None, ()), Comparable("c", 1, ()))
    right = tuple(Comparable(name, 1, ()) for name in "abc")
    assert [one.state for one in compare(left, right)] == ["unknown", "unknown", "equal"]
    assert [one.state for one in compare(right, left)] == ["unknown", "unknown", "equal"]


def test_compare_when_only_one_side_has_a_name_says_nothing():
    assert compare((Comparable("a", 1, ()),), (Comparable("b", 1, ()),)) == ()


def test_compare_when_both_numbers_are_the_documents_own_says_nothing(bill):
    other = {**bill, "transportDocumentReference": "FEEDER1"}
    differences = compare(BILL.comparables(disclosed(bill)), BILL.comparables(disclosed(other)))
    assert {one.name: one.state for one in differences} == {
        "gross weight": "equal",
        "packages": "equal",
        "containers": "equal",
    }


@settings(deadline=None)  # the first example imports the code lists
@given(st.dictionaries(POINTERS, VALUES))
def test_facts_and_comparables_never_raise(found):
    seen = Disclosed(found)
    for kind in KINDS.values():
        facts = kind.facts(seen)
        assert all(isinstance(fact, Fact) and isinstance(fact.value, str) for fact in facts)
        stated = kind.comparables(seen)
        assert all(one.state != "differs" for one in compare(stated, stated))


def test_every_disclosed_fact_of_the_pair_leads_to_its_place(corridor):
    for kind, data in ((BILL, corridor["bl"]), (CERTIFICATE, corridor["co"])):
        places = [pointer for pointer, _ in leaves({"data": data})]
        for fact in kind.facts(disclosed(data)):
            assert any(place.startswith(fact.pointer) for place in places), fact
