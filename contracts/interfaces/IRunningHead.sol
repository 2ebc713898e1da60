// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title IRunningHead
/// @author The maintainers of Corridor Ledger
/// @notice A hash over everything that a contract ever said, so that leaving out one event is found.
/// @dev For every event that the contract emits, in the order of emission, inherited events included,
/// and from `head = 0`:
///
/// `head = keccak256(abi.encode(head, uint64 block.number, uint64 block.timestamp,
///     keccak256(abi.encode(topic0, arguments in the order of their declaration))))`
///
/// Arguments are encoded in full, indexed or not. Guarantees: the head lies in storage slot 0, where a
/// state proof finds it without knowing the contract. Events of a constructor count.
interface IRunningHead {
    /// @notice Returns the running head.
    /// @return The hash over all events so far; zero before the first.
    function head() external view returns (bytes32);
}
