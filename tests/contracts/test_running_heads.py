# SPDX-License-Identifier: Apache-2.0
"""Running heads: recomputed in Python from the events alone, for all contracts that keep one."""

from __future__ import annotations

import running_head
from ape.contracts import ContractInstance
from conftest import BILL, DAY, People, artifact, now, travel
from consents import FOREVER, MANAGE, SIGN, grant
from eth_utils import keccak
from rfc9162 import leaf, node

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
    many = [(party_a, leaf(bytes([i])), 1, i, NONE, 0) for i in range(5)]
    status.setMany(many, sender=people.alice)
    status.setMany(many, sender=people.alice)  # emits nothing
    status.set((party_a, leaf(b"x"), 2, 0, NONE, 0), sender=people.alice)
    assert check(status, "DocumentStatus") == events_of("DocumentStatus")


def test_abis_when_they_share_an_event_then_it_never_means_two_things() -> None:
    found: dict[bytes, list[running_head.Json]] = {}
    for name in ("PartyRegistry", "DocumentLog", "DocumentStatus"):
        for topic, inputs in running_head.events_by_topic(artifact(name)["abi"]).items():
            assert found.setdefault(topic, inputs) == inputs
