// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC721} from "@openzeppelin/contracts/interfaces/IERC721.sol";

import {IPartyRegistry} from "../../../../contracts/interfaces/IPartyRegistry.sol";
import {ITitleRegistry} from "../../../../contracts/interfaces/ITitleRegistry.sol";
import {World} from "./World.sol";

/// @notice Titles among a carrier, two banks and a consignee, all of them invented.
abstract contract Titles is World {
    uint256 internal constant CARRIER = 0x51;
    uint256 internal constant BANK = 0x61;
    uint256 internal constant BUYER = 0x71;
    uint256 internal constant OTHER = 0x81;
    address internal constant NOBODY = 0x000000000000000000000000000000000000dEaD;
    bytes32 internal constant REMARK = "a remark";
    uint64 internal constant ALL = 1e9;

    ITitleRegistry internal titles;
    bytes32 internal carrier;
    bytes32 internal bank;
    bytes32 internal buyer;
    bytes32 internal other;
    bytes32 internal title;
    uint256 private _count;

    function _makeTitles() internal {
        _makeRegistry(0);
        titles = ITitleRegistry(_begin("TitleRegistry.sol:TitleRegistry", abi.encode(registry)));
        carrier = _enrol("Example Carrier", CARRIER, CARRIER + 1);
        bank = _enrol("Example Bank", BANK, BANK + 1);
        buyer = _enrol("Example Buyer", BUYER, BUYER + 1);
        other = _enrol("Example Forwarder", OTHER, OTHER + 1);
        vm.prank(vm.addr(CARRIER));
        titles.registerTagKey("a key's hash");
    }

    // ---------------------------------------------------------------- getting there

    /// @notice Issues another title, under a tag and a commitment of its own.
    function _issue(bytes32 holder, bytes32 beneficiary) internal returns (bytes32) {
        ITitleRegistry.Issue memory wish = _wanted(holder, beneficiary);
        vm.prank(vm.addr(CARRIER));
        title = titles.issue(wish);
        _wait(1);
        return title;
    }

    function _wanted(bytes32 holder, bytes32 beneficiary)
        internal
        returns (ITitleRegistry.Issue memory)
    {
        ++_count;
        return ITitleRegistry.Issue(
            _tag(_count), 0, _commitment(_count), holder, beneficiary, REMARK
        );
    }

    function _tag(uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode("tag", number));
    }

    function _commitment(uint256 number) internal pure returns (bytes32) {
        return keccak256(abi.encode("commitment", number));
    }

    /// @notice A title of one holder and beneficiary that acted: there is nothing to reject.
    function _settled(uint256 owner) internal returns (bytes32) {
        _issue(_party(owner), _party(owner));
        _does(owner, _named(ITitleRegistry.Action.Nominate, 0, carrier));
        _does(owner, _wish(ITitleRegistry.Action.Nominate));
        return title;
    }

    function _party(uint256 secret) internal view returns (bytes32) {
        return _keyOf(secret).party;
    }

    /// @notice An act on the title as it stands, with a remark.
    function _wish(ITitleRegistry.Action action) internal view returns (ITitleRegistry.Act memory) {
        uint32 sequence = titles.record(title).sequence;
        return ITitleRegistry.Act(action, title, sequence, 0, 0, 0, 0, REMARK);
    }

    function _named(ITitleRegistry.Action action, bytes32 holder, bytes32 beneficiary)
        internal
        view
        returns (ITitleRegistry.Act memory wish)
    {
        wish = _wish(action);
        (wish.holder, wish.beneficiary) = (holder, beneficiary);
    }

    /// @notice A transfer that has to be accepted within a hundred seconds.
    function _offer(ITitleRegistry.Action action, bytes32 holder, bytes32 beneficiary)
        internal
        view
        returns (ITitleRegistry.Act memory wish)
    {
        wish = _named(action, holder, beneficiary);
        wish.acceptBy = _now() + 100;
    }

    function _meant(ITitleRegistry.Action action, bytes32 intent)
        internal
        view
        returns (ITitleRegistry.Act memory wish)
    {
        wish = _wish(action);
        wish.intent = intent;
    }

    function _does(uint256 secret, ITitleRegistry.Act memory wish) internal {
        vm.prank(vm.addr(secret));
        titles.act(wish);
    }

    /// @notice Puts a new title of the bank into a state; in the states of an offer the buyer is offered.
    function _reach(ITitleRegistry.State state) internal returns (bytes32) {
        _issue(bank, bank);
        if (state == ITitleRegistry.State.OfferedHolder) {
            _does(BANK, _offer(ITitleRegistry.Action.TransferHolder, buyer, 0));
        } else if (state == ITitleRegistry.State.OfferedBeneficiary) {
            _does(BANK, _offer(ITitleRegistry.Action.TransferBeneficiary, 0, buyer));
        } else if (state == ITitleRegistry.State.OfferedBoth) {
            _does(BANK, _offer(ITitleRegistry.Action.TransferBoth, buyer, buyer));
        } else if (state > ITitleRegistry.State.OfferedBoth) {
            _surrenderTo(state);
        }
        _same("the state reached", uint256(titles.record(title).state), uint256(state));
        return title;
    }

    function _surrenderTo(ITitleRegistry.State state) private {
        if (state == ITitleRegistry.State.Delivered) {
            _does(BANK, _wish(ITitleRegistry.Action.SurrenderForDelivery));
            _does(CARRIER, _wish(ITitleRegistry.Action.AcceptSurrender));
        } else if (state == ITitleRegistry.State.SwitchedToPaper) {
            _does(BANK, _wish(ITitleRegistry.Action.SurrenderForPaper));
            _does(CARRIER, _wish(ITitleRegistry.Action.AcceptSurrender));
        } else if (state == ITitleRegistry.State.Reissued) {
            _split();
        } else if (state == ITitleRegistry.State.ForDelivery) {
            _does(BANK, _wish(ITitleRegistry.Action.SurrenderForDelivery));
        } else if (state == ITitleRegistry.State.ForPaper) {
            _does(BANK, _wish(ITitleRegistry.Action.SurrenderForPaper));
        } else if (state == ITitleRegistry.State.ForAmendment) {
            _does(BANK, _meant(ITitleRegistry.Action.SurrenderForAmendment, "amended"));
        } else {
            _does(BANK, _meant(ITitleRegistry.Action.SurrenderForReissue, "a plan"));
        }
    }

    function _split() private {
        ITitleRegistry.Reissue memory wish = _reissueOf(title, _parts(2));
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        _does(BANK, _meant(ITitleRegistry.Action.SurrenderForReissue, plan));
        wish.expectedSequences[0] = 2;
        vm.prank(vm.addr(CARRIER));
        titles.reissue(wish);
    }

    /// @notice So many new titles of equal shares; what does not divide goes to the first.
    function _parts(uint256 count) internal returns (ITitleRegistry.Part[] memory parts) {
        parts = new ITitleRegistry.Part[](count);
        for (uint256 i = 0; i < count; ++i) {
            ++_count;
            parts[i] =
                ITitleRegistry.Part(_tag(_count), _commitment(_count), uint64(ALL / count));
        }
        parts[0].share += uint64(ALL % count);
    }

    function _reissueOf(bytes32 old, ITitleRegistry.Part[] memory parts)
        internal
        view
        returns (ITitleRegistry.Reissue memory wish)
    {
        wish.titles = new bytes32[](1);
        wish.titles[0] = old;
        wish.expectedSequences = new uint32[](1);
        wish.expectedSequences[0] = titles.record(old).sequence;
        (wish.parts, wish.remark) = (parts, REMARK);
    }

    // ---------------------------------------------------------------- asking

    /// @notice Does it, and asks that exactly this becomes of the title, and that it is said.
    /// @param want The record but for `sequence`, `time` and `key`.
    function _acts(
        uint256 secret,
        ITitleRegistry.Act memory wish,
        ITitleRegistry.Record memory want
    ) internal {
        ITitleRegistry.Record memory before = titles.record(wish.title);
        _listen(address(titles));
        _does(secret, wish);
        _hear(address(titles));
        (want.sequence, want.time, want.key) = (before.sequence + 1, _now(), vm.addr(secret));
        _same("the record", abi.encode(titles.record(wish.title)), abi.encode(want));
        bool moved = want.holder != before.holder;
        _same("the number of events", _said.length, moved ? 2 : 1);
        _isSaid(0, 2, _acted(wish, _party(secret), before.sequence + 1, vm.addr(secret)));
        if (moved) {
            _isSaid(1, 3, _moved(_owner(before.holder), _owner(want.holder), wish.title));
        }
        address owner = IERC721(address(titles)).ownerOf(uint256(wish.title));
        _same("the owner", owner, _owner(want.holder));
    }

    function _owner(bytes32 holder) internal pure returns (address) {
        return holder == 0 ? NOBODY : address(uint160(uint256(holder)));
    }

    function _moved(address from, address to, bytes32 id) internal pure returns (bytes memory) {
        return abi.encode(IERC721.Transfer.selector, from, to, id);
    }

    function _acted(ITitleRegistry.Act memory wish, bytes32 by, uint32 sequence, address key)
        internal
        pure
        returns (bytes memory)
    {
        return bytes.concat(
            abi.encode(
                ITitleRegistry.TitleActed.selector, wish.title, by, wish.action, sequence
            ),
            abi.encode(
                wish.holder, wish.beneficiary, wish.intent, wish.acceptBy, wish.remark, key
            )
        );
    }

    function _refusesAct(uint256 secret, ITitleRegistry.Act memory wish, bytes memory want) internal {
        _refusesAs(vm.addr(secret), abi.encodeCall(ITitleRegistry.act, (wish)), want);
    }

    function _refusesAs(address caller, bytes memory data, bytes memory want) internal {
        _refuses(caller, address(titles), data, want);
    }

    function _wrongParty(bytes32 expected, bytes32 by) internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_WrongParty.selector, title, expected, by
        );
    }

    /// @notice Asks that each of the four parties but those with these keys is refused as the wrong one.
    function _refusesOthers(
        ITitleRegistry.Act memory wish,
        bytes32 expected,
        uint256 one,
        uint256 two
    ) internal {
        uint256[4] memory all = [CARRIER, BANK, BUYER, OTHER];
        for (uint256 i = 0; i < all.length; ++i) {
            if (all[i] == one || all[i] == two) continue;
            _refusesAct(all[i], wish, _wrongParty(expected, _party(all[i])));
        }
    }

    function _unknown(bytes32 party) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ITitleRegistry.TitleRegistry_UnknownParty.selector, party);
    }

    function _sameParty(bytes32 party) internal view returns (bytes memory) {
        return abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_SameParty.selector, title, party
        );
    }

    function _zeroHash(string memory member) internal pure returns (bytes memory) {
        return abi.encodeWithSelector(ITitleRegistry.TitleRegistry_ZeroHash.selector, member);
    }

    function _standing() internal view returns (ITitleRegistry.Record memory) {
        return titles.record(title);
    }
}
