# SPDX-License-Identifier: Apache-2.0
"""Cases in memory: a package, its trust file and the chain that answers for it."""

import hashlib
import json
from dataclasses import replace

from bridge import small_world as sw

from ledger.documents import ListedFile
from ledger.log import TreeHead
from ledger.sealing import redact, seal
from ledger.trust import FinalityRule, LogKey, RetiredLog

START, BILL, CERTIFICATE = sw.START, sw.BILL, "certificate-of-origin"
PDF = b"%PDF-1.7 invented"
BILL_DATA = {
    "transportDocumentReference": "XMPL260200001",
    "utilizedTransportEquipments": [{"equipment": {"equipmentReference": "XMPU 123456-1"}}],
    "consignmentItems": [
        {
            "cargoItems": [
                {
                    "equipmentReference": "XMPU1234561",
                    "cargoGrossWeight": {"value": 12000.5, "unit": "KGM"},
                    "outerPackaging": {"numberOfPackages": 40},
                },
                {
                    "cargoGrossWeight": {"value": 1, "unit": "TNE"},
                    "outerPackaging": {"numberOfPackages": 2},
                },
            ]
        }
    ],
    "empty": {},
    "a/b~c": [None, True, "ß"],
}
CERTIFICATE_DATA = {
    "id": "XMPL-CO-0001",
    "supplyChainConsignment": {
        "transportDocumentReference": " XMPL260200001 ",
        "includedConsignmentItems": [
            {"grossWeight": {"value": 13000.5, "unitCode": "KGM"}, "packageCount": 42}
        ],
        "utilizedTransportEquipments": [{"id": "xmpu1234561"}],
    },
}


def written(package):
    """A package as bytes."""
    return json.dumps(package.json(), ensure_ascii=False).encode()


def case(world, package, **more):
    """All that both verifiers are given."""
    trust = json.dumps(world.trust.json()).encode()
    found = {"world": world, "package": written(package), "trust": trust}
    return found | {"now": world.chain.time} | more


def file_entry(name="bl.pdf", raw=PDF):
    return ListedFile(name, "application/pdf", len(raw), sw.Digest(hashlib.sha256(raw).digest()))


def bill(world, *parties, **members):
    return world.document(*parties, **{"data": BILL_DATA} | members)


def _redacted(world, shown=None, **members):
    sealed = seal(bill(world, files=(file_entry(), file_entry("b.pdf", b"b")), **members))
    return world.issue(sealed=sealed, others=4).redacted(redact(sealed, shown))


def opened():
    world = sw.World()
    files = (file_entry(), file_entry("b.pdf", b"b"))
    package = world.promise(world.issue(bill(world, files=files)))
    return case(world, package, files=[hashlib.sha256(PDF).hexdigest()])


def redacted():
    world = sw.World()
    return case(world, _redacted(world), files=["ab" * 32], at="2026-03-01T00:00:00Z")


def redacted_more():
    world = sw.World()
    shown = ["/reference", "/data/consignmentItems", "/files/0/sha256"]
    return case(world, _redacted(world, shown))


def two_issuers():
    world = sw.World()
    second = sw.Party("Second")
    world.ledger.admit(second)
    parties = (world.carrier, second)
    package = world.issue(bill(world, *parties), parties=parties, others=2)
    return case(world, world.promise(package, index=1))


def two_ledgers():
    world = sw.World()
    second = sw.Party("Second")
    ledger = world.add_ledger("two")
    ledger.admit(second)
    parties = (world.carrier, second)
    package = world.issue(bill(world, *parties), parties=parties, ledgers={"Second": ledger})
    ledger.write_status(second, package.commitment, sw.SUSPENDED)
    return case(world, package)


def expired():
    world = sw.World()
    return case(world, world.issue(bill(world, valid_until=START + 1)))


