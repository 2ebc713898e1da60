# SPDX-License-Identifier: Apache-2.0
"""A real loopback proxy before a node that fails one RPC method in one way."""

import http.client
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

__all__ = ["LOG_MODES", "MODES", "failing_proxy"]

SLOW_SECONDS = 1.5
NEWEST = ("latest", "finalized")
MODES = (
    *("down", "slow", "drip", "drip-headers", "continue", "500", "429"),
    *("garbage", "half", "wrong-chain", "old-head", "null"),
)
# What a node may do to eth_getLogs: search few blocks at once, say so by a status, leave out times,
# have another order; and what none may do: leave out a log, or tell one twice.
LOG_MODES = ("limit", "limit-400", "no-times", "reversed", "one-missing", "one-twice")
WIDEST_RANGE = 3


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    target: int
    method: str
    mode: str
    stuck_at: int

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        call = json.loads(body)
        fails = call["method"] == self.method
        if fails and self.mode == "down":
            self.close_connection = True
            return
        if fails and self.mode == "slow":
            time.sleep(SLOW_SECONDS)
        if fails and self._refused(call):
            return
        answer = self._forward(body)
        if fails:
            answer = self._spoiled(answer, call)
        if fails and self.mode == "drip":
            self._drip(answer)
        elif fails and self.mode in ("drip-headers", "continue"):
            self._endless(self.mode)
        elif fails and self.mode == "half":
            self._half(answer)
        else:
            self._reply(200, answer)

    def _forward(self, body: bytes) -> bytes:
        node = http.client.HTTPConnection("127.0.0.1", self.target, timeout=10)
        try:
            node.request("POST", "/", body, {"Content-Type": "application/json"})
            return node.getresponse().read()
        finally:
            node.close()

    def _spoiled(self, answer: bytes, call: dict) -> bytes:
        reply = json.loads(answer)
        if self.mode == "garbage":
            return b"<html>Bad gateway</html>"
        if self.mode == "null":
            reply["result"] = None
        if self.mode == "wrong-chain":
            reply["result"] = "0x1" if call["method"] == "eth_chainId" else reply["result"]
            if isinstance(reply["result"], dict):
                reply["result"]["hash"] = "0x" + "ab" * 32
            elif call["method"] == "eth_call":
                reply["result"] = "0x" + "00" * 31 + "20" + "00" * 31 + "01" + "00" * 640
        if isinstance(reply["result"], list):
            reply["result"] = self._other_logs(reply["result"])
        if self.mode == "old-head":
            reply = json.loads(self._forward(json.dumps(self._at_an_old_block(call)).encode()))
        return json.dumps(reply).encode()

    def _refused(self, call: dict) -> bool:
        """True once a mode that asks no node has answered."""
        if self.mode in ("500", "429"):
            self._reply(int(self.mode), b'{"jsonrpc":"2.0","id":1,"result":"0x1"}')
            return True
        if not self.mode.startswith("limit") or not self._wide(call):
            return False
        error = {"jsonrpc": "2.0", "id": call["id"], "error": {"code": -32005, "message": "no"}}
        self._reply(400 if self.mode == "limit-400" else 200, json.dumps(error).encode())
        return True

    def _wide(self, call: dict) -> bool:
        wanted = call["params"][0]
        return int(wanted["toBlock"], 16) - int(wanted["fromBlock"], 16) >= WIDEST_RANGE

    def _other_logs(self, logs: list) -> list:
        if self.mode == "no-times":
            return [{**log, "blockTimestamp": None} for log in logs]
        if self.mode == "reversed":
            return logs[::-1]
        if self.mode == "one-missing":
            return logs[:1] + logs[2:]
        return logs + logs[-1:] if self.mode == "one-twice" else logs

    def _at_an_old_block(self, call: dict) -> dict:
        """The same question, answered from a block that the node is stuck at."""
        first, *rest = call["params"]
        if call["method"] == "eth_call":
            return call | {"params": [first, hex(self.stuck_at)]}
        return call | {"params": [hex(self.stuck_at), *rest]} if first in NEWEST else call

    def _reply(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _half(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.wfile.flush()
        self.close_connection = True

    def _endless(self, mode: str) -> None:
        """Say something in time, again and again, and never get to the answer."""
        if mode == "drip-headers":
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        more = b"HTTP/1.1 100 Continue\r\n\r\n" if mode == "continue" else b"X-Later: 1\r\n"
        try:
            for _ in range(20):
                self.wfile.write(more)
                self.wfile.flush()
                time.sleep(SLOW_SECONDS / 10)
        except OSError:
            pass  # the reader gave up, which is what it should do
        self.close_connection = True

    def _drip(self, body: bytes) -> None:
        """A byte now and then: each arrives in time, the whole does not."""
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        try:
            for byte in body[:20]:
                self.wfile.write(bytes([byte]))
                self.wfile.flush()
                time.sleep(SLOW_SECONDS / 10)
        except OSError:
            pass  # the reader gave up, which is what it should do
        self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """A reader that gave up is no error here."""


@contextmanager
def failing_proxy(port: int, method: str, mode: str, stuck_at: int = 1) -> Iterator[str]:
    """Forward everything to a node, but spoil the answers to one method. Yields a URL."""
    settings = {"target": port, "method": method, "mode": mode, "stuck_at": stuck_at}
    handler = type("Handler", (_Handler,), settings)
    server = _Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
