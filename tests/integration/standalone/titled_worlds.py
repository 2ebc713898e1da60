# SPDX-License-Identifier: Apache-2.0
"""Cases about titles, in memory: a bill, what was done with its title, and who says so."""

from dataclasses import replace

from bridge import small_world as sw
from small_titles import SECRET, TitleDesk
from worlds import START, case

from ledger.primitives import Address, Bytes32, Digest
from ledger.titles import Part, TitleAction, TitleState, title_tag

A = TitleAction
NEXT = Digest(bytes([9]) * 32)
HOUR = 3600


class Scene:
    """A bill whose title the bank holds; a bank, a forwarder and an importer."""

    def __init__(self, *, carrier_named=False, **members):
        self.world = sw.World()
        self.bank, self.forwarder, self.importer = map(
            sw.Party, ("Example Bank", "Example Forwarder", "Example Importer")
        )
        self.desk = TitleDesk(self.world)
        self.desk.admit(self.bank, self.forwarder, self.importer, self.world.carrier)
        self.bill = self.desk.bill(**members)
        self.carrier = self.world.carrier
        self.desk.issue(self.bill, self.carrier if carrier_named else self.bank)

    def acts(self, *acts):
        """Acts as (party, action) or (party, action, members)."""
        for by, action, *more in acts:
            self.desk.act(getattr(self, by), action, **(more[0] if more else {}))
        return self

    def to(self, name, **more):
        party = getattr(self, name).id
        return {"holder": party, "beneficiary": party} | more

    def case(self, **more):
        return case(self.world, self.bill, **more)

    def now(self):
        return self.desk.now


def held():
    return Scene().case()


def by_itself():
    return Scene(carrier_named=True).case()


def passed_on():
    scene = Scene()
    scene.desk.act(scene.bank, A.TRANSFER_BOTH, mine=False, **scene.to("forwarder"))
    return scene.acts(("forwarder", A.TRANSFER_BOTH, scene.to("importer"))).case()


def nominated():
    scene = Scene()
    scene.acts(
        ("bank", A.TRANSFER_HOLDER, {"holder": scene.forwarder.id}),
        ("bank", A.NOMINATE, {"beneficiary": scene.importer.id}),
        ("forwarder", A.TRANSFER_BENEFICIARY, {"beneficiary": scene.importer.id}),
        ("importer", A.REJECT_BENEFICIARY),
        ("bank", A.NOMINATE, {"beneficiary": scene.importer.id}),
    )
    return scene.case()


def offered(action=A.TRANSFER_BOTH, *after, days=1):
    scene = Scene()
    members = scene.to("forwarder", accept_by=scene.now() + days * 86_400)
    if action is A.TRANSFER_HOLDER:
        members.pop("beneficiary")
    if action is A.TRANSFER_BENEFICIARY:
        members.pop("holder")
    return scene.acts(("bank", action, members), *after).case()


def taken_back():
    scene = Scene()
    scene.acts(("bank", A.TRANSFER_BOTH, scene.to("forwarder", accept_by=scene.now() + 100)))
    scene.world.chain.mine(scene.now() + 200)
    return scene.acts(("bank", A.TAKE_BACK)).case()


def taken_back_by_holder():
    scene = Scene()
    wish = {"beneficiary": scene.forwarder.id, "accept_by": scene.now() + 100}
    scene.acts(("bank", A.TRANSFER_BENEFICIARY, wish))
    scene.world.chain.mine(scene.now() + 200)
    return scene.acts(("bank", A.TAKE_BACK)).case()


def accepted_in_part():
    scene = Scene()
    by = scene.now() + HOUR
    wish = {"holder": scene.forwarder.id, "beneficiary": scene.importer.id, "accept_by": by}
    return scene.acts(("bank", A.TRANSFER_BOTH, wish), ("forwarder", A.ACCEPT)).case()


def surrendered(action, *after, intent=None, lag=0):
    scene = Scene()
    scene.world.chain.lag = lag
    wish = {} if intent is None else {"intent": intent}
    return scene.acts(("bank", action, wish), *after).case()


def paused():
    return Scene().acts(("carrier", A.PAUSE)).case()


def paused_and_rejected():
    scene = Scene()
    scene.acts(("bank", A.TRANSFER_BOTH, scene.to("forwarder", accept_by=scene.now() + HOUR)))
    scene.acts(("carrier", A.PAUSE), ("forwarder", A.REJECT_BOTH), ("carrier", A.UNPAUSE))
    return scene.case()


