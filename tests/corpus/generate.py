# SPDX-License-Identifier: Apache-2.0
"""Write the corpus, the same on every machine: `python tests/corpus/generate.py`.

Builds one real chain (Anvil, the contracts), makes every package from real documents, and records
what the node answers. What a case must give is written in its table and never taken from the
library; where the library says otherwise, that is printed, and the tests fail.
"""

import contextlib
import dataclasses
import io
import json
import os
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parents[1]), str(HERE), str(HERE.parents[1] / "scripts")]

import cases_answers  # noqa: E402 — after the path to it
import cases_chain  # noqa: E402 — as above
import cases_content  # noqa: E402 — as above
import cases_currency  # noqa: E402 — as above
import cases_issuer  # noqa: E402 — as above
import cases_log  # noqa: E402 — as above
import cases_match  # noqa: E402 — as above
import cases_proofs  # noqa: E402 — as above
import cases_redaction  # noqa: E402 — as above
import cases_refused  # noqa: E402 — as above
import cases_title  # noqa: E402 — as above
import cases_title_told  # noqa: E402 — as above
import verify_standalone  # noqa: E402 — as above
from chain_world import Options, World, deployed, log_signer  # noqa: E402 — as above
from edits import AUTHENTIC, Case, base_of  # noqa: E402 — as above
from events import happen  # noqa: E402 — as above
from replay import answer_of, key_of, serving, write_made  # noqa: E402 — as above

from ledger.canonical import canonical_bytes  # noqa: E402 — as above
from ledger.cli import main as corridor  # noqa: E402 — as above
from ledger.localnode import local_node  # noqa: E402 — as above

CHECKS = ("content", "statement", "signature", "log", "anchor")
CHECKS += ("issuer", "validity", "status", "title", "match")
STATES = {"P": "PASSED", "F": "FAILED", "U": "UNKNOWN", "N": "NOT_APPLICABLE"}
CODES = {None: 2, "AUTHENTIC": 0, "ALTERED": 1, "SIGNATURE_INVALID": 1, "NOT_ANCHORED": 1}
CODES |= {"ISSUER_NOT_AUTHORISED": 1, "UNDECIDED": 4}
NOT_CURRENT = 3
PACKAGE, OTHER = "package.corridor.json", "other.corridor.json"
PRETTY = {"indent": 2, "ensure_ascii": False}


def all_cases() -> list[Case]:
    """Every row, with the check that decides it."""
    groups = {"content": [*cases_content.CASES, *cases_redaction.CASES]}
    for module in (cases_proofs, cases_log, cases_chain, cases_issuer, cases_currency, cases_match):
        groups |= module.GROUPS
    groups["statement"] = [*groups["statement"], *cases_title.UNSTATED]
    groups["title"] = [*groups["title"], *cases_title.CASES, *cases_title_told.CASES]
    groups["package"] = cases_refused.CASES
    rows = [dataclasses.replace(c, check=name) for name, group in groups.items() for c in group]
    # Last, so that the others keep their numbers.
    return rows + [dataclasses.replace(c, check="title") for c in cases_answers.CASES]


def trust_files(world: World) -> dict[str, dict]:
    """The trust file of the first ledger, and what becomes of it."""
    main, two = world.one.trust.json(), world.two.trust.json()["ledgers"][0]
    (one,) = main["ledgers"]
    (log_key,) = main["logKeys"]
    (title,) = one["titles"]
    (second,) = two["titles"]
    retired = {"size": 3, "root": "00" * 32, "block": world.receipts["co"][0].anchor.block_number}
    later = retired | {"block": world.receipts["bill"][0].anchor.block_number}
    wrong, middle = "0x" + "99" * 32, "2026-02-04T09:01:00Z"
    witness = {"vkey": str(log_signer(key="other").verifier), "from": middle, "to": None}

    def ledger(**changes):
        return main | {"ledgers": [one | changes]}

    return {
        "main": main,
        "stale": main | {"maxHeadAgeSeconds": 1},
        "depth": main | {"finality": "depth:8"},
        "instant": main | {"finality": "instant"},
        "both": main | {"ledgers": [one, two]},
        "two-only": main | {"ledgers": [two]},
        "two-first": main | {"ledgers": [two, one]},
        "retired": ledger(retired=retired),
        "retired-later": ledger(retired=later),
        "no-titles": ledger(titles=[]),
        "title-code": ledger(titles=[title | {"codeHash": wrong}]),
        "title-of-two": ledger(titles=[second]),
        "title-no-contract": ledger(titles=[title | {"address": "0x" + "ab" * 20}]),
        "titles-two": ledger(titles=[second, title]),
        "title-deployed-later": ledger(titles=[title | {"deployBlock": world.final_number()}]),
        "other-chain": main | {"chainId": 1338},
        "other-genesis": main | {"genesisHash": wrong},
        "log-code": ledger(log=one["log"] | {"codeHash": wrong}),
        "status-code": ledger(statuses=[one["statuses"][0] | {"codeHash": wrong}]),
        "registry-of-two": ledger(parties=two["parties"]),
        "log-key-ended": main | {"logKeys": [log_key | {"to": middle}]},
        "log-key-later": main | {"logKeys": [log_key | {"from": "2026-03-01T00:00:00Z"}]},
        "log-key-rotated": main | {"logKeys": [log_key, witness]},
        "no-log-keys": main | {"logKeys": []},
        "no-statuses": ledger(statuses=[]),
        "unknown-member": main | {"comment": "x"},
    }


