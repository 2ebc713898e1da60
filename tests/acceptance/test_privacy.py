# SPDX-License-Identifier: Apache-2.0
"""Nothing guessable on chain: not a value, and no plain hash of one."""

import gzip
import hashlib
import json
from collections.abc import Iterator

import pytest

from ledger.canonical import canonical_bytes, scalar_text
from ledger.cli.demo.cases import acts
from ledger.cli.demo.command import EXTRAS, played, staged
from ledger.cli.demo.title_story import REMARKS
from ledger.cli.local import PARTIES
from ledger.documents import KINDS
from ledger.receipts import OpenedContent
from ledger.sealing import flatten
from ledger.statements import keccak256

pytestmark = pytest.mark.node

# Shorter values stand everywhere by chance (a country is two letters, a flag is one byte).
SHORTEST = 4
WITH_TRANSACTIONS = True
ALLOWED = {
    *(party.name for party in PARTIES),
    *(party.kind for party in PARTIES),
    *KINDS,
    *(party.name for party in EXTRAS),
    *(party.kind for party in EXTRAS),
}


def test_chain_holds_no_value_of_a_document_and_no_plain_hash_of_one(tmp_path, capsys):
    with staged(tmp_path / "demo") as stage:
        wrong = [name for name, result in played(list(acts(stage))) if not result.holds]
        chain = b"".join(_everything_on_chain(stage))
        packages = list(stage.packages.values())
    assert wrong == []
    assert len(packages) > 8, "the demo's documents are what is looked for"
    assert len(chain) > 20_000
    bill, certificate = packages[:2]
    assert certificate.commitment.raw not in chain, "it is only under a statement's root"
    assert bill.commitment.raw in chain, "a title names its bill, which is salted"
    assert packages[0].receipts[0].root.raw in chain, "the search would find what is there"
    found = [
        ("remark", what)
        for text in REMARKS.values()
        for what, needle in _needles(text)
        if needle in chain
    ]
    for package in packages:
        assert isinstance(package.content, OpenedContent)
        for leaf in flatten(dict(package.content.envelope)):
            for what, needle in _needles(leaf.value):
                if needle in chain and str(leaf.value) not in ALLOWED:
                    found.append((leaf.pointer, what))
        for whole in (package.content.envelope, dict(package.content.envelope)["data"]):
            written = canonical_bytes(whole)
            assert hashlib.sha256(written).digest() not in chain
            assert keccak256(written) not in chain
        assert package.content.seed.raw not in chain
    with capsys.disabled():
        print("\nallowed on chain:", ", ".join(sorted(ALLOWED)))  # noqa: T201 — asked for
    assert found == []


def _needles(value) -> Iterator[tuple[str, bytes]]:
    # Hashes are looked for whatever the length; text only where it cannot stand there by chance.
    texts = {str(value), scalar_text(value) if not isinstance(value, dict | list) else ""}
    for text in texts:
        raw = text.encode()
        if len(raw) >= SHORTEST:
            yield "text", raw
        if raw:
            yield "sha256", hashlib.sha256(raw).digest()
            yield "keccak", keccak256(raw)


def _everything_on_chain(stage) -> Iterator[bytes]:
    """Calldata, topics and data of every log, and every storage slot of every contract."""
    call = stage.anvil.call
    newest = int(call("eth_blockNumber"), 16)
    for number in range(newest + 1):
        block = call("eth_getBlockByNumber", hex(number), WITH_TRANSACTIONS)
        for transaction in block["transactions"]:
            yield _raw(transaction["input"])
    for log in call("eth_getLogs", {"fromBlock": "0x0", "toBlock": hex(newest)}):
        yield b"".join(map(_raw, log["topics"])) + _raw(log["data"])
    yield from _storage(call)


def _storage(call) -> Iterator[bytes]:
    """`anvil_dumpState` is gzipped JSON with every account's storage."""
    state = json.loads(gzip.decompress(_raw(call("anvil_dumpState"))))
    slots = 0
    for account in state["accounts"].values():
        for slot, value in account["storage"].items():
            slots += 1
            yield _raw(slot).rjust(32, b"\0") + _raw(value).rjust(32, b"\0")
    assert slots > 100, "the dump has no storage: nothing was searched"


def _raw(text: str) -> bytes:
    digits = text.removeprefix("0x")
    return bytes.fromhex(digits if len(digits) % 2 == 0 else "0" + digits)
