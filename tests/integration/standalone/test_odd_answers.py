# SPDX-License-Identifier: Apache-2.0
"""Answers that only a broken or lying node gives, one by one: both verifiers say what §9 says."""

import json
from dataclasses import replace

import pytest
import register
from bridge import ANSWER, Rpc, by_library, by_standalone, whole
from bridge import small_world as sw
from eth_abi import decode, encode
from lies import NAMES, TITLE, recorded
from titled_worlds import TITLED, A, Scene, accept, part_of, surrendered
from worlds import CASES
from worlds import case as case_of

from ledger.primitives import MAX_TIME, Digest

pytestmark = pytest.mark.node  # with the other tests of this folder; no node is needed
UNUSABLE, INCOMPLETE = "chain-unavailable", "title-history-incomplete"
CONTRADICTS = "title-history-contradicts"
REISSUED = "0x" + register.TOPICS["TitlesReissued"].hex()


def judged(case, spoil=None):
    """The reasons for `title`, on which both reports agree in all words that are not their own."""
    found = by_library(case, Rpc(case["world"], spoil and spoil()))
    mine = by_standalone(case, Rpc(case["world"], spoil and spoil()))
    assert whole(mine) == whole(found)
    (check,) = [check for check in found["checks"] if check["name"] == "title"]
    return {said["code"] for said in check["outcomes"]}


def lens(change, which=None):
    """A node whose answers of the lens are changed: all of them, or the one with this number."""

    def made():
        count = iter(range(99))

        def spoil(method, _params, result):
            if method != "eth_call" or which not in (None, next(count)):
                return result
            (values,) = decode([ANSWER], bytes.fromhex(result[2:]))
            return "0x" + encode([ANSWER], [tuple(change(list(values)))]).hex()

        return spoil

    return made


def raw(change):
    """A node whose answers of the lens are changed word by word."""

    def spoil(method, _params, result):
        if method != "eth_call":
            return result
        words = [result[2 + at : 66 + at] for at in range(0, len(result) - 2, 64)]
        return "0x" + "".join(change(words))

    return lambda: spoil


def overlapping(words):
    """The kind of the issuer is written where its name is."""
    country = words.index(b"XX".hex().ljust(64, "0"))
    words[country + 1] = words[country - 1]
    return words


def logs(change):
    def spoil(method, params, result):
        if method != "eth_getLogs":
            return result
        return change(params[0], [dict(log) for log in result])

    return lambda: spoil


NOTHING = {name: bytes(32) for name in NAMES[:8]} | dict.fromkeys(NAMES[8:14], 0)
NOTHING |= {"paused": False, "key": "0x" + "00" * 20, "origins": []}


@pytest.mark.parametrize("which", [None, 0, 1, 2, 3])
def test_time_beyond_the_calendar_in_any_answer_about_a_part_makes_it_unusable(which):
    """The lens is asked twice at each block of a title that came from others."""
    case = part_of()
    case["world"].chain.lag = 1
    case["world"].chain.mine()
    assert judged(case, lens(recorded(time=MAX_TIME + 1), which)) == {UNUSABLE}
    assert judged(case, lens(recorded(time=MAX_TIME), which)) != {UNUSABLE}


@pytest.mark.parametrize(
    "change",
    [overlapping, lambda words: [*words, "00" * 32], lambda words: words[:-1]],
    ids=["overlapping", "longer", "shorter"],
)
@pytest.mark.parametrize("name", ["title-held", "title-part"])
def test_answer_that_no_contract_encodes_is_unusable(name, change):
    assert judged(TITLED[name](), raw(change)) == {UNUSABLE}


@pytest.mark.parametrize("member", NAMES)
def test_record_of_no_title_that_is_not_empty_is_unusable(member):
    values = NOTHING | {"state": 0}
    assert judged(TITLED["title-held"](), lens(recorded(**values))) == {"title-not-found"}
    odd = {"paused": True, "key": "0x" + "01" * 20, "origins": [bytes([1]) * 32]}
    odd |= dict.fromkeys(NAMES[:8], bytes([1]) * 32)
    values |= {member: odd.get(member, 1)}
    assert judged(TITLED["title-held"](), lens(recorded(**values))) == {UNUSABLE}


