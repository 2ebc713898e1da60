# SPDX-License-Identifier: Apache-2.0
"""A node over web3: the transport retries reads, a write is sent exactly once.

A node's URL may hold credentials (user, API key in the path), and so may every text that requests
and web3 write about it. No such text leaves this module: failures are new errors without a cause.
"""

import logging
from collections.abc import Callable, Sequence
from enum import Enum, auto
from functools import cached_property
from threading import Lock
from typing import Final, TypeVar
from urllib.parse import unquote, urlsplit

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
from web3.providers.base import JSONBaseProvider
from web3.types import BlockIdentifier

from ledger.anchors import BlockRef
from ledger.chain.writing.providers import BROKEN, RETRIES, Failover, provider_of
from ledger.chain.writing.rejections import rejection_text
from ledger.errors import (
    ChainRejectedError,
    ChainUnavailableError,
    LedgerError,
)
from ledger.primitives import Bytes32, shown

__all__ = ["Node", "Sending", "connect"]

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
_UNUSABLE: Final = (Web3Exception, *BROKEN, AttributeError)


class Node:
    """A chain as a node tells it, or one of several. `repr` hides the address.

    Attributes:
        peers: if there are several, each by itself: what they must agree on is asked of all.
        max_fee: wei per gas that a transaction may pay; None: what it takes.
    """

    max_fee: int | None = None

    def __init__(
        self, web3: Web3, secrets: tuple[str, ...] = (), peers: "tuple[Node, ...]" = ()
    ) -> None:
        self.web3 = web3
        self.sending = Lock()
        self.peers = peers
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


def connect(url: str, max_fee: int | None = None) -> Node:
    """Open a node, or several whose URLs are separated by commas.

    Reads are tried 5 times at one node, 0.25 s, 0.5 s, 1 s … apart, or once at each of several; a
    write once at each.

    Args:
        url: one or more http or https URLs.
        max_fee: wei per gas that a transaction may pay.

    Raises:
        ConfigurationError: not an http or https URL. The message does not repeat it.
    """
    urls = [part.strip() for part in url.split(",")]
    providers = [provider_of(each, RETRIES if len(urls) == 1 else 1) for each in urls]
    for name in _TALKATIVE:
        logging.getLogger(name).addFilter(_refuse)
    node = _joined(urls, providers)
    node.max_fee = max_fee
    return node


def _joined(urls: Sequence[str], providers: Sequence[HTTPProvider]) -> Node:
    if len(urls) == 1:
        return Node(_web3(providers[0]), _secrets_of(urls[0]))
    peers = tuple(
        Node(_web3(provider), _secrets_of(each))
        for each, provider in zip(urls, providers, strict=True)
    )
    secrets = tuple(secret for each in urls for secret in _secrets_of(each))
    return Node(_web3(Failover(providers)), secrets, peers)


def _web3(provider: JSONBaseProvider) -> Web3:
    web3 = Web3(provider)
    web3.middleware_onion.inject(ExtraDataToPOAMiddleware, layer=0)  # QBFT's blocks, too
    return web3


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
