// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title MerkleLog
/// @author The maintainers of Corridor Ledger
/// @notice Verifies inclusion and consistency in RFC 9162 Merkle trees over SHA-256.
/// @dev `leaf(x) = H(0x00 || x)`, `node(l, r) = H(0x01 || l || r)`, split at the largest power of two
/// below n. Left and right follow from index and sizes alone, never from a proof. A root does not
/// commit to its size: a size may only come from the same trusted place as its root.
library MerkleLog {
    /// @notice Hashes an entry into a leaf.
    /// @param entry The bytes of the entry.
    /// @return The leaf's hash.
    function leafHash(bytes memory entry) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(bytes1(0x00), entry));
    }

    /// @notice Tells whether `leaf` is number `index` among the `size` leaves under `root`.
    /// @dev RFC 9162 section 2.1.3.2.
    /// @param leaf The leaf's hash.
    /// @param index Its number, from zero.
    /// @param size The number of leaves under `root`.
    /// @param root The root.
    /// @param path The hashes of the siblings, from the leaf upwards.
    /// @return Whether the path leads to the root.
    function includes(bytes32 leaf, uint64 index, uint64 size, bytes32 root, bytes32[] calldata path)
        internal
        view
        returns (bool)
    {
        if (index >= size) return false;
        uint256 fn = index;
        uint256 sn = size - 1;
        bytes32 climbed = leaf;
        for (uint256 i = 0; i < path.length; ++i) {
            if (sn == 0) return false;
            if (fn & 1 == 1 || fn == sn) {
                climbed = _node(path[i], climbed);
                uint256 skipped = _levelsToLeftTurn(fn);
                (fn, sn) = (fn >> skipped, sn >> skipped);
            } else {
                climbed = _node(climbed, path[i]);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        return sn == 0 && climbed == root;
    }

    /// @notice Tells whether the tree under `newRoot` begins with the leaves of the one under `oldRoot`.
    /// @dev RFC 9162 section 2.1.4.2. The empty tree is refused: everything begins with nothing.
    /// @param oldSize The number of leaves under `oldRoot`.
    /// @param newSize The number of leaves under `newRoot`.
    /// @param oldRoot The old root.
    /// @param newRoot The new root.
    /// @param proof The consistency proof; empty iff the sizes are equal.
    /// @return Whether the proof shows it.
    function extends(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) internal view returns (bool) {
        if (oldSize == 0 || oldSize > newSize) return false;
        if (oldSize == newSize) return proof.length == 0 && oldRoot == newRoot;
        if (proof.length == 0) return false;
        // (1) Skip the levels at which the old tree is a complete left subtree.
        uint256 skipped = _trailingOnes(oldSize - 1);
        uint256 fn = uint256(oldSize - 1) >> skipped;
        uint256 sn = uint256(newSize - 1) >> skipped;
        // (2) A complete old tree (a power of two) is its own first hash.
        bool complete = oldSize & (oldSize - 1) == 0;
        bytes32 seed = complete ? oldRoot : proof[0];
        // (3) Climb towards both roots at once.
        (bytes32 fr, bytes32 sr, bool whole) = _climb(fn, sn, seed, proof[complete ? 0 : 1:]);
        return whole && fr == oldRoot && sr == newRoot;
    }

    /// @notice Climbs from `seed` to the old and to the new root.
    /// @param fn The path's position in the old tree.
    /// @param sn The path's position in the new tree.
    /// @param seed The hash both climbs begin with.
    /// @param path The hashes met on the way.
    /// @return fr The old root reached.
    /// @return sr The new root reached.
    /// @return whole Whether the path ends exactly at the top.
    function _climb(uint256 fn, uint256 sn, bytes32 seed, bytes32[] calldata path)
        private
        view
        returns (bytes32 fr, bytes32 sr, bool whole)
    {
        (fr, sr) = (seed, seed);
        for (uint256 i = 0; i < path.length; ++i) {
            if (sn == 0) return (fr, sr, false);
            bytes32 sibling = path[i];
            if (fn & 1 == 1 || fn == sn) {
                fr = _node(sibling, fr);
                sr = _node(sibling, sr);
                uint256 skipped = _levelsToLeftTurn(fn);
                (fn, sn) = (fn >> skipped, sn >> skipped);
            } else {
                sr = _node(sr, sibling);
            }
            (fn, sn) = (fn >> 1, sn >> 1);
        }
        whole = sn == 0;
    }

    /// @notice Counts the levels below the next right child, or below the top.
    /// @param fn A position in a tree.
    /// @return levels The number of trailing zero bits of `fn`; zero for zero.
    function _levelsToLeftTurn(uint256 fn) private pure returns (uint256 levels) {
        while (fn != 0 && fn & 1 == 0) {
            fn >>= 1;
            ++levels;
        }
    }

    /// @notice Counts trailing one bits.
    /// @param fn A position in a tree.
    /// @return levels The number of trailing one bits of `fn`.
    function _trailingOnes(uint256 fn) private pure returns (uint256 levels) {
        while (fn & 1 == 1) {
            fn >>= 1;
            ++levels;
        }
    }

    /// @notice Hashes two children into their parent with the SHA-256 precompile.
    /// @dev Writes the 65 bytes behind the free memory pointer and leaves the pointer alone: a proof of
    /// any length uses the same 65 bytes. A call that fails or answers nothing can only revert.
    /// @param left The left child.
    /// @param right The right child.
    /// @return parent `H(0x01 || left || right)`.
    function _node(bytes32 left, bytes32 right) private view returns (bytes32 parent) {
        assembly ("memory-safe") {
            let input := mload(0x40)
            mstore8(input, 1)
            mstore(add(input, 1), left)
            mstore(add(input, 33), right)
            let answered := staticcall(gas(), 2, input, 65, 0, 32)
            if iszero(and(answered, eq(returndatasize(), 32))) { revert(0, 0) }
            parent := mload(0)
        }
    }
}
