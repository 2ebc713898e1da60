# SPDX-License-Identifier: Apache-2.0
"""The conditions between the members of a bill of lading; codes are in `bill_of_lading_codes`.

Source: DCSA PINT 3.0.0, the conditions in the descriptions of `TransportDocument` and below. What
that standard demands is an error; what is only normal practice is a warning.
"""

from collections.abc import Iterator
from datetime import date

from ledger.documents.bill_of_lading_codes import code_findings, equipment_findings
from ledger.documents.findings import Finding, Findings, Grade
from ledger.documents.reading import as_date, at, text_at
from ledger.primitives import Json, JsonObject

__all__ = ["bill_findings"]

_PARTIES = "/documentParties"
_TRANSPORTS = "/transports"
_ORIGINALS = ("numberOfOriginalsWithCharges", "numberOfOriginalsWithoutCharges")


def bill_findings(data: JsonObject) -> Findings:
    """Judge everything the schema cannot say. Never raises."""
    return (
        *_order(data),
        *_notify(data),
        *_originals(data),
        *_value(data),
        *_carriage(data),
        *_places(data),
        *_dates(data),
        *_licences(data),
        *equipment_findings(data),
        *code_findings(data),
    )


def _error(path: str, code: str, message: str, hint: str | None = None) -> Finding:
    return Finding(Grade.ERROR, f"/data{path}", code, message, hint)


def _warning(path: str, code: str, message: str, hint: str | None = None) -> Finding:
    return Finding(Grade.WARNING, f"/data{path}", code, message, hint)


def _order(data: JsonObject) -> Iterator[Finding]:
    """Who may take the goods: a named consignee, or whoever the bill is endorsed to."""
    to_order = at(data, "/isToOrder")
    consignee, endorsee = (_named(data, role) for role in ("consignee", "endorsee"))
    if to_order is True and at(data, "/transportDocumentTypeCode") == "SWB":
        yield _error(
            "/isToOrder",
            "to-order-waybill",
            "a sea waybill cannot be to order",
            "BOL, or not to order",
        )
    if consignee and endorsee:
        yield _error(
            f"{_PARTIES}/endorsee",
            "consignee-and-endorsee",
            "names both a consignee and an endorsee; a bill has one of them",
            "to order: endorsee; straight: consignee",
        )
    elif to_order is False and not consignee and not endorsee:
        yield _error(
            _PARTIES, "consignee-missing", "not to order, and names no consignee", "add consignee"
        )
    elif to_order is True and consignee:
        yield _error(
            f"{_PARTIES}/consignee",
            "to-order-consignee",
            "to order, and names a consignee",
            "a to-order bill names an endorsee, or nobody if endorsed in blank",
        )
    if to_order is False and endorsee:
        yield _error(
            f"{_PARTIES}/endorsee",
            "endorsee-not-to-order",
            "names an endorsee, but is not to order",
        )
    for role in ("consignee", "endorsee"):
        if _named(data, role) and not at(data, f"{_PARTIES}/{role}/identifyingCodes"):
            yield _error(
                f"{_PARTIES}/{role}",
                "party-code-missing",
                f"the {role} has no identifying code",
                "add identifyingCodes, such as an LEI",
            )


def _named(data: JsonObject, role: str) -> bool:
    return isinstance(at(data, f"{_PARTIES}/{role}"), dict)


def _notify(data: JsonObject) -> Iterator[Finding]:
    if at(data, "/isToOrder") is not True or at(data, f"{_PARTIES}/notifyParties"):
        return
    flags = (at(data, f"{_PARTIES}/{role}/isNotifyParty") for role in ("consignee", "endorsee"))
    if True not in flags:
        yield _error(
            _PARTIES,
            "notify-parties",
            "to order, and names nobody to notify when the goods arrive",
            "add notifyParties, or isNotifyParty to the endorsee",
        )


def _originals(data: JsonObject) -> Iterator[Finding]:
    stated = [number for name in _ORIGINALS if _whole(number := at(data, f"/{name}"))]
    total = sum(number for number in stated if isinstance(number, int))
    if at(data, "/transportDocumentTypeCode") == "SWB" and total:
        yield _error("", "originals", "a sea waybill has no originals", "remove their number")
    elif at(data, "/isElectronic") is True and total > 1:
        yield _error(
            "", "originals", f"electronic, and asks for {total} originals", "an eBL has at most one"
        )


def _whole(value: Json) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _value(data: JsonObject) -> Iterator[Finding]:
    value, currency = at(data, "/declaredValue"), at(data, "/declaredValueCurrency")
    if value is not None and currency is None:
        yield _error("/declaredValue", "declared-value", "no currency", "add declaredValueCurrency")
    if currency is not None and value is None:
        yield _error("/declaredValueCurrency", "declared-value", "a currency without a value")


