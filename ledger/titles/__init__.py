# SPDX-License-Identifier: Apache-2.0
"""Control of negotiable bills: the rules of TitleRegistry, without a chain (formats.md §13)."""

from ledger.titles.acts import Issue, Part, Reissue, TitleAct
from ledger.titles.identity import plan_of, title_id, title_tag
from ledger.titles.record import CLOSED, WHOLE, Title, TitleAction, TitleState
from ledger.titles.refusals import TitleRefusedError
from ledger.titles.register import TitleRegister

__all__ = [
    "CLOSED",
    "WHOLE",
    "Issue",
    "Part",
    "Reissue",
    "Title",
    "TitleAct",
    "TitleAction",
    "TitleRefusedError",
    "TitleRegister",
    "TitleState",
    "plan_of",
    "title_id",
    "title_tag",
]
