# SPDX-License-Identifier: Apache-2.0
"""How the model's wishes, titles and acts look on chain: calldata, typed data, records, events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from eth_abi import encode
from stateful_chain import DirectContract, Key, Outcome, Said, Signer, Ticket

from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles import (
    WHOLE,
    Issue,
    Reissue,
    Title,
    TitleAct,
    TitleAction,
    TitleRegister,
    title_id,
)

NAME: Final = "Corridor Ledger TitleRegistry"
NOBODY: Final = "0x" + "00" * 18 + "dead"
NEVER: Final = bytes(32)
TYPES: Final = {
    "TagKey": "bytes32 party,bytes32 keyHash,uint256 nonce,uint64 deadline",
    "Issue": "bytes32 party,bytes32 tag,uint32 expectedSequence,bytes32 commitment,bytes32 holder,"
    "bytes32 beneficiary,bytes32 remark,uint256 nonce,uint64 deadline",
    "Act": "bytes32 party,uint8 action,bytes32 title,uint32 expectedSequence,bytes32 holder,"
    "bytes32 beneficiary,bytes32 intent,uint64 acceptBy,bytes32 remark,uint256 nonce,"
    "uint64 deadline",
    "Reissue": "bytes32 party,bytes32[] titles,uint32[] expectedSequences,Part[] parts,"
    "bytes32 remark,uint256 nonce,uint64 deadline",
    "Part": "bytes32 tag,bytes32 commitment,uint64 share",
}
ISSUED: Final = (
    "TitleIssued(bytes32,bytes32,bytes32,bytes32,bytes32,bytes32,uint64,bytes32,address)"
)
ACTED: Final = (
    "TitleActed(bytes32,bytes32,uint8,uint32,bytes32,bytes32,bytes32,uint64,bytes32,address)"
)
REISSUED: Final = "TitlesReissued(bytes32,bytes32[],bytes32[],bytes32,address)"
BOUND: Final = "TagKeyRegistered(bytes32,bytes32,address)"
MOVED: Final = "Transfer(address,address,uint256)"


@dataclass(frozen=True, slots=True)
class TagKey:
    """The wish to bind a carrier to its secret."""

    key_hash: Digest


Wish: TypeAlias = TagKey | Issue | TitleAct | Reissue

DIRECT: Final = {TagKey: "registerTagKey", Issue: "issue", TitleAct: "act", Reissue: "reissue"}
RELAYED: Final = {
    TagKey: "relayTagKey",
    Issue: "relayIssue",
    TitleAct: "relayAct",
    Reissue: "relayReissue",
}


def kind_of(wish: Wish) -> str:
    """Return what is counted beside the functions: the action of an act, or what else it is."""
    return wish.action.label if isinstance(wish, TitleAct) else type(wish).__name__


def word(value: Bytes32 | Digest | None) -> bytes:
    """Return a member as the contract takes it."""
    return bytes(32) if value is None else value.raw


def members(wish: Wish) -> dict[str, Any]:
    """Return the wish by the contract's names, in the contract's order."""
    if isinstance(wish, TagKey):
        return {"keyHash": word(wish.key_hash)}
    if isinstance(wish, Issue):
        return {
            "tag": word(wish.tag),
            "expectedSequence": wish.expected_sequence,
            "commitment": word(wish.commitment),
            "holder": word(wish.holder),
            "beneficiary": word(wish.beneficiary),
            "remark": word(wish.remark),
        }
    if isinstance(wish, TitleAct):
        return {
            "action": int(wish.action),
            "title": word(wish.title),
            "expectedSequence": wish.expected_sequence,
            "holder": word(wish.holder),
            "beneficiary": word(wish.beneficiary),
            "intent": word(wish.intent),
            "acceptBy": wish.accept_by or 0,
            "remark": word(wish.remark),
        }
    return {
        "titles": [word(each) for each in wish.titles],
        "expectedSequences": list(wish.expected_sequences),
        "parts": [
            {"tag": word(each.tag), "commitment": word(each.commitment), "share": each.share}
            for each in wish.parts
        ],
        "remark": word(wish.remark),
    }


def arguments(wish: Wish) -> tuple[Any, ...]:
    """Return the wish as the functions take it."""
    values = tuple(members(wish).values())
    if isinstance(wish, TagKey):
        return values
    if isinstance(wish, Reissue):
        parts = [tuple(each.values()) for each in values[2]]
        values = (*values[:2], parts, values[3])
    return (values,)


class TitleContract(DirectContract):
    """A TitleRegistry."""

    def direct(self, wish: Wish) -> str:
        """Encode a wish that its key sends itself."""
        return self.calldata(DIRECT[type(wish)], arguments(wish))

    def relayed(self, wish: Wish, ticket: Ticket, signature: bytes) -> str:
        """Encode a wish that somebody carries."""
        carried = (ticket.key, ticket.nonce, ticket.deadline, signature)
        return self.calldata(RELAYED[type(wish)], (*arguments(wish), carried))


class TitleSigner(Signer):
    """Signs wishes of titles."""

    def __init__(self, contract: TitleContract) -> None:
        super().__init__(contract, NAME, TYPES)

    def wish(self, key: Key, wish: Wish, party: bytes, ticket: Ticket, **domain: object) -> bytes:
        """Sign a wish of this party."""
        kind = {TagKey: "TagKey", Issue: "Issue", TitleAct: "Act", Reissue: "Reissue"}[type(wish)]
        ending = {"nonce": ticket.nonce, "deadline": ticket.deadline}
        return self.sign(key, kind, {"party": party, **members(wish), **ending}, **domain)


def record_of(title: Title, key: str) -> tuple[Any, ...]:
    """Return what `record` says of a title of the model."""
    return (
        word(title.carrier),
        word(title.holder),
        word(title.beneficiary),
        word(title.nominee),
        word(title.former_holder),
        word(title.former_beneficiary),
        word(title.commitment),
        word(title.intent),
        int(title.state),
        title.paused,
        title.sequence,
        title.time,
        title.accept_by or 0,
        title.share,
        key.lower(),
        tuple(word(each) for each in title.origins),
    )


def owner_of(holder: PartyId | None) -> str:
    """Return what ERC-721 sees: the low 20 bytes of the holder's id, or nobody."""
    return NOBODY if holder is None else "0x" + holder.raw[12:].hex()


