// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Reissues} from "./support/Reissues.sol";

/// @notice TitleRegistry: splitting one title, and combining several.
contract TitleReissueTest is Reissues {
    function setUp() external {
        _makeTitles();
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
}
