// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @dev Where Forge answers its cheat codes.
Vm constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

/// @notice What these tests use of Forge's cheat codes.
interface Vm {
    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    function warp(uint256 time) external;

    function roll(uint256 number) external;

    function chainId(uint256 id) external;
    // The optimizer takes block.chainid for a constant, which a test that changes it cannot bear.
    function getChainId() external view returns (uint256);

    function prank(address caller) external;

    function startPrank(address caller) external;

    function stopPrank() external;

    function sign(uint256 secret, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    function addr(uint256 secret) external pure returns (address);

    function store(address target, bytes32 slot, bytes32 value) external;

    function load(address target, bytes32 slot) external view returns (bytes32);

    function recordLogs() external;

    function getRecordedLogs() external returns (Log[] memory);

    function getCode(string calldata artifact) external view returns (bytes memory);

    function getBlockTimestamp() external view returns (uint256);

    function getBlockNumber() external view returns (uint256);

    function mockCall(address target, bytes calldata data, bytes calldata answer) external;

    function mockCallRevert(address target, bytes calldata data, bytes calldata answer) external;

    function clearMockedCalls() external;

    function writeLine(string calldata path, string calldata line) external;

    function envOr(string calldata name, string calldata otherwise) external view returns (string memory);
}
