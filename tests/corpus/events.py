# SPDX-License-Identifier: Apache-2.0
"""What happened on the corpus's chain, in order. Cases name documents by the names given here."""

import hashlib
import json
from pathlib import Path

from chain_world import BILL, FILE, ORIGIN, World, digest, key_of
from titled_events import late_acts, titles_happen

from ledger.chain.writing import FOREVER, KeyGrant, Role, Subject
from ledger.documents import ListedFile
from ledger.primitives import Digest, Signature, parse_time
from ledger.statements import LedgerId, Statement, commitments_root

SAMPLES = Path(__file__).resolve().parents[2] / "samples" / "corridor"
ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
PDF = b"%PDF-1.4 an invented bill of lading\n"
TXT = b"packing list: thirteen wooden cases\n"
DEEPEST = json.loads("[" * 61 + "1" + "]" * 61)  # level 3 to 63, and the number stands on 64
EDGES = {
    "\U0001f600": "sorts after U+E000 by bytes, before it by UTF-16",
    "\ue000": "private",
    "a": [1, [], {}],
    "a-": "below a/0 by bytes",
    "~": "~0",
    "/": "~1",
    "k" * 256: "the longest name",
    "07": "no index",
    "numbers": [0, -1.5, 1e-7, 5e-324, 0.30000000000000004, 2**53 - 1, 1 - 2**53, 123456.789],
    "text": '\b\t\n\f\r\u001f"\\/\u007f\u0080\u2028\ufeff\U0010ffff',
    "empty": "",
    "deepest": DEEPEST,
}
STATUS_DOCUMENTS = (
    *("revoked", "suspended", "superseded", "resumed", "revoked-root", "suspended-root"),
    *("superseded-root", "twice-suspended", "meddled", "revoked-expired", "latest-revoked"),
    *("latest-resumed", "root-and-commitment", "superseded-mismatch"),
)


def listed(name: str, raw: bytes, media_type: str = "application/pdf") -> ListedFile:
    return ListedFile(name, media_type, len(raw), Digest(hashlib.sha256(raw).digest()))


def sample(name: str):
    return json.loads((SAMPLES / name).read_text("utf-8"))


def parties(world: World) -> None:
    world.party("carrier", (BILL, FILE, "invented-type", ORIGIN), "Example Corridor Line")
    world.party("chamber", (ORIGIN,), "Example Chamber of Commerce")
    for name in ("forwarder", "rival", "robbed", "ended", "rekeyed", "lapsed", "victim"):
        world.party(name)
    for name in ("restating", "suddenly", "vetoing", "promised", "slow"):
        world.party(name)
    for name in ("unlicensed", "renewed", "early"):
        world.party(name, ())
    world.party("mistyped", (ORIGIN,))
    world.party("stranger", ledger=world.two)
    parties_of_two = world.parties["stranger"]
    assert parties_of_two != world.parties["carrier"]
    world.times["renewed first"] = world.now() + 400
    accreditor = world.registrar("accreditor")
    accreditor.accredit(world.parties["renewed"], BILL, 0, world.times["renewed first"])


