# SPDX-License-Identifier: Apache-2.0
"""Each figure: a title or subject of its own, brought there by acts that do not count."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Final

from ledger.acts import ActType, Value
from ledger.titles import WHOLE, TitleAction
from scripts.gas.anchoring import anchoring
from scripts.gas.world import NONE, Party, Wish, World, world

__all__ = ["MANY", "Figures", "measured"]

MANY: Final = 100
_REVOKED: Final = 1
_REASON: Final = 4


@dataclass(frozen=True, slots=True)
class Figures:
    """Gas used, by the name of the row. `further`: the nonce's slot was written to before."""

    direct: dict[str, int]
    further: dict[str, int]
    first: dict[str, int]


@dataclass(frozen=True, slots=True)
class _Case:
    """An act that is ready to be sent."""

    party: Party
    kind: ActType
    wish: Wish
    per: int = 1


def measured() -> Figures:
    """Measure everything, on a chain of its own."""
    with world() as chain:
        _begin(chain)
        desk = _Desk(chain)
        direct = {name: _direct(chain, make()) for name, make in desk.cases()}
        direct["anchor"] = anchoring(chain)
        further, first = _relayed(chain, desk)
        return Figures(direct, further, first)


def _direct(chain: World, case: _Case) -> int:
    return chain.directly(case.party, case.kind, case.wish) // case.per


def _begin(chain: World) -> None:
    """Write the slots that are written once: running heads, the carrier's tag key."""
    carrier = chain.parties[0]
    chain.directly(carrier, ActType.TAG_KEY, {"keyHash": chain.word()})
    chain.directly(carrier, ActType.STATUS_CHANGE, _item(chain))


def _relayed(chain: World, desk: "_Desk") -> tuple[dict[str, int], dict[str, int]]:
    """Relay what parties do most: with a nonce that is first of its 256, and with a further one."""
    further: dict[str, int] = {}
    first: dict[str, int] = {}
    words = count()
    for name, make in desk.cases(relayed=True):
        nonce = 256 * next(words)
        for target, offset in ((first, 0), (further, 1)):
            case = make()
            used = chain.relayed(case.party, case.kind, case.wish, nonce + offset)
            target[name] = used // case.per
    return further, first


def _item(chain: World) -> dict[str, Value]:
    """A revocation of a document that nobody mentioned before."""
    return {
        "subject": chain.word(),
        "status": _REVOKED,
        "reason": _REASON,
        "supersededBy": NONE,
        "expectedSequence": 0,
    }


