# SPDX-License-Identifier: Apache-2.0
"""Measure which lines, branches and functions of the contracts the Forge tests reach: all of them.

    .venv/bin/python -m scripts.coverage

Fails if a test fails, if a contract is not measured, or if what is not reached differs from
`ACCEPTED`. The random campaigns (`Invariant*`) are left out: what is reached must be reached on
purpose.

Forge measures here with its plain code generator, without optimiser. Its `--ir-minimum` cannot: the
compiler's other pipeline finds the stack too deep in TitleRegistry unless it optimises in full, and
optimised code has no lines of its own any more.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

PROJECT: Final = Path(__file__).resolve().parent.parent
_CPU: Final = {"x86_64": "amd64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
# The native binary: the wrapper beside it loses the exit status.
FORGE: Final = (
    PROJECT / f"node_modules/@foundry-rs/forge-{platform.system().lower()}-{_CPU}/bin/forge"
)
WORKPLACE: Final = PROJECT / ".forge" / "coverage"
SKIPPED: Final = '["tests/contracts/forge/fuzz/**", "**/Invariant*", "**/*Handler.sol"]'
MEASURED: Final = re.compile(r"^contracts/(?:libraries/)?\w+\.sol$")
PASSED: Final = re.compile(r"(\d+) tests passed, 0 failed")
# What no test can reach, as `file:line kind`, each with the reason. Nothing, at present.
ACCEPTED: Final[Mapping[str, str]] = {}


@dataclass(slots=True)
class File:
    """What one contract has, and what of it was not reached; a count each of found and reached."""

    lines: list[bool] = field(default_factory=list)
    branches: list[bool] = field(default_factory=list)
    functions: list[bool] = field(default_factory=list)
    missed: set[str] = field(default_factory=set)

    def note(self, kind: str, place: str, *, reached: bool) -> None:
        """Take down one line, branch or function."""
        {"line": self.lines, "branch": self.branches, "function": self.functions}[kind].append(
            reached
        )
        if not reached:
            self.missed.add(f"{place} {kind}")


def measure() -> str:
    """Run the tests under Forge's coverage and return its report, in lcov's format."""
    WORKPLACE.mkdir(parents=True, exist_ok=True)
    listing = WORKPLACE / "lcov.info"
    listing.unlink(missing_ok=True)
    done = subprocess.run(  # noqa: S603 — a binary of the lock file, and no input
        [FORGE, "coverage", "--color", "never", "--report", "lcov", "--report-file", listing],
        cwd=PROJECT,
        env=os.environ
        | {
            "FOUNDRY_OUT": str(WORKPLACE / "out"),
            "FOUNDRY_CACHE_PATH": str(WORKPLACE / "cache"),
            "FOUNDRY_SKIP": SKIPPED,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        text=True,
    )
    passed = PASSED.search(done.stdout)
    if done.returncode != 0 or passed is None or int(passed[1]) == 0:
        lines = [each for each in done.stdout.splitlines() if not each.startswith("[PASS]")]
        raise SystemExit("\n".join(["coverage: the tests do not pass", *lines, done.stderr]))
    print(f"{passed[1]} tests passed")
    return listing.read_text("utf-8")


def read(report: str) -> dict[str, File]:
    """Read a report in lcov's format: `DA:line,times`, `BRDA:line,block,branch,times`, `FNDA`."""
    files: dict[str, File] = {}
    name, functions = "", dict[str, str]()
    for record in report.splitlines():
        tag, _, rest = record.partition(":")
        if tag == "SF":
            name, functions = rest, {}
            files[name] = File()
            continue
        values = rest.split(",")
        reached = values[-1] not in {"0", "-"} if tag == "BRDA" else values[0] != "0"
        if tag == "DA":
            files[name].note("line", f"{name}:{values[0]}", reached=values[1] != "0")
        elif tag == "BRDA":
            files[name].note("branch", f"{name}:{values[0]}", reached=reached)
        elif tag == "FN":
            functions[values[-1]] = values[0]
        elif tag == "FNDA":
            place = f"{name}:{functions[values[1]]}"
            files[name].note("function", place, reached=reached)
    return {name: file for name, file in files.items() if MEASURED.match(name)}


def table(files: Mapping[str, File]) -> Iterable[str]:
    """Lay out the figures, a line for each contract."""
    width = max(map(len, files))
    yield f"{'contract':{width}}  {'lines':>9}  {'branches':>9}  {'functions':>9}"
    for name, file in sorted(files.items()):
        parts = (file.lines, file.branches, file.functions)
        figures = (f"{sum(part)}/{len(part)}" for part in parts)
        yield f"{name:{width}}  " + "  ".join(f"{each:>9}" for each in figures)


def complaints(files: Mapping[str, File]) -> list[str]:
    """Compare what is not reached with `ACCEPTED`, and what is measured with what there is."""
    there = {
        path.relative_to(PROJECT).as_posix()
        for folder in ("contracts", "contracts/libraries")
        for path in (PROJECT / folder).glob("*.sol")
    }
    missed = set[str]().union(*(file.missed for file in files.values()))
    return [
        *(f"not measured: {name}" for name in sorted(there - files.keys())),
        *(f"not reached: {place}" for place in sorted(missed - ACCEPTED.keys())),
        *(f"accepted, but reached: {place}" for place in sorted(ACCEPTED.keys() - missed)),
    ]


def main() -> int:
    """Measure, print the table, and say what is missing."""
    files = read(measure())
    wrong = complaints(files)
    print(*table(files), sep="\n")
    for place, reason in ACCEPTED.items():
        print(f"accepted: {place}: {reason}")
    print(*wrong, sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
