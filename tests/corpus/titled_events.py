# SPDX-License-Identifier: Apache-2.0
"""What happened to titles on the corpus's chain. Each bill names the title of its reference."""

import hashlib
from collections.abc import Sequence

from chain_world import World, digest, key_of

from ledger.chain.writing import Subject
from ledger.chain.writing.contract import Contract
from ledger.chain.writing.sending import Sender
from ledger.primitives import Digest, parse_time
from ledger.titles import Part, TitleAction, plan_of, title_id, title_tag

A = TitleAction
NONE = bytes(32)
HOLDERS = ("bank", "importer", "fence", "safe", "early-thief")
# Bills whose titles have a story of their own, and bills that titles are moved to.
TOLD = (
    *("held", "own", "passed", "crowd", "roles", "offered", "offer-late", "accepted", "half"),
    *("rejected", "taken-back", "taken-back-role", "for-delivery", "for-amendment", "for-paper"),
    *("for-reissue", "refused", "paused", "resumed-title", "rejected-paused", "delivered"),
    *("paper", "amended", "amended-to", "twice-1", "twice-2", "twice-3", "split", "part-1"),
    *("part-2", "joined", "grandchild", "unissued", "other-bill", "stolen", "stolen-last"),
    *("stolen-delivered", "safe-act", "tainted", "tainted-part", "tainted-grandchild"),
    *("robbed-amended", "late-issued", "late-delivered", "late-amended", "late-amended-to"),
    *("suspended-delivered", "revoked-delivered", "replaced-unissued", "lone"),
    *("part-x", "part-y", "part-z", "late-stolen"),
)


def secret_of(carrier: str = "carrier") -> bytes:
    return digest(f"tag key of {carrier}").raw


def reference_of(name: str) -> str:
    return f"XMPL-T-{name.upper()}"


class Titles:
    """The first ledger's register, and parties that act on it."""

    def __init__(self, world: World) -> None:
        (self.register,) = world.one.trust.ledgers[0].titles
        self.world = world
        self.contract = Contract(world.node, "TitleRegistry", self.register.address)

    def send(self, by: str, function: str, *arguments) -> None:
        Sender(self.world.node, key_of(by)).act(self.contract, function, *arguments)

    def tag(self, name: str, carrier: str = "carrier") -> Digest:
        return title_tag(secret_of(carrier), reference_of(name))

    def name(self, name: str, carrier: str = "carrier"):
        return title_id(self.world.parties[carrier], self.tag(name, carrier))

    def text(self, name: str, carrier: str = "carrier", chain: int = 1337) -> str:
        return f"eip155:{chain}:{self.register.address}:{self.name(name, carrier)}"

    def issue(
        self, name: str, holder: str = "bank", beneficiary=None, carrier="carrier", bill=None
    ):
        parties = self.world.parties
        commitment = self.world.sealed[bill or f"t-{name}"].commitment
        roles = (parties[holder].raw, parties[beneficiary or holder].raw)
        wish = (self.tag(name, carrier).raw, 0, commitment.raw, *roles, NONE)
        self.send(carrier, "issue", wish)

    def wish(self, name, action, to=(), *, sequence=None, intent=NONE, accept_by=0):
        """The arguments of `act`; `to` names the holder, the beneficiary, or both."""
        title = self.name(name).raw
        if sequence is None:
            sequence = self.contract.read("record", title)[10]
        roles = dict.fromkeys("hb", self.world.parties[to].raw) if to else {}
        if action == A.TRANSFER_HOLDER:
            roles.pop("b")
        if action in (A.NOMINATE, A.TRANSFER_BENEFICIARY):
            roles.pop("h")
        named = (roles.get("h", NONE), roles.get("b", NONE))
        return (int(action), title, sequence, *named, intent, accept_by, NONE)

    def act(self, name: str, by: str, action: A, to: str = "", **members) -> None:
        self.send(by, "act", self.wish(name, action, to, **members))

    def surrender(self, name: str, action: A, intent: bytes = NONE, by: str = "bank") -> None:
        self.act(name, by, action, intent=intent)

    def accept(self, name: str, intent: bytes = NONE) -> None:
        self.act(name, "carrier", A.ACCEPT_SURRENDER, intent=intent)

    def closed(self, name: str, action: A, intent: bytes = NONE) -> None:
        self.surrender(name, action, intent)
        self.accept(name, intent)

    def amend(self, name: str, bill: str) -> None:
        self.closed(name, A.SURRENDER_FOR_AMENDMENT, self.world.sealed[f"t-{bill}"].commitment.raw)

    def reissue(self, names: Sequence[str], parts: dict[str, int], by: str = "bank") -> None:
        titles = [self.name(name) for name in names]
        wished = [
            Part(self.tag(part), self.world.sealed[f"t-{part}"].commitment, share)
            for part, share in parts.items()
        ]
        plan = plan_of(titles, wished)
        for name in names:
            self.surrender(name, A.SURRENDER_FOR_REISSUE, plan.raw, by)
        sequences = [self.contract.read("record", title.raw)[10] for title in titles]
        opened = [(part.tag.raw, part.commitment.raw, part.share) for part in wished]
        self.send("carrier", "reissue", ([t.raw for t in titles], sequences, opened, NONE))

    def at_once(self, *acts: tuple) -> None:
        """Mine acts of different parties in one block, in this order."""
        anvil = self.world.anvil
        anvil.call("evm_setAutomine", False)  # noqa: FBT003 — JSON-RPC
        for place, (by, wish) in enumerate(acts):
            account = str(key_of(by).address)
            anvil.call("anvil_impersonateAccount", account)
            transaction = {
                "from": account,
                "to": str(self.register.address),
                "data": "0x" + self.contract.data("act", wish).hex(),
                "gas": hex(400_000),
                "maxFeePerGas": hex(10**12),
                # The node puts first what pays most.
                "maxPriorityFeePerGas": hex(10**10 * (len(acts) - place)),
            }
            anvil.call("eth_sendTransaction", transaction)
        anvil.call("anvil_mine", "0x1")
        anvil.call("evm_setAutomine", True)  # noqa: FBT003 — as above


