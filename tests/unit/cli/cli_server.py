# SPDX-License-Identifier: Apache-2.0
"""A small HTTP server that answers from a list, in place of the service."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

TOKEN = "cl_" + "a" * 43
PROBLEM = "application/problem+json"


@dataclass
class Api:
    """`answers`: what to say next, in order; the last is repeated. `asked`: what was asked."""

    url: str = ""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)

    def say(self, status: int, body: object, **headers: str) -> None:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append((status, named, raw))

    def problem(self, status: int, slug: str, detail: str, retry: str = "", **more: object) -> None:
        body = {"type": f"/problems/{slug}", "title": slug, "status": status, "detail": detail}
        headers = {"Retry_After": retry} if retry else {}
        self.say(status, {**body, **more}, Content_Type=PROBLEM, **headers)


@contextmanager
def answering() -> Iterator[Api]:
    """The server, on a free port, for as long as the block lasts."""
    held = Api()

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            size = int(self.headers.get("Content-Length", 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            held.asked.append((self.command, self.path, headers, self.rfile.read(size)))
            status, named, raw = held.answers.pop(0) if held.answers[1:] else held.answers[0]
            self.send_response(status)
            for name, value in {**named, "Content-Length": str(len(raw))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(raw)

        do_GET = do_POST = answer  # noqa: N815 — the standard library's names

        def log_message(self, *_words):
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        held.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield held
        server.shutdown()
        thread.join()
