# SPDX-License-Identifier: Apache-2.0
"""A desk of titles, and one bill that its carrier issued to a bank."""

import pytest
from small_titles import TitleDesk
from small_world import Party, World


@pytest.fixture
def world():
    return World()


@pytest.fixture
def desk(world):
    return TitleDesk(world)


@pytest.fixture
def bank(desk):
    party = Party("Example Bank")
    desk.admit(party)
    return party


@pytest.fixture
def importer(desk):
    party = Party("Example Importer")
    desk.admit(party)
    return party


@pytest.fixture
def bill(desk, bank):
    package = desk.bill()
    desk.issue(package, bank)
    return package
