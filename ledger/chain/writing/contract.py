# SPDX-License-Identifier: Apache-2.0
"""One deployed contract: reads, call data and events, by the names in its ABI."""

from collections.abc import Sequence
from typing import Any

from eth_typing import ChecksumAddress
from web3 import Web3
from web3.exceptions import Web3Exception
from web3.logs import DISCARD
from web3.types import BlockIdentifier, TxReceipt

from ledger.chain.writing.artifacts import artifact
from ledger.chain.writing.node import Node
from ledger.errors import InvalidValueError
from ledger.primitives import Address

__all__ = ["Contract", "checksummed", "creation_code"]


def checksummed(address: Address) -> ChecksumAddress:
    """The spelling that web3 wants (EIP-55)."""
    return Web3.to_checksum_address(address.raw)


def creation_code(node: Node, name: str, arguments: Sequence[object]) -> bytes:
    """Creation code and constructor arguments of a contract."""
    held = artifact(name)
    factory = node.web3.eth.contract(abi=held.abi, bytecode=held.bytecode)
    data: str = factory.constructor(*arguments).data_in_transaction
    return bytes.fromhex(data.removeprefix("0x"))


class Contract:
    """A contract of ours at an address. Answers are web3's: whoever reads, parses them at once."""

    def __init__(self, node: Node, name: str, address: Address) -> None:
        self.node = node
        self.address = address
        self._web3 = node.web3.eth.contract(address=checksummed(address), abi=artifact(name).abi)

    def read(self, function: str, *arguments: object) -> Any:  # noqa: ANN401 — web3 decodes by ABI
        """Call a view at the latest block."""
        return self.read_at("latest", function, *arguments)

    def read_at(self, block: BlockIdentifier, function: str, *arguments: object) -> Any:  # noqa: ANN401 — web3 decodes by ABI
        """Call a view in the state of a block."""
        call = self._web3.get_function_by_name(function)
        return self.node.ask(lambda _: call(*arguments).call(block_identifier=block))

    def data(self, function: str, *arguments: object) -> bytes:
        """The call data of a function.

        Raises:
            InvalidValueError: an argument does not fit its type.
        """
        try:
            encoded: str = self._web3.encode_abi(function, args=list(arguments))
        except (Web3Exception, TypeError, ValueError) as error:
            raise InvalidValueError(f"{function}: an argument does not fit its type") from error
        return bytes.fromhex(encoded.removeprefix("0x"))

    def topic(self, event: str) -> bytes:
        """Topic 0 of an event."""
        return bytes.fromhex(self._web3.events[event]().topic.removeprefix("0x"))

    def events(self, event: str, receipt: TxReceipt) -> list[Any]:
        """The arguments of this contract's events of one name in a receipt."""
        found = self._web3.events[event]().process_receipt(receipt, errors=DISCARD)
        own = checksummed(self.address)
        return [each["args"] for each in found if each["address"] == own]
