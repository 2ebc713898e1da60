// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Registries} from "./support/Registries.sol";

/// @notice PartyRegistry: for whom a key acts now, and how its word of then is judged.
contract PartyRegistryViewsTest is Registries {
    bytes32 private constant TYPE = keccak256("bill-of-lading");

    address private key;
    uint64 private start;
    uint64 private end;

    function setUp() external {
        _makeParties();
        key = vm.addr(FRESH);
        (start, end) = (_now() + 100, _now() + 1000);
        _addAs(vm.addr(MANAGER), party, _grant(party, FRESH, SIGN, start, end));
    }

    function _acts(bool want) private view {
        (bytes32 id, uint64 serial, uint32 keySerial) = registry.signerOf(key);
        _same("for whom", id, want ? party : bytes32(0));
        _same("its serial", serial, want ? 1 : 0);
        _same("the key's serial", keySerial, want ? 5 : 0);
        _same("signs", abi.encode(registry.isSigner(party, key)), abi.encode(want));
        _no("not for another", registry.isSigner(other, key));
    }

    function _judged(uint64 time, uint64 number, IPartyRegistry.Authority want) private view {
        IPartyRegistry.Authority got = registry.authorityAt(party, key, TYPE, time, number);
        _same("the judgement", uint256(got), uint256(want));
    }

    function _accredit(uint64 notBefore, uint64 until) private {
        vm.prank(ACCREDITOR);
        registry.accredit(party, TYPE, notBefore, until);
    }

    // ---------------------------------------------------------------- now

    function test_signerOf_whenInItsInterval_thenItsParty() external {
        _acts(false);
        vm.warp(start - 1);
        _acts(false);
        vm.warp(start);
        _acts(true);
        vm.warp(end - 1);
        _acts(true);
        vm.warp(end);
        _acts(false);
        vm.warp(end + 1);
        _acts(false);
    }

    function test_signerOf_whenCompromised_thenNobody() external {
        vm.warp(start);
        _compromise(FRESH, _now());
        _acts(false);
    }

    function test_signerOf_whenManageOrUnknown_thenNobody() external view {
        address[2] memory keys = [vm.addr(MANAGER), STRANGER];
        for (uint256 i = 0; i < keys.length; ++i) {
            (bytes32 id, uint64 serial, uint32 keySerial) = registry.signerOf(keys[i]);
            _same("nobody", abi.encode(id, serial, keySerial), abi.encode(0, 0, 0));
            _no("no", registry.isSigner(party, keys[i]));
            _no("nor for none", registry.isSigner(0, keys[i]));
        }
    }

    function test_resolve_whenPartiesAreNamed_thenTheirSerials() external {
        vm.warp(start);
        _resolves(party, other, 1, 2);
        _resolves(other, party, 2, 1);
        _resolves(0, party, 0, 1);
        _resolves(party, 0, 1, 0);
        _resolves("nobody", "no one", 0, 0);
        _same(
            "a stranger",
            _resolved(STRANGER, party, other),
            abi.encode(bytes32(0), 0, 0, uint64(1), uint64(2))
        );
    }

    function _resolves(bytes32 first, bytes32 second, uint64 one, uint64 two) private view {
        _same("resolved", _resolved(key, first, second), abi.encode(party, 1, 5, one, two));
    }

    function _resolved(address by, bytes32 first, bytes32 second) private view returns (bytes memory) {
        (bytes32 id, uint64 serial, uint32 keySerial, uint64 one, uint64 two) =
            registry.resolve(by, first, second);
        return abi.encode(id, serial, keySerial, one, two);
    }

    function test_keyOf_whenUnknown_thenZero() external view {
        IPartyRegistry.Key memory none;
        _same("none", abi.encode(registry.keyOf(STRANGER)), abi.encode(none));
    }

    // ---------------------------------------------------------------- then

    function test_authorityAt_whenInAllIntervals_thenYes() external {
        _accredit(0, FOREVER);
        _judged(start - 1, 0, IPartyRegistry.Authority.No);
        _judged(start, 0, IPartyRegistry.Authority.Yes);
        _judged(end - 1, 0, IPartyRegistry.Authority.Yes);
        _judged(end, 0, IPartyRegistry.Authority.No);
        _judged(end + 1, 0, IPartyRegistry.Authority.No);
    }

    function test_authorityAt_whenNotAccreditedThen_thenNo() external {
        _judged(start, 0, IPartyRegistry.Authority.No);
        _accredit(start + 10, start + 20);
        _accredit(start + 30, start + 40);
        _judged(start + 9, 0, IPartyRegistry.Authority.No);
        _judged(start + 10, 0, IPartyRegistry.Authority.Yes);
        _judged(start + 19, 0, IPartyRegistry.Authority.Yes);
        _judged(start + 20, 0, IPartyRegistry.Authority.No);
        _judged(start + 29, 0, IPartyRegistry.Authority.No);
        _judged(start + 30, 0, IPartyRegistry.Authority.Yes);
        _judged(start + 39, 0, IPartyRegistry.Authority.Yes);
        _judged(start + 40, 0, IPartyRegistry.Authority.No);
    }

    function test_authorityAt_whenPartyTypeOrRoleIsAnother_thenNo() external {
        _accredit(0, FOREVER);
        vm.prank(ACCREDITOR);
        registry.accredit(other, TYPE, 0, FOREVER);
        uint256 no = uint256(IPartyRegistry.Authority.No);
        _same("party", uint256(registry.authorityAt(other, key, TYPE, start, 0)), no);
        address theirs = vm.addr(OTHER_SIGNER);
        _same("its party", uint256(registry.authorityAt(party, theirs, TYPE, start, 0)), no);
        _no("signs for none but its own", registry.isSigner(party, theirs));
        _same("type", uint256(registry.authorityAt(party, key, "other", start, 0)), no);
        address manager = vm.addr(MANAGER);
        _same("role", uint256(registry.authorityAt(party, manager, TYPE, start, 0)), no);
        _same("unknown", uint256(registry.authorityAt(party, STRANGER, TYPE, start, 0)), no);
    }

    function test_authorityAt_whenCompromised_thenUndecidedUpToTheDeclaringBlock() external {
        _accredit(0, FOREVER);
        vm.warp(start + 500);
        vm.roll(2000);
        _compromise(FRESH, start + 400);
        _judged(start + 399, 5000, IPartyRegistry.Authority.Yes);
        _judged(start + 400, 1999, IPartyRegistry.Authority.Undecided);
        _judged(start + 500, 2000, IPartyRegistry.Authority.Undecided);
        _judged(start + 500, 2001, IPartyRegistry.Authority.No);
        _judged(start + 600, 2001, IPartyRegistry.Authority.No);
    }
}
