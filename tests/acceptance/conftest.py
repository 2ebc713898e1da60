# SPDX-License-Identifier: Apache-2.0
"""One local ledger with everything running: what `corridor demo` sets up, for the whole session."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from ledger.cli.demo.command import staged

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def stage(tmp_path_factory):
    """Chain, contracts, parties, API in a process of its own, and the samples notarised."""
    with staged(tmp_path_factory.mktemp("ledger") / "demo") as built:
        yield built


@pytest.fixture(scope="session")
def bill(stage):
    """The bill of lading, final."""
    handed = stage.notarise("carrier", "bill-of-lading", stage.samples.bill)
    stage.package(handed)
    return handed


@pytest.fixture(scope="session")
def certificate(stage):
    """The certificate of origin, final."""
    handed = stage.notarise("chamber", "certificate-of-origin", stage.samples.certificate)
    stage.package(handed)
    return handed


@pytest.fixture(scope="session")
def corridor():
    """Run the command line in a process of its own."""

    def run(*arguments: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        kept = {name: value for name, value in os.environ.items() if "CORRIDOR" not in name}
        return subprocess.run(
            [sys.executable, "-m", "ledger.cli", *map(str, arguments)],
            cwd=ROOT,
            env=kept | variables,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    return run
