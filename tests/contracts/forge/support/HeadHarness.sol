// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RunningHead} from "../../../../contracts/RunningHead.sol";

/// @notice Opens {RunningHead} to tests.
contract HeadHarness is RunningHead {
    function extend(bytes calldata occurrence) external {
        _extendHead(occurrence);
    }

    /// @param shift How many words the occurrence lies further up in memory.
    /// @return latest The head that was returned.
    /// @return free Whether the free memory pointer was left alone and zero slot and occurrence are intact.
    function say(bytes32 previous, uint256 indexedCount, bytes calldata said, uint256 shift)
        external
        returns (bytes32 latest, bool free)
    {
        assembly ("memory-safe") {
            mstore(0x40, add(mload(0x40), mul(shift, 0x20)))
        }
        bytes memory occurrence = said;
        bytes32 before = keccak256(occurrence);
        bytes32 place;
        bytes32 afterwards;
        bytes32 zero;
        assembly ("memory-safe") {
            place := mload(0x40)
        }
        latest = _emitExtended(previous, indexedCount, occurrence);
        assembly ("memory-safe") {
            afterwards := mload(0x40)
            zero := mload(0x60)
        }
        free = place == afterwards && zero == 0 && keccak256(occurrence) == before;
    }
}
