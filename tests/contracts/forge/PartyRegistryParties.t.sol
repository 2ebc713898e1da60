// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Registries} from "./support/Registries.sol";

/// @notice PartyRegistry: registering parties.
contract PartyRegistryPartiesTest is Registries {
    function setUp() external {
        _makeRegistry(WAIT);
    }

    function _keys(uint256 count) private view returns (IPartyRegistry.KeyGrant[] memory keys) {
        keys = new IPartyRegistry.KeyGrant[](count);
        bytes32 id = registry.partyId(registry.nextSerial());
        for (uint256 i = 0; i < count; ++i) {
            keys[i] = _grant(id, 0x1000 + i, i == 0 ? SIGN : MANAGE, 0, FOREVER);
        }
    }

    function _call(string memory name, bytes2 country, string memory kind, uint256 keys)
        private
        view
        returns (bytes memory)
    {
        return abi.encodeCall(IPartyRegistry.registerParty, (name, country, kind, _keys(keys)));
    }

    function _registers(bytes memory data) private {
        vm.prank(REGISTRAR);
        (bool accepted, bytes memory answer) = address(registry).call(data);
        if (!accepted) revert Differs("registerParty", answer, "");
    }

    function _text(uint256 length) private pure returns (string memory) {
        bytes memory text = new bytes(length);
        for (uint256 i = 0; i < length; ++i) text[i] = "x";
        return string(text);
    }

    function _badLength(uint256 length, uint256 limit) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_BadLength.selector, length, limit
        );
    }

    function test_registerParty_whenWellFormed_thenRecordedAndSaid() external {
        bytes32 id = registry.partyId(1);
        IPartyRegistry.KeyGrant[] memory keys = _keys(2);
        _listen(address(registry));
        vm.prank(REGISTRAR);
        bytes32 answer = registry.registerParty("Example Carrier", "KZ", "carrier", keys);
        _hear(address(registry));
        _same("the answer", answer, id);
        _same("events", _said.length, 3);
        _isSaid(
            0,
            1,
            abi.encode(
                IPartyRegistry.PartyRegistered.selector,
                id,
                uint64(1),
                "Example Carrier",
                bytes2("KZ"),
                "carrier"
            )
        );
        for (uint256 i = 0; i < 2; ++i) {
            _isSaid(
                i + 1,
                2,
                abi.encode(
                    IPartyRegistry.KeyAdded.selector,
                    id,
                    keys[i].key,
                    keys[i].role,
                    _now() + 1,
                    FOREVER,
                    false,
                    REGISTRAR
                )
            );
        }
        IPartyRegistry.Party memory want =
            IPartyRegistry.Party(1, _now(), "KZ", "carrier", "Example Carrier");
        _same("the party", abi.encode(registry.party(id)), abi.encode(want));
        _same("the next serial", registry.nextSerial(), 2);
        _same("the number of keys", registry.keyCount(), 2);
        _same("the first key", registry.keyAt(1), keys[0].key);
        _same("the second key", registry.keyAt(2), keys[1].key);
        _same("no third key", registry.keyAt(3), address(0));
    }

    function test_registerParty_whenASecond_thenItHasTheNextSerial() external {
        bytes32 first = _enrol("Example Carrier", SIGNER, MANAGER);
        bytes32 second = _enrol("Example Bank", OTHER_SIGNER, OTHER_MANAGER);
        _same("first", registry.party(first).serial, 1);
        _same("second", registry.party(second).serial, 2);
        _same("its key", registry.keyAt(3), vm.addr(OTHER_SIGNER));
        _same("its key's party", _keyOf(OTHER_SIGNER).party, second);
    }

    function test_registerParty_whenCallerIsNotRegistrar_thenRefused() external {
        address[3] memory others = [ADMIN, ACCREDITOR, STRANGER];
        bytes32 role = registry.REGISTRAR_ROLE();
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesAs(
                others[i],
                _call("Example", "KZ", "carrier", 1),
                abi.encodeWithSelector(
                    IAccessControl.AccessControlUnauthorizedAccount.selector, others[i], role
                )
            );
        }
    }

    function test_registerParty_whenNameIsEmptyOrTooLong_thenRefusedAndAtTheLimitNot() external {
        _refusesAs(REGISTRAR, _call("", "KZ", "carrier", 1), _badLength(0, 128));
        _refusesAs(REGISTRAR, _call(_text(129), "KZ", "carrier", 1), _badLength(129, 128));
        _registers(_call(_text(128), "KZ", "carrier", 1));
    }

    function test_registerParty_whenNameIsOneByte_thenAccepted() external {
        _registers(_call("x", "KZ", "y", 1));
        _same("its name", bytes(registry.party(registry.partyId(1)).name), "x");
    }

    function test_registerParty_whenKindIsEmptyOrTooLong_thenRefusedAndAtTheLimitNot() external {
        _refusesAs(REGISTRAR, _call("Example", "KZ", "", 1), _badLength(0, 32));
        _refusesAs(REGISTRAR, _call("Example", "KZ", _text(33), 1), _badLength(33, 32));
        _registers(_call("Example", "KZ", _text(32), 1));
    }

    function test_registerParty_whenCountryIsNotTwoLetters_thenRefused() external {
        bytes2[8] memory bad = [bytes2("@A"), "A@", "[A", "A[", "kz", "Kz", bytes2(0), "K"];
        for (uint256 i = 0; i < bad.length; ++i) {
            _refusesAs(
                REGISTRAR,
                _call("Example", bad[i], "carrier", 1),
                abi.encodeWithSelector(IPartyRegistry.PartyRegistry_BadCountry.selector, bad[i])
            );
        }
    }

    function test_registerParty_whenCountryIsAtTheEndsOfTheAlphabet_thenAccepted() external {
        _registers(_call("Example", "AZ", "carrier", 1));
        _same("its country", registry.party(registry.partyId(1)).country, bytes2("AZ"));
    }

    function test_registerParty_whenKeysAreNoneOrTooMany_thenRefusedAndAtTheLimitNot() external {
        uint256[2] memory bad = [uint256(0), 17];
        for (uint256 i = 0; i < bad.length; ++i) {
            _refusesAs(
                REGISTRAR,
                _call("Example", "KZ", "carrier", bad[i]),
                abi.encodeWithSelector(IPartyRegistry.PartyRegistry_BadKeyCount.selector, bad[i])
            );
        }
        _registers(_call("Example", "KZ", "carrier", 16));
        _same("keys", registry.keyCount(), 16);
    }

    function test_registerParty_whenOneKeyIsTaken_thenNothingIsRegistered() external {
        bytes32 id = _enrol("Example Carrier", SIGNER, MANAGER);
        bytes32 next = registry.partyId(2);
        IPartyRegistry.KeyGrant[] memory keys = new IPartyRegistry.KeyGrant[](2);
        keys[0] = _grant(next, FRESH, SIGN, 0, FOREVER);
        keys[1] = _grant(next, SIGNER, MANAGE, 0, FOREVER);
        _refusesAs(
            REGISTRAR,
            abi.encodeCall(IPartyRegistry.registerParty, ("Example", "KZ", "bank", keys)),
            abi.encodeWithSelector(
                IPartyRegistry.PartyRegistry_KeyTaken.selector, vm.addr(SIGNER), id
            )
        );
        _same("nobody", registry.party(next).serial, 0);
    }

    /// @dev Sixteen million parties are not registered here: the counter is put where it would stand.
    function test_registerParty_whenSerialsRunOut_thenRefusedAndTheLastIsNot() external {
        uint64 last = 2 ** 24 - 1;
        _putNextSerial(last);
        _registers(_call("Example", "KZ", "carrier", 1));
        bytes32 id = registry.partyId(last);
        _same("the last", registry.party(id).serial, last);
        _same("its key", registry.keyOf(registry.keyAt(1)).party, id);
        _refusesAs(
            REGISTRAR,
            _call("Example", "KZ", "carrier", 1),
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_Full.selector, last)
        );
    }

    function _putNextSerial(uint64 serial) private {
        for (uint256 slot = 0; slot < 12; ++slot) {
            bytes32 place = bytes32(slot);
            uint256 word = uint256(vm.load(address(registry), place));
            for (uint256 shift = 0; shift < 256; shift += 8) {
                uint256 lane = uint256(type(uint64).max) << shift;
                vm.store(address(registry), place, bytes32((word & ~lane) | (uint256(serial) << shift)));
                if (registry.nextSerial() == serial && registry.keyCount() == 0) return;
                vm.store(address(registry), place, bytes32(word));
            }
        }
        revert Differs("where the counter stands", "", "");
    }

    function test_partyId_whenSerialOrRegistryIsAnother_thenAnother() external {
        uint256 chain = vm.getChainId();
        _same("the id", registry.partyId(5), keccak256(abi.encode(chain, registry, uint64(5))));
        _same("the next", registry.partyId(6), keccak256(abi.encode(chain, registry, uint64(6))));
        vm.chainId(4242);
        _makeRegistry(WAIT);
        _same("there", registry.partyId(5), keccak256(abi.encode(4242, registry, uint64(5))));
    }

    function test_partyId_whenTheChainForksUnderAnotherId_thenTheSame() external {
        bytes32 id = _enrol("Example Carrier", SIGNER, MANAGER);
        vm.chainId(4242);
        _same("the id", registry.partyId(1), id);
        _same("its key's party", _keyOf(SIGNER).party, id);
    }

    function test_party_whenThereIsNone_thenZero() external view {
        IPartyRegistry.Party memory none;
        _same("none", abi.encode(registry.party(registry.partyId(1))), abi.encode(none));
    }
}