def seal_all(world: World) -> None:  # noqa: PLR0915 — what happened, in order
    """Everything that is sealed before the chain goes on."""
    pdf, txt = listed("bl.pdf", PDF), listed("list.txt", TXT, "text/plain")
    world.seal("bl", data=sample("bl-nagoya-ambarli.json"), reference="XMPL260200001")
    co, until = sample("co-nagoya-ambarli.json"), parse_time("2099-01-01T00:00:00Z")
    consignment = co["supplyChainConsignment"]
    world.seal("co", ("chamber",), ORIGIN, co, reference="XCCI-2026-000117", valid_until=until)
    world.seal("co-of-carrier", ("carrier",), ORIGIN, co, reference="XCCI-2026-000118")
    other = json.loads(json.dumps(co))
    other["supplyChainConsignment"]["transportDocumentReference"] = "XMPL260200002"
    world.seal("co-other", ("chamber",), ORIGIN, other, reference="XCCI-2026-000119")
    heavy = json.loads(json.dumps(co))
    heavy["supplyChainConsignment"]["includedConsignmentItems"][0]["grossWeight"]["value"] = 24510
    world.seal("co-heavy", ("chamber",), ORIGIN, heavy, reference="XCCI-2026-000120")
    count = json.loads(json.dumps(co))
    count["supplyChainConsignment"]["includedConsignmentItems"][0]["packageCount"] = 12
    world.seal("co-packages", ("chamber",), ORIGIN, count, reference="XCCI-2026-000121")
    boxes = {**co, "supplyChainConsignment": {**consignment}}
    boxes["supplyChainConsignment"]["utilizedTransportEquipments"] = [{"id": "EXMU2044178"}]
    world.seal("co-boxes", ("chamber",), ORIGIN, boxes, reference="XCCI-2026-000122")
    spelt = {**co, "supplyChainConsignment": {**consignment}}
    spelt["supplyChainConsignment"]["utilizedTransportEquipments"] = [
        {"id": "exmu 204-417-8"},
        {"id": "Exmu2044183 "},
    ]
    world.seal("co-spelt", ("chamber",), ORIGIN, spelt, reference="XCCI-2026-000124")
    tonnes = json.loads(json.dumps(co))
    weight = tonnes["supplyChainConsignment"]["includedConsignmentItems"][0]
    weight["grossWeight"] = {"value": 24.15, "unitCode": "TNE"}
    world.seal("co-tonnes", ("chamber",), ORIGIN, tonnes, reference="XCCI-2026-000123")
    bare = {"transportDocumentReference": "XMPL260200001", "remarks": "no weights here"}
    world.seal("bl-bare", data=bare, reference="XMPL260200001-B")

    data = {"transportDocumentReference": "XMPL-BILL", "weight": {"value": 11840.5, "unit": "KGM"}}
    data |= {"seals": ["XS1", "XS2", "XS3"], "remarks": {}, "net/gross~kg": 7, "é": "née"}
    world.seal("bill", data=data, files=(pdf, txt), consignment="XMPL-CONS-2602-0001")
    world.seal("edges", data=EDGES, reference="é" * 128, files=(listed("Ünïcode.pdf", PDF),))
    world.seal("until-2099", valid_until=until)
    world.seal("until-2020", valid_until=parse_time("2020-01-01T00:00:00Z"))
    world.seal("until-2021-redacted", valid_until=parse_time("2021-06-30T00:00:00Z"))
    world.seal("revoked-expired", valid_until=parse_time("2020-02-29T00:00:00Z"))
    world.seal("early-expired", ("early",), valid_until=parse_time("2022-01-01T00:00:00Z"))
    title = f"eip155:1337:0x{'ab' * 20}:0x"
    world.seal("titled", title=title + "01" * 32)
    world.seal(
        "titled-expired", title=title + "02" * 32, valid_until=parse_time("2020-01-01T00:00:00Z")
    )
    world.seal("titled-elsewhere", title=f"eip155:1:0x{'cd' * 20}:0x{'03' * 32}")
    world.seal("titled-co", ("chamber",), ORIGIN, co, title=title + "04" * 32, reference="XCCI-T")
    world.seal("replacing", replaces=(digest("an older one"),))
    world.seal("file", kind=FILE, data={}, files=(pdf,))
    world.seal("unknown-type", kind="invented-type")
    world.seal("both", ("carrier", "forwarder"))
    world.seal("pair", ("carrier", "forwarder"))
    world.seal("mixed-pair", ("carrier", "unlicensed"))
    world.seal("until-1970", valid_until=0)
    world.seal("until-9999", valid_until=parse_time("9999-12-31T23:59:59Z"))
    world.seal("titled-revoked", title=title + "05" * 32)
    bl = sample("bl-nagoya-ambarli.json")
    world.seal("titled-bl", data=bl, title=title + "06" * 32, reference="XMPL260200001-T")
    world.seal("bl-expired", data=bl, valid_until=until - 2_600_000_000, reference="XMPL26-E")
    world.seal("co-hidden", ("chamber",), ORIGIN, co, reference="XCCI-H")
    world.seal("usurping", replaces=(world.sealed["until-2099"].commitment,))
    world.seal("half", ("carrier", "forwarder"))
    world.seal("claimed")
    for name in STATUS_DOCUMENTS:
        if name not in world.sealed:
            world.seal(name)


