# SPDX-License-Identifier: Apache-2.0
"""One real chain for the corpus, the same on every machine: Anvil, the contracts, the parties.

Keys and seeds are hashes of names, so that generating twice gives the same bytes. They are
published by that, and good for nothing but this corpus.
"""

import copy
import hashlib
import time
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger import journey
from ledger.canonical import canonical_bytes
from ledger.chain.writing import (
    FOREVER,
    DeploymentPlan,
    KeyGrant,
    LogAnchorSender,
    Node,
    Registrar,
    Role,
    StatusWriter,
    connect,
    deploy,
)
from ledger.documents import TradeDocument
from ledger.journey import Place
from ledger.keys.held_key import HeldKey
from ledger.localnode import LocalNode, LocalNodeOptions
from ledger.log import Acceptance, NoteSigner, TreeHead
from ledger.merkle import consistency_path
from ledger.primitives import Digest, PartyId, Seed, parse_time
from ledger.receipts import Package, parse_package
from ledger.sealing import SealedDocument, reopen
from ledger.statements import LedgerId, Statement, UnsignedStatement, commitments_root
from ledger.trust import FinalityRule, LogKey, Trust

START = parse_time("2026-02-04T09:00:00Z")
HEAD_AGE = 9_000_000_000
KEY_DELAY = 100
BILL, ORIGIN, FILE = "bill-of-lading", "certificate-of-origin", "file-only"
LOG_NAME = "example"


class Options(LocalNodeOptions):
    """A chain whose first block is always of the same second."""

    def arguments(self, port):
        return [*super().arguments(port), "--timestamp", str(START)]


def digest(name: str) -> Digest:
    return Digest(hashlib.sha256(f"corridor corpus: {name}".encode()).digest())


def key_of(name: str) -> HeldKey:
    return HeldKey(digest(f"key {name}").raw)


def log_signer(name: str = LOG_NAME, key: str = "log") -> NoteSigner:
    secret = Ed25519PrivateKey.from_private_bytes(digest(f"{key} key").raw)
    return NoteSigner(f"corridor-ledger/{name}", secret)


@dataclass
class Item:
    """A statement on its way into the log, with the commitments it covers, by name."""

    statement: Statement
    covers: dict[str, Digest]


@dataclass
class Ledger:
    """One deployment and its log, kept in memory."""

    trust: Trust
    items: list[Item] = field(default_factory=list)
    anchored: int = 0

    @property
    def id(self) -> LedgerId:
        return LedgerId(self.trust.chain_id, self.trust.ledgers[0].log.address)


