# SPDX-License-Identifier: Apache-2.0
"""What the contracts cost: measured on an Anvil of our own, written to docs/gas.md."""

from scripts.gas.measuring import Figures, measured
from scripts.gas.page import BARS, PAGE, page

__all__ = ["BARS", "PAGE", "Figures", "measured", "page"]