def single(world: World, name: str, party: str = "carrier", key: str | None = None, **more):
    """Seal one document of a party, if it is not, and state it alone."""
    if name not in world.sealed:
        world.seal(name, (party,))
    return world.state([name], party, key, **more)


def first_anchors(world: World) -> None:
    """Heads of size 1, 3, 7, 8: the bill is entry 4 of 7, under a statement that stands alone."""
    world.anchor(single(world, "first"))
    world.anchor(world.state(["bl"]), world.state(["co"], "chamber"))
    padded = [f"padding {i}" for i in range(7)]
    padded[4] = "padded"
    world.seal("padded")
    world.anchor(
        world.state(padded),
        world.state(["bill"]),
        world.state(["co-of-carrier", "co-twin"]),
        single(world, "robbed-before", "robbed"),
    )
    world.anchor(single(world, "alone"))
    world.anchor(
        *(world.state([name], "chamber") for name in ("co-other", "co-heavy", "co-packages")),
        *(world.state([name], "chamber") for name in ("co-boxes", "co-tonnes", "co-spelt")),
        *(single(world, name) for name in ("bl-bare", "until-2099", "until-2020")),
        *(single(world, name) for name in ("until-2021-redacted", "titled", "titled-expired")),
        *(single(world, name) for name in ("titled-elsewhere", "replacing", "file")),
        *(single(world, name) for name in ("unknown-type", "both", "half", "claimed")),
        single(world, "edges"),
        world.state(["both"], "forwarder"),
        world.state(["pair"]),
        world.state(["pair"], "forwarder"),
        world.state(["mixed-pair"]),
        world.state(["mixed-pair"], "unlicensed"),
        *(single(world, name) for name in ("until-1970", "until-9999", "titled-revoked")),
        *(single(world, name) for name in ("titled-bl", "bl-expired", "usurping")),
        *(world.state([name], "chamber") for name in ("co-hidden", "titled-co")),
        single(world, "astray", ledger=world.two),
        *(single(world, name) for name in STATUS_DOCUMENTS),
        single(world, "old-words", before=8 * 86_400),
        single(world, "early-words", before=-3600),
        single(world, "ended-before", "ended"),
        single(world, "lapsed-before", "lapsed"),
        single(world, "renewed-before", "renewed"),
        single(world, "victim-revoked", "victim"),
        single(world, "victim-repaired", "victim"),
        single(world, "suddenly-robbed", "suddenly"),
    )
    world.anchor(*(world.logged_as_is(name, made) for name, made in bad_statements(world)))
    world.anchor(
        single(world, "unlicensed", "unlicensed"),
        single(world, "mistyped", "mistyped"),
        single(world, "managed", "rival", "rival manager"),
        single(world, "borrowed-key", "carrier", "rival"),
        single(world, "nobodys-key", "carrier", "nobody"),
        single(world, "early-before", "early"),
        single(world, "early-expired", "early"),
        world.state(["claimed"], "rival"),
        single(world, "rekeyed-before", "rekeyed", "rekeyed new"),
        single(world, "restated", "restating"),
    )
    world.anchor(single(world, "stranger", "stranger", ledger=world.two), ledger=world.two)
    world.anchor(*(single(world, f"turn-{at}") for at in range(6)))


