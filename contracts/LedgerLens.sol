// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "./interfaces/IDocumentLog.sol";
import {IDocumentStatus} from "./interfaces/IDocumentStatus.sol";
import {ILedgerLens} from "./interfaces/ILedgerLens.sol";
import {IPartyRegistry} from "./interfaces/IPartyRegistry.sol";
import {ITitleRegistry} from "./interfaces/ITitleRegistry.sol";

/// @title LedgerLens
/// @author The maintainers of Corridor Ledger
/// @notice See {ILedgerLens}.
contract LedgerLens is ILedgerLens {
    /// @inheritdoc ILedgerLens
    function lookup(Query calldata query) external view returns (Answer memory answer) {
        answer.chainId = block.chainid;
        answer.number = uint64(block.number);
        answer.time = uint64(block.timestamp);
        answer.logCodeHash = query.log.codehash;
        answer.registryCodeHash = query.registry.codehash;
        answer.statusCodeHashes = _codeHashes(query.statuses);
        _readLog(IDocumentLog(query.log), answer);
        answer.receipts = _readReceipts(query);
        answer.issuers = _readIssuers(query);
        if (query.title.registry != address(0)) _readTitle(query, answer.title);
    }

    /// @notice Reads the state of the log.
    /// @param log The DocumentLog.
    /// @param answer Gets the state.
    function _readLog(IDocumentLog log, Answer memory answer) private view {
        answer.logRegistry = address(log.registry());
        answer.logSize = log.size();
        answer.logRoot = log.root();
        answer.frozen = log.frozen();
    }

    /// @notice Reads what concerns each receipt.
    /// @param query What is asked.
    /// @return answers One answer per receipt.
    function _readReceipts(Query calldata query)
        private
        view
        returns (ReceiptAnswer[] memory answers)
    {
        IPartyRegistry registry = IPartyRegistry(query.registry);
        answers = new ReceiptAnswer[](query.receipts.length);
        for (uint256 i = 0; i < answers.length; ++i) {
            ReceiptQuery calldata receipt = query.receipts[i];
            answers[i] = ReceiptAnswer({
                head: IDocumentLog(query.log).record(receipt.root),
                key: registry.keyOf(receipt.signer),
                accreditations: registry.accreditations(receipt.party, query.documentType)
            });
        }
    }

    /// @notice Reads what concerns each issuer.
    /// @param query What is asked.
    /// @return answers One answer per issuer.
    function _readIssuers(Query calldata query)
        private
        view
        returns (PartyAnswer[] memory answers)
    {
        answers = new PartyAnswer[](query.issuers.length);
        for (uint256 i = 0; i < answers.length; ++i) {
            IPartyRegistry.Party memory party =
                IPartyRegistry(query.registry).party(query.issuers[i]);
            answers[i] = PartyAnswer({
                name: party.name,
                country: party.country,
                kind: party.kind,
                statuses: _readStatuses(query, query.issuers[i])
            });
        }
    }

    /// @notice Reads an issuer's statuses of the commitment and of its statement.
    /// @param query What is asked.
    /// @param issuer The issuer.
    /// @return answers Two answers per DocumentStatus.
    function _readStatuses(Query calldata query, bytes32 issuer)
        private
        view
        returns (StatusAnswer[] memory answers)
    {
        (bool found, bytes32 statement) = _statementOf(query.receipts, issuer);
        answers = new StatusAnswer[](2 * query.statuses.length);
        for (uint256 i = 0; i < query.statuses.length; ++i) {
            IDocumentStatus status = IDocumentStatus(query.statuses[i]);
            answers[2 * i] = _readStatus(status, query.registry, issuer, query.commitment);
            if (found) {
                answers[2 * i + 1] = _readStatus(status, query.registry, issuer, statement);
            }
        }
    }

    /// @notice Reads one record and the compromise of the key that wrote it.
    /// @param status The DocumentStatus.
    /// @param registry The PartyRegistry.
    /// @param issuer The issuer.
    /// @param subject The commitment or statement root.
    /// @return answer The record.
    function _readStatus(
        IDocumentStatus status,
        address registry,
        bytes32 issuer,
        bytes32 subject
    ) private view returns (StatusAnswer memory answer) {
        IDocumentStatus.Record memory record = status.record(issuer, subject);
        if (record.key == address(0)) return answer;
        IPartyRegistry.Key memory key = IPartyRegistry(registry).keyOf(record.key);
        answer = StatusAnswer({
            status: uint8(record.status),
            reason: record.reason,
            sequence: record.sequence,
            time: record.time,
            number: record.number,
            supersededBy: record.supersededBy,
            key: record.key,
            keyCompromisedSince: key.compromisedSince,
            keyDeclaredBlock: key.declaredBlock
        });
    }

    /// @notice Reads what concerns the title.
    /// @param query What is asked.
    /// @param answer Gets what the TitleRegistry says.
    function _readTitle(Query calldata query, TitleAnswer memory answer) private view {
        ITitleRegistry titles = ITitleRegistry(query.title.registry);
        ITitleRegistry.Record memory record = titles.record(query.title.title);
        answer.codeHash = query.title.registry.codehash;
        answer.registry = address(titles.registry());
        answer.titleOf = titles.titleOf(record.carrier, query.commitment);
        answer.record = record;
        answer.parties = new PartyName[](4);
        answer.parties[0] = _nameOf(query.registry, record.carrier);
        answer.parties[1] = _nameOf(query.registry, record.holder);
        answer.parties[2] = _nameOf(query.registry, record.beneficiary);
        answer.parties[3] = _nameOf(query.registry, record.nominee);
        uint256 count = query.title.keys.length;
        answer.keys = new KeyAnswer[](count + 1);
        for (uint256 i = 0; i < count; ++i) {
            answer.keys[i] = _readKey(query.registry, query.title.keys[i]);
        }
        answer.keys[count] = _readKey(query.registry, record.key);
    }

    /// @notice Reads a party's name.
    /// @param registry The PartyRegistry.
    /// @param id The party.
    /// @return The name.
    function _nameOf(address registry, bytes32 id) private view returns (PartyName memory) {
        IPartyRegistry.Party memory party = IPartyRegistry(registry).party(id);
        return PartyName(id, party.name, party.country, party.kind);
    }

    /// @notice Reads the compromise of a key.
    /// @param registry The PartyRegistry.
    /// @param key The key.
    /// @return The answer.
    function _readKey(address registry, address key) private view returns (KeyAnswer memory) {
        IPartyRegistry.Key memory record = IPartyRegistry(registry).keyOf(key);
        return KeyAnswer(key, record.compromisedSince, record.declaredBlock);
    }

    /// @notice Returns the code hashes of contracts.
    /// @param contracts Their addresses.
    /// @return hashes One hash per address; zero for an address that does not exist.
    function _codeHashes(address[] calldata contracts)
        private
        view
        returns (bytes32[] memory hashes)
    {
        hashes = new bytes32[](contracts.length);
        for (uint256 i = 0; i < contracts.length; ++i) {
            hashes[i] = contracts[i].codehash;
        }
    }

    /// @notice Finds the statement that an issuer's receipt is about.
    /// @param receipts The receipts asked about.
    /// @param issuer The issuer.
    /// @return Whether there is a receipt of the issuer.
    /// @return The statement root of the first one.
    function _statementOf(ReceiptQuery[] calldata receipts, bytes32 issuer)
        private
        pure
        returns (bool, bytes32)
    {
        for (uint256 i = 0; i < receipts.length; ++i) {
            if (receipts[i].party == issuer) return (true, receipts[i].statementRoot);
        }
        return (false, 0);
    }
}
