// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Registries} from "./support/Registries.sol";

/// @notice PartyRegistry: moving the end of a key, and vetoing one.
contract PartyRegistryEndsTest is Registries {
    address private signer;
    address private manager;

    function setUp() external {
        _makeParties();
        (signer, manager) = (vm.addr(SIGNER), vm.addr(MANAGER));
    }

    function _setEnd(address caller, address key, uint64 end) private {
        vm.prank(caller);
        registry.setKeyEnd(key, end);
    }

    function _refusesEnd(address caller, address key, uint64 end, bytes memory want) private {
        _refusesAs(caller, abi.encodeCall(IPartyRegistry.setKeyEnd, (key, end)), want);
    }

    function _tooEarly(uint64 end, uint64 earliest) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_EndTooEarly.selector, end, earliest
        );
    }

    function _ended(uint64 end) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPartyRegistry.PartyRegistry_IntervalEnded.selector, end);
    }

    function _refusesVeto(address caller, uint256 secret, bytes memory want) private {
        _refusesAs(caller, abi.encodeCall(IPartyRegistry.vetoKey, (vm.addr(secret))), want);
    }

    function _notVetoable(uint256 secret) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_NotVetoable.selector, vm.addr(secret)
        );
    }

    function _veto(address caller, uint256 secret) private {
        vm.prank(caller);
        registry.vetoKey(vm.addr(secret));
    }

    // ---------------------------------------------------------------- setKeyEnd

    function test_setKeyEnd_whenAManageKeyMovesIt_thenEarlierAndLater() external {
        uint64 soon = _now() + 100;
        _listen(address(registry));
        _setEnd(manager, signer, soon);
        _heardOnly(
            2, abi.encode(IPartyRegistry.KeyEndChanged.selector, party, signer, soon, manager)
        );
        _same("the end", _keyOf(SIGNER).end, soon);
        _setEnd(manager, signer, soon + 50);
        _same("later", _keyOf(SIGNER).end, soon + 50);
    }

    function test_setKeyEnd_whenItIsNotAfterNow_thenRefusedAndTheNextSecondIsNot() external {
        uint64 next = _now() + 1;
        _refusesEnd(manager, signer, next - 1, _tooEarly(next - 1, next));
        _refusesEnd(manager, signer, 0, _tooEarly(0, next));
        _setEnd(manager, signer, next);
        _yes("still", registry.isSigner(party, signer));
        _wait(1);
        _no("no more", registry.isSigner(party, signer));
        _refusesEnd(manager, signer, FOREVER, _ended(next));
    }

    function test_setKeyEnd_whenItIsBeforeTheBeginning_thenRefusedAndAtItIsNot() external {
        uint64 start = _now() + 500;
        _addAs(manager, party, _grant(party, FRESH, SIGN, start, FOREVER));
        _refusesEnd(manager, vm.addr(FRESH), start - 1, _tooEarly(start - 1, start));
        _setEnd(manager, vm.addr(FRESH), start);
        _same("empty", _keyOf(FRESH).end, start);
        _setEnd(manager, vm.addr(FRESH), start + 9);
        _same("filled again", _keyOf(FRESH).end, start + 9);
    }

    function test_setKeyEnd_whenTheEndIsReached_thenRefusedAndOneSecondBeforeNot() external {
        uint64 end = _now() + 100;
        _setEnd(manager, signer, end);
        vm.warp(end - 1);
        _setEnd(manager, signer, end + 5);
        vm.warp(end + 5);
        _refusesEnd(manager, signer, FOREVER, _ended(end + 5));
        _refusesEnd(REGISTRAR, signer, FOREVER, _ended(end + 5));
        _wait(1);
        _refusesEnd(manager, signer, FOREVER, _ended(end + 5));
    }

    function test_setKeyEnd_whenKeyIsUnknown_thenRefused() external {
        _refusesEnd(
            manager,
            STRANGER,
            FOREVER,
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_UnknownKey.selector, STRANGER)
        );
    }

    function test_setKeyEnd_whenCallerMayNot_thenRefused() external {
        uint64 end = _now() + 100;
        address[4] memory others = [signer, vm.addr(OTHER_MANAGER), STRANGER, ADMIN];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesEnd(others[i], signer, end, _notAuthorised(party, others[i]));
        }
    }

    function test_setKeyEnd_whenTheRegistrarMovesIt_thenOnlyEarlier() external {
        uint64 end = _now() + 100;
        _setEnd(REGISTRAR, signer, end);
        _same("the end", _keyOf(SIGNER).end, end);
        bytes4 notEarlier = IPartyRegistry.PartyRegistry_NotEarlier.selector;
        _refusesEnd(REGISTRAR, signer, end, abi.encodeWithSelector(notEarlier, end, end));
        _refusesEnd(REGISTRAR, signer, end + 1, abi.encodeWithSelector(notEarlier, end + 1, end));
        _setEnd(REGISTRAR, signer, end - 1);
        uint64 next = _now() + 1;
        _refusesEnd(REGISTRAR, signer, next - 1, _tooEarly(next - 1, next));
        _setEnd(REGISTRAR, signer, next);
        _same("at once", _keyOf(SIGNER).end, next);
    }

    function test_setKeyEnd_whenTheRegistrarEndsAManageKey_thenNotBeforeTheDelay() external {
        uint64 earliest = _now() + 1 + WAIT;
        _refusesEnd(REGISTRAR, manager, earliest - 1, _tooEarly(earliest - 1, earliest));
        _setEnd(REGISTRAR, manager, earliest);
        _same("the end", _keyOf(MANAGER).end, earliest);
    }

    function test_setKeyEnd_whenTheRegistrarEndsAManageKeyOfLater_thenNotBeforeItsBeginning()
        external
    {
        uint64 start = _now() + 2 * WAIT;
        _addAs(manager, party, _grant(party, FRESH, MANAGE, start, FOREVER));
        _refusesEnd(REGISTRAR, vm.addr(FRESH), start - 1, _tooEarly(start - 1, start));
        _setEnd(REGISTRAR, vm.addr(FRESH), start);
        _same("the end", _keyOf(FRESH).end, start);
    }

    // ---------------------------------------------------------------- vetoKey

    function test_vetoKey_whenInTime_thenItIsEmptyForEver() external {
        _addLate(FRESH, SIGN);
        uint64 start = _keyOf(FRESH).start;
        vm.warp(start - 1);
        _listen(address(registry));
        _veto(manager, FRESH);
        _heardOnly(
            2, abi.encode(IPartyRegistry.KeyVetoed.selector, party, vm.addr(FRESH), manager)
        );
        IPartyRegistry.Key memory key = _keyOf(FRESH);
        _yes("vetoed", key.vetoed);
        _same("empty", key.end, start);
        _refusesVeto(manager, FRESH, _notVetoable(FRESH));
        _refusesEnd(manager, vm.addr(FRESH), FOREVER, _ended(start));
        vm.warp(start);
        _no("never", registry.isSigner(party, vm.addr(FRESH)));
    }

    function test_vetoKey_whenItIsInForce_thenRefused() external {
        _addLate(FRESH, SIGN);
        vm.warp(_keyOf(FRESH).start);
        _refusesVeto(manager, FRESH, _notVetoable(FRESH));
        _yes("in force", registry.isSigner(party, vm.addr(FRESH)));
        _wait(1);
        _refusesVeto(manager, FRESH, _notVetoable(FRESH));
    }

    function test_vetoKey_whenThePartyAddedIt_thenRefused() external {
        _addAs(manager, party, _grant(party, FRESH, SIGN, _now() + 100, FOREVER));
        _refusesVeto(manager, FRESH, _notVetoable(FRESH));
        _refusesVeto(manager, SIGNER, _notVetoable(SIGNER));
    }

    function test_vetoKey_whenKeyIsUnknown_thenRefused() external {
        _refusesVeto(
            manager,
            FRESH,
            abi.encodeWithSelector(
                IPartyRegistry.PartyRegistry_UnknownKey.selector, vm.addr(FRESH)
            )
        );
    }

    function test_vetoKey_whenCallerMayNot_thenRefused() external {
        _addLate(FRESH, MANAGE);
        address[6] memory others =
            [signer, vm.addr(OTHER_MANAGER), REGISTRAR, STRANGER, vm.addr(FRESH), ADMIN];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesVeto(others[i], FRESH, _notAuthorised(party, others[i]));
        }
    }

    /// @dev Whichever id is the greater one.
    function test_manageKeys_whenTheyAreOfAnotherParty_thenRefusedBothWays() external {
        _addAs(REGISTRAR, party, _grant(party, FRESH, SIGN, 0, FOREVER));
        _addAs(REGISTRAR, other, _grant(other, 0x78, SIGN, 0, FOREVER));
        _refusesVeto(vm.addr(OTHER_MANAGER), FRESH, _notAuthorised(party, vm.addr(OTHER_MANAGER)));
        _refusesVeto(manager, 0x78, _notAuthorised(other, manager));
        uint64 end = _now() + 100;
        address theirs = vm.addr(OTHER_MANAGER);
        _refusesEnd(theirs, signer, end, _notAuthorised(party, theirs));
        _refusesEnd(manager, vm.addr(OTHER_SIGNER), end, _notAuthorised(other, manager));
    }

    function test_vetoKey_whenTheManageKeyIsNotInItsInterval_thenRefused() external {
        uint64 start = _now() + 10;
        _addAs(manager, party, _grant(party, 0x99, MANAGE, start, start + 10));
        _addLate(FRESH, SIGN);
        _refusesVeto(vm.addr(0x99), FRESH, _notAuthorised(party, vm.addr(0x99)));
        vm.warp(start + 10);
        _refusesVeto(vm.addr(0x99), FRESH, _notAuthorised(party, vm.addr(0x99)));
        vm.warp(start + 9);
        _veto(vm.addr(0x99), FRESH);
    }

    function test_vetoKey_whenThePartyDeclaredTheManageKey_thenRefused() external {
        _compromise(MANAGER, _now());
        _addLate(FRESH, SIGN);
        _refusesVeto(manager, FRESH, _notAuthorised(party, manager));
    }

    function test_vetoKey_whenTheRegistrarDeclaredTheManageKey_thenStillUntilTheDelay() external {
        _addAs(manager, party, _grant(party, 0x99, SIGN, 0, FOREVER));
        _declareAs(REGISTRAR, MANAGER, _now());
        uint64 declared = _now();
        _addAs(REGISTRAR, party, _grant(party, FRESH, SIGN, declared + 3 * WAIT, FOREVER));
        _addAs(REGISTRAR, party, _grant(party, 0x78, SIGN, declared + 3 * WAIT, FOREVER));
        vm.warp(declared + WAIT - 1);
        _veto(manager, FRESH);
        vm.warp(declared + WAIT);
        _refusesVeto(manager, 0x78, _notAuthorised(party, manager));
    }

    function test_vetoKey_whenTheDeclarationWasDisputed_thenWithoutLimit() external {
        _add(party, MANAGER, 0x99, MANAGE);
        _declareAs(REGISTRAR, MANAGER, _now());
        vm.prank(vm.addr(0x99));
        registry.objectToCompromise(manager);
        _wait(5 * WAIT);
        _addLate(FRESH, SIGN);
        _veto(manager, FRESH);
        _yes("vetoed", _keyOf(FRESH).vetoed);
    }
}