def result_of(wish: Wish, by: PartyId) -> Outcome:
    """Return what an accepted call answers."""
    if isinstance(wish, Issue):
        return Outcome(title_id(by, wish.tag).raw)
    if isinstance(wish, Reissue):
        opened = [title_id(by, each.tag).raw for each in wish.parts]
        return Outcome(encode(["bytes32[]"], [opened]))
    return Outcome()


def said(
    wish: Wish, by: PartyId, key: str, before: TitleRegister, after: TitleRegister
) -> Iterator[Said]:
    """Yield the events of an accepted wish: signature, and arguments as declared."""
    if isinstance(wish, TagKey):
        yield BOUND, (by.raw, wish.key_hash.raw, key)
    elif isinstance(wish, Issue):
        yield from _issued(title_id(by, wish.tag), wish.tag, word(wish.remark), key, after)
    elif isinstance(wish, TitleAct):
        yield from _acted(wish, by, key, before, after)
    else:
        yield from _reissued(wish, by, key, before, after)


def _issued(
    name: Bytes32, tag: Digest, remark: bytes, key: str, after: TitleRegister
) -> Iterator[Said]:
    title = after.titles[name]
    roles = (word(title.commitment), word(title.holder), word(title.beneficiary))
    yield ISSUED, (name.raw, title.carrier.raw, tag.raw, *roles, title.share, remark, key)
    yield _moved(name, "0x" + "00" * 20, owner_of(title.holder))


def _acted(
    wish: TitleAct, by: PartyId, key: str, before: TitleRegister, after: TitleRegister
) -> Iterator[Said]:
    was, title = before.titles[wish.title], after.titles[wish.title]
    named = (word(wish.holder), word(wish.beneficiary), word(wish.intent), wish.accept_by or 0)
    done = (int(wish.action), title.sequence, *named, word(wish.remark), key)
    yield ACTED, (wish.title.raw, by.raw, *done)
    if was.holder != title.holder:
        yield _moved(wish.title, owner_of(was.holder), owner_of(title.holder))


def _reissued(
    wish: Reissue, by: PartyId, key: str, before: TitleRegister, after: TitleRegister
) -> Iterator[Said]:
    remark = word(wish.remark)
    for name in wish.titles:
        was, title = before.titles[name], after.titles[name]
        named = (bytes(32), bytes(32), word(was.intent), 0)
        accepts = int(TitleAction.ACCEPT_SURRENDER)
        yield ACTED, (name.raw, by.raw, accepts, title.sequence, *named, remark, key)
        yield _moved(name, owner_of(was.holder), NOBODY)
    opened = [title_id(by, part.tag) for part in wish.parts]
    for name, part in zip(opened, wish.parts, strict=True):
        yield from _issued(name, part.tag, remark, key, after)
    yield (
        REISSUED,
        (by.raw, [each.raw for each in wish.titles], [each.raw for each in opened], remark, key),
    )


def _moved(name: Bytes32, before: str, after: str) -> Said:
    return MOVED, (before, after, int.from_bytes(name.raw, "big"))


def shares_in_force(register: TitleRegister) -> int:
    """Return the sum of the shares of all titles that were not reissued."""
    return sum(each.share for each in register.titles.values() if each.state.name != "REISSUED")


def shares_issued(register: TitleRegister) -> int:
    """Return the sum of the shares of all titles that come from no others."""
    return WHOLE * sum(1 for each in register.titles.values() if not each.origins)
