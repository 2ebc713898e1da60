# SPDX-License-Identifier: Apache-2.0
"""A node over web3: the transport retries reads, a write is sent exactly once.

A node's URL may hold credentials (user, API key in the path), and so may every text that requests
and web3 write about it. No such text leaves this module: failures are new errors without a cause.
"""

import logging
from collections.abc import Callable
from enum import Enum, auto
from functools import cached_property
from threading import Lock
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

import requests
from web3 import HTTPProvider, Web3
from web3.eth import Eth
from web3.exceptions import (
    BadFunctionCallOutput,
    BlockNotFound,
    ContractLogicError,
    Web3Exception,
    Web3RPCError,
)
from web3.middleware import ExtraDataToPOAMiddleware
from web3.providers.rpc.utils import REQUEST_RETRY_ALLOWLIST, ExceptionRetryConfiguration
from web3.types import BlockIdentifier

from ledger.anchors import BlockRef
from ledger.chain.writing.rejections import rejection_text
from ledger.errors import (
    ChainRejectedError,
    ChainUnavailableError,
    ConfigurationError,
    LedgerError,
)
from ledger.primitives import Bytes32, shown

__all__ = ["Node", "Sending", "connect"]

TIMEOUT_SECONDS: Final = 10
RETRIES: Final = 4
BACKOFF_SECONDS: Final = 0.25
READS: Final = [name for name in REQUEST_RETRY_ALLOWLIST if not name.startswith("eth_send")]
_SHORTEST_SECRET: Final = 6
# These write whole URLs, at DEBUG and when a connection breaks.
_TALKATIVE: Final = (
    "urllib3.connectionpool",
    "web3._utils.http_session_manager.HTTPSessionManager",
    "web3.manager.RequestManager",
    "web3.providers.HTTPProvider",
)
_Value = TypeVar("_Value")


class Sending(Enum):
    """What a node made of a transaction. Other answers are errors."""

    TAKEN = auto()
    KNOWN = auto()  # it had it already
    NONCE_USED = auto()  # another transaction of the account was mined with this nonce
    UNDERPRICED = auto()  # another one waits with this nonce, and this one pays too little


# Geth, Anvil, Besu, Nethermind and Erigon have no codes for these, only words.
_WORDS: Final = (
    ("already known", Sending.KNOWN),
    ("already imported", Sending.KNOWN),
    ("known transaction", Sending.KNOWN),
    ("alreadyknown", Sending.KNOWN),
    ("nonce too low", Sending.NONCE_USED),
    ("oldnonce", Sending.NONCE_USED),
    ("underpriced", Sending.UNDERPRICED),
    ("gas price too low to replace", Sending.UNDERPRICED),
)


# web3 decodes whatever a node sends; an answer of another shape comes out as one of the last four.
_UNUSABLE: Final = (
    Web3Exception,
    requests.RequestException,
    OSError,
    TypeError,
    ValueError,
    LookupError,
    AttributeError,
)


class _Provider(HTTPProvider):
    """Says nothing about its address."""

    def __str__(self) -> str:
        return "RPC connection (address hidden)"


class Node:
    """A chain as one node tells it. `repr` hides the address."""

    def __init__(self, web3: Web3, secrets: tuple[str, ...] = ()) -> None:
        self.web3 = web3
        self.sending = Lock()
        self._secrets = secrets

    def __repr__(self) -> str:
        return "Node(address hidden)"

    def ask(self, question: Callable[[Eth], _Value]) -> _Value:
        """Ask, and turn what web3 and its transport raise into this project's two answers.

        Raises:
            ChainRejectedError: a contract reverted; the message is its decoded error.
            ChainUnavailableError: no usable answer.
        """
        try:
            return question(self.web3.eth)
        except _UNUSABLE as error:
            failure = self._failure(error)
        raise failure  # outside the handler: no context that holds the address

    def send(self, raw: bytes) -> Sending:
        """Send a signed transaction, once.

        Raises:
            ChainUnavailableError: refused, or nobody knows whether it was taken.
        """
        try:
            self.web3.eth.send_raw_transaction(raw)
        except Web3RPCError as error:
            sending = _sending(error.message)
            failure = self._failure(error)
        except _UNUSABLE as error:
            sending = None
            failure = self._failure(error)
        else:
            return Sending.TAKEN
        if sending is None:
            raise failure
        return sending

    @cached_property
    def chain_id(self) -> int:
        """The chain's id, asked once."""
        return int(self.ask(lambda eth: eth.chain_id))

    def block(self, which: BlockIdentifier) -> BlockRef | None:
        """A block by number or tag; None if the node has no such block."""
        return self.ask(lambda eth: _block(eth, which))

    def latest(self) -> BlockRef:
        """The newest block."""
        block = self.block("latest")
        if block is None:
            raise ChainUnavailableError("the node has no newest block")
        return block

    def _failure(self, error: Exception) -> LedgerError:
        if isinstance(error, ContractLogicError):
            return ChainRejectedError(self._clean(rejection_text(error)))
        if isinstance(error, BadFunctionCallOutput):
            return ChainUnavailableError("no contract of ours answers at that address")
        if isinstance(error, Web3RPCError):
            return ChainUnavailableError(f"the node refused: {self._clean(shown(error.message))}")
        return ChainUnavailableError(f"the node gave no usable answer ({type(error).__name__})")

    def _clean(self, text: str) -> str:
        """Drop a text that repeats a part of the node's address."""
        if any(secret in text for secret in self._secrets):
            return "(its words repeat its address, which stays hidden)"
        return text


def connect(url: str) -> Node:
    """Open a node. Reads are tried 5 times, 0.25 s, 0.5 s, 1 s … apart; writes once.

    Raises:
        ConfigurationError: not an http or https URL. The message does not repeat it.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ConfigurationError("the node's address is an http:// or https:// URL")
    retry = ExceptionRetryConfiguration(
        errors=(ConnectionError, requests.ConnectionError, requests.Timeout),
        retries=RETRIES,
        backoff_factor=BACKOFF_SECONDS,
        method_allowlist=READS,
    )
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_refuse)
    provider = _Provider(url, {"timeout": TIMEOUT_SECONDS}, exception_retry_configuration=retry)
    provider.global_ccip_read_enabled = False  # a contract must not make us fetch a URL
    web3 = Web3(provider)
    web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)  # QBFT's blocks, too
    return Node(web3, _secrets_of(url))


def _secrets_of(url: str) -> tuple[str, ...]:
    parts = urlsplit(url)
    found = [parts.username or "", parts.password or "", *parts.path.split("/")]
    found += [pair.partition("=")[2] for pair in parts.query.split("&")]
    return tuple(
        form for text in found if len(text) >= _SHORTEST_SECRET for form in {text, unquote(text)}
    )


def _refuse(_record: logging.LogRecord) -> bool:
    return False


def _sending(message: str) -> Sending | None:
    lower = message.lower()
    return next((sending for words, sending in _WORDS if words in lower), None)


def _block(eth: Eth, which: BlockIdentifier) -> BlockRef | None:
    try:
        block = eth.get_block(which)
    except BlockNotFound:
        return None
    return BlockRef(int(block["number"]), Bytes32(bytes(block["hash"])), int(block["timestamp"]))
