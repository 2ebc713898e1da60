// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Reissues} from "./support/Reissues.sol";

/// @notice TitleRegistry: what is neither a split nor a combination that the holder agreed to.
contract TitleReissueRefusedTest is Reissues {
    function setUp() external {
        _makeTitles();
    }

    function _refusesReissue(ITitleRegistry.Reissue memory wish, bytes memory want) private {
        _refusesReissueAs(CARRIER, wish, want);
    }

    function _refusesReissueAs(
        uint256 secret,
        ITitleRegistry.Reissue memory wish,
        bytes memory want
    ) private {
        _refusesAs(vm.addr(secret), abi.encodeCall(ITitleRegistry.reissue, (wish)), want);
    }

    function _badCount(uint256 old, uint256 sequences, uint256 parts)
        private
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_BadCount.selector, old, sequences, parts
        );
    }

    function _badShares(uint256 before, uint256 afterwards) private pure returns (bytes memory) {
        return abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_BadShares.selector, before, afterwards
        );
    }

    function test_reissue_whenCountsAreWrong_thenRefused() external {
        bytes32[] memory old = _whole(33);
        uint8[2][9] memory wrong = [
            [uint8(0), 0],
            [uint8(0), 1],
            [uint8(0), 2],
            [uint8(1), 0],
            [uint8(1), 1],
            [uint8(2), 2],
            [uint8(1), 33],
            [uint8(33), 1],
            [uint8(2), 0]
        ];
        for (uint256 i = 0; i < wrong.length; ++i) {
            ITitleRegistry.Reissue memory wish;
            wish.titles = new bytes32[](wrong[i][0]);
            for (uint256 j = 0; j < wish.titles.length; ++j) wish.titles[j] = old[j];
            wish.expectedSequences = new uint32[](wrong[i][0]);
            wish.parts = new ITitleRegistry.Part[](wrong[i][1]);
            _refusesReissue(wish, _badCount(wrong[i][0], wrong[i][0], wrong[i][1]));
        }
    }

    function test_reissue_whenSequenceNumbersAreNotOneEach_thenRefused() external {
        ITitleRegistry.Reissue memory wish = _splitInto(2);
        wish.expectedSequences = new uint32[](2);
        _refusesReissue(wish, _badCount(1, 2, 2));
        wish.expectedSequences = new uint32[](0);
        _refusesReissue(wish, _badCount(1, 0, 2));
        wish = _combine(_whole(2), 2 * ALL);
        wish.expectedSequences = new uint32[](1);
        _refusesReissue(wish, _badCount(2, 1, 1));
    }

    function test_reissue_whenATitleIsUnknownOrStale_thenRefused() external {
        ITitleRegistry.Reissue memory wish = _combine(_whole(2), 2 * ALL);
        _surrender(wish);
        wish.expectedSequences[1] = 9;
        _refusesReissue(
            wish,
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_Stale.selector, wish.titles[1], uint32(2), uint32(9)
            )
        );
        wish.titles[1] = "none";
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        _refusesReissue(
            wish,
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_NotAgreed.selector,
                wish.titles[0],
                titles.record(wish.titles[0]).intent,
                plan
            )
        );
        wish = _reissueOf("none", _parts(2));
        _refusesReissue(
            wish,
            abi.encodeWithSelector(ITitleRegistry.TitleRegistry_NoTitle.selector, bytes32("none"))
        );
    }

    function test_reissue_whenATitleIsNotSurrenderedForIt_thenRefused() external {
        for (uint8 state = 1; state <= uint8(ITitleRegistry.State.Reissued); ++state) {
            if (state == uint8(ITitleRegistry.State.ForReissue)) continue;
            _reach(ITitleRegistry.State(state));
            _refusesReissue(
                _reissueOf(title, _parts(2)),
                abi.encodeWithSelector(
                    ITitleRegistry.TitleRegistry_WrongState.selector,
                    title,
                    ITitleRegistry.State(state),
                    ITitleRegistry.Action.AcceptSurrender
                )
            );
        }
    }

    function test_reissue_whenTheSameTitleComesTwice_thenRefused() external {
        bytes32[] memory old = _whole(2);
        old[1] = old[0];
        ITitleRegistry.Reissue memory wish = _combine(old, 2 * ALL);
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        title = old[0];
        _does(BANK, _meant(SURRENDER, plan));
        (wish.expectedSequences[0], wish.expectedSequences[1]) = (2, 3);
        _refusesReissue(
            wish,
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_WrongState.selector,
                title,
                ITitleRegistry.State.Reissued,
                ITitleRegistry.Action.AcceptSurrender
            )
        );
    }

    function test_reissue_whenPaused_thenRefused() external {
        ITitleRegistry.Reissue memory wish = _splitInto(2);
        _does(CARRIER, _wish(ITitleRegistry.Action.Pause));
        wish.expectedSequences[0] += 1;
        _refusesReissue(
            wish,
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_Paused.selector,
                title,
                ITitleRegistry.Action.AcceptSurrender
            )
        );
    }

    function test_reissue_whenNotTheCarrier_thenRefused() external {
        ITitleRegistry.Reissue memory wish = _splitInto(2);
        _refusesReissueAs(BANK, wish, _wrongParty(carrier, bank));
        _refusesReissueAs(OTHER, wish, _wrongParty(carrier, other));
    }

    function test_reissue_whenNotWhatTheHolderAgreedTo_thenRefused() external {
        ITitleRegistry.Reissue memory wish = _splitInto(2);
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        for (uint64 share = 1; share <= 12; ++share) {
            (wish.parts[0].share, wish.parts[1].share) = (share, ALL - share);
            _refusesReissue(
                wish,
                abi.encodeWithSelector(
                    ITitleRegistry.TitleRegistry_NotAgreed.selector,
                    title,
                    plan,
                    titles.planOf(wish.titles, wish.parts)
                )
            );
        }
    }

    function test_reissue_whenTitlesAreOfSeveralHolders_thenRefused() external {
        bytes32[] memory old = new bytes32[](2);
        (old[0], old[1]) = (_issue(bank, bank), _issue(buyer, buyer));
        ITitleRegistry.Reissue memory wish = _combine(old, 2 * ALL);
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        _does(BUYER, _meant(SURRENDER, plan));
        title = old[0];
        _does(BANK, _meant(SURRENDER, plan));
        (wish.expectedSequences[0], wish.expectedSequences[1]) = (2, 2);
        title = old[1];
        _refusesReissue(wish, _wrongParty(buyer, bank));
    }

    function test_reissue_whenSharesAreNotConserved_thenRefused() external {
        ITitleRegistry.Reissue memory wish = _reissueOf(_issue(bank, bank), _parts(2));
        wish.parts[1].share += 1;
        _surrender(wish);
        _refusesReissue(wish, _badShares(ALL, ALL + 1));
        wish = _reissueOf(_issue(bank, bank), _parts(2));
        wish.parts[1].share -= 1;
        _surrender(wish);
        _refusesReissue(wish, _badShares(ALL, ALL - 1));
        wish = _combine(_whole(2), 2 * ALL - 1);
        _surrender(wish);
        _refusesReissue(wish, _badShares(2 * ALL, 2 * ALL - 1));
    }

    function test_reissue_whenAShareIsZero_thenRefused() external {
        ITitleRegistry.Reissue memory wish = _reissueOf(_issue(bank, bank), _parts(2));
        (wish.parts[0].share, wish.parts[1].share) = (ALL, 0);
        _surrender(wish);
        _refusesReissue(wish, _badShares(ALL, ALL));
    }

    function test_reissue_whenSharesOverflowTheirType_thenTheSumDoesNot() external {
        ITitleRegistry.Reissue memory wish = _reissueOf(_issue(bank, bank), _parts(2));
        (wish.parts[0].share, wish.parts[1].share) = (type(uint64).max, ALL + 1);
        _surrender(wish);
        _refusesReissue(wish, _badShares(ALL, uint256(type(uint64).max) + ALL + 1));
    }

    function test_reissue_whenATagOrCommitmentIsUsedOrZero_thenRefused() external {
        ITitleRegistry.Reissue memory wish = _reissueOf(_issue(bank, bank), _parts(2));
        wish.parts[1].tag = wish.parts[0].tag;
        _surrender(wish);
        bytes32 id = titles.titleId(carrier, wish.parts[0].tag);
        _refusesReissue(
            wish,
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_TagUsed.selector, id, ITitleRegistry.State.Held
            )
        );
        wish = _reissueOf(_issue(bank, bank), _parts(2));
        bytes32 taken = titles.record(title).commitment;
        wish.parts[1].commitment = taken;
        _surrender(wish);
        _refusesReissue(
            wish,
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_CommitmentUsed.selector, taken, title
            )
        );
        wish = _reissueOf(_issue(bank, bank), _parts(2));
        (wish.parts[0].tag, wish.parts[1].commitment) = (bytes32(0), bytes32(0));
        _surrender(wish);
        _refusesReissue(wish, _zeroHash("tag"));
    }
}