def test_title_that_was_not_asked_about_is_not_looked_at():
    """Another ledger keeps the document's title; this one claims to know of one, on hold."""
    claim = recorded(**NOTHING | {"state": 1, "paused": True, "carrier": bytes([1]) * 32})

    def unasked(values):
        return claim(values) if values[TITLE][0] == bytes(32) else values

    scene, second = Scene(), sw.Party("Second")
    other, parties = scene.world.add_ledger("two"), (second, scene.carrier)
    other.admit(second)
    document = scene.world.document(
        *parties, reference="XMPL2", title=scene.desk.text(scene.desk.name("XMPL2"))
    )
    bill = scene.world.issue(document, parties=parties, ledgers={"Second": other})
    scene.desk.issue(bill, scene.bank, reference="XMPL2")
    for found in (case_of(scene.world, bill), CASES["two-ledgers"]()):
        honest = by_library(found, Rpc(found["world"]))
        for verifier in (by_library, by_standalone):
            assert whole(verifier(found, Rpc(found["world"], lens(unasked)()))) == whole(honest)
    assert honest["title"] is None


def test_party_with_two_names_has_that_of_the_issuers():
    def renamed(values):
        title = list(values[TITLE])
        title[4] = [(one[0], "Another Name", *one[2:]) for one in title[4]]
        return [*values[:TITLE], tuple(title)]

    case = TITLED["title-by-itself"]()
    assert judged(case, lens(renamed)) == {"title-held"}
    report = by_library(case, Rpc(case["world"], lens(renamed)()))
    assert report["title"]["carrier"]["name"] == report["signatories"][0]["name"]


def test_record_of_the_final_block_that_is_foreign_and_amended_is_both():
    case = surrendered(A.SURRENDER_FOR_AMENDMENT, lag=1, intent=Digest(bytes([9]) * 32))
    foreign = recorded(carrier=bytes([5]) * 32, commitment=bytes([6]) * 32)
    assert judged(case, lens(foreign, 0)) == {"title-amended"}


def test_doubt_of_one_record_is_not_counted_in_the_other_view():
    """Acts are not told; the same stolen key is in both records, under two numbers."""
    case = TITLED["title-stolen-latest"]()

    def older(values):
        return recorded(sequence=1)(values)

    def spoil():
        silent, change = logs(lambda _where, _found: [])(), lens(older, 0)()
        return lambda m, p, r: change(m, p, silent(m, p, r))

    assert judged(case, spoil) == {"title-in-doubt"}


# --- times, notes, since when -------------------------------------------------------------------


@pytest.mark.parametrize("of_last", [True, False])
def test_time_of_an_act_is_its_own_logs(of_last):
    """Acts of one block with different times: nothing is taken from one for the other."""

    def change(_where, found):
        block = max(int(log["blockNumber"], 16) for log in found)
        same = [log for log in found if log["blockNumber"] == hex(block)]
        assert len(same) > 1
        (same[-1] if of_last else same[0])["blockTimestamp"] = "0x1"
        return found

    wanted = {CONTRADICTS} if of_last else {"title-held"}
    assert judged(two_in_a_block(), logs(change)) == wanted


def two_in_a_block():
    scene = Scene()
    scene.desk.act(scene.bank, A.TRANSFER_BOTH, mine=False, **scene.to("forwarder"))
    return scene.acts(("forwarder", A.TRANSFER_BOTH, scene.to("importer"))).case()


def test_closed_title_gives_no_note_though_its_check_is_unknown():
    case = surrendered(A.SURRENDER_FOR_DELIVERY, accept())
    case["now"] += 100_000
    assert judged(case) == {"head-too-old"}
    report = by_library(case, Rpc(case["world"]))
    assert report["title"]["state"] == "Delivered"
    assert [note for note in report["notes"] if "title" in note] == []


def test_holder_has_it_since_nobody_knows_when_another_key_is_in_the_record():
    case = TITLED["title-another-key"]()
    assert judged(case) == {CONTRADICTS}
    assert by_library(case, Rpc(case["world"]))["title"]["heldSince"] is None


# --- histories ------------------------------------------------------------------------------------


def test_carrier_with_thousands_of_reissues_keeps_its_parts_readable():
    def crowded(where, found):
        first, last = int(where["fromBlock"], 16), int(where["toBlock"], 16)
        if where["topics"][0] != REISSUED or first == last:
            return found
        return [found[0] | {"logIndex": hex(number)} for number in range(9, 5000)]

    assert judged(part_of(steps=3), logs(crowded)) == {"title-held"}


