# SPDX-License-Identifier: Apache-2.0
"""Thousands of spoilt packages, trust files and answers: both verifiers must say the same."""

import json
import random

import pytest
from bridge import Rpc, by_library, by_standalone, codes, gist, standalone, whole
from lies import liar
from mutation import sealed_again, spoil_answer, spoil_json
from titled_worlds import TITLED
from worlds import CASES

pytestmark = pytest.mark.node  # with the other tests of this folder; no node is needed
RUNS, LIES = 3_000, 600
MADE = {name: make() for name, make in (CASES | TITLED).items()}


def spoilt(seed):
    """One case, spoilt; the same seed gives the same."""
    rng = random.Random(seed)  # noqa: S311 — no secret
    case, kind = dict(MADE[rng.choice(sorted(MADE))]), rng.random()
    spoil = None
    if kind < 0.35:
        case["package"] = sealed_again(rng, case["package"], standalone)
    elif kind < 0.7:
        case["package"] = spoil_json(rng, case["package"])
    elif kind < 0.8:
        case["trust"] = spoil_json(rng, case["trust"])
    elif kind < 0.9 and "other" in case:
        case["other"] = sealed_again(rng, case["other"], standalone)
    else:
        spoil = spoil_answer(rng)
    if rng.random() < 0.1:
        case["now"] += rng.choice((-4000, 4000, 10**9))
    return case, spoil


def as_sets(report):
    """Verdict, states and reasons; how often a reason is repeated hangs on its wording."""
    found = gist(report)
    if report is None:
        return found
    return found[0], {
        name: (state, sorted({tuple(pair) for pair in said}))
        for name, (state, said) in found[1].items()
    }


@pytest.mark.parametrize("name", sorted(MADE))
def test_unspoilt_both_say_and_ask_the_same(name):
    case, asked = MADE[name], [Rpc(MADE[name]["world"]), Rpc(MADE[name]["world"])]
    theirs, mine = by_library(case, asked[0]), by_standalone(case, asked[1])
    assert codes(mine) == codes(theirs)
    if mine is not None:
        mine["evidence"].sort(key=str)
        theirs["evidence"].sort(key=str)
        assert whole(mine) == whole(theirs)
    words = [sorted(json.dumps(said, sort_keys=True) for said in rpc.asked) for rpc in asked]
    assert words[0] == words[1]


@pytest.mark.parametrize("batch", range(10))
def test_spoilt_both_say_the_same(batch):
    for seed in range(batch * RUNS // 10, (batch + 1) * RUNS // 10):
        case, spoil = spoilt(seed)
        theirs = by_library(case, Rpc(case["world"], spoil))
        mine = by_standalone(case, Rpc(case["world"], spoil))
        assert as_sets(mine) == as_sets(theirs), seed


@pytest.mark.parametrize("batch", range(6))
def test_lied_to_about_a_title_both_report_the_same(batch):
    names = [*TITLED, *(3 * [name for name in TITLED if "part" in name])]
    for seed in range(batch * LIES // 6, (batch + 1) * LIES // 6):
        case = MADE[names[seed % len(names)]]
        asked = [Rpc(case["world"], liar(seed)) for _ in range(2)]
        theirs, mine = by_library(case, asked[0]), by_standalone(case, asked[1])
        assert whole(mine) == whole(theirs), seed
        words = [sorted(json.dumps(said, sort_keys=True) for said in rpc.asked) for rpc in asked]
        assert words[0] == words[1], seed
