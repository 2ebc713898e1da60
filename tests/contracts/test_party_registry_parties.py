# SPDX-License-Identifier: Apache-2.0
"""PartyRegistry: parties."""

from __future__ import annotations

import pytest
from ape.contracts import ContractInstance
from conftest import People, Reverts
from consents import FOREVER, MANAGE, SIGN, grant
from eth_abi import encode
from eth_utils import keccak


def test_party_id_of_a_serial_is_bound_to_chain_and_contract(registry: ContractInstance) -> None:
    words = [registry.provider.chain_id, registry.address, 7]
    assert registry.partyId(7) == keccak(encode(["uint256", "address", "uint64"], words))


def test_register_party_when_by_the_registrar_then_keys_begin_in_the_next_second(
    registry: ContractInstance, people: People
) -> None:
    serial = registry.nextSerial()
    party = registry.partyId(serial)
    grants = [grant(registry, party, people.new, SIGN), grant(registry, party, people.next, MANAGE)]
    receipt = registry.registerParty("Ökonom", b"GE", "bank", grants, sender=people.registrar)

    assert registry.nextSerial() == serial + 1
    record = registry.party(party)
    assert (record.serial, record.registeredAt) == (serial, receipt.timestamp)
    assert (record.name, record.country, record.kind) == ("Ökonom", b"GE", "bank")
    key = registry.keyOf(people.new)
    assert (key.party, key.role) == (party, SIGN)
    assert (key.start, key.end) == (receipt.timestamp + 1, FOREVER)
    assert not key.addedLate
    assert [e.event_name for e in receipt.events] == ["PartyRegistered", "KeyAdded", "KeyAdded"]


def test_register_party_when_by_a_stranger_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    role = registry.REGISTRAR_ROLE()
    with reverts(registry, "AccessControlUnauthorizedAccount", people.stranger.address, role):
        registry.registerParty("X", b"GE", "bank", [], sender=people.stranger)


@pytest.mark.parametrize(
    ("name", "kind", "length", "limit"),
    [
        ("", "bank", 0, 128),
        ("x" * 129, "bank", 129, 128),
        ("é" * 65, "bank", 130, 128),
        ("X", "", 0, 32),
        ("X", "k" * 33, 33, 32),
    ],
)
def test_register_party_when_a_text_has_a_bad_length_then_reverts(
    registry: ContractInstance,
    people: People,
    reverts: Reverts,
    name: str,
    kind: str,
    length: int,
    limit: int,
) -> None:
    with reverts(registry, "PartyRegistry_BadLength", length, limit):
        registry.registerParty(name, b"GE", kind, [], sender=people.registrar)


@pytest.mark.parametrize("country", [b"ge", b"G\x00", b"1A", b"A[", b"@A"])
def test_register_party_when_the_country_is_no_code_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts, country: bytes
) -> None:
    with reverts(registry, "PartyRegistry_BadCountry", country):
        registry.registerParty("X", country, "bank", [], sender=people.registrar)


@pytest.mark.parametrize("count", [0, 17])
def test_register_party_when_the_key_count_is_bad_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts, count: int
) -> None:
    nobody = (people.new.address, SIGN, 0, FOREVER, b"")
    with reverts(registry, "PartyRegistry_BadKeyCount", count):
        registry.registerParty("X", b"GE", "bank", [nobody] * count, sender=people.registrar)


def test_register_party_when_a_key_is_given_twice_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    party = registry.partyId(registry.nextSerial())
    twice = [grant(registry, party, people.new, role) for role in (SIGN, MANAGE)]
    with reverts(registry, "PartyRegistry_KeyTaken", people.new.address, party):
        registry.registerParty("X", b"GE", "bank", twice, sender=people.registrar)


def test_register_party_when_an_address_has_a_party_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    party = registry.partyId(registry.nextSerial())
    taken = [grant(registry, party, people.alice, SIGN)]
    with reverts(registry, "PartyRegistry_KeyTaken", people.alice.address, party_a):
        registry.registerParty("X", b"GE", "bank", taken, sender=people.registrar)


def test_party_when_unknown_then_is_all_zero(registry: ContractInstance) -> None:
    record = registry.party(bytes(32))
    assert (record.serial, record.registeredAt, record.name, record.kind) == (0, 0, "", "")
