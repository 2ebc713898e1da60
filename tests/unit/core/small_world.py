# SPDX-License-Identifier: Apache-2.0
"""A chain in memory and parties that use it: enough of the contracts to answer a verifier."""

import copy
import hashlib
from dataclasses import dataclass, field, replace

import coincurve
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from small_titles import Titles

from ledger.anchors import AnchorHint, BlockRef, HeadRecord
from ledger.documents import TradeDocument
from ledger.errors import ChainUnavailableError
from ledger.journey import Place, issue_receipt, state_documents
from ledger.log import Acceptance, Entry, NoteSigner, origin_of
from ledger.merkle import merkle_root
from ledger.ports import (
    Answer,
    Evidence,
    Interval,
    IssuerAnswer,
    KeyRecord,
    ReceiptAnswer,
    StatusRecord,
    View,
)
from ledger.primitives import Address, Bytes32, Digest, PartyId, Signature, parse_time
from ledger.receipts import Package
from ledger.sealing import seal
from ledger.statements import LedgerId, keccak256
from ledger.trust import FinalityRule, LogKey, Trust, TrustedContract, TrustedLedger
from ledger.verification import Request, verify

START = parse_time("2026-02-01T00:00:00Z")
FOREVER = 2**64 - 1
CHAIN_ID = 1337
NO_HEAD = HeadRecord(0, 0, 0, 0)
NO_KEY = KeyRecord(Bytes32(bytes(32)), Interval(0, 0), 0, 0, 0)
NO_STATUS = StatusRecord(0, 0, 0, 0, Digest(bytes(32)), 0, 0)
SIGN, MANAGE = 1, 2
NONE, REVOKED, SUSPENDED, SUPERSEDED = range(4)
BILL = "bill-of-lading"


def word(text):
    return Bytes32(keccak256(text.encode()))


def digest(text):
    return Digest(hashlib.sha256(text.encode()).digest())


def contract(text):
    return TrustedContract(Address(word(text).raw[:20]), word(text + " code"), 1, word("block 1"))


@dataclass
class Contracts:
    """The storage of one ledger's contracts, keyed as the contracts key it."""

    heads: dict = field(default_factory=dict)  # root → HeadRecord
    keys: dict = field(default_factory=dict)  # address → KeyRecord
    accreditations: dict = field(default_factory=dict)  # (party, type) → [Interval]
    statuses: dict = field(default_factory=dict)  # (contract, party, subject) → (record, key)
    names: dict = field(default_factory=dict)  # party → name
    titles: Titles = field(default_factory=Titles)
    size: int = 0

    def receipt(self, document_type, asked):
        return ReceiptAnswer(
            self.heads.get(asked.root, NO_HEAD),
            self.keys.get(asked.signer, NO_KEY),
            tuple(self.accreditations.get((asked.party, document_type), ())),
        )

    def status(self, at, party, subject):
        if (at, party, subject) not in self.statuses:
            return NO_STATUS
        record, signer = self.statuses[at, party, subject]
        key = self.keys[signer]
        return replace(
            record,
            key_compromised_since=key.compromised_since,
            key_declared_block=key.declared_block,
        )

    def issuer(self, ledger, question, party):
        roots = [item.statement_root for item in question.receipts if item.party == party]
        statuses = []
        for status in ledger.statuses:
            statuses.append(self.status(status.address, party, question.commitment))
            statuses.append(self.status(status.address, party, roots[0]) if roots else NO_STATUS)
        name = self.names.get(party, "")
        return IssuerAnswer(name, "XX" if name else "", "carrier" if name else "", tuple(statuses))


