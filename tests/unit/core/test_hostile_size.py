# SPDX-License-Identifier: Apache-2.0
"""Strangers hand packages to a verifier: its time grows with their size, and no faster."""

import time
from dataclasses import replace

import pytest
from small_world import Party, World, digest

from ledger.primitives import PartyId
from ledger.receipts import parse_package
from ledger.sealing import redact, seal
from ledger.verification import Verdict

pytestmark = pytest.mark.slow


def seconds(call):
    began = time.process_time()
    result = call()
    return time.process_time() - began, result


def test_document_of_20000_fields_verifies_in_seconds():
    world = World()
    sealed = seal(world.document(data={"items": [{"n": n} for n in range(19_980)]}))
    package = world.issue(sealed=sealed)
    for held in (package, package.redacted(redact(sealed, []))):
        took, report = seconds(lambda: world.verify(parse_package(held.file_bytes())))  # noqa: B023 — called at once
        assert report.verdict is Verdict.AUTHENTIC
        assert took < 5


def test_document_of_many_issuers_and_receipts_does_not_cost_their_product():
    """1,500 issuers and 300 receipts: every receipt must not walk through every issuer."""
    world = World()
    names = [f"Example {n}" for n in range(300)]
    parties = [world.carrier, *map(Party, names)]
    for party in parties:
        world.ledger.admit(party)
    issuers = {party.id for party in parties} | {
        PartyId(digest(f"issuer {n}").raw) for n in range(1_500)
    }
    document = replace(world.document(), issuers=tuple(sorted(issuers)))
    package = world.issue(sealed=seal(document), parties=tuple(parties))
    took, report = seconds(lambda: world.verify(package))
    assert report.verdict is Verdict.UNDECIDED
    assert took < 0.4
