# SPDX-License-Identifier: Apache-2.0
"""JSON-RPC over one kept-alive HTTP connection: reads only, strict, bounded in time and size.

Written on `http.client` because verification must start in a fraction of a second (web3 costs
1.4 s). Everything that is not a well-formed answer is a `ChainUnavailableError`; only `ask` tells a
node that will not answer this question from one that cannot be talked to.
"""

import base64
import http.client
import json
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from threading import Event, Timer
from typing import Any, Final
from urllib.parse import unquote, urlsplit

from ledger.errors import ChainUnavailableError, InvalidValueError

__all__ = ["DEFAULT_TIMEOUT_SECONDS", "Node", "Refusal", "data", "quantity"]

DEFAULT_TIMEOUT_SECONDS: Final = 10.0
_MAX_ANSWER_BYTES: Final = 8 * 2**20
_CHUNK: Final = 65_536
_OK: Final = 200
_REFUSED: Final = (400, 413)  # what some nodes send with, or instead of, an error object
_CODES: Final = 10**9  # JSON-RPC error codes have five digits
_QUANTITY = re.compile(r"0x(?:0|[1-9a-f][0-9a-f]{0,15})", re.ASCII)
_DATA = re.compile(r"0x[0-9a-f]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Refusal:
    """The node understood, and would not answer: an error object, or more than we take."""

    reason: str


class Node:
    """A node that the caller chose to believe. `repr` and errors show no credentials."""

    def __init__(self, url: str, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS) -> None:
        """Open nothing yet.

        Raises:
            InvalidValueError: not an http or https URL with a host.
        """
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise InvalidValueError("the node's URL has no valid port") from error
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise InvalidValueError("want a node URL like http://127.0.0.1:8545")
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, port
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if parts.username is not None:
            secret = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            code = base64.b64encode(secret.encode()).decode()
            self._headers["Authorization"] = f"Basic {code}"
        self._timeout = timeout_seconds
        self._connection: http.client.HTTPConnection | None = None
        self.calls = 0
        self.received_bytes = 0

    @property
    def name(self) -> str:
        """Scheme, host and port: what a report may show. Paths often hold API keys."""
        scheme = "https" if self._secure else "http"
        return f"{scheme}://{self._host}" + (f":{self._port}" if self._port else "")

    def __repr__(self) -> str:
        return f"Node({self.name})"

    def call(self, method: str, *parameters: Any) -> Any:  # noqa: ANN401 — JSON of any shape
        """Ask, and take no refusal.

        Raises:
            ChainUnavailableError: no answer in time, an HTTP error, not JSON-RPC, or an error
                that the node reports.
        """
        answer = self.ask(method, *parameters)
        if isinstance(answer, Refusal):
            raise ChainUnavailableError(answer.reason)
        return answer

    def ask(self, method: str, *parameters: Any) -> Any:  # noqa: ANN401 — JSON, or a Refusal
        """Ask once; one more time if a kept-alive connection turned out to be closed.

        Raises:
            ChainUnavailableError: no answer in time, an HTTP error, or not JSON-RPC.
        """
        self.calls += 1
        body = json.dumps(
            {"jsonrpc": "2.0", "id": self.calls, "method": method, "params": parameters}
        ).encode()
        fresh = self._connection is None
        try:
            answer = self._post(body)
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            self.close()
            if fresh or isinstance(error, TimeoutError):
                raise self._unavailable(method, error) from error
            try:
                answer = self._post(body)
            except (OSError, http.client.HTTPException, UnicodeError) as again:
                self.close()
                raise self._unavailable(method, again) from again
        return answer if isinstance(answer, Refusal) else self._result(method, answer)

    def close(self) -> None:
        """Close the connection; the next call opens one."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _unavailable(self, method: str, error: Exception) -> ChainUnavailableError:
        reason = "no answer in time" if isinstance(error, TimeoutError) else type(error).__name__
        if isinstance(error, ConnectionRefusedError):
            reason = "connection refused"
        return ChainUnavailableError(f"{self.name} {method}: {reason}")

    def _connect(self) -> http.client.HTTPConnection:
        if self._connection is None:
            if self._secure:
                self._connection = http.client.HTTPSConnection(
                    self._host,
                    self._port,
                    timeout=self._timeout,
                    context=ssl.create_default_context(),
                )
            else:
                self._connection = http.client.HTTPConnection(
                    self._host, self._port, timeout=self._timeout
                )
        return self._connection

    def _post(self, body: bytes) -> bytes | Refusal:
        connection = self._connect()
        if connection.sock is None:
            connection.connect()
        with _cut_after(self._timeout, connection.sock):
            connection.request("POST", self._path, body, self._headers)
            response = connection.getresponse()
            read = b""
            while chunk := response.read1(_CHUNK):
                read += chunk
                self.received_bytes += len(chunk)
                if len(read) > _MAX_ANSWER_BYTES:
                    self.close()
                    return Refusal(f"{self.name}: an answer beyond {_MAX_ANSWER_BYTES} bytes")
            if response.length:  # fewer bytes than announced
                raise http.client.IncompleteRead(read, response.length)
            response.close()  # read1 does not (CPython 113199); keeps the connection
        if response.status != _OK:
            self.close()
            reason = f"{self.name}: HTTP {response.status}"
            if response.status in _REFUSED:
                return Refusal(reason)
            raise ChainUnavailableError(reason)
        return read

    def _result(self, method: str, answer: bytes) -> Any:  # noqa: ANN401 — JSON of any shape
        try:
            reply = json.loads(answer.decode(), object_pairs_hook=_object, parse_constant=_constant)
        except (ValueError, RecursionError) as error:
            raise ChainUnavailableError(f"{self.name} {method}: not JSON") from error
        said = reply.get("id") if isinstance(reply, dict) else None
        if type(said) is not int or said != self.calls:
            raise ChainUnavailableError(f"{self.name} {method}: not a JSON-RPC reply")
        if reply.get("error") is not None:
            code = reply["error"].get("code") if isinstance(reply["error"], dict) else None
            shown = code if isinstance(code, int) and abs(code) < _CODES else "?"
            return Refusal(f"{self.name} {method}: the node reports error {shown}")
        if reply.get("result") is None:
            raise ChainUnavailableError(f"{self.name} {method}: the node has no answer")
        return reply["result"]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Of a member that comes twice nobody knows which one counts."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ChainUnavailableError("the node's answer names a member twice")
    return found


def _constant(token: str) -> Any:  # noqa: ANN401 — never returns
    raise ChainUnavailableError(f"the node sent {token}, which is not JSON")


@contextmanager
def _cut_after(seconds: float, connected: socket.socket) -> Iterator[None]:
    """Give the whole exchange one deadline.

    The socket's own timeout starts anew with every byte, so a node that drips headers, or says
    `100 Continue` for ever, would never be done with.
    """
    cut = Event()

    def end() -> None:
        cut.set()
        with suppress(OSError):
            connected.shutdown(socket.SHUT_RDWR)

    timer = Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    except (OSError, http.client.HTTPException) as error:
        if cut.is_set():
            raise TimeoutError from error
        raise
    finally:
        timer.cancel()


def quantity(value: object) -> int:
    """Read a JSON-RPC quantity of at most 64 bits."""
    if not isinstance(value, str) or not _QUANTITY.fullmatch(value):
        raise ChainUnavailableError("the node sent something that is no number")
    return int(value, 16)


def data(value: object) -> bytes:
    """Read JSON-RPC data: `0x` and whole bytes, in lower case."""
    if not isinstance(value, str) or len(value) % 2 or not _DATA.fullmatch(value):
        raise ChainUnavailableError("the node sent something that is no data")
    return bytes.fromhex(value[2:])