def seal_titled(world: World) -> None:
    """Bills of the carrier, each with the title of its reference; amended ones keep the first."""
    titles = Titles(world)
    of = {"amended-to": "amended", "twice-2": "twice-1", "twice-3": "twice-1"}
    of |= {"other-bill": "held", "late-amended-to": "late-amended"}
    for name in TOLD:
        more = {"title": titles.text(of.get(name, name)), "reference": reference_of(name)}
        world.seal(f"t-{name}", **more)
    world.seal("t-of-rival", title=titles.text("of-rival", "rival"))
    world.seal("t-rivals-own", ("rival",), title=titles.text("of-rival", "rival"))
    world.seal("t-other-chain", title=titles.text("held", chain=1))
    world.seal(
        "t-expired-delivered",
        title=titles.text("expired-delivered"),
        valid_until=parse_time("2020-01-01T00:00:00Z"),
    )
    world.seal(
        "t-expired-unissued",
        title=titles.text("expired-unissued"),
        valid_until=parse_time("2020-01-01T00:00:00Z"),
    )
    bill = world.sealed["bl"].document.data
    world.seal("t-bl", data=bill, title=titles.text("bl"), reference="XMPL260200001-B-T")
    world.seal("t-bl-unissued", data=bill, title=titles.text("bl-unissued"), reference="XMPL-B-U")
    second = world.two.trust.ledgers[0].titles[0].address
    world.seal("t-second-register", title=f"eip155:1337:{second}:{titles.name('held')}")


def notarise(world: World) -> None:
    """All of them under one head."""
    names = [name for name in world.sealed if name.startswith("t-")]
    items = [
        world.state([name], "rival" if name == "t-rivals-own" else "carrier") for name in names
    ]
    world.anchor(*items)


