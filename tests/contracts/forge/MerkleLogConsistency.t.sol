// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleLogHarness} from "../../../contracts/test/MerkleLogHarness.sol";
import {Checks} from "./support/Checks.sol";
import {Tree} from "./support/Tree.sol";

/// @notice MerkleLog: consistency of two trees, and its answers to everything that is not an honest proof.
contract MerkleLogConsistencyTest is Checks {
    uint64 private constant MOST = 17;

    MerkleLogHarness private harness;

    function setUp() external {
        harness = MerkleLogHarness(_begin("MerkleLogHarness.sol:MerkleLogHarness", ""));
    }

    function _extends(uint64 m, uint64 n, bytes32 oldRoot, bytes32 newRoot, bytes32[] memory proof)
        private
        view
        returns (bool)
    {
        MerkleLogHarness.Consistency[] memory cases = new MerkleLogHarness.Consistency[](1);
        cases[0] = MerkleLogHarness.Consistency(m, n, oldRoot, newRoot, proof);
        return harness.extends(cases)[0];
    }

    function test_extends_whenProofIsHonest_thenYesForEveryPairOfSizes() external view {
        bytes32[] memory all = Tree.leaves(MOST);
        for (uint64 n = 2; n <= MOST; ++n) {
            bytes32 newRoot = Tree.root(all, 0, n);
            for (uint64 m = 1; m < n; ++m) {
                bytes32[] memory proof = Tree.proof(all, m, n);
                _yes("honest", _extends(m, n, Tree.root(all, 0, m), newRoot, proof));
            }
        }
    }

    function test_extends_whenARootOrOneHashIsAnother_thenNo() external view {
        bytes32[] memory all = Tree.leaves(MOST);
        bytes32 bit = bytes32(uint256(1));
        for (uint64 n = 2; n <= MOST; n += 3) {
            bytes32 newRoot = Tree.root(all, 0, n);
            for (uint64 m = 1; m < n; ++m) {
                bytes32 oldRoot = Tree.root(all, 0, m);
                bytes32[] memory proof = Tree.proof(all, m, n);
                _no("old root", _extends(m, n, oldRoot ^ bit, newRoot, proof));
                _no("new root", _extends(m, n, oldRoot, newRoot ^ bit, proof));
                _no("more", _extends(m, n, oldRoot, newRoot, Tree.with(proof, newRoot)));
                for (uint256 i = 0; i < proof.length; ++i) {
                    _no("fewer", _extends(m, n, oldRoot, newRoot, Tree.without(proof, i)));
                    proof[i] ^= bit;
                    _no("hash", _extends(m, n, oldRoot, newRoot, proof));
                    proof[i] ^= bit;
                }
            }
        }
    }

    function test_extends_whenOldTreeIsEmpty_thenNo() external view {
        bytes32[] memory none = new bytes32[](0);
        bytes32 leaf = Tree.leaves(1)[0];
        _no("to nothing", _extends(0, 0, bytes32(0), bytes32(0), none));
        _no("to one", _extends(0, 1, bytes32(0), leaf, none));
        _no("to one, with a proof", _extends(0, 1, leaf, leaf, Tree.with(none, leaf)));
    }

    function test_extends_whenItShrinks_thenNo() external view {
        bytes32[] memory all = Tree.leaves(9);
        for (uint64 m = 2; m <= 9; ++m) {
            for (uint64 n = 1; n < m; ++n) {
                (bytes32 big, bytes32 small) = (Tree.root(all, 0, m), Tree.root(all, 0, n));
                _no("turned round", _extends(m, n, big, small, Tree.proof(all, n, m)));
                _no("without a proof", _extends(m, n, big, big, new bytes32[](0)));
            }
        }
    }

    function test_extends_whenSizesAreEqual_thenRootsMustBeAndProofEmpty() external view {
        bytes32[] memory all = Tree.leaves(5);
        bytes32 root = Tree.root(all);
        bytes32[] memory none = new bytes32[](0);
        _yes("the same", _extends(5, 5, root, root, none));
        _no("the next root", _extends(5, 5, root, bytes32(uint256(root) + 1), none));
        _no("the one before", _extends(5, 5, root, bytes32(uint256(root) - 1), none));
        _no("a proof", _extends(5, 5, root, root, Tree.with(none, root)));
    }

    function test_extends_whenProofIsEmpty_thenNoAndNoRevert() external view {
        bytes32[] memory all = Tree.leaves(7);
        bytes32[] memory none = new bytes32[](0);
        for (uint64 m = 1; m < 7; ++m) {
            bytes32 oldRoot = Tree.root(all, 0, m);
            _no("empty", _extends(m, 7, oldRoot, oldRoot, none));
        }
    }

    /// @dev What is forged here hashes to the roots given; only the number of levels tells.
    function test_extends_whenProofGoesBeyondTheTop_thenNo() external view {
        bytes32[] memory all = Tree.leaves(6);
        bytes32 extra = keccak256("extra");
        bytes32 newRoot = Tree.root(all);
        for (uint64 m = 1; m < 6; ++m) {
            bytes32 oldRoot = Tree.root(all, 0, m);
            bytes32[] memory longer = Tree.with(Tree.proof(all, m, 6), extra);
            bytes32 left = Tree.node(extra, newRoot);
            _no("left", _extends(m, 6, Tree.node(extra, oldRoot), left, longer));
            _no("left, old root as it was", _extends(m, 6, oldRoot, left, longer));
            _no("right", _extends(m, 6, oldRoot, Tree.node(newRoot, extra), longer));
        }
    }

    /// @dev With an old tree that is no power of two, the first hash of the proof is the seed: what comes
    /// after can be forged to fit both roots, one level too many.
    function test_extends_whenBothRootsAreForgedOneLevelTooHigh_thenNo() external view {
        bytes32[] memory all = Tree.leaves(7);
        bytes32 extra = keccak256("extra");
        bytes32[] memory longer = Tree.with(Tree.proof(all, 5, 7), extra);
        bytes32 oldRoot = Tree.node(extra, Tree.root(all, 0, 5));
        _no("both", _extends(5, 7, oldRoot, Tree.node(extra, Tree.root(all)), longer));
    }

    function test_extends_whenProofEndsBelowTheTop_thenNo() external view {
        bytes32[] memory all = Tree.leaves(8);
        bytes32[] memory short = new bytes32[](1);
        short[0] = all[1];
        _no("one level of three", _extends(1, 8, all[0], Tree.node(all[0], all[1]), short));
        short[0] = all[2];
        _no("the seed alone", _extends(3, 8, all[2], all[2], short));
        short = Tree.proof(all, 3, 4);
        _no("for a smaller tree", _extends(3, 8, Tree.root(all, 0, 3), Tree.root(all, 0, 4), short));
    }
}
