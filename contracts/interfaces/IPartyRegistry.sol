// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IPartyRegistry
/// @author The maintainers of Corridor Ledger
/// @notice Who the parties are, with which keys they speak and about which types of document.
/// @dev Assumes: `block.timestamp` is as honest as the validators and never decreases. All intervals
/// are half open, `[start, end)`, in Unix seconds. Guarantees: an address belongs to one party for ever
/// and has one interval; accreditations per (party, type) are an append-only list of at most 64 intervals,
/// and those that are not empty are in order and do not overlap; every `start` and `end` lies after the
/// block that writes it; an `end` moves only while the stored one is not reached, and while it is not, it
/// can be moved earlier, unless the key was vetoed. Hence nothing in the past can be granted or taken away, except by declaring a compromise.
///
/// Administration: the admin (role zero, two-step hand-over, see {proposeAdmin}) grants and revokes
/// `REGISTRAR_ROLE` and `ACCREDITOR_ROLE` as in OpenZeppelin's AccessControl. Every event, those of
/// AccessControl included, extends the running head (see {IRunningHead}).
///
/// Consent of a key: EIP-712, domain `{name: "Corridor Ledger PartyRegistry", version: "1", chainId,
/// verifyingContract}`, type `KeyConsent(bytes32 party,address key,uint8 role,uint64 notBefore,uint64 to)`,
/// 65 bytes `r || s || v` with low s; an account with code consents by ERC-1271 (it can act; a contract
/// signs no statement).
/// It cannot be replayed: an address is taken once and for ever.
///
/// Other contracts store parties and keys by serial, both from one and without gaps: 24 bits for a party,
/// 32 for a key.
interface IPartyRegistry {
    /// @notice What a key may do: `Sign` signs documents and acts on them, `Manage` keeps the party's keys.
    enum Role {
        None,
        Sign,
        Manage
    }

    /// @notice How a key's word at some past moment is to be judged.
    enum Authority {
        No,
        Yes,
        Undecided
    }

    /// @notice A party. `serial` is zero for a party that does not exist.
    struct Party {
        uint64 serial;
        uint64 registeredAt;
        bytes2 country;
        string kind;
        string name;
    }

    /// @notice A key. `party` is zero for an unknown address.
    /// @dev `compromisedSince`, `declaredBlock` and `declaredTime` are zero without a declaration.
    /// `addedLate`: the registrar added it to an existing party (only then can it be vetoed). A vetoed key
    /// has the empty interval `[start, start)`.
    struct Key {
        bytes32 party;
        uint64 start;
        uint64 end;
        uint64 compromisedSince;
        Role role;
        bool addedLate;
        bool vetoed;
        bool declaredByRegistrar;
        bool objected;
        uint64 declaredBlock;
        uint64 declaredTime;
    }

    /// @notice A wish to add a key, with the key's own consent; the members are those of `KeyConsent`.
    /// @dev The interval is `[max(notBefore, earliest possible), to)`. (No member of an answer is called
    /// `from`: in Python, and so in Ape, that is a keyword.)
    struct KeyGrant {
        address key;
        Role role;
        uint64 notBefore;
        uint64 to;
        bytes consent;
    }

    /// @notice The half-open interval `[start, end)`, in Unix seconds; one slot.
    struct Interval {
        uint64 start;
        uint64 end;
    }

    /// @notice Emitted when a party was registered.
    /// @param party The party's id.
    /// @param serial Its number, from one.
    /// @param name Its name.
    /// @param country Its country, ISO 3166-1 alpha-2.
    /// @param kind What it is, for instance `carrier`.
    event PartyRegistered(
        bytes32 indexed party, uint64 serial, string name, bytes2 country, string kind
    );

    /// @notice Emitted when a key was added.
    /// @param party The party.
    /// @param key The key.
    /// @param role What it may do.
    /// @param start The second from which it is in force.
    /// @param end The second from which it no longer is.
    /// @param addedLate Whether the registrar added it to an existing party, so that it can be vetoed.
    /// @param by Who added it.
    event KeyAdded(
        bytes32 indexed party,
        address indexed key,
        Role role,
        uint64 start,
        uint64 end,
        bool addedLate,
        address by
    );

