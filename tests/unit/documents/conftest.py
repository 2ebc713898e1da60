# SPDX-License-Identifier: Apache-2.0
"""The synthetic corridor set: a bill of lading and its certificate of origin."""

import json

import pytest
from document_samples import shared_path

FILES = {"bl": "bl-nagoya-ambarli.dcsa.json", "co": "co-nagoya-ambarli.json"}


@pytest.fixture
def corridor() -> dict:
    folder = shared_path("trade/synthetic-corridor")
    return {key: json.loads((folder / name).read_text("utf-8")) for key, name in FILES.items()}


@pytest.fixture
def bill(corridor) -> dict:
    return corridor["bl"]


@pytest.fixture
def certificate(corridor) -> dict:
    return corridor["co"]
