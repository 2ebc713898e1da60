// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {LogHandler} from "./LogHandler.sol";
import {FuzzSelector} from "./fuzz/Counters.sol";

/// @notice What holds of a log, whatever its sequencer and anybody else do.
contract InvariantLog {
    LogHandler private _handler;

    function setUp() external {
        _handler = new LogHandler();
        _handler.beginCounting("log");
    }

    /// @notice The only contract that Forge calls.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice What Forge calls there.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), new bytes4[](7));
        targets[0].selectors[0] = LogHandler.anchor.selector;
        targets[0].selectors[1] = LogHandler.anchorAgain.selector;
        targets[0].selectors[2] = LogHandler.lie.selector;
        targets[0].selectors[3] = LogHandler.misstateSize.selector;
        targets[0].selectors[4] = LogHandler.include.selector;
        targets[0].selectors[5] = LogHandler.request.selector;
        targets[0].selectors[6] = LogHandler.guard.selector;
    }

    function invariant_log() external view {
        _check(false);
    }

    function afterInvariant() external {
        _check(true);
        _handler.writeCounters("log");
    }

    /// @notice One after the other: each has a name, which a failure tells.
    function _check(bool all) private view {
        _handler.checkLog(all);
        _handler.checkHistory(all);
        _handler.checkHeads();
        _handler.checkLens();
    }
}
