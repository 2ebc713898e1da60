# SPDX-License-Identifier: Apache-2.0
"""The transport of a node, or of several: one that fails gives way to the next.

A signed transaction may be handed to any number of nodes, any number of times, and counts once; so
a write that one node refused to answer goes to the next one as a read does.
"""

import logging
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

import requests
from web3 import HTTPProvider
from web3.providers.base import JSONBaseProvider
from web3.providers.rpc.utils import REQUEST_RETRY_ALLOWLIST, ExceptionRetryConfiguration
from web3.types import RPCEndpoint, RPCResponse

from ledger.errors import ConfigurationError

__all__ = ["BROKEN", "RETRIES", "Failover", "provider_of"]

TIMEOUT_SECONDS: Final = 10
RETRIES: Final = 5
BACKOFF_SECONDS: Final = 0.25
READS: Final = [name for name in REQUEST_RETRY_ALLOWLIST if not name.startswith("eth_send")]
_LIMIT_EXCEEDED: Final = -32005  # EIP-1474: the node answers, but not to us now
# A transport that broke, and what comes out of half a body: no JSON, or JSON of another shape.
BROKEN: Final = (requests.RequestException, OSError, TypeError, ValueError, LookupError)
_log = logging.getLogger("corridor.chain")


class _Provider(HTTPProvider):
    """Says nothing about its address."""

    def __str__(self) -> str:
        return "RPC connection (address hidden)"


def provider_of(url: str, retries: int = RETRIES) -> HTTPProvider:
    """The transport of one node. Reads are tried so often, 0.25 s, 0.5 s, 1 s … apart; writes once.

    Raises:
        ConfigurationError: not an http or https URL. The message does not repeat it.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError("the node's address is an http:// or https:// URL")
    retry = ExceptionRetryConfiguration(
        errors=(ConnectionError, requests.ConnectionError, requests.Timeout),
        retries=retries,
        backoff_factor=BACKOFF_SECONDS,
        method_allowlist=READS,
    )
    provider = _Provider(url, {"timeout": TIMEOUT_SECONDS}, exception_retry_configuration=retry)
    provider.global_ccip_read_enabled = False  # a contract must not make us fetch a URL
    return provider


class Failover(JSONBaseProvider):
    """Several nodes as one. The one that answered last is asked first; a failing one is passed by.

    An answer that is an error of the contract or of the request is an answer. Only what a node does
    not answer, or refuses because it is asked too often, goes to the next.
    """

    global_ccip_read_enabled = False

    def __init__(self, nodes: Sequence[HTTPProvider]) -> None:
        super().__init__()
        self._nodes = tuple(nodes)
        self._first = 0

    def __str__(self) -> str:
        return f"RPC connection to {len(self._nodes)} nodes (addresses hidden)"

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:  # noqa: ANN401 — web3's own
        """Ask each node in turn until one answers; raise what the last one raised."""
        start, last = self._first, len(self._nodes) - 1
        for offset in range(len(self._nodes)):
            chosen = (start + offset) % len(self._nodes)
            try:
                answer = self._nodes[chosen].make_request(method, params)
            except BROKEN as error:
                if offset == last:
                    raise
                _log.warning("node %d gave no answer (%s)", chosen + 1, type(error).__name__)
                continue
            if offset == last or not _is_refused(answer):
                self._first = chosen
                return answer
            _log.warning("node %d refuses for now", chosen + 1)
        raise AssertionError("unreachable: the last node answers or raises")


def _is_refused(answer: RPCResponse) -> bool:
    error = answer.get("error")
    return isinstance(error, dict) and error.get("code") == _LIMIT_EXCEEDED
