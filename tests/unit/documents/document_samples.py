# SPDX-License-Identifier: Apache-2.0
"""Where the fixtures are, and short ways to submit, disclose and change a document."""

import copy
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from ledger.canonical import escape_token
from ledger.documents import HIDDEN, Disclosed, Findings, parse_submission, prepare
from ledger.primitives import PartyId

SHARED = Path(__file__).resolve().parents[4] / "shared" / "fixtures"
PARTY = PartyId(b"\x01" * 32)
TYPES = {"bl": "bill-of-lading", "co": "certificate-of-origin"}


def shared_path(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        message = f"{path} is not there"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    return path


def submit(document_type: str, data: object, **members: object) -> tuple:
    body = {"documentType": document_type, "data": data, **members}
    submission, read = parse_submission(json.dumps(body).encode())
    document, found = prepare(submission, PARTY, ())
    return document, (*read, *found)


def codes(findings: Findings) -> list[tuple[str, str]]:
    return [(finding.grade.value, finding.code) for finding in findings]


def leaves(value: object, pointer: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict) and value:
        for key, child in value.items():
            yield from leaves(child, f"{pointer}/{escape_token(key)}")
    elif isinstance(value, list) and value:
        for index, child in enumerate(value):
            yield from leaves(child, f"{pointer}/{index}")
    else:
        yield pointer, value


def disclosed(data: object, *hidden: str) -> Disclosed:
    """Everything of an envelope's data but the values at the `hidden` pointers."""
    return Disclosed(
        {
            pointer: HIDDEN if pointer in hidden else value
            for pointer, value in leaves({"data": data})
        }
    )


def changed(data: dict, pointer: str, value: object) -> dict:
    """A copy with one place set (or removed, with `...`)."""
    result = copy.deepcopy(data)
    *path, last = pointer.split("/")[1:]
    holder = result
    for token in path:
        holder = holder[int(token)] if isinstance(holder, list) else holder.setdefault(token, {})
    if value is ...:
        del holder[last]
    elif isinstance(holder, list):
        holder[int(last)] = value
    else:
        holder[last] = value
    return result
