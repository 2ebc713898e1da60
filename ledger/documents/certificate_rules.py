# SPDX-License-Identifier: Apache-2.0
"""The conditions and codes of a certificate of origin. Forms and criteria: `origin_forms`."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import Final

from ledger.documents.codes import check_country, check_hs, check_lei, check_package_type
from ledger.documents.findings import Finding, Findings, Grade
from ledger.documents.origin_forms import EUROPEAN_UNION, FORMS, Form
from ledger.documents.places import check_locode, check_route, looks_like_locode
from ledger.documents.reading import as_moment, at, end_of_validity, select, text_at, texts
from ledger.primitives import JsonObject, shown

__all__ = ["certificate_findings"]

_CONSIGNMENT: Final = "/supplyChainConsignment"
_ITEMS: Final = f"{_CONSIGNMENT}/includedConsignmentItems"
_LEI: Final = "urn:lei:"
_DAYS_IN_MONTH: Final = 31
_SECONDS_IN_DAY: Final = 86_400
_Check = Callable[[str, str], Finding | None]
_CHECKS: Final[tuple[tuple[str, _Check], ...]] = (
    ("/issuer/postalAddress/countryCode", check_country),
    (f"{_CONSIGNMENT}/*/postalAddress/countryCode", check_country),
    (f"{_CONSIGNMENT}/exportCountry/code", check_country),
    (f"{_CONSIGNMENT}/importCountry/code", check_country),
    (f"{_ITEMS}/*/tradeProduct/originCountry/code", check_country),
    (
        f"{_ITEMS}/*/tradeProduct/harmonisedTariffCode/classCode",
        partial(check_hs, international=True),
    ),
    (f"{_ITEMS}/*/packageTypeCode", check_package_type),
)
_LOCATIONS: Final = (
    ("/issueLocation", False),
    (f"{_CONSIGNMENT}/loadingBaseportLocation", True),
    (f"{_CONSIGNMENT}/unloadingBaseportLocation", True),
)


def certificate_findings(data: JsonObject) -> Findings:
    """Judge everything the schema cannot say. Never raises."""
    form_type = text_at(data, "/formType")
    form = None if form_type is None else FORMS.get(form_type)
    return (
        *_form(data, form_type, form),
        *_preference(data, form),
        *_criteria(data, form),
        *_sequence(data, form),
        *_quantities(data),
        *_dates(data),
        *_validity(data, form),
        *_transport_document(data),
        *_codes(data),
    )


def _finding(grade: Grade, path: str, code: str, message: str, hint: str | None = None) -> Finding:
    return Finding(grade, f"/data{path}", code, message, hint)


def _form(data: JsonObject, form_type: str | None, form: Form | None) -> Iterator[Finding]:
    if form is None:
        if form_type is not None:
            yield _finding(
                Grade.NOTE,
                "/formType",
                "form-type",
                f"{shown(form_type)} is not a form known here; its criteria are not judged",
                f"known: {', '.join(FORMS)}",
            )
        return
    preferential = at(data, "/isPreferential")
    if isinstance(preferential, bool) and preferential != form.preferential:
        kind = "a preferential form" if form.preferential else "not a preferential form"
        yield _finding(
            Grade.ERROR,
            "/isPreferential",
            "preferential-form",
            f"{form_type} is {kind}",
            f"want {'true' if form.preferential else 'false'}, or another formType",
        )
    importing = text_at(data, f"{_CONSIGNMENT}/importCountry/code")
    if form_type == "FORM_A" and importing in EUROPEAN_UNION:
        yield _finding(
            Grade.WARNING,
            "/formType",
            "form-a-european-union",
            f"{importing} has not accepted Form A since 2021",
            "use a statement on origin by a registered exporter",
        )


def _preference(data: JsonObject, form: Form | None) -> Iterator[Finding]:
    agreement = text_at(data, "/freeTradeAgreement")
    if at(data, "/isPreferential") is not True:
        if agreement is not None:
            yield _finding(
                Grade.WARNING,
                "/freeTradeAgreement",
                "preferential-agreement",
                "names a free trade agreement, but claims no preference",
                "set isPreferential, or remove the agreement",
            )
        return
    if not text_at(data, f"{_CONSIGNMENT}/importer/name"):
        yield _finding(
            Grade.ERROR,
            _CONSIGNMENT,
            "preferential-importer",
            "claims preference, and names no importer",
            "add importer; where the form allows it, its name may be TO ORDER",
        )
    if agreement is None and (form is None or form.under_agreement):
        yield _finding(
            Grade.WARNING,
            "/freeTradeAgreement",
            "preferential-agreement",
            "claims preference, and names no free trade agreement",
            "name the agreement under which the goods enter",
        )


def _criteria(data: JsonObject, form: Form | None) -> Iterator[Finding]:
    wants = form is not None and form.preferential and form.criteria is not None
    for pointer, item in select(data, f"{_ITEMS}/*"):
        stated = item.get("originCriteriaText") if isinstance(item, dict) else None
        place = f"{pointer}/originCriteriaText"
        if isinstance(stated, str) and stated.strip():
            if form is not None and not form.takes(stated.strip()):
                message = f"{shown(stated)} is no origin criterion of this form"
                hint = f"it knows {form.known}"
                yield Finding(Grade.WARNING, place, "origin-criterion", message, hint)
        elif wants and form is not None:
            message = "a preferential form, and no origin criterion"
            yield Finding(Grade.ERROR, place, "origin-criterion", message, f"it knows {form.known}")


def _sequence(data: JsonObject, form: Form | None) -> Iterator[Finding]:
    numbers = list(select(data, f"{_ITEMS}/*/sequenceNumber"))
    seen: set[int] = set()
    for pointer, number in numbers:
        if isinstance(number, bool) or not isinstance(number, int):
            continue
        if number in seen:
            message = f"the number {number} is used twice"
            yield Finding(Grade.ERROR, pointer, "sequence-number", message, "number from 1")
        elif number != len(seen) + 1:
            message = f"want {len(seen) + 1}; got {number}"
            hint = "a gap looks as if an item had been taken out"
            yield Finding(Grade.WARNING, pointer, "sequence-number", message, hint)
        seen.add(number)
    most = None if form is None else form.most_items
    if most is not None and len(numbers) > most:
        yield _finding(
            Grade.WARNING, _ITEMS, "too-many-items", f"{len(numbers)} items; the form takes {most}"
        )


def _quantities(data: JsonObject) -> Iterator[Finding]:
    for pointer, item in select(data, f"{_ITEMS}/*"):
        if isinstance(item, dict) and not any(
            item.get(name) for name in ("grossWeight", "netWeight", "quantity")
        ):
            yield Finding(
                Grade.ERROR,
                pointer,
                "gross-weight",
                "states neither grossWeight nor another quantity",
                "add grossWeight, with which the bill of lading is compared",
            )


def _moment(data: JsonObject, path: str) -> datetime | None:
    return as_moment(at(data, path))


def _dates(data: JsonObject) -> Iterator[Finding]:
    issued = _moment(data, "/issueDateTime")
    if issued is None:
        return
    declared = _moment(data, "/exporterDeclaration/actualDateTime")
    if declared is not None and declared > issued:
        yield _finding(
            Grade.WARNING,
            "/exporterDeclaration/actualDateTime",
            "declared-after-issue",
            "the exporter declared after the certificate was issued",
            "which time is wrong?",
        )
    for pointer, day in texts(data, f"{_ITEMS}/*/invoiceReference/issueDate"):
        # A day of the invoice's own time zone: only what is later everywhere is remarked on.
        ends = end_of_validity(day)
        if ends is not None and ends - 2 * _SECONDS_IN_DAY > issued.timestamp():
            message = f"the invoice is of {shown(day)}, after the certificate"
            yield Finding(Grade.WARNING, pointer, "invoice-after-issue", message)


def _validity(data: JsonObject, form: Form | None) -> Iterator[Finding]:
    stated = at(data, "/validUntil")
    ends = end_of_validity(stated)
    issued = _moment(data, "/issueDateTime")
    if stated is not None and ends is None:
        yield _finding(
            Grade.ERROR,
            "/validUntil",
            "valid-until",
            f"want a date or a time with its offset; got {shown(stated)}"
            if isinstance(stated, str)
            else "want a date or a time with its offset",
            "such as 2027-02-02",
        )
    if ends is None or issued is None:
        return
    if ends <= issued.timestamp():
        yield _finding(
            Grade.ERROR,
            "/validUntil",
            "valid-until-before-issue",
            f"ended on {shown(stated)}, before it was issued",
            "which date is wrong?",
        )
    months = None if form is None else form.valid_months
    if months is not None:
        longest = (months * _DAYS_IN_MONTH + 1) * _SECONDS_IN_DAY
        if ends - issued.timestamp() > longest:
            message = f"valid until {shown(stated)}; the form is valid for {months} months"
            yield _finding(Grade.WARNING, "/validUntil", "valid-until-too-late", message)


def _transport_document(data: JsonObject) -> Iterator[Finding]:
    if not text_at(data, f"{_CONSIGNMENT}/transportDocumentReference"):
        yield _finding(
            Grade.WARNING,
            _CONSIGNMENT,
            "transport-document-reference",
            "names no transport document, so it cannot be matched with one",
            "add transportDocumentReference, the number of the bill of lading",
        )


def _codes(data: JsonObject) -> Iterator[Finding]:
    for pattern, check in _CHECKS:
        for pointer, code in texts(data, pattern):
            found = check(pointer, code)
            if found is not None:
                yield found
    yield from _leis(data)
    for path, seaport in _LOCATIONS:
        place = text_at(data, f"{path}/id")
        if place is not None and looks_like_locode(place):
            name = text_at(data, f"{path}/name")
            yield from check_locode(f"/data{path}/id", place, name=name, seaport=seaport)
    for pointer, route in texts(data, f"{_CONSIGNMENT}/transportRouting"):
        yield from check_route(pointer, route)


def _leis(data: JsonObject) -> Iterator[Finding]:
    for path in (f"{_CONSIGNMENT}/*/id", "/issuer/id"):
        for pointer, identifier in texts(data, path):
            if identifier.startswith(_LEI):
                found = check_lei(pointer, identifier.removeprefix(_LEI))
                if found is not None:
                    yield found
