// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../contracts/interfaces/IDocumentLog.sol";
import {Logs} from "./support/Logs.sol";
import {Tree} from "./support/Tree.sol";

/// @notice DocumentLog: anchoring heads, and what a head proves.
contract DocumentLogAnchorTest is Logs {
    uint64 private constant LIMIT = 2 ** 53;

    bytes32[] private _none;

    function setUp() external {
        _makeLog();
    }

    function _isAt(uint64 size, bytes32 root) private view {
        _same("the size", log.size(), size);
        _same("the root", log.root(), root);
    }

    function _isRecorded(bytes32 root, IDocumentLog.HeadRecord memory head) private view {
        _same("the record", abi.encode(log.record(root)), abi.encode(head));
    }

    function _refusesAnchor(
        uint64 oldSize,
        uint64 newSize,
        bytes32 root,
        bytes32[] memory proof,
        bytes memory want
    ) private {
        bytes memory data = abi.encodeCall(IDocumentLog.anchor, (oldSize, newSize, root, proof));
        _refusesAs(SEQUENCER, data, want);
    }

    function test_anchor_whenItIsTheFirst_thenItIsRecordedAndSaid() external {
        _isAt(0, 0);
        _wait(7);
        _listen(address(log));
        _anchor(0, 3);
        _heardOnly(
            1, abi.encode(IDocumentLog.Anchored.selector, _root(3), uint64(0), uint64(3), _now())
        );
        _isAt(3, _root(3));
        _isRecorded(_root(3), IDocumentLog.HeadRecord(0, 3, START + 7, 1001));
    }

    function test_anchor_whenItContinues_thenBothAreRecorded() external {
        _anchor(0, 3);
        _wait(5);
        _listen(address(log));
        _anchor(3, 7);
        _heardOnly(
            1, abi.encode(IDocumentLog.Anchored.selector, _root(7), uint64(3), uint64(7), _now())
        );
        _isAt(7, _root(7));
        _isRecorded(_root(3), IDocumentLog.HeadRecord(0, 3, START, 1000));
        _isRecorded(_root(7), IDocumentLog.HeadRecord(3, 7, START + 5, 1001));
        _wait(1);
        _anchor(7, 8);
        _isAt(8, _root(8));
    }

    function test_anchor_whenTheHeadComesAgain_thenNothingHappens() external {
        _anchor(0, 3);
        _wait(9);
        bytes32 root = _root(3);
        _listen(address(log));
        vm.prank(SEQUENCER);
        log.anchor(0, 3, root, _none);
        vm.prank(SEQUENCER);
        log.anchor(77, 3, root, Tree.with(_none, bytes32("whatever")));
        _heardNothing();
        _isRecorded(_root(3), IDocumentLog.HeadRecord(0, 3, START, 1000));
    }

    function test_anchor_whenTheEmptyHeadComesAgain_thenNothingHappens() external {
        _listen(address(log));
        vm.prank(SEQUENCER);
        log.anchor(0, 0, 0, _none);
        _heardNothing();
        _isAt(0, 0);
    }

    function test_anchor_whenCallerIsNotTheSequencer_thenRefused() external {
        address[3] memory others = [GUARDIAN, STRANGER, address(this)];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesAs(
                others[i],
                abi.encodeCall(IDocumentLog.anchor, (0, 3, _root(3), _none)),
                abi.encodeWithSelector(IDocumentLog.DocumentLog_NotSequencer.selector, others[i])
            );
        }
    }

    function test_anchor_whenOldSizeIsNotTheSize_thenRefusedAsStale() external {
        _anchor(0, 3);
        uint64[3] memory wrong = [uint64(0), 2, 4];
        for (uint256 i = 0; i < wrong.length; ++i) {
            bytes memory want = abi.encodeWithSelector(
                IDocumentLog.DocumentLog_Stale.selector, uint64(3), wrong[i]
            );
            _refusesAnchor(wrong[i], 7, _root(7), _proof(3, 7), want);
        }
        _refusesAnchor(
            0,
            4,
            _root(3),
            _none,
            abi.encodeWithSelector(IDocumentLog.DocumentLog_Stale.selector, uint64(3), uint64(0))
        );
    }

    function test_anchor_whenItDoesNotGrow_thenRefused() external {
        _anchor(0, 3);
        bytes4 bad = IDocumentLog.DocumentLog_BadSize.selector;
        _refusesAnchor(3, 3, _root(4), _none, abi.encodeWithSelector(bad, uint64(3), uint64(3)));
        _refusesAnchor(3, 2, _root(2), _none, abi.encodeWithSelector(bad, uint64(3), uint64(2)));
        _refusesAnchor(3, 2, _root(3), _none, abi.encodeWithSelector(bad, uint64(3), uint64(2)));
    }

    function test_anchor_whenAnotherRootComesWithTheSameSize_thenRefused() external {
        _anchor(0, 3);
        bytes memory want = abi.encodeWithSelector(
            IDocumentLog.DocumentLog_BadSize.selector, uint64(3), uint64(3)
        );
        _refusesAnchor(3, 3, bytes32(uint256(_root(3)) + 1), _none, want);
        _refusesAnchor(3, 3, bytes32(uint256(_root(3)) - 1), _none, want);
    }

    /// @dev Seconds have 33 bits from 2106 on.
    function test_anchor_whenTimeAndBlockAreLarge_thenRecordedInFull() external {
        vm.warp(2 ** 33 + 5);
        vm.roll(2 ** 34 + 7);
        _anchor(0, 3);
        _isRecorded(_root(3), IDocumentLog.HeadRecord(0, 3, 2 ** 33 + 5, 2 ** 34 + 7));
    }

    function test_anchor_whenItGrowsToTheLimit_thenRefusedAndOneLessIsNot() external {
        bytes4 bad = IDocumentLog.DocumentLog_BadSize.selector;
        _refusesAnchor(0, LIMIT, _root(1), _none, abi.encodeWithSelector(bad, uint64(0), LIMIT));
        _refusesAnchor(
            0, LIMIT + 1, _root(1), _none, abi.encodeWithSelector(bad, uint64(0), LIMIT + 1)
        );
        vm.prank(SEQUENCER);
        log.anchor(0, LIMIT - 1, _root(1), _none);
        _isAt(LIMIT - 1, _root(1));
    }

    function test_anchor_whenRootWasAnchored_thenRefused() external {
        _anchor(0, 3);
        _anchor(3, 7);
        bytes4 anchored = IDocumentLog.DocumentLog_RootAnchored.selector;
        _refusesAnchor(
            7, 8, _root(3), _proof(7, 8), abi.encodeWithSelector(anchored, _root(3), uint64(3))
        );
        _refusesAnchor(
            7, 8, _root(7), _proof(7, 8), abi.encodeWithSelector(anchored, _root(7), uint64(7))
        );
    }

    function test_anchor_whenProofDoesNotShowIt_thenRefused() external {
        _anchor(0, 3);
        bytes memory want = abi.encodeWithSelector(
            IDocumentLog.DocumentLog_NotAppendOnly.selector, uint64(3), uint64(7), _root(7)
        );
        _refusesAnchor(3, 7, _root(7), _none, want);
        _refusesAnchor(3, 7, _root(7), _proof(3, 8), want);
        _refusesAnchor(3, 7, _root(7), Tree.with(_proof(3, 7), 0), want);
        _refusesAnchor(3, 7, _root(7), Tree.without(_proof(3, 7), 0), want);
        _refusesAnchor(
            3,
            8,
            bytes32("forged"),
            _proof(3, 8),
            abi.encodeWithSelector(
                IDocumentLog.DocumentLog_NotAppendOnly.selector,
                uint64(3),
                uint64(8),
                bytes32("forged")
            )
        );
    }

    function test_anchor_whenTheFirstHasAProof_thenRefused() external {
        _refusesAnchor(
            0,
            3,
            _root(3),
            Tree.with(_none, _root(3)),
            abi.encodeWithSelector(
                IDocumentLog.DocumentLog_NotAppendOnly.selector, uint64(0), uint64(3), _root(3)
            )
        );
    }

    function test_anchor_whenFrozen_thenRefusedEvenTheSameHead() external {
        _anchor(0, 3);
        _freeze();
        bytes memory want = abi.encodeWithSelector(IDocumentLog.DocumentLog_Frozen.selector);
        _refusesAnchor(0, 3, _root(3), _none, want);
        _refusesAnchor(3, 7, _root(7), _proof(3, 7), want);
    }

    function test_verifyInclusion_whenRootIsAnchored_thenItTells() external {
        _anchor(0, 3);
        _anchor(3, 7);
        for (uint64 index = 0; index < 7; ++index) {
            bytes32[] memory path = Tree.path(_leaves, index, 7);
            _yes("in", log.verifyInclusion(_leaves[index], index, _root(7), path));
            _no("another", log.verifyInclusion(_leaves[index + 1], index, _root(7), path));
            _no("no head", log.verifyInclusion(_leaves[index], index, _root(6), path));
        }
        _yes("in", log.verifyInclusion(_leaves[2], 2, _root(3), Tree.path(_leaves, 2, 3)));
        _no("beyond", log.verifyInclusion(_leaves[3], 3, _root(3), _none));
    }

    function test_record_whenRootWasNeverAnchored_thenZero() external {
        _anchor(0, 3);
        _isRecorded(_root(4), IDocumentLog.HeadRecord(0, 0, 0, 0));
    }

    function test_record_whenStored_thenInTheSlotThatTheInterfacePromises() external {
        _anchor(0, 3);
        _wait(1);
        _anchor(3, 7);
        _same("slot 0", vm.load(address(log), 0), _head());
        _same("slot 1", vm.load(address(log), bytes32(uint256(1))), _root(7));
        uint256 word = uint256(
            vm.load(address(log), keccak256(abi.encode(_root(7), uint256(2))))
        );
        _same("slot 2", word, 3 | (7 << 64) | (uint256(_now()) << 128) | (uint256(1001) << 192));
        _same(
            "slot 3",
            uint256(vm.load(address(log), bytes32(uint256(3)))),
            uint256(uint160(SEQUENCER))
        );
        _freeze();
        _same(
            "slot 3, frozen",
            uint256(vm.load(address(log), bytes32(uint256(3)))),
            uint256(uint160(SEQUENCER)) | (1 << 160)
        );
    }

    function _head() private returns (bytes32) {
        (, bytes memory answer) = address(log).call(abi.encodeWithSignature("head()"));
        return abi.decode(answer, (bytes32));
    }
}
