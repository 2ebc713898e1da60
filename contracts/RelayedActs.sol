// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {IRelayedActs} from "./interfaces/IRelayedActs.sol";

/// @title RelayedActs
/// @author The maintainers of Corridor Ledger
/// @notice See {IRelayedActs}. A contract that inherits it hashes its acts, and spends a ticket for each.
abstract contract RelayedActs is EIP712, IRelayedActs {
    /// @dev 256 nonces a slot, as most keys count.
    mapping(address key => mapping(uint256 word => uint256 bits)) private _used;

    /// @inheritdoc IRelayedActs
    function nonceUsed(address key, uint256 nonce) public view returns (bool) {
        return _used[key][nonce >> 8] & (1 << (nonce & 0xff)) != 0;
    }

    /// @notice Reverts unless the ticket's key signed this act, in time and for the first time.
    /// @param ticket The ticket.
    /// @param structHash EIP-712's `hashStruct` of the act, nonce and deadline included.
    function _spend(Ticket calldata ticket, bytes32 structHash) internal {
        if (block.timestamp > ticket.deadline) {
            revert RelayedActs_Expired(ticket.deadline, uint64(block.timestamp));
        }
        if (nonceUsed(ticket.key, ticket.nonce)) {
            revert RelayedActs_NonceUsed(ticket.key, ticket.nonce);
        }
        // A malformed signature recovers to zero, which no ticket may name.
        (address signer,,) = ECDSA.tryRecoverCalldata(_hashTypedDataV4(structHash), ticket.signature);
        if (signer == address(0) || signer != ticket.key) {
            revert RelayedActs_BadSignature(ticket.key, signer);
        }

        _used[ticket.key][ticket.nonce >> 8] |= 1 << (ticket.nonce & 0xff);
    }
}