    /// @notice Emitted when the end of a key's interval was moved.
    /// @param party The party.
    /// @param key The key.
    /// @param end The new end.
    /// @param by Who moved it.
    event KeyEndChanged(bytes32 indexed party, address indexed key, uint64 end, address by);

    /// @notice Emitted when a key was vetoed: its interval is empty for ever.
    /// @param party The party.
    /// @param key The key.
    /// @param by The `Manage` key that vetoed it.
    event KeyVetoed(bytes32 indexed party, address indexed key, address by);

    /// @notice Emitted when a key was declared compromised, or the registrar dated this back further.
    /// @param party The party.
    /// @param key The key.
    /// @param since The second from which it counts as compromised.
    /// @param by Who declared it. Block and time of the first declaration stay.
    /// @param byRegistrar Whether `by` spoke as the registrar and not for the party.
    event CompromiseDeclared(
        bytes32 indexed party, address indexed key, uint64 since, address by, bool byRegistrar
    );

    /// @notice Emitted when a party objected to the registrar's declaration: the key keeps its veto.
    /// @param party The party.
    /// @param key The key that was declared compromised.
    /// @param by The other `Manage` key, which objected.
    event CompromiseDisputed(bytes32 indexed party, address indexed key, address by);

    /// @notice Emitted when a party was accredited.
    /// @param party The party.
    /// @param documentType The SHA-256 of the type's name.
    /// @param start The second from which it is accredited.
    /// @param end The second from which it no longer is.
    event Accredited(bytes32 indexed party, bytes32 indexed documentType, uint64 start, uint64 end);

    /// @notice Emitted when the end of an accreditation was moved.
    /// @param party The party.
    /// @param documentType The SHA-256 of the type's name.
    /// @param index The number of the interval, from zero.
    /// @param end The new end.
    event AccreditationEndChanged(
        bytes32 indexed party, bytes32 indexed documentType, uint256 index, uint64 end
    );

    /// @notice Emitted when the admin proposed a successor.
    /// @param admin The admin.
    /// @param candidate The proposed one; zero withdraws the proposal.
    event AdminProposed(address indexed admin, address indexed candidate);

    /// @notice Emitted when the admin changed; after the RoleRevoked and RoleGranted that say so too.
    /// @param previous The former admin; zero at deployment.
    /// @param admin The admin now.
    event AdminChanged(address indexed previous, address indexed admin);

    /// @notice Thrown when the admin role is granted, revoked or renounced other than in two steps.
    error PartyRegistry_AdminIsTwoStep();

    /// @notice Thrown when somebody who was not proposed accepts the admin role.
    /// @param caller Who called.
    error PartyRegistry_NotProposed(address caller);

    /// @notice Thrown when the constructor gets a zero address.
    error PartyRegistry_ZeroAddress();

    /// @notice Thrown when a text has a wrong length.
    /// @param length Its length in bytes.
    /// @param limit The greatest length allowed; the least is one.
    error PartyRegistry_BadLength(uint256 length, uint256 limit);

    /// @notice Thrown when a country is not two letters A to Z.
    /// @param country What was given.
    error PartyRegistry_BadCountry(bytes2 country);

    /// @notice Thrown when a new party has no key or more than sixteen.
    /// @param count How many were given.
    error PartyRegistry_BadKeyCount(uint256 count);

    /// @notice Thrown when there is no such party.
    /// @param party The id.
    error PartyRegistry_UnknownParty(bytes32 party);

    /// @notice Thrown when there is no such key.
    /// @param key The address.
    error PartyRegistry_UnknownKey(address key);

    /// @notice Thrown when an address already belongs to a party.
    /// @param key The address.
    /// @param party The party it belongs to, for ever.
    error PartyRegistry_KeyTaken(address key, bytes32 party);

