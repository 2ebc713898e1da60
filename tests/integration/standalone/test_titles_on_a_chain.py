# SPDX-License-Identifier: Apache-2.0
"""Titles on a real chain, and a node that limits what it tells: both verifiers say the same."""

import json
import secrets
import urllib.request

import pytest
from telling import telling
from test_on_a_chain import Bench
from title_desk import A, Desk

from ledger.titles import Part, plan_of, title_tag

pytestmark = pytest.mark.node


class Scene(Bench):
    """A chain with a carrier, a bank, a forwarder and an importer, and both verifiers."""

    def __init__(self, world, folder):
        super().__init__(world, folder)
        self.desk = Desk(world)

    def issued(self, holder="bank"):
        self.number += 1
        reference = f"TITLE-{self.number}"
        return reference, self.desk.issued(reference, holder)

    def title(self, verdict, code, package, **options):
        """Both give this verdict and this reason of the check `title`."""
        self.world.settle()
        report = self.agree(verdict, package, **options)
        (check,) = [check for check in report["checks"] if check["name"] == "title"]
        assert [said["code"] for said in check["outcomes"]] == [code]
        return report

    def split(self, reference, *parts, by="bank"):
        """Split a title; the new bills by name."""
        desk = self.desk
        bills = {part: desk.bill(part) for part in parts}
        whole = desk.registry.read("record", desk.name(reference).raw)[13]
        shares = [whole // len(parts)] * (len(parts) - 1)
        shares.append(whole - sum(shares))
        wished = [
            Part(title_tag(desk.secret, part), bill.commitment, share)
            for (part, bill), share in zip(bills.items(), shares, strict=True)
        ]
        titles = [desk.name(reference)]
        desk.act(by, reference, A.SURRENDER_FOR_REISSUE, intent=plan_of(titles, wished).raw)
        sequence = desk.registry.read("record", titles[0].raw)[10]
        opened = [(part.tag.raw, part.commitment.raw, part.share) for part in wished]
        desk.send("carrier", "reissue", ([titles[0].raw], [sequence], opened, bytes(32)))
        return bills


@pytest.fixture(scope="module")
def scene(road, tmp_path_factory):
    return Scene(road(), tmp_path_factory.mktemp("titles"))


def test_title_passed_on_twice_in_one_block_is_held(scene):
    reference, package = scene.issued()
    desk = scene.desk
    desk.in_one_block(
        ("bank", desk.wish(reference, A.TRANSFER_BOTH, "forwarder", sequence=1)),
        ("forwarder", desk.wish(reference, A.TRANSFER_BOTH, "importer", sequence=2)),
    )
    report = scene.title("AUTHENTIC", "title-held", package)
    history = report["title"]["history"]
    assert [act["action"] for act in history] == ["Issue", "TransferBoth", "TransferBoth"]
    assert history[1]["block"] == history[2]["block"]
    assert report["title"]["holder"]["name"] == "Example importer"


@pytest.mark.parametrize(
    ("action", "verdict", "code"),
    [
        (A.SURRENDER_FOR_DELIVERY, "SURRENDERED", "title-delivered"),
        (A.SURRENDER_FOR_PAPER, "SURRENDERED", "title-on-paper"),
        (A.SURRENDER_FOR_AMENDMENT, "SUPERSEDED", "title-amended"),
    ],
)
def test_title_surrendered_is_closed_when_the_carrier_accepts(scene, action, verdict, code):
    reference, package = scene.issued()
    intent = secrets.token_bytes(32) if action is A.SURRENDER_FOR_AMENDMENT else bytes(32)
    scene.desk.act("bank", reference, action, intent=intent)
    assert scene.title("AUTHENTIC", "title-held", package)["notes"]
    scene.desk.act("carrier", reference, A.ACCEPT_SURRENDER, intent=intent)
    scene.title(verdict, code, package)


def test_title_never_issued_is_no_control_and_a_pause_is_a_note(scene):
    scene.title("NOT_CONTROLLED", "title-not-found", scene.desk.bill("TITLE-NONE"))
    reference, package = scene.issued()
    scene.desk.act("carrier", reference, A.PAUSE)
    report = scene.title("AUTHENTIC", "title-held", package)
    assert report["notes"] == ["its title: The carrier has put it on hold."]


def test_title_of_another_bill_is_no_control(scene):
    reference, _ = scene.issued()
    other = scene.desk.bill("TITLE-OTHER", title=scene.desk.text(reference))
    scene.title("NOT_CONTROLLED", "title-not-this", other)


def test_title_passed_on_by_a_stolen_key_is_in_doubt_with_all_that_came_from_it(scene):
    desk, world = scene.desk, scene.world
    desk.parties["thief"] = desk.admit("thief")
    desk.wait(2)
    reference, package = scene.issued("thief")
    before = world.head_time()
    desk.wait(20)
    desk.pass_on("thief", reference, "bank")
    first = scene.split(reference, "PART-A", "PART-B")
    second = scene.split("PART-A", "PART-C", "PART-D")
    scene.title("SUPERSEDED", "title-reissued", package)
    scene.title("AUTHENTIC", "title-held", second["PART-C"])
    world.registrar().declare_compromise(world.keys["thief"].address, before + 10)
    desk.wait(2)
    for bill in (first["PART-B"], second["PART-D"]):
        scene.title("UNDECIDED", "title-in-doubt", bill)


def between(url, change):
    """A node that stands before another one; `change(asked, reply)` gives what is told."""

    def answer(asked):
        request = urllib.request.Request(url, asked, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request) as told:
            reply = change(json.loads(asked), json.loads(told.read()))
        return json.dumps(reply).encode()

    return telling(answer)


def test_node_that_tells_few_blocks_at_once_is_asked_again(scene):
    reference, package = scene.issued()
    scene.desk.pass_on("bank", reference, "importer")
    ranges = []

    def limited(asked, reply):
        if asked["method"] != "eth_getLogs":
            return reply
        (where,) = asked["params"]
        width = int(where["toBlock"], 16) - int(where["fromBlock"], 16) + 1
        ranges.append(width)
        error = {"code": -32005, "message": "too many blocks"}
        return {"jsonrpc": "2.0", "id": asked["id"], "error": error} if width > 4 else reply

    with between(scene.world.anvil.url, limited) as url:
        report = scene.title("AUTHENTIC", "title-held", package, url=url)
    assert len(report["title"]["history"]) == 2
    half = len(ranges) // 2
    assert sorted(ranges) == sorted(ranges[:half] * 2)  # both asked the same
    assert max(ranges) > 4 >= min(ranges)


def test_node_that_leaves_an_act_out_is_not_believed(scene):
    reference, package = scene.issued()
    scene.desk.pass_on("bank", reference, "forwarder")
    scene.desk.pass_on("forwarder", reference, "importer")

    def forgetful(asked, reply):
        if asked["method"] == "eth_getLogs":
            del reply["result"][1]
        return reply

    with between(scene.world.anvil.url, forgetful) as url:
        report = scene.title("UNDECIDED", "title-history-incomplete", package, url=url)
    (said,) = report["checks"][8]["outcomes"]
    assert said["detail"] == "1 of 3 acts are missing"


def test_node_that_names_no_times_is_asked_for_its_blocks(scene):
    reference, package = scene.issued()
    scene.desk.pass_on("bank", reference, "importer")

    def timeless(asked, reply):
        if asked["method"] == "eth_getLogs":
            for log in reply["result"]:
                log.pop("blockTimestamp", None)
        return reply

    with between(scene.world.anvil.url, timeless) as url:
        told = scene.title("AUTHENTIC", "title-held", package, url=url)
    plain = scene.title("AUTHENTIC", "title-held", package)
    assert [act["time"] for act in told["title"]["history"]] == [
        act["time"] for act in plain["title"]["history"]
    ]


def test_title_in_a_register_that_nobody_trusts_is_unknown(scene):
    _, package = scene.issued()
    trust = json.loads(scene.trust.read_text())
    trust["ledgers"][0]["titles"] = []
    path = scene.folder / "no-register.json"
    path.write_text(json.dumps(trust))
    scene.title("UNDECIDED", "title-not-trusted", package, trust=path)
