# SPDX-License-Identifier: Apache-2.0
"""`content` with files, `validity`, `status`, `match`, several issuers, two ledgers."""

import json
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from small_world import (
    BILL,
    REVOKED,
    START,
    SUPERSEDED,
    SUSPENDED,
    Party,
    World,
    contract,
    digest,
    seal,
)

from ledger.documents import ListedFile
from ledger.sealing import commitment_of, redact
from ledger.verification import CheckName, GivenFile, State, Verdict

PDF = ListedFile("bl.pdf", "application/pdf", 5, digest("pdf"))
XML = ListedFile("bl.xml", "text/xml", 6, digest("xml"))


@pytest.fixture
def world():
    return World()


@pytest.fixture
def second(world):
    party = Party("Example Exporter")
    world.ledger.admit(party)
    return party


def codes(report, name):
    return {outcome.code for outcome in report.check(name).outcomes}


def expect(report, verdict, name, code):
    assert report.verdict is verdict, report.reasons()
    assert code in codes(report, name)
    report.json()


# --- files -----------------------------------------------------------------------------------


def test_listed_files_pass_and_those_not_given_are_notes(world):
    package = world.issue(world.document(files=(PDF, XML)))
    report = world.verify(package, files=(GivenFile("renamed.pdf", PDF.sha256),))
    assert report.verdict is Verdict.AUTHENTIC
    assert report.notes == ("file bl.xml was not checked",)


def test_file_that_is_not_listed_alters(world):
    package = world.issue(world.document(files=(PDF,)))
    report = world.verify(package, files=(GivenFile("bl.pdf", digest("forged")),))
    expect(report, Verdict.ALTERED, CheckName.CONTENT, "file-altered")
    assert "bl.pdf" in [outcome.detail for outcome in report.reasons()]


def test_file_beside_a_document_that_lists_none_alters(world):
    report = world.verify(world.issue(), files=(GivenFile("x", digest("x")),))
    expect(report, Verdict.ALTERED, CheckName.CONTENT, "file-altered")


def test_file_is_not_comparable_while_any_listed_digest_is_hidden(world):
    sealed = seal(world.document(files=(PDF, XML)))
    package = world.issue(sealed=sealed)
    hidden = package.redacted(redact(sealed))
    half = package.redacted(redact(sealed, ["/files/0"]))
    stranger, known = GivenFile("x", digest("x")), GivenFile("p", PDF.sha256)
    for short in (hidden, half):
        report = world.verify(short, files=(stranger,))
        expect(report, Verdict.UNDECIDED, CheckName.CONTENT, "file-not-comparable")
    assert world.verify(half, files=(known,)).verdict is Verdict.AUTHENTIC
    whole = package.redacted(redact(sealed, ["/files"]))
    expect(
        world.verify(whole, files=(stranger,)), Verdict.ALTERED, CheckName.CONTENT, "file-altered"
    )


# --- validity --------------------------------------------------------------------------------


def test_validity_ends_at_the_exact_second(world):
    ends = START + 500
    package = world.issue(world.document(valid_until=ends))
    assert world.verify(package, now=ends - 1).verdict is Verdict.AUTHENTIC
    expect(world.verify(package, now=ends), Verdict.EXPIRED, CheckName.VALIDITY, "expired")


def test_validity_is_judged_at_the_latest_of_clock_chain_and_stated_time(world):
    ends = START + 500
    package = world.issue(world.document(valid_until=ends))
    assert world.verify(package, stated_time=ends - 1).verdict is Verdict.AUTHENTIC
    assert world.verify(package, stated_time=ends).verdict is Verdict.EXPIRED
    now = world.chain.time
    assert world.verify(package, now=ends, stated_time=START).verdict is Verdict.EXPIRED
    world.chain.mine(ends)
    assert world.verify(package, now=now).verdict is Verdict.EXPIRED


# --- status ----------------------------------------------------------------------------------


STATUSES = [(REVOKED, "revoked"), (SUPERSEDED, "superseded"), (SUSPENDED, "suspended")]


@pytest.mark.parametrize(("status", "code"), STATUSES)
@pytest.mark.parametrize("of", ["commitment", "statement"])
def test_status_of_commitment_or_statement_counts(world, status, code, of):
    package = world.issue(others=2)
    root = package.receipts[0].statement.body.root
    subject = package.commitment if of == "commitment" else root
    world.ledger.write_status(world.carrier, subject, status)
    expect(world.verify(package), Verdict(code.upper()), CheckName.STATUS, code)


def test_status_in_a_block_that_is_not_final_counts_and_so_does_one_that_only_was(world):
    package = world.issue()
    world.ledger.write_status(world.carrier, package.commitment, SUSPENDED)
    world.chain.lag = 1
    assert world.verify(package).verdict is Verdict.SUSPENDED
    world.ledger.write_status(world.carrier, package.commitment, 0)
    assert world.verify(package).verdict is Verdict.SUSPENDED
    world.chain.lag = 0
    assert world.verify(package).verdict is Verdict.AUTHENTIC


