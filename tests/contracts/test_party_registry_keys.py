# SPDX-License-Identifier: Apache-2.0
"""PartyRegistry: adding keys, ending them, vetoing them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ape.contracts import ContractInstance
from conftest import DAY, DELAY, HOUR, People, Reverts, at, now, travel
from consents import FOREVER, MANAGE, NONE, SIGN, Grant, consent, grant, high_s, typed_data
from eth_account import Account
from eth_account.messages import encode_typed_data

# ---------------------------------------------------------------- addKey


def test_add_key_when_by_a_manage_key_then_in_force_from_the_next_second(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    receipt = registry.addKey(
        party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna
    )
    key = registry.keyOf(people.new)
    assert (key.start, key.end, key.addedLate) == (receipt.timestamp + 1, FOREVER, False)
    assert not registry.isSigner(party_a, people.new)
    travel(1)
    assert registry.isSigner(party_a, people.new)


def test_add_key_when_by_the_registrar_then_in_force_after_the_delay(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    wish = grant(registry, party_a, people.new, SIGN)
    receipt = registry.addKey(party_a, wish, sender=people.registrar)
    key = registry.keyOf(people.new)
    assert (key.start, key.addedLate) == (receipt.timestamp + 1 + DELAY, True)
    travel(DELAY)
    assert not registry.isSigner(party_a, people.new)
    travel(1)
    assert registry.isSigner(party_a, people.new)


@pytest.mark.parametrize("by", ["anna", "registrar"])
def test_add_key_when_a_later_beginning_is_wished_then_it_is_kept(
    registry: ContractInstance, people: People, party_a: bytes, by: str
) -> None:
    begin = now() + 30 * DAY
    wish = grant(registry, party_a, people.new, SIGN, (begin, begin + 1))
    registry.addKey(party_a, wish, sender=getattr(people, by))
    key = registry.keyOf(people.new)
    assert (key.start, key.end) == (begin, begin + 1)
    travel(begin - now())
    assert registry.isSigner(party_a, people.new)
    travel(1)
    assert not registry.isSigner(party_a, people.new)


@pytest.mark.parametrize("by", ["alice", "bela", "bob", "stranger", "admin", "accreditor"])
def test_add_key_when_by_no_manage_key_of_the_party_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    with reverts(registry, "PartyRegistry_NotAuthorised", party_a, caller.address):
        registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=caller)


def test_add_key_when_the_manage_key_has_ended_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    registry.setKeyEnd(people.anna, now() + HOUR, sender=people.amir)
    travel(HOUR)
    with reverts(registry, "PartyRegistry_NotAuthorised", party_a, people.anna.address):
        registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.anna)


def test_add_key_when_the_party_is_unknown_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    unknown = registry.partyId(registry.nextSerial())
    with reverts(registry, "PartyRegistry_UnknownParty", unknown):
        registry.addKey(
            unknown, grant(registry, unknown, people.new, SIGN), sender=people.registrar
        )


@pytest.mark.parametrize("taken", ["alice", "bob", "bela"])
def test_add_key_when_the_address_has_a_party_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts, taken: str
) -> None:
    key = getattr(people, taken)
    owner = registry.keyOf(key).party
    with reverts(registry, "PartyRegistry_KeyTaken", key.address, owner):
        registry.addKey(party_a, grant(registry, party_a, key, SIGN), sender=people.anna)


def test_add_key_when_the_address_had_a_key_that_ended_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    registry.setKeyEnd(people.alice, now() + HOUR, sender=people.anna)
    travel(2 * HOUR)
    with reverts(registry, "PartyRegistry_KeyTaken", people.alice.address, party_a):
        registry.addKey(party_a, grant(registry, party_a, people.alice, SIGN), sender=people.anna)


def test_add_key_when_it_has_no_role_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    with reverts(registry, "PartyRegistry_NoRole", people.new.address):
        registry.addKey(party_a, grant(registry, party_a, people.new, NONE), sender=people.anna)


@pytest.mark.parametrize(("by", "delay"), [("anna", 0), ("registrar", DELAY)])
def test_add_key_when_it_ends_before_it_begins_then_reverts(
    registry: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
    by: str,
    delay: int,
) -> None:
    begin = now() + 10 + 1 + delay
    wish = grant(registry, party_a, people.new, SIGN, (0, begin))
    at(10)
    with reverts(registry, "PartyRegistry_EmptyInterval", begin, begin):
        registry.addKey(party_a, wish, sender=getattr(people, by))


Forge = Callable[[ContractInstance, bytes, Grant, People], bytes]
FORGERIES: dict[str, Forge] = {
    "empty": lambda _r, _p, _g, _w: b"",
    "zeros": lambda _r, _p, _g, _w: bytes(65),
    "64 bytes": lambda r, p, g, w: consent(r, p, g, w.new)[:64],
    "66 bytes": lambda r, p, g, w: consent(r, p, g, w.new) + b"\0",
    "v of 0 or 1": lambda r, p, g, w: (c := consent(r, p, g, w.new))[:64] + bytes([c[64] - 27]),
    "high s": lambda r, p, g, w: high_s(consent(r, p, g, w.new)),
    "by the manager": lambda r, p, g, w: consent(r, p, g, w.anna),
    "other party": lambda r, _p, g, w: consent(r, bytes(32), g, w.new),
    "other key": lambda r, p, g, w: consent(r, p, (w.next.address, *g[1:]), w.new),
    "other role": lambda r, p, g, w: consent(r, p, (g[0], MANAGE, *g[2:]), w.new),
    "other begin": lambda r, p, g, w: consent(r, p, (*g[:2], 1, *g[3:]), w.new),
    "other end": lambda r, p, g, w: consent(r, p, (*g[:3], g[3] - 1, b""), w.new),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_add_key_when_the_consent_is_not_the_keys_own_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts, forge: Forge
) -> None:
    bare = (people.new.address, SIGN, 0, FOREVER, b"")
    forged = (*bare[:4], forge(registry, party_a, bare, people))
    with reverts(registry, "PartyRegistry_BadConsent", people.new.address):
        registry.addKey(party_a, forged, sender=people.anna)


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("name", "Corridor Ledger"),
        ("version", "2"),
        ("chainId", 1),
        ("verifyingContract", "0x" + "11" * 20),
    ],
)
def test_add_key_when_the_consent_is_for_another_domain_then_reverts(
    registry: ContractInstance,
    people: People,
    party_a: bytes,
    reverts: Reverts,
    member: str,
    value: Any,
) -> None:
    message = {
        "party": party_a,
        "key": people.new.address,
        "role": SIGN,
        "notBefore": 0,
        "to": FOREVER,
    }
    data = typed_data(registry, message)
    data["domain"][member] = value
    signed = Account.sign_message(encode_typed_data(full_message=data), people.new.private_key)
    forged = (people.new.address, SIGN, 0, FOREVER, bytes(signed.signature))
    with reverts(registry, "PartyRegistry_BadConsent", people.new.address):
        registry.addKey(party_a, forged, sender=people.anna)


def test_add_key_when_the_key_is_the_zero_address_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    nobody = "0x" + "00" * 20
    with reverts(registry, "PartyRegistry_BadConsent", nobody):
        registry.addKey(party_a, (nobody, SIGN, 0, FOREVER, bytes(65)), sender=people.anna)


# ---------------------------------------------------------------- setKeyEnd


def test_set_key_end_when_by_a_manage_key_then_moves_in_both_directions(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    for end in (now() + DAY, now() + HOUR, now() + 2 * DAY, FOREVER):
        registry.setKeyEnd(people.alice, end, sender=people.anna)
        assert registry.keyOf(people.alice).end == end
    assert registry.isSigner(party_a, people.alice)


def test_set_key_end_when_reached_then_is_closed_for_ever(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    end = now() + HOUR
    registry.setKeyEnd(people.alice, end, sender=people.anna)
    travel(end - now() - 1)
    assert registry.isSigner(party_a, people.alice)
    travel(1)
    assert not registry.isSigner(party_a, people.alice)
    for caller in (people.anna, people.registrar):
        with reverts(registry, "PartyRegistry_IntervalEnded", end):
            registry.setKeyEnd(people.alice, FOREVER, sender=caller)


def test_set_key_end_when_by_the_registrar_then_moves_a_sign_key_earlier(
    registry: ContractInstance, people: People
) -> None:
    end = at(10) + 1
    registry.setKeyEnd(people.alice, end, sender=people.registrar)
    assert registry.keyOf(people.alice).end == end


@pytest.mark.parametrize("later", [0, 1])
def test_set_key_end_when_by_the_registrar_and_not_earlier_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts, later: int
) -> None:
    end = now() + DAY
    registry.setKeyEnd(people.alice, end, sender=people.anna)
    with reverts(registry, "PartyRegistry_NotEarlier", end + later, end):
        registry.setKeyEnd(people.alice, end + later, sender=people.registrar)


def test_set_key_end_when_by_the_registrar_then_a_manage_key_keeps_the_delay(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    earliest = at(10) + 1 + DELAY
    with reverts(registry, "PartyRegistry_EndTooEarly", earliest - 1, earliest):
        registry.setKeyEnd(people.anna, earliest - 1, sender=people.registrar)
    at(10)
    registry.setKeyEnd(people.anna, now() + 10 + 1 + DELAY, sender=people.registrar)


def test_set_key_end_when_not_after_this_block_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    time = at(10)
    with reverts(registry, "PartyRegistry_EndTooEarly", time, time + 1):
        registry.setKeyEnd(people.alice, time, sender=people.anna)


def test_set_key_end_when_before_the_beginning_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    begin = now() + DAY
    wish = grant(registry, party_a, people.new, SIGN, (begin, FOREVER))
    registry.addKey(party_a, wish, sender=people.anna)
    with reverts(registry, "PartyRegistry_EndTooEarly", begin - 1, begin):
        registry.setKeyEnd(people.new, begin - 1, sender=people.anna)
    registry.setKeyEnd(people.new, begin, sender=people.anna)
    travel(DAY)
    assert not registry.isSigner(party_a, people.new)


@pytest.mark.parametrize("by", ["alice", "bela", "stranger", "accreditor"])
def test_set_key_end_when_by_nobody_entitled_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    with reverts(registry, "PartyRegistry_NotAuthorised", party_a, caller.address):
        registry.setKeyEnd(people.alice, now() + DAY, sender=caller)


def test_set_key_end_when_the_key_is_unknown_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(registry, "PartyRegistry_UnknownKey", people.new.address):
        registry.setKeyEnd(people.new, now() + DAY, sender=people.registrar)


# ---------------------------------------------------------------- vetoKey


@pytest.fixture
def planted(registry: ContractInstance, people: People, party_a: bytes) -> bytes:
    """The registrar adds a key of its own choice to party A."""
    wish = grant(registry, party_a, people.new, SIGN)
    registry.addKey(party_a, wish, sender=people.registrar)
    return party_a


def test_veto_key_when_planted_by_the_registrar_then_it_never_signs(
    registry: ContractInstance, people: People, planted: bytes, reverts: Reverts
) -> None:
    registry.vetoKey(people.new, sender=people.anna)
    key = registry.keyOf(people.new)
    assert key.vetoed
    assert key.start == key.end
    for caller in (people.anna, people.registrar):
        with reverts(registry, "PartyRegistry_IntervalEnded", key.end):
            registry.setKeyEnd(people.new, FOREVER, sender=caller)
    travel(DELAY + 1)
    assert not registry.isSigner(planted, people.new)


@pytest.mark.parametrize("by", ["alice", "bela", "registrar", "admin", "stranger", "new"])
def test_veto_key_when_by_no_manage_key_of_the_party_then_reverts(
    registry: ContractInstance, people: People, planted: bytes, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    with reverts(registry, "PartyRegistry_NotAuthorised", planted, caller.address):
        registry.vetoKey(people.new, sender=caller)


def test_veto_key_when_in_force_already_then_reverts(
    registry: ContractInstance, people: People, planted: bytes, reverts: Reverts
) -> None:
    at(registry.keyOf(people.new).start - now())
    with reverts(registry, "PartyRegistry_NotVetoable", people.new.address):
        registry.vetoKey(people.new, sender=people.anna)
    assert planted


def test_veto_key_when_in_the_last_second_then_it_counts(
    registry: ContractInstance, people: People, planted: bytes
) -> None:
    at(registry.keyOf(people.new).start - 1 - now())
    registry.vetoKey(people.new, sender=people.amir)
    travel(DAY)
    assert not registry.isSigner(planted, people.new)


def test_veto_key_when_vetoed_before_then_reverts(
    registry: ContractInstance, people: People, planted: bytes, reverts: Reverts
) -> None:
    registry.vetoKey(people.new, sender=people.anna)
    with reverts(registry, "PartyRegistry_NotVetoable", people.new.address):
        registry.vetoKey(people.new, sender=people.amir)
    assert planted


def test_veto_key_when_the_party_added_it_itself_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    wish = grant(registry, party_a, people.new, SIGN, (now() + DAY, FOREVER))
    registry.addKey(party_a, wish, sender=people.amir)
    for key in (people.new, people.alice):
        with reverts(registry, "PartyRegistry_NotVetoable", key.address):
            registry.vetoKey(key, sender=people.anna)


def test_veto_key_when_unknown_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(registry, "PartyRegistry_UnknownKey", people.new.address):
        registry.vetoKey(people.new, sender=people.anna)


def test_veto_key_when_the_registrar_ends_all_managers_first_then_it_is_still_possible(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    for key in (people.anna, people.amir):
        at(10)
        registry.setKeyEnd(key, now() + 10 + 1 + DELAY, sender=people.registrar)
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.registrar)
    start, end = registry.keyOf(people.new).start, registry.keyOf(people.amir).end
    at(min(start, end) - 1 - now())
    registry.vetoKey(people.new, sender=people.amir)
    assert registry.keyOf(people.new).vetoed


# ---------------------------------------------------------------- a veto after a compromise


def test_veto_key_when_the_registrar_declared_the_manager_then_lasts_for_the_delay(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    travel(DELAY - HOUR)
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.registrar)
    at(registry.keyOf(people.anna).declaredTime + DELAY - 1 - now())
    registry.vetoKey(people.new, sender=people.anna)
    assert registry.keyOf(people.new).vetoed


def test_veto_key_when_the_delay_after_the_registrars_declaration_passed_then_reverts(
    registry: ContractInstance, people: People, party_a: bytes, reverts: Reverts
) -> None:
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    travel(DELAY - HOUR)
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.registrar)
    at(registry.keyOf(people.anna).declaredTime + DELAY - now())
    with reverts(registry, "PartyRegistry_NotAuthorised", party_a, people.anna.address):
        registry.vetoKey(people.new, sender=people.anna)


def test_veto_key_when_another_manager_objected_then_lasts_without_limit(
    registry: ContractInstance, people: People, party_a: bytes
) -> None:
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    registry.objectToCompromise(people.anna, sender=people.amir)
    assert registry.keyOf(people.anna).objected
    travel(10 * DELAY)
    registry.addKey(party_a, grant(registry, party_a, people.new, SIGN), sender=people.registrar)
    registry.vetoKey(people.new, sender=people.anna)
    assert registry.keyOf(people.new).vetoed


@pytest.mark.parametrize("by", ["anna", "amir"])
def test_veto_key_when_the_party_declared_the_manager_then_reverts(
    registry: ContractInstance, people: People, planted: bytes, reverts: Reverts, by: str
) -> None:
    registry.declareCompromise(people.anna, now(), sender=getattr(people, by))
    with reverts(registry, "PartyRegistry_NotAuthorised", planted, people.anna.address):
        registry.vetoKey(people.new, sender=people.anna)


def test_veto_key_when_an_objecting_managers_key_has_ended_then_reverts(
    registry: ContractInstance, people: People, planted: bytes, reverts: Reverts
) -> None:
    registry.declareCompromise(people.anna, now(), sender=people.registrar)
    registry.objectToCompromise(people.anna, sender=people.amir)
    registry.setKeyEnd(people.anna, now() + HOUR, sender=people.amir)
    travel(HOUR)
    with reverts(registry, "PartyRegistry_NotAuthorised", planted, people.anna.address):
        registry.vetoKey(people.new, sender=people.anna)
