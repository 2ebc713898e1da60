// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IPartyRegistry} from "../../../../contracts/interfaces/IPartyRegistry.sol";
import {Checks} from "./Checks.sol";

/// @notice A registry and how parties get into it. All parties are invented.
abstract contract World is Checks {
    uint64 internal constant START = 1_800_000_000;
    uint64 internal constant FOREVER = type(uint64).max;
    uint64 internal constant WAIT = 2 days;

    address internal constant ADMIN = address(0xAD1);
    address internal constant REGISTRAR = address(0xAD2);
    address internal constant ACCREDITOR = address(0xAD3);
    address internal constant STRANGER = address(0xBAD);

    IPartyRegistry internal registry;

    function _makeRegistry(uint64 delay) internal {
        vm.warp(START);
        vm.roll(1000);
        registry = IPartyRegistry(
            _begin(
                "PartyRegistry.sol:PartyRegistry", abi.encode(ADMIN, REGISTRAR, ACCREDITOR, delay)
            )
        );
    }

    /// @notice Registers a party with a `Sign` key and a `Manage` key that are in force at once.
    function _enrol(string memory name, uint256 signer, uint256 manager) internal returns (bytes32 id) {
        id = registry.partyId(registry.nextSerial());
        IPartyRegistry.KeyGrant[] memory keys = new IPartyRegistry.KeyGrant[](2);
        keys[0] = _grant(id, signer, IPartyRegistry.Role.Sign, 0, FOREVER);
        keys[1] = _grant(id, manager, IPartyRegistry.Role.Manage, 0, FOREVER);
        vm.prank(REGISTRAR);
        registry.registerParty(name, "KZ", "carrier", keys);
        _wait(1);
    }

    /// @notice Adds a key through a `Manage` key of the party, in force a second later.
    function _add(bytes32 id, uint256 manager, uint256 secret, IPartyRegistry.Role role) internal {
        IPartyRegistry.KeyGrant memory grant = _grant(id, secret, role, 0, FOREVER);
        vm.prank(vm.addr(manager));
        registry.addKey(id, grant);
        _wait(1);
    }

    /// @notice A wish to add a key, with its consent.
    function _grant(
        bytes32 id,
        uint256 secret,
        IPartyRegistry.Role role,
        uint64 notBefore,
        uint64 to
    ) internal view returns (IPartyRegistry.KeyGrant memory grant) {
        grant = IPartyRegistry.KeyGrant(vm.addr(secret), role, notBefore, to, "");
        grant.consent = _signed(secret, _consentDigest(id, grant));
    }

    function _consentDigest(bytes32 id, IPartyRegistry.KeyGrant memory grant)
        internal
        view
        returns (bytes32)
    {
        bytes32 content = keccak256(
            abi.encode(
                keccak256(
                    "KeyConsent(bytes32 party,address key,uint8 role,uint64 notBefore,uint64 to)"
                ),
                id,
                grant.key,
                grant.role,
                grant.notBefore,
                grant.to
            )
        );
        return _digest("Corridor Ledger PartyRegistry", address(registry), content);
    }

    /// @notice EIP-712's digest of a message to a contract of this name, on this chain.
    function _digest(string memory name, address target, bytes32 content)
        internal
        view
        returns (bytes32)
    {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256(bytes(name)),
                keccak256("1"),
                vm.getChainId(),
                target
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, content));
    }

    function _signed(uint256 secret, bytes32 digest) internal pure returns (bytes memory) {
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(secret, digest);
        return abi.encodePacked(r, s, v);
    }

    /// @notice Declares a key compromised in the name of its own party: by itself.
    function _compromise(uint256 secret, uint64 since) internal {
        vm.prank(vm.addr(secret));
        registry.declareCompromise(vm.addr(secret), since);
    }

    function _keyOf(uint256 secret) internal view returns (IPartyRegistry.Key memory) {
        return registry.keyOf(vm.addr(secret));
    }
}
