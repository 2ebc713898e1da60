# SPDX-License-Identifier: Apache-2.0
"""LedgerLens: what it says about a title, in the same call as everything else."""

from __future__ import annotations

from typing import Any, Final

import pytest
from ape.contracts import ContractInstance
from bills import NONE, WHOLE, Action, Bills, State, Wish, digest
from conftest import BILL, HOUR, People, artifact, container, now
from test_ledger_lens import NO_RECORD, ZERO, code_hash, lookup

COMMITMENT: Final = digest("bill 1")


@pytest.fixture
def ask(lens: ContractInstance, registry: ContractInstance, log: ContractInstance) -> Any:
    """Ask the lens about a title; returns its part of the answer."""

    def asked(
        contract: ContractInstance, title: bytes, keys: list[Any], commitment: bytes = COMMITMENT
    ) -> tuple[Any, ...]:
        addresses = [getattr(key, "address", key) for key in keys]
        whole = (contract.address, title, addresses)
        query = (log.address, registry.address, [], BILL, commitment, [], [], whole)
        answer: tuple[Any, ...] = lookup(lens, query)[12]
        return answer

    return asked


def test_lookup_when_a_title_is_asked_then_says_its_record(
    bills: Bills, registry: ContractInstance, people: People, ask: Any
) -> None:
    title = bills.issue("1", bills.bank, bills.bank)
    bills.act(bills.bank, title, Wish(Action.NOMINATE, beneficiary=bills.forwarder))
    deadline = now() + HOUR
    wish = Wish(Action.TRANSFER_HOLDER, bills.consignee, accept_by=deadline)
    receipt = bills.act(bills.bank, title, wish)
    answer = ask(bills.contract, title, [])
    assert answer[:3] == (code_hash(bills.contract), registry.address.lower(), title)
    assert answer[3] == (
        bills.carrier,
        bills.consignee,
        bills.bank,
        bills.forwarder,
        bills.bank,
        NONE,
        COMMITMENT,
        NONE,
        State.OFFERED_HOLDER,
        False,
        3,
        receipt.timestamp,
        deadline,
        WHOLE,
        people.bob.address.lower(),
        (),
    )


def test_lookup_when_a_title_is_asked_then_names_its_parties(bills: Bills, ask: Any) -> None:
    title = bills.issue("1", bills.bank, bills.consignee)
    bills.act(bills.consignee, title, Wish(Action.NOMINATE, beneficiary=bills.forwarder))
    names = ask(bills.contract, title, [])[4]
    assert names == (
        (bills.carrier, "Aktau Shipping", b"KZ", "carrier"),
        (bills.bank, "Baku Chamber", b"KZ", "carrier"),
        (bills.consignee, "Caspian Grain", b"KZ", "carrier"),
        (bills.forwarder, "Derbent Forwarding", b"KZ", "carrier"),
    )


def test_lookup_when_the_title_is_closed_then_its_roles_have_no_name(
    bills: Bills, ask: Any
) -> None:
    title = bills.closed(State.DELIVERED)
    answer = ask(bills.contract, title, [])
    nobody = (NONE, "", b"\0\0", "")
    assert answer[4] == ((bills.carrier, "Aktau Shipping", b"KZ", "carrier"), *[nobody] * 3)
    assert answer[3][8] == State.DELIVERED


def test_lookup_when_keys_are_asked_then_says_their_compromise_and_that_of_the_latest(
    bills: Bills, registry: ContractInstance, people: People, ask: Any
) -> None:
    title = bills.issue()
    bills.act(bills.bank, title, Wish(Action.TRANSFER_HOLDER, bills.consignee))
    since = now()
    receipt = registry.declareCompromise(people.bob, since, sender=people.bob)
    answer = ask(bills.contract, title, [people.alice, people.bob, people.stranger])
    bob = (people.bob.address.lower(), since, receipt.block_number)
    assert answer[5] == (
        (people.alice.address.lower(), 0, 0),
        bob,
        (people.stranger.address.lower(), 0, 0),
        bob,  # who acted last
    )


def test_lookup_when_amended_then_both_commitments_are_the_titles(bills: Bills, ask: Any) -> None:
    title, amended = bills.issue(), digest("amended")
    bills.surrender(title, Action.SURRENDER_FOR_AMENDMENT, amended)
    surrendered = ask(bills.contract, title, [], amended)
    assert (surrendered[2], surrendered[3][7]) == (NONE, amended)  # not yet its own
    bills.act(bills.carrier, title, Wish(Action.ACCEPT_SURRENDER, intent=amended))
    for commitment in (COMMITMENT, amended):
        answer = ask(bills.contract, title, [], commitment)
        assert (answer[2], answer[3][6]) == (title, amended)


def test_lookup_when_the_commitment_is_another_titles_or_nobodys_then_says_whose(
    bills: Bills, ask: Any
) -> None:
    first, second = bills.issue("1"), bills.issue("2")
    assert ask(bills.contract, first, [], digest("bill 2"))[2] == second
    assert ask(bills.contract, first, [], digest("never seen"))[2] == NONE


def test_lookup_when_the_title_does_not_exist_then_answers_with_zeros(
    bills: Bills, registry: ContractInstance, ask: Any
) -> None:
    bills.issue()
    answer = ask(bills.contract, bills.id("2"), [])
    assert answer[:3] == (code_hash(bills.contract), registry.address.lower(), NONE)
    assert answer[3] == NO_RECORD
    assert answer[4] == ((NONE, "", b"\0\0", ""),) * 4
    assert answer[5] == ((ZERO, 0, 0),)


def test_lookup_when_the_title_registry_is_of_another_ledger_then_says_of_which(
    people: People, registry: ContractInstance, bills: Bills, ask: Any
) -> None:
    roles = (people.admin, people.registrar, people.accreditor)
    other = people.admin.deploy(container(artifact("PartyRegistry")), *roles, HOUR)
    foreign = people.admin.deploy(container(artifact("TitleRegistry")), other)
    answer = ask(foreign, bills.id("1"), [])
    assert answer[1] == other.address.lower() != registry.address.lower()
