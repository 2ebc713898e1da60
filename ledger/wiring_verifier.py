# SPDX-License-Identifier: Apache-2.0
"""Everything a verifier needs, put together: no web3, no database, no service."""

import hashlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Self

from ledger.canonical import PACKAGE_LIMITS
from ledger.chain.reading import DEFAULT_TIMEOUT_SECONDS, Node, NodeReader
from ledger.errors import LimitExceededError
from ledger.primitives import Digest
from ledger.receipts import Package, parse_package
from ledger.trust import Trust, parse_trust
from ledger.verification import GivenFile, Report, Request, verify

__all__ = ["SystemClock", "Verifier", "digest_of", "given_file", "read_package", "read_trust"]

_CHUNK = 2**20


class SystemClock:
    """`Clock`: this machine's."""

    def now(self) -> int:
        """Unix seconds."""
        return int(time.time())


@dataclass(slots=True)
class Verifier:
    """A trust file and a node, ready to verify any number of packages; `with` closes it."""

    trust: Trust
    reader: NodeReader

    @classmethod
    def of(
        cls, trust: Trust, node_url: str, timeout_seconds: float = DEFAULT_TIMEOUT_SECONDS
    ) -> "Verifier":
        """Name the node to believe; nothing is asked yet."""
        return cls(trust, NodeReader(Node(node_url, timeout_seconds)))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection to the node."""
        self.reader.close()

    def head_time(self) -> int:
        """The time of the node's newest block; ChainUnavailableError if it has none."""
        return self.reader.head_time()

    def verify(
        self,
        package: Package,
        files: Sequence[GivenFile] = (),
        *,
        other: Package | None = None,
        stated_time: int | None = None,
        now: int | None = None,
    ) -> Report:
        """Verify one package; `now` is this machine's clock unless the caller knows better."""
        request = Request(package, self.trust, tuple(files), stated_time, other)
        return verify(request, self.reader, SystemClock().now() if now is None else now)


def read_package(path: Path) -> Package:
    """Read a package file, never more of it than a package may have."""
    return parse_package(_read(path))


def read_trust(path: Path) -> Trust:
    """Read a trust file."""
    return parse_trust(_read(path))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        raw = file.read(PACKAGE_LIMITS.size + 1)
    if len(raw) > PACKAGE_LIMITS.size:
        raise LimitExceededError(f"{path.name}: want at most {PACKAGE_LIMITS.size} bytes")
    return raw


def digest_of(file: BinaryIO) -> Digest:
    """SHA-256 of a file, read in pieces."""
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return Digest(digest.digest())


def given_file(path: Path) -> GivenFile:
    """Fingerprint one file from disk."""
    with path.open("rb") as file:
        return GivenFile(path.name, digest_of(file))
