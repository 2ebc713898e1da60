# SPDX-License-Identifier: Apache-2.0
"""What every act of the demo needs: the parties' clients, the folder, and a verifier."""

import json
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeVar

from ledger.canonical import canonical_bytes
from ledger.cli.demo.pdf import render_pdf
from ledger.cli.demo.samples import Samples
from ledger.cli.local import LocalLedger
from ledger.client import Service, ServiceError
from ledger.errors import ChainUnavailableError
from ledger.localnode import LocalNode
from ledger.primitives import Digest, Json
from ledger.receipts import Package, parse_package
from ledger.sealing import SealedDocument
from ledger.wiring_verifier import Verifier

__all__ = ["TITLES", "Handed", "Stage"]

TITLES: Final[Mapping[str, str]] = {
    "bill-of-lading": "Bill of lading",
    "certificate-of-origin": "Certificate of origin",
    "file-only": "Delivery record",
}
_FINAL_SECONDS: Final = 60.0
_POLL_SECONDS: Final = 0.2
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True)
class Handed:
    """A document that a party handed in: what the service answered, and the PDF beside it."""

    label: str
    commitment: Digest
    answer: Mapping[str, Any]
    pdf: Path


@dataclass(slots=True)
class Stage:
    """The local ledger at work. `clients` speak HTTP with each party's own token."""

    ledger: LocalLedger
    anvil: LocalNode
    clients: Mapping[str, Service]
    samples: Samples
    folder: Path
    stop_service: Callable[[], None]
    packages: dict[Digest, Package] = field(default_factory=dict)

    def notarise(
        self, label: str, document_type: str, data: Mapping[str, Any], **members: Json
    ) -> Handed:
        """Render a PDF of the data and hand both in as a party; errors are the service's own."""
        number = members.get("reference") or data.get("transportDocumentReference") or data["id"]
        pdf = _unused(self.folder, str(number))
        pdf.write_bytes(render_pdf(TITLES[document_type], {"number": number} | dict(data)))
        body = {"documentType": document_type, "data": data} | members
        answer = self.clients[label].submit(json.dumps(body).encode(), [pdf])
        return Handed(label, Digest.parse(answer.body["commitment"]), answer.body, pdf)

    def package(self, handed: Handed) -> Package:
        """Wait until a document is final and fetch its package."""
        if handed.commitment not in self.packages:
            raw = self.wait(lambda: self.clients[handed.label].package(handed.commitment))
            self.packages[handed.commitment] = parse_package(raw)
            handed.pdf.with_suffix(".corridor.json").write_bytes(raw)
        return self.packages[handed.commitment]

    def sealed_elsewhere(self, handed: Handed, sealed: SealedDocument) -> Package:
        """Wait for the receipts of a document that the service never saw, and pack them."""
        answer = self.wait(lambda: self.clients[handed.label].receipts(handed.commitment))
        body = Package.of(sealed, ()).json()
        body["receipts"] = answer.body["receipts"]
        body["acceptances"] = answer.body["acceptances"]
        return parse_package(canonical_bytes(body))

    def verifier(self, url: str | None = None) -> Verifier:
        """A customs officer with the trust file and a node."""
        return Verifier.of(self.ledger.trust, url or self.anvil.url, timeout_seconds=5)

    def until(self, holds: Callable[[], bool]) -> None:
        """Ask until something holds."""
        deadline = time.monotonic() + _FINAL_SECONDS
        while not holds():
            if time.monotonic() > deadline:
                raise ChainUnavailableError(f"not so after {_FINAL_SECONDS:.0f} s")
            time.sleep(_POLL_SECONDS)

    def wait(self, ask: Callable[[], _Answer]) -> _Answer:
        """Ask until the service no longer says `not-final`."""
        deadline = time.monotonic() + _FINAL_SECONDS
        while time.monotonic() < deadline:
            try:
                return ask()
            except ServiceError as error:
                if error.problem != "not-final":
                    raise
            time.sleep(_POLL_SECONDS)
        raise ChainUnavailableError(f"not final after {_FINAL_SECONDS:.0f} s")


def _unused(folder: Path, name: str) -> Path:
    """A path for a PDF that overwrites none: a number used twice is one of the acts."""
    count = len(list(folder.glob(f"{name}*.pdf")))
    return folder / (f"{name}.pdf" if count == 0 else f"{name}-again-{count}.pdf")
