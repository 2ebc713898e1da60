# SPDX-License-Identifier: Apache-2.0
"""What a party hands in becomes a durable, signed, promised statement, or is refused."""

import json
from dataclasses import replace

import coincurve
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from ledger.documents import ListedFile
from ledger.errors import (
    ForbiddenError,
    IdempotencyConflictError,
    InvalidDocumentError,
    InvalidInputError,
    InvalidJsonError,
    InvalidPackageError,
    InvalidRedactionError,
    InvalidStatementError,
    InvalidValueError,
    NotAuthorisedYetError,
    NotFoundError,
    ReferenceAlreadyUsedError,
)
from ledger.intake import Intake, IntakePorts, IntakeTerms
from ledger.log import Acceptance, NoteSigner, open_note
from ledger.primitives import Address, Digest, PartyId, Signature
from ledger.receipts import Package, parse_package
from ledger.sealing import HiddenLeaf, redact
from ledger.statements import LedgerId, UnsignedStatement, commitments_root, keccak256
from ledger.storage import LedgerName, VaultKeys, open_storage

LEDGER = LedgerId(1337, Address(b"\x11" * 20))
CARRIER, PORT, STRANGER = (PartyId(bytes([n]) * 32) for n in (1, 2, 3))
NOW = 1_770_000_000
FILE = ListedFile("bl.pdf", "application/pdf", 5, Digest(b"\xf1" * 32))
ACCEPTANCES = NoteSigner("corridor-ledger/test", Ed25519PrivateKey.from_private_bytes(b"A" * 32))


class Keys:
    """A key each for carrier, port and stranger; the service holds the first two."""

    def __init__(self):
        self.secrets = {
            party: coincurve.PrivateKey(party.raw) for party in (CARRIER, PORT, STRANGER)
        }
        self.signatures = 0

    def address_of(self, party):
        key = self.secrets[party].public_key.format(compressed=False)
        return Address(keccak256(key[1:])[12:])

    def signer_of(self, party):
        return None if party == STRANGER else self.address_of(party)

    def sign(self, signer, digest):
        self.signatures += 1
        party = next(one for one in self.secrets if self.address_of(one) == signer)
        raw = self.secrets[party].sign_recoverable(digest, hasher=None)
        return Signature(raw[:64] + bytes([raw[64] + 27]))


class Until:
    """Every key and accreditation ends at one time."""

    def __init__(self):
        self.end = NOW + 1000
        self.asked = []

    def authorised(self, party, signer, document_type, until):
        self.asked.append((party, signer, document_type, until))
        if until >= self.end:
            raise NotAuthorisedYetError("the accreditation ends before the promised anchoring")


class Clock:
    time = NOW

    def now(self):
        return self.time


@pytest.fixture
def keys():
    return Keys()


@pytest.fixture
def authority():
    return Until()


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def storage(tmp_path, clock):
    secrets = VaultKeys("k1", {"k1": b"K" * 32}, b"I" * 32)
    opened = open_storage(f"sqlite:///{tmp_path}/l.db", LedgerName(LEDGER, "test"), secrets, clock)
    assert opened.lease.renew()
    yield opened
    opened.close()


@pytest.fixture
def intake(storage, keys, authority, clock):
    ports = IntakePorts(storage.documents, keys, ACCEPTANCES, authority, clock)
    return Intake(ports, IntakeTerms(LEDGER, "test", 60))


def submission(reference="REF-1", **members):
    members = {"documentType": "file-only", "data": {}, "reference": reference} | members
    return json.dumps(members).encode()


def both():
    return [str(CARRIER), str(PORT)]


def statement_by(keys, party, commitments, ledger=LEDGER, count=None):
    root = commitments_root(commitments)
    unsigned = UnsignedStatement(ledger, party, count or len(commitments), root, NOW)
    signer = keys.address_of(party)
    return unsigned.signed(signer, keys.sign(signer, unsigned.signing_digest()))


def own_statement(statement, commitments):
    value = {"statement": statement.json(), "commitments": [str(item) for item in commitments]}
    return json.dumps(value).encode()


COMMITMENTS = (Digest(b"\x0a" * 32), Digest(b"\x0b" * 32), Digest(b"\x0c" * 32))


# -- submit ----------------------------------------------------------------------------------------


