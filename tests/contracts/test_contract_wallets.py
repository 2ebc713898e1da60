# SPDX-License-Identifier: Apache-2.0
"""A contract as a key: it consents by ERC-1271, acts by calling, and cannot be relayed."""

from __future__ import annotations

from typing import Any

import pytest
from ape.api import TestAccountAPI
from ape.contracts import ContractInstance
from bills import NONE, Action, Bills, State, Wish, digest
from conftest import PROJECT, People, Reverts, container, travel
from consents import FOREVER, SIGN, Grant, consent
from tickets import Relayed

from scripts import build_artifacts


@pytest.fixture(scope="session")
def wallet(people: People) -> ContractInstance:
    """A wallet of the stranger, who is a key of no party."""
    content = build_artifacts.build("WalletHarness", "contracts/test/WalletHarness.sol", PROJECT)
    return people.admin.deploy(container(content), people.stranger)


def wallet_grant(
    registry: ContractInstance, party: bytes, wallet: ContractInstance, signer: TestAccountAPI
) -> Grant:
    """Return a grant for the wallet as a `Sign` key, with a consent that `signer` signed."""
    bare = (wallet.address, SIGN, 0, FOREVER, b"")
    return (*bare[:4], consent(registry, party, bare, signer))


@pytest.fixture
def banks(
    registry: ContractInstance, bills: Bills, wallet: ContractInstance, people: People
) -> ContractInstance:
    """The wallet as a `Sign` key of the bank."""
    grant = wallet_grant(registry, bills.bank, wallet, people.stranger)
    registry.addKey(bills.bank, grant, sender=people.bela)
    travel(2)
    return wallet


def execute(wallet: ContractInstance, by: TestAccountAPI, method: Any, *arguments: Any) -> Any:
    """Let the wallet call a method of another contract."""
    data = method.encode_input(*arguments)
    return wallet.execute(method.contract.address, data, sender=by)


def test_add_key_when_a_contract_consents_by_erc1271_then_is_a_key_like_others(
    registry: ContractInstance, bills: Bills, banks: ContractInstance
) -> None:
    assert registry.isSigner(bills.bank, banks.address)
    party, serial, key = registry.signerOf(banks.address)
    assert (party, serial, key) == (bills.bank, 2, registry.keyCount())
    assert registry.keyAt(key) == banks.address


@pytest.mark.parametrize("signer", ["bob", "bela", "admin"])
def test_add_key_when_the_wallets_owner_did_not_sign_then_reverts(
    registry: ContractInstance,
    bills: Bills,
    wallet: ContractInstance,
    people: People,
    reverts: Reverts,
    signer: str,
) -> None:
    grant = wallet_grant(registry, bills.bank, wallet, getattr(people, signer))
    with reverts(registry, "PartyRegistry_BadConsent", wallet.address):
        registry.addKey(bills.bank, grant, sender=people.bela)


def test_add_key_when_the_contract_knows_no_erc1271_then_reverts(
    registry: ContractInstance,
    bills: Bills,
    log: ContractInstance,
    people: People,
    reverts: Reverts,
) -> None:
    grant = wallet_grant(registry, bills.bank, log, people.stranger)
    with reverts(registry, "PartyRegistry_BadConsent", log.address):
        registry.addKey(bills.bank, grant, sender=people.bela)


def test_act_when_by_a_contract_wallet_then_the_party_acted(
    bills: Bills, banks: ContractInstance, people: People
) -> None:
    title = bills.issue()
    wish = Wish(Action.TRANSFER_BOTH, bills.consignee, bills.consignee).of(title, 1)
    execute(banks, people.stranger, bills.contract.act, wish)
    assert bills.roles(title) == (bills.consignee, bills.consignee, NONE)
    assert bills.record(title).key == banks.address


def test_issue_and_set_status_when_by_a_contract_wallet_then_the_party_did(
    bills: Bills, banks: ContractInstance, status: ContractInstance, people: People
) -> None:
    execute(banks, people.stranger, bills.contract.registerTagKey, digest("secret"))
    wish = (digest("tag"), 0, digest("bill"), bills.consignee, bills.consignee, NONE)
    execute(banks, people.stranger, bills.contract.issue, wish)
    title = bytes(bills.contract.titleId(bills.bank, digest("tag")))
    assert (bills.state(title), bills.record(title).key) == (State.HELD, banks.address)
    item = (digest("bill"), 1, 4, NONE, 0)
    execute(banks, people.stranger, status.set, bills.bank, item)
    assert status.record(bills.bank, digest("bill")).key == banks.address


def test_act_when_somebody_else_tells_the_wallet_then_it_refuses(
    bills: Bills, banks: ContractInstance, people: People, reverts: Reverts
) -> None:
    title = bills.issue()
    wish = Wish(Action.SURRENDER_FOR_DELIVERY).of(title, 1)
    with reverts(banks, "WalletHarness_NotOwner", people.bob.address):
        execute(banks, people.bob, bills.contract.act, wish)


def test_act_when_the_wallet_is_not_the_banks_then_reverts(
    bills: Bills, wallet: ContractInstance, people: People, reverts: Reverts
) -> None:
    title = bills.issue()
    wish = Wish(Action.SURRENDER_FOR_DELIVERY).of(title, 1)
    with reverts(bills.contract, "TitleRegistry_NotSigner", wallet.address):
        execute(wallet, people.stranger, bills.contract.act, wish)
    assert bills.state(title) == State.HELD


def test_relay_when_the_key_is_a_contract_then_its_owners_signature_is_not_the_keys(
    bills: Bills, banks: ContractInstance, people: People, reverts: Reverts
) -> None:
    relayed = Relayed(
        bills.contract, "TagKey", bills.bank, {"keyHash": digest("secret")}, people.stranger
    )
    expected = (banks.address, people.stranger.address)
    with reverts(bills.contract, "RelayedActs_BadSignature", *expected):
        relayed.send(people.bob, relayed.ticket(key=banks.address))
