# SPDX-License-Identifier: Apache-2.0
"""Bills of lading and sea waybills, in the names of the DCSA transport document.

Source: DCSA Bill of Lading 3.0 and PINT 3.0.0, `TransportDocument`; the schema asks for the part
of it that every bill on paper has. The conditions between members are in `bill_of_lading_rules`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.documents.amounts import count, kilograms
from ledger.documents.bill_of_lading_rules import bill_findings
from ledger.documents.containers import container_set, stated_text
from ledger.documents.disclosed import HIDDEN, Disclosed, Hidden
from ledger.documents.facts import each, first, joined, place, spoken
from ledger.documents.findings import Findings
from ledger.documents.kind import Comparable, Derived, Fact
from ledger.documents.reading import at, text_at
from ledger.documents.schema import breaches, read_schema
from ledger.primitives import JsonObject

__all__ = ["BILL_OF_LADING", "BillOfLading"]

_REFERENCE: Final = "/data/transportDocumentReference"
_PARTIES: Final = "/data/documentParties"
_ROUTE: Final = "/data/transports"
_CONSIGNMENT_ITEM: Final = "/data/consignmentItems/*"
_CARGO: Final = f"{_CONSIGNMENT_ITEM}/cargoItems/*"
_EQUIPMENT: Final = "/data/utilizedTransportEquipments/*"
_CONTAINERS: Final = (
    f"{_EQUIPMENT}/equipment/equipmentReference",
    f"{_EQUIPMENT}/equipmentReference",
    f"{_CARGO}/equipmentReference",
)
_PLACES: Final = (
    ("Place of receipt", "placeOfReceipt"),
    ("Port of loading", "portOfLoading"),
    ("Port of discharge", "portOfDischarge"),
    ("Place of delivery", "placeOfDelivery"),
)

_PLACE_MEMBERS: Final = ("UNLocationCode", "locationName")


@dataclass(frozen=True, slots=True)
class BillOfLading:
    """See `DocumentKind`."""

    document_type: str = "bill-of-lading"
    title: str = "Bill of lading"

    def schema(self) -> JsonObject:
        """See `DocumentKind`."""
        return read_schema(self.document_type)

    def derive(self, data: JsonObject) -> Derived:
        """Take the number. A bill states no consignment of ours, and it does not expire."""
        return Derived(reference=text_at(data, "/transportDocumentReference"))

    def negotiable(self, data: JsonObject) -> bool:
        """A bill to order; `findings` says that a waybill cannot be one."""
        return at(data, "/isToOrder") is True

    def findings(self, data: JsonObject) -> Findings:
        """See `DocumentKind`."""
        return (*breaches(self.document_type, data), *bill_findings(data))

    def facts(self, disclosed: Disclosed) -> tuple[Fact, ...]:
        """See `DocumentKind`."""
        return (
            *_heading(disclosed),
            *_parties(disclosed),
            *_route(disclosed),
            *_boxes(disclosed),
            *_goods(disclosed),
        )

    def comparables(self, disclosed: Disclosed) -> tuple[Comparable, ...]:
        """See `DocumentKind`."""
        items = _cargo_items(disclosed)
        return (
            Comparable(
                "transport document reference",
                stated_text(disclosed, _REFERENCE),
                (_REFERENCE,),
                own=True,
            ),
            Comparable(
                "gross weight",
                _weight(disclosed, items),
                tuple(f"{item}/cargoGrossWeight/value" for item in items),
            ),
            Comparable(
                "packages",
                _packages(disclosed, items),
                tuple(f"{item}/outerPackaging/numberOfPackages" for item in items),
            ),
            container_set(disclosed, *_CONTAINERS),
        )


BILL_OF_LADING: Final = BillOfLading()


def _cargo_items(disclosed: Disclosed) -> tuple[str, ...]:
    """List the cargo items; a consignment item without any counts as one that states nothing."""
    items = disclosed.branches(_CARGO)
    with_cargo = {item.rsplit("/cargoItems/", 1)[0] for item in items}
    without = (item for item in disclosed.branches(_CONSIGNMENT_ITEM) if item not in with_cargo)
    return (*items, *without)


def _weight(disclosed: Disclosed, items: tuple[str, ...]) -> str | Hidden | None:
    return kilograms(disclosed, items, "/cargoGrossWeight/value", "/cargoGrossWeight/unit")


def _packages(disclosed: Disclosed, items: tuple[str, ...]) -> int | Hidden | None:
    return count(disclosed, items, "/outerPackaging/numberOfPackages")


def _heading(disclosed: Disclosed) -> Iterator[Fact]:
    yield from first(disclosed, "Number", _REFERENCE)
    yield from first(disclosed, "Type", "/data/transportDocumentTypeCode")
    yield from first(disclosed, "To order", "/data/isToOrder")
    yield from first(disclosed, "Date of issue", "/data/issueDate")
    yield from place(
        disclosed, "Place of issue", "/data/placeOfIssue", *_PLACE_MEMBERS, "countryCode"
    )
    yield from first(disclosed, "Shipped on board", "/data/shippedOnBoardDate")
    yield from first(disclosed, "Received for shipment", "/data/receivedForShipmentDate")
    yield from first(disclosed, "Carrier", "/data/carrierCode")


def _parties(disclosed: Disclosed) -> Iterator[Fact]:
    yield from first(disclosed, "Issued by", f"{_PARTIES}/issuingParty/partyName")
    yield from first(disclosed, "Shipper", f"{_PARTIES}/shipper/partyName")
    yield from first(disclosed, "Consignee", f"{_PARTIES}/consignee/partyName")
    yield from first(disclosed, "To the order of", f"{_PARTIES}/endorsee/partyName")
    yield from each(disclosed, "Notify party", f"{_PARTIES}/notifyParties/*/partyName")


def _route(disclosed: Disclosed) -> Iterator[Fact]:
    yield from each(disclosed, "Vessel", f"{_ROUTE}/vesselVoyages/*/vesselName")
    yield from each(disclosed, "Voyage", f"{_ROUTE}/vesselVoyages/*/carrierExportVoyageNumber")
    yield from first(disclosed, "Carriage before the port", f"{_ROUTE}/preCarriageBy")
    for label, member in _PLACES:
        yield from place(disclosed, label, f"{_ROUTE}/{member}", *_PLACE_MEMBERS)
    yield from first(disclosed, "Carriage after the port", f"{_ROUTE}/onCarriageBy")


def _boxes(disclosed: Disclosed) -> Iterator[Fact]:
    """Yield each container once, as listed, with its seals; boxes only the cargo names follow."""
    shown_numbers = set()
    seals = disclosed.grouped(f"{_EQUIPMENT}/seals/*/number", _EQUIPMENT)
    for box in disclosed.branches(_EQUIPMENT):
        own = (f"{box}/equipment/equipmentReference", f"{box}/equipmentReference")
        label = "Seals"
        for fact in first(disclosed, "Container", *own):
            yield fact
            shown_numbers.add(fact.value)
            label = f"Seals on {fact.value}"
        yield from joined(label, seals.get(box, ()))
    for fact in each(disclosed, "Container", f"{_CARGO}/equipmentReference"):
        if fact.value not in shown_numbers:
            yield fact
            shown_numbers.add(fact.value)


def _goods(disclosed: Disclosed) -> Iterator[Fact]:
    items = _cargo_items(disclosed)
    weight = _weight(disclosed, items)
    if weight is not None:
        unit = " kg" if weight is not HIDDEN else ""
        yield Fact("Gross weight", spoken(weight) + unit, "/data/consignmentItems")
    packages = _packages(disclosed, items)
    if packages is not None:
        yield Fact("Packages", spoken(packages), "/data/consignmentItems")
    goods, extended, codes = (
        disclosed.grouped(f"{_CONSIGNMENT_ITEM}/{name}/*", _CONSIGNMENT_ITEM)
        for name in ("descriptionOfGoods", "extendedHSCodes", "HSCodes")
    )
    for item in disclosed.branches(_CONSIGNMENT_ITEM):
        yield from joined("Goods", goods.get(item, ()))
        # DCSA: where there are extended codes, the others must be ignored.
        yield from joined("HS code", extended.get(item, []) or codes.get(item, []))