def offers(titles: Titles) -> None:
    """Transfers that have to be accepted, and what became of them."""
    soon, later = titles.world.now() + 120, titles.world.now() + 20_000_000
    both = A.TRANSFER_BOTH
    for name in ("offered", "accepted", "rejected", "rejected-paused"):
        titles.issue(name)
        titles.act(name, "bank", both, "importer", accept_by=later)
    titles.act("accepted", "importer", A.ACCEPT)
    titles.act("rejected", "importer", A.REJECT_BOTH)
    titles.act("rejected-paused", "carrier", A.PAUSE)
    titles.act("rejected-paused", "importer", A.REJECT_HOLDER)
    for name in ("offer-late", "taken-back"):
        titles.issue(name)
        titles.act(name, "bank", both, "importer", accept_by=soon)
    titles.issue("taken-back-role", "bank", "forwarder")
    titles.act("taken-back-role", "forwarder", A.NOMINATE, "importer")
    titles.act("taken-back-role", "bank", A.TRANSFER_BENEFICIARY, "importer", accept_by=soon)
    titles.issue("half", "bank")
    wish = list(titles.wish("half", both, "importer", accept_by=later))
    wish[3] = titles.world.parties["forwarder"].raw
    titles.send("bank", "act", tuple(wish))
    titles.act("half", "forwarder", A.ACCEPT)
    titles.world.later(200)
    titles.act("taken-back", "bank", A.TAKE_BACK)
    titles.act("taken-back-role", "bank", A.TAKE_BACK)


def transfers(titles: Titles) -> None:
    """Titles that are passed on at once, some of them several times in one block."""
    for name in ("held", "passed", "crowd", "paused", "resumed-title", "bl"):
        titles.issue(name, bill="t-bl" if name == "bl" else None)
    titles.issue("own", "carrier")
    titles.act("passed", "bank", A.TRANSFER_BOTH, "forwarder")
    titles.act("passed", "forwarder", A.TRANSFER_BOTH, "importer")
    titles.act("passed", "importer", A.TRANSFER_HOLDER, "bank")
    steps = [("bank", "forwarder"), ("forwarder", "importer"), ("importer", "bank")]
    for first in (1, 4):
        titles.at_once(
            *(
                (by, titles.wish("crowd", A.TRANSFER_BOTH, to, sequence=first + at))
                for at, (by, to) in enumerate(steps)
            )
        )
    titles.act("paused", "carrier", A.PAUSE)
    titles.act("resumed-title", "carrier", A.PAUSE)
    titles.act("resumed-title", "carrier", A.UNPAUSE)
    titles.issue("roles", "bank", "importer")
    titles.act("roles", "importer", A.NOMINATE, "forwarder")
    titles.act("roles", "bank", A.TRANSFER_BENEFICIARY, "forwarder")
    titles.act("roles", "forwarder", A.REJECT_BENEFICIARY)
    titles.act("roles", "bank", A.TRANSFER_HOLDER, "importer")
    titles.issue("of-rival", "bank", carrier="rival", bill="t-rivals-own")


def surrenders(titles: Titles) -> None:
    """Titles that were handed back: some are answered, some not."""
    pending = {"for-delivery": A.SURRENDER_FOR_DELIVERY, "for-paper": A.SURRENDER_FOR_PAPER}
    pending |= {"for-amendment": A.SURRENDER_FOR_AMENDMENT, "for-reissue": A.SURRENDER_FOR_REISSUE}
    pending |= {"refused": A.SURRENDER_FOR_DELIVERY, "late-delivered": A.SURRENDER_FOR_DELIVERY}
    for name, action in pending.items():
        titles.issue(name)
        intended = name in ("for-amendment", "for-reissue")
        titles.surrender(name, action, digest("an intent").raw if intended else NONE)
    titles.act("refused", "carrier", A.REFUSE_SURRENDER)
    for name in ("delivered", "paper", "suspended-delivered", "revoked-delivered"):
        titles.issue(name)
        paper = name == "paper"
        titles.closed(name, A.SURRENDER_FOR_PAPER if paper else A.SURRENDER_FOR_DELIVERY)
    titles.issue("expired-delivered", bill="t-expired-delivered")
    titles.closed("expired-delivered", A.SURRENDER_FOR_DELIVERY)


