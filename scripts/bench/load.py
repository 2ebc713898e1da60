# SPDX-License-Identifier: Apache-2.0
"""A load on loopback, in a process of its own: at a constant rate, or by clients without a pause.

    python -m scripts.bench.load PORT PATH TOKEN-FILE rate|clients NUMBER SECONDS

Each request is the benchmark document under a number of its own. At a constant rate a latency
counts from the moment that the request was due, not from the one it was sent: who waits in line
waits, too. Writes one JSON object: the latencies in milliseconds, and what was not answered with
200 or 202.
"""

import asyncio
import json
import secrets
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from scripts.bench.sample import submission

__all__ = ["Load"]

_MARK: Final = b"@@reference@@"
_CONNECTIONS: Final = 256
_GOOD: Final = (200, 202)
_HOST: Final = "127.0.0.1"


@dataclass(slots=True)
class Load:
    """Where it goes, and what came of it."""

    port: int
    head: bytes
    body: tuple[bytes, bytes]
    latencies: list[float] = field(default_factory=list)
    failures: Counter[str] = field(default_factory=Counter)

    @classmethod
    def to(cls, port: int, path: str, token: str) -> "Load":
        """Prepare all of a request but its number."""
        document = json.loads(submission())
        document["reference"] = _MARK.decode()
        before, _, after = json.dumps(document, ensure_ascii=False).encode().partition(_MARK)
        length = len(before) + len(_number()) + len(after)
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {_HOST}\r\nAuthorization: Bearer {token}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
        )
        return cls(port, head.encode("ascii"), (before, after))

    async def at_rate(self, rate: float, seconds: float) -> None:
        """Start a request every 1/rate seconds, whatever becomes of those before."""
        idle: asyncio.Queue[_Connection] = asyncio.Queue()
        for _ in range(_CONNECTIONS):
            idle.put_nowait(_Connection(self.port))
        start = time.perf_counter() + 0.1
        tasks = [
            asyncio.create_task(self._due(start + number / rate, idle))
            for number in range(int(rate * seconds))
        ]
        await asyncio.gather(*tasks)

    async def by_clients(self, clients: int, seconds: float) -> None:
        """Let clients ask again as soon as they were answered."""
        end = time.perf_counter() + seconds

        async def client() -> None:
            connection = _Connection(self.port)
            while (now := time.perf_counter()) < end:
                await self._send(connection, now)

        await asyncio.gather(*(client() for _ in range(clients)))

    async def _due(self, due: float, idle: "asyncio.Queue[_Connection]") -> None:
        await asyncio.sleep(due - time.perf_counter())
        connection = await idle.get()
        await self._send(connection, due)
        idle.put_nowait(connection)

    async def _send(self, connection: "_Connection", since: float) -> None:
        before, after = self.body
        try:
            status = await connection.ask(self.head + before + _number() + after)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.failures[type(error).__name__] += 1
            return
        if status in _GOOD:
            self.latencies.append(1000 * (time.perf_counter() - since))
        else:
            self.failures[str(status)] += 1


class _Connection:
    """One kept-alive connection."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> int:
        """Send a request, read the whole answer, return its status."""
        if self._streams is None:
            self._streams = await asyncio.open_connection(_HOST, self._port)
        reader, writer = self._streams
        try:
            writer.write(request)
            head = await reader.readuntil(b"\r\n\r\n")
            fields = dict(
                line.lower().split(b": ", 1) for line in head.split(b"\r\n")[1:] if b": " in line
            )
            await reader.readexactly(int(fields[b"content-length"]))
        except BaseException:
            writer.close()
            self._streams = None
            raise
        return int(head.split(b" ", 2)[1])


def _number() -> bytes:
    return secrets.token_hex(12).encode("ascii")


def _main(words: list[str]) -> None:
    port, path, token_file, kind, number, seconds = words
    token = Path(token_file).read_text("ascii").strip() if token_file else ""
    load = Load.to(int(port), path, token)
    start = time.perf_counter()
    if kind == "rate":
        asyncio.run(load.at_rate(float(number), float(seconds)))
    else:
        asyncio.run(load.by_clients(int(number), float(seconds)))
    taken = time.perf_counter() - start
    found = {"seconds": taken, "latencies": load.latencies, "failures": dict(load.failures)}
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    _main(sys.argv[1:])
