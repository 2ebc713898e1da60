# SPDX-License-Identifier: Apache-2.0
"""Is this UN/LOCODE one, and is it the place that is meant? The facts are in `locations`."""

import re
from collections.abc import Iterator
from typing import Final

from ledger.documents.codes import is_country
from ledger.documents.findings import Finding, Findings, Grade
from ledger.documents.locations import (
    CASPIAN_EAST,
    LOCATIONS,
    SOUTH_CAUCASUS_AND_BEYOND,
    TRANSIT_COUNTRIES,
    TRAPS,
    Location,
    named,
)
from ledger.primitives import shown

__all__ = ["check_locode", "check_route", "looks_like_locode"]

_LOCODE: Final = re.compile(r"[A-Z]{2}[A-Z2-9]{3}", re.ASCII)
_BETWEEN: Final = re.compile(r"[^A-Za-z0-9]+")
_ALAT: Final = "KZALA is Almaty, AZALA is Alat"


def looks_like_locode(text: str) -> bool:
    """Tell whether a free identifier has the form of a UN/LOCODE."""
    return _LOCODE.fullmatch(text) is not None


def check_locode(
    pointer: str, code: str, *, name: str | None = None, seaport: bool = False
) -> Findings:
    """Check one location code.

    Args:
        pointer: where the code stands.
        code: the code as written.
        name: the name written beside it, if any.
        seaport: a ship must be able to call there.
    """
    known = LOCATIONS.get(code)
    if known is None:
        return tuple(_outside_table(pointer, code))
    finding = _implausible(pointer, known, name, seaport=seaport)
    return () if finding is None else (finding,)


def check_route(pointer: str, route: str) -> Findings:
    """Check the codes in a written route, such as `JPNGO-CNQIN-(Altynkol)-KZAAU-AZALA-GEPTI`."""
    codes = [word for word in _BETWEEN.split(route) if _LOCODE.fullmatch(word)]
    findings = [_trap(pointer, code) for code in dict.fromkeys(codes) if code in TRAPS]
    if _almaty_for_alat(codes):
        findings.append(_plausibility(pointer, _ALAT, "AZALA"))
    return tuple(findings)


def _outside_table(pointer: str, code: str) -> Iterator[Finding]:
    if not _LOCODE.fullmatch(code) or not is_country(code[:2]):
        yield Finding(
            Grade.WARNING,
            pointer,
            "locode-unknown",
            f"{shown(code)} is not a UN/LOCODE: two letters of a country, then three characters",
            "such as KZAAU for Aktau; a place without a code is named in words",
        )
    elif code[:2] in TRANSIT_COUNTRIES:
        yield Finding(
            Grade.NOTE,
            pointer,
            "locode-unknown",
            f"{code} is not among the corridor's locations known here",
            "look it up in the UN/LOCODE list",
        )


def _implausible(
    pointer: str, known: Location, name: str | None, *, seaport: bool
) -> Finding | None:
    if known.code in TRAPS:
        return _trap(pointer, known.code)
    meant = None if name is None else named(name)
    if meant is not None and meant.name != known.name:
        if (known.code, meant.code) == ("KZALA", "AZALA"):
            return _plausibility(pointer, _ALAT, "AZALA")
        message = f"{known.code} is {known.name}, {meant.code} is {meant.name}"
        return _plausibility(pointer, message, meant.code)
    if seaport and not known.is_port:
        if known.code == "KZALA":
            return _plausibility(pointer, _ALAT, "AZALA")
        message = f"{known.code} is {known.name}, {known.what}: no sea port"
        return _plausibility(pointer, message, None)
    return None


def _almaty_for_alat(codes: list[str]) -> bool:
    """Tell whether Almaty stands where only Alat can.

    That is between the two shores of the Caspian, in either direction, or on a route to the
    Caucasus that names neither shore.
    """
    if "KZALA" not in codes:
        return False
    place = codes.index("KZALA")
    before, after = codes[:place], codes[place + 1 :]
    if any(
        CASPIAN_EAST.intersection(one) and _reaches_caucasus(other)
        for one, other in ((before, after), (after, before))
    ):
        return True
    shores = any(code[:2] == "AZ" or code in CASPIAN_EAST for code in codes)
    return _reaches_caucasus(codes) and not shores


def _reaches_caucasus(codes: list[str]) -> bool:
    return any(code[:2] in SOUTH_CAUCASUS_AND_BEYOND for code in codes)


def _trap(pointer: str, code: str) -> Finding:
    trap = TRAPS[code]
    return _plausibility(pointer, trap.message, trap.meant)


def _plausibility(pointer: str, message: str, meant: str | None) -> Finding:
    hint = "check the place with its name" if meant is None else f"did you mean {meant}?"
    return Finding(Grade.WARNING, pointer, "locode-plausibility", message, hint)
