// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IDocumentStatus} from "../../../../contracts/interfaces/IDocumentStatus.sol";
import {IPartyRegistry} from "../../../../contracts/interfaces/IPartyRegistry.sol";
import {IRelayedActs} from "../../../../contracts/interfaces/IRelayedActs.sol";
import {World} from "./World.sol";

/// @notice A status contract, a party with two `Sign` keys, and what its tests say and sign.
abstract contract Statuses is World {
    uint256 internal constant SIGNER = 0x51;
    uint256 internal constant MANAGER = 0x52;
    uint256 internal constant SECOND = 0x53;
    uint256 internal constant OTHER_SIGNER = 0x61;
    uint256 internal constant OTHER_MANAGER = 0x62;
    bytes32 internal constant SUBJECT = "a commitment";
    bytes32 internal constant NEXT = "its successor";
    IDocumentStatus.Status internal constant CURRENT = IDocumentStatus.Status.Current;
    IDocumentStatus.Status internal constant REVOKED = IDocumentStatus.Status.Revoked;
    IDocumentStatus.Status internal constant SUSPENDED = IDocumentStatus.Status.Suspended;
    IDocumentStatus.Status internal constant SUPERSEDED = IDocumentStatus.Status.Superseded;

    IDocumentStatus internal status;
    bytes32 internal party;
    bytes32 internal other;
    address internal signer;

    function _makeStatus() internal {
        _makeRegistry(WAIT);
        status =
            IDocumentStatus(_begin("DocumentStatus.sol:DocumentStatus", abi.encode(registry)));
        party = _enrol("Example Carrier", SIGNER, MANAGER);
        other = _enrol("Example Chamber", OTHER_SIGNER, OTHER_MANAGER);
        _add(party, MANAGER, SECOND, IPartyRegistry.Role.Sign);
        signer = vm.addr(SIGNER);
    }

    function _item(IDocumentStatus.Status next, uint16 reason, uint32 expected)
        internal
        pure
        returns (IDocumentStatus.Item memory)
    {
        return IDocumentStatus.Item(
            SUBJECT, next, reason, next == SUPERSEDED ? NEXT : bytes32(0), expected
        );
    }

    function _set(uint256 secret, IDocumentStatus.Item memory item) internal {
        vm.prank(vm.addr(secret));
        status.set(party, item);
    }

    function _refusesSet(address caller, IDocumentStatus.Item memory item, bytes memory want) internal {
        _refusesAs(caller, abi.encodeCall(IDocumentStatus.set, (party, item)), want);
    }

    function _refusesAs(address caller, bytes memory data, bytes memory want) internal {
        _refuses(caller, address(status), data, want);
    }

    function _is(IDocumentStatus.Record memory want) internal view {
        _same("the record", abi.encode(status.record(party, SUBJECT)), abi.encode(want));
    }

    function _changed(IDocumentStatus.Item memory item, address by, uint32 sequence)
        internal
        view
        returns (bytes memory)
    {
        return abi.encode(
            IDocumentStatus.StatusChanged.selector,
            party,
            item.subject,
            item.status,
            item.reason,
            item.supersededBy,
            by,
            sequence
        );
    }

    function _stale(bytes32 subject, uint32 sequence, uint32 expected)
        internal
        pure
        returns (bytes memory)
    {
        return abi.encodeWithSelector(
            IDocumentStatus.DocumentStatus_Stale.selector, subject, sequence, expected
        );
    }

    function _final(IDocumentStatus.Status now_) internal pure returns (bytes memory) {
        return
            abi.encodeWithSelector(IDocumentStatus.DocumentStatus_Final.selector, SUBJECT, now_);
    }

    // ---------------------------------------------------------------- signed

    function _ticket(uint256 secret, uint256 nonce, uint64 deadline, bytes32 content)
        internal
        view
        returns (IRelayedActs.Ticket memory)
    {
        bytes32 digest = _digest("Corridor Ledger DocumentStatus", address(status), content);
        return IRelayedActs.Ticket(vm.addr(secret), nonce, deadline, _signed(secret, digest));
    }

    function _one(uint256 secret, IDocumentStatus.Item memory item, uint256 nonce, uint64 deadline)
        internal
        view
        returns (IRelayedActs.Ticket memory)
    {
        bytes32 content = keccak256(
            abi.encode(
                keccak256(
                    "StatusChange(bytes32 party,bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence,uint256 nonce,uint64 deadline)"
                ),
                party,
                item,
                nonce,
                deadline
            )
        );
        return _ticket(secret, nonce, deadline, content);
    }

    function _many(uint256 secret, IDocumentStatus.Item[] memory items, uint256 nonce, uint64 deadline)
        internal
        view
        returns (IRelayedActs.Ticket memory)
    {
        bytes memory hashes;
        for (uint256 i = 0; i < items.length; ++i) {
            bytes32 kind = keccak256(
                "Item(bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence)"
            );
            hashes = bytes.concat(hashes, keccak256(abi.encode(kind, items[i])));
        }
        bytes32 content = keccak256(
            abi.encode(
                keccak256(
                    "StatusChanges(bytes32 party,Item[] items,uint256 nonce,uint64 deadline)Item(bytes32 subject,uint8 status,uint16 reason,bytes32 supersededBy,uint32 expectedSequence)"
                ),
                party,
                keccak256(hashes),
                nonce,
                deadline
            )
        );
        return _ticket(secret, nonce, deadline, content);
    }
}
