# SPDX-License-Identifier: Apache-2.0
"""The sample shipment: its documents with dates shifted to today, and its tamper cases."""

import copy
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from ledger.errors import ConfigurationError
from ledger.primitives import Json

__all__ = ["Sample", "Samples", "TamperCase", "changed", "load_samples"]

_FOLDER: Final = Path(__file__).parents[3] / "samples" / "corridor"
_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_ISSUED: Final = date(2026, 2, 4)

Sample = dict[str, Any]


@dataclass(frozen=True, slots=True)
class TamperCase:
    """One line of tamper-cases.json. `document` is `bl` or `co`; `pointer` leads into the data."""

    name: str
    document: str
    apply: str
    pointer: str
    value: Json
    expected: dict[str, str]
    replaced: Json


@dataclass(frozen=True, slots=True)
class Samples:
    """The bill of lading, the certificate of origin, and what is done to them."""

    bill: Sample
    certificate: Sample
    tamper_cases: tuple[TamperCase, ...]


def load_samples(today: int) -> Samples:
    """Read the set and shift every date by as much as makes the bill's issue date today.

    Args:
        today: Unix seconds; the day is taken in UTC.
    """
    shift = datetime.fromtimestamp(today, UTC).date() - _ISSUED
    bill = _shifted(_read("bl-nagoya-ambarli.json"), shift)
    certificate = _shifted(_read("co-nagoya-ambarli.json"), shift)
    cases = tuple(
        TamperCase(
            name=case["case"],
            document=case["document"],
            apply=case["apply"],
            pointer=case["pointer"],
            value=case["to"],
            expected=case["expected"],
            replaced=case["from"],
        )
        for case in _read("tamper-cases.json")
    )
    return Samples(bill, certificate, cases)


def changed(document: Sample, pointer: str, value: Json, replaced: Json = None) -> Sample:
    """Copy a document with another value under a pointer.

    `replaced` text is replaced inside the text found there (a code within a routing); any other
    value is put in its place.
    """
    copied = copy.deepcopy(document)
    node: Any = copied
    *parents, last = pointer.split("/")[1:]
    for token in parents:
        node = node[int(token)] if isinstance(node, list) else node[token]
    key = int(last) if isinstance(node, list) else last
    before = node[key]
    if isinstance(before, str) and isinstance(replaced, str) and isinstance(value, str):
        node[key] = before.replace(replaced, value)
    else:
        node[key] = value
    if node[key] == before:
        raise ConfigurationError(f"the sample at {pointer} is not what the case expects")
    return copied


def _read(name: str) -> Any:  # noqa: ANN401 — JSON of any shape
    try:
        return json.loads((_FOLDER / name).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigurationError(
            "the sample shipment is not here; run the demo from a checkout of the project"
        ) from error


def _shifted(value: Any, shift: timedelta) -> Any:  # noqa: ANN401 — JSON of any shape
    if isinstance(value, dict):
        return {key: _shifted(child, shift) for key, child in value.items()}
    if isinstance(value, list):
        return [_shifted(child, shift) for child in value]
    if isinstance(value, str) and _DATE.fullmatch(value):
        return (date.fromisoformat(value) + shift).isoformat()
    if isinstance(value, str) and _TIME.fullmatch(value):
        return f"{date.fromisoformat(value[:10]) + shift}{value[10:]}"
    return value
