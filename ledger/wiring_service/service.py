# SPDX-License-Identifier: Apache-2.0
"""The service as the API and the operator's commands see it: one object, safe in many threads."""

import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TypeAlias

from ledger.acting import SignedWish, SigningDesk, TitleDesk, status_act
from ledger.documents import ListedFile
from ledger.errors import LedgerError, NotFoundError, OverloadedError
from ledger.intake import Intake
from ledger.packaging import Issued, Packager
from ledger.ports import Clock
from ledger.ports.facade import (
    DocumentState,
    Limits,
    Principal,
    Readiness,
    ReadinessCheck,
    StatusAct,
    StatusRequest,
)
from ledger.ports.relaying import StoredAct
from ledger.ports.service import Accepted, DocumentSummary
from ledger.primitives import Digest, PartyId
from ledger.receipts import Package, parse_package
from ledger.storage import Storage
from ledger.trust import Trust
from ledger.verification import GivenFile, Report, ambiguous_file, unknown_file
from ledger.wiring_verifier import Verifier

__all__ = ["Service", "ServiceParts"]

_PAUSE = 30  # seconds after which asking again makes sense
_MOST_LISTED = 8  # documents of one file that are looked at
Probe: TypeAlias = Callable[[], tuple[bool, str]]
_STATUS_WORDS = {
    "revoke": "revoked",
    "suspend": "suspended",
    "resume": "current",
    "supersede": "superseded",
}


@dataclass(frozen=True, slots=True)
class ServiceParts:
    """What the service is put together from."""

    storage: Storage
    intake: Intake
    acts: SigningDesk
    titles: TitleDesk
    trust: Trust
    node_url: str
    clock: Clock
    limits: Limits
    promise_seconds: int

    def __repr__(self) -> str:
        return "ServiceParts(…)"  # the node's URL may hold credentials


