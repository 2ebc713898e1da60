// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PartyRegistry} from "../../../../contracts/PartyRegistry.sol";

/// @notice Opens what PartyRoles has and PartyRegistry does not use.
contract RolesHarness is PartyRegistry {
    constructor(address firstAdmin, address registrar, address accreditor)
        PartyRegistry(firstAdmin, registrar, accreditor, 0)
    {}

    function setRoleAdmin(bytes32 role, bytes32 adminRole) external {
        _setRoleAdmin(role, adminRole);
    }
}
