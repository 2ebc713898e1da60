# SPDX-License-Identifier: Apache-2.0
"""The fast validator and the one that explains say the same of documents."""

import copy
import random

import pytest
from document_samples import TYPES

from ledger.documents import schema


def changed(data, chance):
    """Change one place in some way that a sender might."""
    data = copy.deepcopy(data)
    places = []

    def walk(value):
        items = value.items() if isinstance(value, dict) else enumerate(value)
        for key, child in items:
            places.append((value, key))
            if isinstance(child, dict | list):
                walk(child)

    walk(data)
    holder, key = chance.choice(places)
    others = [None, True, 0, -1, 2**53 - 1, 1.5, "", " x", "x ", "2025-02-30", "x" * 5000, [], {}]
    if chance.random() < 0.3:
        del holder[key]
    else:
        holder[key] = chance.choice(others)
    return data


@pytest.mark.parametrize("sample", TYPES)
def test_both_validators_agree_about_any_change(corridor, sample):
    kind, data = TYPES[sample], corridor[sample]
    fast, slow = schema._fast_validator(kind), schema._validator(kind)
    assert fast is not None
    chance, seen = random.Random(kind), set()  # noqa: S311 — the same changes each time
    for _ in range(400):
        other = changed(data, chance)
        valid = next(slow.iter_errors(other), None) is None
        assert fast(other) is valid, other
        seen.add(valid)
    assert seen == {True, False}


@pytest.mark.parametrize("sample", TYPES)
def test_breaches_are_the_same_without_the_fast_validator(corridor, sample, monkeypatch):
    chance, kind = random.Random(sample), TYPES[sample]  # noqa: S311 — as above
    cases = [corridor[sample], *(changed(corridor[sample], chance) for _ in range(30))]
    with_it = [schema.breaches(kind, data) for data in cases]
    monkeypatch.setattr(schema, "_fast_validator", lambda _kind: None)
    assert [schema.breaches(kind, data) for data in cases] == with_it
