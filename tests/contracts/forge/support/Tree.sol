// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice RFC 9162's definitions, recursively as they are written there: the other side of {MerkleLog}.
library Tree {
    function leaves(uint256 count) internal pure returns (bytes32[] memory all) {
        all = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            all[i] = sha256(abi.encodePacked(uint8(0), uint64(i)));
        }
    }

    function node(bytes32 left, bytes32 right) internal pure returns (bytes32) {
        return sha256(abi.encodePacked(uint8(1), left, right));
    }

    /// @notice Section 2.1.1, of the leaves from `start` up to and without `end`.
    function root(bytes32[] memory all, uint256 start, uint256 end) internal pure returns (bytes32) {
        if (end - start == 1) return all[start];
        uint256 middle = start + split(end - start);
        return node(root(all, start, middle), root(all, middle, end));
    }

    function root(bytes32[] memory all) internal pure returns (bytes32) {
        return root(all, 0, all.length);
    }

    /// @notice Section 2.1.3.1: the inclusion path of one leaf among the first `size`.
    function path(bytes32[] memory all, uint256 index, uint256 size)
        internal
        pure
        returns (bytes32[] memory)
    {
        return _path(all, index, 0, size);
    }

    /// @notice Section 2.1.4.1: the consistency proof between the first `m` and the first `n` leaves.
    function proof(bytes32[] memory all, uint256 m, uint256 n) internal pure returns (bytes32[] memory) {
        return _subproof(all, m, 0, n, true);
    }

    /// @notice The largest power of two below a number.
    function split(uint256 count) internal pure returns (uint256 k) {
        k = 1;
        while (2 * k < count) k *= 2;
    }

    function with(bytes32[] memory list, bytes32 last) internal pure returns (bytes32[] memory longer) {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < list.length; ++i) longer[i] = list[i];
        longer[list.length] = last;
    }

    function without(bytes32[] memory list, uint256 place) internal pure returns (bytes32[] memory shorter) {
        shorter = new bytes32[](list.length - 1);
        for (uint256 i = 0; i < shorter.length; ++i) shorter[i] = list[i < place ? i : i + 1];
    }

    function _path(bytes32[] memory all, uint256 index, uint256 start, uint256 end)
        private
        pure
        returns (bytes32[] memory)
    {
        if (end - start == 1) return new bytes32[](0);
        uint256 middle = start + split(end - start);
        if (index < middle) return with(_path(all, index, start, middle), root(all, middle, end));
        return with(_path(all, index, middle, end), root(all, start, middle));
    }

    function _subproof(bytes32[] memory all, uint256 m, uint256 start, uint256 end, bool known)
        private
        pure
        returns (bytes32[] memory)
    {
        if (m == end) {
            if (known) return new bytes32[](0);
            return with(new bytes32[](0), root(all, start, end));
        }
        uint256 middle = start + split(end - start);
        if (m <= middle) return with(_subproof(all, m, start, middle, known), root(all, middle, end));
        return with(_subproof(all, m, middle, end, false), root(all, start, middle));
    }
}
