// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice TitleRegistry: binding a carrier to its tags, issuing, and what can be read.
contract TitleIssueTest is Titles {
    function setUp() external {
        _makeTitles();
    }

    function _refusesIssue(uint256 secret, ITitleRegistry.Issue memory wish, bytes memory want) private {
        _refusesAs(vm.addr(secret), abi.encodeCall(ITitleRegistry.issue, (wish)), want);
    }

    /// @notice Issues, and asks for the record and both events.
    function _issues(ITitleRegistry.Issue memory wish, ITitleRegistry.Record memory want) private {
        address key = vm.addr(CARRIER);
        _listen(address(titles));
        vm.prank(key);
        bytes32 id = titles.issue(wish);
        _hear(address(titles));
        _same("the title", id, keccak256(bytes.concat(carrier, wish.tag)));
        (want.carrier, want.commitment, want.state) =
            (carrier, wish.commitment, ITitleRegistry.State.Held);
        (want.holder, want.beneficiary) = (wish.holder, wish.beneficiary);
        (want.sequence, want.time, want.share, want.key) = (1, _now(), ALL, key);
        want.origins = new bytes32[](0);
        _same("the record", abi.encode(titles.record(id)), abi.encode(want));
        _same("its title", titles.titleOf(carrier, wish.commitment), id);
        _same("events", _said.length, 2);
        bytes memory roles = abi.encode(wish.holder, wish.beneficiary, ALL, wish.remark, key);
        bytes32 topic = ITitleRegistry.TitleIssued.selector;
        _isSaid(
            0, 2, bytes.concat(abi.encode(topic, id, carrier, wish.tag, wish.commitment), roles)
        );
        _isSaid(1, 3, _moved(address(0), _owner(wish.holder), id));
    }

    // ---------------------------------------------------------------- beginning

    function test_constructor_whenItBegins_thenItKnowsTheRegistry() external {
        _same("the registry", address(titles.registry()), address(registry));
        _same("the whole", titles.WHOLE(), ALL);
        _refusesToBegin(
            "TitleRegistry.sol:TitleRegistry",
            abi.encode(address(0)),
            abi.encodeWithSelector(ITitleRegistry.TitleRegistry_ZeroAddress.selector)
        );
    }

    // ---------------------------------------------------------------- registerTagKey

    function test_registerTagKey_whenAnyPartyDoes_thenBoundAndSaid() external {
        _listen(address(titles));
        vm.prank(vm.addr(BANK));
        titles.registerTagKey("another");
        _heardOnly(
            1,
            abi.encode(
                ITitleRegistry.TagKeyRegistered.selector, bank, bytes32("another"), vm.addr(BANK)
            )
        );
        _same("the hash", titles.tagKeyHash(bank), "another");
        _same("the carrier's", titles.tagKeyHash(carrier), "a key's hash");
        _same("nobody's", titles.tagKeyHash(buyer), 0);
    }

    function test_registerTagKey_whenRegistered_thenRefusedForEver() external {
        bytes memory want = abi.encodeWithSelector(
            ITitleRegistry.TitleRegistry_TagKeyRegistered.selector, carrier, bytes32("a key's hash")
        );
        address key = vm.addr(CARRIER);
        _refusesAs(key, abi.encodeCall(ITitleRegistry.registerTagKey, ("another")), want);
        _refusesAs(key, abi.encodeCall(ITitleRegistry.registerTagKey, ("a key's hash")), want);
    }

    function test_registerTagKey_whenZero_thenRefused() external {
        _refusesAs(
            vm.addr(BANK),
            abi.encodeCall(ITitleRegistry.registerTagKey, (bytes32(0))),
            _zeroHash("keyHash")
        );
    }

    function test_everyAct_whenCallerIsNoSignKeyInForce_thenRefused() external {
        _issue(bank, buyer);
        _compromise(OTHER, _now());
        address[3] memory others = [STRANGER, vm.addr(CARRIER + 1), vm.addr(OTHER)];
        ITitleRegistry.Reissue memory wish = _reissueOf(title, _parts(2));
        for (uint256 i = 0; i < others.length; ++i) {
            address key = others[i];
            bytes memory want =
                abi.encodeWithSelector(ITitleRegistry.TitleRegistry_NotSigner.selector, key);
            _refusesAs(key, abi.encodeCall(ITitleRegistry.registerTagKey, ("another")), want);
            _refusesAs(key, abi.encodeCall(ITitleRegistry.issue, (_wanted(bank, buyer))), want);
            _refusesAs(
                key,
                abi.encodeCall(ITitleRegistry.act, (_wish(ITitleRegistry.Action.Pause))),
                want
            );
            _refusesAs(key, abi.encodeCall(ITitleRegistry.reissue, (wish)), want);
        }
    }

    // ---------------------------------------------------------------- issue

    function test_issue_whenToOthers_thenTheyMayRejectItToTheCarrier() external {
        ITitleRegistry.Record memory want;
        (want.formerHolder, want.formerBeneficiary) = (carrier, carrier);
        _issues(_wanted(bank, buyer), want);
    }

    function test_issue_whenToOneParty_thenItHasBothRoles() external {
        ITitleRegistry.Record memory want;
        (want.formerHolder, want.formerBeneficiary) = (carrier, carrier);
        _issues(_wanted(buyer, buyer), want);
    }

    function test_issue_whenTheCarrierKeepsARole_thenThereIsNothingToRejectInIt() external {
        ITitleRegistry.Record memory want;
        want.formerBeneficiary = carrier;
        _issues(_wanted(carrier, buyer), want);
        (want.formerHolder, want.formerBeneficiary) = (carrier, 0);
        _issues(_wanted(bank, carrier), want);
        want.formerHolder = 0;
        _issues(_wanted(carrier, carrier), want);
    }

    function test_issue_whenTheCarrierCameAfterThem_thenTheSame() external {
        vm.prank(vm.addr(OTHER));
        titles.registerTagKey("another");
        ITitleRegistry.Issue memory wish = _wanted(bank, buyer);
        vm.prank(vm.addr(OTHER));
        title = titles.issue(wish);
        _same("the holder may reject", _standing().formerHolder, other);
        _same("so may the beneficiary", _standing().formerBeneficiary, other);
    }

    function test_issue_whenItIsExpectedToExist_thenRefusedAsStale() external {
        ITitleRegistry.Issue memory wish = _wanted(bank, buyer);
        wish.expectedSequence = 1;
        bytes32 id = titles.titleId(carrier, wish.tag);
        bytes4 stale = ITitleRegistry.TitleRegistry_Stale.selector;
        _refusesIssue(CARRIER, wish, abi.encodeWithSelector(stale, id, uint32(0), uint32(1)));
        wish.expectedSequence = 0;
        vm.prank(vm.addr(CARRIER));
        titles.issue(wish);
        wish.expectedSequence = 7;
        _refusesIssue(CARRIER, wish, abi.encodeWithSelector(stale, id, uint32(1), uint32(7)));
    }

    function test_issue_whenAPartyIsUnknownOrNotNamed_thenRefused() external {
        _refusesIssue(CARRIER, _wanted("nobody", buyer), _unknown("nobody"));
        _refusesIssue(CARRIER, _wanted(0, buyer), _unknown(0));
        _refusesIssue(CARRIER, _wanted(bank, "no one"), _unknown("no one"));
        _refusesIssue(CARRIER, _wanted(bank, 0), _unknown(0));
    }

    function test_issue_whenThereIsNoTagKey_thenRefused() external {
        _refusesIssue(
            BANK,
            _wanted(bank, buyer),
            abi.encodeWithSelector(ITitleRegistry.TitleRegistry_NoTagKey.selector, bank)
        );
    }

    function test_issue_whenAHashIsZero_thenRefused() external {
        ITitleRegistry.Issue memory wish = _wanted(bank, buyer);
        wish.tag = 0;
        _refusesIssue(CARRIER, wish, _zeroHash("tag"));
        wish = _wanted(bank, buyer);
        wish.commitment = 0;
        _refusesIssue(CARRIER, wish, _zeroHash("commitment"));
    }

    function test_issue_whenTagWasUsed_thenRefusedWhateverBecameOfIt() external {
        ITitleRegistry.Issue memory wish = _wanted(bank, bank);
        vm.prank(vm.addr(CARRIER));
        title = titles.issue(wish);
        bytes4 used = ITitleRegistry.TitleRegistry_TagUsed.selector;
        wish.commitment = "another";
        _refusesIssue(
            CARRIER, wish, abi.encodeWithSelector(used, title, ITitleRegistry.State.Held)
        );
        _does(BANK, _wish(ITitleRegistry.Action.SurrenderForDelivery));
        _does(CARRIER, _wish(ITitleRegistry.Action.AcceptSurrender));
        _refusesIssue(
            CARRIER, wish, abi.encodeWithSelector(used, title, ITitleRegistry.State.Delivered)
        );
    }

    function test_issue_whenCommitmentWasUsed_thenRefusedButNotForAnotherCarrier() external {
        ITitleRegistry.Issue memory wish = _wanted(bank, buyer);
        vm.prank(vm.addr(CARRIER));
        title = titles.issue(wish);
        wish.tag = "another";
        _refusesIssue(
            CARRIER,
            wish,
            abi.encodeWithSelector(
                ITitleRegistry.TitleRegistry_CommitmentUsed.selector, wish.commitment, title
            )
        );
        vm.prank(vm.addr(OTHER));
        titles.registerTagKey("another");
        vm.prank(vm.addr(OTHER));
        bytes32 id = titles.issue(wish);
        _same("another's", titles.record(id).carrier, other);
        _same("both", titles.titleOf(carrier, wish.commitment), title);
        _same("stand", titles.titleOf(other, wish.commitment), id);
    }

    // ---------------------------------------------------------------- views

    function test_record_whenThereIsNone_thenZero() external view {
        ITitleRegistry.Record memory none;
        _same("none", abi.encode(titles.record("none")), abi.encode(none));
        _same("no title", titles.titleOf(carrier, "none"), 0);
    }

    function test_record_whenTheChainForksUnderAnotherId_thenTheSameParties() external {
        _issue(bank, buyer);
        bytes memory before = abi.encode(_standing());
        vm.chainId(4242);
        _same("the record", abi.encode(_standing()), before);
        _does(BANK, _named(ITitleRegistry.Action.TransferHolder, other, 0));
        _same("the holder", _standing().holder, other);
    }

    function test_titleId_whenPartyOrTagIsAnother_thenAnother() external view {
        _same("the id", titles.titleId(bank, "t"), keccak256(bytes.concat(bank, bytes32("t"))));
    }

    function test_planOf_whenAsked_thenItIsTheHashOfBothLists() external {
        ITitleRegistry.Part[] memory parts = _parts(3);
        bytes32[] memory old = new bytes32[](1);
        old[0] = "old";
        _same("the plan", titles.planOf(old, parts), keccak256(abi.encode(old, parts)));
    }
}
