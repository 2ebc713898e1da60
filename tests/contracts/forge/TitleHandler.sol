// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/interfaces/IERC721.sol";

import {ILedgerLens} from "../../../contracts/interfaces/ILedgerLens.sol";
import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {IRelayedActs} from "../../../contracts/interfaces/IRelayedActs.sol";
import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Ground} from "./fuzz/Ground.sol";
import {TitleModel} from "./fuzz/TitleModel.sol";
import {Vm} from "./support/Vm.sol";

/// @notice Six parties issue titles, pass them on, surrender, split and combine them, directly and by
/// signature, rightly and wrongly, while keys end and are compromised. The model says beforehand what is
/// allowed and what comes of it; a contract that is more or less strict, or does anything else, breaks the run.
contract TitleHandler is Ground {
    string private constant _DOMAIN = "Corridor Ledger TitleRegistry";
    bytes32 private constant _TAG_KEY =
        keccak256("TagKey(bytes32 party,bytes32 keyHash,uint256 nonce,uint64 deadline)");
    bytes32 private constant _ISSUE = keccak256(
        "Issue(bytes32 party,bytes32 tag,uint32 expectedSequence,bytes32 commitment,bytes32 holder,bytes32 beneficiary,bytes32 remark,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _ACT = keccak256(
        "Act(bytes32 party,uint8 action,bytes32 title,uint32 expectedSequence,bytes32 holder,bytes32 beneficiary,bytes32 intent,uint64 acceptBy,bytes32 remark,uint256 nonce,uint64 deadline)"
    );
    bytes32 private constant _REISSUE = keccak256(
        "Reissue(bytes32 party,bytes32[] titles,uint32[] expectedSequences,Part[] parts,bytes32 remark,uint256 nonce,uint64 deadline)Part(bytes32 tag,bytes32 commitment,uint64 share)"
    );
    bytes32 private constant _PART = keccak256("Part(bytes32 tag,bytes32 commitment,uint64 share)");
    uint64 private constant _WHOLE = 1e9;
    address private constant _NOBODY = address(0xdEaD);
    uint256 private constant _ACTIONS = uint256(type(ITitleRegistry.Action).max);

    ITitleRegistry private _titles;
    ILedgerLens private _lens;
    address private _log;
    bytes32[18] private _actNames;
    bytes32[18] private _relayNames;

    bytes32[] private _ids;
    mapping(bytes32 title => ITitleRegistry.Record model) private _models;
    mapping(bytes32 title => bytes32 tag) private _tags;
    mapping(bytes32 title => bytes32 final_) private _closed;
    mapping(bytes32 title => uint256 lineage) private _lineages;
    mapping(uint256 lineage => uint256 count) private _issued;
    uint256 private _lineageCount;

    struct Claim {
        bytes32 carrier;
        bytes32 commitment;
        bytes32 title;
    }
    Claim[] private _claims;
    mapping(bytes32 carrier => mapping(bytes32 commitment => bytes32 title)) private _claimed;
    mapping(bytes32 party => bytes32 keyHash) private _tagKeys;
    mapping(bytes32 party => bool known) private _known;

    bytes[] private _plans;
    bytes[] private _carried;

    /// @dev From the events alone.
    mapping(bytes32 title => address owner) private _ownerSaid;
    mapping(bytes32 title => uint32 sequence) private _sequenceSaid;

    constructor() {
        _found();
        _titles = ITitleRegistry(_begin("TitleRegistry.sol:TitleRegistry", abi.encode(registry)));
        _lens = ILedgerLens(_begin("LedgerLens.sol:LedgerLens", ""));
        _log = _begin("DocumentLog.sol:DocumentLog", abi.encode(registry, address(1), address(2)));
        _watch(address(_titles));
        _watch(_log);
        _nameAll();
        for (uint256 i = 0; i < 6; ++i) {
            _known[_register(2)] = true;
        }
        for (uint256 i = 0; i < 3; ++i) {
            _bind(_signerOf(parties[i]), _word(), false);
        }
        for (uint256 i = 0; i < 5; ++i) {
            bytes32 holder = parties[2 + i / 3];
            address key = _signerOf(parties[i / 3]);
            _issueAs(key, ITitleRegistry.Issue(_word(), 0, _word(), holder, holder, 0), false);
        }
    }

    // ---------------------------------------------------------------- what Forge calls

    /// @notice A carrier issues a title, or tries to.
    function issue(uint256 seed) external step(seed) {
        bytes32 carrier = parties[_dice(_dice(8) == 0 ? parties.length : 3)];
        address key = _signerOf(carrier);
        bytes32 holder = parties[_dice(parties.length)];
        bytes32 beneficiary = _dice(2) == 0 ? holder : parties[_dice(parties.length)];
        ITitleRegistry.Issue memory wish =
            ITitleRegistry.Issue(_word(), 0, _word(), holder, beneficiary, _dice(2) == 0 ? _word() : bytes32(0));
        uint256 wrong = _dice(14);
        if (wrong == 0) wish.tag = _tags[_someTitle()];
        if (wrong == 1) wish.commitment = _claims[_dice(_claims.length)].commitment;
        if (wrong == 2) wish.holder = _dice(2) == 0 ? bytes32(0) : _word();
        if (wrong == 3) wish.beneficiary = _dice(2) == 0 ? bytes32(0) : _word();
        if (wrong == 4) wish.expectedSequence = uint32(1 + _dice(3));
        if (wrong == 5) key = _anyone();
        if (wrong == 6) wish.tag = 0;
        if (wrong == 7) wish.commitment = 0;
        _issueAs(key, wish, _dice(2) == 0);
    }

    /// @notice Parties do what they may with a title, one after the other.
    function move(uint256 seed) external step(seed) {
        bytes32 id = _someTitle();
        for (uint256 i = 0; i < 3; ++i) {
            _moveOn(id);
            if (_dice(3) == 0) _later(_dice(100));
        }
    }

    /// @notice A party does something with a title that is a little wrong, or wildly.
    function wander(uint256 seed) external step(seed) {
        ITitleRegistry.Action action = ITitleRegistry.Action(1 + _dice(_ACTIONS));
        (ITitleRegistry.Act memory wish, bytes32 by) = _guided(_someTitle(), action);
        if (by == 0) by = parties[_dice(parties.length)];
        address key = _signerOf(by);
        for (uint256 i = _dice(3); i < 3; ++i) {
            uint256 wrong = _dice(9);
            if (wrong == 0) key = _anyone();
            if (wrong == 1) wish.expectedSequence = uint32(_dice(wish.expectedSequence + 2));
            if (wrong == 2) wish.title = _dice(2) == 0 ? _word() : _someTitle();
            if (wrong == 3) wish.holder = _oddParty();
            if (wrong == 4) wish.beneficiary = _oddParty();
            if (wrong == 5) wish.intent = _dice(2) == 0 ? _word() : _claims[_dice(_claims.length)].commitment;
            if (wrong == 6) wish.acceptBy = clock - 1 + uint64(_dice(3));
            if (wrong == 7) wish.action = ITitleRegistry.Action(_dice(_ACTIONS + 1));
            if (wrong == 8) _later(_dice(1500));
        }
        _actAs(key, wish, _dice(2) == 0);
    }

    /// @notice A holder surrenders titles for one plan to split or combine them, mostly a possible one.
    function agree(uint256 seed) external step(seed) {
        bytes32[] memory chosen = _choose();
        if (chosen.length == 0) return;
        uint256 total = 0;
        for (uint256 i = 0; i < chosen.length; ++i) {
            total += _models[chosen[i]].share;
        }
        uint256 count = chosen.length > 1 ? 1 : 2 + _dice(_dice(20) == 0 ? 31 : 3);
        ITitleRegistry.Part[] memory parts = new ITitleRegistry.Part[](count);
        for (uint256 i = 0; i < count; ++i) {
            uint256 share = i + 1 == count ? total - (total / count) * i : total / count;
            parts[i] = ITitleRegistry.Part(_word(), _word(), uint64(share));
        }
        uint256 wrong = _dice(20);
        if (wrong == 0) parts[count - 1].share += 1;
        if (wrong == 1) parts[0].share = 0;
        if (wrong == 2) parts[count - 1].tag = _tags[_someTitle()];
        if (wrong == 3) parts[0].tag = parts[count - 1].tag;
        if (wrong == 4) parts[0].commitment = _claims[_dice(_claims.length)].commitment;
        if (wrong == 5) parts[0].tag = 0;
        bytes32 plan = keccak256(abi.encode(chosen, parts));
        _hold(plan == _titles.planOf(chosen, parts), "plan is the hash of titles and parts");
        for (uint256 i = 0; i < chosen.length; ++i) {
            (ITitleRegistry.Act memory wish, bytes32 by) =
                _guided(chosen[i], ITitleRegistry.Action.SurrenderForReissue);
            wish.intent = plan;
            _actAs(_signerOf(by), wish, _dice(2) == 0);
        }
        _plans.push(abi.encode(chosen, parts));
    }

    /// @notice A carrier carries out a plan, or does something else than was agreed.
    function reissue(uint256 seed) external step(seed) {
        if (_plans.length == 0) return;
        uint256 last = _plans.length - 1;
        uint256 which = _dice(3) == 0 ? _dice(last + 1) : last;
        bytes memory plan = _plans[which];
        _plans[which] = _plans[last];
        _plans[last] = plan;
        ITitleRegistry.Reissue memory wish;
        (wish.titles, wish.parts) = abi.decode(plan, (bytes32[], ITitleRegistry.Part[]));
        wish.remark = _dice(2) == 0 ? _word() : bytes32(0);
        wish.expectedSequences = new uint32[](wish.titles.length);
        for (uint256 i = 0; i < wish.titles.length; ++i) {
            wish.expectedSequences[i] = _models[wish.titles[i]].sequence;
        }
        address key = _signerOf(_models[wish.titles[0]].carrier);
        uint256 wrong = _dice(24);
        if (wrong == 0) key = _anyone();
        if (wrong == 1) wish.expectedSequences[0] += 1;
        if (wrong == 2) (wish.parts[0].share, wish.parts[wish.parts.length - 1].share) = (1, 1);
        if (wrong == 3) wish.parts[0].tag = _word();
        if (wrong == 4) wish.parts = new ITitleRegistry.Part[](_dice(40));
        if (wrong == 5) wish.expectedSequences = new uint32[](_dice(4));
        if (wrong == 6) wish.titles[0] = _someTitle();
        if (wrong == 7) wish.titles[wish.titles.length - 1] = wish.titles[0];
        _reissueAs(key, wish, _dice(2) == 0);
    }

    /// @notice What happens beside: keys change, parties become carriers, and strangers try their luck.
    function disturb(uint256 seed) external step(seed) {
        uint256 what = _dice(8);
        if (what < 2) _bindSome();
        else if (what < 4) _replay();
        else if (what < 5) _takeForToken();
        else _changeSomeKey();
        if (_dice(3) == 0) _later(_dice(2000));
    }

    // ---------------------------------------------------------------- properties

    /// @notice All that holds for each title.
    function checkTitles(bool all) external view {
        (uint256 first, uint256 stride) = _stride(all);
        for (uint256 i = first; i < _ids.length; i += stride) {
            _checkTitle(_ids[i]);
        }
    }

    /// @notice Shares are conserved: what is not reissued makes up what was issued, in every lineage.
    /// @dev The models are what the records are: {checkTitles}.
    function checkLineages() external view {
        uint256[] memory sums = new uint256[](_lineageCount + 1);
        for (uint256 i = 0; i < _ids.length; ++i) {
            ITitleRegistry.Record storage model = _models[_ids[i]];
            if (model.state == ITitleRegistry.State.Reissued) continue;
            sums[_lineages[_ids[i]]] += model.share;
        }
        for (uint256 i = 1; i <= _lineageCount; ++i) {
            _hold(sums[i] == _issued[i] * _WHOLE, "shares of a lineage are conserved");
        }
    }

    /// @notice A commitment belongs to one title of its carrier, for ever.
    function checkCommitments(bool all) external view {
        (uint256 first, uint256 stride) = _stride(all);
        for (uint256 i = first; i < _claims.length; i += stride) {
            Claim storage claim = _claims[i];
            _hold(
                _titles.titleOf(claim.carrier, claim.commitment) == claim.title,
                "a commitment belongs to one title for ever"
            );
        }
    }

    /// @notice The lens says of the latest title what the contracts say.
    function checkLens() external view {
        bytes32 id = _ids[clock % _ids.length];
        ILedgerLens.Query memory query;
        (query.log, query.registry) = (_log, address(registry));
        query.commitment = _claims[height % _claims.length].commitment;
        query.title = ILedgerLens.TitleQuery(address(_titles), id, new address[](1));
        query.title.keys[0] = signers[clock % signers.length];
        ILedgerLens.TitleAnswer memory answer = _lens.lookup(query).title;
        ITitleRegistry.Record storage model = _models[id];
        _hold(
            keccak256(abi.encode(answer.record)) == keccak256(abi.encode(model)),
            "the lens repeats the title"
        );
        _hold(answer.titleOf == _claimed[model.carrier][query.commitment], "the lens repeats titleOf");
        _hold(
            answer.parties[0].id == model.carrier && answer.parties[1].id == model.holder
                && answer.parties[2].id == model.beneficiary && answer.parties[3].id == model.nominee,
            "the lens repeats the parties"
        );
        for (uint256 i = 0; i < 2; ++i) {
            Member storage member = members[answer.keys[i].key];
            _hold(
                answer.keys[i].compromisedSince == member.since
                    && answer.keys[i].declaredBlock == member.declaredBlock,
                "the lens repeats the compromise of keys"
            );
        }
        _hold(answer.keys[0].key == query.title.keys[0], "the lens repeats the keys");
        _hold(answer.keys[1].key == model.key, "the lens repeats the keys");
        _hold(answer.registry == address(registry), "the lens repeats the registry");
    }

    function _checkTitle(bytes32 id) private view {
        ITitleRegistry.Record memory record = _titles.record(id);
        _checkOneHolder(id, record);
        _checkClosed(id, record);
        _hold(record.sequence == _sequenceSaid[id], "sequence is the number of acts");
        _hold(
            keccak256(abi.encode(record)) == keccak256(abi.encode(_models[id])),
            "only the right party moved it, to where the rules say"
        );
    }

    function _checkOneHolder(bytes32 id, ITitleRegistry.Record memory record) private view {
        bool open = TitleModel.open(record.state);
        _hold(open == (record.holder != 0), "one holder while open, none once closed");
        _hold(open == (record.beneficiary != 0), "one beneficiary while open, none once closed");
        address owner = open ? address(uint160(uint256(record.holder))) : _NOBODY;
        _hold(IERC721(address(_titles)).ownerOf(uint256(id)) == owner, "ownerOf agrees with the record");
        _hold(_ownerSaid[id] == owner, "Transfer events agree with the record");
    }

    function _checkClosed(bytes32 id, ITitleRegistry.Record memory record) private view {
        if (_closed[id] == 0) return;
        _hold(!TitleModel.open(record.state), "a closed title never reopens");
        _hold(_closed[id] == keccak256(abi.encode(record)), "a closed title never changes");
        _hold(_titles.titleId(record.carrier, _tags[id]) == id, "a tag has one title");
    }

    // ---------------------------------------------------------------- what they do

    /// @notice A party does what it may with a title; what, is diced.
    function _moveOn(bytes32 id) private {
        uint256 first = _dice(_ACTIONS);
        ITitleRegistry.State state = _models[id].state;
        // What passes a title on comes more often than what ends its way; amendments and paper come from
        // nowhere else.
        if (_dice(3) != 0) {
            if (state == ITitleRegistry.State.Held) first = _dice(5) == 0 ? 10 + _dice(2) : _dice(4);
            bool offered = TitleModel.offersHolder(state) || TitleModel.offersBeneficiary(state);
            if (offered) first = _dice(5) < 2 ? 4 : 8;
            bool given = _models[id].formerHolder != 0 && _models[id].formerBeneficiary != 0;
            if (given && _dice(2) == 0) first = 7;
        }
        for (uint256 i = 0; i < _ACTIONS; ++i) {
            ITitleRegistry.Action action = ITitleRegistry.Action(1 + (first + i) % _ACTIONS);
            (ITitleRegistry.Act memory wish, bytes32 by) = _guided(id, action);
            if (!_allowed(wish, by)) continue;
            _actAs(_signerOf(by), wish, _dice(2) == 0);
            return;
        }
    }

    /// @notice A party binds itself to a secret, or tries to.
    function _bindSome() private {
        address key = _dice(2) == 0 ? _anyone() : _signerOf(parties[_dice(parties.length)]);
        _bind(key, _dice(8) == 0 ? bytes32(0) : _word(), _dice(2) == 0);
    }

    /// @notice Somebody carries an act once more that was carried before.
    function _replay() private {
        if (_carried.length == 0) return;
        bytes memory data = _carried[_dice(_carried.length)];
        bool accepted = _call(address(_titles), _anyone(), data);
        _settle("note replays", false, accepted);
    }

    /// @notice Somebody takes a title for a token.
    function _takeForToken() private {
        IERC721 token = IERC721(address(_titles));
        uint256 id = uint256(_someTitle());
        address by = _dice(2) == 0 ? token.ownerOf(id) : _anyone();
        bytes[5] memory calls = [
            abi.encodeCall(token.transferFrom, (token.ownerOf(id), by, id)),
            abi.encodeWithSignature("safeTransferFrom(address,address,uint256)", by, by, id),
            abi.encodeWithSignature("safeTransferFrom(address,address,uint256,bytes)", by, by, id, ""),
            abi.encodeCall(token.approve, (by, id)),
            abi.encodeCall(token.setApprovalForAll, (by, true))
        ];
        _settle("note token moves", false, _call(address(_titles), by, calls[_dice(5)]));
    }

    // ---------------------------------------------------------------- acts and their model

    function _bind(address key, bytes32 keyHash, bool relayed) private {
        bytes32 by = _speaksFor(key);
        bool expected = by != 0 && keyHash != 0 && _tagKeys[by] == 0;
        bytes memory data = abi.encodeCall(ITitleRegistry.registerTagKey, (keyHash));
        IRelayedActs.Ticket memory ticket;
        if (relayed) {
            Spoil spoil = _spoil(key);
            ticket = _ticket(key, spoil);
            bytes32 content =
                keccak256(abi.encode(_TAG_KEY, by, keyHash, ticket.nonce, ticket.deadline));
            _seal(ticket, _DOMAIN, address(_titles), content, spoil);
            expected = expected && spoil == Spoil.None;
            data = abi.encodeCall(ITitleRegistry.relayTagKey, (keyHash, ticket));
        }
        bytes32 name = relayed ? bytes32("relayTagKey") : bytes32("registerTagKey");
        if (_perform(name, key, data, expected, ticket)) _tagKeys[by] = keyHash;
        if (by != 0) _hold(_titles.tagKeyHash(by) == _tagKeys[by], "a tag key is bound once");
    }

    function _issueAs(address key, ITitleRegistry.Issue memory wish, bool relayed) private {
        bytes32 by = _speaksFor(key);
        bytes32 id = keccak256(abi.encode(by, wish.tag));
        bool expected = by != 0 && wish.expectedSequence == 0 && _known[wish.holder]
            && _known[wish.beneficiary] && _mayOpen(by, wish.tag, wish.commitment);
        bytes memory data = abi.encodeCall(ITitleRegistry.issue, (wish));
        IRelayedActs.Ticket memory ticket;
        if (relayed) {
            Spoil spoil = _spoil(key);
            ticket = _ticket(key, spoil);
            bytes32 content = keccak256(abi.encode(_ISSUE, by, wish, ticket.nonce, ticket.deadline));
            _seal(ticket, _DOMAIN, address(_titles), content, spoil);
            expected = expected && spoil == Spoil.None;
            data = abi.encodeCall(ITitleRegistry.relayIssue, (wish, ticket));
        }
        bytes32 name = relayed ? bytes32("relayIssue") : bytes32("issue");
        if (!_perform(name, key, data, expected, ticket)) return;
        ITitleRegistry.Record memory fresh;
        (fresh.holder, fresh.beneficiary) = (wish.holder, wish.beneficiary);
        if (wish.holder != by) fresh.formerHolder = by;
        if (wish.beneficiary != by) fresh.formerBeneficiary = by;
        fresh.share = _WHOLE;
        _lineages[id] = ++_lineageCount;
        _issued[_lineageCount] = 1;
        _openModel(id, fresh, wish.tag, wish.commitment, key);
    }

    function _actAs(address key, ITitleRegistry.Act memory wish, bool relayed) private {
        bytes32 by = _speaksFor(key);
        ITitleRegistry.Record memory model = _models[wish.title];
        bool expected = TitleModel.apply_(model, wish, _setting(wish, by));
        bytes memory data = abi.encodeCall(ITitleRegistry.act, (wish));
        IRelayedActs.Ticket memory ticket;
        if (relayed) {
            Spoil spoil = _spoil(key);
            ticket = _ticket(key, spoil);
            bytes32 content = keccak256(abi.encode(_ACT, by, wish, ticket.nonce, ticket.deadline));
            _seal(ticket, _DOMAIN, address(_titles), content, spoil);
            expected = expected && spoil == Spoil.None;
            data = abi.encodeCall(ITitleRegistry.relayAct, (wish, ticket));
        }
        bytes32 name = relayed ? _relayNames[uint256(wish.action)] : _actNames[uint256(wish.action)];
        if (!_perform(name, key, data, expected, ticket)) return;
        bool amended = _models[wish.title].commitment != model.commitment;
        model.key = key;
        _models[wish.title] = model;
        if (amended) _claim(model.carrier, model.commitment, wish.title);
        if (!TitleModel.open(model.state)) _closed[wish.title] = keccak256(abi.encode(model));
        _checkTitle(wish.title);
    }

    function _reissueAs(address key, ITitleRegistry.Reissue memory wish, bool relayed) private {
        bytes32 by = _speaksFor(key);
        (bool expected, bytes32 owner) = _mayReissue(by, wish);
        bytes memory data = abi.encodeCall(ITitleRegistry.reissue, (wish));
        IRelayedActs.Ticket memory ticket;
        if (relayed) {
            Spoil spoil = _spoil(key);
            ticket = _ticket(key, spoil);
            _seal(ticket, _DOMAIN, address(_titles), _contentOf(wish, by, ticket), spoil);
            expected = expected && spoil == Spoil.None;
            data = abi.encodeCall(ITitleRegistry.relayReissue, (wish, ticket));
        }
        bytes32 name = _join(
            relayed ? "relayReissue" : "reissue", wish.titles.length == 1 ? "split" : "combine"
        );
        if (!_perform(name, key, data, expected, ticket)) return;
        if (_dice(8) != 0) _plans.pop();
        for (uint256 i = 0; i < wish.titles.length; ++i) {
            _closeModel(wish.titles[i], wish.titles[0], key);
        }
        for (uint256 i = 0; i < wish.parts.length; ++i) {
            _openPart(wish, i, owner, key);
        }
    }

    function _closeModel(bytes32 id, bytes32 first, address key) private {
        ITitleRegistry.Record memory model = _models[id];
        TitleModel.close(model, ITitleRegistry.State.Reissued);
        (model.sequence, model.time, model.key) = (model.sequence + 1, clock, key);
        _models[id] = model;
        _closed[id] = keccak256(abi.encode(model));
        _merge(_lineages[id], _lineages[first]);
        _checkTitle(id);
    }

    function _openPart(
        ITitleRegistry.Reissue memory wish,
        uint256 index,
        bytes32 owner,
        address key
    ) private {
        ITitleRegistry.Part memory part = wish.parts[index];
        ITitleRegistry.Record memory fresh;
        (fresh.holder, fresh.beneficiary, fresh.share) = (owner, owner, part.share);
        fresh.origins = wish.titles;
        bytes32 id = keccak256(abi.encode(members[key].party, part.tag));
        _lineages[id] = _lineages[wish.titles[0]];
        _openModel(id, fresh, part.tag, part.commitment, key);
    }

    /// @notice Calls as the key itself, or through somebody with a ticket; counts and judges.
    function _perform(
        bytes32 name,
        address key,
        bytes memory data,
        bool expected,
        IRelayedActs.Ticket memory ticket
    ) private returns (bool accepted) {
        bool relayed = ticket.key != address(0);
        accepted = _call(address(_titles), relayed ? _anyone() : key, data);
        _settle(name, expected, accepted);
        if (!relayed || !accepted) return accepted;
        _spend(ticket);
        _carried.push(data);
        _hold(_titles.nonceUsed(ticket.key, ticket.nonce), "a nonce is used once");
    }

    function _mayOpen(bytes32 carrier, bytes32 tag, bytes32 commitment) private view returns (bool) {
        bytes32 id = keccak256(abi.encode(carrier, tag));
        return _tagKeys[carrier] != 0 && tag != 0 && commitment != 0
            && _models[id].state == ITitleRegistry.State.None && _claimed[carrier][commitment] == 0;
    }

    function _mayReissue(bytes32 by, ITitleRegistry.Reissue memory wish)
        private
        view
        returns (bool, bytes32 owner)
    {
        (uint256 closing, uint256 opening) = (wish.titles.length, wish.parts.length);
        if (by == 0 || wish.expectedSequences.length != closing) return (false, 0);
        bool splits = closing == 1 && opening >= 2 && opening <= 32;
        bool combines = opening == 1 && closing >= 2 && closing <= 32;
        if (!splits && !combines) return (false, 0);
        bytes32 plan = keccak256(abi.encode(wish.titles, wish.parts));
        uint256 sum = 0;
        for (uint256 i = 0; i < closing; ++i) {
            ITitleRegistry.Record storage model = _models[wish.titles[i]];
            if (i == 0) owner = model.formerHolder;
            for (uint256 j = 0; j < i; ++j) {
                if (wish.titles[i] == wish.titles[j]) return (false, 0);
            }
            if (
                model.state != ITitleRegistry.State.ForReissue || model.paused || model.carrier != by
                    || model.intent != plan || model.formerHolder != owner
                    || model.sequence != wish.expectedSequences[i]
            ) return (false, 0);
            sum += model.share;
        }
        for (uint256 i = 0; i < opening; ++i) {
            ITitleRegistry.Part memory part = wish.parts[i];
            if (part.share == 0 || part.share > sum) return (false, 0);
            if (!_mayOpen(by, part.tag, part.commitment)) return (false, 0);
            for (uint256 j = 0; j < i; ++j) {
                if (wish.parts[j].tag == part.tag || wish.parts[j].commitment == part.commitment) {
                    return (false, 0);
                }
            }
            sum -= part.share;
        }
        return (sum == 0, owner);
    }

    function _openModel(
        bytes32 id,
        ITitleRegistry.Record memory fresh,
        bytes32 tag,
        bytes32 commitment,
        address key
    ) private {
        fresh.carrier = members[key].party;
        (fresh.commitment, fresh.key, fresh.time) = (commitment, key, clock);
        (fresh.state, fresh.sequence) = (ITitleRegistry.State.Held, 1);
        _ids.push(id);
        _tags[id] = tag;
        _models[id] = fresh;
        _claim(fresh.carrier, commitment, id);
        _checkTitle(id);
    }

    function _claim(bytes32 carrier, bytes32 commitment, bytes32 id) private {
        _claims.push(Claim(carrier, commitment, id));
        _claimed[carrier][commitment] = id;
    }

    function _merge(uint256 from, uint256 into) private {
        if (from == into) return;
        (_issued[into], _issued[from]) = (_issued[into] + _issued[from], 0);
        for (uint256 i = 0; i < _ids.length; ++i) {
            if (_lineages[_ids[i]] == from) _lineages[_ids[i]] = into;
        }
    }

    // ---------------------------------------------------------------- wishes

    /// @notice Returns an act of this kind as nearly right as the title allows, and whose it would be.
    function _guided(bytes32 id, ITitleRegistry.Action action)
        private
        returns (ITitleRegistry.Act memory wish, bytes32 by)
    {
        ITitleRegistry.Record storage t = _models[id];
        wish.action = action;
        wish.title = id;
        wish.expectedSequence = t.sequence;
        if (_dice(2) == 0) wish.remark = _word();
        by = t.carrier;
        if (action == ITitleRegistry.Action.Nominate) {
            by = t.beneficiary;
            wish.beneficiary = t.nominee != 0 && _dice(4) == 0 ? bytes32(0) : _otherParty(by);
        } else if (action <= ITitleRegistry.Action.TransferBoth) {
            by = t.holder;
            if (_dice(3) != 0) wish.acceptBy = clock + 1 + uint64(_dice(600));
            if (action != ITitleRegistry.Action.TransferBeneficiary) wish.holder = _otherParty(by);
            if (action != ITitleRegistry.Action.TransferHolder) {
                wish.beneficiary = t.beneficiary == by ? _otherParty(by) : t.nominee;
                if (t.beneficiary == by && wish.holder != 0 && _dice(2) == 0) {
                    wish.beneficiary = wish.holder;
                }
            }
        } else if (action == ITitleRegistry.Action.Accept) {
            by = TitleModel.offersHolder(t.state) && _dice(3) != 0 ? t.holder : t.beneficiary;
        } else if (action <= ITitleRegistry.Action.RejectBoth) {
            by = action == ITitleRegistry.Action.RejectBeneficiary ? t.beneficiary : t.holder;
        } else if (action == ITitleRegistry.Action.TakeBack) {
            by = TitleModel.offersHolder(t.state) ? t.formerHolder : t.formerBeneficiary;
            if (clock <= t.acceptBy && _dice(4) != 0) _later(t.acceptBy + 1 - clock);
        } else if (action <= ITitleRegistry.Action.SurrenderForReissue) {
            by = t.holder;
            bool agrees = action == ITitleRegistry.Action.SurrenderForAmendment
                || action == ITitleRegistry.Action.SurrenderForReissue;
            if (agrees) wish.intent = _word();
        } else if (action == ITitleRegistry.Action.AcceptSurrender) {
            wish.intent = t.intent;
        }
    }

    function _allowed(ITitleRegistry.Act memory wish, bytes32 by) private view returns (bool) {
        ITitleRegistry.Record memory model = _models[wish.title];
        return TitleModel.apply_(model, wish, _setting(wish, by));
    }

    function _setting(ITitleRegistry.Act memory wish, bytes32 by)
        private
        view
        returns (TitleModel.Setting memory)
    {
        return TitleModel.Setting({
            by: by,
            time: clock,
            holderKnown: _known[wish.holder],
            beneficiaryKnown: _known[wish.beneficiary],
            commitmentFree: _claimed[by][wish.intent] == 0
        });
    }

    /// @notice Returns titles that one party may surrender for one plan: one, or several of one carrier.
    function _choose() private returns (bytes32[] memory chosen) {
        uint256 first = _dice(_ids.length);
        bool many = _dice(3) != 0;
        bytes32[] memory found = new bytes32[](4);
        uint256 count = 0;
        for (uint256 i = 0; i < _ids.length && count < found.length; ++i) {
            bytes32 id = _ids[(first + i) % _ids.length];
            ITitleRegistry.Record storage t = _models[id];
            if (t.state != ITitleRegistry.State.Held || t.holder != t.beneficiary) continue;
            ITitleRegistry.Record storage one = _models[found[0]];
            if (count > 0 && (t.holder != one.holder || t.carrier != one.carrier)) continue;
            found[count++] = id;
            if (!many) break;
        }
        chosen = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) {
            chosen[i] = found[i];
        }
    }

    function _someTitle() private returns (bytes32) {
        return _ids[_dice(_ids.length)];
    }

    function _otherParty(bytes32 than) private returns (bytes32 id) {
        uint256 first = _dice(parties.length);
        id = parties[first];
        return id == than ? parties[(first + 1) % parties.length] : id;
    }

    function _oddParty() private returns (bytes32) {
        uint256 what = _dice(4);
        if (what == 0) return 0;
        return what == 1 ? _word() : parties[_dice(parties.length)];
    }

    // ---------------------------------------------------------------- inside

    function _contentOf(
        ITitleRegistry.Reissue memory wish,
        bytes32 party,
        IRelayedActs.Ticket memory ticket
    ) private pure returns (bytes32) {
        bytes memory parts = "";
        for (uint256 i = 0; i < wish.parts.length; ++i) {
            ITitleRegistry.Part memory part = wish.parts[i];
            parts = bytes.concat(parts, keccak256(abi.encode(_PART, part)));
        }
        return keccak256(
            abi.encode(
                _REISSUE,
                party,
                keccak256(abi.encodePacked(wish.titles)),
                keccak256(abi.encodePacked(wish.expectedSequences)),
                keccak256(parts),
                wish.remark,
                ticket.nonce,
                ticket.deadline
            )
        );
    }

    function _heard(Vm.Log memory log) internal override {
        if (log.emitter != address(_titles)) return;
        bytes32 topic = log.topics[0];
        if (topic == IERC721.Transfer.selector) {
            bytes32 id = log.topics[3];
            _hold(_ownerSaid[id] == address(uint160(uint256(log.topics[1]))), "Transfer is from the owner");
            _ownerSaid[id] = address(uint160(uint256(log.topics[2])));
        } else if (topic == ITitleRegistry.TitleIssued.selector) {
            _hold(_sequenceSaid[log.topics[1]] == 0, "a title is issued once");
            _sequenceSaid[log.topics[1]] = 1;
        } else if (topic == ITitleRegistry.TitleActed.selector) {
            (, uint32 sequence) = abi.decode(log.data, (uint8, uint32));
            _hold(sequence == _sequenceSaid[log.topics[1]] + 1, "sequence grows by one with each act");
            _sequenceSaid[log.topics[1]] = sequence;
        }
    }

    function _nameAll() private {
        string[18] memory actions = [
            "None",
            "Nominate",
            "TransferHolder",
            "TransferBeneficiary",
            "TransferBoth",
            "Accept",
            "RejectHolder",
            "RejectBeneficiary",
            "RejectBoth",
            "TakeBack",
            "SurrenderForDelivery",
            "SurrenderForAmendment",
            "SurrenderForPaper",
            "SurrenderForReissue",
            "AcceptSurrender",
            "RefuseSurrender",
            "Pause",
            "Unpause"
        ];
        for (uint256 i = 0; i < actions.length; ++i) {
            // There is no such action: it is only ever refused.
            string memory prefix = i == 0 ? "note " : "";
            _actNames[i] = _join(string.concat(prefix, "act"), actions[i]);
            _relayNames[i] = _join(string.concat(prefix, "relayAct"), actions[i]);
            _countable(_actNames[i]);
            _countable(_relayNames[i]);
        }
        bytes32[10] memory others = [
            bytes32("registerTagKey"),
            "relayTagKey",
            "issue",
            "relayIssue",
            "reissue split",
            "reissue combine",
            "relayReissue split",
            "relayReissue combine",
            "note replays",
            "note token moves"
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            _countable(others[i]);
        }
    }
}
