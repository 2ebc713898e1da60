# SPDX-License-Identifier: Apache-2.0
"""The artifacts are what the sources compile to, and the storage is where evidence looks for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ape.managers.project import LocalProject
from conftest import ARTIFACTS, PROJECT, artifact
from eth_utils import keccak

from scripts import build_artifacts

EIP170 = 24_576
INVALID = 0xFE


def test_artifacts_when_compiled_again_then_are_the_same_bytes() -> None:
    assert build_artifacts.differences(ARTIFACTS, PROJECT) == []


@pytest.mark.parametrize("name", build_artifacts.CONTRACTS)
def test_storage_when_laid_out_then_is_as_pinned(name: str) -> None:
    pinned = json.loads((PROJECT / "tests/contracts/storage_layout.json").read_text("utf-8"))
    assert lines(artifact(name)["storageLayout"]) == pinned[name]


@pytest.mark.parametrize("name", build_artifacts.CONTRACTS)
def test_artifact_when_written_then_holds_no_path_and_no_metadata(name: str) -> None:
    content = artifact(name)
    assert str(PROJECT) not in json.dumps(content)
    assert "64736f6c6343" not in content["deployedBytecode"]  # CBOR "solc": the compiler's metadata
    assert len(content["deployedBytecode"]) // 2 - 1 <= EIP170


@pytest.fixture(scope="module")
def compiled_by_ape(project: LocalProject) -> LocalProject:
    """All sources, compiled together: Ape else compiles only those that changed since the last run,
    and via-IR may number things by the sources that it is given.
    """
    project.load_contracts(use_cache=False)
    return project


@pytest.mark.parametrize("name", build_artifacts.CONTRACTS)
def test_artifact_when_compared_with_apes_own_compilation_then_differs_in_metadata_only(
    compiled_by_ape: LocalProject, name: str
) -> None:
    compiled = compiled_by_ape.get_contract(name).contract_type.runtime_bytecode.bytecode
    runtime = bytes.fromhex(str(compiled).removeprefix("0x"))
    length = int.from_bytes(runtime[-2:], "big") + 2
    code, separator = runtime[: -length - 1], runtime[-length - 1]
    assert separator == INVALID  # solc separates code and metadata so
    assert "0x" + code.hex() == artifact(name)["deployedBytecode"]


@pytest.mark.parametrize("name", build_artifacts.CONTRACTS)
def test_errors_and_events_when_hashed_then_never_collide(name: str) -> None:
    found = [each for each in artifact(name)["abi"] if each["type"] in {"error", "function"}]
    selectors = [keccak(text=signature(each))[:4] for each in found]
    assert len(set(selectors)) == len(selectors)


@pytest.mark.parametrize("name", build_artifacts.CONTRACTS)
def test_errors_when_a_contract_can_throw_them_then_a_test_expects_each_by_its_name(
    name: str,
) -> None:
    tests = "".join(path.read_text("utf-8") for path in Path(__file__).parent.glob("test_*.py"))
    errors = {each["name"] for each in artifact(name)["abi"] if each["type"] == "error"}
    ours = {each for each in errors if "_" in each}
    assert {each for each in ours if f'"{each}"' not in tests} == set()


def signature(item: dict[str, Any]) -> str:
    """Return the signature of an item of an ABI."""

    def kind(each: dict[str, Any]) -> str:
        inner = ",".join(kind(part) for part in each.get("components", []))
        return f"({inner}){each['type'][5:]}" if inner else str(each["type"])

    return f"{item['name']}({','.join(kind(each) for each in item['inputs'])})"


def lines(layout: list[dict[str, Any]], prefix: str = "") -> list[str]:
    """Write a layout as one line per variable: slot, offset, bytes, name, type."""
    found = []
    for each in layout:
        place = f"{each['slot']}.{each['offset']} {each['bytes']}"
        found.append(f"{prefix}{place} {each['label']}: {each['type']}")
        found += lines(each.get("members", []), f"{prefix}  ")
    return found
