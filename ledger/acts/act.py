# SPDX-License-Identifier: Apache-2.0
"""One act of a party: its type and members, as TitleRegistry and DocumentStatus have them."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from ledger.acts.typed_values import (
    ITEM,
    STRUCTS,
    Members,
    Value,
    check_value,
    hash_struct,
    read_struct,
    written,
)
from ledger.errors import InvalidValueError
from ledger.primitives import Address, Bytes32, Digest, Json, PartyId, shown
from ledger.statements import keccak256
from ledger.titles import title_id

__all__ = ["Act", "ActContract", "ActDomain", "ActType"]

_VERSION: Final = "1"
_DOMAIN: Final = (
    ("name", "string"),
    ("version", "string"),
    ("chainId", "uint256"),
    ("verifyingContract", "address"),
)
_DOMAIN_TYPE: Final = keccak256(
    b"EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
)


class ActContract(StrEnum):
    """Where an act goes, as the API names it."""

    TITLES = "titles"
    STATUS = "status"


class ActType(StrEnum):
    """EIP-712's primary types."""

    TAG_KEY = "TagKey"
    ISSUE = "Issue"
    ACT = "Act"
    REISSUE = "Reissue"
    STATUS_CHANGE = "StatusChange"
    STATUS_CHANGES = "StatusChanges"

    @property
    def contract(self) -> ActContract:
        """Whose type it is."""
        of_status = (ActType.STATUS_CHANGE, ActType.STATUS_CHANGES)
        return ActContract.STATUS if self in of_status else ActContract.TITLES

    @property
    def function(self) -> str:
        """The contract's function that carries it."""
        return _FUNCTIONS[self]


_FUNCTIONS: Final = {
    ActType.TAG_KEY: "relayTagKey",
    ActType.ISSUE: "relayIssue",
    ActType.ACT: "relayAct",
    ActType.REISSUE: "relayReissue",
    ActType.STATUS_CHANGE: "relay",
    ActType.STATUS_CHANGES: "relayMany",
}
_NAMES: Final = {
    ActContract.TITLES: "Corridor Ledger TitleRegistry",
    ActContract.STATUS: "Corridor Ledger DocumentStatus",
}
_WISHES: Final[Mapping[ActType, Members]] = {
    ActType.TAG_KEY: (("keyHash", "bytes32"),),
    ActType.ISSUE: (
        ("tag", "bytes32"),
        ("expectedSequence", "uint32"),
        ("commitment", "bytes32"),
        ("holder", "bytes32"),
        ("beneficiary", "bytes32"),
        ("remark", "bytes32"),
    ),
    ActType.ACT: (
        ("action", "uint8"),
        ("title", "bytes32"),
        ("expectedSequence", "uint32"),
        ("holder", "bytes32"),
        ("beneficiary", "bytes32"),
        ("intent", "bytes32"),
        ("acceptBy", "uint64"),
        ("remark", "bytes32"),
    ),
    ActType.REISSUE: (
        ("titles", "bytes32[]"),
        ("expectedSequences", "uint32[]"),
        ("parts", "Part[]"),
        ("remark", "bytes32"),
    ),
    ActType.STATUS_CHANGE: ITEM,
    ActType.STATUS_CHANGES: (("items", "Item[]"),),
}
_PARTY: Final[Members] = (("party", "bytes32"),)
_TICKET: Final[Members] = (("nonce", "uint256"), ("deadline", "uint64"))
_MEMBERS: Final = {kind: _PARTY + wish + _TICKET for kind, wish in _WISHES.items()}


@dataclass(frozen=True, slots=True)
class ActDomain:
    """A contract on its chain: no act for it counts anywhere else."""

    contract: ActContract
    chain_id: int
    address: Address

    def separator(self) -> bytes:
        """EIP-712's `hashStruct` of the domain."""
        return keccak256(
            _DOMAIN_TYPE
            + keccak256(_NAMES[self.contract].encode())
            + keccak256(_VERSION.encode())
            + self.chain_id.to_bytes(32, "big")
            + self.address.raw.rjust(32, b"\0")
        )

    def json(self) -> dict[str, Json]:
        """As wallets want it."""
        return {
            "name": _NAMES[self.contract],
            "version": _VERSION,
            "chainId": self.chain_id,
            "verifyingContract": str(self.address),
        }


