# SPDX-License-Identifier: Apache-2.0
"""docs/gas.md says what the contracts cost today, and which bars are met."""

from __future__ import annotations

import re

import pytest

from scripts.gas import BARS, PAGE, Figures, measured, page


@pytest.fixture(scope="module")
def figures() -> Figures:
    """Measure on an Anvil of their own."""
    return measured()


def test_page_when_measured_again_then_is_the_same_bytes(figures: Figures) -> None:
    assert page(figures) == PAGE.read_text("utf-8"), "run make gas"


def test_figures_when_above_a_bar_then_the_page_says_so_and_why(figures: Figures) -> None:
    above = {name: figures.direct[name] - bar for name, bar in BARS.items()}
    missed = {name: over for name, over in above.items() if over > 0}
    text = PAGE.read_text("utf-8").partition("## Bars that are not met\n")[2]
    said = re.findall(r"^- .*: ([0-9,]+) above its bar\. (.+)", text, re.MULTILINE)
    assert [int(over.replace(",", "")) for over, _ in said] == list(missed.values())
    assert set(missed) <= {"holder", "revoke", "revoke many"}


def test_page_when_a_bar_is_missed_without_a_reason_then_is_not_written(figures: Figures) -> None:
    dearer = Figures({**figures.direct, "issue": BARS["issue"] + 1}, figures.further, figures.first)
    with pytest.raises(ValueError, match="'issue'"):
        page(dearer)
    cheaper = Figures({**figures.direct, "holder": 1}, figures.further, figures.first)
    with pytest.raises(ValueError, match="holder"):
        page(cheaper)
