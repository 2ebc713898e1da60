# SPDX-License-Identifier: Apache-2.0
"""The forms of certificates of origin, and the origin criteria each of them knows.

Criteria are per form: what means "wholly obtained" is WO on one, P on the next and the Cyrillic
letter on a third. A form that is missing here is a note, and its criteria are not judged.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

__all__ = ["EUROPEAN_UNION", "FORMS", "Form"]

_LONGEST: Final = 80  # characters of a criterion: no box holds more


@dataclass(frozen=True, slots=True)
class Form:
    """One form.

    `criteria`: what its box may say, None if it has no such box; `known` says it for people;
    `under_agreement`: it exists under a free trade agreement that it should name;
    `most_items`, `valid_months`: None where the form sets no limit.
    """

    preferential: bool
    criteria: re.Pattern[str] | None
    known: str
    under_agreement: bool = True
    most_items: int | None = None
    valid_months: int | None = None

    def takes(self, criterion: str) -> bool:
        """Tell whether its box may say this; a form without the box takes anything."""
        if self.criteria is None:
            return True
        return len(criterion) <= _LONGEST and self.criteria.fullmatch(criterion) is not None


def _any_of(*alternatives: str) -> re.Pattern[str]:
    one = f"(?:{'|'.join(alternatives)})"
    return re.compile(rf'"?{one}(?:\s*(?:\+|,|/|and|or)\s*{one})*"?', re.ASCII)


_SHARE: Final = r"(?:RVC|QVC|VA|VAC|LVC)?\s*[0-9]{1,3}(?:\.[0-9]+)?\s*%"
_CHANGE: Final = r"CC|CTH|CTSH"
_CIS: Final = re.compile(r"П|Д\s*-?\s*[0-9]{4}(?:[0-9]{2})?", re.ASCII)

FORMS: Final[Mapping[str, Form]] = MappingProxyType(
    {
        "NON_PREFERENTIAL": Form(
            preferential=False,
            criteria=_any_of("WO", "WP", "P", "SP", "PSR", _CHANGE, _SHARE),
            known="WO, CC, CTH, CTSH, SP or a percentage",
            under_agreement=False,
        ),
        "CT-1": Form(
            preferential=True,
            criteria=_CIS,
            known="П, or Д and the heading, such as Д8457",
            valid_months=12,
        ),
        "CT-2": Form(
            preferential=True,
            criteria=_CIS,
            known="П, or Д and the heading, such as Д8457",
            valid_months=12,
        ),
        "FORM_A": Form(
            preferential=True,
            criteria=re.compile(
                r'"?(?:P|[WF]\s*"?\s*[0-9]{4}(?:\.?[0-9]{2})?|[YG]\s*"?\s*[0-9]{1,3}\s*%|Z|PK|Pk)"?',
                re.ASCII,
            ),
            known="P, W or F and the heading, Y or G and a percentage, Z, PK",
            under_agreement=False,
        ),
        "FORM_D": Form(
            preferential=True,
            criteria=_any_of("WO", "PE", "SP", "DMI", _CHANGE, _SHARE),
            known="WO, PE, CC, CTH, CTSH, SP, RVC and a percentage, and combinations",
        ),
        "FORM_E": Form(
            preferential=True,
            criteria=_any_of("WO", "PE", "PSR", _CHANGE, _SHARE),
            known="WO, PE, PSR, CC, CTH, CTSH, RVC and a percentage",
            most_items=20,
        ),
        "CHAFTA": Form(
            preferential=True,
            criteria=_any_of("WO", "WP", "PSR"),
            known="WO, WP or PSR",
            most_items=20,
        ),
        "EUR.1": Form(preferential=True, criteria=None, known=""),
        "ORIGIN_STATEMENT": Form(
            preferential=True,
            criteria=re.compile(r'"?(?:P|W\s*"?\s*[0-9]{4}(?:\.?[0-9]{2})?)"?', re.ASCII),
            known="P, or W and the heading",
            under_agreement=False,
        ),
    }
)

# Form A has not been accepted there for goods since 2021: exporters make statements on origin.
EUROPEAN_UNION: Final = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()  # noqa: SIM905 — 27 codes read better so
)
