// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {TitleHandler} from "./TitleHandler.sol";
import {FuzzSelector} from "./fuzz/Counters.sol";

/// @notice What holds of titles, whatever anybody does.
contract InvariantTitles {
    TitleHandler private _handler;

    function setUp() external {
        _handler = new TitleHandler();
        _handler.beginCounting("titles");
    }

    /// @notice The only contract that Forge calls.
    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    /// @notice What Forge calls there.
    function targetSelectors() external view returns (FuzzSelector[] memory targets) {
        targets = new FuzzSelector[](1);
        targets[0] = FuzzSelector(address(_handler), new bytes4[](6));
        targets[0].selectors[0] = TitleHandler.issue.selector;
        targets[0].selectors[1] = TitleHandler.move.selector;
        targets[0].selectors[2] = TitleHandler.wander.selector;
        targets[0].selectors[3] = TitleHandler.agree.selector;
        targets[0].selectors[4] = TitleHandler.reissue.selector;
        targets[0].selectors[5] = TitleHandler.disturb.selector;
    }

    function invariant_titles() external view {
        _check(false);
    }

    function afterInvariant() external {
        _check(true);
        _handler.writeCounters("titles");
    }

    /// @notice One after the other: each has a name, which a failure tells.
    function _check(bool all) private view {
        _handler.checkTitles(all);
        _handler.checkLineages();
        _handler.checkCommitments(all);
        _handler.checkHeads();
        _handler.checkLens();
    }
}
