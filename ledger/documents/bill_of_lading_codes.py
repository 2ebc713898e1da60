# SPDX-License-Identifier: Apache-2.0
"""The codes in a bill of lading, and whether its boxes, cargo and seals fit together."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from itertools import chain
from typing import Final

from ledger.documents.codes import (
    check_container,
    check_country,
    check_currency,
    check_hs,
    check_imo,
    check_lei,
    check_package_type,
    check_tax_id,
)
from ledger.documents.findings import Finding, Findings, Grade
from ledger.documents.places import check_locode
from ledger.documents.reading import at, select, text_at, texts
from ledger.primitives import JsonObject, shown

__all__ = ["code_findings", "equipment_findings"]

_CARGO: Final = "/consignmentItems/*/cargoItems/*/equipmentReference"
# The second spelling is that of shipping instructions, which carriers copy.
_LISTED: Final = (
    "/utilizedTransportEquipments/*/equipment/equipmentReference",
    "/utilizedTransportEquipments/*/equipmentReference",
)
_PLACES: Final = (
    "/transports/placeOfReceipt",
    "/transports/placeOfDelivery",
    "/transports/onwardInlandRouting",
    "/placeOfIssue",
    "/invoicePayableAt",
)
_SEAPORTS: Final = ("/transports/portOfLoading", "/transports/portOfDischarge")
_PARTY: Final = ("/documentParties/*", "/documentParties/*/*", "/documentParties/other/*/party")
_MOST_PAIRS: Final = 10_000  # a hostile list must not cost a square of its length
_Check = Callable[[str, str], Finding | None]
_CHECKS: Final[tuple[tuple[str, _Check], ...]] = (
    *((f"{party}/address/countryCode", check_country) for party in _PARTY),
    *((f"{party}/taxLegalReferences/*/countryCode", check_country) for party in _PARTY),
    ("/placeOfIssue/countryCode", check_country),
    ("/consignmentItems/*/HSCodes/*", check_hs),
    ("/consignmentItems/*/extendedHSCodes/*", check_hs),
    ("/consignmentItems/*/cargoItems/*/outerPackaging/packageCode", check_package_type),
    ("/transports/vesselVoyages/*/vesselIMONumber", check_imo),
    ("/declaredValueCurrency", check_currency),
    ("/charges/*/currencyCode", check_currency),
)


def code_findings(data: JsonObject) -> Findings:
    """Check every code but the container numbers."""
    checked = (
        check(pointer, code) for pattern, check in _CHECKS for pointer, code in texts(data, pattern)
    )
    return (
        *_leis(data),
        *_tax_ids(data),
        *_locations(data),
        *(found for found in checked if found is not None),
    )


def _leis(data: JsonObject) -> Iterator[Finding]:
    for party in _PARTY:
        for pointer, entry in select(data, f"{party}/identifyingCodes/*"):
            if not isinstance(entry, dict):
                continue
            code = entry.get("partyCode")
            is_lei = entry.get("codeListName") == "LEI" or (
                entry.get("codeListProvider") == "GLEIF" and not entry.get("codeListName")
            )
            if is_lei and isinstance(code, str):
                found = check_lei(f"{pointer}/partyCode", code)
                if found is not None:
                    yield found


def _tax_ids(data: JsonObject) -> Iterator[Finding]:
    for party in _PARTY:
        for pointer, entry in select(data, f"{party}/taxLegalReferences/*"):
            members = entry if isinstance(entry, dict) else {}
            value, country, name = (members.get(key) for key in ("value", "countryCode", "type"))
            if isinstance(value, str) and isinstance(country, str) and isinstance(name, str):
                found = check_tax_id(f"{pointer}/value", value, country, name)
                if found is not None:
                    yield found


def _locations(data: JsonObject) -> Iterator[Finding]:
    for path in chain(_PLACES, _SEAPORTS):
        code = at(data, f"{path}/UNLocationCode")
        if isinstance(code, str):
            yield from check_locode(
                f"/data{path}/UNLocationCode",
                code,
                name=text_at(data, f"{path}/locationName"),
                seaport=path in _SEAPORTS,
            )


def equipment_findings(data: JsonObject) -> Findings:
    """Check container numbers, that cargo and equipment list name the same boxes, and seals."""
    listed = dict(chain.from_iterable(texts(data, pattern) for pattern in _LISTED))
    loaded = dict(texts(data, _CARGO))
    owned = _shipper_owned(data)
    digits = {
        pointer: found
        for pointer, number in chain(loaded.items(), listed.items())
        if (found := check_container(pointer, number, shipper_owned=number in owned)) is not None
    }
    return (
        *_mislisted(digits, _beyond(loaded, listed), _beyond(listed, loaded)),
        *_seals(data),
    )


def _beyond(these: dict[str, str], those: dict[str, str]) -> dict[str, str]:
    """Keep of `these` the numbers that `those` do not hold."""
    known = set(those.values())
    return {pointer: number for pointer, number in these.items() if number not in known}


def _mislisted(
    digits: dict[str, Finding], strangers: dict[str, str], idle: dict[str, str]
) -> Iterator[Finding]:
    """Report boxes that only one side names; one wrong character is one finding.

    Where a number fails its check digit and one that differs in a single place stands unused on
    the other side, only the check digit is reported.
    """
    explained: set[str] = set()
    for pointer, place in _near(digits, strangers, idle):
        meant = strangers.get(place) or idle[place]
        hint = f"did you mean {meant}, named elsewhere?"
        digits[pointer] = replace(digits[pointer], hint=hint)
        explained.update((pointer, place))
    yield from digits.values()
    for pointer, number in strangers.items():
        if pointer not in explained:
            yield Finding(
                Grade.WARNING,
                pointer,
                "equipment-not-listed",
                f"{shown(number)} is not among utilizedTransportEquipments",
                "list every container with its seals",
            )
    for pointer, number in idle.items():
        if pointer not in explained:
            yield Finding(
                Grade.WARNING,
                pointer,
                "equipment-not-loaded",
                f"no cargo item is in {shown(number)}",
                "remove the container, or say what is in it",
            )


def _near(
    digits: Mapping[str, Finding], strangers: Mapping[str, str], idle: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Pair a number that fails with the only sound one that differs from it in one character."""
    if len(strangers) * len(idle) > _MOST_PAIRS:
        return
    for these, those in ((strangers, idle), (idle, strangers)):
        for pointer, number in these.items():
            near = [place for place, other in those.items() if _differ_in_one(number, other)]
            if pointer in digits and len(near) == 1 and near[0] not in digits:
                yield pointer, near[0]


def _differ_in_one(left: str, right: str) -> bool:
    return len(left) == len(right) and sum(a != b for a, b in zip(left, right, strict=True)) == 1


def _shipper_owned(data: JsonObject) -> set[str]:
    """List the boxes that belong to the shipper: DCSA does not ask them to follow ISO 6346."""
    owned = set()
    for _, entry in select(data, "/utilizedTransportEquipments/*"):
        if isinstance(entry, dict) and entry.get("isShipperOwned") is True:
            equipment = entry.get("equipment")
            for holder in (entry, equipment if isinstance(equipment, dict) else {}):
                number = holder.get("equipmentReference")
                if isinstance(number, str):
                    owned.add(number)
    return owned


def _seals(data: JsonObject) -> Iterator[Finding]:
    for pointer, entry in select(data, "/utilizedTransportEquipments/*"):
        if isinstance(entry, dict) and not entry.get("seals"):
            yield Finding(
                Grade.WARNING,
                pointer,
                "seals-missing",
                "the container has no seal",
                "customs compares seal numbers at every border: add seals",
            )
