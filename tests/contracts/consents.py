# SPDX-License-Identifier: Apache-2.0
"""The EIP-712 consent of a key, made with eth-account and not as the contract hashes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from eth_account import Account
from eth_account.messages import encode_typed_data

if TYPE_CHECKING:
    from ape.api import TestAccountAPI
    from ape.contracts import ContractInstance

NONE, SIGN, MANAGE = 0, 1, 2
FOREVER: Final = 2**64 - 1
ORDER: Final = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

Grant = tuple[str, int, int, int, bytes]


def typed_data(registry: ContractInstance, message: dict[str, Any]) -> dict[str, Any]:
    """Return the typed data of a consent for `registry`."""
    return {
        "domain": {
            "name": "Corridor Ledger PartyRegistry",
            "version": "1",
            "chainId": registry.provider.chain_id,
            "verifyingContract": registry.address,
        },
        "types": {
            "KeyConsent": [
                {"name": "party", "type": "bytes32"},
                {"name": "key", "type": "address"},
                {"name": "role", "type": "uint8"},
                {"name": "notBefore", "type": "uint64"},
                {"name": "to", "type": "uint64"},
            ]
        },
        "primaryType": "KeyConsent",
        "message": message,
    }


def consent(
    registry: ContractInstance, party: bytes, grant: Grant, signer: TestAccountAPI
) -> bytes:
    """Sign a grant for `party` with `signer`, which should be the key itself."""
    key, role, not_before, to, _ = grant
    message = {"party": party, "key": key, "role": role, "notBefore": not_before, "to": to}
    signable = encode_typed_data(full_message=typed_data(registry, message))
    return bytes(Account.sign_message(signable, signer.private_key).signature)


def grant(
    registry: ContractInstance,
    party: bytes,
    key: TestAccountAPI,
    role: int,
    interval: tuple[int, int] = (0, FOREVER),
) -> Grant:
    """Return a grant for `key` with its own consent."""
    bare = (key.address, role, *interval, b"")
    return (*bare[:4], consent(registry, party, bare, key))


def high_s(signature: bytes) -> bytes:
    """Return the other valid form of a signature, the one with a high s."""
    s = ORDER - int.from_bytes(signature[32:64], "big")
    return signature[:32] + s.to_bytes(32, "big") + bytes([55 - signature[64]])