class Service:
    """See `api.ports.Ledger`: every method there is one here."""

    def __init__(self, parts: ServiceParts) -> None:
        self._parts = parts
        self._storage = parts.storage
        self._packager = Packager(parts.storage.documents, parts.storage.log, parts.storage.outbox)
        self._local = threading.local()
        self._verifiers: list[Verifier] = []
        self._asking = threading.Lock()
        self._ready: tuple[int, Readiness] | None = None
        self._trouble: Callable[[], str | None] = lambda: None

    def watch(self, trouble: Callable[[], str | None]) -> None:
        """Name what tells why nothing is recorded any more; while it does, nothing is taken."""
        self._trouble = trouble

    @property
    def limits(self) -> Limits:
        """How much a request may bring."""
        return self._parts.limits

    def authenticate(self, token: str) -> Principal:
        """Find whose token this is; AuthenticationError if nobody's."""
        found = self._storage.tokens.authenticate(token, self._parts.clock.now())
        return Principal(found.party, found.scopes)

    def submit(
        self,
        party: PartyId,
        raw: bytes,
        files: tuple[ListedFile, ...],
        idempotency_key: str | None,
    ) -> Accepted:
        """Seal, state and accept a document; durable when this returns."""
        self._check_recording()
        return self._parts.intake.submit(party, raw, files, idempotency_key)

    def countersign(self, party: PartyId, package: bytes, idempotency_key: str | None) -> Accepted:
        """State the document of another issuer's package, too."""
        self._check_recording()
        return self._parts.intake.countersign(party, parse_package(package), idempotency_key)

    def submit_statement(self, party: PartyId, raw: bytes, idempotency_key: str | None) -> Accepted:
        """Accept a statement that was signed elsewhere."""
        self._check_recording()
        return self._parts.intake.submit_statement(party, raw, idempotency_key)

    def documents(
        self, party: PartyId, reference: str | None, limit: int
    ) -> tuple[DocumentSummary, ...]:
        """A party's own documents, newest first."""
        return self._storage.documents.summaries(party, reference, limit)

    def document(self, party: PartyId, commitment: Digest) -> DocumentState:
        """How far one document is."""
        return self._packager.state(party, commitment)

    def package(self, party: PartyId, commitment: Digest) -> Package:
        """The package of a document whose anchor is final."""
        return self._packager.package(party, commitment)

    def issued(self, commitment: Digest, parties: tuple[PartyId, ...]) -> Issued:
        """The receipts that these parties have for a commitment that was sealed elsewhere."""
        return self._packager.issued(commitment, parties)

    @property
    def titles(self) -> TitleDesk:
        """Titles: reserve, issue, act, reissue, read."""
        return self._parts.titles

    def submit_act(self, submitter: PartyId, wish: SignedWish) -> StoredAct:
        """Take an act that was signed elsewhere, to be carried."""
        return self._parts.acts.submit(submitter, wish)

    def act(self, act: Digest) -> StoredAct:
        """How far an act is."""
        return self._parts.acts.act(act)

    def change_status(self, party: PartyId, commitment: Digest, change: StatusRequest) -> StatusAct:
        """Have a status written with the key held for the party; `followed` says if it is so.

        Raises:
            NotFoundError: the party is no issuer of such a document here.
            ForbiddenError: no key is held for the party.
            StateError: see `SigningDesk.change_status`.
        """
        word = _STATUS_WORDS[change.action]
        act = self._parts.acts.change_status(party, commitment, change)
        if act is None:
            return StatusAct(word, None, None)
        return status_act(word, act)

    def followed(self, told: StatusAct) -> StatusAct:
        """What has become of a change of a status by now.

        Raises:
            ChainRejectedError: the contract refused, for instance because the status is final.
        """
        return told if told.act is None else status_act(told.status, self.act(told.act))

    def verify(
        self,
        package: Package | None,
        files: tuple[GivenFile, ...],
        other: Package | None,
        stated_time: int | None,
    ) -> Report:
        """Verify a package; or look one file up and verify its document, disclosing no field."""
        if package is not None:
            return self._verifier().verify(package, files, other=other, stated_time=stated_time)
        return self._verify_file(files, stated_time)

    def checkpoint(self) -> str | None:
        """The newest signed checkpoint."""
        return self._storage.log.checkpoint()

    def tile(self, level: int, index: int) -> bytes:
        """All hashes known of one tile."""
        return self._storage.log.tile(level, index)

    def entries(self, start: int, end: int) -> tuple[Digest, ...]:
        """The statement digests of some entries."""
        return self._storage.log.entries(start, end)

    def log_size(self) -> int:
        """How many entries the newest checkpoint covers."""
        return self._storage.log.head().size

    def trust_file(self) -> bytes:
        """The trust file."""
        return self._parts.trust.file_bytes()

    def readiness(self) -> Readiness:
        """Ask the database, the chain, and whether promises are being kept; at most once a second.

        Anybody may ask, so that asking often must not keep the node or a thread busy.
        """
        now = self._parts.clock.now()
        with self._asking:
            if self._ready is None or self._ready[0] != now:
                self._ready = (now, self._readiness())
            return self._ready[1]

    def _readiness(self) -> Readiness:
        checks = (
            self._probe("worker", self._worker),
            self._probe("database", self._database),
            self._probe("chain", self._chain),
            self._probe("anchoring", self._anchoring),
            self._probe("relaying", self._relaying),
        )
        return Readiness(all(ok for _, ok, _ in checks), checks)

    def close(self) -> None:
        """Close the database and every connection to the node."""
        for verifier in self._verifiers:
            verifier.close()
        self._storage.close()

    # -- inside ----------------------------------------------------------------------------------

    def _verifier(self) -> Verifier:
        """One connection per thread."""
        held: Verifier | None = getattr(self._local, "verifier", None)
        if held is None:
            held = Verifier.of(self._parts.trust, self._parts.node_url)
            self._local.verifier = held
            self._verifiers.append(held)
        return held

    def _verify_file(self, files: tuple[GivenFile, ...], stated_time: int | None) -> Report:
        """All documents that list the file must agree, or none of them decides.

        Anybody may list anybody's file: a stranger's newer document must neither withdraw a
        genuine paper nor lend its verdict to a forged one.
        """
        found = dict.fromkeys(
            commitment
            for file in files
            for commitment in self._storage.documents.commitments_of_file(file.sha256, _MOST_LISTED)
        )
        reports = []
        for commitment in found:
            with suppress(NotFoundError):
                package = self._packager.package_of_anyone(commitment)
                reports.append(self._verifier().verify(package, files, stated_time=stated_time))
        now = self._parts.clock.now()
        if not reports:
            return unknown_file(now)
        first = reports[0]
        same = all(
            (report.verdict, report.signatories) == (first.verdict, first.signatories)
            for report in reports
        )
        return first.without_fields() if same else ambiguous_file(now)

    def _probe(self, name: str, ask: Probe) -> ReadinessCheck:
        try:
            return (name, *ask())
        except LedgerError as error:
            return (name, False, error.slug)

    def _worker(self) -> tuple[bool, str]:
        trouble = self._trouble()
        return trouble is None, trouble or "at work"

    def _check_recording(self) -> None:
        """Promise nothing while nothing is recorded."""
        trouble = self._trouble()
        if trouble is not None:
            raise OverloadedError(f"recording has stopped ({trouble}); nothing is taken", _PAUSE)

    def _database(self) -> tuple[bool, str]:
        return True, f"{self.log_size()} entries"

    def _chain(self) -> tuple[bool, str]:
        age = self._parts.clock.now() - self._verifier().head_time()
        return age <= self._parts.trust.max_head_age_seconds, f"newest block is {max(age, 0)} s old"

    def _anchoring(self) -> tuple[bool, str]:
        """Green only if nothing waits longer than was promised."""
        waiting = [item.accepted_at for item in self._storage.log.pending(1)]
        head = self._storage.outbox.unanchored()
        if head is not None:
            anchored = self._storage.outbox.anchored_size()
            waiting += [held.created_at for held in self._storage.log.signed_heads(anchored, 1)]
        age = self._parts.clock.now() - min(waiting) if waiting else 0
        return age <= self._parts.promise_seconds, f"oldest waits {max(age, 0)} s"

    def _relaying(self) -> tuple[bool, str]:
        """Green only if no act waits longer than a document would."""
        since = self._storage.acts.waiting_since()
        age = 0 if since is None else max(0, self._parts.clock.now() - since)
        return age <= self._parts.promise_seconds, f"oldest act waits {age} s"
