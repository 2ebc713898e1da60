// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {RelayedActs} from "./RelayedActs.sol";
import {RunningHead} from "./RunningHead.sol";
import {IDocumentStatus} from "./interfaces/IDocumentStatus.sol";
import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";

/// @title DocumentStatus
/// @author The maintainers of Corridor Ledger
/// @notice See {IDocumentStatus}.
contract DocumentStatus is RunningHead, RelayedActs, IDocumentStatus {
    /// @dev {IDocumentStatus-Record} as it is stored: one slot, the key by its serial.
    struct StoredRecord {
        uint32 key;
        Status status;
        uint16 reason;
        uint32 sequence;
        uint64 time;
        uint64 number;
    }

    bytes32 private constant _CHANGE_TYPE = keccak256(
        "StatusChange(bytes32 party,bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _CHANGES_TYPE = keccak256(
        "StatusChanges(bytes32 party,Item[] items,uint256 nonce,uint64 deadline)Item(bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence)"
    );
    bytes32 private constant _ITEM_TYPE = keccak256(
        "Item(bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence)"
    );
    uint256 private constant _MAX_ITEMS = 256;

    IPartyRegistry private immutable _REGISTRY;

    mapping(bytes32 party => mapping(bytes32 subject => StoredRecord record)) private _records;
    mapping(bytes32 party => mapping(bytes32 subject => bytes32 successor)) private _successors;

    /// @notice Names the registry, for ever.
    /// @param parties Knows the keys.
    constructor(IPartyRegistry parties) EIP712("Corridor Ledger DocumentStatus", "1") {
        if (address(parties) == address(0)) revert DocumentStatus_ZeroAddress();

        _REGISTRY = parties;
    }

    /// @inheritdoc IDocumentStatus
    function set(bytes32 party, Item calldata item) external {
        uint32 key = _signer(party, msg.sender);
        head = _set(head, party, item, msg.sender, key);
    }

    /// @inheritdoc IDocumentStatus
    function setMany(bytes32 party, Item[] calldata items) external {
        _requireCount(items.length);
        uint32 key = _signer(party, msg.sender);
        _setMany(party, items, msg.sender, key);
    }

    /// @inheritdoc IDocumentStatus
    function relay(bytes32 party, Item calldata item, Ticket calldata ticket) external {
        uint32 key = _signer(party, ticket.key);
        if (!_changes(party, item, _records[party][item.subject], key)) return;

        _spend(
            ticket,
            keccak256(abi.encode(_CHANGE_TYPE, party, item, ticket.nonce, ticket.deadline))
        );
        head = _set(head, party, item, ticket.key, key);
    }

    /// @inheritdoc IDocumentStatus
    function relayMany(bytes32 party, Item[] calldata items, Ticket calldata ticket) external {
        _requireCount(items.length);
        uint32 key = _signer(party, ticket.key);
        if (!_anyChanges(party, items, key)) return;

        _spend(ticket, _hashItems(party, items, ticket));
        _setMany(party, items, ticket.key, key);
    }

    /// @inheritdoc IDocumentStatus
    function registry() external view returns (IPartyRegistry) {
        return _REGISTRY;
    }

    /// @inheritdoc IDocumentStatus
    function record(bytes32 party, bytes32 subject) external view returns (Record memory) {
        StoredRecord storage stored = _records[party][subject];
        return Record({
            key: _REGISTRY.keyAt(stored.key),
            status: stored.status,
            reason: stored.reason,
            sequence: stored.sequence,
            time: stored.time,
            number: stored.number,
            supersededBy: _successor(party, subject, stored.status)
        });
    }

    /// @inheritdoc IDocumentStatus
    function tainted(bytes32 party, bytes32 subject) external view returns (bool) {
        return _tainted(_records[party][subject]);
    }

    /// @notice Writes many changes, but for those that the records already say.
    /// @param party The party.
    /// @param items The changes.
    /// @param by The key that says so.
    /// @param key Its serial.
    function _setMany(bytes32 party, Item[] calldata items, address by, uint32 key) private {
        bytes32 latest = head;
        for (uint256 i = 0; i < items.length; ++i) {
            latest = _set(latest, party, items[i], by, key);
        }
        head = latest;
    }

    /// @notice Writes one change, unless the record already says so.
    /// @param latest The running head.
    /// @param party The party.
    /// @param item The change.
    /// @param by The key that says so.
    /// @param key Its serial.
    /// @return The running head afterwards.
    function _set(bytes32 latest, bytes32 party, Item calldata item, address by, uint32 key)
        private
        returns (bytes32)
    {
        StoredRecord storage place = _records[party][item.subject];
        StoredRecord memory stored = place;
        if (!_changes(party, item, stored, key)) return latest;
        if (stored.sequence != item.expectedSequence) {
            revert DocumentStatus_Stale(item.subject, stored.sequence, item.expectedSequence);
        }
        if (_isFinal(stored.status) && !_doubtful(stored, key)) {
            revert DocumentStatus_Final(item.subject, stored.status);
        }

        uint32 sequence = item.expectedSequence + 1;
        place.key = key;
        place.status = item.status;
        place.reason = item.reason;
        place.sequence = sequence;
        place.time = uint64(block.timestamp);
        place.number = uint64(block.number);
        if (item.supersededBy != 0) _successors[party][item.subject] = item.supersededBy;
        return _say(latest, party, item, by, sequence);
    }

    /// @notice Says that a record changed.
    /// @param latest The running head.
    /// @param party The party.
    /// @param item The change.
    /// @param by The key that says so.
    /// @param sequence The number of the record.
    /// @return The running head afterwards.
    function _say(bytes32 latest, bytes32 party, Item calldata item, address by, uint32 sequence)
        private
        returns (bytes32)
    {
        return _emitExtended(
            latest,
            2,
            abi.encode(
                StatusChanged.selector,
                party,
                item.subject,
                item.status,
                item.reason,
                item.supersededBy,
                by,
                sequence
            )
        );
    }

    /// @notice Reverts unless a key is a `Sign` key of the party in force.
    /// @param party The party.
    /// @param by The key.
    /// @return key Its serial.
    function _signer(bytes32 party, address by) private view returns (uint32 key) {
        bytes32 owner;
        (owner,, key) = _REGISTRY.signerOf(by);
        if (key == 0 || owner != party) revert DocumentStatus_NotSigner(party, by);
    }

    /// @notice Tells whether any of many items is not what the records already say.
    /// @param party The party.
    /// @param items The items.
    /// @param key The serial of the key that says so.
    /// @return Whether there is one.
    function _anyChanges(bytes32 party, Item[] calldata items, uint32 key) private view returns (bool) {
        for (uint256 i = 0; i < items.length; ++i) {
            if (_changes(party, items[i], _records[party][items[i].subject], key)) return true;
        }
        return false;
    }

    /// @notice Tells whether an item is not what its record already says; reverts if it makes no sense.
    /// @param party The party.
    /// @param item The item.
    /// @param stored The record.
    /// @param key The serial of the key that says so.
    /// @return Whether it changes anything.
    function _changes(bytes32 party, Item calldata item, StoredRecord memory stored, uint32 key)
        private
        view
        returns (bool)
    {
        _requireSuccessor(item);
        bool same = stored.status == item.status && stored.reason == item.reason
            && _successor(party, item.subject, stored.status) == item.supersededBy;
        return !same || _doubtful(stored, key);
    }

    /// @notice Returns what supersedes a subject.
    /// @param party The party.
    /// @param subject The subject.
    /// @param status Its status.
    /// @return The successor, or zero unless the status is `Superseded`.
    function _successor(bytes32 party, bytes32 subject, Status status) private view returns (bytes32) {
        return status == Status.Superseded ? _successors[party][subject] : bytes32(0);
    }

    /// @notice Tells whether a record is tainted in the eyes of a key that is in force.
    /// @param stored The record.
    /// @param key The serial of that key; what it wrote itself is not tainted.
    /// @return Whether it is.
    function _doubtful(StoredRecord memory stored, uint32 key) private view returns (bool) {
        return stored.key != key && _tainted(stored);
    }

    /// @notice Tells whether a record was written by a key in its window of compromise.
    /// @param stored The record.
    /// @return Whether it was.
    function _tainted(StoredRecord memory stored) private view returns (bool) {
        if (stored.key == 0) return false;
        IPartyRegistry.Key memory key = _REGISTRY.keyOf(_REGISTRY.keyAt(stored.key));
        // No key writes after the block that declares it compromised: the window needs no other end.
        return key.compromisedSince != 0 && key.compromisedSince <= stored.time;
    }

    /// @notice Hashes many changes as their key signed them.
    /// @param party The party.
    /// @param items The changes.
    /// @param ticket Their ticket.
    /// @return EIP-712's `hashStruct`.
    function _hashItems(bytes32 party, Item[] calldata items, Ticket calldata ticket)
        private
        pure
        returns (bytes32)
    {
        bytes32[] memory hashes = new bytes32[](items.length);
        for (uint256 i = 0; i < items.length; ++i) {
            hashes[i] = keccak256(abi.encode(_ITEM_TYPE, items[i]));
        }
        return keccak256(
            abi.encode(
                _CHANGES_TYPE,
                party,
                keccak256(abi.encodePacked(hashes)),
                ticket.nonce,
                ticket.deadline
            )
        );
    }

    /// @notice Reverts if there is nothing to change, or too much.
    /// @param count The number of changes.
    function _requireCount(uint256 count) private pure {
        if (count == 0 || count > _MAX_ITEMS) revert DocumentStatus_BadCount(count);
    }

    /// @notice Reverts if `supersededBy` does not fit the status.
    /// @param item The change.
    function _requireSuccessor(Item calldata item) private pure {
        bool needed = item.status == Status.Superseded;
        bool given = item.supersededBy != 0;
        if (needed != given || (given && item.supersededBy == item.subject)) {
            revert DocumentStatus_BadSuccessor(item.subject, item.supersededBy);
        }
    }

    /// @notice Tells whether a status is final.
    /// @param status The status.
    /// @return Whether it is.
    function _isFinal(Status status) private pure returns (bool) {
        return status == Status.Revoked || status == Status.Superseded;
    }
}
