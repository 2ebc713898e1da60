# SPDX-License-Identifier: Apache-2.0
"""What no sequence of wishes can do to a register of titles, however it is chosen."""

from dataclasses import replace

from eth_abi import encode
from eth_utils import keccak
from hypothesis import given
from hypothesis import strategies as st

from ledger.primitives import Bytes32, Digest, PartyId
from ledger.titles import (
    WHOLE,
    Issue,
    Part,
    Reissue,
    TitleAct,
    TitleAction,
    TitleRefusedError,
    TitleRegister,
    TitleState,
    plan_of,
    title_id,
)

PARTIES = tuple(PartyId(bytes([n]) * 32) for n in range(1, 4))
CARRIER, HOLDER, _ = PARTIES
NOW = 1_900_000_000

words = st.binary(min_size=32, max_size=32)
parties = st.sampled_from(PARTIES)
maybe = st.none() | parties
shares = st.lists(st.integers(0, WHOLE), max_size=34)
cuts = st.lists(st.integers(1, WHOLE - 1), max_size=33, unique=True).map(sorted)
wishes = st.tuples(
    st.sampled_from(TitleAction),
    parties,
    maybe,
    maybe,
    st.sampled_from([None, Digest(b"\xaa" * 32), Digest(b"\xbb" * 32)]),
    st.none() | st.integers(NOW, NOW + 4),
    st.integers(0, 3),
)


def digest(number):
    return Digest(number.to_bytes(32, "big"))


def issued():
    register = TitleRegister(set(PARTIES))
    register.register_tag_key(CARRIER, digest(1))
    name = register.issue(Issue(digest(2), digest(3), HOLDER, HOLDER), CARRIER, NOW)
    return register, name


def contents(register):
    return dict(register.tag_keys), dict(register.titles), dict(register.commitments)


def split(wanted):
    """Let the carrier split a whole title as its holder agreed."""
    register, name = issued()
    parts = tuple(Part(digest(100 + i), digest(200 + i), share) for i, share in enumerate(wanted))
    act = TitleAct(TitleAction.SURRENDER_FOR_REISSUE, name, 1, intent=plan_of([name], parts))
    register.act(act, HOLDER, NOW)
    before = contents(register)
    try:
        register.reissue(Reissue((name,), (2,), parts), CARRIER, NOW)
    except TitleRefusedError as refused:
        return register, before, refused.code
    return register, before, None


@given(wanted=shares)
def test_shares_when_chosen_at_will_then_only_the_whole_passes(wanted):
    register, before, refusal = split(wanted)
    fits = 2 <= len(wanted) <= 32 and sum(wanted) == WHOLE and 0 not in wanted
    assert (refusal is None) == fits
    if refusal is not None:
        assert refusal in {"BadCount", "BadShares"}
        assert contents(register) == before


@given(places=cuts)
def test_shares_when_a_whole_is_cut_then_its_parts_make_it_up(places):
    wanted = [after - before for before, after in zip([0, *places], [*places, WHOLE], strict=True)]
    register, before, refusal = split(wanted)
    assert refusal == (None if 2 <= len(wanted) <= 32 else "BadCount")
    alive = [each for each in register.titles.values() if each.state is not TitleState.REISSUED]
    assert sum(each.share for each in alive) == WHOLE
    assert (contents(register) == before) == (refusal is not None)


@given(chosen=st.lists(wishes, max_size=25))
def test_acts_when_chosen_at_will_then_one_holder_and_nothing_reopens(chosen):
    register, name = issued()
    now = NOW
    for action, by, holder, beneficiary, intent, accept_by, elapsed in chosen:
        now += elapsed
        before, known = contents(register), register.titles[name]
        members = {"holder": holder, "beneficiary": beneficiary, "intent": intent}
        act = TitleAct(action, name, known.sequence, accept_by=accept_by, **members)
        try:
            after = register.act(act, by, now)
        except TitleRefusedError:
            assert contents(register) == before
            continue
        assert not known.closed
        assert (after.sequence, after.time) == (known.sequence + 1, now)
        assert (after.holder is None) == (after.beneficiary is None) == after.closed
        assert (after.accept_by is None) == (not any(after.state.offers))
        assert replace(after, share=known.share, carrier=known.carrier, origins=()) == after
        assert register.commitments[CARRIER, after.commitment] == name


@given(carrier=words, tag=words)
def test_title_id_when_computed_by_another_library_then_is_the_same(carrier, tag):
    expected = keccak(encode(["bytes32", "bytes32"], [carrier, tag]))
    assert title_id(PartyId(carrier), Digest(tag)).raw == expected


@given(
    titles=st.lists(words, max_size=4),
    parts=st.lists(st.tuples(words, words, st.integers(0, 2**64 - 1)), max_size=4),
)
def test_plan_when_computed_by_another_library_then_is_the_same(titles, parts):
    expected = keccak(encode(["bytes32[]", "(bytes32,bytes32,uint64)[]"], [titles, parts]))
    wished = [Part(Digest(tag), Digest(commitment), share) for tag, commitment, share in parts]
    assert plan_of([Bytes32(each) for each in titles], wished).raw == expected
