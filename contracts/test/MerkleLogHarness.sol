// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleLog} from "../libraries/MerkleLog.sol";

/// @title MerkleLogHarness
/// @author The maintainers of Corridor Ledger
/// @notice Opens {MerkleLog} to tests, many vectors per call. Never deployed elsewhere.
contract MerkleLogHarness {
    /// @notice A question about inclusion.
    struct Inclusion {
        bytes32 leaf;
        uint64 index;
        uint64 size;
        bytes32 root;
        bytes32[] path;
    }

    /// @notice A question about consistency.
    struct Consistency {
        uint64 oldSize;
        uint64 newSize;
        bytes32 oldRoot;
        bytes32 newRoot;
        bytes32[] proof;
    }

    /// @notice Answers questions about inclusion.
    /// @param cases The questions.
    /// @return answers One answer per question.
    function includes(Inclusion[] calldata cases) external view returns (bool[] memory answers) {
        answers = new bool[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            Inclusion calldata c = cases[i];
            answers[i] = MerkleLog.includes(c.leaf, c.index, c.size, c.root, c.path);
        }
    }

    /// @notice Answers questions about consistency.
    /// @param cases The questions.
    /// @return answers One answer per question.
    function extends(Consistency[] calldata cases) external view returns (bool[] memory answers) {
        answers = new bool[](cases.length);
        for (uint256 i = 0; i < cases.length; ++i) {
            Consistency calldata c = cases[i];
            answers[i] = MerkleLog.extends(c.oldSize, c.newSize, c.oldRoot, c.newRoot, c.proof);
        }
    }

    /// @notice Hashes entries into leaves.
    /// @param entries The entries.
    /// @return leaves One hash per entry.
    function leafHashes(bytes[] calldata entries) external pure returns (bytes32[] memory leaves) {
        leaves = new bytes32[](entries.length);
        for (uint256 i = 0; i < entries.length; ++i) {
            leaves[i] = MerkleLog.leafHash(entries[i]);
        }
    }
}
