# SPDX-License-Identifier: Apache-2.0
"""Check digits and code lists. Intake only: the lists are imported when first needed.

Every check takes (pointer, value) and gives a finding or None; none raises.
"""

import re
from typing import Final

from ledger.documents.findings import Finding, Grade
from ledger.primitives import shown

__all__ = [
    "check_container",
    "check_country",
    "check_currency",
    "check_hs",
    "check_imo",
    "check_lei",
    "check_package_type",
    "check_tax_id",
    "is_country",
]

_CONTAINER: Final = re.compile(r"[A-Z]{3}[UJZ][0-9]{7}", re.ASCII)
_PACKAGE_TYPE: Final = re.compile(r"[0-9A-Z]{2}", re.ASCII)
_HS_DIGITS: Final = range(6, 13)
_INTERNATIONAL: Final = 6  # digits every country shares
_LAST_CHAPTER: Final = 97
_RESERVED_CHAPTER: Final = 77
_LONGEST: Final = 40  # no code is longer: what is, is not sent through a check-digit routine
# ZZ: unknown, allowed by DCSA 3.0.2. XK, XZ: Kosovo and the high seas in UN/LOCODE. EU: an origin.
_BESIDE_ISO_3166: Final = frozenset({"ZZ", "XK", "XZ", "EU"})

# (country, name in the document) → where python-stdnum keeps the rule. KZ, GE, UZ: not public.
_TAX_IDS: Final = {
    ("AZ", "VOEN"): ("az", "voen"),
    ("AZ", "VÖEN"): ("az", "voen"),
    ("TR", "VKN"): ("tr", "vkn"),
    ("JP", "CN"): ("jp", "cn"),
    ("CN", "USCC"): ("cn", "uscc"),
    ("RU", "INN"): ("ru", "inn"),
}


def _warning(pointer: str, code: str, message: str, hint: str) -> Finding:
    return Finding(Grade.WARNING, pointer, code, message, hint)


def check_container(pointer: str, value: str, *, shipper_owned: bool = False) -> Finding | None:
    """Check a container number (ISO 6346). Shipper's own boxes need not have one: a note."""
    from stdnum import iso6346  # noqa: PLC0415 — verification imports this package

    grade = Grade.NOTE if shipper_owned else Grade.WARNING
    if not _CONTAINER.fullmatch(value):
        message = f"{shown(value)} is not a container number like CSQU3054383 (ISO 6346)"
        hint = "four letters, the last U, J or Z, then seven digits without spaces"
        return Finding(grade, pointer, "container-check-digit", message, hint)
    digit = iso6346.calc_check_digit(value[:-1])
    if digit == value[-1]:
        return None
    message = f"{value} has the check digit {value[-1]}; its other characters give {digit}"
    hint = "read the number from the box again: one character is wrong"
    return Finding(grade, pointer, "container-check-digit", message, hint)


def check_lei(pointer: str, value: str) -> Finding | None:
    """Check a legal entity identifier (ISO 17442)."""
    from stdnum import lei  # noqa: PLC0415 — verification imports this package

    if len(value) <= _LONGEST and value.isascii() and lei.is_valid(value):
        return None
    message = f"{shown(value)} is not a valid LEI: 20 characters whose remainder by 97 is 1"
    return _warning(pointer, "lei-check-digit", message, "look the party up at GLEIF")


def check_imo(pointer: str, value: str) -> Finding | None:
    """Check a ship's IMO number."""
    from stdnum import imo  # noqa: PLC0415 — verification imports this package

    if len(value) <= _LONGEST and value.isascii() and imo.is_valid(value):
        return None
    message = f"{shown(value)} is not a valid IMO number: seven digits, the last a check digit"
    return _warning(pointer, "imo-check-digit", message, "read it from the ship's certificate")


def is_country(code: str) -> bool:
    """Tell whether a two-letter code is in ISO 3166-1, or allowed beside it."""
    import pycountry  # noqa: PLC0415 — verification imports this package; slow

    if code in _BESIDE_ISO_3166:
        return True
    # pycountry folds case; the documents' standards do not.
    return code.isupper() and pycountry.countries.get(alpha_2=code) is not None


def check_country(pointer: str, value: str) -> Finding | None:
    """Check a country code (ISO 3166-1 alpha-2)."""
    if len(value) == 2 and value.isascii() and is_country(value):  # noqa: PLR2004 — alpha-2
        return None
    message = f"{shown(value)} is not a country code of ISO 3166-1 alpha-2"
    return _warning(pointer, "country-code", message, "two capital letters, such as KZ, AZ, GE")


def check_currency(pointer: str, value: str) -> Finding | None:
    """Check a currency code (ISO 4217)."""
    import pycountry  # noqa: PLC0415 — verification imports this package; slow

    known = len(value) == 3 and value.isascii() and value.isupper()  # noqa: PLR2004 — alpha-3
    if known and pycountry.currencies.get(alpha_3=value) is not None:
        return None
    message = f"{shown(value)} is not a currency code of ISO 4217"
    return _warning(pointer, "currency-code", message, "three capital letters, such as EUR")


def check_tax_id(pointer: str, value: str, country: str, name: str) -> Finding | None:
    """Check a tax number of those corridor states whose check digits are public.

    Args:
        pointer: where the number stands.
        value: the number.
        country: ISO 3166-1 alpha-2.
        name: what the document calls it; a number under another name is not judged.
    """
    places = _TAX_IDS.get((country, name.upper()))
    if places is None:
        return None
    from stdnum import get_cc_module  # noqa: PLC0415 — verification imports this package

    module = get_cc_module(*places)
    if module is None or (len(value) <= _LONGEST and value.isascii() and module.is_valid(value)):
        return None
    message = f"{shown(value)} is not a valid {name} of {country}: its check digit does not fit"
    return _warning(pointer, "tax-id-check-digit", message, "compare it with the party's papers")


def check_package_type(pointer: str, value: str) -> Finding | None:
    """Check the form of a package type (UN/ECE Recommendation 21)."""
    if _PACKAGE_TYPE.fullmatch(value):
        return None
    message = f"{shown(value)} is not a package type code of two characters"
    return _warning(pointer, "package-type", message, "UN/ECE Recommendation 21, such as CS or PX")


def check_hs(pointer: str, value: str, *, international: bool = False) -> Finding | None:
    """Check a Harmonised System code; dots and spaces between digits are allowed.

    Args:
        pointer: where the code stands.
        value: the code as written.
        international: a certificate wants exactly the six digits all countries share.
    """
    digits = value.replace(".", "").replace(" ", "")
    problem = _hs_problem(digits)
    if problem:
        message = f"{shown(value)} is no HS code: {problem}"
        return _warning(pointer, "hs-code", message, "at least six digits, such as 845710")
    if international and len(digits) > _INTERNATIONAL:
        message = f"{shown(value)} has {len(digits)} digits; a certificate states six"
        return Finding(Grade.NOTE, pointer, "hs-code", message, f"write {digits[:6]}")
    return None


def _hs_problem(digits: str) -> str | None:
    if not (digits.isascii() and digits.isdecimal()):
        return "it holds more than digits"
    if len(digits) not in _HS_DIGITS:
        return f"it has {len(digits)} digits"
    chapter = int(digits[:2])
    if not 1 <= chapter <= _LAST_CHAPTER or chapter == _RESERVED_CHAPTER:
        return f"there is no chapter {digits[:2]}"
    return None
