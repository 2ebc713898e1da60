# SPDX-License-Identifier: Apache-2.0
"""formats.md §10–11: which exit code, also when everything goes wrong; in real processes."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_samples import ROOT

from ledger.cli import main, running
from ledger.errors import ChainUnavailableError, ConfigurationError, NotFoundError

HEAVY = "web3 eth_account eth_abi eth_utils sqlalchemy fastapi pydantic requests httpx alembic"

NOT_INSTALLED = (
    "error: not-installed: this command needs httpx; "
    "install corridor-ledger with its extra 'service'\n"
)


def test_verify_with_a_node_that_is_down_ends_with_4(desk, process):
    ran = process("verify", desk.file, *desk.options)
    assert ran.returncode == 4
    assert "UNDECIDED" in ran.stdout
    assert "\x1b" not in ran.stdout + ran.stderr
    assert ran.stderr == ""


def test_verify_altered_needs_no_chain_and_ends_with_1(desk, process):
    members = json.loads(desk.file.read_bytes())
    members["envelope"]["data"]["note"] = "another"
    forged = desk.write("forged.json", json.dumps(members).encode())
    ran = process("verify", forged, *desk.options, "--json")
    assert ran.returncode == 1
    assert json.loads(ran.stdout)["verdict"] == "ALTERED"
    assert ran.stderr == ""


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "a document alone cannot be checked here"),
        (b"%PDF-1.7 \xff\xfe", "a document alone cannot be checked here"),
        (b"{", "a document alone cannot be checked here"),
        (b'{"format":"corridor/package/1"}', "is missing"),
        (b"[" * 100_000, ""),
    ],
)
def test_verify_garbage_ends_with_2_and_one_line(desk, process, content, says):
    garbage = desk.write("garbage.json", content)
    ran = process("verify", garbage, *desk.options)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1
    assert says in ran.stderr
    assert "Traceback" not in ran.stderr


def test_verify_unknown_member_ends_with_2_and_names_it(desk, process):
    members = json.loads(desk.file.read_bytes())
    members["receipts"][0]["extra"] = 1
    file = desk.write("extra.json", json.dumps(members).encode())
    ran = process("verify", file, *desk.options)
    assert ran.returncode == 2
    assert "error: invalid-package: /receipts/0: unknown member 'extra'" in ran.stderr


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["nothing"],
        ["verify"],
        ["verify", "FILE"],
        ["verify", "FILE", "--node", "http://127.0.0.1:1"],
        ["verify", "FILE", "--trust", "TRUST", "--node", "ftp://x"],
        ["verify", "FILE", "--trust", "FILE", "--node", "http://127.0.0.1:1"],
        ["verify", "missing.json", "--trust", "TRUST", "--node", "http://127.0.0.1:1"],
        ["verify", "FILE", "--trust", "TRUST", "--node", "http://x", "--at", "yesterday"],
        ["verify", "FILE", "--trust", "TRUST", "--node", "http://x", "--timeout", "0"],
        ["verify", "FILE", "--unknown"],
        ["party"],
        ["token"],
        ["status", "ABC"],
    ],
)
def test_wrong_usage_ends_with_2_and_one_line(desk, process, words):
    places = {"FILE": desk.file, "TRUST": desk.folder / "trust.json"}
    ran = process(*(places.get(word, word) for word in words))
    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith("error: ")
    assert ran.stderr.count("\n") == 1


def test_credentials_of_the_node_are_never_shown(desk, process):
    secret = "hunter2"
    url = f"http://ada:{secret}@127.0.0.1:1/{secret}"
    for words in (["--json"], []):
        ran = process("verify", desk.file, *desk.options[2:], *words, env=env(CORRIDOR_NODE=url))
        assert ran.returncode == 4
        assert secret not in ran.stdout + ran.stderr
    wrong = process("verify", desk.file, *desk.options[2:], "--node", f"ftp://a:{secret}@x")
    assert wrong.returncode == 2
    assert secret not in wrong.stderr


@pytest.mark.parametrize("words", [[], ["--json"]])
def test_reader_that_closed_the_pipe_ends_with_4(desk, words):
    command = [sys.executable, "-m", "ledger.cli", "diff", str(desk.file), str(desk.file), *words]
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        command, stdout=writer, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False
    )
    os.close(writer)
    assert ran.returncode == 4
    assert ran.stderr == "error: output: whoever read the output closed it too early\n"


def test_full_disk_ends_with_4(desk):
    command = [sys.executable, "-m", "ledger.cli", "diff", str(desk.file), str(desk.file)]
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            command, stdout=full, stderr=subprocess.PIPE, text=True, cwd=ROOT, check=False
        )
    assert ran.returncode == 4
    assert "error: system: No space left on device" in ran.stderr
    assert "Exception ignored" not in ran.stderr


def test_closed_stdout_ends_with_4(desk):
    command = f"exec {sys.executable} -m ledger.cli diff {desk.file} {desk.file} >&-"
    ran = subprocess.run(["sh", "-c", command], capture_output=True, cwd=ROOT, check=False)
    assert ran.returncode == 4


def test_interrupt_ends_with_4_and_no_traceback(desk):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        silent.settimeout(60)
        node = f"http://127.0.0.1:{silent.getsockname()[1]}"
        command = [sys.executable, "-m", "ledger.cli", "verify", str(desk.file)]
        command += [*desk.options[2:], "--node", node, "--timeout", "60"]
        running_process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
        )
        asked, _ = silent.accept()  # now it waits for an answer that never comes
        with asked:
            time.sleep(0.1)
            running_process.send_signal(signal.SIGINT)
            out, err = running_process.communicate(timeout=30)
    assert running_process.returncode == 4
    assert out == ""
    assert err.lstrip("\n") == "error: interrupted: nothing was decided\n"  # after click's ^C


@pytest.mark.parametrize("words", [["verify", "--help"], ["--help"], ["--version"], ["VERIFY"]])
def test_verifying_path_loads_no_heavy_library(desk, words):
    given = ["verify", str(desk.file), *desk.options] if words == ["VERIFY"] else words
    program = (
        "import sys; from ledger.cli import main; main(sys.argv[1:]);"
        f"print('LOADED', *sorted(set({HEAVY!r}.split()) & set(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, *given],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    assert ran.stdout.splitlines()[-1] == "LOADED"


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        (ChainUnavailableError("no answer"), 4, "error: chain-unavailable: no answer\n"),
        (ConfigurationError("mend it"), 4, "error: misconfigured: mend it\n"),
        (NotFoundError("no such"), 4, "error: not-found: no such\n"),
        (
            RuntimeError("secret"),
            4,
            "error: unexpected: RuntimeError (set CORRIDOR_DEBUG=1 to see where)\n",
        ),
        (SystemExit(0), 4, "error: unexpected: SystemExit (set CORRIDOR_DEBUG=1 to see where)\n"),
        (MemoryError(), 4, "error: unexpected: MemoryError (set CORRIDOR_DEBUG=1 to see where)\n"),
        (NotFoundError("a\x1b[2J\nb"), 4, "error: not-found: a\\x1b[2J\\x0ab\n"),
        (
            ModuleNotFoundError(name="httpx"),
            4,
            NOT_INSTALLED,
        ),
    ],
)
def test_every_failure_is_one_line(monkeypatch, capsys, error, code, line):
    def fail(*_words, **_options):
        raise error

    monkeypatch.delenv("CORRIDOR_DEBUG", raising=False)
    monkeypatch.setattr(running.corridor, "main", fail)
    assert main(["verify"]) == code
    assert capsys.readouterr().err == line


def test_debug_shows_where(monkeypatch, capsys):
    def fail(*_words, **_options):
        raise RuntimeError("here")

    monkeypatch.setenv("CORRIDOR_DEBUG", "1")
    monkeypatch.setattr(running.corridor, "main", fail)
    assert main(["verify"]) == 4
    assert "RuntimeError: here" in capsys.readouterr().err


def test_import_that_fails_ends_with_4(monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "ledger.cli.running", None)
    assert main(["verify"]) == 4
    assert capsys.readouterr().err.startswith("error: unexpected: ")


def env(**variables: str) -> dict[str, str]:
    return {**os.environ, **variables}
