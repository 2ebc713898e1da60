# SPDX-License-Identifier: Apache-2.0
"""A new ledger: its five contracts, and the trust file that verifiers get."""

from dataclasses import dataclass

from ledger.anchors import BlockRef
from ledger.chain.writing.contract import checksummed, creation_code
from ledger.chain.writing.node import Node
from ledger.chain.writing.sending import Sender
from ledger.chain.writing.transactions import Account
from ledger.errors import ChainUnavailableError, ConfigurationError
from ledger.primitives import Address, Bytes32
from ledger.statements import keccak256
from ledger.trust import FinalityRule, LogKey, Trust, TrustedContract, TrustedLedger

__all__ = ["DeploymentPlan", "check_deployed", "deploy"]


@dataclass(frozen=True, slots=True)
class DeploymentPlan:
    """Who may do what on the new ledger, and what its verifiers are told.

    `key_delay_seconds`: 48 h in production, 0 on a local chain. Sequencer and guardian
    are two keys.
    """

    admin: Address
    registrar: Address
    accreditor: Address
    sequencer: Address
    guardian: Address
    key_delay_seconds: int
    finality: FinalityRule
    max_head_age_seconds: int
    log_keys: tuple[LogKey, ...]


def deploy(node: Node, account: Account, plan: DeploymentPlan) -> Trust:
    """Deploy the five contracts; `account` only pays.

    Nothing is reused: whoever is interrupted deploys again, and the contracts of the first attempt
    stay unused. The blocks named may not be final yet; `check_deployed` tells later.

    Raises:
        ChainRejectedError: a constructor refused the plan.
        ChainUnavailableError: see `Sender.run`.
    """
    sender = Sender(node, account)
    parties = _deployed(
        sender,
        "PartyRegistry",
        [*_texts(plan.admin, plan.registrar, plan.accreditor), plan.key_delay_seconds],
    )
    log = _deployed(sender, "DocumentLog", _texts(parties.address, plan.sequencer, plan.guardian))
    status = _deployed(sender, "DocumentStatus", _texts(parties.address))
    titles = _deployed(sender, "TitleRegistry", _texts(parties.address))
    lens = _deployed(sender, "LedgerLens", [])
    return Trust(
        chain_id=node.chain_id,
        genesis_hash=_block(node, 0).hash,
        finality=plan.finality,
        max_head_age_seconds=plan.max_head_age_seconds,
        log_keys=plan.log_keys,
        ledgers=(TrustedLedger(log, parties, (status,), (titles,), lens),),
    )


def check_deployed(node: Node, trust: Trust) -> None:
    """Check that a node's chain is the one that a trust file speaks of.

    Raises:
        ConfigurationError: names the first thing that differs.
    """
    if node.chain_id != trust.chain_id:
        raise ConfigurationError(
            f"the trust file is for chain {trust.chain_id}; the node is on chain {node.chain_id}"
        )
    genesis = _block(node, 0).hash
    if genesis != trust.genesis_hash:
        raise ConfigurationError(
            f"the trust file wants genesis block {trust.genesis_hash}; the node has {genesis}. "
            "A local chain that lost its state? Deploy again"
        )
    for held in trust.ledgers:
        for contract in (held.log, held.parties, *held.statuses, *held.titles, held.lens):
            _check_contract(node, contract)


def _check_contract(node: Node, contract: TrustedContract) -> None:
    code_hash = _code_hash(node, contract.address)
    if code_hash != contract.code_hash:
        raise ConfigurationError(
            f"contract {contract.address}: the trust file wants code {contract.code_hash}; "
            f"the chain has {code_hash}"
        )
    block = node.block(contract.deploy_block)
    if block is None or block.hash != contract.deploy_block_hash:
        raise ConfigurationError(
            f"contract {contract.address}: block {contract.deploy_block} is not the one it was "
            "deployed in; after a reorganisation, write the trust file again"
        )


def _deployed(sender: Sender, name: str, arguments: list[object]) -> TrustedContract:
    node = sender.node
    receipt = sender.run(None, creation_code(node, name, arguments))
    created = receipt["contractAddress"]
    if created is None:
        raise ChainUnavailableError(f"the node names no address for the new {name}")
    address = Address(bytes.fromhex(created.removeprefix("0x")))
    block = Bytes32(bytes(receipt["blockHash"]))
    return TrustedContract(address, _code_hash(node, address), int(receipt["blockNumber"]), block)


def _code_hash(node: Node, address: Address) -> Bytes32:
    code = node.ask(lambda eth: bytes(eth.get_code(checksummed(address))))
    return Bytes32(keccak256(code))


def _block(node: Node, number: int) -> BlockRef:
    block = node.block(number)
    if block is None:
        raise ChainUnavailableError(f"the node has no block {number}")
    return block


def _texts(*addresses: Address) -> list[object]:
    return [checksummed(address) for address in addresses]
