# SPDX-License-Identifier: Apache-2.0
"""Write our own vectors, the same on every machine: `python tests/vectors/generate.py`.

All parties are invented. The seed, keys and times are fixed here and nowhere else; a document that
somebody relies on always gets a fresh seed.
"""

import json
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE.parent / "unit" / "core")]

from small_world import BILL, START, Party, World, digest  # noqa: E402 — after the path to it

from ledger.canonical import PACKAGE_LIMITS, canonical_bytes, parse_submitted  # noqa: E402 — as above
from ledger.documents import ListedFile  # noqa: E402 — as above
from ledger.primitives import Seed  # noqa: E402 — as above
from ledger.sealing import field_leaf, redact, reopen, salt_of  # noqa: E402 — as above
from ledger.verification import CheckName  # noqa: E402 — as above

SEED = Seed(bytes(range(32)))


def canonical_vectors():
    texts = [
        '{"b": 12000.50, "a": [1.0, 1E2, 0.0000001], "é": "\\u20ac", "": null}',
        '{"\\ue000": 1, "\\ud83d\\ude00": 2, "a-": 3, "a": 4}',
        '["\\u007f\\u0080\\u2028", "\\b\\t\\n\\f\\r\\u001f", "\\/\\"\\\\"]',
        "[9007199254740991, -9007199254740991, 5e-324, 0.30000000000000004]",
    ]
    for text in texts:
        value, rewritten = parse_submitted(text.encode(), PACKAGE_LIMITS)
        yield {
            "submitted": text,
            "canonicalHex": canonical_bytes(value).hex(),
            "rewritten": [[item.pointer, item.submitted, item.sealed] for item in rewritten],
        }


def world_and_document():
    world = World()
    exporter = Party("Example Exporter")
    world.ledger.admit(exporter, BILL)
    document = world.document(
        world.carrier,
        exporter,
        data={"weight": {"value": 11840, "unit": "KGM"}, "seals": ["XS1", "XS2"], "remarks": {}},
        files=(ListedFile("bl.pdf", "application/pdf", 48_213, digest("pdf")),),
        valid_until=START + 31_536_000,
        replaces=(digest("an older one"),),
        consignment="XMPL-CONS-2602-0001",
    )
    return world, exporter, reopen(document, SEED)


def sealing_vector(sealed):
    return {
        "seed": sealed.seed.text(),
        "envelope": sealed.document.envelope(),
        "leaves": [
            {
                "pointer": leaf.pointer,
                "value": leaf.value,
                "salt": salt_of(sealed.seed, leaf.pointer).text(),
                "valueDigest": str(item.digest),
                "fieldLeaf": str(field_leaf(leaf.pointer, item.digest)),
            }
            for leaf, item in zip(sealed.leaves, sealed.digests, strict=True)
        ],
        "commitment": str(sealed.commitment),
    }


def statement_vectors(package, parties):
    secrets = {party.id: party.key.secret.hex() for party in parties}
    for receipt in package.receipts:
        statement = receipt.statement
        yield {
            "secretKey": "0x" + secrets[statement.body.party],
            "signingDigest": "0x" + statement.body.signing_digest().hex(),
            "statement": statement.json(),
            "statementDigest": str(statement.digest()),
        }


def log_vector(world):
    return {
        "entries": [
            {"raw": entry.raw().hex(), "leaf": str(entry.leaf())} for entry in world.ledger.entries
        ],
        "heads": [
            {"previousSize": record.previous_size, "size": record.size, "root": str(root)}
            for root, record in world.ledger.state.heads.items()
        ],
    }


def verification_vector(world, package):
    report = world.verify(package)
    return {
        "trust": world.trust.json(),
        "package": package.json(),
        "now": world.chain.time,
        "verdict": report.verdict.value,
        "anchorTime": report.recorded_at,
        "checks": {name.value: report.check(name).state.value for name in CheckName},
    }


def vectors():
    """Every file of vectors: its name and content."""
    world, exporter, sealed = world_and_document()
    package = world.issue(parties=(world.carrier, exporter), sealed=sealed, others=2)
    package = world.promise(package)
    redaction = redact(sealed, ["/data/weight"])
    short = package.redacted(redaction)
    return {
        "canonical.json": list(canonical_vectors()),
        "sealing.json": sealing_vector(sealed),
        "redaction.json": {
            "shown": ["/data/weight"],
            "commitment": str(sealed.commitment),
            "redaction": short.json()["redaction"],
        },
        "statements.json": list(statement_vectors(package, (world.carrier, exporter))),
        "log.json": log_vector(world),
        "receipt.json": package.receipts[0].json(),
        "package.json": verification_vector(world, package),
        "package-redacted.json": verification_vector(world, short),
    }


def written(content):
    """The bytes of one file."""
    return json.dumps(content, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    for name, content in vectors().items():
        (HERE / name).write_text(written(content), "utf-8")
