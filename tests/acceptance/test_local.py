# SPDX-License-Identifier: Apache-2.0
"""A local ledger leaves alone what is not its own: files, ports, processes."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.node

ROOT = Path(__file__).parents[2]


def test_folder_with_foreign_files_is_never_emptied(corridor, tmp_path):
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "thesis.txt").write_text("years", "utf-8")
    for command in (("demo",), ("serve", "--local")):
        done = corridor(*command, "--folder", precious, CORRIDOR_API_PORT=str(_free_port()))
        assert done.returncode == 4
        assert "want a new or empty folder" in done.stderr
    assert (precious / "thesis.txt").read_text("utf-8") == "years"


def test_port_that_is_taken_is_told_before_anything_is_touched(corridor, tmp_path):
    folder = tmp_path / "local"
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        port = str(held.getsockname()[1])
        done = corridor("serve", "--local", "--folder", folder, CORRIDOR_API_PORT=port)
    assert done.returncode == 4
    assert f"port {port} is taken" in done.stderr
    assert not folder.exists()


@pytest.mark.parametrize("name", [signal.SIGTERM, signal.SIGHUP, signal.SIGINT])
def test_signal_ends_the_service_with_the_chain_it_started(playground, name):
    process, port, printed = playground
    chain = next(int(line.split(":")[-1]) for line in printed if line.startswith("Chain"))
    assert _answers(chain)
    process.send_signal(name)
    process.wait(30)
    _wait(lambda: not _answers(chain))
    assert not _answers(port)


def test_tokens_stand_on_no_command_line(playground):
    process, _, printed = playground
    found = [line.split() for line in printed if line.startswith("Token")]
    tokens = [words[2].removesuffix(",").encode() for words in found]
    files = [Path(words[-1]) for words in found]
    assert [file.read_bytes().strip() for file in files] == tokens
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    shown = b"".join(path.read_bytes() for path in _command_lines(process.pid))
    assert len(tokens) == 4
    assert not any(token in shown for token in tokens)


@pytest.fixture
def playground(tmp_path):
    """`corridor serve --local`, answering: its process, its port, and what it printed."""
    trust = ROOT / "deployments" / "local.json"
    before = trust.read_bytes() if trust.exists() else None
    port = _free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "ledger.cli", "serve", "--local", "--folder", str(tmp_path / "l")],
        cwd=ROOT,
        env=os.environ | {"CORRIDOR_API_PORT": str(port)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        printed = []
        while not printed or "Ctrl-C" not in printed[-1]:
            printed.append(process.stderr.readline())
            assert printed[-1], "it ended before it was ready"
        _wait(lambda: _answers(port))
        yield process, port, printed
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
        if before is not None:
            trust.write_bytes(before)


def _command_lines(parent: int) -> list[Path]:
    """Of a process and of what it started."""
    children = Path(f"/proc/{parent}/task/{parent}/children").read_text("utf-8").split()
    return [Path(f"/proc/{pid}/cmdline") for pid in (str(parent), *children)]


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(condition) -> None:
    deadline = time.monotonic() + 30
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.1)
    assert condition()
