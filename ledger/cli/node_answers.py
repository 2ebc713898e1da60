# SPDX-License-Identifier: Apache-2.0
"""What a node knows of a contract that an act is for. Imports web3: only where a node is named."""

from typing import Final

from ledger.acts import ActDomain
from ledger.chain.writing import Contract, connect
from ledger.errors import InvalidValueError, NotFoundError
from ledger.primitives import Bytes32

__all__ = ["NodeAnswers"]

_SEQUENCE: Final = 10  # where ITitleRegistry.Record has it


class NodeAnswers:
    """A node, asked about one contract.

    Raises:
        InvalidValueError: it is a node of another chain.
        ChainUnavailableError: no usable answer; so from every method.
    """

    def __init__(self, url: str, domain: ActDomain) -> None:
        self._node = connect(url)
        self._domain = domain
        if self._node.chain_id != domain.chain_id:
            raise InvalidValueError(
                f"the node is of chain {self._node.chain_id}; the contract is on {domain.chain_id}"
            )

    def now(self) -> int:
        """The time of its newest block, in Unix seconds."""
        return self._node.latest().time

    def title_sequence(self, title: Bytes32) -> int:
        """The number of a title's latest act.

        Raises:
            NotFoundError: there is no such title.
        """
        register = Contract(self._node, "TitleRegistry", self._domain.address)
        sequence = int(register.read("record", title.raw)[_SEQUENCE])
        if sequence == 0:
            raise NotFoundError(f"the chain has no title {title}")
        return sequence