def test_submitted_document_is_stated_promised_and_kept(intake, storage, keys, authority):
    accepted = intake.submit(CARRIER, submission(), (FILE,))
    assert accepted.created
    assert (accepted.accepted_at, accepted.anchor_by) == (NOW, NOW + 60)
    kept = storage.documents.statement(accepted.statement)
    kept.statement.check_signature()
    assert kept.statement.body.party == CARRIER
    assert kept.statement.body.root == commitments_root((accepted.commitment,))
    text, signers = open_note(accepted.acceptance, [ACCEPTANCES.verifier])
    assert signers == (ACCEPTANCES.verifier,)
    assert Acceptance.parse(text) == Acceptance("test", LEDGER, accepted.statement, NOW, NOW + 60)
    stored = storage.documents.document(accepted.commitment).sealed.document
    assert stored.files == (FILE,)
    assert authority.asked == [(CARRIER, keys.address_of(CARRIER), "file-only", NOW + 60)]


def test_findings_of_reading_and_of_the_document_are_told_and_kept(intake, storage):
    raw = submission(data={"weight": 1}).replace(b'"weight": 1', b'"weight": 12000.50')
    accepted = intake.submit(CARRIER, raw, ())
    assert "number-rewritten" in {finding.code for finding in accepted.findings}
    assert len(accepted.findings) > 1
    assert storage.documents.document(accepted.commitment).findings == accepted.findings


def test_same_document_again_gives_the_first_result_and_signs_nothing(intake, keys, clock):
    first = intake.submit(CARRIER, submission(), (FILE,), "key-1")
    clock.time += 30
    signatures = keys.signatures
    again = replace(first, created=False)
    assert intake.submit(CARRIER, submission(), (FILE,), "key-1") == again
    assert intake.submit(CARRIER, submission(), (FILE,), "key-2") == again
    assert intake.submit(CARRIER, submission(), (FILE,)) == again
    reordered = json.dumps(dict(reversed(json.loads(submission()).items()))).encode()
    assert intake.submit(CARRIER, reordered, (FILE,)) == again
    assert keys.signatures == signatures


def test_first_result_is_given_even_after_the_authority_ended(intake, authority):
    first = intake.submit(CARRIER, submission(), ())
    authority.end = NOW
    assert intake.submit(CARRIER, submission(), ()) == replace(first, created=False)


def test_key_that_led_to_an_earlier_result_is_taken(intake):
    intake.submit(CARRIER, submission(), ())
    intake.submit(CARRIER, submission(), (), "key")
    with pytest.raises(IdempotencyConflictError):
        intake.submit(CARRIER, submission("REF-2"), (), "key")


@pytest.mark.parametrize(
    ("raw", "files"),
    [
        (submission("REF-2"), (FILE,)),
        (submission(), ()),
        (submission(), (replace(FILE, sha256=Digest(b"\0" * 32)),)),
        (submission(), (replace(FILE, name="other.pdf"),)),
    ],
)
def test_same_key_with_another_body_is_a_conflict(intake, raw, files):
    intake.submit(CARRIER, submission(), (FILE,), "key")
    with pytest.raises(IdempotencyConflictError):
        intake.submit(CARRIER, raw, files, "key")


def test_parties_do_not_share_keys_or_references(intake):
    one = intake.submit(CARRIER, submission(), (), "key")
    two = intake.submit(PORT, submission(), (), "key")
    assert two.created
    assert one.commitment != two.commitment


def test_other_content_under_the_same_reference_is_refused_unless_it_replaces(intake):
    first = intake.submit(CARRIER, submission(), ())
    with pytest.raises(ReferenceAlreadyUsedError, match="/consignment") as caught:
        intake.submit(CARRIER, submission(consignment="C-1"), ())
    assert caught.value.existing == str(first.commitment)
    amended = submission(consignment="C-1", replaces=[str(first.commitment)])
    assert intake.submit(CARRIER, amended, ()).created


def test_party_without_a_held_key_is_told_what_to_do(intake):
    with pytest.raises(ForbiddenError, match="submit a finished statement instead"):
        intake.submit(STRANGER, submission(), ())


