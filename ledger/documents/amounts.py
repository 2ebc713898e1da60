# SPDX-License-Identifier: Apache-2.0
"""Adding up weights and packages from what a reader may see, without guessing a missing part."""

from collections.abc import Iterable
from decimal import Context, Decimal
from typing import Final

from ledger.documents.disclosed import HIDDEN, Disclosed, Hidden, Leaf

__all__ = ["count", "kilograms", "spelled"]

_KILOGRAMS: Final = {
    "KGM": Decimal(1),
    "TNE": Decimal(1000),
    "GRM": Decimal("0.001"),
    "LBR": Decimal("0.45359237"),  # the international pound, exact by definition
}
_GRAM: Final = Decimal("0.001")
_LARGEST: Final = 2**53 - 1
_CONTEXT: Final = Context(prec=60)


def kilograms(
    disclosed: Disclosed, items: Iterable[str], value: str, unit: str
) -> str | Hidden | None:
    """Add the weights of all items, as decimal text in kilograms, to the gram.

    Args:
        disclosed: what the reader sees.
        items: pointers of the items.
        value: where the number stands below an item.
        unit: where its unit stands below an item.

    Returns:
        HIDDEN if any part is withheld; None if an item states no weight that can be added, or
        there is no item.
    """
    total: Decimal | None = None
    parts = [(disclosed.get(item + value), disclosed.get(item + unit)) for item in items]
    if any(part is HIDDEN for pair in parts for part in pair):
        return HIDDEN
    for number, code in parts:
        weight = _weight(number, code)
        if weight is None:
            return None
        total = _CONTEXT.add(total or Decimal(0), weight)
    return None if total is None else spelled(total.quantize(_GRAM, context=_CONTEXT))


def count(disclosed: Disclosed, items: Iterable[str], value: str) -> int | Hidden | None:
    """Add whole numbers over all items; HIDDEN and None as in `kilograms`."""
    numbers = [disclosed.get(item + value) for item in items]
    if any(number is HIDDEN for number in numbers):
        return HIDDEN
    total = 0
    for number in numbers:
        if isinstance(number, bool) or not isinstance(number, int):
            return None
        total += number
    return total if numbers else None


def spelled(number: Decimal) -> str:
    """Write a decimal without exponent and without zeros at its end: 24150, 12000.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _weight(number: Leaf, code: Leaf) -> Decimal | None:
    factor = _KILOGRAMS.get(code) if isinstance(code, str) else None
    if factor is None or isinstance(number, bool) or not isinstance(number, int | float):
        return None
    if not -_LARGEST <= number <= _LARGEST:  # NaN is outside as well
        return None
    return _CONTEXT.multiply(Decimal(str(number)), factor)
