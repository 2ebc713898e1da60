# SPDX-License-Identifier: Apache-2.0
"""The rules of the house that no linter knows.

Each rule is a function from a path and its text to what is wrong with it, so that the tests below
can show it a file that breaks it: a rule that nothing can break guards nothing.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LONGEST_FILE_LINES = 300
LONGER_FILES = {"verify_standalone.py": 2200}  # one file by purpose: docs/adr/0014
VAGUE_NAMES = {"utils", "util", "helpers", "helper", "base", "common", "manager", "misc", "core"}
LICENCE = "SPDX-License-Identifier: Apache-2.0"
COMMENT_SIGN = {".py": "#", ".sol": "//"}
# Written in pieces: this file is read by its own rules.
UNEXPLAINED = re.compile(r"#\s*(?:no" r"qa|type:\s*ig" r"nore)(?!.* — \S)")
REGISTRIES = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("registry", "npmjs", "org"),
            ("registry", "yarnpkg", "com"),
            ("pypi", "org"),
            ("files", "detsohnohtyp"[::-1], "org"),
            ("deb", "debian", "org"),
            ("security", "debian", "org"),
            ("index", "crates", "io"),
        )
    ),
    re.IGNORECASE,
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.:/~-])/" + r"(?:root|home|Users|work)" + r"/[\w.-]+",
)
# The folders where git is not at hand: a copy of the source without its history.
UNTRACKED = {
    ".venv",
    "node_modules",
    ".ape",
    ".build",
    ".forge",
    ".cache",
    "build",
    "dist",
    ".git",
    "__pycache__",
}


def project_files():
    """Every file that is committed, or would be."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listing.returncode == 0 and listing.stdout:
        names = [ROOT / name for name in listing.stdout.split("\0") if name]
    else:
        names = [
            path
            for path in ROOT.rglob("*")
            if not UNTRACKED & set(path.relative_to(ROOT).parts)
            and not any(
                part.endswith(("_cache", ".egg-info")) for part in path.relative_to(ROOT).parts
            )
        ]
    return sorted(path for path in names if path.is_file())


FILES = project_files()


def files(*suffixes, under=("",)):
    """The project's files with one of these endings, below one of these folders."""
    return [
        pytest.param(path, id=path.relative_to(ROOT).as_posix())
        for path in FILES
        if path.suffix in suffixes
        and any(path.relative_to(ROOT).as_posix().startswith(folder) for folder in under)
    ]


def is_too_long(path, text):
    return len(text.splitlines()) > LONGER_FILES.get(path.name, LONGEST_FILE_LINES)


def is_vaguely_named(path, _text):
    return path.stem.strip("_").lower() in VAGUE_NAMES


def breaks_a_rule_without_saying_why(_path, text):
    return any(UNEXPLAINED.search(line) for line in text.splitlines())


def lacks_its_licence(path, text):
    """The first line, or the second where the first says what runs the file."""
    lines = [line for line in text.splitlines()[:2] if not line.startswith("#!")]
    return lines[:1] != [f"{COMMENT_SIGN[path.suffix]} {LICENCE}"]


def names_a_registry(_path, text):
    return REGISTRIES.search(text) is not None


def names_a_place_on_some_machine(_path, text):
    return MACHINE_PATHS.search(text) is not None


CODE = files(".py", under=("ledger/", "api/", "scripts/"))
PYTHON = files(".py")


@pytest.mark.parametrize("path", CODE)
def test_code_is_short_and_well_named(path):
    assert not is_too_long(path, path.read_text("utf-8"))
    assert not is_vaguely_named(path, "")


@pytest.mark.parametrize("path", PYTHON)
def test_exception_to_a_rule_says_why(path):
    assert not breaks_a_rule_without_saying_why(path, path.read_text("utf-8"))


@pytest.mark.parametrize("path", files(".py", ".sol"))
def test_source_file_starts_with_its_licence(path):
    assert not lacks_its_licence(path, path.read_text("utf-8"))


