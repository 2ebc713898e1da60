# SPDX-License-Identifier: Apache-2.0
"""Certificates of origin, in UN/CEFACT names; the boxes are those of the forms in use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ledger.documents.amounts import count, kilograms
from ledger.documents.certificate_rules import certificate_findings
from ledger.documents.containers import container_set, stated_text
from ledger.documents.disclosed import HIDDEN, Disclosed
from ledger.documents.facts import each, first, joined, place, spoken
from ledger.documents.findings import Findings
from ledger.documents.kind import Comparable, Derived, Fact
from ledger.documents.reading import at, end_of_validity, text_at
from ledger.documents.schema import breaches, read_schema
from ledger.primitives import JsonObject

__all__ = ["CERTIFICATE_OF_ORIGIN", "CertificateOfOrigin"]

_CONSIGNMENT: Final = "/data/supplyChainConsignment"
_ITEMS: Final = f"{_CONSIGNMENT}/includedConsignmentItems/*"
_TRANSPORT_DOCUMENT: Final = f"{_CONSIGNMENT}/transportDocumentReference"
_CONTAINERS: Final = (
    f"{_CONSIGNMENT}/utilizedTransportEquipments/*/equipmentReference",
    f"{_CONSIGNMENT}/utilizedTransportEquipments/*/id",
)


@dataclass(frozen=True, slots=True)
class CertificateOfOrigin:
    """See `DocumentKind`."""

    document_type: str = "certificate-of-origin"
    title: str = "Certificate of origin"

    def schema(self) -> JsonObject:
        """See `DocumentKind`."""
        return read_schema(self.document_type)

    def derive(self, data: JsonObject) -> Derived:
        """Take the number, the end of validity and the consignment."""
        return Derived(
            reference=text_at(data, "/id"),
            valid_until=end_of_validity(at(data, "/validUntil")),
            consignment=text_at(data, "/supplyChainConsignment/id"),
        )

    def negotiable(self, data: JsonObject) -> bool:  # noqa: ARG002 — whatever it says
        """Never: it proves origin and conveys nothing."""
        return False

    def findings(self, data: JsonObject) -> Findings:
        """See `DocumentKind`."""
        return (*breaches(self.document_type, data), *certificate_findings(data))

    def facts(self, disclosed: Disclosed) -> tuple[Fact, ...]:
        """See `DocumentKind`."""
        return (*_heading(disclosed), *_parties(disclosed), *_goods(disclosed))

    def comparables(self, disclosed: Disclosed) -> tuple[Comparable, ...]:
        """See `DocumentKind`. Most forms list no containers; then they are not compared."""
        items = disclosed.branches(_ITEMS)
        containers = container_set(disclosed, *_CONTAINERS)
        return (
            Comparable(
                "transport document reference",
                stated_text(disclosed, _TRANSPORT_DOCUMENT),
                (_TRANSPORT_DOCUMENT,),
            ),
            Comparable(
                "gross weight",
                kilograms(disclosed, items, "/grossWeight/value", "/grossWeight/unitCode"),
                tuple(f"{item}/grossWeight/value" for item in items),
            ),
            Comparable(
                "packages",
                count(disclosed, items, "/packageCount"),
                tuple(f"{item}/packageCount" for item in items),
            ),
            *(() if containers.value is None else (containers,)),
        )


CERTIFICATE_OF_ORIGIN: Final = CertificateOfOrigin()


def _heading(disclosed: Disclosed) -> Iterator[Fact]:
    yield from first(disclosed, "Number", "/data/id")
    yield from first(disclosed, "Form", "/data/formType")
    yield from first(disclosed, "Preferential", "/data/isPreferential")
    yield from first(disclosed, "Agreement", "/data/freeTradeAgreement")
    yield from first(disclosed, "Date of issue", "/data/issueDateTime")
    yield from place(disclosed, "Place of issue", "/data/issueLocation", "name", "id")
    yield from first(disclosed, "Valid until", "/data/validUntil")
    yield from first(disclosed, "Issued by", "/data/issuer/name")
    yield from first(disclosed, "Accreditation", "/data/issuer/accreditationId")


def _parties(disclosed: Disclosed) -> Iterator[Fact]:
    yield from first(disclosed, "Exporter", f"{_CONSIGNMENT}/exporter/name")
    yield from first(disclosed, "Importer", f"{_CONSIGNMENT}/importer/name")
    yield from first(disclosed, "Exporting country", f"{_CONSIGNMENT}/exportCountry/code")
    yield from first(disclosed, "Importing country", f"{_CONSIGNMENT}/importCountry/code")
    for label, member in (
        ("Port of loading", "loadingBaseportLocation"),
        ("Port of discharge", "unloadingBaseportLocation"),
    ):
        yield from place(disclosed, label, f"{_CONSIGNMENT}/{member}", "id", "name")
    yield from first(disclosed, "Route", f"{_CONSIGNMENT}/transportRouting")
    yield from first(disclosed, "Transport document", _TRANSPORT_DOCUMENT)
    for pattern in _CONTAINERS:
        yield from each(disclosed, "Container", pattern)


def _goods(disclosed: Disclosed) -> Iterator[Fact]:
    items = disclosed.branches(_ITEMS)
    weight = kilograms(disclosed, items, "/grossWeight/value", "/grossWeight/unitCode")
    if weight is not None:
        unit = " kg" if weight is not HIDDEN else ""
        yield Fact("Gross weight", spoken(weight) + unit, _ITEMS.removesuffix("/*"))
    packages = count(disclosed, items, "/packageCount")
    if packages is not None:
        yield Fact("Packages", spoken(packages), _ITEMS.removesuffix("/*"))
    marks = disclosed.grouped(f"{_ITEMS}/shippingMarks/*", _ITEMS)
    for item in items:
        product = f"{item}/tradeProduct"
        yield from first(disclosed, "Goods", f"{product}/description")
        yield from first(disclosed, "HS code", f"{product}/harmonisedTariffCode/classCode")
        yield from first(disclosed, "Country of origin", f"{product}/originCountry/code")
        yield from first(disclosed, "Origin criterion", f"{item}/originCriteriaText")
        yield from joined("Marks", marks.get(item, ()))
        yield from first(disclosed, "Invoice", f"{item}/invoiceReference/id")
