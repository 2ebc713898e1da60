# SPDX-License-Identifier: Apache-2.0
"""A door before the node that counts who comes through: what is asked, and what is really sent."""

import http.client
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Final

from ledger.localnode import LocalNode

__all__ = ["Traffic", "counted_node"]

_HOST: Final = "127.0.0.1"
_REQUEST: Final = "request"
_CONNECTION: Final = "connection"


@dataclass(slots=True)
class Traffic:
    """HTTP requests that arrived whole, and the connections that brought them."""

    arrived: list[str] = field(default_factory=list)  # appended to by several threads

    @property
    def requests(self) -> int:
        """How many requests arrived."""
        return self.arrived.count(_REQUEST)

    @property
    def connections(self) -> int:
        """How many connections were opened."""
        return self.arrived.count(_CONNECTION)


class _Door(ThreadingHTTPServer):
    """Hands requests on to the node on `port`. Closing it waits until all were counted."""

    daemon_threads = False

    def __init__(self, port: int) -> None:
        super().__init__((_HOST, 0), _Handler)
        self.port = port
        self.traffic = Traffic()

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a client that leaves before its answer is part of what is counted."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _Door

    def setup(self) -> None:
        super().setup()
        self.server.traffic.arrived.append(_CONNECTION)

    def do_POST(self) -> None:
        """Count, ask the node, answer with what it says."""
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.traffic.arrived.append(_REQUEST)
        onward = http.client.HTTPConnection(_HOST, self.server.port, timeout=10)
        onward.request("POST", "/", body, {"Content-Type": "application/json"})
        answer = onward.getresponse().read()
        onward.close()
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def counted_node(anvil: LocalNode) -> Iterator[tuple[str, Traffic]]:
    """Open a door: its URL, and the traffic, which is final once the block has ended."""
    door = _Door(anvil.port)
    thread = Thread(target=door.serve_forever)
    thread.start()
    try:
        yield f"http://{_HOST}:{door.server_port}", door.traffic
    finally:
        door.shutdown()
        thread.join()
        door.server_close()
