// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "./IPartyRegistry.sol";

/// @title IDocumentLog
/// @author The maintainers of Corridor Ledger
/// @notice The heads of one append-only log: an RFC 9162 SHA-256 tree of 40-byte entries.
/// @dev Assumes: `block.timestamp` is as honest as the validators. Guarantees: each head continues the
/// one before it (the consistency proof is checked here, so that whoever holds the sequencer's key
/// cannot rewrite history); a recorded head never changes; exactly one head anchors an entry, the one
/// with `previousSize <= index < size`.
///
/// Not guaranteed: that `newSize` is true. A root does not commit to its size, and RFC 9162 accepts many
/// honest proofs with a wrong size. A wrong size is visible to whoever reads the log, never makes an
/// entry pass that is not in it, and makes the log useless for all that follows: the sequencer
/// recomputes root and size before it signs, and the guardian freezes a log to which that happened.
///
/// Storage: slot 0 running head, slot 1 `root`, slot 2 mapping root to {HeadRecord} (one slot each,
/// `previousSize` in the lowest bits, then `size`, `time`, `number`), slot 3 `sequencer` and `frozen`.
///
/// Roles: the sequencer anchors and can do nothing else; the guardian, another key, rotates the
/// sequencer, freezes (for ever) and names a successor. Freezing invalidates nothing that was anchored.
interface IDocumentLog {
    /// @notice A head; all zero for a root that was never anchored. Four uint64 in one slot.
    struct HeadRecord {
        uint64 previousSize;
        uint64 size;
        uint64 time;
        uint64 number;
    }

    /// @notice Emitted when a head was anchored; not when the same head was sent again.
    /// @param root The root.
    /// @param previousSize The size of the head before it.
    /// @param size The size.
    /// @param time The time of this block.
    event Anchored(bytes32 indexed root, uint64 previousSize, uint64 size, uint64 time);

    /// @notice Emitted when a party asked in public for a statement to be logged.
    /// @param party The party.
    /// @param key The party's key that asked.
    /// @param digest The SHA-256 of the statement.
    /// @param statement The statement, canonical JSON with its signature; not checked here.
    event Requested(
        bytes32 indexed party, address indexed key, bytes32 indexed digest, bytes statement
    );

    /// @notice Emitted when the sequencer was replaced, and at deployment.
    /// @param previous The former one; zero at deployment.
    /// @param sequencer The one from now on.
    event SequencerRotated(address indexed previous, address indexed sequencer);

    /// @notice Emitted when the guardian proposed a new guardian.
    /// @param guardian The guardian.
    /// @param candidate The proposed one; zero withdraws the proposal.
    event GuardianProposed(address indexed guardian, address indexed candidate);

    /// @notice Emitted when the guardian was replaced, and at deployment.
    /// @param previous The former one; zero at deployment.
    /// @param guardian The one from now on.
    event GuardianChanged(address indexed previous, address indexed guardian);

    /// @notice Emitted when the log was closed for ever.
    /// @param root The last root.
    /// @param size The last size.
    event Frozen(bytes32 indexed root, uint64 size);

    /// @notice Emitted when the successor was named.
    /// @param successor The log that goes on; it starts empty, and trust in it comes from the trust file.
    event SuccessorNamed(address indexed successor);

    /// @notice Thrown when the caller is not the sequencer.
    /// @param caller Who called.
    error DocumentLog_NotSequencer(address caller);

    /// @notice Thrown when the caller is not the guardian.
    /// @param caller Who called.
    error DocumentLog_NotGuardian(address caller);

    /// @notice Thrown when somebody who was not proposed accepts the guardian's office.
    /// @param caller Who called.
    error DocumentLog_NotProposed(address caller);

    /// @notice Thrown when the caller is no `Sign` key in force of a registered party.
    /// @param caller Who called.
    error DocumentLog_NotSigner(address caller);

    /// @notice Thrown when the log is closed.
    error DocumentLog_Frozen();

    /// @notice Thrown when the log must be closed first.
    error DocumentLog_NotFrozen();

    /// @notice Thrown when a head does not build on the current one.
    /// @param size The size now.
    /// @param oldSize The size that the caller built on.
    error DocumentLog_Stale(uint64 size, uint64 oldSize);

    /// @notice Thrown when a head does not grow, or grows to 2^53 or more.
    /// @param oldSize The size now.
    /// @param newSize The size that was asked for.
    error DocumentLog_BadSize(uint64 oldSize, uint64 newSize);

