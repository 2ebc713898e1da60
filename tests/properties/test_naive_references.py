# SPDX-License-Identifier: Apache-2.0
"""Merkle trees and sealing against references written from the text of RFC 9162 and formats.md."""

import base64
import hashlib
import hmac

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st
from small_world import word

from ledger.canonical import PACKAGE_LIMITS, canonical_bytes, parse_exact, parse_submitted
from ledger.documents import TradeDocument
from ledger.errors import InvalidInputError
from ledger.merkle import (
    consistency_path,
    inclusion_path,
    leaf_digest,
    merkle_root,
    root_from_consistency,
    root_from_path,
)
from ledger.primitives import Digest, PartyId, Seed
from ledger.receipts import parse_package
from ledger.sealing import HiddenLeaf, commitment_of, redact, reopen, seal
from ledger.trust import parse_trust

MOST = 130


def h(data):
    return hashlib.sha256(data).digest()


def k_of(n):
    """The largest power of two smaller than n (RFC 9162 §2.1.1)."""
    k = 1
    while k * 2 < n:
        k *= 2
    return k


def mth(d):
    if len(d) == 1:
        return h(b"\x00" + d[0])
    k = k_of(len(d))
    return h(b"\x01" + mth(d[:k]) + mth(d[k:]))


def naive_path(m, d):
    """PATH(m, D_n), RFC 9162 §2.1.3.1."""
    if len(d) == 1:
        return []
    k = k_of(len(d))
    if m < k:
        return [*naive_path(m, d[:k]), mth(d[k:])]
    return [*naive_path(m - k, d[k:]), mth(d[:k])]


def naive_subproof(m, d, *, b):
    """SUBPROOF(m, D_n, b), RFC 9162 §2.1.4.1."""
    if m == len(d):
        return [] if b else [mth(d)]
    k = k_of(len(d))
    if m <= k:
        return [*naive_subproof(m, d[:k], b=b), mth(d[k:])]
    return [*naive_subproof(m - k, d[k:], b=False), mth(d[:k])]


INPUTS = [f"entry {n}".encode() for n in range(MOST)]
LEAVES = [leaf_digest(item) for item in INPUTS]
ROOTS = [merkle_root(LEAVES[:n]) for n in range(1, MOST + 1)]


def test_roots_are_the_references_for_every_size():
    assert [root.raw for root in ROOTS] == [mth(INPUTS[:n]) for n in range(1, MOST + 1)]


@pytest.mark.parametrize("part", range(10))
def test_inclusion_is_the_references_for_every_size_and_index(part):
    for size in range(1 + part, MOST + 1, 10):
        for index in range(size):
            path = inclusion_path(LEAVES[:size], index)
            if size % 7 == part % 7 or size < 20:
                assert [item.raw for item in path] == naive_path(index, INPUTS[:size])
            assert root_from_path(LEAVES[index], index, size, path) == ROOTS[size - 1]
            for wrong in (index - 1, index + 1):
                assert root_from_path(LEAVES[index], wrong, size, path) != ROOTS[size - 1]


@pytest.mark.parametrize("part", range(10))
def test_consistency_is_the_references_for_every_pair_of_sizes(part):
    for new in range(1 + part, MOST + 1, 10):
        for old in range(1, new + 1):
            path = consistency_path(LEAVES[:new], old)
            if old < new and (new % 7 == part % 7 or new < 20):
                assert [item.raw for item in path] == naive_subproof(old, INPUTS[:new], b=True)
            root = root_from_consistency(old, new, ROOTS[old - 1], path)
            assert root == ROOTS[new - 1]
            forged = root_from_consistency(old, new, Digest(bytes(32)), path)
            assert forged != ROOTS[new - 1]