def test_status_by_somebody_who_is_no_issuer_does_not_count(world, second):
    package = world.issue()
    world.ledger.write_status(second, package.commitment, REVOKED)
    assert world.verify(package).verdict is Verdict.AUTHENTIC


def test_status_in_any_of_the_ledgers_contracts_counts(world):
    package = world.issue()
    statuses = (*world.ledger.trusted.statuses, contract("older statuses"))
    world.ledger.trusted = replace(world.ledger.trusted, statuses=statuses)
    world.trust = replace(world.trust, ledgers=(world.ledger.trusted,))
    assert world.verify(package).verdict is Verdict.AUTHENTIC
    world.ledger.write_status(world.carrier, package.commitment, REVOKED, contract_at=1)
    assert world.verify(package).verdict is Verdict.REVOKED


def test_revoked_wins_over_a_status_in_doubt(world, second):
    package = world.issue(parties=(world.carrier, second))
    world.ledger.write_status(world.carrier, package.commitment, SUSPENDED)
    world.ledger.declare_compromise(world.carrier, world.chain.time)
    assert world.verify(package).verdict is Verdict.UNDECIDED
    world.ledger.write_status(second, package.commitment, REVOKED)
    assert world.verify(package).verdict is Verdict.REVOKED


# --- several issuers -------------------------------------------------------------------------


def test_every_issuer_must_have_stated(world, second):
    package = world.issue(parties=(world.carrier, second))
    assert world.verify(package).verdict is Verdict.AUTHENTIC
    for receipt in package.receipts:
        report = world.verify(replace(package, receipts=(receipt,)))
        expect(report, Verdict.UNDECIDED, CheckName.STATEMENT, "receipt-missing")
    report = world.verify(replace(package, receipts=()))
    expect(report, Verdict.UNDECIDED, CheckName.STATEMENT, "receipt-missing")


def test_commitment_claimed_by_a_second_accredited_party_is_not_authorised(world, second):
    package = world.issue()
    held = world.ledger.state_and_log(second, [package.commitment])
    world.ledger.anchor()
    claim = world.ledger.receipt(package.commitment, [package.commitment], *held)
    alone = world.verify(replace(package, receipts=(claim,)))
    expect(alone, Verdict.ISSUER_NOT_AUTHORISED, CheckName.STATEMENT, "party-not-issuer")
    both = sorted((claim, *package.receipts), key=lambda item: item.statement.body.party)
    together = world.verify(replace(package, receipts=tuple(both)))
    expect(together, Verdict.ISSUER_NOT_AUTHORISED, CheckName.STATEMENT, "party-not-issuer")


@pytest.mark.parametrize("status", [REVOKED, SUSPENDED, SUPERSEDED])
def test_any_issuers_status_counts(world, second, status):
    package = world.issue(parties=(world.carrier, second))
    world.ledger.write_status(second, package.commitment, status)
    assert world.verify(package).verdict.value in ("REVOKED", "SUSPENDED", "SUPERSEDED")


def test_worst_receipt_decides(world, second):
    package = world.issue(parties=(world.carrier, second))
    world.ledger.accredit(second, BILL)
    world.chain.mine()
    report = world.verify(package)
    expect(report, Verdict.ISSUER_NOT_AUTHORISED, CheckName.ISSUER, "issuer-authorised")
    assert report.check(CheckName.ISSUER).state is State.FAILED


def test_two_ledgers_are_each_asked_about_their_own_party(world):
    other, exporter = world.add_ledger("two"), Party("Example Exporter")
    other.admit(exporter)
    ledgers = {exporter.name: other}
    package = world.issue(parties=(world.carrier, exporter), ledgers=ledgers)
    report = world.verify(package)
    assert report.verdict is Verdict.AUTHENTIC, report.reasons()
    assert {item.name for item in report.signatories} == {exporter.name, world.carrier.name}
    # The same key in the other ledger's registry is worth nothing.
    world.ledger.admit(exporter)
    other.accredit(exporter, BILL)
    world.chain.mine()
    assert world.verify(package).verdict is Verdict.ISSUER_NOT_AUTHORISED
    world.trust = replace(world.trust, ledgers=(world.ledger.trusted,))
    assert world.verify(package).verdict is Verdict.UNDECIDED


# --- acceptances -----------------------------------------------------------------------------


