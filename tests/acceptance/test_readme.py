# SPDX-License-Identifier: Apache-2.0
"""Every command that README.md shows is run, in the order in which a newcomer types them."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.receipts import parse_package

pytestmark = pytest.mark.node

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
SHOWN = re.search(
    r"^\$ (\.venv/bin/corridor verify .*?)\n\[ OK \] AUTHENTIC", PAGE, re.DOTALL | re.MULTILINE
)


@pytest.fixture
def checkout(stage, bill, certificate, tmp_path):
    """A folder that looks like a checkout in which the demo has run, and a service is running."""
    assert bill.commitment != certificate.commitment, "both are final, and on disk"
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    command = f'#!/bin/sh\nPYTHONPATH={ROOT} exec {sys.executable} -m ledger.cli "$@"\n'
    corridor = tmp_path / ".venv" / "bin" / "corridor"
    corridor.write_text(command, "utf-8")
    corridor.chmod(0o755)
    local = tmp_path / ".corridor" / "local"
    local.mkdir(parents=True)
    (tmp_path / ".corridor" / "demo").mkdir()
    shutil.copytree(stage.folder, tmp_path / ".corridor" / "demo" / "documents")
    for label in ("exporter", "carrier", "bank"):
        token = local / f"{label}.token"
        token.touch(mode=0o600)
        token.write_text(stage.clients[label].token, "utf-8")
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    shutil.copy(ROOT / "README.md", tmp_path)
    (tmp_path / "deployments").mkdir()
    shutil.copy(stage.ledger.settings.trust, tmp_path / "deployments" / "local.json")
    return tmp_path


def run(folder: Path, script: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if "CORRIDOR" not in name}
    return subprocess.run(
        ["bash", "-eu", "-c", script],
        cwd=folder,
        env=kept,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_blocks_are_the_ones_that_are_run_here():
    assert len(BLOCKS) == 4
    assert [line.split()[:2] for line in BLOCKS[0].splitlines()] == [
        ["make", "demo"],
        ["make", "test"],
        ["make", "serve"],
    ]
    makefile = (ROOT / "Makefile").read_text("utf-8")
    assert all(f"\n{name}: setup" in makefile for name in ("demo", "test", "serve"))
    assert SHOWN is not None


def test_redacting_and_comparing_find_no_difference(checkout):
    done = run(checkout, BLOCKS[1])
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1].startswith("equal")


def test_notarising_and_verifying_as_shown(checkout, stage):
    script = BLOCKS[2].replace("http://127.0.0.1:8080", stage.clients["carrier"].url)
    done = run(checkout, script.replace("NODE", stage.anvil.url))
    assert done.returncode == 0, done.stdout + done.stderr
    assert "AUTHENTIC" in done.stdout


def test_title_goes_to_the_bank_and_back_as_shown(checkout, stage, tmp_path):
    prepare, notarise, *acts = re.split(r"(?<!\\)\n", BLOCKS[3].strip())
    # The demo of this session has the number already.
    sample = checkout / "samples" / "corridor" / "bl-nagoya-ambarli.json"
    data = json.loads(sample.read_bytes()) | {"transportDocumentReference": "XMPLREADME1"}
    sample.write_text(json.dumps(data), "utf-8")
    service = f"export CORRIDOR_API={stage.clients['carrier'].url}\n"
    first = run(checkout, service + prepare + "\n" + notarise)
    assert first.returncode == 0, first.stderr
    said = dict(line.split(maxsplit=1) for line in first.stdout.splitlines()[:3])
    package = checkout / ".corridor" / "bill.corridor.json"
    assert str(parse_package(package.read_bytes()).commitment) == said["commitment"]
    script = service + "\n".join(acts)
    for name, value in (
        ("COMMITMENT", said["commitment"]),
        ("TITLE", said["title"]),
        ("BANK", str(stage.ledger.parties["bank"])),
    ):
        script = script.replace(name, value)
    second = run(checkout, script)
    assert second.returncode == 0, second.stdout + second.stderr
    assert "state        Delivered" in second.stdout
    trust = checkout / "deployments" / "local.json"
    verify = f".venv/bin/corridor verify {package} --node {stage.anvil.url} --trust {trust}"
    third = run(tmp_path, verify)
    assert (third.returncode, "SURRENDERED" in third.stdout) == (3, True), third.stderr


def test_verdict_that_is_shown_is_what_the_command_writes(checkout, stage):
    documents = checkout / ".corridor" / "demo" / "documents"
    shutil.copytree(checkout / "deployments", documents / "deployments")
    shutil.copytree(checkout / ".venv", documents / ".venv")
    assert SHOWN is not None
    script = SHOWN[1].replace("http://127.0.0.1:8545", stage.anvil.url)
    done = run(documents, script)
    assert done.returncode == 0, done.stderr
    shown = PAGE.partition("[ OK ] AUTHENTIC\n")[2].splitlines()[:2]
    assert done.stdout.splitlines()[1:3] == shown
