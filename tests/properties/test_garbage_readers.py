# SPDX-License-Identifier: Apache-2.0
"""Whatever a reader answers or raises: never AUTHENTIC by accident, and a readable report."""

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from small_world import BILL, Interval, World, seal

from ledger.anchors import HeadRecord
from ledger.documents import KINDS
from ledger.errors import ChainUnavailableError
from ledger.primitives import Bytes32, Digest
from ledger.receipts import parse_package
from ledger.verification import CheckName, Request, State, Verdict, verify

WORLD = World()
PACKAGE = WORLD.issue()
NUMBERS = st.sampled_from([0, 1, 2, 3, WORLD.chain.time, 2**32, 2**63, 2**64 - 1])
WORDS = st.sampled_from([bytes(32), b"\x01" * 32, WORLD.carrier.id.raw])


class Twisted:
    """The true answer, twisted by a function, in both views or one."""

    def __init__(self, twist):
        self.twist = twist

    def look(self, trust, ledger, question):
        return self.twist(WORLD.chain.look(trust, ledger, question))


def ask(reader, package=PACKAGE):
    return verify(Request(package, WORLD.trust), reader, WORLD.chain.time)


def twisted_answers(evidence, change):
    return replace(
        evidence,
        **{
            name: replace(view, answer=change(view.answer))
            for name, view in (("final", evidence.final), ("latest", evidence.latest))
        },
    )


@pytest.mark.parametrize("field", ["previous_size", "size", "time", "block"])
@given(value=NUMBERS)
def test_twisted_head_is_never_authentic_unless_it_is_an_anchor(field, value):
    def change(answer):
        (receipt,) = answer.receipts
        head = replace(receipt.head, **{field: value})
        return replace(answer, receipts=(replace(receipt, head=head),))

    report = ask(Twisted(lambda evidence: twisted_answers(evidence, change)))
    head = replace(WORLD.ledger.anchors[0][0], **{field: value})
    right = head.size == 1 and head.previous_size == 0 and head.time < 2**64 - 1
    if report.verdict is Verdict.AUTHENTIC:
        assert right
    report.json()


@settings(max_examples=60)
@given(party=WORDS, role=NUMBERS, start=NUMBERS, end=NUMBERS, since=NUMBERS)
def test_twisted_key_is_authentic_only_if_it_is_the_partys_and_holds(
    party, role, start, end, since
):
    def change(answer):
        (receipt,) = answer.receipts
        key = replace(
            receipt.key,
            party=Bytes32(party),
            role=role,
            interval=Interval(start, end),
            compromised_since=since,
        )
        return replace(answer, receipts=(replace(receipt, key=key),))

    time = WORLD.ledger.anchors[0][0].time
    report = ask(Twisted(lambda evidence: twisted_answers(evidence, change)))
    good = party == WORLD.carrier.id.raw and role == 1 and start <= time < end
    good = good and (since == 0 or time < since)
    assert (report.verdict is Verdict.AUTHENTIC) is good
    report.json()


@given(status=NUMBERS, time=NUMBERS, block=NUMBERS, since=NUMBERS)
@example(status=1, time=2**64 - 1, block=1, since=0)
def test_twisted_status_is_authentic_only_if_there_is_none(status, time, block, since):
    def change(answer):
        (issuer,) = answer.issuers
        record = replace(
            issuer.statuses[0],
            status=status,
            time=time,
            block=block,
            superseded_by=Digest(bytes(32)),
            key_compromised_since=since,
        )
        return replace(answer, issuers=(replace(issuer, statuses=(record, record)),))

    report = ask(Twisted(lambda evidence: twisted_answers(evidence, change)))
    if report.verdict is Verdict.AUTHENTIC:
        assert status == 0 or time == 0
    report.json()


@pytest.mark.parametrize("field", ["number", "time"])
@given(value=NUMBERS)
def test_twisted_block_leaves_a_report_that_can_be_written(field, value):
    def twist(evidence):
        block = replace(evidence.latest.block, **{field: value})
        return replace(evidence, latest=replace(evidence.latest, block=block))

    ask(Twisted(twist)).json()


@pytest.mark.parametrize(
    "change",
    [
        lambda answer: replace(answer, receipts=()),
        lambda answer: replace(answer, issuers=()),
        lambda answer: replace(answer, issuers=answer.issuers * 2),
    ],
    ids=["no-receipts", "no-issuers", "too-many"],
)
def test_answer_to_another_question_is_undecided(change):
    report = ask(Twisted(lambda evidence: twisted_answers(evidence, change)))
    assert report.verdict is Verdict.UNDECIDED


def test_answer_without_status_records_is_not_a_clean_status():
    """The lens answers two records per status contract; none at all says nothing."""

    def change(answer):
        return replace(answer, issuers=tuple(replace(i, statuses=()) for i in answer.issuers))

    report = ask(Twisted(lambda evidence: twisted_answers(evidence, change)))
    assert report.check(CheckName.STATUS).state is State.UNKNOWN


@pytest.mark.parametrize(
    "error", [ChainUnavailableError("down"), OSError("down"), ValueError("bad"), RecursionError()]
)
def test_reader_that_raises_never_gives_authentic(error):
    def twist(_):
        raise error

    try:
        report = ask(Twisted(twist))
    except type(error):
        return
    assert report.verdict is Verdict.UNDECIDED


def test_head_that_never_was_is_no_anchor():
    assert not HeadRecord(0, 0, 0, 0).exists
    assert not HeadRecord(0, 0, 0, 0).anchors(0)


# --- hostile content -------------------------------------------------------------------------

VALUES = [None, True, 0, -1, 1.5, "", "x", "é\n", [], {}, ["x"], {"x": 1}, [[]], [{}], [None]]


def spoiled(value, draw):
    """The corridor set's data with one place replaced by something that is not expected there."""
    if isinstance(value, dict) and value and draw(5):
        key = list(value)[draw(len(value))]
        return {**value, key: spoiled(value[key], draw)}
    if isinstance(value, list) and value and draw(5):
        place = draw(len(value))
        return [*value[:place], spoiled(value[place], draw), *value[place + 1 :]]
    return VALUES[draw(len(VALUES))]


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("sample", ["bl-nagoya-ambarli", "co-nagoya-ambarli"])
@settings(max_examples=60)
@given(data=st.data())
def test_report_about_a_document_with_senseless_data_is_written(corridor_set, kind, sample, data):
    """Anybody can seal anything: facts and match must not trip over it."""
    import json  # noqa: PLC0415 — only here

    (path,) = corridor_set.glob(f"{sample}*.json")
    whole = json.loads(path.read_text("utf-8"))
    content = spoiled(whole, lambda below: data.draw(st.integers(0, below - 1)))
    if not isinstance(content, dict):
        content = {"x": content}
    document = WORLD.document(kind=kind, data=content)
    sealed = seal(document)
    package = parse_package(replace(type(PACKAGE).of(sealed, PACKAGE.receipts)).file_bytes())
    request = Request(package, WORLD.trust, other=package)
    report = verify(request, WORLD.chain, WORLD.chain.time)
    assert report.verdict is Verdict.ALTERED
    report.json()
    assert BILL in KINDS