@dataclass(frozen=True, slots=True)
class Act:
    """An act: every member of its type, `party`, `nonce` and `deadline` included.

    Raises:
        InvalidValueError: a member is missing, unknown, or does not fit its kind.
    """

    type: ActType
    message: Mapping[str, Value]

    def __post_init__(self) -> None:
        members = _MEMBERS[self.type]
        if set(self.message) != {name for name, _ in members}:
            names = ", ".join(name for name, _ in members)
            raise InvalidValueError(f"{self.type}: want the members {names}")
        for name, kind in members:
            check_value(self.message[name], kind, name)

    @classmethod
    def parse(cls, kind: str, message: Json) -> Self:
        """Read the JSON form of typed data. Numbers may be texts, decimal or 0x….

        Raises:
            InvalidValueError: names the member at fault.
        """
        try:
            found = ActType(kind)
        except ValueError as error:
            known = ", ".join(ActType)
            raise InvalidValueError(f"type: want one of {known}; got {shown(kind)}") from error
        return cls(found, read_struct(message, _MEMBERS[found], "message"))

    @property
    def party(self) -> PartyId:
        """Who acts."""
        return PartyId(self.word("party"))

    @property
    def nonce(self) -> int:
        """The ticket's nonce."""
        return self.number("nonce")

    @property
    def deadline(self) -> int:
        """The last second in which it counts, in Unix seconds."""
        return self.number("deadline")

    @property
    def title(self) -> Bytes32 | None:
        """The one title that it is about, or None."""
        if self.type is ActType.ACT:
            return Bytes32(self.word("title"))
        if self.type is ActType.ISSUE:
            return Bytes32(_title(self.party, self.word("tag")))
        return None

    def word(self, name: str) -> bytes:
        """A member of kind bytes32."""
        value = self.message[name]
        if not isinstance(value, bytes):
            raise InvalidValueError(f"{name}: no bytes32")
        return value

    def number(self, name: str) -> int:
        """A member of kind uint…."""
        value = self.message[name]
        if not isinstance(value, int):
            raise InvalidValueError(f"{name}: no number")
        return value

    def wish(self) -> tuple[Value, ...]:
        """What the contract's function takes beside party and ticket, in its order."""
        return tuple(self.message[name] for name, _ in _WISHES[self.type])

    def writes(self) -> frozenset[bytes]:
        """What it changes on chain: an act waits for every earlier one that changes the same."""
        found: list[bytes]
        match self.type:
            case ActType.TAG_KEY:
                found = [_tag_key(self.party)]
            case ActType.ISSUE | ActType.ACT:
                found = [] if self.title is None else [self.title.raw]
            case ActType.REISSUE:
                opened = [_title(self.party, tag) for tag in self._firsts("parts")]
                found = [*self._words("titles"), *opened]
            case ActType.STATUS_CHANGE:
                found = [_subject(self.party, self.word("subject"))]
            case ActType.STATUS_CHANGES:
                found = [_subject(self.party, subject) for subject in self._firsts("items")]
        return frozenset(found)

    def reads(self) -> frozenset[bytes]:
        """What it needs unchanged or done before, and does not change."""
        opens = self.type in (ActType.ISSUE, ActType.REISSUE)
        return frozenset((_tag_key(self.party),) if opens else ())

    def json(self) -> dict[str, Json]:
        """The JSON form: what `parse` reads, and wallets sign."""
        return {name: written(self.message[name], kind) for name, kind in _MEMBERS[self.type]}

    def typed_data(self, domain: ActDomain) -> dict[str, Json]:
        """Everything that a wallet's `eth_signTypedData_v4` takes."""
        members = _MEMBERS[self.type]
        inner = {kind.removesuffix("[]") for _, kind in members} & set(STRUCTS)
        tables = {"EIP712Domain": _DOMAIN, self.type.value: members}
        tables |= {name: STRUCTS[name] for name in sorted(inner)}
        types: dict[str, Json] = {
            name: [{"name": member, "type": kind} for member, kind in table]
            for name, table in tables.items()
        }
        return {
            "types": types,
            "primaryType": self.type.value,
            "domain": domain.json(),
            "message": self.json(),
        }

    def digest(self, domain: ActDomain) -> Digest:
        """The 32 bytes that the key signs, and the act's id (EIP-712).

        Raises:
            InvalidValueError: the act is none of this contract's.
        """
        if domain.contract is not self.type.contract:
            raise InvalidValueError(f"{self.type} is no act of the contract {domain.contract}")
        members = _MEMBERS[self.type]
        values = tuple(self.message[name] for name, _ in members)
        struct = hash_struct(self.type.value, members, values)
        return Digest(keccak256(b"\x19\x01" + domain.separator() + struct))

    def _words(self, name: str) -> list[bytes]:
        value = self.message[name]
        items = value if isinstance(value, tuple) else ()
        return [item for item in items if isinstance(item, bytes)]

    def _firsts(self, name: str) -> list[bytes]:
        """The first member of each struct of an array: a tag, a subject."""
        value = self.message[name]
        items = value if isinstance(value, tuple) else ()
        firsts = [item[0] for item in items if isinstance(item, tuple)]
        return [first for first in firsts if isinstance(first, bytes)]


def _title(party: PartyId, tag: bytes) -> bytes:
    return title_id(party, Digest(tag)).raw


def _tag_key(party: PartyId) -> bytes:
    return b"tag-key" + party.raw


def _subject(party: PartyId, subject: bytes) -> bytes:
    return b"status" + party.raw + subject
