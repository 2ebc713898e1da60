# SPDX-License-Identifier: Apache-2.0
"""RelayedActs: every relayed function of both contracts, with every ticket that is not right."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import ape
import pytest
from ape.contracts import ContractInstance
from bills import NONE, WHOLE, Action, Bills, State, digest, part
from conftest import HOUR, People, Reverts, artifact, container, now
from consents import high_s
from tickets import Relayed

ZERO: Final = "0x" + "00" * 20
KINDS: Final = ["TagKey", "Issue", "Act", "Reissue", "StatusChange", "StatusChanges"]
REMARK: Final = digest("remark")

Make = Callable[[str], Relayed]


def item(name: str, status: int = 1) -> dict[str, Any]:
    """Return a change of a status."""
    return {
        "subject": digest(name),
        "status": status,
        "reason": 4,
        "supersededBy": NONE,
        "expectedSequence": 0,
    }


def act_members(bills: Bills) -> dict[str, Any]:
    """Issue a title, and return what its holder then signs."""
    return {
        "action": Action.TRANSFER_BOTH,
        "title": bills.issue(),
        "expectedSequence": 1,
        "holder": bills.consignee,
        "beneficiary": bills.forwarder,
        "intent": NONE,
        "acceptBy": now() + HOUR,
        "remark": REMARK,
    }


def issue_members(bills: Bills) -> dict[str, Any]:
    """Return what the carrier signs to issue a title."""
    return {
        "tag": digest("tag relayed"),
        "expectedSequence": 0,
        "commitment": digest("bill relayed"),
        "holder": bills.bank,
        "beneficiary": bills.consignee,
        "remark": REMARK,
    }


def reissue_members(bills: Bills) -> dict[str, Any]:
    """Surrender a title for reissue, and return what the carrier then signs."""
    title = bills.issue("to split")
    parts = [part("left", 1), part("right", WHOLE - 1)]
    bills.surrender(title, Action.SURRENDER_FOR_REISSUE, bills.plan([title], parts))
    names = ("tag", "commitment", "share")
    return {
        "titles": [title],
        "expectedSequences": [2],
        "parts": [dict(zip(names, each, strict=True)) for each in parts],
        "remark": REMARK,
    }


@pytest.fixture
def make(bills: Bills, status: ContractInstance, people: People) -> Make:
    """Make a signed act of a kind that would succeed."""

    carrier, bank = (bills.carrier, people.alice), (bills.bank, people.bob)
    items = {"items": [item("bill"), item("receipt", 2)]}
    makers: dict[str, Callable[[], Relayed]] = {
        "TagKey": lambda: signed(bills.contract, bank, {"keyHash": REMARK}),
        "Issue": lambda: signed(bills.contract, carrier, issue_members(bills)),
        "Act": lambda: signed(bills.contract, bank, act_members(bills)),
        "Reissue": lambda: signed(bills.contract, carrier, reissue_members(bills)),
        "StatusChange": lambda: signed(status, carrier, item("bill")),
        "StatusChanges": lambda: signed(status, carrier, items),
    }

    def signed(contract: ContractInstance, who: Any, members: dict[str, Any]) -> Relayed:
        return Relayed(contract, "", who[0], members, who[1])

    return lambda kind: makers[kind]().but(kind=kind)


def done(relayed: Relayed, bills: Bills) -> bool:
    """Tell whether the act had its effect."""
    contract, members = relayed.contract, relayed.members
    if relayed.kind == "TagKey":
        return bytes(contract.tagKeyHash(relayed.party)) == members["keyHash"]
    if relayed.kind == "Issue":
        return bool(bytes(contract.titleOf(relayed.party, members["commitment"])).strip(b"\0"))
    if relayed.kind == "Act":
        return bills.state(members["title"]) == State.OFFERED_BOTH
    if relayed.kind == "Reissue":
        return bills.state(members["titles"][0]) == State.REISSUED
    items = members["items"] if relayed.kind == "StatusChanges" else [members]
    records = [contract.record(relayed.party, each["subject"]) for each in items]
    return [each.status for each in records] == [each["status"] for each in items]


@pytest.fixture
def bad_signature(bills: Bills, people: People, reverts: Reverts) -> Callable[..., None]:
    """Expect that an act with another ticket is refused, whoever's signature that then is."""

    def refused(relayed: Relayed, recovered: str, **changes: Any) -> None:
        ticket = relayed.ticket(**changes)
        expected = (relayed.key.address, recovered)
        with reverts(relayed.contract, "RelayedActs_BadSignature", *expected):
            relayed.send(people.stranger, ticket)
        assert not done(relayed, bills)
        assert not relayed.contract.nonceUsed(relayed.key, relayed.nonce)

    return refused


