// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "./IPartyRegistry.sol";
import {IRelayedActs} from "./IRelayedActs.sol";

/// @title ITitleRegistry
/// @author The maintainers of Corridor Ledger
/// @notice Who controls the goods under a negotiable bill of lading: one holder at a time, and how it came.
/// @dev A title is `keccak256(carrier || tag)`, tag `= HMAC-SHA-256(K, reference)` with the carrier's secret
/// K; it names the commitment of the notarised bill. Carrier, holder, beneficiary and nominee are parties:
/// any `Sign` key of theirs in force acts, so that a lost key does not lose the goods.
///
/// Assumes: `block.timestamp` is as honest as the validators. Guarantees: nobody acts for another party; a
/// title has at most one holder at any time, and an act that gives control takes it from who had it; a
/// title is issued once, and once closed never opened again; one title per (carrier, tag) and per
/// (carrier, commitment), for ever; the commitment changes only as the holder agreed; shares are conserved
/// when titles are reissued; a pause stops neither rejecting, taking back nor surrendering. Nobody
/// administers this contract. What a tag cannot prevent: another number for the same goods.
///
/// For whom a key acts, the PartyRegistry tells. Each act also by signature through anyone, with the party
/// in what is signed, see {IRelayedActs}; domain name `Corridor Ledger
/// TitleRegistry`, types (no blanks after commas, no line breaks)
/// `TagKey(bytes32 party,bytes32 keyHash,uint256 nonce,uint64 deadline)`,
/// `Issue(bytes32 party,bytes32 tag,uint32 expectedSequence,bytes32 commitment,bytes32 holder,
/// bytes32 beneficiary,bytes32 remark,uint256 nonce,uint64 deadline)`,
/// `Act(bytes32 party,uint8 action,bytes32 title,uint32 expectedSequence,bytes32 holder,
/// bytes32 beneficiary,bytes32 intent,uint64 acceptBy,bytes32 remark,uint256 nonce,uint64 deadline)` and
/// `Reissue(bytes32 party,bytes32[] titles,uint32[] expectedSequences,Part[] parts,bytes32 remark,
/// uint256 nonce,uint64 deadline)` with `Part(bytes32 tag,bytes32 commitment,uint64 share)`.
interface ITitleRegistry is IRelayedActs {
    /// @notice Where a title stands. From `Delivered` on it is closed.
    /// @dev `Offered…`: a transfer of that role, or both, has to be accepted in time. `For…`: surrendered for
    /// that; the carrier holds it until it accepts or refuses.
    enum State {
        None,
        Held,
        OfferedHolder,
        OfferedBeneficiary,
        OfferedBoth,
        ForDelivery,
        ForAmendment,
        ForPaper,
        ForReissue,
        Delivered,
        SwitchedToPaper,
        Reissued
    }

    /// @notice What can be done with a title once it is issued; see {act}.
    enum Action {
        None,
        Nominate,
        TransferHolder,
        TransferBeneficiary,
        TransferBoth,
        Accept,
        RejectHolder,
        RejectBeneficiary,
        RejectBoth,
        TakeBack,
        SurrenderForDelivery,
        SurrenderForAmendment,
        SurrenderForPaper,
        SurrenderForReissue,
        AcceptSurrender,
        RefuseSurrender,
        Pause,
        Unpause
    }

    /// @notice A title as it stands; all zero for one that does not exist.
    /// @dev Parties are ids, zero for none. `former…`: who gets the role back if it is rejected or taken back;
    /// while surrendered, who gets the title back if that is refused. `sequence` counts its acts from one;
    /// `time` and `key` are those of the latest. `acceptBy` is zero unless offered, `intent` unless
    /// surrendered for amendment (the new commitment) or reissue (the plan). `share` is in parts of `WHOLE`,
    /// `origins` the titles it was reissued from.
    struct Record {
        bytes32 carrier;
        bytes32 holder;
        bytes32 beneficiary;
        bytes32 nominee;
        bytes32 formerHolder;
        bytes32 formerBeneficiary;
        bytes32 commitment;
        bytes32 intent;
        State state;
        bool paused;
        uint32 sequence;
        uint64 time;
        uint64 acceptBy;
        uint64 share;
        address key;
        bytes32[] origins;
    }

    /// @notice A wish to issue a title. `expectedSequence` is zero: it does not exist.
    /// @dev `remark` (here and below) is a commitment to a text that is kept elsewhere, or zero.
    struct Issue {
        bytes32 tag;
        uint32 expectedSequence;
        bytes32 commitment;
        bytes32 holder;
        bytes32 beneficiary;
        bytes32 remark;
    }