@dataclass
class World:
    """Two ledgers on one chain, parties, and every document that was sealed."""

    anvil: LocalNode
    node: Node
    one: Ledger
    two: Ledger
    parties: dict[str, PartyId] = field(default_factory=dict)
    sealed: dict[str, SealedDocument] = field(default_factory=dict)
    receipts: dict[str, list] = field(default_factory=dict)
    times: dict[str, int] = field(default_factory=dict)
    cache: dict = field(default_factory=dict)

    # --- the chain ---------------------------------------------------------------------------

    def now(self) -> int:
        return int(self.anvil.call("eth_getBlockByNumber", "latest", False)["timestamp"], 16)  # noqa: FBT003 — JSON-RPC

    def later(self, seconds: int) -> int:
        self.anvil.call("evm_setNextBlockTimestamp", self.now() + seconds)
        self.anvil.call("anvil_mine", "0x1")
        return self.now()

    def final_number(self) -> int:
        found = self.anvil.call("eth_getBlockByNumber", "finalized", False)  # noqa: FBT003 — as above
        return int(found["number"], 16)

    def registrar(self, key: str, ledger: Ledger | None = None) -> Registrar:
        held = (ledger or self.one).trust.ledgers[0]
        return Registrar(self.node, held.parties.address, key_of(key))

    def statuses(self) -> StatusWriter:
        return StatusWriter(self.node, self.one.trust.ledgers[0].statuses[0].address)

    def party(self, name: str, types=(BILL,), title: str | None = None, ledger=None) -> PartyId:
        """A party with a `manage` and a `sign` key, accredited for `types`."""
        sign, manage = key_of(name), key_of(f"{name} manager")
        self.anvil.fund(sign.address, manage.address)
        party = self.registrar("registrar", ledger).register_party(
            title or f"Example {name.title()} Line",
            "JP",
            "chamber" if ORIGIN in types else "carrier",
            (KeyGrant(manage, Role.MANAGE), KeyGrant(sign, Role.SIGN)),
        )
        for kind in types:
            self.registrar("accreditor", ledger).accredit(party, kind, 0, FOREVER)
        self.parties[name] = party
        return party

    # --- documents ---------------------------------------------------------------------------

    def seal(self, name: str, issuers=("carrier",), kind: str = BILL, data=None, **more):
        if data is None:
            data = {"transportDocumentReference": f"XMPL-{name.upper()}", "seals": ["XS1", "XS2"]}
        document = TradeDocument(
            kind,
            tuple(sorted(self.parties[issuer] for issuer in issuers)),
            more.pop("reference", f"XMPL-{name.upper()}"),
            data,
            **more,
        )
        self.sealed[name] = reopen(document, Seed(digest(f"seed {name}").raw))
        return self.sealed[name]

    def state(self, names, party="carrier", key=None, ledger=None, before=0) -> Item:
        """A statement by a party over documents; a name that is not sealed is padding."""
        covers = {
            name: self.sealed[name].commitment if name in self.sealed else digest(name)
            for name in names
        }
        book, held = ledger or self.one, key_of(key or party)
        statement = journey.state_documents(
            book.id,
            self.parties[party],
            list(covers.values()),
            self.now() - before,
            (held.address, held.sign),
        )
        return Item(statement, covers)

    def unsigned(self, name: str, party="carrier", **more) -> UnsignedStatement:
        """What `party` would sign about one document, with other contents if wanted."""
        body = {
            "ledger": self.one.id,
            "party": self.parties[party],
            "count": 1,
            "root": commitments_root([self.sealed[name].commitment]),
            "stated_at": self.now(),
        }
        return UnsignedStatement(**(body | more))

    def logged_as_is(self, name: str, statement: Statement) -> Item:
        return Item(statement, {name: self.sealed[name].commitment})

    def anchor(self, *items: Item, ledger=None, at: int | None = None) -> None:
        """Log statements, anchor the head (at a second), and keep receipts for what is covered."""
        book = ledger or self.one
        first = len(book.items)
        book.items += items
        entries, head = journey.log_statements([item.statement.digest() for item in book.items])
        proof = consistency_path([entry.leaf() for entry in entries], book.anchored)
        sender = LogAnchorSender.at(
            self.node, book.id.log, key_of("sequencer"), book.trust.finality, self
        )
        prepared = sender.prepare(TreeHead(len(entries), head.root), book.anchored, proof)
        if at is not None:
            self.anvil.call("evm_setNextBlockTimestamp", at)
        sender.broadcast(prepared)
        until = time.monotonic() + 30
        while (found := sender.locate(head.root)) is None and time.monotonic() < until:
            time.sleep(0.05)  # the node mines when it gets to it
        assert at in (None, found.record.time)
        book.anchored = len(entries)
        for offset, item in enumerate(items):
            commitments = list(item.covers.values())
            place = Place(commitments, first + offset, entries, found.record, found.hint)
            for name in item.covers:
                receipt = journey.issue_receipt(item.covers[name], item.statement, place)
                self.receipts.setdefault(name, []).append(receipt)

    def accept(self, statement: Statement, at: int, signer=None, name: str = LOG_NAME) -> str:
        body = statement.body
        note = Acceptance(name, body.ledger, statement.digest(), at, at + 600)
        return note.signed(signer or log_signer())

    def package(self, name: str, which: int | None = None) -> Package:
        held = self.receipts.get(name, [])
        held = held if which is None else [held[which]]
        ordered = sorted(held, key=lambda receipt: receipt.statement.body.party.raw)
        return Package.of(self.sealed[name], tuple(ordered))

    def json(self, name: str, which: int | None = None) -> dict:
        """The package as JSON of its own, to be changed at will."""
        return copy.deepcopy(self.package(name, which).json())

    def receipts_of(self, package: dict):
        return parse_package(canonical_bytes(package)).receipts

    def commitment_of(self, package: dict) -> Digest:
        return Digest.parse(package["commitment"])


def deployed(anvil: LocalNode) -> World:
    """Two ledgers, deployed one after the other by the same people."""
    anvil.call("anvil_setBlockTimestampInterval", 1)
    roles = ("admin", "registrar", "accreditor", "sequencer", "guardian")
    anvil.fund(*(key_of(name).address for name in roles))
    node = connect(anvil.url)
    plan = DeploymentPlan(
        **{name: key_of(name).address for name in roles},
        key_delay_seconds=KEY_DELAY,
        finality=FinalityRule.parse("finalized-tag"),
        max_head_age_seconds=HEAD_AGE,
        log_keys=(LogKey(log_signer().verifier, 0, None),),
    )
    one, two = (Ledger(deploy(node, key_of("admin"), plan)) for _ in range(2))
    return World(anvil, node, one, two)
