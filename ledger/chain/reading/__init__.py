# SPDX-License-Identifier: Apache-2.0
"""Reading the chain for verification, without web3."""

from ledger.chain.reading.reader import NodeReader
from ledger.chain.reading.rpc import DEFAULT_TIMEOUT_SECONDS, Node

__all__ = ["DEFAULT_TIMEOUT_SECONDS", "Node", "NodeReader"]