    /// @notice A wish to act on a title; members that the action does not take are zero, see {act}.
    struct Act {
        Action action;
        bytes32 title;
        uint32 expectedSequence;
        bytes32 holder;
        bytes32 beneficiary;
        bytes32 intent;
        uint64 acceptBy;
        bytes32 remark;
    }

    /// @notice A title that comes from others.
    struct Part {
        bytes32 tag;
        bytes32 commitment;
        uint64 share;
    }

    /// @notice A wish to close one title and open several, or the other way round.
    struct Reissue {
        bytes32[] titles;
        uint32[] expectedSequences;
        Part[] parts;
        bytes32 remark;
    }

    /// @notice Emitted when a carrier bound itself to the secret behind its tags.
    /// @param party The carrier.
    /// @param keyHash The SHA-256 of the secret.
    /// @param key The key that acted.
    event TagKeyRegistered(bytes32 indexed party, bytes32 keyHash, address key);

    /// @notice Emitted when a title was issued, or came from others.
    /// @param title The title.
    /// @param party The carrier.
    /// @param tag The tag.
    /// @param commitment The commitment of the bill.
    /// @param holder The holder.
    /// @param beneficiary The beneficiary.
    /// @param share Its share, in parts of `WHOLE`.
    /// @param remark A commitment to a text, or zero.
    /// @param key The key that acted.
    event TitleIssued(
        bytes32 indexed title,
        bytes32 indexed party,
        bytes32 tag,
        bytes32 commitment,
        bytes32 holder,
        bytes32 beneficiary,
        uint64 share,
        bytes32 remark,
        address key
    );

    /// @notice Emitted for every act on a title.
    /// @param title The title.
    /// @param party Who acted.
    /// @param action What it did.
    /// @param sequence The number of the act, from two: issuing is the first.
    /// @param holder The party that was named as holder, or zero.
    /// @param beneficiary The party that was named as beneficiary or nominee, or zero.
    /// @param intent The new commitment or the plan, or zero.
    /// @param acceptBy Until when the transfer has to be accepted, or zero.
    /// @param remark A commitment to a text, or zero.
    /// @param key The key that acted.
    event TitleActed(
        bytes32 indexed title,
        bytes32 indexed party,
        Action action,
        uint32 sequence,
        bytes32 holder,
        bytes32 beneficiary,
        bytes32 intent,
        uint64 acceptBy,
        bytes32 remark,
        address key
    );

    /// @notice Emitted when titles were closed and others opened for them.
    /// @param party The carrier.
    /// @param titles The titles that were closed.
    /// @param parts The titles that were opened.
    /// @param remark A commitment to a text, or zero.
    /// @param key The key that acted.
    event TitlesReissued(
        bytes32 indexed party, bytes32[] titles, bytes32[] parts, bytes32 remark, address key
    );

    /// @notice Thrown when the constructor gets a zero address.
    error TitleRegistry_ZeroAddress();

    /// @notice Thrown when a hash that is needed is zero.
    /// @param member Which one.
    error TitleRegistry_ZeroHash(string member);

    /// @notice Thrown when the key that acts is nobody's `Sign` key in force.
    /// @param key The key.
    error TitleRegistry_NotSigner(address key);

    /// @notice Thrown when a party is named that is not registered.
    /// @param party The party; zero if none was named where one is needed.
    error TitleRegistry_UnknownParty(bytes32 party);

    /// @notice Thrown when a carrier issues without having registered the hash of its secret.
    /// @param party The carrier.
    error TitleRegistry_NoTagKey(bytes32 party);

    /// @notice Thrown when the carrier registered the hash of its secret before: it is never changed.
    /// @param party The carrier.
    /// @param keyHash The hash that is registered.
    error TitleRegistry_TagKeyRegistered(bytes32 party, bytes32 keyHash);

    /// @notice Thrown when the tag was used before, whatever became of its title.
    /// @param title The title.
    /// @param state Where it stands.
    error TitleRegistry_TagUsed(bytes32 title, State state);

    /// @notice Thrown when the carrier has a title for this commitment, or had one.
    /// @param commitment The commitment.
    /// @param title The title.
    error TitleRegistry_CommitmentUsed(bytes32 commitment, bytes32 title);

    /// @notice Thrown when there is no such title.
    /// @param title The title.
    error TitleRegistry_NoTitle(bytes32 title);

    /// @notice Thrown when the title changed since the party looked.
    /// @param title The title.
    /// @param sequence The number of its latest act.
    /// @param expected The one that was expected.
    error TitleRegistry_Stale(bytes32 title, uint32 sequence, uint32 expected);

