# SPDX-License-Identifier: Apache-2.0
"""What a party says about its documents."""

import pytest

from ledger.chain.writing import KeyGrant, Role, Subject
from ledger.chain.writing.contract import Contract
from ledger.errors import ChainRejectedError, InvalidValueError
from ledger.primitives import Digest

CURRENT, REVOKED, SUSPENDED, SUPERSEDED = range(4)


@pytest.fixture
def subject(ledger):
    grants = (KeyGrant(ledger.keys["sign"], Role.SIGN),)
    party = ledger.registrar().register_party("Chamber", "KZ", "chamber", grants)
    ledger.local.call("evm_increaseTime", 2)
    ledger.local.call("anvil_mine", "0x1")
    return Subject(party, Digest(bytes([9]) * 32))


def record(ledger, subject):
    contract = Contract(ledger.node, "DocumentStatus", ledger.contracts.statuses[0].address)
    return contract.read("record", subject.party.raw, subject.digest.raw)


def test_suspended_resumed_and_revoked(ledger, subject):
    statuses, key = ledger.statuses(), ledger.keys["sign"]
    found = []
    for act in (statuses.suspend, statuses.resume, statuses.revoke):
        assert act(subject, 7, key) is not None
        found.append(tuple(record(ledger, subject)[1:4]))
    assert found == [(SUSPENDED, 7, 1), (CURRENT, 7, 2), (REVOKED, 7, 3)]


def test_what_is_said_already_is_not_written_again(ledger, subject):
    statuses, key = ledger.statuses(), ledger.keys["sign"]
    assert statuses.resume(subject, 0, key) is None
    assert statuses.revoke(subject, 3, key) is not None
    assert statuses.revoke(subject, 3, key) is None


def test_superseded_names_its_successor(ledger, subject):
    successor = Digest(bytes([5]) * 32)
    ledger.statuses().supersede(subject, 1, successor, ledger.keys["sign"])
    assert bytes(record(ledger, subject)[6]) == successor.raw


def test_revoked_is_final(ledger, subject):
    statuses, key = ledger.statuses(), ledger.keys["sign"]
    statuses.revoke(subject, 3, key)
    with pytest.raises(ChainRejectedError, match=r"DocumentStatus_Final\(0x0909\w+, 1\)"):
        statuses.resume(subject, 0, key)


def test_stranger_says_nothing(ledger, subject):
    with pytest.raises(ChainRejectedError, match="DocumentStatus_NotSigner"):
        ledger.statuses().revoke(subject, 3, ledger.keys["stranger"])


def test_document_does_not_supersede_itself(ledger, subject):
    with pytest.raises(ChainRejectedError, match="DocumentStatus_BadSuccessor"):
        ledger.statuses().supersede(subject, 1, subject.digest, ledger.keys["sign"])


@pytest.mark.parametrize("reason", [-1, 65_536])
def test_reason_that_does_not_fit_is_refused(ledger, subject, reason):
    with pytest.raises(InvalidValueError, match="does not fit"):
        ledger.statuses().revoke(subject, reason, ledger.keys["sign"])
