# SPDX-License-Identifier: Apache-2.0
"""A real Anvil, a ledger deployed on it, and accounts that were made a moment ago."""

from pathlib import Path

import pytest
from chain_fakes import MemoryLog
from chain_world import configured_anvil, new_ledger

from ledger.localnode import LocalNodeOptions, local_node


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
