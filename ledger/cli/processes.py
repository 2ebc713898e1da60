# SPDX-License-Identifier: Apache-2.0
"""The processes and ports of a local ledger: the service, the chain's blocks, and how they end."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http import HTTPStatus
from pathlib import Path
from typing import Final

from ledger.cli.local import LocalLedger
from ledger.errors import ConfigurationError
from ledger.localnode import LocalNode

__all__ = ["check_port", "end_on_signals", "free_port", "served", "start_blocks"]

_START_SECONDS: Final = 60.0
_STOP_SECONDS: Final = 15.0
_POLL_SECONDS: Final = 0.1


@contextmanager
def served(ledger: LocalLedger, port: int) -> Iterator[str]:
    """Run the service in a process of its own until the block ends; yields its URL.

    Raises:
        ConfigurationError: it does not get ready; its output is in the folder's service.log.
    """
    output = ledger.folder / "service.log"
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "ledger.cli", "serve"],
            env=dict(ledger.environment),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_ready(url, process, output)
        yield url
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def start_blocks(anvil: LocalNode) -> None:
    """From now on a block a second, as on a real chain; before, each transaction was one."""
    anvil.call("evm_setAutomine", False)  # noqa: FBT003 — JSON-RPC's own argument
    anvil.call("evm_setIntervalMining", 1)


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Refuse a port that is taken, before anything is started or overwritten.

    Raises:
        ConfigurationError: somebody listens there.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise ConfigurationError(
                f"port {port} is taken; end the other service, or set CORRIDOR_API_PORT"
            ) from error


def end_on_signals() -> None:
    """Let SIGTERM and SIGHUP end this process as Ctrl-C does: with all that it started."""

    def end(*_: object) -> None:
        raise KeyboardInterrupt

    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, end)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes], output: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        with (
            suppress(OSError, urllib.error.HTTPError),
            urllib.request.urlopen(f"{url}/health/ready", timeout=2) as answer,  # noqa: S310 — loopback
        ):
            if answer.status == HTTPStatus.OK:
                return
        time.sleep(_POLL_SECONDS)
    raise ConfigurationError(f"the service did not get ready; {output} says why")