def accept(intent=None):
    return ("carrier", A.ACCEPT_SURRENDER, {} if intent is None else {"intent": intent})


def of_new_bill():
    """The amended bill itself: its title was of another document before."""
    scene = Scene()
    new = scene.desk.bill(reference="XMPL260200001-A")
    wish = {"intent": new.commitment}
    scene.acts(("bank", A.SURRENDER_FOR_AMENDMENT, wish), accept(new.commitment))
    scene.bill = new
    return scene.case()


def never_issued():
    world = sw.World()
    TitleDesk(world).admit(world.carrier)
    return case(world, TitleDesk(world).bill())


def of_another_carrier():
    scene = Scene()
    rival = sw.Party("Example Rival Line")
    scene.desk.admit(rival)
    title = scene.desk.name(carrier=rival)
    bill = scene.desk.bill(title=scene.desk.text(title))
    scene.desk.issue(bill, scene.bank, carrier=rival)
    return case(scene.world, bill)


def of_another_bill():
    scene = Scene()
    return case(scene.world, scene.desk.bill(reference="XMPL260200002"))


def not_final():
    scene = Scene()
    scene.world.chain.lag = 1
    return scene.case()


def stolen(*, last=False, lag=0, other=False):
    scene = Scene()
    scene.acts(("bank", A.TRANSFER_BOTH, scene.to("forwarder")))
    since = scene.world.chain.time
    thief = scene.forwarder if last else scene.bank
    if last:
        scene.acts(("forwarder", A.TRANSFER_BOTH, scene.to("importer")))
    scene.world.chain.lag = lag
    scene.world.ledger.declare_compromise(thief, since + 1 if other else since)
    return scene.case()


def another_key():
    """The record names a key that never acted."""
    scene = Scene()
    scene.desk.titles.latest_key = Address(bytes([7]) * 20)
    scene.world.chain.mine()
    return scene.case()


def reissued():
    """The old title, and what it became."""
    scene = Scene()
    parts = [
        Part(title_tag(SECRET, f"PART {n}"), Digest(bytes([n]) * 32), share)
        for n, share in ((1, 400_000_000), (2, 600_000_000))
    ]
    scene.desk.reissue(scene.bank, [scene.desk.name()], parts)
    return scene.case()


