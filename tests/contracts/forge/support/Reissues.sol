// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./Titles.sol";

/// @notice Titles of the bank that are surrendered, to be split or combined.
abstract contract Reissues is Titles {
    ITitleRegistry.Action internal constant SURRENDER = ITitleRegistry.Action.SurrenderForReissue;

    function _surrender(ITitleRegistry.Reissue memory wish) internal {
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        for (uint256 i = 0; i < wish.titles.length; ++i) {
            title = wish.titles[i];
            _does(BANK, _meant(SURRENDER, plan));
            wish.expectedSequences[i] = _standing().sequence;
        }
        _wait(1);
    }

    function _reissue(ITitleRegistry.Reissue memory wish) internal returns (bytes32[] memory) {
        vm.prank(vm.addr(CARRIER));
        return titles.reissue(wish);
    }

    /// @notice A new title of the bank, split into so many.
    function _splitInto(uint256 count) internal returns (ITitleRegistry.Reissue memory wish) {
        wish = _reissueOf(_issue(bank, bank), _parts(count));
        _surrender(wish);
    }

    /// @notice Several titles combined into one of this share.
    function _combine(bytes32[] memory old, uint64 share)
        internal
        returns (ITitleRegistry.Reissue memory wish)
    {
        wish.titles = old;
        wish.expectedSequences = new uint32[](old.length);
        (wish.parts, wish.remark) = (_parts(1), REMARK);
        wish.parts[0].share = share;
    }

    function _whole(uint256 count) internal returns (bytes32[] memory old) {
        old = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) old[i] = _issue(bank, bank);
    }
}
