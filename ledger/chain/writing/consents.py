# SPDX-License-Identifier: Apache-2.0
"""A key's signature that it wants to belong to a party (EIP-712), and the grant that needs it."""

from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from eth_account.messages import encode_typed_data

from ledger.chain.writing.contract import checksummed
from ledger.chain.writing.transactions import Account
from ledger.primitives import Address, PartyId, Signature
from ledger.statements import keccak256

__all__ = ["FOREVER", "Consent", "KeyGrant", "RegistryId", "Role", "make_consent"]

FOREVER: Final = 2**64 - 1
_TYPE: Final = {
    "KeyConsent": [
        {"name": "party", "type": "bytes32"},
        {"name": "key", "type": "address"},
        {"name": "role", "type": "uint8"},
        {"name": "notBefore", "type": "uint64"},
        {"name": "to", "type": "uint64"},
    ]
}


class Role(IntEnum):
    """What a key may do: sign documents and act on them, or keep the party's keys."""

    SIGN = 1
    MANAGE = 2


@dataclass(frozen=True, slots=True)
class RegistryId:
    """A PartyRegistry on its chain: the domain of its consents."""

    chain_id: int
    address: Address


@dataclass(frozen=True, slots=True)
class Consent:
    """A consent that was made elsewhere: by a party that keeps its own key."""

    address: Address
    signature: Signature


@dataclass(frozen=True, slots=True)
class KeyGrant:
    """A key to be added: an account that consents here and now, or a consent brought along.

    In force from max(not_before, as early as the contract allows) until before `end`, Unix seconds.
    """

    holder: Account | Consent
    role: Role
    not_before: int = 0
    end: int = FOREVER

    def consent_for(self, registry: RegistryId, party: PartyId) -> Signature:
        """The key's signature over all of this."""
        if isinstance(self.holder, Consent):
            return self.holder.signature
        return make_consent(registry, party, self, self.holder)


def make_consent(
    registry: RegistryId, party: PartyId, grant: KeyGrant, account: Account
) -> Signature:
    """Sign a grant with the key itself. Source: contracts/interfaces/IPartyRegistry.sol."""
    message = encode_typed_data(
        full_message={
            "domain": {
                "name": "Corridor Ledger PartyRegistry",
                "version": "1",
                "chainId": registry.chain_id,
                "verifyingContract": checksummed(registry.address),
            },
            "types": _TYPE,
            "primaryType": "KeyConsent",
            "message": {
                "party": party.raw,
                "key": checksummed(account.address),
                "role": int(grant.role),
                "notBefore": grant.not_before,
                "to": grant.end,
            },
        }
    )
    # EIP-191: 0x19 ‖ version ‖ header ‖ body.
    return account.sign(keccak256(b"\x19" + message.version + message.header + message.body))
