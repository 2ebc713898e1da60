// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentStatus} from "../../../contracts/interfaces/IDocumentStatus.sol";
import {ILedgerLens} from "../../../contracts/interfaces/ILedgerLens.sol";
import {IRelayedActs} from "../../../contracts/interfaces/IRelayedActs.sol";
import {Ground} from "./fuzz/Ground.sol";

/// @notice Four parties say what they please of few subjects, one by one and many together, directly and by
/// signature, while keys end and are compromised; and others try to say it for them.
contract StatusHandler is Ground {
    string private constant _DOMAIN = "Corridor Ledger DocumentStatus";
    bytes32 private constant _CHANGE = keccak256(
        "StatusChange(bytes32 party,bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _CHANGES = keccak256(
        "StatusChanges(bytes32 party,Item[] items,uint256 nonce,uint64 deadline)Item(bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence)"
    );
    bytes32 private constant _ITEM = keccak256(
        "Item(bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence)"
    );
    uint256 private constant _SUBJECTS = 5;

    IDocumentStatus private _status;
    ILedgerLens private _lens;
    address private _log;

    mapping(bytes32 party => mapping(bytes32 subject => IDocumentStatus.Record model)) private _models;
    bytes[] private _carried;

    /// @dev What a call of many would leave, until it is known whether it is taken.
    mapping(bytes32 subject => IDocumentStatus.Record draft) private _drafts;
    mapping(bytes32 subject => uint256 round) private _draftRounds;
    uint256 private _round;

    constructor() {
        _found();
        _status = IDocumentStatus(_begin("DocumentStatus.sol:DocumentStatus", abi.encode(registry)));
        _lens = ILedgerLens(_begin("LedgerLens.sol:LedgerLens", ""));
        _log = _begin("DocumentLog.sol:DocumentLog", abi.encode(registry, address(1), address(2)));
        _watch(address(_status));
        _watch(_log);
        bytes32[6] memory names = [
            bytes32("set"),
            "setMany",
            "relay",
            "relayMany",
            "note over a tainted final one",
            "note replays"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            _countable(names[i]);
        }
        for (uint256 i = 0; i < 4; ++i) {
            _register(2);
        }
    }

    // ---------------------------------------------------------------- what Forge calls

    /// @notice One change, directly.
    function set(uint256 seed) external step(seed) {
        (bytes32 party, address key) = _speaker();
        IDocumentStatus.Item memory item = _item(party);
        _perform("set", party, key, _one(item), abi.encodeCall(IDocumentStatus.set, (party, item)), Spoil.None);
    }

    /// @notice Many changes, directly.
    function setMany(uint256 seed) external step(seed) {
        (bytes32 party, address key) = _speaker();
        IDocumentStatus.Item[] memory items = _items(party);
        _perform(
            "setMany", party, key, items, abi.encodeCall(IDocumentStatus.setMany, (party, items)), Spoil.None
        );
    }

    /// @notice One change, carried by anyone.
    function relay(uint256 seed) external step(seed) {
        (bytes32 party, address key) = _speaker();
        IDocumentStatus.Item memory item = _item(party);
        Spoil spoil = _spoil(key);
        IRelayedActs.Ticket memory ticket = _ticket(key, spoil);
        bytes32 content =
            keccak256(abi.encode(_CHANGE, party, item, ticket.nonce, ticket.deadline));
        _seal(ticket, _DOMAIN, address(_status), content, spoil);
        _performRelayed(
            "relay", party, ticket, _one(item), abi.encodeCall(IDocumentStatus.relay, (party, item, ticket)), spoil
        );
    }

    /// @notice Many changes, carried by anyone.
    function relayMany(uint256 seed) external step(seed) {
        (bytes32 party, address key) = _speaker();
        IDocumentStatus.Item[] memory items = _items(party);
        Spoil spoil = _spoil(key);
        IRelayedActs.Ticket memory ticket = _ticket(key, spoil);
        bytes memory hashes = "";
        for (uint256 i = 0; i < items.length; ++i) {
            hashes = bytes.concat(hashes, keccak256(abi.encode(_ITEM, items[i])));
        }
        bytes32 content = keccak256(
            abi.encode(_CHANGES, party, keccak256(hashes), ticket.nonce, ticket.deadline)
        );
        _seal(ticket, _DOMAIN, address(_status), content, spoil);
        _performRelayed(
            "relayMany",
            party,
            ticket,
            items,
            abi.encodeCall(IDocumentStatus.relayMany, (party, items, ticket)),
            spoil
        );
    }

    /// @notice Keys come, end and are declared compromised; and old acts are carried once more.
    function disturb(uint256 seed) external step(seed) {
        if (_carried.length > 0 && _dice(4) == 0) {
            bytes32 head = heads[address(_status)];
            bytes memory data = _carried[_dice(_carried.length)];
            _count("note replays", _call(address(_status), _anyone(), data));
            _hold(heads[address(_status)] == head, "an act carried twice changes nothing");
        } else if (_dice(2) == 0) {
            _taint();
        } else {
            _changeSomeKey();
        }
        if (_dice(3) == 0) _later(_dice(1000));
    }

    // ---------------------------------------------------------------- properties

    /// @notice Every record is what its party said last: nobody else's word, and nothing after a final one.
    function checkRecords(bool all) external view {
        (uint256 first, uint256 stride) = _stride(all);
        for (uint256 i = first; i < parties.length; i += stride) {
            for (uint256 j = 1; j <= _SUBJECTS; ++j) {
                _checkRecord(parties[i], bytes32(j));
            }
        }
    }

    function _checkRecord(bytes32 party, bytes32 subject) private view {
        IDocumentStatus.Record memory record = _status.record(party, subject);
        IDocumentStatus.Record memory model = _models[party][subject];
        _hold(
            keccak256(abi.encode(record)) == keccak256(abi.encode(model)),
            "a record is what its party said last"
        );
        _hold(
            _status.tainted(party, subject) == _tainted(model),
            "tainted is what a compromised key wrote in its window"
        );
        bool own = record.key == address(0) || members[record.key].party == party;
        _hold(own, "nobody speaks of another party's documents");
    }

    /// @notice The lens says what the records say, and of the keys that wrote them.
    function checkLens() external view {
        ILedgerLens.Query memory query;
        (query.log, query.registry) = (_log, address(registry));
        query.statuses = new address[](1);
        query.statuses[0] = address(_status);
        query.commitment = bytes32(1 + clock % _SUBJECTS);
        query.issuers = new bytes32[](2);
        (query.issuers[0], query.issuers[1]) = (parties[0], parties[1 + clock % 3]);
        query.receipts = new ILedgerLens.ReceiptQuery[](1);
        query.receipts[0].party = parties[0];
        query.receipts[0].statementRoot = bytes32(1 + height % _SUBJECTS);
        ILedgerLens.Answer memory answer = _lens.lookup(query);
        for (uint256 i = 0; i < 2; ++i) {
            _sameStatus(answer.issuers[i].statuses[0], _models[query.issuers[i]][query.commitment]);
        }
        _sameStatus(
            answer.issuers[0].statuses[1], _models[parties[0]][query.receipts[0].statementRoot]
        );
        _hold(answer.issuers[1].statuses[1].sequence == 0, "the lens knows of no other statement");
    }

    function _sameStatus(ILedgerLens.StatusAnswer memory answer, IDocumentStatus.Record storage model)
        private
        view
    {
        ILedgerLens.StatusAnswer memory want = ILedgerLens.StatusAnswer({
            status: uint8(model.status),
            reason: model.reason,
            sequence: model.sequence,
            time: model.time,
            number: model.number,
            supersededBy: model.supersededBy,
            key: model.key,
            keyCompromisedSince: members[model.key].since,
            keyDeclaredBlock: members[model.key].declaredBlock
        });
        _hold(keccak256(abi.encode(answer)) == keccak256(abi.encode(want)), "the lens repeats the status");
    }

    // ---------------------------------------------------------------- acts and their model

    function _perform(
        bytes32 name,
        bytes32 party,
        address key,
        IDocumentStatus.Item[] memory items,
        bytes memory data,
        Spoil spoil
    ) private returns (bool accepted, bool changed) {
        bool expected;
        (expected, changed) = _draft(party, key, items);
        // What the records already say needs no signature, and spends no nonce.
        if (changed && spoil != Spoil.None) expected = false;
        bool relayed = name == "relay" || name == "relayMany";
        accepted = _call(address(_status), relayed ? _anyone() : key, data);
        _settle(name, expected, accepted);
        if (!accepted) return (accepted, changed);
        for (uint256 i = 0; i < items.length; ++i) {
            _models[party][items[i].subject] = _drafts[items[i].subject];
        }
        for (uint256 i = 0; i < items.length; ++i) {
            _checkRecord(party, items[i].subject);
        }
    }

    function _performRelayed(
        bytes32 name,
        bytes32 party,
        IRelayedActs.Ticket memory ticket,
        IDocumentStatus.Item[] memory items,
        bytes memory data,
        Spoil spoil
    ) private {
        bool used = _status.nonceUsed(ticket.key, ticket.nonce);
        (bool accepted, bool changed) = _perform(name, party, ticket.key, items, data, spoil);
        bool usedNow = _status.nonceUsed(ticket.key, ticket.nonce);
        _hold(usedNow == (used || (accepted && changed)), "a nonce is used by what changes something");
        if (!accepted || !changed) return;
        _spend(ticket);
        _carried.push(data);
    }

    /// @notice Drafts what the items leave.
    /// @return allowed Whether all of them are.
    /// @return changed Whether any of them says something new when the call begins.
    function _draft(bytes32 party, address key, IDocumentStatus.Item[] memory items)
        private
        returns (bool allowed, bool changed)
    {
        if (items.length == 0 || items.length > 256) return (false, false);
        if (party == 0 || _speaksFor(key) != party) return (false, false);
        ++_round;
        allowed = true;
        for (uint256 i = 0; i < items.length; ++i) {
            if (!_says(_models[party][items[i].subject], items[i])) changed = true;
        }
        for (uint256 i = 0; i < items.length; ++i) {
            if (!_draftOne(party, key, items[i])) allowed = false;
        }
    }

    function _draftOne(bytes32 party, address key, IDocumentStatus.Item memory item)
        private
        returns (bool)
    {
        if (_draftRounds[item.subject] != _round) {
            _drafts[item.subject] = _models[party][item.subject];
            _draftRounds[item.subject] = _round;
        }
        IDocumentStatus.Record storage record = _drafts[item.subject];
        bool superseded = item.status == IDocumentStatus.Status.Superseded;
        if (superseded != (item.supersededBy != 0) || (superseded && item.supersededBy == item.subject)) {
            return false;
        }
        if (_says(record, item)) return true;
        if (record.sequence != item.expectedSequence) return false;
        bool settled = record.status == IDocumentStatus.Status.Revoked
            || record.status == IDocumentStatus.Status.Superseded;
        if (settled && !_tainted(record)) return false;
        if (settled) _count("note over a tainted final one", true);

        (record.status, record.reason, record.supersededBy) = (item.status, item.reason, item.supersededBy);
        (record.key, record.sequence) = (key, record.sequence + 1);
        (record.time, record.number) = (clock, height);
        return true;
    }

    /// @notice Tells whether a record, as anybody believes it, says what an item says.
    function _says(IDocumentStatus.Record storage record, IDocumentStatus.Item memory item)
        private
        view
        returns (bool)
    {
        return record.status == item.status && record.reason == item.reason
            && record.supersededBy == item.supersededBy && !_tainted(record);
    }

    function _tainted(IDocumentStatus.Record memory record) private view returns (bool) {
        Member storage member = members[record.key];
        return member.since != 0 && member.since <= record.time && record.number <= member.declaredBlock;
    }

    // ---------------------------------------------------------------- wishes

    /// @notice A party finds that the key that wrote one of its records was not in its hands then.
    function _taint() private {
        bytes32 party = parties[_dice(parties.length)];
        for (uint256 i = 1; i <= _SUBJECTS; ++i) {
            IDocumentStatus.Record storage record = _models[party][bytes32(i)];
            if (record.key == address(0) || members[record.key].since != 0) continue;
            bool settled = record.status == IDocumentStatus.Status.Revoked
                || record.status == IDocumentStatus.Status.Superseded;
            if (!settled && _dice(3) != 0) continue;
            uint64 since = record.time - 1 + uint64(_dice(3));
            _declare(record.key, since > clock ? clock : since);
            return;
        }
    }

    /// @notice Returns a party and a key that may speak for it, or not.
    function _speaker() private returns (bytes32 party, address key) {
        party = parties[_dice(parties.length)];
        key = _dice(6) == 0 ? _anyone() : _signerOf(party);
        if (_dice(20) == 0) party = _dice(2) == 0 ? bytes32(0) : _word();
    }

    function _items(bytes32 party) private returns (IDocumentStatus.Item[] memory items) {
        uint256 count = _dice(30) == 0 ? _dice(2) * 257 : 1 + _dice(4);
        items = new IDocumentStatus.Item[](count);
        for (uint256 i = 0; i < count; ++i) {
            items[i] = _item(party);
            // Most subjects once: a subject that comes twice has the sequence that the first time leaves.
            if (count <= _SUBJECTS && _dice(8) != 0) {
                items[i].subject = bytes32(1 + (uint256(items[0].subject) - 1 + i) % _SUBJECTS);
                items[i].expectedSequence = _models[party][items[i].subject].sequence;
            }
            if (items[i].supersededBy == items[i].subject && _dice(8) != 0) items[i].supersededBy = _word();
        }
    }

    function _item(bytes32 party) private returns (IDocumentStatus.Item memory item) {
        item.subject = bytes32(1 + _dice(_SUBJECTS));
        IDocumentStatus.Record storage model = _models[party][item.subject];
        item.expectedSequence = model.sequence;
        if (_dice(6) == 0) {
            (item.status, item.reason, item.supersededBy) = (model.status, model.reason, model.supersededBy);
        } else {
            item.status = IDocumentStatus.Status(_dice(4));
            item.reason = uint16(_dice(3));
            // Less often for ever.
            bool settles = item.status == IDocumentStatus.Status.Revoked
                || item.status == IDocumentStatus.Status.Superseded;
            if (settles && _dice(2) == 0) item.status = IDocumentStatus.Status.Suspended;
            if (item.status == IDocumentStatus.Status.Superseded) item.supersededBy = _word();
        }
        uint256 wrong = _dice(24);
        if (wrong == 0) item.expectedSequence = uint32(_dice(item.expectedSequence + 2));
        if (wrong == 1) item.supersededBy = _dice(2) == 0 ? bytes32(0) : item.subject;
        if (wrong == 2) item.supersededBy = _word();
    }

    function _one(IDocumentStatus.Item memory item)
        private
        pure
        returns (IDocumentStatus.Item[] memory items)
    {
        items = new IDocumentStatus.Item[](1);
        items[0] = item;
    }
}