def test_no_file_names_a_registry_or_a_place_on_some_machine():
    guilty = []
    for path in FILES:
        text = path.read_bytes().decode("utf-8", errors="replace")
        guilty += [
            f"{path.relative_to(ROOT)}: {rule.__name__}"
            for rule in (names_a_registry, names_a_place_on_some_machine)
            if rule(path, text)
        ]
    assert guilty == []


def test_locks_name_versions_and_hashes_and_no_addresses():
    """Whoever installs decides where packages come from; the hash decides what they are."""
    npm = json.loads((ROOT / "package-lock.json").read_text("utf-8"))["packages"]
    assert all("resolved" not in package for package in npm.values())
    assert all("integrity" in package for name, package in npm.items() if name)
    for lock in (ROOT / "requirements.txt", *(ROOT / "setup").glob("*.in")):
        lines = lock.with_suffix(".txt").read_text("utf-8").splitlines()
        entries = [line for line in lines if "==" in line]
        assert entries
        assert not [line for line in lines if line.startswith("-") or "://" in line]
        assert all(entry.endswith("\\") for entry in entries), "an entry without a hash"


def test_built_contracts_are_part_of_the_package():
    """The wheel brings what it deploys and decodes; nobody needs a compiler to verify."""
    artifacts = sorted((ROOT / "ledger" / "chain" / "artifacts").glob("*.json"))
    sources = [path.read_text("utf-8") for path in (ROOT / "contracts").glob("*.sol")]
    contracts = set(re.findall(r"^contract (\w+)", "\n".join(sources), re.MULTILINE))
    assert contracts
    assert contracts <= {path.stem for path in artifacts}
    for path in artifacts:
        json.loads(path.read_text("utf-8"))


def test_verifying_path_loads_no_library_that_it_can_do_without():
    """pyproject.toml, [tool.importlinter]: these cost a customs officer a second at every start."""
    heavy = "web3 eth_account eth_abi eth_utils sqlalchemy fastapi pydantic requests httpx"
    program = (
        "import sys, ledger.wiring_verifier;"
        f"print(*sorted(set({heavy!r}.split()) & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, check=True, text=True
    )
    assert loaded.stdout.split() == []


DASH = " — "
HASH = "#"


@pytest.mark.parametrize(
    ("rule", "name", "bad", "good"),
    [
        (is_too_long, "a.py", "x\n" * 301, "x\n" * 300),
        (breaks_a_rule_without_saying_why, "a.py", f"x  {HASH} noqa: S101", "x  # a remark"),
        (
            breaks_a_rule_without_saying_why,
            "a.py",
            f"x  {HASH} type: ignore[arg-type]",
            f"x  {HASH} type: ignore[arg-type]  {HASH}{DASH}the stub is wrong",
        ),
        (lacks_its_licence, "a.py", "import os\n", f"# {LICENCE}\nimport os\n"),
        (lacks_its_licence, "a.py", "", f"#!/usr/bin/env python3\n# {LICENCE}\n"),
        (lacks_its_licence, "a.sol", "pragma solidity 0.8.37;", f"// {LICENCE}\npragma"),
        (names_a_registry, "a.txt", "https://" + "pypi" + ".org/simple", "on PyPI"),
        (names_a_registry, "a.txt", "files." + "python" + "hosted.org", "a wheel"),
        (names_a_place_on_some_machine, "a.md", "cd /" + "home/ada/code", "cd code"),
        (names_a_place_on_some_machine, "a.md", '"/' + 'root/.venv"', "https://host/root/x"),
    ],
)
def test_rule_finds_what_breaks_it_and_nothing_else(rule, name, bad, good):
    assert rule(Path(name), bad)
    assert not rule(Path(name), good)


@pytest.mark.parametrize("name", sorted(VAGUE_NAMES))
def test_vague_name_is_found_and_whole_word_is_not(name):
    assert is_vaguely_named(Path(f"_{name}.py"), "")
    assert not is_vaguely_named(Path(f"{name}_of_proofs.py"), "")


def test_rules_are_shown_files():
    """An empty list of files would pass every rule."""
    assert len(CODE) > 0
    assert len(FILES) > len(PYTHON) > len(CODE)
