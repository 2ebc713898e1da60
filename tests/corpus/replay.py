# SPDX-License-Identifier: Apache-2.0
"""A node made of recorded answers: looks up (method, params), and never knows more.

`python tests/corpus/replay.py CASE` serves one case until it is interrupted, for whoever checks
another implementation by hand; standard library only.
"""

import json
import sys
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

HERE = Path(__file__).resolve().parent


def key_of(method, params) -> str:
    return json.dumps([method, params], sort_keys=True, separators=(",", ":"))


def exchanges(name: str = "main") -> dict:
    """The recorded answers of a chain: key → {"result": …}."""
    held = json.loads((HERE / "chains" / f"{name}.json").read_text("utf-8"))
    return {key_of(item["method"], item["params"]): item for item in held}


def answer_of(method, params, recorded, instead=()) -> dict:
    """What to answer; `instead` are a case's own answers, which go first."""
    for item in instead:
        if item["method"] == method and item["params"] in (None, params):
            return item
    missing = {"error": {"code": -32001, "message": "not recorded"}}
    return recorded.get(key_of(method, params), missing)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # one packet per answer

    def do_POST(self):
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        found = self.server.answer(asked["method"], asked["params"])
        reply = {"jsonrpc": "2.0", "id": asked["id"]}
        reply |= {name: found[name] for name in ("result", "error") if name in found}
        text = found.get("text", json.dumps(reply))
        body = text.replace("$id", json.dumps(asked["id"])).encode()
        self.send_response(found.get("httpStatus", 200))
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    answer = None


@contextmanager
def serving(answer):
    """Serve `answer(method, params)` on loopback; gives the server, whose `answer` may change."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.answer = answer
        server.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def node_for(folder: Path, recorded: dict):
    """How the node of one case answers."""
    own = folder / "node.json"
    instead = json.loads(own.read_text("utf-8")) if own.exists() else ()
    return lambda method, params: answer_of(method, params, recorded, instead)


def write_made(folder: Path, target: Path) -> None:
    """Write the package that a case's `generate.json` describes."""
    with target.open("w", encoding="utf-8", newline="") as file:
        for part in json.loads((folder / "generate.json").read_text("utf-8")):
            file.write(part["text"] if "text" in part else part["repeat"] * part["times"])


def main(case: str) -> None:
    folder = HERE / case
    expected = json.loads((folder / "expected.json").read_text("utf-8"))
    with serving(node_for(folder, exchanges(expected["chain"]))) as server:
        print(server.url, flush=True)  # noqa: T201 — what the command is for
        threading.Event().wait()


if __name__ == "__main__":
    main(sys.argv[1])