    /// @notice Thrown when a key is added without a role.
    /// @param key The address.
    error PartyRegistry_NoRole(address key);

    /// @notice Thrown when the consent is not the key's own signature.
    /// @param key The address.
    error PartyRegistry_BadConsent(address key);

    /// @notice Thrown when the caller may not do this for the party.
    /// @param party The party.
    /// @param caller Who called.
    error PartyRegistry_NotAuthorised(bytes32 party, address caller);

    /// @notice Thrown when an interval would be empty.
    /// @param start Its effective beginning.
    /// @param end Its end.
    error PartyRegistry_EmptyInterval(uint64 start, uint64 end);

    /// @notice Thrown when an end was reached before, or a veto fell: the interval is closed for ever.
    /// @param end The stored end.
    error PartyRegistry_IntervalEnded(uint64 end);

    /// @notice Thrown when a new end does not lie late enough.
    /// @param end The end that was asked for.
    /// @param earliest The earliest one possible now.
    error PartyRegistry_EndTooEarly(uint64 end, uint64 earliest);

    /// @notice Thrown when the registrar moves a key's end, but not to an earlier time.
    /// @param end The end that was asked for.
    /// @param stored The stored end.
    error PartyRegistry_NotEarlier(uint64 end, uint64 stored);

    /// @notice Thrown when a key cannot be vetoed: not added late, vetoed before, or in force already.
    /// @param key The address.
    error PartyRegistry_NotVetoable(address key);

    /// @notice Thrown when a compromise is dated at zero or in the future.
    /// @param since The time that was given.
    /// @param time The time now.
    error PartyRegistry_BadCompromiseTime(uint64 since, uint64 time);

    /// @notice Thrown when a party dates a compromise too far back.
    /// @param since The time that was given.
    /// @param earliest The earliest one that a party may give now.
    error PartyRegistry_TooFarBack(uint64 since, uint64 earliest);

    /// @notice Thrown when a compromise was declared before, and this is no earlier date by the registrar.
    /// @param key The address.
    /// @param since The stored time.
    error PartyRegistry_AlreadyDeclared(address key, uint64 since);

    /// @notice Thrown when there is nothing to object to, or no longer.
    /// @param key The address.
    error PartyRegistry_NotDisputable(address key);

    /// @notice Thrown when a party has no accreditation of this number for the type.
    /// @param party The party.
    /// @param documentType The SHA-256 of the type's name.
    /// @param index The number, from zero.
    error PartyRegistry_NotAccredited(bytes32 party, bytes32 documentType, uint256 index);

    /// @notice Thrown when an accreditation would begin before the previous one that is not empty ends.
    /// @param start Its effective beginning.
    /// @param previousEnd The end of the previous one.
    error PartyRegistry_Overlaps(uint64 start, uint64 previousEnd);

    /// @notice Thrown when there are as many parties as there may ever be.
    /// @param limit Their greatest number.
    error PartyRegistry_Full(uint64 limit);

    /// @notice Thrown when a key or an accreditation would begin too far in the future.
    /// @param start Its effective beginning.
    /// @param latest The latest one possible now.
    error PartyRegistry_TooFarAhead(uint64 start, uint64 latest);

    /// @notice Thrown when a party has as many accreditations for the type as there may ever be.
    /// @param limit Their greatest number.
    error PartyRegistry_TooManyIntervals(uint256 limit);

    /// @notice Registers a party. Its first keys are in force without delay.
    /// @dev Only the registrar. Keys consent to `partyId(nextSerial())`.
    /// @param name 1 to 128 bytes.
    /// @param country ISO 3166-1 alpha-2, two letters A to Z.
    /// @param kind 1 to 32 bytes, for instance `carrier`, `chamber`, `exporter`, `customs`, `bank`, `auditor`.
    /// @param keys 1 to 16 keys.
    /// @return party The party's id.
    function registerParty(
        string calldata name,
        bytes2 country,
        string calldata kind,
        KeyGrant[] calldata keys
    ) external returns (bytes32 party);

