# SPDX-License-Identifier: Apache-2.0
"""PartyRegistry: the admin in two steps, and the roles it gives."""

from __future__ import annotations

import pytest
from ape.contracts import ContractInstance
from conftest import DELAY, People, Reverts, artifact, container

ADMIN_ROLE = bytes(32)
NOBODY = "0x" + "00" * 20


def test_constructor_when_deployed_then_three_people_have_three_roles(
    registry: ContractInstance, people: People
) -> None:
    assert registry.admin() == people.admin
    assert registry.DELAY() == DELAY
    assert registry.hasRole(ADMIN_ROLE, people.admin)
    assert registry.hasRole(registry.REGISTRAR_ROLE(), people.registrar)
    assert registry.hasRole(registry.ACCREDITOR_ROLE(), people.accreditor)
    assert not registry.hasRole(registry.REGISTRAR_ROLE(), people.admin)


@pytest.mark.parametrize("zero", [0, 1, 2])
def test_constructor_when_an_address_is_zero_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts, zero: int
) -> None:
    given = [people.admin.address, people.registrar.address, people.accreditor.address]
    given[zero] = NOBODY
    with reverts(registry, "PartyRegistry_ZeroAddress"):
        people.admin.deploy(container(artifact("PartyRegistry")), *given, 0)


def test_admin_when_proposed_and_accepted_then_changes_hands(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    registry.proposeAdmin(people.stranger, sender=people.admin)
    assert registry.proposedAdmin() == people.stranger
    receipt = registry.acceptAdmin(sender=people.stranger)
    assert registry.admin() == people.stranger
    assert registry.proposedAdmin() == NOBODY
    assert registry.hasRole(ADMIN_ROLE, people.stranger)
    assert not registry.hasRole(ADMIN_ROLE, people.admin)
    assert [e.event_name for e in receipt.events] == ["RoleRevoked", "RoleGranted", "AdminChanged"]
    with reverts(registry, "AccessControlUnauthorizedAccount", people.admin.address, ADMIN_ROLE):
        registry.proposeAdmin(people.admin, sender=people.admin)


def test_admin_when_the_proposal_is_withdrawn_then_cannot_be_accepted(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    registry.proposeAdmin(people.stranger, sender=people.admin)
    registry.proposeAdmin(NOBODY, sender=people.admin)
    with reverts(registry, "PartyRegistry_NotProposed", people.stranger.address):
        registry.acceptAdmin(sender=people.stranger)


def test_admin_when_accepted_by_itself_then_stays(
    registry: ContractInstance, people: People
) -> None:
    registry.proposeAdmin(people.admin, sender=people.admin)
    registry.acceptAdmin(sender=people.admin)
    assert registry.hasRole(ADMIN_ROLE, people.admin)


def test_admin_when_changed_in_one_step_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    for act in (registry.grantRole, registry.revokeRole, registry.renounceRole):
        with reverts(registry, "PartyRegistry_AdminIsTwoStep"):
            act(ADMIN_ROLE, people.admin, sender=people.admin)


def test_role_when_granted_revoked_and_renounced_then_follows(
    registry: ContractInstance, people: People
) -> None:
    role = registry.REGISTRAR_ROLE()
    registry.grantRole(role, people.stranger, sender=people.admin)
    assert registry.hasRole(role, people.stranger)
    registry.revokeRole(role, people.stranger, sender=people.admin)
    assert not registry.hasRole(role, people.stranger)
    registry.renounceRole(role, people.registrar, sender=people.registrar)
    assert not registry.hasRole(role, people.registrar)


def test_role_when_granted_by_another_than_the_admin_then_reverts(
    registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    role = registry.REGISTRAR_ROLE()
    caller = people.registrar
    with reverts(registry, "AccessControlUnauthorizedAccount", caller.address, ADMIN_ROLE):
        registry.grantRole(role, people.stranger, sender=caller)


def test_supports_interface_when_access_control_then_true(registry: ContractInstance) -> None:
    assert registry.supportsInterface("0x7965db0b")
    assert not registry.supportsInterface("0xffffffff")
