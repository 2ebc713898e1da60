# SPDX-License-Identifier: Apache-2.0
"""Strangers hand packages to a verifier: its work grows with their size, and no faster."""

import sys
from dataclasses import replace
from functools import partial

import pytest
from small_world import Party, World, digest

from ledger.primitives import PartyId
from ledger.receipts import parse_package
from ledger.sealing import redact, seal
from ledger.verification import Verdict

pytestmark = pytest.mark.slow


def counted(call):
    """How many Python functions a call enters: the same on every machine, unlike its time."""
    calls = 0

    def count(frame, event, _argument):
        nonlocal calls
        # The chain is played by the tests, and what it compares is not the verifier's work.
        caller = frame.f_back
        ours = caller is None or not caller.f_code.co_filename.endswith("small_world.py")
        calls += event == "call" and ours

    sys.setprofile(count)
    try:
        result = call()
    finally:
        sys.setprofile(None)
    return calls, result


def _read_and_verify(world, raw):
    return world.verify(parse_package(raw))


def test_document_of_20000_fields_takes_twice_the_work_of_10000():
    counts = []
    for fields in (9_980, 19_980):
        world = World()
        sealed = seal(world.document(data={"items": [{"n": n} for n in range(fields)]}))
        package = world.issue(sealed=sealed)
        both = 0
        for held in (package, package.redacted(redact(sealed, []))):
            raw = held.file_bytes()
            calls, report = counted(partial(_read_and_verify, world, raw))
            assert report.verdict is Verdict.AUTHENTIC
            both += calls
        counts.append(both)
    assert counts[1] < 2.5 * counts[0]


def test_document_of_many_issuers_and_receipts_does_not_cost_their_product():
    """1,500 issuers and 300 receipts: every receipt must not walk through every issuer."""
    counts = []
    for issuers, receipts in ((375, 75), (1_500, 300)):
        world = World()
        parties = [world.carrier, *(Party(f"Example {n}") for n in range(receipts))]
        for party in parties:
            world.ledger.admit(party)
        named = {party.id for party in parties} | {
            PartyId(digest(f"issuer {n}").raw) for n in range(issuers)
        }
        document = replace(world.document(), issuers=tuple(sorted(named)))
        package = world.issue(sealed=seal(document), parties=tuple(parties))
        calls, report = counted(partial(world.verify, package))
        assert report.verdict is Verdict.UNDECIDED
        counts.append(calls)
    assert counts[1] < 5 * counts[0]  # four times as many of both; the product would be 16