def titled():
    world = sw.World()
    title = f"eip155:1337:{world.ledger.trusted.titles[0].address}:0x{'5a' * 32}"
    return case(world, world.issue(bill(world, title=title)))


def matched():
    world = sw.World()
    world.ledger.admit(world.carrier, BILL, CERTIFICATE)
    package = world.issue(bill(world))
    other = world.issue(world.document(kind=CERTIFICATE, data=CERTIFICATE_DATA))
    return case(world, package, other=written(other))


def matched_redacted():
    world = sw.World()
    world.ledger.admit(world.carrier, BILL, CERTIFICATE)
    package = _redacted(world, ["/data/transportDocumentReference", "/data/consignmentItems"])
    other = world.issue(world.document(kind=CERTIFICATE, data=CERTIFICATE_DATA))
    return case(world, other, other=written(package))


def two_certificates():
    world = sw.World()
    world.ledger.admit(world.carrier, BILL, CERTIFICATE)
    data = json.loads(json.dumps(CERTIFICATE_DATA))
    data["supplyChainConsignment"].pop("utilizedTransportEquipments")
    first = world.issue(world.document(kind=CERTIFICATE, data=CERTIFICATE_DATA))
    second = world.issue(world.document(kind=CERTIFICATE, data=data))
    return case(world, first, other=written(second))


def compromised(since, *, later=False):
    """Anchored, then declared: before, in doubt; or declared first, and anchored after."""
    world = sw.World()
    if later:
        world.ledger.declare_compromise(world.carrier, since)
    package = world.issue(bill(world))
    package = world.promise(package)
    if not later:
        world.ledger.declare_compromise(world.carrier, since or world.chain.time + 1)
    return case(world, package)


def unaccredited(end=START + 12):
    world = sw.World()
    package = world.promise(world.issue(bill(world)), accepted_at=START + 5)
    world.ledger.accredit(world.carrier, BILL, sw.Interval(START, end))
    world.chain.mine()
    return case(world, package)


def key_ended(**members):
    world = sw.World()
    package = world.promise(world.issue(bill(world)), accepted_at=START + 5)
    world.ledger.change_key(world.carrier, **members)
    world.chain.mine()
    return case(world, package)


def key_of_another():
    world = sw.World()
    package = world.issue(bill(world))
    keys = world.ledger.state.keys
    address = world.carrier.address
    keys[address] = replace(keys[address], party=sw.Bytes32(bytes(32)))
    world.chain.mine()
    return case(world, package)


def status(kind, lag=0, *, tainted=False, root=False):
    world = sw.World()
    package = world.issue(bill(world), others=3)
    subject = package.receipts[0].statement.body.root if root else package.commitment
    world.chain.lag = lag
    world.ledger.write_status(world.carrier, subject, kind)
    if tainted:
        world.ledger.declare_compromise(world.carrier, world.chain.time)
    return case(world, package)


def never_anchored():
    world = sw.World()
    package = world.issue(bill(world))
    world.ledger.state.heads.clear()
    world.chain.mine()
    return case(world, package)


def not_final():
    world = sw.World()
    package = world.issue(bill(world))
    world.chain.lag = 2
    return case(world, package)


def later_head():
    world = sw.World()
    sealed = seal(bill(world))
    statement, entry = world.ledger.state_and_log(world.carrier, [sealed.commitment])
    world.ledger.anchor()
    world.ledger.state_and_log(world.carrier, [sw.digest("something else")])
    world.ledger.anchor()
    head = world.ledger.anchors[-1]
    commitments = [sealed.commitment]
    receipt = world.ledger.receipt(sealed.commitment, commitments, statement, entry, head=head)
    return case(world, sw.Package.of(sealed, (receipt,)))


def old_chain():
    found = opened()
    return found | {"now": found["now"] + 100_000}


def old_chain_unanchored():
    found = never_anchored()
    return found | {"now": found["now"] + 100_000}


