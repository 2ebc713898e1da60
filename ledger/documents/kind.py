# SPDX-License-Identifier: Apache-2.0
"""What every kind of document can do. A new kind is a module that offers this; see `kinds`."""

from dataclasses import dataclass
from typing import Protocol, TypeAlias

from ledger.documents.disclosed import Disclosed, Hidden
from ledger.documents.findings import Findings
from ledger.primitives import Json, JsonObject

__all__ = ["Comparable", "ComparableValue", "Derived", "DocumentKind", "Fact"]

ComparableValue: TypeAlias = "Json | tuple[str, ...] | Hidden"


@dataclass(frozen=True, slots=True)
class Derived:
    """What the envelope takes from the data. `valid_until`: Unix seconds; None: not stated."""

    reference: str | None = None
    valid_until: int | None = None
    consignment: str | None = None


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing an officer compares with paper and box; a withheld one reads `(hidden)`.

    `pointer` leads into the envelope, to the value or to the branch it was added up from.
    """

    label: str
    value: str
    pointer: str


@dataclass(frozen=True, slots=True)
class Comparable:
    """One thing that two documents of one consignment must agree on.

    `value` is normalised (weights added up, kilograms as decimal text; containers sorted); None:
    the document does not state it, or not for every item; HIDDEN: a part of it is withheld.
    `own`: the value names this very document, so two documents that both own it rightly differ.
    """

    name: str
    value: ComparableValue
    pointers: tuple[str, ...]
    own: bool = False


class DocumentKind(Protocol):
    """One kind of document. Nothing here raises, whatever JSON the data is."""

    @property
    def document_type(self) -> str:
        """Its name in the envelope: `[a-z][a-z0-9-]{0,47}`."""

    @property
    def title(self) -> str:
        """Its name for people."""

    def schema(self) -> JsonObject:
        """Its published JSON Schema (2020-12) of `data`."""

    def derive(self, data: JsonObject) -> Derived:
        """Read what the envelope takes from the data."""

    def negotiable(self, data: JsonObject) -> bool:
        """Tell whether the goods pass with control of this document (a to-order bill)."""

    def findings(self, data: JsonObject) -> Findings:
        """Grade everything noticed about the data; pointers start with `/data`."""

    def facts(self, disclosed: Disclosed) -> tuple[Fact, ...]:
        """List what an officer compares with paper and box, in the order of the paper."""

    def comparables(self, disclosed: Disclosed) -> tuple[Comparable, ...]:
        """List what this document must agree on with others of its consignment."""
