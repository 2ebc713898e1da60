// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice TitleRegistry: splitting one title, and combining several.
contract TitleReissueTest is Titles {
    ITitleRegistry.Action private constant SURRENDER = ITitleRegistry.Action.SurrenderForReissue;

    function setUp() external {
        _makeTitles();
    }

    // ---------------------------------------------------------------- getting there

    function _surrender(ITitleRegistry.Reissue memory wish) private {
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        for (uint256 i = 0; i < wish.titles.length; ++i) {
            title = wish.titles[i];
            _does(BANK, _meant(SURRENDER, plan));
            wish.expectedSequences[i] = _standing().sequence;
        }
        _wait(1);
    }

    function _reissue(ITitleRegistry.Reissue memory wish) private returns (bytes32[] memory) {
        vm.prank(vm.addr(CARRIER));
        return titles.reissue(wish);
    }

    /// @notice A new title of the bank, split into so many.
    function _splitInto(uint256 count) private returns (ITitleRegistry.Reissue memory wish) {
        wish = _reissueOf(_issue(bank, bank), _parts(count));
        _surrender(wish);
    }

    /// @notice Several titles combined into one of this share.
    function _combine(bytes32[] memory old, uint64 share)
        private
        returns (ITitleRegistry.Reissue memory wish)
    {
        wish.titles = old;
        wish.expectedSequences = new uint32[](old.length);
        (wish.parts, wish.remark) = (_parts(1), REMARK);
        wish.parts[0].share = share;
    }

    function _whole(uint256 count) private returns (bytes32[] memory old) {
        old = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) old[i] = _issue(bank, bank);
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

    // ---------------------------------------------------------------- asking

    function _isClosed(bytes32 id, ITitleRegistry.Record memory before) private view {
        (before.holder, before.beneficiary) = (0, 0);
        (before.formerHolder, before.formerBeneficiary) = (0, 0);
        (before.state, before.intent) = (ITitleRegistry.State.Reissued, 0);
        (before.sequence, before.time, before.key) =
            (before.sequence + 1, _now(), vm.addr(CARRIER));
        _same("the closed one", abi.encode(titles.record(id)), abi.encode(before));
    }

    function _isOpened(bytes32 id, ITitleRegistry.Part memory part, bytes32[] memory origins) private view {
        ITitleRegistry.Record memory want;
        (want.carrier, want.holder, want.beneficiary) = (carrier, bank, bank);
        (want.commitment, want.state, want.sequence) =
            (part.commitment, ITitleRegistry.State.Held, 1);
        (want.time, want.share, want.key, want.origins) =
            (_now(), part.share, vm.addr(CARRIER), origins);
        _same("the id", id, titles.titleId(carrier, part.tag));
        _same("the opened one", abi.encode(titles.record(id)), abi.encode(want));
        _same("its title", titles.titleOf(carrier, part.commitment), id);
    }

    /// @notice Asks for the two events of a title that was closed.
    function _saidClosed(uint256 number, bytes32 id, uint32 sequence, bytes32 plan) private view {
        ITitleRegistry.Act memory wish;
        (wish.title, wish.action) = (id, ITitleRegistry.Action.AcceptSurrender);
        (wish.intent, wish.remark) = (plan, REMARK);
        _isSaid(number, 2, _acted(wish, carrier, sequence, vm.addr(CARRIER)));
        _isSaid(number + 1, 3, _moved(_owner(carrier), NOBODY, id));
    }

    /// @notice Asks for the two events of a title that was opened.
    function _saidOpened(uint256 number, bytes32 id, ITitleRegistry.Part memory part) private view {
        bytes32 topic = ITitleRegistry.TitleIssued.selector;
        bytes memory roles = abi.encode(bank, bank, part.share, REMARK, vm.addr(CARRIER));
        _isSaid(
            number,
            2,
            bytes.concat(abi.encode(topic, id, carrier, part.tag, part.commitment), roles)
        );
        _isSaid(number + 1, 3, _moved(address(0), _owner(bank), id));
    }

    function _saidReissued(uint256 number, ITitleRegistry.Reissue memory wish, bytes32[] memory opened)
        private
        view
    {
        _isSaid(
            number,
            1,
            abi.encode(
                ITitleRegistry.TitlesReissued.selector,
                carrier,
                wish.titles,
                opened,
                REMARK,
                vm.addr(CARRIER)
            )
        );
    }

    // ---------------------------------------------------------------- splitting and combining

    function test_reissue_whenSplit_thenClosedOpenedAndSaid() external {
        ITitleRegistry.Reissue memory wish = _splitInto(3);
        ITitleRegistry.Record memory before = _standing();
        _listen(address(titles));
        bytes32[] memory opened = _reissue(wish);
        _hear(address(titles));
        _same("events", _said.length, 9);
        _saidClosed(0, title, before.sequence + 1, titles.planOf(wish.titles, wish.parts));
        _isClosed(title, before);
        _same("opened", opened.length, 3);
        for (uint256 i = 0; i < 3; ++i) {
            _isOpened(opened[i], wish.parts[i], wish.titles);
            _saidOpened(2 + 2 * i, opened[i], wish.parts[i]);
        }
        _saidReissued(8, wish, opened);
    }

    function test_reissue_whenCombined_thenClosedOpenedAndSaid() external {
        ITitleRegistry.Reissue memory wish = _combine(_whole(3), 3 * ALL);
        _surrender(wish);
        ITitleRegistry.Record[3] memory before;
        for (uint256 i = 0; i < 3; ++i) before[i] = titles.record(wish.titles[i]);
        _listen(address(titles));
        bytes32[] memory opened = _reissue(wish);
        _hear(address(titles));
        _same("events", _said.length, 9);
        bytes32 plan = titles.planOf(wish.titles, wish.parts);
        for (uint256 i = 0; i < 3; ++i) {
            _saidClosed(2 * i, wish.titles[i], before[i].sequence + 1, plan);
            _isClosed(wish.titles[i], before[i]);
        }
        _same("opened", opened.length, 1);
        _isOpened(opened[0], wish.parts[0], wish.titles);
        _saidOpened(6, opened[0], wish.parts[0]);
        _saidReissued(8, wish, opened);
    }

    function test_reissue_whenPartsAreCombinedAgain_thenTheWholeIsBack() external {
        ITitleRegistry.Reissue memory wish = _splitInto(3);
        wish.titles = _reissue(wish);
        wish = _combine(wish.titles, ALL);
        _surrender(wish);
        bytes32[] memory opened = _reissue(wish);
        _same("the whole", titles.record(opened[0]).share, ALL);
        _isOpened(opened[0], wish.parts[0], wish.titles);
    }

    function test_reissue_whenAPartIsSplit_thenOfItsShare() external {
        ITitleRegistry.Reissue memory wish = _splitInto(2);
        bytes32[] memory halves = _reissue(wish);
        wish = _reissueOf(halves[0], _parts(2));
        (wish.parts[0].share, wish.parts[1].share) = (ALL / 2 - 1, 1);
        _surrender(wish);
        bytes32[] memory opened = _reissue(wish);
        _isOpened(opened[1], wish.parts[1], wish.titles);
        _same("the rest", titles.record(opened[0]).share, ALL / 2 - 1);
    }

    function test_reissue_whenOpened_thenThereIsNothingToReject() external {
        bytes32[] memory opened = _reissue(_splitInto(2));
        title = opened[0];
        ITitleRegistry.Action action = ITitleRegistry.Action.RejectBoth;
        _refusesAct(
            BANK,
            _wish(action),
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_NothingGiven.selector, title, action
            )
        );
    }

    function test_reissue_whenAsManyAsPossible_thenAccepted() external {
        _same("split", _reissue(_splitInto(32)).length, 32);
        ITitleRegistry.Reissue memory wish = _combine(_whole(32), 32 * ALL);
        _surrender(wish);
        _same("combined", _reissue(wish).length, 1);
    }

    // ---------------------------------------------------------------- refused

    function test_reissue_whenCountsAreWrong_thenRefused() external {
        bytes32[] memory old = _whole(33);
        uint8[2][8] memory wrong = [
            [uint8(0), 0],
            [uint8(0), 1],
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
        (wish.parts[0].share, wish.parts[1].share) = (1, ALL - 1);
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
