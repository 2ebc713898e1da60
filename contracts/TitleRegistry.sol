// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {RelayedActs} from "./RelayedActs.sol";
import {RunningHead} from "./RunningHead.sol";
import {TitleRules} from "./TitleRules.sol";
import {TitleToken} from "./TitleToken.sol";
import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";
import {ITitleRegistry} from "./interfaces/ITitleRegistry.sol";

/// @title TitleRegistry
/// @author The maintainers of Corridor Ledger
/// @notice See {ITitleRegistry}; what acts need and do is in {TitleRules}, the look of ERC-721 in {TitleToken}.
contract TitleRegistry is RunningHead, RelayedActs, TitleRules, TitleToken {
    /// @inheritdoc ITitleRegistry
    uint64 public constant WHOLE = 1e9;

    bytes32 private constant _TAG_KEY_TYPE =
        keccak256("TagKey(bytes32 party,bytes32 keyHash,uint256 nonce,uint64 deadline)");
    bytes32 private constant _ISSUE_TYPE = keccak256(
        "Issue(bytes32 party,bytes32 tag,uint32 expectedSequence,bytes32 commitment,bytes32 holder,bytes32 beneficiary,bytes32 remark,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _ACT_TYPE = keccak256(
        "Act(bytes32 party,uint8 action,bytes32 title,uint32 expectedSequence,bytes32 holder,bytes32 beneficiary,bytes32 intent,uint64 acceptBy,bytes32 remark,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _REISSUE_TYPE = keccak256(
        "Reissue(bytes32 party,bytes32[] titles,uint32[] expectedSequences,Part[] parts,bytes32 remark,uint256 nonce,uint64 deadline)Part(bytes32 tag,bytes32 commitment,uint64 share)"
    );
    bytes32 private constant _PART_TYPE =
        keccak256("Part(bytes32 tag,bytes32 commitment,uint64 share)");
    uint256 private constant _MAX_PARTS = 32;

    IPartyRegistry private immutable _REGISTRY;
    /// @dev That of the deployment, as in the registry's ids: after a fork they stay what they are.
    uint256 private immutable _CHAIN_ID = block.chainid;

    mapping(bytes32 title => Title record) private _titles;
    mapping(bytes32 title => bytes32 commitment) private _commitments;

    /// @inheritdoc ITitleRegistry
    mapping(bytes32 party => mapping(bytes32 commitment => bytes32 title)) public titleOf;

    /// @inheritdoc ITitleRegistry
    mapping(bytes32 party => bytes32 keyHash) public tagKeyHash;

    /// @dev Left as they are when a title moves on; meaningful only in the states that {_intentOf} and
    /// {_acceptByOf} name.
    mapping(bytes32 title => bytes32 intent) private _intents;
    mapping(bytes32 title => uint64 acceptBy) private _deadlines;

    /// @dev Only for titles that came from others; the share of another one is `WHOLE`.
    mapping(bytes32 title => uint64 share) private _shares;
    mapping(bytes32 title => bytes32[] titles) private _origins;

    /// @notice Names the registry, for ever.
    /// @param parties Knows parties and keys.
    constructor(IPartyRegistry parties) EIP712("Corridor Ledger TitleRegistry", "1") {
        if (address(parties) == address(0)) revert TitleRegistry_ZeroAddress();

        _REGISTRY = parties;
    }

    // ---------------------------------------------------------------- directly

    /// @inheritdoc ITitleRegistry
    function registerTagKey(bytes32 keyHash) external {
        _registerTagKey(_actor(msg.sender, 0, 0), keyHash);
    }

    /// @inheritdoc ITitleRegistry
    function issue(Issue calldata wish) external returns (bytes32 title) {
        return _issue(wish, _actor(msg.sender, wish.holder, wish.beneficiary));
    }

    /// @inheritdoc ITitleRegistry
    function act(Act calldata wish) external {
        _act(wish, _actor(msg.sender, wish.holder, wish.beneficiary));
    }

    /// @inheritdoc ITitleRegistry
    function reissue(Reissue calldata wish) external returns (bytes32[] memory opened) {
        return _reissue(wish, _actor(msg.sender, 0, 0));
    }

    // ---------------------------------------------------------------- through anyone

    /// @inheritdoc ITitleRegistry
    function relayTagKey(bytes32 keyHash, Ticket calldata ticket) external {
        Actor memory actor = _actor(ticket.key, 0, 0);
        bytes32 content =
            keccak256(abi.encode(_TAG_KEY_TYPE, actor.id, keyHash, ticket.nonce, ticket.deadline));
        _spend(ticket, content);
        _registerTagKey(actor, keyHash);
    }

    /// @inheritdoc ITitleRegistry
    function relayIssue(Issue calldata wish, Ticket calldata ticket) external returns (bytes32 title) {
        Actor memory actor = _actor(ticket.key, wish.holder, wish.beneficiary);
        bytes32 content =
            keccak256(abi.encode(_ISSUE_TYPE, actor.id, wish, ticket.nonce, ticket.deadline));
        _spend(ticket, content);
        return _issue(wish, actor);
    }

    /// @inheritdoc ITitleRegistry
    function relayAct(Act calldata wish, Ticket calldata ticket) external {
        Actor memory actor = _actor(ticket.key, wish.holder, wish.beneficiary);
        bytes32 content =
            keccak256(abi.encode(_ACT_TYPE, actor.id, wish, ticket.nonce, ticket.deadline));
        _spend(ticket, content);
        _act(wish, actor);
    }

    /// @inheritdoc ITitleRegistry
    function relayReissue(Reissue calldata wish, Ticket calldata ticket)
        external
        returns (bytes32[] memory opened)
    {
        Actor memory actor = _actor(ticket.key, 0, 0);
        _spend(ticket, _hashReissue(wish, actor.id, ticket));
        return _reissue(wish, actor);
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc ITitleRegistry
    function registry() external view returns (IPartyRegistry) {
        return _REGISTRY;
    }

    /// @inheritdoc ITitleRegistry
    function record(bytes32 title) external view returns (Record memory answer) {
        Title memory stored = _titles[title];
        if (stored.state == State.None) return answer;
        answer = Record({
            carrier: _idOf(stored.carrier),
            holder: _idOf(stored.holder),
            beneficiary: _idOf(stored.beneficiary),
            nominee: _idOf(stored.nominee),
            formerHolder: _idOf(stored.formerHolder),
            formerBeneficiary: _idOf(stored.formerBeneficiary),
            commitment: _commitments[title],
            intent: _intentOf(title, stored.state),
            state: stored.state,
            paused: stored.paused,
            sequence: stored.sequence,
            time: stored.time,
            acceptBy: _acceptByOf(title, stored.state),
            share: _shareOf(title),
            key: _REGISTRY.keyAt(stored.key),
            origins: _origins[title]
        });
    }

    /// @inheritdoc ITitleRegistry
    function planOf(bytes32[] calldata titles, Part[] calldata parts) public pure returns (bytes32) {
        return keccak256(abi.encode(titles, parts));
    }

    /// @inheritdoc ITitleRegistry
    function titleId(bytes32 party, bytes32 tag) public pure returns (bytes32) {
        return keccak256(abi.encode(party, tag));
    }

    // ---------------------------------------------------------------- inside

    /// @notice Binds a carrier to its secret.
    /// @param actor Who acts.
    /// @param keyHash The hash of the secret.
    function _registerTagKey(Actor memory actor, bytes32 keyHash) private {
        if (keyHash == 0) revert TitleRegistry_ZeroHash("keyHash");
        bytes32 registered = tagKeyHash[actor.id];
        if (registered != 0) revert TitleRegistry_TagKeyRegistered(actor.id, registered);

        tagKeyHash[actor.id] = keyHash;
        emit TagKeyRegistered(actor.id, keyHash, actor.key);
        _extendHead(abi.encode(TagKeyRegistered.selector, actor.id, keyHash, actor.key));
    }

    /// @notice Issues a title.
    /// @param wish What the carrier wants.
    /// @param actor Who acts.
    /// @return title The title.
    function _issue(Issue calldata wish, Actor memory actor) private returns (bytes32 title) {
        if (wish.expectedSequence != 0) {
            title = titleId(actor.id, wish.tag);
            revert TitleRegistry_Stale(title, _titles[title].sequence, wish.expectedSequence);
        }
        if (actor.holder == 0) revert TitleRegistry_UnknownParty(wish.holder);
        if (actor.beneficiary == 0) revert TitleRegistry_UnknownParty(wish.beneficiary);
        Title memory fresh;
        (fresh.holder, fresh.beneficiary) = (actor.holder, actor.beneficiary);
        if (fresh.holder != actor.serial) fresh.formerHolder = actor.serial;
        if (fresh.beneficiary != actor.serial) fresh.formerBeneficiary = actor.serial;
        title = _open(fresh, Part(wish.tag, wish.commitment, WHOLE), wish.remark, actor);
    }

    /// @notice Acts on a title.
    /// @param wish What the party wants.
    /// @param actor Who acts.
    function _act(Act calldata wish, Actor memory actor) private {
        bytes32 id = wish.title;
        Title memory title = _current(id, wish.expectedSequence);
        State state = title.state;
        uint24 holder = title.holder;
        _apply(wish, title, actor, _acceptByOf(id, state), _intentOf(id, state));

        if (wish.acceptBy != 0) _deadlines[id] = wish.acceptBy;
        if (wish.action == Action.AcceptSurrender) {
            if (state == State.ForAmendment) _claim(id, actor.id, wish.intent);
        } else if (wish.intent != 0) {
            _intents[id] = wish.intent;
        }
        _store(id, title, actor);
        bytes32 latest = _emitActed(wish, title.sequence, actor);
        if (title.holder != holder) {
            latest = _emitTransfer(latest, id, _idOf(holder), _idOf(title.holder));
        }
        head = latest;
    }

    /// @notice Closes titles and opens others for them.
    /// @param wish What the carrier wants.
    /// @param actor Who acts.
    /// @return opened The new titles.
    function _reissue(Reissue calldata wish, Actor memory actor)
        private
        returns (bytes32[] memory opened)
    {
        _requireCounts(wish);
        (uint24 owner, uint256 before) = _closeAll(wish, actor);
        opened = new bytes32[](wish.parts.length);
        uint256 afterwards = 0;
        for (uint256 i = 0; i < opened.length; ++i) {
            Part calldata part = wish.parts[i];
            if (part.share == 0) revert TitleRegistry_BadShares(before, afterwards);
            afterwards += part.share;
            Title memory fresh;
            (fresh.holder, fresh.beneficiary) = (owner, owner);
            opened[i] = _open(fresh, part, wish.remark, actor);
            _shares[opened[i]] = part.share;
            _origins[opened[i]] = wish.titles;
        }
        if (before != afterwards) revert TitleRegistry_BadShares(before, afterwards);

        emit TitlesReissued(actor.id, wish.titles, opened, wish.remark, actor.key);
        _extendHead(
            abi.encode(
                TitlesReissued.selector, actor.id, wish.titles, opened, wish.remark, actor.key
            )
        );
    }

    /// @notice Closes the titles of a reissue.
    /// @param wish What the carrier wants.
    /// @param actor Who acts.
    /// @return owner Who surrendered all of them.
    /// @return sum The sum of their shares.
    function _closeAll(Reissue calldata wish, Actor memory actor)
        private
        returns (uint24 owner, uint256 sum)
    {
        bytes32 plan = planOf(wish.titles, wish.parts);
        for (uint256 i = 0; i < wish.titles.length; ++i) {
            bytes32 id = wish.titles[i];
            Title memory title = _current(id, wish.expectedSequences[i]);
            if (title.state != State.ForReissue) {
                revert TitleRegistry_WrongState(id, title.state, Action.AcceptSurrender);
            }
            if (title.paused) revert TitleRegistry_Paused(id, Action.AcceptSurrender);
            _requireParty(id, title.carrier, actor.serial);
            if (_intents[id] != plan) revert TitleRegistry_NotAgreed(id, _intents[id], plan);
            if (i == 0) owner = title.formerHolder;
            else _requireParty(id, title.formerHolder, owner);

            sum += _shareOf(id);
            _close(title, State.Reissued);
            _store(id, title, actor);
            _emitClosed(id, title.sequence, plan, wish.remark, actor);
        }
    }

    /// @notice Opens a title.
    /// @param fresh Holder and beneficiary.
    /// @param part Tag, commitment and share.
    /// @param remark A commitment to a text, or zero.
    /// @param actor Who acts.
    /// @return id The title.
    function _open(Title memory fresh, Part memory part, bytes32 remark, Actor memory actor)
        private
        returns (bytes32 id)
    {
        if (tagKeyHash[actor.id] == 0) revert TitleRegistry_NoTagKey(actor.id);
        if (part.tag == 0) revert TitleRegistry_ZeroHash("tag");
        id = titleId(actor.id, part.tag);
        State state = _titles[id].state;
        if (state != State.None) revert TitleRegistry_TagUsed(id, state);
        _claim(id, actor.id, part.commitment);

        fresh.carrier = actor.serial;
        fresh.state = State.Held;
        _store(id, fresh, actor);
        head = _emitTransfer(
            _emitIssued(id, fresh, part, remark, actor), id, 0, _idOf(fresh.holder)
        );
    }

    /// @notice Gives a commitment to a title.
    /// @param id The title.
    /// @param carrier The carrier.
    /// @param commitment The commitment.
    function _claim(bytes32 id, bytes32 carrier, bytes32 commitment) private {
        if (commitment == 0) revert TitleRegistry_ZeroHash("commitment");
        bytes32 other = titleOf[carrier][commitment];
        if (other != 0) revert TitleRegistry_CommitmentUsed(commitment, other);

        titleOf[carrier][commitment] = id;
        _commitments[id] = commitment;
    }

    /// @notice Stores a title, with who acted when.
    /// @param id The title.
    /// @param title What to store.
    /// @param actor Who acted.
    function _store(bytes32 id, Title memory title, Actor memory actor) private {
        title.sequence += 1;
        title.key = actor.keySerial;
        title.time = uint40(block.timestamp);
        _titles[id] = title;
    }

    /// @notice Says that a title was issued.
    /// @param id The title.
    /// @param title The title's roles.
    /// @param part Its tag, commitment and share.
    /// @param remark A commitment to a text, or zero.
    /// @param actor Who acted.
    /// @return The running head afterwards.
    function _emitIssued(
        bytes32 id,
        Title memory title,
        Part memory part,
        bytes32 remark,
        Actor memory actor
    ) private returns (bytes32) {
        return _emitExtended(
            head,
            2,
            abi.encode(
                TitleIssued.selector,
                id,
                actor.id,
                part.tag,
                part.commitment,
                _idOf(title.holder),
                _idOf(title.beneficiary),
                part.share,
                remark,
                actor.key
            )
        );
    }

    /// @notice Says that a party acted.
    /// @param wish The act.
    /// @param sequence Its number.
    /// @param actor Who acted.
    /// @return The running head afterwards.
    function _emitActed(Act calldata wish, uint32 sequence, Actor memory actor)
        private
        returns (bytes32)
    {
        return _emitExtended(
            head,
            2,
            abi.encode(
                TitleActed.selector,
                wish.title,
                actor.id,
                wish.action,
                sequence,
                wish.holder,
                wish.beneficiary,
                wish.intent,
                wish.acceptBy,
                wish.remark,
                actor.key
            )
        );
    }

    /// @notice Says that a title was closed because others take its place.
    /// @param id The title.
    /// @param sequence The number of the act.
    /// @param plan What the holder agreed to.
    /// @param remark A commitment to a text, or zero.
    /// @param actor Who acted.
    function _emitClosed(
        bytes32 id,
        uint32 sequence,
        bytes32 plan,
        bytes32 remark,
        Actor memory actor
    ) private {
        bytes32 latest = _emitExtended(
            head,
            2,
            abi.encode(
                TitleActed.selector,
                id,
                actor.id,
                Action.AcceptSurrender,
                sequence,
                bytes32(0),
                bytes32(0),
                plan,
                uint64(0),
                remark,
                actor.key
            )
        );
        head = _emitTransfer(latest, id, actor.id, 0);
    }

    /// @notice Says in the words of ERC-721 that a title has another holder.
    /// @param latest The running head.
    /// @param id The title.
    /// @param before The holder before, or zero if it was just issued.
    /// @param next The holder, or zero if it is closed.
    /// @return The running head afterwards.
    function _emitTransfer(bytes32 latest, bytes32 id, bytes32 before, bytes32 next)
        private
        returns (bytes32)
    {
        address from = before == 0 ? address(0) : _ownerAddress(before);
        return _emitExtended(
            latest, 3, abi.encode(Transfer.selector, from, _ownerAddress(next), id)
        );
    }

    /// @notice Returns a title that exists and has not changed since the party looked.
    /// @param id The title.
    /// @param expected The number of the latest act that the party knows.
    /// @return title The title.
    function _current(bytes32 id, uint32 expected) private view returns (Title memory title) {
        title = _titles[id];
        if (title.state == State.None) revert TitleRegistry_NoTitle(id);
        if (title.sequence != expected) revert TitleRegistry_Stale(id, title.sequence, expected);
    }

    /// @notice Returns who acts, if the key may act for a party.
    /// @param key The key.
    /// @param holder Whom it names as holder, or zero.
    /// @param beneficiary Whom it names as beneficiary, or zero.
    /// @return Who acts. PartyRegistry's serials have 24 bits.
    function _actor(address key, bytes32 holder, bytes32 beneficiary)
        private
        view
        returns (Actor memory)
    {
        (bytes32 id, uint64 serial, uint32 keySerial, uint64 first, uint64 second) =
            _REGISTRY.resolve(key, holder, beneficiary);
        if (serial == 0) revert TitleRegistry_NotSigner(key);
        return Actor(id, uint24(serial), uint24(first), uint24(second), key, keySerial);
    }

    /// @notice Returns what the holder agreed to.
    /// @param id The title.
    /// @param state Where it stands.
    /// @return The new commitment or the plan; zero if it is not surrendered for such a thing.
    function _intentOf(bytes32 id, State state) private view returns (bytes32) {
        bool agreed = state == State.ForAmendment || state == State.ForReissue;
        return agreed ? _intents[id] : bytes32(0);
    }

    /// @notice Returns until when an offered title has to be accepted.
    /// @param id The title.
    /// @param state Where it stands.
    /// @return The deadline; zero if it is not offered.
    function _acceptByOf(bytes32 id, State state) private view returns (uint64) {
        bool pending = state >= State.OfferedHolder && state <= State.OfferedBoth;
        return pending ? _deadlines[id] : 0;
    }

    /// @notice Returns the share of a title that was issued.
    /// @param id The title.
    /// @return The share.
    function _shareOf(bytes32 id) private view returns (uint64) {
        uint64 share = _shares[id];
        return share == 0 ? WHOLE : share;
    }

    /// @inheritdoc TitleRules
    function _idOf(uint24 serial) internal view override returns (bytes32) {
        // What PartyRegistry's partyId answers, without asking it.
        return serial == 0 ? bytes32(0) : keccak256(abi.encode(_CHAIN_ID, _REGISTRY, serial));
    }

    /// @inheritdoc TitleToken
    function _standing(bytes32 title) internal view override returns (State state, bytes32 holder) {
        Title storage stored = _titles[title];
        return (stored.state, _idOf(stored.holder));
    }

    /// @inheritdoc TitleToken
    function _commitmentOf(bytes32 title) internal view override returns (bytes32) {
        return _commitments[title];
    }

    /// @notice Hashes a reissue as its key signed it.
    /// @param wish The reissue.
    /// @param party The party.
    /// @param ticket Its ticket.
    /// @return EIP-712's `hashStruct`.
    function _hashReissue(Reissue calldata wish, bytes32 party, Ticket calldata ticket)
        private
        pure
        returns (bytes32)
    {
        bytes32[] memory parts = new bytes32[](wish.parts.length);
        for (uint256 i = 0; i < parts.length; ++i) {
            parts[i] = keccak256(abi.encode(_PART_TYPE, wish.parts[i]));
        }
        return keccak256(
            abi.encode(
                _REISSUE_TYPE,
                party,
                keccak256(abi.encodePacked(wish.titles)),
                keccak256(abi.encodePacked(wish.expectedSequences)),
                keccak256(abi.encodePacked(parts)),
                wish.remark,
                ticket.nonce,
                ticket.deadline
            )
        );
    }

    /// @notice Reverts unless it is one into many, or many into one.
    /// @param wish The reissue.
    function _requireCounts(Reissue calldata wish) private pure {
        uint256 closing = wish.titles.length;
        uint256 opening = wish.parts.length;
        bool splits = closing == 1 && opening > 1 && opening <= _MAX_PARTS;
        bool combines = opening == 1 && closing > 1 && closing <= _MAX_PARTS;
        if (!(splits || combines) || wish.expectedSequences.length != closing) {
            revert TitleRegistry_BadCount(closing, wish.expectedSequences.length, opening);
        }
    }
}
