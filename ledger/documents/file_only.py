# SPDX-License-Identifier: Apache-2.0
"""A file and a reference, no data: for what no module here understands yet."""

from dataclasses import dataclass
from typing import Final

from ledger.documents.disclosed import Disclosed
from ledger.documents.facts import each, first
from ledger.documents.findings import Findings
from ledger.documents.kind import Comparable, Derived, Fact
from ledger.documents.schema import breaches, read_schema
from ledger.primitives import JsonObject

__all__ = ["FILE_ONLY", "FileOnly"]


@dataclass(frozen=True, slots=True)
class FileOnly:
    """See `DocumentKind`."""

    document_type: str = "file-only"
    title: str = "File"

    def schema(self) -> JsonObject:
        """See `DocumentKind`."""
        return read_schema(self.document_type)

    def derive(self, data: JsonObject) -> Derived:  # noqa: ARG002 — there is no data to read
        """Nothing: the reference stands in the envelope."""
        return Derived()

    def negotiable(self, data: JsonObject) -> bool:  # noqa: ARG002 — there is no data to read
        """Never, as far as can be known."""
        return False

    def findings(self, data: JsonObject) -> Findings:
        """See `DocumentKind`."""
        return breaches(self.document_type, data)

    def facts(self, disclosed: Disclosed) -> tuple[Fact, ...]:
        """See `DocumentKind`."""
        return (
            *first(disclosed, "Number", "/reference"),
            *each(disclosed, "File", "/files/*/name"),
        )

    def comparables(self, disclosed: Disclosed) -> tuple[Comparable, ...]:  # noqa: ARG002 — no data
        """Nothing: what the file says is not known here."""
        return ()


FILE_ONLY: Final = FileOnly()
