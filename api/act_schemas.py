# SPDX-License-Identifier: Apache-2.0
"""The bodies of relayed acts for OpenAPI (docs/api.md)."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field

from api.schemas import Body, Hash
from ledger.acting import SignedWish
from ledger.ports.relaying import StoredAct
from ledger.primitives import Address, Signature
from ledger.refusals import refusal_of

__all__ = ["ActBody", "SignedActBody", "TitleWord"]

TitleWord = Annotated[
    str, Field(pattern="^0x[0-9a-f]{64}$", examples=["0x" + "9f86d081884c7d65" * 4])
]


class SignedActBody(Body):
    """An act that a party signed itself: typed data (EIP-712) and its key's signature."""

    contract: Literal["titles", "status"]
    type: Literal["TagKey", "Issue", "Act", "Reissue", "StatusChange", "StatusChanges"]
    message: dict[str, Any] = Field(description="every member of the type, party included")
    key: str = Field(pattern="^0x[0-9a-f]{40}$")
    signature: str = Field(pattern="^0x[0-9a-f]{130}$")

    def wish(self) -> SignedWish:
        """Read it."""
        return SignedWish(
            self.contract,
            self.type,
            self.message,
            Address.parse(self.key),
            Signature.parse(self.signature),
        )


class ActErrorBody(Body):
    """Why the contract refused: its error by name, and a sentence."""

    code: str = Field(examples=["TitleRegistry_Stale"])
    sentence: str


class ActBody(Body):
    """An act and how far it is. `transaction` null: not sent yet, or carried by somebody else."""

    id: Hash = Field(description="the EIP-712 digest that the key signed")
    contract: Literal["titles", "status"]
    type: str = Field(examples=["Act"])
    state: Literal["accepted", "submitted", "mined", "final", "rejected"]
    title: TitleWord | None
    transaction: str | None
    block: int | None
    error: ActErrorBody | None

    @classmethod
    def of(cls, stored: StoredAct) -> Self:
        """Write one."""
        act, error = stored.signed.act, None
        if stored.refusal is not None:
            refusal = refusal_of(stored.refusal)
            error = ActErrorBody(code=refusal.code, sentence=refusal.sentence)
        return cls(
            id=str(stored.signed.id),
            contract=act.type.contract.value,
            type=act.type.value,
            state=stored.state.value,
            title=None if act.title is None else str(act.title),
            transaction=None if stored.transaction is None else str(stored.transaction),
            block=None if stored.place is None else stored.place.block,
            error=error,
        )