def bad_statements(world: World):
    """Statements with a signature that must not count, which the log took all the same."""
    for name in ("high-s", "v-zero", "v-29", "v-flipped", "other-signer", "chain-one", "log-two"):
        world.seal(f"signed-{name}")
    for name in ("more-count", "other-root", "other-party", "other-time", "zero-r", "r-too-large"):
        world.seal(f"signed-{name}")
    carrier, rival = key_of("carrier"), key_of("rival")

    def of(name, signed, stated=None, change=lambda raw: raw, signer=carrier):
        raw = change(carrier.sign(signed.signing_digest()).raw)
        return name, Statement(stated or signed, signer.address, Signature(raw))

    def high(raw):
        s = ORDER - int.from_bytes(raw[32:64], "big")
        return raw[:32] + s.to_bytes(32, "big") + bytes([55 - raw[64]])

    def body(name, **more):
        return world.unsigned(f"signed-{name}", **more)

    yield of("signed-high-s", body("high-s"), change=high)
    yield of("signed-v-zero", body("v-zero"), change=lambda raw: raw[:64] + bytes([raw[64] - 27]))
    yield of("signed-v-29", body("v-29"), change=lambda raw: raw[:64] + bytes([raw[64] + 2]))
    yield of("signed-v-flipped", body("v-flipped"), change=lambda r: r[:64] + bytes([55 - r[64]]))
    yield of("signed-other-signer", body("other-signer"), signer=rival)
    yield of(
        "signed-chain-one",
        body("chain-one", ledger=LedgerId(1, world.one.id.log)),
        body("chain-one"),
    )
    yield of("signed-log-two", body("log-two", ledger=world.two.id), body("log-two"))
    yield of("signed-more-count", body("more-count", count=2), body("more-count"))
    root = commitments_root([digest("another document")])
    yield of("signed-other-root", body("other-root", root=root), body("other-root"))
    yield of(
        "signed-other-party",
        body("other-party", party="rival")
        if False
        else world.unsigned("signed-other-party", "rival"),
        body("other-party"),
    )
    yield of("signed-other-time", body("other-time", stated_at=world.now() + 1), body("other-time"))
    yield of("signed-zero-r", body("zero-r"), change=lambda raw: bytes(32) + raw[32:])
    yield of("signed-r-too-large", body("r-too-large"), change=lambda raw: b"\xff" * 32 + raw[32:])


def boundaries(world: World) -> None:
    """Anchors one second before, and at the very second of, an end, a beginning and a theft."""
    edge = world.now() + 60
    for name in ("edge-key", "edge-theft"):
        world.party(name)
    world.party("edge-mark", ())
    world.registrar("edge-key manager").set_key_end(key_of("edge-key").address, edge)
    world.registrar("accreditor").accredit(world.parties["edge-mark"], BILL, edge, FOREVER)
    for word, second in (("before", edge - 1), ("at", edge)):
        items = [
            single(world, f"{name}-{word}", name)
            for name in ("edge-key", "edge-mark", "edge-theft")
        ]
        world.anchor(*items, at=second)
    world.later(10)
    world.registrar("edge-theft manager").declare_compromise(key_of("edge-theft").address, edge)


def end_accreditation(world: World, name: str, end: int) -> None:
    """End a party's only accreditation."""
    world.registrar("accreditor").set_accreditation_end(world.parties[name], BILL, end)


