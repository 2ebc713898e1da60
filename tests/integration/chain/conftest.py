# SPDX-License-Identifier: Apache-2.0
"""A real Anvil, a ledger deployed on it, and accounts that were made a moment ago."""

import sys
from pathlib import Path

import pytest
from chain_fakes import MemoryLog
from chain_world import configured_anvil, new_ledger
from relay_world import OFF, Post

from ledger.localnode import LocalNodeOptions, local_node

sys.path.append(str(Path(__file__).parents[1] / "road"))  # its proxy stands before our nodes, too


def pytest_collection_modifyitems(items):
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.node)


@pytest.fixture(scope="module")
def shared_node():
    """Mines each transaction at once; whoever turns time or history on it takes its own node."""
    with local_node(LocalNodeOptions(block_seconds=None), configured_anvil()) as local:
        yield local


@pytest.fixture
def ledger(shared_node):
    """A ledger of its own on the shared node."""
    return new_ledger(shared_node)


@pytest.fixture
def own_ledger():
    """A ledger on a node of its own, for reorganisations and full pools."""
    with local_node(LocalNodeOptions(block_seconds=None), configured_anvil()) as local:
        yield new_ledger(local)


@pytest.fixture
def log():
    return MemoryLog()


@pytest.fixture
def post(ledger, tmp_path):
    """A relay on the shared node, which mines each transaction at once."""
    opened = Post(ledger, tmp_path)
    yield opened
    opened.storage.close()


@pytest.fixture
def own_post(tmp_path):
    """A relay on a node of its own that mines only when told."""
    with local_node(LocalNodeOptions(block_seconds=None), configured_anvil()) as local:
        opened = Post(new_ledger(local), tmp_path)
        local.call("evm_setAutomine", OFF)
        yield opened
        opened.storage.close()
