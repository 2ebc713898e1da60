# SPDX-License-Identifier: Apache-2.0
"""The service in one process: real intake, storage and sequencer; the chain is in memory."""

import json

from embedded_titles import MemoryTitles, domains
from small_world import FOREVER, Party, World

from ledger.acting import ActPorts, SigningDesk, TitleDesk, status_act
from ledger.anchors import Finality, HeadRecord
from ledger.errors import ChainUnavailableError, NotAuthorisedYetError
from ledger.intake import Intake, IntakePorts, IntakeTerms
from ledger.packaging import Packager
from ledger.ports.anchoring import AnchoredHead
from ledger.ports.facade import (
    Limits,
    Principal,
    Readiness,
    StatusAct,
    StatusRequest,
)
from ledger.receipts import parse_package
from ledger.sequencer import Sequencer
from ledger.storage import LedgerName, VaultKeys, open_storage
from ledger.verification import Request, ambiguous_file, unknown_file, verify

NAME = "example"
TYPES = ("file-only", "bill-of-lading", "certificate-of-origin")
WORDS = {
    "revoke": "revoked",
    "suspend": "suspended",
    "resume": "current",
    "supersede": "superseded",
}


def submission(reference="REF-1", **members):
    """A small document as a party sends it."""
    body = {"documentType": "file-only", "data": {}, "reference": reference} | members
    return json.dumps(body).encode()


class HeldKeys:
    """`Signers` for parties of the small world."""

    def __init__(self, *parties):
        self.parties = {party.id: party for party in parties}

    def signer_of(self, party):
        held = self.parties.get(party)
        return None if held is None else held.address

    def sign(self, signer, digest):
        return next(p for p in self.parties.values() if p.address == signer).sign(digest)


class Registry:
    """`Authority`: what the chain in memory says about a key and its accreditations."""

    def __init__(self, world):
        self.world = world
        self.down = False

    def authorised(self, party, signer, document_type, until):
        state = self.world.ledger.state
        held = state.accreditations.get((party, document_type), ())
        key = state.keys.get(signer)
        if self.down:
            raise ChainUnavailableError("no answer")
        if key is None or key.party.raw != party.raw:
            raise NotAuthorisedYetError(f"key {signer} does not belong to party {party}")
        if not key.interval.holds(until) or (
            document_type and not any(one.holds(until) for one in held)
        ):
            raise NotAuthorisedYetError("no accreditation covers the promised anchoring")


