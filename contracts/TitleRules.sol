// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "./interfaces/ITitleRegistry.sol";

/// @title TitleRules
/// @author The maintainers of Corridor Ledger
/// @notice What each action of {ITitleRegistry-act} needs, and what it makes of a title: no storage, no events.
/// @dev Works on a copy in memory and reverts or leaves it as it has to be stored, but for who acted when.
abstract contract TitleRules is ITitleRegistry {
    /// @dev A time in milliseconds, given by mistake, must not lock a title for ever.
    uint64 private constant _MAX_ACCEPTANCE = 365 days;
    /// @dev From here on only acts that need the holder count on. Else a beneficiary that nominates, or a
    /// carrier that pauses, again and again could make a history that no verifier reads to its end.
    uint24 private constant _MAX_IDLE_ACTS = 1024;

    /// @dev A title as it is stored: one slot, parties and key by their serials; `time` lasts for 34,000 years.
    struct Title {
        uint24 carrier;
        uint24 holder;
        uint24 beneficiary;
        uint24 nominee;
        uint24 formerHolder;
        uint24 formerBeneficiary;
        uint32 key;
        uint24 sequence;
        uint40 time;
        State state;
        bool paused;
    }

    /// @dev Who acts: the party's id and serial, the key and its serial. And whom it names, by their serials:
    /// zero for one that is not registered.
    struct Actor {
        bytes32 id;
        uint24 serial;
        uint24 holder;
        uint24 beneficiary;
        address key;
        uint32 keySerial;
    }

    /// @notice Applies an act to a title.
    /// @param wish The act; its title exists.
    /// @param title The title; changed in place.
    /// @param actor Who acts.
    /// @param acceptBy The stored deadline, for a title that is offered.
    /// @param intent What the holder agreed to, for a title that is surrendered; zero if nothing.
    function _apply(
        Act calldata wish,
        Title memory title,
        Actor memory actor,
        uint64 acceptBy,
        bytes32 intent
    ) internal view {
        Action action = wish.action;
        uint24 by = actor.serial;
        _requireMembers(wish);
        if (title.paused && !_despitePause(action)) revert TitleRegistry_Paused(wish.title, action);

        if (action == Action.Nominate) _nominate(wish, title, actor);
        else if (action <= Action.TransferBoth) _transfer(wish, title, actor);
        else if (action == Action.Accept) _accept(wish, title, by, acceptBy);
        else if (action <= Action.RejectBoth) _reject(wish, title, by);
        else if (action == Action.TakeBack) _takeBack(wish, title, by, acceptBy);
        else if (action <= Action.SurrenderForReissue) _surrender(wish, title, by);
        else if (action == Action.AcceptSurrender) _acceptSurrender(wish, title, by, intent);
        else if (action == Action.RefuseSurrender) _refuseSurrender(wish, title, by);
        else _setPaused(wish, title, by);
    }

    /// @notice Returns the id of a party.
    /// @param serial Its serial.
    /// @return The id; zero for serial zero.
    function _idOf(uint24 serial) internal view virtual returns (bytes32);

    /// @notice Reverts unless one party has a role.
    /// @param title The title.
    /// @param expected Who has it.
    /// @param by Who acts.
    function _requireParty(bytes32 title, uint24 expected, uint24 by) internal view {
        if (by != expected) revert TitleRegistry_WrongParty(title, _idOf(expected), _idOf(by));
    }

    /// @notice Takes all roles but the carrier's from a title.
    /// @param title The title.
    /// @param state `Delivered`, `SwitchedToPaper` or `Reissued`.
    function _close(Title memory title, State state) internal pure {
        (title.holder, title.beneficiary) = (0, 0);
        (title.formerHolder, title.formerBeneficiary) = (0, 0);
        title.state = state;
    }

    /// @notice `Nominate`.
    /// @param wish The act.
    /// @param title The title.
    /// @param actor Who acts.
    function _nominate(Act calldata wish, Title memory title, Actor memory actor) private view {
        uint24 nominee = actor.beneficiary;
        _requireState(wish, title, title.state == State.Held);
        _requireParty(wish.title, title.beneficiary, actor.serial);
        _requireFewActs(wish.title, title.sequence);
        if (nominee == 0 && wish.beneficiary != 0) revert TitleRegistry_UnknownParty(wish.beneficiary);
        if (nominee == title.beneficiary || nominee == title.nominee) {
            revert TitleRegistry_SameParty(wish.title, wish.beneficiary);
        }

        _confirm(title, actor.serial);
        title.nominee = nominee;
    }

    /// @notice `TransferHolder`, `TransferBeneficiary` and `TransferBoth`.
    /// @param wish The act.
    /// @param title The title.
    /// @param actor Who acts.
    function _transfer(Act calldata wish, Title memory title, Actor memory actor) private view {
        uint24 by = actor.serial;
        bool ofHolder = wish.action != Action.TransferBeneficiary;
        bool ofBeneficiary = wish.action != Action.TransferHolder;
        _requireState(wish, title, title.state == State.Held);
        _requireParty(wish.title, title.holder, by);
        _requireDeadline(wish.acceptBy);

        bool dual = title.beneficiary == by;
        _confirm(title, by);
        if (ofBeneficiary) _giveBeneficiary(wish, title, actor.beneficiary, dual);
        if (ofHolder) _giveHolder(wish, title, actor.holder);
        if (wish.acceptBy != 0) title.state = _offered(ofHolder, ofBeneficiary);
    }

    /// @notice Gives the beneficiary's role to who the act names.
    /// @param wish The act.
    /// @param title The title.
    /// @param next The serial of who is named.
    /// @param dual Whether the holder was the beneficiary, and needs no nomination.
    function _giveBeneficiary(Act calldata wish, Title memory title, uint24 next, bool dual)
        private
        view
    {
        if (next == 0) revert TitleRegistry_UnknownParty(wish.beneficiary);
        if (next == title.beneficiary) revert TitleRegistry_SameParty(wish.title, wish.beneficiary);
        if (!dual && next != title.nominee) {
            revert TitleRegistry_NotNominated(wish.title, _idOf(title.nominee), wish.beneficiary);
        }

        (title.formerBeneficiary, title.beneficiary) = (title.beneficiary, next);
        title.nominee = 0;
    }

    /// @notice Gives the holder's role to who the act names.
    /// @param wish The act.
    /// @param title The title.
    /// @param next The serial of who is named.
    function _giveHolder(Act calldata wish, Title memory title, uint24 next) private pure {
        if (next == 0) revert TitleRegistry_UnknownParty(wish.holder);
        if (next == title.holder) revert TitleRegistry_SameParty(wish.title, wish.holder);

        (title.formerHolder, title.holder) = (title.holder, next);
    }

    /// @notice `Accept`.
    /// @param wish The act.
    /// @param title The title.
    /// @param by Who acts.
    /// @param acceptBy The deadline.
    function _accept(Act calldata wish, Title memory title, uint24 by, uint64 acceptBy) private view {
        (bool ofHolder, bool ofBeneficiary) = _offers(title.state);
        _requireState(wish, title, ofHolder || ofBeneficiary);
        bool asHolder = ofHolder && title.holder == by;
        bool asBeneficiary = ofBeneficiary && title.beneficiary == by;
        if (!asHolder && !asBeneficiary) {
            _requireParty(wish.title, ofHolder ? title.holder : title.beneficiary, by);
        }
        if (block.timestamp > acceptBy) {
            revert TitleRegistry_TooLate(wish.title, acceptBy, uint64(block.timestamp));
        }

        if (asHolder) title.formerHolder = 0;
        if (asBeneficiary) title.formerBeneficiary = 0;
        title.state = _offered(ofHolder && !asHolder, ofBeneficiary && !asBeneficiary);
    }

    /// @notice `RejectHolder`, `RejectBeneficiary` and `RejectBoth`.
    /// @param wish The act.
    /// @param title The title.
    /// @param by Who acts.
    function _reject(Act calldata wish, Title memory title, uint24 by) private view {
        bool asHolder = wish.action != Action.RejectBeneficiary;
        bool asBeneficiary = wish.action != Action.RejectHolder;
        _requireState(wish, title, title.state >= State.Held && title.state <= State.OfferedBoth);
        if (asHolder) _requireParty(wish.title, title.holder, by);
        if (asBeneficiary) _requireParty(wish.title, title.beneficiary, by);
        if ((asHolder && title.formerHolder == 0) || (asBeneficiary && title.formerBeneficiary == 0)) {
            revert TitleRegistry_NothingGiven(wish.title, wish.action);
        }

        (bool ofHolder, bool ofBeneficiary) = _offers(title.state);
        _giveBack(title, asHolder, asBeneficiary);
        title.state = _offered(ofHolder && !asHolder, ofBeneficiary && !asBeneficiary);
    }

    /// @notice `TakeBack`.
    /// @param wish The act.
    /// @param title The title.
    /// @param by Who acts.
    /// @param acceptBy The deadline.
    function _takeBack(Act calldata wish, Title memory title, uint24 by, uint64 acceptBy) private view {
        (bool ofHolder, bool ofBeneficiary) = _offers(title.state);
        _requireState(wish, title, ofHolder || ofBeneficiary);
        // Of the beneficiary's role alone, also the holder who gave it: it could do nothing else for ever.
        if (ofHolder || by != title.holder) {
            _requireParty(wish.title, ofHolder ? title.formerHolder : title.formerBeneficiary, by);
        }
        if (block.timestamp <= acceptBy) {
            revert TitleRegistry_TooEarly(wish.title, acceptBy, uint64(block.timestamp));
        }

        _giveBack(title, ofHolder, ofBeneficiary);
        title.state = State.Held;
    }

    /// @notice `SurrenderForDelivery`, `SurrenderForAmendment`, `SurrenderForPaper`, `SurrenderForReissue`.
    /// @param wish The act.
    /// @param title The title.
    /// @param by Who acts.
    function _surrender(Act calldata wish, Title memory title, uint24 by) private view {
        _requireState(wish, title, title.state == State.Held);
        _requireParty(wish.title, title.holder, by);
        if (title.beneficiary != by) {
            revert TitleRegistry_Divided(wish.title, _idOf(by), _idOf(title.beneficiary));
        }

        (title.formerHolder, title.formerBeneficiary) = (by, by);
        (title.holder, title.beneficiary) = (title.carrier, title.carrier);
        title.nominee = 0;
        // Both lists have the same order.
        uint256 kind = uint256(wish.action) - uint256(Action.SurrenderForDelivery);
        title.state = State(uint256(State.ForDelivery) + kind);
    }

    /// @notice `AcceptSurrender`.
    /// @param wish The act.
    /// @param title The title.
    /// @param by Who acts.
    /// @param intent What the holder agreed to.
    function _acceptSurrender(Act calldata wish, Title memory title, uint24 by, bytes32 intent)
        private
        view
    {
        State state = title.state;
        _requireState(wish, title, state >= State.ForDelivery && state <= State.ForPaper);
        _requireParty(wish.title, title.carrier, by);
        if (wish.intent != intent) revert TitleRegistry_NotAgreed(wish.title, intent, wish.intent);

        if (state == State.ForDelivery) _close(title, State.Delivered);
        else if (state == State.ForPaper) _close(title, State.SwitchedToPaper);
        else _reopen(title);
    }

    /// @notice `RefuseSurrender`.
    /// @param wish The act.
    /// @param title The title.
    /// @param by Who acts.
    function _refuseSurrender(Act calldata wish, Title memory title, uint24 by) private view {
        State state = title.state;
        _requireState(wish, title, state >= State.ForDelivery && state <= State.ForReissue);
        _requireParty(wish.title, title.carrier, by);

        _reopen(title);
    }

    /// @notice `Pause` and `Unpause`.
    /// @param wish The act.
    /// @param title The title.
    /// @param by Who acts.
    function _setPaused(Act calldata wish, Title memory title, uint24 by) private view {
        _requireState(wish, title, title.state < State.Delivered);
        _requireParty(wish.title, title.carrier, by);
        bool pause = wish.action == Action.Pause;
        if (pause) _requireFewActs(wish.title, title.sequence);
        else if (!title.paused) revert TitleRegistry_NotPaused(wish.title);

        title.paused = pause;
    }

    /// @notice Reverts unless a deadline for acceptance is none, or after now and at most a year ahead.
    /// @param acceptBy The deadline, or zero.
    function _requireDeadline(uint64 acceptBy) private view {
        if (acceptBy == 0) return;
        uint64 time = uint64(block.timestamp);
        if (acceptBy <= time || acceptBy > time + _MAX_ACCEPTANCE) {
            revert TitleRegistry_BadDeadline(acceptBy, time);
        }
    }

    /// @notice Reverts if a title has so many acts that the rest is kept for its holder.
    /// @param title The title.
    /// @param sequence How many.
    function _requireFewActs(bytes32 title, uint24 sequence) private pure {
        if (sequence >= _MAX_IDLE_ACTS) revert TitleRegistry_TooManyActs(title, sequence);
    }

    /// @notice Reverts unless a condition on the state holds.
    /// @param wish The act.
    /// @param title The title.
    /// @param holds The condition.
    function _requireState(Act calldata wish, Title memory title, bool holds) private pure {
        if (!holds) revert TitleRegistry_WrongState(wish.title, title.state, wish.action);
    }

    /// @notice Gives a surrendered title back to who surrendered it.
    /// @param title The title.
    function _reopen(Title memory title) private pure {
        _giveBack(title, true, true);
        title.state = State.Held;
    }

    /// @notice Gives roles back to who had them before.
    /// @param title The title.
    /// @param ofHolder Whether the holder's.
    /// @param ofBeneficiary Whether the beneficiary's.
    function _giveBack(Title memory title, bool ofHolder, bool ofBeneficiary) private pure {
        if (ofHolder) (title.holder, title.formerHolder) = (title.formerHolder, 0);
        if (ofBeneficiary) (title.beneficiary, title.formerBeneficiary) = (title.formerBeneficiary, 0);
    }

    /// @notice Makes the roles of a party its own: it acted, and can no longer reject them.
    /// @param title The title.
    /// @param by The party.
    function _confirm(Title memory title, uint24 by) private pure {
        if (title.holder == by) title.formerHolder = 0;
        if (title.beneficiary == by) title.formerBeneficiary = 0;
    }

    /// @notice Returns the state of a title with these roles to be accepted.
    /// @param ofHolder Whether the holder's.
    /// @param ofBeneficiary Whether the beneficiary's.
    /// @return The state.
    function _offered(bool ofHolder, bool ofBeneficiary) private pure returns (State) {
        if (ofHolder) return ofBeneficiary ? State.OfferedBoth : State.OfferedHolder;
        return ofBeneficiary ? State.OfferedBeneficiary : State.Held;
    }

    /// @notice Returns which roles have to be accepted.
    /// @param state The state of the title.
    /// @return ofHolder Whether the holder's.
    /// @return ofBeneficiary Whether the beneficiary's.
    function _offers(State state) private pure returns (bool ofHolder, bool ofBeneficiary) {
        ofHolder = state == State.OfferedHolder || state == State.OfferedBoth;
        ofBeneficiary = state == State.OfferedBeneficiary || state == State.OfferedBoth;
    }

    /// @notice Tells whether a pause stops an action.
    /// @param action The action.
    /// @return Whether it does not.
    function _despitePause(Action action) private pure returns (bool) {
        return (action >= Action.RejectHolder && action <= Action.SurrenderForReissue)
            || action == Action.Unpause;
    }

    /// @notice Reverts if an act has a member that its action does not take, or lacks its intent.
    /// @param wish The act.
    function _requireMembers(Act calldata wish) private pure {
        Action action = wish.action;
        if (action == Action.None) revert TitleRegistry_BadMember(action, "action");
        bool transfers = action >= Action.TransferHolder && action <= Action.TransferBoth;
        if (!transfers) {
            if (wish.acceptBy != 0) revert TitleRegistry_BadMember(action, "acceptBy");
            if (wish.holder != 0) revert TitleRegistry_BadMember(action, "holder");
            if (wish.beneficiary != 0 && action != Action.Nominate) {
                revert TitleRegistry_BadMember(action, "beneficiary");
            }
        } else {
            if (wish.holder != 0 && action == Action.TransferBeneficiary) {
                revert TitleRegistry_BadMember(action, "holder");
            }
            if (wish.beneficiary != 0 && action == Action.TransferHolder) {
                revert TitleRegistry_BadMember(action, "beneficiary");
            }
        }
        if (action == Action.AcceptSurrender) return;
        bool agrees =
            action == Action.SurrenderForAmendment || action == Action.SurrenderForReissue;
        if (agrees != (wish.intent != 0)) revert TitleRegistry_BadMember(action, "intent");
    }
}
