// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Registries} from "./support/Registries.sol";

/// @notice PartyRegistry: declaring a key compromised, and objecting to it.
contract PartyRegistryCompromiseTest is Registries {
    address private signer;
    address private manager;

    function setUp() external {
        _makeParties();
        (signer, manager) = (vm.addr(SIGNER), vm.addr(MANAGER));
        _wait(30 days);
    }

    function _refusesDeclaration(address caller, address key, uint64 since, bytes memory want) private {
        _refusesAs(caller, abi.encodeCall(IPartyRegistry.declareCompromise, (key, since)), want);
    }

    function _refusesObjection(address caller, address key, bytes memory want) private {
        _refusesAs(caller, abi.encodeCall(IPartyRegistry.objectToCompromise, (key)), want);
    }

    function _already(address key, uint64 since) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_AlreadyDeclared.selector, key, since
        );
    }

    function _notDisputable(address key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPartyRegistry.PartyRegistry_NotDisputable.selector, key);
    }

    function _declares(address caller, uint256 secret, uint64 since, bool byRegistrar) private {
        _listen(address(registry));
        _declareAs(caller, secret, since);
        _heardOnly(
            2,
            abi.encode(
                IPartyRegistry.CompromiseDeclared.selector,
                party,
                vm.addr(secret),
                since,
                caller,
                byRegistrar
            )
        );
    }

    function _isDeclared(uint256 secret, uint64 since, bool byRegistrar, uint64 number, uint64 time)
        private
        view
    {
        IPartyRegistry.Key memory key = _keyOf(secret);
        _same("since", key.compromisedSince, since);
        _same("by the registrar", abi.encode(key.declaredByRegistrar), abi.encode(byRegistrar));
        _same("in the block", key.declaredBlock, number);
        _same("at", key.declaredTime, time);
    }

    // ---------------------------------------------------------------- declareCompromise

    function test_declareCompromise_whenTheKeyItselfDoes_thenItCanDoNothingMore() external {
        _yes("before", registry.isSigner(party, signer));
        _declares(signer, SIGNER, _now() - 60, false);
        _isDeclared(SIGNER, _now() - 60, false, _number(), _now());
        _no("after", registry.isSigner(party, signer));
    }

    function test_declareCompromise_whenAManageKeyDoes_thenTheSame() external {
        _declares(manager, SIGNER, _now(), false);
        _isDeclared(SIGNER, _now(), false, _number(), _now());
        _declares(manager, MANAGER, _now(), false);
    }

    function test_declareCompromise_whenTheKeyIsNotInForce_thenItStillMay() external {
        vm.prank(manager);
        registry.setKeyEnd(signer, _now() + 1);
        _wait(100);
        _declares(signer, SIGNER, _now() - 50, false);
    }

    function test_declareCompromise_whenTheRegistrarDoes_thenAnyTimeAndMarked() external {
        _declares(REGISTRAR, SIGNER, 1, true);
        _isDeclared(SIGNER, 1, true, _number(), _now());
    }

    function test_declareCompromise_whenTheRegistrarDoesAgain_thenOnlyEarlier() external {
        uint64 since = _now() - 60;
        _declares(signer, SIGNER, since, false);
        (uint64 number, uint64 time) = (_number(), _now());
        _wait(5);
        _refusesDeclaration(REGISTRAR, signer, since, _already(signer, since));
        _refusesDeclaration(REGISTRAR, signer, since + 1, _already(signer, since));
        _declares(REGISTRAR, SIGNER, since - 1, true);
        _isDeclared(SIGNER, since - 1, false, number, time);
    }

    function test_declareCompromise_whenThePartyDoesAgain_thenRefused() external {
        uint64 since = _now() - 60;
        _declares(signer, SIGNER, since, false);
        _refusesDeclaration(signer, signer, since - 1, _already(signer, since));
        _refusesDeclaration(manager, signer, since - 1, _already(signer, since));
        _refusesDeclaration(manager, signer, since + 1, _already(signer, since));
    }

    function test_declareCompromise_whenThePartyDoesAfterTheRegistrar_thenRefused() external {
        _declares(REGISTRAR, SIGNER, _now(), true);
        _refusesDeclaration(signer, signer, _now() - 1, _already(signer, _now()));
    }

    function test_declareCompromise_whenKeyIsUnknown_thenRefused() external {
        _refusesDeclaration(
            manager,
            STRANGER,
            _now(),
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_UnknownKey.selector, STRANGER)
        );
    }

    function test_declareCompromise_whenCallerMayNot_thenRefused() external {
        _add(party, MANAGER, FRESH, SIGN);
        uint64 since = _now();
        address last = address(type(uint160).max);
        address[6] memory others =
            [vm.addr(FRESH), vm.addr(OTHER_MANAGER), vm.addr(OTHER_SIGNER), STRANGER, ADMIN, last];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesDeclaration(others[i], signer, since, _notAuthorised(party, others[i]));
        }
        _compromise(MANAGER, since);
        _refusesDeclaration(manager, signer, since, _notAuthorised(party, manager));
    }

    function test_declareCompromise_whenTimeIsZeroOrToCome_thenRefusedAndNowIsNot() external {
        bytes4 bad = IPartyRegistry.PartyRegistry_BadCompromiseTime.selector;
        uint64 next = _now() + 1;
        _refusesDeclaration(signer, signer, 0, abi.encodeWithSelector(bad, uint64(0), _now()));
        _refusesDeclaration(signer, signer, next, abi.encodeWithSelector(bad, next, _now()));
        _refusesDeclaration(REGISTRAR, signer, 0, abi.encodeWithSelector(bad, uint64(0), _now()));
        _refusesDeclaration(REGISTRAR, signer, next, abi.encodeWithSelector(bad, next, _now()));
        _declares(signer, SIGNER, _now(), false);
    }

    function test_declareCompromise_whenThePartyDatesItTooFarBack_thenRefusedAndAtTheLimitNot()
        external
    {
        uint64 earliest = _now() - 7 days;
        bytes memory want = abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_TooFarBack.selector, earliest - 1, earliest
        );
        _refusesDeclaration(signer, signer, earliest - 1, want);
        _refusesDeclaration(manager, signer, earliest - 1, want);
        _declares(signer, SIGNER, earliest, false);
    }

    /// @dev A chain whose clock begins at zero.
    function test_declareCompromise_whenTheChainIsYoungerThanTheLimit_thenAnyTime() external {
        _makeRegistry(WAIT);
        vm.warp(100);
        party = _enrol("Example Carrier", SIGNER, MANAGER);
        _declares(signer, SIGNER, 1, false);
        vm.warp(7 days);
        _declares(manager, MANAGER, 1, false);
    }

    /// @dev Seconds have 33 bits from 2106 on.
    function test_declareCompromise_whenTimeAndBlockAreLarge_thenRecordedInFull() external {
        vm.warp(2 ** 33 + 5);
        vm.roll(2 ** 34 + 7);
        _declares(signer, SIGNER, _now(), false);
        _isDeclared(SIGNER, 2 ** 33 + 5, false, 2 ** 34 + 7, 2 ** 33 + 5);
    }

    // ---------------------------------------------------------------- objectToCompromise

    function _declareManager() private {
        _add(party, MANAGER, FRESH, MANAGE);
        _declareAs(REGISTRAR, MANAGER, _now());
    }

    function test_objectToCompromise_whenAnotherManageKeyDoes_thenItIsKept() external {
        _declareManager();
        uint64 declared = _now();
        vm.warp(declared + WAIT - 1);
        _listen(address(registry));
        vm.prank(vm.addr(FRESH));
        registry.objectToCompromise(manager);
        _heardOnly(
            2,
            abi.encode(
                IPartyRegistry.CompromiseDisputed.selector, party, manager, vm.addr(FRESH)
            )
        );
        _yes("objected", _keyOf(MANAGER).objected);
        _refusesObjection(vm.addr(FRESH), manager, _notDisputable(manager));
    }

    function test_objectToCompromise_whenTheDelayPassed_thenRefused() external {
        _declareManager();
        _wait(WAIT);
        _refusesObjection(vm.addr(FRESH), manager, _notDisputable(manager));
        _wait(1);
        _refusesObjection(vm.addr(FRESH), manager, _notDisputable(manager));
        _no("objected", _keyOf(MANAGER).objected);
    }

    function test_objectToCompromise_whenNothingWasDeclared_thenRefused() external {
        _add(party, MANAGER, FRESH, MANAGE);
        _refusesObjection(vm.addr(FRESH), manager, _notDisputable(manager));
    }

    function test_objectToCompromise_whenThePartyDeclaredIt_thenRefused() external {
        _add(party, MANAGER, FRESH, MANAGE);
        _compromise(MANAGER, _now());
        _refusesObjection(vm.addr(FRESH), manager, _notDisputable(manager));
    }

    function test_objectToCompromise_whenItIsASignKey_thenRefused() external {
        _declareAs(REGISTRAR, SIGNER, _now());
        _refusesObjection(manager, signer, _notDisputable(signer));
    }

    function test_objectToCompromise_whenKeyIsUnknown_thenRefused() external {
        _refusesObjection(
            manager,
            STRANGER,
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_UnknownKey.selector, STRANGER)
        );
    }

    function test_objectToCompromise_whenCallerMayNot_thenRefused() external {
        _declareManager();
        address[5] memory others = [manager, signer, vm.addr(OTHER_MANAGER), REGISTRAR, STRANGER];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesObjection(others[i], manager, _notAuthorised(party, others[i]));
        }
    }
}
