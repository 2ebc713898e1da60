// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentStatus} from "../../../contracts/interfaces/IDocumentStatus.sol";
import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Statuses} from "./support/Statuses.sol";

/// @notice DocumentStatus: records that a key wrote in its window of compromise.
contract DocumentStatusTaintTest is Statuses {
    uint64 private written;

    function setUp() external {
        _makeStatus();
        _wait(10 days);
        written = _now();
        _set(SIGNER, _item(REVOKED, 1, 0));
        _wait(60);
    }

    function _isTainted(bool want) private view {
        _same("tainted", abi.encode(status.tainted(party, SUBJECT)), abi.encode(want));
    }

    function test_tainted_whenNothingWasDeclared_thenNo() external view {
        _isTainted(false);
    }

    function test_tainted_whenWrittenBeforeTheWindow_thenNo() external {
        _compromise(SIGNER, written + 1);
        _isTainted(false);
        _refusesSet(vm.addr(SECOND), _item(CURRENT, 0, 1), _final(REVOKED));
        _listen(address(status));
        _set(SECOND, _item(REVOKED, 1, 1));
        _heardNothing();
    }

    function test_tainted_whenWrittenInTheWindow_thenItCanBeReplacedByAnything() external {
        _compromise(SIGNER, written);
        _isTainted(true);
        IDocumentStatus.Item memory item = _item(CURRENT, 0, 1);
        _listen(address(status));
        _set(SECOND, item);
        _heardOnly(2, _changed(item, vm.addr(SECOND), 2));
        _isTainted(false);
    }

    function test_tainted_whenWrittenInTheWindow_thenItCanBeConfirmedByTheSame() external {
        _compromise(SIGNER, written - 1);
        IDocumentStatus.Item memory item = _item(REVOKED, 1, 1);
        _listen(address(status));
        _set(SECOND, item);
        _heardOnly(2, _changed(item, vm.addr(SECOND), 2));
        _isTainted(false);
        _refusesSet(vm.addr(SECOND), _item(CURRENT, 0, 2), _final(REVOKED));
        _listen(address(status));
        _set(SECOND, _item(REVOKED, 1, 0));
        _heardNothing();
    }

    function test_tainted_whenAnEarlierKeyGoesOn_thenItCanReplaceItToo() external {
        IDocumentStatus.Item memory item = _item(REVOKED, 0, 0);
        item.subject = "another";
        _set(SECOND, item);
        _compromise(SECOND, _now());
        item.expectedSequence = 1;
        _set(SIGNER, item);
        _same("confirmed", status.record(party, "another").key, signer);
        _no("not tainted", status.tainted(party, "another"));
    }

    function test_tainted_whenWrittenInTheWindow_thenSequenceStillCounts() external {
        _compromise(SIGNER, written);
        _refusesSet(vm.addr(SECOND), _item(REVOKED, 1, 0), _stale(SUBJECT, 1, 0));
    }

    function test_tainted_whenTheCompromiseIsDatedBackLater_thenOnlyFromThenOn() external {
        _compromise(SIGNER, written + 1);
        _isTainted(false);
        vm.prank(REGISTRAR);
        registry.declareCompromise(signer, written);
        _isTainted(true);
    }

    function test_tainted_whenAnotherKeyIsCompromised_thenNo() external {
        _compromise(SECOND, written);
        _isTainted(false);
        _set(SIGNER, _item(REVOKED, 1, 0));
    }

    /// @dev What superseded a subject is still stored when a tainted record is replaced; nobody sees it.
    function test_record_whenSupersededWasTaintedAndReplaced_thenNoSuccessorIsLeft() external {
        IDocumentStatus.Item memory item = _item(SUPERSEDED, 0, 0);
        item.subject = "another";
        _set(SIGNER, item);
        _compromise(SIGNER, _now());
        _wait(1);
        item.status = CURRENT;
        (item.supersededBy, item.expectedSequence) = (0, 1);
        _set(SECOND, item);
        IDocumentStatus.Record memory got = status.record(party, "another");
        _same("no successor", got.supersededBy, 0);
        _same("current", uint256(got.status), uint256(CURRENT));
        _listen(address(status));
        _set(SECOND, item);
        _heardNothing();
        (item.status, item.supersededBy, item.expectedSequence) = (SUPERSEDED, NEXT, 2);
        _set(SECOND, item);
        _same("said anew", status.record(party, "another").sequence, 3);
    }

    /// @dev A key without an interval left writes nothing; its records stay what they are.
    function test_tainted_whenTheKeyMerelyEnded_thenNo() external {
        vm.prank(vm.addr(MANAGER));
        registry.setKeyEnd(signer, _now() + 1);
        _wait(10);
        _isTainted(false);
        _refusesSet(vm.addr(SECOND), _item(CURRENT, 0, 1), _final(REVOKED));
    }

    function test_record_whenTheKeyIsCompromised_thenItStillNamesTheKey() external {
        _compromise(SIGNER, written);
        _same("the key", status.record(party, SUBJECT).key, signer);
        IPartyRegistry.Key memory key = registry.keyOf(status.record(party, SUBJECT).key);
        _same("since", key.compromisedSince, written);
    }
}