def part_of(*, doubtful=False, steps=1, change=None, hide=None):
    """A bill whose title came from others, and those from others again."""
    scene = Scene()
    desk, bank = scene.desk, scene.bank
    if doubtful:
        scene.acts(("bank", A.TRANSFER_BOTH, scene.to("forwarder")))
        bank = scene.forwarder
    titles = [desk.name()]
    for step in range(steps):
        name = f"PART {step}"
        bill = desk.bill(reference=name, title=desk.text(desk.name(name)))
        rest = Digest(bytes([100 + step]) * 32)
        whole = sum(desk.book.titles[title].share for title in titles)
        parts = [
            Part(title_tag(SECRET, name), bill.commitment, whole // 2),
            Part(title_tag(SECRET, f"REST {step}"), rest, whole - whole // 2),
        ]
        desk.reissue(bank, titles, parts)
        titles = [desk.name(name)]
    if doubtful:
        scene.world.ledger.declare_compromise(scene.bank, START)
    if change is not None:
        desk.alter(change, desk.name())
    if hide is not None:
        desk.alter_record(titles[0], **hide)
    return case(scene.world, bill)


def told_otherwise(change):
    """The node tells the title's past in another way."""
    scene = Scene()
    scene.acts(
        ("bank", A.TRANSFER_BOTH, scene.to("forwarder")),
        ("forwarder", A.TRANSFER_BOTH, scene.to("importer")),
        ("importer", A.SURRENDER_FOR_DELIVERY),
    )
    scene.desk.alter(change)
    return scene.case()


def recorded_otherwise(**members):
    scene = Scene().acts(("carrier", A.PAUSE))
    scene.desk.alter_record(**members)
    return scene.case()


def by_another(events):
    thief = sw.Party("Example Thief")
    return [*events[:-1], replace(events[-1], party=thief.id)]


def in_another_register():
    scene = Scene()
    register = "0x" + "ab" * 20
    bill = scene.desk.bill(title=f"eip155:1337:{register}:{scene.desk.name()}")
    return case(scene.world, bill)


def on_another_chain():
    scene = Scene()
    return case(scene.world, scene.desk.bill(title=scene.desk.text(chain_id=1)))


def old_chain():
    found = held()
    return found | {"now": found["now"] + 100_000}


def without_receipts():
    scene = Scene()
    return case(scene.world, replace(scene.bill, receipts=(), acceptances=()))


def expired_and_closed():
    scene = Scene(valid_until=START + 1)
    return scene.acts(("bank", A.SURRENDER_FOR_PAPER), accept()).case()


S = A.SURRENDER_FOR_DELIVERY
TITLED = {
    "title-held": held,
    "title-by-itself": by_itself,
    "title-passed-on": passed_on,
    "title-nominated": nominated,
    "title-offered": offered,
    "title-offered-holder": lambda: offered(A.TRANSFER_HOLDER),
    "title-offered-beneficiary": lambda: offered(A.TRANSFER_BENEFICIARY),
    "title-accepted": lambda: offered(A.TRANSFER_BOTH, ("forwarder", A.ACCEPT)),
    "title-rejected": lambda: offered(A.TRANSFER_BOTH, ("forwarder", A.REJECT_BOTH)),
    "title-accepted-in-part": accepted_in_part,
    "title-taken-back": taken_back,
    "title-taken-back-by-holder": taken_back_by_holder,
    "title-for-delivery": lambda: surrendered(S),
    "title-for-amendment": lambda: surrendered(A.SURRENDER_FOR_AMENDMENT, intent=NEXT),
    "title-for-paper": lambda: surrendered(A.SURRENDER_FOR_PAPER),
    "title-for-reissue": lambda: surrendered(A.SURRENDER_FOR_REISSUE, intent=NEXT),
    "title-refused": lambda: surrendered(S, ("carrier", A.REFUSE_SURRENDER)),
    "title-delivered": lambda: surrendered(S, accept()),
    "title-delivered-latest": lambda: surrendered(S, accept(), lag=1),
    "title-on-paper": lambda: surrendered(A.SURRENDER_FOR_PAPER, accept()),
    "title-amended": lambda: surrendered(A.SURRENDER_FOR_AMENDMENT, accept(NEXT), intent=NEXT),
    "title-amended-latest": lambda: surrendered(
        A.SURRENDER_FOR_AMENDMENT, accept(NEXT), intent=NEXT, lag=1
    ),
    "title-of-new-bill": of_new_bill,
    "title-reissued": reissued,
    "title-part": part_of,
    "title-part-of-part": lambda: part_of(steps=3),
    "title-part-doubtful": lambda: part_of(doubtful=True, steps=2),
    "title-part-acts-missing": lambda: part_of(change=lambda events: events[1:]),
    "title-part-open-ended": lambda: part_of(change=lambda events: events[:-1]),
    "title-part-swapped": lambda: part_of(change=by_another),
    "title-part-orphan": lambda: part_of(hide={"origins": (Bytes32(bytes([3]) * 32),)}),
    "title-part-parentless": lambda: part_of(hide={"origins": ()}),
    "title-paused": paused,
    "title-paused-and-rejected": paused_and_rejected,
    "title-never-issued": never_issued,
    "title-of-another-carrier": of_another_carrier,
    "title-of-another-bill": of_another_bill,
    "title-not-final": not_final,
    "title-stolen": lambda: stolen(other=True),
    "title-stolen-before": stolen,
    "title-stolen-last": lambda: stolen(last=True),
    "title-stolen-latest": lambda: stolen(last=True, lag=1),
    "title-another-key": another_key,
    "title-gap": lambda: told_otherwise(lambda events: events[:1] + events[2:]),
    "title-no-issue": lambda: told_otherwise(lambda events: events[1:]),
    "title-nothing-told": lambda: told_otherwise(lambda _: []),
    "title-told-twice": lambda: told_otherwise(lambda events: [*events, events[-1]]),
    "title-swapped": lambda: told_otherwise(
        lambda events: [
            events[0],
            replace(events[1], place=events[2].place),
            replace(events[2], place=events[1].place),
            events[3],
        ]
    ),
    "title-by-a-thief": lambda: told_otherwise(by_another),
    "title-too-many": lambda: told_otherwise(
        lambda events: [*events, replace(events[-1], sequence=9, place=(99, 0, 0))]
    ),
    "title-not-paused": lambda: recorded_otherwise(paused=False),
    "title-other-time": lambda: recorded_otherwise(time=START),
    "title-other-state": lambda: recorded_otherwise(state=TitleState.OFFERED_BOTH),
    "title-other-share": lambda: recorded_otherwise(share=7),
    "title-in-another-register": in_another_register,
    "title-on-another-chain": on_another_chain,
    "title-old-chain": old_chain,
    "title-without-receipts": without_receipts,
    "title-expired-and-closed": expired_and_closed,
}
