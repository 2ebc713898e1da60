// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../../contracts/interfaces/ITitleRegistry.sol";

/// @notice The rules of titles once more, from the prose of {ITitleRegistry-act}: parties by their ids, one
/// table of who may do what, and nothing of how the contract stores it.
library TitleModel {
    /// @notice Who acts, when, and what is known of the parties that it names.
    struct Setting {
        bytes32 by;
        uint64 time;
        bool holderKnown;
        bool beneficiaryKnown;
        bool commitmentFree;
    }

    /// @notice Returns the titles that a party can still control.
    /// @param state Where a title stands.
    /// @return Whether it is open.
    function open(ITitleRegistry.State state) internal pure returns (bool) {
        return state >= ITitleRegistry.State.Held && state <= ITitleRegistry.State.ForReissue;
    }

    /// @notice Applies an act.
    /// @param t The title; as it is afterwards if the act is allowed.
    /// @param a The act.
    /// @param s The setting.
    /// @return Whether it is allowed.
    function apply_(ITitleRegistry.Record memory t, ITitleRegistry.Act memory a, Setting memory s)
        internal
        pure
        returns (bool)
    {
        if (s.by == 0 || t.state == ITitleRegistry.State.None || t.sequence != a.expectedSequence) {
            return false;
        }
        if (!_wellFormed(a) || (t.paused && _stoppedByPause(a.action))) return false;
        if (!_standsRight(t.state, a.action) || !_mayAct(t, a.action, s.by)) return false;
        if (!_do(t, a, s)) return false;
        t.sequence += 1;
        t.time = s.time;
        return true;
    }

    function _wellFormed(ITitleRegistry.Act memory a) private pure returns (bool) {
        ITitleRegistry.Action x = a.action;
        if (x == ITitleRegistry.Action.None) return false;
        bool both = x == ITitleRegistry.Action.TransferBoth;
        bool takesHolder = both || x == ITitleRegistry.Action.TransferHolder;
        bool takesBeneficiary = both || x == ITitleRegistry.Action.TransferBeneficiary
            || x == ITitleRegistry.Action.Nominate;
        bool takesTime = takesHolder || x == ITitleRegistry.Action.TransferBeneficiary;
        if (a.holder != 0 && !takesHolder) return false;
        if (a.beneficiary != 0 && !takesBeneficiary) return false;
        if (a.acceptBy != 0 && !takesTime) return false;
        bool needsIntent = x == ITitleRegistry.Action.SurrenderForAmendment
            || x == ITitleRegistry.Action.SurrenderForReissue;
        if (needsIntent) return a.intent != 0;
        return a.intent == 0 || x == ITitleRegistry.Action.AcceptSurrender;
    }

    function _stoppedByPause(ITitleRegistry.Action x) private pure returns (bool) {
        return x == ITitleRegistry.Action.Nominate || x == ITitleRegistry.Action.TransferHolder
            || x == ITitleRegistry.Action.TransferBeneficiary
            || x == ITitleRegistry.Action.TransferBoth || x == ITitleRegistry.Action.Accept
            || x == ITitleRegistry.Action.AcceptSurrender
            || x == ITitleRegistry.Action.RefuseSurrender || x == ITitleRegistry.Action.Pause;
    }

    function _standsRight(ITitleRegistry.State state, ITitleRegistry.Action x)
        private
        pure
        returns (bool)
    {
        bool held = state == ITitleRegistry.State.Held;
        bool offered = state == ITitleRegistry.State.OfferedHolder
            || state == ITitleRegistry.State.OfferedBeneficiary
            || state == ITitleRegistry.State.OfferedBoth;
        if (x == ITitleRegistry.Action.Pause || x == ITitleRegistry.Action.Unpause) return open(state);
        if (x == ITitleRegistry.Action.Accept || x == ITitleRegistry.Action.TakeBack) return offered;
        if (
            x == ITitleRegistry.Action.RejectHolder || x == ITitleRegistry.Action.RejectBeneficiary
                || x == ITitleRegistry.Action.RejectBoth
        ) return held || offered;
        if (x == ITitleRegistry.Action.RefuseSurrender) return open(state) && !held && !offered;
        if (x == ITitleRegistry.Action.AcceptSurrender) {
            return state == ITitleRegistry.State.ForDelivery
                || state == ITitleRegistry.State.ForAmendment
                || state == ITitleRegistry.State.ForPaper;
        }
        return held;
    }

    function _mayAct(ITitleRegistry.Record memory t, ITitleRegistry.Action x, bytes32 by)
        private
        pure
        returns (bool)
    {
        bool holds = t.holder == by;
        bool benefits = t.beneficiary == by;
        if (x == ITitleRegistry.Action.Nominate) return benefits;
        if (x <= ITitleRegistry.Action.TransferBoth) return holds;
        if (x == ITitleRegistry.Action.Accept) {
            return (holds && offersHolder(t.state)) || (benefits && offersBeneficiary(t.state));
        }
        if (x == ITitleRegistry.Action.RejectHolder) return holds;
        if (x == ITitleRegistry.Action.RejectBeneficiary) return benefits;
        if (x == ITitleRegistry.Action.RejectBoth) return holds && benefits;
        if (x == ITitleRegistry.Action.TakeBack) {
            return by == (offersHolder(t.state) ? t.formerHolder : t.formerBeneficiary);
        }
        if (x <= ITitleRegistry.Action.SurrenderForReissue) return holds && benefits;
        return t.carrier == by;
    }

    function offersHolder(ITitleRegistry.State state) internal pure returns (bool) {
        return state == ITitleRegistry.State.OfferedHolder || state == ITitleRegistry.State.OfferedBoth;
    }

    function offersBeneficiary(ITitleRegistry.State state) internal pure returns (bool) {
        return state == ITitleRegistry.State.OfferedBeneficiary
            || state == ITitleRegistry.State.OfferedBoth;
    }

    function _do(ITitleRegistry.Record memory t, ITitleRegistry.Act memory a, Setting memory s)
        private
        pure
        returns (bool)
    {
        ITitleRegistry.Action x = a.action;
        if (x == ITitleRegistry.Action.Nominate) return _nominate(t, a, s);
        if (x <= ITitleRegistry.Action.TransferBoth) return _transfer(t, a, s);
        if (x == ITitleRegistry.Action.Accept) return _accept(t, s);
        if (x <= ITitleRegistry.Action.RejectBoth) return _reject(t, x);
        if (x == ITitleRegistry.Action.TakeBack) {
            if (s.time <= t.acceptBy) return false;
            _return(t, offersHolder(t.state), offersBeneficiary(t.state));
        } else if (x <= ITitleRegistry.Action.SurrenderForReissue) {
            (t.formerHolder, t.formerBeneficiary) = (s.by, s.by);
            (t.holder, t.beneficiary, t.nominee) = (t.carrier, t.carrier, 0);
            t.intent = a.intent;
            t.state = _surrendered(x);
        } else if (x == ITitleRegistry.Action.AcceptSurrender) {
            return _acceptSurrender(t, a, s);
        } else if (x == ITitleRegistry.Action.RefuseSurrender) {
            _return(t, true, true);
        } else if (x == ITitleRegistry.Action.Pause) {
            t.paused = true;
        } else {
            if (!t.paused) return false;
            t.paused = false;
        }
        return true;
    }

    function _nominate(ITitleRegistry.Record memory t, ITitleRegistry.Act memory a, Setting memory s)
        private
        pure
        returns (bool)
    {
        if (a.beneficiary != 0 && !s.beneficiaryKnown) return false;
        if (a.beneficiary == t.beneficiary || a.beneficiary == t.nominee) return false;
        _own(t, s.by);
        t.nominee = a.beneficiary;
        return true;
    }

    function _transfer(ITitleRegistry.Record memory t, ITitleRegistry.Act memory a, Setting memory s)
        private
        pure
        returns (bool)
    {
        bool ofHolder = a.action != ITitleRegistry.Action.TransferBeneficiary;
        bool ofBeneficiary = a.action != ITitleRegistry.Action.TransferHolder;
        if (a.acceptBy != 0 && a.acceptBy <= s.time) return false;
        if (ofHolder && (!s.holderKnown || a.holder == t.holder)) return false;
        if (ofBeneficiary) {
            if (!s.beneficiaryKnown || a.beneficiary == t.beneficiary) return false;
            if (t.beneficiary != s.by && a.beneficiary != t.nominee) return false;
        }

        _own(t, s.by);
        if (ofHolder) (t.formerHolder, t.holder) = (t.holder, a.holder);
        if (ofBeneficiary) {
            (t.formerBeneficiary, t.beneficiary, t.nominee) = (t.beneficiary, a.beneficiary, 0);
        }
        if (a.acceptBy != 0) {
            t.acceptBy = a.acceptBy;
            _offer(t, ofHolder, ofBeneficiary);
        }
        return true;
    }

    function _accept(ITitleRegistry.Record memory t, Setting memory s) private pure returns (bool) {
        if (s.time > t.acceptBy) return false;
        bool ofHolder = offersHolder(t.state);
        bool ofBeneficiary = offersBeneficiary(t.state);
        if (ofHolder && t.holder == s.by) (t.formerHolder, ofHolder) = (0, false);
        if (ofBeneficiary && t.beneficiary == s.by) (t.formerBeneficiary, ofBeneficiary) = (0, false);
        _offer(t, ofHolder, ofBeneficiary);
        return true;
    }

    function _reject(ITitleRegistry.Record memory t, ITitleRegistry.Action x) private pure returns (bool) {
        bool asHolder = x != ITitleRegistry.Action.RejectBeneficiary;
        bool asBeneficiary = x != ITitleRegistry.Action.RejectHolder;
        if (asHolder && t.formerHolder == 0) return false;
        if (asBeneficiary && t.formerBeneficiary == 0) return false;
        bool stillHolder = offersHolder(t.state) && !asHolder;
        bool stillBeneficiary = offersBeneficiary(t.state) && !asBeneficiary;
        uint64 acceptBy = t.acceptBy;
        _return(t, asHolder, asBeneficiary);
        t.acceptBy = acceptBy;
        _offer(t, stillHolder, stillBeneficiary);
        return true;
    }

    function _acceptSurrender(
        ITitleRegistry.Record memory t,
        ITitleRegistry.Act memory a,
        Setting memory s
    ) private pure returns (bool) {
        if (a.intent != t.intent) return false;
        if (t.state == ITitleRegistry.State.ForAmendment) {
            if (!s.commitmentFree) return false;
            t.commitment = a.intent;
            _return(t, true, true);
            return true;
        }
        bool paper = t.state == ITitleRegistry.State.ForPaper;
        close(t, paper ? ITitleRegistry.State.SwitchedToPaper : ITitleRegistry.State.Delivered);
        return true;
    }

    /// @notice Closes a title for good.
    /// @param t The title.
    /// @param state As what.
    function close(ITitleRegistry.Record memory t, ITitleRegistry.State state) internal pure {
        (t.holder, t.beneficiary, t.formerHolder, t.formerBeneficiary) = (0, 0, 0, 0);
        t.intent = 0;
        t.state = state;
    }

    function _surrendered(ITitleRegistry.Action x) private pure returns (ITitleRegistry.State) {
        if (x == ITitleRegistry.Action.SurrenderForDelivery) return ITitleRegistry.State.ForDelivery;
        if (x == ITitleRegistry.Action.SurrenderForAmendment) return ITitleRegistry.State.ForAmendment;
        if (x == ITitleRegistry.Action.SurrenderForPaper) return ITitleRegistry.State.ForPaper;
        return ITitleRegistry.State.ForReissue;
    }

    /// @notice Whoever acts in a role accepts it.
    function _own(ITitleRegistry.Record memory t, bytes32 by) private pure {
        if (t.holder == by) t.formerHolder = 0;
        if (t.beneficiary == by) t.formerBeneficiary = 0;
    }

    /// @notice Gives roles back, and takes the title out of what it was in.
    function _return(ITitleRegistry.Record memory t, bool ofHolder, bool ofBeneficiary) private pure {
        if (ofHolder) (t.holder, t.formerHolder) = (t.formerHolder, 0);
        if (ofBeneficiary) (t.beneficiary, t.formerBeneficiary) = (t.formerBeneficiary, 0);
        (t.intent, t.acceptBy, t.state) = (0, 0, ITitleRegistry.State.Held);
    }

    /// @notice Leaves the title offered in these roles, or held.
    function _offer(ITitleRegistry.Record memory t, bool ofHolder, bool ofBeneficiary) private pure {
        if (ofHolder && ofBeneficiary) t.state = ITitleRegistry.State.OfferedBoth;
        else if (ofHolder) t.state = ITitleRegistry.State.OfferedHolder;
        else if (ofBeneficiary) t.state = ITitleRegistry.State.OfferedBeneficiary;
        else (t.state, t.acceptBy) = (ITitleRegistry.State.Held, 0);
    }
}
