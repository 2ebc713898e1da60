// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../contracts/interfaces/IDocumentLog.sol";
import {Logs} from "./support/Logs.sol";

/// @notice DocumentLog: how it begins, and what the guardian does.
contract DocumentLogGuardianTest is Logs {
    address private constant NEXT = address(0x4E87);

    function setUp() external {
        _makeLog();
    }

    function _notGuardian(address caller) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDocumentLog.DocumentLog_NotGuardian.selector, caller);
    }

    function _sameKey(address key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IDocumentLog.DocumentLog_SameKey.selector, key);
    }

    function _onlyGuardian(bytes memory data) private {
        address[3] memory others = [SEQUENCER, STRANGER, NEXT];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesAs(others[i], data, _notGuardian(others[i]));
        }
    }

    // ---------------------------------------------------------------- beginning

    function test_constructor_whenItBegins_thenItNamesAndSaysWhoActs() external {
        address expected = address(uint160(uint256(keccak256(abi.encodePacked(hex"d694", this, hex"03")))));
        _listen(expected);
        log = IDocumentLog(
            _begin("DocumentLog.sol:DocumentLog", abi.encode(registry, SEQUENCER, GUARDIAN))
        );
        _hear(address(log));
        _same("the address", address(log), expected);
        _same("the number of events", _said.length, 2);
        _isSaid(0, 2, abi.encode(IDocumentLog.GuardianChanged.selector, address(0), GUARDIAN));
        _isSaid(1, 2, abi.encode(IDocumentLog.SequencerRotated.selector, address(0), SEQUENCER));
        _same("the registry", address(log.registry()), address(registry));
        _same("the sequencer", log.sequencer(), SEQUENCER);
        _same("the guardian", log.guardian(), GUARDIAN);
        _same("the candidate", log.proposedGuardian(), address(0));
        _same("the successor", log.successor(), address(0));
        _no("frozen", log.frozen());
    }

    function test_constructor_whenAnAddressIsZeroOrTwice_thenRefused() external {
        bytes memory zero = abi.encodeWithSelector(IDocumentLog.DocumentLog_ZeroAddress.selector);
        string memory artifact = "DocumentLog.sol:DocumentLog";
        _refusesToBegin(artifact, abi.encode(address(0), SEQUENCER, GUARDIAN), zero);
        _refusesToBegin(artifact, abi.encode(registry, address(0), GUARDIAN), zero);
        _refusesToBegin(artifact, abi.encode(registry, SEQUENCER, address(0)), zero);
        _refusesToBegin(artifact, abi.encode(registry, GUARDIAN, GUARDIAN), _sameKey(GUARDIAN));
    }

    // ---------------------------------------------------------------- rotateSequencer

    function test_rotateSequencer_whenGuardianAsks_thenAnotherAnchors() external {
        _listen(address(log));
        vm.prank(GUARDIAN);
        log.rotateSequencer(NEXT);
        _heardOnly(2, abi.encode(IDocumentLog.SequencerRotated.selector, SEQUENCER, NEXT));
        _same("the sequencer", log.sequencer(), NEXT);
        _refusesAs(
            SEQUENCER,
            abi.encodeCall(IDocumentLog.anchor, (0, 1, _root(1), _proof(0, 1))),
            abi.encodeWithSelector(IDocumentLog.DocumentLog_NotSequencer.selector, SEQUENCER)
        );
        vm.prank(NEXT);
        log.anchor(0, 1, _leaves[0], new bytes32[](0));
        _same("the size", log.size(), 1);
    }

    function test_rotateSequencer_whenItMayNot_thenRefused() external {
        bytes memory data = abi.encodeCall(IDocumentLog.rotateSequencer, (NEXT));
        _onlyGuardian(data);
        _refusesAs(
            GUARDIAN,
            abi.encodeCall(IDocumentLog.rotateSequencer, (address(0))),
            abi.encodeWithSelector(IDocumentLog.DocumentLog_ZeroAddress.selector)
        );
        _refusesAs(
            GUARDIAN,
            abi.encodeCall(IDocumentLog.rotateSequencer, (GUARDIAN)),
            _sameKey(GUARDIAN)
        );
        _freeze();
        _refusesAs(
            GUARDIAN, data, abi.encodeWithSelector(IDocumentLog.DocumentLog_Frozen.selector)
        );
    }

    /// @dev Whatever the order of the two addresses.
    function test_offices_whenGivenToAnyOtherAddress_thenAccepted() external {
        address[2] memory others = [address(1), address(type(uint160).max)];
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(GUARDIAN);
            log.rotateSequencer(others[i]);
            _same("the sequencer", log.sequencer(), others[i]);
        }
        address guardian = GUARDIAN;
        vm.prank(guardian);
        log.rotateSequencer(SEQUENCER);
        for (uint256 i = 0; i < 2; ++i) {
            vm.prank(guardian);
            log.proposeGuardian(others[i]);
            guardian = others[i];
            vm.prank(guardian);
            log.acceptGuardian();
            _same("the guardian", log.guardian(), guardian);
        }
        vm.prank(guardian);
        log.freeze();
        vm.prank(guardian);
        log.nameSuccessor(others[1]);
        _same("the successor", log.successor(), others[1]);
    }

    // ---------------------------------------------------------------- freeze, nameSuccessor

    function test_freeze_whenGuardianAsks_thenClosedForEver() external {
        _anchor(0, 3);
        _listen(address(log));
        _freeze();
        _heardOnly(1, abi.encode(IDocumentLog.Frozen.selector, _root(3), uint64(3)));
        _yes("frozen", log.frozen());
        _same("the root stays", log.root(), _root(3));
        _refusesAs(
            GUARDIAN,
            abi.encodeCall(IDocumentLog.freeze, ()),
            abi.encodeWithSelector(IDocumentLog.DocumentLog_Frozen.selector)
        );
    }

    function test_freeze_whenCallerIsAnother_thenRefused() external {
        _onlyGuardian(abi.encodeCall(IDocumentLog.freeze, ()));
        _no("frozen", log.frozen());
    }

    function test_nameSuccessor_whenFrozen_thenNamedOnce() external {
        _freeze();
        _listen(address(log));
        vm.prank(GUARDIAN);
        log.nameSuccessor(NEXT);
        _heardOnly(1, abi.encode(IDocumentLog.SuccessorNamed.selector, NEXT));
        _same("the successor", log.successor(), NEXT);
        bytes memory named =
            abi.encodeWithSelector(IDocumentLog.DocumentLog_SuccessorNamed.selector, NEXT);
        _refusesAs(GUARDIAN, abi.encodeCall(IDocumentLog.nameSuccessor, (NEXT)), named);
        _refusesAs(GUARDIAN, abi.encodeCall(IDocumentLog.nameSuccessor, (STRANGER)), named);
    }

    function test_nameSuccessor_whenItMayNot_thenRefused() external {
        bytes memory data = abi.encodeCall(IDocumentLog.nameSuccessor, (NEXT));
        _onlyGuardian(data);
        _refusesAs(
            GUARDIAN, data, abi.encodeWithSelector(IDocumentLog.DocumentLog_NotFrozen.selector)
        );
        _freeze();
        _onlyGuardian(data);
        address[2] memory bad = [address(0), address(log)];
        for (uint256 i = 0; i < bad.length; ++i) {
            _refusesAs(
                GUARDIAN,
                abi.encodeCall(IDocumentLog.nameSuccessor, (bad[i])),
                abi.encodeWithSelector(IDocumentLog.DocumentLog_BadSuccessor.selector, bad[i])
            );
        }
    }

    // ---------------------------------------------------------------- proposeGuardian, acceptGuardian

    function test_guardian_whenProposedAndAccepted_thenAnotherGuards() external {
        _listen(address(log));
        vm.prank(GUARDIAN);
        log.proposeGuardian(NEXT);
        _heardOnly(2, abi.encode(IDocumentLog.GuardianProposed.selector, GUARDIAN, NEXT));
        _same("the candidate", log.proposedGuardian(), NEXT);
        _same("still the guardian", log.guardian(), GUARDIAN);
        _listen(address(log));
        vm.prank(NEXT);
        log.acceptGuardian();
        _heardOnly(2, abi.encode(IDocumentLog.GuardianChanged.selector, GUARDIAN, NEXT));
        _same("no candidate", log.proposedGuardian(), address(0));
        _same("the guardian", log.guardian(), NEXT);
        _refusesAs(GUARDIAN, abi.encodeCall(IDocumentLog.freeze, ()), _notGuardian(GUARDIAN));
        vm.prank(NEXT);
        log.freeze();
        _yes("frozen", log.frozen());
    }

    function test_proposeGuardian_whenFrozen_thenStillPossible() external {
        _freeze();
        vm.prank(GUARDIAN);
        log.proposeGuardian(NEXT);
        vm.prank(NEXT);
        log.acceptGuardian();
        _same("the guardian", log.guardian(), NEXT);
    }

    function test_proposeGuardian_whenZero_thenTheProposalIsWithdrawn() external {
        vm.prank(GUARDIAN);
        log.proposeGuardian(NEXT);
        vm.prank(GUARDIAN);
        log.proposeGuardian(address(0));
        _same("no candidate", log.proposedGuardian(), address(0));
        _refusesAs(
            NEXT,
            abi.encodeCall(IDocumentLog.acceptGuardian, ()),
            abi.encodeWithSelector(IDocumentLog.DocumentLog_NotProposed.selector, NEXT)
        );
    }

    function test_proposeGuardian_whenItMayNot_thenRefused() external {
        _onlyGuardian(abi.encodeCall(IDocumentLog.proposeGuardian, (NEXT)));
        _refusesAs(
            GUARDIAN,
            abi.encodeCall(IDocumentLog.proposeGuardian, (SEQUENCER)),
            _sameKey(SEQUENCER)
        );
    }

    function test_acceptGuardian_whenCallerWasNotProposed_thenRefused() external {
        vm.prank(GUARDIAN);
        log.proposeGuardian(NEXT);
        address[3] memory others = [GUARDIAN, SEQUENCER, STRANGER];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesAs(
                others[i],
                abi.encodeCall(IDocumentLog.acceptGuardian, ()),
                abi.encodeWithSelector(IDocumentLog.DocumentLog_NotProposed.selector, others[i])
            );
        }
    }

    function test_acceptGuardian_whenCandidateBecameSequencer_thenRefused() external {
        vm.prank(GUARDIAN);
        log.proposeGuardian(NEXT);
        vm.prank(GUARDIAN);
        log.rotateSequencer(NEXT);
        _refusesAs(NEXT, abi.encodeCall(IDocumentLog.acceptGuardian, ()), _sameKey(NEXT));
    }
}
