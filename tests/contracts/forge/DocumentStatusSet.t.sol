// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentStatus} from "../../../contracts/interfaces/IDocumentStatus.sol";
import {Statuses} from "./support/Statuses.sol";

/// @notice DocumentStatus: what a party says about one document or many.
contract DocumentStatusSetTest is Statuses {
    function setUp() external {
        _makeStatus();
    }

    function _batch(uint256 count) private pure returns (IDocumentStatus.Item[] memory items) {
        items = new IDocumentStatus.Item[](count);
        for (uint256 i = 0; i < count; ++i) {
            items[i] = IDocumentStatus.Item(bytes32(i + 1), REVOKED, uint16(i), 0, 0);
        }
    }

    // ---------------------------------------------------------------- beginning

    function test_constructor_whenItBegins_thenItKnowsTheRegistry() external {
        _same("the registry", address(status.registry()), address(registry));
        _refusesToBegin(
            "DocumentStatus.sol:DocumentStatus",
            abi.encode(address(0)),
            abi.encodeWithSelector(IDocumentStatus.DocumentStatus_ZeroAddress.selector)
        );
    }

    function test_record_whenNobodyMentionedIt_thenZero() external view {
        IDocumentStatus.Record memory none;
        _is(none);
        _no("not tainted", status.tainted(party, SUBJECT));
    }

    // ---------------------------------------------------------------- set

    function test_set_whenAKeySaysSo_thenRecordedAndSaid() external {
        IDocumentStatus.Item memory item = _item(SUSPENDED, 7, 0);
        _listen(address(status));
        _set(SIGNER, item);
        _heardOnly(2, _changed(item, signer, 1));
        _is(IDocumentStatus.Record(signer, SUSPENDED, 7, 1, _now(), _number(), 0));
        _same(
            "not of another party",
            abi.encode(status.record(other, SUBJECT).sequence),
            abi.encode(0)
        );
    }

    function test_set_whenAnotherKeyOfThePartyGoesOn_thenItIsTheNext() external {
        _set(SIGNER, _item(SUSPENDED, 7, 0));
        _wait(9);
        IDocumentStatus.Item memory item = _item(CURRENT, 0, 1);
        _listen(address(status));
        _set(SECOND, item);
        _heardOnly(2, _changed(item, vm.addr(SECOND), 2));
        _is(IDocumentStatus.Record(vm.addr(SECOND), CURRENT, 0, 2, _now(), _number(), 0));
    }

    function test_set_whenSuperseded_thenItNamesTheSuccessor() external {
        IDocumentStatus.Item memory item = _item(SUPERSEDED, 3, 0);
        _listen(address(status));
        _set(SIGNER, item);
        _heardOnly(2, _changed(item, signer, 1));
        _is(IDocumentStatus.Record(signer, SUPERSEDED, 3, 1, _now(), _number(), NEXT));
    }

    function test_set_whenTheSuccessorIsAnyOtherSubject_thenItIsNamed() external {
        bytes32[2] memory others = [bytes32(uint256(SUBJECT) - 1), bytes32(uint256(SUBJECT) + 1)];
        for (uint256 i = 0; i < 2; ++i) {
            IDocumentStatus.Item memory item = _item(SUPERSEDED, 0, 0);
            (item.subject, item.supersededBy) = (others[i], SUBJECT);
            _set(SIGNER, item);
            _same("named", status.record(party, others[i]).supersededBy, SUBJECT);
        }
    }

    function test_set_whenTheRecordSaysSo_thenNothingHappens() external {
        _set(SIGNER, _item(SUPERSEDED, 3, 0));
        bytes memory before = abi.encode(status.record(party, SUBJECT));
        _wait(5);
        _listen(address(status));
        _set(SIGNER, _item(SUPERSEDED, 3, 0));
        _set(SECOND, _item(SUPERSEDED, 3, 77));
        _heardNothing();
        _same("the record", abi.encode(status.record(party, SUBJECT)), before);
    }

    function test_set_whenItSaysWhatIsSaidOfEverySubject_thenNothingHappens() external {
        _listen(address(status));
        _set(SIGNER, _item(CURRENT, 0, 9));
        _heardNothing();
    }

    function test_set_whenReasonOrSuccessorIsAnother_thenItIsAChange() external {
        _set(SIGNER, _item(SUSPENDED, 3, 0));
        _set(SIGNER, _item(SUSPENDED, 4, 1));
        _set(SIGNER, _item(SUSPENDED, 3, 2));
        _same("sequence", status.record(party, SUBJECT).sequence, 3);
        _set(SIGNER, _item(SUPERSEDED, 4, 3));
        IDocumentStatus.Item memory item = _item(SUPERSEDED, 4, 4);
        item.supersededBy = bytes32(uint256(NEXT) - 1);
        _refusesSet(signer, item, _final(SUPERSEDED));
        item.supersededBy = bytes32(uint256(NEXT) + 1);
        _refusesSet(signer, item, _final(SUPERSEDED));
    }

    function test_set_whenSequenceIsAnother_thenRefusedAsStale() external {
        _refusesSet(signer, _item(REVOKED, 0, 1), _stale(SUBJECT, 0, 1));
        _set(SIGNER, _item(SUSPENDED, 0, 0));
        _refusesSet(signer, _item(REVOKED, 0, 0), _stale(SUBJECT, 1, 0));
        _refusesSet(signer, _item(REVOKED, 0, 2), _stale(SUBJECT, 1, 2));
    }

    function test_set_whenFinal_thenRefused() external {
        _set(SIGNER, _item(REVOKED, 0, 0));
        _refusesSet(signer, _item(CURRENT, 0, 1), _final(REVOKED));
        _refusesSet(signer, _item(SUPERSEDED, 0, 1), _final(REVOKED));
        _refusesSet(vm.addr(SECOND), _item(REVOKED, 1, 1), _final(REVOKED));
    }

    function test_set_whenSuperseded_thenFinal() external {
        _set(SIGNER, _item(SUPERSEDED, 0, 0));
        _refusesSet(signer, _item(CURRENT, 0, 1), _final(SUPERSEDED));
        _refusesSet(vm.addr(SECOND), _item(REVOKED, 0, 1), _final(SUPERSEDED));
    }

    function test_set_whenSuccessorDoesNotFit_thenRefused() external {
        bytes4 bad = IDocumentStatus.DocumentStatus_BadSuccessor.selector;
        IDocumentStatus.Item memory item = _item(SUPERSEDED, 0, 0);
        item.supersededBy = 0;
        _refusesSet(signer, item, abi.encodeWithSelector(bad, SUBJECT, bytes32(0)));
        item.supersededBy = SUBJECT;
        _refusesSet(signer, item, abi.encodeWithSelector(bad, SUBJECT, SUBJECT));
        IDocumentStatus.Status[3] memory others = [CURRENT, REVOKED, SUSPENDED];
        for (uint256 i = 0; i < others.length; ++i) {
            item = _item(others[i], 0, 0);
            item.supersededBy = NEXT;
            _refusesSet(signer, item, abi.encodeWithSelector(bad, SUBJECT, NEXT));
        }
    }

    function test_set_whenCallerIsNoSignKeyOfTheParty_thenRefused() external {
        address[4] memory others =
            [vm.addr(MANAGER), vm.addr(OTHER_SIGNER), STRANGER, vm.addr(OTHER_MANAGER)];
        bytes4 notSigner = IDocumentStatus.DocumentStatus_NotSigner.selector;
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesSet(
                others[i],
                _item(REVOKED, 0, 0),
                abi.encodeWithSelector(notSigner, party, others[i])
            );
        }
        _refusesAs(
            STRANGER,
            abi.encodeCall(IDocumentStatus.set, (bytes32(0), _item(REVOKED, 0, 0))),
            abi.encodeWithSelector(notSigner, bytes32(0), STRANGER)
        );
        _refusesAs(
            signer,
            abi.encodeCall(IDocumentStatus.set, (other, _item(REVOKED, 0, 0))),
            abi.encodeWithSelector(notSigner, other, signer)
        );
        _compromise(SIGNER, _now());
        _refusesSet(
            signer, _item(REVOKED, 0, 0), abi.encodeWithSelector(notSigner, party, signer)
        );
    }

    // ---------------------------------------------------------------- setMany

    function test_setMany_whenMany_thenAllAreRecordedAndSaidInOrder() external {
        IDocumentStatus.Item[] memory items = _batch(3);
        _listen(address(status));
        vm.prank(signer);
        status.setMany(party, items);
        _hear(address(status));
        _same("events", _said.length, 3);
        for (uint256 i = 0; i < 3; ++i) {
            _isSaid(i, 2, _changed(items[i], signer, 1));
            _same(
                "the record",
                abi.encode(status.record(party, items[i].subject)),
                abi.encode(
                    IDocumentStatus.Record(signer, REVOKED, uint16(i), 1, _now(), _number(), 0)
                )
            );
        }
    }

    function test_setMany_whenSomeAreSaidAlready_thenOnlyTheOthersAre() external {
        IDocumentStatus.Item[] memory items = _batch(3);
        vm.prank(signer);
        status.set(party, items[1]);
        _listen(address(status));
        vm.prank(signer);
        status.setMany(party, items);
        _hear(address(status));
        _same("events", _said.length, 2);
        _isSaid(0, 2, _changed(items[0], signer, 1));
        _isSaid(1, 2, _changed(items[2], signer, 1));
    }

    function test_setMany_whenOneIsRefused_thenNoneIsRecorded() external {
        IDocumentStatus.Item[] memory items = _batch(3);
        items[2].expectedSequence = 1;
        _refusesAs(
            signer,
            abi.encodeCall(IDocumentStatus.setMany, (party, items)),
            _stale(bytes32(uint256(3)), 0, 1)
        );
        _same("none", status.record(party, items[0].subject).sequence, 0);
    }

    function test_setMany_whenNoneOrTooMany_thenRefusedAndAtTheLimitNot() external {
        uint256[2] memory bad = [uint256(0), 257];
        for (uint256 i = 0; i < bad.length; ++i) {
            _refusesAs(
                signer,
                abi.encodeCall(IDocumentStatus.setMany, (party, _batch(bad[i]))),
                abi.encodeWithSelector(IDocumentStatus.DocumentStatus_BadCount.selector, bad[i])
            );
        }
        IDocumentStatus.Item[] memory items = _batch(256);
        vm.prank(signer);
        status.setMany(party, items);
        _same("the last", status.record(party, bytes32(uint256(256))).sequence, 1);
    }

    function test_setMany_whenCallerIsNoSignKeyOfTheParty_thenRefused() external {
        address stranger = vm.addr(OTHER_SIGNER);
        _refusesAs(
            stranger,
            abi.encodeCall(IDocumentStatus.setMany, (party, _batch(1))),
            abi.encodeWithSelector(
                IDocumentStatus.DocumentStatus_NotSigner.selector, party, stranger
            )
        );
    }
}
