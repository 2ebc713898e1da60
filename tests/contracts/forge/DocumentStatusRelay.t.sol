// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentStatus} from "../../../contracts/interfaces/IDocumentStatus.sol";
import {IRelayedActs} from "../../../contracts/interfaces/IRelayedActs.sol";
import {Statuses} from "./support/Statuses.sol";

/// @notice RelayedActs through DocumentStatus: what a key signs and anyone carries.
contract DocumentStatusRelayTest is Statuses {
    uint64 private deadline;

    function setUp() external {
        _makeStatus();
        deadline = _now() + 100;
    }

    function _relay(IDocumentStatus.Item memory item, IRelayedActs.Ticket memory ticket) private {
        vm.prank(STRANGER);
        status.relay(party, item, ticket);
    }

    function _refusesRelay(
        IDocumentStatus.Item memory item,
        IRelayedActs.Ticket memory ticket,
        bytes memory want
    ) private {
        _refusesAs(STRANGER, abi.encodeCall(IDocumentStatus.relay, (party, item, ticket)), want);
    }

    function _refusesMany(
        IDocumentStatus.Item[] memory items,
        IRelayedActs.Ticket memory ticket,
        bytes memory want
    ) private {
        _refusesAs(
            STRANGER, abi.encodeCall(IDocumentStatus.relayMany, (party, items, ticket)), want
        );
    }

    function _items() private pure returns (IDocumentStatus.Item[] memory items) {
        items = new IDocumentStatus.Item[](2);
        items[0] = _item(REVOKED, 1, 0);
        items[1] = IDocumentStatus.Item("another", SUPERSEDED, 2, NEXT, 0);
    }

    function _badSignature(address key, address recovered) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IRelayedActs.RelayedActs_BadSignature.selector, key, recovered
        );
    }

    /// @notice Asks for a refusal because somebody else seems to have signed: who, depends on the bytes.
    function _isForged(IDocumentStatus.Item memory item, IRelayedActs.Ticket memory ticket) private {
        _isForged(abi.encodeCall(IDocumentStatus.relay, (party, item, ticket)), ticket.key);
    }

    function _isForged(bytes memory data, address key) private {
        vm.prank(STRANGER);
        (bool accepted, bytes memory answer) = address(status).call(data);
        _no("accepted", accepted);
        bytes4 reason = bytes4(answer);
        _same("why", reason, IRelayedActs.RelayedActs_BadSignature.selector);
        address expected;
        address recovered;
        assembly ("memory-safe") {
            expected := mload(add(answer, 0x24))
            recovered := mload(add(answer, 0x44))
        }
        _same("whose", expected, key);
        _yes("another", recovered != key);
    }

    // ---------------------------------------------------------------- relay

    function test_relay_whenSigned_thenItIsTheKeysWordAndTheNonceIsUsed() external {
        IDocumentStatus.Item memory item = _item(SUSPENDED, 7, 0);
        IRelayedActs.Ticket memory ticket = _one(SIGNER, item, 300, deadline);
        _no("unused", status.nonceUsed(signer, 300));
        _listen(address(status));
        _relay(item, ticket);
        _heardOnly(2, _changed(item, signer, 1));
        _is(IDocumentStatus.Record(signer, SUSPENDED, 7, 1, _now(), _number(), 0));
        _yes("used", status.nonceUsed(signer, 300));
        _no("nor another", status.nonceUsed(signer, 301));
        _no("nor another word", status.nonceUsed(signer, 300 + 256));
        _no("nor of another word", status.nonceUsed(signer, 300 - 256));
        _no("nor another key's", status.nonceUsed(vm.addr(SECOND), 300));
    }

    function test_relay_whenNoncesComeInAnyOrder_thenEachOnce() external {
        uint256[5] memory nonces = [uint256(255), 0, 256, type(uint256).max, 1];
        for (uint32 i = 0; i < nonces.length; ++i) {
            IDocumentStatus.Item memory item = _item(SUSPENDED, uint16(i + 1), i);
            _relay(item, _one(SIGNER, item, nonces[i], deadline));
            IDocumentStatus.Item memory next = _item(SUSPENDED, 99, i + 1);
            _refusesRelay(
                next,
                _one(SIGNER, next, nonces[i], deadline),
                abi.encodeWithSelector(
                    IRelayedActs.RelayedActs_NonceUsed.selector, signer, nonces[i]
                )
            );
        }
        for (uint256 i = 0; i < nonces.length; ++i) {
            _yes("used", status.nonceUsed(signer, nonces[i]));
        }
    }

    function test_relay_whenTheRecordSaysSo_thenNothingHappensAndTheNonceIsKept() external {
        _set(SIGNER, _item(SUSPENDED, 7, 0));
        IDocumentStatus.Item memory item = _item(SUSPENDED, 7, 0);
        _listen(address(status));
        _relay(item, _one(SIGNER, item, 1, deadline));
        _heardNothing();
        _no("kept", status.nonceUsed(signer, 1));
    }

    function test_relay_whenTheDeadlinePassed_thenRefusedAndAtItNot() external {
        IDocumentStatus.Item memory item = _item(SUSPENDED, 7, 0);
        IRelayedActs.Ticket memory ticket = _one(SIGNER, item, 1, deadline);
        vm.warp(deadline + 1);
        _refusesRelay(
            item,
            ticket,
            abi.encodeWithSelector(
                IRelayedActs.RelayedActs_Expired.selector, deadline, deadline + 1
            )
        );
        vm.warp(deadline);
        _relay(item, ticket);
        _same("said", status.record(party, SUBJECT).sequence, 1);
    }

    /// @dev Seconds have 33 bits from 2106 on.
    function test_relay_whenTheTimeIsLarge_thenItIsSaidInFull() external {
        IDocumentStatus.Item memory item = _item(SUSPENDED, 7, 0);
        IRelayedActs.Ticket memory ticket = _one(SIGNER, item, 1, 2 ** 33);
        vm.warp(2 ** 33 + 1);
        _refusesRelay(
            item,
            ticket,
            abi.encodeWithSelector(
                IRelayedActs.RelayedActs_Expired.selector, uint64(2 ** 33), uint64(2 ** 33 + 1)
            )
        );
        vm.warp(2 ** 33);
        vm.roll(2 ** 34);
        _relay(item, ticket);
        _is(IDocumentStatus.Record(signer, SUSPENDED, 7, 1, 2 ** 33, 2 ** 34, 0));
    }

    function test_relay_whenAnythingSignedIsAltered_thenRefused() external {
        IDocumentStatus.Item memory item = _item(SUPERSEDED, 7, 0);
        IRelayedActs.Ticket memory ticket = _one(SIGNER, item, 1, deadline);
        (item.subject, item.reason) = ("another", 7);
        _isForged(item, ticket);
        (item.subject, item.reason) = (SUBJECT, 8);
        _isForged(item, ticket);
        (item.reason, item.supersededBy) = (7, "another");
        _isForged(item, ticket);
        (item.supersededBy, item.expectedSequence) = (NEXT, 1);
        _isForged(item, ticket);
        (item.expectedSequence, item.status, item.supersededBy) = (0, REVOKED, 0);
        _isForged(item, ticket);
        (item.status, item.supersededBy) = (SUPERSEDED, NEXT);
        ticket.nonce = 2;
        _isForged(item, ticket);
        (ticket.nonce, ticket.deadline) = (1, deadline + 1);
        _isForged(item, ticket);
        (ticket.deadline, ticket.key) = (deadline, vm.addr(SECOND));
        _isForged(item, ticket);
        ticket.key = signer;
        _relay(item, ticket);
    }

    function test_relay_whenSignedForAnotherPlace_thenRefused() external {
        IDocumentStatus.Item memory item = _item(SUSPENDED, 7, 0);
        uint256 here = vm.getChainId();
        vm.chainId(4242);
        IRelayedActs.Ticket memory there = _one(SIGNER, item, 1, deadline);
        vm.chainId(here);
        _isForged(item, there);
        IDocumentStatus mine = status;
        status =
            IDocumentStatus(_begin("DocumentStatus.sol:DocumentStatus", abi.encode(registry)));
        IRelayedActs.Ticket memory elsewhere = _one(SIGNER, item, 1, deadline);
        status = mine;
        _isForged(item, elsewhere);
    }

    function test_relay_whenSignatureIsMalformed_thenRefusedAsNobodys() external {
        IDocumentStatus.Item memory item = _item(SUSPENDED, 7, 0);
        IRelayedActs.Ticket memory ticket = _one(SIGNER, item, 1, deadline);
        bytes memory good = ticket.signature;
        ticket.signature = "";
        _refusesRelay(item, ticket, _badSignature(signer, address(0)));
        ticket.signature = new bytes(65);
        _refusesRelay(item, ticket, _badSignature(signer, address(0)));
        ticket.signature = bytes.concat(good, hex"00");
        _refusesRelay(item, ticket, _badSignature(signer, address(0)));
        ticket.signature = _highS(good);
        _refusesRelay(item, ticket, _badSignature(signer, address(0)));
        ticket.signature = good;
        _relay(item, ticket);
    }

    /// @notice The other signature of the same key over the same digest.
    function _highS(bytes memory signature) private pure returns (bytes memory) {
        uint256 order = 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141;
        bytes32 r;
        uint256 s;
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        return abi.encodePacked(r, order - s, uint8(signature[64]) == 27 ? uint8(28) : uint8(27));
    }

    function test_relay_whenTheKeyIsNoSignKeyOfTheParty_thenRefused() external {
        IDocumentStatus.Item memory item = _item(SUSPENDED, 7, 0);
        uint256[3] memory others = [MANAGER, OTHER_SIGNER, 0xBAD];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesRelay(
                item,
                _one(others[i], item, 1, deadline),
                abi.encodeWithSelector(
                    IDocumentStatus.DocumentStatus_NotSigner.selector, party, vm.addr(others[i])
                )
            );
        }
        IRelayedActs.Ticket memory nobody =
            IRelayedActs.Ticket(address(0), 1, deadline, new bytes(65));
        _refusesRelay(
            item,
            nobody,
            abi.encodeWithSelector(
                IDocumentStatus.DocumentStatus_NotSigner.selector, party, address(0)
            )
        );
    }

    function test_relay_whenItIsStaleOrFinal_thenRefusedAndTheNonceIsKept() external {
        _set(SIGNER, _item(REVOKED, 0, 0));
        IDocumentStatus.Item memory item = _item(CURRENT, 0, 0);
        _refusesRelay(item, _one(SIGNER, item, 1, deadline), _stale(SUBJECT, 1, 0));
        item.expectedSequence = 1;
        _refusesRelay(item, _one(SIGNER, item, 1, deadline), _final(REVOKED));
        _no("kept", status.nonceUsed(signer, 1));
    }

    // ---------------------------------------------------------------- relayMany

    function test_relayMany_whenSigned_thenAllAreSaidAndTheNonceIsUsed() external {
        IDocumentStatus.Item[] memory items = _items();
        IRelayedActs.Ticket memory ticket = _many(SIGNER, items, 5, deadline);
        _listen(address(status));
        vm.prank(STRANGER);
        status.relayMany(party, items, ticket);
        _hear(address(status));
        _same("events", _said.length, 2);
        _isSaid(0, 2, _changed(items[0], signer, 1));
        _isSaid(1, 2, _changed(items[1], signer, 1));
        _yes("used", status.nonceUsed(signer, 5));
        _same("the successor", status.record(party, "another").supersededBy, NEXT);
    }

    function test_relayMany_whenOneIsSaidAlready_thenTheOtherIsSaid() external {
        IDocumentStatus.Item[] memory items = _items();
        _set(SIGNER, items[0]);
        IRelayedActs.Ticket memory ticket = _many(SIGNER, items, 5, deadline);
        _listen(address(status));
        status.relayMany(party, items, ticket);
        _heardOnly(2, _changed(items[1], signer, 1));
        _yes("used", status.nonceUsed(signer, 5));
    }

    function test_relayMany_whenAllAreSaidAlready_thenNothingHappensAndTheNonceIsKept() external {
        IDocumentStatus.Item[] memory items = _items();
        vm.prank(signer);
        status.setMany(party, items);
        IRelayedActs.Ticket memory ticket = _many(SIGNER, items, 5, deadline);
        _listen(address(status));
        status.relayMany(party, items, ticket);
        _heardNothing();
        _no("kept", status.nonceUsed(signer, 5));
    }

    function test_relayMany_whenAnItemIsAlteredAddedOrMoved_thenRefused() external {
        IDocumentStatus.Item[] memory items = _items();
        IRelayedActs.Ticket memory ticket = _many(SIGNER, items, 5, deadline);
        items[1].reason = 9;
        _isForged(abi.encodeCall(IDocumentStatus.relayMany, (party, items, ticket)), signer);
        items[1].reason = 2;
        (items[0], items[1]) = (items[1], items[0]);
        _isForged(abi.encodeCall(IDocumentStatus.relayMany, (party, items, ticket)), signer);
        IDocumentStatus.Item[] memory one = new IDocumentStatus.Item[](1);
        one[0] = items[1];
        _isForged(abi.encodeCall(IDocumentStatus.relayMany, (party, one, ticket)), signer);
        (items[0], items[1], ticket.nonce) = (items[1], items[0], 6);
        _isForged(abi.encodeCall(IDocumentStatus.relayMany, (party, items, ticket)), signer);
        (ticket.nonce, ticket.deadline) = (5, deadline + 1);
        _isForged(abi.encodeCall(IDocumentStatus.relayMany, (party, items, ticket)), signer);
    }

    function test_relayMany_whenNoneTooManyOrNotASigner_thenRefused() external {
        IDocumentStatus.Item[] memory none = new IDocumentStatus.Item[](0);
        bytes4 bad = IDocumentStatus.DocumentStatus_BadCount.selector;
        _refusesMany(
            none, _many(SIGNER, none, 5, deadline), abi.encodeWithSelector(bad, uint256(0))
        );
        IDocumentStatus.Item[] memory many = new IDocumentStatus.Item[](257);
        _refusesMany(
            many, _many(SIGNER, none, 5, deadline), abi.encodeWithSelector(bad, uint256(257))
        );
        _refusesMany(
            _items(),
            _many(OTHER_SIGNER, _items(), 5, deadline),
            abi.encodeWithSelector(
                IDocumentStatus.DocumentStatus_NotSigner.selector, party, vm.addr(OTHER_SIGNER)
            )
        );
    }

    function test_relayMany_whenExpiredOrUsed_thenRefused() external {
        IDocumentStatus.Item[] memory items = _items();
        IRelayedActs.Ticket memory ticket = _many(SIGNER, items, 5, deadline);
        vm.warp(deadline + 1);
        _refusesMany(
            items,
            ticket,
            abi.encodeWithSelector(
                IRelayedActs.RelayedActs_Expired.selector, deadline, deadline + 1
            )
        );
        vm.warp(deadline);
        IDocumentStatus.Item memory item = _item(SUSPENDED, 1, 0);
        _relay(item, _one(SIGNER, item, 5, deadline));
        _refusesMany(
            items,
            ticket,
            abi.encodeWithSelector(IRelayedActs.RelayedActs_NonceUsed.selector, signer, uint256(5))
        );
    }
}
