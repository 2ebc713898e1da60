# SPDX-License-Identifier: Apache-2.0
"""The conformance corpus through the command line, on recorded answers: no chain, no network."""

import contextlib
import hashlib
import importlib.util
import io
import json
import subprocess
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path

import pytest

from ledger.cli import main as corridor
from ledger.verification import REASONS, CheckName, Verdict

ROOT = Path(__file__).parents[2]
CORPUS = ROOT / "tests" / "corpus"
STANDALONE = ROOT / "scripts" / "verify_standalone.py"
PACKAGE = "package.corridor.json"
FOLDERS = sorted(CORPUS.glob("[0-9][0-9][0-9]-*"))
NAMES = [folder.name for folder in FOLDERS]
LARGEST = 8 * 2**20
# How many of each exit code are run as processes, too.
PROCESSES = {0: 2, 1: 3, 2: 3, 3: 2, 4: 2}

pytestmark = pytest.mark.slow


def loaded(name, path):
    """A module by its path: nothing here is on the path of imports."""
    spec = importlib.util.spec_from_file_location(name, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


replay = loaded("corpus_replay", CORPUS / "replay.py")
EXPECTED = {
    folder.name: json.loads((folder / "expected.json").read_text("utf-8")) for folder in FOLDERS
}
DISPUTED = sorted(name for name, wanted in EXPECTED.items() if wanted["disputed"])


@pytest.fixture(scope="module")
def node():
    """One server for all cases; what it answers is set for each."""
    recorded = lru_cache(replay.exchanges)

    with replay.serving(None) as server:

        def serve(name):
            answers = recorded(EXPECTED[name]["chain"])
            server.answer = replay.node_for(CORPUS / name, answers)
            return server.url

        yield serve


def words(name, url, folder):
    """The arguments after `verify`, as another implementation would get them, too."""
    made = CORPUS / name / "generate.json"
    package = PACKAGE
    if made.exists():
        package = str(folder / PACKAGE)
        replay.write_made(CORPUS / name, folder / PACKAGE)
    trust = f"../trust/{EXPECTED[name]['trust']}.json"
    return [package, *EXPECTED[name]["arguments"], "--node", url, "--trust", trust, "--json"]


def ran(main, arguments):
    """Exit code and report of a `main(arguments)` in this process."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
        try:
            code = main(arguments)
        except SystemExit as ended:
            code = ended.code
    return int(code), json.loads(out.getvalue()) if out.getvalue().strip() else None


def complaints(name, code, report):
    """What differs from `expected.json`."""
    wanted = EXPECTED[name]
    found = [] if code == wanted["exitCode"] else [f"exit {code}, not {wanted['exitCode']}"]
    if wanted["verdict"] is None or report is None:
        return found + ["a report"] * (wanted["verdict"] is None and report is not None)
    if report["verdict"] != wanted["verdict"]:
        found.append(f"{report['verdict']}, not {wanted['verdict']}")
    for check in report["checks"]:
        state, said = check["state"], {outcome["code"] for outcome in check["outcomes"]}
        if state != wanted["checks"][check["name"]]:
            found.append(f"{check['name']}: {state}, not {wanted['checks'][check['name']]}")
        if not set(wanted["codes"].get(check["name"], ())) <= said:
            found.append(f"{check['name']}: says {sorted(said)}")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_case_gives_its_exit_code_verdict_and_states(name, node, tmp_path, monkeypatch):
    monkeypatch.chdir(CORPUS / name)
    found = complaints(name, *ran(corridor, ["verify", *words(name, node(name), tmp_path)]))
    if name in DISPUTED:
        assert found, "not disputed any more: take the remark out of the table"
        pytest.xfail(EXPECTED[name]["disputed"])
    assert found == []


def sample():
    """The first few cases of every exit code."""
    left = dict(PROCESSES)
    for name in NAMES:
        code = EXPECTED[name]["exitCode"]
        if left[code] and name not in DISPUTED:
            left[code] -= 1
            yield name


@pytest.mark.parametrize("name", sample())
def test_case_gives_the_same_as_a_process(name, node, tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "ledger.cli", "verify", *words(name, node(name), tmp_path)],
        cwd=CORPUS / name,
        capture_output=True,
        check=False,
        timeout=60,
    )
    report = json.loads(done.stdout) if done.stdout else None
    assert complaints(name, done.returncode, report) == []


@pytest.fixture(scope="module")
def second():
    """The second implementation, in this process; few signatures come more than once."""
    if not STANDALONE.exists():
        pytest.skip("scripts/verify_standalone.py is not there yet")
    module = loaded("corpus_standalone", STANDALONE)
    for name in ("recover", "ed25519_verifies", "keccak256"):
        if hasattr(module, name):
            setattr(module, name, lru_cache(4096)(getattr(module, name)))
    return module.run


def brief(code, report):
    if report is None:
        return code, None, None
    checks = {
        item["name"]: (item["state"], sorted(said["code"] for said in item["outcomes"]))
        for item in report["checks"]
    }
    return code, report["verdict"], checks


@pytest.mark.parametrize("name", NAMES)
def test_case_is_judged_alike_by_the_second_implementation(
    name, second, node, tmp_path, monkeypatch
):
    monkeypatch.chdir(CORPUS / name)
    arguments = words(name, node(name), tmp_path)
    first = brief(*ran(corridor, ["verify", *arguments]))
    other = brief(*ran(second, arguments))
    assert other == first


# --- the rules of the corpus -------------------------------------------------------------------


def test_corpus_has_enough_cases_of_every_kind():
    checks = Counter(wanted["check"] for wanted in EXPECTED.values())
    verdicts = Counter(wanted["verdict"] for wanted in EXPECTED.values())
    told = {code for wanted in EXPECTED.values() for code in wanted["codes"].get("title", ())}
    assert len(EXPECTED) >= 150
    assert {code for code in REASONS if code.startswith("title-")} - told == set()
    assert [name for name in (*CheckName, "package") if checks[str(name)] < 8] == []
    assert [name for name in (*Verdict, None) if verdicts[name] < 5] == []


@pytest.mark.parametrize("name", NAMES)
def test_case_is_well_made(name):
    wanted, folder = EXPECTED[name], CORPUS / name
    assert name.endswith("_fail") == (wanted["verdict"] != "AUTHENTIC")
    title, sentence = (folder / "README.md").read_text("utf-8").strip().split("\n\n")
    assert name[4:].removesuffix("_fail") == title.removeprefix("# ")
    assert sentence.endswith(".")
    assert (folder / PACKAGE).exists() != (folder / "generate.json").exists()
    if wanted["checks"] is not None:
        assert list(wanted["checks"]) == [str(check) for check in CheckName]
    if wanted["verdict"] not in (None, "AUTHENTIC"):
        assert wanted["checks"][wanted["check"]] in ("FAILED", "UNKNOWN")


def test_no_two_cases_are_the_same():
    seen, twice = {}, []
    for name, wanted in EXPECTED.items():
        digest = hashlib.sha256(json.dumps([wanted["arguments"], wanted["trust"]]).encode())
        for path in sorted((CORPUS / name).iterdir()):
            if path.name not in ("README.md", "expected.json"):
                digest.update(path.name.encode() + path.read_bytes())
        if digest.digest() in seen:
            twice.append((seen[digest.digest()], name))
        seen[digest.digest()] = name
    assert twice == []


def test_corpus_is_small_enough_to_travel():
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) <= LARGEST
