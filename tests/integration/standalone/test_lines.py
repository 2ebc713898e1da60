# SPDX-License-Identifier: Apache-2.0
"""What comes over the line from a node, to the letter: both verifiers take and refuse the same."""

import pytest
from bridge import standalone
from telling import telling

from ledger.chain.reading import Node
from ledger.chain.reading.rpc import data, quantity
from ledger.errors import ChainUnavailableError

pytestmark = pytest.mark.node  # with the other tests of this folder; no node is needed

GOOD = {
    "in another order": '{"result": "0x1", "id": 1, "jsonrpc": "2.0"}',
    "with blanks": ' \n{"jsonrpc": "2.0", "id": 1, "result": "0x1"}\t',
    "with a member of its own": '{"jsonrpc": "2.0", "id": 1, "result": "0x1", "took": 1.50}',
    "with a long name": f'{{"jsonrpc": "2.0", "id": 1, "result": "0x1", "{"k" * 300}": null}}',
    "without a version": '{"id": 1, "result": "0x1"}',
    "without an error": '{"jsonrpc": "2.0", "id": 1, "result": "0x1", "error": null}',
}
BAD = {
    "two results": '{"jsonrpc": "2.0", "id": 1, "result": "0x2", "result": "0x1"}',
    "two ids": '{"jsonrpc": "2.0", "id": 2, "id": 1, "result": "0x1"}',
    "two names after unescaping": '{"id": 1, "result": "0x1", "a": 1, "\\u0061": 1}',
    "two names inside": '{"id": 1, "result": {"hash": "0x1", "hash": "0x1"}}',
    "a byte-order mark": '\ufeff{"jsonrpc": "2.0", "id": 1, "result": "0x1"}',
    "another encoding": '{"jsonrpc": "2.0", "id": 1, "result": "0x1"}'.encode("utf-16"),
    "no UTF-8": b'{"jsonrpc": "2.0", "id": 1, "result": "0x1", "a": "\xff"}',
    "not a number": '{"jsonrpc": "2.0", "id": 1, "result": "0x1", "a": NaN}',
    "an infinity": '{"jsonrpc": "2.0", "id": 1, "result": "0x1", "a": -Infinity}',
    "an id that is a text": '{"jsonrpc": "2.0", "id": "1", "result": "0x1"}',
    "an id that is true": '{"jsonrpc": "2.0", "id": true, "result": "0x1"}',
    "an id with a point": '{"jsonrpc": "2.0", "id": 1.0, "result": "0x1"}',
    "no id": '{"jsonrpc": "2.0", "result": "0x1"}',
    "a list": '[{"jsonrpc": "2.0", "id": 1, "result": "0x1"}]',
    "more behind it": '{"jsonrpc": "2.0", "id": 1, "result": "0x1"} {}',
    "nesting beyond reason": '{"id": 1, "result": ' + "[" * 100_000 + "]" * 100_000 + "}",
}


@pytest.fixture
def url(text):
    """A server that tells a text."""
    raw = text if isinstance(text, bytes) else text.encode()
    with telling(lambda _asked: raw) as told:
        yield told


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_answer_that_is_well_formed_is_taken_by_both(url):
    assert Node(url).call("eth_chainId") == "0x1"
    assert standalone.Node(url).call("eth_chainId", []) == "0x1"


@pytest.mark.parametrize("text", BAD.values(), ids=BAD)
def test_answer_that_is_not_well_formed_is_taken_by_neither(url):
    with pytest.raises(ChainUnavailableError):
        Node(url).ask("eth_chainId")
    with pytest.raises(standalone.Unanswered) as caught:
        standalone.Node(url).call("eth_chainId", [])
    assert not isinstance(caught.value, standalone.Declined)  # no reason to ask for less


@pytest.mark.parametrize(
    "text", ["0xA", "0xaB", "0X1", "0x", "0x01", "-0x1", "0x1 ", "0x1\n", "1", ""]
)
def test_quantity_that_is_not_written_as_the_page_says_is_taken_by_neither(text):
    with pytest.raises(ChainUnavailableError):
        quantity(text)
    with pytest.raises(standalone.Unanswered):
        standalone.quantity(text)


@pytest.mark.parametrize(
    "text", ["0xAB", "0xa", "0x a0", "0xa0 ", "0xa0\n", "a0", "0Xa0", "", None]
)
def test_data_that_are_not_written_as_the_page_says_are_refused(text):
    assert data("0xa0") == b"\xa0"
    assert data("0x") == b""
    with pytest.raises(ChainUnavailableError):
        data(text)
