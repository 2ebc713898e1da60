// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "../../../../contracts/interfaces/IPartyRegistry.sol";
import {World} from "./World.sol";

/// @notice A registry with two parties, and how its tests ask for refusals.
abstract contract Registries is World {
    uint256 internal constant SIGNER = 0x51;
    uint256 internal constant MANAGER = 0x52;
    uint256 internal constant OTHER_SIGNER = 0x61;
    uint256 internal constant OTHER_MANAGER = 0x62;
    uint256 internal constant FRESH = 0x77;
    uint64 internal constant AHEAD = 3650 days;
    IPartyRegistry.Role internal constant SIGN = IPartyRegistry.Role.Sign;
    IPartyRegistry.Role internal constant MANAGE = IPartyRegistry.Role.Manage;

    bytes32 internal party;
    bytes32 internal other;

    function _makeParties() internal {
        _makeRegistry(WAIT);
        party = _enrol("Example Carrier", SIGNER, MANAGER);
        other = _enrol("Example Chamber", OTHER_SIGNER, OTHER_MANAGER);
    }

    function _refusesAs(address caller, bytes memory data, bytes memory want) internal {
        _refuses(caller, address(registry), data, want);
    }

    /// @notice The refusal of a caller that may not do this for a party.
    function _notAuthorised(bytes32 id, address caller) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_NotAuthorised.selector, id, caller
        );
    }

    function _addAs(address caller, bytes32 id, IPartyRegistry.KeyGrant memory grant) internal {
        vm.prank(caller);
        registry.addKey(id, grant);
    }

    /// @notice A key that the registrar adds: it can be vetoed until it is in force.
    function _addLate(uint256 secret, IPartyRegistry.Role role) internal {
        _addAs(REGISTRAR, party, _grant(party, secret, role, 0, FOREVER));
    }

    function _declareAs(address caller, uint256 secret, uint64 since) internal {
        vm.prank(caller);
        registry.declareCompromise(vm.addr(secret), since);
    }

    function _isKey(uint256 secret, IPartyRegistry.Key memory want) internal view {
        _same("the key", abi.encode(_keyOf(secret)), abi.encode(want));
    }
}
