# SPDX-License-Identifier: Apache-2.0
"""The benchmark measures what it says. Nothing here looks at how long something takes."""

import http.client
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from stdnum import iso6346, lei

from ledger import journey
from ledger.documents import TradeDocument
from ledger.localnode import LocalNode
from ledger.primitives import PartyId
from ledger.sealing import seal
from scripts.bench.counting import counted_node
from scripts.bench.hashing import bare_hashes
from scripts.bench.measuring import Unit, compared, percentile, rates, row, times_ms
from scripts.bench.sample import KIND, SAMPLE, submission
from scripts.bench.table import Machine, json_text, table

RATE = Unit("documents/s", better_more=True)
DURATION = Unit("ms", better_more=False)
MACHINE = Machine("Example CPU", 2, "3.11.7", 0.25)
PARTY = PartyId(bytes(32))


@pytest.fixture(scope="module")
def data():
    return json.loads(SAMPLE.read_text("utf-8"))


@pytest.fixture(scope="module")
def judged():
    return journey.read_document(submission(), PARTY)


def leaves(value):
    """Scalars and empty containers, counted apart from `ledger.sealing`."""
    if isinstance(value, dict | list) and value:
        children = value.values() if isinstance(value, dict) else value
        return [leaf for child in children for leaf in leaves(child)]
    return [value]


def named(value, name):
    """Every value under a member of that name, at any depth."""
    if isinstance(value, list):
        return [found for child in value for found in named(child, name)]
    if not isinstance(value, dict):
        return []
    here = [value[name]] if name in value else []
    return here + [found for child in value.values() for found in named(child, name)]


def test_sample_has_72_fields(data, judged):
    document, _ = judged
    assert len(leaves(data)) == 72
    pointers = [item.pointer for item in seal(document).digests]
    assert sum(pointer.startswith("/data/") for pointer in pointers) == 72


def test_sample_earns_no_finding(judged):
    document, findings = judged
    assert document.document_type == KIND
    assert findings == ()


def test_sample_is_invented_with_valid_check_digits(data):
    parties, codes = named(data, "partyName"), named(data, "partyCode")
    boxes = named(data, "equipmentReference")
    assert parties
    assert all(name.startswith("Example ") for name in parties)
    assert codes
    assert all(lei.is_valid(code) and code.startswith("9999") for code in codes)
    assert boxes
    assert all(iso6346.is_valid(box) for box in boxes)


def test_bare_hashes_are_those_that_make_the_commitment(judged):
    document, _ = judged
    sealed = seal(document)
    bare = bare_hashes(sealed)
    count = len(sealed.digests)
    assert (len(bare.hmacs), len(bare.hashes)) == (count, 3 * count - 1)
    assert bare.run() == sealed.commitment.raw


@pytest.mark.parametrize("fields", range(1, 10))
def test_bare_hashes_make_the_commitment_of_trees_of_every_shape(fields):
    values = {f"f{number}": [number + 0.5, None, {}, "é"][number % 4] for number in range(fields)}
    sealed = seal(TradeDocument("file-only", (PARTY,), "X-1", values))
    assert bare_hashes(sealed).run() == sealed.commitment.raw


@pytest.mark.parametrize(("tenths", "expected"), [(0, 1), (1, 1), (5, 5), (9, 9), (10, 10)])
def test_percentile_of_ten_is_the_nearest_rank(tenths, expected):
    assert percentile([10, 1, 9, 2, 8, 3, 7, 4, 6, 5], tenths) == expected


def test_percentile_of_one_sample_is_that_sample():
    assert {percentile([7.0], tenths) for tenths in range(11)} == {7.0}


def test_ratio_is_of_times_whatever_the_unit():
    assert compared("peer", RATE, [50, 50, 50], [100, 100, 100]).ratio == 2
    assert compared("peer", DURATION, [4, 4, 4], [2, 2, 2]).ratio == 2


def test_ratio_is_taken_round_by_round():
    """A round in which the machine was slow slows both sides, and moves no ratio."""
    found = compared("peer", RATE, [10, 20, 40], [30, 60, 120])
    assert found.ratio == 3
    assert found.median == 60


def test_rates_run_every_work_in_every_round():
    ran = []
    works = {name: lambda name=name: ran.append(name) for name in ("one", "two")}
    found = rates(works, rounds=3, seconds=0.001)
    assert {name: len(samples) for name, samples in found.items()} == {"one": 3, "two": 3}
    assert all(sample > 0 for samples in found.values() for sample in samples)


def test_times_run_in_turns_after_one_warm_up_each():
    ran = []
    works = {name: lambda name=name: ran.append(name) for name in ("one", "two")}
    times_ms(works, rounds=2)
    assert ran == ["one", "two"] * 3


def test_table_shows_each_comparison_on_a_line():
    measured = row(
        "seal",
        RATE,
        [1000.0, 2000.0, 3000.0],
        compared("hashes", RATE, [1.0], [4.0]),
        compared("jcs", RATE, [1.0], [5.0]),
    )
    lines = table([measured, row("calls", DURATION, [4])], MACHINE).splitlines()
    assert [line.split() for line in lines[1:4]] == [
        ["seal", "2", "000", "documents/s", "hashes", "4", "4.00"],
        ["jcs", "5", "5.00"],
        ["calls", "4", "ms"],
    ]
    assert lines[-1].startswith("Example CPU, 2 cores, Python 3.11.7")


def test_json_holds_the_same_and_the_spread():
    measured = row("seal", RATE, [1.0, 2.0, 3.0], compared("hashes", RATE, [1.0], [4.0]))
    value = json.loads(json_text([measured], MACHINE))
    assert value["machine"]["processor"] == "Example CPU"
    assert value["rows"] == [
        {
            "what": "seal",
            "unit": "documents/s",
            "median": 2.0,
            "p10": 1.0,
            "p90": 3.0,
            "samples": 3,
            "against": [{"what": "hashes", "median": 4.0, "ratio": 4.0}],
        }
    ]


def test_machine_names_its_processor():
    assert Machine.here().processor


class Echo(BaseHTTPRequestHandler):
    """Stands in for a node."""

    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Say nothing."""


@pytest.fixture
def echo():
    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield LocalNode(server.server_port, 0)
    server.shutdown()
    thread.join()
    server.server_close()


def test_door_counts_what_is_sent(echo):
    with counted_node(echo) as (url, traffic):
        host = url.removeprefix("http://")
        for requests in (2, 1):
            connection = http.client.HTTPConnection(host, timeout=10)
            for number in range(requests):
                connection.request("POST", "/", str(number))
                assert connection.getresponse().read() == str(number).encode()
            connection.close()
    assert (traffic.requests, traffic.connections) == (3, 2)


def test_door_counts_a_request_whose_answer_nobody_awaits(echo):
    with counted_node(echo) as (url, traffic):
        connection = http.client.HTTPConnection(url.removeprefix("http://"), timeout=10)
        connection.request("POST", "/", "{}")
        connection.getresponse().read()
        connection.request("POST", "/", "{}")
        connection.close()
    assert (traffic.requests, traffic.connections) == (2, 1)
