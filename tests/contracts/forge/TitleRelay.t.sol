// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRelayedActs} from "../../../contracts/interfaces/IRelayedActs.sol";
import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice TitleRegistry: everything that a key can do, signed and carried by anyone.
contract TitleRelayTest is Titles {
    uint64 private deadline;

    function setUp() external {
        _makeTitles();
        deadline = _now() + 1000;
    }

    // ---------------------------------------------------------------- signing

    function _ticket(uint256 secret, uint256 nonce, bytes32 content)
        private
        view
        returns (IRelayedActs.Ticket memory)
    {
        bytes32 digest = _digest("Corridor Ledger TitleRegistry", address(titles), content);
        return IRelayedActs.Ticket(vm.addr(secret), nonce, deadline, _signed(secret, digest));
    }

    function _forTagKey(bytes32 party, bytes32 keyHash, uint256 nonce) private view returns (bytes32) {
        bytes32 kind =
            keccak256("TagKey(bytes32 party,bytes32 keyHash,uint256 nonce,uint64 deadline)");
        return keccak256(abi.encode(kind, party, keyHash, nonce, deadline));
    }

    function _forIssue(bytes32 party, ITitleRegistry.Issue memory wish, uint256 nonce)
        private
        view
        returns (bytes32)
    {
        bytes32 kind = keccak256(
            "Issue(bytes32 party,bytes32 tag,uint32 expectedSequence,bytes32 commitment,bytes32 holder,bytes32 beneficiary,bytes32 remark,uint256 nonce,uint64 deadline)"
        );
        return keccak256(abi.encode(kind, party, wish, nonce, deadline));
    }

    function _forAct(bytes32 party, ITitleRegistry.Act memory wish, uint256 nonce)
        private
        view
        returns (bytes32)
    {
        bytes32 kind = keccak256(
            "Act(bytes32 party,uint8 action,bytes32 title,uint32 expectedSequence,bytes32 holder,bytes32 beneficiary,bytes32 intent,uint64 acceptBy,bytes32 remark,uint256 nonce,uint64 deadline)"
        );
        return keccak256(abi.encode(kind, party, wish, nonce, deadline));
    }

    function _forReissue(bytes32 party, ITitleRegistry.Reissue memory wish, uint256 nonce)
        private
        view
        returns (bytes32)
    {
        bytes memory parts;
        bytes memory sequences;
        for (uint256 i = 0; i < wish.parts.length; ++i) {
            bytes32 part = keccak256("Part(bytes32 tag,bytes32 commitment,uint64 share)");
            parts = bytes.concat(parts, keccak256(abi.encode(part, wish.parts[i])));
        }
        for (uint256 i = 0; i < wish.expectedSequences.length; ++i) {
            sequences = bytes.concat(sequences, bytes32(uint256(wish.expectedSequences[i])));
        }
        bytes32 kind = keccak256(
            "Reissue(bytes32 party,bytes32[] titles,uint32[] expectedSequences,Part[] parts,bytes32 remark,uint256 nonce,uint64 deadline)Part(bytes32 tag,bytes32 commitment,uint64 share)"
        );
        bytes memory lists = abi.encode(
            keccak256(abi.encodePacked(wish.titles)), keccak256(sequences), keccak256(parts)
        );
        return keccak256(
            bytes.concat(
                abi.encode(kind, party), lists, abi.encode(wish.remark, nonce, deadline)
            )
        );
    }

    // ---------------------------------------------------------------- asking

    /// @notice Carries something, and asks that it is refused as another's signature.
    function _isForged(bytes memory data) private {
        vm.prank(STRANGER);
        (bool accepted, bytes memory answer) = address(titles).call(data);
        _no("accepted", accepted);
        bytes4 why = bytes4(answer);
        _same("why", why, IRelayedActs.RelayedActs_BadSignature.selector);
    }

    function _isUsed(bytes memory data, address key, uint256 nonce) private {
        _refusesAs(
            STRANGER,
            data,
            abi.encodeWithSelector(IRelayedActs.RelayedActs_NonceUsed.selector, key, nonce)
        );
    }

    function _carries(bytes memory data) private returns (bytes memory) {
        vm.prank(STRANGER);
        (bool accepted, bytes memory answer) = address(titles).call(data);
        if (!accepted) revert Differs("carried", answer, "");
        return answer;
    }

    // ---------------------------------------------------------------- relayTagKey

    function test_relayTagKey_whenSigned_thenBoundOnce() external {
        IRelayedActs.Ticket memory ticket = _ticket(BANK, 7, _forTagKey(bank, "a hash", 7));
        bytes memory data = abi.encodeCall(ITitleRegistry.relayTagKey, ("a hash", ticket));
        _isForged(abi.encodeCall(ITitleRegistry.relayTagKey, ("another", ticket)));
        _listen(address(titles));
        _carries(data);
        _heardOnly(
            1,
            abi.encode(
                ITitleRegistry.TagKeyRegistered.selector, bank, bytes32("a hash"), vm.addr(BANK)
            )
        );
        _same("the hash", titles.tagKeyHash(bank), "a hash");
        _yes("used", titles.nonceUsed(vm.addr(BANK), 7));
        _isUsed(data, vm.addr(BANK), 7);
    }

    // ---------------------------------------------------------------- relayIssue

    function test_relayIssue_whenSigned_thenIssuedOnce() external {
        ITitleRegistry.Issue memory wish = _wanted(bank, buyer);
        IRelayedActs.Ticket memory ticket = _ticket(CARRIER, 7, _forIssue(carrier, wish, 7));
        bytes memory data = abi.encodeCall(ITitleRegistry.relayIssue, (wish, ticket));
        bytes32 holder = wish.holder;
        wish.holder = other;
        _isForged(abi.encodeCall(ITitleRegistry.relayIssue, (wish, ticket)));
        wish.holder = holder;
        bytes memory answer = _carries(data);
        title = titles.titleId(carrier, wish.tag);
        _same("the answer", answer, abi.encode(title));
        ITitleRegistry.Record memory got = _standing();
        _same("the key", got.key, vm.addr(CARRIER));
        _same("the holder", got.holder, bank);
        _same("the beneficiary", got.beneficiary, buyer);
        _isUsed(data, vm.addr(CARRIER), 7);
    }

    // ---------------------------------------------------------------- relayAct

    function test_relayAct_whenSigned_thenDoneOnce() external {
        _issue(bank, bank);
        ITitleRegistry.Act memory wish = _offer(ITitleRegistry.Action.TransferBoth, buyer, other);
        IRelayedActs.Ticket memory ticket = _ticket(BANK, 7, _forAct(bank, wish, 7));
        bytes memory data = abi.encodeCall(ITitleRegistry.relayAct, (wish, ticket));
        _listen(address(titles));
        _carries(data);
        _hear(address(titles));
        _same("events", _said.length, 2);
        _isSaid(0, 2, _acted(wish, bank, 2, vm.addr(BANK)));
        _isSaid(1, 3, _moved(_owner(bank), _owner(buyer), title));
        _same("the key", _standing().key, vm.addr(BANK));
        _isUsed(data, vm.addr(BANK), 7);
        wish.expectedSequence = 2;
        ticket = _ticket(BANK, 8, _forAct(bank, wish, 8));
        _refusesAs(
            STRANGER,
            abi.encodeCall(ITitleRegistry.relayAct, (wish, ticket)),
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_WrongState.selector,
                title,
                ITitleRegistry.State.OfferedBoth,
                wish.action
            )
        );
        _no("kept", titles.nonceUsed(vm.addr(BANK), 8));
    }

    function test_relayAct_whenAnythingSignedIsAltered_thenRefused() external {
        _issue(bank, bank);
        ITitleRegistry.Act memory good = _offer(ITitleRegistry.Action.TransferBoth, buyer, other);
        IRelayedActs.Ticket memory ticket = _ticket(BANK, 7, _forAct(bank, good, 7));
        for (uint256 i = 0; i < 8; ++i) {
            ITitleRegistry.Act memory wish = abi.decode(abi.encode(good), (ITitleRegistry.Act));
            if (i == 0) wish.action = ITitleRegistry.Action.TransferHolder;
            if (i == 1) wish.title = "another";
            if (i == 2) wish.expectedSequence += 1;
            if (i == 3) wish.holder = other;
            if (i == 4) wish.beneficiary = buyer;
            if (i == 5) wish.intent = "an intent";
            if (i == 6) wish.acceptBy += 1;
            if (i == 7) wish.remark = "another";
            _isForged(abi.encodeCall(ITitleRegistry.relayAct, (wish, ticket)));
        }
        ticket.nonce = 8;
        _isForged(abi.encodeCall(ITitleRegistry.relayAct, (good, ticket)));
        (ticket.nonce, ticket.deadline) = (7, deadline + 1);
        _isForged(abi.encodeCall(ITitleRegistry.relayAct, (good, ticket)));
        (ticket.deadline, ticket.key) = (deadline, vm.addr(BUYER));
        _isForged(abi.encodeCall(ITitleRegistry.relayAct, (good, ticket)));
        ticket = _ticket(BANK, 7, _forAct(buyer, good, 7));
        _isForged(abi.encodeCall(ITitleRegistry.relayAct, (good, ticket)));
    }

    // ---------------------------------------------------------------- relayReissue

    function test_relayReissue_whenSigned_thenDoneOnce() external {
        ITitleRegistry.Reissue memory wish = _surrendered();
        IRelayedActs.Ticket memory ticket = _ticket(CARRIER, 7, _forReissue(carrier, wish, 7));
        bytes memory data = abi.encodeCall(ITitleRegistry.relayReissue, (wish, ticket));
        bytes32[] memory opened = abi.decode(_carries(data), (bytes32[]));
        _same("opened", opened.length, 2);
        for (uint256 i = 0; i < 2; ++i) {
            _same("which", opened[i], titles.titleId(carrier, wish.parts[i].tag));
            _same("the key", titles.record(opened[i]).key, vm.addr(CARRIER));
        }
        _isUsed(data, vm.addr(CARRIER), 7);
    }

    function test_relayReissue_whenAnythingSignedIsAltered_thenRefused() external {
        ITitleRegistry.Reissue memory good = _surrendered();
        IRelayedActs.Ticket memory ticket = _ticket(CARRIER, 7, _forReissue(carrier, good, 7));
        for (uint256 i = 0; i < 7; ++i) {
            ITitleRegistry.Reissue memory wish =
                abi.decode(abi.encode(good), (ITitleRegistry.Reissue));
            if (i == 0) wish.titles[0] = "another";
            if (i == 1) wish.expectedSequences[0] += 1;
            if (i == 2) wish.parts[1].tag = "another";
            if (i == 3) wish.parts[0].commitment = "another";
            if (i == 4) wish.parts[0].share += 1;
            if (i == 5) wish.remark = "another";
            if (i == 6) (wish.parts[0], wish.parts[1]) = (wish.parts[1], wish.parts[0]);
            _isForged(abi.encodeCall(ITitleRegistry.relayReissue, (wish, ticket)));
        }
        ticket.nonce = 8;
        _isForged(abi.encodeCall(ITitleRegistry.relayReissue, (good, ticket)));
        (ticket.nonce, ticket.deadline) = (7, deadline + 1);
        _isForged(abi.encodeCall(ITitleRegistry.relayReissue, (good, ticket)));
    }

    function _surrendered() private returns (ITitleRegistry.Reissue memory wish) {
        wish = _reissueOf(_issue(bank, bank), _parts(2));
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        _does(BANK, _meant(ITitleRegistry.Action.SurrenderForReissue, plan));
        wish.expectedSequences[0] = 2;
    }

    // ---------------------------------------------------------------- all of them

    function test_everyRelay_whenTheKeyIsNoSignKey_thenRefused() external {
        ITitleRegistry.Reissue memory parts = _surrendered();
        IRelayedActs.Ticket memory ticket = _ticket(0xBAD, 7, 0);
        bytes memory want =
            abi.encodeWithSelector(ITitleRegistry.TitleRegistry_NotSigner.selector, ticket.key);
        _refusesAs(
            STRANGER, abi.encodeCall(ITitleRegistry.relayTagKey, ("a hash", ticket)), want
        );
        _refusesAs(
            STRANGER,
            abi.encodeCall(ITitleRegistry.relayIssue, (_wanted(bank, buyer), ticket)),
            want
        );
        _refusesAs(
            STRANGER,
            abi.encodeCall(
                ITitleRegistry.relayAct, (_wish(ITitleRegistry.Action.Pause), ticket)
            ),
            want
        );
        _refusesAs(
            STRANGER, abi.encodeCall(ITitleRegistry.relayReissue, (parts, ticket)), want
        );
    }

    function test_everyRelay_whenExpired_thenRefusedAndAtTheDeadlineNot() external {
        IRelayedActs.Ticket memory ticket = _ticket(BANK, 7, _forTagKey(bank, "a hash", 7));
        bytes memory data = abi.encodeCall(ITitleRegistry.relayTagKey, ("a hash", ticket));
        vm.warp(deadline + 1);
        _refusesAs(
            STRANGER,
            data,
            abi.encodeWithSelector(
                IRelayedActs.RelayedActs_Expired.selector, deadline, deadline + 1
            )
        );
        vm.warp(deadline);
        _carries(data);
    }
}
