// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";

/// @title WalletHarness
/// @author The maintainers of Corridor Ledger
/// @notice A contract wallet with one owner, for tests: signs by ERC-1271 and acts by calling. Never deployed
/// elsewhere.
contract WalletHarness is IERC1271 {
    /// @notice Who may act and sign for the wallet.
    address public immutable OWNER;

    /// @notice Thrown when somebody else wants to act.
    /// @param caller Who called.
    error WalletHarness_NotOwner(address caller);

    /// @notice Names the owner.
    /// @param owner Who may act and sign for the wallet.
    constructor(address owner) {
        OWNER = owner;
    }

    /// @notice Calls another contract as the wallet, and passes on what it answers or why it reverts.
    /// @param target The contract.
    /// @param data What it is called with.
    /// @return answer What it returned.
    function execute(address target, bytes calldata data) external returns (bytes memory answer) {
        if (msg.sender != OWNER) revert WalletHarness_NotOwner(msg.sender);
        bool done;
        (done, answer) = target.call(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(answer, 0x20), mload(answer))
            }
        }
    }

    /// @inheritdoc IERC1271
    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        (address signer,,) = ECDSA.tryRecoverCalldata(digest, signature);
        return signer == OWNER ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