# ---------------------------------------------------------------- the right ticket


@pytest.mark.parametrize("kind", KINDS)
def test_relay_when_the_signature_is_right_then_a_stranger_carries_it(
    make: Make, bills: Bills, people: People, kind: str
) -> None:
    relayed = make(kind)
    assert not done(relayed, bills)
    receipt = relayed.send(people.stranger)
    assert done(relayed, bills)
    assert relayed.contract.nonceUsed(relayed.key, 0)
    said = [each for each in receipt.events if each.event_name != "Transfer"]
    assert {each.key for each in said} == {relayed.key.address}  # not the stranger's
    assert {bytes(each.party) for each in said} == {relayed.party}


@pytest.mark.parametrize("kind", ["Issue", "Reissue"])
def test_relay_when_it_returns_something_then_as_when_called_directly(
    make: Make, bills: Bills, people: People, kind: str
) -> None:
    relayed = make(kind)
    returned = relayed.send(people.stranger).return_value
    if kind == "Issue":
        assert bytes(returned) == bytes(
            bills.contract.titleId(relayed.party, digest("tag relayed"))
        )
    else:
        tags = [each["tag"] for each in relayed.members["parts"]]
        ids = [bytes(bills.contract.titleId(relayed.party, tag)) for tag in tags]
        assert [bytes(each) for each in returned] == ids


@pytest.mark.parametrize("kind", KINDS)
def test_relay_when_at_the_deadline_then_in_time_and_one_second_later_expired(
    make: Make, bills: Bills, people: People, reverts: Reverts, kind: str
) -> None:
    relayed = make(kind)
    deadline = now() + 100
    relayed = relayed.but(deadline=deadline)
    with ape.chain.isolate():
        ape.chain.pending_timestamp = deadline
        relayed.send(people.stranger)
        assert done(relayed, bills)
    ape.chain.pending_timestamp = deadline + 1
    expected = (deadline, deadline + 1)
    with reverts(relayed.contract, "RelayedActs_Expired", *expected):
        relayed.send(people.stranger)


@pytest.mark.parametrize("kind", ["Issue", "StatusChange"])
@pytest.mark.parametrize("nonce", [1, 255, 256, 2**256 - 1])
def test_relay_when_the_nonce_is_any_number_then_only_that_one_is_used(
    make: Make, people: People, kind: str, nonce: int
) -> None:
    relayed = make(kind).but(nonce=nonce)
    relayed.send(people.stranger)
    used = relayed.contract.nonceUsed
    assert used(relayed.key, nonce)
    others = {0, 1, 254, 255, 256, 257, 2**256 - 2, 2**256 - 1} - {nonce}
    assert not any(used(relayed.key, other) for other in others)
    assert not used(people.stranger, nonce)


def test_relay_when_nonces_come_in_any_order_then_all_are_carried(
    make: Make, people: People
) -> None:
    relayed = make("StatusChange")
    for nonce in (7, 3, 300, 0):
        relayed.but(nonce=nonce, members=item(f"bill {nonce}")).send(people.stranger)
    assert all(relayed.contract.nonceUsed(relayed.key, nonce) for nonce in (7, 3, 300, 0))


# ---------------------------------------------------------------- used


@pytest.mark.parametrize("kind", KINDS)
def test_relay_when_carried_twice_then_reverts_or_says_nothing(
    make: Make, people: People, reverts: Reverts, kind: str
) -> None:
    relayed = make(kind)
    relayed.send(people.stranger)
    if kind.startswith("Status"):  # what the record says already, it never says again
        assert list(relayed.send(people.stranger).logs) == []
        return
    with reverts(relayed.contract, "RelayedActs_NonceUsed", relayed.key.address, 0):
        relayed.send(people.stranger)


@pytest.mark.parametrize("kind", ["StatusChange", "StatusChanges"])
def test_relay_when_the_nonce_was_used_for_another_status_then_reverts(
    make: Make, people: People, reverts: Reverts, kind: str
) -> None:
    make("StatusChange").saying(subject=digest("another")).send(people.stranger)
    relayed = make(kind)
    with reverts(relayed.contract, "RelayedActs_NonceUsed", relayed.key.address, 0):
        relayed.send(people.stranger)


