# SPDX-License-Identifier: Apache-2.0
"""Acting for parties: their statuses and titles, signed with the keys that are held for them."""

from ledger.acting.signing_desk import ActPorts, SignedWish, SigningDesk
from ledger.acting.standing import status_act
from ledger.acting.title_desk import TitleDesk
from ledger.acting.wishes import (
    ActWish,
    IssueWish,
    PartWish,
    ReadTitle,
    ReissueWish,
    ReservedTitle,
)

__all__ = [
    "ActPorts",
    "ActWish",
    "IssueWish",
    "PartWish",
    "ReadTitle",
    "ReissueWish",
    "ReservedTitle",
    "SignedWish",
    "SigningDesk",
    "TitleDesk",
    "status_act",
]
