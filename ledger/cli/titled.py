# SPDX-License-Identifier: Apache-2.0
"""A bill on its way to be notarised gets the title of its reference."""

from typing import Final

from ledger.canonical import ENVELOPE_LIMITS, parse_submitted
from ledger.cli.title.asking import TitleService
from ledger.client import ServiceUnreachableError
from ledger.documents import check_title, parse_submission, prepare
from ledger.errors import InvalidDocumentError
from ledger.primitives import PartyId

__all__ = ["with_title"]

_ANYBODY: Final = PartyId(bytes(32))  # who submits does not matter for the reference


def with_title(submitted: bytes, service: TitleService) -> tuple[bytes, str]:
    """Reserve the title of a bill and put it into what is handed in; no other byte is changed.

    Args:
        submitted: a document as `corridor notarise` takes it, without the member `title`.
        service: where to reserve.

    Returns:
        What to hand in instead, and the title.

    Raises:
        InvalidDocumentError: it would be refused, or has the member already.
        ServiceUnreachableError: the service answers with no title.
    """
    submission, _ = parse_submission(submitted)
    members, _ = parse_submitted(submitted, ENVELOPE_LIMITS)
    if isinstance(members, dict) and "title" in members:
        raise InvalidDocumentError("/title", "leave it out of a document whose title is reserved")
    document, _ = prepare(submission, _ANYBODY, ())
    try:
        title = check_title(str(service.reserve(document.reference).get("title")))
    except InvalidDocumentError as error:
        raise ServiceUnreachableError("the service answers with no title") from error
    head, brace, rest = submitted.partition(b"{")
    return head + brace + f'"title":"{title}",'.encode() + rest, title
