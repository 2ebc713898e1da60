# SPDX-License-Identifier: Apache-2.0
"""The committed vectors are what the code gives, and what others can recompute from them."""

import base64
import hashlib
import hmac
import json

import pytest
import rfc8785
from eth_account import Account
from generate import HERE, vectors, written

from ledger.canonical import PACKAGE_LIMITS, canonical_bytes, parse_submitted
from ledger.merkle import merkle_root
from ledger.primitives import Digest
from ledger.receipts import parse_package
from ledger.trust import parse_trust

FRESH = vectors()


def committed(name):
    return json.loads((HERE / name).read_text("utf-8"))


@pytest.mark.parametrize("name", FRESH)
def test_regenerated_vector_equals_the_committed_one(name):
    assert (HERE / name).read_text("utf-8") == written(FRESH[name])


def test_no_vector_is_left_over():
    assert {path.name for path in HERE.glob("*.json")} == set(FRESH)


def test_canonical_vectors_hold():
    for case in committed("canonical.json"):
        value, rewritten = parse_submitted(case["submitted"].encode(), PACKAGE_LIMITS)
        assert canonical_bytes(value).hex() == case["canonicalHex"]
        assert [[r.pointer, r.submitted, r.sealed] for r in rewritten] == case["rewritten"]


def test_sealing_vector_holds_by_the_text_of_the_page():
    vector = committed("sealing.json")
    seed = base64.urlsafe_b64decode(vector["seed"] + "=")
    leaves = []
    for leaf in vector["leaves"]:
        code = hmac.digest(seed, b"corridor/salt/1" + leaf["pointer"].encode(), "sha256")[:16]
        assert base64.urlsafe_b64encode(code).decode().rstrip("=") == leaf["salt"]
        v = hashlib.sha256(b"\x02" + rfc8785.dumps([leaf["salt"], leaf["value"]])).hexdigest()
        assert v == leaf["valueDigest"]
        field = hashlib.sha256(b"\x00" + rfc8785.dumps([leaf["pointer"], v])).hexdigest()
        assert field == leaf["fieldLeaf"]
        leaves.append(Digest.parse(field))
    assert str(merkle_root(leaves)) == vector["commitment"]


def test_statement_vectors_hold_by_eth_account():
    for case in committed("statements.json"):
        signed = Account.unsafe_sign_hash(case["signingDigest"], case["secretKey"])
        assert "0x" + bytes(signed.signature).hex() == case["statement"]["signature"]
        digest = hashlib.sha256(rfc8785.dumps(case["statement"])).hexdigest()
        assert digest == case["statementDigest"]


def test_log_vector_holds():
    vector = committed("log.json")
    leaves = [
        Digest(hashlib.sha256(b"\x00" + bytes.fromhex(entry["raw"])).digest())
        for entry in vector["entries"]
    ]
    assert [str(leaf) for leaf in leaves] == [entry["leaf"] for entry in vector["entries"]]
    for head in vector["heads"]:
        assert str(merkle_root(leaves[: head["size"]])) == head["root"]


@pytest.mark.parametrize("name", ["package.json", "package-redacted.json"])
def test_package_and_trust_vectors_are_read_as_written(name):
    vector = committed(name)
    package = parse_package(rfc8785.dumps(vector["package"]))
    assert package.json() == vector["package"]
    trust = parse_trust(json.dumps(vector["trust"]).encode())
    assert trust.json() == vector["trust"]
    assert vector["verdict"] == "AUTHENTIC"