def test_relay_when_the_nonce_was_used_for_another_kind_then_reverts(
    make: Make, people: People, reverts: Reverts
) -> None:
    make("TagKey").send(people.stranger)
    relayed = make("Act")
    with reverts(relayed.contract, "RelayedActs_NonceUsed", relayed.key.address, 0):
        relayed.send(people.stranger)


def test_relay_when_two_keys_use_one_nonce_then_they_do_not_meet(
    make: Make, people: People
) -> None:
    make("TagKey").send(people.stranger)
    make("Issue").send(people.stranger)


# ---------------------------------------------------------------- the wrong signature


DOMAINS: Final[dict[str, dict[str, Any]]] = {
    "chain": {"chainId": 1},
    "contract": {"verifyingContract": ZERO},
    "name of the other contract": {},
    "name": {"name": "Corridor Ledger"},
    "version": {"version": "2"},
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("other", DOMAINS)
def test_relay_when_signed_for_another_domain_then_reverts(
    make: Make,
    status: ContractInstance,
    titles: ContractInstance,
    bad_signature: Callable[..., None],
    kind: str,
    other: str,
) -> None:
    relayed = make(kind)
    domain = DOMAINS[other]
    if not domain:
        names = {titles.address: "DocumentStatus", status.address: "TitleRegistry"}
        domain = {"name": f"Corridor Ledger {names[relayed.contract.address]}"}
    signature = relayed.but(domain=domain).signature()
    bad_signature(relayed, relayed.recovered(signature), signature=signature)


@pytest.mark.parametrize("kind", KINDS)
def test_relay_when_signed_for_another_deployment_then_reverts(
    make: Make,
    registry: ContractInstance,
    people: People,
    bad_signature: Callable[..., None],
    kind: str,
) -> None:
    relayed = make(kind)
    name = relayed.contract.contract_type.name
    other = people.admin.deploy(container(artifact(name)), registry)
    signature = relayed.but(contract=other).signature()
    bad_signature(relayed, relayed.recovered(signature), signature=signature)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("member", ["nonce", "deadline"])
def test_relay_when_nonce_or_deadline_is_another_than_signed_then_reverts(
    make: Make, bad_signature: Callable[..., None], kind: str, member: str
) -> None:
    relayed = make(kind)
    signature = relayed.signature()
    changed = relayed.but(**{member: {"nonce": 1, "deadline": 2**63}[member]})
    bad_signature(changed, changed.recovered(signature), signature=signature)


@pytest.mark.parametrize("kind", KINDS)
def test_relay_when_another_key_signed_then_reverts(
    make: Make, people: People, bad_signature: Callable[..., None], kind: str
) -> None:
    relayed = make(kind)
    for key in (people.stranger, people.anna, people.cara):
        bad_signature(relayed, key.address, signature=relayed.but(key=key).signature())


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("by", ["stranger", "anna"])
def test_relay_when_the_key_is_no_sign_key_then_reverts(
    make: Make, people: People, reverts: Reverts, kind: str, by: str
) -> None:
    key = getattr(people, by)
    relayed = make(kind).but(key=key)
    name = f"{relayed.contract.contract_type.name}_NotSigner"
    about = (relayed.party,) if kind.startswith("Status") else ()
    with reverts(relayed.contract, name, *about, key.address):
        relayed.send(people.stranger)


@pytest.mark.parametrize("kind", KINDS)
def test_relay_when_the_key_is_zero_then_reverts(
    make: Make, people: People, reverts: Reverts, kind: str
) -> None:
    relayed = make(kind)
    name = f"{relayed.contract.contract_type.name}_NotSigner"
    about = (relayed.party,) if kind.startswith("Status") else ()
    with reverts(relayed.contract, name, *about, ZERO):
        relayed.send(people.stranger, relayed.ticket(key=ZERO, signature=bytes(65)))


MALFORMED: Final[dict[str, Callable[[bytes], bytes]]] = {
    "empty": lambda _: b"",
    "zeros": lambda _: bytes(65),
    "64 bytes": lambda s: s[:64],
    "66 bytes": lambda s: s + b"\0",
    "v of 0 or 1": lambda s: s[:64] + bytes([s[64] - 27]),
    "v of 29": lambda s: s[:64] + bytes([29]),
    "high s": high_s,
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("how", MALFORMED)
def test_relay_when_the_signature_is_malformed_then_reverts(
    make: Make, bad_signature: Callable[..., None], kind: str, how: str
) -> None:
    relayed = make(kind)
    bad_signature(relayed, ZERO, signature=MALFORMED[how](relayed.signature()))
