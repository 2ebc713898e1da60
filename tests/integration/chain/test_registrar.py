# SPDX-License-Identifier: Apache-2.0
"""Parties, keys, accreditations; and what intake asks about them."""

import pytest

from ledger.chain.writing import (
    FOREVER,
    ChainAuthority,
    Consent,
    KeyGrant,
    RegistryId,
    Role,
    make_consent,
)
from ledger.chain.writing.contract import Contract, checksummed
from ledger.chain.writing.registrar import document_type_word
from ledger.errors import ChainRejectedError, InvalidValueError, NotAuthorisedYetError
from ledger.keys import HeldKey
from ledger.primitives import Address, PartyId

BILL = "bill-of-lading"
HOUR = 3_600
DAY = 86_400


@pytest.fixture
def party(ledger):
    grants = (
        KeyGrant(ledger.keys["sign"], Role.SIGN),
        KeyGrant(ledger.keys["manage"], Role.MANAGE),
    )
    return ledger.registrar().register_party("Caspian Shipping", "KZ", "carrier", grants)


@pytest.fixture
def authority(ledger):
    return ChainAuthority(ledger.node, ledger.contracts.parties.address, ledger.clock)


def registry(ledger):
    return Contract(ledger.node, "PartyRegistry", ledger.contracts.parties.address)


def pass_time(ledger, seconds):
    """On chain and on our clock: nothing written now is in force before the next second."""
    ledger.local.call("evm_increaseTime", seconds)
    ledger.local.call("anvil_mine", "0x1")
    ledger.clock.ahead = ledger.node.latest().time - ledger.clock.now() + ledger.clock.ahead


def accredit(ledger, party, start=0, end=FOREVER):
    ledger.registrar("accreditor").accredit(party, BILL, start, end)
    pass_time(ledger, 2)


def test_registered_party_stands_on_chain_under_the_predicted_id(ledger):
    registrar = ledger.registrar()
    predicted = registrar.next_party_id()
    grants = (KeyGrant(ledger.keys["sign"], Role.SIGN),)
    assert registrar.register_party("Alatau Exports", "KZ", "exporter", grants) == predicted
    _serial, _time, country, kind, name = registry(ledger).read("party", predicted.raw)
    assert (country, kind, name) == (b"KZ", "exporter", "Alatau Exports")


def test_party_brings_a_consent_that_it_made_itself(ledger):
    registrar = ledger.registrar()
    party = registrar.next_party_id()
    own = HeldKey.random()
    domain = RegistryId(ledger.node.chain_id, ledger.contracts.parties.address)
    consent = make_consent(domain, party, KeyGrant(own, Role.SIGN, 0, FOREVER), own)
    grant = KeyGrant(Consent(own.address, consent), Role.SIGN, 0, FOREVER)
    assert registrar.register_party("Own Keys Ltd", "GE", "bank", (grant,)) == party
    assert registry(ledger).read("isSigner", party.raw, checksummed(own.address)) is False
    pass_time(ledger, 2)
    assert registry(ledger).read("isSigner", party.raw, checksummed(own.address)) is True


def test_consent_of_another_key_is_refused(ledger):
    forged = Consent(Address(bytes([1]) * 20), ledger.keys["sign"].sign(bytes(32)))
    with pytest.raises(ChainRejectedError, match="PartyRegistry_BadConsent"):
        ledger.registrar().register_party("X", "KZ", "bank", (KeyGrant(forged, Role.SIGN),))


def test_consent_for_another_interval_is_refused(ledger, party):
    own = HeldKey.random()
    domain = RegistryId(ledger.node.chain_id, ledger.contracts.parties.address)
    consent = make_consent(domain, party, KeyGrant(own, Role.SIGN, 0, FOREVER - 1), own)
    grant = KeyGrant(Consent(own.address, consent), Role.SIGN)
    with pytest.raises(ChainRejectedError, match="PartyRegistry_BadConsent"):
        ledger.registrar().add_key(party, grant)


def test_stranger_registers_nobody(ledger):
    with pytest.raises(ChainRejectedError, match="AccessControlUnauthorizedAccount"):
        ledger.registrar("stranger").register_party(
            "X", "KZ", "bank", (KeyGrant(HeldKey.random(), Role.SIGN),)
        )


@pytest.mark.parametrize("country", ["", "K", "KAZ", "Қ", "kz"])
def test_country_is_two_letters(ledger, country):
    with pytest.raises((InvalidValueError, ChainRejectedError)):
        ledger.registrar().register_party("X", country, "bank", ())


def test_keys_are_added_ended_vetoed_and_declared_compromised(ledger, party):
    pass_time(ledger, 2)
    manager = ledger.registrar("manage")
    added, late = HeldKey.random(), HeldKey.random()
    manager.add_key(party, KeyGrant(added, Role.SIGN))
    now = ledger.node.latest().time
    manager.set_key_end(added.address, now + DAY)
    ledger.registrar().add_key(party, KeyGrant(late, Role.SIGN, now + DAY))
    manager.veto(late.address)
    manager.declare_compromise(ledger.keys["sign"].address, now)
    record = registry(ledger).read("keyOf", checksummed(late.address))
    assert record[6] is True
    assert registry(ledger).read("keyOf", checksummed(added.address))[2] == now + DAY


def test_declaration_of_the_registrar_is_disputed(ledger, party):
    other = HeldKey.random()
    pass_time(ledger, 2)
    ledger.registrar("manage").add_key(party, KeyGrant(other, Role.MANAGE))
    ledger.local.fund(other.address)
    pass_time(ledger, 2)
    ledger.registrar().declare_compromise(other.address, ledger.node.latest().time)
    with pytest.raises(ChainRejectedError, match="PartyRegistry_NotDisputable"):
        ledger.registrar("manage").object_to_compromise(other.address)  # the delay here is zero


