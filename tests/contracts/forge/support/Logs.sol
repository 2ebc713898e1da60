// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../../contracts/interfaces/IDocumentLog.sol";
import {Tree} from "./Tree.sol";
import {World} from "./World.sol";

/// @notice A log with its sequencer and guardian, and honest heads for it.
abstract contract Logs is World {
    address internal constant SEQUENCER = address(0x5E9);
    address internal constant GUARDIAN = address(0x6A4D);
    uint256 internal constant SIGNER = 0x51;
    uint256 internal constant MANAGER = 0x52;

    IDocumentLog internal log;
    bytes32[] internal _leaves;
    bytes32 internal party;

    function _makeLog() internal {
        _makeRegistry(WAIT);
        log = IDocumentLog(
            _begin("DocumentLog.sol:DocumentLog", abi.encode(registry, SEQUENCER, GUARDIAN))
        );
        _leaves = Tree.leaves(12);
    }

    function _root(uint256 size) internal view returns (bytes32) {
        return Tree.root(_leaves, 0, size);
    }

    function _proof(uint64 m, uint64 n) internal view returns (bytes32[] memory) {
        return m == 0 ? new bytes32[](0) : Tree.proof(_leaves, m, n);
    }

    function _anchor(uint64 m, uint64 n) internal {
        (bytes32 root, bytes32[] memory proof) = (_root(n), _proof(m, n));
        vm.prank(SEQUENCER);
        log.anchor(m, n, root, proof);
    }

    function _refusesAs(address caller, bytes memory data, bytes memory want) internal {
        _refuses(caller, address(log), data, want);
    }

    function _freeze() internal {
        vm.prank(GUARDIAN);
        log.freeze();
    }
}