def expected_of(case: Case) -> dict:
    checks = None
    if case.verdict is not None:
        checks = dict.fromkeys(CHECKS, "PASSED")
        checks |= dict.fromkeys(("validity", "title", "match"), "NOT_APPLICABLE")
        for change in filter(None, case.states.split(", ")):
            name, letter = change.split(" ")
            checks[name] = STATES[letter]
    return {
        "check": case.check,
        "exitCode": CODES.get(case.verdict, NOT_CURRENT),
        "verdict": case.verdict,
        "checks": checks,
        "codes": case.codes,
        "arguments": list(case.arguments),
        "trust": case.trust,
        "chain": "main",
        "disputed": case.disputed or None,
    }


def package_bytes(made) -> bytes:
    """As the ledger writes it; what it refuses to write, as any JSON writer does."""
    try:
        return canonical_bytes(made) + b"\n"
    except Exception:  # noqa: BLE001 — packages that break the rules are the point
        return json.dumps(made, ensure_ascii=False, sort_keys=True).encode() + b"\n"


def write_case(case: Case, world: World, folder: Path) -> None:
    folder.mkdir(parents=True)
    made = base_of(case.base, world)
    if case.edit is not None:
        made = case.edit(made, world)
    raw = package_bytes(made)
    if case.recipe is not None:
        parts = case.recipe(raw.decode())
        (folder / "generate.json").write_text(json.dumps(parts, **PRETTY) + "\n", "utf-8")
    else:
        if case.text is not None:
            changed = case.text(raw.decode())
            raw = changed if isinstance(changed, bytes) else changed.encode()
        (folder / PACKAGE).write_bytes(raw)
    for name, held in case.files.items():
        (folder / name).write_bytes(held)
    if case.other is not None:
        (folder / OTHER).write_bytes(package_bytes(base_of(case.other, world)))
    if callable(case.node):
        case.node = case.node(world)
    if case.node:
        (folder / "node.json").write_text(json.dumps(list(case.node), **PRETTY) + "\n", "utf-8")
    (folder / "expected.json").write_text(json.dumps(expected_of(case), **PRETTY) + "\n", "utf-8")
    (folder / "README.md").write_text(f"# {case.slug}\n\n{case.sentence}\n", "utf-8")


def run_case(main, case: Case, folder: Path, url: str) -> tuple[int, dict | None]:
    """Through a command line, from within the case's folder."""
    package, made = folder / PACKAGE, case.recipe is not None
    if made:
        write_made(folder, package)
    out, cwd = io.StringIO(), Path.cwd()
    os.chdir(folder)
    try:
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(io.StringIO()):
            trust = f"../trust/{case.trust}.json"
            words = [PACKAGE, *case.arguments, "--node", url, "--trust", trust, "--json"]
            code = main(words)
    finally:
        os.chdir(cwd)
        if made:
            package.unlink()
    return int(code), json.loads(out.getvalue()) if out.getvalue() else None


def by_library(words):
    return corridor(["verify", *words])


def differences(case: Case, code: int, report: dict | None) -> list[str]:
    wanted = expected_of(case)
    found = [] if code == wanted["exitCode"] else [f"exit {code}, not {wanted['exitCode']}"]
    if report is None or wanted["checks"] is None:
        return found
    if report["verdict"] != wanted["verdict"]:
        found.append(f"{report['verdict']}, not {wanted['verdict']}")
    for check in report["checks"]:
        name, said = check["name"], {outcome["code"] for outcome in check["outcomes"]}
        if check["state"] != wanted["checks"][name]:
            found.append(f"{name} {check['state']} {said}, not {wanted['checks'][name]}")
        if not set(wanted["codes"].get(name, ())) <= said:
            found.append(f"{name} says {said}, not {wanted['codes'][name]}")
    return found


def record(cases: list[Case], folders: list[Path], world: World) -> dict:
    """Run every case against the real node, through both verifiers, and keep what was answered."""
    kept: dict[str, dict] = {}
    with serving(None) as server:
        for case, folder in zip(cases, folders, strict=True):

            def answer(method, params, case=case):
                found = answer_of(method, params, {}, case.node)
                if found.get("error", {}).get("code") != -32001:
                    return found
                item = {"method": method, "params": params}
                if key_of(method, params) not in kept:
                    kept[key_of(method, params)] = item | {
                        "result": world.anvil.call(method, *params)
                    }
                return kept[key_of(method, params)]

            server.answer = answer
            for main in (by_library, verify_standalone.run):
                code, report = run_case(main, case, folder, server.url)
                for line in differences(case, code, report):
                    mark = " (disputed)" if case.disputed else ""
                    print(f"{main.__module__}: {folder.name}: {line}{mark}")  # noqa: T201 — a command
    return kept


def clear() -> None:
    for folder in HERE.glob("[0-9][0-9][0-9]-*"):
        shutil.rmtree(folder)
    for name in ("trust", "chains"):
        shutil.rmtree(HERE / name, ignore_errors=True)
        (HERE / name).mkdir()


def main() -> None:
    cases = all_cases()
    with local_node(Options(block_seconds=None)) as anvil:
        world = happen(deployed(anvil))
        clear()
        for name, trust in trust_files(world).items():
            (HERE / "trust" / f"{name}.json").write_text(json.dumps(trust, indent=2) + "\n")
        folders = []
        for number, case in enumerate(cases, 1):
            fails = "" if case.verdict == AUTHENTIC else "_fail"
            folders.append(HERE / f"{number:03}-{case.slug}{fails}")
            write_case(case, world, folders[-1])
        kept = record(cases, folders, world)
    lines = ",\n".join(json.dumps(kept[key], sort_keys=True) for key in sorted(kept))
    (HERE / "chains" / "main.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
