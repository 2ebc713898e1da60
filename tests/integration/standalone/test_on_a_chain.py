# SPDX-License-Identifier: Apache-2.0
"""A real chain, real contracts: the library and the one file must say the same of every package."""

import dataclasses
import hashlib
import json
import secrets
import subprocess
import sys
from dataclasses import replace

import pytest
from bridge import SCRIPT, codes, whole

from ledger import journey
from ledger.chain.writing import FOREVER, KeyGrant, Role, StatusWriter, Subject
from ledger.documents import ListedFile
from ledger.journey import Place
from ledger.keys.held_key import HeldKey
from ledger.primitives import Digest
from ledger.receipts import Package, parse_package
from ledger.sealing import redact
from ledger.trust import parse_trust
from ledger.wiring_verifier import Verifier, given_file, read_trust

pytestmark = pytest.mark.node

PDF = b"%PDF-1.7 invented"
EXIT = {"AUTHENTIC": 0, "UNDECIDED": 4}
NOT_CURRENT = ("REVOKED", "SUPERSEDED", "SUSPENDED", "EXPIRED", "MISMATCHED")
NOT_CURRENT += ("SURRENDERED", "NOT_CONTROLLED")


def submission(number, **extra):
    data = {"transportDocumentReference": number, "weights": [12000.5, 1], "note": "ß", "none": {}}
    return json.dumps({"documentType": "bill-of-lading", "data": data} | extra).encode()


class Bench:
    """One chain, and both verifiers side by side."""

    def __init__(self, world, folder):
        self.world, self.folder, self.number = world, folder, 0
        self.trust = folder / "trust.json"
        self.trust.write_bytes(world.trust.file_bytes())

    def newcomer(self, name, *, accredited=True):
        manager, key = HeldKey(secrets.token_bytes(32)), HeldKey(secrets.token_bytes(32))
        self.world.anvil.fund(manager.address, key.address)
        party = self.world.registrar().register_party(
            name, "GE", "carrier", (KeyGrant(manager, Role.MANAGE), KeyGrant(key, Role.SIGN))
        )
        if accredited:
            self.world.registrar("accreditor").accredit(party, "bill-of-lading", 0, FOREVER)
        self.later(2)
        self.world.keys |= {name: key, f"{name} manager": manager}
        return party

    def later(self, seconds):
        self.world.anvil.call("evm_increaseTime", seconds)
        self.world.settle()

    def sealed(self, number=None, **extra):
        self.number += 1
        raw = submission(number or f"N-{self.number}", **extra)
        return journey.seal_document(journey.read_document(raw, self.world.carrier, ())[0])

    def issue(self, sealed, parties=(), others=0, *, accepted=True):
        """State, log and anchor a sealed document for (party, key) pairs."""
        world = self.world
        filler = [Digest(secrets.token_bytes(32)) for _ in range(others)]
        commitments = [*filler, sealed.commitment]
        pairs = parties or ((world.carrier, "carrier"),)
        statements = [world.state(commitments, party, key) for party, key in pairs]
        receipts = [
            journey.issue_receipt(
                sealed.commitment,
                statement,
                Place(commitments, index, entries, found.record, found.hint),
            )
            for statement, (index, entries, found) in zip(
                statements, world.anchor(*statements), strict=True
            )
        ]
        receipts.sort(key=lambda receipt: receipt.statement.body.party)
        notes = tuple(world.accept(statement) for statement in statements) if accepted else ()
        world.settle()
        return Package.of(sealed, tuple(receipts), notes)

    def both(self, package, *, files=(), other=None, trust=None, url=None, now=None):
        """(exit code, report) of the one file and the library's report, by the same clock."""
        path = self.folder / "package.corridor.json"
        raw = package if isinstance(package, bytes) else package.file_bytes()
        path.write_bytes(raw)
        now = now or self.world.head_time() + 1
        trust, url = trust or self.trust, url or self.world.anvil.url
        words = [str(path), *map(str, files), "--node", url, "--trust", str(trust), "--json"]
        words += ["--now", str(now)]
        if other is not None:
            beside = self.folder / "other.corridor.json"
            beside.write_bytes(other.file_bytes())
            words += ["--with", str(beside)]
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, *words], capture_output=True, check=False
        )
        with Verifier.of(read_trust(trust), url, 5.0) as verifier:
            report = verifier.verify(
                parse_package(raw), [given_file(f) for f in files], other=other, now=now
            )
        return done, report.json()

    def agree(self, verdict, package, **options):
        """Both must give this verdict, for the same reasons, and its exit code."""
        done, report = self.both(package, **options)
        assert done.stderr == b""
        mine = json.loads(done.stdout)
        assert codes(mine) == codes(report)
        assert report["verdict"] == verdict
        assert done.returncode == EXIT.get(verdict, 3 if verdict in NOT_CURRENT else 1)
        ours, theirs = whole(mine), whole(report)
        if "redaction-broken" in str(report):  # what such a copy "shows" the page does not say
            vague = dict.fromkeys(("fieldsShown", "fieldsHidden", "complete", "notes"))
            ours, theirs = ours | vague, theirs | vague
        assert ours == theirs
        return mine


