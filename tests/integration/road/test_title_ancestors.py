# SPDX-License-Identifier: Apache-2.0
"""Titles that came from others, on a real chain: what a stolen key did to those stays in doubt."""

import re

import pytest
from proxy import failing_proxy
from title_desk import Desk

from ledger.verification import CheckName, Verdict
from scripts.bench.counting import counted_node

pytestmark = pytest.mark.node
QUARTER = 25 * 10**7


@pytest.fixture(scope="module")
def desk(road):
    """T was passed on with a stolen key, and split: T → A B F G, then A → C D, then B C → E.

    `since` lies before that act, and after all that was done before. U is beside all this.
    """
    desk = Desk(road())
    desk.bills = {name: desk.bill(reference(name)) for name in "TUABFGCDE"}
    for name in "TU":
        desk.issue(reference(name), desk.bills[name])
    desk.wait(1000)
    desk.since = desk.world.head_time() - 500
    desk.pass_on("bank", reference("T"), "importer")
    desk.wait(1000)
    reissue(desk, "T", "ABFG", QUARTER)
    reissue(desk, "A", "CD", QUARTER // 2)
    reissue(desk, "BC", "E", QUARTER + QUARTER // 2)
    return desk


def reference(name):
    return f"XMPL-A-{name}"


def reissue(desk, old, new, share):
    packages = {reference(name): desk.bills[name] for name in new}
    desk.reissue("importer", [reference(name) for name in old], packages, share)


def told(report):
    return [outcome.code for outcome in report.check(CheckName.TITLE).outcomes]


def detail(report):
    return report.check(CheckName.TITLE).outcomes[0].detail


def through(desk, name, mode):
    with (
        failing_proxy(desk.world.anvil.port, "eth_getLogs", mode) as url,
        desk.world.verifier(url) as verifier,
    ):
        return verifier.verify(desk.bills[name], now=desk.world.head_time())


def requests(desk, name):
    with counted_node(desk.world.anvil) as (url, count), desk.world.verifier(url) as verifier:
        report = verifier.verify(desk.bills[name], now=desk.world.head_time())
        assert report.verdict is Verdict.AUTHENTIC, report.reasons()
    return count.requests


def test_title_that_came_from_others_is_authentic_and_costs_some_requests_more(desk):
    """A title without origins costs seven; each generation before it asks for its own logs."""
    asked = {name: requests(desk, name) for name in "UFGDE"}
    assert asked == {"U": 7, "F": 7 + 5, "G": 7 + 5, "D": 7 + 7, "E": 7 + 8}
    report = desk.world.verify(desk.bills["E"])
    assert told(report) == ["title-held"]
    assert report.title.holder.name == "Example importer"
    assert len(report.title.origins) == 2


@pytest.mark.parametrize("mode", ["limit", "limit-400", "no-times", "reversed"])
def test_ancestors_are_read_from_a_node_however_it_searches(desk, mode):
    report = through(desk, "E", mode)
    assert report.verdict is Verdict.AUTHENTIC, report.reasons()


@pytest.mark.parametrize(
    ("name", "missing"),
    [
        ("F", "acts on {}, which it came from, are missing"),
        ("D", "acts on 0x[0-9a-f]{{64}}, which it came from, are missing"),
        ("E", "nothing tells when 0x[0-9a-f]{{64}} was opened"),
    ],
)
def test_node_that_hides_an_act_or_a_reissue_leaves_the_title_undecided(desk, name, missing):
    """It leaves out the second log of each answer: acts on ancestors, or the issue of one."""
    report = through(desk, name, "one-missing")
    assert report.verdict is Verdict.UNDECIDED
    assert told(report) == ["title-history-incomplete"]
    assert re.search(missing.format(desk.name(reference("T"))), detail(report))


def test_declared_compromise_puts_all_that_came_from_it_in_doubt(desk):
    key = desk.world.keys["bank"].address
    desk.world.registrar("bank-manager").declare_compromise(key, desk.since)
    for _ in ("in the latest block", "and for good"):
        for name in "ACDEFG":
            report = desk.world.verify(desk.bills[name])
            assert report.verdict is Verdict.UNDECIDED, report.reasons()
            assert set(told(report)) == {"title-in-doubt"}
            assert detail(report) == f"act 2 of {desk.name(reference('T'))}"
        assert detail(desk.world.verify(desk.bills["T"])) == "act 2"
        assert told(desk.world.verify(desk.bills["U"])) == ["title-held"]
        desk.world.settle()
