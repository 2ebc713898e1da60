// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../../contracts/interfaces/IDocumentLog.sol";
import {IPartyRegistry} from "../../../../contracts/interfaces/IPartyRegistry.sol";
import {ITitleRegistry} from "../../../../contracts/interfaces/ITitleRegistry.sol";
import {Vm} from "../support/Vm.sol";

/// @notice Running heads, from the logs that a node would give.
library Heads {
    /// @notice Returns a running head with one more event.
    /// @param head The head before.
    /// @param log The event.
    /// @param number The number of its block.
    /// @param time The time of its block.
    /// @return The head afterwards.
    function extended(bytes32 head, Vm.Log memory log, uint64 number, uint64 time)
        internal
        pure
        returns (bytes32)
    {
        return keccak256(abi.encode(head, number, time, keccak256(occurrence(log))));
    }

    /// @notice Returns an event as running heads take it: topic, then all arguments as declared.
    /// @param log The event.
    /// @return Its bytes.
    function occurrence(Vm.Log memory log) internal pure returns (bytes memory) {
        bytes32 topic = log.topics[0];
        if (topic == IPartyRegistry.PartyRegistered.selector) {
            (uint64 serial, string memory name, bytes2 country, string memory kind) =
                abi.decode(log.data, (uint64, string, bytes2, string));
            return abi.encode(topic, log.topics[1], serial, name, country, kind);
        }
        if (topic == IDocumentLog.Requested.selector) {
            bytes memory statement = abi.decode(log.data, (bytes));
            return abi.encode(topic, log.topics[1], log.topics[2], log.topics[3], statement);
        }
        if (topic == ITitleRegistry.TitlesReissued.selector) {
            (bytes32[] memory titles, bytes32[] memory parts, bytes32 remark, address key) =
                abi.decode(log.data, (bytes32[], bytes32[], bytes32, address));
            return abi.encode(topic, log.topics[1], titles, parts, remark, key);
        }
        // No argument without a fixed size, and the indexed ones are declared first.
        return bytes.concat(abi.encodePacked(log.topics), log.data);
    }
}