@pytest.fixture(scope="module")
def bench(road, tmp_path_factory):
    return Bench(road(), tmp_path_factory.mktemp("standalone"))


@pytest.fixture(scope="module")
def good(bench):
    """One document with two files, stated among others."""
    raw, digest = submission("GOOD-1"), Digest(hashlib.sha256(PDF).digest())
    files = (
        ListedFile("bl.pdf", "application/pdf", len(PDF), digest),
        ListedFile("b.pdf", "application/pdf", 1, Digest(bytes(32))),
    )
    sealed = journey.seal_document(journey.read_document(raw, bench.world.carrier, files)[0])
    return sealed, bench.issue(sealed, others=4)


@pytest.fixture(scope="module")
def pdf(bench):
    path = bench.folder / "bl.pdf"
    path.write_bytes(PDF)
    return path


def changed(package, change):
    """The package's JSON after a change to it."""
    tree = json.loads(package.file_bytes())
    change(tree)
    return json.dumps(tree).encode()


def test_authentic_opened_redacted_and_with_a_file(bench, good, pdf):
    sealed, package = good
    report = bench.agree("AUTHENTIC", package, files=[pdf])
    assert report["signatories"][0]["name"] == "Example Corridor Line"
    bench.agree("AUTHENTIC", package.redacted(redact(sealed)))
    bench.agree("AUTHENTIC", package.redacted(redact(sealed, ["/reference"])))


def test_files_altered_and_hidden(bench, good):
    sealed, package = good
    path = bench.folder / "other.pdf"
    path.write_bytes(b"something else")
    bench.agree("ALTERED", package, files=[path])
    bench.agree("UNDECIDED", package.redacted(redact(sealed)), files=[path])


def test_two_issuers_and_one_that_is_missing(bench):
    second = bench.newcomer("second")
    carrier = bench.world.carrier
    sealed = bench.sealed(issuers=sorted([str(carrier), str(second)]))
    parties = ((carrier, "carrier"), (second, "second"))
    package = bench.issue(sealed, parties, others=2)
    bench.agree("AUTHENTIC", package)
    bench.agree("UNDECIDED", replace(package, receipts=package.receipts[:1], acceptances=()))
    bench.agree("UNDECIDED", replace(package, receipts=(), acceptances=()))


@pytest.mark.parametrize(
    ("verdict", "change"),
    [
        ("ALTERED", lambda t: t["envelope"]["data"].update(note="s")),
        ("ALTERED", lambda t: t["envelope"]["data"].update(added=1)),
        ("ALTERED", lambda t: t["digests"][0].__setitem__(1, "00" * 32)),
        ("ALTERED", lambda t: t["receipts"][0]["statementPath"].pop()),
        ("NOT_ANCHORED", lambda t: t["receipts"][0]["logPath"].append("11" * 32)),
        ("ALTERED", lambda t: t.update(commitment="22" * 32)),
        ("NOT_ANCHORED", lambda t: t["acceptances"].append(t["acceptances"][0])),
        ("NOT_ANCHORED", lambda t: t["acceptances"].append("a promise")),
    ],
)
def test_something_was_changed(bench, good, verdict, change):
    bench.agree(verdict, changed(good[1], change))


