# SPDX-License-Identifier: Apache-2.0
"""Several nodes: one that fails is passed by, one that lies makes nothing final and stops nobody.

Every node here is a real Anvil behind a loopback proxy that spoils what the test says.
"""

import http.client
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from chain_fakes import MemoryLog

from ledger.anchorer import Act, Anchorer, check_against_chain
from ledger.anchors import Finality
from ledger.chain.writing import LogAnchorSender, connect
from ledger.chain.writing.sending import current_fee, dearer_fee
from ledger.errors import ChainUnavailableError, ConfigurationError


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"]))
        proxy = self.server
        proxy.asked.append(json.loads(body)["method"])
        node = http.client.HTTPConnection("127.0.0.1", proxy.target, timeout=10)
        node.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = node.getresponse().read()
        node.close()
        status, answer = proxy.spoil(json.loads(body), answer)
        self.send_response(status)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer[: proxy.cut])
        if proxy.cut is not None:
            self.close_connection = True


class Proxy(ThreadingHTTPServer):
    """A node as it is, until `spoil` or `cut` says otherwise."""

    def __init__(self, target):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.target, self.cut, self.asked = target, None, []
        self.spoil = lambda _call, answer: (200, answer)

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server_port}"


@pytest.fixture
def proxies(own_ledger):
    """Two of them before one chain."""
    port = urlsplit(own_ledger.local.url).port
    made = [Proxy(port), Proxy(port)]
    threads = [threading.Thread(target=each.serve_forever, args=(0.02,)) for each in made]
    for thread in threads:
        thread.start()
    yield made
    for each, thread in zip(made, threads, strict=True):
        each.shutdown()
        each.server_close()
        thread.join()


@pytest.fixture
def node(proxies):
    return connect(",".join(each.url for each in proxies))


@pytest.fixture
def sender(own_ledger, node):
    contracts, key = own_ledger.contracts, own_ledger.keys["sequencer"]
    final = own_ledger.trust.finality
    return LogAnchorSender.at(node, contracts.log.address, key, final, own_ledger.clock)


def rate_limited(_call, _answer):
    return 429, b"{}"


def broken(_call, _answer):
    return 500, b"oops"


def refused(call, _answer):
    error = {"code": -32005, "message": "limit exceeded"}
    return 200, json.dumps({"jsonrpc": "2.0", "id": call["id"], "error": error}).encode()


def garbage(_call, _answer):
    return 200, b"<html>Bad gateway</html>"


def hung(_call, _answer):
    time.sleep(0.2)
    return 503, b""


@pytest.mark.parametrize("failure", [rate_limited, broken, refused, garbage, hung])
def test_node_that_fails_is_passed_by(own_ledger, proxies, sender, failure):
    proxies[0].spoil = failure
    log = MemoryLog()
    head = log.grow(3)
    anchorer = Anchorer(log, log, sender, own_ledger.clock)
    assert [each.act for each in anchorer.step()] == [Act.SENT]
    anchorer.step()
    assert log.anchors[head.size].record.size == 3
    asked = len(proxies[0].asked)
    sender.on_chain_size()
    assert len(proxies[0].asked) == asked  # the one that answered last is asked first


def test_node_that_sends_half_a_body_is_passed_by(proxies, sender):
    proxies[0].cut = 10
    assert sender.on_chain_size() == 0


def test_node_that_does_not_answer_at_all_is_passed_by(proxies):
    node = connect(f"http://127.0.0.1:1,{proxies[1].url}")
    assert node.chain_id == 1337


def test_all_nodes_failing_is_unavailable(proxies, sender):
    for each in proxies:
        each.spoil = rate_limited
    with pytest.raises(ChainUnavailableError):
        sender.on_chain_size()
    with pytest.raises(ChainUnavailableError):
        sender.final_block()


def anchored(own_ledger, sender):
    log = MemoryLog()
    log.grow(3)
    anchorer = Anchorer(log, log, sender, own_ledger.clock)
    anchorer.step()
    anchorer.step()
    own_ledger.local.call("anvil_mine", "0x60")
    return log, anchorer


