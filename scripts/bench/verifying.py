# SPDX-License-Identifier: Apache-2.0
"""Stop 9 with a node of one's own, the node alone, and the verifier alone."""

import http.client
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import coincurve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.chain.reading import Node, NodeReader
from ledger.ports import ChainReader, Evidence, Question
from ledger.receipts import OpenedContent, Package
from ledger.sealing import reopen
from ledger.trust import Trust, TrustedLedger
from ledger.verification import Request, Verdict, verify
from ledger.wiring_verifier import SystemClock
from scripts.bench.counting import Traffic, counted_node
from scripts.bench.hashing import BareHashes, bare_hashes
from scripts.bench.measuring import Row, Unit, compared, percentile, row, times_ms
from scripts.bench.world import World

__all__ = ["verifying_rows"]

MILLISECONDS: Final = Unit("ms", better_more=False)
REQUESTS: Final = Unit("requests", better_more=False)
CONNECTIONS: Final = Unit("connections", better_more=False)
PER_ROUND: Final = 8
_HEADERS: Final = {"Content-Type": "application/json", "Accept": "application/json"}


class _Recording(Node):
    """A node that remembers what it was asked."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.bodies: list[bytes] = []

    def call(self, method: str, *parameters: Any) -> Any:  # noqa: ANN401 — as in `Node`
        """See `Node`."""
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}
        self.bodies.append(json.dumps(request).encode())
        return super().call(method, *parameters)


@dataclass(slots=True)
class _Remembered:
    """`ChainReader`: asks once, and gives the same answer ever after."""

    reader: NodeReader
    answers: list[Evidence] = field(default_factory=list)

    def look(self, trust: Trust, ledger: TrustedLedger, question: Question) -> Evidence:
        """See `ChainReader`."""
        if not self.answers:
            self.answers.append(self.reader.look(trust, ledger, question))
        return self.answers[0]


def verifying_rows(world: World, rounds: int) -> Sequence[Row]:
    """Verify again and again with one verifier; every report must say AUTHENTIC."""
    first, further = _asked(world)
    connection = http.client.HTTPConnection("127.0.0.1", world.anvil.port, timeout=10)
    reader = NodeReader(Node(world.anvil.url))
    remembered = _Remembered(NodeReader(Node(world.anvil.url)))
    found = times_ms(
        {
            "whole": lambda: _verified(world, reader),
            "calls": lambda: _replayed(connection, further),
            "pure": lambda: _verified(world, remembered),
            "least": _least(world.package),
        },
        PER_ROUND * rounds,
    )
    for opened in (connection, reader, remembered.reader):
        opened.close()
    return (*_timed(found, len(further)), *_counted(world, len(first), len(further)))


def _timed(found: Mapping[str, Sequence[float]], calls: int) -> Sequence[Row]:
    whole, alone, pure = found["whole"], found["calls"], found["pure"]
    unit, name = MILLISECONDS, f"the same {calls} calls alone"
    tail, tail_alone = [percentile(whole, 9)], [percentile(alone, 9)]
    least = "its hashes, one recover, one Ed25519 verify"
    return (
        row("verify, local node", unit, whole, compared(name, unit, whole, alone)),
        row(
            f"the same, 90th percentile of {len(whole)}",
            unit,
            tail,
            compared(f"{name}, 90th percentile", unit, tail, tail_alone),
        ),
        row("verify, evidence at hand", unit, pure, compared(least, unit, pure, found["least"])),
    )


def _counted(world: World, first: int, further: int) -> Sequence[Row]:
    """Compare what is asked with what goes over the wire."""
    one, two = _sent(world, 1), _sent(world, 2)
    requests, connections = two.requests - one.requests, two.connections - one.connections
    return (
        _count("HTTP requests, first verification", one.requests, "JSON-RPC calls asked", first),
        _count("HTTP requests, each further one", requests, "JSON-RPC calls asked", further),
        row("connections, first verification", CONNECTIONS, [one.connections]),
        row("connections, each further one", CONNECTIONS, [connections]),
    )


def _count(name: str, value: int, other: str, asked: int) -> Row:
    return row(name, REQUESTS, [value], compared(other, REQUESTS, [value], [asked]))


def _asked(world: World) -> tuple[Sequence[bytes], Sequence[bytes]]:
    """Record the calls of a first verification, and of a further one."""
    node = _Recording(world.anvil.url)
    reader = NodeReader(node)
    _verified(world, reader)
    first = len(node.bodies)
    _verified(world, reader)
    reader.close()
    return node.bodies[:first], node.bodies[first:]


def _sent(world: World, times: int) -> Traffic:
    """Count what some verifications with one reader send."""
    with counted_node(world.anvil) as (url, traffic):
        reader = NodeReader(Node(url))
        for _ in range(times):
            _verified(world, reader)
        reader.close()
    return traffic


def _verified(world: World, reader: ChainReader) -> None:
    request = Request(world.package, world.trust)
    report = verify(request, reader, SystemClock().now())
    if report.verdict is not Verdict.AUTHENTIC:
        raise RuntimeError(f"the benchmark's package is {report.verdict}")


def _replayed(connection: http.client.HTTPConnection, bodies: Sequence[bytes]) -> None:
    for body in bodies:
        connection.request("POST", "/", body, _HEADERS)
        connection.getresponse().read()


def _least(package: Package) -> Callable[[], None]:
    """The cryptography that no verifier can leave out: hashes, and two signatures."""
    statement = package.receipts[0].statement
    digest, raw = statement.body.signing_digest(), statement.signature.raw
    recoverable = raw[:64] + bytes([raw[64] - 27])
    text, key = package.acceptances[0].encode(), Ed25519PrivateKey.generate()
    public, promise = key.public_key(), key.sign(text)
    hashes = _hashes(package)

    def work() -> None:
        hashes.run()
        coincurve.PublicKey.from_signature_and_message(recoverable, digest, hasher=None)
        public.verify(promise, text)

    return work


def _hashes(package: Package) -> BareHashes:
    if not isinstance(package.content, OpenedContent):
        raise TypeError("the benchmark's package is redacted")
    return bare_hashes(reopen(package.content.document, package.content.seed))
