# SPDX-License-Identifier: Apache-2.0
"""A plain PDF of a document's data, as an office would print it."""

import io
import re
from collections.abc import Iterator
from typing import Any, Final
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

__all__ = ["render_pdf"]

_MARGIN: Final = 18 * mm
_NAME_WIDTH: Final = 62 * mm
_VALUE_WIDTH: Final = 112 * mm
_WORD_START: Final = re.compile(r"(?<=[a-z])[A-Z](?=[a-z])|(?<=[a-zA-Z])[A-Z](?=[a-z])")
_NOTICE: Final = "Sample document. All parties, numbers and goods are invented."


def render_pdf(title: str, data: dict[str, Any]) -> bytes:
    """Print every field of a document, a row each; the same data gives the same bytes."""
    styles = getSampleStyleSheet()
    rows = [
        [Paragraph(_words(name), styles["BodyText"]), Paragraph(escape(text), styles["BodyText"])]
        for name, text in _rows(data, "")
    ]
    table = Table(rows, colWidths=(_NAME_WIDTH, _VALUE_WIDTH), repeatRows=0)
    table.setStyle(
        TableStyle(
            [
                ("GRID", (0, 0), (-1, -1), 0.4, colors.HexColor("#b8c2cc")),
                ("BACKGROUND", (0, 0), (0, -1), colors.HexColor("#f2f5f8")),
                ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ]
        )
    )
    story: list[Flowable] = [
        Paragraph(escape(title), styles["Title"]),
        Paragraph(_NOTICE, styles["Italic"]),
        Spacer(1, 4 * mm),
        table,
    ]
    buffer = io.BytesIO()
    page = SimpleDocTemplate(
        buffer,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=title,
        author="Corridor Ledger demo",
        invariant=1,
    )
    page.build(story)
    return buffer.getvalue()


def _rows(value: Any, name: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 — JSON of any shape
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _rows(child, f"{name} / {key}" if name else key)
    elif isinstance(value, list):
        for index, child in enumerate(value, start=1):
            suffix = f" {index}" if len(value) > 1 else ""
            yield from _rows(child, f"{name}{suffix}")
    elif isinstance(value, bool):
        yield name, "yes" if value else "no"
    elif value is not None:
        yield name, str(value)


def _words(name: str) -> str:
    """`documentParties / shipper` as words."""
    spaced = _WORD_START.sub(lambda found: f" {found[0].lower()}", name)
    return escape(spaced[:1].upper() + spaced[1:])