def test_authorised_key_passes(ledger, party, authority):
    accredit(ledger, party)
    until = ledger.clock.now() + DAY
    authority.authorised(party, ledger.keys["sign"].address, BILL, until)
    authority.authorised(party, ledger.keys["sign"].address, None, until)


def refused(authority, *question, match):
    with pytest.raises(NotAuthorisedYetError, match=match):
        authority.authorised(*question)


def test_authority_that_is_missing_is_named(ledger, party, authority):
    sign, manage = ledger.keys["sign"].address, ledger.keys["manage"].address
    pass_time(ledger, 2)
    until = ledger.clock.now() + DAY
    refused(authority, party, sign, BILL, until, match="not accredited for bill-of-lading")
    accredit(ledger, party)
    refused(authority, party, manage, BILL, until, match="no role to sign")
    stranger = ledger.keys["stranger"].address
    refused(authority, party, stranger, BILL, until, match="does not belong to party")


def test_accreditation_that_ends_too_early_is_refused(ledger, party, authority):
    pass_time(ledger, 2)
    end = ledger.clock.now() + DAY
    accredit(ledger, party, end=end)
    sign = ledger.keys["sign"].address
    authority.authorised(party, sign, BILL, end - 1)
    refused(authority, party, sign, BILL, end, match="ends at")
    ledger.registrar("accreditor").set_accreditation_end(party, BILL, end + DAY)
    authority.authorised(party, sign, BILL, end)


def ends(ledger, party):
    word = document_type_word(BILL)
    return [end for _, end in registry(ledger).read("accreditations", party.raw, word)]


def test_accreditation_that_runs_is_the_one_that_is_ended(ledger, party):
    accreditor = ledger.registrar("accreditor")
    time = ledger.node.latest().time
    accreditor.accredit(party, BILL, time + DAY, time + 2 * DAY)
    accreditor.accredit(party, BILL, time + 2 * DAY, time + 4 * DAY)
    accreditor.set_accreditation_end(party, BILL, time + 3 * DAY)  # none runs: the last one
    assert ends(ledger, party) == [time + 2 * DAY, time + 3 * DAY]
    pass_time(ledger, DAY + 10)
    accreditor.set_accreditation_end(party, BILL, time + DAY + 100)
    assert ends(ledger, party) == [time + DAY + 100, time + 3 * DAY]
    accreditor.set_accreditation_end(party, BILL, FOREVER, index=1)
    assert ends(ledger, party) == [time + DAY + 100, FOREVER]


def test_accreditation_that_just_began_is_the_one_that_is_ended(ledger, party):
    accreditor = ledger.registrar("accreditor")
    time = ledger.node.latest().time
    accreditor.accredit(party, BILL, 0, time + DAY)
    accreditor.accredit(party, BILL, time + 2 * DAY, FOREVER)
    accreditor.set_accreditation_end(party, BILL, time + HOUR)
    assert ends(ledger, party) == [time + HOUR, FOREVER]


def test_accreditation_that_never_was_cannot_be_ended(ledger, party):
    with pytest.raises(ChainRejectedError, match="PartyRegistry_NotAccredited"):
        ledger.registrar("accreditor").set_accreditation_end(party, BILL, FOREVER)


def test_accreditation_that_begins_in_eleven_years_is_refused(ledger, party):
    start = ledger.node.latest().time + 11 * 365 * DAY
    with pytest.raises(ChainRejectedError, match="PartyRegistry_TooFarAhead"):
        ledger.registrar("accreditor").accredit(party, BILL, start, FOREVER)


def test_accreditations_without_a_gap_count_as_one(ledger, party, authority):
    pass_time(ledger, 2)
    end = ledger.clock.now() + DAY
    accredit(ledger, party, end=end)
    accredit(ledger, party, start=end)
    authority.authorised(party, ledger.keys["sign"].address, BILL, end + DAY)


def test_compromised_key_is_refused_within_two_seconds(ledger, party, authority):
    accredit(ledger, party)
    sign = ledger.keys["sign"].address
    until = ledger.clock.now() + DAY
    authority.authorised(party, sign, BILL, until)
    ledger.registrar("sign").declare_compromise(sign, ledger.node.latest().time)
    ledger.clock.ahead += 2
    refused(authority, party, sign, BILL, until, match="declared compromised since")


def test_key_not_yet_in_force_is_refused(ledger, party, authority):
    late = HeldKey.random()
    now = ledger.node.latest().time
    pass_time(ledger, 2)
    grant = KeyGrant(late, Role.SIGN, now + DAY)
    ledger.registrar("manage").add_key(party, grant)
    refused(authority, party, late.address, None, now + 9 * DAY, match="is in force from")


@pytest.mark.parametrize("document_type", ["", "Bill", "накладная", "a" * 49])
def test_document_type_that_is_none_is_refused(ledger, document_type):
    with pytest.raises(InvalidValueError, match="want a documentType"):
        ledger.registrar("accreditor").accredit(PartyId(bytes(32)), document_type, 0, FOREVER)


@pytest.mark.parametrize("end", [-1, 2**64])
def test_time_that_does_not_fit_is_refused(ledger, end):
    with pytest.raises(InvalidValueError, match="does not fit"):
        ledger.registrar("accreditor").accredit(PartyId(bytes(32)), BILL, 0, end)
