# SPDX-License-Identifier: Apache-2.0
"""Compile the contracts into what the service deploys and calls: `ledger/chain/artifacts`.

    .venv/bin/python -m scripts.build_artifacts [--check]

`--check` writes nothing, compares byte for byte and exits with 1 on a difference.

The compiler's settings stand in `ape-config.yaml`, in one place; to them this adds what Ape cannot
say: no metadata in the bytecode, so that it depends on nothing but the code (Ape's own bytecode
differs by exactly that; `tests/contracts/test_artifacts.py` compares the rest). Every contract is
compiled alone, with what it imports, because via-IR may number things by all sources it is given:
another contract added to the project must not change those that are deployed. All names are
relative to the project, so that any checkout gives the same bytes.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

import yaml
from solcx import compile_standard

PROJECT: Final = Path(__file__).resolve().parent.parent
ARTIFACTS: Final = PROJECT / "ledger" / "chain" / "artifacts"
CONTRACTS: Final = (
    "DocumentLog",
    "DocumentStatus",
    "LedgerLens",
    "PartyRegistry",
    "TitleRegistry",
)
REMAPPINGS: Final = ("@openzeppelin/contracts/=node_modules/@openzeppelin/contracts/",)
OUTPUTS: Final = ("abi", "evm.bytecode.object", "evm.deployedBytecode", "storageLayout")

# Decoded JSON: this script moves it from one file to another and never looks deeper than it must.
Json = dict[str, Any]


def compiler_version(project: Path = PROJECT) -> str:
    """Return the compiler's version, as `ape-config.yaml` fixes it."""
    return str(_solidity_config(project)["version"])


def compiler_settings(project: Path = PROJECT) -> Json:
    """Return the settings of the standard JSON input, without the selection of outputs."""
    config = _solidity_config(project)
    return {
        "evmVersion": config["evm_version"],
        "metadata": {"appendCBOR": False, "bytecodeHash": "none"},
        "optimizer": {"enabled": config["optimize"], "runs": config["optimization_runs"]},
        "remappings": list(REMAPPINGS),
        "viaIR": config["via_ir"],
    }


def build(name: str, source: str | None = None, project: Path = PROJECT) -> Json:
    """Compile one contract.

    Args:
        name: The contract's name.
        source: Its file, relative to the project; `contracts/<name>.sol` if not given.
        project: The project's folder; imports of OpenZeppelin resolve to its `node_modules`.

    Returns:
        The artifact.
    """
    source = source or f"contracts/{name}.sol"
    output = compile_standard(
        {
            "language": "Solidity",
            "settings": {
                **compiler_settings(project),
                "outputSelection": {source: {"": [], name: list(OUTPUTS)}},
            },
            "sources": {source: {"content": (project / source).read_text("utf-8")}},
        },
        solc_binary=_compiler(project),
        base_path=project,
    )
    contract = output["contracts"][source][name]
    runtime = contract["evm"]["deployedBytecode"]
    return {
        "abi": contract["abi"],
        "bytecode": "0x" + contract["evm"]["bytecode"]["object"],
        "compiler": {"settings": compiler_settings(project), "version": compiler_version(project)},
        "contractName": name,
        "deployedBytecode": "0x" + runtime["object"],
        "immutableReferences": _immutables(runtime.get("immutableReferences", {})),
        "sourceHashes": {path: _sha256(project / path) for path in sorted(output["sources"])},
        "storageLayout": _layout(contract["storageLayout"]),
    }


def render(artifact: Json) -> bytes:
    """Write an artifact as text: sorted keys, two spaces, a newline at the end."""
    return (json.dumps(artifact, indent=2, sort_keys=True) + "\n").encode()


def build_all(project: Path = PROJECT) -> dict[str, bytes]:
    """Compile all contracts, two at a time; returns file names and their bytes."""
    with ThreadPoolExecutor(max_workers=2) as pool:
        artifacts = list(pool.map(lambda name: build(name, project=project), CONTRACTS))
    return {f"{each['contractName']}.json": render(each) for each in artifacts}


def differences(folder: Path = ARTIFACTS, project: Path = PROJECT) -> list[str]:
    """Compile again and compare byte for byte.

    Args:
        folder: Where the artifacts are.
        project: The project's folder.

    Returns:
        The names of files that are missing, differ, or should not be there.
    """
    wanted = build_all(project)
    found = {path.name: path.read_bytes() for path in folder.glob("*.json")}
    return sorted(name for name in wanted | found if wanted.get(name) != found.get(name))


def main(arguments: list[str] | None = None) -> int:
    """Write the artifacts, or with `--check` compare them.

    Returns:
        The exit code: 1 if `--check` found a difference.
    """
    parser = argparse.ArgumentParser(description="Compile the contracts.")
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    if parser.parse_args(arguments).check:
        changed = differences()
        for name in changed:
            sys.stderr.write(f"{name} is not what the sources compile to\n")
        return 1 if changed else 0
    ARTIFACTS.mkdir(parents=True, exist_ok=True)
    for name, content in build_all().items():
        (ARTIFACTS / name).write_bytes(content)
    return 0


def _solidity_config(project: Path) -> Json:
    config: Json = yaml.safe_load((project / "ape-config.yaml").read_text("utf-8"))["solidity"]
    return config


def _compiler(project: Path) -> Path:
    """Find the compiler: in SOLCX_BINARY_PATH (a native one may be there), else our shim."""
    folder = Path(os.environ.get("SOLCX_BINARY_PATH", project / "scripts" / "solc"))
    return folder / f"solc-v{compiler_version(project)}"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _immutables(references: Json) -> list[dict[str, int]]:
    """Flatten the places of immutables, which the compiler groups by numbers of its own."""
    flat = [place for places in references.values() for place in places]
    return sorted(flat, key=lambda place: place["start"])


def _layout(layout: Json) -> list[Json]:
    """Keep what a state proof needs: names, slots, offsets, types by their names in the source."""
    types: Json = layout["types"] or {}
    return [_variable(each, types) for each in layout["storage"]]


def _variable(variable: Json, types: Json) -> Json:
    kind = types[variable["type"]]
    result = {
        "bytes": int(kind["numberOfBytes"]),
        "label": variable["label"],
        "offset": variable["offset"],
        "slot": int(variable["slot"]),
        "type": kind["label"],
    }
    members = _members(kind, types)
    return result | ({"members": members} if members else {})


def _members(kind: Json, types: Json) -> list[Json]:
    """Find the struct at the bottom of mappings and arrays, if there is one."""
    while "value" in kind or "base" in kind:
        kind = types[kind.get("value") or kind["base"]]
    return [_variable(each, types) for each in kind.get("members", [])]


if __name__ == "__main__":
    sys.exit(main())
