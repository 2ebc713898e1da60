# SPDX-License-Identifier: Apache-2.0
"""Any change to any member of a package gives another verdict than AUTHENTIC."""

import json

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from mutations import DATA, EXCEPTED, HELD_BY_THEIR_MEMBERS, MUTATORS, at, places, put, shape
from small_world import Party, World, digest

from ledger.documents import ENVELOPE_MEMBERS, ListedFile
from ledger.errors import InvalidInputError
from ledger.receipts import parse_package, parsing
from ledger.sealing import flatten, redact, seal
from ledger.statements import MEMBERS
from ledger.verification import CheckName, Verdict

WORLD = World()
SECOND = Party("Example Exporter")
WORLD.ledger.admit(SECOND)
FILES = (
    ListedFile("bl.pdf", "application/pdf", 48_213, digest("pdf")),
    ListedFile("bl.xml", "text/xml", 6, digest("xml")),
)
GOODS = {"a": [{"weight": 11840.5, "seals": ["S1", "S2"]}, {}], "b": None, "c/~": True, "d": ""}


def packages():
    one, two = (WORLD.carrier,), (WORLD.carrier, SECOND)
    for name, parties, others, members in (
        ("plain", one, 0, {"data": {}}),
        ("full", one, 6, {"data": GOODS, "files": FILES, "replaces": (digest("r"),)}),
        ("two", two, 3, {"data": GOODS, "consignment": "XMPL-CONS-1", "valid_until": 2**31}),
    ):
        sealed = seal(WORLD.document(*parties, **members))
        package = WORLD.issue(parties=parties, sealed=sealed, others=others)
        package = WORLD.promise(package) if others else package
        yield name, package
        yield f"{name}, redacted", package.redacted(redact(sealed))
        if others:
            yield f"{name}, hidden", package.redacted(redact(sealed, ["/data/b", "/reference"]))
    WORLD.issue()  # the log goes on


PACKAGES = dict(packages())
WHOLE = {name: package.json() for name, package in PACKAGES.items()}
TARGETS = {}  # shape → every (package, pointer) of it
for _name, _whole in WHOLE.items():
    for _pointer, _ in places(_whole):
        TARGETS.setdefault(shape(_pointer), []).append((_name, _pointer))


@pytest.mark.parametrize("name", PACKAGES)
def test_untouched_package_is_authentic(name):
    report = WORLD.verify(parse_package(PACKAGES[name].file_bytes()))
    assert report.verdict is Verdict.AUTHENTIC, report.reasons()


def test_every_member_has_a_mutation_or_a_reason_for_none():
    known = {*MUTATORS, *EXCEPTED, *HELD_BY_THEIR_MEMBERS}
    assert set(TARGETS) <= known, "a member without a mutation"
    assert known <= set(TARGETS), "a mutation without a member"
    assert all(EXCEPTED.values())


def test_every_member_of_the_schema_is_in_the_samples():
    """The parser's own lists: a member that it reads must be one that is mutated."""
    expected = {f"/{name}" for name in parsing._PACKAGE}
    expected |= {f"/receipts/*/{name}" for name in parsing._RECEIPT}
    expected |= {f"/receipts/*/anchor/{name}" for name in parsing._ANCHOR}
    expected |= {f"/receipts/*/statement/{name}" for name in MEMBERS}
    expected |= {f"/envelope/{name}" for name in ENVELOPE_MEMBERS}
    expected |= {f"/envelope/files/*/{name}" for name in FILES[0].json()}
    expected |= {f"/redaction/*/{name}" for name in ("pointer", "salt", "value", "hidden")}
    assert expected <= set(TARGETS)


# Which checks may say no for a member; the first segment decides.
CHECKS = {
    "/commitment": {"content", "statement"},
    "/seed": {"content"},
    "/digests": {"content"},
    "/redaction": {"content"},
    "/envelope": {"content"},
    "/receipts": {"statement", "signature", "log", "anchor", "issuer"},
    "/acceptances": {"log"},
}


