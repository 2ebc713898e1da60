# SPDX-License-Identifier: Apache-2.0
"""PartyRegistry: parties and keys by their serials, and how many and how far ahead there may be."""

from __future__ import annotations

from typing import Final

import pytest
from ape.contracts import ContractInstance
from bills import NONE, UNKNOWN
from conftest import DAY, DELAY, HOUR, People, Reverts, at, now, travel
from consents import FOREVER, MANAGE, SIGN, grant

ZERO: Final = "0x" + "00" * 20
LIMIT: Final = 2**24 - 1
AHEAD: Final = 3650 * DAY
SERIALS_SLOT: Final = 6  # nextSerial lowest, then keyCount: storage_layout.json


# ---------------------------------------------------------------- keyAt, keyCount


def test_key_at_when_keys_are_added_then_counts_them_from_one(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    first = (people.alice, people.anna, people.amir, people.bob, people.bela)
    found = [registry.keyAt(serial) for serial in range(len(first) + 1)]
    assert found == [ZERO, *(key.address for key in first)]
    count = registry.keyCount()
    assert (registry.keyAt(count + 1), registry.keyAt(2**32 - 1)) == (ZERO, ZERO)
    registry.addKey(party_a, grant(registry, party_a, people.new, MANAGE), sender=people.anna)
    assert (registry.keyCount(), registry.keyAt(count + 1)) == (count + 1, people.new.address)


def test_key_at_when_the_key_ended_then_still_tells_it(
    registry: ContractInstance, people: People
) -> None:
    registry.setKeyEnd(people.alice, now() + HOUR, sender=people.anna)
    travel(HOUR)
    assert registry.keyAt(1) == people.alice.address


# ---------------------------------------------------------------- signerOf


def test_signer_of_when_in_force_then_tells_party_and_serials(
    registry: ContractInstance, people: People, party_a: bytes, party_b: bytes
) -> None:
    assert registry.signerOf(people.alice) == [party_a, 1, 1]
    assert registry.signerOf(people.bob) == [party_b, 2, 4]
    assert registry.party(party_b).serial == 2


@pytest.mark.parametrize("by", ["anna", "stranger", "registrar", "new"])
def test_signer_of_when_no_sign_key_then_is_zero(
    registry: ContractInstance, people: People, by: str
) -> None:
    assert registry.signerOf(getattr(people, by)) == [NONE, 0, 0]


def test_signer_of_when_begun_or_ended_then_to_the_second(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    begin = now() + HOUR
    wish = grant(registry, party_a, people.new, SIGN, (begin, begin + 10))
    registry.addKey(party_a, wish, sender=people.anna)
    serial = registry.keyCount()
    travel(begin - 1 - now())
    assert registry.signerOf(people.new) == [NONE, 0, 0]
    travel(1)
    assert registry.signerOf(people.new) == [party_a, 1, serial]
    travel(9)
    assert registry.signerOf(people.new) == [party_a, 1, serial]
    travel(1)
    assert registry.signerOf(people.new) == [NONE, 0, 0]


def test_signer_of_when_compromised_then_is_zero(
    registry: ContractInstance, people: People
) -> None:
    registry.declareCompromise(people.alice, now(), sender=people.alice)
    assert registry.signerOf(people.alice) == [NONE, 0, 0]


def test_signer_of_when_vetoed_then_is_zero(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.registrar)
    registry.vetoKey(people.new, sender=people.anna)
    travel(DELAY + 2)
    assert registry.signerOf(people.new) == [NONE, 0, 0]


# ---------------------------------------------------------------- resolve


@pytest.mark.parametrize("first", ["nobody", "unknown", "party"])
@pytest.mark.parametrize("second", ["nobody", "unknown", "party"])
def test_resolve_when_parties_are_named_then_tells_the_serials_of_known_ones(
    registry: ContractInstance,
    people: People,
    party_a: bytes,
    party_b: bytes,
    party_c: bytes,
    first: str,
    second: str,
) -> None:
    named = {"nobody": (NONE, 0), "unknown": (UNKNOWN, 0)}
    one, serial_one = {**named, "party": (party_b, 2)}[first]
    two, serial_two = {**named, "party": (party_c, 3)}[second]
    expected = [party_a, 1, 1, serial_one, serial_two]
    assert registry.resolve(people.alice, one, two) == expected
    # Who asks need not be a key: whom it names is found all the same.
    expected = [NONE, 0, 0, serial_one, serial_two]
    assert registry.resolve(people.stranger, one, two) == expected


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize(("by", "delay"), [("anna", 0), ("registrar", DELAY)])
def test_add_key_when_ten_years_ahead_then_allowed_and_one_second_more_not(
    registry: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
    by: str,
    delay: int,
) -> None:
    latest = now() + 10 + AHEAD
    too_far = grant(registry, party_a, people.new, SIGN, (latest + 1, FOREVER))
    right = grant(registry, party_a, people.next, SIGN, (latest + 10, FOREVER))
    assert delay < AHEAD
    at(10)
    with reverts(registry, "PartyRegistry_TooFarAhead", latest + 1, latest):
        registry.addKey(party_a, too_far, sender=getattr(people, by))
    at(latest + 10 - AHEAD - now())
    registry.addKey(party_a, right, sender=getattr(people, by))
    assert registry.keyOf(people.next).start == latest + 10


def test_register_party_when_a_key_begins_too_far_ahead_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    party, latest = registry.partyId(registry.nextSerial()), now() + 10 + AHEAD
    wish = grant(registry, party, people.new, SIGN, (FOREVER - 1, FOREVER))
    at(10)
    with reverts(registry, "PartyRegistry_TooFarAhead", FOREVER - 1, latest):
        registry.registerParty("X", b"GE", "bank", [wish], sender=people.registrar)


def pretend_next_serial(registry: ContractInstance, serial: int) -> None:
    """Write into the storage that this is the next party's serial."""
    place = registry.provider.get_storage(registry.address, SERIALS_SLOT)
    word = int.from_bytes(place, "big") >> 64 << 64 | serial
    request = [registry.address, hex(SERIALS_SLOT), f"0x{word:064x}"]
    registry.provider.web3.provider.make_request("anvil_setStorageAt", request)
    assert registry.nextSerial() == serial


def test_register_party_when_the_last_serial_is_free_then_allowed_and_then_full(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    keys = registry.keyCount()
    pretend_next_serial(registry, LIMIT)
    party = registry.partyId(LIMIT)
    last = [grant(registry, party, people.new, SIGN)]
    registry.registerParty("Last", b"GE", "bank", last, sender=people.registrar)
    travel(2)
    assert registry.signerOf(people.new) == [party, LIMIT, keys + 1]
    one_more = [grant(registry, registry.partyId(LIMIT + 1), people.next, SIGN)]
    with reverts(registry, "PartyRegistry_Full", LIMIT):
        registry.registerParty("Late", b"GE", "bank", one_more, sender=people.registrar)
    assert registry.keyCount() == keys + 1
