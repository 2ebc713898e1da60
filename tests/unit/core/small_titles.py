# SPDX-License-Identifier: Apache-2.0
"""A TitleRegistry in memory: the rules of `ledger.titles`, their events, and a desk to use it."""

from dataclasses import dataclass, field, replace

from ledger.ports import (
    KeyDoubt,
    PartyName,
    TitleAnswer,
    TitleEvent,
    TitleHistory,
)
from ledger.ports.verifying import TitleAncestor
from ledger.primitives import Address, Bytes32, Digest
from ledger.statements import keccak256
from ledger.titles import (
    Issue,
    Part,
    Reissue,
    TitleAct,
    TitleAction,
    TitleRegister,
    plan_of,
    title_id,
    title_tag,
)
from ledger.verification import CheckName

NOBODY = Address(bytes(20))
SECRET = bytes(range(32))


@dataclass
class Titles:
    """What one register keeps, and what it said."""

    register: TitleRegister = field(default_factory=lambda: TitleRegister(set()))
    events: dict = field(default_factory=dict)  # title → [TitleEvent]
    parents: dict = field(default_factory=dict)  # title → titles that it was opened for
    fault: str | None = None
    latest_key: Address | None = None

    def say(self, title, event):
        self.events.setdefault(title, []).append(event)

    def answer(self, question, history, held):
        """What LedgerLens answers; `held` are the ledger's contracts."""
        title = question.title.title
        record = self.register.titles.get(title)
        own = [event for event in self.events.get(title, ()) if record is not None]
        key = self.latest_key or (own[-1].key if own else NOBODY)
        carrier = record and record.carrier
        named = [] if record is None else [record.carrier, record.holder, record.beneficiary]
        return TitleAnswer(
            record=record,
            key=key,
            title_of=self.register.commitments.get(
                (carrier, question.commitment), Bytes32(bytes(32))
            ),
            parties=tuple(
                PartyName(party, held.names.get(party, ""))
                for party in dict.fromkeys([*named, *history.parties])
                if party is not None
            ),
            keys=tuple(
                KeyDoubt(item, held.keys[item].compromised_since)
                for item in (*history.keys, key)
                if item in held.keys
            ),
        )

    def history(self, question):
        title = question.title.title
        return TitleHistory(
            tuple(self.events.get(title, ())),
            self.fault,
            self.parents.get(title, ()),
            tuple(
                TitleAncestor(item, self.parents.get(item, ()), tuple(self.events.get(item, ())))
                for item in sorted(self.ancestors(title))
            ),
        )

    def ancestors(self, title):
        parents = self.parents.get(title, ())
        return {*parents}.union(*map(self.ancestors, parents))


class TitleDesk:
    """Parties that pass titles on. Each call is a transaction, in a block of its own if `mine`."""

    def __init__(self, world, ledger=None):
        self.world = world
        self.ledger = ledger or world.ledger
        self.titles = self.ledger.state.titles
        self.place = 0

    @property
    def book(self):
        return self.titles.register

    def admit(self, *parties):
        for party in parties:
            self.book.parties.add(party.id)
            self.ledger.admit(party)
            self.world.chain.mine()

    def name(self, reference="XMPL260200001", carrier=None):
        carrier = carrier or self.world.carrier
        return title_id(carrier.id, title_tag(SECRET, reference))

    def text(self, title=None, chain_id=1337):
        register = self.ledger.trusted.titles[0].address
        return f"eip155:{chain_id}:{register}:{title or self.name()}"

    def bill(self, **members):
        """A notarised bill that names the title of its reference."""
        members.setdefault("title", self.text())
        return self.world.issue(self.world.document(**members))

    def issue(self, package, holder, beneficiary=None, *, carrier=None, reference="XMPL260200001"):
        carrier = carrier or self.world.carrier
        self.book.parties.add(carrier.id)
        self.book.tag_keys.setdefault(carrier.id, Digest(keccak256(SECRET)))
        commitment = getattr(package, "commitment", package)
        wish = Issue(
            title_tag(SECRET, reference), commitment, holder.id, (beneficiary or holder).id
        )
        title = self.book.issue(wish, carrier.id, self.now)
        self._said(title, carrier, wish, 1)
        self.world.chain.mine()
        return title

    def act(self, by, action, title=None, *, mine=True, **members):
        title = title or self.name()
        sequence = self.book.titles[title].sequence
        wish = TitleAct(action, title, sequence, **members)
        self.book.act(wish, by.id, self.now)
        self._said(title, by, wish, sequence + 1)
        if mine:
            self.world.chain.mine()

    def pass_on(self, by, to, **members):
        self.act(by, TitleAction.TRANSFER_BOTH, holder=to.id, beneficiary=to.id, **members)

    def reissue(self, by, titles, parts):
        """The holder surrenders each for the plan, and the carrier carries it out."""
        carrier = self.world.carrier
        plan = plan_of(titles, parts)
        for title in titles:
            self.act(by, TitleAction.SURRENDER_FOR_REISSUE, title, intent=plan)
        sequences = tuple(self.book.titles[title].sequence for title in titles)
        opened = self.book.reissue(
            Reissue(tuple(titles), sequences, tuple(parts)), carrier.id, self.now
        )
        for title, sequence in zip(titles, sequences, strict=True):
            closing = TitleAct(TitleAction.ACCEPT_SURRENDER, title, sequence, intent=plan)
            self._said(title, carrier, closing, sequence + 1)
        for title, part in zip(opened, parts, strict=True):
            wish = Issue(part.tag, part.commitment, by.id, by.id)
            self._said(title, carrier, wish, 1, part.share)
            self.titles.parents[title] = tuple(titles)
        self.world.chain.mine()
        return opened

    def split(self, by, titles, numbers, shares):
        """Reissue titles as bills of these numbers; each gives a package and its title."""
        packages = [self.bill(title=self.text(self.name(n)), reference=n) for n in numbers]
        parts = [
            Part(title_tag(SECRET, number), package.commitment, share)
            for number, package, share in zip(numbers, packages, shares, strict=True)
        ]
        opened = self.reissue(by, tuple(titles), tuple(parts))
        return list(zip(packages, opened, strict=True))

    def alter(self, change, title=None):
        """Have the register tell its past otherwise from now on: `change` takes the events."""
        title = title or self.name()
        self.titles.events[title] = change(list(self.titles.events[title]))
        self.world.chain.mine()

    def alter_record(self, title=None, **members):
        title = title or self.name()
        self.book.titles[title] = replace(self.book.titles[title], **members)
        self.world.chain.mine()

    @property
    def now(self):
        return self.world.chain.time + 12

    def _said(self, title, by, wish, sequence, share=10**9):
        self.place += 1
        event = TitleEvent(
            place=(self.world.chain.next_block, self.place, 0),
            transaction=Bytes32(keccak256(str(self.place).encode())),
            time=self.now,
            party=by.id,
            key=by.address,
            sequence=sequence,
            wish=wish,
            share=share if isinstance(wish, Issue) else 0,
        )
        self.titles.say(title, event)


def told(report):
    return [outcome.code for outcome in report.check(CheckName.TITLE).outcomes]


def expect(report, verdict, *codes):
    assert told(report) == [*codes]
    assert report.verdict is verdict, report.reasons()
    report.json()