def mutate(data, name, pointer):
    def draw(below):
        return data.draw(st.integers(0, below - 1))

    whole = WHOLE[name]
    holder, key = at(whole, pointer)
    new = MUTATORS[shape(pointer)](draw, holder[key])
    assume(json.dumps(new) != json.dumps(holder[key]))
    return put(whole, pointer, new)


@pytest.mark.parametrize("member", sorted(MUTATORS))
@settings(max_examples=40, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_package_with_member_changed_is_not_authentic(member, data):
    targets = [
        (name, pointer)
        for name, pointer in TARGETS[member]
        if at_value(name, pointer) not in (None, [], "") or member.startswith("/envelope")
        if WHOLE[name][member.split("/")[1]] is not None
    ]
    name, pointer = data.draw(st.sampled_from(targets))
    changed = mutate(data, name, pointer)
    try:
        package = parse_package(json.dumps(changed, ensure_ascii=False).encode())
    except InvalidInputError:
        assume(False)  # noqa: FBT003 — a refusal to parse does not count
        return
    report = WORLD.verify(package)
    assert report.verdict is not Verdict.AUTHENTIC, (pointer, at(changed, pointer))
    against = {check.name.value for check in report.checks if check.state in ("FAILED", "UNKNOWN")}
    assert against & CHECKS["/" + member.split("/")[1]]
    report.json()
    if member.startswith("/envelope"):
        names_what_changed(report, WHOLE[name]["envelope"], changed["envelope"])


def at_value(name, pointer):
    holder, key = at(WHOLE[name], pointer)
    return holder[key]


def names_what_changed(report, before, after):
    """The report gives the pointers of exactly those fields that differ."""

    def written(envelope):
        return {leaf.pointer: json.dumps(leaf.value) for leaf in flatten(envelope)}

    old, new = written(before), written(after)
    expected = {pointer for pointer in old | new if old.get(pointer) != new.get(pointer)}
    (outcome,) = report.check(CheckName.CONTENT).outcomes
    assert report.verdict is Verdict.ALTERED
    assert set(outcome.pointers) == expected


@pytest.mark.parametrize("member", sorted(EXCEPTED))
def test_member_without_mutation_is_refused_or_a_hint(member):
    """The exceptions hold: other values do not parse, or do not make a forgery authentic."""
    for name, pointer in TARGETS[member]:
        if WHOLE[name][member.split("/")[1]] is None and member != "/evidence":
            continue
        for value in ("corridor/other/1", 1, {}, [], None):
            if (member == "/evidence") is (value is None):
                continue
            changed = put(WHOLE[name], pointer, value)
            with pytest.raises(InvalidInputError):
                parse_package(json.dumps(changed).encode())


HINTS = {"chainId": 7, "blockNumber": 0, "blockTime": "2020-01-01T00:00:00Z"}


@pytest.mark.parametrize("member", sorted(name for name in EXCEPTED if "/anchor/" in name))
def test_anchor_hint_changes_no_verdict_for_the_better(member):
    """A hint is never evidence: the genuine stays what it is, and the forged stays forged."""
    for name, pointer in TARGETS[member]:
        holder, key = at(WHOLE[name], pointer)
        hint = HINTS.get(key, "0x" + "12" * (len(str(holder[key])) // 2 - 1))
        hinted = put(WHOLE[name], pointer, hint)
        genuine = WORLD.verify(parse_package(json.dumps(WHOLE[name]).encode()))
        report = WORLD.verify(parse_package(json.dumps(hinted).encode()))
        assert report.verdict is genuine.verdict
        forged = put(hinted, "/commitment", "12" * 32)
        report = WORLD.verify(parse_package(json.dumps(forged).encode()))
        assert report.verdict is Verdict.ALTERED


def test_data_is_mutated_at_every_place():
    names = {pointer for name, pointer in TARGETS[DATA] if name == "full"}
    assert {"/envelope/data", "/envelope/data/a/0/weight", "/envelope/data/c~1~0"} <= names