def test_acceptance_by_unknown_key_or_of_another_statement_is_never_authentic(world):
    package, other = world.issue(), world.issue()
    foreign = World()
    stranger = replace(foreign.signer, name="corridor-ledger/example")
    assert world.verify(world.promise(package)).verdict is Verdict.AUTHENTIC
    stolen = replace(package, acceptances=world.promise(other).acceptances)
    expect(world.verify(stolen), Verdict.UNDECIDED, CheckName.LOG, "acceptance-elsewhere")
    world.trust = replace(world.trust, log_keys=())
    report = world.verify(world.promise(package, signer=stranger))
    expect(report, Verdict.UNDECIDED, CheckName.LOG, "acceptance-unknown")


def test_acceptance_outside_its_keys_interval_is_by_an_unknown_key(world):
    package = world.issue()
    key = replace(world.trust.log_keys[0], start=START + 10, end=START + 20)
    world.trust = replace(world.trust, log_keys=(key,))
    for offset, verdict in ((9, "UNDECIDED"), (10, "AUTHENTIC"), (19, "AUTHENTIC")):
        promised = world.promise(package, accepted_at=START + offset)
        assert world.verify(promised).verdict.value == verdict
    promised = world.promise(package, accepted_at=START + 20)
    assert world.verify(promised).verdict is Verdict.UNDECIDED


@pytest.mark.parametrize("change", ["stranger-signs-too", "twice"])
def test_acceptance_with_something_added_is_not_authentic(world, change):
    """Any change to any member: "asking again returns the same bytes", so there is one form."""
    package = world.promise(world.issue())
    (note,) = package.acceptances
    stranger = World().signer
    secret = Ed25519PrivateKey.from_private_bytes(bytes(32))
    line = replace(stranger, name="stranger", _key=secret).sign("x\n").split("\n\n")[1]
    notes = (note + line,) if change == "stranger-signs-too" else (note, note)
    assert world.verify(replace(package, acceptances=notes)).verdict is not Verdict.AUTHENTIC


# --- match -----------------------------------------------------------------------------------


@pytest.fixture
def corridor(world, corridor_set):
    def issue(name, kind, **changes):
        (path,) = corridor_set.glob(f"{name}*.json")
        data = json.loads(path.read_text("utf-8"))
        data.update(changes)
        world.ledger.admit(world.carrier, BILL, "certificate-of-origin")
        return world.issue(world.document(kind=kind, data=data))

    return issue


def test_documents_of_one_consignment_match(world, corridor):
    bill = corridor("bl-nagoya-ambarli", BILL)
    certificate = corridor("co-nagoya-ambarli", "certificate-of-origin")
    report = world.verify(bill, other=certificate)
    assert report.check(CheckName.MATCH).state is not State.FAILED, report.reasons()
    report.json()
    forged = replace(certificate, commitment=digest("another"))
    expect(world.verify(bill, other=forged), Verdict.UNDECIDED, CheckName.MATCH, "other-altered")


def test_document_of_unknown_type_cannot_be_matched_but_verifies(world):
    world.ledger.admit(world.carrier, "assay-report")
    package = world.issue(world.document(kind="assay-report"))
    report = world.verify(package)
    assert report.verdict is Verdict.AUTHENTIC
    assert "not known" in report.notes[0]
    expect(world.verify(package, other=package), Verdict.UNDECIDED, CheckName.MATCH, "kind-unknown")


# --- content ---------------------------------------------------------------------------------


def test_altered_document_names_the_pointers_changed_added_and_removed(world):
    package = world.issue(world.document(data={"a": 1, "b": 2, "c": [3]}))
    other = seal(world.document(data={"a": 9, "c": [3, 4], "d": 5}))
    content = replace(package.content, document=other.document, envelope=other.document.envelope())
    report = world.verify(replace(package, content=content))
    (outcome,) = report.check(CheckName.CONTENT).outcomes
    assert report.verdict is Verdict.ALTERED
    assert outcome.pointers == ("/data/a", "/data/b", "/data/c/1", "/data/d")


def test_redaction_never_calls_a_document_complete(world):
    sealed = seal(world.document())
    package = world.issue(sealed=sealed)
    assert world.verify(package).complete
    short = world.verify(package.redacted(redact(sealed, ["/reference"])))
    assert short.verdict is Verdict.AUTHENTIC
    assert not short.complete
    assert short.fields_hidden == 3


def test_two_values_under_one_pointer_shown_to_two_readers_fail_for_both(world):
    """Subtree hashes allowed it; a list of all leaves in strict order does not."""
    sealed = seal(world.document(data={"weight": 11840}))
    leaves = list(redact(sealed).leaves)
    at = next(index for index, leaf in enumerate(leaves) if leaf.pointer == "/data/weight")
    twice = [*leaves[: at + 1], replace(leaves[at], value=9840), *leaves[at + 1 :]]
    forged = replace(redact(sealed), leaves=tuple(twice))
    root = commitment_of(forged.digests())
    package = world.issue(sealed=replace(sealed, commitment=root)).redacted(forged)
    expect(world.verify(package), Verdict.ALTERED, CheckName.CONTENT, "redaction-broken")
