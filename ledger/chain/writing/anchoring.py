# SPDX-License-Identifier: Apache-2.0
"""The DocumentLog with the sequencer's key: `AnchorSender`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from hexbytes import HexBytes

from ledger.anchors import AnchorHint, BlockRef, Finality, HeadRecord
from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.finality import final_block
from ledger.chain.writing.node import Node, Sending
from ledger.chain.writing.sending import Sender, dearer_fee
from ledger.chain.writing.transactions import Account, SignedTransaction, Transaction
from ledger.errors import ChainRejectedError, ChainUnavailableError
from ledger.log import TreeHead
from ledger.ports import Clock
from ledger.ports.anchoring import AnchoredHead, SentAnchor
from ledger.primitives import Address, Bytes32, Digest
from ledger.trust import FinalityRule

if TYPE_CHECKING:
    from web3.types import FilterParams

__all__ = ["LogAnchorSender"]


class LogAnchorSender:
    """See `AnchorSender`. `final` is the trust file's rule."""

    def __init__(
        self, contract: Contract, account: Account, final: FinalityRule, clock: Clock
    ) -> None:
        self._contract = contract
        self._node = contract.node
        self._sender = Sender(contract.node, account)
        self._final = final
        self._clock = clock
        self._others = tuple(
            LogAnchorSender.at(peer, contract.address, account, final, clock)
            for peer in contract.node.peers
        )

    @classmethod
    def at(
        cls, node: Node, log: Address, account: Account, final: FinalityRule, clock: Clock
    ) -> "LogAnchorSender":
        """The one at an address."""
        return cls(Contract(node, "DocumentLog", log), account, final, clock)

    def on_chain_size(self) -> int:
        """See `AnchorSender`."""
        return int(self._contract.read("size"))

    def record(self, root: Digest) -> HeadRecord:
        """See `AnchorSender`."""
        previous_size, size, time, block = self._contract.read("record", root.raw)
        return HeadRecord(previous_size, size, time, block)

    def prepare(self, head: TreeHead, old_size: int, proof: Sequence[Digest]) -> SentAnchor:
        """See `AnchorSender`."""
        path = [digest.raw for digest in proof]
        data = self._contract.data("anchor", old_size, head.size, head.root.raw, path)
        transaction, signed = self._sender.prepare(self._contract.address, data)
        return self._sent_anchor(head, old_size, transaction, signed)

    def replacement(self, anchor: SentAnchor) -> SentAnchor:
        """See `AnchorSender`."""
        stored = Transaction.parse(anchor.raw)
        dearer = stored.with_fee(dearer_fee(self._node, stored.fee))
        signed = dearer.signed(self._sender.account)
        return self._sent_anchor(anchor.head, anchor.old_size, dearer, signed)

    def broadcast(self, anchor: SentAnchor) -> None:
        """See `AnchorSender`. What counts is what the contract holds, not what a node answers."""
        if anchor.sender != self._sender.account.address:
            raise ChainRejectedError(
                f"{anchor.transaction} was signed by {anchor.sender}, a former sequencer's key"
            )
        sending = self._node.send(anchor.raw)
        # Underpriced: a rival with this nonce waits. Either may be mined; the contract will tell.
        if sending is Sending.NONCE_USED and not self.record(anchor.head.root).exists:
            raise ChainRejectedError(
                f"nonce {anchor.nonce} of {anchor.sender} was used by another transaction"
            )

    def locate(self, root: Digest) -> AnchoredHead | None:
        """See `AnchorSender`."""
        record = self.record(root)
        if not record.exists:
            return None
        block = self.block_at(record.block)
        transaction = self._transaction_of(root, record.block, block)
        if block is None or transaction is None or block.time != record.time:
            raise ChainUnavailableError(
                f"the node's answers about block {record.block} do not fit together: the chain "
                "was being reorganised, or several nodes answered"
            )
        final = self.final_block().number >= record.block
        if final:
            self._check_agreed(root, record)
        hint = AnchorHint(
            chain_id=self._node.chain_id,
            contract=self._contract.address,
            transaction=transaction,
            block_number=block.number,
            block_hash=block.hash,
            block_time=block.time,
        )
        return AnchoredHead(root, record, hint, Finality.FINAL if final else Finality.MINED)

    def others(self) -> "tuple[LogAnchorSender, ...]":
        """See `AnchorSender`."""
        return self._others

    def block_at(self, number: int) -> BlockRef | None:
        """See `AnchorSender`."""
        return self._node.block(number)

    def final_block(self) -> BlockRef:
        """See `AnchorSender`."""
        return final_block(self._node, self._final)

    def _check_agreed(self, root: Digest, record: HeadRecord) -> None:
        """A record is final only if every node that answers has it."""
        for other in self.others():
            try:
                found = other.record(root)
            except ChainUnavailableError:
                continue
            if found != record:
                raise ChainUnavailableError(
                    f"the nodes tell different records of the head {root}: none of them is final"
                )

    def _transaction_of(self, root: Digest, number: int, block: BlockRef | None) -> Bytes32 | None:
        """The transaction that anchored a root, by the event in that one block."""
        wanted: FilterParams = {
            "address": checksummed(self._contract.address),
            "fromBlock": number,
            "toBlock": number,
            "topics": [HexBytes(self._contract.topic("Anchored")), HexBytes(root.raw)],
        }
        for found in self._node.ask(lambda eth: eth.get_logs(wanted)):
            if block is not None and bytes(found["blockHash"]) == block.hash.raw:
                return Bytes32(bytes(found["transactionHash"]))
        return None

    def _sent_anchor(
        self, head: TreeHead, old_size: int, transaction: Transaction, signed: SignedTransaction
    ) -> SentAnchor:
        return SentAnchor(
            head=head,
            old_size=old_size,
            sender=self._sender.account.address,
            nonce=transaction.nonce,
            transaction=signed.hash,
            raw=signed.raw,
            sent_at=self._clock.now(),
        )
