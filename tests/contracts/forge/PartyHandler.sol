// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Ground} from "./fuzz/Ground.sol";

/// @notice A registrar, an accreditor, an admin that changes, and parties that manage their keys; each of them
/// honest or not, and all of them tried by strangers. The handler keeps what was so in the past.
contract PartyHandler is Ground {
    /// @notice What was so at some past moment, compromises aside.
    struct Past {
        bytes32 party;
        address key;
        bytes32 documentType;
        uint64 time;
        bool authorised;
    }

    uint64 private constant _AHEAD = 3650 days;
    uint64 private constant _BACKDATING = 7 days;
    uint256 private constant _TYPES = 2;
    bytes32 private constant _ADMIN_ROLE = 0;

    address[] private _keys;
    mapping(address key => IPartyRegistry.Key model) private _models;
    mapping(bytes32 party => IPartyRegistry.Party model) private _partyModels;
    mapping(bytes32 party => mapping(bytes32 documentType => IPartyRegistry.Interval[])) private _accredited;
    mapping(bytes32 role => mapping(address account => bool has)) private _roles;
    bytes32[2] private _roleNames;
    address private _admin = ADMIN;
    address private _proposed;
    address[] private _officers;
    Past[] private _past;

    constructor() {
        _found();
        _roleNames = [registry.REGISTRAR_ROLE(), registry.ACCREDITOR_ROLE()];
        _roles[_roleNames[0]][REGISTRAR] = true;
        _roles[_roleNames[1]][ACCREDITOR] = true;
        _officers = [ADMIN, REGISTRAR, ACCREDITOR, address(0xAD4), STRANGER];
        _nameAll();
        for (uint256 i = 0; i < 3; ++i) {
            _registerAs(REGISTRAR, "Invented party", "KZ", "carrier", _grants(3, 0));
            _later(2);
        }
    }

    // ---------------------------------------------------------------- what Forge calls

    /// @notice The registrar registers a party, or somebody tries to.
    function register(uint256 seed) external step(seed) {
        address by = _dice(8) == 0 ? _someCaller() : _holderOf(0);
        uint256 wrong = _dice(12);
        string memory name = wrong == 0 ? new string(_dice(2) * 129) : new string(1 + _dice(128));
        string memory kind = wrong == 1 ? new string(_dice(2) * 33) : new string(1 + _dice(32));
        bytes2 country = wrong == 2 ? bytes2(_word()) : bytes2("UZ");
        uint256 count = wrong == 3 ? _dice(2) * 17 : 1 + _dice(4);
        _registerAs(by, name, country, kind, _grants(count, 6));
        if (_dice(2) == 0) _later(2);
    }

    /// @notice A party adds a key, or the registrar does, or somebody tries to.
    function addKey(uint256 seed) external step(seed) {
        bytes32 id = _dice(20) == 0 ? _word() : _someParty();
        address by = _dice(2) == 0 ? _managerNow(id) : _holderOf(0);
        if (_dice(8) == 0) by = _someCaller();
        IPartyRegistry.KeyGrant memory grant = _someGrant(id, 8);
        bool managed = _manages(by, id);
        uint64 delay = managed ? 0 : WAIT;
        bool expected = _partyModels[id].serial != 0 && (managed || _roles[_roleNames[0]][by])
            && _addable(id, grant, delay);
        bool accepted =
            _call(address(registry), by, abi.encodeCall(IPartyRegistry.addKey, (id, grant)));
        _settle(managed ? bytes32("addKey by party") : bytes32("addKey by registrar"), expected, accepted);
        if (accepted) _keep(id, grant, delay, !managed);
        _wait_();
    }

    /// @notice A party moves the end of a key, or the registrar does, or somebody tries to.
    function endKey(uint256 seed) external step(seed) {
        address key = _someKey();
        bytes32 id = _models[key].party;
        address by = _dice(2) == 0 ? _managerNow(id) : _holderOf(0);
        if (_dice(8) == 0) by = _someCaller();
        uint64 end = _dice(4) == 0 ? FOREVER : clock - 1 + uint64(_dice(_dice(2) == 0 ? 3 : 4 days));
        if (_dice(4) == 0 && _models[key].start > clock) end = _models[key].start - 1 + uint64(_dice(3));
        bool accepted =
            _call(address(registry), by, abi.encodeCall(IPartyRegistry.setKeyEnd, (key, end)));
        bool managed = _manages(by, id);
        _settle(
            managed ? bytes32("setKeyEnd by party") : bytes32("setKeyEnd by registrar"),
            _mayEnd(by, key, end),
            accepted
        );
        if (accepted) _models[key].end = end;
        _checkKey(key);
        _wait_();
    }

    /// @notice A party vetoes a key that the registrar added, or somebody tries to.
    function veto(uint256 seed) external step(seed) {
        address key = _someKey();
        for (uint256 i = 0; i < 8 && !_vetoable(key); ++i) {
            key = _someKey();
        }
        bytes32 id = _models[key].party;
        address by = _dice(6) == 0 ? _someCaller() : _someManager(id);
        bool expected = id != 0 && _mayVeto(by, id) && _vetoable(key);
        bool accepted = _call(address(registry), by, abi.encodeCall(IPartyRegistry.vetoKey, (key)));
        _settle("vetoKey", expected, accepted);
        if (accepted) (_models[key].vetoed, _models[key].end) = (true, _models[key].start);
        _checkKey(key);
    }

    /// @notice A key is declared compromised, by itself, its party, the registrar or somebody.
    function compromise(uint256 seed) external step(seed) {
        address key = _someKey();
        bytes32 id = _models[key].party;
        address by = _dice(2) == 0 ? _managerNow(id) : _holderOf(0);
        if (_dice(4) == 0) by = _dice(2) == 0 ? key : _someCaller();
        uint64 since = clock - uint64(_dice(_dice(3) == 0 ? 10 days : 100));
        if (_dice(12) == 0) since = _dice(2) == 0 ? clock + 1 : 0;
        if (_dice(3) == 0 && _models[key].compromisedSince > 2) since = _models[key].compromisedSince - 1;
        bool byParty = by == key || _manages(by, id);
        bool expected = _mayDeclare(by, key, since, byParty);
        bool accepted = _call(
            address(registry), by, abi.encodeCall(IPartyRegistry.declareCompromise, (key, since))
        );
        _settle(byParty ? bytes32("declare by party") : bytes32("declare by registrar"), expected, accepted);
        if (!accepted) return;
        IPartyRegistry.Key storage model = _models[key];
        if (model.compromisedSince == 0) {
            model.declaredByRegistrar = !byParty;
            (model.declaredBlock, model.declaredTime) = (height, clock);
        }
        model.compromisedSince = since;
        _checkKey(key);
    }

    /// @notice A party objects to the registrar's declaration, or somebody tries to.
    function dispute(uint256 seed) external step(seed) {
        address key = _someKey();
        for (uint256 i = 0; i < 12 && !_disputable(key); ++i) {
            key = _someKey();
        }
        bytes32 id = _models[key].party;
        address by = _dice(6) == 0 ? _someCaller() : _managerNow(id);
        bool expected = id != 0 && _manages(by, id) && _disputable(key);
        bool accepted =
            _call(address(registry), by, abi.encodeCall(IPartyRegistry.objectToCompromise, (key)));
        _settle("objectToCompromise", expected, accepted);
        if (accepted) _models[key].objected = true;
        _checkKey(key);
    }

    /// @notice The accreditor accredits, or somebody tries to.
    function accredit(uint256 seed) external step(seed) {
        bytes32 id = _dice(20) == 0 ? _word() : _someParty();
        bytes32 kind = bytes32(1 + _dice(_TYPES));
        address by = _dice(8) == 0 ? _someCaller() : _holderOf(1);
        uint64 from = _dice(2) == 0 ? 0 : clock + uint64(_dice(600));
        if (_dice(20) == 0) from = clock + _AHEAD + uint64(_dice(3));
        uint64 start = from > clock + 1 ? from : clock + 1;
        uint64 end = _dice(8) == 0 ? FOREVER : start - 1 + uint64(_dice(_dice(2) == 0 ? 600 : 5 days));
        IPartyRegistry.Interval[] storage intervals = _accredited[id][kind];
        bool expected = _roles[_roleNames[1]][by] && _partyModels[id].serial != 0 && end > start
            && start <= clock + _AHEAD && intervals.length < 64
            && start >= _endBefore(intervals, intervals.length);
        bool accepted = _call(
            address(registry), by, abi.encodeCall(IPartyRegistry.accredit, (id, kind, from, end))
        );
        _settle("accredit", expected, accepted);
        if (accepted) intervals.push(IPartyRegistry.Interval(start, end));
        _checkAccreditations(id, kind);
        _wait_();
    }

    /// @notice The accreditor moves the end of an accreditation, or somebody tries to.
    function endAccreditation(uint256 seed) external step(seed) {
        (bytes32 id, bytes32 kind) = _someAccredited();
        IPartyRegistry.Interval[] storage intervals = _accredited[id][kind];
        uint256 index = _dice(intervals.length + (_dice(6) == 0 ? 1 : 0) + (intervals.length == 0 ? 1 : 0));
        address by = _dice(8) == 0 ? _someCaller() : _holderOf(1);
        if (intervals.length > 0 && _dice(2) == 0) index = intervals.length - 1;
        uint64 end = _dice(8) == 0 ? FOREVER : clock - 1 + uint64(_dice(_dice(2) == 0 ? 3 : 600));
        bool known = index < intervals.length;
        if (known && _dice(3) == 0) end = intervals[index].start;
        bool expected = _roles[_roleNames[1]][by] && known && _mayEndAccreditation(intervals, index, end);
        bytes memory data =
            abi.encodeCall(IPartyRegistry.setAccreditationEnd, (id, kind, index, end));
        bool accepted = _call(address(registry), by, data);
        _settle("setAccreditationEnd", expected, accepted);
        if (accepted) intervals[index].end = end;
        _checkAccreditations(id, kind);
        _wait_();
    }

    /// @notice The admin grants, revokes and hands over, officers renounce, and others try to.
    function administer(uint256 seed) external step(seed) {
        address by = _dice(4) == 0 ? _someCaller() : _admin;
        address whom = _officers[_dice(_officers.length)];
        uint256 what = _proposed != address(0) && _dice(2) == 0 ? 1 : _dice(6);
        if (what == 0) _propose(by, _dice(5) == 0 ? address(0) : whom);
        else if (what == 1) _acceptAdmin(_dice(3) == 0 || _proposed == address(0) ? _someCaller() : _proposed);
        else if (what <= 4) _setRole(by, whom, what == 2);
        else _renounce(whom);
    }

    /// @notice Somebody writes down what is so now or was before; it has to stay so.
    function look(uint256 seed) external step(seed) {
        Past memory past;
        past.party = _someParty();
        past.key = _dice(10) == 0 ? vm.addr(1 + _dice(5)) : _someKey();
        past.documentType = bytes32(1 + _dice(_TYPES));
        past.time = clock - uint64(_dice(_dice(2) == 0 ? 5 : 2000));
        past.authorised = _authorised(past);
        _past.push(past);
        if (_dice(2) == 0) _later(_dice(WAIT));
    }

    // ---------------------------------------------------------------- properties

    /// @notice Every key and party is as the rules make it.
    function checkKeys(bool all) external view {
        (uint256 first, uint256 stride) = _stride(all);
        for (uint256 i = first; i < _keys.length; i += stride) {
            _checkKey(_keys[i]);
            _checkSigner(_keys[i], i + 1);
        }
        _hold(registry.keyCount() == _keys.length, "keys are numbered in their order");
        for (uint256 i = first; i < parties.length; i += stride) {
            bytes32 got = keccak256(abi.encode(registry.party(parties[i])));
            _hold(got == keccak256(abi.encode(_partyModels[parties[i]])), "a party never changes");
        }
    }

    /// @notice A key is as the rules make it.
    function _checkKey(address key) private view {
        _hold(
            keccak256(abi.encode(registry.keyOf(key))) == keccak256(abi.encode(_models[key])),
            "nobody acts on another party's keys"
        );
    }

    /// @notice What the views of a key say follows from the key.
    function _checkSigner(address key, uint256 number) private view {
        IPartyRegistry.Key memory model = _models[key];
        _hold(registry.keyAt(uint32(number)) == key, "keys are numbered in their order");
        bool signs = model.role == IPartyRegistry.Role.Sign && _inForce(model);
        _hold(registry.isSigner(model.party, key) == signs, "a signer is a sign key in force");
        (bytes32 id,, uint32 serial) = registry.signerOf(key);
        _hold(id == (signs ? model.party : bytes32(0)), "a signer speaks for its party");
        _hold(serial == (signs ? number : 0), "a signer has its number");
    }

    /// @notice Nothing in the past is granted or taken, but by declaring a compromise.
    function checkPast() external view {
        for (uint256 i = 0; i < _past.length; ++i) {
            Past memory past = _past[i];
            IPartyRegistry.Key memory key = registry.keyOf(past.key);
            uint64 number = height - uint64(i % 3);
            IPartyRegistry.Authority want = IPartyRegistry.Authority.No;
            if (past.authorised) {
                bool sound = key.compromisedSince == 0 || past.time < key.compromisedSince;
                bool late = number > key.declaredBlock;
                if (sound) want = IPartyRegistry.Authority.Yes;
                else if (!late) want = IPartyRegistry.Authority.Undecided;
            }
            IPartyRegistry.Authority got =
                registry.authorityAt(past.party, past.key, past.documentType, past.time, number);
            _hold(got == want, "nothing in the past is granted or taken");
        }
    }

    /// @notice Accreditations are the accreditor's, in order, and do not overlap.
    function checkAccreditations(bool all) external view {
        (uint256 first, uint256 stride) = _stride(all);
        for (uint256 i = first; i < parties.length; i += stride) {
            for (uint256 kind = 1; kind <= _TYPES; ++kind) {
                _checkAccreditations(parties[i], bytes32(kind));
            }
        }
    }

    function _checkAccreditations(bytes32 id, bytes32 kind) private view {
        IPartyRegistry.Interval[] memory got = registry.accreditations(id, kind);
        bytes32 want = keccak256(abi.encode(_accredited[id][kind]));
        _hold(keccak256(abi.encode(got)) == want, "only the accreditor accredits");
        uint64 end = 0;
        for (uint256 i = 0; i < got.length; ++i) {
            _hold(got[i].start <= got[i].end, "intervals are not turned round");
            if (got[i].start == got[i].end) continue;
            _hold(got[i].start >= end, "accreditations do not overlap");
            end = got[i].end;
        }
    }

    /// @notice Roles are where the admin put them, and there is one admin.
    function checkRoles() external view {
        IAccessControl roles = IAccessControl(address(registry));
        _hold(registry.admin() == _admin, "the admin changes in two steps");
        _hold(registry.proposedAdmin() == _proposed, "only the admin proposes");
        for (uint256 i = 0; i < _officers.length; ++i) {
            address who = _officers[i];
            _hold(roles.hasRole(_ADMIN_ROLE, who) == (who == _admin), "there is one admin");
            for (uint256 j = 0; j < 2; ++j) {
                bool has = roles.hasRole(_roleNames[j], who);
                _hold(has == _roles[_roleNames[j]][who], "only the admin gives and takes roles");
            }
        }
    }

    // ---------------------------------------------------------------- parties and keys

    function _registerAs(
        address by,
        string memory name,
        bytes2 country,
        string memory kind,
        IPartyRegistry.KeyGrant[] memory grants
    ) private {
        bytes32 id = _nextId();
        bool expected = _roles[_roleNames[0]][by] && _fits(name, 128) && _fits(kind, 32)
            && _letter(country[0]) && _letter(country[1]) && grants.length > 0 && grants.length <= 16;
        for (uint256 i = 0; i < grants.length; ++i) {
            if (!_addable(id, grants[i], 0)) expected = false;
            for (uint256 j = 0; j < i; ++j) {
                if (grants[j].key == grants[i].key) expected = false;
            }
        }
        bytes memory data =
            abi.encodeCall(IPartyRegistry.registerParty, (name, country, kind, grants));
        bool accepted = _call(address(registry), by, data);
        _settle("registerParty", expected, accepted);
        if (!accepted) return;
        parties.push(id);
        _partyModels[id] = IPartyRegistry.Party(uint64(parties.length), clock, country, kind, name);
        for (uint256 i = 0; i < grants.length; ++i) {
            _keep(id, grants[i], 0, false);
        }
    }

    function _grants(uint256 count, uint256 odds) private returns (IPartyRegistry.KeyGrant[] memory grants) {
        grants = new IPartyRegistry.KeyGrant[](count);
        bytes32 id = _nextId();
        for (uint256 i = 0; i < count; ++i) {
            grants[i] = _someGrant(id, i == 0 ? odds : 0);
        }
        // Somebody has to manage it.
        if (count > 1) grants[1] = _signedGrant(id, IPartyRegistry.Role.Manage, 0, FOREVER);
        if (count > 2) grants[2] = _signedGrant(id, IPartyRegistry.Role.Manage, 0, FOREVER);
    }

    /// @notice Returns a wish to add a key, once in so many times a wrong one.
    function _someGrant(bytes32 id, uint256 odds) private returns (IPartyRegistry.KeyGrant memory grant) {
        IPartyRegistry.Role role =
            _dice(2) == 0 ? IPartyRegistry.Role.Sign : IPartyRegistry.Role.Manage;
        uint64 from = _dice(2) == 0 ? 0 : clock + uint64(_dice(_dice(4) == 0 ? 4 days : 50));
        uint64 to = _dice(3) == 0 ? clock + uint64(_dice(5 days)) : FOREVER;
        if (odds == 0 || _dice(odds) != 0) return _signedGrant(id, role, from, to);
        uint256 wrong = _dice(8);
        if (wrong == 0) return _signedGrant(id, IPartyRegistry.Role.None, from, to);
        if (wrong == 1) return _signedGrant(_word(), role, from, to);
        if (wrong == 2) return _signedGrant(id, role, clock + _AHEAD + uint64(_dice(3)), FOREVER);
        if (wrong == 3) return _signedGrant(id, role, clock + 10, clock + 9 + uint64(_dice(3)));
        grant = _signedGrant(id, role, from, to);
        if (wrong == 4) grant.to -= 1;
        if (wrong == 5) grant.key = _someKey();
        if (wrong == 6) grant.consent = abi.encodePacked(_word(), _word(), uint8(27));
        if (wrong == 7) grant.role = IPartyRegistry.Role(3 - uint8(role));
    }

    function _signedGrant(bytes32 id, IPartyRegistry.Role role, uint64 from, uint64 to)
        private
        returns (IPartyRegistry.KeyGrant memory)
    {
        return _grantOf(id, _newKeyOrWallet(), role, from, to);
    }

    /// @notice Tells whether a key can be added: nobody has it, its interval is possible and it consents.
    function _addable(bytes32 id, IPartyRegistry.KeyGrant memory grant, uint64 delay)
        private
        view
        returns (bool)
    {
        uint64 start = _startOf(grant, delay);
        if (_models[grant.key].party != 0 || grant.role == IPartyRegistry.Role.None) return false;
        if (grant.to <= start || start > clock + _AHEAD || secrets[grant.key] == 0) return false;
        bytes32 consent = keccak256(_signed(secrets[grant.key], _consentDigest(id, grant)));
        return consent == keccak256(grant.consent);
    }

    function _startOf(IPartyRegistry.KeyGrant memory grant, uint64 delay) private view returns (uint64) {
        uint64 earliest = clock + 1 + delay;
        return grant.notBefore > earliest ? grant.notBefore : earliest;
    }

    function _keep(bytes32 id, IPartyRegistry.KeyGrant memory grant, uint64 delay, bool late) private {
        IPartyRegistry.Key storage model = _models[grant.key];
        (model.party, model.role, model.addedLate) = (id, grant.role, late);
        (model.start, model.end) = (_startOf(grant, delay), grant.to);
        _keys.push(grant.key);
        _checkKey(grant.key);
    }

    function _mayEnd(address by, address key, uint64 end) private view returns (bool) {
        IPartyRegistry.Key storage model = _models[key];
        if (model.party == 0 || model.vetoed || model.end <= clock) return false;
        uint64 earliest = clock + 1;
        if (!_manages(by, model.party)) {
            if (!_roles[_roleNames[0]][by] || end >= model.end) return false;
            if (model.role == IPartyRegistry.Role.Manage) earliest += WAIT;
        }
        return end >= earliest && end >= model.start;
    }

    function _mayDeclare(address by, address key, uint64 since, bool byParty) private view returns (bool) {
        IPartyRegistry.Key storage model = _models[key];
        if (model.party == 0 || since == 0 || since > clock) return false;
        if (byParty) return model.compromisedSince == 0 && since + _BACKDATING >= clock;
        if (!_roles[_roleNames[0]][by]) return false;
        return model.compromisedSince == 0 || since < model.compromisedSince;
    }

    function _mayVeto(address by, bytes32 id) private view returns (bool) {
        IPartyRegistry.Key storage model = _models[by];
        if (model.party != id || model.role != IPartyRegistry.Role.Manage) return false;
        if (clock < model.start || clock >= model.end) return false;
        if (model.compromisedSince == 0) return true;
        return model.declaredByRegistrar && (model.objected || clock < model.declaredTime + WAIT);
    }

    function _vetoable(address key) private view returns (bool) {
        IPartyRegistry.Key storage model = _models[key];
        return model.addedLate && !model.vetoed && clock < model.start;
    }

    function _disputable(address key) private view returns (bool) {
        IPartyRegistry.Key storage model = _models[key];
        return model.role == IPartyRegistry.Role.Manage && model.declaredByRegistrar && !model.objected
            && clock < model.declaredTime + WAIT;
    }

    function _manages(address by, bytes32 id) private view returns (bool) {
        IPartyRegistry.Key memory model = _models[by];
        return id != 0 && model.party == id && model.role == IPartyRegistry.Role.Manage && _inForce(model);
    }

    function _inForce(IPartyRegistry.Key memory model) private view returns (bool) {
        return model.start <= clock && clock < model.end && model.compromisedSince == 0;
    }

    // ---------------------------------------------------------------- accreditations and the past

    function _mayEndAccreditation(IPartyRegistry.Interval[] storage intervals, uint256 index, uint64 end)
        private
        view
        returns (bool)
    {
        IPartyRegistry.Interval storage interval = intervals[index];
        if (interval.end <= clock || end <= clock || end < interval.start) return false;
        if (_endBefore(intervals, index) > interval.start) return false;
        for (uint256 i = index + 1; i < intervals.length; ++i) {
            if (intervals[i].start == intervals[i].end) continue;
            return end <= intervals[i].start;
        }
        return true;
    }

    function _endBefore(IPartyRegistry.Interval[] storage intervals, uint256 index)
        private
        view
        returns (uint64 end)
    {
        for (uint256 i = 0; i < index; ++i) {
            if (intervals[i].start != intervals[i].end) end = intervals[i].end;
        }
    }

    /// @notice Tells from the stored intervals whether a key had authority, compromises aside.
    function _authorised(Past memory past) private view returns (bool) {
        IPartyRegistry.Key storage key = _models[past.key];
        if (key.party != past.party || key.role != IPartyRegistry.Role.Sign) return false;
        if (past.time < key.start || past.time >= key.end) return false;
        IPartyRegistry.Interval[] storage intervals = _accredited[past.party][past.documentType];
        for (uint256 i = 0; i < intervals.length; ++i) {
            if (intervals[i].start <= past.time && past.time < intervals[i].end) return true;
        }
        return false;
    }

    // ---------------------------------------------------------------- administration

    function _propose(address by, address whom) private {
        bytes memory data = abi.encodeCall(IPartyRegistry.proposeAdmin, (whom));
        bool accepted = _call(address(registry), by, data);
        _settle("proposeAdmin", by == _admin, accepted);
        if (accepted) _proposed = whom;
    }

    function _acceptAdmin(address by) private {
        bool expected = by == _proposed;
        bool accepted = _call(address(registry), by, abi.encodeCall(IPartyRegistry.acceptAdmin, ()));
        _settle("acceptAdmin", expected, accepted);
        if (accepted) (_admin, _proposed) = (by, address(0));
    }

    function _setRole(address by, address whom, bool grants) private {
        bytes32 role = _dice(8) == 0 ? _ADMIN_ROLE : _roleNames[_dice(2)];
        bytes memory data = grants
            ? abi.encodeCall(IAccessControl.grantRole, (role, whom))
            : abi.encodeCall(IAccessControl.revokeRole, (role, whom));
        // The roles that are there need somebody, or the campaign stands still.
        if (!grants && whom == REGISTRAR && by == _admin) return;
        if (!grants && whom == ACCREDITOR && by == _admin) return;
        bool accepted = _call(address(registry), by, data);
        bytes32 name = grants ? bytes32("grantRole") : bytes32("revokeRole");
        _settle(name, by == _admin && role != _ADMIN_ROLE, accepted);
        if (accepted) _roles[role][whom] = grants;
    }

    function _renounce(address whom) private {
        bytes32 role = _dice(8) == 0 ? _ADMIN_ROLE : _roleNames[_dice(2)];
        address by = _dice(4) == 0 ? _someCaller() : whom;
        if (by == whom && (whom == REGISTRAR || whom == ACCREDITOR) && _dice(8) != 0) return;
        bytes memory data = abi.encodeCall(IAccessControl.renounceRole, (role, whom));
        bool accepted = _call(address(registry), by, data);
        _settle("renounceRole", by == whom && role != _ADMIN_ROLE, accepted);
        if (accepted) _roles[role][whom] = false;
    }

    // ---------------------------------------------------------------- whom and what

    /// @notice Lets some time pass, now and then more than the delay.
    function _wait_() private {
        if (_dice(6) == 0) _later(_dice(_dice(3) == 0 ? 3 days : 1 hours));
    }

    function _someParty() private returns (bytes32) {
        return parties[_dice(parties.length)];
    }

    /// @notice Returns a party and a type for which it is or was accredited, if there is one.
    function _someAccredited() private returns (bytes32 id, bytes32 kind) {
        uint256 first = _dice(parties.length);
        for (uint256 i = 0; i < parties.length; ++i) {
            id = parties[(first + i) % parties.length];
            kind = bytes32(1 + _dice(_TYPES));
            if (_accredited[id][kind].length > 0) return (id, kind);
        }
    }

    function _someKey() private returns (address) {
        return _dice(40) == 0 ? STRANGER : _keys[_dice(_keys.length)];
    }

    function _someCaller() private returns (address) {
        return _dice(2) == 0 ? _officers[_dice(_officers.length)] : _keys[_dice(_keys.length)];
    }

    /// @notice Returns somebody with a role, if there is one.
    function _holderOf(uint256 role) private returns (address by) {
        uint256 first = _dice(_officers.length);
        for (uint256 i = 0; i < _officers.length; ++i) {
            by = _officers[(first + i) % _officers.length];
            if (_roles[_roleNames[role]][by]) return by;
        }
    }

    /// @notice Returns a key that manages a party now, if there is one.
    function _managerNow(bytes32 id) private returns (address by) {
        uint256 first = _dice(_keys.length);
        for (uint256 i = 0; i < _keys.length; ++i) {
            by = _keys[(first + i) % _keys.length];
            if (_manages(by, id)) return by;
        }
    }

    /// @notice Returns a key that manages a party, once did or will, if there is one.
    function _someManager(bytes32 id) private returns (address by) {
        uint256 first = _dice(_keys.length);
        for (uint256 i = 0; i < _keys.length; ++i) {
            by = _keys[(first + i) % _keys.length];
            if (_models[by].party == id && _models[by].role == IPartyRegistry.Role.Manage) return by;
        }
    }

    function _nextId() private view returns (bytes32) {
        return keccak256(abi.encode(block.chainid, address(registry), uint64(parties.length + 1)));
    }

    function _fits(string memory text, uint256 limit) private pure returns (bool) {
        return bytes(text).length > 0 && bytes(text).length <= limit;
    }

    function _letter(bytes1 letter) private pure returns (bool) {
        return letter >= "A" && letter <= "Z";
    }

    function _nameAll() private {
        bytes32[16] memory names = [
            bytes32("registerParty"),
            "addKey by party",
            "addKey by registrar",
            "setKeyEnd by party",
            "setKeyEnd by registrar",
            "vetoKey",
            "declare by party",
            "declare by registrar",
            "objectToCompromise",
            "accredit",
            "setAccreditationEnd",
            "proposeAdmin",
            "acceptAdmin",
            "grantRole",
            "revokeRole",
            "renounceRole"
        ];
        for (uint256 i = 0; i < names.length; ++i) {
            _countable(names[i]);
        }
    }
}
