// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRunningHead} from "../../../contracts/interfaces/IRunningHead.sol";
import {Checks} from "./support/Checks.sol";
import {HeadHarness} from "./support/HeadHarness.sol";
import {Vm} from "./support/Vm.sol";

/// @notice RunningHead: the hash over everything that was said, and events that are encoded once.
contract RunningHeadTest is Checks {
    HeadHarness private harness;

    function setUp() external {
        vm.warp(1_800_000_000);
        vm.roll(1000);
        harness = HeadHarness(_begin("HeadHarness.sol:HeadHarness", ""));
    }

    function _next(bytes32 head, bytes memory occurrence) private view returns (bytes32) {
        return keccak256(abi.encode(head, _number(), _now(), keccak256(occurrence)));
    }

    /// @notice Says it, wherever it lies in memory.
    function _says(bytes32 previous, uint256 indexedCount, bytes memory occurrence, bytes memory data)
        private
    {
        for (uint256 shift = 0; shift < 8; ++shift) {
            _saysAt(shift, previous, indexedCount, occurrence, data);
        }
    }

    /// @notice Says it, and asks for topics and data of the one log.
    function _saysAt(
        uint256 shift,
        bytes32 previous,
        uint256 indexedCount,
        bytes memory occurrence,
        bytes memory data
    ) private {
        vm.recordLogs();
        (bytes32 latest, bool free) = harness.say(previous, indexedCount, occurrence, shift);
        _same("the head returned", latest, _next(previous, occurrence));
        _yes("memory", free);
        Vm.Log[] memory logs = vm.getRecordedLogs();
        _same("logs", logs.length, 1);
        _same("topics", logs[0].topics.length, indexedCount + 1);
        _same("all of it", bytes.concat(abi.encodePacked(logs[0].topics), logs[0].data), occurrence);
        _same("the data", logs[0].data, data);
        _same("nothing is stored", harness.head(), 0);
    }

    function test_head_whenNothingWasSaid_thenZero() external view {
        _same("the head", IRunningHead(address(harness)).head(), 0);
    }

    function test_extendHead_whenSaid_thenTheHashOverAllInSlotZero() external {
        bytes memory first = abi.encode("first", uint256(1));
        harness.extend(first);
        bytes32 head = _next(0, first);
        _same("once", harness.head(), head);
        _wait(77);
        bytes memory second = "";
        harness.extend(second);
        head = _next(head, second);
        _same("twice", harness.head(), head);
        _same("slot 0", vm.load(address(harness), 0), head);
    }

    function test_extendHead_whenBlockOrTimeIsAnother_thenAnotherHead() external {
        bytes memory occurrence = abi.encode("the same");
        harness.extend(occurrence);
        bytes32 head = harness.head();
        vm.store(address(harness), 0, 0);
        vm.warp(_now() + 1);
        harness.extend(occurrence);
        _yes("another time", harness.head() != head);
        vm.store(address(harness), 0, 0);
        vm.warp(_now() - 1);
        vm.roll(_number() + 1);
        harness.extend(occurrence);
        _yes("another block", harness.head() != head);
        vm.store(address(harness), 0, 0);
        vm.roll(_number() - 1);
        harness.extend(occurrence);
        _same("the same", harness.head(), head);
    }

    function test_emitExtended_whenTwoAreIndexed_thenTheRestIsData() external {
        _says("before", 2, abi.encode(bytes32("topic"), 1, 2, 3, 4), abi.encode(3, 4));
        _says(0, 2, abi.encode(bytes32("topic"), 1, 2), "");
        _says("before", 2, abi.encode(bytes32("topic"), 1, 2, 3, 4, 5, 6, 7, 8), abi.encode(3, 4, 5, 6, 7, 8));
    }

    function test_emitExtended_whenThreeAreIndexed_thenTheRestIsData() external {
        _says("before", 3, abi.encode(bytes32("topic"), 1, 2, 3), "");
        _says("before", 3, abi.encode(bytes32("topic"), 1, 2, 3, 4, 5), abi.encode(4, 5));
    }
}
