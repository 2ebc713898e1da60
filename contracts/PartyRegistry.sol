// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";

import {PartyRoles} from "./PartyRoles.sol";
import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";

/// @title PartyRegistry
/// @author The maintainers of Corridor Ledger
/// @notice See {IPartyRegistry}; roles are in {PartyRoles}.
contract PartyRegistry is PartyRoles, EIP712 {
    /// @dev {IPartyRegistry-Key} as it is stored: what says whether a key is in force lies in one slot, so
    /// that an act costs one cold read here.
    struct StoredKey {
        uint48 start;
        uint64 end;
        uint48 compromisedSince;
        uint24 party;
        uint32 serial;
        Role role;
        bool addedLate;
        bool vetoed;
        bool declaredByRegistrar;
        bool objected;
        uint64 declaredBlock;
        uint64 declaredTime;
    }

    /// @inheritdoc IPartyRegistry
    uint64 public immutable DELAY;

    /// @dev Keys and titles keep parties by serial: after a fork with another chain id their ids must not change.
    uint256 private immutable _CHAIN_ID = block.chainid;

    bytes32 private constant _CONSENT_TYPE = keccak256(
        "KeyConsent(bytes32 party,address key,uint8 role,uint64 notBefore,uint64 to)"
    );
    uint256 private constant _MAX_NAME = 128;
    uint256 private constant _MAX_KIND = 32;
    uint256 private constant _MAX_KEYS = 16;
    uint64 private constant _PARTY_BACKDATING = 7 days;
    /// @dev A reader gets all intervals in one call, which must never run out of gas.
    uint256 private constant _MAX_INTERVALS = 64;
    uint64 private constant _MAX_AHEAD = 3650 days;

    /// @inheritdoc IPartyRegistry
    uint64 public nextSerial = 1;

    /// @inheritdoc IPartyRegistry
    uint32 public keyCount;

    mapping(bytes32 id => Party party) private _parties;
    mapping(address key => StoredKey record) private _keys;

    /// @inheritdoc IPartyRegistry
    mapping(uint32 serial => address key) public keyAt;

    mapping(bytes32 id => mapping(bytes32 documentType => Interval[] intervals)) private _accreditations;

    /// @notice Names the first holders of the three roles.
    /// @param firstAdmin Grants and revokes the other two roles.
    /// @param registrar Registers parties.
    /// @param accreditor Accredits parties.
    /// @param delaySeconds See {IPartyRegistry-DELAY}.
    constructor(address firstAdmin, address registrar, address accreditor, uint64 delaySeconds)
        PartyRoles(firstAdmin, registrar, accreditor)
        EIP712("Corridor Ledger PartyRegistry", "1")
    {
        DELAY = delaySeconds;
    }

    // ---------------------------------------------------------------- parties and keys

    /// @inheritdoc IPartyRegistry
    function registerParty(
        string calldata name,
        bytes2 country,
        string calldata kind,
        KeyGrant[] calldata keys
    ) external onlyRole(REGISTRAR_ROLE) returns (bytes32 id) {
        _requireLength(bytes(name).length, _MAX_NAME);
        _requireLength(bytes(kind).length, _MAX_KIND);
        _requireCountry(country);
        if (keys.length == 0 || keys.length > _MAX_KEYS) revert PartyRegistry_BadKeyCount(keys.length);

        uint64 serial = nextSerial++;
        if (serial > type(uint24).max) revert PartyRegistry_Full(type(uint24).max);
        id = partyId(serial);
        _parties[id] = Party(serial, _now(), country, kind, name);
        emit PartyRegistered(id, serial, name, country, kind);
        _extendHead(abi.encode(PartyRegistered.selector, id, serial, name, country, kind));
        for (uint256 i = 0; i < keys.length; ++i) {
            _addKey(id, keys[i], 0, false);
        }
    }

    /// @inheritdoc IPartyRegistry
    function addKey(bytes32 id, KeyGrant calldata grant) external {
        if (_parties[id].serial == 0) revert PartyRegistry_UnknownParty(id);
        bool managed = _manages(msg.sender, id);
        if (!managed && !hasRole(REGISTRAR_ROLE, msg.sender)) {
            revert PartyRegistry_NotAuthorised(id, msg.sender);
        }

        _addKey(id, grant, managed ? 0 : DELAY, !managed);
    }

    /// @inheritdoc IPartyRegistry
    function setKeyEnd(address key, uint64 end) external {
        (StoredKey storage record, bytes32 id) = _known(key);
        if (record.vetoed || record.end <= _now()) revert PartyRegistry_IntervalEnded(record.end);
        _requireEndAllowed(record, id, end);

        record.end = end;
        emit KeyEndChanged(id, key, end, msg.sender);
        _extendHead(abi.encode(KeyEndChanged.selector, id, key, end, msg.sender));
    }

    /// @inheritdoc IPartyRegistry
    function vetoKey(address key) external {
        (StoredKey storage record, bytes32 id) = _known(key);
        if (!_mayVeto(msg.sender, id)) {
            revert PartyRegistry_NotAuthorised(id, msg.sender);
        }
        if (!record.addedLate || record.vetoed || _now() >= record.start) {
            revert PartyRegistry_NotVetoable(key);
        }

        record.vetoed = true;
        record.end = record.start;
        emit KeyVetoed(id, key, msg.sender);
        _extendHead(abi.encode(KeyVetoed.selector, id, key, msg.sender));
    }

    // ---------------------------------------------------------------- compromise

    /// @inheritdoc IPartyRegistry
    function declareCompromise(address key, uint64 since) external {
        (StoredKey storage record, bytes32 id) = _known(key);
        bool byParty = msg.sender == key || _manages(msg.sender, id);
        if (!byParty && !hasRole(REGISTRAR_ROLE, msg.sender)) {
            revert PartyRegistry_NotAuthorised(id, msg.sender);
        }
        if (since == 0 || since > _now()) revert PartyRegistry_BadCompromiseTime(since, _now());
        bool first = record.compromisedSince == 0;
        if (!first && (byParty || since >= record.compromisedSince)) {
            revert PartyRegistry_AlreadyDeclared(key, record.compromisedSince);
        }
        if (byParty) _requireRecent(since);

        record.compromisedSince = uint48(since); // not after now
        if (first) _noteDeclaration(record, !byParty);
        emit CompromiseDeclared(id, key, since, msg.sender, !byParty);
        _extendHead(
            abi.encode(
                CompromiseDeclared.selector, id, key, since, msg.sender, !byParty
            )
        );
    }

    /// @inheritdoc IPartyRegistry
    function objectToCompromise(address key) external {
        (StoredKey storage record, bytes32 id) = _known(key);
        if (!_manages(msg.sender, id)) {
            revert PartyRegistry_NotAuthorised(id, msg.sender);
        }
        if (!_disputable(record)) revert PartyRegistry_NotDisputable(key);

        record.objected = true;
        emit CompromiseDisputed(id, key, msg.sender);
        _extendHead(abi.encode(CompromiseDisputed.selector, id, key, msg.sender));
    }

    // ---------------------------------------------------------------- accreditations

    /// @inheritdoc IPartyRegistry
    function accredit(bytes32 id, bytes32 documentType, uint64 notBefore, uint64 end)
        external
        onlyRole(ACCREDITOR_ROLE)
    {
        if (_parties[id].serial == 0) revert PartyRegistry_UnknownParty(id);
        uint64 start = _laterOf(notBefore, _now() + 1);
        if (end <= start) revert PartyRegistry_EmptyInterval(start, end);
        _requireNear(start);
        Interval[] storage intervals = _accreditations[id][documentType];
        uint256 count = intervals.length;
        if (count >= _MAX_INTERVALS) revert PartyRegistry_TooManyIntervals(_MAX_INTERVALS);
        _requireOrder(_endBefore(intervals, count), start);

        intervals.push(Interval(start, end));
        emit Accredited(id, documentType, start, end);
        _extendHead(abi.encode(Accredited.selector, id, documentType, start, end));
    }

    /// @inheritdoc IPartyRegistry
    function setAccreditationEnd(bytes32 id, bytes32 documentType, uint256 index, uint64 end)
        external
        onlyRole(ACCREDITOR_ROLE)
    {
        Interval[] storage intervals = _accreditations[id][documentType];
        if (index >= intervals.length) revert PartyRegistry_NotAccredited(id, documentType, index);
        Interval storage interval = intervals[index];
        if (interval.end <= _now()) revert PartyRegistry_IntervalEnded(interval.end);
        _requireEnd(end, _laterOf(interval.start, _now() + 1));
        // An empty interval lets others begin before it; filling it again, it must be in their order.
        _requireOrder(_endBefore(intervals, index), interval.start);
        _requireOrder(end, _startAfter(intervals, index));

        interval.end = end;
        emit AccreditationEndChanged(id, documentType, index, end);
        _extendHead(abi.encode(AccreditationEndChanged.selector, id, documentType, index, end));
    }

    // ---------------------------------------------------------------- views

    /// @inheritdoc IPartyRegistry
    function partyId(uint64 serial) public view returns (bytes32) {
        return keccak256(abi.encode(_CHAIN_ID, address(this), serial));
    }

    /// @inheritdoc IPartyRegistry
    function party(bytes32 id) external view returns (Party memory) {
        return _parties[id];
    }

    /// @inheritdoc IPartyRegistry
    function keyOf(address key) external view returns (Key memory) {
        StoredKey storage record = _keys[key];
        return Key({
            party: record.party == 0 ? bytes32(0) : partyId(record.party),
            start: record.start,
            end: record.end,
            compromisedSince: record.compromisedSince,
            role: record.role,
            addedLate: record.addedLate,
            vetoed: record.vetoed,
            declaredByRegistrar: record.declaredByRegistrar,
            objected: record.objected,
            declaredBlock: record.declaredBlock,
            declaredTime: record.declaredTime
        });
    }

    /// @inheritdoc IPartyRegistry
    function accreditations(bytes32 id, bytes32 documentType)
        external
        view
        returns (Interval[] memory)
    {
        return _accreditations[id][documentType];
    }

    /// @inheritdoc IPartyRegistry
    function accreditationCount(bytes32 id, bytes32 documentType) external view returns (uint256) {
        return _accreditations[id][documentType].length;
    }

    /// @inheritdoc IPartyRegistry
    function isSigner(bytes32 id, address key) external view returns (bool) {
        return _inForce(_keys[key], Role.Sign) && partyId(_keys[key].party) == id;
    }

    /// @inheritdoc IPartyRegistry
    function signerOf(address key)
        public
        view
        returns (bytes32 id, uint64 serial, uint32 keySerial)
    {
        StoredKey storage record = _keys[key];
        if (!_inForce(record, Role.Sign)) return (0, 0, 0);
        return (partyId(record.party), record.party, record.serial);
    }

    /// @inheritdoc IPartyRegistry
    function resolve(address key, bytes32 first, bytes32 second)
        external
        view
        returns (bytes32 id, uint64 serial, uint32 keySerial, uint64 firstSerial, uint64 secondSerial)
    {
        (id, serial, keySerial) = signerOf(key);
        if (first != 0) firstSerial = _parties[first].serial;
        if (second != 0) secondSerial = _parties[second].serial;
    }

    /// @inheritdoc IPartyRegistry
    function authorityAt(
        bytes32 id,
        address key,
        bytes32 documentType,
        uint64 time,
        uint64 number
    ) external view returns (Authority) {
        StoredKey storage record = _keys[key];
        if (record.role != Role.Sign || partyId(record.party) != id) return Authority.No;
        if (time < record.start || time >= record.end) return Authority.No;
        if (!_accreditedAt(id, documentType, time)) return Authority.No;
        if (record.compromisedSince == 0 || time < record.compromisedSince) return Authority.Yes;
        return number <= record.declaredBlock ? Authority.Undecided : Authority.No;
    }

    // ---------------------------------------------------------------- inside

    /// @notice Adds a key that nobody has and that consents.
    /// @param id The party.
    /// @param grant The key.
    /// @param delay How long it waits at least, in seconds, beyond the next second.
    /// @param addedLate Whether it can be vetoed.
    function _addKey(bytes32 id, KeyGrant calldata grant, uint64 delay, bool addedLate) private {
        StoredKey storage record = _keys[grant.key];
        if (record.party != 0) revert PartyRegistry_KeyTaken(grant.key, partyId(record.party));
        if (grant.role == Role.None) revert PartyRegistry_NoRole(grant.key);
        uint64 start = _laterOf(grant.notBefore, _now() + 1 + delay);
        if (grant.to <= start) revert PartyRegistry_EmptyInterval(start, grant.to);
        _requireNear(start);
        _requireConsent(id, grant);

        uint32 serial = ++keyCount;
        keyAt[serial] = grant.key;
        record.party = uint24(_parties[id].serial); // registerParty keeps it below 2^24
        record.serial = serial;
        record.start = uint48(start);
        record.end = grant.to;
        record.role = grant.role;
        record.addedLate = addedLate;
        emit KeyAdded(id, grant.key, grant.role, start, grant.to, addedLate, msg.sender);
        _extendHead(
            abi.encode(
                KeyAdded.selector, id, grant.key, grant.role, start, grant.to, addedLate, msg.sender
            )
        );
    }

    /// @notice Keeps where, when and by whom a compromise was first declared.
    /// @param record The key.
    /// @param byRegistrar Whether the registrar declared it.
    function _noteDeclaration(StoredKey storage record, bool byRegistrar) private {
        record.declaredByRegistrar = byRegistrar;
        record.declaredBlock = uint64(block.number);
        record.declaredTime = _now();
    }

    /// @notice Reverts unless the caller may move a key's end to `end`.
    /// @param record The key.
    /// @param id The key's party.
    /// @param end The new end.
    function _requireEndAllowed(StoredKey storage record, bytes32 id, uint64 end) private view {
        uint64 earliest = _laterOf(record.start, _now() + 1);
        if (!_manages(msg.sender, id)) {
            if (!hasRole(REGISTRAR_ROLE, msg.sender)) {
                revert PartyRegistry_NotAuthorised(id, msg.sender);
            }
            if (end >= record.end) revert PartyRegistry_NotEarlier(end, record.end);
            if (record.role == Role.Manage) earliest = _laterOf(earliest, _now() + 1 + DELAY);
        }
        _requireEnd(end, earliest);
    }

    /// @notice Reverts unless `consent` is the key's own signature under this grant.
    /// @param id The party.
    /// @param grant The key.
    function _requireConsent(bytes32 id, KeyGrant calldata grant) private view {
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(
                    _CONSENT_TYPE, id, grant.key, grant.role, grant.notBefore, grant.to
                )
            )
        );
        if (!SignatureChecker.isValidSignatureNowCalldata(grant.key, digest, grant.consent)) {
            revert PartyRegistry_BadConsent(grant.key);
        }
    }

    /// @notice Reverts if an interval would begin too far in the future.
    /// @param start Its beginning.
    function _requireNear(uint64 start) private view {
        uint64 latest = _now() + _MAX_AHEAD;
        if (start > latest) revert PartyRegistry_TooFarAhead(start, latest);
    }

    /// @notice Reverts if a party dates a compromise too far back.
    /// @param since The time that was given.
    function _requireRecent(uint64 since) private view {
        uint64 earliest = _now() > _PARTY_BACKDATING ? _now() - _PARTY_BACKDATING : 0;
        if (since < earliest) revert PartyRegistry_TooFarBack(since, earliest);
    }

    /// @notice Returns a key that exists.
    /// @param key The address.
    /// @return record The key.
    /// @return id Its party.
    function _known(address key) private view returns (StoredKey storage record, bytes32 id) {
        record = _keys[key];
        if (record.party == 0) revert PartyRegistry_UnknownKey(key);
        id = partyId(record.party);
    }

    /// @notice Tells whether an address is a `Manage` key of the party in force now.
    /// @param key The address.
    /// @param id The party.
    /// @return Whether it is.
    function _manages(address key, bytes32 id) private view returns (bool) {
        StoredKey storage record = _keys[key];
        return _inForce(record, Role.Manage) && partyId(record.party) == id;
    }

    /// @notice Tells whether a key has the role, is in its interval and not compromised.
    /// @param record The key; an unknown one has no role.
    /// @param role The role.
    /// @return Whether it is so.
    function _inForce(StoredKey storage record, Role role) private view returns (bool) {
        return _inInterval(record, role) && record.compromisedSince == 0;
    }

    /// @notice Tells whether a key has the role and is in its interval.
    /// @param record The key; an unknown one has no role.
    /// @param role The role.
    /// @return Whether it is so.
    function _inInterval(StoredKey storage record, Role role) private view returns (bool) {
        return record.role == role && record.start <= _now() && _now() < record.end;
    }

    /// @notice Tells whether an address may veto for the party; see {IPartyRegistry-vetoKey}.
    /// @param key The address.
    /// @param id The party.
    /// @return Whether it may.
    function _mayVeto(address key, bytes32 id) private view returns (bool) {
        StoredKey storage record = _keys[key];
        if (!_inInterval(record, Role.Manage) || partyId(record.party) != id) return false;
        if (record.compromisedSince == 0) return true;
        return record.declaredByRegistrar && (record.objected || _withinDelay(record));
    }

    /// @notice Tells whether an objection to this key's compromise is possible now.
    /// @param record The key.
    /// @return Whether it is.
    function _disputable(StoredKey storage record) private view returns (bool) {
        return record.role == Role.Manage && record.declaredByRegistrar && !record.objected
            && _withinDelay(record);
    }

    /// @notice Tells whether less than `DELAY` has passed since a key was declared compromised.
    /// @param record The key.
    /// @return Whether it is so.
    function _withinDelay(StoredKey storage record) private view returns (bool) {
        return _now() < record.declaredTime + DELAY;
    }

    /// @notice Tells whether a party is accredited at some time.
    /// @param id The party.
    /// @param documentType The SHA-256 of the type's name.
    /// @param time The time.
    /// @return Whether it is.
    function _accreditedAt(bytes32 id, bytes32 documentType, uint64 time) private view returns (bool) {
        Interval[] storage intervals = _accreditations[id][documentType];
        for (uint256 i = intervals.length; i > 0; --i) {
            Interval storage interval = intervals[i - 1];
            if (interval.start <= time && time < interval.end) return true;
        }
        return false;
    }

    /// @notice Returns when the last interval before a place ends that is not empty.
    /// @param intervals The intervals.
    /// @param index The place.
    /// @return Its end, or zero if there is none.
    function _endBefore(Interval[] storage intervals, uint256 index) private view returns (uint64) {
        for (uint256 i = index; i > 0; --i) {
            Interval storage interval = intervals[i - 1];
            if (interval.start < interval.end) return interval.end;
        }
        return 0;
    }

    /// @notice Returns when the first interval after a place begins that is not empty.
    /// @param intervals The intervals.
    /// @param index The place.
    /// @return Its beginning, or the end of time if there is none.
    function _startAfter(Interval[] storage intervals, uint256 index) private view returns (uint64) {
        for (uint256 i = index + 1; i < intervals.length; ++i) {
            Interval storage interval = intervals[i];
            if (interval.start < interval.end) return interval.start;
        }
        return type(uint64).max;
    }

    /// @notice Returns the time of this block.
    /// @return Unix seconds.
    function _now() private view returns (uint64) {
        return uint64(block.timestamp);
    }

    /// @notice Reverts if a new end lies too early.
    /// @param end The new end.
    /// @param earliest The earliest one possible.
    function _requireEnd(uint64 end, uint64 earliest) private pure {
        if (end < earliest) revert PartyRegistry_EndTooEarly(end, earliest);
    }

    /// @notice Reverts if an interval begins before the one before it ends.
    /// @param previousEnd The end of the one before.
    /// @param start The beginning.
    function _requireOrder(uint64 previousEnd, uint64 start) private pure {
        if (start < previousEnd) revert PartyRegistry_Overlaps(start, previousEnd);
    }

    /// @notice Reverts if a text is empty or too long.
    /// @param length Its length in bytes.
    /// @param limit The greatest length allowed.
    function _requireLength(uint256 length, uint256 limit) private pure {
        if (length == 0 || length > limit) revert PartyRegistry_BadLength(length, limit);
    }

    /// @notice Reverts if a country is not two letters A to Z.
    /// @param country The country.
    function _requireCountry(bytes2 country) private pure {
        for (uint256 i = 0; i < 2; ++i) {
            if (country[i] < "A" || country[i] > "Z") revert PartyRegistry_BadCountry(country);
        }
    }

    /// @notice Returns the later of two times.
    /// @param a One time.
    /// @param b The other.
    /// @return The later one.
    function _laterOf(uint64 a, uint64 b) private pure returns (uint64) {
        return a > b ? a : b;
    }
}
