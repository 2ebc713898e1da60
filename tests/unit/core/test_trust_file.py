# SPDX-License-Identifier: Apache-2.0
"""The trust file: what a verifier believes is read as strictly as what it verifies."""

import copy
import json
from dataclasses import replace

import pytest
from small_world import START, World, digest

from ledger.errors import InvalidInputError, InvalidTrustError
from ledger.log import TreeHead
from ledger.primitives import Address
from ledger.statements import LedgerId
from ledger.trust import FinalityRule, LogKey, RetiredLog, parse_trust


def sample():
    world = World()
    other = world.add_ledger("two").trusted
    retired = replace(other, retired=RetiredLog(TreeHead(5, digest("r")), 9))
    key = LogKey(world.signer.verifier, START, START + 9)
    return replace(
        world.trust,
        ledgers=(world.ledger.trusted, retired),
        log_keys=(*world.trust.log_keys, key),
        witnesses=(world.signer.verifier,),
        quorum=1,
    )


TRUST = sample()
WHOLE = TRUST.json()


def places(value, pointer=""):
    yield pointer, value
    if isinstance(value, dict | list):
        for key, child in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(child, f"{pointer}/{key}")


PLACES = [pointer for pointer, _ in places(WHOLE) if pointer]


def with_value(pointer, value):
    whole = copy.deepcopy(WHOLE)
    holder, *path = whole, *pointer.split("/")[1:]
    for token in path[:-1]:
        holder = holder[int(token) if isinstance(holder, list) else token]
    last = int(path[-1]) if isinstance(holder, list) else path[-1]
    if value is ...:
        del holder[last]
    else:
        holder[last] = value
    return json.dumps(whole).encode()


def test_trust_file_is_read_as_it_was_written():
    assert parse_trust(TRUST.file_bytes()) == TRUST


@pytest.mark.parametrize("pointer", PLACES)
@pytest.mark.parametrize("value", [True, 1.5, -1, "x", {"x": 1}, ["x"]], ids=str)
def test_trust_file_with_member_of_wrong_type_is_refused_near_it(pointer, value):
    with pytest.raises(InvalidTrustError) as caught:
        parse_trust(with_value(pointer, value))
    at = caught.value.pointer
    assert at.startswith(pointer) or pointer.startswith(at)


@pytest.mark.parametrize("pointer", [p for p in PLACES if not p.rsplit("/", 1)[1].isdigit()])
def test_trust_file_with_missing_member_is_refused_at_its_object(pointer):
    with pytest.raises(InvalidTrustError) as caught:
        parse_trust(with_value(pointer, ...))
    assert caught.value.pointer == pointer.rsplit("/", 1)[0]


@pytest.mark.parametrize("raw", [b"", b"{", b"[]", b"null", b'{"a":1,"a":2}', b"\xff"])
def test_trust_file_that_is_none_is_refused(raw):
    with pytest.raises(InvalidInputError):
        parse_trust(raw)


@pytest.mark.parametrize(
    "text", ["depth:0", "depth:01", "depth:-1", "depth:٣", "Instant", "", "latest"]
)
def test_finality_rule_in_another_form_is_refused(text):
    with pytest.raises(InvalidTrustError):
        FinalityRule.parse(text)


@pytest.mark.parametrize("text", ["finalized-tag", "instant", "depth:1", "depth:999999"])
def test_finality_rule_is_read_and_written_back(text):
    assert str(FinalityRule.parse(text)) == text


def test_ledger_is_trusted_by_chain_and_log():
    log = TRUST.ledgers[0].log.address
    assert TRUST.ledger(LedgerId(TRUST.chain_id, log)) == TRUST.ledgers[0]
    assert TRUST.ledger(LedgerId(TRUST.chain_id + 1, log)) is None
    assert TRUST.ledger(LedgerId(TRUST.chain_id, Address(bytes(20)))) is None


def test_log_key_interval_is_half_open():
    key = TRUST.log_keys[1]
    assert [key.holds_at(START + n) for n in (-1, 0, 8, 9)] == [False, True, True, False]


def test_trust_file_naming_one_log_twice_is_refused():
    """Two entries for one log could name two registries; the first would win silently."""
    whole = {**WHOLE, "ledgers": [WHOLE["ledgers"][0], WHOLE["ledgers"][0]]}
    with pytest.raises(InvalidTrustError):
        parse_trust(json.dumps(whole).encode())


def test_trust_file_with_a_ledger_without_status_contract_is_refused():
    """No contract to ask would make every document "not withdrawn"."""
    with pytest.raises(InvalidTrustError):
        parse_trust(with_value("/ledgers/0/statuses", []))


def test_title_register_is_found_by_address_in_the_preferred_ledger_first():
    first, second = (LedgerId(TRUST.chain_id, held.log.address) for held in (WORLD_ONE, WORLD_TWO))
    (register,) = WORLD_ONE.titles
    shared = replace(
        TRUST, ledgers=(WORLD_ONE, replace(WORLD_TWO, titles=(*WORLD_TWO.titles, register)))
    )
    stranger = LedgerId(TRUST.chain_id, Address(bytes(20)))
    assert shared.title_register(register.address) == (first, register)
    assert shared.title_register(register.address, [stranger, second]) == (second, register)
    assert TRUST.title_register(register.address, [second]) == (first, register)
    assert TRUST.title_register(Address(bytes(20)), [first]) is None


WORLD_ONE, WORLD_TWO = TRUST.ledgers