class _Desk:
    """Makes the cases. Carrier, bank and consignee are the parties of the chain."""

    def __init__(self, chain: World) -> None:
        self._chain = chain
        self._carrier, self._bank, self._consignee = chain.parties
        self._titles = chain.contract(ActType.ISSUE)
        self._sequences: dict[bytes, int] = {}

    def cases(self, *, relayed: bool = False) -> Iterator[tuple[str, Callable[[], _Case]]]:
        """Yield the names of rows, and what makes their cases."""
        yield "issue", lambda: self._issue()[1]
        yield "nominate", lambda: self._first(TitleAction.NOMINATE, beneficiary=self._consignee.id)
        yield "holder", lambda: self._first(TitleAction.TRANSFER_HOLDER, holder=self._consignee.id)
        yield "beneficiary", self._beneficiary
        yield "both", self._both
        yield "surrender", lambda: self._first(TitleAction.SURRENDER_FOR_DELIVERY)
        yield "accept", lambda: self._answered(TitleAction.ACCEPT_SURRENDER)
        yield "split", self._split
        yield "revoke", lambda: _Case(self._carrier, ActType.STATUS_CHANGE, _item(self._chain))
        yield "revoke many", self._revoke_many
        if not relayed:
            yield from self._others()

    def _others(self) -> Iterator[tuple[str, Callable[[], _Case]]]:
        yield "nominated", self._nominated
        yield "offer", lambda: self._offered(None)
        yield "accept offer", lambda: self._offered(TitleAction.ACCEPT)
        yield "reject holder", lambda: self._rejected(TitleAction.REJECT_HOLDER)
        yield "reject beneficiary", lambda: self._rejected(TitleAction.REJECT_BENEFICIARY)
        yield "reject both", lambda: self._rejected(TitleAction.REJECT_BOTH)
        yield "refuse", lambda: self._answered(TitleAction.REFUSE_SURRENDER)
        yield "pause", lambda: self._by_carrier(TitleAction.PAUSE)
        yield "combine", self._combine

    def _issue(self, beneficiary: Party | None = None) -> tuple[bytes, _Case]:
        tag = self._chain.word()
        wish: dict[str, Value] = {
            "tag": tag,
            "expectedSequence": 0,
            "commitment": self._chain.word(),
            "holder": self._bank.id,
            "beneficiary": (beneficiary or self._bank).id,
            "remark": self._chain.word(),
        }
        title: bytes = self._titles.read("titleId", self._carrier.id, tag)
        return title, _Case(self._carrier, ActType.ISSUE, wish)

    def _title(self, beneficiary: Party | None = None) -> bytes:
        """Issue a title that the bank holds."""
        title, case = self._issue(beneficiary)
        _direct(self._chain, case)
        self._sequences[title] = 1
        return title

    def _act(self, by: Party, title: bytes, action: TitleAction, **members: Value) -> _Case:
        empty: dict[str, Value] = {
            "holder": NONE,
            "beneficiary": NONE,
            "intent": NONE,
            "acceptBy": 0,
        }
        wish: dict[str, Value] = {
            "action": int(action),
            "title": title,
            "expectedSequence": self._sequences[title],
            **empty,
            "remark": self._chain.word(),
            **members,
        }
        return _Case(by, ActType.ACT, wish)

    def _done(self, by: Party, title: bytes, action: TitleAction, **members: Value) -> None:
        _direct(self._chain, self._act(by, title, action, **members))
        self._sequences[title] += 1

    def _first(self, action: TitleAction, **members: Value) -> _Case:
        """The first act after issue, by who was issued the title."""
        return self._act(self._bank, self._title(), action, **members)

    def _beneficiary(self) -> _Case:
        return self._first(TitleAction.TRANSFER_BENEFICIARY, beneficiary=self._consignee.id)

    def _both(self) -> _Case:
        consignee = self._consignee.id
        return self._first(TitleAction.TRANSFER_BOTH, holder=consignee, beneficiary=consignee)

    def _nominated(self) -> _Case:
        title = self._title(self._consignee)
        self._done(self._consignee, title, TitleAction.NOMINATE, beneficiary=self._carrier.id)
        to = self._carrier.id
        return self._act(self._bank, title, TitleAction.TRANSFER_BENEFICIARY, beneficiary=to)

    def _offered(self, answer: TitleAction | None) -> _Case:
        title, to = self._title(), self._consignee
        members: dict[str, Value] = {"holder": to.id, "acceptBy": self._chain.deadline()}
        if answer is None:
            return self._act(self._bank, title, TitleAction.TRANSFER_HOLDER, **members)
        self._done(self._bank, title, TitleAction.TRANSFER_HOLDER, **members)
        return self._act(to, title, answer)

    def _rejected(self, action: TitleAction) -> _Case:
        """What was just issued goes back to the carrier."""
        return self._act(self._bank, self._title(), action)

    def _answered(self, action: TitleAction) -> _Case:
        title = self._title()
        self._done(self._bank, title, TitleAction.SURRENDER_FOR_DELIVERY)
        return self._act(self._carrier, title, action)

    def _by_carrier(self, action: TitleAction) -> _Case:
        return self._act(self._carrier, self._title(), action)

    def _split(self) -> _Case:
        return self._reissue([self._title()], (WHOLE // 2, WHOLE // 2))

    def _combine(self) -> _Case:
        return self._reissue([self._title(), self._title()], (2 * WHOLE,))

    def _reissue(self, titles: list[bytes], shares: tuple[int, ...]) -> _Case:
        parts = tuple((self._chain.word(), self._chain.word(), share) for share in shares)
        plan: bytes = self._titles.read("planOf", titles, parts)
        for title in titles:
            self._done(self._bank, title, TitleAction.SURRENDER_FOR_REISSUE, intent=plan)
        wish: dict[str, Value] = {
            "titles": tuple(titles),
            "expectedSequences": (2,) * len(titles),
            "parts": parts,
            "remark": self._chain.word(),
        }
        return _Case(self._carrier, ActType.REISSUE, wish)

    def _revoke_many(self) -> _Case:
        items = tuple(tuple(_item(self._chain).values()) for _ in range(MANY))
        return _Case(self._carrier, ActType.STATUS_CHANGES, {"items": items}, MANY)
