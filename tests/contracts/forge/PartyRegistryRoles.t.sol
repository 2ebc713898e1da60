// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Registries} from "./support/Registries.sol";
import {RolesHarness} from "./support/RolesHarness.sol";

/// @notice PartyRoles: the admin in two steps, the two other roles, and all of it in the running head.
contract PartyRegistryRolesTest is Registries {
    address private constant NEXT = address(0x4E87);

    IAccessControl private roles;
    bytes32 private registrarRole;
    bytes32 private accreditorRole;

    function setUp() external {
        _makeRegistry(WAIT);
        roles = IAccessControl(address(registry));
        (registrarRole, accreditorRole) = (registry.REGISTRAR_ROLE(), registry.ACCREDITOR_ROLE());
    }

    function _twoStep() private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPartyRegistry.PartyRegistry_AdminIsTwoStep.selector);
    }

    function _lacks(address caller, bytes32 role) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IAccessControl.AccessControlUnauthorizedAccount.selector, caller, role
        );
    }

    function _granted(bytes32 role, address account, address by) private pure returns (bytes memory) {
        return abi.encode(IAccessControl.RoleGranted.selector, role, account, by);
    }

    function _revoked(bytes32 role, address account, address by) private pure returns (bytes memory) {
        return abi.encode(IAccessControl.RoleRevoked.selector, role, account, by);
    }

    // ---------------------------------------------------------------- beginning

    function test_constructor_whenItBegins_thenRolesAreGrantedAndSaid() external {
        address expected = address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", this, hex"02")))));
        _listen(expected);
        _makeRegistry(WAIT);
        _hear(address(registry));
        _same("the address", address(registry), expected);
        _same("events", _said.length, 4);
        _isSaid(0, 3, _granted(0, ADMIN, address(this)));
        _isSaid(1, 2, abi.encode(IPartyRegistry.AdminChanged.selector, address(0), ADMIN));
        _isSaid(2, 3, _granted(registrarRole, REGISTRAR, address(this)));
        _isSaid(3, 3, _granted(accreditorRole, ACCREDITOR, address(this)));
        _same("the admin", registry.admin(), ADMIN);
        _same("no candidate", registry.proposedAdmin(), address(0));
        _same("the delay", registry.DELAY(), WAIT);
        _same("the role", registrarRole, keccak256("REGISTRAR_ROLE"));
        _same("the other role", accreditorRole, keccak256("ACCREDITOR_ROLE"));
        _same("the first serial", registry.nextSerial(), 1);
    }

    function test_constructor_whenAnAddressIsZero_thenRefused() external {
        bytes memory zero =
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_ZeroAddress.selector);
        string memory artifact = "PartyRegistry.sol:PartyRegistry";
        _refusesToBegin(artifact, abi.encode(address(0), REGISTRAR, ACCREDITOR, WAIT), zero);
        _refusesToBegin(artifact, abi.encode(ADMIN, address(0), ACCREDITOR, WAIT), zero);
        _refusesToBegin(artifact, abi.encode(ADMIN, REGISTRAR, address(0), WAIT), zero);
    }

    // ---------------------------------------------------------------- the admin

    function test_admin_whenProposedAndAccepted_thenTheFormerHasNothing() external {
        _listen(address(registry));
        vm.prank(ADMIN);
        registry.proposeAdmin(NEXT);
        _heardOnly(2, abi.encode(IPartyRegistry.AdminProposed.selector, ADMIN, NEXT));
        _same("the candidate", registry.proposedAdmin(), NEXT);
        _same("the admin still", registry.admin(), ADMIN);
        _listen(address(registry));
        vm.prank(NEXT);
        registry.acceptAdmin();
        _hear(address(registry));
        _same("events", _said.length, 3);
        _isSaid(0, 3, _revoked(0, ADMIN, NEXT));
        _isSaid(1, 3, _granted(0, NEXT, NEXT));
        _isSaid(2, 2, abi.encode(IPartyRegistry.AdminChanged.selector, ADMIN, NEXT));
        _same("the admin", registry.admin(), NEXT);
        _same("no candidate", registry.proposedAdmin(), address(0));
        _no("the former", roles.hasRole(0, ADMIN));
        _yes("the new one", roles.hasRole(0, NEXT));
    }

    function test_acceptAdmin_whenTheAdminProposedItself_thenNothingIsLost() external {
        vm.prank(ADMIN);
        registry.proposeAdmin(ADMIN);
        vm.prank(ADMIN);
        registry.acceptAdmin();
        _yes("still", roles.hasRole(0, ADMIN));
    }

    function test_proposeAdmin_whenCallerIsNotAdmin_thenRefused() external {
        address[3] memory others = [REGISTRAR, NEXT, STRANGER];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesAs(
                others[i], abi.encodeCall(IPartyRegistry.proposeAdmin, (NEXT)), _lacks(others[i], 0)
            );
        }
    }

    function test_acceptAdmin_whenNotProposedOrWithdrawn_thenRefused() external {
        bytes memory data = abi.encodeCall(IPartyRegistry.acceptAdmin, ());
        bytes4 notProposed = IPartyRegistry.PartyRegistry_NotProposed.selector;
        _refusesAs(NEXT, data, abi.encodeWithSelector(notProposed, NEXT));
        vm.prank(ADMIN);
        registry.proposeAdmin(NEXT);
        _refusesAs(ADMIN, data, abi.encodeWithSelector(notProposed, ADMIN));
        vm.prank(ADMIN);
        registry.proposeAdmin(address(0));
        _refusesAs(NEXT, data, abi.encodeWithSelector(notProposed, NEXT));
    }

    function test_adminRole_whenGrantedRevokedOrRenounced_thenRefused() external {
        _refusesAs(ADMIN, abi.encodeCall(IAccessControl.grantRole, (0, NEXT)), _twoStep());
        _refusesAs(ADMIN, abi.encodeCall(IAccessControl.revokeRole, (0, ADMIN)), _twoStep());
        _refusesAs(ADMIN, abi.encodeCall(IAccessControl.renounceRole, (0, ADMIN)), _twoStep());
    }

    // ---------------------------------------------------------------- the other roles

    function test_roles_whenTheAdminGrantsAndRevokes_thenSaidOnce() external {
        _listen(address(registry));
        vm.prank(ADMIN);
        roles.grantRole(registrarRole, NEXT);
        _heardOnly(3, _granted(registrarRole, NEXT, ADMIN));
        _yes("granted", roles.hasRole(registrarRole, NEXT));
        _listen(address(registry));
        vm.prank(ADMIN);
        roles.grantRole(registrarRole, NEXT);
        _heardNothing();
        _listen(address(registry));
        vm.prank(ADMIN);
        roles.revokeRole(registrarRole, NEXT);
        _heardOnly(3, _revoked(registrarRole, NEXT, ADMIN));
        _no("revoked", roles.hasRole(registrarRole, NEXT));
        _listen(address(registry));
        vm.prank(ADMIN);
        roles.revokeRole(registrarRole, NEXT);
        _heardNothing();
    }

    function test_renounceRole_whenItsHolderDoes_thenGoneAndSaid() external {
        _listen(address(registry));
        vm.prank(REGISTRAR);
        roles.renounceRole(registrarRole, REGISTRAR);
        _heardOnly(3, _revoked(registrarRole, REGISTRAR, REGISTRAR));
        _no("gone", roles.hasRole(registrarRole, REGISTRAR));
        _refusesAs(
            STRANGER,
            abi.encodeCall(IAccessControl.renounceRole, (accreditorRole, ACCREDITOR)),
            abi.encodeWithSelector(IAccessControl.AccessControlBadConfirmation.selector)
        );
    }

    function test_roles_whenCallerIsNotAdmin_thenRefused() external {
        address[3] memory others = [REGISTRAR, ACCREDITOR, STRANGER];
        for (uint256 i = 0; i < others.length; ++i) {
            bytes memory want = _lacks(others[i], 0);
            _refusesAs(
                others[i], abi.encodeCall(IAccessControl.grantRole, (registrarRole, NEXT)), want
            );
            _refusesAs(
                others[i],
                abi.encodeCall(IAccessControl.revokeRole, (registrarRole, REGISTRAR)),
                want
            );
        }
    }

    /// @dev No function of the registry changes the admin of a role. Should one ever come, its event must
    /// be in the head, too.
    function test_setRoleAdmin_whenItChanges_thenItIsInTheHead() external {
        RolesHarness harness = RolesHarness(
            _begin("RolesHarness.sol:RolesHarness", abi.encode(ADMIN, REGISTRAR, ACCREDITOR))
        );
        _listen(address(harness));
        harness.setRoleAdmin(registrarRole, accreditorRole);
        _heardOnly(
            3,
            abi.encode(
                IAccessControl.RoleAdminChanged.selector, registrarRole, bytes32(0), accreditorRole
            )
        );
        _same("its admin", harness.getRoleAdmin(registrarRole), accreditorRole);
        _listen(address(harness));
        harness.setRoleAdmin(registrarRole, "another");
        _heardOnly(
            3,
            abi.encode(
                IAccessControl.RoleAdminChanged.selector,
                registrarRole,
                accreditorRole,
                bytes32("another")
            )
        );
    }
}