def test_signatures_wrong_and_with_a_high_s(bench, good):
    order = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141

    def high(tree):
        said = tree["receipts"][0]["statement"]
        raw = bytes.fromhex(said["signature"][2:])
        s = (order - int.from_bytes(raw[32:64], "big")).to_bytes(32, "big")
        said["signature"] = "0x" + (raw[:32] + s + bytes([55 - raw[64]])).hex()

    def another(tree):
        tree["receipts"][0]["statement"]["statedAt"] = "2026-02-03T00:00:00Z"

    for change in (high, another):
        report = bench.agree("SIGNATURE_INVALID", changed(good[1], change))
        assert report["checks"][2]["outcomes"][0]["code"] == "signature-invalid"


def test_acceptances_forged_and_by_an_unknown_key(bench, good):
    keys = json.loads(bench.trust.read_text())
    keys["logKeys"][0]["to"] = "2020-01-01T00:00:00Z"
    keys["logKeys"][0]["from"] = "2019-01-01T00:00:00Z"
    path = bench.folder / "old-keys.json"
    path.write_text(json.dumps(keys))
    bench.agree("UNDECIDED", good[1], trust=path)

    def forge(tree):
        tree["acceptances"][0] = tree["acceptances"][0].replace("T", "T", 1).replace(":0", ":1", 1)

    bench.agree("NOT_ANCHORED", changed(good[1], forge))


def test_heads_later_unknown_and_not_final(bench):
    world = bench.world
    package = bench.issue(bench.sealed())
    statement, index = package.receipts[0].statement, package.receipts[0].entry_index
    ((_, entries, found),) = world.anchor(world.state([Digest(secrets.token_bytes(32))]))
    place = Place([package.commitment], index, entries, found.record, found.hint)
    forged = journey.issue_receipt(package.commitment, statement, place)
    world.settle()
    bench.agree("NOT_ANCHORED", dataclasses.replace(package, receipts=(forged,)))
    bench.agree("NOT_ANCHORED", changed(package, lambda t: t["receipts"][0].update(root="33" * 32)))
    fresh = bench.sealed()
    new = world.state([fresh.commitment])
    ((index, entries, found),) = world.anchor(new)
    place = Place([fresh.commitment], index, entries, found.record, found.hint)
    receipt = journey.issue_receipt(fresh.commitment, new, place)
    bench.agree("UNDECIDED", Package.of(fresh, (receipt,)))  # anchored, not final
    world.settle()
    bench.agree("AUTHENTIC", Package.of(fresh, (receipt,)))


def test_unaccredited_and_compromised(bench):
    for name, accredited in (("nobody", False), ("thief", True)):
        party = bench.newcomer(name, accredited=accredited)
        sealed = bench.sealed(issuers=[str(party)])
        package = bench.issue(sealed, ((party, name),), accepted=False)
        if accredited:
            bench.agree("AUTHENTIC", package)
            before = bench.world.head_time()
            bench.later(20)
            doubted = bench.issue(bench.sealed(issuers=[str(party)]), ((party, name),))
            bench.world.registrar().declare_compromise(bench.world.keys[name].address, before + 10)
            bench.later(2)
            bench.agree("AUTHENTIC", package)
            bench.agree("UNDECIDED", doubted)
            late = bench.issue(bench.sealed(issuers=[str(party)]), ((party, name),))
            bench.agree("ISSUER_NOT_AUTHORISED", late)
        else:
            bench.agree("ISSUER_NOT_AUTHORISED", package)