def authority_changes(world: World) -> None:  # noqa: PLR0915 — what happened, in order
    """Keys end, are stolen and replaced; accreditations end and begin again."""
    now, accreditor = world.now(), world.registrar("accreditor")
    world.times["robbed since"] = world.later(50)
    world.registrar("ended manager").set_key_end(key_of("ended").address, world.now() + 20)
    end_accreditation(world, "lapsed", world.now() + 20)
    end_accreditation(world, "promised", world.now() + 30)
    end_accreditation(world, "slow", world.now() + 30)
    world.times["promised at"] = world.now()
    world.anvil.fund(key_of("vetoing late").address)
    grant = KeyGrant(key_of("vetoing late"), Role.SIGN)
    world.registrar("registrar").add_key(world.parties["vetoing"], grant)
    world.registrar("vetoing manager").veto(key_of("vetoing late").address)
    world.later(max(500, world.times["renewed first"] + 50 - now))
    world.anchor(
        single(world, "robbed-within", "robbed"),
        single(world, "ended-after", "ended"),
        single(world, "lapsed-after", "lapsed"),
        single(world, "renewed-between", "renewed"),
        single(world, "promised", "promised"),
        single(world, "slow", "slow"),
        single(world, "vetoed", "vetoing", "vetoing late"),
    )
    world.times["late"] = world.now()
    since = world.times["robbed since"]
    world.registrar("robbed manager").declare_compromise(key_of("robbed").address, since)
    world.registrar("restating manager").declare_compromise(
        key_of("restating").address, world.now() - 86_400
    )
    for name in ("rekeyed", "restating", "victim"):
        key = key_of(f"{name} new")
        world.anvil.fund(key.address)
        grant = KeyGrant(key, Role.SIGN)
        world.registrar(f"{name} manager").add_key(world.parties[name], grant)
    accreditor.accredit(world.parties["early"], BILL, 0, FOREVER)
    accreditor.accredit(world.parties["renewed"], BILL, 0, FOREVER)
    world.later(20)
    world.anchor(
        single(world, "robbed-after", "robbed"),
        single(world, "renewed-after", "renewed"),
        single(world, "rekeyed-after", "rekeyed", "rekeyed new"),
        single(world, "early-after", "early"),
        world.state(["restated"], "restating", "restating new"),
    )


def statuses(world: World) -> None:  # noqa: PLR0915 — what happened, in order
    """What the issuers, and others, say about documents afterwards."""
    writer, carrier = world.statuses(), key_of("carrier")

    def about(name, *, root=False, party="carrier"):
        held = (
            world.receipts[name][0].statement.body.root if root else world.sealed[name].commitment
        )
        return Subject(world.parties[party], held)

    writer.revoke(about("revoked"), 1, carrier)
    writer.suspend(about("suspended"), 2, carrier)
    writer.supersede(about("superseded"), 3, world.sealed["replacing"].commitment, carrier)
    writer.supersede(about("superseded-mismatch"), 3, digest("a successor"), carrier)
    writer.suspend(about("resumed"), 2, carrier)
    writer.resume(about("resumed"), 0, carrier)
    writer.revoke(about("revoked-root", root=True), 1, carrier)
    writer.suspend(about("suspended-root", root=True), 2, carrier)
    root = world.receipts["bill"][0].statement.body.root
    writer.supersede(about("superseded-root", root=True), 3, root, carrier)
    for _ in range(2):
        writer.suspend(about("twice-suspended"), 2, carrier)
        writer.resume(about("twice-suspended"), 0, carrier)
    writer.suspend(about("twice-suspended"), 4, carrier)
    writer.revoke(about("meddled", party="rival"), 1, key_of("rival"))
    writer.revoke(about("both", party="forwarder"), 1, key_of("forwarder"))
    writer.revoke(about("revoked-expired"), 1, carrier)
    writer.revoke(about("titled-revoked"), 1, carrier)
    writer.suspend(about("root-and-commitment"), 1, carrier)
    writer.revoke(about("root-and-commitment", root=True), 1, carrier)
    writer.suspend(about("latest-resumed"), 2, carrier)
    world.times["victim since"] = world.later(100)
    for name in ("victim-revoked", "victim-repaired"):
        writer.revoke(about(name, party="victim"), 1, key_of("victim"))
    world.registrar("victim manager").declare_compromise(
        key_of("victim").address, world.times["victim since"]
    )
    writer.resume(about("victim-repaired", party="victim"), 0, key_of("victim new"))
    titles_happen(world)
    world.anvil.call("anvil_mine", "0xa")
    # The last blocks are final for nobody whose rule is depth:8.
    writer.revoke(about("latest-revoked"), 1, carrier)
    writer.resume(about("latest-resumed"), 0, carrier)
    late_acts(world)
    world.registrar("suddenly manager").declare_compromise(
        key_of("suddenly").address, world.now() - 86_400
    )
    world.anchor(single(world, "just-anchored"))


def happen(world: World) -> World:
    """All of it."""
    parties(world)
    world.later(5)
    seal_all(world)
    first_anchors(world)
    boundaries(world)
    authority_changes(world)
    statuses(world)
    return world
