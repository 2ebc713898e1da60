// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice TitleRules: surrendering, what the carrier makes of it, and pausing.
contract TitleSurrenderTest is Titles {
    ITitleRegistry.Action private constant DELIVERY = ITitleRegistry.Action.SurrenderForDelivery;
    ITitleRegistry.Action private constant AMENDMENT = ITitleRegistry.Action.SurrenderForAmendment;
    ITitleRegistry.Action private constant PAPER = ITitleRegistry.Action.SurrenderForPaper;
    ITitleRegistry.Action private constant REISSUE = ITitleRegistry.Action.SurrenderForReissue;
    ITitleRegistry.Action private constant ACCEPT = ITitleRegistry.Action.AcceptSurrender;
    ITitleRegistry.Action private constant REFUSE = ITitleRegistry.Action.RefuseSurrender;

    ITitleRegistry.Record private want;

    function setUp() external {
        _makeTitles();
    }

    /// @notice What stands once the bank surrendered.
    function _wantSurrendered(ITitleRegistry.State state, bytes32 intent) private {
        want = _standing();
        (want.holder, want.beneficiary, want.nominee) = (carrier, carrier, 0);
        (want.formerHolder, want.formerBeneficiary) = (bank, bank);
        (want.state, want.intent) = (state, intent);
    }

    /// @notice What stands once it goes back to the bank.
    function _wantReturned() private {
        want = _standing();
        (want.holder, want.beneficiary) = (bank, bank);
        (want.formerHolder, want.formerBeneficiary) = (0, 0);
        (want.state, want.intent) = (ITitleRegistry.State.Held, 0);
    }

    function _wantClosed(ITitleRegistry.State state) private {
        want = _standing();
        (want.holder, want.beneficiary) = (0, 0);
        (want.formerHolder, want.formerBeneficiary) = (0, 0);
        want.state = state;
    }

    function _notAgreed(bytes32 intent, bytes32 given) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_NotAgreed.selector, title, intent, given
        );
    }

    // ---------------------------------------------------------------- surrender

    function test_surrender_whenForDeliveryOrPaper_thenTheCarrierHoldsIt() external {
        _settled(BANK);
        _does(BANK, _named(ITitleRegistry.Action.Nominate, 0, other));
        _wantSurrendered(ITitleRegistry.State.ForDelivery, 0);
        _acts(BANK, _wish(DELIVERY), want);
        _issue(bank, bank);
        _wantSurrendered(ITitleRegistry.State.ForPaper, 0);
        _acts(BANK, _wish(PAPER), want);
    }

    function test_surrender_whenForAmendmentOrReissue_thenTheIntentIsKept() external {
        _issue(bank, bank);
        _wantSurrendered(ITitleRegistry.State.ForAmendment, "amended");
        _acts(BANK, _meant(AMENDMENT, "amended"), want);
        _issue(bank, bank);
        _wantSurrendered(ITitleRegistry.State.ForReissue, "a plan");
        _acts(BANK, _meant(REISSUE, "a plan"), want);
    }

    function test_surrender_whenNotTheHolder_thenRefused() external {
        _issue(bank, buyer);
        _refusesOthers(_wish(DELIVERY), bank, BANK, 0);
        _refusesOthers(_meant(AMENDMENT, "amended"), bank, BANK, 0);
        _refusesOthers(_wish(PAPER), bank, BANK, 0);
        _refusesOthers(_meant(REISSUE, "a plan"), bank, BANK, 0);
    }

    function test_surrender_whenTheBeneficiaryIsAnother_thenRefused() external {
        _issue(bank, buyer);
        bytes memory divided = abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_Divided.selector, title, bank, buyer
        );
        _refusesAct(BANK, _wish(DELIVERY), divided);
        _refusesAct(BANK, _meant(AMENDMENT, "amended"), divided);
        _refusesAct(BANK, _wish(PAPER), divided);
        _refusesAct(BANK, _meant(REISSUE, "a plan"), divided);
        _issue(buyer, bank);
        divided = abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_Divided.selector, title, buyer, bank
        );
        _refusesAct(BUYER, _wish(DELIVERY), divided);
    }

    // ---------------------------------------------------------------- acceptSurrender

    function test_acceptSurrender_whenForDelivery_thenClosed() external {
        _reach(ITitleRegistry.State.ForDelivery);
        _wantClosed(ITitleRegistry.State.Delivered);
        _acts(CARRIER, _wish(ACCEPT), want);
    }

    function test_acceptSurrender_whenForPaper_thenClosed() external {
        _reach(ITitleRegistry.State.ForPaper);
        _wantClosed(ITitleRegistry.State.SwitchedToPaper);
        _acts(CARRIER, _wish(ACCEPT), want);
    }

    function test_acceptSurrender_whenForAmendment_thenTheNewCommitmentStandsAndBothAreItsOwn()
        external
    {
        _reach(ITitleRegistry.State.ForAmendment);
        bytes32 before = _standing().commitment;
        _wantReturned();
        want.commitment = "amended";
        _acts(CARRIER, _meant(ACCEPT, "amended"), want);
        _same("of the old", titles.titleOf(carrier, before), title);
        _same("of the new", titles.titleOf(carrier, "amended"), title);
    }

    function test_acceptSurrender_whenTheCommitmentIsUsed_thenRefused() external {
        _issue(bank, bank);
        (bytes32 first, bytes32 taken) = (title, _standing().commitment);
        _issue(bank, bank);
        _does(BANK, _meant(AMENDMENT, taken));
        bytes4 used = ITitleRegistry.TitleRegistry_CommitmentUsed.selector;
        _refusesAct(CARRIER, _meant(ACCEPT, taken), abi.encodeWithSelector(used, taken, first));
        _does(CARRIER, _wish(REFUSE));
        bytes32 own = _standing().commitment;
        _does(BANK, _meant(AMENDMENT, own));
        _refusesAct(CARRIER, _meant(ACCEPT, own), abi.encodeWithSelector(used, own, title));
    }

    function test_acceptSurrender_whenNotWhatTheHolderAgreedTo_thenRefused() external {
        _reach(ITitleRegistry.State.ForAmendment);
        _refusesAct(CARRIER, _wish(ACCEPT), _notAgreed("amended", 0));
        _refusesAct(CARRIER, _meant(ACCEPT, "another"), _notAgreed("amended", "another"));
        _reach(ITitleRegistry.State.ForDelivery);
        _refusesAct(CARRIER, _meant(ACCEPT, "amended"), _notAgreed(0, "amended"));
        _reach(ITitleRegistry.State.ForPaper);
        _refusesAct(CARRIER, _meant(ACCEPT, "amended"), _notAgreed(0, "amended"));
    }

    /// @dev What was agreed to earlier means nothing once the title was given back.
    function test_acceptSurrender_whenAnEarlierIntentIsStored_thenItIsForgotten() external {
        _reach(ITitleRegistry.State.ForAmendment);
        _does(CARRIER, _wish(REFUSE));
        _same("none", _standing().intent, 0);
        _does(BANK, _wish(DELIVERY));
        _same("still none", _standing().intent, 0);
        _refusesAct(CARRIER, _meant(ACCEPT, "amended"), _notAgreed(0, "amended"));
        _does(CARRIER, _wish(ACCEPT));
    }

    function test_acceptSurrender_whenNotTheCarrier_thenRefused() external {
        _reach(ITitleRegistry.State.ForDelivery);
        _refusesOthers(_wish(ACCEPT), carrier, CARRIER, 0);
        _reach(ITitleRegistry.State.ForAmendment);
        _refusesOthers(_meant(ACCEPT, "amended"), carrier, CARRIER, 0);
        _reach(ITitleRegistry.State.ForPaper);
        _refusesOthers(_wish(ACCEPT), carrier, CARRIER, 0);
    }

    // ---------------------------------------------------------------- refuseSurrender

    function test_refuseSurrender_whenSurrendered_thenBackWithWhoDidIt() external {
        ITitleRegistry.State[4] memory all = [
            ITitleRegistry.State.ForDelivery,
            ITitleRegistry.State.ForAmendment,
            ITitleRegistry.State.ForPaper,
            ITitleRegistry.State.ForReissue
        ];
        for (uint256 i = 0; i < all.length; ++i) {
            _reach(all[i]);
            _refusesOthers(_wish(REFUSE), carrier, CARRIER, 0);
            _wantReturned();
            _acts(CARRIER, _wish(REFUSE), want);
        }
    }

    function test_refuseSurrender_whenTheCarrierHeldItItself_thenItIsItsOwnAgain() external {
        _issue(carrier, carrier);
        _does(CARRIER, _wish(DELIVERY));
        want = _standing();
        (want.formerHolder, want.formerBeneficiary) = (0, 0);
        want.state = ITitleRegistry.State.Held;
        _acts(CARRIER, _wish(REFUSE), want);
    }

    // ---------------------------------------------------------------- pause

    function test_pause_whenTheCarrierDoes_thenPausedUntilItEndsIt() external {
        for (uint8 state = 1; state < uint8(ITitleRegistry.State.Delivered); ++state) {
            _reach(ITitleRegistry.State(state));
            want = _standing();
            want.paused = true;
            _acts(CARRIER, _wish(ITitleRegistry.Action.Pause), want);
            want.paused = false;
            _acts(CARRIER, _wish(ITitleRegistry.Action.Unpause), want);
        }
    }

    function test_pause_whenNotTheCarrier_thenRefused() external {
        _issue(bank, buyer);
        _refusesOthers(_wish(ITitleRegistry.Action.Pause), carrier, CARRIER, 0);
        _does(CARRIER, _wish(ITitleRegistry.Action.Pause));
        _refusesOthers(_wish(ITitleRegistry.Action.Unpause), carrier, CARRIER, 0);
    }

    function test_unpause_whenNotPaused_thenRefused() external {
        _issue(bank, buyer);
        _refusesAct(
            CARRIER,
            _wish(ITitleRegistry.Action.Unpause),
            abi.encodeWithSelector(ITitleRegistry.TitleRegistry_NotPaused.selector, title)
        );
    }

    function test_pause_whenPaused_thenRejectingTakingBackAndSurrenderingGoOn() external {
        _issue(bank, buyer);
        _does(CARRIER, _wish(ITitleRegistry.Action.Pause));
        want = _standing();
        (want.holder, want.formerHolder) = (carrier, 0);
        _acts(BANK, _wish(ITitleRegistry.Action.RejectHolder), want);
        (want.beneficiary, want.formerBeneficiary) = (carrier, 0);
        _acts(BUYER, _wish(ITitleRegistry.Action.RejectBeneficiary), want);
        _issue(bank, bank);
        _does(BANK, _offer(ITitleRegistry.Action.TransferBoth, buyer, buyer));
        _does(CARRIER, _wish(ITitleRegistry.Action.Pause));
        want = _standing();
        vm.warp(want.acceptBy + 1);
        (want.holder, want.formerHolder) = (bank, 0);
        (want.beneficiary, want.formerBeneficiary) = (bank, 0);
        (want.state, want.acceptBy) = (ITitleRegistry.State.Held, 0);
        _acts(BANK, _wish(ITitleRegistry.Action.TakeBack), want);
        _wantSurrendered(ITitleRegistry.State.ForDelivery, 0);
        _acts(BANK, _wish(DELIVERY), want);
        _yes("paused", _standing().paused);
    }
}
