# SPDX-License-Identifier: Apache-2.0
"""An Anvil of our own: for the demo, `corridor serve` on a laptop, and tests. Loopback only.

No known private key is used: accounts are made at random and funded with `anvil_setBalance`.
"""

import http.client
import json
import platform
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from ledger.errors import ChainUnavailableError, ConfigurationError
from ledger.primitives import Address, Json

__all__ = ["LocalNode", "LocalNodeOptions", "find_anvil", "local_node"]

HOST: Final = "127.0.0.1"
CHAIN_ID: Final = 1337
START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 10.0
_POLL_SECONDS: Final = 0.05
_ATTEMPTS: Final = 3
_ETHER: Final = 10**18
_MACHINES: Final = {"x86_64": "amd64", "AMD64": "amd64", "aarch64": "arm64", "arm64": "arm64"}


@dataclass(frozen=True, slots=True)
class LocalNodeOptions:
    """How to run it.

    `block_seconds` None mines a block per transaction at once. `state` is a file that lets the
    chain survive a kill (written every second). `port` None takes a free one.
    """

    block_seconds: int | None = 1
    state: Path | None = None
    port: int | None = None
    mining: bool = True

    def arguments(self, port: int) -> list[str]:
        """Anvil's arguments."""
        found = ["--host", HOST, "--port", str(port), "--chain-id", str(CHAIN_ID)]
        found += ["--slots-in-an-epoch", "1", "--accounts", "0", "--silent"]
        if not self.mining:
            found += ["--no-mining"]
        elif self.block_seconds is not None:
            found += ["--block-time", str(self.block_seconds)]
        if self.state is not None:
            found += ["--state", str(self.state), "--state-interval", "1"]
        return found


@dataclass(frozen=True, slots=True)
class LocalNode:
    """A running node, on `port` of this machine; `pid` is the process that was started."""

    port: int
    pid: int

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"

    def fund(self, *accounts: Address, ether: int = 1000) -> None:
        """Give accounts a balance out of nothing."""
        for account in accounts:
            self.call("anvil_setBalance", str(account), hex(ether * _ETHER))

    def call(self, method: str, *parameters: Json) -> Json:
        """Ask for anything: `anvil_reorg`, `anvil_mine`, `anvil_dropAllTransactions`.

        Raises:
            ChainUnavailableError: no answer, or an error as the answer.
        """
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": list(parameters)}
        connection = http.client.HTTPConnection(HOST, self.port, timeout=10)
        try:
            headers = {"Content-Type": "application/json"}
            connection.request("POST", "/", json.dumps(request), headers)
            answer = json.loads(connection.getresponse().read())
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise ChainUnavailableError(f"{method}: the local node does not answer") from error
        finally:
            connection.close()
        if "error" in answer:
            raise ChainUnavailableError(f"{method}: {answer['error'].get('message')}")
        result: Json = answer["result"]
        return result


def find_anvil(configured: Path | None = None, project: Path | None = None) -> Path:
    """Find the native binary: the configured one, or the one npm installed into the project.

    Raises:
        ConfigurationError: there is none.
    """
    system = platform.system().lower()
    machine = _MACHINES.get(platform.machine(), platform.machine())
    root = project or Path(__file__).resolve().parent.parent
    package = root / "node_modules" / "@foundry-rs" / f"anvil-{system}-{machine}"
    anvil = configured or package / "bin" / "anvil"
    if not anvil.is_file():
        raise ConfigurationError(
            f"Anvil is missing at {anvil}: run `make setup` (`make demo` does it by itself), "
            "or name a binary in CORRIDOR_ANVIL"
        )
    return anvil


@contextmanager
def local_node(
    options: LocalNodeOptions | None = None, anvil: Path | None = None
) -> Iterator[LocalNode]:
    """Run an Anvil until the block ends; ends the process that it started, and no other.

    Raises:
        ConfigurationError: no binary.
        ChainUnavailableError: it does not start.
    """
    binary = find_anvil(anvil)
    process, node = _started(binary, options or LocalNodeOptions())
    try:
        yield node
    finally:
        _stop(process)


def _started(binary: Path, options: LocalNodeOptions) -> tuple[subprocess.Popen[bytes], LocalNode]:
    """Another process may take the free port first: then try the next one."""
    if options.port is not None and not _is_free(options.port):
        raise ChainUnavailableError(f"port {options.port} is taken; Anvil was not started")
    for _ in range(_ATTEMPTS if options.port is None else 1):
        port = options.port or _free_port()
        process = subprocess.Popen(  # noqa: S603 — our own binary and arguments, no shell
            [str(binary), *options.arguments(port)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C ends us first, and then we end it
        )
        node = LocalNode(port, process.pid)
        if _answers(process, node):
            return process, node
        _stop(process)
    raise ChainUnavailableError(f"Anvil ({binary}) did not start on port {port}")


def _answers(process: subprocess.Popen[bytes], node: LocalNode) -> bool:
    """True once it serves our chain; False if it ended, or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            served = node.call("eth_chainId")
        except ChainUnavailableError:
            time.sleep(_POLL_SECONDS)
        else:
            # If the port was another's, ours ends at once and this answer is not ours.
            time.sleep(_POLL_SECONDS)
            return served == hex(CHAIN_ID) and process.poll() is None
    return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port