def test_party_that_is_no_issuer_is_refused(intake):
    with pytest.raises(InvalidDocumentError, match="/issuers"):
        intake.submit(CARRIER, submission(issuers=[str(PORT)]), ())


def test_authority_that_ends_before_the_promise_is_refused_and_nothing_is_kept(
    intake, storage, keys, authority
):
    authority.end = NOW + 60
    with pytest.raises(NotAuthorisedYetError):
        intake.submit(CARRIER, submission(), (), "key")
    assert keys.signatures == 0
    assert storage.log.pending(9) == ()
    authority.end = NOW + 61
    assert intake.submit(CARRIER, submission(), (), "key").created


@pytest.mark.parametrize("raw", [b"", b"[]", b'{"a":1,"a":2}', b'{"documentType":"file-only"}'])
def test_unreadable_submission_is_refused(intake, storage, raw):
    with pytest.raises(InvalidInputError):
        intake.submit(CARRIER, raw, ())
    assert storage.log.pending(9) == ()


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_unusable_idempotency_key_is_refused(intake, key):
    with pytest.raises(InvalidValueError, match="Idempotency-Key"):
        intake.submit(CARRIER, submission(), (), key)


# -- countersign -----------------------------------------------------------------------------------


@pytest.fixture
def package(intake, storage):
    """A carrier's document that the port must countersign."""
    raw = submission(issuers=both(), consignment="C-1", data={"note": "fragile"})
    accepted = intake.submit(CARRIER, raw, (FILE,))
    return Package.of(storage.documents.document(accepted.commitment).sealed, ())


def test_second_issuer_states_the_same_commitment(intake, storage, keys, package):
    accepted = intake.countersign(PORT, package, "key")
    assert accepted.created
    assert accepted.commitment == package.commitment
    stored = storage.documents.document(package.commitment)
    parties = [storage.documents.statement(item).statement.body.party for item in stored.statements]
    assert parties == [CARRIER, PORT]
    assert stored.holders == (CARRIER, PORT)
    again = replace(accepted, created=False)
    signatures = keys.signatures
    assert intake.countersign(PORT, package, "key") == again
    assert intake.countersign(PORT, parse_package(package.file_bytes()), "key-2") == again
    assert intake.countersign(PORT, package) == again
    assert keys.signatures == signatures


def test_redacted_package_is_countersigned_and_teaches_nothing(intake, storage, package):
    redacted = package.redacted(redact(storage.documents.document(package.commitment).sealed, ()))
    accepted = intake.countersign(PORT, redacted)
    assert accepted.created
    assert accepted.findings == ()
    assert storage.documents.document(package.commitment).holders == (CARRIER,)
    assert storage.documents.summaries(PORT, None, 9) == ()


def test_package_of_another_service_is_kept_when_opened(intake, storage, package, tmp_path, clock):
    name, secrets = LedgerName(LEDGER, "test"), VaultKeys("k", {"k": b"K" * 32}, b"I" * 32)
    other = open_storage(f"sqlite:///{tmp_path}/other.db", name, secrets, clock)
    ports = replace(intake._ports, store=other.documents)
    elsewhere = Intake(ports, IntakeTerms(LEDGER, "test", 60))
    sealed = storage.documents.document(package.commitment).sealed
    elsewhere.countersign(PORT, package.redacted(redact(sealed)))
    with pytest.raises(NotFoundError):
        other.documents.document(package.commitment)
    elsewhere.countersign(CARRIER, package)
    assert other.documents.document(package.commitment).sealed == sealed
    other.close()


def test_party_that_is_no_issuer_cannot_countersign(intake, storage, package):
    sealed = storage.documents.document(package.commitment).sealed
    for one in (package, package.redacted(redact(sealed, ()))):
        with pytest.raises(ForbiddenError, match="not among the issuers"):
            intake.countersign(STRANGER, one)


def test_content_that_does_not_recompute_is_refused(intake, storage, package):
    sealed = storage.documents.document(package.commitment).sealed
    wrong = replace(package, commitment=Digest(b"\0" * 32))
    with pytest.raises(InvalidPackageError, match="recomputes to"):
        intake.countersign(PORT, wrong)
    with pytest.raises(InvalidPackageError, match="recomputes to"):
        intake.countersign(PORT, wrong.redacted(redact(sealed, ())))
    redaction = redact(sealed, ())
    hidden = replace(
        redaction,
        leaves=tuple(
            HiddenLeaf(leaf.pointer, leaf.digest()) if leaf.pointer == "/issuers/1" else leaf
            for leaf in redaction.leaves
        ),
    )
    with pytest.raises(InvalidRedactionError):
        intake.countersign(PORT, package.redacted(hidden))