def paused_often(times):
    """The carrier put it on hold and off again, more often than the contract lets it."""
    scene = Scene().acts(("carrier", A.PAUSE), ("carrier", A.UNPAUSE))

    def often(events):
        pair, held = events[1:], events[:1]
        for number in range(2, 2 + 2 * times):
            one = pair[number % 2]
            place = (pair[-1].block, number, 0)
            held.append(replace(one, sequence=number, place=place, time=pair[-1].time))
        return held

    scene.desk.alter(often)
    last = scene.desk.titles.events[scene.desk.name()][-1]
    scene.desk.alter_record(sequence=last.sequence, time=last.time)
    return scene.case()


def test_idle_acts_are_replayed_up_to_the_contracts_limit():
    assert judged(paused_often(511)) == {"title-held"}
    assert judged(paused_often(512)) == {"title-held"}
    assert judged(paused_often(513)) == {CONTRADICTS}


@pytest.mark.parametrize(
    ("members", "wanted"),
    [({"share": 10**9}, "title-held"), ({"share": 7}, CONTRADICTS), ({"share": 0}, CONTRADICTS)],
)
def test_title_that_was_issued_has_the_whole_share(members, wanted):
    scene = Scene()
    scene.desk.alter(lambda events: [replace(events[0], **members), *events[1:]])
    scene.desk.alter_record(**members)
    assert judged(scene.case()) == {wanted}


@pytest.mark.parametrize("member", ["tag", "commitment", "holder", "beneficiary"])
def test_title_cannot_be_issued_with_nothing(member):
    scene = Scene()
    nothing = None if member in ("holder", "beneficiary") else Digest(bytes(32))

    def change(events):
        return [replace(events[0], wish=replace(events[0].wish, **{member: nothing}))]

    scene.desk.alter(change)
    scene.desk.alter_record(**({} if member == "tag" else {member: nothing}))
    wanted = "title-amended" if member == "commitment" else CONTRADICTS
    assert judged(scene.case()) == {wanted}


def ancestor_told(change, **members):
    """The acts on the title that a part came from, told otherwise."""
    case = part_of(**members)
    (ledger,) = case["world"].chain.blocks[-1][1].values()
    events = ledger.titles.events
    (name,) = [title for title in events if title not in ledger.titles.parents]
    events[name] = change(events[name])
    return case


def named_in_the_last(events):
    last = events[-1]
    return [*events[:-1], replace(last, wish=replace(last.wish, holder=last.party))]


def numbered_zero(events):
    return [replace(events[-1], sequence=0)]


def unopened(events):
    return [replace(events[-1], sequence=1)]


@pytest.mark.parametrize(
    ("change", "wanted"),
    [(named_in_the_last, CONTRADICTS), (numbered_zero, INCOMPLETE), (unopened, INCOMPLETE)],
)
def test_ancestor_must_have_been_opened_and_closed_by_the_rules(change, wanted):
    assert judged(ancestor_told(change)) == {wanted}


def test_parents_must_be_the_origins_of_the_last_answer():
    """The first answers, from which the node is asked on, said something else."""
    change = recorded(origins=[bytes([3]) * 32])
    assert judged(part_of(), lens(change, 1)) == {INCOMPLETE}
    assert judged(part_of(), lens(recorded(origins=[]), 1)) == {INCOMPLETE}


def test_title_that_came_from_itself_is_never_told_in_full():
    case = part_of()

    def itself(where, found):
        if where["topics"][0] != REISSUED:
            return found
        kinds = ["bytes32[]", "bytes32[]", "bytes32", "address"]
        for log in found:
            _, parts, remark, key = decode(kinds, bytes.fromhex(log["data"][2:]))
            log["data"] = "0x" + encode(kinds, (parts[:1], parts, remark, key)).hex()
        return found

    def spoil():
        loop, change = logs(itself)(), lens(own_origins)()
        return lambda m, p, r: change(m, p, loop(m, p, r))

    def own_origins(values):
        return recorded(origins=[name])(values)

    title = json.loads(case["package"])["envelope"]["title"]
    name = bytes.fromhex(title.rpartition("0x")[2])
    assert judged(case, spoil) == {INCOMPLETE}
