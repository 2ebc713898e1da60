# SPDX-License-Identifier: Apache-2.0
"""DocumentLog: anchoring, requests, and the guardian."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import pytest
import rfc9162
from ape.api import ReceiptAPI
from ape.contracts import ContractInstance
from conftest import HOUR, People, Reverts, artifact, container, now, shared_fixtures, travel
from eth_utils import keccak
from test_merkle_log import load, mutations, sparse_proof

NOBODY: Final = "0x" + "00" * 20
GAS_LIMIT: Final = 92_000
LEAVES: Final = [rfc9162.leaf(bytes([i])) for i in range(40)]
ROOTS: Final = [rfc9162.root(LEAVES[:n]) for n in range(len(LEAVES) + 1)]


def anchor(log: ContractInstance, people: People, old: int, new: int) -> ReceiptAPI:
    """Anchor the honest head of `new` leaves on top of `old` ones."""
    proof = rfc9162.proof(old, LEAVES[:new]) if old else []
    return log.anchor(old, new, ROOTS[new], proof, sender=people.sequencer)


# ---------------------------------------------------------------- anchor


def test_anchor_when_heads_follow_each_other_then_each_is_recorded(
    log: ContractInstance, people: People
) -> None:
    assert (log.size(), bytes(log.root())) == (0, bytes(32))
    sizes = [0, 1, 2, 7, 8, 21, 40]
    for old, new in pairwise(sizes):
        receipt = anchor(log, people, old, new)
        head = log.record(ROOTS[new])
        assert (head.previousSize, head.size) == (old, new)
        assert (head.time, head.number) == (receipt.timestamp, receipt.block_number)
        assert (log.size(), bytes(log.root())) == (new, ROOTS[new])
        (event,) = receipt.events
        assert event.event_name == "Anchored"
        assert (event.previousSize, event.size, event.time) == (old, new, receipt.timestamp)
    assert log.record(ROOTS[7]).size == 7


def test_anchor_when_recorded_then_one_slot_holds_previous_size_lowest(
    log: ContractInstance, people: People
) -> None:
    anchor(log, people, 0, 5)
    receipt = anchor(log, people, 5, 9)
    slot = int.from_bytes(keccak(ROOTS[9] + (2).to_bytes(32, "big")), "big")
    word = int.from_bytes(log.provider.get_storage(log.address, slot), "big")
    four = [word >> shift & 2**64 - 1 for shift in (0, 64, 128, 192)]
    assert four == [5, 9, receipt.timestamp, receipt.block_number]


def test_anchor_when_the_same_head_comes_again_then_nothing_happens(
    log: ContractInstance, people: People
) -> None:
    anchor(log, people, 0, 5)
    anchor(log, people, 5, 9)
    before = (log.head(), log.record(ROOTS[9]))
    for old, proof in ((5, rfc9162.proof(5, LEAVES[:9])), (9, []), (0, [bytes(32)])):
        receipt = log.anchor(old, 9, ROOTS[9], proof, sender=people.sequencer)
        assert list(receipt.logs) == []
    assert (log.head(), log.record(ROOTS[9])) == before


def test_anchor_when_an_older_head_comes_again_then_reverts_as_stale(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    anchor(log, people, 0, 5)
    anchor(log, people, 5, 9)
    with reverts(log, "DocumentLog_Stale", 9, 0):
        anchor(log, people, 0, 5)
    with reverts(log, "DocumentLog_Stale", 9, 8):
        anchor(log, people, 8, 12)
    with reverts(log, "DocumentLog_Stale", 9, 10):
        anchor(log, people, 10, 12)


@pytest.mark.parametrize("by", ["guardian", "admin", "stranger", "alice"])
def test_anchor_when_not_by_the_sequencer_then_reverts(
    log: ContractInstance, people: People, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    with reverts(log, "DocumentLog_NotSequencer", caller.address):
        log.anchor(0, 1, ROOTS[1], [], sender=caller)


@pytest.mark.parametrize(("old", "new"), [(5, 5), (5, 4), (5, 0), (5, 2**53), (5, 2**64 - 1)])
def test_anchor_when_the_size_does_not_grow_or_grows_too_far_then_reverts(
    log: ContractInstance, people: People, reverts: Reverts, old: int, new: int
) -> None:
    anchor(log, people, 0, 5)
    with reverts(log, "DocumentLog_BadSize", old, new):
        log.anchor(old, new, ROOTS[6], [], sender=people.sequencer)


def test_anchor_when_the_first_size_is_the_greatest_then_is_recorded(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(log, "DocumentLog_BadSize", 0, 2**53):
        log.anchor(0, 2**53, ROOTS[1], [], sender=people.sequencer)
    log.anchor(0, 2**53 - 1, ROOTS[1], [], sender=people.sequencer)
    assert log.size() == 2**53 - 1


def test_anchor_when_the_first_head_has_a_proof_then_reverts(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(log, "DocumentLog_NotAppendOnly", 0, 1, ROOTS[1]):
        log.anchor(0, 1, ROOTS[1], [LEAVES[0]], sender=people.sequencer)


def test_anchor_when_a_root_returns_with_another_size_then_reverts(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    anchor(log, people, 0, 5)
    with reverts(log, "DocumentLog_RootAnchored", ROOTS[5], 5):
        log.anchor(5, 6, ROOTS[5], [], sender=people.sequencer)
    anchor(log, people, 5, 9)
    with reverts(log, "DocumentLog_RootAnchored", ROOTS[5], 5):
        log.anchor(9, 12, ROOTS[5], rfc9162.proof(9, LEAVES[:12]), sender=people.sequencer)
    assert log.record(ROOTS[5]).size == 5


def forged_heads() -> Iterator[tuple[str, bytes, list[bytes]]]:
    """Yield heads of size 13 that do not continue that of size 6."""
    honest = rfc9162.proof(6, LEAVES[:13])
    changed = [rfc9162.leaf(b"forged"), *LEAVES[1:13]]
    prepended = [rfc9162.leaf(b"earlier"), *LEAVES[:12]]
    yield "forged head", rfc9162.leaf(b"nothing"), honest
    yield "changed history", rfc9162.root(changed), rfc9162.proof(6, changed)
    yield "prepended history", rfc9162.root(prepended), rfc9162.proof(6, prepended)
    yield "no proof", ROOTS[13], []
    for i, proof in enumerate(mutations(honest)):
        yield f"mutation {i}", ROOTS[13], proof


@pytest.mark.parametrize(
    ("root", "proof"),
    [(r, p) for _, r, p in forged_heads()],
    ids=[name for name, _, _ in forged_heads()],
)
def test_anchor_when_the_head_does_not_continue_the_log_then_reverts(
    log: ContractInstance, people: People, reverts: Reverts, root: bytes, proof: list[bytes]
) -> None:
    anchor(log, people, 0, 6)
    with reverts(log, "DocumentLog_NotAppendOnly", 6, 13, root):
        log.anchor(6, 13, root, proof, sender=people.sequencer)
    assert log.size() == 6


def test_anchor_when_the_size_is_a_lie_on_an_honest_proof_then_the_log_is_bricked(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    """Roots do not commit to their size: nothing on chain can notice, what follows does."""
    anchor(log, people, 0, 6)
    lie, truth = 14, 13
    proof = rfc9162.proof(6, LEAVES[:truth])
    log.anchor(6, lie, ROOTS[truth], proof, sender=people.sequencer)
    assert log.size() == lie
    with reverts(log, "DocumentLog_Stale", lie, truth):
        anchor(log, people, truth, 20)  # the truth builds on a size that the chain does not have
    for new in range(lie + 1, 33):  # and no honest head continues the lie
        honest = rfc9162.proof(lie, LEAVES[:new])
        with reverts(log, "DocumentLog_NotAppendOnly", lie, new, ROOTS[new]):
            log.anchor(lie, new, ROOTS[new], honest, sender=people.sequencer)
    with reverts(log, "DocumentLog_RootAnchored", ROOTS[truth], lie):
        log.anchor(lie, 15, ROOTS[truth], proof, sender=people.sequencer)


def test_anchor_when_the_proof_has_seventeen_hashes_then_gas_stays_below_the_limit(
    log: ContractInstance, people: People, capsys: pytest.CaptureFixture[str]
) -> None:
    worst = 0
    for old, new in seventeen_hash_cases():
        proof, (old_root, new_root) = sparse_proof(old, new)
        assert len(proof) == 17
        fresh = people.admin.deploy(
            container(artifact("DocumentLog")), log.registry(), people.sequencer, people.guardian
        )
        fresh.anchor(0, old, old_root, [], sender=people.sequencer)
        receipt = fresh.anchor(old, new, new_root, proof, sender=people.sequencer)
        with capsys.disabled():
            print(f"\nanchor {old:,} -> {new:,}, 17 hashes: {receipt.gas_used:,} gas")  # noqa: T201 — asked for
        worst = max(worst, receipt.gas_used)
    assert worst <= GAS_LIMIT


def seventeen_hash_cases() -> list[tuple[int, int]]:
    """Return sizes with proofs of 17 hashes; the last needs most node hashes, 31."""
    return [(2**16, 2**33), (73_729, 83_729), (65_442, 65_542), (2**16 - 1, 2**16)]


# ---------------------------------------------------------------- the conversation of a witness


def test_anchor_when_led_through_a_witness_conversation_then_answers_as_it_should(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    """403 (who may speak) has its own test; the contract has one log and one sequencer."""
    folder = shared_fixtures("checkpoint/witness")
    exchanges = load(folder / "litewitness_add_checkpoint.json")["exchanges"]
    statuses = []
    for exchange in exchanges:
        old, new, root, proof = parse(exchange["body"])
        status = exchange["want_status"]
        statuses.append(status)
        act = {"sender": people.sequencer}
        if status == 200:
            log.anchor(old, new, root, proof, **act)
            assert (log.size(), bytes(log.root())) == (new, root)
        elif status == 422:
            with reverts(log, "DocumentLog_NotAppendOnly", old, new, root):
                log.anchor(old, new, root, proof, **act)
        elif status == 409 and new == log.size():
            before = log.head()  # a witness refuses the old size; for us it is the same head again
            log.anchor(old, new, root, proof, **act)
            assert log.head() == before
        elif status == 409:
            with reverts(log, "DocumentLog_Stale", log.size(), old):
                log.anchor(old, new, root, proof, **act)
    assert statuses == [200, 403, 403, 422, 422, 200, 409, 200, 409]


def parse(body: str) -> tuple[int, int, bytes, list[bytes]]:
    """Parse the body of `add-checkpoint`."""
    request, note, *_ = body.split("\n\n")
    first, *proof = request.split("\n")
    _, size, root = note.split("\n")[:3]
    hashes = [base64.b64decode(each) for each in proof]
    return int(first.removeprefix("old ")), int(size), base64.b64decode(root), hashes


# ---------------------------------------------------------------- verifyInclusion


def test_verify_inclusion_when_anchored_then_finds_every_entry_and_nothing_else(
    log: ContractInstance, people: People
) -> None:
    anchor(log, people, 0, 7)
    for i in range(7):
        path = rfc9162.path(i, LEAVES[:7])
        assert log.verifyInclusion(LEAVES[i], i, ROOTS[7], path)
        assert not log.verifyInclusion(LEAVES[i], i + 1, ROOTS[7], path)
        assert not log.verifyInclusion(LEAVES[7], i, ROOTS[7], path)
    assert not log.verifyInclusion(LEAVES[0], 0, ROOTS[8], rfc9162.path(0, LEAVES[:8]))


# ---------------------------------------------------------------- request


@pytest.mark.parametrize("length", [1, 4096])
def test_request_when_by_a_signer_then_is_published(
    log: ContractInstance, people: People, party_a: bytes, length: int
) -> None:
    statement = b"s" * length
    receipt = log.request(statement, sender=people.alice)
    (event,) = receipt.events
    assert event.event_name == "Requested"
    assert (event.party, event.key) == (party_a, people.alice.address)
    assert event.digest == hashlib.sha256(statement).digest()
    assert event.statement == statement


@pytest.mark.parametrize("by", ["anna", "sequencer", "stranger", "registrar"])
def test_request_when_by_no_sign_key_then_reverts(
    log: ContractInstance, people: People, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    with reverts(log, "DocumentLog_NotSigner", caller.address):
        log.request(b"s", sender=caller)


def test_request_when_the_key_is_not_in_force_any_more_then_reverts(
    log: ContractInstance, registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    registry.declareCompromise(people.bob, now(), sender=people.bela)
    registry.setKeyEnd(people.alice, now() + HOUR, sender=people.anna)
    travel(HOUR)
    for caller in (people.alice, people.bob):
        with reverts(log, "DocumentLog_NotSigner", caller.address):
            log.request(b"s", sender=caller)


@pytest.mark.parametrize("length", [0, 4097])
def test_request_when_the_length_is_bad_then_reverts(
    log: ContractInstance, people: People, reverts: Reverts, length: int
) -> None:
    with reverts(log, "DocumentLog_BadStatement", length):
        log.request(b"s" * length, sender=people.alice)


# ---------------------------------------------------------------- the guardian


def test_rotate_when_by_the_guardian_then_only_the_new_sequencer_anchors(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    log.rotateSequencer(people.stranger, sender=people.guardian)
    assert log.sequencer() == people.stranger
    with reverts(log, "DocumentLog_NotSequencer", people.sequencer.address):
        log.anchor(0, 1, ROOTS[1], [], sender=people.sequencer)
    log.anchor(0, 1, ROOTS[1], [], sender=people.stranger)


def test_rotate_when_to_nobody_or_to_the_guardian_then_reverts(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(log, "DocumentLog_ZeroAddress"):
        log.rotateSequencer(NOBODY, sender=people.guardian)
    with reverts(log, "DocumentLog_SameKey", people.guardian.address):
        log.rotateSequencer(people.guardian, sender=people.guardian)


@pytest.mark.parametrize("by", ["sequencer", "admin", "stranger"])
def test_guardian_acts_when_by_another_then_revert(
    log: ContractInstance, people: People, reverts: Reverts, by: str
) -> None:
    caller = getattr(people, by)
    acts: list[tuple[Any, ...]] = [
        (log.rotateSequencer, caller),
        (log.freeze,),
        (log.nameSuccessor, caller),
        (log.proposeGuardian, caller),
    ]
    for act, *arguments in acts:
        with reverts(log, "DocumentLog_NotGuardian", caller.address):
            act(*arguments, sender=caller)


def test_freeze_when_done_then_nothing_anchored_is_lost_and_nothing_is_added(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    anchor(log, people, 0, 5)
    before = (log.root(), log.size(), log.record(ROOTS[5]))
    receipt = log.freeze(sender=people.guardian)
    assert [e.event_name for e in receipt.events] == ["Frozen"]
    assert log.frozen()
    acts: list[tuple[Any, ...]] = [
        (people.sequencer, log.anchor, 5, 9, ROOTS[9], rfc9162.proof(5, LEAVES[:9])),
        (people.sequencer, log.anchor, 0, 5, ROOTS[5], []),
        (people.alice, log.request, b"s"),
        (people.guardian, log.rotateSequencer, people.stranger),
        (people.guardian, log.freeze),
    ]
    for caller, act, *arguments in acts:
        with reverts(log, "DocumentLog_Frozen"):
            act(*arguments, sender=caller)
    assert (log.root(), log.size(), log.record(ROOTS[5])) == before


def test_name_successor_when_frozen_then_once(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(log, "DocumentLog_NotFrozen"):
        log.nameSuccessor(people.next, sender=people.guardian)
    log.freeze(sender=people.guardian)
    for wrong in (NOBODY, log.address):
        with reverts(log, "DocumentLog_BadSuccessor", wrong):
            log.nameSuccessor(wrong, sender=people.guardian)
    log.nameSuccessor(people.next, sender=people.guardian)
    assert log.successor() == people.next
    with reverts(log, "DocumentLog_SuccessorNamed", people.next.address):
        log.nameSuccessor(people.third, sender=people.guardian)


def test_guardian_when_proposed_and_accepted_then_changes_hands(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    with reverts(log, "DocumentLog_SameKey", people.sequencer.address):
        log.proposeGuardian(people.sequencer, sender=people.guardian)
    log.proposeGuardian(people.next, sender=people.guardian)
    with reverts(log, "DocumentLog_NotProposed", people.third.address):
        log.acceptGuardian(sender=people.third)
    log.acceptGuardian(sender=people.next)
    assert (log.guardian(), log.proposedGuardian()) == (people.next, NOBODY)
    with reverts(log, "DocumentLog_NotGuardian", people.guardian.address):
        log.freeze(sender=people.guardian)


def test_guardian_when_the_candidate_became_sequencer_then_cannot_accept(
    log: ContractInstance, people: People, reverts: Reverts
) -> None:
    log.proposeGuardian(people.next, sender=people.guardian)
    log.rotateSequencer(people.next, sender=people.guardian)
    with reverts(log, "DocumentLog_SameKey", people.next.address):
        log.acceptGuardian(sender=people.next)


def test_constructor_when_an_address_is_wrong_then_reverts(
    log: ContractInstance, registry: ContractInstance, people: People, reverts: Reverts
) -> None:
    kind = container(artifact("DocumentLog"))
    for given in (
        (NOBODY, people.sequencer, people.guardian),
        (registry, NOBODY, people.guardian),
        (registry, people.sequencer, NOBODY),
    ):
        with reverts(log, "DocumentLog_ZeroAddress"):
            people.admin.deploy(kind, *given)
    with reverts(log, "DocumentLog_SameKey", people.next.address):
        people.admin.deploy(kind, registry, people.next, people.next)
    assert log.registry() == registry.address
