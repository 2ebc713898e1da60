# SPDX-License-Identifier: Apache-2.0
"""Tickets of relayed acts: EIP-712 made with eth-account, and not as the contracts hash it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final

from eth_account import Account
from eth_account.messages import encode_typed_data

if TYPE_CHECKING:
    from ape.api import ReceiptAPI, TestAccountAPI
    from ape.contracts import ContractInstance

LATEST: Final = 2**64 - 1
Json = dict[str, Any]
Ticket = tuple[str, int, int, bytes]

_ITEM: Final = {
    "subject": "bytes32",
    "status": "uint8",
    "reason": "uint16",
    "supersededBy": "bytes32",
    "expectedSequence": "uint32",
}
_PART: Final = {"tag": "bytes32", "commitment": "bytes32", "share": "uint64"}
_ENDING: Final = {"nonce": "uint256", "deadline": "uint64"}
_STRUCTS: Final[dict[str, dict[str, str]]] = {
    "TagKey": {"party": "bytes32", "keyHash": "bytes32", **_ENDING},
    "Issue": {
        "party": "bytes32",
        "tag": "bytes32",
        "expectedSequence": "uint32",
        "commitment": "bytes32",
        "holder": "bytes32",
        "beneficiary": "bytes32",
        "remark": "bytes32",
        **_ENDING,
    },
    "Act": {
        "party": "bytes32",
        "action": "uint8",
        "title": "bytes32",
        "expectedSequence": "uint32",
        "holder": "bytes32",
        "beneficiary": "bytes32",
        "intent": "bytes32",
        "acceptBy": "uint64",
        "remark": "bytes32",
        **_ENDING,
    },
    "Reissue": {
        "party": "bytes32",
        "titles": "bytes32[]",
        "expectedSequences": "uint32[]",
        "parts": "Part[]",
        "remark": "bytes32",
        **_ENDING,
    },
    "StatusChange": {"party": "bytes32", **_ITEM, **_ENDING},
    "StatusChanges": {"party": "bytes32", "items": "Item[]", **_ENDING},
}
_NESTED: Final = {"Reissue": {"Part": _PART}, "StatusChanges": {"Item": _ITEM}}
_METHODS: Final = {
    "TagKey": "relayTagKey",
    "Issue": "relayIssue",
    "Act": "relayAct",
    "Reissue": "relayReissue",
    "StatusChange": "relay",
    "StatusChanges": "relayMany",
}


@dataclass(frozen=True, slots=True)
class Relayed:
    """A signed act, and how it goes to the chain.

    Attributes:
        contract: The contract that it is for.
        kind: The name of its EIP-712 type.
        party: The party that acts.
        members: What is signed, without party, nonce and deadline; structs as dictionaries.
        key: The key that signs.
        domain: What differs from the domain of the contract.
    """

    contract: ContractInstance
    kind: str
    party: bytes
    members: Json
    key: TestAccountAPI
    nonce: int = 0
    deadline: int = LATEST
    domain: Json = field(default_factory=dict)

    def but(self, **changes: Any) -> Relayed:
        """Return the same with other attributes."""
        return replace(self, **changes)

    def saying(self, **changes: Any) -> Relayed:
        """Return the same with other members."""
        return replace(self, members={**self.members, **changes})

    def typed_data(self) -> Json:
        """Return what is signed."""
        structs = {self.kind: _STRUCTS[self.kind], **_NESTED.get(self.kind, {})}
        return {
            "domain": {
                "name": f"Corridor Ledger {self.contract.contract_type.name}",
                "version": "1",
                "chainId": self.contract.provider.chain_id,
                "verifyingContract": self.contract.address,
                **self.domain,
            },
            "types": {
                name: [{"name": member, "type": kind} for member, kind in members.items()]
                for name, members in structs.items()
            },
            "primaryType": self.kind,
            "message": {
                "party": self.party,
                **self.members,
                "nonce": self.nonce,
                "deadline": self.deadline,
            },
        }

    def signature(self) -> bytes:
        """Sign it."""
        signable = encode_typed_data(full_message=self.typed_data())
        return bytes(Account.sign_message(signable, self.key.private_key).signature)

    def recovered(self, signature: bytes) -> str:
        """Return whose signature this is, if it is said to be about this act."""
        signable = encode_typed_data(full_message=self.typed_data())
        return str(Account.recover_message(signable, signature=signature))

    def ticket(self, **changes: Any) -> Ticket:
        """Return the ticket; `key`, `nonce`, `deadline` or `signature` may be another."""
        return (
            changes.get("key", self.key.address),
            changes.get("nonce", self.nonce),
            changes.get("deadline", self.deadline),
            changes.get("signature", self.signature()),
        )

    def arguments(self) -> tuple[Any, ...]:
        """Return what goes to the contract before the ticket."""
        if self.kind == "TagKey":
            return (self.members["keyHash"],)
        if self.kind == "StatusChanges":
            return (self.party, [tuple(item.values()) for item in self.members["items"]])
        values = [
            [tuple(each.values()) for each in value] if name == "parts" else value
            for name, value in self.members.items()
        ]
        return (self.party, tuple(values)) if self.kind == "StatusChange" else (tuple(values),)

    def send(self, relayer: TestAccountAPI, ticket: Ticket | None = None) -> ReceiptAPI:
        """Carry it to the chain."""
        method = getattr(self.contract, _METHODS[self.kind])
        return method(*self.arguments(), ticket or self.ticket(), sender=relayer)