    /// @notice Adds a key to an existing party.
    /// @dev By a `Manage` key of the party in force now: from `max(notBefore, now + 1)`. By the registrar:
    /// from `max(notBefore, now + 1 + DELAY)`, and until then a `Manage` key of the party can veto it, for
    /// otherwise the registrar could sign for anyone. At most 3650 days ahead. A `Sign` key can add nothing.
    /// @param party The party.
    /// @param grant The key.
    function addKey(bytes32 party, KeyGrant calldata grant) external;

    /// @notice Moves the end of a key's interval, while the stored end is not reached and no veto fell.
    /// @dev By a `Manage` key of the same party in force now, earlier or later; by the registrar, only
    /// earlier, and for a `Manage` key not before `now + DELAY`, for otherwise the registrar could end all
    /// those who can veto and then add a key of its own. The new end lies after this block and not before
    /// the key's beginning.
    /// @param key The key.
    /// @param end The new end.
    function setKeyEnd(address key, uint64 end) external;

    /// @notice Vetoes a key that the registrar added to this existing party, before it is in force.
    /// @dev By a `Manage` key of the same party in its interval that is not compromised; or that the
    /// registrar, and nobody of the party, declared compromised, until `DELAY` after that declaration, and
    /// without limit if it was disputed (see {objectToCompromise}).
    /// @param key The key.
    function vetoKey(address key) external;

    /// @notice Declares a key compromised. It can do nothing any more, save perhaps a veto.
    /// @dev By the key itself, in force or not; by a `Manage` key of the same party in force now; by the
    /// registrar. A party may date it at most seven days back, once; only the registrar may date it
    /// further back, or earlier later on. Block and time of the first declaration stay.
    /// @param key The key.
    /// @param since The time since when, after zero and not after now.
    function declareCompromise(address key, uint64 since) external;

    /// @notice Objects to the registrar's declaration about another `Manage` key, which so keeps its veto.
    /// @dev By another `Manage` key of the same party in force now, before `DELAY` passed.
    /// @param key The key that was declared compromised.
    function objectToCompromise(address key) external;

    /// @notice Accredits a party for a type of document, from `max(notBefore, now + 1)` on.
    /// @dev Only the accreditor. Not before the end of the last interval that is not empty (an empty one,
    /// cut to `[start, start)` before it began, bars nothing), and at most 3650 days ahead. At most 64 per
    /// (party, type), ended and empty ones included: LedgerLens returns all of them in one call, which must
    /// never run out of gas, or no document of the party could be verified any more.
    /// @param party The party.
    /// @param documentType The SHA-256 of the type's name.
    /// @param notBefore The wished beginning.
    /// @param end The end; `type(uint64).max` for an open one.
    function accredit(bytes32 party, bytes32 documentType, uint64 notBefore, uint64 end) external;

    /// @notice Moves the end of any accreditation, while the stored end is not reached.
    /// @dev Only the accreditor. The new end lies after this block and not before the beginning. A later
    /// one lies not after the beginning of the next interval that is not empty. An earlier one is never
    /// refused for what follows: a running accreditation must always be revocable, whatever is queued.
    /// @param party The party.
    /// @param documentType The SHA-256 of the type's name.
    /// @param index The number of the interval, from zero.
    /// @param end The new end.
    function setAccreditationEnd(bytes32 party, bytes32 documentType, uint256 index, uint64 end)
        external;

    /// @notice Proposes a new admin. Only the admin.
    /// @param candidate The proposed one; zero withdraws the proposal.
    function proposeAdmin(address candidate) external;

    /// @notice Accepts the admin role. Only the candidate.
    function acceptAdmin() external;

    /// @notice Returns how long a key that the registrar adds to an existing party waits, in seconds.
    /// @return 48 hours in production, zero on a local chain.
    function DELAY() external view returns (uint64);

    /// @notice Returns the role that registers parties.
    /// @return The role.
    function REGISTRAR_ROLE() external view returns (bytes32);

