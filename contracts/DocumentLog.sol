// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {RunningHead} from "./RunningHead.sol";
import {IDocumentLog} from "./interfaces/IDocumentLog.sol";
import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";
import {MerkleLog} from "./libraries/MerkleLog.sol";

/// @title DocumentLog
/// @author The maintainers of Corridor Ledger
/// @notice See {IDocumentLog}.
contract DocumentLog is RunningHead, IDocumentLog {
    uint64 private constant _SIZE_LIMIT = 2 ** 53;
    uint256 private constant _MAX_STATEMENT = 4096;

    IPartyRegistry private immutable _REGISTRY;

    /// @inheritdoc IDocumentLog
    bytes32 public root;

    mapping(bytes32 root => HeadRecord head) private _records;

    /// @inheritdoc IDocumentLog
    address public sequencer;

    /// @inheritdoc IDocumentLog
    bool public frozen;

    /// @inheritdoc IDocumentLog
    address public guardian;

    /// @inheritdoc IDocumentLog
    address public proposedGuardian;

    /// @inheritdoc IDocumentLog
    address public successor;

    modifier onlyGuardian() {
        if (msg.sender != guardian) revert DocumentLog_NotGuardian(msg.sender);
        _;
    }

    modifier whileOpen() {
        if (frozen) revert DocumentLog_Frozen();
        _;
    }

    /// @notice Opens an empty log.
    /// @param parties Whose keys may call {IDocumentLog-request}.
    /// @param firstSequencer Anchors.
    /// @param firstGuardian Guards; another key.
    constructor(IPartyRegistry parties, address firstSequencer, address firstGuardian) {
        if (address(parties) == address(0)) revert DocumentLog_ZeroAddress();

        _REGISTRY = parties;
        _setGuardian(firstGuardian);
        _setSequencer(firstSequencer);
    }

    /// @inheritdoc IDocumentLog
    function anchor(uint64 oldSize, uint64 newSize, bytes32 newRoot, bytes32[] calldata proof)
        external
        whileOpen
    {
        if (msg.sender != sequencer) revert DocumentLog_NotSequencer(msg.sender);
        bytes32 oldRoot = root;
        uint64 current = _records[oldRoot].size;
        if (newRoot == oldRoot && newSize == current) return;
        if (oldSize != current) revert DocumentLog_Stale(current, oldSize);
        if (newSize <= oldSize || newSize >= _SIZE_LIMIT) revert DocumentLog_BadSize(oldSize, newSize);
        HeadRecord storage slot = _records[newRoot];
        if (slot.size != 0) revert DocumentLog_RootAnchored(newRoot, slot.size);
        if (!_continues(oldSize, newSize, oldRoot, newRoot, proof)) {
            revert DocumentLog_NotAppendOnly(oldSize, newSize, newRoot);
        }

        root = newRoot;
        uint64 time = uint64(block.timestamp);
        _records[newRoot] = HeadRecord(oldSize, newSize, time, uint64(block.number));
        emit Anchored(newRoot, oldSize, newSize, time);
        _extendHead(abi.encode(Anchored.selector, newRoot, oldSize, newSize, time));
    }

    /// @inheritdoc IDocumentLog
    function request(bytes calldata statement) external whileOpen {
        if (statement.length == 0 || statement.length > _MAX_STATEMENT) {
            revert DocumentLog_BadStatement(statement.length);
        }
        (bytes32 party,,) = _REGISTRY.signerOf(msg.sender);
        if (party == 0) revert DocumentLog_NotSigner(msg.sender);

        bytes32 digest = sha256(statement);
        emit Requested(party, msg.sender, digest, statement);
        _extendHead(abi.encode(Requested.selector, party, msg.sender, digest, statement));
    }

    /// @inheritdoc IDocumentLog
    function rotateSequencer(address next) external onlyGuardian whileOpen {
        _setSequencer(next);
    }

    /// @inheritdoc IDocumentLog
    function freeze() external onlyGuardian whileOpen {
        frozen = true;
        emit Frozen(root, size());
        _extendHead(abi.encode(Frozen.selector, root, size()));
    }

    /// @inheritdoc IDocumentLog
    function nameSuccessor(address next) external onlyGuardian {
        if (!frozen) revert DocumentLog_NotFrozen();
        if (successor != address(0)) revert DocumentLog_SuccessorNamed(successor);
        if (next == address(0) || next == address(this)) revert DocumentLog_BadSuccessor(next);

        successor = next;
        emit SuccessorNamed(next);
        _extendHead(abi.encode(SuccessorNamed.selector, next));
    }

    /// @inheritdoc IDocumentLog
    function proposeGuardian(address candidate) external onlyGuardian {
        if (candidate == sequencer) revert DocumentLog_SameKey(candidate);

        proposedGuardian = candidate;
        emit GuardianProposed(msg.sender, candidate);
        _extendHead(abi.encode(GuardianProposed.selector, msg.sender, candidate));
    }

    /// @inheritdoc IDocumentLog
    function acceptGuardian() external {
        if (msg.sender != proposedGuardian) revert DocumentLog_NotProposed(msg.sender);

        delete proposedGuardian;
        _setGuardian(msg.sender);
    }

    /// @inheritdoc IDocumentLog
    function registry() external view returns (IPartyRegistry) {
        return _REGISTRY;
    }

    /// @inheritdoc IDocumentLog
    function record(bytes32 anchored) external view returns (HeadRecord memory) {
        return _records[anchored];
    }

    /// @inheritdoc IDocumentLog
    function verifyInclusion(
        bytes32 leaf,
        uint64 index,
        bytes32 anchored,
        bytes32[] calldata path
    ) external view returns (bool) {
        return MerkleLog.includes(leaf, index, _records[anchored].size, anchored, path);
    }

    /// @inheritdoc IDocumentLog
    function size() public view returns (uint64) {
        return _records[root].size;
    }

    /// @notice Lets another key anchor.
    /// @param next The sequencer from now on.
    function _setSequencer(address next) private {
        if (next == address(0)) revert DocumentLog_ZeroAddress();
        if (next == guardian) revert DocumentLog_SameKey(next);

        address previous = sequencer;
        sequencer = next;
        emit SequencerRotated(previous, next);
        _extendHead(abi.encode(SequencerRotated.selector, previous, next));
    }

    /// @notice Lets another key guard.
    /// @param next The guardian from now on.
    function _setGuardian(address next) private {
        if (next == address(0)) revert DocumentLog_ZeroAddress();
        if (next == sequencer) revert DocumentLog_SameKey(next);

        address previous = guardian;
        guardian = next;
        emit GuardianChanged(previous, next);
        _extendHead(abi.encode(GuardianChanged.selector, previous, next));
    }

    /// @notice Tells whether the new head continues the old one.
    /// @param oldSize The size now.
    /// @param newSize The new size.
    /// @param oldRoot The root now.
    /// @param newRoot The new root.
    /// @param proof The consistency proof; empty if there is nothing to continue.
    /// @return Whether it does.
    function _continues(
        uint64 oldSize,
        uint64 newSize,
        bytes32 oldRoot,
        bytes32 newRoot,
        bytes32[] calldata proof
    ) private view returns (bool) {
        if (oldSize == 0) return proof.length == 0;
        return MerkleLog.extends(oldSize, newSize, oldRoot, newRoot, proof);
    }
}