    /// @notice Thrown when a root was anchored before, with another size or at another place.
    /// @param root The root.
    /// @param size The size it was anchored with.
    error DocumentLog_RootAnchored(bytes32 root, uint64 size);

    /// @notice Thrown when the proof does not show that the new head continues the current one.
    /// @param oldSize The size now.
    /// @param newSize The size that was asked for.
    /// @param root The root that was asked for.
    error DocumentLog_NotAppendOnly(uint64 oldSize, uint64 newSize, bytes32 root);

    /// @notice Thrown when an address is zero where one is needed.
    error DocumentLog_ZeroAddress();

    /// @notice Thrown when one address would be sequencer and guardian.
    /// @param key The address.
    error DocumentLog_SameKey(address key);

    /// @notice Thrown when the successor was named before.
    /// @param successor The one that was named.
    error DocumentLog_SuccessorNamed(address successor);

    /// @notice Thrown when a successor is zero or this log.
    /// @param successor What was given.
    error DocumentLog_BadSuccessor(address successor);

    /// @notice Thrown when a statement is empty or longer than 4,096 bytes.
    /// @param length Its length.
    error DocumentLog_BadStatement(uint256 length);

    /// @notice Anchors a head.
    /// @dev Only the sequencer, only before the freeze. In this order: the current head again (same root,
    /// same `newSize`, whatever `oldSize` and `proof`) changes nothing and succeeds, so that a retry is
    /// harmless; `oldSize` must be the current size (compare-and-swap);
    /// `oldSize < newSize < 2^53`; the root must never have been anchored; the proof must show that the
    /// tree continues, and be empty for the first head, which continues nothing.
    /// @param oldSize The size that the caller builds on.
    /// @param newSize The new number of entries.
    /// @param newRoot The new root.
    /// @param proof The RFC 9162 consistency proof from the current head.
    function anchor(uint64 oldSize, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof) external;

    /// @notice Asks in public for a statement to be logged; auditors count valid ones that were not.
    /// @dev By any `Sign` key in force of any registered party, before the freeze.
    /// @param statement 1 to 4,096 bytes.
    function request(bytes calldata statement) external;

    /// @notice Replaces the sequencer. Only the guardian, before the freeze.
    /// @param next The sequencer from now on, not the guardian.
    function rotateSequencer(address next) external;

    /// @notice Closes the log for ever. Only the guardian.
    function freeze() external;

    /// @notice Names the log that goes on. Only the guardian, once, after the freeze.
    /// @param next The successor.
    function nameSuccessor(address next) external;

    /// @notice Proposes a new guardian. Only the guardian.
    /// @param candidate The proposed one, not the sequencer; zero withdraws the proposal.
    function proposeGuardian(address candidate) external;

    /// @notice Accepts the guardian's office. Only the candidate.
    function acceptGuardian() external;

    /// @notice Returns the registry whose parties may call {request}.
    /// @return The PartyRegistry.
    function registry() external view returns (IPartyRegistry);

    /// @notice Returns the current root.
    /// @return The root; zero before the first anchor.
    function root() external view returns (bytes32);

    /// @notice Returns the current size.
    /// @return The number of entries under {root}.
    function size() external view returns (uint64);

    /// @notice Returns the head that a root was anchored as.
    /// @param anchored The root.
    /// @return The head; all zero if there is none.
    function record(bytes32 anchored) external view returns (HeadRecord memory);

    /// @notice Tells whether a leaf is in the log under an anchored root.
    /// @dev False for a root that was never anchored. Says nothing about which head is the leaf's anchor.
    /// @param leaf The leaf's hash, `H(0x00 || entry)`.
    /// @param index The entry's index.
    /// @param anchored The root.
    /// @param path The RFC 9162 inclusion proof, from the leaf upwards.
    /// @return Whether it is.
    function verifyInclusion(
        bytes32 leaf,
        uint64 index,
        bytes32 anchored,
        bytes32[] calldata path
    ) external view returns (bool);

    /// @notice Returns who may anchor.
    /// @return The sequencer.
    function sequencer() external view returns (address);

    /// @notice Returns who may rotate, freeze and name a successor.
    /// @return The guardian.
    function guardian() external view returns (address);

    /// @notice Returns who may accept the guardian's office.
    /// @return The candidate, or zero.
    function proposedGuardian() external view returns (address);

    /// @notice Tells whether the log is closed.
    /// @return Whether it is.
    function frozen() external view returns (bool);

    /// @notice Returns the log that goes on after the freeze.
    /// @return The successor, or zero.
    function successor() external view returns (address);
}
