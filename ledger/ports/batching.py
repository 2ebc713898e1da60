# SPDX-License-Identifier: Apache-2.0
"""Batches: what they are made of, and what intake and the worker need to keep them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol, TypeAlias

from ledger.documents import Findings
from ledger.errors import LedgerError, PointedError, ReferenceAlreadyUsedError
from ledger.ports.service import NewStatement
from ledger.primitives import Digest, PartyId, Seed

__all__ = [
    "LIMITS",
    "BatchIntake",
    "BatchLimits",
    "BatchOrder",
    "BatchStaging",
    "BatchState",
    "LineOutcome",
    "LineResult",
    "LineSlice",
    "OpenBatch",
    "Part",
    "RefusedLine",
    "SealedLine",
    "Sealers",
]


@dataclass(frozen=True, slots=True)
class BatchLimits:
    """How much is taken. Sizes in bytes, of what was sent.

    `cut_bytes`: where a body that comes in one piece is cut into parts; `party_bytes`: parts of
    one party that are not worked off; `party_open` and `all_open`: batches that are not.
    """

    line_bytes: int = 2**20
    lines: int = 100_000
    cut_bytes: int = 2**20
    part_bytes: int = 8 * 2**20
    parts: int = 1024
    batch_bytes: int = 512 * 2**20
    party_bytes: int = 2**30
    party_open: int = 16
    all_bytes: int = 8 * 2**30
    all_open: int = 256
    kept_seconds: int = 24 * 3600  # parts that no batch names


LIMITS: Final = BatchLimits()


@dataclass(frozen=True, slots=True)
class Part:
    """Whole lines of a batch, one submission each; `sha256` is over these bytes."""

    sha256: Digest
    content: bytes = field(repr=False)
    lines: int


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What a party asks for: these parts in this order, once.

    `idempotency_key`: another one makes another batch of the same parts.
    """

    party: PartyId
    parts: tuple[Digest, ...]
    idempotency_key: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class SealedLine:
    """A document of a batch, sealed: all that is stored of it. `envelope` is its JCS."""

    commitment: Digest
    seed: Seed
    envelope: bytes = field(repr=False)
    document_type: str
    reference: str = field(repr=False)
    replaces: tuple[Digest, ...]
    findings: Findings = field(repr=False)


@dataclass(frozen=True, slots=True)
class RefusedLine:
    """Why a line was not taken: the error's slug and sentence, and what it points at."""

    slug: str
    detail: str = field(repr=False)
    pointer: str | None = None
    existing: str | None = None

    @classmethod
    def of(cls, error: LedgerError) -> "RefusedLine":
        """Keep what an error says. A lone surrogate is written out: this must become UTF-8."""
        pointer = error.pointer if isinstance(error, PointedError) else None
        existing = error.existing if isinstance(error, ReferenceAlreadyUsedError) else None
        return cls(
            error.slug,
            _writable(str(error)),
            None if pointer is None else _writable(pointer),
            existing,
        )


LineOutcome: TypeAlias = SealedLine | RefusedLine


@dataclass(frozen=True, slots=True)
class LineSlice:
    """Lines of a batch in a row; the first has the number `first`, counted from 1."""

    first: int
    lines: tuple[bytes, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class LineResult:
    """What became of a line: a commitment and its statement, or a refusal.

    `created` is False where the document was accepted before: then it is the first result.
    """

    line: int
    commitment: Digest | None
    statement: Digest | None
    created: bool
    refusal: RefusedLine | None


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is. Times are Unix seconds.

    `judged`: lines with an outcome; final once `finished_at` is set. `accepted`, `known`,
    `refused` add up to it. `statement`, `acceptance` and `anchor_by` are None while it is under
    way, and where no line was new.
    """

    batch: Digest
    lines: int
    accepted_at: int
    finished_at: int | None
    accepted: int
    known: int
    refused: int
    statement: Digest | None
    acceptance: str | None
    anchor_by: int | None
    created: bool

    @property
    def judged(self) -> int:
        """Lines that have an outcome."""
        return self.accepted + self.known + self.refused


@dataclass(frozen=True, slots=True)
class OpenBatch:
    """A batch that is not finished; its first `staged` lines have an outcome."""

    number: int
    batch: Digest
    party: PartyId
    lines: int
    staged: int


class BatchIntake(Protocol):
    """Where batches are taken in. Every method is one transaction."""

    def put_part(self, party: PartyId, part: Part, now: int) -> bool:
        """Keep a part, encrypted; False if it was there.

        Raises:
            OverloadedError: too much of the party, or of all, waits to be worked off.
        """

    def missing(self, party: PartyId, parts: Sequence[Digest]) -> tuple[Digest, ...]:
        """The parts among these that are not kept, each once."""

    def open_batch(self, order: BatchOrder, now: int) -> BatchState:
        """Promise that each line gets its result; the same order gives the first batch.

        Raises:
            MissingPartsError: parts that it names are not kept.
            LimitExceededError: too many lines or bytes.
            OverloadedError: too many batches are open.
            IdempotencyConflictError: the key came with other parts.
        """

    def known_batch(self, order: BatchOrder) -> BatchState | None:
        """The batch that the same order made; IdempotencyConflictError as above."""

    def state(self, party: PartyId, batch: Digest) -> BatchState:
        """How far a party's batch is; NotFoundError if it has no such batch."""

    def results(
        self, party: PartyId, batch: Digest, after: int, limit: int
    ) -> tuple[LineResult, ...]:
        """The results of the lines after one, in order.

        Raises:
            NotFoundError: the party has no such batch.
            BatchUnderWayError: it is not finished.
        """


class BatchStaging(Protocol):
    """Where batches are worked off. Only the writer may call what writes."""

    def next_open(self, after: int) -> OpenBatch | None:
        """The open batch with the next number, around the end."""

    def slices(self, batch: OpenBatch) -> Iterator[LineSlice]:
        """The lines that have no outcome yet, in order."""

    def stage(self, batch: OpenBatch, first: int, outcomes: Sequence[LineOutcome]) -> None:
        """Keep outcomes, in one transaction; the documents are nobody's until `finish`.

        Raises:
            StateError: other lines come first, or this is not the writer.
        """

    def staged_types(self, batch: OpenBatch, known: Iterable[str]) -> tuple[str, ...]:
        """The document types, of those known, among the lines that are to be stated."""

    def refuse_type(self, batch: OpenBatch, document_type: str, why: RefusedLine) -> None:
        """Refuse all lines of a type that were to be stated."""

    def commitments(self, batch: OpenBatch) -> tuple[Digest, ...]:
        """What is to be stated, in the order of the lines."""

    def finish(self, batch: OpenBatch, new: NewStatement | None, now: int) -> bool:
        """Accept the statement and hand the documents to the party, in one transaction.

        Returns:
            False if meanwhile somebody else's document took a number: nothing was accepted, these
            lines have another outcome now, and the rest is to be stated anew.

        Raises:
            OverloadedError: the log's queue is full.
            StateError: it is finished, or this is not the writer.
        """

    def sweep(self, now: int) -> bool:
        """Delete some of the parts that nobody needs any more; True if there may be others."""


class Sealers(Protocol):
    """Judges and seals lines, maybe in several processes. They hold no key."""

    def seal(
        self, party: PartyId, slices: Iterator[LineSlice]
    ) -> Iterator[tuple[int, list[LineOutcome]]]:
        """For each slice, in order: the number of its first line, and an outcome per line."""

    def rest(self) -> None:
        """There is nothing to do for now: let processes go."""


def _writable(text: str) -> str:
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
