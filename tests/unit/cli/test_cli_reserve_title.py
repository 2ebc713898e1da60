# SPDX-License-Identifier: Apache-2.0
"""`corridor notarise --reserve-title`: the bill names its title, and is else sent as it is."""

import json

import pytest
from cli_samples import BILL

WHOLE = f"eip155:1337:0x{'11' * 20}:0x{'7a' * 32}"
RESERVED = {"title": WHOLE, "tag": "ab" * 32, "state": "None"}


def accepted(commitment: object) -> dict[str, object]:
    return {"commitment": str(commitment), "state": "accepted", "anchorBy": "x", "findings": []}


def test_bill_is_sent_with_its_title_and_no_other_byte_changed(desk, corridor, api):
    raw = b' \n{"documentType": "bill-of-lading", "data": {"transportDocumentReference": "X-1",\n'
    raw += b'  "weight": 12000.50}}\n'
    api.say(200, RESERVED)
    api.say(202, accepted(desk.package.commitment))
    ran = corridor("notarise", desk.write("bl.json", raw), "--reserve-title")
    assert ran.code == 0, ran.err
    assert f"title       {WHOLE}\n" in ran.out
    reserved, handed_in = api.asked
    assert (reserved[1], json.loads(reserved[3])) == ("/v1/titles/reserve", {"reference": "X-1"})
    assert handed_in[3] == raw.replace(b"{", f'{{"title":"{WHOLE}",'.encode(), 1)
    assert json.loads(handed_in[3])["title"] == WHOLE


def test_reference_beside_the_data_is_the_one_that_counts(desk, corridor, api):
    body = {"documentType": "bill-of-lading", "reference": "Y-2", "data": BILL}
    api.say(200, RESERVED)
    api.say(202, accepted(desk.package.commitment))
    file = desk.write("bl.json", json.dumps(body).encode())
    ran = corridor("notarise", file, "--reserve-title", "--json")
    assert json.loads(ran.out)["title"] == WHOLE
    assert json.loads(api.asked[0][3]) == {"reference": "Y-2"}


def test_without_the_option_nothing_is_reserved(desk, corridor, api):
    api.say(202, accepted(desk.package.commitment))
    body = {"documentType": "bill-of-lading", "data": BILL}
    assert corridor("notarise", desk.write("bl.json", json.dumps(body).encode())).code == 0
    assert [asked[1] for asked in api.asked] == ["/v1/documents"]


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"title": WHOLE}, "leave it out of a document whose title is reserved"),
        ({"title": None}, "leave it out of a document whose title is reserved"),
        ({"data": {}}, "want a reference here, or the number in the data"),
        ({"documentType": "bill"}, "no such kind of document"),
        ({"more": 1}, "unknown member"),
    ],
)
def test_document_that_would_be_refused_reserves_nothing(desk, corridor, api, members, says):
    body = {"documentType": "bill-of-lading", "data": BILL} | members
    file = desk.write("bl.json", json.dumps(body).encode())
    ran = corridor("notarise", file, "--reserve-title")
    assert (ran.code, api.asked) == (2, [])
    assert says in ran.err


@pytest.mark.parametrize("title", [None, 'eip155:1:0x12:0x34","data":{}', 7])
def test_service_that_answers_with_no_title_is_not_believed(desk, corridor, api, title):
    api.say(200, RESERVED | {"title": title})
    body = {"documentType": "bill-of-lading", "data": BILL}
    file = desk.write("bl.json", json.dumps(body).encode())
    ran = corridor("notarise", file, "--reserve-title")
    assert (ran.code, len(api.asked)) == (4, 1)
    assert "answers with no title" in ran.err
