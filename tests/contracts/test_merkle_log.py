# SPDX-License-Identifier: Apache-2.0
"""MerkleLog against the RFC's definition, other projects' vectors, and every small tree."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest
import rfc9162
from ape.api import TestAccountAPI
from ape.contracts import ContractInstance
from conftest import PROJECT, People, container, shared_fixtures
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scripts import build_artifacts

SMALL: Final = 24
LEAVES: Final = [rfc9162.leaf(bytes([i])) for i in range(SMALL)]
ROOTS: Final = [rfc9162.root(LEAVES[:n]) for n in range(SMALL + 1)]
KNOWN_SKIP: Final = "sizes-are-equal-one-and-proof-is-empty.json"

Case = tuple[Any, ...]


@pytest.fixture(scope="session")
def harness(people: People) -> ContractInstance:
    """The library, opened to tests."""
    source = "contracts/test/MerkleLogHarness.sol"
    content = build_artifacts.build("MerkleLogHarness", source, PROJECT)
    return deploy(people.admin, content)


def deploy(sender: TestAccountAPI, content: dict[str, Any]) -> ContractInstance:
    """Deploy an artifact."""
    return sender.deploy(container(content))


def batches(cases: list[Case], size: int = 150) -> Iterator[list[Case]]:
    """Cut many cases into calls that one node answers in one breath."""
    for start in range(0, len(cases), size):
        yield cases[start : start + size]


def ask(method: Any, cases: list[Case]) -> list[bool]:
    """Answer many cases."""
    return [bool(answer) for batch in batches(cases) for answer in method(batch)]


def mutations(hashes: list[bytes]) -> Iterator[list[bytes]]:
    """Yield a proof with one hash dropped, added, flipped, or two in the wrong order."""
    for i, each in enumerate(hashes):
        yield hashes[:i] + hashes[i + 1 :]
        yield [*hashes[:i], bytes([each[0] ^ 1]) + each[1:], *hashes[i + 1 :]]
        yield [*hashes[:i], each, *hashes[i:]]
    yield [*hashes, bytes(32)]
    yield [bytes(32), *hashes]
    for i in range(len(hashes) - 1):
        yield [*hashes[:i], hashes[i + 1], hashes[i], *hashes[i + 2 :]]


def test_includes_when_the_path_is_honest_then_true_for_every_small_tree(
    harness: ContractInstance,
) -> None:
    cases = [
        (LEAVES[i], i, n, ROOTS[n], rfc9162.path(i, LEAVES[:n]))
        for n in range(1, SMALL + 1)
        for i in range(n)
    ]
    assert all(ask(harness.includes, cases))


def test_extends_when_the_proof_is_honest_then_true_for_every_small_tree(
    harness: ContractInstance,
) -> None:
    cases = [
        (m, n, ROOTS[m], ROOTS[n], rfc9162.proof(m, LEAVES[:n]) if m < n else [])
        for n in range(1, SMALL + 1)
        for m in range(1, n + 1)
    ]
    assert all(ask(harness.extends, cases))


def test_includes_when_anything_is_changed_then_false(harness: ContractInstance) -> None:
    cases: list[Case] = []
    for n in (1, 2, 3, 5, 7, 8, 13, 24):
        for i in range(n):
            path = rfc9162.path(i, LEAVES[:n])
            cases += [(LEAVES[i], i, n, ROOTS[n], wrong) for wrong in mutations(path)]
            cases += [(LEAVES[i], j, n, ROOTS[n], path) for j in range(n + 2) if j != i]
            cases += [(LEAVES[i], i, n, ROOTS[n - 1], path), (bytes(32), i, n, ROOTS[n], path)]
            cases.append((LEAVES[i], i, 0, ROOTS[n], path))
    assert not any(ask(harness.includes, cases))


def test_extends_when_anything_is_changed_then_false(harness: ContractInstance) -> None:
    cases: list[Case] = []
    for m, n in ((1, 2), (1, 8), (2, 3), (3, 7), (4, 8), (6, 8), (7, 13), (8, 24), (23, 24)):
        proof = rfc9162.proof(m, LEAVES[:n])
        cases += [(m, n, ROOTS[m], ROOTS[n], wrong) for wrong in mutations(proof)]
        cases += [(m, n, bytes(32), ROOTS[n], proof), (m, n, ROOTS[m], bytes(32), proof)]
        cases += [(m, n, ROOTS[n], ROOTS[m], proof), (n, m, ROOTS[n], ROOTS[m], proof)]
        cases += [(m, n, ROOTS[m], ROOTS[n], []), (0, n, ROOTS[0], ROOTS[n], proof)]
        cases += [(0, n, ROOTS[0], ROOTS[n], []), (n, n, ROOTS[n], ROOTS[n], proof)]
    cases += [(0, 0, ROOTS[0], ROOTS[0], []), (3, 3, ROOTS[3], ROOTS[4], [])]
    assert not any(ask(harness.extends, cases))


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    database=None,
)
@given(data=st.data())
def test_extends_when_sizes_are_large_then_the_contract_agrees_with_the_rfc(
    harness: ContractInstance, data: st.DataObject
) -> None:
    old = data.draw(st.integers(1, 2**53 - 2), label="old")
    new = data.draw(st.integers(old + 1, 2**53 - 1), label="new")
    proof, roots = sparse_proof(old, new)
    assert ask(harness.extends, [(old, new, *roots, proof)]) == [True]
    wrong = [(old, new, *roots, each) for each in mutations(proof)]
    assert not any(ask(harness.extends, wrong))


def sparse_proof(old: int, new: int) -> tuple[list[bytes], tuple[bytes, bytes]]:
    """Build a proof over invented subtree hashes, by the RFC's recursion: no tree is that large.

    Returns:
        The proof, and the old and the new root.
    """

    def hash_of(low: int, high: int) -> bytes:
        return rfc9162.leaf(f"{low}-{high}".encode())

    def walk(m: int, low: int, high: int, *, whole: bool) -> tuple[list[bytes], bytes, bytes]:
        if m == high - low:
            this = hash_of(low, high)
            return ([] if whole else [this]), this, this
        k = rfc9162.split(high - low)
        if m <= k:
            proof, old_root, new_root = walk(m, low, low + k, whole=whole)
            right = hash_of(low + k, high)
            return [*proof, right], old_root, rfc9162.node(new_root, right)
        proof, old_root, new_root = walk(m - k, low + k, high, whole=False)
        left = hash_of(low, low + k)
        return [*proof, left], rfc9162.node(left, old_root), rfc9162.node(left, new_root)

    proof, old_root, new_root = walk(old, 0, new, whole=True)
    return proof, (old_root, new_root)


# ---------------------------------------------------------------- vectors of other projects


def test_leaf_hash_when_from_rfc6962_vectors_then_equal(harness: ContractInstance) -> None:
    vectors = load(shared_fixtures("merkle/rfc6962") / "vectors.json")
    entries = [bytes.fromhex(each) for each in vectors["leaf_inputs_hex"]]
    leaves = [bytes(each) for each in harness.leafHashes(entries)]
    assert [each.hex() for each in leaves] == vectors["levels"][0]
    roots = [rfc9162.root(leaves[:n]).hex() for n in range(len(leaves) + 1)]
    assert roots == vectors["roots_by_size"]


def test_extends_when_from_rfc6962_vectors_then_true(harness: ContractInstance) -> None:
    vectors = load(shared_fixtures("merkle/rfc6962") / "vectors.json")["consistency_vectors"]
    cases = [
        (
            each["size1"],
            each["size2"],
            bytes.fromhex(each["root1"]),
            bytes.fromhex(each["root2"]),
            [bytes.fromhex(h) for h in each["proof"]],
        )
        for each in vectors
    ]
    assert ask(harness.extends, cases) == [True] * len(cases)


@pytest.mark.parametrize(
    ("kind", "members"),
    [
        ("inclusion", ("leafHash", "leafIdx", "treeSize", "root", "proof")),
        ("consistency", ("size1", "size2", "root1", "root2", "proof")),
    ],
)
def test_vectors_when_from_transparency_dev_then_fail_iff_they_should(
    harness: ContractInstance, kind: str, members: tuple[str, ...]
) -> None:
    folder = shared_fixtures("merkle/transparency-dev") / kind
    cases: dict[str, Case] = {}
    wanted: dict[str, bool] = {}
    for file in sorted(folder.rglob("*.json")):
        vector = load(file)
        if file.name == KNOWN_SKIP:
            continue
        name = str(file.relative_to(folder))
        case = tuple(decoded(vector[member]) for member in members)
        if encodable(case):
            cases[name], wanted[name] = case, not vector["wantErr"]
        else:
            assert vector["wantErr"], f"{name} cannot even be encoded"
    method = harness.includes if kind == "inclusion" else harness.extends
    assert len(cases) > 20
    assert dict(zip(cases, ask(method, list(cases.values())), strict=True)) == wanted


def load(file: Path) -> Any:
    """Read a vector."""
    return json.loads(file.read_text("utf-8"))


def decoded(value: Any) -> Any:
    """Decode base64 in a member of a vector."""
    if isinstance(value, str):
        return base64.b64decode(value)
    if isinstance(value, list):
        return [base64.b64decode(each) for each in value]
    return [] if value is None else value  # an absent proof is an empty one


def encodable(case: Case) -> bool:
    """Tell whether every hash has 32 bytes and every number fits; else the ABI refuses the case."""
    hashes = [each for each in case if isinstance(each, bytes)] + list(case[-1])
    numbers = [each for each in case if isinstance(each, int)]
    return all(len(each) == 32 for each in hashes) and all(0 <= n < 2**64 for n in numbers)
