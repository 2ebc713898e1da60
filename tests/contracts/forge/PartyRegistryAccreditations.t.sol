// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessControl} from "@openzeppelin/contracts/access/IAccessControl.sol";

import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {Registries} from "./support/Registries.sol";

/// @notice PartyRegistry: accrediting parties for types of document.
contract PartyRegistryAccreditationsTest is Registries {
    bytes32 private constant TYPE = keccak256("bill-of-lading");

    function setUp() external {
        _makeParties();
    }

    function _accredit(uint64 notBefore, uint64 end) private {
        vm.prank(ACCREDITOR);
        registry.accredit(party, TYPE, notBefore, end);
    }

    function _setEnd(uint256 index, uint64 end) private {
        vm.prank(ACCREDITOR);
        registry.setAccreditationEnd(party, TYPE, index, end);
    }

    function _refusesAccreditation(uint64 notBefore, uint64 end, bytes memory want) private {
        _refusesAs(
            ACCREDITOR, abi.encodeCall(IPartyRegistry.accredit, (party, TYPE, notBefore, end)), want
        );
    }

    function _refusesEnd(uint256 index, uint64 end, bytes memory want) private {
        _refusesAs(
            ACCREDITOR,
            abi.encodeCall(IPartyRegistry.setAccreditationEnd, (party, TYPE, index, end)),
            want
        );
    }

    function _overlaps(uint64 start, uint64 previousEnd) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_Overlaps.selector, start, previousEnd
        );
    }

    function _empty(uint64 start, uint64 end) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            IPartyRegistry.PartyRegistry_EmptyInterval.selector, start, end
        );
    }

    function _is(uint256 index, uint64 start, uint64 end) private view {
        IPartyRegistry.Interval memory got = registry.accreditations(party, TYPE)[index];
        _same(
            "the interval", abi.encode(got), abi.encode(IPartyRegistry.Interval(start, end))
        );
    }

    function _onlyAccreditor(bytes memory data) private {
        bytes32 role = registry.ACCREDITOR_ROLE();
        address[4] memory others = [ADMIN, REGISTRAR, STRANGER, vm.addr(MANAGER)];
        for (uint256 i = 0; i < others.length; ++i) {
            _refusesAs(
                others[i],
                data,
                abi.encodeWithSelector(
                    IAccessControl.AccessControlUnauthorizedAccount.selector, others[i], role
                )
            );
        }
    }

    // ---------------------------------------------------------------- accredit

    function test_accredit_whenAsked_thenFromTheNextSecondAndSaid() external {
        _listen(address(registry));
        _accredit(0, FOREVER);
        _heardOnly(
            2, abi.encode(IPartyRegistry.Accredited.selector, party, TYPE, _now() + 1, FOREVER)
        );
        _is(0, _now() + 1, FOREVER);
        _same("count", registry.accreditationCount(party, TYPE), 1);
        _same("of another type", registry.accreditationCount(party, "other"), 0);
        _same("of another party", registry.accreditations(other, TYPE).length, 0);
    }

    function test_accredit_whenNotBeforeIsLater_thenFromThenOn() external {
        uint64 later = _now() + 50;
        _accredit(later, later + 1);
        _is(0, later, later + 1);
    }

    function test_accredit_whenCallerIsNotAccreditor_thenRefused() external {
        _onlyAccreditor(abi.encodeCall(IPartyRegistry.accredit, (party, TYPE, 0, FOREVER)));
    }

    function test_accredit_whenThereIsNoSuchParty_thenRefused() external {
        bytes32 nobody = registry.partyId(77);
        _refusesAs(
            ACCREDITOR,
            abi.encodeCall(IPartyRegistry.accredit, (nobody, TYPE, 0, FOREVER)),
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_UnknownParty.selector, nobody)
        );
    }

    function test_accredit_whenIntervalIsEmpty_thenRefused() external {
        uint64 start = _now() + 1;
        _refusesAccreditation(0, start, _empty(start, start));
        _refusesAccreditation(0, start - 1, _empty(start, start - 1));
        _refusesAccreditation(start + 5, start + 5, _empty(start + 5, start + 5));
    }

    function test_accredit_whenItBeginsTooFarAhead_thenRefusedAndAtTheLimitNot() external {
        uint64 latest = _now() + AHEAD;
        _refusesAccreditation(
            latest + 1,
            FOREVER,
            abi.encodeWithSelector(
                IPartyRegistry.PartyRegistry_TooFarAhead.selector, latest + 1, latest
            )
        );
        _accredit(latest, FOREVER);
        _is(0, latest, FOREVER);
    }

    function test_accredit_whenItOverlapsTheLast_thenRefusedAndAtItsEndNot() external {
        uint64 end = _now() + 100;
        _accredit(0, end);
        _refusesAccreditation(end - 1, FOREVER, _overlaps(end - 1, end));
        _refusesAccreditation(0, FOREVER, _overlaps(_now() + 1, end));
        _accredit(end, FOREVER);
        _is(1, end, FOREVER);
    }

    function test_accredit_whenTheLastAreEmpty_thenTheyBarNothing() external {
        uint64 start = _now() + 100;
        _accredit(0, start);
        _accredit(start + 100, start + 200);
        _accredit(start + 300, start + 400);
        _setEnd(1, start + 100);
        _setEnd(2, start + 300);
        _refusesAccreditation(start - 1, FOREVER, _overlaps(start - 1, start));
        _accredit(start, FOREVER);
        _is(3, start, FOREVER);
    }

    function test_accredit_whenAllAreEmpty_thenAnyTime() external {
        _accredit(_now() + 10, FOREVER);
        _setEnd(0, _now() + 10);
        _accredit(0, FOREVER);
        _is(1, _now() + 1, FOREVER);
    }

    function test_accredit_whenThereAreTooMany_thenRefusedAndAtTheLimitNot() external {
        uint64 start = _now() + 1;
        for (uint64 i = 0; i < 64; ++i) _accredit(start + i, start + i + 1);
        _same("count", registry.accreditationCount(party, TYPE), 64);
        _refusesAccreditation(
            start + 64,
            FOREVER,
            abi.encodeWithSelector(
                IPartyRegistry.PartyRegistry_TooManyIntervals.selector, uint256(64)
            )
        );
    }

    // ---------------------------------------------------------------- setAccreditationEnd

    function test_setAccreditationEnd_whenMoved_thenEarlierAndLaterAndSaid() external {
        _accredit(0, _now() + 100);
        uint64 start = _now() + 1;
        _wait(10);
        uint64 next = _now() + 1;
        _listen(address(registry));
        _setEnd(0, next);
        _heardOnly(
            2,
            abi.encode(
                IPartyRegistry.AccreditationEndChanged.selector, party, TYPE, uint256(0), next
            )
        );
        _is(0, start, next);
        _setEnd(0, next + 500);
        _is(0, start, next + 500);
    }

    function test_setAccreditationEnd_whenCallerIsNotAccreditor_thenRefused() external {
        _accredit(0, FOREVER);
        _onlyAccreditor(
            abi.encodeCall(IPartyRegistry.setAccreditationEnd, (party, TYPE, 0, START + 100))
        );
    }

    function test_setAccreditationEnd_whenThereIsNone_thenRefused() external {
        bytes4 none = IPartyRegistry.PartyRegistry_NotAccredited.selector;
        _refusesEnd(0, FOREVER, abi.encodeWithSelector(none, party, TYPE, uint256(0)));
        _accredit(0, FOREVER);
        _refusesEnd(1, FOREVER, abi.encodeWithSelector(none, party, TYPE, uint256(1)));
        _refusesEnd(2, FOREVER, abi.encodeWithSelector(none, party, TYPE, uint256(2)));
    }

    function test_setAccreditationEnd_whenTheEndIsReached_thenRefusedAndOneSecondBeforeNot()
        external
    {
        uint64 end = _now() + 100;
        _accredit(0, end);
        vm.warp(end - 1);
        _setEnd(0, end + 1);
        vm.warp(end + 1);
        bytes memory want =
            abi.encodeWithSelector(IPartyRegistry.PartyRegistry_IntervalEnded.selector, end + 1);
        _refusesEnd(0, FOREVER, want);
        vm.warp(end + 2);
        _refusesEnd(0, FOREVER, want);
    }

    function test_setAccreditationEnd_whenItIsTooEarly_thenRefused() external {
        bytes4 tooEarly = IPartyRegistry.PartyRegistry_EndTooEarly.selector;
        uint64 start = _now() + 100;
        _accredit(start, FOREVER);
        _refusesEnd(0, start - 1, abi.encodeWithSelector(tooEarly, start - 1, start));
        vm.warp(start + 5);
        _refusesEnd(0, start + 5, abi.encodeWithSelector(tooEarly, start + 5, start + 6));
        _setEnd(0, start + 6);
        _is(0, start, start + 6);
    }

    function test_setAccreditationEnd_whenItMeetsTheNext_thenRefusedBeyondAndNotAtIt() external {
        uint64 start = _now() + 1;
        _accredit(start, start + 10);
        _accredit(start + 20, start + 30);
        _accredit(start + 40, start + 50);
        _refusesEnd(0, start + 21, _overlaps(start + 20, start + 21));
        _setEnd(0, start + 20);
        _is(0, start, start + 20);
        _setEnd(1, start + 20);
        _refusesEnd(0, start + 41, _overlaps(start + 40, start + 41));
        _setEnd(0, start + 40);
        _is(0, start, start + 40);
        _setEnd(2, FOREVER);
        _is(2, start + 40, FOREVER);
    }

    /// @dev An empty interval let another begin before it: filling it again would bring them out of order.
    function test_setAccreditationEnd_whenAnEmptyOneIsOutOfOrder_thenItStaysEmpty() external {
        uint64 start = _now() + 100;
        _accredit(start, FOREVER);
        _setEnd(0, start);
        _accredit(start - 50, start + 50);
        _refusesEnd(0, start + 1, _overlaps(start - 50, start + 1));
        _accredit(start + 60, start + 70);
        _setEnd(2, start + 60);
        _setEnd(1, start + 80);
        _refusesEnd(2, start + 65, _overlaps(start + 60, start + 80));
    }

    function test_setAccreditationEnd_whenWhatFollowsIsQueued_thenCuttingIsNeverRefused() external {
        _accredit(0, _now() + 100);
        uint64 start = _now() + 1;
        _accredit(start + 200, FOREVER);
        _wait(50);
        _setEnd(0, _now() + 1);
        _is(0, start, _now() + 1);
    }
}
