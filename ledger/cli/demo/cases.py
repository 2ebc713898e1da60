# SPDX-License-Identifier: Apache-2.0
"""Every act of the demo, in the order of the table."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from ledger import journey
from ledger.canonical import canonical_bytes
from ledger.cli.demo.acting import Act, Against, Result, judged
from ledger.cli.demo.stage import Handed, Stage
from ledger.cli.demo.tampering import tampered
from ledger.cli.demo.title_story import TitleStory
from ledger.documents import TradeDocument
from ledger.errors import ConfigurationError
from ledger.primitives import Json, PartyId, parse_time
from ledger.receipts import OpenedContent
from ledger.sealing import redact, reopen
from ledger.statements import LedgerId
from ledger.wiring_verifier import given_file

__all__ = ["acts"]

_DAY: Final = 86_400
_NOWHERE: Final = "http://127.0.0.1:9"  # the discard port: nothing answers
_SHOWN: Final = (
    "/reference",
    "/data/transportDocumentReference",
    "/data/utilizedTransportEquipments",
    "/data/transports/placeOfDelivery",
)


def acts(stage: Stage) -> Iterator[Act]:
    """Every case of the demo, in the order of the table."""
    bill, certificate = stage.samples.bill, stage.samples.certificate
    held: dict[str, Handed] = {}
    story = TitleStory(stage)

    def hand_in_bill() -> Handed:
        held["bl"] = stage.notarise("carrier", "bill-of-lading", bill, title=story.reserve())
        story.issue(held["bl"].commitment)
        return held["bl"]

    def hand_in_certificate() -> Handed:
        held["co"] = stage.notarise("chamber", "certificate-of-origin", certificate)
        return held["co"]

    def at_the_bank(handed: Handed) -> Result:
        story.final("carrier")
        result = _with_pdf(stage, handed)
        story.endorse()
        return result

    yield Act("bill of lading with its PDF", hand_in_bill, at_the_bank)
    yield Act(
        "certificate of origin with its PDF",
        hand_in_certificate,
        lambda handed: _with_pdf(stage, handed),
    )
    yield Act(
        "the two together",
        lambda: None,
        lambda _: judged(
            stage, "AUTHENTIC", stage.package(held["bl"]), Against(other=stage.package(held["co"]))
        ),
    )
    for case in stage.samples.tamper_cases:
        yield tampered(stage, case, held)
    yield from _standing(stage)
    yield _redacted(stage, held)
    yield _countersigned(stage)
    yield _unaccredited(stage)
    yield _robbed(stage)
    yield from story.rows(held)
    yield Act(
        "node down",
        lambda: None,
        lambda _: judged(stage, "UNDECIDED", stage.package(held["bl"]), Against(node=_NOWHERE)),
    )


def _with_pdf(stage: Stage, handed: Handed) -> Result:
    against = Against(files=(given_file(handed.pdf),))
    return judged(stage, "AUTHENTIC", stage.package(handed), against)


def _standing(stage: Stage) -> Iterator[Act]:
    """Revoked, suspended, superseded, expired."""
    source = stage.samples.certificate

    def under(number: str, **changes: str) -> Handed:
        return stage.notarise("chamber", "certificate-of-origin", source | {"id": number} | changes)

    def acted(action: str, expected: str, **body: str) -> Callable[[Handed], Result]:
        def finish(handed: Handed) -> Result:
            package = stage.package(handed)
            stage.clients["chamber"].change(handed.commitment, action, {"reason": 1, **body})
            return judged(stage, expected, package)

        return finish

    yield Act("revoked", lambda: under("XCCI-2026-000201"), acted("revoke", "REVOKED"))
    yield Act("suspended", lambda: under("XCCI-2026-000202"), acted("suspend", "SUSPENDED"))

    def replaced(both: tuple[Handed, Handed]) -> Result:
        by = str(both[1].commitment)
        return acted("supersede", "SUPERSEDED", supersededBy=by)(both[0])

    yield Act(
        "superseded",
        lambda: (under("XCCI-2026-000203"), under("XCCI-2026-000204")),
        replaced,
    )
    yesterday = time.strftime("%Y-%m-%d", time.gmtime(time.time() - 2 * _DAY))
    yield Act(
        "expired",
        lambda: under("XCCI-2026-000205", validUntil=yesterday),
        lambda handed: judged(stage, "EXPIRED", stage.package(handed)),
    )


def _redacted(stage: Stage, held: Mapping[str, Handed]) -> Act:
    def finish(_: object) -> Result:
        package = stage.package(held["bl"])
        if not isinstance(package.content, OpenedContent):
            raise ConfigurationError("the package is redacted already")
        sealed = reopen(package.content.document, package.content.seed)
        return judged(stage, "AUTHENTIC", package.redacted(redact(sealed, _SHOWN)))

    return Act("redacted", lambda: None, finish)


def _countersigned(stage: Stage) -> Act:
    """A hand-over that only one of its two issuers has signed."""
    parties = sorted(stage.ledger.parties[label].raw for label in ("carrier", "exporter"))
    issuers: list[Json] = [str(PartyId(raw)) for raw in parties]

    def hand_in() -> Handed:
        return stage.notarise(
            "carrier", "file-only", {}, reference="HANDOVER-0001", issuers=issuers
        )

    return Act(
        "one of two signatures missing",
        hand_in,
        lambda handed: judged(stage, "UNDECIDED", stage.package(handed)),
    )


def _unaccredited(stage: Stage) -> Act:
    """A registered party signs a certificate by itself, without any right to issue one."""
    party = stage.ledger.parties["unaccredited"]
    key = stage.ledger.signer("unaccredited")
    data = stage.samples.certificate | {"id": "XFAKE-2026-000001"}
    document = TradeDocument("certificate-of-origin", (party,), "XFAKE-2026-000001", data)
    sealed = journey.seal_document(document)
    trust = stage.ledger.trust
    ledger = LedgerId(trust.chain_id, trust.ledgers[0].log.address)

    def hand_in() -> Handed:
        statement = journey.state_documents(
            ledger, party, [sealed.commitment], int(time.time()), (key.address, key.sign)
        )
        body: Json = {"statement": statement.json(), "commitments": [str(sealed.commitment)]}
        answer = stage.clients["unaccredited"].submit_statement(canonical_bytes(body))
        return Handed("unaccredited", sealed.commitment, answer.body, stage.folder)

    def finish(handed: Handed) -> Result:
        return judged(stage, "ISSUER_NOT_AUTHORISED", stage.sealed_elsewhere(handed, sealed))

    return Act("issuer not accredited", hand_in, finish)


def _robbed(stage: Stage) -> Act:
    """A chamber reports its key stolen as of a time before the certificate was recorded."""
    data = stage.samples.certificate | {"id": "XROB-2026-000001"}

    def hand_in() -> tuple[Handed, int]:
        handed = stage.notarise("robbed", "certificate-of-origin", data)
        return handed, parse_time(handed.answer["acceptedAt"]) - 60

    def finish(handed: tuple[Handed, int]) -> Result:
        package = stage.package(handed[0])
        stolen = stage.ledger.signer("robbed").address
        stage.ledger.manager("robbed").declare_compromise(stolen, handed[1])
        return judged(stage, "UNDECIDED", package)

    return Act("issuer's key stolen", hand_in, finish)
