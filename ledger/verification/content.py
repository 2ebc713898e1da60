# SPDX-License-Identifier: Apache-2.0
"""`content`, `statement`, `signature`, `log`: what the package proves by itself."""

from collections.abc import Iterator

from ledger.documents import HIDDEN, Disclosed
from ledger.errors import (
    InvalidInputError,
    InvalidNoteError,
    InvalidRedactionError,
    InvalidStatementError,
)
from ledger.log import SIGNATURE_MARK, Acceptance, Entry, open_note, origin_of, split_note
from ledger.merkle import root_from_path
from ledger.primitives import Digest
from ledger.receipts import OpenedContent, Package, RedactedContent
from ledger.sealing import ValueDigest, commitment_of, flatten, reopen
from ledger.statements import statement_root_from_path
from ledger.trust import Trust
from ledger.verification.report import Check, Outcome
from ledger.verification.request import GivenFile, Header
from ledger.verification.verdicts import CheckName

__all__ = [
    "acceptances_of",
    "content_outcomes",
    "disclosed_by",
    "file_outcomes",
    "log_check",
    "signature_check",
    "statement_check",
]

_MOST_POINTERS = 50


def disclosed_by(package: Package) -> Disclosed:
    """What the package lets its reader see; nothing is proved by that."""
    content = package.content
    if isinstance(content, RedactedContent):
        return content.redaction.disclosed()
    return Disclosed({leaf.pointer: leaf.value for leaf in flatten(dict(content.envelope))})


def content_outcomes(package: Package) -> Iterator[Outcome]:
    """Recompute the root over all leaves, and explain a difference by pointers."""
    content = package.content
    if isinstance(content, RedactedContent):
        yield from _redacted(package.commitment, content)
    else:
        yield from _opened(package.commitment, content)


def _redacted(commitment: Digest, content: RedactedContent) -> Iterator[Outcome]:
    try:
        content.redaction.check()
    except InvalidRedactionError as error:
        yield Outcome("redaction-broken", error.reason, (error.pointer,))
        return
    if commitment_of(content.redaction.digests()) == commitment:
        yield Outcome("content-matches")
    else:
        yield Outcome("content-altered")


def _opened(commitment: Digest, content: OpenedContent) -> Iterator[Outcome]:
    sealed = reopen(content.document, content.seed)
    if sealed.commitment != commitment:
        pointers: tuple[str, ...] = ()
        if content.digests and commitment_of(content.digests) == commitment:
            pointers = _differences(content.digests, sealed.digests)
        detail = f"{len(pointers)} fields" if len(pointers) > _MOST_POINTERS else None
        yield Outcome("content-altered", detail, pointers[:_MOST_POINTERS])
    elif content.digests != sealed.digests:
        yield Outcome("digests-differ")
    else:
        yield Outcome("content-matches")


def _differences(
    signed: tuple[ValueDigest, ...], found: tuple[ValueDigest, ...]
) -> tuple[str, ...]:
    """Pointers changed, added or removed, in byte order."""
    before = {item.pointer: item.digest for item in signed}
    after = {item.pointer: item.digest for item in found}
    changed = {pointer for pointer in before | after if before.get(pointer) != after.get(pointer)}
    return tuple(sorted(changed, key=lambda pointer: pointer.encode("utf-8", "surrogatepass")))


def file_outcomes(disclosed: Disclosed, files: tuple[GivenFile, ...]) -> Iterator[Outcome]:
    """Hold each given file against the digests the document lists."""
    listed = [value for _, value in disclosed.under("/files/*/sha256")]
    for file in files:
        if str(file.sha256) in listed:
            continue
        comparable = HIDDEN not in listed and disclosed.get("/files") is not HIDDEN
        yield Outcome("file-altered" if comparable else "file-not-comparable", file.name)


def statement_check(package: Package, header: Header | None) -> Check:
    """Each receipt's statement covers the commitment, by a named issuer; none is missing."""
    outcomes = []
    named = frozenset(header.issuers) if header is not None else frozenset()
    for receipt in package.receipts:
        body = receipt.statement.body
        root = statement_root_from_path(
            package.commitment, receipt.statement_index, body.count, receipt.statement_path
        )
        if root != body.root:
            outcomes.append(Outcome("statement-path-broken", party=body.party))
        elif header is not None and body.party not in named:
            outcomes.append(Outcome("party-not-issuer", party=body.party))
        else:
            outcomes.append(Outcome("statement-covers", party=body.party))
    stated = {receipt.statement.body.party for receipt in package.receipts}
    issuers = header.issuers if header is not None else ()
    outcomes.extend(
        Outcome("receipt-missing", party=party) for party in issuers if party not in stated
    )
    if not outcomes:
        outcomes.append(Outcome("receipt-missing"))
    return Check.of(CheckName.STATEMENT, outcomes)


def signature_check(package: Package) -> Check:
    """Each statement was signed by the key it names."""
    outcomes = []
    for receipt in package.receipts:
        party = receipt.statement.body.party
        try:
            receipt.statement.check_signature()
        except InvalidStatementError as error:
            outcomes.append(Outcome("signature-invalid", str(error), party=party))
        else:
            outcomes.append(Outcome("signature-valid", party=party))
    return Check.of(CheckName.SIGNATURE, outcomes or [Outcome("no-receipt")])


def log_check(package: Package, promises: "tuple[Outcome, ...]") -> Check:
    """Each entry leads to its receipt's root; promises that travel along are genuine."""
    outcomes = []
    for receipt in package.receipts:
        party = receipt.statement.body.party
        leaf = Entry(receipt.entry_index, receipt.statement.digest()).leaf()
        root = root_from_path(leaf, receipt.entry_index, receipt.size, receipt.log_path)
        code = "entry-in-log" if root == receipt.root else "log-path-broken"
        outcomes.append(Outcome(code, party=party))
    return Check.of(CheckName.LOG, outcomes + list(promises) or [Outcome("no-receipt")])


def acceptances_of(
    package: Package, trust: Trust
) -> tuple[tuple[Acceptance, ...], tuple[Outcome, ...]]:
    """Read the acceptances: those that a trusted key signed, and what is wrong with the rest."""
    genuine: list[Acceptance] = []
    outcomes: list[Outcome] = []
    statements = {
        (receipt.statement.digest(), receipt.statement.body.ledger) for receipt in package.receipts
    }
    for position, note in enumerate(package.acceptances):
        try:
            if note in package.acceptances[:position]:
                raise InvalidNoteError("it comes twice")
            if note.count(SIGNATURE_MARK) != 1:
                raise InvalidNoteError("want one signature, the record keeper's")
            promise = Acceptance.parse(split_note(note))
            origin = origin_of(promise.name)
            keys = [
                key.verifier
                for key in trust.log_keys
                if key.verifier.name == origin and key.holds_at(promise.accepted_at)
            ]
            _, signed = open_note(note, keys)
        except InvalidInputError as error:
            outcomes.append(Outcome("acceptance-invalid", str(error)))
            continue
        if (promise.statement, promise.ledger) not in statements:
            outcomes.append(Outcome("acceptance-elsewhere"))
        elif not signed:
            outcomes.append(Outcome("acceptance-unknown"))
        else:
            genuine.append(promise)
    return tuple(genuine), tuple(outcomes)
