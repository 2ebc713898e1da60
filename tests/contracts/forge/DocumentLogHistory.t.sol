// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../contracts/interfaces/IDocumentLog.sol";
import {Logs} from "./support/Logs.sol";
import {Tree} from "./support/Tree.sol";

/// @notice A log takes no head that is not an extension of its own history: each kind of lie about the past at
/// each place, with the proof of the other history and with the honest one, on logs of several sizes.
contract DocumentLogHistoryTest is Logs {
    uint64 private constant _GROWN = 12;
    bytes32 private constant _FOREIGN = bytes32("a leaf that is not there");

    function setUp() external {
        _makeLog();
    }

    function test_anchor_whenTheHeadIsForged_thenRefused() external {
        for (uint64 size = _next(0); size != 0; size = _next(size)) {
            for (uint64 grown = size + 1; grown <= _GROWN; ++grown) {
                _refusesHead(size, grown, _FOREIGN, _proof(size, grown));
            }
        }
    }

    function test_anchor_whenALeafIsPrependedOrInserted_thenRefused() external {
        for (uint64 size = _next(0); size != 0; size = _next(size)) {
            for (uint256 place = 0; place < size; ++place) {
                _refusesHistory(size, _with(_leaves, place, _FOREIGN));
            }
        }
    }

    function test_anchor_whenALeafIsRemovedOrAltered_thenRefused() external {
        for (uint64 size = _next(0); size != 0; size = _next(size)) {
            for (uint256 place = 0; place < size; ++place) {
                _refusesHistory(size, Tree.without(_leaves, place));
                bytes32[] memory altered = _leaves;
                altered[place] = _FOREIGN;
                _refusesHistory(size, altered);
            }
        }
    }

    function test_anchor_whenLeavesAreReordered_thenRefused() external {
        for (uint64 size = _next(0); size != 0; size = _next(size)) {
            for (uint256 place = 0; place < size; ++place) {
                for (uint256 other = place + 1; other < _GROWN; ++other) {
                    _refusesHistory(size, _swapped(_leaves, place, other));
                }
            }
        }
    }

    function test_anchor_whenTheHistoryIsTruncated_thenRefused() external {
        bytes4 bad = IDocumentLog.DocumentLog_BadSize.selector;
        for (uint64 size = _next(0); size != 0; size = _next(size)) {
            for (uint64 less = 1; less < size; ++less) {
                bytes memory data =
                    abi.encodeCall(IDocumentLog.anchor, (size, less, _root(less), _proof(less, size)));
                _refusesAs(SEQUENCER, data, abi.encodeWithSelector(bad, size, less));
            }
        }
    }

    function test_anchor_whenATruncatedHistoryIsCalledLonger_thenRefused() external {
        bytes4 anchored = IDocumentLog.DocumentLog_RootAnchored.selector;
        for (uint64 size = _next(0); size != 0; size = _next(size)) {
            for (uint64 less = 1; less < size; ++less) {
                bytes32 root = _root(less);
                bytes32[] memory proof = _proof(less, size);
                if (log.record(root).size == 0) {
                    _refusesHead(size, size + 1, root, proof);
                    continue;
                }
                bytes memory data = abi.encodeCall(IDocumentLog.anchor, (size, size + 1, root, proof));
                _refusesAs(SEQUENCER, data, abi.encodeWithSelector(anchored, root, less));
            }
        }
    }

    function test_anchor_whenAHashOfTheProofIsDroppedOrAdded_thenRefused() external {
        for (uint64 size = _next(0); size != 0; size = _next(size)) {
            for (uint64 grown = size + 1; grown <= _GROWN; ++grown) {
                bytes32[] memory proof = _proof(size, grown);
                for (uint256 i = 0; i < proof.length; ++i) {
                    _refusesHead(size, grown, _root(grown), Tree.without(proof, i));
                    _refusesHead(size, grown, _root(grown), _with(proof, i, proof[i]));
                }
                for (uint256 i = 0; i <= proof.length; ++i) {
                    _refusesHead(size, grown, _root(grown), _with(proof, i, _FOREIGN));
                }
            }
        }
    }

    function test_anchor_whenHashesOfTheProofAreSwapped_thenRefused() external {
        for (uint64 size = _next(0); size != 0; size = _next(size)) {
            for (uint64 grown = size + 1; grown <= _GROWN; ++grown) {
                bytes32[] memory proof = _proof(size, grown);
                for (uint256 i = 0; i < proof.length; ++i) {
                    for (uint256 j = i + 1; j < proof.length; ++j) {
                        _refusesHead(size, grown, _root(grown), _swapped(proof, i, j));
                    }
                }
            }
        }
    }

    /// @notice Grows the log to the next size of one, a power of two, one more, and odd; zero when it is done.
    function _next(uint64 size) private returns (uint64 grown) {
        if (size == 7) return 0;
        grown = size == 0 ? 1 : size == 1 ? 4 : size == 4 ? 5 : 7;
        _anchor(size, grown);
    }

    /// @notice Asks that another history is refused, with its own proof and with the honest one.
    function _refusesHistory(uint64 size, bytes32[] memory other) private {
        uint64 grown = uint64(other.length);
        bytes32 root = Tree.root(other);
        _refusesHead(size, grown, root, Tree.proof(other, size, grown));
        _refusesHead(size, grown, root, _proof(size, grown < _GROWN ? grown : _GROWN));
    }

    function _refusesHead(uint64 size, uint64 grown, bytes32 root, bytes32[] memory proof) private {
        bytes memory data = abi.encodeCall(IDocumentLog.anchor, (size, grown, root, proof));
        bytes4 other = IDocumentLog.DocumentLog_NotAppendOnly.selector;
        _refusesAs(SEQUENCER, data, abi.encodeWithSelector(other, size, grown, root));
    }

    function _with(bytes32[] memory list, uint256 place, bytes32 value)
        private
        pure
        returns (bytes32[] memory longer)
    {
        longer = new bytes32[](list.length + 1);
        for (uint256 i = 0; i < longer.length; ++i) {
            longer[i] = i == place ? value : list[i < place ? i : i - 1];
        }
    }

    function _swapped(bytes32[] memory list, uint256 first, uint256 second)
        private
        pure
        returns (bytes32[] memory other)
    {
        other = new bytes32[](list.length);
        for (uint256 i = 0; i < list.length; ++i) {
            other[i] = list[i == first ? second : i == second ? first : i];
        }
    }
}
