# SPDX-License-Identifier: Apache-2.0
"""A notarised bill of lading on disk, a trust file, and `corridor` as a function or a process."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cli_samples import NOW, PDF, ROOT, Chain, notarised, trust
from cli_server import TOKEN, Api, answering

from ledger import wiring_verifier
from ledger.cli import main
from ledger.receipts import Package


@dataclass
class Desk:
    """What lies on the officer's desk."""

    folder: Path
    package: Package
    chain: Chain

    @property
    def file(self) -> Path:
        return self.folder / "bl.corridor.json"

    @property
    def options(self) -> list[str]:
        return ["--node", "http://127.0.0.1:1", "--trust", str(self.folder / "trust.json")]

    def write(self, name: str, content: bytes) -> Path:
        path = self.folder / name
        path.write_bytes(content)
        return path


@pytest.fixture
def desk(tmp_path, monkeypatch) -> Desk:
    package, chain = notarised()
    held = Desk(tmp_path, package, chain)
    held.write("bl.corridor.json", package.file_bytes())
    held.write("bl.pdf", PDF)
    held.write("trust.json", trust().file_bytes())
    monkeypatch.setattr(wiring_verifier, "NodeReader", lambda _node: held.chain)
    monkeypatch.setattr(wiring_verifier.SystemClock, "now", lambda _self: NOW)
    for name in ("CORRIDOR_NODE", "CORRIDOR_TRUST", "CORRIDOR_DEBUG", "CORRIDOR_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    return held


@dataclass
class Outcome:
    code: int
    out: str
    err: str


@pytest.fixture
def corridor(capsys):
    """Run `corridor` in this process."""

    def run(*words: object) -> Outcome:
        capsys.readouterr()
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return Outcome(int(code), said.out, said.err)

    return run


@pytest.fixture
def process():
    """Run `corridor` as a process of its own; a failed node is all the chain it has."""

    def run(*words: object, **options: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "ledger.cli", *(str(word) for word in words)]
        given = {"capture_output": True, "text": True, "timeout": 60, "cwd": ROOT, **options}
        return subprocess.run(command, check=False, **given)

    return run


@pytest.fixture
def api(desk, monkeypatch) -> Iterator[Api]:
    """A service that says what it is told to."""
    del desk  # it clears the environment first
    with answering() as held:
        monkeypatch.setenv("CORRIDOR_API", held.url)
        monkeypatch.setenv("CORRIDOR_TOKEN", TOKEN)
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")  # not for this machine itself
        yield held
