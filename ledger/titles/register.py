# SPDX-License-Identifier: Apache-2.0
"""All titles of one register: what TitleRegistry's storage says after the same acts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles.acts import Issue, Part, Reissue, TitleAct
from ledger.titles.identity import plan_of, title_id
from ledger.titles.record import Title, TitleAction, TitleState
from ledger.titles.refusals import TitleRefusedError
from ledger.titles.rules import apply, close

__all__ = ["TitleRegister"]

_ZERO: Final = Digest(bytes(32))
_MAX_PARTS: Final = 32
_NOTHING: Final[Mapping[Bytes32, Title]] = MappingProxyType({})


@dataclass(slots=True)
class TitleRegister:
    """A register that replays acts in their order; a refused act leaves it as it was.

    `parties` are the registered ones. Keys are not its business: `by` is whom the key acts for.
    """

    parties: set[PartyId]
    tag_keys: dict[PartyId, Digest] = field(default_factory=dict)
    titles: dict[Bytes32, Title] = field(default_factory=dict)
    commitments: dict[tuple[PartyId, Digest], Bytes32] = field(default_factory=dict)

    def register_tag_key(self, by: PartyId, key_hash: Digest) -> None:
        """Bind a carrier to its secret, once and for ever."""
        if key_hash == _ZERO:
            raise TitleRefusedError("ZeroHash", "keyHash is zero")
        if by in self.tag_keys:
            raise TitleRefusedError("TagKeyRegistered", f"it is {self.tag_keys[by]}")
        self.tag_keys[by] = key_hash

    def issue(self, wish: Issue, by: PartyId, now: int) -> Bytes32:
        """Issue a title; who gets it may reject it, and then the carrier has it."""
        title = title_id(by, wish.tag)
        if wish.expected_sequence != 0:
            found = self.titles.get(title)
            raise _stale(0 if found is None else found.sequence, wish.expected_sequence)
        holder, beneficiary = self._named(wish.holder), self._named(wish.beneficiary)
        fresh = Title(
            carrier=by,
            commitment=wish.commitment,
            holder=holder,
            beneficiary=beneficiary,
            former_holder=None if holder == by else by,
            former_beneficiary=None if beneficiary == by else by,
            time=now,
        )
        self._check_open(fresh, wish.tag)
        self._open(title, fresh)
        return title

    def act(self, wish: TitleAct, by: PartyId, now: int) -> Title:
        """Act on a title; which actions there are, ITitleRegistry says at `act`."""
        before = self._current(wish.title, wish.expected_sequence)
        after = apply(before, wish, by, now, self.parties.__contains__)
        if wish.action is TitleAction.ACCEPT_SURRENDER and not after.closed:
            self._check_commitment(after.carrier, after.commitment)
            self.commitments[after.carrier, after.commitment] = wish.title
        after = replace(after, sequence=before.sequence + 1, time=now)
        self.titles[wish.title] = after
        return after

    def reissue(self, wish: Reissue, by: PartyId, now: int) -> tuple[Bytes32, ...]:
        """Split one title or combine several, as their holder agreed; all or nothing."""
        _check_counts(wish)
        closed, owner = self._closed(wish, by, now)
        before = sum(title.share for title in closed.values())
        opened: dict[Bytes32, Title] = {}
        shares = 0
        for part in wish.parts:
            if part.share == 0:
                raise TitleRefusedError("BadShares", "a share is zero")
            shares += part.share
            fresh = _reissued(part, by, owner, wish.titles, now)
            self._check_open(fresh, part.tag, opened)
            opened[title_id(by, part.tag)] = fresh
        if before != shares:
            raise TitleRefusedError("BadShares", f"want {before} in all; got {shares}")
        self.titles.update(closed)
        for name, fresh in opened.items():
            self._open(name, fresh)
        return tuple(opened)

    def _closed(
        self, wish: Reissue, by: PartyId, now: int
    ) -> tuple[dict[Bytes32, Title], PartyId | None]:
        plan = plan_of(wish.titles, wish.parts)
        owner: PartyId | None = None
        closed: dict[Bytes32, Title] = {}
        for name, expected in zip(wish.titles, wish.expected_sequences, strict=True):
            title = self._current(name, expected, closed)
            _check_agreed(title, by, plan)
            if closed and title.former_holder != owner:
                raise TitleRefusedError("WrongParty", f"{title.former_holder} surrendered it")
            owner = title.former_holder
            after = close(title, TitleState.REISSUED)
            closed[name] = replace(after, sequence=title.sequence + 1, time=now)
        return closed, owner

    def _check_open(
        self, fresh: Title, tag: Digest, beside: dict[Bytes32, Title] | None = None
    ) -> None:
        beside = beside or {}
        if fresh.carrier not in self.tag_keys:
            raise TitleRefusedError("NoTagKey", f"{fresh.carrier} registered no tag key")
        if tag == _ZERO:
            raise TitleRefusedError("ZeroHash", "tag is zero")
        title = title_id(fresh.carrier, tag)
        if title in self.titles or title in beside:
            raise TitleRefusedError("TagUsed", f"title {title} exists")
        self._check_commitment(fresh.carrier, fresh.commitment)
        if any(fresh.commitment == other.commitment for other in beside.values()):
            raise TitleRefusedError("CommitmentUsed", "another part has it")

    def _check_commitment(self, carrier: PartyId, commitment: Digest) -> None:
        if commitment == _ZERO:
            raise TitleRefusedError("ZeroHash", "commitment is zero")
        other = self.commitments.get((carrier, commitment))
        if other is not None:
            raise TitleRefusedError("CommitmentUsed", f"title {other} has or had it")

    def _open(self, name: Bytes32, title: Title) -> None:
        self.titles[name] = title
        self.commitments[title.carrier, title.commitment] = name

    def _current(
        self, name: Bytes32, expected: int, changed: Mapping[Bytes32, Title] = _NOTHING
    ) -> Title:
        title = changed.get(name) or self.titles.get(name)
        if title is None:
            raise TitleRefusedError("NoTitle", f"there is no title {name}")
        if title.sequence != expected:
            raise _stale(title.sequence, expected)
        return title

    def _named(self, party: PartyId | None) -> PartyId:
        if party is None or party not in self.parties:
            raise TitleRefusedError("UnknownParty", f"{party} is not registered")
        return party


def _stale(sequence: int, expected: int) -> TitleRefusedError:
    return TitleRefusedError("Stale", f"its latest act is {sequence}; expected {expected}")


def _check_agreed(title: Title, by: PartyId, plan: Digest) -> None:
    if title.state is not TitleState.FOR_REISSUE:
        raise TitleRefusedError("WrongState", f"it is {title.state.label}")
    if title.paused:
        raise TitleRefusedError("Paused", "the carrier paused it")
    if title.carrier != by:
        raise TitleRefusedError("WrongParty", f"its carrier is {title.carrier}")
    if title.intent != plan:
        raise TitleRefusedError("NotAgreed", f"the holder agreed to {title.intent}")


def _reissued(
    part: Part, carrier: PartyId, owner: PartyId | None, origins: tuple[Bytes32, ...], now: int
) -> Title:
    return Title(
        carrier=carrier,
        commitment=part.commitment,
        holder=owner,
        beneficiary=owner,
        time=now,
        share=part.share,
        origins=origins,
    )


def _check_counts(wish: Reissue) -> None:
    closing, opening = len(wish.titles), len(wish.parts)
    splits = closing == 1 and 1 < opening <= _MAX_PARTS
    combines = opening == 1 and 1 < closing <= _MAX_PARTS
    if not (splits or combines) or len(wish.expected_sequences) != closing:
        raise TitleRefusedError(
            "BadCount", f"want one into 2 to 32 or 2 to 32 into one; got {closing} into {opening}"
        )
