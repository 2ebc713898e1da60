# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry and DocumentStatus with the relayer's key: `ActSender`."""

from dataclasses import dataclass
from functools import lru_cache

from ledger.acts import ActContract, ActDomain, ActType, SignedAct
from ledger.anchors import BlockRef
from ledger.chain.writing.act_traces import act_in_logs
from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.finality import final_block
from ledger.chain.writing.node import Node
from ledger.chain.writing.sending import (
    MinedTransaction,
    Sender,
    current_fee,
    dearer_fee,
    receipt_of,
)
from ledger.chain.writing.transactions import (
    Account,
    SignedTransaction,
    Transaction,
    signer_of,
)
from ledger.errors import ChainRejectedError, ChainUnavailableError, InvalidValueError
from ledger.ports import Clock
from ledger.ports.relaying import ActPlace, Receipt, SentAct
from ledger.primitives import Address, Bytes32, Digest
from ledger.statements import keccak256
from ledger.trust import FinalityRule, TrustedLedger

__all__ = ["ChainActSender", "act_domains", "calldata", "relay_now"]

_CONTRACTS = {ActContract.TITLES: "TitleRegistry", ActContract.STATUS: "DocumentStatus"}


def act_domains(chain_id: int, ledger: TrustedLedger) -> dict[ActContract, ActDomain]:
    """The contracts that acts are signed for today: the last of each that the trust file names."""
    places = {ActContract.TITLES: ledger.titles, ActContract.STATUS: ledger.statuses}
    return {
        contract: ActDomain(contract, chain_id, held[-1].address)
        for contract, held in places.items()
        if held
    }


def calldata(node: Node, signed: SignedAct) -> bytes:
    """The call that carries an act.

    Raises:
        InvalidValueError: a member does not fit its type.
    """
    act = signed.act
    ticket = (checksummed(signed.key), act.nonce, act.deadline, signed.signature.raw)
    # Of one member, the wish is that member; else a struct. DocumentStatus takes the party, too.
    wish = act.wish()
    arguments: tuple[object, ...] = wish if len(wish) == 1 else (wish,)
    if act.type.contract is ActContract.STATUS:
        arguments = (act.party.raw, *arguments)
    return _contract(node, signed).data(act.type.function, *arguments, ticket)


def relay_now(node: Node, signed: SignedAct, account: Account) -> MinedTransaction:
    """Carry one act with an account's own ether, and wait until it is mined.

    Raises:
        ChainRejectedError: the contract refuses; the message is its error.
        ChainUnavailableError: see `Sender.run`.
    """
    receipt = Sender(node, account).run(signed.domain.address, calldata(node, signed))
    return MinedTransaction.of(receipt)


@dataclass(frozen=True, slots=True)
class ChainActSender:
    """See `ActSender`. `final` is the trust file's rule."""

    node: Node
    account: Account
    final: FinalityRule
    clock: Clock

    @property
    def address(self) -> Address:
        """See `ActSender`."""
        return self.account.address

    def transaction_count(self) -> int:
        """See `ActSender`."""
        address = checksummed(self.account.address)
        return int(self.node.ask(lambda eth: eth.get_transaction_count(address, "latest")))

    def prepare(self, signed: SignedAct, nonce: int, block: BlockRef) -> SentAct:
        """See `ActSender`. Only what a node says of that block refuses: it may be behind."""
        refusal = self.refusal(signed, block)
        if refusal is not None:
            raise ChainRejectedError(refusal)
        sender = Sender(self.node, self.account)
        data = calldata(self.node, signed)
        try:
            transaction, raw = sender.prepare(signed.domain.address, data, nonce)
        except ChainRejectedError as error:
            if self.refusal(signed, self.latest()) is not None:
                text = f"the contract refuses in another block than {block.number}: {error}"
                raise ChainUnavailableError(text) from error
            raise  # not the contract: it needs too much gas
        return self._sent(signed.id, transaction, raw)

    def filler(self, nonce: int) -> SentAct:
        """See `ActSender`. Nothing, sent to oneself."""
        transaction, raw = Sender(self.node, self.account).prepare(self.address, b"", nonce)
        return self._sent(None, transaction, raw)

    def signed(self, sent: SentAct) -> bool:
        """See `ActSender`."""
        try:
            nonce, signer = signer_of(sent.raw)
        except InvalidValueError:
            return False
        same_hash = keccak256(sent.raw) == sent.transaction.raw
        return same_hash and (nonce, signer) == (sent.nonce, self.account.address)

    def is_outbid(self, sent: SentAct) -> bool:
        """See `ActSender`."""
        return Transaction.parse(sent.raw).fee.most < current_fee(self.node).most

    def replacement(self, sent: SentAct) -> SentAct:
        """See `ActSender`."""
        stored = Transaction.parse(sent.raw)
        dearer = stored.with_fee(dearer_fee(self.node, stored.fee))
        return self._sent(sent.act, dearer, dearer.signed(self.account))

    def broadcast(self, sent: SentAct) -> None:
        """See `ActSender`. What counts is what the contract holds, not what a node answers."""
        self.node.send(sent.raw)

    def receipt(self, transaction: Bytes32) -> Receipt | None:
        """See `ActSender`."""
        found = self.node.ask(lambda eth: receipt_of(eth, transaction))
        if found is None:
            return None
        block, block_hash = int(found["blockNumber"]), Bytes32(bytes(found["blockHash"]))
        return Receipt(ActPlace(transaction, block, block_hash), found["status"] == 1)

    def carried(self, signed: SignedAct, since: int, block: BlockRef) -> ActPlace | None:
        """See `ActSender`. A tag key that is registered already is done, whoever did it."""
        contract, act = _contract(self.node, signed), signed.act
        if act.type is ActType.TAG_KEY:
            held = bytes(contract.read_at(block.number, "tagKeyHash", act.party.raw))
            if held == act.word("keyHash"):
                return ActPlace(None, block.number, block.hash)
        key = checksummed(signed.key)
        if not contract.read_at(block.number, "nonceUsed", key, act.nonce):
            return None
        place = act_in_logs(contract, signed, since, block)
        if place is None:
            raise ChainRejectedError(f"RelayedActs_NonceUsed({signed.key}, {act.nonce})")
        return place

    def refusal(self, signed: SignedAct, block: BlockRef) -> str | None:
        """See `ActSender`."""
        call = {
            "from": checksummed(self.account.address),
            "to": checksummed(signed.domain.address),
            "data": calldata(self.node, signed),
        }
        try:
            self.node.ask(lambda eth: eth.call(call, block.number))  # type: ignore[arg-type] # — TxParams
        except ChainRejectedError as error:
            return str(error)
        return None

    def latest(self) -> BlockRef:
        """See `ActSender`."""
        return self.node.latest()

    def block_at(self, number: int) -> BlockRef | None:
        """See `ActSender`."""
        return self.node.block(number)

    def final_block(self) -> BlockRef:
        """See `ActSender`."""
        return final_block(self.node, self.final)

    def _sent(
        self, act: Digest | None, transaction: Transaction, signed: SignedTransaction
    ) -> SentAct:
        return SentAct(
            act=act,
            sender=self.account.address,
            nonce=transaction.nonce,
            transaction=signed.hash,
            raw=signed.raw,
            sent_at=self.clock.now(),
        )


def _contract(node: Node, signed: SignedAct) -> Contract:
    return _known_contract(node, _CONTRACTS[signed.domain.contract], signed.domain.address)


@lru_cache(maxsize=16)
def _known_contract(node: Node, name: str, address: Address) -> Contract:
    return Contract(node, name, address)
