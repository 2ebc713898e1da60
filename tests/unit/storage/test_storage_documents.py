# SPDX-License-Identifier: Apache-2.0
"""Documents and statements: first results, conflicts, look-ups, erasure."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select, text, update

from ledger.anchors import Finality
from ledger.canonical import canonical_bytes
from ledger.errors import (
    ConfigurationError,
    IdempotencyConflictError,
    InvalidValueError,
    NotFoundError,
    OverloadedError,
    ReferenceAlreadyUsedError,
    StateError,
)
from ledger.primitives import Digest
from ledger.sealing import seal
from ledger.storage import SqlDocuments, Vault, VaultKeys
from ledger.storage.contents import open_content
from ledger.storage.engine import reading, writing
from ledger.storage.tables import documents, members, metadata, statements


def rows(storage):
    """How many rows each table has."""
    with reading(storage.engine) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table))
            for table in metadata.sorted_tables
        }


def test_accepted_document_opens_again(storage, make):
    new = make.new_document()
    accepted = storage.documents.accept(new, None, None)
    assert accepted.created
    assert accepted.acceptance == new.acceptance
    stored = storage.documents.document(accepted.commitment)
    assert stored.sealed == new.documents[0]
    assert stored.findings == accepted.findings == (make.FINDING,)
    assert stored.holders == (make.PARTY,)
    assert stored.statements == (accepted.statement,)
    kept = storage.documents.statement(accepted.statement)
    assert kept.statement == new.statement
    assert kept.commitments == (accepted.commitment,)
    assert (kept.acceptance, kept.anchor_by) == (new.acceptance, new.anchor_by)


def test_same_call_again_gives_the_first_result(storage, make):
    first = storage.documents.accept(make.new_document(), "call-1", make.number(1))
    before = rows(storage)
    again = storage.documents.accept(make.new_document(), "call-1", make.number(1))
    assert again == replace(first, created=False)
    assert storage.documents.known(make.PARTY, "call-1", make.number(1)) == again
    assert rows(storage) == before


def test_same_key_with_another_body_is_a_conflict(storage, make):
    storage.documents.accept(make.new_document(), "call-1", make.number(1))
    before = rows(storage)
    for attempt in (
        lambda: storage.documents.known(make.PARTY, "call-1", make.number(2)),
        lambda: storage.documents.accept(make.new_document(), "call-1", make.number(2)),
        lambda: storage.documents.remember(make.PARTY, "call-1", make.number(2), make.number(3)),
    ):
        with pytest.raises(IdempotencyConflictError):
            attempt()
    assert rows(storage) == before


def test_keys_belong_to_their_party(storage, make):
    storage.documents.accept(make.new_document(), "call-1", make.number(1))
    assert storage.documents.known(make.OTHER, "call-1", make.number(2)) is None
    assert storage.documents.known(make.PARTY, None, make.number(1)) is None


def test_same_document_again_gives_the_first_result_and_remembers_the_new_key(storage, make):
    first = storage.documents.accept(make.new_document(), None, None)
    again = storage.documents.accept(make.new_document(), "call-2", make.number(2))
    assert again == replace(first, created=False)
    assert storage.documents.known(make.PARTY, "call-2", make.number(2)) == again
    sealed = make.new_document().documents[0]
    assert storage.documents.same_document(sealed, make.PARTY) == again
    assert storage.documents.same_document(sealed, make.OTHER) is None


def test_remembered_key_leads_to_the_first_result(storage, make):
    first = storage.documents.accept(make.new_document(), None, None)
    for _ in range(2):
        storage.documents.remember(make.PARTY, "late", make.number(5), first.statement)
    assert storage.documents.known(make.PARTY, "late", make.number(5)).statement == first.statement


def test_other_content_under_the_same_reference_names_what_it_collides_with(storage, make):
    first = storage.documents.accept(make.new_document(), None, None)
    other = make.new_document(make.document(note="changed"))
    before = rows(storage)
    with pytest.raises(ReferenceAlreadyUsedError, match="/data/note") as caught:
        storage.documents.accept(other, None, None)
    assert caught.value.existing == str(first.commitment)
    assert "SECRET-NOTE" not in str(caught.value)
    assert "changed" not in str(caught.value)
    with pytest.raises(ReferenceAlreadyUsedError):
        storage.documents.same_document(other.documents[0], make.PARTY)
    assert rows(storage) == before


def test_long_list_of_differences_is_cut(storage, make):
    doc = make.document()
    storage.documents.accept(make.new_document(doc), None, None)
    wide = replace(doc, data={f"field-{index}": 1 for index in range(20)})
    with pytest.raises(ReferenceAlreadyUsedError, match="and 13 more"):
        storage.documents.accept(make.new_document(wide), None, None)


def test_replacement_must_name_the_newest_document(storage, make):
    first = storage.documents.accept(make.new_document(), None, None)
    amended = make.document(note="amended", replaces=(first.commitment,))
    second = storage.documents.accept(make.new_document(amended), None, None)
    assert second.created
    stale = make.document(note="amended twice", replaces=(first.commitment,))
    with pytest.raises(ReferenceAlreadyUsedError) as caught:
        storage.documents.accept(make.new_document(stale), None, None)
    assert caught.value.existing == str(second.commitment)
    both = tuple(sorted((first.commitment, second.commitment)))
    third = make.document(note="amended twice", replaces=both)
    assert storage.documents.accept(make.new_document(third), None, None).created
    for doc, result in ((make.document(), first), (amended, second)):
        again = storage.documents.accept(make.new_document(doc), None, None)
        assert again == replace(result, created=False)


def test_same_statement_gives_the_first_result(storage, make):
    commitments = (make.number(1), make.number(2))
    first = storage.documents.accept(make.stated(commitments), None, None)
    later = make.stated(commitments, at=1_770_000_500)
    again = storage.documents.accept(later, None, None)
    assert again == replace(first, created=False)
    body = later.statement.body
    assert storage.documents.same_statement(body.party, body.root, later.statement.signer) == again
    assert storage.documents.same_statement(make.OTHER, body.root, later.statement.signer) is None
    assert first.commitment == make.number(1)
    assert storage.documents.statement(first.statement).commitments == commitments
    stating = storage.documents.statements_of
    assert stating(make.number(2), [make.OTHER, make.PARTY]) == (first.statement,)
    assert stating(make.number(2), [make.OTHER]) == (), "a stranger's word is not asked for"


def test_countersigner_shares_the_document_and_claims_no_number(storage, make):
    doc = make.document(issuers=(make.PARTY, make.OTHER))
    first = make.new_document(doc)
    one = storage.documents.accept(first, None, None)
    own = make.document(note="own", issuers=(make.OTHER,))
    storage.documents.accept(make.new_document(own, make.OTHER), None, None)
    second = make.stated((one.commitment,), make.OTHER)
    second = replace(second, documents=first.documents, claims_references=False)
    two = storage.documents.accept(second, None, None)
    assert two.created
    stored = storage.documents.document(one.commitment)
    assert stored.statements == (one.statement, two.statement)
    assert stored.holders == (make.PARTY, make.OTHER)
    listed = storage.documents.summaries(make.OTHER, "REF-4711", 10)
    assert listed[0].commitment == one.commitment
    assert len(listed) == 2


def test_findings_are_for_those_who_know_the_content(storage, make):
    one = storage.documents.accept(make.new_document(), None, None)
    blind = make.stated((one.commitment,), make.OTHER)
    assert storage.documents.accept(blind, None, None).findings == ()
    assert storage.documents.summaries(make.OTHER, None, 10) == ()
    assert storage.documents.document(one.commitment).holders == (make.PARTY,)


def test_summaries_are_the_partys_own_newest_first(storage, make):
    for index in range(5):
        doc = make.document(f"REF-{index}")
        storage.documents.accept(make.new_document(doc), None, None)
    listed = storage.documents.summaries(make.PARTY, None, 3)
    assert [item.reference for item in listed] == ["REF-4", "REF-3", "REF-2"]
    assert {item.document_type for item in listed} == {"file-only"}
    assert [item.reference for item in storage.documents.summaries(make.PARTY, "REF-1", 3)] == [
        "REF-1"
    ]
    assert storage.documents.summaries(make.PARTY, "REF", 3) == ()
    assert storage.documents.summaries(make.OTHER, None, 3) == ()


def test_summary_says_how_far_it_got(storage, sequencer, make):
    storage.documents.accept(make.new_document(), None, None)
    finality = lambda: storage.documents.summaries(make.PARTY, None, 1)[0].finality  # noqa: E731 — asked twice
    assert finality() == Finality.ACCEPTED
    sequencer.step()
    assert finality() == Finality.LOGGED


def test_file_leads_to_every_document_that_lists_it_oldest_first(storage, make):
    sha256 = Digest(b"\xf1" * 32)
    assert storage.documents.commitments_of_file(sha256, 8) == ()
    both = tuple(
        storage.documents.accept(make.new_document(make.document(name)), None, None).commitment
        for name in ("REF-1", "REF-2")
    )
    assert storage.documents.commitments_of_file(sha256, 8) == both
    assert storage.documents.commitments_of_file(sha256, 1) == both[:1]
    assert storage.documents.commitments_of_file(make.number(1), 8) == ()


def test_unknown_names_are_not_found(storage, make):
    for ask in (storage.documents.document, storage.documents.statement, storage.documents.erase):
        with pytest.raises(NotFoundError):
            ask(make.number(1))
    assert storage.documents.statements_of(make.number(1), [make.PARTY]) == ()


def test_erased_document_is_gone_and_its_statement_stays(storage, make):
    first = storage.documents.accept(make.new_document(), None, None)
    storage.documents.erase(first.commitment)
    for ask in (storage.documents.document, storage.documents.erase):
        with pytest.raises(NotFoundError):
            ask(first.commitment)
    assert storage.documents.summaries(make.PARTY, None, 10) == ()
    assert storage.documents.commitments_of_file(Digest(b"\xf1" * 32), 8) == ()
    assert storage.documents.statement(first.statement).commitments == (first.commitment,)
    again = storage.documents.accept(make.new_document(), None, None)
    assert again == replace(first, created=False, findings=())
    with pytest.raises(ReferenceAlreadyUsedError):
        storage.documents.accept(make.new_document(make.document(note="x")), None, None)


def test_full_queue_takes_nothing_and_still_knows_first_results(storage, sequencer, make):
    small = SqlDocuments(storage.engine, Vault(make.KEYS), queue_limit=1)
    first = small.accept(make.new_document(), None, None)
    before = rows(storage)
    with pytest.raises(OverloadedError):
        small.accept(make.stated((make.number(1),)), "call", make.number(1))
    assert rows(storage) == before
    assert small.accept(make.new_document(), None, None) == replace(first, created=False)
    sequencer.step()
    assert small.accept(make.stated((make.number(1),)), "call", make.number(1)).created


def test_batch_of_documents_is_all_or_nothing(storage, make):
    sealed = tuple(seal(make.document(f"REF-{index}")) for index in range(3))
    new = replace(make.stated([item.commitment for item in sealed]), documents=sealed)
    with pytest.raises(InvalidValueError, match="findings"):
        storage.documents.accept(replace(new, findings=(make.FINDING,)), None, None)
    storage.documents.accept(new, None, None)
    for index, item in enumerate(sealed):
        assert storage.documents.document(item.commitment).sealed == item
        assert storage.documents.summaries(make.PARTY, f"REF-{index}", 2)
    more = tuple(seal(make.document(name)) for name in ("REF-9", "REF-1"))
    second = replace(make.stated([item.commitment for item in more]), documents=more)
    before = rows(storage)
    with pytest.raises(ReferenceAlreadyUsedError):
        storage.documents.accept(second, None, None)
    assert rows(storage) == before


def test_tampered_rows_are_noticed(storage, make):
    first = storage.documents.accept(make.new_document(), None, None)
    with writing(storage.engine) as connection:
        connection.execute(update(documents).values(content=b"\0" * 64))
    with pytest.raises(ConfigurationError, match="does not open"):
        storage.documents.document(first.commitment)
    with writing(storage.engine) as connection:
        row = connection.scalar(select(statements.c.canonical))
        changed = row.replace(b'"count":1', b'"count":2')
        connection.execute(update(statements).values(canonical=changed))
    with pytest.raises(ConfigurationError, match="was changed"):
        storage.documents.statement(first.statement)


@pytest.mark.parametrize("plain", [b"[]", b"{}", b'{"envelope":{},"seed":""}', b"not JSON"])
def test_content_in_an_unknown_form_is_noticed(make, plain):
    key, _ = Vault(make.KEYS).new_key(make.number(1))
    with pytest.raises(ConfigurationError, match=str(make.number(1))):
        open_content(key, key.encrypt("content", plain))


def test_content_of_another_commitment_is_noticed(storage, make):
    first = storage.documents.accept(make.new_document(), None, None)
    sealed = storage.documents.document(first.commitment).sealed
    envelope = {"envelope": sealed.document.envelope(), "seed": sealed.seed.text()}
    key, _ = Vault(make.KEYS).new_key(make.number(1))
    with pytest.raises(ConfigurationError, match="recomputes to"):
        open_content(key, key.encrypt("content", canonical_bytes(envelope)))


FIRE = {
    "sqlite": "BEGIN SELECT RAISE(ABORT, 'the disk is on fire'); END",
    "postgresql": "FOR EACH ROW EXECUTE FUNCTION burn()",
}
BURN = (
    "CREATE FUNCTION burn() RETURNS trigger LANGUAGE plpgsql AS"
    " 'BEGIN RAISE integrity_constraint_violation; END'"
)


def test_failure_in_the_middle_of_accepting_leaves_nothing(kind, storage, make):
    before = rows(storage)
    with writing(storage.engine) as connection:
        if kind == "postgresql":
            connection.execute(text(BURN))
        connection.execute(text(f"CREATE TRIGGER broken BEFORE INSERT ON claims {FIRE[kind]}"))
    with pytest.raises(StateError, match="contradicts"):
        storage.documents.accept(make.new_document(), "call", make.number(1))
    assert rows(storage) == before


def test_rotation_rewraps_every_data_key(storage, reopened, make):
    accepted = [
        storage.documents.accept(make.new_document(make.document(f"REF-{index}")), None, None)
        for index in range(3)
    ]
    both = reopened(VaultKeys("k2", {"k1": b"K" * 32, "k2": b"N" * 32}, b"I" * 32))
    assert both.documents.document(accepted[0].commitment)
    assert both.documents.rewrap() == 3
    assert both.documents.rewrap() == 0
    alone = reopened(VaultKeys("k2", {"k2": b"N" * 32}, b"I" * 32))
    for item in accepted:
        assert alone.documents.document(item.commitment).sealed.commitment == item.commitment
    assert alone.documents.accept(make.new_document(make.document("REF-0")), None, None) == replace(
        accepted[0], created=False
    )
    with pytest.raises(ConfigurationError, match="'k2', which is not loaded"):
        storage.documents.document(accepted[0].commitment)


def test_members_keep_the_order_of_the_statement(storage, make):
    commitments = tuple(make.number(index) for index in (5, 3, 9, 3))
    first = storage.documents.accept(make.stated(commitments), None, None)
    assert storage.documents.statement(first.statement).commitments == commitments
    with reading(storage.engine) as connection:
        assert connection.scalar(select(func.count()).select_from(members)) == 4
