// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "../../../contracts/interfaces/IDocumentLog.sol";
import {IDocumentStatus} from "../../../contracts/interfaces/IDocumentStatus.sol";
import {ILedgerLens} from "../../../contracts/interfaces/ILedgerLens.sol";
import {IPartyRegistry} from "../../../contracts/interfaces/IPartyRegistry.sol";
import {ITitleRegistry} from "../../../contracts/interfaces/ITitleRegistry.sol";
import {Titles} from "./support/Titles.sol";

/// @notice LedgerLens: one call says what the contracts say.
contract LedgerLensTest is Titles {
    bytes32 private constant TYPE = keccak256("bill-of-lading");
    bytes32 private constant COMMITMENT = "a commitment";
    bytes32 private constant STATEMENT = "a statement";

    ILedgerLens private lens;
    IDocumentLog private log;
    IDocumentStatus[2] private statuses;

    function setUp() external {
        _makeTitles();
        lens = ILedgerLens(_begin("LedgerLens.sol:LedgerLens", ""));
        log = IDocumentLog(
            _begin("DocumentLog.sol:DocumentLog", abi.encode(registry, address(1), address(2)))
        );
        for (uint256 i = 0; i < 2; ++i) {
            statuses[i] =
                IDocumentStatus(_begin("DocumentStatus.sol:DocumentStatus", abi.encode(registry)));
        }
        vm.prank(ACCREDITOR);
        registry.accredit(carrier, TYPE, 0, START + 1000);
        vm.prank(ACCREDITOR);
        registry.accredit(carrier, TYPE, START + 2000, FOREVER);
        vm.prank(address(1));
        log.anchor(0, 5, "a root", new bytes32[](0));
        _wait(10);
    }

    function _query() private view returns (ILedgerLens.Query memory query) {
        (query.log, query.registry) = (address(log), address(registry));
        (query.documentType, query.commitment) = (TYPE, COMMITMENT);
        query.statuses = new address[](2);
        (query.statuses[0], query.statuses[1]) = (address(statuses[0]), address(statuses[1]));
        query.receipts = new ILedgerLens.ReceiptQuery[](2);
        query.receipts[0] =
            ILedgerLens.ReceiptQuery(carrier, vm.addr(CARRIER), STATEMENT, "a root");
        query.receipts[1] = ILedgerLens.ReceiptQuery(bank, STRANGER, "another", "no root");
        query.issuers = new bytes32[](2);
        (query.issuers[0], query.issuers[1]) = (carrier, bank);
    }

    function _sets(uint256 number, uint256 secret, bytes32 subject, uint16 reason) private {
        IDocumentStatus.Item memory item = IDocumentStatus.Item(
            subject, IDocumentStatus.Status.Superseded, reason, "its successor", 0
        );
        bytes32 party = _party(secret);
        vm.prank(vm.addr(secret));
        statuses[number].set(party, item);
    }

    function _isStatus(
        ILedgerLens.StatusAnswer memory got,
        uint256 number,
        bytes32 party,
        bytes32 subject
    ) private view {
        IDocumentStatus.Record memory record = statuses[number].record(party, subject);
        IPartyRegistry.Key memory key = registry.keyOf(record.key);
        _yes("there is one", record.sequence == 1);
        _same(
            "the status",
            abi.encode(got),
            abi.encode(
                ILedgerLens.StatusAnswer(
                    uint8(record.status),
                    record.reason,
                    record.sequence,
                    record.time,
                    record.number,
                    record.supersededBy,
                    record.key,
                    key.compromisedSince,
                    key.declaredBlock
                )
            )
        );
    }

    function _isEmpty(ILedgerLens.StatusAnswer memory got) private pure {
        ILedgerLens.StatusAnswer memory none;
        _same("no status", abi.encode(got), abi.encode(none));
    }

    // ---------------------------------------------------------------- the block, the log

    function test_lookup_whenAsked_thenBlockAndCode() external {
        ILedgerLens.Answer memory answer = lens.lookup(_query());
        _same("the chain", answer.chainId, block.chainid);
        _same("the block", answer.number, _number());
        _same("its time", answer.time, _now());
        _same("the log's code", answer.logCodeHash, address(log).codehash);
        _same("the registry's code", answer.registryCodeHash, address(registry).codehash);
        _same("status contracts", answer.statusCodeHashes.length, 2);
        _same("their code", answer.statusCodeHashes[0], address(statuses[0]).codehash);
        _same("and theirs", answer.statusCodeHashes[1], address(statuses[1]).codehash);
        vm.chainId(4242);
        _same("elsewhere", lens.lookup(_query()).chainId, 4242);
    }

    /// @dev Seconds have 33 bits from 2106 on.
    function test_lookup_whenTimeAndBlockAreLarge_thenInFull() external {
        vm.warp(2 ** 33 + 5);
        vm.roll(2 ** 34 + 7);
        ILedgerLens.Answer memory answer = lens.lookup(_query());
        _same("its time", answer.time, 2 ** 33 + 5);
        _same("the block", answer.number, 2 ** 34 + 7);
    }

    function test_lookup_whenAsked_thenTheLogAsItStands() external {
        ILedgerLens.Answer memory answer = lens.lookup(_query());
        _same("its registry", answer.logRegistry, address(registry));
        _same("its size", answer.logSize, 5);
        _same("its root", answer.logRoot, "a root");
        _no("frozen", answer.frozen);
        vm.prank(address(2));
        log.freeze();
        _yes("frozen", lens.lookup(_query()).frozen);
    }

    function test_lookup_whenNothingIsAskedAbout_thenEmptyLists() external view {
        ILedgerLens.Query memory query;
        (query.log, query.registry) = (address(log), address(registry));
        ILedgerLens.Answer memory answer = lens.lookup(query);
        _same("no statuses", answer.statusCodeHashes.length, 0);
        _same("no receipts", answer.receipts.length, 0);
        _same("no issuers", answer.issuers.length, 0);
        ILedgerLens.TitleAnswer memory none;
        _same("no title", abi.encode(answer.title), abi.encode(none));
    }

    function test_lookup_whenAnAddressHasNoCode_thenItReverts() external {
        ILedgerLens.Query memory query = _query();
        query.log = STRANGER;
        _refuses(STRANGER, address(lens), abi.encodeCall(ILedgerLens.lookup, (query)), "");
        query = _query();
        query.registry = STRANGER;
        _refuses(STRANGER, address(lens), abi.encodeCall(ILedgerLens.lookup, (query)), "");
        query = _query();
        query.statuses[1] = STRANGER;
        _refuses(STRANGER, address(lens), abi.encodeCall(ILedgerLens.lookup, (query)), "");
    }

    // ---------------------------------------------------------------- receipts, issuers, statuses

    function test_lookup_whenThereAreReceipts_thenHeadKeyAndAccreditations() external view {
        ILedgerLens.ReceiptAnswer[] memory got = lens.lookup(_query()).receipts;
        _same("receipts", got.length, 2);
        _same("the head", abi.encode(got[0].head), abi.encode(log.record("a root")));
        _same("its size", got[0].head.size, 5);
        _same("the key", abi.encode(got[0].key), abi.encode(_keyOf(CARRIER)));
        _same(
            "accreditations",
            abi.encode(got[0].accreditations),
            abi.encode(registry.accreditations(carrier, TYPE))
        );
        _same("both", got[0].accreditations.length, 2);
        IDocumentLog.HeadRecord memory noHead;
        IPartyRegistry.Key memory noKey;
        _same("no head", abi.encode(got[1].head), abi.encode(noHead));
        _same("no key", abi.encode(got[1].key), abi.encode(noKey));
        _same("no accreditations", got[1].accreditations.length, 0);
    }

    function test_lookup_whenThereAreIssuers_thenTheirNames() external view {
        ILedgerLens.PartyAnswer[] memory got = lens.lookup(_query()).issuers;
        _same("issuers", got.length, 2);
        _same("its name", bytes(got[0].name), "Example Carrier");
        _same("its country", got[0].country, bytes2("KZ"));
        _same("its kind", bytes(got[0].kind), "carrier");
        _same("another", bytes(got[1].name), "Example Bank");
    }

    function test_lookup_whenAnIssuerIsUnknown_thenNoName() external view {
        ILedgerLens.Query memory query = _query();
        query.issuers[0] = "nobody";
        ILedgerLens.PartyAnswer[] memory got = lens.lookup(query).issuers;
        _same("no name", bytes(got[0].name), "");
        _same("statuses all the same", got[0].statuses.length, 4);
    }

    function test_lookup_whenThereAreStatuses_thenOfCommitmentAndStatementInEach() external {
        _sets(0, CARRIER, COMMITMENT, 1);
        _sets(0, CARRIER, STATEMENT, 2);
        _sets(1, CARRIER, COMMITMENT, 3);
        _sets(1, BANK, "another", 4);
        _wait(3);
        _compromise(CARRIER, _now());
        ILedgerLens.PartyAnswer[] memory got = lens.lookup(_query()).issuers;
        _same("two each", got[0].statuses.length, 4);
        _isStatus(got[0].statuses[0], 0, carrier, COMMITMENT);
        _isStatus(got[0].statuses[1], 0, carrier, STATEMENT);
        _isStatus(got[0].statuses[2], 1, carrier, COMMITMENT);
        _isEmpty(got[0].statuses[3]);
        _same("compromised", got[0].statuses[0].keyCompromisedSince, _now());
        _same("declared", got[0].statuses[0].keyDeclaredBlock, _number());
        _isEmpty(got[1].statuses[0]);
        _isEmpty(got[1].statuses[1]);
        _isEmpty(got[1].statuses[2]);
        _isStatus(got[1].statuses[3], 1, bank, "another");
    }

    function test_lookup_whenThereAreNoneToThreeStatusContracts_thenTwoAnswersOfEach() external view {
        ILedgerLens.Query memory query = _query();
        for (uint256 count = 0; count <= 3; ++count) {
            query.statuses = new address[](count);
            for (uint256 i = 0; i < count; ++i) query.statuses[i] = address(statuses[i % 2]);
            _same("two each", lens.lookup(query).issuers[1].statuses.length, 2 * count);
        }
    }

    function test_lookup_whenAnIssuerHasSeveralReceipts_thenTheFirstOnesStatement() external {
        _sets(0, CARRIER, STATEMENT, 2);
        _sets(0, CARRIER, "another", 3);
        ILedgerLens.Query memory query = _query();
        query.receipts[1].party = carrier;
        ILedgerLens.StatusAnswer[] memory got = lens.lookup(query).issuers[0].statuses;
        _isStatus(got[1], 0, carrier, STATEMENT);
    }

    /// @dev Whichever id is the greater one.
    function test_lookup_whenTheFirstReceiptIsAnothers_thenNotItsStatement() external {
        _sets(0, CARRIER, STATEMENT, 2);
        _sets(0, BANK, "another", 3);
        ILedgerLens.Query memory query = _query();
        (query.receipts[0], query.receipts[1]) = (query.receipts[1], query.receipts[0]);
        ILedgerLens.PartyAnswer[] memory got = lens.lookup(query).issuers;
        _isStatus(got[0].statuses[1], 0, carrier, STATEMENT);
        _isStatus(got[1].statuses[1], 0, bank, "another");
    }

    /// @dev A record under zero is not taken for that of a statement that nobody asked about.
    function test_lookup_whenAnIssuerHasNoReceipt_thenNoStatusOfAStatement() external {
        _sets(0, CARRIER, 0, 1);
        ILedgerLens.Query memory query = _query();
        query.receipts = new ILedgerLens.ReceiptQuery[](0);
        ILedgerLens.StatusAnswer[] memory got = lens.lookup(query).issuers[0].statuses;
        _same("two each", got.length, 4);
        _isEmpty(got[1]);
    }

    // ---------------------------------------------------------------- the title

    function test_lookup_whenATitleIsAskedAbout_thenRecordNamesAndKeys() external {
        _issue(bank, buyer);
        _does(BUYER, _named(ITitleRegistry.Action.Nominate, 0, other));
        _compromise(BUYER, _now());
        ILedgerLens.Query memory query = _query();
        query.commitment = _standing().commitment;
        address[] memory keys = new address[](2);
        (keys[0], keys[1]) = (vm.addr(CARRIER), vm.addr(BUYER));
        query.title = ILedgerLens.TitleQuery(address(titles), title, keys);
        ILedgerLens.TitleAnswer memory got = lens.lookup(query).title;
        _same("its code", got.codeHash, address(titles).codehash);
        _same("its registry", got.registry, address(registry));
        _same("of the commitment", got.titleOf, title);
        _same("the record", abi.encode(got.record), abi.encode(_standing()));
        _same("parties", got.parties.length, 4);
        _isNamed(got.parties[0], carrier, "Example Carrier");
        _isNamed(got.parties[1], bank, "Example Bank");
        _isNamed(got.parties[2], buyer, "Example Buyer");
        _isNamed(got.parties[3], other, "Example Forwarder");
        _same("keys", got.keys.length, 3);
        _same("asked for", abi.encode(got.keys[0]), abi.encode(keys[0], 0, 0));
        _same("compromised", abi.encode(got.keys[1]), abi.encode(keys[1], _now(), _number()));
        _same("of the record", abi.encode(got.keys[2]), abi.encode(keys[1], _now(), _number()));
    }

    function _isNamed(ILedgerLens.PartyName memory got, bytes32 id, string memory name) private pure {
        _same(
            "the name", abi.encode(got), abi.encode(ILedgerLens.PartyName(id, name, "KZ", "carrier"))
        );
    }

    function test_lookup_whenThereIsNoSuchTitle_thenAllZero() external view {
        ILedgerLens.Query memory query = _query();
        query.title = ILedgerLens.TitleQuery(address(titles), "none", new address[](0));
        ILedgerLens.TitleAnswer memory got = lens.lookup(query).title;
        ITitleRegistry.Record memory none;
        _same("no record", abi.encode(got.record), abi.encode(none));
        _same("nor of the commitment", got.titleOf, 0);
        _same("names", got.parties.length, 4);
        _same("keys", abi.encode(got.keys[0]), abi.encode(address(0), 0, 0));
    }
}