def retired():
    world = sw.World()
    package = world.issue(bill(world))
    ledger = replace(world.ledger.trusted, retired=RetiredLog(TreeHead(1, sw.digest("end")), 2))
    world.trust = replace(world.trust, ledgers=(ledger,))
    return case(world, package)


def untrusted():
    found = opened()
    world = sw.World()
    world.add_ledger("else")
    world.trust = replace(world.trust, ledgers=world.trust.ledgers[1:])
    return found | {"trust": json.dumps(world.trust.json()).encode()}


def deep_finality(rule):
    world = sw.World()
    world.trust = replace(world.trust, finality=FinalityRule.parse(rule))
    return case(world, world.issue(bill(world)))


def unknown_kind():
    world = sw.World()
    world.ledger.admit(world.carrier, "invented-type")
    return case(world, world.issue(bill(world, kind="invented-type")))


def unknown_log_key():
    found = opened()
    world = found["world"]
    keys = tuple(LogKey(k.verifier, START - 9, START - 5) for k in world.trust.log_keys)
    return found | {"trust": json.dumps(replace(world.trust, log_keys=keys).json()).encode()}


def doubt_and_not_accredited():
    world = sw.World()
    package = world.issue(bill(world))
    world.ledger.accredit(world.carrier, BILL)
    world.ledger.declare_compromise(world.carrier, START)
    return case(world, package)


def promised_after():
    """An acceptance that is dated after the anchor, when the party was accredited again."""
    world = sw.World()
    package = world.promise(world.issue(bill(world)), accepted_at=START + 60)
    intervals = (sw.Interval(START, START + 2), sw.Interval(START + 50, sw.FOREVER))
    world.ledger.accredit(world.carrier, BILL, *intervals)
    world.chain.mine(START + 70)
    return case(world, package)


def no_statuses():
    found = opened()
    trust = json.loads(found["trust"])
    trust["ledgers"][0]["statuses"] = []
    world = found["world"]
    ledger = replace(world.ledger.trusted, statuses=())
    world.trust = replace(world.trust, ledgers=(ledger,))
    return found | {"trust": json.dumps(trust).encode()}


def same_log_twice():
    found = opened()
    trust = json.loads(found["trust"])
    trust["ledgers"] *= 2
    return found | {"trust": json.dumps(trust).encode()}


CASES = {
    "doubt-and-not-accredited": doubt_and_not_accredited,
    "promised-after": promised_after,
    "no-statuses": no_statuses,
    "same-log-twice": same_log_twice,
    "opened": opened,
    "redacted": redacted,
    "redacted-more": redacted_more,
    "two-issuers": two_issuers,
    "two-ledgers": two_ledgers,
    "expired": expired,
    "titled": titled,
    "matched": matched,
    "matched-redacted": matched_redacted,
    "two-certificates": two_certificates,
    "compromised-after": lambda: compromised(0),
    "compromised-in-doubt": lambda: compromised(START),
    "compromised-before": lambda: compromised(START, later=True),
    "unaccredited-late": unaccredited,
    "unaccredited": lambda: unaccredited(START + 1),
    "key-ended": lambda: key_ended(interval=sw.Interval(START, START + 7)),
    "key-managed": lambda: key_ended(role=2),
    "key-of-another": key_of_another,
    "revoked": lambda: status(1),
    "suspended-root": lambda: status(2, root=True),
    "superseded-latest": lambda: status(3, lag=1),
    "tainted": lambda: status(1, tainted=True),
    "odd-status": lambda: status(9),
    "never-anchored": never_anchored,
    "not-final": not_final,
    "later-head": later_head,
    "old-chain": old_chain,
    "old-chain-unanchored": old_chain_unanchored,
    "retired": retired,
    "untrusted": untrusted,
    "depth": lambda: deep_finality("depth:2"),
    "instant": lambda: deep_finality("instant"),
    "unknown-kind": unknown_kind,
    "unknown-log-key": unknown_log_key,
}