@given(st.integers(1, MOST), st.data())
def test_path_with_anything_changed_leads_elsewhere(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = list(inclusion_path(LEAVES[:size], index))
    changed = data.draw(
        st.sampled_from([[*path, LEAVES[0]], [LEAVES[0], *path], path[1:], path[:-1], path[::-1]])
    )
    if changed != path:
        assert root_from_path(LEAVES[index], index, size, changed) != ROOTS[size - 1]


# --- sealing ---------------------------------------------------------------------------------

TEXT = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
KEYS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=12).filter(
    lambda key: not (key.isascii() and key.isdigit() and (key == "0" or key[0] != "0"))
)
FRACTIONS = st.floats(allow_nan=False, allow_infinity=False).filter(
    lambda x: not x.is_integer() and abs(x) < 2**53
)
SCALARS = st.none() | st.booleans() | st.integers(1 - 2**53, 2**53 - 1) | TEXT | FRACTIONS
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=20,
)
DATA = st.dictionaries(KEYS, JSON, max_size=5)
ISSUER = PartyId(word("issuer").raw)


def document(data):
    return TradeDocument("note", (ISSUER,), "R-1", data)


def naive_leaves(value, pointer=""):
    if isinstance(value, dict) and value:
        for key in value:
            token = key.replace("~", "~0").replace("/", "~1")
            yield from naive_leaves(value[key], pointer + "/" + token)
    elif isinstance(value, list) and value:
        for index, item in enumerate(value):
            yield from naive_leaves(item, pointer + "/" + str(index))
    else:
        yield pointer, value


def naive_commitment(envelope, seed):
    leaves = []
    for pointer, value in sorted(naive_leaves(envelope), key=lambda leaf: leaf[0].encode()):
        code = hmac.new(seed, b"corridor/salt/1" + pointer.encode(), "sha256").digest()[:16]
        salt = base64.urlsafe_b64encode(code).decode().rstrip("=")
        v = h(b"\x02" + rfc8785.dumps([salt, value])).hex()
        leaves.append(rfc8785.dumps([pointer, v]))
    return mth(leaves)


@given(DATA, st.binary(min_size=32, max_size=32))
def test_commitment_is_the_references(data, seed):
    opened = reopen(document(data), Seed(seed))
    assert opened.commitment.raw == naive_commitment(document(data).envelope(), seed)


@given(DATA)
def test_sealing_twice_gives_two_commitments(data):
    one, two = seal(document(data)), seal(document(data))
    assert one.commitment != two.commitment
    assert one.seed != two.seed
    assert not {item.digest for item in one.digests} & {item.digest for item in two.digests}


@given(DATA, st.data())
def test_redaction_of_any_subset_verifies_and_discloses_exactly_that(data, draw):
    sealed = seal(document(data))
    pointers = [leaf.pointer for leaf in sealed.leaves]
    shown = draw.draw(st.sets(st.sampled_from(pointers)))
    short = redact(sealed, shown)
    short.check()
    assert commitment_of(short.digests()) == sealed.commitment
    always = ("format", "documentType", "issuers", "title", "validUntil", "replaces")
    for leaf, held in zip(short.leaves, sealed.leaves, strict=True):
        visible = held.pointer in shown or held.pointer.split("/")[1] in always
        assert isinstance(leaf, HiddenLeaf) is not visible
        assert not visible or leaf.value == held.value
    written = canonical_bytes([str(leaf.digest()) for leaf in short.leaves])
    assert sealed.seed.text().encode() not in written


@given(JSON)
def test_random_json_survives_writing_and_reading(value):
    raw = canonical_bytes(value)
    assert parse_exact(raw, PACKAGE_LIMITS) == value
    assert parse_submitted(raw, PACKAGE_LIMITS) == (value, ())
    assert canonical_bytes(parse_exact(raw, PACKAGE_LIMITS)) == raw


@given(st.binary(max_size=200) | TEXT.map(str.encode) | JSON.map(canonical_bytes))
def test_random_bytes_are_refused_as_invalid_input(raw):
    for parse in (parse_package, parse_trust):
        with pytest.raises(InvalidInputError):
            parse(raw)
