// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Registries} from "./support/Registries.sol";

/// @notice PartyRegistry: adding keys.
contract PartyRegistryKeysTest is Registries {
    function setUp() external {
        _makeParties();
    }

    function _refusesGrant(IPartyRegistry.KeyGrant memory grant, bytes memory want) private {
        _refusesAs(vm.addr(MANAGER), abi.encodeCall(IPartyRegistry.addKey, (party, grant)), want);
    }

    function _badConsent(address key) private pure returns (bytes memory) {
        return abi.encodeWithSelector(IPartyRegistry.PartyRegistry_BadConsent.selector, key);
    }

    function _added(address key, IPartyRegistry.Role role, uint64 start, uint64 end, bool late, address by)
        private
        view
        returns (bytes memory)
    {
        return abi.encode(IPartyRegistry.KeyAdded.selector, party, key, role, start, end, late, by);
    }

    function _wanted(IPartyRegistry.Role role, uint64 start, uint64 end, bool late)
        private
        view
        returns (IPartyRegistry.Key memory)
    {
        return IPartyRegistry.Key(party, start, end, 0, role, late, false, false, false, 0, 0);
    }

    function test_addKey_whenAManageKeyAdds_thenInForceTheNextSecond() external {
        IPartyRegistry.KeyGrant memory grant = _grant(party, FRESH, SIGN, 0, START + 1000);
        uint64 start = _now() + 1;
        _listen(address(registry));
        _addAs(vm.addr(MANAGER), party, grant);
        _heardOnly(2, _added(grant.key, SIGN, start, START + 1000, false, vm.addr(MANAGER)));
        _isKey(FRESH, _wanted(SIGN, start, START + 1000, false));
        _same("serial", registry.keyCount(), 5);
        _same("by serial", registry.keyAt(5), grant.key);
        _no("not yet", registry.isSigner(party, grant.key));
        _wait(1);
        _yes("now", registry.isSigner(party, grant.key));
    }

    function test_addKey_whenNotBeforeIsLater_thenFromThenOn() external {
        uint64 later = _now() + 100;
        _addAs(vm.addr(MANAGER), party, _grant(party, FRESH, MANAGE, later, FOREVER));
        _isKey(FRESH, _wanted(MANAGE, later, FOREVER, false));
    }

    function test_addKey_whenNotBeforeIsPast_thenItCannotReachBack() external {
        _addAs(vm.addr(MANAGER), party, _grant(party, FRESH, SIGN, START - 5, FOREVER));
        _isKey(FRESH, _wanted(SIGN, _now() + 1, FOREVER, false));
    }

    function test_addKey_whenTheRegistrarAdds_thenItWaitsAndIsMarkedLate() external {
        IPartyRegistry.KeyGrant memory grant = _grant(party, FRESH, SIGN, _now() + 5, FOREVER);
        uint64 start = _now() + 1 + WAIT;
        _listen(address(registry));
        _addAs(REGISTRAR, party, grant);
        _heardOnly(2, _added(grant.key, SIGN, start, FOREVER, true, REGISTRAR));
        _isKey(FRESH, _wanted(SIGN, start, FOREVER, true));
    }

    function test_addKey_whenTheRegistrarAddsForLater_thenFromThenOn() external {
        uint64 later = _now() + 2 * WAIT;
        _addAs(REGISTRAR, party, _grant(party, FRESH, SIGN, later, FOREVER));
        _isKey(FRESH, _wanted(SIGN, later, FOREVER, true));
    }

    function test_addKey_whenThereIsNoSuchParty_thenRefused() external {
        bytes32 nobody = registry.partyId(77);
        IPartyRegistry.KeyGrant memory grant = _grant(nobody, FRESH, SIGN, 0, FOREVER);
        _refusesAs(
            REGISTRAR,
            abi.encodeCall(IPartyRegistry.addKey, (nobody, grant)),
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_UnknownParty.selector, nobody)
        );
    }

    function test_addKey_whenCallerMayNot_thenRefused() external {
        IPartyRegistry.KeyGrant memory grant = _grant(party, FRESH, SIGN, 0, FOREVER);
        bytes memory data = abi.encodeCall(IPartyRegistry.addKey, (party, grant));
        address[5] memory others = [
            vm.addr(SIGNER), vm.addr(OTHER_MANAGER), vm.addr(OTHER_SIGNER), STRANGER, ACCREDITOR
        ];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesAs(others[i], data, _notAuthorised(party, others[i]));
        }
    }

    function test_addKey_whenTheManageKeyIsNotInForce_thenRefused() external {
        uint64 end = _now() + 10;
        uint64 start = _now() + 5;
        _addAs(vm.addr(MANAGER), party, _grant(party, 0x99, MANAGE, start, end));
        bytes memory data = abi.encodeCall(
            IPartyRegistry.addKey, (party, _grant(party, FRESH, SIGN, 0, FOREVER))
        );
        vm.warp(start - 1);
        _refusesAs(vm.addr(0x99), data, _notAuthorised(party, vm.addr(0x99)));
        vm.warp(end);
        _refusesAs(vm.addr(0x99), data, _notAuthorised(party, vm.addr(0x99)));
        vm.warp(start);
        _addAs(vm.addr(0x99), party, _grant(party, 0x9A, SIGN, 0, FOREVER));
        vm.warp(end - 1);
        _addAs(vm.addr(0x99), party, _grant(party, FRESH, SIGN, 0, FOREVER));
        _compromise(MANAGER, _now());
        bytes memory more = abi.encodeCall(
            IPartyRegistry.addKey, (party, _grant(party, 0x9B, SIGN, 0, FOREVER))
        );
        _refusesAs(vm.addr(MANAGER), more, _notAuthorised(party, vm.addr(MANAGER)));
    }

    function test_addKey_whenAddressBelongsToAParty_thenRefusedForEver() external {
        bytes memory taken = abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_KeyTaken.selector, vm.addr(OTHER_SIGNER), other
        );
        _refusesGrant(_grant(party, OTHER_SIGNER, SIGN, 0, FOREVER), taken);
        vm.prank(vm.addr(OTHER_MANAGER));
        registry.setKeyEnd(vm.addr(OTHER_SIGNER), _now() + 1);
        _wait(100);
        _refusesGrant(_grant(party, OTHER_SIGNER, SIGN, 0, FOREVER), taken);
    }

    function test_addKey_whenItHasNoRole_thenRefused() external {
        _refusesGrant(
            _grant(party, FRESH, IPartyRegistry.Role.None, 0, FOREVER),
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_NoRole.selector, vm.addr(FRESH))
        );
    }

    function test_addKey_whenIntervalIsEmpty_thenRefusedAndOneSecondIsNot() external {
        uint64 start = _now() + 1;
        bytes4 empty = IPartyRegistry.PartyRegistry_EmptyInterval.selector;
        _refusesGrant(
            _grant(party, FRESH, SIGN, 0, start), abi.encodeWithSelector(empty, start, start)
        );
        _refusesGrant(
            _grant(party, FRESH, SIGN, start + 9, start + 8),
            abi.encodeWithSelector(empty, start + 9, start + 8)
        );
        _addAs(vm.addr(MANAGER), party, _grant(party, FRESH, SIGN, 0, start + 1));
        _isKey(FRESH, _wanted(SIGN, start, start + 1, false));
    }

    function test_addKey_whenItBeginsTooFarAhead_thenRefusedAndAtTheLimitNot() external {
        uint64 latest = _now() + AHEAD;
        _refusesGrant(
            _grant(party, FRESH, SIGN, latest + 1, FOREVER),
            abi.encodeWithSelector(
                IPartyRegistry.PartyRegistry_TooFarAhead.selector, latest + 1, latest
            )
        );
        _addAs(vm.addr(MANAGER), party, _grant(party, FRESH, SIGN, latest, FOREVER));
        _isKey(FRESH, _wanted(SIGN, latest, FOREVER, false));
    }

    function test_addKey_whenConsentIsForSomethingElse_thenRefused() external {
        IPartyRegistry.KeyGrant memory grant = _grant(other, FRESH, SIGN, 0, FOREVER);
        _refusesGrant(grant, _badConsent(grant.key));
        grant = _grant(party, FRESH, SIGN, 0, FOREVER);
        grant.role = MANAGE;
        _refusesGrant(grant, _badConsent(grant.key));
        (grant.role, grant.notBefore) = (SIGN, 1);
        _refusesGrant(grant, _badConsent(grant.key));
        (grant.notBefore, grant.to) = (0, FOREVER - 1);
        _refusesGrant(grant, _badConsent(grant.key));
        (grant.to, grant.key) = (FOREVER, vm.addr(0x78));
        _refusesGrant(grant, _badConsent(grant.key));
        (grant.key, grant.consent) = (vm.addr(FRESH), new bytes(65));
        _refusesGrant(grant, _badConsent(grant.key));
        grant.consent = "";
        _refusesGrant(grant, _badConsent(grant.key));
    }

    function test_addKey_whenConsentIsForAnotherChain_thenRefused() external {
        IPartyRegistry.KeyGrant memory grant = _grant(party, FRESH, SIGN, 0, FOREVER);
        uint256 here = vm.getChainId();
        vm.chainId(4242);
        grant.consent = _signed(FRESH, _consentDigest(party, grant));
        vm.chainId(here);
        _refusesGrant(grant, _badConsent(grant.key));
    }

    function test_addKey_whenTheKeyIsAContract_thenItConsentsByErc1271() external {
        address wallet = _begin("WalletHarness.sol:WalletHarness", abi.encode(vm.addr(FRESH)));
        IPartyRegistry.KeyGrant memory grant =
            IPartyRegistry.KeyGrant(wallet, SIGN, 0, FOREVER, "");
        grant.consent = _signed(0x78, _consentDigest(party, grant));
        _refusesGrant(grant, _badConsent(wallet));
        grant.consent = _signed(FRESH, _consentDigest(party, grant));
        _addAs(vm.addr(MANAGER), party, grant);
        _wait(1);
        _yes("a contract signs", registry.isSigner(party, wallet));
    }
}
