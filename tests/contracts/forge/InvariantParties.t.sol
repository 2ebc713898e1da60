// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {PartyHandler} from "./PartyHandler.sol";
import {FuzzSelector} from "./fuzz/Counters.sol";

/// @notice What holds of parties, keys and accreditations, whatever anybody does.
contract InvariantParties {
    PartyHandler private _handler;

    function setUp() external {
        _handler = new PartyHandler();
        _handler.beginCounting("parties");
    }

    /// @notice The only contract that Forge calls.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice What Forge calls there.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), new bytes4[](10));
        targets[0].selectors[0] = PartyHandler.register.selector;
        targets[0].selectors[1] = PartyHandler.addKey.selector;
        targets[0].selectors[2] = PartyHandler.endKey.selector;
        targets[0].selectors[3] = PartyHandler.veto.selector;
        targets[0].selectors[4] = PartyHandler.compromise.selector;
        targets[0].selectors[5] = PartyHandler.dispute.selector;
        targets[0].selectors[6] = PartyHandler.accredit.selector;
        targets[0].selectors[7] = PartyHandler.endAccreditation.selector;
        targets[0].selectors[8] = PartyHandler.administer.selector;
        targets[0].selectors[9] = PartyHandler.look.selector;
    }

    function invariant_parties() external view {
        _check(false);
    }

    function afterInvariant() external {
        _check(true);
        _handler.writeCounters("parties");
    }

    /// @notice One after the other: each has a name, which a failure tells.
    function _check(bool all) private view {
        _handler.checkKeys(all);
        _handler.checkPast();
        _handler.checkAccreditations(all);
        _handler.checkRoles();
        _handler.checkHeads();
    }
}