@pytest.mark.parametrize("by_root", [False, True])
def test_statuses(bench, by_root):
    world = bench.world
    writer = StatusWriter(world.node, world.trust.ledgers[0].statuses[0].address)
    for act, verdict in (("revoke", "REVOKED"), ("suspend", "SUSPENDED")):
        package = bench.issue(bench.sealed())
        root = package.receipts[0].statement.body.root
        subject = Subject(world.carrier, root if by_root else package.commitment)
        getattr(writer, act)(subject, 1, world.keys["carrier"])
        bench.agree(verdict, package)  # at the latest block, before it is final
        world.settle()
        bench.agree(verdict, package)
    package = bench.issue(bench.sealed())
    root = package.receipts[0].statement.body.root
    subject = Subject(world.carrier, root if by_root else package.commitment)
    writer.supersede(subject, 1, Digest(bytes([7] * 32)), world.keys["carrier"])
    bench.agree("SUPERSEDED", package)


def test_expired(bench):
    package = bench.issue(bench.sealed(validUntil="2026-02-04T00:00:00Z"))
    bench.agree("EXPIRED", package)


def test_node_down_old_and_ledger_not_trusted(bench, good):
    bench.agree("UNDECIDED", good[1], url="http://127.0.0.1:9")
    bench.agree("UNDECIDED", good[1], now=bench.world.head_time() + 100_000)
    trust = json.loads(bench.trust.read_text())
    trust["ledgers"][0]["log"]["address"] = "0x" + "00" * 20
    path = bench.folder / "stranger.json"
    path.write_text(json.dumps(trust))
    assert parse_trust(path.read_bytes())
    bench.agree("UNDECIDED", good[1], trust=path)


def test_mismatch(bench):
    certificate = {
        "documentType": "certificate-of-origin",
        "reference": "CO-1",
        "data": {"id": "CO-1", "supplyChainConsignment": {"transportDocumentReference": "ELSE"}},
    }
    world = bench.world
    raw = json.dumps(certificate).encode()
    other = Package.of(journey.seal_document(journey.read_document(raw, world.carrier, ())[0]), ())
    bench.agree("MISMATCHED", bench.issue(bench.sealed("MATCH-1")), other=other)


def spoilt_redactions():
    def at(tree, pointer):
        return next(entry for entry in tree["redaction"] if entry["pointer"] == pointer)

    def hide(tree):
        entry = at(tree, "/title")
        del entry["salt"], entry["value"]
        entry["hidden"] = "44" * 32

    yield "order", lambda t: t["redaction"].reverse()
    yield "repeat", lambda t: t["redaction"].insert(1, t["redaction"][0])
    yield "empty-pointer", lambda t: t["redaction"][0].update(pointer="")
    yield "member", lambda t: at(t, "/reference").update(pointer="/zzz")
    yield "below", lambda t: at(t, "/reference").update(pointer="/reference/x")
    yield "gap", lambda t: at(t, "/data/weights/1").update(pointer="/data/weights/2")
    yield "mixed", lambda t: at(t, "/data/weights/1").update(pointer="/data/weights/x")
    yield "missing", lambda t: t["redaction"].remove(at(t, "/consignment"))
    yield "hidden", hide
    yield "container", lambda t: at(t, "/data/none").update(value=[1])
    yield "rule", lambda t: at(t, "/reference").update(value="")


@pytest.mark.parametrize(("name", "change"), spoilt_redactions())
def test_redaction_that_breaks_a_rule(bench, good, name, change):
    sealed, package = good
    shown = [leaf.pointer for leaf in sealed.leaves]
    report = bench.agree("ALTERED", changed(package.redacted(redact(sealed, shown)), change))
    assert report["checks"][0]["outcomes"][0]["code"] == "redaction-broken", name


def test_what_is_no_package_gets_no_verdict(bench, good):
    path = bench.folder / "broken.corridor.json"
    raw = good[1].file_bytes()
    for spoilt in (
        b"",
        b"{}",
        raw[:-9],
        b"\xef\xbb\xbf" + raw,
        raw.replace(b"12000.5", b"12000.50"),
    ):
        path.write_bytes(spoilt)
        words = [str(path), "--node", "http://127.0.0.1:9", "--trust", str(bench.trust)]
        done = subprocess.run(
            [sys.executable, "-I", SCRIPT, *words], capture_output=True, check=False
        )
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"Traceback" not in done.stderr
