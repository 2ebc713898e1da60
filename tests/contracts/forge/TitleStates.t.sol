// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice TitleRules: every action in every state, every action while paused, every member of every action.
contract TitleStatesTest is Titles {
    uint8 private constant ACTIONS = uint8(ITitleRegistry.Action.Unpause);
    uint8 private constant STATES = uint8(ITitleRegistry.State.Reissued);
    /// @dev From this act on a title is neither nominated for nor paused.
    uint32 private constant IDLE = 1024;

    function setUp() external {
        _makeTitles();
    }

    /// @notice An act with just the members that its action takes.
    function _plain(ITitleRegistry.Action action) private view returns (ITitleRegistry.Act memory wish) {
        wish = _wish(action);
        if (_takesHolder(action)) wish.holder = other;
        if (_takesBeneficiary(action)) wish.beneficiary = other;
        if (_needsIntent(action)) wish.intent = "an intent";
    }

    function _takesHolder(ITitleRegistry.Action action) private pure returns (bool) {
        return action == ITitleRegistry.Action.TransferHolder
            || action == ITitleRegistry.Action.TransferBoth;
    }

    function _takesBeneficiary(ITitleRegistry.Action action) private pure returns (bool) {
        return action == ITitleRegistry.Action.TransferBeneficiary
            || action == ITitleRegistry.Action.TransferBoth
            || action == ITitleRegistry.Action.Nominate;
    }

    function _takesDeadline(ITitleRegistry.Action action) private pure returns (bool) {
        return action == ITitleRegistry.Action.TransferHolder
            || action == ITitleRegistry.Action.TransferBeneficiary
            || action == ITitleRegistry.Action.TransferBoth;
    }

    function _needsIntent(ITitleRegistry.Action action) private pure returns (bool) {
        return action == ITitleRegistry.Action.SurrenderForAmendment
            || action == ITitleRegistry.Action.SurrenderForReissue;
    }

    /// @notice The table of {ITitleRegistry-act}: from which states an action is possible, a bit each.
    function _from(ITitleRegistry.Action action) private pure returns (uint256) {
        uint256 held = 1 << uint8(ITitleRegistry.State.Held);
        uint256 offered = (1 << uint8(ITitleRegistry.State.OfferedHolder))
            | (1 << uint8(ITitleRegistry.State.OfferedBeneficiary))
            | (1 << uint8(ITitleRegistry.State.OfferedBoth));
        uint256 ended = (1 << uint8(ITitleRegistry.State.ForDelivery))
            | (1 << uint8(ITitleRegistry.State.ForAmendment))
            | (1 << uint8(ITitleRegistry.State.ForPaper));
        uint256 reissue = 1 << uint8(ITitleRegistry.State.ForReissue);
        if (action == ITitleRegistry.Action.Accept) return offered;
        if (action == ITitleRegistry.Action.TakeBack) return offered;
        if (_rejects(action)) return held | offered;
        if (action == ITitleRegistry.Action.AcceptSurrender) return ended;
        if (action == ITitleRegistry.Action.RefuseSurrender) return ended | reissue;
        if (action >= ITitleRegistry.Action.Pause) return held | offered | ended | reissue;
        return held;
    }

    function _rejects(ITitleRegistry.Action action) private pure returns (bool) {
        return action == ITitleRegistry.Action.RejectHolder
            || action == ITitleRegistry.Action.RejectBeneficiary
            || action == ITitleRegistry.Action.RejectBoth;
    }

    /// @notice The actions that a pause does not stop.
    function _despitePause(ITitleRegistry.Action action) private pure returns (bool) {
        return _rejects(action) || _needsIntent(action)
            || action == ITitleRegistry.Action.TakeBack
            || action == ITitleRegistry.Action.SurrenderForDelivery
            || action == ITitleRegistry.Action.SurrenderForPaper
            || action == ITitleRegistry.Action.Unpause;
    }

    function _badMember(ITitleRegistry.Action action, string memory member)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_BadMember.selector, action, member
        );
    }

    // ---------------------------------------------------------------- states

    function test_act_whenTheStateDoesNotAllowIt_thenRefusedWhoeverActs() external {
        for (uint8 state = 1; state <= STATES; ++state) {
            _reach(ITitleRegistry.State(state));
            for (uint8 each = 1; each <= ACTIONS; ++each) {
                ITitleRegistry.Action action = ITitleRegistry.Action(each);
                if (_from(action) & (1 << state) != 0) continue;
                bytes memory want = abi.encodeWithSelector(
                    ITitleRegistry.TitleRegistry_WrongState.selector,
                    title,
                    ITitleRegistry.State(state),
                    action
                );
                ITitleRegistry.Act memory wish = _plain(action);
                _refusesAct(BANK, wish, want);
                _refusesAct(CARRIER, wish, want);
                _refusesAct(BUYER, wish, want);
            }
        }
    }

    /// @dev The other half: where it is possible, it is refused to a stranger to the title only for that.
    function test_act_whenTheStateAllowsIt_thenOnlyTheWrongPartyIsRefused() external {
        for (uint8 state = 1; state <= STATES; ++state) {
            _reach(ITitleRegistry.State(state));
            for (uint8 each = 1; each <= ACTIONS; ++each) {
                ITitleRegistry.Action action = ITitleRegistry.Action(each);
                if (_from(action) & (1 << state) == 0) continue;
                bytes memory answer = _refusalToOther(_plain(action));
                bytes4 why = bytes4(answer);
                _same("why", why, ITitleRegistry.TitleRegistry_WrongParty.selector);
            }
        }
    }

    /// @notice What the registry answers to a party that has nothing to do with the title.
    function _refusalToOther(ITitleRegistry.Act memory wish) private returns (bytes memory) {
        vm.prank(vm.addr(OTHER));
        (bool accepted, bytes memory answer) =
            address(titles).call(abi.encodeCall(ITitleRegistry.act, (wish)));
        _no("accepted", accepted);
        return answer;
    }

    function test_act_whenThereIsNoTitle_thenRefused() external {
        title = "none";
        for (uint8 each = 1; each <= ACTIONS; ++each) {
            _refusesAct(
                BANK,
                _plain(ITitleRegistry.Action(each)),
                abi.encodeWithSelector(ITitleRegistry.TitleRegistry_NoTitle.selector, title)
            );
        }
    }

    function test_act_whenTheTitleChangedSince_thenRefusedAsStale() external {
        _issue(bank, bank);
        bytes4 stale = ITitleRegistry.TitleRegistry_Stale.selector;
        ITitleRegistry.Act memory wish = _plain(ITitleRegistry.Action.TransferHolder);
        uint32[3] memory wrong = [uint32(0), 2, 1 + 2 ** 24];
        for (uint256 i = 0; i < wrong.length; ++i) {
            wish.expectedSequence = wrong[i];
            _refusesAct(BANK, wish, abi.encodeWithSelector(stale, title, uint32(1), wrong[i]));
        }
        wish.expectedSequence = 1;
        _does(BANK, wish);
        _refusesAct(OTHER, wish, abi.encodeWithSelector(stale, title, uint32(2), uint32(1)));
    }

    function test_act_whenPartiesHaveSeveralKeys_thenAnyOfThemActs() external {
        _issue(bank, bank);
        ITitleRegistry.Action action = ITitleRegistry.Action.TransferHolder;
        _add(bank, BANK + 1, 0x99, registry.keyOf(vm.addr(BANK)).role);
        ITitleRegistry.Record memory want = _standing();
        (want.holder, want.formerHolder, want.formerBeneficiary) = (other, bank, 0);
        _acts(0x99, _plain(action), want);
    }

    // ---------------------------------------------------------------- very many acts

    /// @notice Puts the number of the title's latest act where it stands: nobody acts a thousand times here.
    function _putSequence(uint32 sequence) private {
        for (uint256 slot = 0; slot < 12; ++slot) {
            bytes32 place = keccak256(abi.encode(title, slot));
            uint256 word = uint256(vm.load(address(titles), place));
            for (uint256 shift = 0; shift <= 232; shift += 8) {
                if (word == 0) break;
                uint256 kept = word & ~(uint256(type(uint24).max) << shift);
                vm.store(address(titles), place, bytes32(kept | (uint256(sequence) << shift)));
                if (_isAt(sequence)) return;
                vm.store(address(titles), place, bytes32(word));
            }
        }
        revert Differs("where the sequence stands", "", "");
    }

    /// @notice Tells whether the sequence is this, and the rest as it was. Nonsense reverts.
    function _isAt(uint32 sequence) private view returns (bool) {
        try titles.record(title) returns (ITitleRegistry.Record memory got) {
            return got.sequence == sequence && got.holder == bank && got.key == vm.addr(CARRIER);
        } catch {
            return false;
        }
    }

    function test_act_whenThereWereVeryMany_thenNeitherNominatedForNorPaused() external {
        _issue(bank, bank);
        _putSequence(IDLE - 1);
        _does(BANK, _plain(ITitleRegistry.Action.Nominate));
        bytes memory tooMany = abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_TooManyActs.selector, title, IDLE
        );
        _refusesAct(BANK, _wish(ITitleRegistry.Action.Nominate), tooMany);
        _refusesAct(CARRIER, _wish(ITitleRegistry.Action.Pause), tooMany);
        _does(BANK, _plain(ITitleRegistry.Action.TransferHolder));
        _same("goes on", _standing().sequence, IDLE + 1);
        tooMany = abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_TooManyActs.selector, title, IDLE + 1
        );
        _refusesAct(CARRIER, _wish(ITitleRegistry.Action.Pause), tooMany);
    }

    function test_pause_whenThereWereVeryMany_thenItStillEnds() external {
        _issue(bank, bank);
        _putSequence(IDLE - 1);
        _does(CARRIER, _wish(ITitleRegistry.Action.Pause));
        _does(CARRIER, _wish(ITitleRegistry.Action.Unpause));
        _no("paused", _standing().paused);
    }

    function test_act_whenTheSequenceIsUsedUp_thenRefused() external {
        _issue(bank, bank);
        _putSequence(2 ** 24 - 1);
        _refusesAct(
            BANK,
            _plain(ITitleRegistry.Action.TransferHolder),
            abi.encodeWithSignature("Panic(uint256)", 0x11)
        );
    }

    // ---------------------------------------------------------------- paused

    function test_act_whenPaused_thenOnlySomeAreStopped() external {
        for (uint8 state = 1; state < uint8(ITitleRegistry.State.Delivered); ++state) {
            _reach(ITitleRegistry.State(state));
            _does(CARRIER, _wish(ITitleRegistry.Action.Pause));
            for (uint8 each = 1; each <= ACTIONS; ++each) {
                ITitleRegistry.Action action = ITitleRegistry.Action(each);
                bytes memory answer = _refusalToOther(_plain(action));
                bytes memory paused = abi.encodeWithSelector(
                    ITitleRegistry.TitleRegistry_Paused.selector, title, action
                );
                bool stopped = keccak256(answer) == keccak256(paused);
                _same("stopped", abi.encode(stopped), abi.encode(!_despitePause(action)));
            }
        }
    }

    // ---------------------------------------------------------------- members

    function test_act_whenItHasNoAction_thenRefused() external {
        _issue(bank, bank);
        ITitleRegistry.Action none = ITitleRegistry.Action.None;
        _refusesAct(BANK, _wish(none), _badMember(none, "action"));
    }

    function test_act_whenItHasAMemberThatItsActionDoesNotTake_thenRefused() external {
        _issue(bank, bank);
        for (uint8 each = 1; each <= ACTIONS; ++each) {
            ITitleRegistry.Action action = ITitleRegistry.Action(each);
            ITitleRegistry.Act memory wish = _plain(action);
            if (!_takesDeadline(action)) {
                wish.acceptBy = _now() + 100;
                _refusesAct(BANK, wish, _badMember(action, "acceptBy"));
            }
            wish = _plain(action);
            if (!_takesHolder(action)) {
                wish.holder = other;
                _refusesAct(BANK, wish, _badMember(action, "holder"));
            }
            wish = _plain(action);
            if (!_takesBeneficiary(action)) {
                wish.beneficiary = other;
                _refusesAct(BANK, wish, _badMember(action, "beneficiary"));
            }
        }
    }

    function test_act_whenItHasOrLacksAnIntent_thenRefused() external {
        _issue(bank, bank);
        for (uint8 each = 1; each <= ACTIONS; ++each) {
            ITitleRegistry.Action action = ITitleRegistry.Action(each);
            if (action == ITitleRegistry.Action.AcceptSurrender) continue;
            ITitleRegistry.Act memory wish = _plain(action);
            wish.intent = _needsIntent(action) ? bytes32(0) : bytes32("an intent");
            _refusesAct(BANK, wish, _badMember(action, "intent"));
        }
    }
}
