// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IRelayedActs
/// @author The maintainers of Corridor Ledger
/// @notice Acts that a key signs and anyone may carry to the chain, so that parties need no ether.
/// @dev EIP-712, domain `{name, version: "1", chainId, verifyingContract}`; each contract has its own name.
/// Every type ends with `uint256 nonce,uint64 deadline`. Nonces are per key, in any order, each used once.
/// Guarantees: who carries an act can neither alter it nor carry it twice, nor to another contract or
/// chain; all the harm it can do is to withhold it, or to carry it as late as its deadline. Signatures are those of externally owned accounts,
/// 65 bytes `r || s || v` with low s; a contract that is a key acts by calling.
interface IRelayedActs {
    /// @notice What makes an act of a key one that anyone may carry.
    /// @dev In force up to and including the second `deadline`. `key` is who signed.
    struct Ticket {
        address key;
        uint256 nonce;
        uint64 deadline;
        bytes signature;
    }

    /// @notice Thrown when the deadline has passed.
    /// @param deadline The last second, in Unix seconds.
    /// @param time The time now.
    error RelayedActs_Expired(uint64 deadline, uint64 time);

    /// @notice Thrown when the key used this nonce before.
    /// @param key The key.
    /// @param nonce The nonce.
    error RelayedActs_NonceUsed(address key, uint256 nonce);

    /// @notice Thrown when the signature is not the key's: another act, chain, contract or key, or malformed.
    /// @param key Whose signature was expected.
    /// @param recovered Whose it is; zero if it is malformed.
    error RelayedActs_BadSignature(address key, address recovered);

    /// @notice Tells whether a key used a nonce.
    /// @param key The key.
    /// @param nonce The nonce.
    /// @return Whether it did.
    function nonceUsed(address key, uint256 nonce) external view returns (bool);
}