class MemoryChain:
    """`ChainReader` with two views: the last `lag` blocks are not final."""

    def __init__(self):
        self.lag = 0
        self.down = None
        self.now = {}  # log address → Contracts, as the next block will hold them
        self.blocks = []
        self.mine(START)

    def mine(self, time=None):
        number = len(self.blocks) + 1
        time = time or self.time + 12
        block = BlockRef(number, word(f"block {number}"), time)
        self.blocks.append((block, copy.deepcopy(self.now)))
        return block

    @property
    def time(self):
        return self.blocks[-1][0].time

    @property
    def next_block(self):
        return len(self.blocks) + 1

    def look(self, trust, ledger, question):
        if self.down is not None:
            raise self.down
        if trust.genesis_hash != self.blocks[0][0].hash:
            raise ChainUnavailableError("another chain")
        last = len(self.blocks) - 1
        history = None
        if question.title is not None:
            history = self._state(last, ledger).titles.history(question)
        views = (
            self._view(position, ledger, question, history)
            for position in (max(last - self.lag, 0), last)
        )
        return Evidence("memory", *views, history)

    def _state(self, position, ledger):
        state = self.blocks[position][1]
        if ledger.log.address not in state:
            raise ChainUnavailableError("no code there")
        return state[ledger.log.address]

    def _view(self, position, ledger, question, history):
        block = self.blocks[position][0]
        held = self._state(position, ledger)
        title = None
        if question.title is not None:
            title = held.titles.answer(question, history, held)
        answer = Answer(
            number=block.number,
            time=block.time,
            log_size=held.size,
            frozen=False,
            receipts=tuple(held.receipt(question.document_type, r) for r in question.receipts),
            issuers=tuple(held.issuer(ledger, question, p) for p in question.issuers),
            title=title,
        )
        return View(block, answer)


@dataclass
class Party:
    """A party with one key. Keys are made from names: these tests are the same on every day."""

    name: str

    def __post_init__(self):
        self.id = PartyId(word(f"party {self.name}").raw)
        self.key = coincurve.PrivateKey(word(f"key of {self.name}").raw)
        public = self.key.public_key.format(compressed=False)[1:]
        self.address = Address(keccak256(public)[12:])

    def sign(self, message):
        raw = self.key.sign_recoverable(message, hasher=None)
        return Signature(raw[:64] + bytes([27 + raw[64]]))


class Ledger:
    """One DocumentLog with its registry and statuses, and everything that was logged in it."""

    def __init__(self, chain, name="one"):
        self.chain = chain
        self.trusted = TrustedLedger(
            log=contract(f"log {name}"),
            parties=contract(f"parties {name}"),
            statuses=(contract(f"status {name}"),),
            titles=(contract(f"titles {name}"),),
            lens=contract(f"lens {name}"),
        )
        self.id = LedgerId(CHAIN_ID, self.trusted.log.address)
        self.state = chain.now.setdefault(self.trusted.log.address, Contracts())
        self.entries = []
        self.anchors = []

    def admit(self, party, *types, start=START, end=FOREVER):
        self.state.names[party.id] = party.name
        record = KeyRecord(Bytes32(party.id.raw), Interval(START, FOREVER), SIGN, 0, 0)
        self.state.keys[party.address] = record
        for kind in types or (BILL,):
            self.accredit(party, kind, Interval(start, end))

    def accredit(self, party, kind, *intervals):
        self.state.accreditations[party.id, kind] = list(intervals)

    def change_key(self, party, **members):
        key = self.state.keys[party.address]
        self.state.keys[party.address] = replace(key, **members)

    def declare_compromise(self, party, since):
        number = self.chain.next_block
        self.change_key(party, compromised_since=since, declared_block=number)
        return self.chain.mine()

    def write_status(self, party, subject, status, *, mine=True, contract_at=0, by=None):
        record = replace(
            NO_STATUS,
            status=status,
            reason=7,
            time=self.chain.time + 12,
            block=self.chain.next_block,
            superseded_by=digest("successor") if status == SUPERSEDED else Digest(bytes(32)),
        )
        place = self.trusted.statuses[contract_at].address
        self.state.statuses[place, party.id, subject] = (record, (by or party).address)
        if mine:
            self.chain.mine()

    def log(self, statement):
        entry = Entry(len(self.entries), statement.digest())
        self.entries.append(entry)
        return entry

    def anchor(self, time=None):
        """Anchor everything logged so far, in a block of its own."""
        time = time or self.chain.time + 12
        root = merkle_root([entry.leaf() for entry in self.entries])
        record = HeadRecord(self.state.size, len(self.entries), time, self.chain.next_block)
        self.state.heads[root] = record
        self.state.size = record.size
        block = self.chain.mine(time)
        self.anchors.append((record, self.hint(block)))
        return record

    def hint(self, block):
        place = self.trusted.log.address
        return AnchorHint(CHAIN_ID, place, word("tx"), block.number, block.hash, block.time)

    def state_and_log(self, party, commitments, *, stated_at=None):
        at = stated_at or self.chain.time
        key = (party.address, party.sign)
        statement = state_documents(self.id, party.id, commitments, at, key)
        return statement, self.log(statement)

    def receipt(self, commitment, commitments, statement, entry, *, head=None):
        if head is None:
            head = next(pair for pair in self.anchors if pair[0].anchors(entry.index))
        place = Place(commitments, entry.index, self.entries, *head)
        return issue_receipt(commitment, statement, place)