    /// @notice Thrown by `Nominate` and `Pause` when the title has been acted on 1,024 times.
    /// @param title The title.
    /// @param sequence How many times.
    error TitleRegistry_TooManyActs(bytes32 title, uint32 sequence);

    /// @notice Thrown when the action is impossible where the title stands.
    /// @param title The title.
    /// @param state Where it stands.
    /// @param action The action.
    error TitleRegistry_WrongState(bytes32 title, State state, Action action);

    /// @notice Thrown when the carrier paused the title.
    /// @param title The title.
    /// @param action The action.
    error TitleRegistry_Paused(bytes32 title, Action action);

    /// @notice Thrown when a title is unpaused that is not paused.
    /// @param title The title.
    error TitleRegistry_NotPaused(bytes32 title);

    /// @notice Thrown when another party would have to act.
    /// @param title The title.
    /// @param expected Who has the role that the action needs.
    /// @param party Who acts.
    error TitleRegistry_WrongParty(bytes32 title, bytes32 expected, bytes32 party);

    /// @notice Thrown when holder and beneficiary would have to be one party.
    /// @param title The title.
    /// @param holder The holder.
    /// @param beneficiary The beneficiary.
    error TitleRegistry_Divided(bytes32 title, bytes32 holder, bytes32 beneficiary);

    /// @notice Thrown when a holder names a beneficiary that the present one did not nominate.
    /// @param title The title.
    /// @param nominee Who is nominated, or zero.
    /// @param beneficiary Who was named.
    error TitleRegistry_NotNominated(bytes32 title, bytes32 nominee, bytes32 beneficiary);

    /// @notice Thrown when a party is named that has the role already.
    /// @param title The title.
    /// @param party The party.
    error TitleRegistry_SameParty(bytes32 title, bytes32 party);

    /// @notice Thrown when there is nothing to reject: the role was not just given, or its holder acted.
    /// @param title The title.
    /// @param action The action.
    error TitleRegistry_NothingGiven(bytes32 title, Action action);

    /// @notice Thrown when a deadline for acceptance is not after now, or more than 365 days ahead.
    /// @param acceptBy The deadline.
    /// @param time The time now.
    error TitleRegistry_BadDeadline(uint64 acceptBy, uint64 time);

    /// @notice Thrown when a transfer is accepted after its deadline.
    /// @param title The title.
    /// @param acceptBy The deadline.
    /// @param time The time now.
    error TitleRegistry_TooLate(bytes32 title, uint64 acceptBy, uint64 time);

    /// @notice Thrown when a transfer is taken back while it can still be accepted.
    /// @param title The title.
    /// @param acceptBy The deadline.
    /// @param time The time now.
    error TitleRegistry_TooEarly(bytes32 title, uint64 acceptBy, uint64 time);

    /// @notice Thrown when the carrier does something other than what the holder agreed to.
    /// @param title The title.
    /// @param intent What the holder agreed to.
    /// @param given What the carrier wants.
    error TitleRegistry_NotAgreed(bytes32 title, bytes32 intent, bytes32 given);

    /// @notice Thrown when an act has a member that its action does not take, or lacks its intent.
    /// @param action The action.
    /// @param member Which one.
    error TitleRegistry_BadMember(Action action, string member);

    /// @notice Thrown when a reissue is neither one into 2 to 32 titles nor 2 to 32 into one.
    /// @param titles How many would be closed.
    /// @param sequences How many sequence numbers came with them.
    /// @param parts How many would be opened.
    error TitleRegistry_BadCount(uint256 titles, uint256 sequences, uint256 parts);

    /// @notice Thrown when shares are not conserved, or one is zero.
    /// @param before The sum of the titles that would be closed.
    /// @param afterwards The sum of those that would be opened.
    error TitleRegistry_BadShares(uint256 before, uint256 afterwards);

    /// @notice Thrown by the parts of ERC-721 that would let an address move a title, or count titles.
    error TitleRegistry_Unsupported();

    /// @notice Binds a carrier to the secret behind its tags, once and for ever.
    /// @param keyHash The SHA-256 of the secret. Any party may become a carrier.
    function registerTagKey(bytes32 keyHash) external;

    /// @notice {registerTagKey}, signed.
    /// @param keyHash The SHA-256 of the secret.
    /// @param ticket The key's signature.
    function relayTagKey(bytes32 keyHash, Ticket calldata ticket) external;

    /// @notice Issues a title (DCSA: ISSUE). Who gets it may reject it: then the carrier has it.
    /// @param wish What the carrier wants.
    /// @return title The title.
    function issue(Issue calldata wish) external returns (bytes32 title);

