# SPDX-License-Identifier: Apache-2.0
"""The lines of tamper-cases.json as acts: each as its `apply` and `expected` say."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from ledger.cli.demo.acting import Act, Against, Result, judged
from ledger.cli.demo.samples import TamperCase, changed
from ledger.cli.demo.stage import Handed, Stage
from ledger.client import ServiceError
from ledger.errors import ConfigurationError
from ledger.receipts import OpenedContent, Package

__all__ = ["tampered"]

_PARTIES: Final[Mapping[str, tuple[str, str]]] = {
    "bl": ("carrier", "bill-of-lading"),
    "co": ("chamber", "certificate-of-origin"),
}
_NUMBERS: Final[Mapping[str, str]] = {"bl": "/transportDocumentReference", "co": "/id"}


def tampered(stage: Stage, case: TamperCase, held: Mapping[str, Handed]) -> Act:
    """One case; `held` has the genuine documents under `bl` and `co`, once they are handed in."""
    source = stage.samples.bill if case.document == "bl" else stage.samples.certificate
    data = changed(source, case.pointer, case.value, case.replaced)
    if case.apply == "package":
        return _forged(stage, case, data, held)
    if "problem" in case.expected:
        return _reused(stage, case, data, held)
    if "findings" in case.expected:
        return _noticed(stage, case, data)
    return _paired(stage, case, data, held)


def _forged(
    stage: Stage, case: TamperCase, data: dict[str, Any], held: Mapping[str, Handed]
) -> Act:
    def finish(_: object) -> Result:
        package = _altered(stage.package(held[case.document]), data)
        result = judged(stage, _first(case.expected["verdict"]), package)
        return _naming(result, f"({'/data' + case.pointer})")

    return Act(case.name, lambda: None, finish)


def _reused(
    stage: Stage, case: TamperCase, data: dict[str, Any], held: Mapping[str, Handed]
) -> Act:
    """The same number for other content: refused, and the first document is named."""
    want = case.expected["problem"].split(",")[0].removeprefix("409 ")

    def hand_in() -> Result:
        try:
            _hand_in(stage, case, data)
        except ServiceError as error:
            named = str(held[case.document].commitment) in str(error)
            return Result(want, error.problem if named else f"{error.problem}, unnamed", str(error))
        return Result(want, "accepted", "")

    return Act(case.name, hand_in, lambda result: result)


def _noticed(stage: Stage, case: TamperCase, data: dict[str, Any]) -> Act:
    """Never refused, always noticed."""
    want = _first(case.expected["findings"])

    def finish(handed: Handed) -> Result:
        named = [f"{item['code']} ({item['grade']})" for item in handed.answer["findings"]]
        item = next((held for held in handed.answer["findings"] if _is(held, want)), None)
        if item is None:
            return Result(want, ", ".join(named) or "nothing", "")
        said = _rest(case.expected["findings"])
        found = want if said in item["message"] else f"{want}: {item['message']}"
        return Result(want, found, item["hint"] or item["message"])

    return Act(case.name, lambda: _hand_in(stage, case, _renumbered(data, case)), finish)


def _paired(
    stage: Stage, case: TamperCase, data: dict[str, Any], held: Mapping[str, Handed]
) -> Act:
    """Authentic by itself; it contradicts the bill that it is presented with."""

    def finish(handed: Handed) -> Result:
        against = Against(other=stage.package(held["bl"]))
        result = judged(stage, _first(case.expected["verdict"]), stage.package(handed), against)
        return _naming(result, f"/data{case.pointer}")

    return Act(case.name, lambda: _hand_in(stage, case, _renumbered(data, case)), finish)


def _hand_in(stage: Stage, case: TamperCase, data: dict[str, Any]) -> Handed:
    return stage.notarise(*_PARTIES[case.document], data)


def _first(expected: str) -> str:
    return expected.split(":", maxsplit=1)[0]


def _rest(expected: str) -> str:
    return expected.partition(": ")[2]


def _is(finding: dict[str, Any], want: str) -> bool:
    return f"{finding['code']} ({finding['grade']})" == want


def _naming(result: Result, pointer: str) -> Result:
    """The right verdict for another field would be as wrong as a wrong verdict."""
    if pointer in result.reason:
        return result
    return replace(result, found=f"{result.found}, but not for {pointer}")


def _renumbered(data: dict[str, Any], case: TamperCase) -> dict[str, Any]:
    """The same under a number of its own, so that only the change is noticed."""
    pointer = _NUMBERS[case.document]
    own = f"{data[pointer[1:]][:8]}T{sum(map(ord, case.name)) % 10_000:04d}"
    return changed(data, pointer, own, data[pointer[1:]])


def _altered(package: Package, data: dict[str, Any]) -> Package:
    """A forger changes a value inside a package and leaves the rest."""
    if not isinstance(package.content, OpenedContent):
        raise ConfigurationError("the package is redacted already")
    document = replace(package.content.document, data=data)
    content = replace(package.content, document=document, envelope=document.envelope())
    return replace(package, content=content)