def lying_about_final(call, answer):
    """Another block under a height that it calls final."""
    reply = json.loads(answer)
    if call["method"] == "eth_getBlockByNumber":
        reply["result"]["hash"] = "0x" + "ab" * 32
    return 200, json.dumps(reply).encode()


def silent(_call, _answer):
    return 503, b""


def test_nodes_with_different_blocks_make_nothing_final(own_ledger, proxies, sender):
    log, anchorer = anchored(own_ledger, sender)
    proxies[1].spoil = lying_about_final
    with pytest.raises(ChainUnavailableError, match="different blocks at height"):
        anchorer.step()
    assert log.anchors[3].finality is Finality.MINED
    proxies[1].spoil = silent  # one that says nothing does not disagree
    assert [each.act for each in anchorer.step()] == [Act.FINAL]


def test_node_that_is_behind_holds_finality_back(own_ledger, proxies, sender):
    log, anchorer = anchored(own_ledger, sender)

    def behind(call, answer):
        reply = json.loads(answer)
        if call["method"] == "eth_getBlockByNumber" and call["params"][0] == "finalized":
            return 200, json.dumps({**reply, "result": proxies[1].old}).encode()
        return 200, answer

    old = own_ledger.local.call("eth_getBlockByNumber", "0x0", FULL)
    proxies[1].old, proxies[1].spoil = old, behind
    assert anchorer.step() == ()
    assert log.anchors[3].finality is Finality.MINED


def lying_about_state(call, answer):
    """A contract with other contents than every other node's."""
    reply = json.loads(answer)
    if call["method"] == "eth_call":
        reply["result"] = "0x" + "00" * 31 + "09" + "00" * 32 * 3
    return 200, json.dumps(reply).encode()


def test_record_that_another_node_tells_otherwise_is_not_final(own_ledger, proxies, sender):
    _, anchorer = anchored(own_ledger, sender)
    proxies[1].spoil = lying_about_state
    with pytest.raises(ChainUnavailableError, match="different records"):
        anchorer.step()


def honest(_call, answer):
    return 200, answer


def ask_first(proxies, sender, chosen):
    """From now on this one is asked first."""
    proxies[1 - chosen].spoil, proxies[chosen].spoil = silent, honest
    sender.on_chain_size()


def test_node_that_lies_about_the_head_stops_nobody_for_good(own_ledger, proxies, sender):
    log, _ = anchored(own_ledger, sender)
    ask_first(proxies, sender, 1)
    proxies[0].spoil, proxies[1].spoil = honest, lying_about_state  # 9 entries; the log has 3
    with pytest.raises(ChainUnavailableError, match="the nodes disagree"):
        check_against_chain(log, sender)
    ask_first(proxies, sender, 0)
    proxies[1].spoil = lying_about_state
    assert check_against_chain(log, sender) == 3


def test_only_node_that_answers_is_believed_when_it_says_stop(own_ledger, proxies, sender):
    log, _ = anchored(own_ledger, sender)
    proxies[0].spoil, proxies[1].spoil = lying_about_state, silent
    with pytest.raises(ConfigurationError, match="9 entries"):
        check_against_chain(log, sender)


@pytest.mark.parametrize("gwei", [None, 1, 3])
def test_price_is_never_more_than_the_owner_allows(own_ledger, gwei):
    most = None if gwei is None else gwei * 10**9
    node = connect(own_ledger.local.url, most)
    own_ledger.local.call("anvil_setNextBlockBaseFeePerGas", hex(10 * 10**9))
    own_ledger.local.call("anvil_mine", "0x1")
    usual = current_fee(connect(own_ledger.local.url))
    fee = current_fee(node)
    assert fee.most == (usual.most if most is None else most)
    assert (fee.priority or 0) <= fee.most
    again = dearer_fee(node, fee)
    assert again.most > fee.most if most is None else again == fee


FULL = False  # not whole transactions
