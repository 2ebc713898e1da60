// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../../contracts/interfaces/IDocumentLog.sol";
import {IPartyRegistry} from "../../../../contracts/interfaces/IPartyRegistry.sol";
import {IRunningHead} from "../../../../contracts/interfaces/IRunningHead.sol";
import {ITitleRegistry} from "../../../../contracts/interfaces/ITitleRegistry.sol";
import {VM, Vm} from "./Vm.sol";

/// @notice What a test can ask: is it the same, is it refused and why, what was said and is it in the head.
abstract contract Checks {
    Vm internal constant vm = VM;

    error Differs(string what, bytes got, bytes want);
    error Accepted(string what);

    Vm.Log[] internal _said;
    address private _watched;
    bytes32 private _headBefore;

    // ---------------------------------------------------------------- the same

    function _same(string memory what, bytes memory got, bytes memory want) internal pure {
        if (keccak256(got) != keccak256(want)) revert Differs(what, got, want);
    }

    function _same(string memory what, uint256 got, uint256 want) internal pure {
        _same(what, abi.encode(got), abi.encode(want));
    }

    function _same(string memory what, bytes32 got, bytes32 want) internal pure {
        _same(what, abi.encode(got), abi.encode(want));
    }

    function _same(string memory what, address got, address want) internal pure {
        _same(what, abi.encode(got), abi.encode(want));
    }

    function _yes(string memory what, bool got) internal pure {
        _same(what, abi.encode(got), abi.encode(true));
    }

    function _no(string memory what, bool got) internal pure {
        _same(what, abi.encode(got), abi.encode(false));
    }

    // ---------------------------------------------------------------- refused

    /// @notice Asks that a call reverts, with exactly this answer.
    function _refuses(address caller, address target, bytes memory data, bytes memory want) internal {
        vm.prank(caller);
        (bool accepted, bytes memory got) = target.call(data);
        if (accepted) revert Accepted("a call that has to be refused");
        _same("the reason", got, want);
    }

    /// @notice Asks that a contract cannot be made, with exactly this answer.
    function _refusesToBegin(string memory artifact, bytes memory arguments, bytes memory want) internal {
        (address made, bytes memory got) = _create(artifact, arguments);
        if (made != address(0)) revert Accepted(artifact);
        _same("the reason", got, want);
    }

    /// @notice Makes a contract. The tests know contracts by interface and artifact only, so that a
    /// change of one contract compiles one contract.
    function _begin(string memory artifact, bytes memory arguments) internal returns (address made) {
        bytes memory answer;
        (made, answer) = _create(artifact, arguments);
        if (made == address(0)) revert Differs(artifact, answer, "");
    }

    function _create(string memory artifact, bytes memory arguments)
        private
        returns (address made, bytes memory answer)
    {
        bytes memory code = bytes.concat(vm.getCode(artifact), arguments);
        assembly ("memory-safe") {
            made := create(0, add(code, 0x20), mload(code))
            let size := returndatasize()
            answer := mload(0x40)
            mstore(0x40, add(answer, and(add(size, 0x3f), not(0x1f))))
            mstore(answer, size)
            returndatacopy(add(answer, 0x20), 0, size)
        }
    }

    // ---------------------------------------------------------------- time

    function _now() internal view returns (uint64) {
        return uint64(vm.getBlockTimestamp());
    }

    function _number() internal view returns (uint64) {
        return uint64(vm.getBlockNumber());
    }

    function _wait(uint256 duration) internal {
        vm.warp(vm.getBlockTimestamp() + duration);
        vm.roll(vm.getBlockNumber() + 1);
    }

    // ---------------------------------------------------------------- said

    /// @notice Listens to a contract from now on.
    function _listen(address target) internal {
        _watched = target;
        _headBefore = target.code.length == 0 ? bytes32(0) : IRunningHead(target).head();
        vm.recordLogs();
    }

    /// @notice Keeps what it said since, and asks that its running head says the same.
    function _hear(address target) internal {
        _watched = target;
        delete _said;
        Vm.Log[] memory logs = vm.getRecordedLogs();
        bytes32 latest = _headBefore;
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter != _watched) continue;
            _said.push(logs[i]);
            latest = keccak256(
                abi.encode(latest, _number(), _now(), keccak256(_occurrence(logs[i])))
            );
        }
        _same("the running head", IRunningHead(_watched).head(), latest);
    }

    /// @notice Asks that it said this and nothing else, with so many indexed arguments.
    function _heardOnly(uint256 indexedCount, bytes memory occurrence) internal {
        _hear(_watched);
        _same("the number of events", _said.length, 1);
        _isSaid(0, indexedCount, occurrence);
    }

    function _heardNothing() internal {
        _hear(_watched);
        _same("the number of events", _said.length, 0);
    }

    /// @notice Asks that the event with this number, of those kept, is this one.
    function _isSaid(uint256 number, uint256 indexedCount, bytes memory occurrence) internal view {
        Vm.Log memory log = _said[number];
        _same("the event", _occurrence(log), occurrence);
        _same("the number of topics", log.topics.length, indexedCount + 1);
    }

    /// @notice Returns topic 0 and all arguments of an event in full, as the running head has them.
    function _occurrence(Vm.Log memory log) private pure returns (bytes memory) {
        bytes memory all = bytes.concat(abi.encodePacked(log.topics), log.data);
        uint256 shift = 32 * log.topics.length;
        uint256 pointers = _pointers(log.topics[0]);
        for (uint256 i = 0; i < 4; ++i) {
            if (pointers & (1 << i) == 0) continue;
            assembly ("memory-safe") {
                let place := add(add(add(all, 0x20), shift), mul(i, 0x20))
                mstore(place, add(mload(place), shift))
            }
        }
        return all;
    }

    /// @notice Returns which of the words of an event's data are offsets, a bit each.
    function _pointers(bytes32 topic) private pure returns (uint256) {
        if (topic == IDocumentLog.Requested.selector) return 1;
        if (topic == IPartyRegistry.PartyRegistered.selector) return 2 | 8;
        if (topic == ITitleRegistry.TitlesReissued.selector) return 1 | 2;
        return 0;
    }
}