class World:
    """One chain, one ledger, one carrier admitted, and a log key. More can be added."""

    def __init__(self):
        self.chain = MemoryChain()
        self.ledger = Ledger(self.chain)
        self.carrier = Party("Example Carrier")
        self.ledger.admit(self.carrier)
        secret = Ed25519PrivateKey.from_private_bytes(word("log key").raw)
        self.signer = NoteSigner(origin_of("example"), secret)
        self.trust = Trust(
            chain_id=CHAIN_ID,
            genesis_hash=self.chain.blocks[0][0].hash,
            finality=FinalityRule(None),
            max_head_age_seconds=3600,
            log_keys=(LogKey(self.signer.verifier, START, None),),
            ledgers=(self.ledger.trusted,),
        )
        self.chain.mine()

    def add_ledger(self, name):
        ledger = Ledger(self.chain, name)
        self.trust = replace(self.trust, ledgers=(*self.trust.ledgers, ledger.trusted))
        return ledger

    def document(self, *parties, kind=BILL, **members):
        issuers = tuple(sorted(party.id for party in parties or (self.carrier,)))
        members.setdefault("reference", "XMPL260200001")
        members.setdefault("data", {"transportDocumentReference": "XMPL260200001"})
        return TradeDocument(kind, issuers, **members)

    def issue(self, document=None, *, parties=None, sealed=None, others=0, ledgers=None):
        """Seal, state, log and anchor; `others` commitments share the statement."""
        parties = parties or (self.carrier,)
        sealed = sealed or seal(document or self.document(*parties))
        held = []
        for party in parties:
            ledger = (ledgers or {}).get(party.name, self.ledger)
            filler = [digest(f"{party.name} other {n}") for n in range(others)]
            commitments = [*filler[: others // 2], sealed.commitment, *filler[others // 2 :]]
            held.append((ledger, party, commitments, ledger.state_and_log(party, commitments)))
        for ledger in {id(item[0]): item[0] for item in held}.values():
            ledger.anchor()
        receipts = [
            ledger.receipt(sealed.commitment, commitments, *logged)
            for ledger, _, commitments, logged in held
        ]
        receipts.sort(key=lambda receipt: receipt.statement.body.party)
        self.chain.mine()
        return Package.of(sealed, tuple(receipts))

    def promise(self, package, *, accepted_at=None, anchor_by=None, signer=None, index=0):
        """A package with one more acceptance, for the statement of receipt `index`."""
        statement = package.receipts[index].statement
        accepted_at = accepted_at or START + 5
        note = Acceptance(
            "example",
            statement.body.ledger,
            statement.digest(),
            accepted_at,
            anchor_by or accepted_at + 600,
        ).signed(signer or self.signer)
        return replace(package, acceptances=(*package.acceptances, note))

    def verify(self, package, *, now=None, **members):
        request = Request(package, self.trust, **members)
        return verify(request, self.chain, now or self.chain.time)
