# SPDX-License-Identifier: Apache-2.0
"""TitleRegistry beside the model: every wish to both, and afterwards both must say the same.

A step makes several acts, most of them possible, the others with something wrong. Every wish is
tried directly and, signed, through a relayer; those that the model accepts are then mined.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from stateful_chain import (
    RELAYER,
    SEEDS,
    Choices,
    Key,
    Node,
    Outcome,
    Said,
    Tally,
    Ticket,
    extended,
)
from title_machine_chain import (
    DIRECT,
    NEVER,
    RELAYED,
    TagKey,
    TitleContract,
    TitleSigner,
    Wish,
    kind_of,
    owner_of,
    record_of,
    result_of,
    said,
    shares_in_force,
    shares_issued,
    word,
)
from title_machine_wishes import Wishes, apply_to, copy_of

from ledger.primitives import Bytes32, PartyId
from ledger.titles import Issue, Reissue, TitleAct, TitleRefusedError, TitleRegister, title_id

MANY: Final = st.lists(SEEDS, min_size=12, max_size=40)  # about twenty are usual
FEW: Final = st.lists(SEEDS, min_size=2, max_size=8)
UNISSUED: Final = Bytes32(b"\x55" * 32)
STRANGER: Final = Key.named("a stranger to all parties")
EARLIER: Final = 5  # carriers that begin with a tag key


@dataclass(slots=True)
class World:
    """The contract, and the parties with their keys. A key that cannot act belongs to no party."""

    node: Node
    contract: TitleContract
    signer: TitleSigner
    keys: dict[Key, PartyId | None]
    tally: Tally = field(default_factory=Tally)

    @property
    def parties(self) -> list[PartyId]:
        """Return all parties, each once."""
        return list(dict.fromkeys(each for each in self.keys.values() if each is not None))


@dataclass(frozen=True, slots=True)
class Carried:
    """A signed wish, and what the contract says of the signature if not None."""

    data: str
    ticket: Ticket
    refusal: str | None


class TitleMachine(RuleBasedStateMachine):
    """One example: a fresh register on chain, a fresh model beside it."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.world, self.node, self.contract = world, world.node, world.contract
        self.snapshot = self.node.ask("evm_snapshot")
        self.number, self.time = self.node.latest()
        self.register = TitleRegister(set(world.parties))
        self.wishes = Wishes(self.register, world.parties)
        self.head = self.replayed = NEVER
        self.unread = self.number  # the first block whose events were not read yet
        self.acted_by: dict[Bytes32, str] = {}
        self.nonces: set[tuple[str, int]] = set()
        self.closed: set[Bytes32] = set()

    def teardown(self) -> None:
        """Bring the chain back to where the example began."""
        assert self.node.ask("evm_revert", self.snapshot)

    # ---------------------------------------------------------------- rules

    @initialize(seed=SEEDS)
    def begin(self, seed: int) -> None:
        """Let some parties become carriers, and issue a title of each."""
        choose = Choices(seed)
        for party in self.world.parties[:EARLIER]:
            key = self._key_of(choose, party)
            self._attempt(choose, key, TagKey(self.wishes.fresh("key")), self.time)
            issue = self.wishes.issue(choose, self.time).wish
            self._attempt(choose, key, issue, self.time + 1)

    @rule(seeds=MANY)
    def several_acts(self, seeds: list[int]) -> None:
        """Make several acts, each in its own block, some of them in one second."""
        for seed in seeds:
            self._one_act(Choices(seed))

    @rule(late=st.integers(0, 1), seeds=FEW)
    def acts_in_one_block(self, late: int, seeds: list[int]) -> None:
        """Make several acts in one block: a relayer's transactions keep their order."""
        sent, events = [], []
        now = self.time + late
        for choose in map(Choices, seeds):
            proposal = self.wishes.possible(choose, now)
            if proposal.now != now:
                continue
            key = self._key_of(choose, proposal.by)
            carried = self._sign(choose, key, proposal.wish, now, honest=True)
            sent.append((kind_of(proposal.wish), self.contract.send(RELAYER, carried.data)))
            events += self._accept(key, proposal.wish, proposal.by, now)
            self._spend(carried, proposal.wish)
        self._mine(now, sent, events)

    @invariant()
    def contract_and_model_agree(self) -> None:
        """Compare all that can be read of all titles."""
        names = list(self.register.titles)
        records = self.contract.views("record", [(each.raw,) for each in [*names, UNISSUED]])
        for name, (found,) in zip(names, records, strict=False):
            assert found == record_of(self.register.titles[name], self.acted_by[name])
        assert not any(map(_is_set, records[-1][0]))
        owners = self.contract.views("ownerOf", [(_token(each),) for each in names])
        holders = [owner_of(self.register.titles[each].holder) for each in names]
        assert [each for (each,) in owners] == holders
        self._compare_indexes()
        if self.unread <= self.number:
            self.replayed = self.contract.extend(self.replayed, self.unread, self.number)
            self.unread = self.number + 1
        assert self.contract.view("head") == self.head == self.replayed

    @invariant()
    def what_must_never_change_stays(self) -> None:
        """Closed titles stay closed, nobody holds them, and shares are conserved."""
        titles = self.register.titles
        closed = {name for name, each in titles.items() if each.closed}
        assert self.closed <= closed
        assert all((each.holder is None) == each.closed for each in titles.values())
        assert shares_in_force(self.register) == shares_issued(self.register)
        self.closed = closed

    def send_directly(self, key: Key, wishes: list[Wish]) -> None:
        """Send wishes of one key that must all be accepted, in one block."""
        by = self.world.keys[key]
        assert by is not None
        sent, events = [], []
        for wish in wishes:
            sent.append(
                (kind_of(wish), self.contract.send(key.address, self.contract.direct(wish)))
            )
            events += self._accept(key, wish, by, self.time)
        self._mine(self.time, sent, events)

    # ---------------------------------------------------------------- one act

    def _one_act(self, choose: Choices) -> None:
        now = self._moment(choose)
        if choose.percent(15):
            proposal = self.wishes.refused(choose, now)
        else:
            proposal = self.wishes.possible(choose, now)
        wish, key = proposal.wish, self._key_of(choose, proposal.by)
        if choose.percent(20):
            wish, other = self.wishes.spoilt(choose, proposal, list(self.world.keys))
            key = other or key
        self._attempt(choose, key, wish, proposal.now)

    def _moment(self, choose: Choices) -> int:
        """Return a second that is not past: often this one, or one about some deadline."""
        deadlines = [each.accept_by for each in self.register.titles.values() if each.accept_by]
        near = [each for each in deadlines if each - self.time < 100]
        about = [each + shift for each in near[:3] for shift in (-1, 0, 1)]
        moments = [self.time, self.time, self.time + 1, *about]
        return max(self.time, choose.among(moments))

    def _attempt(self, choose: Choices, key: Key, wish: Wish, now: int) -> None:
        """Try a wish both ways; mine it one way if the model accepts it."""
        carried = self._sign(choose, key, wish, now, honest=False)
        direct = self.contract.direct(wish)
        found = self.contract.attempt(key.address, direct, now)
        relayed = self.contract.attempt(RELAYER, carried.data, now)
        before, refusal = copy_of(self.register), self._refusal(key, wish, now)
        assert found.error == refusal, (wish, key.name, now)
        assert relayed.error == (carried.refusal or refusal), (wish, key.name, now)
        self._count(wish, found, relayed)
        if refusal is not None:
            assert self.register == before
            return
        by = self.world.keys[key]
        assert by is not None
        assert found == result_of(wish, by)
        assert relayed in (found, Outcome(error=carried.refusal))
        events = list(said(wish, by, key.address, before, self.register))
        self._note(wish, by, key)
        chance = 65 if isinstance(wish, TagKey) else 40  # nobody has many of them
        if carried.refusal is None and choose.percent(chance):
            self._spend(carried, wish)
            sent = self.contract.send(RELAYER, carried.data)
        else:
            self.world.tally.mined[DIRECT[type(wish)]] += 1
            sent = self.contract.send(key.address, direct)
        self._mine(now, [(kind_of(wish), sent)], events)

    def _refusal(self, key: Key, wish: Wish, now: int) -> str | None:
        """Let the model have the wish; return the error that the contract must give, if any."""
        by = self.world.keys[key]
        if by is None:
            return "TitleRegistry_NotSigner"
        try:
            apply_to(self.register, wish, by, now)
        except TitleRefusedError as refused:
            return f"TitleRegistry_{refused.code}"
        return None

    def _accept(self, key: Key, wish: Wish, by: PartyId, now: int) -> list[Said]:
        before = copy_of(self.register)
        apply_to(self.register, wish, by, now)
        self._note(wish, by, key)
        return list(said(wish, by, key.address, before, self.register))

    def _note(self, wish: Wish, by: PartyId, key: Key) -> None:
        """Remember which key acted on which title last."""
        names: tuple[Bytes32, ...] = ()
        if isinstance(wish, TitleAct):
            names = (wish.title,)
        elif isinstance(wish, Issue):
            names = (title_id(by, wish.tag),)
        elif isinstance(wish, Reissue):
            names = (*wish.titles, *(title_id(by, each.tag) for each in wish.parts))
        self.acted_by.update(dict.fromkeys(names, key.address))

    def _mine(self, now: int, sent: list[tuple[str, str]], events: list[Said]) -> None:
        self.node.mine(now)
        self.number, self.time = self.number + 1, now
        for kind, transaction in sent:
            receipt = self.node.ask("eth_getTransactionReceipt", transaction)
            assert (receipt["status"], int(receipt["blockNumber"], 16)) == ("0x1", self.number)
            self.world.tally.mined[kind] += 1
        for event in events:
            self.head = extended(self.head, event, self.number, now)

    # ---------------------------------------------------------------- signatures

    def _sign(self, choose: Choices, key: Key, wish: Wish, now: int, *, honest: bool) -> Carried:
        """Sign a wish; unless it has to be honest, sometimes with something wrong."""
        party = self.world.keys[key] or self.world.parties[0]
        nonce = len(self.nonces) + choose.among((0, 0, 2**64, 2**255))
        ticket = Ticket(key.address, nonce, now + choose.among((0, 1, 1000)))
        sign = self.world.signer.wish
        if honest or choose.percent(75):
            return Carried(
                self.contract.relayed(wish, ticket, sign(key, wish, party.raw, ticket)),
                ticket,
                None,
            )
        used = [each for address, each in self.nonces if address == key.address]
        late, again = replace(ticket, deadline=now - 1), replace(ticket, nonce=(used or [0])[0])
        altered = replace(ticket, nonce=nonce + 1)
        elsewhere = {"verifyingContract": RELAYER}
        wrong = [
            (late, sign(key, wish, party.raw, late), "RelayedActs_Expired"),
            (ticket, sign(key, wish, party.raw, altered), "RelayedActs_BadSignature"),
            (ticket, sign(STRANGER, wish, party.raw, ticket), "RelayedActs_BadSignature"),
            (ticket, sign(key, wish, NEVER, ticket), "RelayedActs_BadSignature"),
            (ticket, sign(key, wish, party.raw, ticket, chainId=1), "RelayedActs_BadSignature"),
            (ticket, sign(key, wish, party.raw, ticket, **elsewhere), "RelayedActs_BadSignature"),
            (ticket, sign(key, wish, party.raw, ticket)[:64], "RelayedActs_BadSignature"),
        ]
        if used:
            wrong.append((again, sign(key, wish, party.raw, again), "RelayedActs_NonceUsed"))
        ticket, signature, refusal = choose.among(wrong)
        if self.world.keys[key] is None:
            refusal = "TitleRegistry_NotSigner"
        return Carried(self.contract.relayed(wish, ticket, signature), ticket, refusal)

    def _spend(self, carried: Carried, wish: Wish) -> None:
        self.nonces.add((carried.ticket.key, carried.ticket.nonce))
        self.world.tally.mined[RELAYED[type(wish)]] += 1

    # ---------------------------------------------------------------- small things

    def _key_of(self, choose: Choices, party: PartyId) -> Key:
        return choose.among([key for key, owner in self.world.keys.items() if owner == party])

    def _count(self, wish: Wish, direct: Outcome, relayed: Outcome) -> None:
        names = (
            (kind_of(wish), direct),
            (DIRECT[type(wish)], direct),
            (RELAYED[type(wish)], relayed),
        )
        for name, outcome in dict(names).items():
            counts = (
                self.world.tally.accepted if outcome.error is None else self.world.tally.refused
            )
            counts[name] += 1

    def _compare_indexes(self) -> None:
        places = [(*each, name) for each, name in self.register.commitments.items()]
        asked = [(carrier.raw, commitment.raw) for carrier, commitment, _ in places]
        found = self.contract.views("titleOf", [*asked, (NEVER, NEVER)])
        assert [each for (each,) in found] == [*(name.raw for *_, name in places), NEVER]
        parties = self.world.parties
        bound = self.contract.views("tagKeyHash", [(each.raw,) for each in parties])
        assert [each for (each,) in bound] == [
            word(self.register.tag_keys.get(each)) for each in parties
        ]
        used = self.contract.views("nonceUsed", [*self.nonces, (STRANGER.address, 0)])
        assert [each for (each,) in used] == [True] * len(self.nonces) + [False]


def _is_set(member: object) -> bool:
    return member not in (0, bytes(32), "0x" + "00" * 20, ())


def _token(name: Bytes32) -> int:
    return int.from_bytes(name.raw, "big")
