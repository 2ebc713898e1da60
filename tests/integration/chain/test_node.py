# SPDX-License-Identifier: Apache-2.0
"""The node's edge: what errors say, what they must not say, what is sent once."""

import http.server
import json
import logging
import threading
import traceback

import pytest
import requests
from chain_world import configured_anvil
from eth_account import Account as EthAccount
from web3.exceptions import ContractLogicError

from ledger.chain.writing.node import Sending, connect
from ledger.chain.writing.rejections import rejection_text
from ledger.chain.writing.sending import current_fee
from ledger.chain.writing.transactions import Fee, Transaction
from ledger.errors import ChainUnavailableError, ConfigurationError, InvalidValueError
from ledger.keys import HeldKey
from ledger.localnode import LocalNodeOptions, find_anvil, local_node
from ledger.primitives import Address

SECRET = "k3y-that-nobody-may-see"
HASHES = False  # not whole transactions


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.asked.append(json.loads(body)["method"])
        self.server.answer(self)

    def log_message(self, *_):
        pass


@pytest.fixture
def bad_node():
    """A server that answers as the test says; remembers what it was asked."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.asked = []
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


def url_of(server):
    return f"http://user:{SECRET}@127.0.0.1:{server.server_port}/v3/{SECRET}?apikey={SECRET}"


def hang_up(handler):
    handler.close_connection = True
    handler.connection.close()


def reply(status, text):
    def answer(handler):
        handler.send_response(status)
        handler.send_header("Content-Length", str(len(text)))
        handler.end_headers()
        handler.wfile.write(text.encode())

    return answer


def refusal(message):
    return reply(
        200, json.dumps({"jsonrpc": "2.0", "id": 1, "error": {"code": -32000, "message": message}})
    )


def everything_told(error):
    """The error, and all that any logger of tracebacks could find behind it."""
    chain, at = [], error
    while at is not None:
        chain.append(repr(at) + str(at))
        at = at.__cause__ or at.__context__
    return "\n".join(chain) + "".join(traceback.format_exception(error))


@pytest.mark.parametrize(
    "answer",
    [
        hang_up,
        reply(401, f"no such key {SECRET}"),
        reply(502, f"<html>{SECRET}</html>"),
        reply(200, f"not json {SECRET}"),
        refusal(f"project {SECRET} is over its limit"),
    ],
)
def test_credentials_of_the_node_are_never_told(bad_node, answer, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr("ledger.chain.writing.providers.BACKOFF_SECONDS", 0.01)
    bad_node.answer = answer
    node = connect(url_of(bad_node))
    with pytest.raises(ChainUnavailableError) as caught:
        node.latest()
    with pytest.raises(ChainUnavailableError) as sent:
        node.send(b"\x02")
    told = everything_told(caught.value) + everything_told(sent.value) + caplog.text
    assert SECRET not in told + repr(node) + str(node.web3.provider) + str(vars(node).keys())


def test_read_is_retried_and_write_is_sent_once(bad_node, monkeypatch):
    monkeypatch.setattr("ledger.chain.writing.providers.BACKOFF_SECONDS", 0.01)
    bad_node.answer = hang_up
    node = connect(url_of(bad_node))
    for call in (lambda: node.send(b"\x02"), node.latest):
        with pytest.raises(ChainUnavailableError):
            call()
    assert bad_node.asked.count("eth_sendRawTransaction") == 1
    assert bad_node.asked.count("eth_getBlockByNumber") > 1


@pytest.mark.parametrize(
    ("message", "sending"),
    [
        ("already known", Sending.KNOWN),
        ("transaction already imported", Sending.KNOWN),
        ("Known transaction", Sending.KNOWN),
        ("nonce too low: next nonce 5, tx nonce 4", Sending.NONCE_USED),
        ("OldNonce, Current nonce: 5", Sending.NONCE_USED),
        ("replacement transaction underpriced", Sending.UNDERPRICED),
    ],
)
def test_words_of_nodes_are_understood(bad_node, message, sending):
    bad_node.answer = refusal(message)
    assert connect(url_of(bad_node)).send(b"\x02") is sending


def test_refusal_is_told_in_the_node_s_words(bad_node):
    bad_node.answer = refusal("insufficient funds for gas * price + value")
    with pytest.raises(ChainUnavailableError, match="insufficient funds"):
        connect(url_of(bad_node)).send(b"\x02")


@pytest.mark.parametrize("url", ["", "ftp://host/" + SECRET, "http://", SECRET])
def test_address_that_is_none_is_refused_without_repeating_it(url):
    with pytest.raises(ConfigurationError) as caught:
        connect(url)
    assert SECRET not in everything_told(caught.value)


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("0x", "reverted without a reason"),
        (None, "reverted without a reason"),
        ("0x01020304ff", "reverted with 0x01020304ff"),
        ("0x08c379a0ff", "reverted with '0x08c379a0ff'"),
        ("0xzz", "reverted with '0xzz'"),
        ("0x4e487b71" + 31 * "00" + "11", "Panic(17)"),
    ],
)
def test_reverts_are_told_by_name(data, text):
    assert rejection_text(ContractLogicError(None, data=data)) == text


@pytest.mark.parametrize("priority", [None, 3])
@pytest.mark.parametrize("to", [None, Address(bytes([7]) * 20)])
def test_transaction_is_what_eth_account_makes_of_it(priority, to):
    key = HeldKey.random()
    mine = Transaction(1337, 5, Fee(10**9, priority), 90_000, to, b"\xaa\xbb")
    fields = {"chainId": 1337, "nonce": 5, "gas": 90_000, "data": b"\xaa\xbb", "value": 0}
    fields |= {"to": to.raw if to else b""}
    if priority is None:
        fields |= {"gasPrice": 10**9}
    else:
        fields |= {"maxFeePerGas": 10**9, "maxPriorityFeePerGas": priority}
    theirs = EthAccount.sign_transaction(fields, key.secret())
    signed = mine.signed(key)
    assert signed.raw == bytes(theirs.raw_transaction)
    assert signed.hash.raw == bytes(theirs.hash)
    assert Transaction.parse(signed.raw) == mine


@pytest.mark.parametrize("raw", [b"", b"\x02", b"\x02\xc0", b"\xc0", b"\xff" * 9])
def test_bytes_that_are_no_transaction_are_refused(raw):
    with pytest.raises(InvalidValueError):
        Transaction.parse(raw)


def test_replacement_pays_enough_to_be_taken():
    dearer = Fee(100, 8).raised(Fee(50, 1))
    assert dearer.most >= 110
    assert dearer.priority >= 9
    assert Fee(0, None).raised(Fee(0, None)).most == 1


def test_fee_covers_two_base_fees(shared_node):
    node = connect(shared_node.url)
    fee = current_fee(node)
    base = node.web3.eth.get_block("latest")["baseFeePerGas"]
    assert fee.most == 2 * base + fee.priority


def test_local_node_ends_with_its_block_and_keeps_its_state(tmp_path):
    options = LocalNodeOptions(block_seconds=1, state=tmp_path / "chain.json")
    account = HeldKey.random().address
    with local_node(options, configured_anvil()) as first:
        first.fund(account, ether=3)
        first.call("anvil_mine", "0x2")
        block = first.call("eth_getBlockByNumber", "0x1", HASHES)["hash"]
        with pytest.raises(ChainUnavailableError, match="no_such_method"):
            first.call("no_such_method")
    with pytest.raises(ChainUnavailableError):
        first.call("eth_chainId")
    with local_node(options, configured_anvil()) as second:
        assert int(second.call("eth_getBalance", str(account), "latest"), 16) == 3 * 10**18
        assert second.call("eth_getBlockByNumber", "0x1", HASHES)["hash"] == block


def test_local_node_says_when_its_port_is_taken(shared_node):
    options = LocalNodeOptions(port=shared_node.port)
    with (
        pytest.raises(ChainUnavailableError, match=f"port {shared_node.port}"),
        local_node(options, configured_anvil()),
    ):
        pass
    assert requests.post(shared_node.url, json={}, timeout=5).status_code


def test_missing_anvil_is_told_in_one_sentence(tmp_path):
    with pytest.raises(ConfigurationError, match=r"Anvil is missing at .*make setup"):
        find_anvil(tmp_path / "anvil")
