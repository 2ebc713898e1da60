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
        head = _extended(head, occurrence);
    }

    /// @notice Emits an event and returns the head with it: encoded once for both, for acts that every party
    /// pays for. An act with many events stores only the last head.
    /// @param previous The head before.
    /// @param indexedCount How many arguments are indexed, two or three: they come first, each of one word.
    /// @param occurrence See {_extendHead}; all arguments of one word.
    /// @return The head afterwards.
    function _emitExtended(bytes32 previous, uint256 indexedCount, bytes memory occurrence)
        internal
        returns (bytes32)
    {
        assembly ("memory-safe") {
            let topic := add(occurrence, 0x20)
            let skipped := mul(add(indexedCount, 1), 0x20)
            let data := add(topic, skipped)
            let size := sub(mload(occurrence), skipped)
            let first := mload(add(topic, 0x20))
            let second := mload(add(topic, 0x40))
            switch indexedCount
            case 2 { log3(data, size, mload(topic), first, second) }
            default { log4(data, size, mload(topic), first, second, mload(add(topic, 0x60))) }
        }
        return _extended(previous, occurrence);
    }

    /// @notice Returns a head with one more event.
    /// @param previous The head before.
    /// @param occurrence See {_extendHead}.
    /// @return next `keccak256(abi.encode(previous, uint64(block.number), uint64(block.timestamp),
    /// keccak256(occurrence)))`.
    function _extended(bytes32 previous, bytes memory occurrence) private view returns (bytes32 next) {
        // Hashed in memory that nobody has yet, and does not keep.
        assembly ("memory-safe") {
            let place := mload(0x40)
            mstore(place, previous)
            mstore(add(place, 0x20), and(number(), 0xffffffffffffffff))
            mstore(add(place, 0x40), and(timestamp(), 0xffffffffffffffff))
            mstore(add(place, 0x60), keccak256(add(occurrence, 0x20), mload(occurrence)))
            next := keccak256(place, 0x80)
        }
    }
}
