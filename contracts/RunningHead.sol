// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRunningHead} from "./interfaces/IRunningHead.sol";

/// @title RunningHead
/// @author The maintainers of Corridor Ledger
/// @notice See {IRunningHead}. Must be the first contract inherited: its variable has to be slot 0.
abstract contract RunningHead is IRunningHead {
    /// @inheritdoc IRunningHead
    bytes32 public head;

    /// @notice Adds one event to the head. To be called right after each `emit`.
    /// @param occurrence `abi.encode(topic0, arguments in the order of their declaration)`.
    function _extendHead(bytes memory occurrence) internal {
        head = keccak256(
            abi.encode(head, uint64(block.number), uint64(block.timestamp), keccak256(occurrence))
        );
    }
}
