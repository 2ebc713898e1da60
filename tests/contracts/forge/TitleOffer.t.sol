// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice TitleRules: accepting, rejecting and taking back what was given.
contract TitleOfferTest is Titles {
    ITitleRegistry.Action private constant HOLDER = ITitleRegistry.Action.TransferHolder;
    ITitleRegistry.Action private constant BENEFICIARY = ITitleRegistry.Action.TransferBeneficiary;
    ITitleRegistry.Action private constant BOTH = ITitleRegistry.Action.TransferBoth;
    ITitleRegistry.Action private constant ACCEPT = ITitleRegistry.Action.Accept;
    ITitleRegistry.Action private constant REJECT_HOLDER = ITitleRegistry.Action.RejectHolder;
    ITitleRegistry.Action private constant REJECT_BENEFICIARY =
        ITitleRegistry.Action.RejectBeneficiary;
    ITitleRegistry.Action private constant REJECT_BOTH = ITitleRegistry.Action.RejectBoth;
    ITitleRegistry.Action private constant TAKE_BACK = ITitleRegistry.Action.TakeBack;

    ITitleRegistry.Record private want;

    function setUp() external {
        _makeTitles();
    }

    /// @notice Offers what the bank has; `want` is what stands then.
    function _offers(ITitleRegistry.Action action, bytes32 holder, bytes32 beneficiary) private {
        _settled(BANK);
        _does(BANK, _offer(action, holder, beneficiary));
        want = _standing();
    }

    function _acts(uint256 secret, ITitleRegistry.Action action) private {
        if (want.state == ITitleRegistry.State.Held) want.acceptBy = 0;
        _acts(secret, _wish(action), want);
    }

    function _nothingGiven(ITitleRegistry.Action action) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_NothingGiven.selector, title, action
        );
    }

    // ---------------------------------------------------------------- accept

    function test_accept_whenTheHolderDoes_thenHeld() external {
        _offers(HOLDER, buyer, 0);
        (want.formerHolder, want.state) = (0, ITitleRegistry.State.Held);
        _acts(BUYER, ACCEPT);
    }

    function test_accept_whenTheBeneficiaryDoes_thenHeld() external {
        _offers(BENEFICIARY, 0, buyer);
        (want.formerBeneficiary, want.state) = (0, ITitleRegistry.State.Held);
        _acts(BUYER, ACCEPT);
    }

    function test_accept_whenOnePartyIsOfferedBoth_thenItAcceptsBoth() external {
        _offers(BOTH, buyer, buyer);
        (want.formerHolder, want.formerBeneficiary) = (0, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BUYER, ACCEPT);
    }

    function test_accept_whenTwoAreOfferedOneRoleEach_thenEachAcceptsItsOwn() external {
        _offers(BOTH, buyer, other);
        (want.formerHolder, want.state) = (0, ITitleRegistry.State.OfferedBeneficiary);
        _acts(BUYER, ACCEPT);
        _refusesAct(BUYER, _wish(ACCEPT), _wrongParty(other, buyer));
        (want.formerBeneficiary, want.state) = (0, ITitleRegistry.State.Held);
        _acts(OTHER, ACCEPT);
    }

    function test_accept_whenTheBeneficiaryIsFirst_thenTheHolderIsStillOffered() external {
        _offers(BOTH, buyer, other);
        (want.formerBeneficiary, want.state) = (0, ITitleRegistry.State.OfferedHolder);
        _acts(OTHER, ACCEPT);
        _refusesAct(OTHER, _wish(ACCEPT), _wrongParty(buyer, other));
        (want.formerHolder, want.state) = (0, ITitleRegistry.State.Held);
        _acts(BUYER, ACCEPT);
    }

    function test_accept_whenTheOtherRoleWasGivenBefore_thenItCanStillBeRejected() external {
        _issue(bank, buyer);
        _does(BANK, _offer(HOLDER, buyer, 0));
        want = _standing();
        _same("given before", want.formerBeneficiary, carrier);
        (want.formerHolder, want.state) = (0, ITitleRegistry.State.Held);
        _acts(BUYER, ACCEPT);
        (want.beneficiary, want.formerBeneficiary) = (carrier, 0);
        _acts(BUYER, REJECT_BENEFICIARY);
    }

    function test_accept_whenNotOfferedToIt_thenRefused() external {
        _offers(HOLDER, buyer, 0);
        _refusesOthers(_wish(ACCEPT), buyer, BUYER, 0);
        _offers(BENEFICIARY, 0, buyer);
        _refusesOthers(_wish(ACCEPT), buyer, BUYER, 0);
        _offers(BOTH, buyer, other);
        _refusesOthers(_wish(ACCEPT), buyer, BUYER, OTHER);
    }

    function test_accept_whenTheDeadlinePassed_thenRefusedAndAtItNot() external {
        _offers(HOLDER, buyer, 0);
        uint64 until = want.acceptBy;
        vm.warp(until + 1);
        _refusesAct(
            BUYER,
            _wish(ACCEPT),
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_TooLate.selector, title, until, until + 1
            )
        );
        vm.warp(until);
        (want.formerHolder, want.state) = (0, ITitleRegistry.State.Held);
        _acts(BUYER, ACCEPT);
    }

    // ---------------------------------------------------------------- reject

    function test_reject_whenJustIssued_thenTheCarrierHasIt() external {
        _issue(bank, buyer);
        want = _standing();
        (want.holder, want.formerHolder) = (carrier, 0);
        _acts(BANK, REJECT_HOLDER);
        (want.beneficiary, want.formerBeneficiary) = (carrier, 0);
        _acts(BUYER, REJECT_BENEFICIARY);
    }

    function test_reject_whenOnePartyWasGivenBoth_thenBothGoBack() external {
        _issue(bank, bank);
        want = _standing();
        (want.holder, want.formerHolder) = (carrier, 0);
        (want.beneficiary, want.formerBeneficiary) = (carrier, 0);
        _acts(BANK, REJECT_BOTH);
    }

    function test_reject_whenOnePartyWasGivenBoth_thenItMayRejectOne() external {
        _issue(bank, bank);
        want = _standing();
        (want.beneficiary, want.formerBeneficiary) = (carrier, 0);
        _acts(BANK, REJECT_BENEFICIARY);
        _refusesAct(BANK, _wish(REJECT_BOTH), _wrongParty(carrier, bank));
        (want.holder, want.formerHolder) = (carrier, 0);
        _acts(BANK, REJECT_HOLDER);
    }

    function test_reject_whenOffered_thenOnlyThatOfferIsGone() external {
        _offers(BOTH, buyer, other);
        (want.holder, want.formerHolder) = (bank, 0);
        want.state = ITitleRegistry.State.OfferedBeneficiary;
        _acts(BUYER, REJECT_HOLDER);
        (want.beneficiary, want.formerBeneficiary) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(OTHER, REJECT_BENEFICIARY);
    }

    function test_reject_whenTheBeneficiaryIsFirst_thenTheHolderIsStillOffered() external {
        _offers(BOTH, buyer, other);
        (want.beneficiary, want.formerBeneficiary) = (bank, 0);
        want.state = ITitleRegistry.State.OfferedHolder;
        _acts(OTHER, REJECT_BENEFICIARY);
        (want.holder, want.formerHolder) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BUYER, REJECT_HOLDER);
    }

    function test_reject_whenBothWereOffered_thenBothGoBack() external {
        _offers(BOTH, buyer, buyer);
        (want.holder, want.formerHolder) = (bank, 0);
        (want.beneficiary, want.formerBeneficiary) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BUYER, REJECT_BOTH);
    }

    /// @dev A role that was given without a deadline is rejected while the other is offered.
    function test_reject_whenTheOtherRoleIsOffered_thenThatOfferStays() external {
        _issue(bank, buyer);
        _does(BANK, _offer(HOLDER, other, 0));
        want = _standing();
        (want.beneficiary, want.formerBeneficiary) = (carrier, 0);
        _acts(BUYER, REJECT_BENEFICIARY);
        _same("offered", uint256(want.state), uint256(ITitleRegistry.State.OfferedHolder));
    }

    function test_reject_whenAHolderRejectsWhileTheBeneficiaryIsOffered_thenThatOfferStays() external {
        _issue(bank, buyer);
        _does(BUYER, _named(ITitleRegistry.Action.Nominate, 0, other));
        _does(BANK, _named(HOLDER, carrier, 0));
        _does(CARRIER, _offer(BENEFICIARY, 0, other));
        _refusesAct(CARRIER, _wish(REJECT_HOLDER), _nothingGiven(REJECT_HOLDER));
        want = _standing();
        (want.beneficiary, want.formerBeneficiary) = (buyer, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(OTHER, REJECT_BENEFICIARY);
    }

    function test_reject_whenTheDeadlinePassed_thenStillPossible() external {
        _offers(HOLDER, buyer, 0);
        _wait(1000);
        (want.holder, want.formerHolder) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BUYER, REJECT_HOLDER);
    }

    function test_reject_whenNothingWasGiven_thenRefused() external {
        _settled(BANK);
        _refusesAct(BANK, _wish(REJECT_HOLDER), _nothingGiven(REJECT_HOLDER));
        _refusesAct(BANK, _wish(REJECT_BENEFICIARY), _nothingGiven(REJECT_BENEFICIARY));
        _refusesAct(BANK, _wish(REJECT_BOTH), _nothingGiven(REJECT_BOTH));
    }

    function test_reject_whenOnlyOneRoleWasGiven_thenBothAreRefused() external {
        _settled(BANK);
        _does(BANK, _named(HOLDER, buyer, 0));
        _does(BUYER, _named(HOLDER, bank, 0));
        _same("holder given", _standing().formerHolder, buyer);
        _refusesAct(BANK, _wish(REJECT_BOTH), _nothingGiven(REJECT_BOTH));
        _refusesAct(BANK, _wish(REJECT_BENEFICIARY), _nothingGiven(REJECT_BENEFICIARY));
        _issue(carrier, bank);
        _does(CARRIER, _named(HOLDER, bank, 0));
        _does(BANK, _named(ITitleRegistry.Action.Nominate, 0, buyer));
        _refusesAct(BANK, _wish(REJECT_BOTH), _nothingGiven(REJECT_BOTH));
        _issue(bank, carrier);
        _does(CARRIER, _named(ITitleRegistry.Action.Nominate, 0, bank));
        _does(BANK, _named(BENEFICIARY, 0, bank));
        _same("beneficiary given", _standing().formerBeneficiary, carrier);
        _refusesAct(BANK, _wish(REJECT_BOTH), _nothingGiven(REJECT_BOTH));
        _refusesAct(BANK, _wish(REJECT_HOLDER), _nothingGiven(REJECT_HOLDER));
    }

    function test_reject_whenNotWhoWasGivenIt_thenRefused() external {
        _issue(bank, buyer);
        _refusesOthers(_wish(REJECT_HOLDER), bank, BANK, 0);
        _refusesOthers(_wish(REJECT_BENEFICIARY), buyer, BUYER, 0);
        _refusesOthers(_wish(REJECT_BOTH), bank, BANK, 0);
        _refusesAct(BANK, _wish(REJECT_BOTH), _wrongParty(buyer, bank));
    }

    // ---------------------------------------------------------------- takeBack

    function test_takeBack_whenNotAcceptedInTime_thenTheHolderHasItAgain() external {
        _offers(HOLDER, buyer, 0);
        vm.warp(want.acceptBy + 1);
        (want.holder, want.formerHolder) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BANK, TAKE_BACK);
    }

    function test_takeBack_whenTheBeneficiaryDidNotAccept_thenItIsBeneficiaryAgain() external {
        _offers(BENEFICIARY, 0, buyer);
        vm.warp(want.acceptBy + 1);
        (want.beneficiary, want.formerBeneficiary) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BANK, TAKE_BACK);
    }

    function test_takeBack_whenNeitherAccepted_thenBothGoBack() external {
        _offers(BOTH, buyer, other);
        vm.warp(want.acceptBy + 1);
        (want.holder, want.formerHolder) = (bank, 0);
        (want.beneficiary, want.formerBeneficiary) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BANK, TAKE_BACK);
    }

    function test_takeBack_whenOneAccepted_thenOnlyTheOtherGoesBack() external {
        _offers(BOTH, buyer, other);
        (want.formerHolder, want.state) = (0, ITitleRegistry.State.OfferedBeneficiary);
        _acts(BUYER, ACCEPT);
        vm.warp(want.acceptBy + 1);
        (want.beneficiary, want.formerBeneficiary) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BANK, TAKE_BACK);
    }

    function test_takeBack_whenTheOtherRoleWasGivenBefore_thenThatStays() external {
        _issue(bank, buyer);
        _does(BANK, _offer(HOLDER, other, 0));
        want = _standing();
        vm.warp(want.acceptBy + 1);
        (want.holder, want.formerHolder) = (bank, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BANK, TAKE_BACK);
        _same("still given", want.formerBeneficiary, carrier);
    }

    function test_takeBack_whenTheDeadlineIsNotPassed_thenRefused() external {
        _offers(BOTH, buyer, other);
        uint64 until = want.acceptBy;
        bytes4 tooEarly = ITitleRegistry.TitleRegistry_TooEarly.selector;
        _refusesAct(
            BANK, _wish(TAKE_BACK), abi.encodeWithSelector(tooEarly, title, until, _now())
        );
        vm.warp(until);
        _refusesAct(BANK, _wish(TAKE_BACK), abi.encodeWithSelector(tooEarly, title, until, until));
    }

    function test_takeBack_whenNotWhoHadTheRole_thenRefused() external {
        _offers(HOLDER, buyer, 0);
        vm.warp(want.acceptBy + 1);
        _refusesOthers(_wish(TAKE_BACK), bank, BANK, 0);
        _offers(BENEFICIARY, 0, buyer);
        vm.warp(want.acceptBy + 1);
        _refusesOthers(_wish(TAKE_BACK), bank, BANK, 0);
    }

    /// @dev Without the beneficiary the holder could do nothing else, should the one before be gone.
    function test_takeBack_whenTheBeneficiaryWasAnother_thenItOrTheHolder() external {
        for (uint256 i = 0; i < 2; ++i) {
            _issue(bank, buyer);
            _does(BUYER, _named(ITitleRegistry.Action.Nominate, 0, other));
            _does(BANK, _offer(BENEFICIARY, 0, other));
            want = _standing();
            vm.warp(want.acceptBy + 1);
            _refusesOthers(_wish(TAKE_BACK), buyer, BANK, BUYER);
            (want.beneficiary, want.formerBeneficiary) = (buyer, 0);
            want.state = ITitleRegistry.State.Held;
            _acts(i == 0 ? BANK : BUYER, TAKE_BACK);
        }
    }

    /// @dev Of both, the holder before takes back, and the beneficiary before has its role again.
    function test_takeBack_whenBothHadOthers_thenTheHolderBeforeTakesBoth() external {
        _issue(bank, buyer);
        _does(BUYER, _named(ITitleRegistry.Action.Nominate, 0, other));
        _does(BANK, _offer(BOTH, other, other));
        want = _standing();
        vm.warp(want.acceptBy + 1);
        _refusesOthers(_wish(TAKE_BACK), bank, BANK, 0);
        (want.holder, want.formerHolder) = (bank, 0);
        (want.beneficiary, want.formerBeneficiary) = (buyer, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(BANK, TAKE_BACK);
    }
}
