# SPDX-License-Identifier: Apache-2.0
"""Running heads: recomputed in Python from the events alone, for all contracts that keep one."""

from __future__ import annotations

import ape
import running_head
from ape.contracts import ContractInstance
from bills import CLOSED, WHOLE, Action, Bills, Wish, digest, part
from conftest import BILL, DAY, People, artifact, now, travel
from consents import FOREVER, MANAGE, SIGN, grant
from eth_utils import keccak
from rfc9162 import leaf, node
from tickets import Relayed

NONE = bytes(32)


def names(topics: list[bytes], abi: list[running_head.Json]) -> set[str]:
    """Return the names of events by their topics."""
    by_topic = {}
    for each in abi:
        if each["type"] == "event":
            kinds = ",".join(running_head.abi_type(i) for i in each["inputs"])
            by_topic[keccak(text=f"{each['name']}({kinds})")] = each["name"]
    return {by_topic[topic] for topic in topics}


def check(contract: ContractInstance, name: str) -> set[str]:
    """Compare a contract's head, by call and by slot 0, with the one recomputed from its events.

    Returns:
        The names of the events that it emitted.
    """
    abi = artifact(name)["abi"]
    head, topics = running_head.recompute(contract, abi)
    assert bytes(contract.head()) == head
    assert bytes(contract.provider.get_storage(contract.address, 0)) == head
    return names(topics, abi)


def events_of(name: str) -> set[str]:
    """Return the names of all events that a contract can emit."""
    return {each["name"] for each in artifact(name)["abi"] if each["type"] == "event"}


def test_head_of_party_registry_when_every_event_was_emitted_then_is_recomputed(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    role = registry.REGISTRAR_ROLE()
    registry.grantRole(role, people.stranger, sender=people.admin)
    registry.grantRole(role, people.stranger, sender=people.admin)  # emits nothing
    registry.revokeRole(role, people.stranger, sender=people.admin)
    registry.proposeAdmin(people.stranger, sender=people.admin)
    registry.acceptAdmin(sender=people.stranger)
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna)
    registry.addKey(party_a, grant(registry, party_a, people.next, MANAGE), sender=people.registrar)
    registry.vetoKey(people.next, sender=people.anna)
    registry.setKeyEnd(people.new, now() + DAY, sender=people.anna)
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    registry.declareCompromise(people.anna, 5, sender=people.registrar)
    registry.objectToCompromise(people.anna, sender=people.amir)
    registry.accredit(party_a, BILL, 0, FOREVER, sender=people.accreditor)
    registry.setAccreditationEnd(party_a, BILL, 0, now() + DAY, sender=people.accreditor)
    travel(1)
    # Never emitted: the domain does not change, and nothing sets a role's admin.
    silent = {"EIP712DomainChanged", "RoleAdminChanged"}
    assert check(registry, "PartyRegistry") == events_of("PartyRegistry") - silent


def test_head_of_document_log_when_every_event_was_emitted_then_is_recomputed(
    log: ContractInstance, people: People
) -> None:
    first, second = leaf(b"1"), leaf(b"2")
    log.anchor(0, 1, first, [], sender=people.sequencer)
    log.anchor(1, 2, node(first, second), [second], sender=people.sequencer)
    log.anchor(1, 2, node(first, second), [second], sender=people.sequencer)  # emits nothing
    log.request(b"a statement of no length that would fit one word " * 3, sender=people.alice)
    log.rotateSequencer(people.new, sender=people.guardian)
    log.proposeGuardian(people.next, sender=people.guardian)
    log.acceptGuardian(sender=people.next)
    log.freeze(sender=people.next)
    log.nameSuccessor(people.third, sender=people.next)
    assert check(log, "DocumentLog") == events_of("DocumentLog")


def test_head_of_document_status_when_several_in_one_block_then_is_recomputed(
    status: ContractInstance, people: People, party_a: bytes
) -> None:
    assert bytes(status.head()) == NONE
    many = [(leaf(bytes([i])), 1, i, NONE, 0) for i in range(5)]
    status.setMany(party_a, many, sender=people.alice)
    status.setMany(party_a, many, sender=people.alice)  # emits nothing
    status.set(party_a, (leaf(b"x"), 2, 0, NONE, 0), sender=people.alice)
    silent = {"EIP712DomainChanged"}  # the domain does not change
    assert check(status, "DocumentStatus") == events_of("DocumentStatus") - silent


def test_head_of_title_registry_when_every_event_was_emitted_then_is_recomputed(
    bills: Bills, people: People
) -> None:
    contract = bills.contract
    divided = bills.issue("divided", bills.bank, bills.consignee)
    bills.act(bills.bank, divided, Wish(Action.TRANSFER_HOLDER, bills.forwarder))
    bills.act(bills.consignee, divided, Wish(Action.NOMINATE, beneficiary=bills.bank))
    for state in CLOSED:  # delivered, on paper, split
        bills.closed(state)
    titles = [bills.issue("old 1"), bills.issue("old 2")]
    parts = [part("all", 2 * WHOLE)]
    for title in titles:
        bills.surrender(title, Action.SURRENDER_FOR_REISSUE, bills.plan(titles, parts))
    bills.reissue(titles, parts, remark=digest("remark"))
    tag_key = {"keyHash": digest("secret")}
    Relayed(contract, "TagKey", bills.bank, tag_key, people.bob).send(people.stranger)
    # Never emitted: no address moves a title, and the domain does not change.
    silent = {"Approval", "ApprovalForAll", "EIP712DomainChanged"}
    assert check(contract, "TitleRegistry") == events_of("TitleRegistry") - silent


def test_head_of_title_registry_when_many_acts_are_in_one_block_then_is_recomputed(
    bills: Bills, people: People
) -> None:
    contract, web3 = bills.contract, bills.contract.provider.web3
    title = bills.issue()
    wishes = [
        (people.bob, Wish(Action.TRANSFER_HOLDER, bills.consignee)),
        (people.cara, Wish(Action.TRANSFER_HOLDER, bills.forwarder)),
        (people.dina, Wish(Action.REJECT_HOLDER)),
        (people.cara, Wish(Action.TRANSFER_HOLDER, bills.bank)),
    ]
    web3.provider.make_request("evm_setAutomine", [False])
    try:
        for sequence, (signer, wish) in enumerate(wishes, 1):
            data = contract.act.encode_input(wish.of(title, sequence))
            sent = {"from": signer.address, "to": contract.address, "data": data, "gas": 200_000}
            # The node orders by what is paid, and an account's own by its nonce.
            price = (100 - sequence) * 10**9
            sent |= {"maxFeePerGas": 10**12, "maxPriorityFeePerGas": price}
            web3.provider.make_request("anvil_impersonateAccount", [signer.address])
            web3.eth.send_transaction(sent)
        ape.chain.mine()
    finally:
        web3.provider.make_request("evm_setAutomine", [True])
    logs = web3.eth.get_logs({"address": contract.address, "fromBlock": "latest"})
    assert len({each["transactionHash"] for each in logs}) == len(wishes)
    assert bills.record(title).sequence == 1 + len(wishes)
    assert bills.roles(title)[0] == bills.bank
    assert check(contract, "TitleRegistry") >= {"TitleActed", "Transfer"}


def test_abis_when_they_share_an_event_then_it_never_means_two_things() -> None:
    found: dict[bytes, list[running_head.Json]] = {}
    for name in ("PartyRegistry", "DocumentLog", "DocumentStatus", "TitleRegistry"):
        for topic, inputs in running_head.events_by_topic(artifact(name)["abi"]).items():
            assert found.setdefault(topic, inputs) == inputs
