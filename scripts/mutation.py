# SPDX-License-Identifier: Apache-2.0
"""Change a contract in every small way, and see whether its Forge tests notice.

    .venv/bin/python -m scripts.mutation CONTRACT [--jobs 2] [--timeout 120] [--fresh]

The changes (mutants) are those of all mutators of Slither's `slither-mutate`, every comparison and
logical operator replaced by every other, and numbers and operations of assembly replaced, too. The
command itself changes the contracts of the checkout, cannot go on where it was stopped, and
compiles the project twice for each mutant, which takes twenty times as long; so this asks its
mutators, and tests each mutant in a copy of the project below `.cache/mutation/CONTRACT`. There
`results.jsonl` gets a line for each: a second run goes on, and asks again only about mutants that
survived other tests than those of today. `--fresh` forgets all of it.

The tests make their contracts by name from Forge's output (`vm.getCode`). So a mutant is compiled
by a compiler that is kept running, without optimiser, and its bytecode put there: nothing else is
compiled again. A mutant that does not compile is none. One whose tests take too long is not counted
as caught.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Final

from scripts.coverage import FORGE, PROJECT
from scripts.mutants import Mutant, mutants_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CACHE: Final = PROJECT / ".cache" / "mutation"
TESTS: Final = "tests/contracts/forge"
WANTED_CAUGHT: Final = 0.9
# Which tests are to notice, and the contracts that have the changed code in them.
SUITES: Final = {
    "DocumentLog": ("DocumentLog*", "contracts/DocumentLog.sol"),
    "DocumentStatus": ("DocumentStatus*", "contracts/DocumentStatus.sol"),
    "LedgerLens": ("LedgerLens*", "contracts/LedgerLens.sol"),
    "MerkleLog": ("MerkleLog*", "contracts/test/MerkleLogHarness.sol"),
    "PartyRegistry": ("PartyRegistry*", "contracts/PartyRegistry.sol"),
    "PartyRoles": (
        "PartyRegistryRoles*",
        "contracts/PartyRegistry.sol",
        f"{TESTS}/support/RolesHarness.sol",
    ),
    "RelayedActs": ("DocumentStatus*", "contracts/DocumentStatus.sol"),
    "RunningHead": ("RunningHead*", f"{TESTS}/support/HeadHarness.sol"),
    "TitleRegistry": ("Title*", "contracts/TitleRegistry.sol"),
    "TitleRules": ("Title*", "contracts/TitleRegistry.sol"),
    "TitleToken": ("TitleToken*", "contracts/TitleRegistry.sol"),
}
PASSED: Final = re.compile(r"[1-9]\d* tests passed, 0 failed")
FAILED: Final = re.compile(r"[1-9]\d* failed")
QUICK: Final = {
    "FOUNDRY_GAS_LIMIT": "200000000",  # a mutant that never ends is ended soon
    "FOUNDRY_OPTIMIZER": "false",
    "FOUNDRY_VIA_IR": "false",
}


@dataclass(frozen=True, slots=True)
class Result:
    """What became of a mutant: `caught`, `survived`, `too slow` or `invalid`."""

    key: str
    suite: str
    verdict: str
    mutator: str
    line: int
    old: str
    new: str


class Bench:
    """One copy of the project with one contract's tests, and a compiler for the mutants."""

    def __init__(self, tree: Path, subject: Subject) -> None:
        self.tree = tree
        self.targets = [f"{path}:{Path(path).stem}" for path in SUITES[subject.contract][1:]]
        shutil.rmtree(tree, ignore_errors=True)
        for folder in ("contracts", "scripts/solc", f"{TESTS}/support"):
            shutil.copytree(PROJECT / folder, tree / folder)
        for path in (PROJECT / "foundry.toml", *subject.tests):
            shutil.copy(path, tree / path.relative_to(PROJECT))
        (tree / "node_modules").symlink_to(PROJECT / "node_modules")
        program = ("node", f"{PROJECT}/scripts/mutation.cjs", f"{subject.file}", *self.targets)
        self._compiler = subprocess.Popen(  # noqa: S603 — our own script, no shell
            program,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        as_it_is = self.test(None)
        self._freeze()
        if (as_it_is, self.judge(subject.source, None)) != ("survived", "survived"):
            raise SystemExit(f"mutation: the tests of {subject.contract} fail without any change")

    def _freeze(self) -> None:
        """Let Forge's own compiler only tell its version, which it is asked at every start."""
        shim = self.tree / "scripts" / "solc" / "solc-v0.8.37"
        told = subprocess.check_output([shim, "--version"], text=True)  # noqa: S603 — our own script
        shim.write_text(f"#!/bin/sh\n[ \"$*\" = --version ] && echo '{told.strip()}'\n", "utf-8")

    def judge(self, source: bytes, timeout_seconds: int | None) -> str:
        """Compile a source and run the tests over it; see `Result`."""
        assert self._compiler.stdin is not None  # noqa: S101 — for mypy: it is a pipe
        assert self._compiler.stdout is not None  # noqa: S101 — for mypy: it is a pipe
        self._compiler.stdin.write(json.dumps(source.decode()) + "\n")
        self._compiler.stdin.flush()
        codes: dict[str, str] | None = json.loads(self._compiler.stdout.readline())
        if codes is None:
            return "invalid"
        for target, code in codes.items():
            file, name = target.split(":")
            artifact = self.tree / ".forge" / "out" / Path(file).name / f"{name}.json"
            content = json.loads(artifact.read_bytes())
            content["bytecode"]["object"] = code
            artifact.write_text(json.dumps(content), "utf-8")
        return self.test(timeout_seconds)

    def test(self, timeout_seconds: int | None) -> str:
        """Run the tests over what is compiled."""
        try:
            done = subprocess.run(  # noqa: S603 — a binary of the lock file, and no input
                [FORGE, "test", "--fail-fast", "--color", "never"],
                cwd=self.tree,
                env=os.environ | QUICK,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                text=True,
                timeout=timeout_seconds,
            )
        except subprocess.TimeoutExpired:
            return "too slow"
        passed, failed = (pattern.search(done.stdout) for pattern in (PASSED, FAILED))
        if (passed is None) == (failed is None):
            raise SystemExit(f"mutation: not a run of tests\n{done.stdout}{done.stderr}")
        return "caught" if failed else "survived"

    def close(self) -> None:
        """End the compiler."""
        self._compiler.terminate()
        self._compiler.wait()


class Subject:
    """A contract, its tests, its mutants, and what became of them."""

    def __init__(self, contract: str) -> None:
        self.contract = contract
        self.folder = CACHE / contract
        (found,) = (PROJECT / "contracts").rglob(f"{contract}.sol")
        self.file = found.relative_to(PROJECT)
        self.source = found.read_bytes()
        self.tests = sorted((PROJECT / TESTS).glob(f"{SUITES[contract][0]}.t.sol"))
        support = sorted((PROJECT / TESTS / "support").glob("*.sol"))
        self.suite = _digest(*(path.read_bytes() for path in (*self.tests, *support)))

    def known(self) -> dict[str, Result]:
        """Return the results of earlier runs that still hold."""
        path = self.folder / "results.jsonl"
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
        results = [Result(**json.loads(line)) for line in lines]
        lasting = {"caught", "invalid"}
        return {
            each.key: each
            for each in results
            if each.verdict in lasting or each.suite == self.suite
        }

    def run(
        self, mutants: dict[str, Mutant], benches: Sequence[Bench], timeout_seconds: int
    ) -> Iterator[Result]:
        """Judge mutants, one on each bench at a time, and write each result down."""
        free: SimpleQueue[Bench] = SimpleQueue()
        for bench in benches:
            free.put(bench)

        def judge(key: str, mutant: Mutant) -> Result:
            bench = free.get()
            try:
                verdict = bench.judge(mutant.applied(self.source), timeout_seconds)
            finally:
                free.put(bench)
            told = (mutant.mutator, mutant.line, mutant.old, mutant.new)
            return Result(key, self.suite, verdict, *told)

        with ThreadPoolExecutor(len(benches)) as pool:
            for future in as_completed([pool.submit(judge, *each) for each in mutants.items()]):
                with (self.folder / "results.jsonl").open("a", encoding="utf-8") as file:
                    file.write(json.dumps(asdict(future.result())) + "\n")
                yield future.result()


def _digest(*parts: bytes) -> str:
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def report(subject: Subject, results: Sequence[Result]) -> int:
    """Print the figures and who survived; returns the exit code."""
    verdicts = Counter(each.verdict for each in results)
    total = len(results) - verdicts["invalid"]
    for each in sorted(results, key=lambda one: (one.line, one.mutator, one.new)):
        if each.verdict in {"survived", "too slow"}:
            place = f"{subject.file}:{each.line}"
            print(f"{each.verdict}: {place} [{each.mutator}] {each.old!r} -> {each.new!r}")
    kinds = Counter(each.mutator for each in results if each.verdict != "invalid")
    print("mutators:", ", ".join(f"{name} {count}" for name, count in sorted(kinds.items())))
    share = verdicts["caught"] / total if total else 0.0
    print(
        f"{subject.contract}: {total} mutants, {verdicts['caught']} caught ({share:.1%}), "
        f"{verdicts['survived']} survived, {verdicts['too slow']} too slow; "
        f"{verdicts['invalid']} more did not compile"
    )
    return 0 if share >= WANTED_CAUGHT else 1


def main(arguments: list[str] | None = None) -> int:
    """Run the mutants of one contract; 1 if less than nine in ten are caught."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("contract", choices=sorted(SUITES))
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    parser.add_argument("--timeout", type=int, default=120, help="seconds for one mutant")
    parser.add_argument("--fresh", action="store_true", help="forget earlier results")
    options = parser.parse_args(arguments)

    subject = Subject(options.contract)
    if options.fresh:
        shutil.rmtree(subject.folder, ignore_errors=True)
    benches = [Bench(subject.folder / f"tree-{n}", subject) for n in range(options.jobs)]
    mutants = mutants_of(subject.contract, subject.file, subject.folder / "slither")
    known = {key: result for key, result in subject.known().items() if key in mutants}
    left = {key: mutant for key, mutant in mutants.items() if key not in known}
    print(f"{subject.contract}: {len(mutants)} mutants, {len(left)} to be tested", flush=True)
    results = list(known.values())
    try:
        for result in subject.run(left, benches, options.timeout):
            results.append(result)
            print(f"{len(results)}/{len(mutants)} line {result.line} {result.verdict}", flush=True)
    finally:
        for bench in benches:
            bench.close()
    return report(subject, results)


if __name__ == "__main__":
    sys.exit(main())
