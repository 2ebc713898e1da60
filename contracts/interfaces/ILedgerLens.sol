// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentLog} from "./IDocumentLog.sol";
import {IPartyRegistry} from "./IPartyRegistry.sol";
import {ITitleRegistry} from "./ITitleRegistry.sol";

/// @title ILedgerLens
/// @author The maintainers of Corridor Ledger
/// @notice One `eth_call` answers all that a verification asks of the chain, at one and the same block.
/// @dev No state, no trust: it repeats what the contracts named in the query say, and the code hashes of
/// these contracts. It says nothing about itself; whoever doubts it sends its code along with the call
/// (state override) or asks the contracts one by one. An address without code that is asked anything
/// reverts, one with other code reverts or answers nonsense: whoever asks compares the code hashes first,
/// and takes both for "could not check", never for "no".
///
/// Signature, for decoding by hand (all structs are tuples; every answer begins with an offset of 32):
///
/// `lookup((address,address,address[],bytes32,bytes32,(bytes32,address,bytes32,bytes32)[],bytes32[],
///   (address,bytes32,address[])))`
///
/// returns
///
/// `(uint256,uint64,uint64,bytes32,bytes32,bytes32[],address,uint64,bytes32,bool,
///   ((uint64,uint64,uint64,uint64),
///    (bytes32,uint64,uint64,uint64,uint8,bool,bool,bool,bool,uint64,uint64),
///    (uint64,uint64)[])[],
///   (string,bytes2,string,
///    (uint8,uint16,uint32,uint64,uint64,bytes32,address,uint64,uint64)[])[],
///   (bytes32,address,bytes32,
///    (bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,uint8,bool,uint32,uint64,uint64,uint64,
///     address,bytes32[]),
///    (bytes32,string,bytes2,string)[],(address,uint64,uint64)[]))`
interface ILedgerLens {
    /// @notice What a verification asks for one receipt.
    struct ReceiptQuery {
        bytes32 party;
        address signer;
        bytes32 statementRoot;
        bytes32 root;
    }

    /// @notice What a verification asks about a title. `registry` is zero if the document names none; `keys`
    /// are the keys that acted on the title, as its events tell.
    struct TitleQuery {
        address registry;
        bytes32 title;
        address[] keys;
    }

    /// @notice What a verification asks.
    struct Query {
        address log;
        address registry;
        address[] statuses;
        bytes32 documentType;
        bytes32 commitment;
        ReceiptQuery[] receipts;
        bytes32[] issuers;
        TitleQuery title;
    }

    /// @notice What the chain knows about one receipt: `head` is the record of the receipt's root, `key` the
    /// signer (of whatever party), `accreditations` those of (party, documentType), oldest first.
    struct ReceiptAnswer {
        IDocumentLog.HeadRecord head;
        IPartyRegistry.Key key;
        IPartyRegistry.Interval[] accreditations;
    }

    /// @notice One record of a DocumentStatus, with the compromise of the key that wrote it; all zero if
    /// there is none.
    struct StatusAnswer {
        uint8 status;
        uint16 reason;
        uint32 sequence;
        uint64 time;
        uint64 number;
        bytes32 supersededBy;
        address key;
        uint64 keyCompromisedSince;
        uint64 keyDeclaredBlock;
    }

    /// @notice What the chain knows about one issuer. `statuses` has two elements per contract in
    /// `Query.statuses`: the record of the commitment, then that of the statement root of the issuer's first
    /// receipt in the query (all zero if it has none).
    struct PartyAnswer {
        string name;
        bytes2 country;
        string kind;
        StatusAnswer[] statuses;
    }

    /// @notice A party by its name; `name` and `kind` are empty if it is not registered.
    struct PartyName {
        bytes32 id;
        string name;
        bytes2 country;
        string kind;
    }

    /// @notice The compromise of a key that acted on a title; zeros if none was declared.
    struct KeyAnswer {
        address key;
        uint64 compromisedSince;
        uint64 declaredBlock;
    }

    /// @notice What the chain knows about a title; all zero and empty if none was asked about.
    /// @dev `registry` is the TitleRegistry's PartyRegistry. `titleOf` is the title that the queried commitment
    /// is or once was, of the same carrier. `parties` are carrier, holder, beneficiary and nominee, those that
    /// are zero too. `keys` are those of the query, then the record's.
    struct TitleAnswer {
        bytes32 codeHash;
        address registry;
        bytes32 titleOf;
        ITitleRegistry.Record record;
        PartyName[] parties;
        KeyAnswer[] keys;
    }

    /// @notice The answer; lists are in the order of the query. `number` and `time` are those of the block.
    struct Answer {
        uint256 chainId;
        uint64 number;
        uint64 time;
        bytes32 logCodeHash;
        bytes32 registryCodeHash;
        bytes32[] statusCodeHashes;
        address logRegistry;
        uint64 logSize;
        bytes32 logRoot;
        bool frozen;
        ReceiptAnswer[] receipts;
        PartyAnswer[] issuers;
        TitleAnswer title;
    }

    /// @notice Answers a query.
    /// @param query What is asked.
    /// @return answer What the contracts say in this block.
    function lookup(Query calldata query) external view returns (Answer memory answer);
}
