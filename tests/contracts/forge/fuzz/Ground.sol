// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "../../../../contracts/interfaces/IPartyRegistry.sol";
import {IRelayedActs} from "../../../../contracts/interfaces/IRelayedActs.sol";
import {IRunningHead} from "../../../../contracts/interfaces/IRunningHead.sol";
import {WalletHarness} from "../../../../contracts/test/WalletHarness.sol";
import {Vm} from "../support/Vm.sol";
import {World} from "../support/World.sol";
import {Counters} from "./Counters.sol";
import {Heads} from "./Heads.sol";

/// @notice What all campaigns stand on: a clock, dice, parties whose keys come and go, signatures that may be
/// spoilt, and the running head of every contract as its logs make it. All parties are invented.
abstract contract Ground is World, Counters {
    /// @notice What is wrong with a relayed act.
    enum Spoil {
        None,
        WrongSigner,
        Altered,
        Expired,
        UsedNonce,
        WrongContract,
        WrongChain,
        Malformed,
        ContractKey
    }

    /// @notice A key of the model.
    struct Member {
        bytes32 party;
        uint64 start;
        uint64 end;
        uint64 since;
        uint64 declaredBlock;
        IPartyRegistry.Role role;
    }

    uint64 internal clock = START;
    uint64 internal height = 1000;
    bytes32 private _dicePool;

    bytes32[] internal parties;
    mapping(bytes32 party => address manager) internal managerOf;
    mapping(bytes32 party => address[] keys) internal signersOf;
    address[] internal signers;
    mapping(address key => Member member) internal members;
    mapping(address key => uint256 secret) internal secrets;
    uint256 private _secretCount;

    mapping(address key => uint256[] nonces) internal spent;
    uint256 private _nextNonce;

    address[] internal watched;
    mapping(address emitter => bytes32 head) internal heads;

    /// @notice Brings time and dice to where the run stands; Forge calls a handler from anywhere.
    modifier step(uint256 seed) {
        _dicePool = keccak256(abi.encode(_dicePool, seed));
        vm.warp(clock);
        vm.roll(height);
        if (_dice(3) == 0) _later(1 + _dice(20));
        vm.recordLogs();
        _;
        _heardAll();
    }

    // ---------------------------------------------------------------- properties

    /// @notice The head of every contract is the one that its logs make.
    function checkHeads() external view {
        for (uint256 i = 0; i < watched.length; ++i) {
            address target = watched[i];
            _hold(IRunningHead(target).head() == heads[target], "running head is that of the logs");
        }
    }

    /// @notice Where a look at a list begins, and in what steps: at all of it, or at a diced quarter. What an
    /// act touches is looked at right after it, and all of it at the end of each run.
    /// @param all Whether all of it.
    function _stride(bool all) internal view returns (uint256 first, uint256 stride) {
        return all ? (0, 1) : (uint256(_dicePool) % 4, 4);
    }

    // ---------------------------------------------------------------- dice and time

    /// @notice Rolls.
    /// @param sides How many sides.
    /// @return From zero to `sides - 1`.
    function _dice(uint256 sides) internal returns (uint256) {
        _dicePool = keccak256(abi.encode(_dicePool));
        return uint256(_dicePool) % sides;
    }

    /// @notice Rolls a word that never came before.
    /// @return The word; never zero in practice.
    function _word() internal returns (bytes32) {
        _dicePool = keccak256(abi.encode(_dicePool));
        return keccak256(abi.encode("word", _dicePool));
    }

    /// @notice Lets time pass.
    /// @param duration In seconds.
    function _later(uint256 duration) internal {
        _heardAll();
        clock += uint64(duration);
        height += uint64(1 + duration / 12);
        vm.warp(clock);
        vm.roll(height);
    }

    // ---------------------------------------------------------------- parties

    /// @notice Makes the registry; its events count.
    function _found() internal {
        vm.recordLogs();
        _makeRegistry(WAIT);
        _watch(address(registry));
    }

    /// @notice Follows the running head of a contract from now on.
    /// @param target The contract.
    function _watch(address target) internal {
        watched.push(target);
        _heardAll();
    }

    /// @notice Makes a key that nobody has.
    /// @return key Its address.
    function _newKey() internal returns (address key) {
        uint256 secret = uint256(keccak256(abi.encode("secret", ++_secretCount))) >> 1;
        key = vm.addr(secret);
        secrets[key] = secret;
    }

    /// @notice Makes a key that nobody has, and that now and then is a contract wallet.
    /// @return key Its address; its secret is that of the wallet's owner.
    function _newKeyOrWallet() internal returns (address key) {
        key = _newKey();
        if (_dice(6) != 0) return key;
        uint256 secret = secrets[key];
        key = address(new WalletHarness(key));
        secrets[key] = secret;
    }

    /// @notice Returns a wish to add a key, with its consent.
    function _grantOf(bytes32 id, address key, IPartyRegistry.Role role, uint64 start, uint64 end)
        internal
        view
        returns (IPartyRegistry.KeyGrant memory grant)
    {
        grant = IPartyRegistry.KeyGrant(key, role, start, end, "");
        grant.consent = _signed(secrets[key], _consentDigest(id, grant));
    }

    /// @notice Registers a party with one key to manage and some to sign.
    /// @param signerCount How many.
    /// @return id The party.
    function _register(uint256 signerCount) internal returns (bytes32 id) {
        id = registry.partyId(registry.nextSerial());
        IPartyRegistry.KeyGrant[] memory grants = new IPartyRegistry.KeyGrant[](signerCount + 1);
        for (uint256 i = 0; i < grants.length; ++i) {
            IPartyRegistry.Role role = i == 0 ? IPartyRegistry.Role.Manage : IPartyRegistry.Role.Sign;
            address key = _newKey();
            grants[i] = _grantOf(id, key, role, 0, FOREVER);
            _remember(id, key, role, clock + 1, FOREVER);
        }
        vm.prank(REGISTRAR);
        registry.registerParty("Invented party", "KZ", "carrier", grants);
        parties.push(id);
        managerOf[id] = grants[0].key;
        _later(2);
    }

    /// @notice Adds a key to sign through the key to manage.
    /// @param id The party.
    /// @param start From when.
    /// @param end Until when.
    /// @return key The key.
    function _addSigner(bytes32 id, uint64 start, uint64 end) internal returns (address key) {
        key = _newKeyOrWallet();
        IPartyRegistry.KeyGrant memory grant =
            _grantOf(id, key, IPartyRegistry.Role.Sign, start, end);
        vm.prank(managerOf[id]);
        registry.addKey(id, grant);
        _remember(id, key, IPartyRegistry.Role.Sign, start, end);
    }

    /// @notice Adds, ends or compromises a key of some party, as it may.
    function _changeSomeKey() internal {
        bytes32 id = parties[_dice(parties.length)];
        address key = signersOf[id][_dice(signersOf[id].length)];
        uint256 what = _dice(4);
        if (what == 0) {
            _addSigner(id, clock + 1, _dice(2) == 0 ? FOREVER : clock + 2 + uint64(_dice(500)));
        } else if (what == 1 && members[key].end > clock) {
            uint64 earliest = members[key].start > clock ? members[key].start : clock + 1;
            members[key].end = earliest + uint64(_dice(100));
            vm.prank(managerOf[id]);
            registry.setKeyEnd(key, members[key].end);
        } else if (what == 2 && members[key].since == 0) {
            _declare(key, clock - uint64(_dice(60)));
        } else if (what == 3 && members[key].since > 1000) {
            members[key].since -= uint64(1 + _dice(100));
            vm.prank(REGISTRAR);
            registry.declareCompromise(key, members[key].since);
        }
    }

    /// @notice Declares a key compromised for the first time, as itself or as the key that manages it.
    /// @param key The key.
    /// @param since Since when.
    function _declare(address key, uint64 since) internal {
        (members[key].since, members[key].declaredBlock) = (since, height);
        vm.prank(_dice(2) == 0 ? key : managerOf[members[key].party]);
        registry.declareCompromise(key, since);
    }

    /// @notice Returns a key that can sign for a party now; makes one if there is none.
    /// @param id The party.
    /// @return key The key.
    function _signerOf(bytes32 id) internal returns (address key) {
        uint256 count = signersOf[id].length;
        uint256 first = _dice(count);
        for (uint256 i = 0; i < count; ++i) {
            key = signersOf[id][(first + i) % count];
            if (_speaksFor(key) == id) return key;
        }
        key = _addSigner(id, clock + 1, FOREVER);
        _later(1);
    }

    /// @notice Returns any address: keys of parties, in force or not, and strangers.
    /// @return The address.
    function _anyone() internal returns (address) {
        uint256 what = _dice(10);
        if (what == 0) return STRANGER;
        if (what == 1) return managerOf[parties[_dice(parties.length)]];
        return signers[_dice(signers.length)];
    }

    /// @notice Returns for whom a key signs, as the model has it.
    /// @param key The key.
    /// @return The party, or zero.
    function _speaksFor(address key) internal view returns (bytes32) {
        Member storage member = members[key];
        bool signs = member.role == IPartyRegistry.Role.Sign && member.start <= clock
            && clock < member.end && member.since == 0;
        return signs ? member.party : bytes32(0);
    }

    // ---------------------------------------------------------------- calls

    /// @notice Calls; takes what was said into the head, and asks that a refusal has a name.
    /// @param target The contract.
    /// @param sender Who calls.
    /// @param data The call.
    /// @return accepted Whether it succeeded.
    function _call(address target, address sender, bytes memory data) internal returns (bool accepted) {
        _heardAll();
        bytes memory answer;
        vm.prank(sender);
        (accepted, answer) = target.call(data);
        if (accepted) {
            _heardAll();
        } else {
            vm.getRecordedLogs();
            _hold(answer.length >= 4, "a refusal has a name", "empty");
            _hold(bytes4(answer) != 0x4e487b71, "a refusal has a name", "panic");
            _hold(bytes4(answer) != 0x08c379a0, "a refusal has a name", "text");
        }
    }

    /// @notice Counts a call, and asks that it went as the model says.
    /// @param name What was called.
    /// @param expected Whether the model accepts it.
    /// @param accepted Whether the contract did.
    function _settle(bytes32 name, bool expected, bool accepted) internal {
        _count(name, accepted);
        if (expected && !accepted) revert Broken("refused what the rules allow", _text(name));
        if (accepted && !expected) revert Broken("accepted what the rules forbid", _text(name));
    }

    // ---------------------------------------------------------------- relayed acts

    /// @notice Rolls what is wrong with the next relayed act.
    /// @param key Who signs.
    /// @return Nothing, in one of two cases.
    function _spoil(address key) internal returns (Spoil) {
        // A contract acts by calling; the signature of its owner is not its own.
        if (key.code.length > 0) return Spoil.ContractKey;
        if (_dice(2) == 0) return Spoil.None;
        Spoil spoil = Spoil(1 + _dice(uint256(Spoil.Malformed)));
        return spoil == Spoil.UsedNonce && spent[key].length == 0 ? Spoil.None : spoil;
    }

    /// @notice Begins a ticket: all but the signature.
    /// @param key Who signs.
    /// @param spoil What is wrong with it.
    /// @return ticket The ticket.
    function _ticket(address key, Spoil spoil) internal returns (IRelayedActs.Ticket memory ticket) {
        ticket.key = key;
        ticket.deadline = spoil == Spoil.Expired ? clock - 1 : clock + uint64(_dice(1000));
        ticket.nonce = _dice(2) == 0 ? ++_nextNonce : uint256(_word());
        if (spoil == Spoil.UsedNonce) ticket.nonce = spent[key][_dice(spent[key].length)];
    }

    /// @notice Signs a ticket.
    /// @param ticket The ticket.
    /// @param name The name of the contract's domain.
    /// @param target The contract.
    /// @param content The hash of the act, with nonce and deadline of the ticket.
    /// @param spoil What is wrong with it.
    function _seal(
        IRelayedActs.Ticket memory ticket,
        string memory name,
        address target,
        bytes32 content,
        Spoil spoil
    ) internal {
        address by = spoil == Spoil.WrongSigner ? signers[_dice(signers.length)] : ticket.key;
        if (spoil == Spoil.WrongSigner && by == ticket.key) by = managerOf[parties[0]];
        if (spoil == Spoil.Altered) content = keccak256(abi.encode(content));
        if (spoil == Spoil.WrongContract) target = address(uint160(target) ^ 1);
        uint256 chain = spoil == Spoil.WrongChain ? block.chainid + 1 : block.chainid;
        bytes32 digest = _digestOn(chain, name, target, content);
        ticket.signature = _signed(secrets[by] == 0 ? 1 : secrets[by], digest);
        if (spoil == Spoil.Malformed) ticket.signature = _malformed(ticket.signature);
    }

    /// @notice Keeps that a nonce was used.
    /// @param ticket The ticket.
    function _spend(IRelayedActs.Ticket memory ticket) internal {
        spent[ticket.key].push(ticket.nonce);
    }

    // ---------------------------------------------------------------- inside

    /// @notice Adds a key to the model.
    function _remember(bytes32 id, address key, IPartyRegistry.Role role, uint64 start, uint64 end) private {
        members[key] = Member(id, start, end, 0, 0, role);
        if (role != IPartyRegistry.Role.Sign) return;
        signersOf[id].push(key);
        signers.push(key);
    }

    /// @notice Takes what was said since into the heads.
    function _heardAll() internal {
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            address by = logs[i].emitter;
            heads[by] = Heads.extended(heads[by], logs[i], height, clock);
            _heard(logs[i]);
        }
    }

    /// @notice What a campaign makes of an event.
    /// @param log The event.
    function _heard(Vm.Log memory log) internal virtual {}

    /// @notice EIP-712's digest of a message to a contract of this name, on some chain.
    function _digestOn(uint256 chain, string memory name, address target, bytes32 content)
        private
        pure
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256(bytes(name)),
                keccak256("1"),
                chain,
                target
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, content));
    }

    /// @notice Returns a signature that no contract may take: other half of the curve, cut, or noise.
    function _malformed(bytes memory signature) private returns (bytes memory) {
        uint256 what = _dice(3);
        if (what == 0) return bytes.concat(_word(), _word(), bytes1(uint8(27)));
        if (what == 1) return abi.encodePacked(bytes32(signature), _word());
        (bytes32 r, bytes32 s, uint8 v) = (bytes32(0), bytes32(0), uint8(signature[64]));
        assembly ("memory-safe") {
            r := mload(add(signature, 0x20))
            s := mload(add(signature, 0x40))
        }
        uint256 order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141;
        return abi.encodePacked(r, bytes32(order - uint256(s)), v == 27 ? uint8(28) : uint8(27));
    }
}
