# SPDX-License-Identifier: Apache-2.0
"""docs/formats.md §5–6: statements, their signatures, entries."""

from dataclasses import replace

import pytest
from small_world import CHAIN_ID, START, Party, digest, word

from ledger.errors import EmptyTreeError, InvalidStatementError, InvalidValueError
from ledger.log import MAX_INDEX, Entry
from ledger.primitives import Address, Digest, PartyId, Signature
from ledger.statements import (
    MAX_COUNT,
    LedgerId,
    Statement,
    UnsignedStatement,
    commitments_root,
    statement_root_from_path,
)

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
PARTY = Party("Example Carrier")
LEDGER = LedgerId(CHAIN_ID, Address(b"\x0a" * 20))
BODY = UnsignedStatement(LEDGER, PARTY.id, 1, digest("root"), START)


@pytest.fixture
def statement():
    return BODY.signed(PARTY.address, PARTY.sign(BODY.signing_digest()))


def test_statement_is_read_as_it_was_written(statement):
    assert Statement.parse(statement.json()) == statement


def with_signature(statement, r, s, v):
    raw = r.to_bytes(32, "big") + s.to_bytes(32, "big") + bytes([v])
    return replace(statement, signature=Signature(raw))


def parts(statement):
    raw = statement.signature.raw
    return int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:64], "big"), raw[64]


def test_twin_of_a_signature_with_high_s_is_refused(statement):
    r, s, v = parts(statement)
    with pytest.raises(InvalidStatementError, match="upper half"):
        with_signature(statement, r, ORDER - s, 55 - v).check_signature()


@pytest.mark.parametrize("v", [0, 1, 26, 29, 31, 37, 255])
def test_signature_with_v_other_than_27_or_28_is_refused(statement, v):
    r, s, _ = parts(statement)
    with pytest.raises(InvalidStatementError, match="27 or 28"):
        with_signature(statement, r, s, v).check_signature()


@pytest.mark.parametrize(("r", "s"), [(0, 1), (1, 0), (0, 0), (ORDER, 1), (2**256 - 1, 1), (5, 1)])
@pytest.mark.parametrize("v", [27, 28])
def test_signature_with_numbers_out_of_range_is_refused(statement, r, s, v):
    with pytest.raises(InvalidStatementError):
        with_signature(statement, r, s, v).check_signature()


@pytest.mark.parametrize(
    "other",
    [
        replace(BODY, ledger=LedgerId(CHAIN_ID + 1, LEDGER.log)),
        replace(BODY, ledger=LedgerId(CHAIN_ID, Address(b"\x0b" * 20))),
        replace(BODY, party=PartyId(b"\x01" * 32)),
        replace(BODY, count=2),
        replace(BODY, root=digest("other")),
        replace(BODY, stated_at=START + 1),
    ],
    ids=["chain", "log", "party", "count", "root", "time"],
)
def test_signature_over_another_domain_or_statement_is_refused(statement, other):
    with pytest.raises(InvalidStatementError, match="not by the signer"):
        replace(statement, body=other).check_signature()
    with pytest.raises(InvalidStatementError):
        other.signed(PARTY.address, statement.signature)


@pytest.mark.parametrize("count", [0, -1, MAX_COUNT + 1])
def test_count_outside_its_range_is_refused(count, statement):
    with pytest.raises(InvalidStatementError, match="count"):
        replace(BODY, count=count)
    with pytest.raises(InvalidStatementError, match="count"):
        Statement.parse({**statement.json(), "count": count})


@pytest.mark.parametrize(
    ("member", "values"),
    [
        ("format", ["corridor/statement/2", None]),
        ("count", [True, 1.5, "1", None]),
        ("ledger", ["eip155:01:0x" + "0a" * 20, "eip155:1:0x" + "0A" * 20, "eip155:1", None]),
        ("ledger", ["eip155:1:0x" + "0a" * 20 + "\n", "eip155:+1:0x" + "0a" * 20]),
        ("party", ["0x" + "00" * 31, None]),
        ("signer", ["0x" + "AA" * 20, 1]),
        ("root", ["0x" + "00" * 32, None]),
        ("statedAt", [START, "2026-02-30T00:00:00Z", None]),
        ("signature", ["0x" + "00" * 64, None]),
    ],
)
def test_statement_with_member_of_wrong_form_is_refused(statement, member, values):
    for value in values:
        with pytest.raises(InvalidStatementError):
            Statement.parse({**statement.json(), member: value})


def test_statement_with_missing_or_unknown_member_is_refused(statement):
    written = statement.json()
    for name in written:
        with pytest.raises(InvalidStatementError):
            Statement.parse({key: value for key, value in written.items() if key != name})
    for bad in ({**written, "extra": None}, [], None, "x"):
        with pytest.raises(InvalidStatementError):
            Statement.parse(bad)


def test_statement_digest_covers_the_signature(statement):
    r, s, v = parts(statement)
    assert with_signature(statement, r, ORDER - s, 55 - v).digest() != statement.digest()


def test_statement_tree_hides_what_is_no_leaf():
    commitments = [digest(f"c{n}") for n in range(4)]
    root = commitments_root(commitments)
    assert statement_root_from_path(root, 0, 1, ()) != root
    with pytest.raises(EmptyTreeError):
        commitments_root([])


@pytest.mark.parametrize("index", [-1, MAX_INDEX + 1])
def test_entry_index_outside_its_range_is_refused(index):
    with pytest.raises(InvalidValueError):
        Entry(index, Digest(word("x").raw))


def test_entry_is_its_index_and_the_statements_digest(statement):
    entry = Entry(258, statement.digest())
    assert entry.raw() == bytes(6) + b"\x01\x02" + statement.digest().raw
    assert entry.leaf() != Entry(259, statement.digest()).leaf()
