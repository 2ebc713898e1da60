// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessControl} from "@openzeppelin/contracts/access/AccessControl.sol";
import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {RunningHead} from "./RunningHead.sol";
import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";

/// @title PartyRoles
/// @author The maintainers of Corridor Ledger
/// @notice The roles of {IPartyRegistry}: AccessControl with an admin that changes in two steps, and
/// with every event in the running head.
abstract contract PartyRoles is RunningHead, AccessControl, IPartyRegistry {
    /// @inheritdoc IPartyRegistry
    bytes32 public constant REGISTRAR_ROLE = keccak256("REGISTRAR_ROLE");

    /// @inheritdoc IPartyRegistry
    bytes32 public constant ACCREDITOR_ROLE = keccak256("ACCREDITOR_ROLE");

    /// @inheritdoc IPartyRegistry
    address public admin;

    /// @inheritdoc IPartyRegistry
    address public proposedAdmin;

    /// @notice Names the first holders of the three roles.
    /// @param firstAdmin Grants and revokes the other two roles.
    /// @param registrar Registers parties.
    /// @param accreditor Accredits parties.
    constructor(address firstAdmin, address registrar, address accreditor) {
        if (firstAdmin == address(0) || registrar == address(0) || accreditor == address(0)) {
            revert PartyRegistry_ZeroAddress();
        }

        _changeAdmin(firstAdmin);
        _grantRole(REGISTRAR_ROLE, registrar);
        _grantRole(ACCREDITOR_ROLE, accreditor);
    }

    /// @inheritdoc IPartyRegistry
    function proposeAdmin(address candidate) external onlyRole(DEFAULT_ADMIN_ROLE) {
        proposedAdmin = candidate;
        emit AdminProposed(msg.sender, candidate);
        _extendHead(abi.encode(AdminProposed.selector, msg.sender, candidate));
    }

    /// @inheritdoc IPartyRegistry
    function acceptAdmin() external {
        if (msg.sender != proposedAdmin) revert PartyRegistry_NotProposed(msg.sender);

        delete proposedAdmin;
        _revokeRole(DEFAULT_ADMIN_ROLE, admin);
        _changeAdmin(msg.sender);
    }

    /// @inheritdoc AccessControl
    function grantRole(bytes32 role, address account) public override {
        _requireNotAdminRole(role);
        super.grantRole(role, account);
    }

    /// @inheritdoc AccessControl
    function revokeRole(bytes32 role, address account) public override {
        _requireNotAdminRole(role);
        super.revokeRole(role, account);
    }

    /// @inheritdoc AccessControl
    function renounceRole(bytes32 role, address callerConfirmation) public override {
        _requireNotAdminRole(role);
        super.renounceRole(role, callerConfirmation);
    }

    /// @notice Also extends the running head.
    /// @inheritdoc AccessControl
    function _grantRole(bytes32 role, address account) internal override returns (bool changed) {
        changed = super._grantRole(role, account);
        if (changed) {
            _extendHead(abi.encode(IAccessControl.RoleGranted.selector, role, account, msg.sender));
        }
    }

    /// @notice Also extends the running head.
    /// @inheritdoc AccessControl
    function _revokeRole(bytes32 role, address account) internal override returns (bool changed) {
        changed = super._revokeRole(role, account);
        if (changed) {
            _extendHead(abi.encode(IAccessControl.RoleRevoked.selector, role, account, msg.sender));
        }
    }

    /// @notice Also extends the running head.
    /// @inheritdoc AccessControl
    function _setRoleAdmin(bytes32 role, bytes32 adminRole) internal override {
        bytes32 previous = getRoleAdmin(role);
        super._setRoleAdmin(role, adminRole);
        _extendHead(abi.encode(IAccessControl.RoleAdminChanged.selector, role, previous, adminRole));
    }

    /// @notice Hands the admin role to `next`; the former admin has lost it before.
    /// @param next The admin from now on.
    function _changeAdmin(address next) private {
        address previous = admin;
        admin = next;
        _grantRole(DEFAULT_ADMIN_ROLE, next);
        emit AdminChanged(previous, next);
        _extendHead(abi.encode(AdminChanged.selector, previous, next));
    }

    /// @notice Reverts for the admin role, which changes hands in two steps only.
    /// @param role The role.
    function _requireNotAdminRole(bytes32 role) private pure {
        if (role == DEFAULT_ADMIN_ROLE) revert PartyRegistry_AdminIsTwoStep();
    }
}
