# SPDX-License-Identifier: Apache-2.0
"""Let Slither read the contracts; every finding of medium impact or above needs an answer.

    .venv/bin/python -m scripts.slither

The answers stand in `docs/static-analysis.md`: below a heading `### detector` a list whose items
begin with the place in question, `Contract.function`, and with how many findings there are if it is
more than one. A finding without an answer fails, and so does an answer without a finding.
`slither.config.json` says what is left out; the page says why.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Final

PROJECT: Final = Path(__file__).resolve().parent.parent
ANSWERS: Final = PROJECT / "docs" / "static-analysis.md"
CACHE: Final = PROJECT / ".cache" / "slither"

# Decoded JSON of Slither: looked into no deeper than a finding's first element.
Json = dict[str, Any]
Finding = tuple[str, str]

_HEADING = re.compile(r"^### `([a-z0-9-]+)`")
_PLACE = re.compile(r"^- `([\w.]+)`(?: × (\d+))?")


def read_answers(page: str) -> Counter[Finding]:
    """Return what the page answers: how many findings of a detector at a place."""
    detector = ""
    answers: Counter[Finding] = Counter()
    for line in page.splitlines():
        if line.startswith("#"):
            heading = _HEADING.match(line)
            detector = heading.group(1) if heading else ""
        elif detector and (place := _PLACE.match(line)):
            answers[detector, place.group(1)] += int(place.group(2) or 1)
    return answers


def read_findings(results: Json) -> dict[Finding, list[str]]:
    """Return what Slither found: detector and place, each finding in its own words."""
    findings: dict[Finding, list[str]] = {}
    for found in results["results"].get("detectors", []):
        key = (found["check"], _place(found["elements"][0]))
        findings.setdefault(key, []).append(found["description"].strip())
    return findings


def analyse() -> Json:
    """Compile the contracts, run Slither and return its answer.

    Raises:
        subprocess.CalledProcessError: They do not compile.
        RuntimeError: Slither failed.
    """
    CACHE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        # Slither reads the syntax tree: what the optimiser would do for a minute changes nothing.
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([*_tool_folders(), os.environ.get("PATH", "")]),
            "FOUNDRY_VIA_IR": "false",
            "FOUNDRY_OPTIMIZER": "false",
            "FOUNDRY_CACHE_PATH": f"{folder}/cache",
        }
        build = ["forge", "build", "contracts", "--build-info", "--out", f"{folder}/out", "--quiet"]
        subprocess.run(build, cwd=PROJECT, env=environment, check=True)  # noqa: S603 — the pinned tool
        analysis = ["slither", ".", "--json", f"{folder}/found.json"]
        analysis += ["--foundry-out-directory", f"{folder}/out"]
        done = subprocess.run(  # noqa: S603 — the pinned tool, which exits with an error if it finds anything
            analysis, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )
        found = Path(folder, "found.json")
        results: Json = json.loads(found.read_bytes()) if found.exists() else {}
    if not results.get("success"):
        raise RuntimeError(f"Slither failed: {results.get('error') or done.stderr.strip()}")
    return results


def main() -> int:
    """Compare findings and answers; print the difference."""
    findings = read_findings(analyse())
    answers = read_answers(ANSWERS.read_text("utf-8"))
    name = ANSWERS.relative_to(PROJECT)
    counts = Counter({key: len(found) for key, found in findings.items()})
    for detector, place in sorted(counts - answers):
        print(f"{name} has too few answers for {detector} at {place}; Slither says:")
        print(*(f"  {words}" for words in findings[detector, place]), sep="\n")
    for detector, place in sorted(answers - counts):
        print(f"{name} has too many answers for {detector} at {place}")
    if counts != answers:
        return 1
    print(f"Slither: {counts.total()} findings of medium impact or above, all answered in {name}")
    return 0


def _place(element: Json) -> str:
    """Return an element's name below the names of what it is in, up to the contract."""
    parent = element.get("type_specific_fields", {}).get("parent")
    inside = _place(parent) + "." if parent and parent["type"] != "file" else ""
    return inside + str(element["name"])


def _tool_folders() -> list[str]:
    """Return where Slither is, and Forge's own program: the wrapper loses the exit status."""
    packages = sorted(str(path) for path in PROJECT.glob("node_modules/@foundry-rs/forge-*/bin"))
    if not packages and not shutil.which("forge"):
        raise RuntimeError("Forge is missing; run setup/bootstrap.sh, or put forge on the PATH")
    return [str(Path(sys.executable).parent), *packages]


if __name__ == "__main__":
    sys.exit(main())
