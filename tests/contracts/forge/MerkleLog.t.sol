// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {MerkleLogHarness} from "../../../contracts/test/MerkleLogHarness.sol";
import {Checks} from "./support/Checks.sol";
import {Tree} from "./support/Tree.sol";

/// @notice MerkleLog: leaves, inclusion, and its answers to everything that is not an honest path.
contract MerkleLogTest is Checks {
    uint64 private constant MOST = 18;

    MerkleLogHarness private harness;

    function setUp() external {
        harness = MerkleLogHarness(_begin("MerkleLogHarness.sol:MerkleLogHarness", ""));
    }

    function _includes(bytes32 leaf, uint64 index, uint64 size, bytes32 root, bytes32[] memory path)
        private
        view
        returns (bool)
    {
        MerkleLogHarness.Inclusion[] memory cases = new MerkleLogHarness.Inclusion[](1);
        cases[0] = MerkleLogHarness.Inclusion(leaf, index, size, root, path);
        return harness.includes(cases)[0];
    }

    function test_leafHash_whenEntryIsEmptyOrLong_thenItIsTheHashOfZeroAndTheEntry() external view {
        bytes[] memory entries = new bytes[](2);
        entries[1] = "an entry that is longer than one word of thirty-two bytes";
        bytes32[] memory hashes = harness.leafHashes(entries);
        _same(
            "RFC 9162's empty leaf",
            hashes[0],
            0x6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d
        );
        _same("a leaf", hashes[1], sha256(bytes.concat(hex"00", entries[1])));
    }

    function test_includes_whenPathIsHonest_thenYesForEveryLeafOfEverySize() external view {
        bytes32[] memory all = Tree.leaves(MOST);
        for (uint64 size = 1; size <= MOST; ++size) {
            bytes32 root = Tree.root(all, 0, size);
            for (uint64 index = 0; index < size; ++index) {
                _yes("honest", _includes(all[index], index, size, root, Tree.path(all, index, size)));
            }
        }
    }

    /// @dev Their number decides where memory is free, and so where hashes are made.
    function test_includes_whenSeveralAreAsked_thenYesForEach() external view {
        bytes32[] memory all = Tree.leaves(MOST);
        bytes32 root = Tree.root(all);
        for (uint256 count = 1; count <= 4; ++count) {
            MerkleLogHarness.Inclusion[] memory cases = new MerkleLogHarness.Inclusion[](count);
            for (uint64 i = 0; i < count; ++i) {
                cases[i] = MerkleLogHarness.Inclusion(all[i], i, MOST, root, Tree.path(all, i, MOST));
            }
            bool[] memory answers = harness.includes(cases);
            for (uint256 i = 0; i < count; ++i) _yes("honest", answers[i]);
        }
    }

    function test_includes_whenLeafRootOrOneHashIsAnother_thenNo() external view {
        bytes32[] memory all = Tree.leaves(MOST);
        for (uint64 size = 1; size <= MOST; ++size) {
            bytes32 root = Tree.root(all, 0, size);
            for (uint64 index = 0; index < size; ++index) {
                bytes32[] memory path = Tree.path(all, index, size);
                _no("leaf", _includes(all[index] ^ bytes32(uint256(1)), index, size, root, path));
                _no("root", _includes(all[index], index, size, root ^ bytes32(uint256(1)), path));
                for (uint256 i = 0; i < path.length; ++i) {
                    _no("fewer", _includes(all[index], index, size, root, Tree.without(path, i)));
                    path[i] ^= bytes32(uint256(1));
                    _no("hash", _includes(all[index], index, size, root, path));
                    path[i] ^= bytes32(uint256(1));
                }
                _no("more", _includes(all[index], index, size, root, Tree.with(path, root)));
            }
        }
    }

    function test_includes_whenIndexIsAnother_thenNo() external view {
        bytes32[] memory all = Tree.leaves(MOST);
        for (uint64 size = 1; size <= MOST; ++size) {
            bytes32 root = Tree.root(all, 0, size);
            for (uint64 index = 0; index < size; ++index) {
                bytes32[] memory path = Tree.path(all, index, size);
                for (uint64 other = 0; other <= size + 1; ++other) {
                    if (other == index) continue;
                    _no("index", _includes(all[index], other, size, root, path));
                }
            }
        }
    }

    function test_includes_whenIndexIsNotBelowSize_thenNo() external view {
        bytes32 leaf = Tree.leaves(1)[0];
        bytes32[] memory none = new bytes32[](0);
        _no("nothing in the empty tree", _includes(leaf, 0, 0, leaf, none));
        _no("index one of one", _includes(leaf, 1, 1, leaf, none));
        _no("index two of one", _includes(leaf, 2, 1, leaf, none));
        _yes("index none of one", _includes(leaf, 0, 1, leaf, none));
    }

    /// @dev What is forged here hashes to the root given; only the number of levels tells.
    function test_includes_whenPathGoesBeyondTheTop_thenNo() external view {
        bytes32[] memory all = Tree.leaves(3);
        bytes32 extra = keccak256("extra");
        for (uint64 index = 0; index < 3; ++index) {
            bytes32[] memory longer = Tree.with(Tree.path(all, index, 3), extra);
            _no("above", _includes(all[index], index, 3, Tree.node(extra, Tree.root(all)), longer));
            _no("beside", _includes(all[index], index, 3, Tree.node(Tree.root(all), extra), longer));
        }
    }

    function test_includes_whenPathEndsBelowTheTop_thenNo() external view {
        bytes32[] memory all = Tree.leaves(8);
        bytes32[] memory short = new bytes32[](1);
        short[0] = all[1];
        _no("below", _includes(all[0], 0, 8, Tree.node(all[0], all[1]), short));
        _no("at the leaf", _includes(all[0], 0, 8, all[0], new bytes32[](0)));
        short[0] = all[6];
        _no("right", _includes(all[7], 7, 8, Tree.node(all[6], all[7]), short));
    }

    function test_node_whenThePrecompileFailsOrAnswersLittle_thenItReverts() external {
        bytes32[] memory all = Tree.leaves(2);
        MerkleLogHarness.Inclusion[] memory cases = new MerkleLogHarness.Inclusion[](1);
        cases[0] =
            MerkleLogHarness.Inclusion(all[0], 0, 2, Tree.root(all), Tree.path(all, 0, 2));
        bytes memory data = abi.encodeCall(MerkleLogHarness.includes, (cases));
        vm.mockCallRevert(address(2), "", "");
        _refuses(address(this), address(harness), data, "");
        vm.clearMockedCalls();
        vm.mockCall(address(2), "", hex"01");
        _refuses(address(this), address(harness), data, "");
        vm.clearMockedCalls();
        vm.mockCallRevert(address(2), "", abi.encode(Tree.root(all)));
        _refuses(address(this), address(harness), data, "");
        vm.clearMockedCalls();
        _yes("honest again", harness.includes(cases)[0]);
    }
}