    /// @notice Returns the role that accredits.
    /// @return The role.
    function ACCREDITOR_ROLE() external view returns (bytes32);

    /// @notice Returns the admin.
    /// @return The admin's address.
    function admin() external view returns (address);

    /// @notice Returns who may accept the admin role.
    /// @return The candidate, or zero.
    function proposedAdmin() external view returns (address);

    /// @notice Returns the serial that the next party will get.
    /// @return The serial, from one.
    function nextSerial() external view returns (uint64);

    /// @notice Returns the id of the party with a serial, registered or not.
    /// @param serial The serial.
    /// @return `keccak256(abi.encode(chainid, address(this), serial))`, the chain id being that of the deployment.
    function partyId(uint64 serial) external view returns (bytes32);

    /// @notice Returns a party.
    /// @param id The party's id.
    /// @return The party; all zero and empty if there is none.
    function party(bytes32 id) external view returns (Party memory);

    /// @notice Returns the number of keys ever added.
    /// @return The serial of the latest key.
    function keyCount() external view returns (uint32);

    /// @notice Returns the key with a serial.
    /// @param serial The key's serial, from one in the order of their addition.
    /// @return The address, or zero if there is no such key.
    function keyAt(uint32 serial) external view returns (address);

    /// @notice Returns a key.
    /// @param key The address.
    /// @return The key; all zero if it belongs to nobody.
    function keyOf(address key) external view returns (Key memory);

    /// @notice Returns all accreditations of a party for a type, oldest first.
    /// @param id The party's id.
    /// @param documentType The SHA-256 of the type's name.
    /// @return The intervals.
    function accreditations(bytes32 id, bytes32 documentType) external view returns (Interval[] memory);

    /// @notice Returns the number of accreditations of a party for a type.
    /// @param id The party's id.
    /// @param documentType The SHA-256 of the type's name.
    /// @return The number of intervals.
    function accreditationCount(bytes32 id, bytes32 documentType) external view returns (uint256);

    /// @notice Tells whether a key may sign and act for a party in this block.
    /// @param id The party's id.
    /// @param key The address.
    /// @return Whether it is a `Sign` key of the party, in its interval and not declared compromised.
    function isSigner(bytes32 id, address key) external view returns (bool);

    /// @notice Returns for whom a key may sign and act in this block.
    /// @param key The address.
    /// @return id The party whose `Sign` key it is, in its interval and not declared compromised; else zero.
    /// @return serial The party's serial, or zero.
    /// @return keySerial The key's serial, or zero.
    function signerOf(address key) external view returns (bytes32 id, uint64 serial, uint32 keySerial);

    /// @notice {signerOf}, and the serials of two parties that the key wants to name, in one call.
    /// @param key The address.
    /// @param first A party's id, or zero.
    /// @param second A party's id, or zero.
    /// @return id As {signerOf}.
    /// @return serial As {signerOf}.
    /// @return keySerial As {signerOf}.
    /// @return firstSerial The serial of `first`, or zero if it is not registered.
    /// @return secondSerial The serial of `second`, or zero if it is not registered.
    function resolve(address key, bytes32 first, bytes32 second)
        external
        view
        returns (bytes32 id, uint64 serial, uint32 keySerial, uint64 firstSerial, uint64 secondSerial);

    /// @notice Judges a signature that was anchored at a given time and block, as a verifier does.
    /// @dev `Yes`: `Sign` key of the party in its interval, party accredited, not compromised by then.
    /// `Undecided`: the same, but anchored from `compromisedSince` up to and including the block that
    /// declared it. Else `No`.
    /// @param id The party's id.
    /// @param key The address.
    /// @param documentType The SHA-256 of the type's name.
    /// @param time The time of the anchoring block.
    /// @param number Its number.
    /// @return The judgement.
    function authorityAt(bytes32 id, address key, bytes32 documentType, uint64 time, uint64 number)
        external
        view
        returns (Authority);
}
