// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../contracts/interfaces/IDocumentLog.sol";
import {Logs} from "./support/Logs.sol";
import {Tree} from "./support/Tree.sol";

/// @notice What a wrong size on an honest proof does, RFC 9162's own limit: a root does not commit to its size.
/// It makes a log useless and lets nothing in; and the guardian has the way out.
contract DocumentLogSizeTest is Logs {
    /// @dev The log has four leaves; the tree of seven is anchored as one of eight.
    uint64 private constant _TRUE = 7;
    uint64 private constant _CLAIMED = 8;

    function setUp() external {
        _makeLog();
        _anchor(0, 4);
        _anchorAs(4, _TRUE, _CLAIMED);
    }

    function test_anchor_whenTheSizeIsWrongOnAnHonestProof_thenRfc9162LetsItPass() external view {
        _same("the size", log.size(), _CLAIMED);
        _same("the root", log.root(), _root(_TRUE));
    }

    function test_anchor_whenTheSizeWasWrong_thenNoHonestHeadContinuesIt() external {
        for (uint64 size = _CLAIMED + 1; size <= 12; ++size) {
            bytes32 root = _root(size);
            bytes memory refusal = abi.encodeWithSelector(
                IDocumentLog.DocumentLog_NotAppendOnly.selector, _CLAIMED, size, root
            );
            bytes32[] memory proof = _proof(_TRUE, size);
            _refusesAs(SEQUENCER, _call(size, root, proof), refusal);
            _refusesAs(SEQUENCER, _call(size, root, _proof(_CLAIMED, size)), refusal);
        }
    }

    function test_verifyInclusion_whenTheSizeWasWrong_thenNoForeignLeafIsIn() external view {
        bytes32 foreign = sha256("a leaf that is not there");
        bytes32 root = _root(_TRUE);
        for (uint64 index = 0; index < _CLAIMED; ++index) {
            for (uint64 other = 0; other < _TRUE; ++other) {
                bytes32[] memory path = Tree.path(_leaves, other, _TRUE);
                _no("a foreign leaf", log.verifyInclusion(foreign, index, root, path));
            }
        }
    }

    function test_freeze_whenTheSizeWasWrong_thenASuccessorGoesOnWithTheHonestTree() external {
        _freeze();
        IDocumentLog next = IDocumentLog(
            _begin("DocumentLog.sol:DocumentLog", abi.encode(registry, SEQUENCER, GUARDIAN))
        );
        vm.prank(GUARDIAN);
        log.nameSuccessor(address(next));
        _same("the successor", log.successor(), address(next));
        _same("what was anchored before", log.record(_root(4)).size, 4);

        log = next;
        _anchor(0, _TRUE);
        _anchor(_TRUE, 12);
        _same("the size", next.size(), 12);
        for (uint64 index = 0; index < 12; ++index) {
            bytes32[] memory path = Tree.path(_leaves, index, 12);
            _yes("an honest leaf", next.verifyInclusion(_leaves[index], index, _root(12), path));
        }
    }

    /// @notice Anchors an honest tree under a size that need not be its own.
    function _anchorAs(uint64 before, uint64 size, uint64 claimed) private {
        bytes32 root = _root(size);
        bytes32[] memory proof = _proof(before, size);
        vm.prank(SEQUENCER);
        log.anchor(before, claimed, root, proof);
    }

    function _call(uint64 size, bytes32 root, bytes32[] memory proof) private pure returns (bytes memory) {
        return abi.encodeCall(IDocumentLog.anchor, (_CLAIMED, size, root, proof));
    }
}
