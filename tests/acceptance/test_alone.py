# SPDX-License-Identifier: Apache-2.0
"""A package verifies with the service gone: API stopped, database deleted, another environment."""

import shutil
import subprocess
import sys
import urllib.request
import zipfile
from pathlib import Path

import pytest

from ledger.cli.demo.command import staged

pytestmark = pytest.mark.node

ROOT = Path(__file__).parents[2]
FOREIGN = ("web3", "eth_account", "sqlalchemy", "fastapi", "uvicorn", "httpx", "alembic")


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """A second environment with the built wheel and what it needs by itself: no extras."""
    folder = tmp_path_factory.mktemp("elsewhere")
    source = folder / "source"
    shutil.copytree(
        ROOT,
        source,
        ignore=shutil.ignore_patterns(
            ".venv", "node_modules", ".git", ".ape", ".corridor", "*.egg-info", ".*_cache"
        ),
    )
    uv = Path(sys.executable).with_name("uv")
    build = (str(uv), "build", "--wheel", "-q", "--build-constraints", "setup/tools.txt")
    _run(*build, "-o", str(folder), str(source), cwd=source)
    wheel = next(folder.glob("*.whl"))
    python = folder / "venv" / "bin" / "python"
    _run(sys.executable, "-m", "venv", "--without-pip", str(folder / "venv"))
    _run(
        str(uv),
        "pip",
        "install",
        "-q",
        "--python",
        str(python),
        "-c",
        str(_constraints(folder)),
        str(wheel),
    )
    typed = [name for name in zipfile.ZipFile(wheel).namelist() if name.endswith("py.typed")]
    assert sorted(typed) == ["api/py.typed", "ledger/py.typed"]
    missing = [
        name
        for name in FOREIGN
        if subprocess.run(
            [str(python), "-c", f"import {name}"], capture_output=True, check=False
        ).returncode
    ]
    assert missing == list(FOREIGN), "the base wheel brings more than verifying needs"
    return python


def test_package_verifies_elsewhere_after_the_service_is_gone(elsewhere, tmp_path):
    with staged(tmp_path / "demo") as stage:
        handed = stage.notarise("carrier", "bill-of-lading", stage.samples.bill)
        stage.package(handed)
        for number in ("AFTER-1", "AFTER-2", "AFTER-3"):  # three more anchors, across 2 and 4
            stage.package(stage.notarise("exporter", "file-only", {}, reference=number))
        service = stage.clients["carrier"].url
        package = handed.pdf.with_suffix(".corridor.json")
        alone = tmp_path / "alone"
        alone.mkdir()
        for path in (package, handed.pdf, stage.ledger.settings.trust):
            shutil.copy(path, alone)
        stage.stop_service()
        for path in stage.ledger.folder.glob("ledger.db*"):
            path.unlink()
        assert not _answers(service)
        done = subprocess.run(
            [
                str(elsewhere),
                "-m",
                "ledger.cli",
                "verify",
                package.name,
                handed.pdf.name,
                "--node",
                stage.anvil.url,
                "--trust",
                "local.json",
            ],
            cwd=alone,
            env={"PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "AUTHENTIC" in done.stdout


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/health/live", timeout=1)
    except OSError:
        return False
    return True


def _constraints(folder: Path) -> Path:
    """The locked versions, without hashes: what the wheel needs, as tested."""
    lines = (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    pins = [line.split(" ")[0].rstrip("\\") for line in lines if line[:1].isalnum()]
    path = folder / "constraints.txt"
    path.write_text("\n".join(pins) + "\n", "utf-8")
    return path


def _run(*command: str, cwd: Path | None = None) -> None:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == 0, done.stderr
