# SPDX-License-Identifier: Apache-2.0
"""Test the contracts with Forge: the campaigns of random calls at length, or every test once.

    .venv/bin/python -m scripts.fuzz [--only NAME] [--runs N] [--depth N] [--seed N]
    .venv/bin/python -m scripts.fuzz --all

The campaigns are `tests/contracts/forge/Invariant*.t.sol`. Each run of one begins anew and adds a
line to a file below `.cache/fuzz`: how often which function was accepted and refused. Here the
lines are added up: a function that was hardly ever accepted is not tested, and fails the campaigns.

Forge succeeds when it finds no test. So this counts: every file must have run, and at least as
many tests as the files define.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PROJECT: Final = Path(__file__).resolve().parent.parent
TESTS: Final = PROJECT / "tests" / "contracts" / "forge"
COUNTS: Final = PROJECT / ".cache" / "fuzz"
RUNS: Final = 10_000
DEPTH: Final = 30
LEAST: Final = 500  # accepted calls of every function in so many runs
SHORT_SEED: Final = 1
NOTE: Final = "note "  # begins the name of what is only printed

# Every test once, in every `make test`: compiled in seconds and not in minutes. What the optimizer
# makes of the contracts is tested with Ape, and by the campaigns at length.
QUICK: Final = {
    "FOUNDRY_OPTIMIZER": "false",
    "FOUNDRY_VIA_IR": "false",
    "FOUNDRY_CODE_SIZE_LIMIT": "1000000",  # handlers that carry the contracts with them
    "FOUNDRY_OUT": ".forge/quick/out",
    "FOUNDRY_CACHE_PATH": ".forge/quick/cache",
}

# Handlers are called with seeds, which they hash: what Forge finds in bytecode and storage would be
# dice like any other, and to collect it takes a fifth of the time.
PLAIN_DICE: Final = {
    "FOUNDRY_INVARIANT_DICTIONARY_WEIGHT": "0",
    "FOUNDRY_INVARIANT_INCLUDE_STORAGE": "false",
    "FOUNDRY_INVARIANT_INCLUDE_PUSH_BYTES": "false",
}

_TEST = re.compile(r"^\s*function (?:test|invariant_)\w*\(", re.MULTILINE)
_RAN = re.compile(r"^Ran (\d+) tests? for (\S+?):", re.MULTILINE)


@dataclass(slots=True)
class Tally:
    """What the runs of one campaign called."""

    campaign: str
    runs: int = 0
    accepted: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)

    def add(self, line: str) -> None:
        """Add a line `name=accepted/refused;…`; one that has all names and no counts is no run."""
        before = self.accepted.total() + self.refused.total()
        for entry in filter(None, line.strip().split(";")):
            name, counts = entry.split("=")
            accepted, refused = counts.split("/")
            self.accepted[name] += int(accepted)
            self.refused[name] += int(refused)
        self.runs += self.accepted.total() + self.refused.total() > before

    def rare(self, least: int) -> list[str]:
        """Return the functions that were accepted less than `least` times."""
        return [
            name
            for name, count in self.accepted.items()
            if count < least and not name.startswith(NOTE)
        ]

    def rows(self) -> Iterable[str]:
        """Return a line per function."""
        yield f"\n{self.campaign}: {self.runs:,} runs"
        yield f"  {'':32}{'accepted':>12}{'refused':>12}"
        for name, count in self.accepted.items():
            yield f"  {name.removeprefix(NOTE):32}{count:12,}{self.refused[name]:12,}"


def read_counts(folder: Path) -> list[Tally]:
    """Add up the files of all campaigns."""
    tallies = []
    for path in sorted(folder.glob("*.txt")):
        tally = Tally(path.stem)
        for line in path.read_text("utf-8").splitlines():
            tally.add(line)
        tallies.append(tally)
    return tallies


def missing(output: str, files: Sequence[Path]) -> list[str]:
    """Return what did not run, of the files that had to.

    Args:
        output: What Forge printed.
        files: The test files, below the project's folder.

    Returns:
        A sentence per shortcoming; none if every file ran, with all tests that it defines.
    """
    ran: Counter[str] = Counter()
    for count, name in _RAN.findall(output):
        ran[name] += int(count)
    faults = []
    for path in files:
        name = str(path.relative_to(PROJECT))
        defined = len(_TEST.findall(path.read_text("utf-8")))
        if ran[name] < max(defined, 1):
            faults.append(f"{name} defines {defined} tests, and {ran[name]} ran")
    return faults


def forge(words: Sequence[str], environment: dict[str, str]) -> tuple[int, str]:
    """Run Forge's native program, print what it prints, and return its exit code and output.

    Args:
        words: Its arguments.
        environment: What is added to this process's environment.

    Raises:
        click.ClickException: There is no Forge.
    """
    packages = PROJECT.glob("node_modules/@foundry-rs/forge-*/bin/forge")
    program = next((str(path) for path in packages), shutil.which("forge"))
    if program is None:
        message = "Forge is missing; run setup/bootstrap.sh, or put Foundry's forge on the PATH"
        raise click.ClickException(message)
    lines = []
    with subprocess.Popen(  # noqa: S603 — the pinned tool, and arguments from here
        [program, *words],
        cwd=PROJECT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
    ) as process:
        for line in process.stdout or ():
            sys.stdout.write(line)
            sys.stdout.flush()
            lines.append(line)
    return process.returncode, "".join(lines)


def test(pattern: str, environment: dict[str, str], seed: int) -> None:
    """Run the tests of the files that match, and ask that all of them ran.

    Args:
        pattern: Which files.
        environment: What Forge is told by its environment.
        seed: Where its dice begin.

    Raises:
        click.ClickException: A test failed or did not run.
    """
    words = ["test", "--match-path", f"tests/contracts/forge/{pattern}", "--color", "never"]
    code, output = forge([*words, "--fuzz-seed", hex(seed)], environment)
    if code != 0:
        message = f"Forge failed; the seed was {seed}"
        raise click.ClickException(message)
    faults = missing(output, sorted(TESTS.glob(pattern)))
    if faults or not _RAN.search(output):
        raise click.ClickException("; ".join(faults) or "no test ran")


def campaign(name: str, runs: int, depth: int, seed: int) -> None:
    """Run the campaigns, and ask that they called every function often enough.

    Args:
        name: Which campaign; `*` for all.
        runs: How often each begins anew.
        depth: How many calls a run has; one call may act several times.
        seed: Where the dice begin.

    Raises:
        click.ClickException: A property broke, or a function was hardly ever accepted.
    """
    click.echo(f"{runs:,} runs of {depth} calls each, seed {seed}")
    COUNTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=COUNTS) as folder:
        environment = PLAIN_DICE | {
            "CORRIDOR_FUZZ_COUNTS": folder,
            "FOUNDRY_INVARIANT_RUNS": str(runs),
            "FOUNDRY_INVARIANT_DEPTH": str(depth),
        }
        test(f"Invariant{name}.t.sol", environment, seed)
        report(read_counts(Path(folder)), LEAST * runs * depth // (RUNS * DEPTH))


def report(tallies: Sequence[Tally], least: int) -> None:
    """Print what was called, and ask that nothing was called too rarely.

    Raises:
        click.ClickException: A function was, or nothing was counted.
    """
    for tally in tallies:
        for row in tally.rows():
            click.echo(row)
    rare = [f"{tally.campaign}: {name}" for tally in tallies for name in tally.rare(least)]
    if rare or not tallies:
        found = ", ".join(rare) or "anything"
        raise click.ClickException(f"accepted less than {least} times: {found}")
    click.echo(f"\nEvery function was accepted at least {least:,} times.")


@click.command()
@click.option("--all", "everything", is_flag=True, help="Every test once, the campaigns short.")
@click.option(
    "--only",
    type=click.Choice([path.name[9:-6] for path in sorted(TESTS.glob("Invariant*.t.sol"))]),
    help="One campaign.",
)
@click.option("--runs", type=click.IntRange(min=1), default=RUNS, show_default=True)
@click.option("--depth", type=click.IntRange(min=1), default=DEPTH, show_default=True)
@click.option("--seed", type=click.IntRange(min=0), help="Another one each time by default.")
def main(only: str | None, runs: int, depth: int, seed: int | None, *, everything: bool) -> None:
    """Test the contracts with Forge."""
    if everything:
        test("*.t.sol", QUICK, SHORT_SEED)
    else:
        campaign(only or "*", runs, depth, secrets.randbits(64) if seed is None else seed)


if __name__ == "__main__":
    main()