def test_countersigning_asks_for_authority_too(intake, authority, package):
    authority.end = NOW
    with pytest.raises(NotAuthorisedYetError):
        intake.countersign(PORT, package)


# -- statements signed elsewhere -------------------------------------------------------------------


def test_statement_signed_elsewhere_is_accepted_once(intake, storage, keys, authority):
    raw = own_statement(statement_by(keys, STRANGER, COMMITMENTS), COMMITMENTS)
    accepted = intake.submit_statement(STRANGER, raw, "key")
    assert accepted.created
    assert accepted.commitment == COMMITMENTS[0]
    assert storage.documents.statement(accepted.statement).commitments == COMMITMENTS
    assert authority.asked == [(STRANGER, keys.address_of(STRANGER), None, NOW + 60)]
    again = replace(accepted, created=False)
    assert intake.submit_statement(STRANGER, raw, "key") == again
    assert intake.submit_statement(STRANGER, raw) == again
    with pytest.raises(IdempotencyConflictError):
        intake.submit_statement(STRANGER, raw + b" ", "key")


def test_same_statement_signed_anew_gives_the_first_result(intake, keys):
    first = intake.submit_statement(
        STRANGER, own_statement(statement_by(keys, STRANGER, COMMITMENTS), COMMITMENTS)
    )
    body = replace(statement_by(keys, STRANGER, COMMITMENTS).body, stated_at=NOW + 5)
    signer = keys.address_of(STRANGER)
    later = body.signed(signer, keys.sign(signer, body.signing_digest()))
    again = intake.submit_statement(STRANGER, own_statement(later, COMMITMENTS), "new")
    assert again == replace(first, created=False)


def test_statement_is_checked_before_it_is_promised(intake, storage, keys):
    good = statement_by(keys, STRANGER, COMMITMENTS)
    elsewhere = statement_by(keys, STRANGER, COMMITMENTS, LedgerId(1, LEDGER.log))
    miscounted = statement_by(keys, STRANGER, COMMITMENTS, count=4)
    forged = replace(good, signer=keys.address_of(PORT))
    for statement, commitments, why in (
        (elsewhere, COMMITMENTS, "ledger: this is"),
        (miscounted, COMMITMENTS, "count: 4, but 3"),
        (good, COMMITMENTS[:2], "count: 3, but 2"),
        (good, tuple(reversed(COMMITMENTS)), "root: the commitments"),
        (forged, COMMITMENTS, "signature: made by"),
    ):
        with pytest.raises(InvalidStatementError, match=why):
            intake.submit_statement(STRANGER, own_statement(statement, commitments))
    assert storage.log.pending(9) == ()


def test_statement_of_another_party_is_forbidden(intake, keys):
    raw = own_statement(statement_by(keys, STRANGER, COMMITMENTS), COMMITMENTS)
    with pytest.raises(ForbiddenError):
        intake.submit_statement(CARRIER, raw)


def test_statement_whose_key_ends_too_soon_is_refused(intake, keys, authority):
    authority.end = NOW
    raw = own_statement(statement_by(keys, STRANGER, COMMITMENTS), COMMITMENTS)
    with pytest.raises(NotAuthorisedYetError):
        intake.submit_statement(STRANGER, raw)


@pytest.mark.parametrize(
    ("raw", "error"),
    [
        (b"{", InvalidJsonError),
        (b"[]", InvalidStatementError),
        (b'{"statement":{},"commitments":[],"packages":[]}', InvalidStatementError),
        (b'{"statement":{},"commitments":[]}', InvalidStatementError),
        (b'{"statement":{},"commitments":["xyz"]}', InvalidStatementError),
        (b'{"statement":{},"commitments":["' + b"0" * 64 + b'"]}', InvalidStatementError),
    ],
)
def test_unreadable_statement_is_refused(intake, raw, error):
    with pytest.raises(error):
        intake.submit_statement(STRANGER, raw)