class EmbeddedService:
    """`api.ports.Ledger`, and `advance` for what the sequencer and the anchorer do."""

    def __init__(self, folder, limits=None):
        self.limits = limits or Limits()
        self.world = World()
        self.carrier, self.port = self.world.carrier, Party("Example Port")
        self.own_signer = Party("Example Shipper")  # keeps its key at home
        for party in (self.carrier, self.port, self.own_signer):
            self.world.ledger.admit(party, *TYPES, end=FOREVER)
        self.world.chain.mine()
        vault = VaultKeys("k1", {"k1": b"K" * 32}, b"I" * 32)
        name = LedgerName(self.world.ledger.id, NAME)
        self.storage = open_storage(f"sqlite:///{folder}/ledger.db", name, vault, self)
        assert self.storage.lease.renew()
        signers = HeldKeys(self.carrier, self.port)
        self.registry = Registry(self.world)
        ports = IntakePorts(
            self.storage.documents,
            signers,
            self.world.signer,
            self.registry,
            self,
        )
        self.intake = Intake(ports, IntakeTerms(self.world.ledger.id, NAME, 600))
        self.sequencer = Sequencer(self.storage.log, self.world.signer, NAME)
        stored = self.storage
        self.packager = Packager(stored.documents, stored.log, stored.outbox)
        parties = (self.carrier, self.port, self.own_signer)
        self.chain_titles = MemoryTitles(stored.acts, *parties)
        self.chain_titles.on_status = self._noted
        self.at_once = True  # a status is in a block as soon as it was asked for
        acting = ActPorts(
            store=stored.acts,
            signers=signers,
            chain=self.chain_titles,
            documents=stored.documents,
            authority=self.registry,
            secrets=stored.secrets,
            remarks=stored.remarks,
            clock=self,
            domains=domains(self.world.ledger.id.chain_id),
        )
        self.desk = SigningDesk(acting)
        self.titles = TitleDesk(acting, self.desk)
        self.ready = True

    # -- what a test does ------------------------------------------------------------------------

    def now(self):
        return self.world.chain.time

    def token(self, party, *scopes):
        scopes = scopes or ("notarise", "status", "read", "title")
        return self.storage.tokens.create(party.id, scopes, "test", None)

    def advance(self):
        """Log everything that is pending, anchor it, and let the anchor become final."""
        head = self.sequencer.step()
        chain, ledger = self.world.chain, self.world.ledger
        time = chain.time + 12
        record = HeadRecord(ledger.state.size, head.size, time, chain.next_block)
        ledger.state.heads[head.root] = record
        ledger.state.size = head.size
        hint = ledger.hint(chain.mine(time))
        self.storage.outbox.store_anchored(AnchoredHead(head.root, record, hint, Finality.FINAL))
        chain.mine()

    def close(self):
        self.storage.close()

    # -- api.ports.Ledger ------------------------------------------------------------------------

    def authenticate(self, token):
        found = self.storage.tokens.authenticate(token, self.now())
        return Principal(found.party, found.scopes)

    def submit(self, party, raw, files, idempotency_key):
        return self.intake.submit(party, raw, files, idempotency_key)

    def countersign(self, party, package, idempotency_key):
        return self.intake.countersign(party, parse_package(package), idempotency_key)

    def submit_statement(self, party, raw, idempotency_key):
        return self.intake.submit_statement(party, raw, idempotency_key)

    def documents(self, party, reference, limit):
        return self.storage.documents.summaries(party, reference, limit)

    def document(self, party, commitment):
        return self.packager.state(party, commitment)

    def package(self, party, commitment):
        return self.packager.package(party, commitment)

    def issued(self, commitment, parties):
        return self.packager.issued(commitment, parties)

    def change_status(self, party, commitment, change: StatusRequest):
        act = self.desk.change_status(party, commitment, change)
        if act is None:
            return StatusAct(WORDS[change.action], None, None)
        if self.at_once:
            self.chain_titles.carry()
        return status_act(WORDS[change.action], act)

    def followed(self, told):
        return told if told.act is None else status_act(told.status, self.desk.act(told.act))

    def submit_act(self, submitter, wish):
        return self.desk.submit(submitter, wish)

    def act(self, act):
        return self.desk.act(act)

    def verify(self, package, files, other, stated_time):
        if package is not None:
            return self._report(package, files, other, stated_time)
        found = self.storage.documents.commitments_of_file(files[0].sha256, 2)
        if not found:
            return unknown_file(self.now())
        if len(found) > 1:
            return ambiguous_file(self.now())
        report = self._report(self.packager.package_of_anyone(found[0]), files, None, stated_time)
        return report.without_fields()

    def checkpoint(self):
        return self.storage.log.checkpoint()

    def tile(self, level, index):
        return self.storage.log.tile(level, index)

    def entries(self, start, end):
        return self.storage.log.entries(start, end)

    def log_size(self):
        return self.storage.log.head().size

    def trust_file(self):
        return self.world.trust.file_bytes()

    def readiness(self):
        return Readiness(self.ready, (("chain", self.ready, "block 7, 2 s old"),))

    def _noted(self, party, subject, status):
        """Let verifiers see a status that was written."""
        actor = next(p for p in (self.carrier, self.port, self.own_signer) if p.id == party)
        self.world.ledger.write_status(actor, subject, status)

    def _report(self, package, files, other, stated_time):
        request = Request(package, self.world.trust, files, stated_time, other)
        return verify(request, self.world.chain, self.now())
