// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "./IPartyRegistry.sol";
import {IRelayedActs} from "./IRelayedActs.sol";

/// @title IDocumentStatus
/// @author The maintainers of Corridor Ledger
/// @notice What a party says today about its documents: current, revoked, suspended or superseded.
/// @dev Keyed by (party, subject). A subject is a commitment or the root of a statement; a verifier asks
/// for both, of every issuer. Assumes: `block.timestamp` is as honest as the validators. Guarantees: only
/// `Sign` keys of the party in force act; `Revoked` and `Superseded` are final; a record that the state
/// already equals is never written again.
///
/// The one exception: a record is *tainted* if the key that wrote it is declared compromised and the
/// record was written from `compromisedSince` up to and including the declaring block. Verifiers call
/// the status of a tainted record UNKNOWN, and the party may replace it by anything, even `Revoked`, and
/// even by the same, which then is no repetition: it is confirmed by a key that is believed.
///
/// Each change also by signature through anyone, see {IRelayedActs}; domain name
/// `Corridor Ledger DocumentStatus`, types
/// `StatusChange(bytes32 party,bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,
/// uint32 expectedSequence,uint256 nonce,uint64 deadline)` and
/// `StatusChanges(bytes32 party,Item[] items,uint256 nonce,uint64 deadline)` with
/// `Item(bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence)`
/// (no blanks or line breaks in the types).
interface IDocumentStatus is IRelayedActs {
    /// @notice The status of a subject. `Current` is that of one nobody ever mentioned.
    enum Status {
        Current,
        Revoked,
        Suspended,
        Superseded
    }

    /// @notice A record; all zero for a subject nobody ever mentioned.
    struct Record {
        address key;
        Status status;
        uint16 reason;
        uint32 sequence;
        uint64 time;
        uint64 number;
        bytes32 supersededBy;
    }

    /// @notice What a party wants to say about one subject.
    struct Item {
        bytes32 subject;
        Status status;
        uint16 reason;
        bytes32 supersededBy;
        uint32 expectedSequence;
    }

    /// @notice Emitted when a record changed; not when a request repeated what it says.
    /// @param party The party.
    /// @param subject A commitment or the root of a statement.
    /// @param status The status.
    /// @param reason A reason code, zero for none; the codes are in the documentation.
    /// @param supersededBy The commitment or statement root that replaces the subject, or zero.
    /// @param key The party's key that acted.
    /// @param sequence The number of this record of the subject, from one.
    event StatusChanged(
        bytes32 indexed party,
        bytes32 indexed subject,
        Status status,
        uint16 reason,
        bytes32 supersededBy,
        address key,
        uint32 sequence
    );

    /// @notice Thrown when the constructor gets a zero address.
    error DocumentStatus_ZeroAddress();

    /// @notice Thrown when the caller is no `Sign` key of the party in force.
    /// @param party The party.
    /// @param caller Who called.
    error DocumentStatus_NotSigner(bytes32 party, address caller);

    /// @notice Thrown when there is no change or more than 256.
    /// @param count How many were given.
    error DocumentStatus_BadCount(uint256 count);

    /// @notice Thrown when `supersededBy` is the subject, is missing, or is given without `Superseded`.
    /// @param subject The subject.
    /// @param supersededBy What was given.
    error DocumentStatus_BadSuccessor(bytes32 subject, bytes32 supersededBy);

    /// @notice Thrown when the record changed since the caller looked.
    /// @param subject The subject.
    /// @param sequence The record's sequence number now.
    /// @param expected The one that the caller expected.
    error DocumentStatus_Stale(bytes32 subject, uint32 sequence, uint32 expected);

    /// @notice Thrown when the record says `Revoked` or `Superseded`, and is not tainted.
    /// @param subject The subject.
    /// @param status The status now.
    error DocumentStatus_Final(bytes32 subject, Status status);

    /// @notice Sets one status.
    /// @dev In this order: the caller must be a `Sign` key of the party in force; `supersededBy` must be a
    /// subject other than this one with `Superseded`, and zero else; what an untainted record already says
    /// (status, reason, supersededBy) changes nothing and succeeds, whatever the sequence number, so that
    /// a retry is harmless; `expectedSequence` must be the record's (compare-and-swap; zero for none);
    /// `Revoked` and `Superseded` are final unless tainted.
    /// @param party The party.
    /// @param item What it says.
    function set(bytes32 party, Item calldata item) external;

    /// @notice Sets many statuses of one party, all or none.
    /// @param party The party.
    /// @param items 1 to 256 of them; see {set}.
    function setMany(bytes32 party, Item[] calldata items) external;

    /// @notice Sets one status that a key signed.
    /// @dev See {set}; what the record already says succeeds and leaves the nonce unused.
    /// @param party The party.
    /// @param item What it says.
    /// @param ticket The key's signature.
    function relay(bytes32 party, Item calldata item, Ticket calldata ticket) external;

    /// @notice Sets many statuses of one party that a key signed together, all or none.
    /// @dev See {setMany}; if all records already say so, it succeeds and leaves the nonce unused.
    /// @param party The party.
    /// @param items 1 to 256 of them.
    /// @param ticket The key's signature.
    function relayMany(bytes32 party, Item[] calldata items, Ticket calldata ticket) external;

    /// @notice Returns the registry that knows the keys.
    /// @return The PartyRegistry.
    function registry() external view returns (IPartyRegistry);

    /// @notice Returns a record.
    /// @param party The party.
    /// @param subject A commitment or the root of a statement.
    /// @return The record; all zero if there is none.
    function record(bytes32 party, bytes32 subject) external view returns (Record memory);

    /// @notice Tells whether a record was written by a key in its window of compromise.
    /// @param party The party.
    /// @param subject A commitment or the root of a statement.
    /// @return Whether it was.
    function tainted(bytes32 party, bytes32 subject) external view returns (bool);
}