    /// @notice {issue}, signed.
    /// @param wish What the carrier wants.
    /// @param ticket The key's signature.
    /// @return title The title.
    function relayIssue(Issue calldata wish, Ticket calldata ticket) external returns (bytes32 title);

    /// @notice Acts on a title. Who nominates or transfers accepts the roles that it has: it can no longer
    /// reject them.
    /// @dev By whom, from which state, with which members, to what end:
    /// - `Nominate`: beneficiary; `Held`; `beneficiary` = the nominee, or zero to withdraw it.
    /// - `TransferHolder`: holder; `Held`; `holder` = the next one; `acceptBy` (at most 365 days ahead) or zero.
    /// - `TransferBeneficiary`: holder; `Held`; `beneficiary` = the nominee, or anyone if the holder is the
    ///   beneficiary; `acceptBy` or zero.
    /// - `TransferBoth`: the two before in one.
    /// - `Accept`: holder, beneficiary or both, as offered; `Offered…`; until `acceptBy`.
    /// - `RejectHolder`, `RejectBeneficiary`, `RejectBoth`: who was given it and did not act since; `Held`,
    ///   `Offered…`; the role goes back.
    /// - `TakeBack`: the holder before; of the beneficiary's role alone, the beneficiary before or the holder;
    ///   `Offered…`; after `acceptBy`.
    /// - `SurrenderFor…`: holder that is the beneficiary; `Held`; `intent` = the new commitment for
    ///   amendment, `planOf` for reissue. The carrier holds the title from then on.
    /// - `AcceptSurrender`: carrier; `ForDelivery`, `ForPaper`: closed; `ForAmendment` with the same `intent`:
    ///   the new commitment replaces the old one, and the title goes back to who surrendered it.
    /// - `RefuseSurrender`: carrier; `For…`; the title goes back to who surrendered it.
    /// - `Pause`, `Unpause`: carrier; unless closed. A paused title can only be rejected, taken back,
    ///   surrendered and unpaused.
    /// After 1,024 acts a title is neither nominated for nor paused any more: only its holder can lengthen its
    /// history further.
    /// @param wish What the party wants.
    function act(Act calldata wish) external;

    /// @notice {act}, signed.
    /// @param wish What the party wants.
    /// @param ticket The key's signature.
    function relayAct(Act calldata wish, Ticket calldata ticket) external;

    /// @notice Splits one title, or combines several of one holder, as the holder agreed by surrendering each
    /// for this plan. The new ones go to who surrendered the old ones.
    /// @param wish What the carrier wants.
    /// @return opened The new titles, in the order of the parts.
    function reissue(Reissue calldata wish) external returns (bytes32[] memory opened);

    /// @notice {reissue}, signed.
    /// @param wish What the carrier wants.
    /// @param ticket The key's signature.
    /// @return opened The new titles, in the order of the parts.
    function relayReissue(Reissue calldata wish, Ticket calldata ticket)
        external
        returns (bytes32[] memory opened);

    /// @notice Returns the share of a title that was issued and not reissued.
    /// @return The whole, which shares are parts of.
    function WHOLE() external view returns (uint64);

    /// @notice Returns the registry that knows parties and keys.
    /// @return The PartyRegistry.
    function registry() external view returns (IPartyRegistry);

    /// @notice Returns the SHA-256 of the secret behind a carrier's tags.
    /// @param party The carrier.
    /// @return The hash, or zero.
    function tagKeyHash(bytes32 party) external view returns (bytes32);

    /// @notice Returns the title of a tag, issued or not.
    /// @param party The carrier.
    /// @param tag The tag.
    /// @return `keccak256(party || tag)`.
    function titleId(bytes32 party, bytes32 tag) external pure returns (bytes32);

    /// @notice Returns what a holder agrees to when it surrenders titles for reissue.
    /// @param titles The titles to close.
    /// @param parts The titles to open.
    /// @return `keccak256(abi.encode(titles, parts))`.
    function planOf(bytes32[] calldata titles, Part[] calldata parts) external pure returns (bytes32);

    /// @notice Returns the title that a carrier's document ever was, also if it was amended since.
    /// @param party The carrier.
    /// @param commitment The commitment of a bill.
    /// @return The title, or zero.
    function titleOf(bytes32 party, bytes32 commitment) external view returns (bytes32);

    /// @notice Returns a title.
    /// @param title The title.
    /// @return The record; all zero if there is none.
    function record(bytes32 title) external view returns (Record memory);
}