def amendments(titles: Titles) -> None:
    """Titles that were moved to another bill, and titles that were split and joined."""
    world = titles.world
    titles.issue("amended")
    titles.amend("amended", "amended-to")
    titles.issue("twice-1")
    titles.amend("twice-1", "twice-2")
    titles.amend("twice-1", "twice-3")
    titles.issue("late-amended")
    commitment = world.sealed["t-late-amended-to"].commitment.raw
    titles.surrender("late-amended", A.SURRENDER_FOR_AMENDMENT, commitment)
    titles.issue("split")
    titles.reissue(["split"], {"part-1": 400_000_000, "part-2": 600_000_000})
    titles.issue("lone")
    titles.reissue(["part-2", "lone"], {"joined": 1_600_000_000})


def withdrawals(world: World) -> None:
    """What the carrier says of bills whose titles are closed, or never were."""
    writer, carrier = world.statuses(), key_of("carrier")
    party = world.parties["carrier"]
    writer.suspend(Subject(party, world.sealed["t-suspended-delivered"].commitment), 2, carrier)
    writer.revoke(Subject(party, world.sealed["t-revoked-delivered"].commitment), 1, carrier)
    successor = digest("a successor of the bill")
    subject = Subject(party, world.sealed["t-replaced-unissued"].commitment)
    writer.supersede(subject, 3, successor, carrier)


def thefts(titles: Titles) -> None:
    """Keys that were stolen when they acted, and one that was stolen later."""
    world, both = titles.world, A.TRANSFER_BOTH
    for name in ("stolen", "stolen-delivered", "tainted", "robbed-amended"):
        titles.issue(name)
        titles.act(name, "bank", both, "fence")
    titles.issue("stolen-last", "fence")
    titles.issue("late-stolen", "early-thief")
    titles.act("late-stolen", "early-thief", both, "bank")
    titles.issue("safe-act", "safe")
    titles.act("safe-act", "safe", both, "bank")
    since = world.later(100)
    for name in ("stolen", "stolen-delivered", "tainted", "robbed-amended"):
        titles.act(name, "fence", both, "bank")
    titles.act("stolen", "bank", both, "importer")
    titles.act("stolen-last", "fence", both, "importer")
    titles.closed("stolen-delivered", A.SURRENDER_FOR_DELIVERY)
    titles.closed("robbed-amended", A.SURRENDER_FOR_AMENDMENT, digest("an amended bill").raw)
    titles.reissue(["tainted"], {"tainted-part": 500_000_000, "part-x": 500_000_000})
    for name in ("fence", "safe"):
        moment = since if name == "fence" else world.now()
        world.registrar(f"{name} manager").declare_compromise(key_of(name).address, moment)
    titles.reissue(["tainted-part"], {"tainted-grandchild": 250_000_000, "part-y": 250_000_000})
    titles.reissue(["part-1"], {"grandchild": 100_000_000, "part-z": 300_000_000})


def titles_happen(world: World) -> None:
    """Everything but the last blocks."""
    for name in HOLDERS:
        world.party(name, ())
    world.later(5)
    titles = Titles(world)
    seal_titled(world)
    notarise(world)
    for carrier in ("carrier", "rival"):
        key_hash = hashlib.sha256(secret_of(carrier)).digest()
        titles.send(carrier, "registerTagKey", key_hash)
    transfers(titles)
    offers(titles)
    surrenders(titles)
    amendments(titles)
    withdrawals(world)
    thefts(titles)


def late_acts(world: World) -> None:
    """In blocks that are final for nobody whose rule is depth:8."""
    titles = Titles(world)
    titles.issue("late-issued")
    titles.accept("late-delivered")
    thief = key_of("early-thief").address
    world.registrar("early-thief manager").declare_compromise(thief, world.now() - 86_400)
    titles.accept("late-amended", world.sealed["t-late-amended-to"].commitment.raw)
