# SPDX-License-Identifier: Apache-2.0
"""docs/api.md says what is so: every route, every slug under its status, every limit."""

import re
from pathlib import Path

import pytest

from api import bodies, context
from api.problems import catalogue, status_of
from ledger.ports.facade import Limits

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text("utf-8")


def test_page_lists_every_route_and_no_other(client):
    spelt = set(re.findall(r"`(GET|POST) (/[^`]*)`", PAGE.split("## Tokens")[0]))
    served = {
        (method.upper(), path.replace("{index}", "{N}").replace("{level}", "{L}"))
        for path, operations in client.get("/openapi.json").json()["paths"].items()
        for method in operations
    } | {("GET", "/openapi.json")}
    acts = {
        ("POST", "/v1/documents/{commitment}/" + act) for act in ("suspend", "resume", "supersede")
    }
    assert spelt == served - acts
    assert acts <= served
    assert all(f"`…/{path.rsplit('/')[-1]}`" in PAGE for _, path in acts)


@pytest.mark.parametrize("slug", list(catalogue()))
def test_page_lists_every_slug_under_its_status(slug):
    status = status_of(catalogue()[slug]).value
    line = next(line for line in PAGE.splitlines() if line.startswith(f"| {status} |"))
    assert f"`{slug}`" in line
    assert PAGE.split("## Problems")[1].count(f"`{slug}`") == 1


def test_page_states_the_limits_that_hold():
    limits, mebi = Limits(), 2**20
    assert (limits.body_bytes, limits.package_bytes) == (8 * mebi, 64 * mebi)
    assert (limits.file_bytes, limits.files, limits.request_seconds) == (64 * mebi, 16, 30)
    assert bodies.SLOWEST_BYTES_PER_SECOND == 32 * 1024
    assert (context._CALLERS, context._VERIFIERS, context._QUEUE) == (64, 16, 256)
    held = context._BODY_MEMORY_BYTES
    assert held == 512 * mebi
