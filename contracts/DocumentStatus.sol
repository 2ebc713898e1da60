// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RunningHead} from "./RunningHead.sol";
import {IDocumentStatus} from "./interfaces/IDocumentStatus.sol";
import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";

/// @title DocumentStatus
/// @author The maintainers of Corridor Ledger
/// @notice See {IDocumentStatus}.
contract DocumentStatus is RunningHead, IDocumentStatus {
    uint256 private constant _MAX_CHANGES = 256;

    IPartyRegistry private immutable _REGISTRY;

    mapping(bytes32 party => mapping(bytes32 subject => Record record)) private _records;

    /// @notice Names the registry, for ever.
    /// @param parties Knows the keys.
    constructor(IPartyRegistry parties) {
        if (address(parties) == address(0)) revert DocumentStatus_ZeroAddress();

        _REGISTRY = parties;
    }

    /// @inheritdoc IDocumentStatus
    function set(Change calldata change) external {
        _requireSigner(change.party);
        _set(change);
    }

    /// @inheritdoc IDocumentStatus
    function setMany(Change[] calldata changes) external {
        if (changes.length == 0 || changes.length > _MAX_CHANGES) {
            revert DocumentStatus_BadCount(changes.length);
        }
        bytes32 party = changes[0].party;
        _requireSigner(party);

        for (uint256 i = 0; i < changes.length; ++i) {
            // An address belongs to one party only: it cannot be a key of another one as well.
            if (changes[i].party != party) {
                revert DocumentStatus_NotSigner(changes[i].party, msg.sender);
            }
            _set(changes[i]);
        }
    }

    /// @inheritdoc IDocumentStatus
    function registry() external view returns (IPartyRegistry) {
        return _REGISTRY;
    }

    /// @inheritdoc IDocumentStatus
    function record(bytes32 party, bytes32 subject) external view returns (Record memory) {
        return _records[party][subject];
    }

    /// @inheritdoc IDocumentStatus
    function tainted(bytes32 party, bytes32 subject) external view returns (bool) {
        return _tainted(_records[party][subject]);
    }

    /// @notice Writes one change, unless the record already says so.
    /// @param change The change, by a key of the party.
    function _set(Change calldata change) private {
        _requireSuccessor(change);
        Record storage stored = _records[change.party][change.subject];
        bool taint = stored.key != msg.sender && _tainted(stored); // the caller is in force
        if (!taint && _says(stored, change)) return;
        if (stored.sequence != change.expectedSequence) {
            revert DocumentStatus_Stale(change.subject, stored.sequence, change.expectedSequence);
        }
        if (!taint && _isFinal(stored.status)) {
            revert DocumentStatus_Final(change.subject, stored.status);
        }

        _write(stored, change, change.expectedSequence + 1);
    }

    /// @notice Writes a record and says so.
    /// @param stored The record.
    /// @param change The change.
    /// @param sequence The record's new sequence number.
    function _write(Record storage stored, Change calldata change, uint32 sequence) private {
        stored.key = msg.sender;
        stored.status = change.status;
        stored.reason = change.reason;
        stored.sequence = sequence;
        stored.time = uint64(block.timestamp);
        stored.number = uint64(block.number);
        stored.supersededBy = change.supersededBy;
        emit StatusChanged(
            change.party,
            change.subject,
            change.status,
            change.reason,
            change.supersededBy,
            msg.sender,
            sequence
        );
        _extendHead(
            abi.encode(
                StatusChanged.selector,
                change.party,
                change.subject,
                change.status,
                change.reason,
                change.supersededBy,
                msg.sender,
                sequence
            )
        );
    }

    /// @notice Reverts unless the caller is a `Sign` key of the party in force.
    /// @param party The party.
    function _requireSigner(bytes32 party) private view {
        if (!_REGISTRY.isSigner(party, msg.sender)) {
            revert DocumentStatus_NotSigner(party, msg.sender);
        }
    }

    /// @notice Tells whether a record was written by a key in its window of compromise.
    /// @param stored The record.
    /// @return Whether it was.
    function _tainted(Record storage stored) private view returns (bool) {
        address writer = stored.key;
        if (writer == address(0)) return false;
        IPartyRegistry.Key memory key = _REGISTRY.keyOf(writer);
        return key.compromisedSince != 0 && key.compromisedSince <= stored.time
            && stored.number <= key.declaredBlock;
    }

    /// @notice Tells whether a record already says what a change asks for.
    /// @param stored The record.
    /// @param change The change.
    /// @return Whether it does.
    function _says(Record storage stored, Change calldata change) private view returns (bool) {
        return stored.status == change.status && stored.reason == change.reason
            && stored.supersededBy == change.supersededBy;
    }

    /// @notice Reverts if `supersededBy` does not fit the status.
    /// @param change The change.
    function _requireSuccessor(Change calldata change) private pure {
        bool needed = change.status == Status.Superseded;
        bool given = change.supersededBy != 0;
        if (needed != given || (given && change.supersededBy == change.subject)) {
            revert DocumentStatus_BadSuccessor(change.subject, change.supersededBy);
        }
    }

    /// @notice Tells whether a status is final.
    /// @param status The status.
    /// @return Whether it is.
    function _isFinal(Status status) private pure returns (bool) {
        return status == Status.Revoked || status == Status.Superseded;
    }
}
