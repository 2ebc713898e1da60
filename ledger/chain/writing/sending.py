# SPDX-License-Identifier: Apache-2.0
"""From a call to a mined transaction: nonce, fee, gas, signature, one sending, one receipt."""

import time
from dataclasses import dataclass
from typing import Final, Self

from hexbytes import HexBytes
from web3.eth import Eth
from web3.exceptions import TransactionNotFound, Web3RPCError
from web3.types import TxParams, TxReceipt

from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.node import Node, Sending
from ledger.chain.writing.transactions import Account, Fee, SignedTransaction, Transaction
from ledger.errors import ChainRejectedError, ChainUnavailableError
from ledger.primitives import Address, Bytes32

__all__ = ["MinedTransaction", "Sender", "current_fee", "dearer_fee", "receipt_of"]

ATTEMPTS: Final = 3
POLL_SECONDS: Final = 0.1
WAIT_SECONDS: Final = 120.0
_TIP_FALLBACK: Final = 10**9
_MOST_GAS: Final = 2**24  # what EIP-7825 lets one transaction take
# State may change between the estimate and the block; gas that is not used is not paid.
_GAS_MARGIN_PERCENT: Final = 130
_GAS_MARGIN: Final = 20_000


@dataclass(frozen=True, slots=True)
class MinedTransaction:
    """A transaction in a block; a reorganisation can still drop it."""

    transaction: Bytes32
    block_number: int
    block_hash: Bytes32

    @classmethod
    def of(cls, receipt: TxReceipt) -> Self:
        """What matters in a receipt."""
        return cls(
            Bytes32(bytes(receipt["transactionHash"])),
            int(receipt["blockNumber"]),
            Bytes32(bytes(receipt["blockHash"])),
        )


def current_fee(node: Node) -> Fee:
    """What a transaction pays now: twice the base fee and the usual tip; or the legacy price.

    Never more than the node's owner allows: it then waits until the chain is cheaper.
    """
    base = node.ask(lambda eth: eth.get_block("latest")).get("baseFeePerGas")
    if base is None:
        return Fee(int(node.ask(lambda eth: eth.gas_price)), None).capped(node.max_fee)
    priority = node.ask(_usual_tip)
    return Fee(2 * int(base) + priority, priority).capped(node.max_fee)


def dearer_fee(node: Node, paid: Fee) -> Fee:
    """What a replacement pays; the same again where the owner allows no more."""
    dearer = paid.raised(current_fee(node))
    return paid if node.max_fee is not None and dearer.most > node.max_fee else dearer


def _usual_tip(eth: Eth) -> int:
    try:
        return int(eth.max_priority_fee)
    except Web3RPCError:
        return _TIP_FALLBACK  # a node without eth_maxPriorityFeePerGas


def receipt_of(eth: Eth, transaction: Bytes32) -> TxReceipt | None:
    """The receipt of a transaction; None while it is in no block."""
    try:
        return eth.get_transaction_receipt(HexBytes(transaction.raw))
    except TransactionNotFound:
        return None


class Sender:
    """Sends an account's transactions and waits for them."""

    def __init__(self, node: Node, account: Account, *, wait_seconds: float = WAIT_SECONDS) -> None:
        self.node = node
        self.account = account
        self._wait_seconds = wait_seconds

    def prepare(
        self, to: Address | None, data: bytes, nonce: int | None = None
    ) -> tuple[Transaction, SignedTransaction]:
        """Try it out, then choose nonce (the next one unless given), fee and gas, and sign.

        Nothing is sent.

        Raises:
            ChainRejectedError: it would revert.
        """
        call: TxParams = {"from": checksummed(self.account.address), "data": data}
        if to is not None:
            call["to"] = checksummed(to)
            self.node.ask(lambda eth: eth.call(call))
        estimate = self.node.ask(lambda eth: eth.estimate_gas(call))
        if estimate > _MOST_GAS:
            raise ChainRejectedError(
                f"it needs {estimate} gas, and a transaction may take {_MOST_GAS}: make it smaller"
            )
        transaction = Transaction(
            chain_id=self.node.chain_id,
            nonce=self._next_nonce() if nonce is None else nonce,
            fee=current_fee(self.node),
            gas=min(estimate * _GAS_MARGIN_PERCENT // 100 + _GAS_MARGIN, _MOST_GAS),
            to=to,
            data=data,
        )
        return transaction, transaction.signed(self.account)

    def act(self, contract: Contract, function: str, *arguments: object) -> TxReceipt:
        """Call a function of a contract and wait until it is mined."""
        return self.run(contract.address, contract.data(function, *arguments))

    def run(self, to: Address | None, data: bytes) -> TxReceipt:
        """Send a call, or a creation, and wait until it is mined.

        Raises:
            ChainRejectedError: it would revert, or did.
            ChainUnavailableError: nothing was sent; or it was and is not mined in time, and the
                message names the transaction: look before you repeat.
        """
        signed = self._sent(to, data)
        receipt = self._awaited(signed.hash)
        if receipt["status"] != 1:
            raise ChainRejectedError(f"transaction {signed.hash} was mined and reverted")
        return receipt

    def _sent(self, to: Address | None, data: bytes) -> SignedTransaction:
        """Another process may use the account too: a nonce that it took is chosen again."""
        for _ in range(ATTEMPTS):
            with self.node.sending:
                _, signed = self.prepare(to, data)
                if self._send(signed) in {Sending.TAKEN, Sending.KNOWN}:
                    return signed
        raise ChainUnavailableError(
            f"another transaction of {self.account.address} keeps its nonce; nothing was sent"
        )

    def _send(self, signed: SignedTransaction) -> Sending:
        try:
            return self.node.send(signed.raw)
        except ChainUnavailableError as error:
            text = f"{error}; transaction {signed.hash} may have been taken: look before you repeat"
            raise ChainUnavailableError(text) from error

    def _awaited(self, transaction: Bytes32) -> TxReceipt:
        deadline = time.monotonic() + self._wait_seconds
        while time.monotonic() < deadline:
            receipt = self.node.ask(lambda eth: receipt_of(eth, transaction))
            if receipt is not None:
                return receipt
            time.sleep(POLL_SECONDS)
        raise ChainUnavailableError(
            f"transaction {transaction} was sent and is not mined after {self._wait_seconds:g} s"
        )

    def _next_nonce(self) -> int:
        address = checksummed(self.account.address)
        return int(self.node.ask(lambda eth: eth.get_transaction_count(address, "pending")))
