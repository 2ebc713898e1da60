# SPDX-License-Identifier: Apache-2.0
"""What the parties of the title machine may want: what is possible, and what is wrong."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from stateful_chain import Choices, Key
from title_machine_chain import TagKey, Wish

from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles import (
    WHOLE,
    Issue,
    Part,
    Reissue,
    Title,
    TitleAct,
    TitleAction,
    TitleRefusedError,
    TitleRegister,
    TitleState,
    plan_of,
    title_id,
)

A: Final = TitleAction
STRANGER: Final = PartyId(b"\x77" * 32)
ZERO: Final = Digest(bytes(32))
EARLY: Final = frozenset({"NoTagKey", "WrongState"})
ENDLESS: Final = 2**64 - 1
AGREED: Final = TitleAction.SURRENDER_FOR_REISSUE
RARE: Final = (
    *(A.ACCEPT, A.ACCEPT, A.ACCEPT, A.REJECT_BOTH, A.REJECT_BOTH, A.REJECT_BOTH),
    *(A.SURRENDER_FOR_AMENDMENT, A.SURRENDER_FOR_PAPER),
    *(A.TRANSFER_BENEFICIARY, A.TRANSFER_BOTH, A.ACCEPT_SURRENDER),
    *(A.SURRENDER_FOR_DELIVERY, A.SURRENDER_FOR_PAPER, A.REFUSE_SURRENDER, A.TAKE_BACK),
)
# Reissues need most: titles that were surrendered for one plan, which may be one of two.
KINDS: Final[tuple[object, ...]] = (TagKey, Issue, *[Reissue] * 8, *RARE, *list(TitleAction)[1:])
# What makes the other possible, if it is not yet.
PREPARED_BY: Final[dict[object, object]] = {
    Reissue: AGREED,
    A.ACCEPT: A.TRANSFER_HOLDER,
    A.TAKE_BACK: A.TRANSFER_BENEFICIARY,
    A.REJECT_BOTH: A.TRANSFER_BOTH,
    A.TRANSFER_BENEFICIARY: A.NOMINATE,
}


@dataclass(frozen=True, slots=True)
class Proposal:
    """A wish, the party that it would be possible for, and the second."""

    by: PartyId
    wish: Wish
    now: int


class Wishes:
    """Makes wishes for the titles of one register."""

    def __init__(self, register: TitleRegister, parties: Sequence[PartyId]) -> None:
        self.register = register
        self.parties = parties
        self.plans: dict[Digest, tuple[tuple[Bytes32, ...], tuple[Part, ...]]] = {}
        self._fresh = 0

    def fresh(self, label: str) -> Digest:
        """Return a digest that was not there before."""
        self._fresh += 1
        return Digest(hashlib.sha256(f"{label} {self._fresh}".encode()).digest())

    def possible(self, choose: Choices, now: int) -> Proposal:
        """Return something that the register accepts: of any kind, as far as there is one."""
        for proposal in self._proposals(choose, KINDS, now):
            if refusal_of(self.register, proposal) is None:
                return proposal
        raise AssertionError("a title can always be issued")

    def refused(self, choose: Choices, now: int) -> Proposal:
        """Return what a party might try and the register refuses: often for its content."""
        passed_over = {None, *EARLY} if choose.percent(60) else {None}
        for proposal in self._proposals(choose, dict.fromkeys(KINDS), now):
            if refusal_of(self.register, proposal) not in passed_over:
                return proposal
        return self.possible(choose, now)

    def _proposals(self, choose: Choices, kinds: Iterable[object], now: int) -> Iterator[Proposal]:
        for kind in choose.shuffled(kinds):
            for each in (kind, PREPARED_BY.get(kind)):
                yield from self._of_kind(each, choose, now)

    def _of_kind(self, kind: object, choose: Choices, now: int) -> Iterator[Proposal]:
        if kind is TagKey:
            free = [each for each in self.parties if each not in self.register.tag_keys]
            yield from (Proposal(each, TagKey(self.fresh("key")), now) for each in free)
        elif kind is Issue:
            yield self.issue(choose, now)
        elif kind is Reissue:
            yield from self._reissues(choose, now)
        elif isinstance(kind, TitleAction):
            yield from self._acts(kind, choose, now)

    def issue(self, choose: Choices, now: int) -> Proposal:
        """Propose a title."""
        carriers = [each for each in self.parties if each in self.register.tag_keys]
        holder = choose.among(self.parties)
        beneficiary = holder if choose.percent(60) else choose.among(self.parties)
        wish = Issue(
            self.fresh("tag"), self.fresh("bill"), holder, beneficiary, self._remark(choose)
        )
        return Proposal(choose.among(carriers or self.parties), wish, now)

    def _acts(self, action: TitleAction, choose: Choices, now: int) -> Iterator[Proposal]:
        holder = choose.among(self.parties)
        named = holder, holder if choose.percent(40) else choose.among(self.parties)
        accept_by = now + choose.among((1, 2, 5, 40)) if choose.percent(60) else None
        for name in choose.shuffled(each for each, _ in self._open()):
            title = self.register.titles[name]
            by, members = _likely(action, title, named, accept_by)
            if action is AGREED and by is not None and title.state is TitleState.HELD:
                members = {"intent": self._plan(choose, name, title)}
            elif action is A.SURRENDER_FOR_AMENDMENT:
                used = title.commitment if choose.percent(50) else choose.among(self._agreeable())
                members = {"intent": used if choose.percent(30) else self.fresh("amended")}
            if by is not None:
                wish = TitleAct(
                    action, name, title.sequence, **members, remark=self._remark(choose)
                )
                yield Proposal(by, wish, _moment(choose, wish, title, now))

    def _reissues(self, choose: Choices, now: int) -> Iterator[Proposal]:
        for titles, parts in choose.shuffled(self.plans.values()):
            known = [self.register.titles[each] for each in titles]
            # Of a title that is named twice, the second act would follow the first.
            sequences = tuple(
                title.sequence + known[:place].count(title) for place, title in enumerate(known)
            )
            if len(set(titles)) < len(titles) and choose.percent(50):
                sequences = (sequences[0],) * len(titles)
            yield Proposal(known[0].carrier, Reissue(titles, sequences, parts), now)

    def _plan(self, choose: Choices, name: Bytes32, title: Title) -> Digest:
        for plan, (titles, _) in self.plans.items():
            if name in titles and len(titles) > 1 and self._is_alive(plan, titles):
                return plan
        others = tuple(
            other
            for other, each in self._open()
            if other != name
            and (each.carrier, each.holder, each.beneficiary)
            == (title.carrier, title.holder, title.holder)
            and each.state is TitleState.HELD
        )[:2]
        titles, parts = self._combine(name, others) if others else self._split(choose, name, title)
        if choose.percent(25):
            titles, parts = self._spoilt_plan(choose, titles, parts)
        plan = plan_of(titles, parts)
        self.plans[plan] = titles, parts
        return plan

    def _is_alive(self, plan: Digest, titles: tuple[Bytes32, ...]) -> bool:
        return all(
            each.state is TitleState.HELD or each.intent == plan
            for each in map(self.register.titles.__getitem__, titles)
        )

    def _combine(
        self, name: Bytes32, others: tuple[Bytes32, ...]
    ) -> tuple[tuple[Bytes32, ...], tuple[Part, ...]]:
        titles = (name, *others)
        share = sum(self.register.titles[each].share for each in titles)
        return titles, (Part(self.fresh("tag"), self.fresh("bill"), share),)

    def _split(
        self, choose: Choices, name: Bytes32, title: Title
    ) -> tuple[tuple[Bytes32, ...], tuple[Part, ...]]:
        count = 32 if choose.percent(3) else choose.among((2, 3))
        shares = [title.share // count] * (count - 1)
        shares.append(title.share - sum(shares))
        return (name,), tuple(Part(self.fresh("tag"), self.fresh("bill"), each) for each in shares)

    def _spoilt_plan(
        self, choose: Choices, titles: tuple[Bytes32, ...], parts: tuple[Part, ...]
    ) -> tuple[tuple[Bytes32, ...], tuple[Part, ...]]:
        first = parts[0]
        used = next(iter(self.register.commitments.values()))
        spoilt = (
            (titles, (replace(first, share=first.share + 1), *parts[1:])),
            (titles, (replace(first, share=0), *parts[1:])),
            (titles, (replace(first, tag=ZERO), *parts[1:])),
            (titles, (replace(first, commitment=ZERO), *parts[1:])),
            (
                titles,
                (replace(first, commitment=self.register.titles[used].commitment), *parts[1:]),
            ),
            (titles, (*parts[:-1], replace(parts[-1], tag=first.tag))),
            (titles, (*parts[:-1], replace(parts[-1], commitment=first.commitment))),
            (titles, (replace(first, share=WHOLE),)),
            *[((titles[0], titles[0]), (replace(first, share=2 * WHOLE),))] * 3,
            (titles, parts * 17),
            (tuple(self.register.titles)[:2], (first,)),
        )
        return choose.among(spoilt)

    def _open(self) -> list[tuple[Bytes32, Title]]:
        return [(name, each) for name, each in self.register.titles.items() if not each.closed]

    def _remark(self, choose: Choices) -> Digest | None:
        return self.fresh("remark") if choose.percent(30) else None

    def spoilt(
        self, choose: Choices, proposal: Proposal, keys: Sequence[Key]
    ) -> tuple[Wish, Key | None]:
        """Return the wish with something changed, and perhaps another key that wants it."""
        wish, key = proposal.wish, None
        for _ in range(choose.among((1, 1, 2))):
            if choose.percent(25):
                key = choose.among(keys)
            elif isinstance(wish, TitleAct):
                wish = self._spoilt_act(choose, wish, proposal.now)
            elif isinstance(wish, Issue):
                wish = self._spoilt_issue(choose, wish)
            elif isinstance(wish, Reissue):
                wish = self._spoilt_reissue(choose, wish)
            else:
                wish = TagKey(ZERO)
        return wish, key

    def _spoilt_act(self, choose: Choices, wish: TitleAct, now: int) -> TitleAct:
        whom = (None, STRANGER, PartyId(bytes(32)), *self.parties)
        changes: tuple[Callable[[], dict[str, Any]], ...] = (
            lambda: {"expected_sequence": max(0, wish.expected_sequence + choose.among((-1, 1)))},
            lambda: {"title": choose.among((Bytes32(b"\x66" * 32), *self.register.titles))},
            lambda: {"action": choose.among(tuple(TitleAction))},
            lambda: {"holder": choose.among(whom)},
            lambda: {"beneficiary": choose.among(whom)},
            lambda: {"intent": choose.among((None, ZERO, self.fresh("other"), *self._agreeable()))},
            lambda: {"accept_by": choose.among((None, now - 1, now, now + 1, ENDLESS))},
        )
        return replace(wish, **choose.among(changes)())

    def _agreeable(self) -> list[Digest]:
        return [commitment for _, commitment in list(self.register.commitments)[-3:]]

    def _spoilt_issue(self, choose: Choices, wish: Issue) -> Issue:
        whom = (None, STRANGER, PartyId(bytes(32)), *self.parties)
        changes: tuple[Callable[[], dict[str, Any]], ...] = (
            lambda: {"tag": ZERO},
            lambda: {
                "tag": Digest(b"\x01" * 32)
            },  # used as soon as one of the same carrier took it
            lambda: {"commitment": choose.among((ZERO, *self._agreeable()))},
            lambda: {"holder": choose.among(whom)},
            lambda: {"beneficiary": choose.among(whom)},
            lambda: {"expected_sequence": 1},
        )
        return replace(wish, **choose.among(changes)())

    def _spoilt_reissue(self, choose: Choices, wish: Reissue) -> Reissue:
        if not (wish.titles and wish.parts and wish.expected_sequences):
            return wish
        first, parts, sequences = wish.parts[0], wish.parts, wish.expected_sequences
        changes: tuple[dict[str, Any], ...] = (
            {"parts": (replace(first, share=first.share ^ 1), *parts[1:])},
            {"parts": parts[1:]},
            {"parts": (replace(first, tag=self.fresh("tag")), *parts[1:])},
            {"titles": (*wish.titles, wish.titles[0]), "expected_sequences": (*sequences, 1)},
            {"titles": (Bytes32(b"\x66" * 32), *wish.titles[1:])},
            {"expected_sequences": (sequences[0] + 1, *sequences[1:])},
            {"expected_sequences": sequences[1:]},
            {"titles": tuple(reversed(wish.titles))},
        )
        return replace(wish, **choose.among(changes))


def refusal_of(register: TitleRegister, proposal: Proposal) -> str | None:
    """Return why the register would refuse it, if so, and leave the register as it is."""
    try:
        apply_to(copy_of(register), proposal.wish, proposal.by, proposal.now)
    except TitleRefusedError as refused:
        return refused.code
    return None


def apply_to(register: TitleRegister, wish: Wish, by: PartyId, now: int) -> None:
    """Let a party have its wish, or raise TitleRefusedError."""
    if isinstance(wish, TagKey):
        register.register_tag_key(by, wish.key_hash)
    elif isinstance(wish, Issue):
        assert register.issue(wish, by, now) == title_id(by, wish.tag)
    elif isinstance(wish, TitleAct):
        register.act(wish, by, now)
    else:
        register.reissue(wish, by, now)


def copy_of(register: TitleRegister) -> TitleRegister:
    """Return the register as it is now; what is in it never changes."""
    return replace(
        register,
        tag_keys=dict(register.tag_keys),
        titles=dict(register.titles),
        commitments=dict(register.commitments),
    )


def _moment(choose: Choices, wish: TitleAct, title: Title, now: int) -> int:
    """Return when: what turns on a deadline that is not far, about that deadline."""
    if wish.action not in {A.ACCEPT, A.TAKE_BACK}:
        return now
    if title.accept_by is None or title.accept_by - now > 1000:
        return now
    return max(now, title.accept_by + choose.among((0, 1)))


def _likely(
    action: TitleAction, title: Title, named: tuple[PartyId, PartyId], accept_by: int | None
) -> tuple[PartyId | None, dict[str, Any]]:
    """Return who could do this to a title, and with which members."""
    return _doer(action, title, named[0]), _members(action, title, named, accept_by)


def _doer(action: TitleAction, title: Title, coin: PartyId) -> PartyId | None:
    of_holder, of_beneficiary = title.state.offers
    if action in {A.ACCEPT_SURRENDER, A.REFUSE_SURRENDER, A.PAUSE, A.UNPAUSE}:
        return title.carrier
    if action in {A.NOMINATE, A.REJECT_BENEFICIARY}:
        return title.beneficiary
    if action is A.TAKE_BACK and (of_holder or coin.raw[0] & 1):
        return title.former_holder if of_holder else title.former_beneficiary
    if action is A.ACCEPT and of_beneficiary and (not of_holder or coin.raw[0] & 1):
        return title.beneficiary
    return title.holder


def _members(
    action: TitleAction, title: Title, named: tuple[PartyId, PartyId], accept_by: int | None
) -> dict[str, Any]:
    dual = title.holder == title.beneficiary
    holder = {"holder": named[0], "accept_by": accept_by}
    beneficiary = {"beneficiary": named[1] if dual else title.nominee, "accept_by": accept_by}
    members: dict[TitleAction, dict[str, Any]] = {
        A.NOMINATE: {"beneficiary": None if title.nominee == named[1] else named[1]},
        A.TRANSFER_HOLDER: holder,
        A.TRANSFER_BENEFICIARY: beneficiary,
        A.TRANSFER_BOTH: holder | beneficiary,
        A.ACCEPT_SURRENDER: {"intent": title.intent},
    }
    return members.get(action, {})
