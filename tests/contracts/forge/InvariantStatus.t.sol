// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {StatusHandler} from "./StatusHandler.sol";
import {FuzzSelector} from "./fuzz/Counters.sol";

/// @notice What holds of statuses, whatever anybody says.
contract InvariantStatus {
    StatusHandler private _handler;

    function setUp() external {
        _handler = new StatusHandler();
        _handler.beginCounting("status");
    }

    /// @notice The only contract that Forge calls.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice What Forge calls there.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), new bytes4[](5));
        targets[0].selectors[0] = StatusHandler.set.selector;
        targets[0].selectors[1] = StatusHandler.setMany.selector;
        targets[0].selectors[2] = StatusHandler.relay.selector;
        targets[0].selectors[3] = StatusHandler.relayMany.selector;
        targets[0].selectors[4] = StatusHandler.disturb.selector;
    }

    function invariant_status() external view {
        _check(false);
    }

    function afterInvariant() external {
        _check(true);
        _handler.writeCounters("status");
    }

    /// @notice One after the other: each has a name, which a failure tells.
    function _check(bool all) private view {
        _handler.checkRecords(all);
        _handler.checkHeads();
        _handler.checkLens();
    }
}