def _carriage(data: JsonObject) -> Iterator[Finding]:
    means = ("vesselVoyages", "preCarriageBy", "onCarriageBy")
    if isinstance(at(data, _TRANSPORTS), dict) and not any(
        at(data, f"{_TRANSPORTS}/{name}") for name in means
    ):
        yield _error(
            _TRANSPORTS,
            "carriage-missing",
            f"states none of {', '.join(means)}",
            "how is it carried?",
        )
    for mode, place, code in (
        ("preCarriageBy", "placeOfReceipt", "pre-carriage"),
        ("onCarriageBy", "placeOfDelivery", "on-carriage"),
    ):
        if at(data, f"{_TRANSPORTS}/{mode}") and not at(data, f"{_TRANSPORTS}/{place}"):
            yield _error(
                f"{_TRANSPORTS}/{mode}", code, f"{mode} without {place}", f"add transports.{place}"
            )


def _places(data: JsonObject) -> Iterator[Finding]:
    issued = "/placeOfIssue"
    if isinstance(at(data, issued), dict):
        stated = [
            name for name in ("UNLocationCode", "countryCode") if at(data, f"{issued}/{name}")
        ]
        if len(stated) > 1:
            yield _error(
                issued,
                "place-of-issue",
                "states both UNLocationCode and countryCode",
                "keep one of them",
            )
        elif not stated:
            yield _error(
                issued,
                "place-of-issue",
                "states neither UNLocationCode nor countryCode",
                "add one of them",
            )
    for port in ("portOfLoading", "portOfDischarge"):
        path = f"{_TRANSPORTS}/{port}"
        if isinstance(at(data, path), dict) and not _located(data, path):
            yield _error(
                path, "location-missing", "names no place", "add UNLocationCode or locationName"
            )


def _located(data: JsonObject, path: str) -> bool:
    return any(text_at(data, f"{path}/{name}") for name in ("UNLocationCode", "locationName")) or (
        isinstance(at(data, f"{path}/city"), dict)
    )


def _day(data: JsonObject, path: str) -> date | None:
    return as_date(at(data, path))


def _dates(data: JsonObject) -> Iterator[Finding]:
    issued = _day(data, "/issueDate")
    for name in ("shippedOnBoardDate", "receivedForShipmentDate"):
        day = _day(data, f"/{name}")
        if day is not None and issued is not None and day > issued:
            yield _warning(
                "/issueDate",
                "shipped-after-issue",
                f"issued on {issued}, before {name} {day}",
                "a bill dated before its shipment is back-dated: which date is wrong?",
            )
    yield from _on_board(data)
    departure, arrival = (
        _day(data, f"{_TRANSPORTS}/{name}")
        for name in ("plannedDepartureDate", "plannedArrivalDate")
    )
    if departure is not None and arrival is not None and arrival < departure:
        yield _warning(
            f"{_TRANSPORTS}/plannedArrivalDate",
            "arrival-before-departure",
            f"arrives on {arrival}, before it departs on {departure}",
        )


def _on_board(data: JsonObject) -> Iterator[Finding]:
    """An issued bill says when the goods were shipped, or received: exactly one of the two."""
    shipped = at(data, "/shippedOnBoardDate")
    received = at(data, "/receivedForShipmentDate")
    if shipped is not None and received is not None:
        yield _error(
            "/receivedForShipmentDate",
            "on-board-date",
            "states both shippedOnBoardDate and receivedForShipmentDate",
            "keep one of them",
        )
    elif shipped is None and received is None:
        if at(data, "/transportDocumentStatus") not in ("DRAFT", "APPROVED"):
            yield _warning(
                "",
                "on-board-date",
                "states neither shippedOnBoardDate nor receivedForShipmentDate",
                "banks ask for the date on board",
            )
    elif shipped is None and at(data, "/isShippedOnBoardType") is True:
        yield _warning(
            "/isShippedOnBoardType", "on-board-date", "shipped on board, but gives no such date"
        )


def _licences(data: JsonObject) -> Iterator[Finding]:
    for licence, moment, verb in (
        ("exportLicense", "plannedDepartureDate", "departs"),
        ("importLicense", "plannedArrivalDate", "arrives"),
    ):
        expiry = _day(data, f"/{licence}/expiryDate")
        day = _day(data, f"{_TRANSPORTS}/{moment}")
        if expiry is not None and day is not None and expiry < day:
            yield _warning(
                f"/{licence}/expiryDate",
                "licence-expired",
                f"ends on {expiry}, before the cargo {verb} on {day}",
            )
