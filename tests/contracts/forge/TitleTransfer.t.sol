// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice TitleRules: nominating, and transferring one role or both.
contract TitleTransferTest is Titles {
    ITitleRegistry.Action private constant NOMINATE = ITitleRegistry.Action.Nominate;
    ITitleRegistry.Action private constant HOLDER = ITitleRegistry.Action.TransferHolder;
    ITitleRegistry.Action private constant BENEFICIARY = ITitleRegistry.Action.TransferBeneficiary;
    ITitleRegistry.Action private constant BOTH = ITitleRegistry.Action.TransferBoth;

    function setUp() external {
        _makeTitles();
    }

    function _notNominated(bytes32 nominee, bytes32 given) private view returns (bytes memory) {
        return abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_NotNominated.selector, title, nominee, given
        );
    }

    // ---------------------------------------------------------------- nominate

    function test_nominate_whenTheBeneficiaryDoes_thenNominatedAndItsRoleIsItsOwn() external {
        _issue(bank, buyer);
        ITitleRegistry.Record memory want = _standing();
        (want.nominee, want.formerBeneficiary) = (other, 0);
        _acts(BUYER, _named(NOMINATE, 0, other), want);
        want.nominee = carrier;
        _acts(BUYER, _named(NOMINATE, 0, carrier), want);
        want.nominee = 0;
        _acts(BUYER, _named(NOMINATE, 0, 0), want);
    }

    function test_nominate_whenItIsTheHolderToo_thenBothRolesAreItsOwn() external {
        _issue(buyer, buyer);
        ITitleRegistry.Record memory want = _standing();
        (want.nominee, want.formerHolder, want.formerBeneficiary) = (other, 0, 0);
        _acts(BUYER, _named(NOMINATE, 0, other), want);
    }

    function test_nominate_whenTheHolderIsNamed_thenItMayBe() external {
        _issue(bank, buyer);
        ITitleRegistry.Record memory want = _standing();
        (want.nominee, want.formerBeneficiary) = (bank, 0);
        _acts(BUYER, _named(NOMINATE, 0, bank), want);
    }

    function test_nominate_whenTheHolderIsAnother_thenItMayStillReject() external {
        bytes32[2] memory holders = [other, bank];
        for (uint256 i = 0; i < 2; ++i) {
            _issue(holders[i], buyer);
            ITitleRegistry.Record memory want = _standing();
            (want.nominee, want.formerBeneficiary) = (carrier, 0);
            _acts(BUYER, _named(NOMINATE, 0, carrier), want);
        }
    }

    function test_nominate_whenNotTheBeneficiary_thenRefused() external {
        _issue(bank, buyer);
        _refusesOthers(_named(NOMINATE, 0, other), buyer, BUYER, 0);
    }

    function test_nominate_whenUnknownOrTheSame_thenRefused() external {
        _issue(bank, buyer);
        _refusesAct(BUYER, _named(NOMINATE, 0, "nobody"), _unknown("nobody"));
        _refusesAct(BUYER, _named(NOMINATE, 0, buyer), _sameParty(buyer));
        _refusesAct(BUYER, _named(NOMINATE, 0, 0), _sameParty(0));
        _does(BUYER, _named(NOMINATE, 0, other));
        _refusesAct(BUYER, _named(NOMINATE, 0, other), _sameParty(other));
        _refusesAct(BUYER, _named(NOMINATE, 0, "nobody"), _unknown("nobody"));
    }

    // ---------------------------------------------------------------- transferHolder

    function test_transferHolder_whenWithoutDeadline_thenHeldByTheNext() external {
        _issue(bank, buyer);
        _does(BUYER, _named(NOMINATE, 0, carrier));
        ITitleRegistry.Record memory want = _standing();
        (want.holder, want.formerHolder) = (other, bank);
        _acts(BANK, _named(HOLDER, other, 0), want);
        (want.holder, want.formerHolder) = (carrier, other);
        _acts(OTHER, _named(HOLDER, carrier, 0), want);
    }

    function test_transferHolder_whenItIsTheBeneficiaryToo_thenThatRoleIsItsOwn() external {
        _issue(buyer, buyer);
        ITitleRegistry.Record memory want = _standing();
        (want.holder, want.formerHolder, want.formerBeneficiary) = (bank, buyer, 0);
        _acts(BUYER, _named(HOLDER, bank, 0), want);
    }

    function test_transferHolder_whenTheBeneficiaryIsAnother_thenItMayStillReject() external {
        _issue(bank, buyer);
        ITitleRegistry.Record memory want = _standing();
        (want.holder, want.formerHolder) = (buyer, bank);
        _same("given", want.formerBeneficiary, carrier);
        _acts(BANK, _named(HOLDER, buyer, 0), want);
        _issue(buyer, bank);
        want = _standing();
        (want.holder, want.formerHolder) = (other, buyer);
        _same("given", want.formerBeneficiary, carrier);
        _acts(BUYER, _named(HOLDER, other, 0), want);
    }

    function test_transferHolder_whenWithDeadline_thenOffered() external {
        _issue(bank, buyer);
        ITitleRegistry.Record memory want = _standing();
        (want.holder, want.formerHolder) = (other, bank);
        (want.state, want.acceptBy) = (ITitleRegistry.State.OfferedHolder, _now() + 100);
        _acts(BANK, _offer(HOLDER, other, 0), want);
    }

    function test_transferHolder_whenUnknownNoneOrTheSame_thenRefused() external {
        _issue(bank, buyer);
        _refusesAct(BANK, _named(HOLDER, "nobody", 0), _unknown("nobody"));
        _refusesAct(BANK, _named(HOLDER, 0, 0), _unknown(0));
        _refusesAct(BANK, _named(HOLDER, bank, 0), _sameParty(bank));
    }

    // ---------------------------------------------------------------- transferBeneficiary

    function test_transferBeneficiary_whenTheHolderIsBeneficiary_thenToAnyone() external {
        _issue(bank, bank);
        _does(BANK, _named(NOMINATE, 0, carrier));
        ITitleRegistry.Record memory want = _standing();
        (want.beneficiary, want.formerBeneficiary, want.nominee) = (buyer, bank, 0);
        _acts(BANK, _named(BENEFICIARY, 0, buyer), want);
    }

    function test_transferBeneficiary_whenItIsTheHoldersFirstAct_thenTheHoldersRoleIsItsOwn()
        external
    {
        _issue(bank, bank);
        ITitleRegistry.Record memory want = _standing();
        (want.beneficiary, want.formerBeneficiary, want.formerHolder) = (buyer, bank, 0);
        _acts(BANK, _named(BENEFICIARY, 0, buyer), want);
    }

    function test_transferBeneficiary_whenNominated_thenToTheNominee() external {
        _issue(bank, buyer);
        _does(BUYER, _named(NOMINATE, 0, other));
        ITitleRegistry.Record memory want = _standing();
        (want.beneficiary, want.formerBeneficiary) = (other, buyer);
        (want.nominee, want.formerHolder) = (0, 0);
        _acts(BANK, _named(BENEFICIARY, 0, other), want);
    }

    function test_transferBeneficiary_whenTheHolderIsNominated_thenItBecomesBeneficiary() external {
        _issue(bank, buyer);
        _does(BUYER, _named(NOMINATE, 0, bank));
        ITitleRegistry.Record memory want = _standing();
        (want.beneficiary, want.formerBeneficiary) = (bank, buyer);
        (want.nominee, want.formerHolder) = (0, 0);
        _acts(BANK, _named(BENEFICIARY, 0, bank), want);
    }

    function test_transferBeneficiary_whenNotNominated_thenRefused() external {
        _issue(bank, buyer);
        _refusesAct(BANK, _named(BENEFICIARY, 0, other), _notNominated(0, other));
        _does(BUYER, _named(NOMINATE, 0, carrier));
        _refusesAct(BANK, _named(BENEFICIARY, 0, other), _notNominated(carrier, other));
        _refusesAct(BANK, _named(BENEFICIARY, 0, bank), _notNominated(carrier, bank));
        _issue(buyer, bank);
        _refusesAct(BUYER, _named(BENEFICIARY, 0, other), _notNominated(0, other));
    }

    function test_transferBeneficiary_whenUnknownNoneOrTheSame_thenRefused() external {
        _issue(bank, buyer);
        _refusesAct(BANK, _named(BENEFICIARY, 0, "nobody"), _unknown("nobody"));
        _refusesAct(BANK, _named(BENEFICIARY, 0, 0), _unknown(0));
        _refusesAct(BANK, _named(BENEFICIARY, 0, buyer), _sameParty(buyer));
        _issue(bank, bank);
        _refusesAct(BANK, _named(BENEFICIARY, 0, bank), _sameParty(bank));
    }

    function test_transferBeneficiary_whenWithDeadline_thenOffered() external {
        _issue(bank, bank);
        ITitleRegistry.Record memory want = _standing();
        (want.beneficiary, want.formerBeneficiary, want.formerHolder) = (buyer, bank, 0);
        (want.state, want.acceptBy) = (ITitleRegistry.State.OfferedBeneficiary, _now() + 100);
        _acts(BANK, _offer(BENEFICIARY, 0, buyer), want);
    }

    // ---------------------------------------------------------------- transferBoth

    function test_transferBoth_whenTheHolderIsBeneficiary_thenToAnyTwo() external {
        _issue(bank, bank);
        ITitleRegistry.Record memory want = _standing();
        (want.holder, want.formerHolder) = (other, bank);
        (want.beneficiary, want.formerBeneficiary) = (buyer, bank);
        _acts(BANK, _named(BOTH, other, buyer), want);
    }

    function test_transferBoth_whenNominated_thenToTheNominee() external {
        _issue(bank, buyer);
        _does(BUYER, _named(NOMINATE, 0, other));
        ITitleRegistry.Record memory want = _standing();
        (want.holder, want.formerHolder) = (other, bank);
        (want.beneficiary, want.formerBeneficiary, want.nominee) = (other, buyer, 0);
        _acts(BANK, _named(BOTH, other, other), want);
    }

    function test_transferBoth_whenWithDeadline_thenBothAreOffered() external {
        _issue(bank, bank);
        ITitleRegistry.Record memory want = _standing();
        (want.holder, want.formerHolder) = (buyer, bank);
        (want.beneficiary, want.formerBeneficiary) = (buyer, bank);
        (want.state, want.acceptBy) = (ITitleRegistry.State.OfferedBoth, _now() + 100);
        _acts(BANK, _offer(BOTH, buyer, buyer), want);
    }

    function test_transferBoth_whenOneIsUnknownTheSameOrNotNominated_thenRefused() external {
        _issue(bank, buyer);
        _does(BUYER, _named(NOMINATE, 0, other));
        _refusesAct(BANK, _named(BOTH, "nobody", other), _unknown("nobody"));
        _refusesAct(BANK, _named(BOTH, 0, other), _unknown(0));
        _refusesAct(BANK, _named(BOTH, other, "nobody"), _unknown("nobody"));
        _refusesAct(BANK, _named(BOTH, other, 0), _unknown(0));
        _refusesAct(BANK, _named(BOTH, bank, other), _sameParty(bank));
        _refusesAct(BANK, _named(BOTH, other, buyer), _sameParty(buyer));
        _refusesAct(BANK, _named(BOTH, other, carrier), _notNominated(other, carrier));
    }

    // ---------------------------------------------------------------- all of them

    function test_transfer_whenNotTheHolder_thenRefused() external {
        _issue(bank, buyer);
        _refusesOthers(_named(HOLDER, other, 0), bank, BANK, 0);
        _refusesOthers(_named(BENEFICIARY, 0, other), bank, BANK, 0);
        _refusesOthers(_named(BOTH, other, other), bank, BANK, 0);
    }

    function test_transfer_whenDeadlineIsNotAfterNow_thenRefusedAndTheNextSecondIsNot() external {
        _issue(bank, bank);
        bytes4 bad = ITitleRegistry.TitleRegistry_BadDeadline.selector;
        ITitleRegistry.Act memory wish = _named(HOLDER, buyer, 0);
        wish.acceptBy = _now();
        _refusesAct(BANK, wish, abi.encodeWithSelector(bad, _now(), _now()));
        wish.acceptBy = 1;
        _refusesAct(BANK, wish, abi.encodeWithSelector(bad, uint64(1), _now()));
        wish.acceptBy = _now() + 1;
        _does(BANK, wish);
        _same("until", _standing().acceptBy, _now() + 1);
    }

    /// @dev Seconds have 33 bits from 2106 on.
    function test_transfer_whenTimeIsLarge_thenTheDeadlineIsStillCompared() external {
        vm.warp(2 ** 33);
        _issue(bank, bank);
        ITitleRegistry.Act memory wish = _named(HOLDER, buyer, 0);
        wish.acceptBy = 2 ** 32;
        bytes4 bad = ITitleRegistry.TitleRegistry_BadDeadline.selector;
        _refusesAct(BANK, wish, abi.encodeWithSelector(bad, wish.acceptBy, _now()));
        wish.acceptBy = _now() + 10;
        _does(BANK, wish);
        bytes4 early = ITitleRegistry.TitleRegistry_TooEarly.selector;
        bytes4 late = ITitleRegistry.TitleRegistry_TooLate.selector;
        _refusesAct(
            BANK,
            _wish(ITitleRegistry.Action.TakeBack),
            abi.encodeWithSelector(early, title, wish.acceptBy, _now())
        );
        vm.warp(wish.acceptBy + 1);
        _refusesAct(
            BUYER,
            _wish(ITitleRegistry.Action.Accept),
            abi.encodeWithSelector(late, title, wish.acceptBy, _now())
        );
    }

    function test_transfer_whenDeadlineIsMoreThanAYearAhead_thenRefusedAndAYearIsNot() external {
        _issue(bank, bank);
        ITitleRegistry.Act memory wish = _named(HOLDER, buyer, 0);
        wish.acceptBy = _now() + 365 days + 1;
        bytes4 bad = ITitleRegistry.TitleRegistry_BadDeadline.selector;
        _refusesAct(BANK, wish, abi.encodeWithSelector(bad, wish.acceptBy, _now()));
        wish.acceptBy = _now() + 365 days;
        _does(BANK, wish);
        _same("until", _standing().acceptBy, _now() + 365 days);
    }

    function test_transfer_whenOfferedWithAnotherDeadlineLater_thenThatCounts() external {
        _issue(bank, bank);
        _does(BANK, _offer(HOLDER, buyer, 0));
        _does(BUYER, _wish(ITitleRegistry.Action.Accept));
        _same("none", _standing().acceptBy, 0);
        _wait(500);
        _does(BUYER, _named(HOLDER, bank, 0));
        _same("still none", _standing().acceptBy, 0);
        _does(BANK, _offer(HOLDER, buyer, 0));
        _same("the new one", _standing().acceptBy, _now() + 100);
    }
}
